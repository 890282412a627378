"""The one exception that means: the command can say in one line what is wrong."""


class UserError(Exception):
    """A fault that its text explains; `runwalk` prints that text and exits 1."""
