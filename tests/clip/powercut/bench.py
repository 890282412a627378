"""The pretend board on a real littlefs whose chip can lose its power, one life after another.

Runs under MicroPython; the first argument is a JSON file that test_clip_powercut.py writes. A
life is what a clip does from power-on until its script ends or the power goes; time is
virtual and goes on from life to life. The firmware's modules are loaded once, and the clip
is built anew at each start, so what a start finds is the flash alone.
"""

import json
import sys

import vfs

with open(sys.argv[1]) as file:
    SETUP = json.load(file)
vfs.umount("/")
vfs.mount(vfs.VfsPosix("/"), "/host")
sys.path[:] = ["/host" + SETUP["chip"]]
import flash as chip_  # noqa: E402 - of tests/parts/powercut

del sys.modules["flash"]  # the board has one too
sys.path[:] = ["/host" + SETUP["pretend"], "/host" + SETUP["firmware"]]

import machine  # noqa: E402, F401 - its pins want to be reset at every start
from flash import Flash  # noqa: E402
from panel import Panel  # noqa: E402
from timeline import POWER, Timeline  # noqa: E402
from world import POWER_ON, SOFT_RESET, Outage, world  # noqa: E402


class Observer:
    """What the firmware tells goes to the life that is on."""

    @staticmethod
    def observe(code, ago, what):
        Life.on.happened(code, ago, what)


sys.modules["observer"] = Observer
world.setup(SETUP["board"], (), 0)
world.panel = Panel("ssd1306", 128, 64, 0, 60)
world.flash = Flash(None)
vfs.mount(world.flash, "/")

from runwalk.clip import clip as run_  # noqa: E402

_Clip = run_.Clip


def _clip(facts):
    """A clip, and who wants to know what it finds on its flash."""
    Life.on.clip = clip = _Clip(facts)
    load = clip.keeper.load

    def loaded():
        load()
        Life.on.loaded(clip.keeper)

    clip.keeper.load = loaded
    return clip


run_.Clip = _clip


class Chip(chip_.Flash):
    """Where its power goes, all power goes."""

    def change(self, start, old, new):
        try:
            return chip_.Flash.change(self, start, old, new)
        except chip_.Cut:
            world.over(POWER_ON)


def littlefs(chip):
    return vfs.VfsLfs2(chip, readsize=32, progsize=256, lookahead=32, mtime=False)


def mkfs(blocks):
    image = bytearray(b"\xff" * (chip_.BLOCK * blocks))
    vfs.VfsLfs2.mkfs(Chip(image), readsize=32, progsize=256, lookahead=32)
    return image


class System:
    """littlefs on a chip; pretend/flash.py adds the time that it takes."""

    def __init__(self, chip):
        self._chip = chip
        self._abandoned = []
        fs = littlefs(chip)
        self._open = fs.open
        self.ilistdir = fs.ilistdir
        self.stat = fs.stat
        self.remove = fs.remove
        self.rename = fs.rename
        self.mkdir = fs.mkdir
        self.watch = None  # watch(): a step of the program is done, and it may end there

    def open(self, path, mode):
        raw = self._open(path, mode)
        return raw if self.watch is None or mode[0] == "r" == mode[-1] else Watched(raw, self)

    def abandon(self, file):
        self._abandoned.append(file)  # held, or the collector would close it

    def cut(self):
        """The power went: nothing more may reach the chip, whoever closes a file now."""
        self._chip.is_gone = True
        for file in self._abandoned:
            try:
                file.close()
            except OSError:
                pass
        self._abandoned.clear()


class Watched:
    """An open file whose program may end after each of its calls."""

    def __init__(self, raw, system):
        self.raw = raw
        self.system = system
        for name in ("read", "readinto", "readline", "seek", "tell", "flush", "close"):
            setattr(self, name, getattr(raw, name))
        self.is_fresh = True

    def write(self, data):
        if self.is_fresh:
            self.is_fresh = False
            self.system.watch()  # opened, and nothing more
        done = self.raw.write(data)
        self.system.watch()
        return done


class Life:
    """From one power-on to the end of power. `rows`: what happens, as the timeline has it.

    work(flash): done first, without a clip, as mpremote would.
    """

    on = None

    def __init__(self, rows, work=None):
        self.rows = rows
        self.work = work
        self.clip = None
        self.chip = None
        self.crashes = []
        self.screen = ""
        self.reset_at = -1
        self.steps = 0

    def loaded(self, keeper):
        pass

    def happened(self, code, ago, what):
        if code == "screen":
            self.screen = what
        elif code == "crash":
            self.crashes.append("%s: %s" % what)

    def live(self, image, cut_at=-1, how="before", reset_at=-1):
        """Live it on that image, which is changed. True: it was cut before its script's end.

        The power goes at the flash operation `cut_at`, in the way `how` (tests/parts), or a
        soft reset comes at the program's step `reset_at`.
        """
        return self.live_on(Chip(image, cut_at, how), reset_at)

    def live_on(self, chip, reset_at=-1):
        Life.on = self
        self.chip = chip
        self.reset_at = reset_at
        Timeline.__init__(world)
        world.ended = False
        world.powered = True
        world.cause = POWER_ON
        world.panel.power_lost()
        world.switch_on()
        system = world.flash.system = System(chip)
        world.wrote = None
        if reset_at >= 0:
            system.watch = world.wrote = self._step
        try:
            if self.work is not None:
                self.work(world.flash)
            now = world.now
            for ns, code, arg in self.rows:
                world.at(now + ns, code, arg)
            run_.run()
        except Outage:
            pass
        is_cut = not world.ended
        world.dead = False
        world.flash.outage(world.cause == SOFT_RESET)
        system.cut()
        return is_cut

    def _step(self, ns=0):
        if self.steps == self.reset_at:
            world.over(SOFT_RESET)
        self.steps += 1


class Files:
    """The files of an image, for looking at and for putting some there."""

    def __init__(self, image):
        self._fs = littlefs(Chip(image))

    def read(self, path):
        """Its content, None where there is no such file."""
        try:
            with self._fs.open(path, "rb") as file:
                return file.read()
        except OSError:
            return None

    def put(self, path, content):
        folder, _, name = path.rpartition("/")
        if folder and not any(entry[0] == folder for entry in self._fs.ilistdir("")):
            self._fs.mkdir(folder)
        with self._fs.open(path, "wb") as file:
            file.write(content)

    def names(self, folder):
        return sorted([entry[0] for entry in self._fs.ilistdir(folder)])
