"""Board files: which pin of which chip goes to which part.

`load_board` reads a TOML of boards/ (or a path), checks it against what the
chip can do and gives a `Board`, whose `facts()` is the text of the device's
`board.txt`. Every fault is a `UserError` that names the file and the key.
"""

import argparse
import difflib
import tomllib
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from hostsim.files import boards_dir
from runwalk_tools.errors import UserError

_TYPES = {str: "a text", int: "a whole number"}


@dataclass(frozen=True)
class Chip:
    """What a chip can do, as far as a wiring can get it wrong."""

    pins: range
    adc: range
    i2c_pin: Callable[[int], tuple[int, str]]  # pin -> (block, "sda" or "scl")
    pwm_slice: Callable[[int], int]


def _rp2_i2c_pin(pin: int) -> tuple[int, str]:
    # GP0 SDA0, GP1 SCL0, GP2 SDA1, GP3 SCL1, and so on in fours
    # (MicroPython, ports/rp2/machine_i2c.c; RP2040 datasheet, GPIO functions)
    return pin // 2 % 2, "scl" if pin % 2 else "sda"


# Eight slices serve GPIO 0 to 29 on the RP2350 too, so pins 16 apart share one
# (MicroPython, docs/library/machine.PWM.rst).
_RP2 = Chip(range(30), range(26, 30), _rp2_i2c_pin, lambda pin: pin // 2 % 8)
CHIPS = {"rp2040": _RP2, "rp2350": _RP2}


@dataclass(frozen=True)
class Key:
    """One key of a board file; without a default it must be given with its section."""

    choices: tuple[str, ...] | range | None = None
    default: str | int | None = None
    optional: bool = False

    @property
    def type(self) -> type:
        texts = self.choices is None or isinstance(self.choices, tuple)
        return str if texts else int

    def fault(self, value: object) -> str:
        """What is wrong with this value; empty when nothing is."""
        if type(value) is not self.type:
            return f"expected {_TYPES[self.type]}, found {value!r}"
        if self.choices is None or value in self.choices:
            return ""
        if isinstance(self.choices, range):
            return f"expected {self.choices.start} to {self.choices.stop - 1}, found {value}"
        return f"expected {' or '.join(self.choices)}, found {value!r}"


PIN = range(50)
KEYS = {
    "title": Key(),
    "chip": Key(tuple(CHIPS)),
    "display.kind": Key(("ssd1306", "sh1106", "none")),
    "display.width": Key(range(64, 129)),
    "display.height": Key(range(32, 65)),
    "display.i2c": Key(range(2)),
    "display.sda": Key(PIN),
    "display.scl": Key(PIN),
    "display.address": Key(range(8, 120), default=60),
    "display.offset": Key(range(64), default=0),
    "display.freq": Key(range(100_000, 1_000_001), default=400_000),
    "display.reset": Key(PIN, optional=True),
    "display.power": Key(PIN, optional=True),
    "display.power-active": Key(("high", "low"), optional=True),
    "button.pin": Key(PIN),
    "buzzer.pin": Key(PIN),
    "buzzer.kind": Key(("passive", "active")),
    "motor.pin": Key(PIN),
    "led.pin": Key(PIN),
    "led.active": Key(("high", "low")),
    "battery.pin": Key(PIN),
    "battery.ratio-permille": Key(range(1000, 10_001)),
}
SECTIONS = ("display", "button", "buzzer", "motor", "led", "battery")
NEEDED = ("display", "button")
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

Values = dict[str, str | int]


@dataclass(frozen=True)
class Board:
    """A checked board: `values` holds every key that applies, defaults filled in."""

    name: str
    values: Values

    @property
    def title(self) -> str:
        return str(self.values["title"])

    def facts(self) -> str:
        """The text of `board.txt`: a key and a value a line, the checksum last."""
        lines = [f"board {self.name}"]
        for key, value in self.values.items():
            if key == "title":
                continue
            if value in ("high", "low"):
                value = int(value == "high")
            lines.append(f"{key} {value}")
        body = "".join(line + "\n" for line in lines)
        return f"{body}crc {zlib.crc32(body.encode()):08x}\n"


def _flatten(table: dict[str, object]) -> dict[str, object]:
    flat: dict[str, object] = {}
    for key, value in table.items():
        if isinstance(value, dict):
            flat.update({f"{key}.{inner}": given for inner, given in value.items()})
            flat.setdefault(f"{key}.", None)  # the section stands there, even if empty
        else:
            flat[key] = value
    return flat


def _read_keys(table: dict[str, object]) -> tuple[Values, list[str]]:
    """The values in the order of `KEYS`, and what is wrong with keys and values."""
    flat = _flatten(table)
    sections = {key[:-1] for key in flat if key.endswith(".")}
    faults = []
    for key in flat:
        if key.endswith("."):
            if key[:-1] not in SECTIONS:
                faults.append(f"[{key[:-1]}]: expected one of {', '.join(SECTIONS)}")
        elif key not in KEYS and (key.split(".")[0] in SECTIONS or "." not in key):
            near = difflib.get_close_matches(key, KEYS, 1)
            faults.append(f"{key}: no such key" + (f"; is it {near[0]}?" if near else ""))
    faults += [f"[{name}] is missing" for name in NEEDED if name not in sections]
    if not {"buzzer", "motor"} & sections:
        faults.append("[buzzer] is missing: without it, or a [motor], no cue can be felt")
    dark = flat.get("display.kind") == "none"
    values: Values = {}
    for name, rule in KEYS.items():
        section = name.rpartition(".")[0]
        if section and section not in sections:
            continue
        if dark and section == "display" and name != "display.kind":
            if name in flat:
                faults.append(f"{name}: has no meaning where display.kind is none")
            continue
        if name in flat:
            fault = rule.fault(flat[name])
            if fault:
                faults.append(f"{name}: {fault}")
            else:
                values[name] = flat[name]  # type: ignore[assignment]
        elif rule.default is not None:
            # an SH1106 drives 132 columns; the usual panel shows those from the third on
            sh1106 = name == "display.offset" and flat.get("display.kind") == "sh1106"
            values[name] = 2 if sh1106 else rule.default
        elif not rule.optional:
            faults.append(f"{name} is missing")
    if ("display.power" in flat) != ("display.power-active" in flat):
        faults.append("display.power and display.power-active: give both or neither")
    return values, faults


def _wiring_faults(values: Values) -> list[str]:
    """What this chip cannot do with these pins; keys that are missing are passed over."""
    chip = CHIPS.get(str(values.get("chip")))
    if chip is None:
        return []
    faults = []
    pins = {key: int(values[key]) for key in PARTS if key in values}
    owner: dict[int, str] = {}
    for key, pin in pins.items():
        if pin not in chip.pins:
            last = chip.pins.stop - 1
            faults.append(f"{key}: {values['chip']} has no pin {pin}, the last is {last}")
        elif pin in owner:
            faults.append(f"{key}: pin {pin} is taken by {owner[pin]}")
        owner.setdefault(pin, key)
    for line in ("sda", "scl"):
        wire = pins.get(f"display.{line}")
        if wire is None or wire not in chip.pins or "display.i2c" not in values:
            continue
        block, role = chip.i2c_pin(wire)
        if (block, role) != (values["display.i2c"], line):
            faults.append(
                f"display.{line}: pin {wire} is {role.upper()} of I2C{block}, "
                f"not {line.upper()} of I2C{values['display.i2c']}"
            )
    if {"buzzer.pin", "motor.pin"} <= pins.keys() and values.get("buzzer.kind") == "passive":
        buzzer, motor = pins["buzzer.pin"], pins["motor.pin"]
        if buzzer != motor and chip.pwm_slice(buzzer) == chip.pwm_slice(motor):
            faults.append(
                f"motor.pin: pin {motor} shares PWM slice {chip.pwm_slice(motor)} with the "
                f"buzzer on pin {buzzer}, they would change each other's frequency"
            )
    battery = pins.get("battery.pin")
    if battery is not None and battery not in chip.adc:
        first, last = chip.adc.start, chip.adc.stop - 1
        faults.append(f"battery.pin: pin {battery} cannot measure, use {first} to {last}")
    return faults


def board_names() -> list[str]:
    """The names of the boards that come with runwalk."""
    return sorted(path.stem for path in boards_dir().glob("*.toml"))


def _find(name_or_path: str) -> Path:
    """A path if it holds a slash or ends in .toml, else a name of the library."""
    if "/" in name_or_path or "\\" in name_or_path or name_or_path.endswith(".toml"):
        return Path(name_or_path)
    if name_or_path not in board_names():
        names = ", ".join(board_names())
        raise UserError(f"no board is called {name_or_path!r}; there is: {names}")
    return boards_dir() / f"{name_or_path}.toml"


def read_board(name_or_path: str) -> tuple[Board, list[str]]:
    """The board, and every fault found in its file (with faults it may lack keys)."""
    path = _find(name_or_path)
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise UserError(f"{path}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise UserError(f"{path}: not UTF-8 text") from error
    except tomllib.TOMLDecodeError as error:
        raise UserError(f"{path}: {error}") from error
    values, faults = _read_keys(table)
    return Board(path.stem, values), faults + _wiring_faults(values)


def load_board(name_or_path: str) -> Board:
    """A board without faults; raises UserError with the first one otherwise."""
    board, faults = read_board(name_or_path)
    if faults:
        more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
        raise UserError(f"{_find(name_or_path)}: {faults[0]}{more}")
    return board


def wiring(board: Board) -> list[tuple[str, str, str]]:
    """Rows of (pin, part, what to know about it), by pin."""
    values = board.values
    notes = {
        "button.pin": "other leg to GND",
        "buzzer.pin": f"{values.get('buzzer.kind')}, other leg to GND",
        "motor.pin": "through a transistor, a diode across the motor",
        "led.pin": f"lights when {values.get('led.active')}",
    }
    if "display.sda" in values:
        notes["display.sda"] = f"I2C{values['display.i2c']}, {values['display.freq']:,} Hz"
        notes["display.scl"] = f"address 0x{values['display.address']:02X}"
    if "battery.pin" in values:
        ratio = int(values["battery.ratio-permille"]) / 1000
        notes["battery.pin"] = f"voltage divided by {ratio:g}"
    rows = [
        (int(values[key]), part, notes.get(key, "")) for key, part in PARTS.items() if key in values
    ]
    return [(f"GP{pin}", part, note) for pin, part, note in sorted(rows)]


def _list(_args: argparse.Namespace) -> int:
    names = board_names()
    width = max(map(len, names))
    for name in names:
        board = load_board(name)
        print(f"{name:{width}}  {board.title}, {board.values['chip']}")
    return 0


def _show(args: argparse.Namespace) -> int:
    board = load_board(args.board)
    values = board.values
    print(f"{board.name}: {board.title}, {values['chip']}")
    if values["display.kind"] == "none":
        print("no display")
    else:
        size = f"{values['display.width']}x{values['display.height']}"
        print(f"display {values['display.kind']}, {size}")
    print()
    rows = [("pin", "part", ""), *wiring(board)]
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    for pin, part, note in rows:
        print(f"{pin:{widths[0]}}  {part:{widths[1]}}  {note}".rstrip())
    return 0


def _check(args: argparse.Namespace) -> int:
    board, faults = read_board(args.board)
    for fault in faults:
        print(f"{args.board}: {fault}")
    if not faults:
        print(f"{args.board}: {board.title}, no errors")
    return 1 if faults else 0


def add_parser(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the verb `board` to the command."""
    board = verbs.add_parser(
        "board", help="boards and their wiring", description="Boards and their wiring."
    )
    actions = board.add_subparsers(dest="action", metavar="ACTION", required=True)
    listing = actions.add_parser("list", help="the boards that come with runwalk")
    listing.set_defaults(run=_list)
    show = actions.add_parser("show", help="which pin goes to which part")
    show.add_argument("board", metavar="BOARD", help="a name from the list, or a TOML file")
    show.set_defaults(run=_show)
    check = actions.add_parser("check", help="every fault of a board file")
    check.add_argument("board", metavar="BOARD", help="a name from the list, or a TOML file")
    check.set_defaults(run=_check)
