"""Installed away from the checkout, nothing is missing: firmware, plans, boards, fakes."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
SOURCES = {  # folder in the checkout -> folder in the wheel
    "firmware/runwalk": "runwalk",
    "firmware": "runwalk_device",
    "boards": "runwalk_boards",
    "hostsim": "hostsim",
    "tools": "runwalk_tools",
}


def pip(*words: str) -> None:
    command = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*command, *words], check=True, timeout=300)


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Path:
    """A folder into which a wheel, built from a copy of the checkout, was installed."""
    workshop = tmp_path_factory.mktemp("wheel")
    copy = workshop / "copy"
    for name in ("firmware", "hostsim", "boards", "tools"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy / name)
    pip("wheel", "--no-deps", "--wheel-dir", str(workshop), str(copy))
    [wheel] = workshop.glob("*.whl")
    pip("install", "--no-deps", "--target", str(workshop / "target"), str(wheel))
    shutil.rmtree(copy)
    return workshop / "target"


def python(installed: Path, *words: str) -> str:
    """What Python prints, started far from the checkout and with the wheel first on its path."""
    done = subprocess.run(
        [sys.executable, *words],
        cwd=installed.parent,
        env={**os.environ, "PYTHONPATH": str(installed), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_every_source_file_is_in_the_wheel(installed):
    missing = []
    for source, target in SOURCES.items():
        files = [*(ROOT / source).rglob("*.py"), *(ROOT / source).rglob("*.toml")]
        files += (ROOT / source).rglob("*.plan")
        if source == "firmware":  # its package stands in the wheel by itself
            files = [
                file for file in files if "runwalk" not in file.relative_to(ROOT / source).parts
            ]
        for file in files:
            relative = file.relative_to(ROOT / source)
            if not (installed / target / relative).is_file():
                missing.append(str(file.relative_to(ROOT)))
    assert missing == []


def test_the_files_are_found_where_they_were_installed(installed):
    program = (
        "from hostsim import files\n"
        "for found in (files.firmware_package(), files.main_py(), files.plans_dir(), "
        "files.boards_dir()):\n"
        "    print(found.resolve())\n"
    )
    found = [Path(line) for line in python(installed, "-c", program).splitlines()]
    target = installed.resolve()
    assert found == [
        target / "runwalk",
        target / "runwalk_device" / "main.py",
        target / "runwalk_device" / "plans",
        target / "runwalk_boards",
    ]
    assert all(path.exists() for path in found)
    assert (found[2] / "ten-weeks.plan").is_file() and (found[3] / "pico.toml").is_file()


def test_the_command_works_there(installed):
    assert python(installed, "-m", "runwalk_tools", "--version").startswith("runwalk ")
    assert "GP15" in python(installed, "-m", "runwalk_tools", "board", "show", "pico")
    assert "no errors" in python(installed, "-m", "runwalk_tools", "plan", "check", "ten-weeks")
    assert "no errors" in python(installed, "-m", "runwalk_tools", "plan", "check", "trail")


def test_a_session_runs_there(installed):
    trace = python(installed, "-m", "runwalk_tools", "sim", "--headless")
    assert '"event":"finish"' in trace
