"""board.txt: what the host writes is what the clip reads, and damage is noticed."""

import subprocess
import sys
import zlib
from importlib.util import find_spec

import pytest
from hostsim.files import firmware_package
from hostsim.importer import Modules
from runwalk_tools.boards import load_board

facts = Modules().load("runwalk.parts.facts")

BODY = b"board pico\nchip rp2040\ndisplay.sda 4\nled.active x\n"
GOOD = BODY + b"crc %08x\n" % zlib.crc32(BODY)


def test_values_are_read_as_text_and_as_numbers():
    board = facts.parse_facts(GOOD)
    assert board.get("board") == "pico"
    assert board.num("display.sda") == 4
    assert board.has("chip") and not board.has("motor.pin")


def test_what_is_not_there_is_the_default():
    board = facts.parse_facts(GOOD)
    assert board.get("motor.kind") == ""
    assert board.get("motor.kind", "none") == "none"
    assert board.num("motor.pin", -1) == -1


def test_a_number_that_is_none_is_named():
    with pytest.raises(ValueError, match="board.txt: led.active is no number: x"):
        facts.parse_facts(GOOD).num("led.active")


@pytest.mark.parametrize(
    "data, message",
    [
        (b"", "no checksum"),
        (BODY, "no checksum"),
        (BODY[:-1] + b"crc 00000000\n", "no checksum"),  # the mark begins no line
        (BODY + b"crc 00000000\n", "checksum is wrong"),
        (GOOD.replace(b"sda 4", b"sda 5"), "checksum is wrong"),
        (GOOD[:-2], "checksum is wrong"),
        (GOOD + b"motor.pin 3\n", "checksum is wrong"),
        (b"x" * 5000, "too long"),
        (b"\xff\ncrc %08x\n" % zlib.crc32(b"\xff\n"), "not text"),
    ],
)
def test_damage_is_noticed(data, message):
    with pytest.raises(ValueError, match=f"board.txt: {message}"):
        facts.parse_facts(data)


def test_every_single_wrong_bit_is_noticed():
    for place in range(len(GOOD) - 1):
        for bit in range(8):
            wrong = bytearray(GOOD)
            wrong[place] ^= 1 << bit
            with pytest.raises(ValueError):
                facts.parse_facts(bytes(wrong))


def test_no_file_is_an_oserror(tmp_path):
    with pytest.raises(OSError):
        facts.read_facts(str(tmp_path / "board.txt"))


@pytest.mark.skipif(not find_spec("micropython_unix"), reason="no wheel for this machine")
def test_both_engines_read_what_the_host_writes(tmp_path):
    path = tmp_path / "board.txt"
    path.write_text(load_board("pico").facts(), encoding="utf-8", newline="")
    board = facts.read_facts(str(path))
    assert (board.get("board"), board.num("buzzer.pin")) == ("pico", 16)
    program = f"""
import sys
sys.path.insert(0, {str(firmware_package().parent)!r})
from runwalk.parts.facts import read_facts
board = read_facts({str(path)!r})
print(sorted(board.table.items()))
"""
    (tmp_path / "program.py").write_text(program)
    done = subprocess.run(
        [sys.executable, "-m", "micropython_unix", str(tmp_path / "program.py")],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.stdout.strip() == str(sorted(board.table.items())), done.stderr
