"""`runwalk board new`: asks what is where, and writes a board file.

Every answer is an option too; what is neither given nor asked for is as on the board
that the new one is like.
"""

import argparse
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from runwalk_tools import board_checks
from runwalk_tools.board_checks import CHIPS, SIZES, Wiring
from runwalk_tools.boards import KEYS, SECTIONS, Board, load_board, read_board
from runwalk_tools.errors import UserError

_LIKE = {
    "rp2040": "pico",
    "rp2350": "pico-2",
    "esp32": "esp32-devkitc",
    "esp32c3": "esp32-c3-supermini",
    "esp32s3": "esp32-s3-devkitc",
}
_NONE = "none"
_SIZE = "display.size"  # one answer for two keys

Values = dict[str, str | int]


@dataclass(frozen=True)
class Question:
    """`needs` says which answers so far make it worth asking."""

    key: str
    text: str
    may_lack: bool = False
    needs: Callable[[Values], bool] = lambda values: True

    @property
    def option(self) -> str:
        return "--" + self.key.replace(".", "-").removesuffix("-permille")


def _shown(values: Values) -> bool:
    return values.get("display.kind") != _NONE


def _has(key: str) -> Callable[[Values], bool]:
    return lambda values: key in values


QUESTIONS = (
    Question("title", "What is the board called?"),
    Question("display.kind", "Display controller, ssd1306 or sh1106, or none"),
    Question(_SIZE, "Display size in pixels", needs=_shown),
    Question("display.i2c", "I2C block of the display", needs=_shown),
    Question("display.sda", "Pin of the display's SDA", needs=_shown),
    Question("display.scl", "Pin of the display's SCL", needs=_shown),
    Question("display.address", "I2C address of the display", needs=_shown),
    Question("display.reset", "Pin of the display's reset, or none", True, _shown),
    Question("display.power", "Pin that switches the display's supply, or none", True, _shown),
    Question("display.power-active", "Is it on when high or low?", needs=_has("display.power")),
    Question("button.pin", "Pin of the button (its other leg goes to GND)"),
    Question("buzzer.pin", "Pin of the buzzer, or none", True),
    Question("buzzer.kind", "Buzzer, passive (a plain disc) or active", needs=_has("buzzer.pin")),
    Question("motor.pin", "Pin of the motor's transistor, or none", True),
    Question("led.pin", "Pin of a light, or none", True),
    Question("led.active", "Is it lit when high or low?", needs=_has("led.pin")),
    Question("battery.pin", "Pin that measures the battery, or none", True),
    Question(
        "battery.ratio-permille",
        "What its divider divides by, times 1000 (2000: two equal resistors)",
        needs=_has("battery.pin"),
    ),
)


def _input(text: str) -> str:
    try:
        return input(text).strip()
    except EOFError:
        raise UserError("no more answers; --yes takes the usual ones") from None


class _Wrong(Exception):
    """An answer that cannot stand; the text says why."""


def _value(question: Question, answer: str) -> Values:
    """What an answer comes to; raises _Wrong."""
    key = question.key
    if question.may_lack and answer == _NONE:
        return {}
    if key == _SIZE:
        for width, height in SIZES:
            if answer == f"{width}x{height}":
                return {"display.width": width, "display.height": height}
        raise _Wrong(f"there is: {', '.join(f'{w}x{h}' for w, h in SIZES)}")
    value: str | int = answer
    if KEYS[key].type is int and answer != KEYS[key].word:
        try:
            value = int(answer, 0)
        except ValueError:
            raise _Wrong(f"expected a whole number, found {answer!r}") from None
    fault = KEYS[key].fault(value)
    if fault:
        raise _Wrong(fault)
    return {key: value}


def _usual(question: Question, like: Board) -> str:
    values = like.values
    if question.key == _SIZE:
        return f"{values.get('display.width', 128)}x{values.get('display.height', 64)}"
    if question.key not in values:
        return _NONE if question.may_lack else {"led.active": "high"}.get(question.key, "2000")
    value = values[question.key]
    return f"0x{value:02X}" if question.key == "display.address" else str(value)


def _ask(question: Question, usual: str, values: Values, like: Board) -> Values:
    """The answer of a person; asked again until it can stand on this chip."""
    while True:
        answer = _input(f"{question.text} [{usual}]: ") or usual
        try:
            found = _value(question, answer)
        except _Wrong as wrong:
            print(f"  {wrong}")
            continue
        more = {**values, **found}
        wiring = Wiring(more, _still_onboard(like, more), like.reserved)
        faults = [
            fault.partition(": ")[2]
            for fault in board_checks.wiring_faults(wiring)
            if fault.startswith(f"{question.key}: ")
        ]
        if not faults:
            return found
        print("\n".join(f"  {fault}" for fault in faults))


def _answers(args: argparse.Namespace, like: Board) -> Values:
    """Answers by key, each given, asked for, or as usual."""
    values: Values = {"chip": args.chip}
    for question in QUESTIONS:
        given = getattr(args, question.key)
        if not question.needs(values):
            if given is not None:
                raise UserError(f"{question.option} has no meaning without what it belongs to")
            continue
        usual = _usual(question, like)
        if given is None and not args.yes:
            values.update(_ask(question, usual, values, like))
            continue
        try:
            values.update(_value(question, usual if given is None else given))
        except _Wrong as wrong:
            raise UserError(f"{question.option}: {wrong}") from None
    return values


def _still_onboard(like: Board, values: Values) -> list[str]:
    """Of what that board brings along, the sections that nobody has changed."""
    kept = []
    for section in like.onboard:
        own = {key: value for key, value in values.items() if key.startswith(f"{section}.")}
        if own and all(like.values.get(key) == value for key, value in own.items()):
            kept.append(section)
    return kept


def _toml_text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _toml(values: Values, like: Board, same: bool) -> str:
    """The file. `same`: it is the same board, with other parts or pins."""
    lines = ["# Written by `runwalk board new`. Numbers of pins are GPIO numbers.", ""]
    top = {"title": values["title"], "chip": values["chip"]}
    for key in ("firmware", "supply", "wokwi"):
        top[key] = like.values[key]
    lines += [f"{key} = {_toml_text(str(value))}" for key, value in top.items() if value]
    onboard = _still_onboard(like, values) if same else []
    if onboard:
        lines.append(f"onboard = [{', '.join(map(_toml_text, onboard))}]")
    for section in SECTIONS:
        keys = [key for key in KEYS if key.startswith(f"{section}.") and key in values]
        if keys:
            lines += ["", f"[{section}]"]
        for key in keys:
            value = values[key]
            name = key.partition(".")[2]
            if key == "display.address":
                lines.append(f"{name} = 0x{value:02X}")
            else:
                lines.append(f"{name} = {_toml_text(value) if isinstance(value, str) else value}")
    for name, table in (("labels", like.labels), ("reserved", like.reserved)):
        if same and table:
            lines += ["", f"[{name}]"]
            lines += [f"{pin} = {_toml_text(text)}" for pin, text in table.items()]
    return "\n".join(lines) + "\n"


def _new(args: argparse.Namespace) -> int:
    path: Path = args.file
    if path.suffix != ".toml":
        raise UserError(f"{path}: the name of a board file ends in .toml")
    if path.exists() and not args.force:
        raise UserError(f"{path} is there already; --force writes over it")
    like = load_board(args.like or _LIKE.get(args.chip, "pico"))
    if args.chip is None:
        args.chip = str(like.values["chip"])
        if args.like is None and not args.yes:
            usual = args.chip
            args.chip = _input(f"Chip, one of {', '.join(CHIPS)} [{usual}]: ") or usual
            like = load_board(_LIKE.get(args.chip, "pico"))
    if args.chip not in CHIPS:
        raise UserError(f"no chip is called {args.chip!r}; there is: {', '.join(CHIPS)}")
    values = _answers(args, like)
    same = args.chip == like.values["chip"]
    try:
        path.write_text(_toml(values, like, same), encoding="utf-8")
    except OSError as error:
        raise UserError(f"{path}: {error.strerror or error}") from error
    board, faults = read_board(str(path))
    for fault in faults:
        print(f"{path}: {fault}")
    if not faults:
        for line in board.advice():
            print(f"{path}: mind: {line}")
        print(f"{path}: written. The wires: runwalk board show {path}")
    return 1 if faults else 0


def add_parser(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds `new` to `runwalk board`."""
    new = actions.add_parser(
        "new",
        help="asks what is where, and writes a board file",
        description="Asks what is where, and writes a board file. Each answer may be an "
        "option instead; with --yes nothing is asked, and the rest is as on a like board.",
    )
    new.add_argument("file", metavar="FILE", type=Path, help="the file to write, such as my.toml")
    new.add_argument("--like", metavar="BOARD", help="whose pins are the usual answers")
    new.add_argument("--yes", action="store_true", help="ask nothing, take the usual answers")
    new.add_argument("--force", action="store_true", help="write over a file that is there")
    new.add_argument("--chip", metavar="CHIP", help=f"one of {', '.join(CHIPS)}")
    for question in QUESTIONS:
        new.add_argument(
            question.option, dest=question.key, metavar="X", help=question.text.rstrip("?")
        )
    new.set_defaults(run=_new)
