"""`runwalk plan import`: workouts in the formats of other tools become a plan."""

import argparse
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from runwalk_tools import plans, shelf
from runwalk_tools.errors import UserError, read_file, write_file
from runwalk_tools.formats import fit, intervals, json_, table, tcx, zwo
from runwalk_tools.formats.kinds import read_session_name, without_place
from runwalk_tools.formats.model import (
    LABEL,
    MOST_IN_ALL,
    TITLE,
    Plan,
    Reading,
    Session,
    as_title,
    clean,
    shortened,
)
from runwalk_tools.formats.plan_text import fitted, plan_text
from runwalk_tools.formats.xml_ import read_xml
from runwalk_tools.words import printable

_MILE = 1.609344  # km
_MOST_BYTES = 32 * 1024
_FORMATS = "Zwift .zwo, Garmin .fit and .tcx, intervals.icu text, CSV and runwalk's own JSON"
_Read = Callable[[bytes, Reading], list[Session]]
_BY_SUFFIX: dict[str, _Read] = {
    ".fit": fit.read,
    ".zwo": zwo.read,
    ".tcx": tcx.read,
    ".csv": table.read,
    ".txt": intervals.read,
}


def _reader(data: bytes, how: Reading) -> _Read | None:
    """Who reads such a file, by what is in it, else by its suffix; None for JSON."""
    if data[8:12] == b".FIT":
        return fit.read
    start = data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if start == b"<" or data[:4] in (b"\xff\xfe<\0", b"\xfe\xff\0<"):
        root = read_xml(data, how).tag
        by_root = {"workout_file": zwo.read, "trainingcenterdatabase": tcx.read}
        if root not in by_root:
            raise how.wrong(f"XML of a kind that is not known, <{shortened(clean(root), 30)}>")
        return by_root[root]
    if start == b"{":
        return None
    text = data.decode("utf-8-sig", errors="replace")
    if table.looks_like(text):
        return table.read
    if intervals.looks_like(text):
        return intervals.read
    if re.search(r"^\s*(plan|weeks?|workout)\b.*$", text, re.IGNORECASE | re.MULTILINE):
        if how.path.lower().endswith(".plan"):
            raise how.wrong("a plan already; runwalk plan check looks it over")
    suffix = Path(how.path).suffix.lower()
    if suffix in _BY_SUFFIX and data.strip():
        return _BY_SUFFIX[suffix]
    raise how.wrong(f"not a workout that is known: {_FORMATS} are")


def _read_file(how: Reading) -> Plan:
    data = read_file(Path(how.path))
    read = _reader(data, how)
    return json_.read(data, how) if read is None else Plan(sessions=read(data, how))


def _one_plan(found: list[tuple[Reading, Plan]], args: argparse.Namespace) -> Plan:
    """One plan of all files, in their order, its sessions placed and named."""
    placed = [
        how
        for how, plan in found
        if any(session.week or session.workout for session in plan.sessions)
    ]
    if placed and len(found) > 1:
        raise placed[0].wrong("it has weeks and days of its own: import it alone")
    plan = found[0][1] if len(found) == 1 else Plan()
    plan.sessions = [session for _, each in found for session in each.sessions]
    named = [Path(how.path).stem for how, each in found for _ in each.sessions]
    if not placed:
        _place(plan.sessions, named, args.week_days, found[0][0])
    _refuse_twice(plan.sessions, found[0][0])
    plan.title = _title(plan, found, args)
    _tell_about(plan, found)
    if len(plan.sessions) == 1 and not plan.sessions[0].workout:
        plan.sessions[0].name = ""  # it is the plan's title
    return plan


def _place(sessions: list[Session], stems: list[str], days: int, how: Reading) -> None:
    # by "week 2 day 1" in the name of each session or of its file, else in their order
    said = [
        read_session_name(session.name if read_session_name(session.name)[0] else stem)
        for session, stem in zip(sessions, stems, strict=True)
    ]
    if all(week for week, _, _ in said) and len({place[:2] for place in said}) == len(said):
        for session, (week, day, _) in zip(sessions, said, strict=True):
            session.week, session.day = week, day
            session.name = read_session_name(session.name)[2]
        return
    if len(sessions) > 99 * days:
        raise how.wrong(f"{len(sessions):,} sessions, and a plan has 99 weeks at most")
    for number, session in enumerate(sessions):
        if len(set(stems)) > 1:
            session.name = session.name or clean(stems[number])
        session.week, session.day = number // days + 1, number % days + 1
    if len({session.name for session in sessions}) == 1:
        for session in sessions[1:]:
            session.name = ""


def _refuse_twice(sessions: list[Session], how: Reading) -> None:
    there: set[object] = set()
    for session in sessions:
        place = session.name if session.workout else (session.week, session.day)
        if place in there:
            what = f'workout "{place}"' if session.workout else "week {} day {}".format(*place)
            raise how.wrong(f"{what} stands in it twice")
        there.add(place)
    if sum(session.workout for session in sessions) > 64:
        raise how.wrong("more than 64 workouts, and a plan has no more")


def _title(plan: Plan, found: list[tuple[Reading, Plan]], args: argparse.Namespace) -> str:
    names = [as_title(plan.title)]
    if len(plan.sessions) == 1:
        names.append(as_title(plan.sessions[0].name))
    else:
        names.append(as_title(_common_about(plan)))
    names += [as_title(args.output.stem)] if args.output else []
    stem = without_place(Path(found[0][0].path).stem)
    names += [as_title(stem), "Imported workouts"]
    title = as_title(args.title) if args.title else next(name for name in names if name)
    return shortened(title or "Imported workouts", TITLE)


def _common_about(plan: Plan) -> str:
    # what all sessions say of themselves, if it is as short as a title: our own exports do
    abouts = {session.about for session in plan.sessions}
    about = abouts.pop()
    return about if not abouts and len(about) <= TITLE else ""


def _tell_about(plan: Plan, found: list[tuple[Reading, Plan]]) -> None:
    """One session's description is the plan's; those of several do not fit into it."""
    if len(plan.sessions) == 1:
        if plan.sessions[0].about != plan.title:
            plan.about = plan.about or plan.sessions[0].about
        return
    for how, each in found:
        for session in each.sessions:
            if session.about and session.about != plan.title:
                how.tell(f'its description is left out: "{shortened(session.about, 100)}"')


def _finished(plan: Plan, how: Reading, told: list[str]) -> bytes:
    """The plan as a file's bytes, which the firmware's own parser has read."""
    if sum(len(session.steps) for session in plan.sessions) > MOST_IN_ALL:
        raise how.wrong(f"more than {MOST_IN_ALL:,} steps in all, too many for a plan")
    for number, session in enumerate(plan.sessions):
        lost: list[str] = []
        ready = fitted(session, lost)
        name = session.name or f"session {number + 1}"
        told += [f"{name}: {text}" for text in lost]
        if ready is None:
            raise how.wrong(
                f"{shortened(name, 40)}: {len(session.steps):,} steps with so little that "
                "repeats that they do not fit into a plan's line of 1,000 characters"
            )
        if not ready.workout:
            ready.name = shortened(how.label(ready.name), LABEL)
        plan.sessions[number] = ready
    data = plan_text(plan).encode()
    if len(data) > _MOST_BYTES:
        raise how.wrong(f"it would be a plan of {len(data):,} bytes, and 32 KiB is the most")
    read = plans.read_text(data, Path("imported.plan"))
    if read.faults:
        raise how.wrong(f"it makes no plan: {read.faults[0].message}")
    return data


def run_import(args: argparse.Namespace) -> int:
    output: Path | None = args.output
    if output:
        shelf.must_be_plan(output)
    if output and output.exists() and not args.force:
        raise UserError(f"{output}: there already; give another name, or --force to write over it")
    found = []
    for path in args.file:
        how = Reading(path, args.walk_below, args.pace, args.walk_pace, args.seconds)
        found.append((how, _read_file(how)))
    lost: list[str] = []
    first = found[0][0]
    plan = _one_plan(found, args)
    data = _finished(plan, first, lost)
    told: dict[str, list[str]] = {}
    for how, _ in found:
        for text in how.told:
            told.setdefault(text, []).append(how.path)
        if how.more:
            told.setdefault(f"and {how.more} more of the like", []).append(how.path)
    for text, paths in told.items():
        more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
        print(printable(f"{paths[0]}{more}: {text}"), file=sys.stderr)
    for text in dict.fromkeys(lost):
        print(printable(text), file=sys.stderr)
    if output is None:
        sys.stdout.write(printable(data.decode()))
        return 0
    write_file(output, data, args.force)
    count = plans.counted(len(plan.sessions), "session")
    print(printable(f"{output}: {count}; `runwalk plan show {output}` shows it as a table"))
    return 0


def pace(text: str) -> float:
    """Seconds per km of a pace such as 5:30/km or 10:00/mi."""
    match = re.fullmatch(r"(\d{1,2}):([0-5]\d)(?:\s*/?\s*(km|k|mi|mile))?", text.strip(), re.ASCII)
    seconds = int(match[1]) * 60 + int(match[2]) if match else 0
    if not match or seconds < 60:
        raise argparse.ArgumentTypeError(f"expected a pace such as 5:30/km or 10:00/mi, not {text}")
    return seconds / _MILE if (match[3] or "km").startswith("mi") else float(seconds)


def _percent(text: str) -> float:
    match = re.fullmatch(r"(\d{1,3}(?:\.\d{1,2})?)\s*%?", text.strip(), re.ASCII)
    if not match:
        raise argparse.ArgumentTypeError(f"expected a percentage such as 60, not {text}")
    return float(match[1])


def _days(text: str) -> int:
    if not re.fullmatch(r"\d{1,2}", text, re.ASCII) or not 1 <= int(text) <= 14:
        raise argparse.ArgumentTypeError(f"expected 1 to 14 sessions a week, not {text}")
    return int(text)


def add_parser(verbs: Any) -> None:
    """Adds `import` to `runwalk plan`."""
    verb = verbs.add_parser(
        "import",
        help="workouts of other tools as a plan",
        description=f"Makes a plan of workout files: {_FORMATS}. Several files become the "
        "sessions of one plan, in the order given. Whatever a plan cannot hold is told on "
        "standard error. Without -o the plan is printed.",
    )
    verb.add_argument("file", metavar="FILE", nargs="+", help="a workout file, or a table")
    verb.add_argument("-o", "--output", metavar="OUT.plan", type=Path, help="the file to write")
    verb.add_argument("--title", metavar="T", help="the plan's title; usually the workout's name")
    verb.add_argument(
        "--week-days", metavar="N", type=_days, default=3, help="sessions a week, 3 by default"
    )
    verb.add_argument(
        "--walk-below",
        metavar="PERCENT",
        type=_percent,
        help="steps of less intensity are walked, where no name says so; 50 by default",
    )
    verb.add_argument(
        "--pace", metavar="5:30/km", type=pace, help="your running pace, to convert distances"
    )
    verb.add_argument(
        "--walk-pace",
        metavar="10:00/km",
        type=pace,
        default=600.0,
        help="and that of everything slower",
    )
    verb.add_argument(
        "--seconds", action="store_true", help="lengths that look like metres are seconds"
    )
    verb.add_argument("--force", action="store_true", help="write over a file that is there")
    verb.set_defaults(run=run_import)
