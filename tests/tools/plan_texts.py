"""What the tests of a plan's errors share: the words that every host tool says."""

import io
from pathlib import Path
from typing import Any

from runwalk_tools.plans import parser, read_text

plan = parser()


def stream(text: str | bytes) -> io.BytesIO:
    return io.BytesIO(text.encode() if isinstance(text, str) else text)


def scan(text: str | bytes, stem: str = "stem") -> Any:
    """The Plan of a text without faults."""
    return plan.scan(stream(text), stem)


def faults(text: str | bytes) -> list[tuple[int, int, str]]:
    """All faults of a text in the host's words; the clip stops at the first it comes to."""
    data = stream(text).getvalue()
    found = [(f.line, f.column, f.message) for f in read_text(data, Path("stem.plan")).faults]
    try:
        plan.scan(stream(text), "stem")
    except plan.PlanError as error:
        assert (error.line, error.column) in [fault[:2] for fault in found]
    else:
        assert not found
    lines = [line for line, _, _ in found]
    assert len(lines) == len(set(lines)), "more than one error a line"
    return found


def fault(text: str | bytes) -> tuple[int, int, str]:
    """The one fault of a text."""
    found = faults(text)
    assert len(found) == 1, found
    return found[0]


def steps_fault(steps: str) -> tuple[int, str]:
    """(column in `steps`, message) of a session's one fault."""
    head = "week 1: "
    line, column, message = fault(head + steps + "\n")
    assert line == 1
    return column - len(head), message


def steps(text: str) -> Any:
    """The Steps of a steps part."""
    return plan.steps_from_text(text.encode())


def timeline(text: str) -> int:
    """How many steps a steps part has; the tests want none that could not be read."""
    return int(steps(text).n)
