"""What the clip itself says about a fault: a few words for a small display.

Where faults stand, and the whole sentences of a host: tests/tools/test_plan_errors.py.
"""

import pytest
from planning import fault, faults, steps_fault

LONGEST = 42  # characters: two lines of a display's small letters


@pytest.mark.parametrize(
    "steps, column, message",
    [
        ("walk 5", 7, "expected a time such as 1m30s or 1:30"),
        ("run 1.5m", 6, "expected a time such as 1m30s or 1:30"),
        ("run", 4, "expected a time such as 1m30s or 1:30"),
        ("run 2s", 5, "expected 3 s to 24 h"),
        ("jog 5m", 1, "expected a step such as run 5m"),
        ("run 5m,", 8, "expected a step such as run 5m"),
        ("run 5m walk 2m", 8, "expected a comma"),
        ("3x run 8m", 4, "expected ("),
        ("8*(run 1m)", 2, "expected x"),
        ("0x(run 5m)", 1, "expected 1 to 999"),
        ("run5m", 4, "expected a blank"),
        ('run 5m "easy', 13, 'expected a closing "'),
        ('run 5m ""', 9, "expected a text"),
        (f'run 5m "{"x" * 25}"', 33, "more than 24 characters"),
        ("2x(run 5m, walk 5m) skip last run", 31, "expected walk"),
        ("1x(run 5m) skip last run", 22, "no step would be left"),
        ("for 5m (run open)", 13, "open in a for"),
        ("for 5m (for 5m (run 1m))", 9, "for in a for"),
        ("2x(repeat (run 5m))", 4, "repeat in a group"),
        ("repeat (run 5m), run 5m", 16, "nothing follows repeat"),
        ("2x(2x(2x(2x(run 5m))))", 10, "more than 3 groups deep"),
        ("7x(429x(run open))", 1, "more than 3,000 steps"),
        ("25x(run 1h)", 1, "more than 24 h"),
    ],
)
def test_in_steps(steps, column, message):
    assert steps_fault(steps) == (column, message)


@pytest.mark.parametrize(
    "text, place, message",
    [
        ("jog 5m", (1, 1), "expected week or workout"),
        ("week 1 run 5m", (1, 8), "expected a colon"),
        ("week 100: run 5m", (1, 6), "expected 1 to 99"),
        ("week 3-1: run 5m", (1, 8), "backwards"),
        ("workout Trail: run 5m", (1, 9), "expected a label in quotes"),
        ("week 1: run 5m\nweek 1: run 5m", (2, 6), "week 1 day 1 twice"),
        ('workout "é": run 5m\nworkout "é": run 5m', (2, 9), 'workout "é" twice'),
        ("ask pain\nweek 1: run 5m\nask pain", (3, 1), "ask twice"),
        ("rest 2 day 5\nweek 1: run 5m", (1, 12), "expected the end of the line"),
        ('week 1: run 5m\nremind "drink" 20m', (2, 16), "expected every"),
        ("week 1: run 5m\n" + "#" * 1001, (2, 1001), "more than 1,000 characters"),
        (b"week 1: run 5m\n\xff", (2, 1), "not UTF-8"),
        ("plan A", (1, 1), "expected a session"),
        ("#" * 32_769, (1, 1), "more than 32 KiB"),
    ],
)
def test_in_lines(text, place, message):
    line, column, said = fault(text)
    assert ((line, column), said) == (place, message)
    assert len(said) <= LONGEST


def test_those_of_the_whole_file_come_last():
    assert [f[:2] for f in faults("plan A\nrest 0 days")] == [(2, 6), (1, 1)]
