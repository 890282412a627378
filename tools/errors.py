"""The exceptions that mean: the command can say what is wrong."""


class UserError(Exception):
    """A fault that its text explains; `runwalk` prints that text and exits 1."""


class Faults(UserError):
    """Faults of a file, each a whole line `FILE:LINE:COLUMN: …`, printed as they are."""


def cannot(path: object, error: OSError) -> UserError:
    """What the system says about that file."""
    return UserError(f"{path}: {error.strerror or error}")
