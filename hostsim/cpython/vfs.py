"""MicroPython's `vfs`: the flash is mounted before the program starts, and stays so."""

from oserror import os_error


def mount(fs, mount_point, readonly=False):
    raise os_error(1)


def umount(mount_point):
    raise os_error(1)
