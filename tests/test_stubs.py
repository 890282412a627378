"""The firmware asks of the chips what they have: mypy against MicroPython's own stubs.

One set of stubs a port. Both sets hold files of the same names, so neither is
installed beside this test: each is unpacked, with the part of the standard
library that MicroPython has, into a folder of its own that pytest's cache
keeps, and mypy takes that folder for its typeshed.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FIRMWARE = ROOT / "firmware"
CONFIG = ROOT / "tests" / "mypy-firmware.ini"
STUBS = {
    "rp2": "micropython-rp2-rpi-pico-stubs==1.29.0.post1",
    "esp32": "micropython-esp32-esp32-generic-stubs==1.29.0.post1",
}
STDLIB = "micropython-stdlib-stubs==1.29.0.post2"

PLANTED = '''"""Each line with a number asks something of a pin that no chip has."""

from machine import Pin

led = Pin(25, Pin.OUT, value=0)


def wrong():
    Pin(4, mode="out")  # 1
    Pin(4, Pin.OUT, pull_up=True)  # 2
    led.blink()  # 3
    led.value("high", 2)  # 4
'''


@pytest.fixture(scope="session", params=STUBS)
def stubs(request) -> Path:
    """A folder with one port's stubs; fetched once, then kept in pytest's cache."""
    name = STUBS[request.param].replace("==", "-")
    folder = request.config.cache.mkdir("micropython-stubs") / name
    if not folder.is_dir():
        with tempfile.TemporaryDirectory(dir=folder.parent) as workshop:
            fresh = Path(workshop) / name
            command = [sys.executable, "-m", "pip", "install", "--quiet"]
            command += ["--disable-pip-version-check", "--no-deps", "--target", str(fresh)]
            subprocess.run([*command, STUBS[request.param], STDLIB], check=True, timeout=300)
            if not folder.is_dir():  # another worker may have been faster
                shutil.copytree(fresh, Path(workshop) / "whole")
                os.rename(Path(workshop) / "whole", folder)
    return folder


def check(stubs: Path, *files: Path) -> list[str]:
    """What mypy finds wrong in these files, a text each."""
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--config-file", str(CONFIG)]
        + ["--custom-typeshed-dir", str(stubs), "--cache-dir", f"{stubs}.mypy-cache"]
        + ["--no-error-summary", *map(str, files)],
        env={**os.environ, "MYPYPATH": os.pathsep.join([str(stubs), str(FIRMWARE)])},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return [line for line in done.stdout.splitlines() if ": error: " in line]


def test_the_firmware_asks_only_for_what_the_chip_has(stubs):
    files = [FIRMWARE / "runwalk", FIRMWARE / "main.py"]
    assert check(stubs, *[file for file in files if file.exists()]) == []


def test_what_no_chip_has_would_be_found(stubs, tmp_path):
    planted = tmp_path / "planted.py"
    planted.write_text(PLANTED, encoding="utf-8")
    numbered = [n for n, line in enumerate(PLANTED.splitlines(), 1) if "  # " in line]
    found = {int(re.findall(r":(\d+): error: ", error)[0]) for error in check(stubs, planted)}
    assert found == set(numbered)
