"""Boards on USB for the tests: a bare one, and one that has the firmware."""

import shutil

import pytest


@pytest.fixture(scope="session")
def bytecode(tmp_path_factory):
    """The firmware compiled once for all tests."""
    from runwalk_tools import install

    return install.compile_firmware(tmp_path_factory.mktemp("mpy"))


@pytest.fixture(scope="session")
def installed(tmp_path_factory, bytecode):
    """The flash of a clip on which `install` was run."""
    from hostsim.usb import UsbBoard
    from runwalk_tools import install
    from runwalk_tools.boards import load_board
    from runwalk_tools.main import main

    folder = tmp_path_factory.mktemp("installed")
    board = UsbBoard(load_board("pico").facts(), folder)
    board.plug()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(install, "compile_firmware", lambda folder: dict(bytecode))
        assert main(["install", "--board", "pico", "--port", board.port]) == 0
    board.unplug()
    return folder / "chip"


@pytest.fixture
def make_board(tmp_path, bytecode, monkeypatch):
    """Boards that are plugged in; `facts`: wired otherwise, `chip`: with that flash."""
    from hostsim.usb import UsbBoard
    from runwalk_tools import install
    from runwalk_tools.boards import load_board

    monkeypatch.setattr(install, "compile_firmware", lambda folder: dict(bytecode))
    monkeypatch.setattr(install, "_UP_S", 1.0)  # this machine's clip starts in half of that
    monkeypatch.chdir(tmp_path)
    boards = []

    def make(name="usb", facts=None, chip=None):
        folder = tmp_path / name
        folder.mkdir()
        if chip is not None:
            shutil.copy(chip, folder / "chip")
        board = UsbBoard(facts or load_board("pico").facts(), folder)
        board.plug()
        boards.append(board)
        return board

    yield make
    for board in boards:
        board.unplug()


@pytest.fixture
def board(make_board):
    """A bare board."""
    return make_board()


@pytest.fixture
def clip(make_board, installed):
    """One that has the firmware."""
    return make_board(chip=installed)
