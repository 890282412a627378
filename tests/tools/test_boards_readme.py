"""boards/README.md tells the truth: its commands run, its picture is current."""

import re
import shlex
from pathlib import Path

import pytest
from runwalk_tools.board_picture import picture
from runwalk_tools.boards import load_board
from runwalk_tools.main import main

BOARDS = Path(__file__).resolve().parent.parent.parent / "boards"
README = (BOARDS / "README.md").read_text(encoding="utf-8")
COMMANDS = [
    line
    for block in re.findall(r"^```sh\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    for line in block.splitlines()
]


def test_the_commands_work_one_after_another(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "boards").mkdir()
    assert len(COMMANDS) > 5
    for command in COMMANDS:
        program, *words = shlex.split(command)
        assert program == "runwalk"
        assert main(words) == 0, command


def test_the_picture_is_made_by_the_command_below_it():
    assert "runwalk board show pico --svg boards/pico.svg" in COMMANDS
    assert (BOARDS / "pico.svg").read_text(encoding="utf-8") == picture(load_board("pico"))


@pytest.mark.parametrize("part", ["pip install esptool", "0x1000", ".uf2", "3.5 V"])
def test_what_a_first_flash_needs_is_there(part):
    assert part in README
