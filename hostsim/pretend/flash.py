"""The flash as a program meets it: littlefs, with the time it takes and the faults it has.

`Flash` wraps a file system (MicroPython's VfsLfs2, or hostsim's own under
CPython) and is itself one that MicroPython can mount. Closing a written file,
renaming and removing take 60 ms each; what they write is there after that time,
so that a power cut within it leaves the old content.
"""

import io

from micropython import const
from oserror import os_error
from timeline import FLASH_FULL, FLASH_OK, FLASH_READONLY
from world import world

_ENOENT = const(2)
_ENOSPC = const(28)
_EROFS = const(30)
_DIR = const(0x4000)

# littlefs keeps smaller files inside the directory, so that they fail at the close only
_INLINE = const(512)
_BLOCK = const(4096)
_BLOCKS = const(352)  # 1408 KiB, as on a Pico


class File(io.IOBase):  # under MicroPython that makes it fit for print and print_exception
    """An open file: the file system's own, with time and faults added."""

    def __init__(self, flash, raw, path, dirty, size):
        self._flash = flash
        self._raw = raw
        self._path = path
        self._dirty = dirty
        self._size = size  # an upper bound of what the file becomes

    def write(self, data):
        world.alive()
        self._size += len(data)
        self._dirty = True
        if world.flash_state == FLASH_FULL and self._size > _INLINE:
            self.abandon()
            raise os_error(_ENOSPC)
        return self._raw.write(data)

    def read(self, size=-1):
        world.alive()
        return self._raw.read(size)

    def readinto(self, buffer):
        world.alive()
        return self._raw.readinto(buffer)

    def readline(self, size=-1):
        world.alive()
        return self._raw.readline(size)

    def readlines(self):
        return [line for line in self]

    def seek(self, offset, whence=0):
        world.alive()
        return self._raw.seek(offset, whence)

    def tell(self):
        world.alive()
        return self._raw.tell()

    def flush(self):
        if self._dirty:
            self._reach()
            self._raw.flush()
            self._dirty = False

    def close(self):
        world.alive()
        if self._path is None:
            return
        if self._dirty:
            self._reach()
        self._path = None
        self._flash.opened.remove(self)
        self._raw.close()

    def _reach(self):
        """The time of a write, after which its content is there. Raises OSError."""
        world.flash_write()
        if world.flash_state != FLASH_OK:
            full = world.flash_state == FLASH_FULL
            self.abandon()
            raise os_error(_ENOSPC if full else _EROFS)

    def commit(self):
        """What a soft reset's finalisers do: close, whatever has been written so far."""
        if world.flash_state == FLASH_OK:
            self._raw.close()
        else:
            self.abandon()

    def abandon(self):
        """The file is over, and what was written to it never reaches the flash."""
        if self._path is not None:
            self._path = None
            if self in self._flash.opened:
                self._flash.opened.remove(self)
            self._flash.system.abandon(self._raw)

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        self.close()

    def __iter__(self):
        return self

    def __next__(self):
        line = self.readline()
        if not line:
            raise StopIteration
        return line


class Flash:
    """One flash. `system` is the file system on it, with `abandon(file)` and `cut()` besides."""

    def __init__(self, system):
        self.system = system
        self.opened = []

    # what MicroPython's mount asks of a file system

    def mount(self, readonly, mkfs):
        pass

    def umount(self):
        pass

    def chdir(self, path):
        if self._path(path) and not self.stat(path)[0] & _DIR:
            raise os_error(_ENOENT)

    def getcwd(self):
        return "/"

    def open(self, path, mode="r", buffering=-1, encoding=None):
        world.alive()
        writes = "w" in mode or "a" in mode or "+" in mode or "x" in mode
        if writes:
            self._writable()
        path = self._path(path)
        size = self._size(path)
        raw = self.system.open(path, mode)
        fresh = size < 0 or "w" in mode
        file = File(self, raw, path, writes and fresh, 0 if fresh else size)
        self.opened.append(file)
        return file

    def ilistdir(self, path=""):
        world.alive()
        return self.system.ilistdir(self._path(path))

    def stat(self, path):
        world.alive()
        return self.system.stat(self._path(path))

    def remove(self, path):
        self._change()
        self.system.remove(self._path(path))

    def rename(self, old, new):
        self._change()
        self.system.rename(self._path(old), self._path(new))

    def mkdir(self, path):
        self._writable()
        if world.flash_state == FLASH_FULL:
            raise os_error(_ENOSPC)
        self.system.mkdir(self._path(path))

    def rmdir(self, path):
        self._writable()
        self.system.rmdir(self._path(path))

    def statvfs(self, path):
        """From the files' sizes, and so the same on both engines."""
        world.alive()
        free = _BLOCKS - 2 - self._blocks("")
        if world.flash_state == FLASH_FULL or free < 0:
            free = 0
        return (_BLOCK, _BLOCK, _BLOCKS, free, free, 0, 0, 0, 0, 255)

    def _blocks(self, path):
        blocks = 0
        for entry in self.system.ilistdir(path):
            inner = path + "/" + entry[0] if path else entry[0]
            if entry[1] == _DIR:
                blocks += 2 + self._blocks(inner)
            elif entry[3] > _INLINE:
                blocks += (entry[3] + _BLOCK - 1) // _BLOCK
        return blocks

    def _path(self, path):
        while path.startswith("/") or path.startswith("./"):
            path = path[path.find("/") + 1 :]
        while path.endswith("/"):
            path = path[:-1]
        return "" if path == "." else path

    def _size(self, path):
        """The size of a file, -1 where there is none."""
        try:
            return self.system.stat(path)[6]
        except OSError:
            return -1

    def _writable(self):
        world.alive()
        if world.flash_state == FLASH_READONLY:
            raise os_error(_EROFS)

    def _change(self):
        self._writable()
        world.flash_write()

    # the end of a program

    def outage(self, soft):
        """A soft reset closes what is open, and so commits it; anything else loses it."""
        for file in list(self.opened):
            if soft:
                file.commit()
            else:
                file.abandon()
        self.opened.clear()
        if not soft:
            self.system.cut()

    # for the owner of the world, before and after the run

    def files(self):
        """Every file as (path, content); reading takes no time."""
        found = []
        self._collect("", found)
        found.sort()
        return found

    def _collect(self, folder, found):
        for entry in self.system.ilistdir(folder):
            path = folder + "/" + entry[0] if folder else entry[0]
            if entry[1] == _DIR:
                self._collect(path, found)
            else:
                file = self.system.open(path, "rb")
                found.append((path, file.read()))
                file.close()

    def put(self, path, content):
        """A file as it comes from the host; takes no time."""
        parts = path.split("/")
        for i in range(1, len(parts)):
            folder = "/".join(parts[:i])
            if self._size(folder) < 0:
                self.system.mkdir(folder)
        file = self.system.open(path, "wb")
        file.write(content)
        file.close()
