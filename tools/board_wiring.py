"""The wires of a board: from which pin, to which part, and a colour to tell them apart.

`circuits(board)` is what a maker solders, part by part; what the board brings along
is not among it. The table of `board show` and the picture are both made of it.
"""

from dataclasses import dataclass

from runwalk_tools.boards import Board

PLAIN, DRIVER, DIVIDER, CELL = "plain", "driver", "divider", "cell"

# usual values: the transistor needs 2 to 3 mA at its base to carry 100 mA; the divider
# takes 21 uA out of a full cell, for ever
BASE = "1 kΩ"
PULL_DOWN = "10 kΩ"
CAPACITOR = "100 nF"
_LOWER_KOHM = 100


@dataclass(frozen=True)
class Wire:
    """One wire: `pin` as printed on the board, `end` of the part, what is in between."""

    pin: str
    end: str
    colour: str
    note: str = ""


@dataclass(frozen=True)
class Circuit:
    """A part and its wires. `shape` says how it is drawn."""

    part: str
    wires: tuple[Wire, ...]
    shape: str = PLAIN
    resistor: str = ""  # plain: in series with the first wire; divider: the upper one
    about: str = ""


def pin_name(board: Board, key: str) -> str:
    """The pin of that key as a person finds it on the board."""
    pin = board.values[key]
    if isinstance(pin, str):
        return pin
    name = f"{'GP' if str(board.values['chip']).startswith('rp2') else 'GPIO'}{pin}"
    label = board.labels.get(pin)
    return f"{label} ({name})" if label else name


def circuits(board: Board) -> list[Circuit]:
    """What is to be soldered, part by part, the battery last."""
    values = board.values
    found = []
    if values["display.kind"] != "none" and "display" not in board.onboard:
        found.append(_display(board))
    if "button" not in board.onboard:
        found.append(
            Circuit(
                "button",
                (
                    Wire(pin_name(board, "button.pin"), "one leg", "green"),
                    Wire("GND", "other leg", "black"),
                ),
                about="no resistor: the pull-up is inside the chip",
            )
        )
    if "buzzer.pin" in values and "buzzer" not in board.onboard:
        found.append(_buzzer(board))
    if "motor.pin" in values and "motor" not in board.onboard:
        found.append(_driver("motor", pin_name(board, "motor.pin"), "violet"))
    if "led.pin" in values and "led" not in board.onboard:
        found.append(_led(board))
    found.append(_battery(board))
    return found


def _display(board: Board) -> Circuit:
    values = board.values
    wires = [
        Wire("3V3", "VCC", "red"),
        Wire("GND", "GND", "black"),
        Wire(pin_name(board, "display.scl"), "SCL", "yellow"),
        Wire(
            pin_name(board, "display.sda"),
            "SDA",
            "blue",
            f"I2C{values['display.i2c']}, address 0x{values['display.address']:02X}",
        ),
    ]
    if "display.reset" in values:
        wires.append(Wire(pin_name(board, "display.reset"), "RST", "white"))
    if "display.power" in values:
        level = values["display.power-active"]
        wires.append(
            Wire(pin_name(board, "display.power"), "power switch", "grey", f"on when {level}")
        )
    kind = str(values["display.kind"]).upper()
    size = f"{values['display.width']}x{values['display.height']}"
    return Circuit(
        "display",
        tuple(wires),
        about=f"{kind}, {size}; the order of its pins differs",
    )


def _buzzer(board: Board) -> Circuit:
    pin = pin_name(board, "buzzer.pin")
    if board.values["buzzer.kind"] == "active":
        return _driver("buzzer", pin, "orange")
    return Circuit(
        "buzzer",
        (Wire(pin, "+", "orange"), Wire("GND", "-", "black")),
        about="a piezo, 3 mA at most; a magnetic one is wired like a motor",
    )


def _driver(part: str, pin: str, colour: str) -> Circuit:
    about = f"NPN transistor for 0.5 A; diode across the {part}, its stripe to 3V3"
    return Circuit(
        part,
        (
            Wire("3V3", "+", "red", "and the diode's stripe"),
            Wire(pin, "transistor's base", colour, f"{BASE} in between; {PULL_DOWN} to GND"),
            Wire("GND", "transistor's emitter", "black", f"its collector to the {part}'s -"),
        ),
        DRIVER,
        about=about,
    )


def _led(board: Board) -> Circuit:
    pin = pin_name(board, "led.pin")
    if board.values["led.active"] == "high":
        wires = (Wire(pin, "long leg", "brown", f"{BASE} in between"), Wire("GND", "-", "black"))
    else:
        wires = (
            Wire(pin, "short leg", "brown", f"{BASE} in between"),
            Wire("3V3", "long leg", "red"),
        )
    return Circuit("LED", wires, resistor=BASE)


def upper_resistor(ratio_permille: int) -> str:
    """The divider's upper resistor, above one of 100 kΩ."""
    return f"{(ratio_permille - 1000) * _LOWER_KOHM // 1000} kΩ"


def _battery(board: Board) -> Circuit:
    supply = str(board.values["supply"])
    plugged = "socket" in supply
    plus = Wire(supply, "+", "red", "by its plug" if plugged else "through a switch and a diode")
    minus = Wire(supply if plugged else "GND", "-", "black", "by its plug" if plugged else "")
    about = "red is not always +: measure before you plug it in" if plugged else ""
    if "battery.pin" not in board.values or "battery" in board.onboard:
        return Circuit("battery", (plus, minus), CELL, about=about)
    upper = upper_resistor(int(board.values["battery.ratio-permille"]))
    pin = Wire(
        pin_name(board, "battery.pin"),
        "divider",
        "grey",
        f"{upper} to +, {_LOWER_KOHM} kΩ and {CAPACITOR} to GND",
    )
    return Circuit("battery", (plus, pin, minus), DIVIDER, upper, about)


def table(board: Board) -> list[tuple[str, str, str, str]]:
    """Rows of (pin, to, colour, note), a wire each."""
    return [
        (wire.pin, f"{circuit.part} {wire.end}", wire.colour, wire.note)
        for circuit in circuits(board)
        for wire in circuit.wires
    ]
