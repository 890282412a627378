"""`runwalk plan`: the plan library, a plan as a table, and all faults of a plan file.

The files are read by the firmware's own parser, so that what passes here runs on
the clip; plan_hints puts its faults into words, shelf has the library's files.
`find_plan` and `read_plan` serve the other verbs that take a plan.
"""

import argparse
import codecs
import io
import os
import itertools
import re
import textwrap
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from runwalk_tools import plan_hints, shelf
from runwalk_tools.errors import Faults, UserError, read_file
from runwalk_tools.words import printable

_WIDTH = 58  # of the steps in a table


def parser() -> Any:
    """The firmware's module runwalk.core.plan."""
    return plan_hints.PARSER


@dataclass(frozen=True, order=True)
class Fault:
    """One fault of a plan file; line and column count from 1."""

    line: int
    column: int
    message: str

    def at(self, path: Path | str) -> str:
        """The fault as `FILE:LINE:COLUMN: message`."""
        return f"{path}:{self.line}:{self.column}: {self.message}"


@dataclass(frozen=True)
class PlanFile:
    """A plan file as read: the firmware's Plan, and every fault in the order of lines."""

    path: Path
    data: bytes
    plan: Any
    faults: list[Fault]

    def steps(self, week: int = 0, day: int = 0, workout: str | None = None) -> Any:
        """The firmware's Steps of a session or workout; KeyError where there is none."""
        return parser().load_steps(io.BytesIO(self.data), week, day, workout)


def find_plan(argument: str) -> Path:
    """The file meant by a plan argument: a path, or a name of the library.

    Raises UserError for a name that the library lacks; a path is not looked at yet.
    """
    if "/" in argument or "\\" in argument or argument.endswith(".plan"):
        return Path(argument)
    try:
        return shelf.in_library(argument)
    except UserError:
        for name, path in ((argument, f"./{argument}"), (f"{argument}.plan", f"{argument}.plan")):
            if os.path.isfile(name):
                raise UserError(
                    f"no plan {argument!r} in the library; for the file here write {path}"
                ) from None
        raise


def read_plan(path: Path) -> PlanFile:
    """Reads and checks a plan file; UserError if the file cannot be read at all."""
    return read_text(read_file(path), path)


def read_text(data: bytes, path: Path) -> PlanFile:
    """Reads and checks the text of a plan, whose file need not be there."""
    found: list[Fault] = []

    def report(line: int, column: int, message: str) -> None:
        found.append(Fault(line, column, plan_hints.sentence(data, line, column, message)))

    plan = parser().scan(io.BytesIO(data), path.stem, report, keep_about=True)
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        found = [Fault(1, 1, "expected UTF-8 text, found UTF-16: save the file as UTF-8")]
    return PlanFile(path, data, plan, sorted(found))


def require_plan(argument: str) -> PlanFile:
    """The plan of an argument; UserError, or Faults with all there are."""
    read = read_plan(find_plan(argument))
    if read.faults:
        name = argument if str(read.path) == str(Path(argument)) else str(read.path)
        raise Faults("\n".join(fault.at(name) for fault in read.faults))
    return read


def name_on_clip(path: Path) -> str:
    """The name, without `.plan`, by which a clip knows the plan of that file.

    UserError where the clip would pass it over: hidden, or not to be written in use.txt.
    """
    stem = path.stem
    plain = stem == stem.strip() and not re.search(r"[\0-\x1f\x7f\ud800-\udfff]", stem)
    if stem.startswith(".") or not plain:
        raise UserError(f"{path}: a plan on the clip cannot be called that; call it my.plan, say")
    return stem


def sessions_of(plan: Any) -> int:
    """How many sessions a Plan has, its workouts counted too."""
    return sum(len(plan.days(week)) for week in plan.weeks()) + len(plan.workouts)


def duration(ms: int) -> str:
    """34:00, or 1:30:00 from one hour."""
    minutes, seconds = divmod(round(ms / 1000), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def counted(number: int, what: str) -> str:
    """`1 week`, `2 weeks`."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def numbers(values: list[int]) -> str:
    """`1-3, 5` for 1, 2, 3 and 5."""
    runs = []
    for _, run in itertools.groupby(enumerate(values), lambda pair: pair[1] - pair[0]):
        members = [value for _, value in run]
        runs.append(str(members[0]) if len(members) == 1 else f"{members[0]}-{members[-1]}")
    return ", ".join(runs)


@dataclass
class Session:
    """What a row of a table needs to know of one session's steps."""

    text: str
    total: str
    running: int  # ms of the timed steps of kind run
    more: bool  # an open step or a repeat may add to it
    days: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, steps: Any) -> "Session":
        kinds = parser().KINDS
        running = sum(
            steps.start[i + 1] - steps.start[i]
            for i in range(steps.n)
            if kinds[steps.kind[i] & 0x0F] == "run"
        )
        more = steps.has_open or steps.repeat_from >= 0
        text = " ".join(steps.text.decode().split())
        if steps.session_label:
            text = f'"{steps.session_label}": {text}'
        total = duration(steps.start[steps.n]) if not more else "open"
        return cls(text, total, running, more)


def _week(read: PlanFile, week: int) -> list[Session]:
    # the sessions of a week; days in a row that are the same are one of them
    sessions: list[Session] = []
    for day in read.plan.days(week):
        session = Session.of(read.steps(week, day))
        last = sessions[-1] if sessions else None
        if last and (last.text, last.total) == (session.text, session.total):
            last.days.append(day)
        else:
            session.days.append(day)
            sessions.append(session)
    return sessions


def _running(sessions: list[Session]) -> str:
    # the running minutes of these sessions together; + where nobody knows how many more
    total = sum(session.running * len(session.days) for session in sessions)
    minutes = (total + 30_000) // 60_000
    if not minutes and any(session.more for session in sessions):
        return "open"
    return f"{minutes} min" + ("+" if any(session.more for session in sessions) else "")


def _table(head: list[str], rows: list[list[str]], wide: int) -> list[str]:
    # columns as wide as they need; the one with index `wide` is wrapped, the last two go right
    widths = [max(len(row[i]) for row in [head, *rows]) for i in range(len(head))]
    widths[wide] = min(widths[wide], _WIDTH)
    lines = []
    for row in [head, *rows]:
        parts = textwrap.wrap(row[wide], widths[wide]) or [""]
        for n, part in enumerate(parts):
            cells = [cell if n == 0 else "" for cell in row]
            cells[wide] = part
            lines.append(
                "  ".join(
                    cell.rjust(width) if i > wide else cell.ljust(width)
                    for i, (cell, width) in enumerate(zip(cells, widths, strict=True))
                ).rstrip()
            )
    return lines


def show(read: PlanFile) -> str:
    """A plan as text for people: what it says about itself, its weeks and workouts."""
    plan = read.plan
    lines = [plan.title]
    if plan.about:
        lines += textwrap.wrap(plan.about, 79)
    facts = []
    if plan.rest:
        facts.append(f"Rest: {counted(plan.rest, 'whole day')} between two sessions.")
    for label, period in plan.reminders:
        facts.append(f'Reminder: "{label}" every {written_time(period)}.')
    if plan.ask_pain:
        facts.append("Asks about pain after each session.")
    if facts:
        lines += ["", *facts]
    weeks = [(week, _week(read, week)) for week in plan.weeks()]
    rows = []
    for sessions, run in itertools.groupby(weeks, lambda pair: pair[1]):
        names = numbers([week for week, _ in run])
        for n, session in enumerate(sessions):
            first = [names, _running(sessions)] if n == 0 else ["", ""]
            rows.append(
                [first[0], numbers(session.days), session.text, session.total, first[1]]
            )
    if rows:
        lines += ["", *_table(["week", "day", "session", "total", "running a week"], rows, 2)]
    rows = []
    for label in plan.workouts:
        session = Session.of(read.steps(workout=label))
        session.days.append(1)
        rows.append([label, session.text, session.total, _running([session])])
    if rows:
        lines += ["", *_table(["workout", "steps", "total", "running"], rows, 1)]
    return "\n".join(lines)


def written_time(ms: int) -> str:
    """A time as the plan language writes it, `1h30m`."""
    hours, seconds = divmod(ms // 1000, 3600)
    minutes, seconds = divmod(seconds, 60)
    parts = ((hours, "h"), (minutes, "m"), (seconds, "s"))
    return "".join(f"{number}{unit}" for number, unit in parts if number) or "0s"


def sessions_a_week(plan: Any) -> str:
    """`3 a week`, `2-3 a week`."""
    counts = sorted({len(plan.days(week)) for week in plan.weeks()})
    return f"{'-'.join(str(n) for n in dict.fromkeys([counts[0], counts[-1]]))} a week"


def _ends(read: PlanFile) -> list[tuple[str | None, Any]]:
    # label and steps of the first and last session, of workouts where there is no session
    plan = read.plan
    if plan.first():
        ends = [read.steps(*plan.first()), read.steps(*plan.last())]
        return [(steps.session_label, steps) for steps in ends]
    return [(label, read.steps(workout=label)) for label in (plan.workouts[0], plan.workouts[-1])]


def _card(read: PlanFile) -> list[str]:
    # what the list says of a plan
    plan = read.plan
    if read.faults:
        return [f"  {read.path.stem}  has errors: runwalk plan check {read.path.stem}"]
    sizes = []
    if plan.weeks():
        sizes.append(f"{counted(len(plan.weeks()), 'week')}, {sessions_a_week(plan)}")
    if plan.workouts:
        sizes.append(counted(len(plan.workouts), "workout"))
    lines = [f"  {read.path.stem:<18} {plan.title}; {', '.join(sizes)}"]
    for word, (label, steps) in zip(("first", "last"), _ends(read), strict=True):
        words = f"{label}: {shelf.in_words(steps)}" if label else shelf.in_words(steps)
        lines.append(f"  {'':<18} {word:<5} {Session.of(steps).total:>8}  {words}")
    return lines


def run_list(args: argparse.Namespace) -> int:
    groups = [
        "\n".join([title, *(line for path in paths for line in _card(read_plan(path)))])
        for title, paths in shelf.grouped()
    ]
    print("\n\n".join(groups))
    return 0


def run_copy(args: argparse.Namespace) -> int:
    path = shelf.copy(args.name, args.file)
    print(f"{path}: yours to change; `runwalk plan check {path}` looks it over")
    return 0


def run_show(args: argparse.Namespace) -> int:
    from runwalk_tools.plan_plot import plot  # it reads plans by this module

    read = require_plan(args.plan)
    print(printable(show(read)))
    if args.plot:
        plot(read, args.plot)
        print(f"\n{args.plot}: the weeks as a picture")
    return 0


def run_check(args: argparse.Namespace) -> int:
    from runwalk_tools.plan_advice import advise  # it reads plans by this module

    wrong = []
    unread = []
    for argument in args.file:
        try:
            path = find_plan(argument)
            read = read_plan(path)
        except UserError as error:
            unread.append(str(error))
            continue
        for fault in read.faults:
            print(printable(fault.at(argument)))
        advice = advise(read)
        for piece in advice:
            print(printable(piece.at(argument)))
        if read.faults or (advice and args.strict):
            wrong.append(argument)
        if not read.faults:
            sessions = counted(sessions_of(read.plan), "session")
            print(printable(f"{argument}: {sessions}, no errors"))
    if unread:
        raise UserError("\n".join(unread))
    return 1 if wrong else 0


def add_parser(subparsers: Any) -> None:
    """Adds `plan` and its own verbs to the command's parser."""
    from runwalk_tools import plan_new, plan_schedule  # they read plans by this module

    about = "The plan library, a plan as a table, and all errors of a plan file."
    plan = subparsers.add_parser("plan", help="list, show, copy and check plans", description=about)
    verbs = plan.add_subparsers(dest="plan_verb", metavar="VERB", required=True)

    about = (
        "Lists the plans of the library by who they are for: name, title, weeks, sessions a "
        "week, the first and the last session with their whole times."
    )
    verb = verbs.add_parser("list", help="the plans that come with runwalk", description=about)
    verb.set_defaults(run=run_list)

    about = "Shows a plan as a table: its weeks, sessions, total times and running minutes."
    verb = verbs.add_parser("show", help="a plan as a table", description=about)
    verb.add_argument(
        "plan", metavar="PLAN", help="a name of the library, or a path (with / or .plan)"
    )
    verb.add_argument(
        "--plot", metavar="OUT", type=Path, help="its weeks as a picture too, .png or .svg"
    )
    verb.set_defaults(run=run_show)

    about = "Writes a plan of the library as a file of your own, to change as you like."
    verb = verbs.add_parser("copy", help="a plan of the library as a file", description=about)
    verb.add_argument("name", metavar="NAME", help="a name of the library")
    verb.add_argument(
        "file", metavar="FILE", nargs="?", type=Path, help="default NAME.plan, in this folder"
    )
    verb.set_defaults(run=run_copy)

    about = (
        "Checks plan files: prints every error as FILE:LINE:COLUMN: message, then advice as "
        "FILE:LINE: advice: KIND: numbers; kinder: what to type. A comment in the plan, "
        "`# advice: KIND: reason`, says that it is meant so."
    )
    verb = verbs.add_parser("check", help="all errors of plan files, and advice", description=about)
    verb.add_argument("--strict", action="store_true", help="exit 1 where there is advice, too")
    verb.add_argument(
        "file", metavar="FILE", nargs="+", help="a path (with / or .plan), or a library name"
    )
    verb.set_defaults(run=run_check)

    from runwalk_tools import plan_export, plan_import  # they read plans by this module

    plan_import.add_parser(verbs)
    plan_export.add_parser(verbs)

    plan_new.add_parser(verbs)
    plan_schedule.add_parser(verbs)
