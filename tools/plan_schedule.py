"""`runwalk plan schedule`: a plan's sessions on days of the calendar, as a table, .ics and PDF.

Each week of the plan begins so many weeks after the start date; its sessions take the
chosen weekdays in order. `rest` is kept: where a chosen day comes too soon, the session
waits for the next one, and everything after it, too; the command says so.
"""

import argparse
import itertools
import re
import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from runwalk_tools import plan_weeks, shelf
from runwalk_tools.errors import UserError, write_file
from runwalk_tools.plan_weeks import Session
from runwalk_tools.plans import PlanFile, counted, duration, require_plan
from runwalk_tools.words import printable

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ALSO = {"tues": 1, "weds": 2, "thurs": 3}
_NAMESPACE = uuid.UUID("6f3f3f0e-2f58-5d0b-9a53-3c7c2a6d9b11")  # of our events, drawn once
_OPEN_MINUTES = 60  # a calendar wants an end; nobody knows that of an open session


@dataclass(frozen=True)
class Entry:
    """A session of the plan and its day."""

    when: date
    week: int
    day: int
    session: Session
    words: str

    @property
    def length(self) -> str:
        """`34:00`, or `open`."""
        return "open" if self.session.open else duration(self.session.total)


def start_of(text: str) -> date:
    """`2026-03-02`; UserError for anything else."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text.strip()):
        raise UserError(f"--start: {text!r} is no date; write it as 2026-03-02")
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise UserError(f"--start: there is no day {text.strip()}") from None


def days_of(text: str) -> list[int]:
    """`mon,wed,saturday` as numbers from 0 for Monday, in that order; UserError if wrong."""
    found = []
    for word in re.split(r"[,\s]+", text.strip(" ,\t").lower()):
        named = [n for n, name in enumerate(WEEKDAYS) if len(word) > 1 and name.startswith(word)]
        named = named or [_ALSO[word]] if word in _ALSO else named
        if len(named) != 1:
            raise UserError(f"--days: {word!r} is no day; write mon,wed,sat")
        if named[0] in found:
            raise UserError(f"--days: {WEEKDAYS[named[0]]} stands there twice")
        found += named
    return sorted(found)


def time_of(text: str) -> time:
    """`07:00`, `7:00`; UserError for anything else."""
    found = re.fullmatch(r"([01]?[0-9]|2[0-3]):([0-5][0-9])", text.strip())
    if not found:
        raise UserError(f"--at: {text!r} is no time of day; write it as 07:00")
    return time(int(found[1]), int(found[2]))


def schedule(read: PlanFile, start: date, days: list[int]) -> tuple[list[Entry], list[str]]:
    """Each session with its day, and what to say about rest and days that did not go together.

    UserError for a plan without weeks, and where the calendar ends.
    """
    weeks, _ = plan_weeks.sessions(read)
    if not weeks:
        raise UserError(f"{read.path}: workouts alone, and no weeks to put on a calendar")
    rest = timedelta(days=read.plan.rest + 1)
    entries: list[Entry] = []
    skipped: set[int] = set()
    try:
        for week in weeks:
            begin = start + timedelta(weeks=week.number - weeks[0].number)
            for day, session in week.days.items():
                words = _words(read, week.number, day, session)
                after = entries[-1].when + timedelta(days=1) if entries else begin
                when = _next(max(begin, after), days)
                while entries and when < entries[-1].when + rest:
                    skipped.add(when.weekday())
                    when = _next(when + timedelta(days=1), days)
                entries.append(Entry(when, week.number, day, session, words))
    except OverflowError:
        raise UserError("the calendar ends with the year 9999, before this plan does") from None
    taken = (entries[-1].when - start).days // 7
    late = taken - (weeks[-1].number - weeks[0].number)
    return entries, _notes(read, skipped, days, max(len(week.days) for week in weeks), late)


def _next(when: date, days: list[int]) -> date:
    while when.weekday() not in days:
        when += timedelta(days=1)
    return when


def _words(read: PlanFile, week: int, day: int, session: Session) -> str:
    """The main part in words; as the plan has it where its steps have names."""
    if any(step.label for step in session.steps):
        return session.text
    return shelf.in_words(read.steps(week, day))


def _notes(
    read: PlanFile, skipped: set[int], days: list[int], most: int, late: int
) -> list[str]:
    """Why it takes longer than the plan has weeks, and which days would do."""
    notes = []
    if skipped:
        names = ", ".join(WEEKDAYS[n].capitalize() for n in sorted(skipped))
        rest = counted(read.plan.rest, "day")
        notes.append(f"{names}: at times too soon, for the plan wants `rest {rest}`")
    if most > len(days):
        notes.append(f"a week has up to {most} sessions, and --days names {len(days)}")
    if notes and late > 0:
        notes.append(f"so it takes {counted(late, 'week')} more than the plan has")
    if notes:
        fit = _fitting(most, read.plan.rest + 1)
        if fit:
            notes.append(f"days that fit: --days {','.join(WEEKDAYS[n][:3] for n in fit)}")
    return notes


def _fitting(count: int, apart: int) -> list[int]:
    """So many days of the week that far apart, around the week's end too; [] if none are."""
    every = (days for days in itertools.combinations(range(7), count))
    return next(
        (
            list(days)
            for days in every
            if all(
                (after - day - 1) % 7 + 1 >= apart
                for day, after in zip(days, (*days[1:], days[0]), strict=True)
            )
        ),
        [],
    )


def table(read: PlanFile, entries: list[Entry]) -> str:
    """The sessions with their dates; a week's number stands once."""
    lines = [read.plan.title, ""]
    before = None
    for entry in entries:
        week = f"week {entry.week}" if entry.week != before else ""
        before = entry.week
        label = f"{entry.session.label}: " if entry.session.label else ""
        lines.append(
            f"{week:<8} {entry.when:%a} {entry.when.isoformat()}  {entry.length:>8}  "
            f"{label}{entry.words}"
        )
    return "\n".join(lines)


def calendar(read: PlanFile, entries: list[Entry], at: time | None) -> bytes:
    """The sessions as an .ics file: whole days, or from that time on, wherever you are.

    A session's UID comes from plan, week, day and start: to import it again changes it.
    """
    from icalendar import Calendar, Event

    whole = Calendar()
    whole.add("prodid", "-//runwalk//plan schedule//EN")
    whole.add("version", "2.0")
    whole.add("x-wr-calname", printable(read.plan.title))
    now = datetime.now(UTC).replace(microsecond=0)
    for entry in entries:
        event = Event()
        name = f"{read.path.stem}/{entry.week}/{entry.day}/{entries[0].when.isoformat()}"
        event.add("uid", f"{uuid.uuid5(_NAMESPACE, name)}@runwalk")
        event.add("dtstamp", now)
        event.add("summary", printable(f"{read.plan.title}, week {entry.week} day {entry.day}"))
        event.add("description", printable(_described(read, entry)))
        if at is None:
            event.add("dtstart", entry.when)
            event.add("dtend", _after(entry.when, timedelta(days=1)))
            event.add("transp", "TRANSPARENT")
        else:
            begin = datetime.combine(entry.when, at)
            minutes = -(-entry.session.total // 60_000)
            if entry.session.open:
                minutes = max(minutes, _OPEN_MINUTES)
            event.add("dtstart", begin)
            event.add("dtend", _after(begin, timedelta(minutes=minutes)))
        whole.add_component(event)
    data: bytes = whole.to_ical()
    return data


def _after(when: date, more: timedelta) -> date:
    try:
        return when + more
    except OverflowError:
        raise UserError("the calendar ends with the year 9999") from None


def _described(read: PlanFile, entry: Entry) -> str:
    """The steps in words, and as the plan has them."""
    session = entry.session
    warm, cool = (shelf.spoken_time(session.time_of(kind)) for kind in ("warm", "cool"))
    named = any(step.label for step in session.steps)  # then the words have all the steps
    before = f"warm up {warm}, then " if warm and not named else ""
    after = f", then cool down {cool}" if cool and not named else ""
    lines = [f"{before}{entry.words}{after}"]
    if session.label:
        lines.insert(0, session.label)
    lines.append(f"{'Until you end it' if session.open else entry.length + ' in all'}.")
    for label, period in read.plan.reminders:
        lines.append(f"{label} every {shelf.spoken_time(period)}.")
    if read.plan.ask_pain:
        # what its author says of pain and of whom to ask goes with every session
        lines.append(read.plan.about or "If it hurts, stop.")
    return "\n".join([*lines, f"Steps: {session.text}"])


def _run(args: argparse.Namespace) -> int:
    start, days = start_of(args.start), days_of(args.days)
    at = time_of(args.at) if args.at else None
    for path, suffix in ((args.ics, ".ics"), (args.pdf, ".pdf")):
        if path and path.suffix.lower() != suffix:
            raise UserError(f"{path}: such a file ends in {suffix}")
    if at and not args.ics:
        raise UserError("--at is for the calendar: name its file by --ics")
    read = require_plan(args.plan)
    entries, notes = schedule(read, start, days)
    files: list[tuple[Path, bytes]] = []
    if args.ics:
        files.append((args.ics, calendar(read, entries, at)))
    if args.pdf:
        from runwalk_tools.plan_page import page

        files.append((args.pdf, page(read.plan.title, entries, "pdf")))
    print(printable(table(read, entries)))
    if notes:
        print(f"\nmind: {'; '.join(notes)}")
    for path, data in files:
        write_file(path, data)
        print(f"{path}: {counted(len(entries), 'session')}")
    return 0


def add_parser(verbs: Any) -> None:
    """Adds `schedule` to `runwalk plan`."""
    verb = verbs.add_parser(
        "schedule",
        help="a plan on days of the calendar",
        description="Puts a plan's sessions on days of the calendar: a table, and a file for "
        "calendar programs or a page to tick off. The plan's days of rest are kept.",
    )
    verb.add_argument("plan", metavar="PLAN", help="a name of the library, or a path")
    verb.add_argument(
        "--start", metavar="DATE", required=True, help="when week 1 begins: 2026-03-02"
    )
    verb.add_argument(
        "--days", metavar="DAYS", required=True, help="the days to run on: mon,wed,sat"
    )
    verb.add_argument("--at", metavar="TIME", help="when to start, for --ics: 07:00")
    verb.add_argument("--ics", metavar="OUT", type=Path, help="a file for calendar programs")
    verb.add_argument("--pdf", metavar="OUT", type=Path, help="a page to tick off on the fridge")
    verb.set_defaults(run=_run)
