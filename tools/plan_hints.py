"""What to say about a fault in a plan: what was expected, what was found, what to type.

The firmware's parser decides what is a fault and where; its message is short, for
a small display. Here, where there is room, that message and the line it is about
become the whole sentence. Hints come from tokens: the numbers, words and signs of
a line, without its blanks.
"""

import difflib
import io
import re
from collections.abc import Callable
from functools import cached_property
from typing import Any

from hostsim.importer import Modules

_modules = Modules()
PARSER: Any = _modules.load("runwalk.core.plan")
_text: Any = _modules.load("runwalk.core.text")

_KINDS: tuple[str, ...] = PARSER.KINDS
_DAY = 86_400  # seconds
_APOSTROPHES = "´‘’′"
_MEANT = {  # what people write, and what the language has for it
    "jog": "run", "sprint": "run", "recover": "rest", "pause": "rest", "climb": "hike",
    "hiking": "hike", "wk": "week", "w": "week", "day": "week 1 day", "ask": "ask pain",
    "title": "plan", "session": "workout", "training": "workout",
}  # fmt: skip
_FIRST = ("week", "workout", "remind", "plan", "about")
_DISTANCE = ("km", "k", "mi", "mile", "miles", "meters", "metres", "yd", "yards", "ft")
_REMIND = 'write remind "drink" every 20m'

# messages whose sentence needs nothing from the line
_SENTENCES = {
    "more than 1,000 characters": "a line has at most 1,000 characters: write two lines",
    "nothing follows repeat": "what follows repeat is never reached: write it before",
    "for in a for": "for cannot stand in another for: write 8x(…)",
    "open in a for": "open cannot stand in for, which ends by time: write a time",
    "repeat in a group": "repeat stands outermost, not in a group: write 8x(…)",
    "more than 3 groups deep": "groups stand at most 3 deep: write this one out",
    "more than 3,000 steps": "a session has at most 3,000 steps: take rounds away",
    "more than 24 h": "a session lasts at most 24 h: take steps away",
    "more than 32 labels": "a session has at most 32 different labels: use one again",
    "more than 64 workouts": "a plan has at most 64 workouts: take this one to another file",
    "more than 8 reminders": "a plan has at most 8 reminders: take this one away",
    "expected a session": "a plan has at least one session: write week 1: run 5m",
}


def sentence(data: bytes, line: int, column: int, message: str) -> str:
    """The whole message of a fault that the parser found in the plan file `data`."""
    if message in _SENTENCES:
        return _SENTENCES[message]
    if message == "more than 32 KiB":
        return f"a plan has at most 32 KiB, found {len(data)} bytes"
    lines = _lines(data)
    if message == "not UTF-8":
        try:
            lines[line - 1].decode()
        except UnicodeDecodeError as error:
            byte = error.object[error.start]
        return f"expected UTF-8 text, found the byte {byte:02X}: save the file as UTF-8"
    twice = re.fullmatch(r"(?s)(.*) twice", message)
    if twice:
        what = "ask pain" if twice[1] == "ask" else twice[1]
        first = next(n for n, text in enumerate(lines, 1) if _names(text, twice[1]))
        return f"{what} stands on line {first} and again on line {line}: take one away"
    return _Fault(lines[line - 1], column - 1, message).sentence()


def _lines(data: bytes) -> list[bytes]:
    return re.split(rb"\r\n|\r|\n", data.removeprefix(b"\xef\xbb\xbf"))


def _names(line: bytes, what: str) -> bool:
    """Whether the line is the session, the workout or the header that stands twice."""
    if what in ("plan", "rest", "ask"):
        reader = _text.Reader()
        try:
            reader.take(line)
            word = reader.token
            reader.past()
        except _text.PlanError:
            return False
        return bool(word == what)
    plan = PARSER.scan(io.BytesIO(line), "", lambda *fault: None)
    week = re.fullmatch(r"week (\d+) day (\d+)", what)
    if week:
        return bool(plan.has(int(week[1]), int(week[2])))
    return [f'workout "{label}"' for label in plan.workouts] == [what]


# words and numbers


def _letter(sign: str) -> bool:
    return "a" <= sign <= "z" or sign in ("_", "\x7f")


def _digit(sign: str) -> bool:
    return "0" <= sign <= "9"


def _solid(text: str, blanks: bool = False) -> str:
    """The letters and digits that `text` begins with, and the blanks between them."""
    for i, sign in enumerate(text):
        if not (_letter(sign) or _digit(sign) or blanks and sign == " "):
            return text[:i]
    return text


def _tokens(text: str) -> list[str]:
    return re.findall(r"[0-9]+|[a-z_\x7f]+|[^ ]", text)


def _number(token: str) -> int:
    return int(token[-6:])


def _unit(word: str) -> int:
    """Seconds of a unit of time, 0 for any other word."""
    return int(_text.unit(word))


def _quoted(text: str) -> str:
    text = text if len(text) <= 24 else text[:23] + "…"
    return "a quote" if text == '"' else f'"{text}"'


def _right(steps: str) -> bool:
    """Whether a hint may be typed as it is."""
    try:
        PARSER.scan(io.BytesIO(f"week 1: {steps}".encode()), "")
    except _text.PlanError:
        return False
    return True


def _spaced(text: str) -> str:
    """Words and numbers with the blanks that belong between them."""
    spaced = before = ""
    for token in _tokens(text):
        for word in (*_KINDS, "skip", "ask"):
            rest = token.removeprefix(word)
            if rest != token and rest in ("last", "open", "pain"):
                token = f"{word} {rest}"
        touch = before.isdigit() and _unit(token) or before == "x" or token == "-"
        spaced += token if touch or before in ("", "-") else " " + token
        before = token
    return spaced


def _meant(word: str) -> str:
    """The keyword that somebody had in mind, "" where nobody knows."""
    for kind in _KINDS + _FIRST:
        if word.startswith(kind) or len(word) > 3 and sorted(word) == sorted(kind):
            return kind
    for said, kind in _MEANT.items():
        if word == said or len(said) > 2 and word.startswith(said):
            return kind
    return next(iter(difflib.get_close_matches(word, _KINDS + _FIRST, 1, 0.8)), "")


def _written(seconds: int) -> str:
    """1m30s for 90."""
    parts = ((seconds // 3600, "h"), (seconds // 60 % 60, "m"), (seconds % 60, "s"))
    return "".join(f"{part}{name}" for part, name in parts if part)


def _time_meant(tokens: list[str]) -> int:
    """Seconds of a time in whatever notation: 1.5m, 1,5m, 1'30", 1m30, 1:75, 1h60m."""
    total = i = 0
    length = 3600
    while i < len(tokens) and tokens[i].isdigit():
        value = _number(tokens[i])
        sign, after, last = [*tokens[i + 1 :], "", "", ""][:3]
        i += 2
        if sign == ":":
            total = (total + value) * 60
            length = 60
            continue
        part = ""
        if sign and sign in ".," and after.isdigit():
            part = after[:4]
            sign = last
            length = 3600
            i += 2
        length = _unit(sign) or {"'": 60, '"': 1}.get(sign, length // 60)
        total += value * length
        if part:
            total += int(part) * length // 10 ** len(part)
    return total


class _Fault:
    """One fault in its line: `at` is the index of the first character that is wrong."""

    def __init__(self, line: bytes, at: int, message: str):
        self.text = line.decode()
        self.at = at
        self.message = message
        reader = _text.Reader()
        reader.take(line)
        self.reader = reader
        # the line as the parser reads it, with one sign more that people use in times
        norm = reader.norm[: reader.n].decode("ascii")
        self.norm = "".join(
            "'" if written in _APOSTROPHES else sign
            for written, sign in zip(self.text, norm, strict=True)
        )

    def sentence(self) -> str:
        for pattern, make in _MAKERS.items():
            match = re.fullmatch(pattern, self.message)
            if match:
                return make(self, *match.groups())
        return self.message

    def wrong(self, expected: str, hint: str = "") -> str:
        """The usual sentence: what was expected, and what stands there."""
        said = f"expected {expected}, found {self.found()}"
        return f"{said}: {hint}" if hint else said

    def found(self) -> str:
        """What stands at the fault, in words."""
        sign = self.norm[self.at : self.at + 1]
        if sign in ("", "#", " "):
            return {"": "the end of the line", "#": "a comment", " ": "a blank"}[sign]
        text = self.text[self.at : self.at + max(1, len(_solid(self.rest)))]
        code = ord(text[0])
        hidden = 0x7E < code < 0xA1 or code < 32 or 0x2000 <= code < 0x2010 or code == 0xFEFF
        if hidden or 0x2028 <= code < 0x2030 or 0x2060 <= code < 0x2070:
            return f"the character U+{code:04X}"
        return _quoted(text)

    @cached_property
    def rest(self) -> str:
        """The line from the fault on, without a comment."""
        return self.rest_from(self.at)

    def rest_from(self, at: int) -> str:
        return self.norm[at:].split("#")[0].rstrip(" ")

    @property
    def before(self) -> str:
        return self.norm[: self.at]

    # each of these is one of the parser's messages

    def text_long(self, most: str) -> str:
        first = self.at - int(most)
        if _tokens(self.norm)[0] == "plan":
            end = re.compile(r"(?<= )#").search(self.norm, first)
            what, last = "title", end.start() if end else len(self.norm)
        else:
            what, last = "label", self.norm.index('"', first)
        found = len(self.norm[first:last].rstrip(" "))
        return f"a {what} has at most {most} characters, found {found}"

    def no_text(self) -> str:
        what = _tokens(self.norm)[0]
        if what in ("plan", "about"):
            return self.wrong(f"a text after {what}", f"write {what} My weeks")
        return 'expected the text of a label, found nothing: write "easy", say'

    def not_closed(self) -> str:
        opened = self.norm.rindex('"') + 1
        return self.wrong('a closing "', f'the " at column {opened} is not closed')

    def no_label(self) -> str:
        workout = _tokens(self.norm)[0] == "workout"
        hint = 'write workout "Trail": run 5m' if workout else _REMIND
        return self.wrong("a label in quotes", hint)

    def no_day(self) -> str:
        days = self.number_before()
        return self.wrong("day or days", f"write rest {int(days)} day")

    def other_kind(self, last: str) -> str:
        if self.word in _KINDS:
            return f"the last step of this group is {last}: write skip last {last}"
        return self.wrong("the kind of the last step", _SKIP)

    def only_step(self) -> str:
        return f"the one step of this group is {self.word}: take skip last away"

    def no_number(self, most: str) -> str:
        value = re.match("[0-9]+", self.rest)
        where = re.search(r"(week|day|x|rest)s? *(?:[0-9]+ *- *)?$", self.before)
        if not where:  # before x: the rounds of a group
            limit = (
                "at least 1 round" if value and int(value[0]) < 1 else f"at most {most} rounds"
            )
            return self.wrong(limit)
        name = f"a {where[1]}" if where[1] in ("week", "day") else "a number of days"
        if not value:
            return self.wrong(f"{name} from 1 to {most}")
        limit = "at least 1" if int(value[0]) < 1 else f"at most {most}"
        return self.wrong(f"{name} of {limit}")

    def backwards(self) -> str:
        first = self.number_before(r" *- *")
        return f"this is the range backwards: write {int(_tokens(self.rest)[0])}-{int(first)}"

    def glued(self) -> str:
        """A word and a number touch at the fault."""
        token = re.search(r"([0-9]+|[a-z_\x7f]+)$", self.before)
        if token and token[0] == "last":
            return self.other_kind("")
        text = _solid(self.rest_from(token.start() if token else self.at))
        hint = _spaced(text)
        if hint == text:
            return self.wrong("a number, not a time", "write week 1 day 2 or rest 1 day")
        return self.wrong("a blank between a word and a number", f"write {hint}")

    def out_of_range(self, least: str) -> str:
        """The time that begins at the fault is too short or too long."""
        low = int(least)
        self.reader.to = self.at
        self.reader.go()
        try:
            self.reader.time(0)
            limit = f"at least {low} s" if low < 60 else f"at least {low // 60} min"
            hint = f"{_written(low)} or more"
        except _text.PlanError:
            limit, hint = "at most 24 h", "24h or less"
        what = {"for": "a group with for", "every": "a reminder"}
        said = what.get(_tokens(self.before)[-1], "a step")
        text = _quoted(self.text[self.at : self.reader.at].strip())
        return f"expected {limit} for {said}, found {text}: write {hint}"

    def no_time(self, expected: str) -> str:
        """No time, or a wrong one: it begins behind a kind, `for` or `every`."""
        word = list(_BEFORE_TIME.finditer(self.before))[-1]
        start = word.end()
        rest = self.rest_from(start)
        tokens = [*_tokens(rest), "", "", "", ""]
        if tokens[0] == "." and tokens[1].isdigit():
            tokens.insert(0, "0")
        elif not tokens[0].isdigit():
            if word[1] in _KINDS:
                return self.wrong(f"{expected} or open", f"write {word[1]} 5m")
            return self.wrong(expected)
        number, sign, after, unit = tokens[:4]
        if sign == "." and re.fullmatch("[0-5][0-9]", after) and not _letter(unit[:1]):
            tokens[1] = ":"  # 1.30 is a clock's
        end = re.compile("[ ,()#]").search(self.norm, self.at + 1)
        text = self.text[start : end.start() if end else len(self.text)].rstrip()
        said = f"expected {expected}, found {_quoted(text)}"
        here = _solid(self.rest)
        if here in _DISTANCE or sign == "." and unit in _DISTANCE:
            return f"{said}: plans count time, not distance"
        bare = not sign or sign in '()"' and rest.count('"') != 1 or sign in _KINDS
        if bare or sign == "," and not (after.isdigit() and _unit(unit)):
            return self.no_unit(number, word[1])
        if _letter(self.rest[:1]) and not _unit(here):
            return said
        seconds = _time_meant(tokens)
        return f"{said}: write {_written(seconds if 3 <= seconds <= _DAY else 90)}"

    def no_unit(self, number: str, word: str) -> str:
        value = _number(number)
        hint = f"{number}m"
        if value > _DAY // 60:
            hint = "5m or 5s"
        elif value >= 3 and word != "every":
            hint += f" or {number}s"
        return f"{number} what? write {hint}, found {self.found()}"

    def no_step(self) -> str:
        rest = self.rest
        if self.before.rstrip(" ").endswith(",") and rest[:1] in ("", ")"):
            return "a step is missing after the comma, or take the comma away"
        first = self.word
        if first in ("x", "("):
            return self.wrong("the number of rounds first", self.group(rest))
        hint = _spaced(_solid(rest))
        if " " not in hint or hint.split()[0] not in _KINDS:
            hint = _meant(first)
        return self.wrong(
            f"a step such as run 5m, of the kinds {', '.join(_KINDS)}",
            f"write {hint}" if hint in _KINDS or " " in hint else "",
        )

    def no_x(self) -> str:
        """Behind a number that begins a step."""
        tokens = [*_tokens(self.rest), "", "", ""]
        if not re.search("[0-9] *$", self.before) and not self.before.endswith("x"):  # a time
            kind = tokens[2] if tokens[2] in _KINDS else "run"
            return self.wrong(
                "the kind before the time", f"write {kind} {tokens[0]}{tokens[1]}"
            )
        if self.before.endswith("x"):
            return self.no_opening()
        number = self.number_before()
        return self.wrong(f"x after {number}", self.group(self.rest, number))

    def group(self, text: str, number: str = "") -> str:
        """The hint for a group in another notation, which `text` begins."""
        opening, closing = text.find("("), text.rfind(")")
        tokens = _tokens(text[closing + 1 :] if text.startswith("(") else text)
        number = number or next(filter(str.isdigit, tokens), "")
        if not 1 <= _number(number or "0") <= 999:
            number = "8"
        hint = f"write {number}x(…)"
        if 0 <= opening < closing < opening + 60:
            group = number + "x" + self.text[self.at + opening : self.at + closing + 1]
            if _right(group):
                hint += f", here {group}"
        return hint

    def no_opening(self) -> str:
        word = re.search(r"(repeat *$)|([0-9]+) *x *$", self.before)
        if not word or word[1]:
            return self.wrong("(", f"write {'repeat' if word else 'for 3h'} (run 4m, walk 1m)")
        number = word[2]
        step = self.text[self.at :][: len(re.split("[,)]", self.rest)[0])].strip()
        hint = f"{number}x({step})"
        return self.wrong(
            f"( after {number}x", f"write {hint if _right(hint) else f'{number}x(…)'}"
        )

    def opened(self) -> int:
        """The index of the ( whose group the fault is in, -1 in none."""
        open_ones = [-1]
        for match in re.finditer(r'"[^"]*"|[()]', self.before):
            if match[0] == "(":
                open_ones.append(match.start())
            elif match[0] == ")":
                open_ones.pop()
        return open_ones[-1]

    def no_comma(self) -> str:
        """Neither a comma nor the end of the steps."""
        rest = self.rest
        opened = self.opened()
        expected = "a comma or " + (")" if opened >= 0 else "the end of the line")
        if not rest:
            return self.wrong(expected, f"the ( at column {opened + 1} is not closed")
        word = self.word
        hint = {
            ")": "no ( is open", '"': "a step has one label", "(": "write a group as 8x(…)",
            "skip": "skip last stands right behind the ) of 8x(…)",
        }.get(word, "")  # fmt: skip
        if word == "x":
            hint = f"write {[*_tokens(rest), '8'][1]}x(…)"
        elif word == "skiplast":
            hint = f"write {_spaced(_solid(rest, blanks=True))}"
        elif word in (";", "+", "and", "then", ".", "/", "&"):
            hint = "write a comma" if len(_tokens(rest)) > 1 else "take it away"
        elif word == "'":
            hint = 'write a label as "easy"'
        elif not hint and _solid(word) and word[0] != "\x7f":
            return f"a comma is missing before {_solid(rest)}"
        return self.wrong(expected, hint)

    def no_statement(self) -> str:
        word = self.word
        head = _spaced(_solid(self.rest, blanks=True))
        meant = _meant(word)
        hint = ""
        if word in _KINDS or word in ("for", "repeat", "x", "(") or word.isdigit():
            hint = "write week 1: before the steps"
        elif meant in ("week", "week 1 day"):
            hint = f"write {meant}{head[len(word) :] or ' 1'}"
        elif head.startswith("ask "):
            hint = "write ask pain"
        elif meant and meant not in _KINDS:
            hint = f"write {meant}"
        return self.wrong("week, workout, plan, about, rest, ask pain or remind", hint)

    def no_colon(self) -> str:
        hint = f"write {self.text[: self.at].strip()}: before the steps"
        several = re.match(r"((to|and|until|through|&|,|\.+) *)?[0-9]", self.rest)
        if several and _tokens(self.norm)[0].startswith("week"):
            what = re.findall("week|day", self.before)[-1]
            hint = f"write a range such as {what} 1-2, or a line a {what}"
            if _tokens(self.rest)[1:2] == ["x"]:
                hint = f"write x{self.word}"
        return self.wrong("a colon before the steps", hint)

    @property
    def word(self) -> str:
        """The token at the fault, "" at the line's end."""
        return (_tokens(self.rest) or [""])[0]

    def number_before(self, between: str = " *") -> str:
        """The number that stands before the fault, where it is known that one does."""
        numbers: list[str] = re.findall(f"([0-9]+){between}$", self.before)
        return numbers[0]


_BEFORE_TIME = re.compile(rf"(?<![a-z_\x7f])({'|'.join(_KINDS)}|for|every)(?![a-z_\x7f]) *")
_SKIP = "write skip last walk"
_MAKERS: dict[str, Callable[..., str]] = {
    r"more than ([0-9]+) characters": _Fault.text_long,
    "expected a text": _Fault.no_text,
    'expected a closing "': _Fault.not_closed,
    "expected a label in quotes": _Fault.no_label,
    "expected day": _Fault.no_day,
    "expected pain": lambda fault: fault.wrong("pain", "write ask pain"),
    "expected every": lambda fault: fault.wrong("every", _REMIND),
    "expected last": lambda fault: fault.wrong("last", _SKIP),
    f"expected ({'|'.join(_KINDS)})": _Fault.other_kind,
    "no step would be left": _Fault.only_step,
    "expected 1 to ([0-9]+)": _Fault.no_number,
    "backwards": _Fault.backwards,
    "expected a blank": _Fault.glued,
    "expected ([0-9]+) s to 24 h": _Fault.out_of_range,
    "expected (a time .*)": _Fault.no_time,
    "expected a step such as run 5m": _Fault.no_step,
    "expected x": _Fault.no_x,
    r"expected \(": _Fault.no_opening,
    "expected a comma": _Fault.no_comma,
    "expected week or workout": _Fault.no_statement,
    "expected a colon": _Fault.no_colon,
    "expected the end of the line": lambda fault: fault.wrong("the end of the line"),
}
