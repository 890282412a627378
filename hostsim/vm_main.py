"""The MicroPython engine's inner half: runs under MicroPython, started by engine_micropython.

Argument: a folder of the host that holds setup.json and flash/; the run leaves
result.json, chip (the flash as littlefs has it), its files, pixels and pictures there. The trace goes to standard output.
"""

import json
import sys

import micropython
import vfs

FOLDER = "/host" + sys.argv[1]
BLOCK = 4096


class Blocks:
    """The flash chip, in a file of the host: a board has it beside its heap, not in it.

    Without power nothing can be written any more.
    """

    def __init__(self, file, count):
        self.file = file
        self.count = count
        self.dead = False

    def readblocks(self, block, buf, offset=0):
        self.file.seek(block * BLOCK + offset)
        self.file.readinto(buf)

    def writeblocks(self, block, buf, offset=0):
        if self.dead:
            return -5
        self.file.seek(block * BLOCK + offset)
        self.file.write(buf)

    def ioctl(self, op, arg):
        if op == 4:
            return self.count
        if op == 5:
            return BLOCK
        if op == 6:
            return -5 if self.dead else 0


class System:
    """littlefs, with the two things that pretend/flash.py asks besides."""

    def __init__(self, blocks, fresh):
        file = open(FOLDER + "/chip", "w+b" if fresh else "r+b")
        self._blocks = Blocks(file, blocks)
        if fresh:
            file.seek(blocks * BLOCK - 1)
            file.write(b"\0")
            vfs.VfsLfs2.mkfs(self._blocks)
        self._abandoned = []
        self._mount()

    def _mount(self):
        # sizes as on rp2; no times of change, which would come from the host
        fs = vfs.VfsLfs2(self._blocks, readsize=32, progsize=32, lookahead=32, mtime=False)
        self._fs = fs
        self.ilistdir = fs.ilistdir
        self.stat = fs.stat
        self.remove = fs.remove
        self.rename = fs.rename
        self.mkdir = fs.mkdir
        self.rmdir = fs.rmdir
        self.open = fs.open

    def abandon(self, file):
        """What was written to that file must never reach the chip, and a close would write it."""
        self._abandoned.append(file)  # held, or the collector would close it

    def cut(self):
        """What littlefs has in RAM is gone; a new one reads the chip."""
        old = self._blocks
        old.dead = True
        for file in self._abandoned:
            try:
                file.close()
            except OSError:
                pass
        self._abandoned.clear()
        self._blocks = Blocks(old.file, old.count)
        self._mount()


def load(path):
    with open(path) as file:
        return json.load(file)


def keep(name, content):
    with open(FOLDER + "/" + name, "wb") as file:
        file.write(content)


def main():
    vfs.umount("/")
    vfs.mount(vfs.VfsPosix("/"), "/host")
    setup = load(FOLDER + "/setup.json")
    sys.path[:] = [setup["pretend"], setup["firmware"], setup["beside"]]

    import board

    try:
        system = System(setup["blocks"], setup["format"])
        board.assemble(setup["board"], setup["timeline"], setup["last_action"], system)
        world = board.world
        flash = world.flash
        there = [path for path, content in flash.files()]
        for path in setup["files"]:
            if path not in there or path not in setup["spare"]:
                with open(FOLDER + "/flash/" + path, "rb") as file:
                    flash.put(path, file.read())
    except OSError as error:
        full = error.errno == 28
        damage = "there is no room left" if full else "no littlefs image, or a damaged one"
        keep("result.json", json.dumps({"damage": damage}).encode())
        return
    panel = world.panel
    vfs.mount(flash, "/")

    import time  # noqa: F401 - the board's, for all who import it later

    board.recorder.on = setup["record"]
    board.recorder.lock_sessions = setup["lock_heap"]
    board.man(setup["presses"])

    def snap(index):
        # as the recorder does: the program's lock is not for the simulator
        micropython.heap_lock()
        depth = left = micropython.heap_unlock()
        while left:
            left = micropython.heap_unlock()
        keep("picture-%d" % index, panel.pixels())
        for _ in range(depth):
            micropython.heap_lock()

    world.snap = snap
    kept = list(sys.modules)
    failed = [""]

    def start():
        failed[0] = ""
        for name in list(sys.modules):
            if name not in kept:
                del sys.modules[name]
        try:
            with open(setup["main"]) as file:
                program = compile(file.read(), setup["main"], "exec")
            exec(program, {"__name__": "__main__"})
        except SystemExit:
            pass
        except Exception as error:
            world.free_heap()
            sys.print_exception(error, sys.stderr)
            failed[0] = "%s: %s" % (type(error).__name__, error)

    board.live(start)
    names = []
    for number, (path, content) in enumerate(flash.files()):
        names.append(path)
        keep("file-%d" % number, content)
    keep("pixels", panel.pixels())
    with open(FOLDER + "/result.json", "w") as file:
        result = {"files": names, "ns": world.now, "error": failed[0]}
        result["width"], result["height"] = panel.width, panel.height
        json.dump(result, file)


main()
