"""A plan as JSON, whole: for programs that are not written yet. See tools/README.md."""

import json
import math
from typing import Any

from runwalk_tools.formats.grouping import DEEPEST, grouped
from runwalk_tools.formats.model import (
    KINDS,
    Group,
    Part,
    Plan,
    Reading,
    Session,
    Step,
    as_title,
    clean,
    shortened,
)

_FORMAT = "runwalk plan"
_DEEPEST_LIST = 8  # three groups and an endless one, and room for others' habits
_MOST_REMINDERS = 8


def write(plan: Plan, tell: list[str]) -> bytes:
    """The file of a plan; nothing is lost."""
    value: dict[str, Any] = {"format": _FORMAT, "version": 1, "title": plan.title}
    if plan.about:
        value["about"] = plan.about
    value["rest_days"] = plan.rest
    value["ask_pain"] = plan.ask_pain
    value["reminders"] = [
        {"label": label, "every_seconds": seconds} for label, seconds in plan.reminders
    ]
    value["sessions"] = [_session(session) for session in plan.sessions]
    return json.dumps(value, ensure_ascii=False, indent=1).encode() + b"\n"


def _session(session: Session) -> dict[str, Any]:
    if session.workout:
        value: dict[str, Any] = {"workout": session.name}
    else:
        value = {"week": session.week, "day": session.day}
        if session.name:
            value["label"] = session.name
    first = len(session.steps) if session.endless is None else session.endless
    value["steps"] = _parts(grouped(session.steps[:first]))
    if session.endless is not None:
        again = grouped(session.steps[first:], DEEPEST - 1)
        value["steps"].append({"repeat": "until ended", "steps": _parts(again)})
    return value


def _parts(parts: list[Part]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for part in parts:
        if isinstance(part, Group):
            found.append({"repeat": part.times, "steps": _parts(list(part.parts))})
            continue
        step: dict[str, Any] = {"kind": part.kind}
        if part.seconds is None:
            step["open"] = True
        else:
            step["seconds"] = part.seconds
        if part.label:
            step["label"] = part.label
        found.append(step)
    return found


def read(data: bytes, how: Reading) -> Plan:
    """The plan of a file; UserError for other JSON."""
    try:
        value = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise how.wrong("not UTF-8 text") from None
    except RecursionError:
        raise how.wrong("no JSON that can be read: far too deep") from None
    except ValueError as error:
        raise how.wrong(f"no JSON that can be read: {shortened(str(error), 100)}") from None
    if not isinstance(value, dict) or value.get("format") != _FORMAT:
        raise how.wrong(f'JSON, and not a plan of runwalk, which has "format": "{_FORMAT}"')
    return _Json(how).plan(value)


class _Json:
    def __init__(self, how: Reading) -> None:
        self.how = how

    def plan(self, value: dict[str, Any]) -> Plan:
        if value.get("version") != 1:
            raise self.how.wrong("of a version that this runwalk does not know")
        plan = Plan(as_title(self._text(value, "title")), as_title(self._text(value, "about")))
        plan.rest = self._integer(value.get("rest_days", 0), "rest_days", 0, 14)
        plan.ask_pain = value.get("ask_pain") is True
        for reminder in self._list(value.get("reminders", []), "reminders", _MOST_REMINDERS):
            label = self.how.label(self._text(reminder, "label"))
            every = self._integer(reminder.get("every_seconds"), "every_seconds", 60, 86_400)
            if not label:
                raise self.how.wrong("a reminder without a label")
            plan.reminders.append((label, every))
        for session in self._list(value.get("sessions"), "sessions", 1500):
            plan.sessions.append(self._session(session))
        return plan

    def _session(self, value: dict[str, Any]) -> Session:
        written = self._list(value.get("steps"), "steps", 3000)
        again: list[Part] = []
        if written and written[-1].get("repeat") == "until ended":
            again = self._parts(written.pop(), 1)
        parts = [part for step in written for part in self._part(step, 1)]
        session = self.how.session(parts + again)
        if again:
            session.endless = len(session.steps) - len(self.how.session(again).steps)
        if "workout" in value:
            session.name, session.workout = self.how.label(self._text(value, "workout")), True
            if not session.name:
                raise self.how.wrong("a workout without a name")
            return session
        session.name = self.how.label(self._text(value, "label"))
        session.week = self._integer(value.get("week"), "week", 1, 99)
        session.day = self._integer(value.get("day"), "day", 1, 14)
        return session

    def _parts(self, group: dict[str, Any], depth: int) -> list[Part]:
        if depth > _DEEPEST_LIST:
            raise self.how.wrong("groups far too deep")
        steps = self._list(group.get("steps"), "steps", 3000)
        if not steps:
            raise self.how.wrong("a group without steps")
        return [part for step in steps for part in self._part(step, depth)]

    def _part(self, value: dict[str, Any], depth: int) -> list[Part]:
        if "repeat" in value:
            times = self._integer(value["repeat"], "repeat", 1, 999)
            return [Group(times, tuple(self._parts(value, depth + 1)))]
        kind = value.get("kind")
        if kind not in KINDS:
            found = shortened(clean(str(kind)), 20)
            raise self.how.wrong(f"kind: expected one of {', '.join(KINDS)}, found {found!r}")
        label = self.how.label(self._text(value, "label"))
        if value.get("open") is True:
            return [Step(str(kind), None, label)]
        seconds = value.get("seconds")
        if isinstance(seconds, bool) or not isinstance(seconds, int | float):
            raise self.how.wrong("a step has a number of seconds, or is open")
        if isinstance(seconds, float) and not math.isfinite(seconds):
            raise self.how.wrong(f"seconds: expected a number, found {seconds}")
        bounded = float(max(-1e9, min(seconds, 1e9)))  # no float holds all that JSON may say
        return [Step(str(kind), self.how.time(bounded, "seconds"), label)]

    def _text(self, value: dict[str, Any], key: str) -> str:
        text = value.get(key, "")
        if not isinstance(text, str):
            raise self.how.wrong(f"{key}: expected a text")
        return text

    def _list(self, value: object, what: str, most: int) -> list[dict[str, Any]]:
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self.how.wrong(f"{what}: expected a list of objects")
        if len(value) > most:
            raise self.how.wrong(f"{what}: more than {most:,}")
        return list(value)

    def _integer(self, value: object, what: str, least: int, most: int) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            found = shortened(clean(repr(value)), 30)
            raise self.how.wrong(f"{what}: expected {least} to {most}, found {found}")
        return value
