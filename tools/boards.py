"""Board files: which pin of which chip goes to which part.

`load_board` reads a TOML of boards/ (or a path), checks it against what the
chip can do and gives a `Board`, whose `facts()` is the text of the device's
`board.txt`. Every fault is a `UserError` that names the file and the key.
"""

import difflib
import tomllib
import zlib
from dataclasses import dataclass, field
from pathlib import Path

from hostsim.files import boards_dir
from runwalk_tools import board_checks
from runwalk_tools.board_checks import CHIPS, LED_NAME, Wiring
from runwalk_tools.errors import UserError, read_file

_TYPES = {str: "a text", int: "a whole number"}


@dataclass(frozen=True)
class Key:
    """One key of a board file; without a default it must be given with its section."""

    choices: tuple[str, ...] | range | None = None
    default: str | int | None = None
    optional: bool = False
    word: str = ""  # a text that may stand for the number

    @property
    def type(self) -> type:
        texts = self.choices is None or isinstance(self.choices, tuple)
        return str if texts else int

    def fault(self, value: object) -> str:
        """What is wrong with this value; empty when nothing is."""
        if self.word and value == self.word:
            return ""
        if type(value) is not self.type:
            return f"expected {_TYPES[self.type]}, found {value!r}"
        if self.choices is None or value in self.choices:
            return ""
        if isinstance(self.choices, range):
            return f"expected {self.choices.start} to {self.choices.stop - 1}, found {value}"
        if len(self.choices) > 2:
            return f"expected one of {', '.join(self.choices)}, found {value!r}"
        return f"expected {' or '.join(self.choices)}, found {value!r}"


PIN = range(50)
KEYS = {
    "title": Key(),
    "chip": Key(tuple(CHIPS)),
    "firmware": Key(default=""),  # what micropython.org calls the board
    "supply": Key(default="5V"),  # where the battery goes
    "wokwi": Key(default=""),  # what Wokwi calls the board
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
    "led.pin": Key(PIN, word=LED_NAME),
    "led.active": Key(("high", "low")),
    "battery.pin": Key(PIN),
    "battery.ratio-permille": Key(range(1000, 10_001)),
}
SECTIONS = ("display", "button", "buzzer", "motor", "led", "battery")
NEEDED = ("display", "button")
TABLES = ("labels", "reserved")  # pin = text
LISTS = ("onboard", "notes")
NOT_FOR_THE_CLIP = ("title", "firmware", "supply", "wokwi")

Values = dict[str, str | int]


@dataclass(frozen=True)
class Board:
    """A checked board: `values` holds every key that applies, defaults filled in.

    `onboard` names the sections whose parts the board brings along, `labels` what is
    printed beside a pin, `reserved` what the board needs a pin for.
    """

    name: str
    values: Values
    onboard: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    labels: dict[int, str] = field(default_factory=dict)
    reserved: dict[int, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        return str(self.values["title"])

    @property
    def wiring(self) -> Wiring:
        return Wiring(self.values, self.onboard, self.reserved)

    def advice(self) -> list[str]:
        """What works and has a catch, a line each."""
        return board_checks.advice(self.wiring)

    def facts(self) -> str:
        """The text of `board.txt`: a key and a value a line, the checksum last."""
        lines = [f"board {self.name}"]
        for key, value in self.values.items():
            if key in NOT_FOR_THE_CLIP:
                continue
            if value in ("high", "low"):
                value = int(value == "high")
            lines.append(f"{key} {value}")
        body = "".join(line + "\n" for line in lines)
        return f"{body}crc {zlib.crc32(body.encode()):08x}\n"


def _flatten(table: dict[str, object]) -> dict[str, object]:
    flat: dict[str, object] = {}
    for key, value in table.items():
        if key in TABLES or key in LISTS:
            continue
        if isinstance(value, dict):
            flat.update({f"{key}.{inner}": given for inner, given in value.items()})
            flat.setdefault(f"{key}.", None)  # the section stands there, even if empty
        else:
            flat[key] = value
    return flat


def _key_faults(flat: dict[str, object], sections: set[str]) -> list[str]:
    """Sections and keys that nobody knows, and sections that nobody can do without."""
    faults = []
    for key in flat:
        if key.endswith("."):
            if key[:-1] not in SECTIONS:
                faults.append(f"[{key[:-1]}]: expected one of {', '.join(SECTIONS + TABLES)}")
        elif key not in KEYS and (key.split(".")[0] in SECTIONS or "." not in key):
            near = difflib.get_close_matches(key, [*KEYS, *LISTS], 1)
            faults.append(f"{key}: no such key" + (f"; is it {near[0]}?" if near else ""))
    faults += [f"[{name}] is missing" for name in NEEDED if name not in sections]
    if not {"buzzer", "motor"} & sections:
        faults.append("[buzzer] is missing: without it, or a [motor], no cue can be felt")
    if ("display.power" in flat) != ("display.power-active" in flat):
        faults.append("display.power and display.power-active: give both or neither")
    return faults


def _read_keys(table: dict[str, object]) -> tuple[Values, list[str]]:
    """The values in the order of `KEYS`, and what is wrong with keys and values."""
    flat = _flatten(table)
    sections = {key[:-1] for key in flat if key.endswith(".")}
    faults = _key_faults(flat, sections)
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
        elif name == "display.offset":
            values[name] = _usual_offset(values)
        elif rule.default is not None:
            values[name] = rule.default
        elif not rule.optional:
            faults.append(f"{name} is missing")
    return values, faults


def _usual_offset(values: Values) -> int:
    """Columns left of the glass: it is in the middle, and an SH1106 drives 132 of them."""
    columns = 132 if values.get("display.kind") == "sh1106" else 128
    return (columns - int(values.get("display.width", 128))) // 2


def _read_list(table: dict[str, object], key: str, faults: list[str]) -> tuple[str, ...]:
    given = table.get(key, [])
    if not isinstance(given, list) or not all(isinstance(text, str) for text in given):
        faults.append(f'{key}: expected a list of texts, such as ["led"]')
        return ()
    if key == "onboard":
        faults += [
            f"onboard: expected one of {', '.join(SECTIONS)}, found {text!r}"
            for text in given
            if text not in SECTIONS
        ]
    return tuple(given)


def _read_table(table: dict[str, object], key: str, faults: list[str]) -> dict[int, str]:
    given = table.get(key, {})
    if not isinstance(given, dict):
        faults.append(f'[{key}]: expected lines such as 23 = "…"')
        return {}
    found = {}
    for pin, text in given.items():
        if pin.isdecimal() and int(pin) in PIN and isinstance(text, str):
            found[int(pin)] = text
        else:
            faults.append(f"{key}.{pin}: expected the number of a pin, and a text")
    return found


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
        table = tomllib.loads(read_file(path).decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise UserError(f"{path}: not UTF-8 text") from error
    except tomllib.TOMLDecodeError as error:
        raise UserError(f"{path}: {error}") from error
    values, faults = _read_keys(table)
    board = Board(
        path.stem,
        values,
        _read_list(table, "onboard", faults),
        _read_list(table, "notes", faults),
        _read_table(table, "labels", faults),
        _read_table(table, "reserved", faults),
    )
    return board, faults + board_checks.wiring_faults(board.wiring)


def load_board(name_or_path: str) -> Board:
    """A board without faults; raises UserError with the first one otherwise."""
    board, faults = read_board(name_or_path)
    if faults:
        more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
        raise UserError(f"{_find(name_or_path)}: {faults[0]}{more}")
    return board
