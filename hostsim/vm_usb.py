"""A board behind hostsim/usb.py: runs under MicroPython, which goes on to its REPL after it.

Arguments: a folder of the host that holds setup.json and chip (the flash, as littlefs
has it), and whether main.py is to be started. Time is real here.
"""

import json
import os
import sys

import vfs

sys.path[:] = []
import time as _real  # noqa: E402 - MicroPython's own, before the board's takes its name

FOLDER = "/host" + sys.argv[1]
BLOCK = 4096
_FRAME_MS = 50


class Chip:
    """The flash chip, in a file of the host; a killed process is a power cut to it.

    No method may branch: MicroPython raises KeyboardInterrupt at branches, and that would
    leave littlefs, which called, in the middle of what it does. On a board it can't happen.
    """

    def __init__(self, file, count):
        self.file = file
        self.answers = (None, 0, 0, 0, count, BLOCK, 0)

    def readblocks(self, block, buf, offset=0):
        self.file.seek(block * BLOCK + offset)
        self.file.readinto(buf)

    def writeblocks(self, block, buf, offset=0):
        self.file.seek(block * BLOCK + offset)
        self.file.write(buf)

    def ioctl(self, op, arg):
        return self.answers[op]


class Note:
    """A small file for usb.py, opened while the host's files can still be seen."""

    def __init__(self, name):
        self._file = open(FOLDER + "/" + name, "r+b")

    def write(self, number):
        self._file.seek(0)
        self._file.write(b"%-12d" % number)
        self._file.flush()


def _mount(blocks):
    """The flash's littlefs; a chip that holds none is formatted, as the board's own start does."""
    chip = Chip(open(FOLDER + "/chip", "r+b"), blocks)
    try:
        return vfs.VfsLfs2(chip, readsize=32, progsize=32, lookahead=32, mtime=False)
    except OSError:
        vfs.VfsLfs2.mkfs(chip)
        return vfs.VfsLfs2(chip, readsize=32, progsize=32, lookahead=32, mtime=False)


def _assemble(setup):
    """The pretend parts, whose time is now the real one."""
    sys.path[:] = [setup["pretend"]]
    import board
    import machine
    from timeline import FINGER
    import time  # noqa: F401 - the board's, for all who import it later

    fs = _mount(setup["blocks"])
    board.assemble(setup["board"], [], 0, fs)
    board.recorder.on = False
    world = board.world
    world.cause = setup["cause"]
    world.switch_on()
    begun = _real.ticks_ms()
    clock = Note("clock")
    end = Note("over")

    stop = open(FOLDER + "/stop", "rb")
    hand = open(FOLDER + "/hand", "rb")
    view = open(FOLDER + "/view", "r+b")
    seen = [hand.read(), -1, 0, 0]  # what the finger did last; what was shown, and when

    def fingers():
        hand.seek(0)
        moves = hand.read()
        if moves[-1:] == b"\n" and moves != seen[0]:
            seen[0] = moves
            for move in moves.split()[1:]:
                after, _, level = move.partition(b":")
                world.at(world.now + int(after) * 1000000, FINGER, int(level))

    def show():
        now = _real.ticks_ms()
        if world.panel.version == seen[1] and world.outputs == seen[2]:
            return
        if _real.ticks_diff(now, seen[3]) < _FRAME_MS:
            return
        seen[1:] = world.panel.version, world.outputs, now
        view.seek(0)
        view.write(bytes((world.outputs,)) + world.panel.pixels())
        view.flush()

    def pace(ns):
        stop.seek(0)
        if stop.read(1) == b"!":
            raise KeyboardInterrupt
        fingers()
        show()
        left = ns // 1000000 - _real.ticks_diff(_real.ticks_ms(), begun)
        if left > 0:
            _real.sleep_ms(left)

    # real seconds since 1970 minus the board's: what the clock is set to outlives a soft reset
    ahead = [setup["clock"]]
    if ahead[0] is None:
        ahead[0] = int(_real.time()) - world.rtc_seconds()
        clock.write(ahead[0])

    def set_rtc(seconds):
        ahead[0] = int(_real.time()) - seconds
        clock.write(ahead[0])

    def over(cause):
        end.write(cause)
        raise SystemExit

    world.pace = pace
    world.set_rtc = set_rtc
    world.rtc_seconds = lambda: int(_real.time()) - ahead[0]
    world.over = over
    world._look_ahead()
    vfs.umount("/host")  # as on a board, there is nothing but the flash
    vfs.mount(fs, "/")
    os.chdir("/")
    sys.path[:] = ["", ".frozen", "/lib"]


def _start():
    vfs.umount("/")
    vfs.mount(vfs.VfsPosix("/"), "/host")
    with open(FOLDER + "/setup.json") as file:
        setup = json.load(file)
    _assemble(setup)
    if sys.argv[2] != "main":
        return
    try:
        with open("main.py") as file:
            text = file.read()
    except OSError:
        return
    print("\x16up\x16", end="")  # usb.py takes it away: from here on Ctrl-C is for the program
    exec(compile(text, "main.py", "exec"), {"__name__": "__main__"})


_start()
