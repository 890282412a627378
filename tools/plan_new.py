"""`runwalk plan new`: a few questions, and a plan that `plan check --strict` likes.

Every answer is an option too. Where they cannot be met kindly, it says what would be,
and writes nothing.
"""

import argparse
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from runwalk_tools import plan_ladder, plan_ratios, shelf
from runwalk_tools.errors import UserError, write_file
from runwalk_tools.plan_advice import advise
from runwalk_tools.plan_ladder import MINUTE, MOST_WEEKS, Wish
from runwalk_tools.plan_ratios import Heat, Pace
from runwalk_tools.plan_weeks import steps_of
from runwalk_tools.plans import counted, read_text, sessions_of, written_time

_MOST_RUN = 90 * MINUTE  # without a break; beyond, walks are kinder
_MOST_TIME = 180 * MINUTE  # in a ratio; beyond, the others of a week would be too long
_LEAST_GOAL = 5 * MINUTE
_FIRST_RUN = 20  # seconds that anybody who walks may try
_HOW = ("careful", "brisk")
_NONE = "none"


@dataclass
class Answers:
    """What was asked for; times in seconds, None where there is no answer yet."""

    now: int = MINUTE
    sessions: int = 3
    goal: int = 30 * MINUTE
    pace: Pace | None = None
    temp: Heat | None = None
    how: str = "careful"
    weeks: int = 0

    def wish(self) -> Wish:
        ratio = None
        if self.pace:
            ratio = plan_ratios.with_countdown(plan_ratios.ratio(self.pace, self.temp))
        return Wish(self.now, self.goal, self.sessions, self.how == "careful", ratio)


def _time(text: str) -> int:
    """Minutes, or a time as plans have it, in seconds."""
    text = text.strip()
    if text.isascii() and text.isdigit() and len(text) < 5:
        return int(text) * MINUTE
    steps = steps_of(f"run {text}")
    if steps is None or len(steps.steps) != 1 or steps.open or steps.steps[0].label:
        raise UserError(f"{text!r} is no time; write minutes, 12, or a time such as 90s or 1h30m")
    return steps.total // 1000


def _number(text: str, most: int) -> int:
    text = text.strip()
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= most):
        raise UserError(f"{text!r}: write a number from 1 to {most}")
    return int(text)


def _now(text: str) -> int:
    return _time(text)


def _sessions(text: str) -> int:
    number = _number(text, 14)
    if number > 3:
        raise UserError(
            "with a whole day of rest between two runs a week has room for three: --sessions 3"
        )
    if number < 2:
        raise UserError("once a week the legs forget it; two or three are kinder: --sessions 2")
    return number


def _goal(text: str) -> int:
    seconds = _time(text)
    if seconds < _LEAST_GOAL:
        raise UserError(f"a goal is five minutes at least, {text!r} is shorter: --goal 5m")
    return seconds // MINUTE * MINUTE


def _optional(read: Callable[[str], Any]) -> Callable[[str], Any]:
    return lambda text: None if text.strip().lower() in ("", _NONE) else read(text)


def _how(text: str) -> str:
    found = [word for word in _HOW if text.strip() and word.startswith(text.strip().lower())]
    if not found:
        raise UserError(f"{text!r}: write careful or brisk")
    return found[0]


def _weeks(text: str) -> int:
    return _number(text, MOST_WEEKS)


@dataclass(frozen=True)
class Question:
    """`usual` gives the answer of somebody who presses Enter; None: not to be asked."""

    key: str
    text: str
    metavar: str
    read: Callable[[str], Any]
    usual: Callable[[Answers], str | None]


def _usual_weeks(answers: Answers) -> str:
    return str(plan_ladder.shortest(answers.wish()) or MOST_WEEKS)


QUESTIONS = (
    Question(
        "now", "How many minutes can you run now, without a break? 0 if you walk", "MIN",
        _now, lambda answers: "1",
    ),
    Question("sessions", "How many sessions a week, 2 or 3?", "N", _sessions, lambda _: "3"),
    Question("goal", "How many minutes would you like to?", "MIN", _goal, lambda _: "30"),
    Question(
        "pace", "With walks to the end: your pace, such as 10:00/mi or 6:30/km", "PACE",
        _optional(plan_ratios.pace_of), lambda _: _NONE,
    ),
    Question(
        "temp", "How warm will it be? 24C, 75F", "TEMP",
        _optional(plan_ratios.heat_of), lambda answers: _NONE if answers.pace else None,
    ),
    Question("how", "careful or brisk?", "HOW", _how, lambda _: "careful"),
    Question("weeks", "In how many weeks?", "N", _weeks, _usual_weeks),
)  # fmt: skip


def _input(text: str) -> str:
    try:
        return input(text).strip()
    except EOFError:
        raise UserError("no more answers; --yes takes the usual ones") from None


def _answers(args: argparse.Namespace) -> Answers:
    """Each given, asked for, or as usual; UserError where one cannot stand."""
    answers = Answers()
    for question in QUESTIONS:
        given = getattr(args, question.key)
        if question.key == "how":
            _check(answers)
        usual = question.usual(answers)
        if given is not None:
            if usual is None:
                raise UserError(f"--{question.key} goes with --pace")
            try:
                answer = question.read(given)
            except UserError as error:
                raise UserError(f"--{question.key}: {error}") from None
        elif usual is None:
            continue
        else:
            answer = question.read(usual) if args.yes else _ask(question, usual)
        answers = replace(answers, **{question.key: answer})
    return answers


def _ask(question: Question, usual: str) -> Any:
    while True:
        answer = _input(f"{question.text} [{usual}]: ") or usual
        try:
            return question.read(answer)
        except UserError as error:
            print(f"  {error}")


def _check(answers: Answers) -> None:
    """UserError where nothing kind leads from the one answer to the other."""
    wish = answers.wish()
    goal, now = _written(answers.goal), _written(answers.now)
    if wish.ratio is None:
        if answers.goal <= answers.now:
            further = _written(min(answers.now // MINUTE * MINUTE + 10 * MINUTE, _MOST_RUN))
            raise UserError(
                f"you can run {now} already, and {goal} is no more: to keep it, `runwalk plan copy "
                f"maintenance`; to go on, --goal {further}"
            )
        if answers.goal > _MOST_RUN:
            raise UserError(
                f"{goal} without a break is more than {_written(_MOST_RUN)}; with walks to the "
                f"end it is kinder: --pace 10:00/mi, or --goal {_written(_MOST_RUN)}"
            )
        return
    if answers.goal > _MOST_TIME:
        raise UserError(
            f"{goal} is a run for somebody who knows them: --goal {_written(_MOST_TIME)}, and "
            "then `runwalk plan list`, marathon and ultra"
        )
    run = wish.ratio[0]
    if run > max(answers.now, _FIRST_RUN):
        raise UserError(
            f"at {answers.pace.text if answers.pace else ''} the chart runs {_written(run)} at a "
            f"time, you {now}: first a plan with --goal {_written(max(run, _LEAST_GOAL))} and no "
            "--pace, or a slower pace"
        )
    first = plan_ladder.first_level(wish)
    if plan_ladder.goal_level(wish).rounds <= first.rounds:
        longer = (first.time // (5 * MINUTE) + 2) * 5 * MINUTE
        raise UserError(
            f"your first session would take {_written(first.time // MINUTE * MINUTE)}, and {goal} "
            f"is no more: --goal {_written(min(longer, _MOST_TIME))}"
        )


def _written(seconds: int) -> str:
    return written_time(seconds * 1000)


def _refusal(answers: Answers, wish: Wish) -> str:
    """Why so few weeks are not kind, and what would be."""
    least = plan_ladder.shortest(wish)
    kinder = []
    if least:
        kinder.append(f"--weeks {least}")
    brisk = plan_ladder.shortest(replace(wish, careful=False)) if wish.careful else None
    if brisk and brisk <= answers.weeks:
        kinder.append("--how brisk")
    goals = range(answers.goal - 5 * MINUTE, max(answers.now, _LEAST_GOAL - 1), -5 * MINUTE)
    for seconds in goals:
        nearer = replace(wish, goal=seconds)
        if nearer.ratio and seconds <= plan_ladder.first_level(nearer).time:
            break
        weeks = plan_ladder.shortest(nearer)
        if weeks and weeks <= answers.weeks:
            kinder.append(f"--goal {_written(seconds)}")
            break
    return (
        f"from {_written(answers.now)} to {_written(answers.goal)} in "
        f"{counted(answers.weeks, 'week')} is more than {answers.how}; kinder: "
        f"{', or '.join(kinder) or 'a nearer goal'}"
    )


def plan_text(answers: Answers) -> str:
    """The plan file's text; UserError where the answers cannot be met kindly."""
    _check(answers)
    wish = answers.wish()
    lines = plan_ladder.plan_lines(wish, answers.weeks)
    if lines is None:
        raise UserError(_refusal(answers, wish))
    now = f"{_spoken(answers.now)} of running" if answers.now else "walking"
    goal = _spoken(answers.goal)
    weeks = counted(answers.weeks, "week")
    head = [
        f"plan To {goal} {'of run and walk' if wish.ratio else 'of running'}",
        f"about From {now} to {goal} in {weeks}, {answers.sessions} sessions each, "
        + f"{answers.how}. Repeat a week whenever you like.",
        "about Our own, made by `runwalk plan new` from the answers to its questions.",
    ]
    if wish.ratio and answers.pace:
        heat = f" at {answers.temp.text}" if answers.temp else ""
        chart = plan_ratios.ratio(answers.pace, answers.temp)
        own = f", here in longer steps of {wish.ratio[0]} s and {wish.ratio[1]} s, for a countdown"
        head.append(
            f"about The ratio for {answers.pace.text}{heat} is after Jeff Galloway's chart: run "
            f"{chart[0]} s, walk {chart[1]} s{own if chart != wish.ratio else ''}."
        )
    return "\n".join([*head, f"rest {plan_ladder.REST} day", *lines]) + "\n"


def _spoken(seconds: int) -> str:
    return shelf.spoken_time(seconds * 1000) or "0 min"


def _run(args: argparse.Namespace) -> int:
    path: Path = args.file
    shelf.must_be_plan(path)
    if path.exists() and (path.is_dir() or not args.force):
        raise UserError(f"{path} is there already; give another name, or --force writes over it")
    if not path.parent.is_dir():  # told before the questions, so that no answer is lost
        raise UserError(f"{path}: there is no folder {path.parent}; make it first")
    text = plan_text(_answers(args))
    read = read_text(text.encode(), path)
    left = [fault.message for fault in read.faults] + [piece.text for piece in advise(read)]
    if left:  # a ladder is built of kind steps; this is the last look
        raise UserError(f"no kind plan was found for these answers: {left[0]}")
    write_file(path, text.encode(), args.force)
    print(f"{path}: {read.plan.title}, {counted(sessions_of(read.plan), 'session')}")
    shown = path if len(path.parts) > 1 else f"./{path}"
    print(f"`runwalk plan show {shown}` has it as a table; change it as you like")
    return 0


def add_parser(verbs: Any) -> None:
    """Adds `new` to `runwalk plan`."""
    verb = verbs.add_parser(
        "new",
        help="a plan of your own, from a few questions",
        description="Asks a few questions and writes a plan that goes on gradually. Each answer "
        "may be an option instead; with --yes nothing is asked. Where the answers cannot be met "
        "kindly, it says what would be and writes nothing.",
    )
    verb.add_argument("file", metavar="FILE", type=Path, help="the file to write: mine.plan")
    verb.add_argument("--yes", action="store_true", help="ask nothing, take the usual answers")
    verb.add_argument("--force", action="store_true", help="write over a file that is there")
    for question in QUESTIONS:
        verb.add_argument(
            f"--{question.key}", metavar=question.metavar, help=question.text.rstrip("?")
        )
    verb.set_defaults(run=_run)
