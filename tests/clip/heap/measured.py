"""A main.py that prints how many bytes of heap are in use at the stations of a session.

`board` is what the pretend board takes, `modules` comes with the firmware's imports,
`home` and `session` are the clip on these screens: all after a collection. `peak` is
the most that was in use at the end of a turn, rubbish included.
"""

import gc


def used():
    gc.collect()
    return gc.mem_alloc()


board = used()

from runwalk.clip import clip as run  # noqa: E402
from runwalk.clip.clip import Clip  # noqa: E402

modules = used()
plain = Clip.turn
home = session = peak = turns = 0


def turn(clip):
    global home, session, peak, turns
    plain(clip)
    turns += 1
    peak = max(peak, gc.mem_alloc())
    screen = clip.flow.screen
    if screen == "home":
        home = used()
    elif screen == "step" and turns % 64 == 0:
        session = max(session, used())


Clip.turn = turn
try:
    run.run()
finally:
    seen = (board, modules, home, session, peak)
    print("heap board=%d modules=%d home=%d session=%d peak=%d" % seen)
