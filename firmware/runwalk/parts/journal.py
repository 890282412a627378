"""journal.txt: an event a line (parts.records says what a line means), only ever added to.

Events of a running session wait in RAM and go with the next `flush` in one append, which
littlefs shows whole or not at all. No method raises OSError: a flash that is full or
read-only makes a call return False, and what could not be written waits, within bounds,
for the next flush. `progress` knows of it all the same, until the power goes.

`compact`, outside sessions, drops old records before the file passes 16 KiB, first what
the host has. The file as it was stays as journal.old, the generation before, in which
`load` looks up what a damaged line of the new one said.
"""

import os
from array import array

from micropython import const

from runwalk.core.progress import Progress
from runwalk.parts import records

# kinds for `note`
SKIP = const(0)
BACK = const(1)
OPEN = const(2)
PAUSE = const(3)
RESUME = const(4)
STOP = const(5)
FINISH = const(6)

_KINDS = ("skip", "back", "open", "pause", "resume", "stop", "finish")
_AFTER = ("", "power", "crash")
_NOTES = const(16)  # events between two checkpoints, five numbers each
_LINES = const(48)  # lines that a flash which takes nothing leaves in RAM
_DETAILS = const(24)  # with so many waiting, only starts, ends and answers are added
_LIMIT = const(16384)
_SPARE = const(1024)  # of it, kept free of details
_DUE = const(12288)  # compacted at this size, so that a session still fits
_TAIL = const(6144)  # so much of what the host has not pulled stays in the file
_LONGEST = const(4600)  # a record
_NEVER = const(0x3FFFFFFF)


class Started:
    """A start record: what a session was to be. `workout` is a label or None."""

    def __init__(self, record):
        self.number = int(record[1])
        self.stem = record[5]
        self.week = int(record[6])
        self.day = int(record[7])
        self.workout = record[8] or None
        self.planned_ms = int(record[9])
        self.text = record[10].encode()  # for core.plan.steps_from_text


class Journal:
    """The journal's one owner.

    `failed`: the flash refused the last write. `lost`: events that found no room.
    """

    def __init__(self, progress, path="journal.txt", old="journal.old", new="journal.new"):
        self.progress = progress
        self.path = path
        self.old = old
        self.new = new
        self.boot = 1
        self.size = 0
        self.failed = False
        self.lost = 0
        self.pending = []  # lines to be written
        self._is_behind = False  # the file is older than journal.old: cut off, or lost
        self._first = 0  # of them, the first of the session that is on
        self._who = ()  # what a finish says of its session
        self._number = 0
        self._noted = 0
        self._notes = array("i", [0] * (_NOTES * 5))

    # at start

    def load(self):
        """Read it all into `progress`. False: a record was damaged, or can't be read."""
        _remove(self.new)
        good = self._derive(self.progress, _NEVER)
        if self._is_behind:
            self._copy(self.old, self.path)
        self.size = _size(self.path)
        self.boot = self.progress.boot + 1
        return good

    def _derive(self, progress, below):
        """Feed all records numbered below that; returns whether none was damaged."""
        progress.clear()
        self._is_behind = False
        good = self._feed(self.path, progress, -1, below)
        seq = progress.seq
        if good and seq >= min(self._last_old(), below - 1):
            return True
        # what a damaged or missing line said may stand in the generation before
        progress.clear()
        if self._feed(self.old, progress, -1, below) and progress.seq:
            self._is_behind = seq < progress.seq
            self._feed(self.path, progress, progress.seq, below)
        else:
            progress.clear()
            self._feed(self.path, progress, -1, below)
        return False

    def _feed(self, path, progress, over, below):
        """Feed the records numbered between the two."""
        good = True
        try:
            for _, line in records.lines(path):
                record = records.parse(line)
                if record is None:
                    good = False
                elif over < int(record[1]) < below:
                    progress.feed(record)
        except OSError:
            return not _exists(path)
        return good

    def _last_old(self):
        """Number of the last record in journal.old: the journal has it or a later one."""
        last = 0
        try:
            for _, line in records.lines(self.old, max(0, _size(self.old) - _LONGEST)):
                record = records.parse(line)
                if record:
                    last = max(last, int(record[1]))
        except OSError:
            pass
        return last

    def find_start(self, number):
        """The Started of that number, None where its record is gone."""
        found = None
        for path in (self.old, self.path):
            try:
                for _, line in records.lines(path):
                    record = records.parse(line)
                    if record and record[1] == str(number) and record[4] == "start":
                        found = Started(record)
            except (OSError, ValueError, IndexError):
                pass
        return found

    # outside sessions

    def add(self, when, kind, *fields):
        """Add a record and write it. `when`: date with UTC offset, "" where it is not known."""
        self._take_notes(when)
        self._queue(when, kind, fields)
        return self.flush(when)

    def start(self, when, stem, week, day, workout, planned_ms, text, above=0):
        """Begin a session; returns its number. Its record goes with the next flush.

        `text`: the steps as bytes. `above`: a number in use that the journal may have lost.
        """
        self._take_notes("")
        self.progress.seq = max(self.progress.seq, above)
        first = len(self.pending)
        self._queue(when, "start", (stem, week, day, workout or "", planned_ms, text.decode()))
        self._first = first
        self.go_on(self.progress.seq, stem, week, day, workout)
        return self._number

    def go_on(self, number, stem, week, day, workout):
        """The events to come are of this session: one that is resumed."""
        self._number = number
        self._who = (stem, week, day, workout or "")

    def forget(self):
        """What waits of this session is not written: it was called off, or over in 60 s."""
        self._noted = 0
        self.pending = self.pending[: self._first]

    # in a session

    def note(self, kind, active, a=0, b=0, c=0):
        """Note an event of the session that is on; allocates nothing. Times in ms.

        SKIP, BACK, OPEN: from a to b. PAUSE, RESUME: a ms paused, b for RESUME 0, 1 after a
        power loss, 2 after a crash. STOP, FINISH: a ms paused, b in timed steps, c running.
        """
        at = self._noted * 5
        if self._noted == _NOTES:
            self.lost += 1
            if kind < STOP:
                return
            at -= 5  # an end takes the place of the last detail
        else:
            self._noted += 1
        notes = self._notes
        notes[at] = kind
        notes[at + 1] = active
        notes[at + 2] = a
        notes[at + 3] = b
        notes[at + 4] = c

    def flush(self, when=""):
        """Write what waits, in one append; where nothing waits, the flash is left alone.

        Allocates about half a KiB an event, or five times a start record; 8 KiB at most, but
        for long steps. `when` dates a finish or stop.
        """
        self._take_notes(when)
        if not self.pending:
            return True
        data = b"".join(self.pending)
        self.failed = True
        try:
            file = open(self.path, "ab")
            try:
                done = file.write(data)
            finally:
                file.close()
        except OSError:
            return False
        self.size += done
        if done == len(data):
            self.failed = False
            self.pending = []
            self._first = 0
        return not self.failed

    def _take_notes(self, when):
        """Make lines of the events noted."""
        notes = self._notes
        for at in range(0, self._noted * 5, 5):
            kind = notes[at]
            fields = (self._number, notes[at + 1], notes[at + 2], notes[at + 3])
            if kind >= STOP:
                fields = fields[:1] + self._who + fields[1:] + (notes[at + 4],)
                self._queue(when, _KINDS[kind], fields)
                continue
            if kind == PAUSE:
                fields = fields[:3]
            elif kind == RESUME:
                fields = fields[:3] + (_AFTER[fields[3]],)
            if len(self.pending) < _DETAILS and self.size < _LIMIT - _SPARE:
                self._queue("", _KINDS[kind], fields)
            else:
                self.lost += 1
        self._noted = 0

    def _queue(self, when, kind, fields):
        if len(self.pending) >= _LINES:
            self.lost += 1
            self._first = max(0, self._first - 1)
            self.pending.pop(0)
        record = records.make(self.progress.seq + 1, self.boot, when, kind, fields)
        self.progress.feed(record)
        self.pending.append(records.write(record))

    # compaction, outside sessions

    def compact_due(self):
        """Whether `compact` should be called before the next session."""
        return self.size > _DUE

    def compact(self, running=0):
        """Drop old records; `running`: number of a session that may yet be resumed, or 0.

        Four flash operations. False: the flash refused, and the journal is as it was.
        """
        self.size = _size(self.path)
        cut, below = self._find_cut(running)
        if not cut:
            return True
        kept = Progress()
        self._derive(kept, below)
        if not self._copy(self.path, self.old):
            _remove(self.old)  # the flash is full: the oldest makes room
        try:
            with open(self.new, "wb") as file:
                size = 0
                for kind, fields in kept.records():
                    record = records.make(0, self.boot, "", kind, fields)
                    size += file.write(records.write(record))
                for offset, line in records.lines(self.path):
                    if offset >= cut and records.parse(line):
                        size += file.write(b"\n" + line + b"\n")
            os.rename(self.new, self.path)
        except OSError:
            _remove(self.new)
            return False
        self.size = size
        return True

    def _find_cut(self, running):
        """Offset and number of the first record that stays, always a start; offset 0: all do."""
        cut = last = 0
        below = _NEVER
        held = False
        try:
            for offset, line in records.lines(self.path):
                record = records.parse(line)
                if not record or held or record[1] == "0":
                    continue
                if record[4] == "start":
                    if self.size - cut > _TAIL or last <= self.progress.pulled:
                        cut, below = offset, int(record[1])
                    held = record[1] == str(running)
                if record[4] != "pulled":
                    last = int(record[1])
        except OSError:
            return 0, 0
        if not held and (self.size - cut > _TAIL or last <= self.progress.pulled):
            return self.size, _NEVER
        return cut, below

    def _copy(self, source, target):
        try:
            with open(self.new, "wb") as file:
                with open(source, "rb") as old:
                    while True:
                        data = old.read(512)
                        if not data:
                            break
                        file.write(data)
            os.rename(self.new, target)
            return True
        except OSError:
            _remove(self.new)
            return False


def _exists(path):
    try:
        os.stat(path)
        return True
    except OSError:
        return False


def _size(path):
    try:
        return os.stat(path)[6]
    except OSError:
        return 0


def _remove(path):
    try:
        os.remove(path)
    except OSError:
        pass
