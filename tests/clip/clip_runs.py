"""Runs a scenario of this folder on the pretend board, for the tests of the clip."""

import json
from pathlib import Path

from hostsim.engine import Result, Setup, run
from hostsim.scenario import parse
from runwalk_tools.boards import load_board

HERE = Path(__file__).parent
FOLDERS = (HERE / "scenarios", HERE.parent / "vectors")

# what is left out of a trace that was written by hand
UNSAID = ("boot", "screen", "saved")
LATE_CUE = 0.020  # seconds that a cue's line may come later than the one by hand


def play(folder: Path, name: str, vm: str = "cpython", **options) -> Result:
    """NAME.plan under NAME.txt; `options` are fields of Setup."""
    plan = folder / f"{name}.plan"
    scenario = folder / f"{name}.txt"
    files = {f"plans/{name}.plan": plan.read_bytes(), "use.txt": f"plan {name}\n".encode()}
    files.update(options.pop("files", {}))
    board = options.pop("board", "pico")
    script = parse(scenario.read_text(), scenario.name)
    setup = Setup(load_board(board).facts(), files, scenario=script, **options)
    result = run(setup, vm)
    assert result.error is None, result.error
    return result


def said(lines: list[str]) -> list[dict]:
    """The lines that a trace by hand has, with the fields that it gives."""
    events = []
    for line in lines:
        event = json.loads(line)
        if event["event"] in UNSAID or event.get("name") == "tick":
            continue
        event.pop("by", None)
        events.append(event)
    return events
