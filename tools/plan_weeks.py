"""A plan's sessions and weeks as values: what advice, pictures and calendars reckon with.

All times are in ms, as the firmware's parser gives them. Steps of no known length
(open ones) count nothing, and of what is repeated without an end one round counts.
"""

import io
import itertools
import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from runwalk_tools.plans import PlanFile, parser

_SESSION = re.compile("[ \t\u00a0\u2007\u2009\u200a\u202f]*(week|workout)", re.IGNORECASE)
BREAKS = ("walk", "hike", "rest")  # what stands between two runs
_MANY = 9  # breaks, where a group goes on without an end


@dataclass(frozen=True)
class Step:
    """One step; `ms` is 0 for an open one."""

    kind: str
    ms: int
    open: bool
    label: str | None


@dataclass(frozen=True)
class Session:
    """A session as written on its line, unrolled."""

    line: int  # from 1
    head: str  # `week 1-2 x3 "Longer"`, what stands before the colon
    text: str  # the steps
    label: str | None
    steps: tuple[Step, ...]
    endless: bool  # it ends in a repeat

    @cached_property
    def open(self) -> bool:
        """Whether nobody knows how long it takes."""
        return self.endless or any(step.open for step in self.steps)

    @cached_property
    def total(self) -> int:
        return sum(step.ms for step in self.steps)

    def time_of(self, *kinds: str) -> int:
        """The time of these kinds of step together."""
        return sum(step.ms for step in self.steps if step.kind in kinds)

    @cached_property
    def running(self) -> int:
        return self.time_of("run")

    @cached_property
    def runs(self) -> bool:
        """Whether there is any running in it, be it open."""
        return any(step.kind == "run" for step in self.steps)

    @cached_property
    def longest_run(self) -> int:
        """The longest time without a break; steps of running in a row are one run."""
        groups = itertools.groupby(self.steps, lambda step: step.kind == "run")
        return max((sum(step.ms for step in run) for is_run, run in groups if is_run), default=0)

    @cached_property
    def breaks(self) -> int:
        """How many breaks there are between its runs; what goes on without end has many."""
        kinds = [kind for kind, _ in itertools.groupby(step.kind == "run" for step in self.steps)]
        return max(kinds.count(True) - 1, 0) + (_MANY if self.endless and len(kinds) > 1 else 0)

    @cached_property
    def breaks_time(self) -> int:
        return self.time_of(*BREAKS)


@dataclass(frozen=True)
class Week:
    """The sessions of a week by their day."""

    number: int
    days: dict[int, Session]

    @property
    def sessions(self) -> list[Session]:
        return list(self.days.values())

    @property
    def open(self) -> bool:
        return any(session.open for session in self.sessions)

    @property
    def running(self) -> int:
        return sum(session.running for session in self.sessions)

    @property
    def breaks_time(self) -> int:
        return sum(session.breaks_time for session in self.sessions)

    @property
    def total(self) -> int:
        return sum(session.total for session in self.sessions)

    @property
    def longest_run(self) -> int:
        return max(session.longest_run for session in self.sessions)

    @property
    def ratio(self) -> float | None:
        """Time of running to time of its breaks; None where there is none of the one."""
        return self.running / self.breaks_time if self.running and self.breaks_time else None


def session_of(steps: Any, line: int = 0, head: str = "") -> Session:
    """The value of the firmware's Steps."""
    kinds = parser().KINDS
    found = tuple(
        Step(
            kinds[steps.kind[i] & 0x0F],
            steps.start[i + 1] - steps.start[i],
            bool(steps.kind[i] & 0x10),
            steps.labels[steps.label[i] - 1] if steps.label[i] else None,
        )
        for i in range(steps.n)
    )
    text = " ".join(steps.text.decode().split())
    return Session(line, head, text, steps.session_label, found, steps.repeat_from >= 0)


def steps_of(text: str) -> Session | None:
    """What steps written so come to; None where they are wrong."""
    try:
        return session_of(parser().steps_from_text(text.encode()))
    except parser().PlanError:
        return None


def _lines(read: PlanFile) -> list[bytes]:
    return re.split(rb"\r\n|\r|\n", read.data.removeprefix(b"\xef\xbb\xbf"))


def texts(read: PlanFile) -> list[str]:
    """The file's lines."""
    return [line.decode("utf-8", "replace") for line in _lines(read)]


def sessions(read: PlanFile) -> tuple[list[Week], dict[str, Session]]:
    """The weeks in order, and the workouts by their label, of a plan without faults."""
    weeks: dict[int, dict[int, Session]] = {}
    workouts: dict[str, Session] = {}
    for number, line in enumerate(_lines(read), 1):
        if not _SESSION.match(line.decode("utf-8", "replace")):
            continue
        alone = parser().scan(io.BytesIO(line), "", lambda *fault: None)
        places = [(week, day) for week in alone.weeks() for day in alone.days(week)]
        if not places and not alone.workouts:
            continue
        key = {"workout": alone.workouts[0]} if alone.workouts else {}
        steps = parser().load_steps(io.BytesIO(line), *(places or [(0, 0)])[0], **key)
        head = _head(line.decode("utf-8", "replace"))
        session = session_of(steps, number, head)
        for week, day in places:
            weeks.setdefault(week, {})[day] = session
        if alone.workouts:
            workouts[alone.workouts[0]] = session
    in_order = [Week(number, dict(sorted(weeks[number].items()))) for number in sorted(weeks)]
    return in_order, workouts


def _head(line: str) -> str:
    """What stands before the colon; a label may hold one too."""
    label = r'(?:["“”„‟«»][^"“”„‟«»]*["“”„‟«»])?'
    found = re.match(rf'[^:"“”„‟«»]*{label}[^:"“”„‟«»]*', line)
    return " ".join(found[0].split()) if found else ""
