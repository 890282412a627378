"""The host has a sentence for whatever the parser says, whatever a file holds."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plan_texts import fault, faults, steps_fault
from runwalk_tools.plans import parser

GOOD = """\
plan Zehn Wochen “zum Laufen”
about From one minute\tof running. # c
rest 1 day
ask pain
week 1-2 x3: warm 5m, 8x(run 1m, walk 2m) skip last walk, cool 5m
weeks 3–4 days 1—2 "lang": for 1h (run 1:30 "é", 2×(walk 90 sec, run 1 h))
workout "Trail": repeat (run open "flat", hike open «climb»)
remind "drink" every 20m
"""
PIECES = (
    '# ( ) , " x * - : ; . é ’ \u200b \n \r 0 5 5m 5 5m 1m30 1:75 1.5 1.5m km 9999999999 24h 0s '
    "run walk jog open for 3h repeat skip last rest week day workout every"
).split(" ")
PIECES += [" ", "run 5m", "skip last run", "for 9s (", "repeat (", "999x(", "*" * 60]

changes = st.tuples(st.integers(0, len(GOOD)), st.integers(0, 9), st.sampled_from(PIECES))


@settings(deadline=None, max_examples=300)
@given(st.lists(changes, min_size=1, max_size=5))
def test_there_is_one_for_every_fault(made):
    text = GOOD
    for at, cut, piece in made:
        text = text[:at] + piece + text[at + cut :]
    data = text.encode()
    short: list[tuple[int, int, str]] = []
    parser().scan(io.BytesIO(data), "x", lambda *fault: short.append(fault))
    found = faults(text)
    assert [f[:2] for f in found] == sorted(f[:2] for f in short)
    for (_, _, said), (_, _, message) in zip(found, sorted(short), strict=True):
        # never the bare message of the clip
        assert said and said != message and "\0" not in said


@pytest.mark.parametrize(
    "steps, column, says",
    [
        ("8 5m", 3, "write 8x(…)"),
        ("5m run", 1, "write run 5m"),
        ("run 5m’", 6, "write 5m"),
        ("run 5.", 6, "write 5m"),
        ("2x(run 5m) skip last5m", 21, "write skip last walk"),
        ('2x(run 5m "a)", walk 5m', 24, "the ( at column 11 is not closed"),
        ("x0(run 1m)", 1, "write 8x(…), here 8x(run 1m)"),
        ("()", 1, "write 8x(…)"),
        ("8x[run 1m]", 3, "write 8x(…)"),
        ("run 1.30", 6, "write 1m30s"),
        ("run 1.5", 6, "write 1m30s"),
        ("run 1.30m", 6, "write 1m18s"),
        ("run 5m 'easy'", 8, 'write a label as "easy"'),
        ("run 5m; walk 1m", 7, "write a comma"),
        ("run 5m.", 7, "take it away"),
        ("runn 5m", 1, "write run"),
        ("wal 5m", 1, "write walk"),
        ("2x(for 5m (run 2m, hike 2m)) skip last hike", 40, "is run: write skip last run"),
    ],
)
def test_of_rare_mistakes(steps, column, says):
    at, said = steps_fault(steps)
    assert (at, says in said) == (column, True), said


@pytest.mark.parametrize(
    "line, says",
    [
        ("week 1 to 3: run 5m", "write a range such as week 1-2, or a line a week"),
        ("weeks 1 and 3: run 5m", "write a range such as week 1-2, or a line a week"),
        ("week 1..3: run 5m", "write a range such as week 1-2, or a line a week"),
        ("week 1 day 1,3: run 5m", "write a range such as day 1-2, or a line a day"),
        ("week 1 day 2 today: run 5m", "write week 1 day 2: before the steps"),
        ("weeek 1: run 5m", "write week 1"),
        ('workout "Hill" 3: run 5m', 'write workout "Hill": before the steps'),
    ],
)
def test_of_rare_mistakes_before_the_steps(line, says):
    _, _, said = fault(line)
    assert said.endswith(says), said


@pytest.mark.parametrize("steps", ["8x run 1m walk 2m", "8(run 1m walk 2m)", "()", "8*()"])
def test_no_hint_is_itself_a_mistake(steps):
    _, said = steps_fault(steps)
    assert said.endswith("write 8x(…)"), said


def test_the_first_line_of_what_stands_twice_is_the_first_that_counts():
    text = "weeks 1-x: run 5m\nweek 1: jog\nweek 1-2: run 5m\nrest5 days\nrest 3 days\nrest 3 days"
    assert "on line 2 and again on line 3" in faults(text)[2][2]
    assert "on line 5 and again on line 6" in faults(text)[4][2]


def test_a_plan_of_any_line_ends_names_the_same_lines():
    for end in ("\n", "\r", "\r\n"):
        line, column, said = fault(end.join(["\ufeffweek 1: run 5m", "", "week 1: run 5m"]))
        assert (line, column) == (3, 6) and "on line 1 and again on line 3" in said
