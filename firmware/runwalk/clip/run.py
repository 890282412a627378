"""Safe start: runs the clip, and keeps a crash from ending the day.

An exception is written to crash.log, and the clip starts again; three within
ten minutes, and the board is left at the REPL, where mpremote can help. Ctrl-C
is no exception in this sense: it always stops the clip.
"""

import gc
import os
import sys
import time

from micropython import const

from runwalk import __version__
from runwalk.clip.clip import Clip
from runwalk.observe import observe
from runwalk.parts.facts import read_facts

_LOG = "crash.log"
_LOG_BYTES = const(4096)
_WITHIN_MS = const(600000)


def run():
    """Run the clip until it is left for the REPL."""
    crashes = []
    try:
        facts = read_facts("board.txt")
    except (OSError, ValueError) as error:
        print("runwalk:", error)
        return
    observe("boot", 0, (__version__, facts.get("board", "")))
    while True:
        clip = None
        gc.collect()  # what compiling and importing left lies in the way of large arrays
        try:
            clip = Clip(facts)
            if not clip.run(bool(crashes)):
                return
            crashes = []
        except Exception as error:  # noqa: BLE001 - whatever it is, the runner goes on
            _note(error)
            now = time.ticks_ms()
            crashes.append(now)
            if len(crashes) > 2 and time.ticks_diff(now, crashes[-3]) < _WITHIN_MS:
                sys.print_exception(error)  # type: ignore[attr-defined]
                return
        finally:
            if clip is not None:
                clip.close()


def _note(error):
    """Append to crash.log, which is begun anew when it has grown too long."""
    observe("crash", 0, ("firmware", "%s: %s" % (type(error).__name__, error)))
    try:
        full = os.stat(_LOG)[6] > _LOG_BYTES
    except OSError:
        full = False
    try:
        with open(_LOG, "w" if full else "a") as log:
            sys.print_exception(error, log)  # type: ignore[attr-defined,arg-type]
    except OSError:
        pass  # a full flash: the runner goes on all the same
