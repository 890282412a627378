"""What a simulated clip keeps on this computer: a folder of its files, or a littlefs image.

What is wrong with such a place is said before the clip runs, and not after half an
hour of session. Every fault is a UserError.
"""

import os
from collections.abc import Iterable
from pathlib import Path

from runwalk_tools.errors import UserError, cannot

FLASH_BYTES = 1408 * 1024  # a Pico's
_NAME_BYTES = 255  # littlefs


def read_folder(folder: Path) -> dict[str, bytes]:
    """The files that a clip left in that folder, which is made if it is not there yet."""
    files: dict[str, bytes] = {}
    size = 0
    try:
        if folder.exists() and not folder.is_dir():
            raise UserError(f"{folder}: not a folder")
        folder.mkdir(parents=True, exist_ok=True)
        for path in _files(folder):
            size += path.stat().st_size
            if size > FLASH_BYTES:
                raise UserError(f"{folder}: more than a clip's flash can hold; is it one?")
            files[_name(path, folder)] = path.read_bytes()
    except OSError as error:
        raise cannot(error.filename or folder, error) from error
    if not os.access(folder, os.W_OK):
        raise UserError(f"{folder}: the clip could not write there")
    return files


def _files(folder: Path) -> list[Path]:
    found = []
    for place, folders, names in os.walk(folder, onerror=_fail):
        folders.sort()
        found += [Path(place, name) for name in sorted(names)]
    return [path for path in found if path.is_file()]


def _fail(error: OSError) -> None:
    raise error


def _name(path: Path, folder: Path) -> str:
    """What the clip calls that file."""
    name = path.relative_to(folder).as_posix()
    try:
        if all(len(part.encode()) <= _NAME_BYTES for part in name.split("/")):
            return name
    except UnicodeEncodeError:
        pass
    raise UserError(f"{path}: a file of the clip's cannot be called that")


def check_places(folder: Path, names: Iterable[str]) -> None:
    """Whether files of these names can be in that folder, for all that is there already."""
    for name in names:
        path = folder / name
        if path.is_dir():
            raise UserError(f"{path}: a folder where the clip has a file")
        while path.parent != folder:
            path = path.parent
            if path.is_file():
                raise UserError(f"{path}: a file where the clip has a folder")


def write_folder(folder: Path, before: dict[str, bytes], after: dict[str, bytes]) -> None:
    """Only what the clip changed is touched."""
    try:
        for name in before.keys() - after.keys():
            (folder / name).unlink(missing_ok=True)
        for name, content in after.items():
            if before.get(name) != content:
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).write_bytes(content)
    except OSError as error:
        raise cannot(error.filename or folder, error) from error


def read_image(path: Path) -> bytes:
    """The chip's content, b"" where there is none yet; whether it is right, littlefs knows."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        image = path.read_bytes() if path.exists() else b""
    except OSError as error:
        raise cannot(path, error) from error
    if path.exists() and not image:
        raise UserError(f"{path}: no littlefs image, the file is empty")
    if not os.access(path.parent, os.W_OK):
        raise UserError(f"{path}: the clip could not write there")
    return image
