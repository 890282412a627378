"""The exceptions that mean: the command can say what is wrong; and files, read and written so."""

import os
import tempfile
from pathlib import Path

_MOST_BYTES = 1024 * 1024  # a plan, a scenario or a board file is far smaller


class UserError(Exception):
    """A fault that its text explains; `runwalk` prints that text and exits 1."""


class Faults(UserError):
    """Faults of a file, each a whole line `FILE:LINE:COLUMN: …`, printed as they are."""


def cannot(path: object, error: OSError) -> UserError:
    """What the system says about that file."""
    return UserError(f"{path}: {error.strerror or error}")


def read_file(path: Path) -> bytes:
    """A file that somebody named; UserError where it can't be read, or can't be meant."""
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise cannot(path, error) from error
    if len(data) > _MOST_BYTES:
        raise UserError(f"{path}: more than 1 MiB; is it the right file?")
    return data


def write_file(path: Path, data: bytes, force: bool = True) -> None:
    """Writes a file whole or not at all; UserError where one is there, unless forced."""
    if path.exists() and not force:
        raise UserError(f"{path}: there already; give another name, or --force to write over it")
    name = ""
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".new-", delete=False) as file:
            name = file.name
            file.write(data)
        os.chmod(name, 0o666 & ~_umask())
        os.replace(name, path)
    except OSError as error:
        if name and os.path.exists(name):
            os.unlink(name)
        raise cannot(path, error) from error


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
