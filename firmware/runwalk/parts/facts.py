"""The facts of this board, as the host wrote them: `board.txt`.

A key and a value a line, the checksum of all lines before it last. A board
without facts, or with damaged ones, must not guess at pins: reading raises
OSError (no such file) or ValueError (what is wrong with it), and the caller
decides what can still be done.
"""

from binascii import crc32

_MOST = 4096  # ten times what a board needs; anything longer is no board.txt


class Facts:
    def __init__(self, table):
        self.table = table

    def get(self, key, default=""):
        """The value as text."""
        return self.table.get(key, default)

    def num(self, key, default=0):
        """The value as a whole number; ValueError where it is something else."""
        if key not in self.table:
            return default
        try:
            return int(self.table[key])
        except ValueError:
            raise ValueError("board.txt: %s is no number: %s" % (key, self.table[key]))

    def has(self, key):
        return key in self.table


def parse_facts(data):
    """Facts from the bytes of a board.txt; ValueError where they are damaged."""
    if len(data) > _MOST:
        raise ValueError("board.txt: too long")
    mark = data.rfind(b"crc ")
    if mark < 0 or (mark > 0 and data[mark - 1] != 10):
        raise ValueError("board.txt: no checksum")
    # compared as text: a checksum can be 2^30 and more, and "%08x" takes that too
    if data[mark + 4 :].rstrip() != b"%08x" % (crc32(data[:mark]) & 0xFFFFFFFF):
        raise ValueError("board.txt: checksum is wrong")
    table = {}
    try:
        text = data[:mark].decode()
    except UnicodeError:
        raise ValueError("board.txt: not text")
    for line in text.split("\n"):
        key, _, value = line.partition(" ")
        if key:
            table[key] = value
    return Facts(table)


def read_facts(path="board.txt"):
    """Facts from the file; OSError where there is none, ValueError where it is damaged."""
    with open(path, "rb") as file:
        return parse_facts(file.read(_MOST + 1))
