"""The exceptions that mean: the command can say what is wrong; and reading files with them."""

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
