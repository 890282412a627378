"""The power-cut proof, on MicroPython's own littlefs: run.py says what is tried."""

import re
import subprocess
import sys
from pathlib import Path

from hostsim.files import firmware_package


def test_after_a_cut_at_any_flash_operation_everything_done_before_is_known():
    run = Path(__file__).with_name("run.py")
    done = subprocess.run(
        [sys.executable, "-m", "micropython_unix", "-X", "heapsize=32m", str(run)]
        + [str(firmware_package().parent)],
        capture_output=True,
        check=False,
        text=True,
        timeout=600,
    )
    # pytest -s shows how many were tried; an OSError is a dead file that the collector found
    print("\n".join(line for line in done.stdout.split("\n") if line[:8] != "OSError:"))
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    counts = re.findall(r"(?:tried|recovery): (\d+), failed: (\d+)", done.stdout)
    assert len(counts) == 6  # cuts, second cuts and soft resets, on two flashes
    assert all(failed == "0" for _, failed in counts)
    assert sum(int(tried) for tried, _ in counts) > 1500
