"""A file system in memory that behaves like littlefs as MicroPython mounts it.

What is written shows at the close; a file that was there keeps its old content
until then, a new name stands there empty from its opening (littlefs#711). What
takes time, and what the flash refuses, is the business of pretend/flash.py.
"""

import io
from collections.abc import Iterator

from hostsim.pretend.oserror import (
    EBADF,
    EEXIST,
    EISDIR,
    ENOENT,
    ENOTDIR,
    ENOTEMPTY,
    os_error,
)

_DIR = 0x4000
_FILE = 0x8000
_FLAGS = set("rwaxbt+")


class MemoryFile:
    """An open file. `read` gives text or bytes, as its mode says."""

    def __init__(self, system: "MemorySystem", path: str, mode: str):
        self._system = system
        self._path = path
        self._text = "b" not in mode
        self._reads = "r" in mode or "+" in mode
        self._writes = mode.strip("bt") != "r"
        self._appends = "a" in mode
        old = b"" if "w" in mode else system.files.get(path, b"")
        self._content: io.BytesIO | None = io.BytesIO(old)

    def _open(self, wanted: bool) -> io.BytesIO:
        if self._content is None:
            raise ValueError("I/O operation on closed file")
        if not wanted:
            raise os_error(EBADF)
        return self._content

    def _given(self, data: bytes) -> bytes | str:
        return data.decode() if self._text else data

    def write(self, data: bytes | str) -> int:
        content = self._open(self._writes)
        if isinstance(data, str) != self._text:
            raise TypeError("text and bytes do not mix")
        if self._appends:
            content.seek(0, 2)
        content.write(data.encode() if isinstance(data, str) else data)
        return len(data)

    def read(self, size: int = -1) -> bytes | str:
        content = self._open(self._reads)
        if not self._text or size is None or size < 0:
            return self._given(content.read(size))
        text = content.read().decode()
        content.seek(-len(text[size:].encode()), 2)
        return text[:size]

    def readinto(self, buffer: bytearray) -> int:
        return self._open(self._reads).readinto(buffer)

    def readline(self, size: int = -1) -> bytes | str:
        return self._given(self._open(self._reads).readline(size))

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._open(True).seek(offset, whence)

    def tell(self) -> int:
        return self._open(True).tell()

    def flush(self) -> None:
        if self._writes:
            self._system.files[self._path] = self._open(True).getvalue()

    def close(self) -> None:
        if self._content is not None:
            self.flush()
            self._content = None

    def drop(self) -> None:
        self._content = None


class MemorySystem:
    """Paths are without a slash in front; "" is the root."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.folders: set[str] = {""}

    def open(self, path: str, mode: str = "r") -> MemoryFile:
        if not set(mode) <= _FLAGS:
            raise ValueError(mode)
        self._in_folder(path)
        if path in self.folders:
            raise os_error(EISDIR)
        if path not in self.files:
            if "r" in mode:
                raise os_error(ENOENT)
            self.files[path] = b""
        elif "x" in mode:
            raise os_error(EEXIST)
        return MemoryFile(self, path, mode)

    def ilistdir(self, folder: str = "") -> Iterator[tuple[str, int, int, int]]:
        if folder in self.files:
            raise os_error(ENOTDIR)
        if folder not in self.folders:
            raise os_error(ENOENT)
        found = [(path, _FILE, len(content)) for path, content in self.files.items()]
        found += [(path, _DIR, 0) for path in self.folders if path]
        # littlefs keeps a folder's names in order
        for path, kind, size in sorted(found):
            parent, _, name = path.rpartition("/")
            if parent == folder:
                yield name, kind, 0, size

    def stat(self, path: str) -> tuple[int, ...]:
        if path in self.folders:
            return (_DIR, 0, 0, 0, 0, 0, 0, 0, 0, 0)
        if path not in self.files:
            raise os_error(ENOENT)
        return (_FILE, 0, 0, 0, 0, 0, len(self.files[path]), 0, 0, 0)

    def remove(self, path: str) -> None:
        if path in self.files:
            del self.files[path]
        else:
            self.rmdir(path)  # littlefs has one call for both

    def rename(self, old: str, new: str) -> None:
        self._in_folder(new)
        if old not in self.files:
            raise os_error(EISDIR if old in self.folders else ENOENT)
        if new in self.folders:
            raise os_error(EISDIR)
        self.files[new] = self.files.pop(old)

    def mkdir(self, path: str) -> None:
        self._in_folder(path)
        if path in self.folders or path in self.files:
            raise os_error(EEXIST)
        self.folders.add(path)

    def rmdir(self, path: str) -> None:
        if not path or path not in self.folders:
            raise os_error(ENOENT)
        if any(name.startswith(path + "/") for name in [*self.files, *self.folders]):
            raise os_error(ENOTEMPTY)
        self.folders.remove(path)

    def _in_folder(self, path: str) -> None:
        if path.rpartition("/")[0] not in self.folders:
            raise os_error(ENOENT)

    # what pretend/flash.py asks besides

    def abandon(self, file: MemoryFile) -> None:
        file.drop()

    def cut(self) -> None:
        """The power went: nothing more to lose, for open files were dropped."""
