"""How fast the simulator is, what goes to the display, and what the firmware weighs.

    python tests/bench/bench.py            # all of it, about a minute
    python tests/bench/bench.py --quick    # a small part of each, to see that it runs

Prints a table. Nothing here is a test: the limits that hold on any machine are in
tests/clip (test_bytes.py, test_heap.py) and tests/test_firmware_rules.py.
"""

import argparse
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "clip"))

import small_heap
from bytes_sent import SIZES, Sent, sent_by

from hostsim.engine import Setup, run
from hostsim.files import boards_dir, plans_dir
from runwalk_tools.boards import load_board

PROCESSES = 2
SESSIONS = [(week, day) for week in range(1, 11) for day in range(1, 4)]
LONG = "week 1 day 1: 999x(run 20s, walk 20s), 501x(run 20s, walk 20s)\n"
LONG_SCRIPT = "0:02 press\n1:50 double\n2:20 hold\n2:40 press\n5:00 end\n"


def setup_of(week: int, day: int, kind: str = "ssd1306", size: str = "128x64") -> Setup:
    """That session of ten-weeks, nobody but the pilot at the button, the display kept lit."""
    width, height = SIZES[size]
    text = (boards_dir() / "pico.toml").read_text()
    text = text.replace('kind = "ssd1306"', f'kind = "{kind}"')
    text = text.replace("width = 128", f"width = {width}")
    text = text.replace("height = 64", f"height = {height}")
    files = {
        "plans/ten-weeks.plan": (plans_dir() / "ten-weeks.plan").read_bytes(),
        "use.txt": f"plan ten-weeks\nweek {week}\nday {day}\n".encode(),
        "settings.txt": b"screen-off 0\n",
    }
    with tempfile.TemporaryDirectory() as folder:
        toml = Path(folder) / "pico.toml"
        toml.write_text(text)
        return Setup(load_board(str(toml)).facts(), files)


def session(place: tuple[int, int]) -> tuple[float, bool]:
    """Simulated seconds of that session, and whether it came to its finish."""
    result = run(setup_of(*place))
    return result.ns / 1e9, any('"event":"finish"' in line for line in result.lines)


def bytes_of(case: tuple[str, str]) -> Sent:
    return sent_by(setup_of(1, 1, *case))


def row(name: str, *values: object) -> None:
    print(f"{name:<24}" + "".join(f"{value!s:>14}" for value in values))


def speed(pool: ProcessPoolExecutor, quick: bool) -> None:
    places = SESSIONS[:2] if quick else SESSIONS
    begun = time.perf_counter()
    done = list(pool.map(session, places))
    wall = time.perf_counter() - begun
    seconds = sum(one for one, _ in done)
    assert all(finished for _, finished in done)
    print(f"\nSessions of ten-weeks, headless, CPython, {PROCESSES} processes, display lit")
    row("", "sessions", "sim. hours", "wall s", "times real")
    row("", len(done), f"{seconds / 3600:.2f}", f"{wall:.2f}", f"{seconds / wall:.0f}")


def display(pool: ProcessPoolExecutor, quick: bool) -> None:
    cases = [(kind, size) for kind in ("ssd1306", "sh1106") for size in SIZES]
    cases = cases[:1] if quick else cases
    print("\nBytes to the display a simulated minute (week 1 day 1, display lit)")
    counts = ("changed", "data", "on the bus", "whole frames")
    row("", *counts, "data/changed", "bus/changed", "whole/bus")
    for (kind, size), sent in zip(cases, pool.map(bytes_of, cases)):
        row(
            f"{kind} {size}",
            *(f"{sent.per_minute(n):.0f}" for n in (sent.changed, sent.data, sent.bus, sent.whole)),
            f"{sent.data / sent.changed:.2f}",
            f"{sent.bus / sent.changed:.2f}",
            f"{sent.whole / sent.bus:.1f}",
        )


def weight(quick: bool) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sizes = small_heap.build(folder)
        plans = {"3,000 steps": (LONG, LONG_SCRIPT)}
        if not quick:
            text = (plans_dir() / "ten-weeks.plan").read_text()
            plans["ten-weeks"] = text, LONG_SCRIPT
        print("\nHeap in use under MicroPython (64 bit) from .mpy, heap of 320 KiB")
        row("", "pretend board", "with modules", "at home", "in a session", "peak", "clip alone")
        for plan, (text, script) in plans.items():
            _, heap = small_heap.play(folder, text, script, "320k")
            alone = heap.session - heap.board
            row(plan, heap.board, heap.modules, heap.home, heap.session, heap.peak, alone)
    print("\nBytes of .mpy")
    for path, size in sorted(sizes.items(), key=lambda item: -item[1]):
        row(path, size)
    row("all", sum(sizes.values()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a small part of each")
    quick = parser.parse_args().quick
    with ProcessPoolExecutor(PROCESSES) as pool:
        speed(pool, quick)
        display(pool, quick)
    weight(quick)


if __name__ == "__main__":
    main()
