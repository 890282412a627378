"""How often a clip's sessions erase the blocks of its flash; what a checkpoint allocates.

    micropython -X heapsize=64m wear.py SETUP    # test_wear.py writes SETUP

A session of 34 minutes a day, with two pauses, rated, then off until tomorrow, on the 212
blocks of a Pico W. Heap sizes are those of a 64-bit machine, about twice a board's; the
files are littlefs's own, each with its buffer of 1 KiB, and the chip's memory is left out.
"""

import gc
import sys

sys.path.insert(0, __file__.rsplit("/", 1)[0] if "/" in __file__ else ".")

from bench import SETUP, Chip, Files, Life, mkfs

from runwalk.clip import keeper as keeper_

BLOCKS = 212
DAYS = SETUP["days"]
ERASES = 100000  # that a block bears


class Counting(Chip):
    def __init__(self, image):
        Chip.__init__(self, image)
        self.of_block = [0] * BLOCKS
        self.allocated = 0  # by the chip itself, which is one of Python

    # written out, for whatever a wrapper takes would be put down to the firmware

    def readblocks(self, number, buffer, offset=0):
        if Heap.before < 0:
            return Chip.readblocks(self, number, buffer, offset)
        before = gc.mem_alloc()
        done = Chip.readblocks(self, number, buffer, offset)
        Heap.chip += gc.mem_alloc() - before
        return done

    def writeblocks(self, number, buffer, offset=0):
        if Heap.before < 0:
            return Chip.writeblocks(self, number, buffer, offset)
        before = gc.mem_alloc()
        done = Chip.writeblocks(self, number, buffer, offset)
        Heap.chip += gc.mem_alloc() - before
        return done

    def ioctl(self, op, arg):
        if op == 6:
            self.of_block[arg] += 1
        if Heap.before < 0:
            return Chip.ioctl(self, op, arg)
        before = gc.mem_alloc()
        done = Chip.ioctl(self, op, arg)
        Heap.chip += gc.mem_alloc() - before
        return done


class Heap:
    """Stands for `gc` in the keeper, whose checkpoint ends with a collection.

    Asking how much is in use goes through the whole heap, so only some are asked about, the
    first with its start record among them.
    """

    count = 0
    taken = []
    before = -1  # it is asked about
    chip = 0  # taken by the chip itself, which is one of Python

    @staticmethod
    def begin():
        Heap.count += 1
        if Heap.count < 5 or Heap.count % 40 == 0:
            gc.collect()
            gc.disable()
            Heap.chip = 0
            Heap.before = gc.mem_alloc()

    @staticmethod
    def collect():
        if Heap.before < 0:
            return
        taken = gc.mem_alloc() - Heap.before - Heap.chip
        Heap.before = -1
        gc.enable()
        gc.collect()
        Heap.taken.append(taken)


class Day(Life):
    def happened(self, code, ago, what):
        Life.happened(self, code, ago, what)
        if code == "checkpoint" and what:
            Heap.begin()


keeper_.gc = Heap
image = mkfs(BLOCKS)
files = Files(image)
files.put("board.txt", SETUP["board"].encode())
files.put("plans/ten-weeks.plan", SETUP["plan"].encode())
chip = Counting(image)
for day in range(DAYS):
    life = Day(SETUP["script"])
    life.live_on(chip)
    chip.is_gone = False
    if life.crashes or life.clip.keeper.progress.finished != day + 1:
        print("FAILED", day, life.crashes)
        break
most = max(chip.of_block)
print("sessions: %d, checkpoints: %d" % (DAYS, Heap.count))
erases = sum(chip.of_block) // DAYS
print("erases a session: %d, of the most used block in all: %d" % (erases, most))
print("years to %d erases of it: %d" % (ERASES, ERASES * DAYS // most // 365))
taken = sorted(Heap.taken)
usual = taken[len(taken) // 2]
print("bytes allocated by a checkpoint, usually: %d, at most: %d" % (usual, taken[-1]))
