"""Board files: what a maker can get wrong is said before anything is soldered."""

import tomllib
import zlib

import pytest
from hostsim.files import boards_dir
from runwalk_tools.board_wiring import table
from runwalk_tools.boards import board_names, load_board, read_board
from runwalk_tools.errors import UserError
from runwalk_tools.main import main

PICO = (boards_dir() / "pico.toml").read_text(encoding="utf-8")


@pytest.fixture
def file(tmp_path):
    """A board file with one text of the Pico's replaced by another; gives its path."""

    def change(old: str, new: str) -> str:
        assert old in PICO
        path = tmp_path / "mine.toml"
        path.write_text(PICO.replace(old, new), encoding="utf-8")
        return str(path)

    return change


def test_every_board_that_comes_with_runwalk_is_sound():
    assert "pico" in board_names()
    for name in board_names():
        assert read_board(name)[1] == [], name


def test_the_pico_is_wired_as_its_page_says():
    assert [row[:3] for row in table(load_board("pico"))] == [
        ("3V3", "display VCC", "red"),
        ("GND", "display GND", "black"),
        ("GP5", "display SCL", "yellow"),
        ("GP4", "display SDA", "blue"),
        ("GP15", "button one leg", "green"),
        ("GND", "button other leg", "black"),
        ("GP16", "buzzer +", "orange"),
        ("GND", "buzzer -", "black"),
        ("3V3", "motor +", "red"),
        ("GP18", "motor transistor's base", "violet"),
        ("GND", "motor transistor's emitter", "black"),
        ("VSYS", "battery +", "red"),
        ("GND", "battery -", "black"),
    ]


def test_what_the_board_brings_along_is_not_soldered():
    parts = {row[1].split()[0] for row in table(load_board("heltec-v2"))}
    assert parts == {"buzzer", "motor", "battery"}


def test_pins_are_called_what_is_printed_beside_them():
    rows = {row[1]: row[0] for row in table(load_board("xiao-rp2040"))}
    assert rows["display SDA"] == "D4 (GP6)"
    assert rows["button one leg"] == "D0 (GP26)"
    assert {row[1]: row[0] for row in table(load_board("esp32-devkitc"))}["buzzer +"] == "GPIO25"


def test_facts_are_a_key_and_a_value_a_line_with_a_checksum_last():
    text = load_board("pico").facts()
    lines = text.splitlines()
    assert lines[:2] == ["board pico", "chip rp2040"]
    for line in ("display.address 60", "display.offset 0", "button.pin 15", "led.active 1"):
        assert line in lines
    body = text[: text.rindex("crc ")]
    assert lines[-1] == f"crc {zlib.crc32(body.encode()):08x}"
    assert text.endswith("\n") and text.isascii()


def test_an_sh1106_begins_at_its_third_column_unless_it_is_said(file):
    assert load_board(file("ssd1306", "sh1106")).values["display.offset"] == 2
    said = file('"ssd1306"', '"sh1106"\noffset = 0')
    assert load_board(said).values["display.offset"] == 0


def test_a_board_without_a_display_needs_no_pins_for_one(tmp_path):
    table = tomllib.loads(PICO)
    path = tmp_path / "dark.toml"
    path.write_text(
        f'title = "{table["title"]}"\nchip = "rp2040"\n[display]\nkind = "none"\n'
        '[button]\npin = 15\n[buzzer]\npin = 16\nkind = "active"\n',
        encoding="utf-8",
    )
    assert load_board(str(path)).facts().splitlines()[2:6] == [
        "display.kind none",
        "button.pin 15",
        "buzzer.pin 16",
        "buzzer.kind active",
    ]


def test_what_is_for_people_is_not_sent_to_the_clip():
    keys = {line.split()[0] for line in load_board("pico").facts().splitlines()}
    assert not keys & {"title", "firmware", "supply", "wokwi", "onboard", "notes"}
    assert "led.pin LED" in load_board("pico-w").facts().splitlines()


def test_a_narrow_glass_begins_in_the_middle(file):
    small = file("width = 128\nheight = 64", "width = 72\nheight = 40")
    assert load_board(small).values["display.offset"] == 28
    assert load_board("esp32-c3-oled").values["display.offset"] == 28


@pytest.mark.parametrize(
    "old, new, fault",
    [
        ("sda = 4", "sdaa = 4", "display.sdaa: no such key; is it display.sda?"),
        ("sda = 4\n", "", "display.sda is missing"),
        ("[motor]", "[engine]", "[engine]: expected one of display, button, buzzer"),
        ("[button]\npin = 15\n", "", "[button] is missing"),
        ('chip = "rp2040"', 'chip = "z80"', "chip: expected one of rp2040, rp2350, esp32, "),
        ("i2c = 0", "i2c = true", "display.i2c: expected a whole number, found True"),
        ("width = 128", "width = 200", "display.width: expected 64 to 128, found 200"),
        ("pin = 15", "pin = 16", "buzzer.pin: pin 16 is taken by button.pin"),
        ("pin = 15", "pin = 30", "button.pin: rp2040 has no pin 30, the last is 29"),
        ("sda = 4", "sda = 6", "display.sda: pin 6 is SDA of I2C1, not SDA of I2C0"),
        ("sda = 4\nscl = 5", "sda = 5\nscl = 4", "display.sda: pin 5 is SCL of I2C0, not SDA"),
        ("pin = 18", "pin = 17", "motor.pin: pin 17 shares PWM slice 0 with the buzzer on pin 16"),
        ("pin = 18", "pin = 0", "motor.pin: pin 0 shares PWM slice 0"),  # 16 apart
        ("pin = 29", "pin = 22", "battery.pin: pin 22 cannot measure, use 26 to 29"),
        ("sda = 4", "sda = 4\npower = 21", "display.power and display.power-active: give both"),
        ('kind = "ssd1306"', 'kind = "none"', "display.width: has no meaning"),
        ('["led", "battery"]', '["lead"]', "onboard: expected one of display, button, "),
        ('["led", "battery"]', '"led"', "onboard: expected a list of texts"),
        ("23 = ", "GP23 = ", "reserved.GP23: expected the number of a pin"),
        ("notes = [", "note = [", "note: no such key; is it notes?"),
    ],
)
def test_a_fault_is_named_with_its_key(file, old, new, fault):
    path = file(old, new)
    assert any(found.startswith(fault) for found in read_board(path)[1]), read_board(path)[1]
    with pytest.raises(UserError) as raised:
        load_board(path)
    assert str(raised.value).startswith(f"{path}: ")
    assert "\n" not in str(raised.value)


def test_an_active_buzzer_has_no_slice_to_share(file):
    path = file('pin = 16\nkind = "passive"', 'pin = 19\nkind = "active"')
    assert read_board(path)[1] == []


def test_an_unknown_name_is_answered_with_the_names_there_are():
    with pytest.raises(UserError, match="no board is called 'picoo'; there is: .*pico"):
        load_board("picoo")


@pytest.mark.parametrize("content", [b"title = ", b"\xff\xfe"])
def test_a_file_that_is_no_toml_is_said_so(tmp_path, content):
    path = tmp_path / "mine.toml"
    path.write_bytes(content)
    with pytest.raises(UserError, match="mine.toml: "):
        load_board(str(path))


def test_a_file_that_is_not_there_is_said_so(tmp_path):
    with pytest.raises(UserError, match="No such file"):
        load_board(str(tmp_path / "none.toml"))


class TestCommand:
    def test_list(self, capsys):
        assert main(["board", "list"]) == 0
        lines = capsys.readouterr().out.splitlines()
        assert [line.split()[0] for line in lines] == board_names()
        assert ["pico", "Raspberry", "Pi", "Pico", "RP2040", "SSD1306,", "128x64"] in [
            line.split() for line in lines
        ]

    def test_show(self, capsys):
        assert main(["board", "show", "pico"]) == 0
        lines = capsys.readouterr().out.splitlines()
        assert lines[0] == "pico: Raspberry Pi Pico, RP2040"
        assert "on the board already: led (GP25); battery (GP29)" in lines
        assert [line.split() for line in lines if line.startswith("GP15")] == [
            "GP15 button one leg green".split()
        ]

    @pytest.mark.parametrize("name", board_names())
    def test_show_of_each_board(self, capsys, name):
        assert main(["board", "show", name]) == 0
        out = capsys.readouterr().out
        assert all(f"- {note}" in out for note in load_board(name).notes)

    def test_show_of_an_unknown_board(self, capsys):
        assert main(["board", "show", "nano"]) == 1
        out, err = capsys.readouterr()
        assert out == ""
        assert err.startswith("runwalk: no board is called 'nano'; there is: ")
        assert err.count("\n") == 1

    def test_check_names_every_fault(self, capsys, file):
        assert main(["board", "check", "pico"]) == 0
        assert capsys.readouterr().out == "pico: Raspberry Pi Pico, no errors\n"
        path = file("sda = 4\nscl = 5", "sda = 5\nscl = 4")
        assert main(["board", "check", path]) == 1
        assert [line.split(": ")[1] for line in capsys.readouterr().out.splitlines()] == [
            "display.sda",
            "display.scl",
        ]
