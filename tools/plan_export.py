"""`runwalk plan export`: a plan for other tools, one file a session or one for all."""

import argparse
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from runwalk_tools import plans
from runwalk_tools.errors import UserError, cannot, write_file
from runwalk_tools.formats import fit, intervals, json_, table, tcx, zwo
from runwalk_tools.formats.model import LONGEST, Plan, Session
from runwalk_tools.words import printable

_MOST_ROUNDS = 99  # of what repeats until the runner ends it, where a number is needed


@dataclass(frozen=True)
class _Format:
    """A format of one file a session (`each`) or of a whole plan (`whole`)."""

    title: str
    suffix: str
    each: Callable[[Session, str, list[str]], bytes | None] | None = None
    whole: Callable[[Plan, list[str]], bytes] | None = None
    lacks: str = ""  # what it asks for that a plan does not say


_FORMATS = {
    "fit": _Format("Garmin workout files", ".fit", fit.write),
    "zwo": _Format(
        "Zwift workout files",
        ".zwo",
        zwo.write,
        lacks="Zwift asks for intensities: runs are written as 70 % of threshold pace, "
        "walks as 40 %",
    ),
    "tcx": _Format("Garmin Training Center workout files", ".tcx", tcx.write),
    "intervals": _Format("intervals.icu workout texts", ".txt", intervals.write),
    "csv": _Format("a table of week, day, label and steps", ".csv", whole=table.write),
    "json": _Format("the whole plan for programs", ".json", whole=json_.write),
}


def _plan(read: plans.PlanFile) -> Plan:
    """A plan file with all its sessions and workouts."""
    plan = read.plan
    found = Plan(plan.title, plan.about or "", plan.rest, plan.ask_pain)
    found.reminders = [(label, period // 1000) for label, period in plan.reminders]
    for week in plan.weeks():
        for day in plan.days(week):
            session = table.from_steps(read.steps(week, day))
            found.sessions.append(replace(session, week=week, day=day))
    for label in plan.workouts:
        session = table.from_steps(read.steps(workout=label))
        found.sessions.append(replace(session, name=label, workout=True))
    return found


def _chosen(plan: Plan, args: argparse.Namespace, name: str) -> Plan:
    """The plan with what --week, --day and --workout ask for."""
    sessions = plan.sessions
    if args.workout is not None:
        sessions = [s for s in sessions if s.workout and s.name == args.workout]
    if args.week is not None:
        sessions = [s for s in sessions if s.week == args.week and not s.workout]
    if args.day is not None:
        sessions = [s for s in sessions if s.day == args.day and not s.workout]
    if not sessions:
        raise UserError(f"{name} has no such session; runwalk plan show {name} lists them")
    return replace(plan, sessions=sessions)


def _bounded(session: Session, tell: list[str]) -> Session:
    """The session without an end left open: what repeats until ended gets a number of rounds."""
    if session.endless is None:
        return session
    before, again = session.steps[: session.endless], session.steps[session.endless :]
    left = LONGEST - sum(step.seconds or 0 for step in before)
    once = sum(step.seconds or 0 for step in again)
    rounds = min(_MOST_ROUNDS, 3000 // len(again), left // once if once else _MOST_ROUNDS)
    tell.append(f"`repeat` without an end is written as {max(rounds, 1)} rounds")
    return replace(session, steps=before + again * max(rounds, 1), endless=None, text=None)


def _place(session: Session) -> str:
    if session.workout:
        return f'workout "{session.name}"'
    return f"week {session.week} day {session.day}"


def _file_name(stem: str, session: Session, suffix: str, taken: set[str]) -> str:
    # of letters that every system takes; names that come out equal are numbered
    if session.week:
        place = f"week-{session.week:02}-day-{session.day}"
    else:
        place = re.sub(r"[^a-z0-9]+", "-", session.name.lower()).strip("-") or "workout"
    name, number = f"{stem}-{place}{suffix}", 2
    while name in taken:
        name, number = f"{stem}-{place}-{number}{suffix}", number + 1
    taken.add(name)
    return name


def _tell(lines: dict[str, list[str]]) -> None:
    # each fault once, with the sessions it is about
    for text, places in lines.items():
        first = ", ".join(places[:3])
        more = f" and {len(places) - 3} more" if len(places) > 3 else ""
        print(printable(f"{first}{more}: {text}"), file=sys.stderr)


def _each(plan: Plan, how: _Format, stem: str) -> dict[str, bytes]:
    """The files of the sessions by name; what they lack is told."""
    assert how.each is not None
    files: dict[str, bytes] = {}
    lost: dict[str, list[str]] = {}
    taken: set[str] = set()
    title = plan.title
    for session in plan.sessions:
        tell: list[str] = []
        data = how.each(_bounded(session, tell), title, tell)
        for text in dict.fromkeys(tell):
            lost.setdefault(text, []).append(_place(session))
        if data is not None:
            files[_file_name(stem, session, how.suffix, taken)] = data
    for there, what in (
        (plan.rest, "the days of rest"),
        (plan.ask_pain, "`ask pain`"),
        (plan.reminders, "the reminders"),
    ):
        if there:
            lost[f"left out: {what}; such a file is one workout"] = ["all sessions"]
    if how.lacks and files:
        lost[how.lacks] = ["all sessions"]
    _tell(lost)
    if not files:
        raise UserError("nothing is written: no session can be said in that format")
    return files


def _write_all(folder: Path, files: dict[str, bytes], force: bool) -> None:
    there = [folder / name for name in files if (folder / name).exists()]
    if there and not force:
        raise UserError(f"{there[0]}: there already; give another folder, or --force")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot(folder, error) from error
    for name, data in files.items():
        write_file(folder / name, data, force)


def run_export(args: argparse.Namespace) -> int:
    how = _FORMATS[args.format]
    read = plans.require_plan(args.plan)
    plan = _chosen(_plan(read), args, args.plan)
    stem = read.path.stem
    output: Path | None = args.output
    if how.whole:
        tell: list[str] = []
        data = how.whole(plan, tell)
        for text in tell:
            print(printable(f"{args.plan}: {text}"), file=sys.stderr)
        if output is None:
            sys.stdout.write(printable(data.decode().replace("\r\n", "\n")))
            return 0
        write_file(output, data, args.force)
        print(printable(f"{output}: written"))
        return 0
    files = _each(plan, how, stem)
    one = len(plan.sessions) == 1 and (args.workout or args.week and args.day)
    if one and not (output and output.is_dir()):
        [(name, data)] = files.items()
        path = output or Path(name)
        write_file(path, data, args.force)
        print(printable(f"{path}: written"))
        return 0
    folder = output or Path(f"{stem}-{args.format}")
    _write_all(folder, files, args.force)
    print(printable(f"{folder}: {plans.counted(len(files), 'file')} written"))
    return 0


def add_parser(verbs: Any) -> None:
    """Adds `export` to `runwalk plan`."""
    verb = verbs.add_parser(
        "export",
        help="a plan for other tools",
        description="Writes a plan for other tools. FIT, ZWO, TCX and intervals.icu have one "
        "file a session, in a folder; CSV and JSON are one file, printed without -o. What a "
        "format cannot say is told on standard error.",
    )
    verb.add_argument(
        "plan", metavar="PLAN", help="a name of the library, or a path (with / or .plan)"
    )
    choice = verb.add_mutually_exclusive_group(required=True)
    for name, how in _FORMATS.items():
        choice.add_argument(
            f"--{name}", dest="format", action="store_const", const=name, help=how.title
        )
    verb.add_argument(
        "-o", "--output", metavar="OUT", type=Path, help="the file, or the folder, to write"
    )
    verb.add_argument("--week", metavar="W", type=int, help="that week alone")
    verb.add_argument("--day", metavar="D", type=int, help="that day alone")
    verb.add_argument("--workout", metavar="LABEL", help="that workout alone")
    verb.add_argument("--force", action="store_true", help="write over files that are there")
    verb.set_defaults(run=run_export)
