"""On MicroPython's own littlefs: run.py and wear.py say what is tried. pytest -s shows it."""

import re
import subprocess
import sys
from pathlib import Path

from hostsim.files import firmware_package


def micropython(name: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "micropython_unix", "-X", "heapsize=32m"]
        + [str(Path(__file__).with_name(name)), str(firmware_package().parent)],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    # an OSError on a line of its own is a dead file that the collector found
    print("\n".join(line for line in done.stdout.split("\n") if line[:8] != "OSError:"))
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    return done.stdout


def test_after_a_cut_at_any_flash_operation_everything_done_before_is_known():
    output = micropython("run.py")
    counts = re.findall(r"(?:tried|recovery): (\d+), failed: (\d+)", output)
    assert len(counts) == 6  # cuts, second cuts and soft resets, on two flashes
    assert all(failed == "0" for _, failed in counts)
    assert sum(int(tried) for tried, _ in counts) > 1500


def test_the_flash_lasts_and_a_checkpoint_allocates_little():
    output = micropython("wear.py")
    years, fullest, usual = re.findall(r": (\d+)", output)[1:]
    assert int(years) >= 20
    assert int(fullest) <= 20480
    assert int(usual) <= 1024
