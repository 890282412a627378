"""MicroPython's `os` on the pretend flash. One folder is the current one: the root."""

from world import world

sep = "/"


def ilistdir(path=""):
    return world.flash.ilistdir(path)


def listdir(path=""):
    return [entry[0] for entry in ilistdir(path)]


def stat(path):
    return world.flash.stat(path)


def statvfs(path):
    return world.flash.statvfs(path)


def remove(path):
    world.flash.remove(path)


unlink = remove


def rename(old, new):
    world.flash.rename(old, new)


def mkdir(path):
    world.flash.mkdir(path)


def rmdir(path):
    world.flash.rmdir(path)


def getcwd():
    return world.flash.getcwd()


def sync():
    pass
