"""Plans as text, as a person would write them: equal days and weeks on one line."""

import textwrap
from collections.abc import Iterator
from dataclasses import replace

from runwalk_tools.formats.grouping import DEEPEST, grouped, written, written_time
from runwalk_tools.formats.model import LABEL, Plan, Session, Step, as_title

_LINE = 1000  # characters
_PLACE = len('week 98-99 day 13-14 "": ') + LABEL
_MOST_LABELS = 32  # different ones in a session
_ABOUT = 300  # characters of one such line


def steps_text(session: Session) -> str:
    """The steps of a session in the plan language."""
    if session.text is not None:
        return session.text
    first = len(session.steps) if session.endless is None else session.endless
    text = written(grouped(session.steps[:first]))
    if session.endless is None:
        return text
    again = f"repeat ({written(grouped(session.steps[first:], DEEPEST - 1))})"
    return f"{text}, {again}" if text else again


def fitted(session: Session, tell: list[str]) -> Session | None:
    """The session with its text, and as many labels as a plan can hold; `tell` gets what is
    lost. None where it is longer than a plan's line even without labels."""
    if len(steps_text(session)) > _LINE - _PLACE:
        session = replace(session, text=None)
    labels = list(dict.fromkeys(step.label for step in session.steps if step.label))
    if len(labels) > _MOST_LABELS:
        tell.append(f"more than {_MOST_LABELS} different labels in a session: the rest is left out")
        session = _labelled(session, set(labels[:_MOST_LABELS]))
    text = steps_text(session)
    if len(text) > _LINE - _PLACE and labels:
        tell.append("labels are left out: with them the session is longer than a plan's line")
        session = _labelled(session, set())
        text = steps_text(session)
    return replace(session, text=text) if len(text) <= _LINE - _PLACE else None


def _labelled(session: Session, kept: set[str]) -> Session:
    steps = [
        step if step.label in kept else Step(step.kind, step.seconds) for step in session.steps
    ]
    return replace(session, steps=steps, text=None)


def plan_text(plan: Plan) -> str:
    """The whole file. Sessions that are no workouts have their week and day."""
    lines = [f"plan {plan.title}"]
    if plan.about:
        lines += [f"about {line}" for line in textwrap.wrap(as_title(plan.about), _ABOUT)]
    if plan.rest:
        lines.append(f"rest {plan.rest} {'day' if plan.rest == 1 else 'days'}")
    if plan.ask_pain:
        lines.append("ask pain")
    lines += [
        f'remind "{label}" every {written_time(seconds)}' for label, seconds in plan.reminders
    ]
    lines += _weeks([session for session in plan.sessions if not session.workout])
    lines += [
        f'workout "{session.name}": {steps_text(session)}'
        for session in plan.sessions
        if session.workout
    ]
    return "\n".join(lines) + "\n"


def _weeks(sessions: list[Session]) -> Iterator[str]:
    # weeks in a row with the same lines are one line each
    weeks: dict[int, list[str]] = {}
    for week in sorted({session.week for session in sessions}):
        weeks[week] = _days([session for session in sessions if session.week == week])
    done = 0
    for week, lines in weeks.items():
        if week <= done:
            continue
        done = week
        while weeks.get(done + 1) == lines:
            done += 1
        numbers = f"{week}-{done}" if done > week else str(week)
        yield from (f"week {numbers}{line}" for line in lines)


def _days(sessions: list[Session]) -> list[str]:
    # ` x3: …`, ` day 2 "…": …`; equal days in a row on one line
    runs: list[tuple[list[int], str]] = []
    for session in sorted(sessions, key=lambda session: session.day):
        name = f' "{session.name}"' if session.name else ""
        text = f"{name}: {steps_text(session)}"
        if runs and runs[-1][1] == text and runs[-1][0][-1] == session.day - 1:
            runs[-1][0].append(session.day)
        else:
            runs.append(([session.day], text))
    lines = []
    for days, text in runs:
        if days[0] == 1:
            place = f" x{len(days)}" if len(days) > 1 else ("" if len(runs) == 1 else " day 1")
        else:
            place = f" day {days[0]}-{days[-1]}" if len(days) > 1 else f" day {days[0]}"
        lines.append(place + text)
    return lines
