"""A scenario: a text that says who does what to the clip, and when.

`parse(text, name)` gives its `Scenario`, rows for the timeline of
pretend/world.py; every fault is a line `FILE:LINE:COLUMN: …` of ScenarioError.
"""

import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

# codes of the timeline, as in pretend/timeline.py
FINGER, POWER, RESET, DISPLAY, FLASH, CLOCK, BATTERY, USB, END, SNAP = (
    1,
    3,
    4,
    5,
    6,
    7,
    8,
    9,
    10,
    11,
)

DOWN, UP = 0, 1
ZONE_STEPS = 4096
_MS = 1_000_000
_PRESS_MS = 100
_HOLD_MS = 800
_AFTER_HOLD_MS = 200
_DOUBLE_MS = 250
_MOST_HOURS = 1000
_YEARS = range(2000, 2100)

_TIME = re.compile(r"(?:(\d+):)?(\d+):(\d\d)(?:\.(\d{1,3}))?")
_WORD = re.compile(r"\S+")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")

# what needs no more than its words
_PLAIN: dict[str, tuple[int, int]] = {
    "power off": (POWER, 0),
    "power on": (POWER, 1),
    "reset": (RESET, 0),
    "display unplug": (DISPLAY, 0),
    "display plug": (DISPLAY, 1),
    "flash ok": (FLASH, 0),
    "flash full": (FLASH, 1),
    "flash readonly": (FLASH, 2),
    "usb unplug": (USB, 0),
    "usb plug": (USB, 1),
    "end": (END, 0),
}
_FINGERS = ("press", "hold", "double", "down", "up")
ACTIONS = [*_FINGERS, "hold N s", *_PLAIN, "clock set TIME", "battery N V"]

Row = tuple[int, int, int]


class ScenarioError(Exception):
    """`errors` are complete lines, one a fault."""

    def __init__(self, errors: list[str]):
        super().__init__("\n".join(errors))
        self.errors = errors


class _Fault(Exception):
    def __init__(self, column: int, message: str):
        super().__init__(message)
        self.column = column


@dataclass
class Scenario:
    """`rows` of (ns, code, arg), sorted by time; `last` is when the last action is over."""

    rows: list[Row] = field(default_factory=list)
    last: int = 0


@dataclass(frozen=True)
class _Words:
    """The rest of a line, word by word, with the column of each."""

    words: list[tuple[str, int]]
    end: int

    def text(self) -> str:
        return " ".join(word for word, _ in self.words)

    def column(self, index: int) -> int:
        return self.words[index][1] if index < len(self.words) else self.end


def instant(text: str) -> int:
    """Milliseconds of a time such as 0:02, 12:34.5 or 1:02:03; ValueError says what is wrong."""
    match = _TIME.fullmatch(text)
    if match is None:
        raise ValueError(f"expected a time such as 0:02 or 12:34.5, found {text!r}")
    hours, minutes, seconds, parts = match.groups()
    if int(seconds) > 59:
        raise ValueError(f"{seconds} seconds: at most 59")
    if hours is not None and (int(minutes) > 59 or len(minutes) != 2):
        raise ValueError("minutes after hours are 00 to 59")
    whole = int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)
    if whole >= _MOST_HOURS * 3600:
        raise ValueError(f"a run lasts less than {_MOST_HOURS} hours")
    return whole * 1000 + int((parts or "0").ljust(3, "0"))


def _hint(text: str, first: str) -> str:
    """What may be meant by an action that there is not: `display off` is one of the display's."""
    near = difflib.get_close_matches(text, ACTIONS, 1, 0.8)
    if near:
        return f"is it {near[0]}?"
    alike = [action for action in ACTIONS if action.split()[0] == first]
    near = [] if alike else difflib.get_close_matches(text, ACTIONS, 1)
    return f"is it {near[0]}?" if near else f"there is: {', '.join(alike or ACTIONS)}"


class _Parser:
    def __init__(self) -> None:
        self.scenario = Scenario()
        self.time = 0  # ms, of the line before
        self.finger_up = -1  # ms when the finger last let go
        self.finger_down = False  # by a `down` that has no `up` yet

    def line(self, text: str) -> None:
        text = text.split("#", 1)[0]
        words = [(match[0], match.start() + 1) for match in _WORD.finditer(text)]
        if not words:
            return
        when, column = words[0]
        try:
            ms = instant(when)
        except ValueError as error:
            raise _Fault(column, str(error)) from None
        if ms < self.time:
            raise _Fault(column, "the time is before the line above")
        self.time = ms
        rest = _Words(words[1:], len(text.rstrip()) + 1)
        if not rest.words:
            raise _Fault(rest.end, "an action is missing, such as press")
        self._action(ms, rest)

    def _action(self, ms: int, rest: _Words) -> None:
        text = rest.text()
        first = rest.words[0][0]
        if text in _PLAIN:
            self._add(ms, *_PLAIN[text])
        elif first in _FINGERS:
            self._fingers(ms, first, rest)
        elif text.startswith("clock set"):
            self._add(ms, CLOCK, self._clock(rest))
        elif first == "battery":
            self._add(ms, BATTERY, self._number(rest, 1, "V", "battery 3.4 V"))
        else:
            raise _Fault(rest.words[0][1], f"no action is called {text!r}; {_hint(text, first)}")
        self.scenario.last = max(self.scenario.last, ms * _MS)

    def _fingers(self, ms: int, name: str, rest: _Words) -> None:
        column = rest.words[0][1]
        if len(rest.words) > 1 and name != "hold":
            raise _Fault(rest.words[1][1], f"nothing may follow {name}")
        moves: dict[str, Callable[[], None]] = {
            "press": lambda: self._touch(column, ms - _PRESS_MS, ms),
            "hold": lambda: self._hold(column, ms, rest),
            "double": lambda: self._double(column, ms),
            "down": lambda: self._down(column, ms),
            "up": lambda: self._up(column, ms),
        }
        moves[name]()

    def _hold(self, column: int, ms: int, rest: _Words) -> None:
        down = ms - _HOLD_MS
        up = ms + _AFTER_HOLD_MS
        if len(rest.words) > 1:
            length = self._number(rest, 1, "s", "hold 2 s")
            if length < _HOLD_MS:
                raise _Fault(rest.words[1][1], "a hold lasts 0.8 s at least")
            up = down + length
        self._touch(column, down, up)

    def _double(self, column: int, ms: int) -> None:
        first = ms - _DOUBLE_MS
        self._touch(column, first - _PRESS_MS, first)
        self._touch(column, ms, ms + _PRESS_MS)

    def _touch(self, column: int, down: int, up: int) -> None:
        self._down(column, down)
        self._up(column, up)

    def _down(self, column: int, ms: int) -> None:
        if ms < 0:
            raise _Fault(column, f"the finger would have to go down {-ms} ms before power-on")
        if self.finger_down or ms <= self.finger_up:
            raise _Fault(column, "the finger is still down from before")
        self.finger_down = True
        self._add(ms, FINGER, DOWN)

    def _up(self, column: int, ms: int) -> None:
        if not self.finger_down:
            raise _Fault(column, "the finger is not down")
        self.finger_down = False
        self.finger_up = ms
        self._add(ms, FINGER, UP)
        self.scenario.last = max(self.scenario.last, ms * _MS)

    def _number(self, rest: _Words, index: int, unit: str, example: str) -> int:
        """Thousandths of what stands at that word, with its unit after it or on it."""
        text = "".join(word for word, _ in rest.words[index:])
        if not text.endswith(unit) or not _NUMBER.fullmatch(text[: -len(unit)]):
            raise _Fault(rest.column(index), f"write {example}")
        whole, _, parts = text[: -len(unit)].partition(".")
        return int(whole) * 1000 + int(parts[:3].ljust(3, "0"))

    def _clock(self, rest: _Words) -> int:
        """Seconds since 1970 of the time on the wall, times ZONE_STEPS, and its UTC offset.

        The offset is in minutes, from 1 to ZONE_STEPS - 1 with UTC in the middle; 0: not given.
        """
        text = rest.words[2][0] if len(rest.words) == 3 else ""
        try:
            wall = datetime.fromisoformat(text)
        except ValueError:
            raise _Fault(rest.column(2), "write clock set 2026-03-29T01:59+01:00") from None
        if wall.year not in _YEARS:
            raise _Fault(rest.column(2), "the clock is set to years from 2000 to 2099")
        offset = wall.utcoffset()
        zone = 0 if offset is None else int(offset.total_seconds()) // 60 + ZONE_STEPS // 2
        return int(wall.replace(tzinfo=UTC).timestamp()) * ZONE_STEPS + zone

    def _add(self, ms: int, code: int, arg: int) -> None:
        self.scenario.rows.append((ms * _MS, code, arg))


def parse(text: str, name: str) -> Scenario:
    """The scenario of that text; `name` is what its errors call the file."""
    parser = _Parser()
    errors = []
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        try:
            parser.line(line)
        except _Fault as fault:
            errors.append(f"{name}:{number}:{fault.column}: {fault}")
    if errors:
        raise ScenarioError(errors)
    parser.scenario.rows.sort(key=lambda row: row[0])
    return parser.scenario
