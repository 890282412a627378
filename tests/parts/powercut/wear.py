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
from runwalk.core.progress import Progress
from runwalk.parts import journal as journal_
from runwalk.parts import store as store_

BLOCKS = 212
SESSIONS = 30
STEPS = b"warm 5m, 8x(run 1m, walk 2m), cool 5m"
NOW = "2026-03-29T17:05+01:00"


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

    def write(self, data):
        return len(data)

    def close(self):
        pass


flash = Counted()
vfs.VfsLfs2.mkfs(flash, progsize=256)
vfs.mount(vfs.VfsLfs2(flash, progsize=256), "/flash")
os.chdir("/flash")
journal = journal_.Journal(Progress())
journal.load()
session = store_.SessionFile()
session.ensure()
for place in range(SESSIONS):
    if journal.compact_due():
        journal.compact()
    number = journal.start(NOW, "ten weeks", place // 3 + 1, place % 3 + 1, None, 2040000, STEPS)
    for at in range(6000, 2040000, 6000):
        if at in (600000, 1200000):
            journal.note(journal_.PAUSE, at, 0)
            journal.note(journal_.RESUME, at, 5000, 0)
        journal.flush(NOW)
        session.write(number, at, 0, 2, 0, 0, 0, 0, 0, -1, True)
    journal.note(journal_.FINISH, 2040000, 0, 2040000, 480000)
    journal.flush(NOW)
    session.clear()
    journal.add(NOW, "rate", number, "right")
print("erases a session: %d" % (sum(flash.of_block) // SESSIONS))
print("years to 100000 erases: %d" % (100000 * SESSIONS // max(flash.of_block) // 365))

journal_.open = store_.open = Nowhere
micropython.heap_lock()
for place in range(100):
    journal.note(journal_.SKIP, 86399999, 2999, -1)
journal.note(journal_.FINISH, 86399999, 536870911, 86399999, 86399999)
micropython.heap_unlock()
gc.collect()
gc.disable()
before = gc.mem_alloc()
journal.flush(NOW)
print("bytes allocated by the fullest flush: %d" % (gc.mem_alloc() - before))
before = gc.mem_alloc()
journal.flush(NOW)
session.write(number, 86399999, 536870911, 2999, 28799, -1, 0, 0, 3, -1, True)
print("bytes allocated by a usual checkpoint: %d" % (gc.mem_alloc() - before))
