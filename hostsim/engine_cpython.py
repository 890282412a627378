"""The CPython engine: a board, and a fresh world of firmware modules a start.

The board's modules (pretend/) live as long as the simulation; the firmware's
are made anew at each power-on and reset, as its RAM would be.
"""

import traceback
from typing import Any

from hostsim.engine import Result, Setup, Sink
from hostsim.importer import BOARD_PATH, Modules
from hostsim.littlefs import MemorySystem


class Simulation:
    """One run. For live play set `world.pace` and call `world.happen_now`, `world.stop`."""

    def __init__(self, setup: Setup, sink: Sink | None = None):
        self.setup = setup
        self.lines: list[str] = []
        self.pictures: dict[int, bytes] = {}
        self.error: str | None = None
        self.writes: list[int] = []  # ns at which each write to the flash began
        board = self.board = Modules(list(BOARD_PATH))
        made = self._made = board.load("board")
        made.assemble(setup.board, setup.timeline(), setup.last_action(), MemorySystem())
        world = self.world = made.world
        self.recorder: Any = made.recorder
        self.panel: Any = world.panel
        self.flash: Any = world.flash
        for path, content in setup.flash().items():
            self.flash.put(path, content)
        self.recorder.on = setup.record
        self.recorder.sink = sink or self.lines.append
        if not setup.live:
            made.man(setup.scenario is None)
        world.snap = self._snap
        world.wrote = self.writes.append

    def _snap(self, index: int) -> None:
        self.pictures[index] = bytes(self.panel.pixels())

    def program(self) -> Modules:
        """A fresh world of firmware modules on this board, as at a start."""
        return Modules(
            [*BOARD_PATH, self.setup.main.parent],
            self.flash.open,
            self.setup.firmware,
            self.board.table,
        )

    def _start(self) -> None:
        self.error = None
        try:
            self.program().run(self.setup.main)
        except SystemExit:
            pass
        except Exception:
            # the board prints it, and stands at the REPL
            self.error = traceback.format_exc()

    def run(self) -> Result:
        """Play to the end. Each line of the trace has gone to the sink by then."""
        self._made.live(self._start)
        return self.result()

    def result(self) -> Result:
        """What the run has come to, at its end."""
        return Result(
            self.lines,
            dict(self.flash.files()),
            bytes(self.panel.pixels()),
            [self.pictures.get(index, b"") for index in range(len(self.setup.pictures))],
            (self.panel.width, self.panel.height),
            self.world.now,
            error=self.error,
        )

    def switch_on(self) -> Modules:
        """For tests of single parts: the board under power, and modules to load from."""
        self.world.switch_on()
        return self.program()
