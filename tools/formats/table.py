"""A plan as a table (CSV): week, day, label and steps, the steps in the plan language.

A workout has no week and day, and its name as label. What a spreadsheet makes of such a
file is read too: semicolons or tabs, and steps whose commas were taken for columns.
"""

import csv
import io
import re
from pathlib import Path
from typing import Any

from runwalk_tools import plan_hints, plans
from runwalk_tools.formats.model import Plan, Reading, Session, Step
from runwalk_tools.formats.plan_text import steps_text

_COLUMNS = ["week", "day", "label", "steps"]
_CALLED = {"name": "label", "session": "label", "title": "label", "workout": "steps"}
_MOST_ROWS = 1500  # a plan has 99 weeks of 14 days at most


def looks_like(text: str) -> bool:
    """Whether a text begins as such a table does."""
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        return False
    head = _headings(re.split(r"[;,\t]", lines[0]))
    return "steps" in head or re.match(r'"?\d+"?\s*[;,\t]\s*"?\d+"?\s*[;,\t]', lines[0]) is not None


def _headings(cells: list[str]) -> list[str]:
    names = [cell.strip().strip('"').lower() for cell in cells]
    return [_CALLED.get(name, name) for name in names]


def read(data: bytes, how: Reading) -> list[Session]:
    """The sessions of a table, in its order; week 0 where it has no such column."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise how.wrong('not UTF-8 text: save it as "CSV UTF-8"') from None
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(";\t,", key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error as error:
        raise how.wrong(f"no table that can be read: {error}") from None
    numbered = [(n, row) for n, row in enumerate(rows, 1) if any(cell.strip() for cell in row)]
    if len(numbered) > _MOST_ROWS:
        raise how.wrong(f"more than {_MOST_ROWS:,} rows, and a plan has fewer sessions")
    head = ["week", "day", "steps"]
    if numbered and "steps" in _headings(numbered[0][1]):
        head = _headings(numbered.pop(0)[1])
    for name in head:
        if name and name not in _COLUMNS:
            how.tell(f"the column {name!r} is left out")
    if not numbered:
        raise how.wrong("no sessions in it")
    return [_session(head, row, number, how) for number, row in numbered]


def _session(head: list[str], row: list[str], number: int, how: Reading) -> Session:
    # what is too much for the columns belongs to the steps, whose commas were not quoted
    at = head.index("steps")
    more = max(len(row) - len(head), 0)
    steps = ", ".join(cell.strip() for cell in row[at : at + more + 1])
    cells = dict(zip(head, [*row[:at], steps, *row[at + more + 1 :]], strict=False))
    where = f"row {number}"
    week = _place(cells.get("week", ""), 99, f"{where}, week", how)
    day = _place(cells.get("day", ""), 14, f"{where}, day", how)
    label = how.label(cells.get("label", ""))
    if "week" in head and not week:
        if not label:
            raise how.wrong(f"{where}: a workout, which has no week, has a label")
        return _read_steps(Session([], label, workout=True), steps, where, how)
    session = Session([], label, week=week, day=day or (1 if week else 0))
    return _read_steps(session, steps, where, how)


def _place(cell: str, most: int, what: str, how: Reading) -> int:
    if not cell.strip():
        return 0
    value = how.number(cell, what)
    if not 1 <= value <= most or value != int(value):
        raise how.wrong(f"{what}: expected 1 to {most}, found {cell.strip()[:20]!r}")
    return int(value)


def _read_steps(session: Session, text: str, where: str, how: Reading) -> Session:
    # by the one parser there is; its faults are told in the words of `plan check`
    line = " ".join(text.split())
    read = plans.read_text(f"week 1: {line}".encode(errors="replace"), Path("x.plan"))
    if read.faults:
        raise how.wrong(f"{where}, steps: {read.faults[0].message}")
    found = from_steps(read.steps(1, 1))
    session.steps, session.endless, session.text = found.steps, found.endless, found.text
    return session


def from_steps(steps: Any) -> Session:
    """A session of the firmware's Steps."""
    kinds = plan_hints.PARSER.KINDS
    found = []
    for i in range(steps.n):
        is_open = steps.kind[i] & 0x10
        seconds = None if is_open else (steps.start[i + 1] - steps.start[i]) // 1000
        label = steps.labels[steps.label[i] - 1] if steps.label[i] else ""
        found.append(Step(kinds[steps.kind[i] & 0x0F], seconds, label))
    endless = steps.repeat_from if steps.repeat_from >= 0 else None
    text = " ".join(steps.text.decode().split())
    return Session(found, steps.session_label or "", endless=endless, text=text)


def write(plan: Plan, tell: list[str]) -> bytes:
    """The table of a plan; `tell` gets what it could not hold."""
    for there, what in (
        (plan.about, "`about`"),
        (plan.rest, "the days of rest"),
        (plan.ask_pain, "`ask pain`"),
        (plan.reminders, "reminders"),
    ):
        if there:
            tell.append(f"left out: {what}; a table has sessions alone")
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(_COLUMNS)
    for session in plan.sessions:
        place = ["", ""] if session.workout else [str(session.week), str(session.day)]
        writer.writerow([*place, session.name, steps_text(session)])
    return out.getvalue().encode()
