"""A session's steps written in a kinder way, as text that can be typed into the plan.

Each function gives the texts it can think of, or one of them that holds what is asked
for; the firmware's parser has the last word on whether it is right. Times are in ms.
"""

import re
from collections.abc import Callable, Iterator

from runwalk_tools.plan_weeks import BREAKS, Session, steps_of
from runwalk_tools.plans import written_time

SECOND, MINUTE = 1000, 60_000
_TIME = r"\d+(?::\d\d){1,2}|(?:\d+\s*[a-z]+\s*)+"
_GRID = ((20 * MINUTE, MINUTE), (10 * MINUTE, 30 * SECOND), (MINUTE, 15 * SECOND))
_FACTORS = (0.9, 0.85, 0.8, 0.75, 2 / 3, 0.6, 0.5, 0.4, 1 / 3, 0.25, 0.2, 0.15, 0.1)
_LEAST = 10 * SECOND  # a shorter step has no countdown


def rounded(ms: float) -> int:
    """Down to a time that people would write."""
    grid = next((grid for least, grid in _GRID if ms >= least), 5 * SECOND)
    return max(int(ms) // grid * grid, _LEAST)


def _outside_labels(text: str, change: Callable[[str], str]) -> str:
    parts = re.split(r'("[^"]*"|[“”„‟«»][^“”„‟«»]*[“”„‟«»])', text)
    return "".join(change(part) if i % 2 == 0 else part for i, part in enumerate(parts))


def _each(text: str, kinds: tuple[str, ...], change: Callable[[str, int], str]) -> str:
    """The text with each timed step of these kinds given to `change` as its kind and time."""

    def step(found: re.Match[str]) -> str:
        read = steps_of(f"run {found[2].strip()}")
        if read is None:
            return found[0]
        blank = found[2][len(found[2].rstrip()) :]  # before a label
        return change(found[1], read.total) + blank

    pattern = re.compile(rf"\b({'|'.join(kinds)})\s+({_TIME})", re.IGNORECASE)
    return _outside_labels(text, lambda part: pattern.sub(step, part))


def scaled(text: str, factor: float, *kinds: str) -> str:
    """The steps of these kinds that much longer, rounded down to usual times."""
    return _each(
        text, kinds, lambda kind, ms: f"{kind} {written_time(rounded(ms * factor))}"
    )


def broken(text: str, longest: int) -> str:
    """Every run longer than that with walks of a minute in it, its time about as before."""

    def change(kind: str, ms: int) -> str:
        if ms <= longest:
            return f"{kind} {written_time(ms)}"
        parts = -(-ms // longest)
        run = written_time(rounded(ms / parts))
        return f"{parts}x({kind} {run}, walk 1m) skip last walk"

    return _each(text, ("run",), change)


def fewer_rounds(text: str, factor: float) -> str:
    """Its `N x (` and `for T (` with fewer rounds or less time."""

    def times(found: re.Match[str]) -> str:
        return f"{max(int(int(found[1]) * factor), 1)}x("

    def lasting(found: re.Match[str]) -> str:
        read = steps_of(f"run {found[1].strip()}")
        return f"for {written_time(rounded(read.total * factor))} (" if read else found[0]

    def change(part: str) -> str:
        part = re.sub(r"(\d+)\s*[xX×]\s*\(", times, part)
        return re.sub(rf"(?i)\bfor\s+({_TIME})\s*\(", lasting, part)

    return _outside_labels(text, change)


def _shorter(text: str) -> Iterator[str]:
    for factor in _FACTORS:
        yield fewer_rounds(text, factor)
        yield scaled(text, factor, "run", "walk", "hike")


def at_most(session: Session, most: int) -> str | None:
    """The session in at most that time."""
    fit = (text for text in _shorter(session.text) if _total(text) <= most)
    return next(fit, None)


def _total(text: str) -> float:
    read = steps_of(text)
    return read.total if read else float("inf")


def easier(session: Session, running: float) -> str | None:
    """The session with at most that time of running, and as near to it as there is."""
    best, most = None, 0
    for factor in (0.95, *_FACTORS):
        for text in (
            fewer_rounds(session.text, factor),
            scaled(session.text, factor, "run"),
        ):
            read = steps_of(text)
            if read and most < read.running <= running:
                best, most = text, read.running
    return best


def without_last_walk(text: str) -> str | None:
    """The steps without a walk right before the cool-down."""
    candidates = (
        re.sub(r"\)\s*,\s*(?=cool\b)", ") skip last walk, ", text),
        re.sub(rf"(?i),\s*walk\s+(?:{_TIME})\s*,\s*(?=cool\b)", ", ", text),
        _for_without_last(text),
    )
    for new in candidates:
        read = steps_of(new)
        if read and not last_walk(read) and new != text:
            return new
    return None


def _for_without_last(text: str) -> str:
    """`for T (` so much shorter that it ends with a run."""
    read = steps_of(text)
    walk = last_walk(read) if read else 0

    def shorter(found: re.Match[str]) -> str:
        lasting = steps_of(f"run {found[1].strip()}")
        return f"for {written_time(lasting.total - walk)} (" if lasting else found[0]

    return re.sub(rf"(?i)\bfor\s+({_TIME})\s*\(", shorter, text)


def last_walk(session: Session) -> int:
    """The time of the walk between the last run and the cool-down, 0 if there is none."""
    kinds = [step.kind for step in session.steps]
    if "run" not in kinds or "cool" not in kinds:
        return 0
    at = len(kinds)
    while at and kinds[at - 1] == "cool":
        at -= 1
    step = session.steps[at - 1]
    ends = at < len(kinds) and "run" in kinds[:at]
    return step.ms if ends and step.kind == "walk" and not step.open else 0


def with_countdown(text: str, shortest: int) -> str:
    """All steps so much longer that the shortest has a countdown, in so many fewer rounds."""
    times = -(-_LEAST // shortest)
    longer = _each(
        text, ("run", *BREAKS), lambda kind, ms: f"{kind} {written_time(ms * times)}"
    )

    def rounds(found: re.Match[str]) -> str:
        # of one round alone, `skip last walk` would leave no walk
        return f"{min(int(found[1]), max(2, -(-int(found[1]) // times)))}x("

    return re.sub(r"(\d+)\s*[xX×]\s*\(", rounds, longer)
