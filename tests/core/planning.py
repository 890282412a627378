"""What the tests of the plan language share: the parser over texts, on this engine."""

import io
from typing import Any

from hostsim.importer import Modules

plan = Modules().load("runwalk.core.plan")

OPEN, LAST_ROUND = 0x10, 0x80  # in Steps.kind


def stream(text: str | bytes) -> io.BytesIO:
    return io.BytesIO(text.encode() if isinstance(text, str) else text)


def scan(text: str | bytes, stem: str = "stem", **options: Any) -> Any:
    """The Plan of a text without faults."""
    return plan.scan(stream(text), stem, **options)


def faults(text: str | bytes) -> list[tuple[int, int, str]]:
    """All faults of a text; checks that the clip, which stops at one, stops at one of them."""
    found: list[tuple[int, int, str]] = []
    plan.scan(stream(text), "stem", lambda *fault: found.append(fault))
    try:
        plan.scan(stream(text), "stem")
    except plan.PlanError as error:
        assert found and (error.line, error.column, error.message) == found[0] == error.args
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


def steps(text: str | bytes) -> Any:
    """The Steps of a steps part."""
    return plan.steps_from_text(text.encode() if isinstance(text, str) else text)


def timeline(text: str | bytes) -> list[tuple[str, int | None]]:
    """(kind, seconds) of each step of a steps part; None for an open step."""
    return of_steps(steps(text))


def of_steps(made: Any) -> list[tuple[str, int | None]]:
    found: list[tuple[str, int | None]] = []
    for i in range(made.n):
        length = made.start[i + 1] - made.start[i]
        assert length % 1000 == 0
        kind = made.kind[i]
        if kind & OPEN:
            assert length == 0
        found.append((plan.KINDS[kind & 0x0F], None if kind & OPEN else length // 1000))
    return found
