"""The benchmark runs, and its table has what it promises. Its numbers depend on the machine."""

import re
import subprocess
import sys
from pathlib import Path

BENCH = Path(__file__).parent / "bench.py"


def test_a_quick_run_prints_the_table():
    done = subprocess.run(
        [sys.executable, str(BENCH), "--quick"], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    table = done.stdout
    assert re.search(r"sessions +sim\. hours +wall s +times real\n +2 +1\.\d\d +", table)
    assert re.search(r"ssd1306 128x64( +\d+){4}( +\d\.\d\d){2} +\d+\.\d\n", table)
    assert re.search(r"3,000 steps( +\d+){6}\n", table)
    assert re.search(r"clip/clip\.py +\d+\n", table)
    assert re.search(r"all +\d+\n", table)
