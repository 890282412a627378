"""Where the project's files are, in a checkout and in an installed wheel alike."""

import importlib.util
from pathlib import Path


def _package(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    assert spec is not None and spec.submodule_search_locations
    return Path(list(spec.submodule_search_locations)[0])


def firmware_package() -> Path:
    """The folder of the package `runwalk`, as it is copied to a board."""
    return _package("runwalk")


def main_py() -> Path:
    """The program that a board starts."""
    return _package("runwalk_device") / "main.py"


def plans_dir() -> Path:
    """The plan library."""
    return _package("runwalk_device") / "plans"


def boards_dir() -> Path:
    """The board files, a TOML each."""
    return _package("runwalk_boards")
