"""What each chip's pins can do, and what is wrong with a wiring on them.

`wiring_faults` are things that cannot work, or that keep the board from starting;
`advice` is what works but has a catch. Both are lines `KEY: …` in plain words. What
stands on the board already (`onboard`) was wired by its maker, who knew the chip:
rules that guard its start do not apply there.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

Values = Mapping[str, str | int]

PARTS = {
    "display.sda": "display SDA",
    "display.scl": "display SCL",
    "display.reset": "display RST",
    "display.power": "display power",
    "button.pin": "button",
    "buzzer.pin": "buzzer",
    "motor.pin": "motor",
    "led.pin": "LED",
    "battery.pin": "battery",
}
SIZES = ((128, 64), (128, 32), (72, 40))
LED_NAME = "LED"  # the one pin that has a name: the light of boards with a radio chip

_FULL_CELL_MV = 4200


def _pins(text: str) -> frozenset[int]:
    """The pins of a list such as "0-3, 7"."""
    found: set[int] = set()
    for part in text.split(",") if text else []:
        first, _, last = part.strip().partition("-")
        found.update(range(int(first), int(last or first) + 1))
    return frozenset(found)


@dataclass(frozen=True)
class Chip:
    """What a chip can do, as far as a wiring can get it wrong."""

    title: str
    pins: frozenset[int]
    adc: frozenset[int]
    most_mv: int  # what the ADC measures well
    rp2: bool = False
    i2c_blocks: int = 2
    flash: frozenset[int] = frozenset()
    psram: frozenset[int] = frozenset()  # where a module has more memory
    input_only: frozenset[int] = frozenset()
    straps: frozenset[int] = frozenset()  # read by the chip when it starts
    boot: int = -1  # the strap with the BOOT button on it
    usb: frozenset[int] = frozenset()
    serial: frozenset[int] = frozenset()  # the port to the computer
    adc2: frozenset[int] = frozenset()  # measures only while WiFi is off
    noisy: frozenset[int] = frozenset()  # not quiet while the chip starts
    wake: frozenset[int] | None = None  # None: any pin
    sleep: str = ""


# RP2040: machine_i2c.c, machine_pwm.c of MicroPython's ports/rp2; ADC on 26 to 29.
_RP2_PINS, _RP2_ADC = _pins("0-29"), _pins("26-29")
_RP2_SLEEP = "light sleep, 1 mA measured on a Pico; any button ends it"
CHIPS = {
    "rp2040": Chip("RP2040", _RP2_PINS, _RP2_ADC, 3300, rp2=True, sleep=_RP2_SLEEP),
    "rp2350": Chip(
        "RP2350",
        _RP2_PINS,
        _RP2_ADC,
        3300,
        rp2=True,
        sleep="light sleep, 2 mA on a Pico 2 by mixed reports; any button ends it",
    ),
    # Espressif's datasheets: IO MUX, strapping pins; MicroPython, docs/esp32/quickref.rst: ADC;
    # ports/esp32/modesp32.h: what wakes it. Straps whose level at reset decides how it starts.
    "esp32": Chip(
        "ESP32",
        _pins("0-19, 21-23, 25-27, 32-39"),
        _pins("0, 2, 4, 12-15, 25-27, 32-39"),
        2450,
        flash=_pins("6-11"),
        psram=_pins("16, 17"),
        input_only=_pins("34-39"),
        straps=_pins("0, 2, 5, 12, 15"),
        boot=0,
        serial=_pins("1, 3"),
        adc2=_pins("0, 2, 4, 12-15, 25-27"),
        noisy=_pins("14"),
        wake=_pins("0, 2, 4, 12-15, 25-27, 32-39"),
        sleep="light sleep, 0.8 to 1.6 mA for the chip alone",
    ),
    "esp32c3": Chip(
        "ESP32-C3",
        _pins("0-21"),
        _pins("0-5"),
        2450,
        i2c_blocks=1,
        flash=_pins("11-17"),
        straps=_pins("2, 8, 9"),
        boot=9,
        usb=_pins("18, 19"),
        adc2=_pins("5"),
        wake=_pins("0-5"),
        sleep="light sleep, about 0.4 mA measured for the chip alone; USB may stop with it",
    ),
    "esp32s3": Chip(
        "ESP32-S3",
        _pins("0-21, 26-48"),
        _pins("1-20"),
        2450,
        flash=_pins("26-32"),
        psram=_pins("33-37"),
        straps=_pins("0, 3, 45, 46"),
        boot=0,
        usb=_pins("19, 20"),
        serial=_pins("43, 44"),
        adc2=_pins("11-20"),
        wake=_pins("0-21"),
        sleep="light sleep, about 0.8 mA measured for the module; USB may stop with it",
    ),
}


@dataclass(frozen=True)
class Wiring:
    """The pins of a board file that can be judged; `chip` is None while it is not known."""

    values: Values
    onboard: Collection[str] = ()
    reserved: Mapping[int, str] | None = None

    @property
    def chip(self) -> Chip | None:
        return CHIPS.get(str(self.values.get("chip")))

    def pins(self) -> dict[str, int]:
        pins = {}
        for key in PARTS:
            value = self.values.get(key)
            if type(value) is int:
                pins[key] = value
        return pins

    def soldered(self, key: str) -> bool:
        """Whether the maker wires it, and not the board."""
        return key.partition(".")[0] not in self.onboard


def listing(pins: Collection[int]) -> str:
    """`0 to 3, 7`."""
    runs: list[list[int]] = []
    for pin in sorted(pins):
        if runs and pin == runs[-1][-1] + 1:
            runs[-1].append(pin)
        else:
            runs.append([pin])
    return ", ".join(
        str(run[0]) if len(run) == 1 else f"{run[0]}{' to ' if len(run) > 2 else ', '}{run[-1]}"
        for run in runs
    )


def i2c_role(pin: int) -> tuple[int, str]:
    """The I2C block of an RP2 pin, and which of its lines: pairs of pins take turns."""
    # GP0 SDA0, GP1 SCL0, GP2 SDA1, GP3 SCL1, and so on in fours
    # (MicroPython, ports/rp2/machine_i2c.c; RP2040 datasheet, GPIO functions)
    return pin // 2 % 2, "scl" if pin % 2 else "sda"


def pwm_slice(pin: int) -> int:
    """The PWM slice of an RP2 pin."""
    # Eight slices serve GPIO 0 to 29 on the RP2350 too, so pins 16 apart share one
    # (MicroPython, docs/library/machine.PWM.rst).
    return pin // 2 % 8


def wiring_faults(wiring: Wiring) -> list[str]:
    """What this chip cannot do with these pins; keys that are missing are passed over."""
    chip = wiring.chip
    if chip is None:
        return []
    faults = []
    if "led.pin" in wiring.values and not chip.rp2 and wiring.values["led.pin"] == LED_NAME:
        faults.append(f"led.pin: on the {chip.title} pins have numbers only")
    owner: dict[int, str] = {}
    for key, pin in wiring.pins().items():
        fault = _pin_fault(chip, wiring, key, pin)
        if fault:
            faults.append(f"{key}: {fault}")
        elif pin in owner:
            faults.append(f"{key}: pin {pin} is taken by {owner[pin]}")
        owner.setdefault(pin, key)
    faults += _i2c_faults(chip, wiring)
    faults += _slice_faults(chip, wiring)
    faults += _battery_faults(chip, wiring)
    faults += _display_faults(wiring)
    return faults


def _pin_fault(chip: Chip, wiring: Wiring, key: str, pin: int) -> str:
    """What speaks against this part on this pin, whatever else there is; empty when nothing."""
    name = wiring.values["chip"]
    if pin not in chip.pins:
        last = max(chip.pins)
        return f"{name} has no pin {pin}" + (f", the last is {last}" if pin > last else "")
    if pin in chip.flash:
        return f"pin {pin} belongs to the flash chip, without which nothing runs"
    if not wiring.soldered(key):
        return ""
    reserved = (wiring.reserved or {}).get(pin)
    if reserved:
        return f"pin {pin} is taken on this board: {reserved}"
    if pin in chip.usb:
        return f"pin {pin} is the USB cable's, the computer would no longer find the board"
    if not chip.usb and pin in chip.serial:
        return f"pin {pin} is the serial port to the computer, which could no longer get in"
    if pin in chip.input_only and key == "button.pin":
        return f"pin {pin} has no pull-up inside, it would see presses that nobody made"
    if pin in chip.input_only and key != "battery.pin":
        return f"pin {pin} can only be an input"
    if pin in chip.straps and (key, pin) != ("button.pin", chip.boot):
        return (
            f"the chip reads pin {pin} when it starts (a strapping pin), "
            "and with something on it may not start; use another"
        )
    return ""


def _i2c_faults(chip: Chip, wiring: Wiring) -> Iterator[str]:
    values = wiring.values
    block = values.get("display.i2c")
    if block is None:
        return
    if int(block) >= chip.i2c_blocks:
        yield f"display.i2c: {values['chip']} has I2C0 only"
    if not chip.rp2:
        return
    pins = wiring.pins()
    for line in ("sda", "scl"):
        pin = pins.get(f"display.{line}")
        if pin is None or pin not in chip.pins:
            continue
        has, role = i2c_role(pin)
        if (has, role) != (block, line):
            yield (
                f"display.{line}: pin {pin} is {role.upper()} of I2C{has}, "
                f"not {line.upper()} of I2C{block}"
            )


def _slice_faults(chip: Chip, wiring: Wiring) -> Iterator[str]:
    pins = wiring.pins()
    if not chip.rp2 or wiring.values.get("buzzer.kind") != "passive":
        return
    buzzer, motor = pins.get("buzzer.pin"), pins.get("motor.pin")
    if buzzer is None or motor is None or buzzer == motor:
        return
    if pwm_slice(buzzer) == pwm_slice(motor):
        yield (
            f"motor.pin: pin {motor} shares PWM slice {pwm_slice(motor)} with the "
            f"buzzer on pin {buzzer}, they would change each other's frequency"
        )


def _battery_faults(chip: Chip, wiring: Wiring) -> Iterator[str]:
    pin = wiring.pins().get("battery.pin")
    if pin is None or pin not in chip.pins:
        return
    if pin not in chip.adc:
        yield f"battery.pin: pin {pin} cannot measure, use {listing(chip.adc - chip.adc2)}"
    ratio = wiring.values.get("battery.ratio-permille")
    if ratio is not None and _FULL_CELL_MV * 1000 // int(ratio) > chip.most_mv:
        yield (
            f"battery.ratio-permille: a full cell of 4.2 V would be "
            f"{4200 / int(ratio):.1f} V at the pin, which measures up to "
            f"{chip.most_mv / 1000:g} V; use 2000 (two equal resistors)"
        )


def _display_faults(wiring: Wiring) -> Iterator[str]:
    values = wiring.values
    width, height = values.get("display.width"), values.get("display.height")
    if width is None or height is None:
        return
    if (width, height) not in SIZES:
        sizes = ", ".join(f"{w}x{h}" for w, h in SIZES)
        yield f"display.width: no screens are drawn for {width}x{height}; there is: {sizes}"
    columns = 132 if values.get("display.kind") == "sh1106" else 128
    if int(values.get("display.offset", 0)) + int(width) > columns:
        yield (
            f"display.offset: {values['display.offset']} and {width} columns "
            f"are more than the {columns} there are"
        )


def advice(wiring: Wiring) -> list[str]:
    """What works and has a catch."""
    chip = wiring.chip
    if chip is None:
        return []
    found: list[str] = []
    for key, pin in wiring.pins().items():
        if key == "button.pin":
            found += _button_advice(chip, pin)
        if not wiring.soldered(key):
            continue
        if pin in chip.psram:
            found.append(f"{key}: modules with more memory (PSRAM) use pin {pin} for it")
        if chip.usb and pin in chip.serial:
            found.append(f"{key}: pin {pin} is also a serial port of the board")
        if key in ("buzzer.pin", "motor.pin") and pin in chip.noisy:
            found.append(f"{key}: pin {pin} may jump while the board starts")
        if key == "battery.pin" and pin in chip.adc2:
            found.append(f"{key}: pin {pin} measures only while WiFi is off, as the clip leaves it")
    narrow = wiring.values.get("display.width") == 72
    if narrow and wiring.values.get("display.offset") != 28:
        found.append("display.offset: a glass of 72x40 usually begins at column 28")
    if "battery.pin" not in wiring.values:
        found.append("battery: without [battery] the clip cannot warn of a low one")
    return found


def _button_advice(chip: Chip, pin: int) -> Iterator[str]:
    if pin == chip.boot:
        yield (
            f"button.pin: pin {pin} is the BOOT button's: held while the board is switched on, "
            "the chip waits for a download instead of starting"
        )
    if chip.wake is not None and pin not in chip.wake:
        yield (
            f"button.pin: pin {pin} cannot wake the chip from its deepest sleep, "
            f"only {listing(chip.wake)} can"
        )
