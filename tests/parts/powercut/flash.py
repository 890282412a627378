"""A flash for littlefs, in RAM, whose power can be cut at any of its operations.

It programs like NOR flash: bits only fall from 1 to 0 until the block is erased.
Runs under MicroPython.
"""

BLOCK = 4096
_EIO = -5
HOWS = ("before", "torn", "garbled", "unflushed")


class Cut(BaseException):
    """The power went."""


class Flash:
    """A block device; every operation from the one numbered `cut_at` on finds no power.

    how: before     that operation does nothing
         torn       its first half is done
         garbled    every second byte of it is done
         unflushed  it is not done, nor what came after the last sync
    """

    def __init__(self, image, cut_at=-1, how="before"):
        self.image = image
        self.cut_at = cut_at
        self.how = how
        self.count = 0
        self.erases = 0
        self.dead = False
        self.is_gone = False
        self.undo = []  # (offset, old bytes) since the last sync

    def readblocks(self, number, buffer, offset=0):
        if self.is_gone:
            return _EIO  # a file is closed, or its finaliser does it, which may not allocate
        start = number * BLOCK + offset
        buffer[:] = self.image[start : start + len(buffer)]

    def writeblocks(self, number, buffer, offset=0):
        if self.is_gone:
            return _EIO
        start = number * BLOCK + offset
        old = self.image[start : start + len(buffer)]
        new = bytes(a & b for a, b in zip(old, buffer))
        if new != buffer and not self.dead:
            raise ValueError("littlefs programmed what was not erased")
        return self.change(start, old, new)

    def ioctl(self, op, arg):
        if op == 3:
            if self.is_gone:
                return _EIO
            if not self.dead:
                self.undo = []
            return 0
        if op == 4:
            return len(self.image) // BLOCK
        if op == 5:
            return BLOCK
        if op == 6:
            if self.is_gone:
                return _EIO
            self.erases += 1
            start = arg * BLOCK
            return self.change(start, self.image[start : start + BLOCK], b"\xff" * BLOCK)

    def change(self, start, old, new):
        if self.dead:
            raise Cut()  # a `finally` on the way out
        if self.count == self.cut_at:
            self.dead = True
            done = bytearray(old)
            if self.how == "torn":
                done[: len(new) // 2] = new[: len(new) // 2]
            elif self.how == "garbled":
                for place in range(0, len(new), 2):
                    done[place] = new[place]
            self.image[start : start + len(old)] = done
            if self.how == "unflushed":
                for begin, before in reversed(self.undo):
                    self.image[begin : begin + len(before)] = before
            raise Cut()
        self.count += 1
        self.undo.append((start, bytes(old)))
        self.image[start : start + len(new)] = new
        return 0
