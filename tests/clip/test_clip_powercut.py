"""The power goes at every operation of the flash, and the clip knows what it knew.

powercut/run.py does it, under MicroPython on its own littlefs; `pytest -s` shows its
counts. Each operation is cut in four ways, with second cuts in the start after one of
them; RUNWALK_ALL_CUTS=1 tries those after each, and a whole session too.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from hostsim.engine_micropython import HERE as HOSTSIM
from hostsim.files import firmware_package
from hostsim.scenario import parse
from runwalk_tools.boards import load_board

HERE = Path(__file__).parent
EVERYTHING = bool(os.environ.get("RUNWALK_ALL_CUTS"))

OLD = """plan Short sessions
week 1-20 x3: warm 20s, run 40s, walk 30s
"""
NEW = """plan Another one
rest 1 day
week 1-2 x2: run 20s, walk 20s
"""
SCRIPTS = {
    # paused at 25 s, a step skipped and taken back; rated; then Quiet in the menu
    "session": """
        0:02 press
        0:30 hold
        0:38 press
        0:45 double
        0:46.5 double
        1:50 hold
        1:53 hold
        1:54 press
        1:55 press
        1:56 press
        1:57.5 hold
        2:00 end""",
    "yes": """
        0:04 press
        0:40 hold
        0:43 end""",
    "no": """
        0:04 hold
        0:08 end""",
    # what every start does by itself
    "start": "0:02.5 end",
    # to fill a journal: five pauses, or none
    "many": """
        0:02 press
        0:08 hold
        0:10 press
        0:18 hold
        0:20 press
        0:28 hold
        0:30 press
        0:38 hold
        0:40 press
        0:48 hold
        0:50 press
        1:50 hold
        1:52 end""",
    "one": """
        0:02 press
        1:40 hold
        1:42 end""",
    # whether resumed or begun anew, it comes to its end
    "more": """
        0:03 press
        0:04 press
        1:50 hold
        1:55 end""",
}


def micropython(program: str, folder: Path, **more) -> str:
    """What that program of powercut/ prints."""
    firmware = folder / "firmware"
    firmware.mkdir()
    (firmware / "runwalk").symlink_to(firmware_package())
    setup = {
        "chip": str(HERE.parent / "parts" / "powercut"),
        "pretend": str(HOSTSIM / "pretend"),
        "firmware": str(firmware),
        "board": load_board("pico").facts(),
        **more,
    }
    (folder / "setup.json").write_text(json.dumps(setup))
    done = subprocess.run(
        [sys.executable, "-m", "micropython_unix", "-X", "heapsize=16m"]
        + [str(HERE / "powercut" / program), str(folder / "setup.json")],
        capture_output=True,
        text=True,
        timeout=3600,
        check=False,
    )
    # an OSError on a line of its own is a dead file that the collector found
    output = "\n".join(line for line in done.stdout.split("\n") if line[:8] != "OSError:")
    print(output)
    return output


@pytest.mark.parametrize(
    ("life", "least"),
    [
        ("a first session, rated, and Quiet", 200),
        ("a session, rated, compacted, and Quiet", 300),
        ("a session resumed", 100),
        ("a session not resumed", 60),
        ("a plan loaded and chosen, compacted", 80),
    ],
)
def test_after_a_cut_at_any_flash_operation_the_clip_knows_what_it_knew(tmp_path, life, least):
    output = micropython(
        "run.py",
        tmp_path,
        life=life,
        old=OLD,
        new=NEW,
        scripts={name: parse(text, name).rows for name, text in SCRIPTS.items()},
        sample=1 if EVERYTHING else 13,
    )
    assert f"{life}: 0 failed" in output
    counts = re.findall(r" tried: (\d+), failed: 0", output)
    assert len(counts) == 4  # cuts, second cuts, sessions after a cut, soft resets
    assert sum(map(int, counts)) > least
