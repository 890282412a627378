"""The facts of this board, as the host wrote them: `board.txt`.

A key and a value a line, the checksum of all lines before it last. A board
without facts, or with damaged ones, must not guess at pins: reading raises
OSError (no such file) or ValueError (what is wrong with it), and the caller
decides what can still be done.
"""

import binascii

from micropython import const

_MOST = const(4096)  # ten times what a board needs; anything longer is no board.txt


class Facts:
    def __init__(self, table):
        self.table = table

    def get(self, key, default=""):
        """The value as text."""
        return self.table.get(key, default)

    def num(self, key, default=0):
        """The value as a whole number; ValueError where it is something else."""
        value = self.get(key, default)
        try:
            return int(value)
        except ValueError:
            raise ValueError("board.txt: %s is no number: %s" % (key, value))

    def has(self, key):
        return key in self.table


def parse_facts(data):
    """Facts from the bytes of a board.txt; ValueError where they are damaged."""
    lines, mark, check = data.rpartition(b"\ncrc ")
    if len(data) > _MOST:
        fault = "too long"
    elif not mark:
        fault = "no checksum"
    # compared as text: a checksum can be 2^30 and more, and "%08x" takes that too
    elif check.rstrip() != b"%08x" % binascii.crc32(lines + b"\n"):
        fault = "checksum is wrong"
    else:
        table = {}
        try:
            for line in lines.decode().split("\n"):
                key, _, value = line.partition(" ")
                table[key] = value
            return Facts(table)
        except UnicodeError:
            fault = "not text"
    raise ValueError("board.txt: " + fault)


def read_facts(path):
    """Facts from the file; OSError where there is none, ValueError where it is damaged."""
    with open(path, "rb") as file:
        return parse_facts(file.read(_MOST + 1))
