"""Workouts as all formats have them: steps, groups, sessions, plans; and how they are read.

Whatever a file nests is unrolled into steps and grouped anew when it is written
(grouping.py), so that a format that knows no groups gives the same plan as one that does.
"""

import math
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from runwalk_tools import plan_hints
from runwalk_tools.errors import UserError

KINDS: tuple[str, ...] = plan_hints.PARSER.KINDS

# the limits of the plan language
SHORTEST = 3  # seconds of a step
LONGEST = 86_400  # seconds of a step, and of a session
MOST_STEPS = 3000
MOST_ROUNDS = 999
MOST_IN_ALL = 50_000  # steps of all sessions together; a plan of 32 KiB with more would be odd
LABEL = 24  # characters
TITLE = 48

_MOST_TOLD = 20  # lines about one file
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d{1,3})?", re.ASCII | re.IGNORECASE)
_QUOTES = str.maketrans(dict.fromkeys('"“”„‟«»', "'"))
# marks that turn the direction of a text round, which a label would do to all behind it
_BIDI = {0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)}


@dataclass(frozen=True)
class Step:
    """One step; seconds is None for an open one, label is empty for none."""

    kind: str
    seconds: int | None
    label: str = ""


@dataclass(frozen=True)
class Group:
    """Parts that are done `times` times."""

    times: int
    parts: tuple["Step | Group", ...]


Part = Step | Group


@dataclass
class Session:
    """Steps in the order they are done. `endless`: the index from which they repeat, until
    the runner ends the session. Week 0 means: not known, or a workout. `text` is what the
    plan's author wrote for the steps, where that is known."""

    steps: list[Step]
    name: str = ""
    about: str = ""  # what its file says of it
    week: int = 0
    day: int = 0
    workout: bool = False
    endless: int | None = None
    text: str | None = None


@dataclass
class Plan:
    """What a .plan holds; rest in days, reminders as (label, seconds)."""

    title: str = ""
    about: str = ""
    rest: int = 0
    ask_pain: bool = False
    reminders: list[tuple[str, int]] = field(default_factory=list)
    sessions: list[Session] = field(default_factory=list)


def unroll(parts: list[Part]) -> Iterator[Step]:
    """All steps, one by one; count them with `size` before."""
    for part in parts:
        if isinstance(part, Step):
            yield part
        else:
            inner = list(unroll(list(part.parts)))
            for _ in range(part.times):
                yield from inner


def size(parts: list[Part]) -> int:
    """How many steps these are, unrolled."""
    return sum(
        1 if isinstance(part, Step) else part.times * size(list(part.parts)) for part in parts
    )


def clean(text: str) -> str:
    """A name from outside on one line, without what would move a cursor or turn a text round."""
    kept = []
    for sign in text:
        code = ord(sign)
        category = unicodedata.category(sign)
        if code in _BIDI or category == "Cs" or code == 0xFEFF or code & 0xFFFE == 0xFFFE:
            continue
        kept.append(" " if category in ("Cc", "Zl", "Zp") else sign)
    return " ".join("".join(kept).split())


def shortened(text: str, most: int) -> str:
    """At most that many characters, cut behind a word where that leaves enough of it."""
    if len(text) <= most:
        return text
    cut = text[: most - 1]
    words = cut.rpartition(" ")[0] if text[most - 1] != " " else cut
    return (words if len(words) >= most // 2 else cut).rstrip(" ,;:.-") + "…"


def as_title(text: str) -> str:
    """A text as it can stand behind `plan` or `about`, where # would begin a comment."""
    return clean(re.sub(r"(^|\s)#+", r"\1", clean(text)))


@dataclass
class Reading:
    """How one file is read, and what its user must be told of it.

    path: as the user wrote it. walk_below: percent. pace and walk_pace: seconds per km.
    seconds: lengths without a unit are seconds, whatever they look like.
    """

    path: str
    walk_below: float | None = None
    pace: float | None = None
    walk_pace: float = 600.0
    seconds: bool = False
    told: list[str] = field(default_factory=list)
    steps: int = 0  # of the sessions so far
    more: int = 0  # lines that were too many to tell
    walks_known: bool = False  # something said which steps are walked
    percents: set[float] = field(default_factory=set)  # of steps that nothing else tells

    usual_walk_below = 50.0  # percent of threshold pace; nobody runs as slowly as that

    def tell(self, text: str) -> None:
        """Something that does not come along, or that had to be assumed; once each."""
        if text in self.told:
            return
        if len(self.told) < _MOST_TOLD:
            self.told.append(text)
        else:
            self.more += 1

    def wrong(self, text: str) -> UserError:
        """The error that the file cannot be read for this reason."""
        return UserError(f"{self.path}: {text}")

    # numbers

    def number(self, text: str, what: str) -> float:
        """A finite number, written in digits."""
        written = text.strip()
        if len(written) > 40 or not _NUMBER.fullmatch(written):
            raise self.wrong(f"{what}: expected a number, found {shortened(clean(text), 30)!r}")
        value = float(written)
        if not math.isfinite(value):
            raise self.wrong(f"{what}: expected a number, found one that is far too large")
        return value

    def count(self, text: str, what: str) -> int:
        """How many times a group is done."""
        value = self.number(text, what)
        if not 1 <= value <= MOST_ROUNDS or value != int(value):
            found = shortened(clean(text), 30)
            raise self.wrong(f"{what}: a group is done 1 to {MOST_ROUNDS} times, found {found}")
        return int(value)

    def time(self, value: float, what: str) -> int:
        """The whole seconds of a step."""
        if not math.isfinite(value) or value > LONGEST:
            raise self.wrong(f"{what}: a step lasts 24 h at most, found {value:g} s")
        if value != int(value):
            self.tell("times are rounded to whole seconds")
        seconds = int(value + 0.5)
        if seconds < SHORTEST:
            raise self.wrong(f"{what}: a step lasts at least 3 s, found {value:g} s")
        return seconds

    def distance(self, metres: float, kind: str, what: str) -> int:
        """The seconds that a distance takes, to the nearest 5 s; needs a pace."""
        if not 0 < metres <= 1_000_000:
            raise self.wrong(f"{what}: expected up to 1,000 km, found {metres:g} m")
        if self.pace is None:
            raise self.wrong(
                f"{what} is a distance, {metres:g} m, and plans count time: --pace 6:30/km, "
                "say, converts it at your running pace"
            )
        pace = self.pace
        if kind != "run":
            pace = max(self.pace, self.walk_pace)
        self.tell(
            f"distances are converted, runs at {per_km(self.pace)}, everything slower at "
            f"{per_km(max(self.pace, self.walk_pace))}, to the nearest 5 s"
        )
        return self.time(max(5.0, round(metres * pace / 5000) * 5.0), what)

    # run or walk

    def kind(self, named: str | None, given: str | None, percent: float | None) -> str:
        """The kind of a step: by its name, by what the format says, else by intensity.

        percent: of threshold pace or power, None where the file gives none.
        """
        if named or given:
            self.walks_known = self.walks_known or (named or given) in ("walk", "hike")
            return named or given or "run"
        if percent is not None:
            self.percents.add(percent)
        least = self.usual_walk_below if self.walk_below is None else self.walk_below
        if percent is not None and percent < least:
            self.walks_known = True
            return "walk"
        return "run"

    def label(self, text: str) -> str:
        """A name from outside as a label, cut to what the display takes."""
        whole = clean(text.translate(_QUOTES))
        label = shortened(whole, LABEL)
        if label != whole:
            self.tell(f'a text is shortened to "{label}": "{shortened(whole, 80)}"')
        return label

    def session(self, parts: list[Part], name: str = "", about: str = "") -> Session:
        """The session of these parts, if a plan can hold it."""
        if not parts:
            raise self.wrong("no steps in it")
        steps = size(parts)
        if steps > MOST_STEPS:
            raise self.wrong(f"{steps:,} steps, and a session has at most {MOST_STEPS:,}")
        self.steps += steps
        if self.steps > MOST_IN_ALL:
            raise self.wrong(f"more than {MOST_IN_ALL:,} steps in all, too many for a plan")
        session = Session(list(unroll(parts)), name, about)
        seconds = sum(step.seconds or 0 for step in session.steps)
        if seconds > LONGEST:
            raise self.wrong(f"{seconds / 3600:.1f} h, and a session lasts 24 h at most")
        return session

    def finish(self) -> None:
        """Tells what could only be known at the file's end."""
        if not self.walks_known and len(self.percents) > 1:
            self.tell(
                "nothing in it says where to walk, so all of it is running; "
                "--walk-below 70 makes walks of what is below 70 % intensity"
            )


def per_km(pace: float) -> str:
    """A pace in seconds per km as `5:30/km`."""
    minutes, seconds = divmod(round(pace), 60)
    return f"{minutes}:{seconds:02}/km"
