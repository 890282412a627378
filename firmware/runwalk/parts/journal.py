"""What is on the flash of what was done: journal.txt and, of the session that runs, session.now.

journal.txt holds all that was done, an event a line, and is only ever added to.

    1  57  12  2026-03-29T17:05+01:00  start  ten-weeks  1  1    2040000  warm 5m, …  8c1f00aa

Fields are parted by tabs: version, the record's number, boot count, date with UTC
offset ("-": the clock was not set), kind, the kind's fields, CRC-32 of all before it.
Records stand between newlines of their own, so that one hit byte costs one record. A
later version adds fields at the end, or kinds, and changes none; who reads skips a bad
line and a kind not known. A session goes by the number of its start record (N); ms.

    start   stem, week, day, workout, planned ms, the session's steps as text
    skip, back, open   N, active, from, to     steps by index, -1 past the last; open: a press
    pause   N, active, paused                  both counted from the session's start
    resume  N, active, paused, after           after: power, crash, or not there. What is recorded
                                               of N before it, with more active, was lost again
    finish, stop   N, stem, week, day, workout, active, paused, timed, run
    rate    N, easy right hard none            pain    N, yes no
    offer   N, stem, name, yes no, week, day (where a yes leads to)
    plan    stem, chosen                       set     stem, week, day: chosen by hand
    fault   what, text
    course, total   number 0: what all records before said (core.progress)

A step that ran as planned needs no record: its length is in the start's steps.

Events of a running session wait in RAM and go with the next `flush` in one append, which
littlefs shows whole or not at all. No method raises OSError: a flash that is full or
read-only makes a call return False, and what could not be written waits, within bounds,
for the next flush. `progress` knows of it all the same, until the power goes.

`compact`, outside sessions, begins a new journal.txt with what the old one said; that
one stays as journal.old, the generation before: for people and hosts to read, and for
`load`, which looks up there what a damaged line of the new one said.

session.now is the session that runs, in one small file. After a power cut it holds the
old checkpoint or the new one, never less.

The file is a line of text of fixed length, its checksum last:

    1 57 754000 0 5 0 0 240000 0 1 -46000 -1                  1c291ca3

Its fields are: version, number of the start record in the journal (0: no session runs),
and in milliseconds active and paused; then the place in the steps, full rounds of
`repeat`, time spent in open steps and time spent running (ms), 1 where an open step was
left by a press, 1 where half-way is over, the offset of the step that is on (ms), and
the step of the last `lastround`. A later version may add fields before the blanks and
change none.

littlefs shows a file's old content until the file is closed, so a checkpoint is
open for changing, one write, close. `wb` would not do: a Ctrl-C or a soft reset
between open and write closes the file, and that commits an empty one. Where there is
no file, nothing is lost by it.
"""

import binascii
import os
import time

from micropython import const

from runwalk.observe import observe

_PATH = "journal.txt"
_OLD = "journal.old"
_NEW = "journal.new"
_SESSION = "session.now"
_SESSION_LONGEST = const(200)
_ENOENT = const(2)
_NOTES = const(16)  # events between two checkpoints
_LINES = const(32)  # that a flash which takes nothing leaves in RAM
_FULL = const(15360)  # from this size on, events go unwritten: a session's end still fits
_LONGEST = const(4600)  # a start: a line of 1,000 characters, each up to 4 bytes
_EVENTS = ("skip", "back", "open", "pause", "resume")
_CLOCK_SET = const(2025)  # boards without a battery for it start their clock in 2000 or 2021


def date():
    """`2026-03-29T01:59+01:00`, or "-" where the clock is not known to be set."""
    now = time.localtime()
    if now[0] < _CLOCK_SET:
        return "-"
    try:
        with open("zone.txt") as file:
            zone = "".join(file.readline(6).split())  # a blank would break the record in two
    except (OSError, ValueError):
        zone = ""
    return "%04d-%02d-%02dT%02d:%02d" % now[:5] + zone


def parse(line):
    """The record of one line (bytes), as a list of str; None where it is damaged."""
    body, _, crc = line.rpartition(b"\t")
    if not body or crc != b"%08x" % binascii.crc32(body):
        return None
    return body.decode().split("\t")


def as_line(record):
    """The bytes that go to the file for it."""
    body = "\t".join(record).encode()
    return b"\n%s\t%08x\n" % (body, binascii.crc32(body))


class Journal:
    """The journal's one owner. `number`: of the session that is on, `size`: of the file."""

    def __init__(self, progress):
        self.progress = progress
        self.boot = 1
        self.size = 0
        self.number = 0
        self.pending = []  # lines to be written
        self._before = 0  # how many of them are older than the session that is on
        self._who = ()  # what its end says of it
        self._started = ()  # the last start record
        self._notes = [[0] * 5 for _ in range(_NOTES)]
        self._noted = 0

    # at start

    def load(self):
        """Read it all into `progress`. False: a record was damaged, or can't be read."""
        try:
            os.stat(_PATH)
            os.remove(_NEW)  # what a power cut left of a compaction
        except OSError:
            try:
                os.rename(_NEW, _PATH)  # cut off between its two renames
            except OSError:
                pass
        good = self._read(_PATH)
        if not good or not self.progress.seq:
            self.progress.clear()
            if not self._read(_OLD):
                self.progress.clear()
            self._read(_PATH)
        self.boot = self.progress.boot + 1
        return good

    def _read(self, path):
        """Feed the records of a file. False: one is damaged, or some before them are missing."""
        progress = self.progress
        good = True
        self.size = 0
        try:
            with open(path, "rb") as file:
                while True:
                    text = file.readline(_LONGEST)
                    if not text:
                        break
                    self.size += len(text)
                    text = text.strip()
                    if not text:
                        continue
                    record = parse(text)
                    if not record:
                        good = False
                        continue
                    if not progress.seq and record[1] > "1":
                        good = False
                    progress.feed(record)
                    if record[4] == "start":
                        self._started = record
        except (OSError, ValueError, IndexError):
            return not progress.seq
        return good

    # outside sessions

    def add(self, kind, fields):
        """Add a record: `progress` knows of it at once, the file with the next flush."""
        full = len(self.pending) >= _LINES
        if kind in _EVENTS:
            if full or self.size > _FULL:
                return
        elif full:
            self.pending.pop(0)
        record = self._record(self.progress.seq + 1, kind, fields)
        self.progress.feed(record)
        self.pending.append(as_line(record))

    def start(self, fields):
        """Begin a session with the fields of its start record, which goes with the next flush."""
        self._before = len(self.pending)
        self.add("start", fields)
        self._who = fields[:4]
        self.number = self.progress.seq

    def go_on(self, number):
        """The events to come are of that session, one that was cut off.

        Returns the fields of its start record, None where that is gone.
        """
        self.number = number
        self._before = len(self.pending)
        self._who = ("?", 0, 0, "?")
        if self._started and self._started[1] == str(number):
            self._who = self._started[5:9]
            return self._started[5:]
        return None

    def forget(self):
        """What waits of this session is not written: it was called off, or over in 60 s."""
        self._noted = 0
        self.pending = self.pending[: self._before]

    def compact(self):
        """Begin the file anew, with all that was learnt. No session may be waiting for resume.

        Three flash operations. False: the flash refused, and the journal is as it was.
        """
        try:
            with open(_NEW, "wb") as file:
                size = 0
                for kind, fields in self.progress.records():
                    size += file.write(as_line(self._record(0, kind, fields)))
            os.rename(_PATH, _OLD)
            os.rename(_NEW, _PATH)
        except OSError:
            return False
        self.size = size
        return True

    # in a session

    def note(self, kind, active, a=None, b=None, c=None):
        """Note an event of the session that is on, with its fields; allocates nothing."""
        if self._noted < _NOTES:
            self._noted += 1
        elif kind in _EVENTS:
            return  # and an end takes the place of the last event
        note = self._notes[self._noted - 1]
        note[0] = kind
        note[1] = active
        note[2] = a
        note[3] = b
        note[4] = c

    def gather(self):
        """Make records of what was noted."""
        for note in self._notes[: self._noted]:
            fields = note[1:]
            if note[0] not in _EVENTS:
                fields = list(self._who) + fields
            self.add(note[0], [self.number] + fields)
        self._noted = 0

    def flush(self):
        """Write what waits, in one append; where nothing waits, the flash is left alone.

        Allocates about half a KiB an event, or five times a start record; 10 KiB at most, but
        for long steps.
        """
        self.gather()
        if not self.pending:
            return True
        data = b"".join(self.pending)
        try:
            with open(_PATH, "ab") as file:
                file.write(data)
        except OSError:
            return False
        self.size += len(data)
        self.pending = []
        self._before = 0
        observe("saved", 0, "journal")
        return True

    def _record(self, seq, kind, fields):
        record = ["1", str(seq), str(self.boot), "-" if kind in _EVENTS else date(), kind]
        for field in fields:
            if field is not None:
                text = str(field)
                for control in "\t\n\r":
                    text = text.replace(control, " ")
                record.append(text)
        return record


class Saved:
    """What a checkpoint holds; times in ms. Its place is not checked against any steps."""

    def __init__(self, numbers):
        (
            self.number,
            self.active,
            self.paused,
            self.pos,
            self.loops,
            self.open_ms,
            self.run_ms,
            self.pressed,
            self.half_done,
            self.offset,
            self.announced,
        ) = numbers


def read_session():
    """The Saved; its number is 0 where no session runs. None: no file; False: a damaged one."""
    try:
        with open(_SESSION, "rb") as file:
            body, _, crc = file.readline(_SESSION_LONGEST)[:-1].rpartition(b" ")
        numbers = [int(word) for word in body.split()]
        if crc == b"%08x" % binascii.crc32(body) and min(numbers[:10]) >= 0:
            return Saved(numbers[1:12])
    except OSError:
        return None
    except ValueError:
        pass
    return False


def write_session(number, active, paused, here, half_done, announced):
    """The checkpoint of a session at that Place: one write. False: the flash refused it.

    Allocates less than 1 KiB.
    """
    return _put_session(
        "1 %d %d %d %d %d %d %d %d %d %d %d"
        % (
            number,
            active,
            paused,
            here.pos,
            here.loops,
            here.open_ms,
            here.run_ms,
            here.pressed,
            half_done,
            here.offset,
            announced,
        )
    )


def clear_session():
    """No session runs any more: its finish is recorded, or its runner said no."""
    return _put_session("1 0 0 0 0 0 0 0 0 0 0 0")


def _put_session(body):
    data = ("%-88s" % body).encode()
    data += b" %08x\n" % binascii.crc32(data)
    for mode in ("r+b", "wb"):
        try:
            with open(_SESSION, mode) as file:
                file.write(data)
            observe("saved", 0, "session")
            return True
        except OSError as error:
            if error.errno != _ENOENT:
                break
    return False
