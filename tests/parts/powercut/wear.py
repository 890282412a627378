"""How often the blocks of a real littlefs are erased by sessions; what a checkpoint allocates.

    micropython -X heapsize=32m wear.py FIRMWARE

Sessions of 34 minutes with a checkpoint every 6 s and two pauses, on the 212 blocks
of a Pico W. Heap sizes are those of a 64-bit machine, about twice a board's.
"""

import gc
import os
import sys

import micropython
import vfs

sys.path.insert(0, sys.argv[1])
sys.path.insert(0, __file__.rsplit("/", 1)[0] if "/" in __file__ else ".")

from flash import BLOCK, Flash
from runwalk.core.place import Place
from runwalk.core.progress import Progress
from runwalk.parts import journal as journal_

BLOCKS = 212
SESSIONS = 30
STEPS = "warm 5m, 8x(run 1m, walk 2m), cool 5m"
HERE = Place()
journal_.date = lambda: "2026-03-29T17:05+01:00"


class Counted(Flash):
    def __init__(self):
        Flash.__init__(self, bytearray(b"\xff" * (BLOCK * BLOCKS)))
        self.of_block = [0] * BLOCKS

    def ioctl(self, op, arg):
        if op == 6:
            self.of_block[arg] += 1
        return Flash.ioctl(self, op, arg)


class Nowhere:
    """A file that allocates nothing, where the flash above is one of Python."""

    def __init__(self, path, mode):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass

    def write(self, data):
        return len(data)


flash = Counted()
vfs.VfsLfs2.mkfs(flash, progsize=256)
vfs.mount(vfs.VfsLfs2(flash, progsize=256), "/flash")
os.chdir("/flash")
journal = journal_.Journal(Progress())
journal.load()
journal_.clear_session()
for place in range(SESSIONS):
    if journal.size > 12288:
        journal.compact()
    journal.start(("ten weeks", place // 3 + 1, place % 3 + 1, "", 2040000, STEPS))
    for at in range(6000, 2040000, 6000):
        if at in (600000, 1200000):
            journal.note("pause", at, 0)
            journal.note("resume", at, 5000)
        journal.flush()
        journal_.write_session(journal.number, at, 0, HERE, False, -1)
    journal.note("finish", 2040000, 0, 2040000, 480000)
    journal.flush()
    journal_.clear_session()
    journal.add("rate", (journal.number, "right"))
print("erases a session: %d" % (sum(flash.of_block) // SESSIONS))
print("years to 100000 erases: %d" % (100000 * SESSIONS // max(flash.of_block) // 365))

journal_.open = Nowhere
HERE.pos, HERE.loops, HERE.offset, HERE.run_ms = 2999, 28799, -1, 86399999
micropython.heap_lock()
for place in range(100):
    journal.note("skip", 86399999, 2999, -1)
journal.note("finish", 86399999, 536870911, 86399999, 86399999)
micropython.heap_unlock()
gc.collect()
gc.disable()
before = gc.mem_alloc()
journal.flush()
print("bytes allocated by the fullest flush: %d" % (gc.mem_alloc() - before))
before = gc.mem_alloc()
journal.flush()
journal_.write_session(journal.number, 86399999, 536870911, HERE, True, -1)
print("bytes allocated by a usual checkpoint: %d" % (gc.mem_alloc() - before))
