"""MicroPython's `micropython`, as far as the firmware uses it."""


def const(value):
    return value


def opt_level(level=None):
    return 0


def alloc_emergency_exception_buf(size):
    pass


def heap_lock():
    """CPython has no heap to lock; the lock is checked under MicroPython."""
    return 0


def heap_unlock():
    return 0


def kbd_intr(char):
    pass
