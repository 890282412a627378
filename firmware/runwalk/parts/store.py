"""session.now: the session that runs, in one small file. After a power cut it holds the
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

from micropython import const

from runwalk.observe import observe

_PATH = "session.now"
_LONGEST = const(200)
_ENOENT = const(2)


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


def read():
    """The Saved; its number is 0 where no session runs. None: there is nothing to be read."""
    try:
        with open(_PATH, "rb") as file:
            body, _, crc = file.readline(_LONGEST)[:-1].rpartition(b" ")
        numbers = [int(word) for word in body.split()]
        if crc == b"%08x" % binascii.crc32(body) and min(numbers[:10]) >= 0:
            return Saved(numbers[1:12])
    except (OSError, ValueError):
        pass
    return None


def write(number, active, paused, here, half_done, announced):
    """The checkpoint of a session at that Place: one write. False: the flash refused it.

    Allocates less than 1 KiB.
    """
    return _put(
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


def clear():
    """No session runs any more: its finish is recorded, or its runner said no."""
    return _put("1 0 0 0 0 0 0 0 0 0 0 0")


def _put(body):
    data = ("%-88s" % body).encode()
    data += b" %08x\n" % binascii.crc32(data)
    for mode in ("r+b", "wb"):
        try:
            with open(_PATH, mode) as file:
                file.write(data)
            observe("saved", 0, "session")
            return True
        except OSError as error:
            if error.errno != _ENOENT:
                break
    return False
