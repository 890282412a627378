"""The session that runs, in one small file: after a power cut it holds the old
checkpoint or the new one, never less.

The file is a line of text of fixed length, its checksum last:

    1 57 754000 0 5 0 -46000 0 240000 1 -1 running                 1c291ca3

Its fields are: version, number of the start record in the journal, and in
milliseconds active and paused; then the place in the steps, full rounds of
`repeat`, the offset of the step that is on, time spent in open steps and time
spent running (ms); flags, the step of the last `lastround`, and running or
paused. A later version may add fields before the blanks and change none.

littlefs shows a file's old content until the file is closed, so a checkpoint is
open for changing, one write, close. `wb` would not do: a Ctrl-C or a soft reset
between open and write closes the file, and that commits an empty one.
"""

import binascii
import errno
import os

from micropython import const

LENGTH = const(98)
_BODY = const(88)  # then a blank, eight digits of CRC-32, a newline
_FIELDS = const(11)
_NO_SESSION = "1 0 0 0 0 0 0 0 0 0 0 paused"


class Saved:
    """What a checkpoint holds; times in ms. `pos` is not checked against any steps."""

    def __init__(self, words):
        (
            self.number,
            self.active,
            self.paused,
            self.pos,
            self.loops,
            self.off,
            self.open_ms,
            self.run_ms,
            self.flags,
            self.announced,
        ) = [int(word) for word in words[1:_FIELDS]]
        self.running = words[_FIELDS] == "running"
        for value in (self.active, self.paused, self.pos, self.loops, self.open_ms, self.run_ms):
            if value < 0:
                raise ValueError("below 0")


class SessionFile:
    """The one file of the running session. No method raises OSError."""

    def __init__(self, path="session.now", new="session.new"):
        self.path = path
        self.new = new

    def ensure(self):
        """Outside sessions: make the file where there is none. False: the flash refused."""
        for path in (self.new, self.path):
            try:
                if path == self.new:
                    os.remove(path)  # what a power cut may have left
                else:
                    os.stat(path)
                    return True
            except OSError:
                pass
        return self._create(_line(_NO_SESSION))

    def read(self):
        """The saved session; None where there is none, or nothing that can be read."""
        try:
            with open(self.path, "rb") as file:
                data = file.read(LENGTH)
        except OSError:
            return None
        end = data.find(b"\n")
        if end < 9 or data[end - 8 : end] != b"%08x" % binascii.crc32(data[: end - 9]):
            return None
        try:
            saved = Saved(data[: end - 9].decode().split())
        except (ValueError, IndexError):
            return None
        return saved if saved.number > 0 else None

    def write(
        self, number, active, paused, pos, loops, off, open_ms, run_ms, flags, announced, running
    ):
        """The checkpoint: one write. False: the flash refused, the one before still holds.

        Allocates less than 1 KiB.
        """
        return self._put(
            "1 %d %d %d %d %d %d %d %d %d %d %s"
            % (
                number,
                active,
                paused,
                pos,
                loops,
                off,
                open_ms,
                run_ms,
                flags,
                announced,
                "running" if running else "paused",
            )
        )

    def clear(self):
        """No session runs any more: its finish is recorded, or its runner said no."""
        return self._put(_NO_SESSION)

    def _put(self, body):
        data = _line(body)
        if data is None:
            return False
        try:
            file = open(self.path, "r+b")
            try:
                done = file.write(data)
            finally:
                file.close()
            return done == LENGTH
        except OSError as error:
            # somebody took the file away: there is nothing left to lose by making it
            return error.errno == errno.ENOENT and self._create(data)

    def _create(self, data):
        try:
            with open(self.new, "wb") as file:
                file.write(data)
            os.rename(self.new, self.path)
            return True
        except OSError:
            return False


def _line(body):
    """The whole file for these fields, None where they don't fit."""
    if len(body) > _BODY:
        return None
    data = ("%-88s" % body).encode()
    return data + b" %08x\n" % binascii.crc32(data)
