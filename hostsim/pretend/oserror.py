"""OSErrors as MicroPython makes them, on both engines: `errno` and text come from the number.

CPython leaves `errno` empty where there is one argument alone, and turns some
numbers into classes of their own; a program, and its trace, must not see that.
"""

ENOENT = 2
EBADF = 9
EEXIST = 17
ENOTDIR = 20
EISDIR = 21
ENOTEMPTY = 39

_NAMES = {
    1: "EPERM",
    2: "ENOENT",
    5: "EIO",
    9: "EBADF",
    17: "EEXIST",
    19: "ENODEV",
    21: "EISDIR",
    110: "ETIMEDOUT",
}


class _Numbered(OSError):
    @property
    def errno(self):
        return self.args[0]

    def __str__(self):
        number = self.args[0]
        # numbers that MicroPython has no name for stand alone
        return "[Errno %d] %s" % (number, _NAMES[number]) if number in _NAMES else str(number)


_Numbered.__name__ = "OSError"
_plain = OSError(1).errno == 1  # MicroPython's own does it


def os_error(number):
    return OSError(number) if _plain else _Numbered(number)
