"""The pin checker: a wrong pin against each rule, for each chip it holds on."""

import tomllib
from pathlib import Path

import pytest
from hostsim.files import boards_dir
from runwalk_tools.boards import read_board
from runwalk_tools.main import main


@pytest.fixture
def wired(tmp_path):
    """A file of that board with other values, by key; gives (faults, advice)."""

    def change(name: str, **values: object) -> tuple[list[str], list[str]]:
        board, faults = read_board(str(changed(tmp_path, name, values)))
        return faults, board.advice()

    return change


def changed(folder: Path, name: str, values: dict[str, object]) -> Path:
    """Keys are SECTION_KEY; None takes a key out, an unknown section is a line at the top."""
    table = tomllib.loads((boards_dir() / f"{name}.toml").read_text(encoding="utf-8"))
    for key, value in values.items():
        section, _, inner = key.partition("_")
        place = table.setdefault(section, {}) if inner else table
        place[(inner or section).replace("_", "-")] = value
    lines = [
        f"{key} = {toml(value)}" for key, value in table.items() if not isinstance(value, dict)
    ]
    for section, content in table.items():
        if isinstance(content, dict) and content:
            lines.append(f"[{section}]")
            lines += [f"{key} = {toml(v)}" for key, v in content.items() if v is not None]
    path = folder / "mine.toml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def toml(value: object) -> str:
    return str(value) if isinstance(value, int | list) else f'"{value}"'


@pytest.mark.parametrize(
    "board, values, fault",
    [
        # pins that are not there
        ("esp32-devkitc", {"motor_pin": 24}, "motor.pin: esp32 has no pin 24"),
        ("esp32-devkitc", {"motor_pin": 40}, "motor.pin: esp32 has no pin 40, the last is 39"),
        ("esp32-c3-supermini", {"motor_pin": 22}, "motor.pin: esp32c3 has no pin 22"),
        ("esp32-s3-devkitc", {"motor_pin": 23}, "motor.pin: esp32s3 has no pin 23"),
        # the flash chip's
        ("esp32-devkitc", {"motor_pin": 6}, "motor.pin: pin 6 belongs to the flash chip"),
        ("esp32-c3-supermini", {"motor_pin": 12}, "motor.pin: pin 12 belongs to the flash chip"),
        ("esp32-s3-devkitc", {"motor_pin": 30}, "motor.pin: pin 30 belongs to the flash chip"),
        # inputs alone
        ("esp32-devkitc", {"buzzer_pin": 35}, "buzzer.pin: pin 35 can only be an input"),
        ("esp32-devkitc", {"display_sda": 36}, "display.sda: pin 36 can only be an input"),
        # no pull-up
        ("esp32-devkitc", {"button_pin": 39}, "button.pin: pin 39 has no pull-up inside"),
        # strapping pins
        ("esp32-devkitc", {"buzzer_pin": 12}, "buzzer.pin: the chip reads pin 12 when it starts"),
        ("esp32-devkitc", {"motor_pin": 0}, "motor.pin: the chip reads pin 0 when it starts"),
        ("esp32-devkitc", {"button_pin": 2}, "button.pin: the chip reads pin 2 when it starts"),
        ("esp32-c3-supermini", {"display_sda": 8}, "display.sda: the chip reads pin 8 when"),
        ("esp32-s3-devkitc", {"motor_pin": 46}, "motor.pin: the chip reads pin 46 when it starts"),
        # USB, and the port to the computer
        ("esp32-c3-supermini", {"motor_pin": 19}, "motor.pin: pin 19 is the USB cable's"),
        ("esp32-s3-devkitc", {"button_pin": 20}, "button.pin: pin 20 is the USB cable's"),
        ("esp32-devkitc", {"motor_pin": 3}, "motor.pin: pin 3 is the serial port to the computer"),
        # what the board needs for itself
        ("pico", {"motor_pin": 23}, "motor.pin: pin 23 is taken on this board: mode of the"),
        ("pico-w", {"battery_pin": 29}, "battery.pin: pin 29 is taken on this board: clock of"),
        ("xiao-rp2040", {"motor_pin": 9}, "motor.pin: pin 9 is taken on this board: not on the"),
        ("rp2040-zero", {"buzzer_pin": 16}, "buzzer.pin: pin 16 is taken on this board: the RGB"),
        # I2C blocks
        ("pico-2", {"display_scl": 7}, "display.scl: pin 7 is SCL of I2C1, not SCL of I2C0"),
        ("xiao-rp2040", {"display_i2c": 0}, "display.sda: pin 6 is SDA of I2C1, not SDA of I2C0"),
        ("esp32-c3-oled", {"display_i2c": 1}, "display.i2c: esp32c3 has I2C0 only"),
        # PWM slices
        ("pico-2", {"motor_pin": 17}, "motor.pin: pin 17 shares PWM slice 0 with the buzzer"),
        # measuring
        ("pico-2", {"battery_pin": 22, "onboard": ["led"]}, "battery.pin: pin 22 cannot measure"),
        ("esp32-devkitc", {"battery_pin": 23}, "battery.pin: pin 23 cannot measure, use 32 to 39"),
        ("esp32-c3-oled", {"battery_pin": 20}, "battery.pin: pin 20 cannot measure, use 0 to 4"),
        (
            "esp32-s3-devkitc",
            {"battery_pin": 21},
            "battery.pin: pin 21 cannot measure, use 1 to 10",
        ),
        (
            "esp32-devkitc",
            {"battery_ratio_permille": 1270},
            "battery.ratio-permille: a full cell of 4.2 V would be 3.3 V at the pin, which "
            "measures up to 2.45 V",
        ),
        # the display
        ("pico", {"display_width": 96}, "display.width: no screens are drawn for 96x64"),
        ("pico", {"display_offset": 2}, "display.offset: 2 and 128 columns are more than the 128"),
        # names
        ("esp32-devkitc", {"led_pin": "LED", "led_active": "high"}, "led.pin: on the ESP32 pins"),
        ("pico-w", {"led_pin": "LIGHT"}, "led.pin: expected a whole number, found 'LIGHT'"),
    ],
)
def test_a_wrong_pin_is_a_fault(wired, board, values, fault):
    faults, _ = wired(board, **values)
    assert any(found.startswith(fault) for found in faults), faults


@pytest.mark.parametrize(
    "board, values, advice",
    [
        # the BOOT button
        ("esp32-devkitc", {"button_pin": 0}, "button.pin: pin 0 is the BOOT button's"),
        ("esp32-c3-supermini", {"button_pin": 9}, "button.pin: pin 9 is the BOOT button's"),
        ("esp32-s3-devkitc", {"button_pin": 0}, "button.pin: pin 0 is the BOOT button's"),
        # wake pins
        ("esp32-devkitc", {"button_pin": 18}, "button.pin: pin 18 cannot wake the chip"),
        ("esp32-c3-supermini", {"button_pin": 9}, "button.pin: pin 9 cannot wake the chip from"),
        ("esp32-s3-devkitc", {"button_pin": 40}, "button.pin: pin 40 cannot wake the chip from"),
        # more memory
        ("esp32-devkitc", {"motor_pin": 16}, "motor.pin: modules with more memory (PSRAM) use"),
        ("esp32-s3-devkitc", {"motor_pin": 36}, "motor.pin: modules with more memory (PSRAM) use"),
        # ADC2
        ("esp32-devkitc", {"battery_pin": 27}, "battery.pin: pin 27 measures only while WiFi"),
        ("esp32-c3-supermini", {"battery_pin": 5, "display_scl": 6}, "battery.pin: pin 5 measures"),
        ("esp32-s3-devkitc", {"battery_pin": 12}, "battery.pin: pin 12 measures only while WiFi"),
        # noise at the start, ports that can be done without
        ("esp32-devkitc", {"motor_pin": 14}, "motor.pin: pin 14 may jump while the board starts"),
        ("esp32-s3-devkitc", {"motor_pin": 43}, "motor.pin: pin 43 is also a serial port"),
        # the narrow display
        ("esp32-c3-oled", {"display_offset": 0}, "display.offset: a glass of 72x40 usually"),
    ],
)
def test_a_pin_with_a_catch_is_no_fault(wired, board, values, advice):
    faults, found = wired(board, **values)
    assert faults == []
    assert any(line.startswith(advice) for line in found), found


def test_what_the_board_brings_along_may_sit_on_a_strapping_pin(wired):
    assert wired("lolin32-oled")[0] == []
    faults, _ = wired("lolin32-oled", onboard=[])
    assert [fault.split(":")[0] for fault in faults] == ["display.sda"]


def test_any_output_pin_of_an_esp32_can_be_i2c(wired):
    assert wired("esp32-devkitc", display_sda=27, display_scl=32, display_i2c=1)[0] == []


def test_check_says_what_to_mind_and_that_it_is_no_error(tmp_path, capsys):
    path = str(changed(tmp_path, "esp32-devkitc", {"button_pin": 0}))
    assert main(["board", "check", path]) == 0
    first, last = capsys.readouterr().out.splitlines()
    assert first.startswith(f"{path}: mind: button.pin: pin 0 is the BOOT button's")
    assert last == f"{path}: ESP32-DevKitC, no errors"
