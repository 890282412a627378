"""A main.py that looks at the heap after each turn of a session; heap.txt says what it saw.

From the end of one turn to the end of the next, with nobody collecting meanwhile.
A turn with a checkpoint in it is left out: the next one begins anew.
"""

import gc
from array import array

from runwalk.clip import clip as run
from runwalk.clip.clip import Clip
from runwalk.clip.keeper import Keeper

_NOT_KNOWN = -1
TURNS, CHECKPOINTS, CHANGES, BYTES, BEFORE = range(5)

seen = array("i", [0, 0, 0, 0, _NOT_KNOWN])
plain_turn = Clip.turn
plain_checkpoint = Keeper._checkpoint


def checkpoint(keeper, now):
    plain_checkpoint(keeper, now)
    seen[CHECKPOINTS] += 1
    seen[BEFORE] = _NOT_KNOWN


def turn(clip):
    plain_turn(clip)
    session = clip.flow.session
    if session is None or session.state not in ("running", "paused", "over"):
        return
    if session.state == "over":
        report()
        return
    if gc.isenabled():
        gc.collect()
        gc.disable()
        seen[BEFORE] = _NOT_KNOWN
    now = gc.mem_alloc()
    if seen[BEFORE] != _NOT_KNOWN:
        seen[TURNS] += 1
        if now != seen[BEFORE]:
            seen[CHANGES] += 1
            seen[BYTES] += now - seen[BEFORE]
    seen[BEFORE] = now


def report():
    if gc.isenabled():
        return
    gc.enable()
    with open("heap.txt", "w") as file:
        file.write("%d %d %d %d\n" % tuple(seen[:BEFORE]))


Clip.turn = turn
Keeper._checkpoint = checkpoint
run.run()
