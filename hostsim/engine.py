"""A run of the simulator, whichever engine runs it.

`Setup` says everything that goes in, `Result` what comes out; `run(setup, vm)`
plays it. The same setup gives the same lines and pixels on both engines.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from hostsim.files import firmware_package, main_py
from hostsim.scenario import SNAP, Scenario

ENGINES = ("cpython", "micropython")
Sink = Callable[[str], None]


class EngineMissing(Exception):
    """This engine cannot run here; the text says why."""


class ImageFault(Exception):
    """What was given as a flash image is none that can be used; the text says why."""


@dataclass
class Setup:
    """What a run begins with.

    `files` is the flash's content by path; board.txt comes from `board`. With `image`,
    the content of a littlefs chip (MicroPython alone; b"": a fresh one), they are put on
    it, those of `spare` only where there is none of that name. Without a scenario the pilot of pretend/autopilot.py presses; with `live` somebody else does,
    and ends the run. `pictures` are instants in ns.
    """

    board: str
    files: dict[str, bytes] = field(default_factory=dict)
    image: bytes | None = None
    spare: frozenset[str] = frozenset()
    scenario: Scenario | None = None
    live: bool = False
    pictures: list[int] = field(default_factory=list)
    main: Path = field(default_factory=main_py)
    firmware: Path = field(default_factory=lambda: firmware_package().parent)
    record: bool = True
    lock_heap: bool = False  # MicroPython: no allocation while a session runs
    heap: str = "24m"  # MicroPython's, which holds the pretend board too

    def flash(self) -> dict[str, bytes]:
        return {**self.files, "board.txt": self.board.encode()}

    def timeline(self) -> list[tuple[int, int, int]]:
        """Rows of (ns, code, arg) as pretend/timeline.py wants them, sorted."""
        rows = list(self.scenario.rows) if self.scenario else []
        rows += [(ns, SNAP, index) for index, ns in enumerate(self.pictures)]
        return sorted(rows, key=lambda row: row[0])

    def last_action(self) -> int:
        return self.scenario.last if self.scenario else 0


@dataclass
class Result:
    """What a run leaves. Pixels are a byte 0 or 1 each, line by line."""

    lines: list[str]
    files: dict[str, bytes]
    pixels: bytes
    pictures: list[bytes]
    size: tuple[int, int]
    ns: int
    image: bytes | None = None  # the littlefs chip, where the setup had one
    error: str | None = None  # the traceback that ended the last program, if one did


def run(setup: Setup, vm: str = "cpython", sink: Sink | None = None) -> Result:
    """Play it. Each line of the trace goes to `sink`, or into the result without one.

    Raises EngineMissing where that engine cannot run, ImageFault for a bad image.
    """
    if vm == "micropython":
        from hostsim.engine_micropython import run_micropython

        return run_micropython(setup, sink)
    from hostsim.engine_cpython import Simulation

    return Simulation(setup, sink).run()
