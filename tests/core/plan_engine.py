"""Runs under MicroPython: the parser over a list of texts, its answers as JSON lines.

Arguments: the folder of the package runwalk, a file of JSON (one text a line, as
hexadecimal digits). Started by test_plan_engines.py.
"""

import io
import json
import sys


def answer(plan, data):
    """What both engines must agree on: faults, the plan's facts, and every session's steps."""
    faults = []
    read = plan.scan(
        io.BytesIO(data), "stem", lambda *fault: faults.append(list(fault)), keep_about=True
    )
    sessions = []
    for week in read.weeks():
        for day in read.days(week):
            sessions.append(steps(plan, data, week, day, None))
    for label in read.workouts:
        sessions.append(steps(plan, data, 0, 0, label))
    return [
        faults, read.title, read.about, read.rest, read.ask_pain,
        [list(reminder) for reminder in read.reminders], read.workouts, sessions,
        plan.head(io.BytesIO(data), "stem"),
    ]  # fmt: skip


def steps(plan, data, week, day, workout):
    """One session's arrays, or its fault."""
    try:
        made = plan.load_steps(io.BytesIO(data), week, day, workout)
    except plan.PlanError as error:
        return list(error.args)
    return [
        list(made.kind), list(made.start), list(made.round), list(made.rounds),
        list(made.label), made.labels, made.has_open, made.repeat_from,
        made.text.decode(), made.session_label,
    ]  # fmt: skip


if __name__ == "__main__":
    sys.path.insert(0, sys.argv[1])
    from runwalk.core import plan

    with open(sys.argv[2]) as lines:
        for line in lines:
            data = bytes([int(line[i : i + 2], 16) for i in range(0, len(line) - 1, 2)])
            print(json.dumps(answer(plan, data)))
