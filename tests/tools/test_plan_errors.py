"""Every error of the plan language: where it stands, and what a host says to type.

The clip finds the same at the same place, and says less: tests/core/test_plan_faults.py.

Columns of `steps_fault` count from the begin of the steps.
"""

import pytest
from plan_texts import fault, faults, plan, scan, steps, steps_fault, stream, timeline

KINDS = "warm, run, walk, hike, rest, cool"


class TestTheTableOfErrors:
    """The rows of the language's page, with the first wrong character of each."""

    @pytest.mark.parametrize(
        "text, column, says",
        [
            ("walk 5", 7, ["5 what?", "write 5m or 5s"]),
            ("walk 5, run 5m", 7, ["5 what?", "write 5m or 5s"]),
            ("run 1.5m", 6, ["write 1m30s"]),
            ("run 1.5 min", 6, ["write 1m30s"]),
            ("run 0.5h", 6, ["write 30m"]),
            ("run 2.25m", 6, ["write 2m15s"]),
            ("run 1,5m", 6, ["write 1m30s"]),
            ("run 5'", 6, ["write 5m"]),
            ("run 5’", 6, ["write 5m"]),
            ("run 1'30\"", 6, ["write 1m30s"]),
            ("run 1'30", 6, ["write 1m30s"]),
            ("run 1m30", 9, ["write 1m30s"]),
            ("run 1m 30", 10, ["write 1m30s"]),
            ("run 1h30", 9, ["write 1h30m"]),
            ("run 2 mns", 7, ["expected a time such as 1m30s or 1:30", 'found "2 mns"']),
            ("jog 5m", 1, ["write run", KINDS]),
            ("warmup 5m", 1, ["write warm", KINDS]),
            ("cooldown 5m", 1, ["write cool", KINDS]),
            ("warm up 5m", 6, ["write warm 5m"]),
            ("cool-down 5m", 5, ["write cool 5m"]),
            ("3x run 8m", 4, ["write 3x(run 8m)"]),
            ("warm 5m, 3x run 8m, cool 5m", 13, ["write 3x(run 8m)"]),
            ("3xrun 8m", 3, ["write 3x(run 8m)"]),
            ("8*(run 1m, walk 2m)", 2, ["write 8x(…)", "8x(run 1m, walk 2m)"]),
            ("8(run 1m)", 2, ["write 8x(…)", "8x(run 1m)"]),
            ("x8(run 1m, walk 2m)", 1, ["write 8x(…)", "8x(run 1m, walk 2m)"]),
            ("(run 1m, walk 2m)x8", 1, ["write 8x(…)", "8x(run 1m, walk 2m)"]),
            ("run 5m walk 2m", 8, ["a comma is missing before walk"]),
            ("2x(run 5m walk 2m)", 11, ["a comma is missing before walk"]),
            ("run 5m 3x(walk 2m)", 8, ["a comma is missing before 3x"]),
            ("run 5m,", 8, ["a step is missing after the comma, or take the comma away"]),
            ("run 5m, ", 9, ["a step is missing after the comma, or take the comma away"]),
            ("2x(run 5m,)", 11, ["a step is missing after the comma"]),
            ("0x(run 5m)", 1, ["at least 1"]),
            ("run 0s", 5, ["at least 3 s"]),
            ("run5m", 4, ["write run 5m"]),
            ("2x(run 5m", 10, ["the ( at column 11 is not closed"]),
            ("2x(3x(run 5m), walk 2m # )", 24, ["the ( at column 11 is not closed"]),
            ('run 5m "easy', 13, ['the " at column 16 is not closed']),
            ("run 5km", 6, ["plans count time, not distance"]),
            ("run 5 miles", 7, ["plans count time, not distance"]),
            ("run 5.5 km", 6, ["plans count time, not distance"]),
        ],
    )
    def test_in_steps(self, text, column, says):
        at, message = steps_fault(text)
        assert (at, [part for part in says if part not in message]) == (column, []), message

    @pytest.mark.parametrize(
        "text, column, says",
        [
            ("week 3-1: run 5m", 8, ["the range backwards", "1-3"]),
            ("week 1 day 3-2: run 5m", 14, ["the range backwards", "2-3"]),
            ("week 1 x0: run 5m", 9, ["at least 1"]),
            ("week1day2: run 5m", 5, ["write week 1 day 2"]),
            ("week 1day 2: run 5m", 7, ["write 1 day"]),
            ("wk 1: run 5m", 1, ["write week 1"]),
            ("wk 2 x3: run 5m", 1, ["write week 2 x3"]),
            ("week 1 3x: run 5m", 8, ["write x3"]),
            ("week 1 run 5m", 8, ["colon", "week 1:"]),
            ("week 1, 2: run 5m", 9, ["week 1-2"]),
            ("day 2: run 5m", 1, ["write week 1 day 2"]),
            ("run 5m", 1, ["write week 1:"]),
            ("askpain", 1, ["write ask pain"]),
            ("ask", 4, ["write ask pain"]),
            ("rest 1", 7, ["write rest 1 day"]),
            ("rest 5m, run 5m", 7, ["write", "rest 1 day"]),
            ("remind drink every 20m", 8, ['write remind "drink" every 20m']),
            ('remind "drink" 20m', 16, ['write remind "drink" every 20m']),
            ("workout Trail: run 5m", 9, ['write workout "Trail"']),
            ("plan", 5, ["a text after plan"]),
            ("plan  # none", 7, ["a text after plan"]),
            ("about", 6, ["a text after about"]),
            ("plan5", 5, ["write plan 5"]),
            ("title Mine", 1, ["write plan"]),
            ("\ufeffjog 5m", 1, ["week"]),
            ("\tjog 5m", 2, ["week"]),
        ],
    )
    def test_in_lines(self, text, column, says):
        line, at, message = fault(text + "\n")
        assert line == 1
        assert (at, [part for part in says if part not in message]) == (column, []), message


@pytest.mark.parametrize(
    "text, column",
    [
        ("", 1), ("run", 4), ("run easy", 5), ('run "easy" 5m', 5), ("run 1:75", 7),
        ("run 1:60", 7), ("run 1:5", 8), ("run 1:", 7), ("run 1: 30", 7), ("run 1 :30", 7),
        ("run 1:300", 9), ("run 1:30s", 9), ("run 1:00:61", 10), ("run 1:00:00:00", 12),
        ("run :30", 5), ("run 1h60m", 7), ("run 1m60s", 7), ("run 1h75s", 7), ("run 30s1m", 8),
        ("run 1m1m", 8), ("run 1m1h", 8), ("run 5m)", 7), ("2x()", 4), ("run 5m,,walk 5m", 8),
        (",run 5m", 1), ("run -5m", 5), ("run 5m; walk 5m", 7), ("run 5m (easy)", 8),
        ('run 5m "a" "b"', 12), ("2x(run 5m)(walk 5m)", 11), ("2x(run 5m) walk 5m", 12),
        ("2x(run 5m)skiplast run", 11), ("2x(run 5m) skip run", 17), ("2x(run 5m) skip last", 21),
        ("2x(run 5m) skip last 5", 22), ("2x(run 5m, walk 5m) skip last run", 31),
        ("1x(run 5m) skip last run", 22), ("for 5m (run 1m) skip last run", 17),
        ("run 5m skip last run", 8), ("for (run 5m)", 5), ("for 5m run 5m", 8),
        ("for5m (run 1m)", 4), ("for open (run 1m)", 5), ("for 5m (run open)", 13),
        ("for 5m (2x(walk 5s, for 5s (run 4s)))", 21), ("for 5m (2x(run open))", 16),
        ("repeat run 5m", 8), ("2x(repeat (run 5m))", 4), ("repeat (repeat (run 5m))", 9),
        ("repeat (run 5m), cool 5m", 16), ("repeat (run 5m) cool 5m", 17),
        ("repeat (run 5m) skip last run", 17), ("runopen", 1), ("run open5", 9),
        ("run5", 4), ("x(run 5m)", 1), ("2y(run 5m)", 2), ("run 5½m", 6), ("5m run", 1),
    ],
)  # fmt: skip
def test_the_first_wrong_character(text, column):
    at, message = steps_fault(text)
    assert at == column, message
    assert message


def test_what_a_wrong_skip_last_found():
    assert "the last step of this group is walk" in steps_fault(
        "2x(run 5m, walk 5m) skip last run"
    )[1]
    assert "is run" in steps_fault("1x(run 5m) skip last run")[1]
    assert "is hike" in steps_fault("2x(run 5m, for 4m (run 3m, hike 2m)) skip last run")[1]


def test_times_that_can_be_typed():
    for wrong, right in [
        ("1:75", "2m15s"), ("1h60m", "2h"), ("30s1m", "1m30s"), ("1: 30", "1m30s"), ("1m1m", "2m"),
        ("1:30s", "1m30s"), ("1h1.5m", "1h1m30s"), ('30"', "30s"),
    ]:  # fmt: skip
        assert steps_fault(f"run {wrong}")[1].endswith(f": write {right}"), wrong
    assert "write 2m," in steps_fault("run 2")[1]  # 2s would be under 3 s
    assert "write 2000s" not in steps_fault("run 2000")[1]


class TestDuplicates:
    def test_of_a_session_stand_at_the_later_line_and_name_both(self):
        text = "week 1-3: run 5m\n\nweek 5: run 5m\nweek 2 x3: run 5m\n"
        line, column, message = fault(text)
        assert (line, column) == (4, 6)
        assert "line 1" in message and "line 4" in message and "week 2 day 1" in message

    def test_are_all_told(self):
        text = "week 1: run 5m\n" * 3 + "week 1 day 2: run 5m\nweek 1 day 1-2: run 5m"
        assert [line for line, _, _ in faults(text)] == [2, 3, 5]
        assert all("line 1" in message for _, _, message in faults(text))

    def test_of_a_line_with_wrong_steps_count_too(self):
        found = faults("week 1: jog 5m\nweek 1: run 5m")
        assert [f[0] for f in found] == [1, 2]

    def test_of_a_wrong_head_do_not(self):
        assert [f[0] for f in faults("week 1 x15: run 5m\nweek 1: run 5m")] == [1]

    def test_of_a_workout(self):
        line, column, message = fault('workout "a": run 5m\n#\nworkout  “ a ”: run 5m')
        assert (line, column) == (3, 10)
        assert "line 1" in message and "line 3" in message

    @pytest.mark.parametrize("once", ["plan A", "rest 1 day", "ask pain"])
    def test_of_what_stands_once(self, once):
        line, column, message = fault(f"{once}\nweek 1: run 5m\n  {once}")
        assert (line, column) == (3, 3)
        assert "line 1" in message and "line 3" in message

    def test_a_session_may_be_given_in_any_order(self):
        assert scan("week 2: run 5m\nweek 1 x2: run 5m").weeks() == [1, 2]


class TestLimits:
    @pytest.mark.parametrize(
        "good, bad, column, says",
        [
            ("run 3s", "run 2s", 5, "at least 3 s"),
            ("run 24h", "run 86401s", 5, "at most 24 h"),
            ("for 3s (run 5s)", "for 2s (run 5s)", 5, "at least 3 s"),
            ("for 24h (run 1h)", "for 25h (run 1h)", 5, "at most 24 h"),
            ("run 12h, run 12h", "run 12h, run 12h, run 3s", 19, "24 h"),
            ("24x(run 1h)", "25x(run 1h)", 1, "24 h"),
            ("repeat (run 24h)", "repeat (2x(run 13h))", 1, "24 h"),
            ("run open, run 24h, run open", "run open, run 24h, run 3s", 20, "24 h"),
            ("999x(run 3s)", "1000x(run 3s)", 1, "at most 999"),
            ("1x(run 3s)", "0x(run 3s)", 1, "at least 1"),
            ("3x(999x(run 3s)), 3x(run 3s)", "3x(999x(run 3s)), 4x(run 3s)", 19, "3,000"),
            ("for 2:30:00 (run 3s)", "for 2:30:03 (run 3s)", 1, "3,000"),
            ("3x(500x(run 3s, walk 3s))", "7x(429x(run open))", 1, "3,000"),
            ("repeat (4x(750x(run 3s)))", "repeat (run 3s, 4x(750x(run 3s)))", 1, "3,000"),
            ("2x(2x(2x(run 5m)))", "2x(2x(2x(2x(run 5m))))", 10, "3 deep"),
            ("repeat (2x(for 5m (run 1m)))", "repeat (2x(2x(for 5m (run 1m))))", 15, "3 deep"),
            ("2x(2x(for 5m (run 1m)))", "2x(2x(for 5m (2x(run 1m))))", 15, "3 deep"),
            (f'run 5m "{"é" * 24}"', f'run 5m "{"é" * 25}"', 33, "24 characters"),
            (f'run 5m "  {"x" * 24} "', f'run 5m "  {"x" * 25} "', 35, "24 characters"),
            ('run 5m "x"', 'run 5m ""', 9, "label"),
            ('run 5m " x "', 'run 5m "  "', 11, "label"),
        ],
    )
    def test_of_steps(self, good, bad, column, says):
        assert timeline(good)
        at, message = steps_fault(bad)
        assert (at, says in message) == (column, True), message

    def test_a_step_dropped_by_skip_last_does_not_count(self):
        assert steps("1x(run 24h, walk 3s) skip last walk").n == 1
        assert steps("1x(for 9003s (run 3s)) skip last run").n == 3000
        assert steps("24x(for 1h (run 30s, walk 30s))").n == 2880

    def test_of_labels_in_a_session(self):
        labels = [f'run 5m "{n}"' for n in range(32)]
        good = ", ".join([*labels, 'run 5m "0"'])
        assert len(steps(good).labels) == 32
        at, message = steps_fault(good + ', walk 1m "new"')
        assert (at, "32" in message) == (len(good) + 11, True)

    @pytest.mark.parametrize(
        "good, bad, column, says",
        [
            ("week 99: run 5m", "week 100: run 5m", 6, "99"),
            ("week 1: run 5m", "week 0: run 5m", 6, "at least 1"),
            ("week 1-99: run 5m", "week 1-100: run 5m", 8, "99"),
            ("week 1 day 14: run 5m", "week 1 day 15: run 5m", 12, "14"),
            ("week 1 day 1-14: run 5m", "week 1 day 0: run 5m", 12, "at least 1"),
            ("week 1 x14: run 5m", "week 1 x15: run 5m", 9, "14"),
            ("rest 14 days\nweek 1: run 5m", "rest 15 days\nweek 1: run 5m", 6, "14"),
            ("rest 1 day\nweek 1: run 5m", "rest 0 days\nweek 1: run 5m", 6, "at least 1"),
            (
                'remind "a" every 1m\nweek 1: run 5m',
                'remind "a" every 59s\nweek 1: run 5m',
                18,
                "at least 1 min",
            ),
            (
                'remind "a" every 24h\nweek 1: run 5m',
                'remind "a" every 25h\nweek 1: run 5m',
                18,
                "at most 24 h",
            ),
            (f"plan {'é' * 48}\nweek 1: run 5m", f"plan {'é' * 49}\nweek 1: run 5m", 54, "48"),
            (f'workout "{"x" * 24}": run 5m', f'workout "{"x" * 25}": run 5m', 34, "24"),
            (f'week 1 "{"x" * 24}": run 5m', f'week 1 "{"x" * 25}": run 5m', 33, "24"),
        ],
    )
    def test_of_lines(self, good, bad, column, says):
        assert scan(good)
        line, at, message = fault(bad)
        assert (line, at, says in message) == (1, column, True), message

    @pytest.mark.parametrize("letter", ["x", "é", "€", "🏃"])
    def test_of_a_line(self, letter):
        line = "week 1: run 5m #" + letter * 984
        assert len(line) == 1000
        assert scan(line + "\nweek 2: run 5m").weeks() == [1, 2]
        found = faults(line + letter + "\nweek 2: jog\n")
        assert [f[:2] for f in found] == [(1, 1001), (2, 9)]
        assert "1,000 characters" in found[0][2]
        found = faults("#" + letter * 7000 + "\r\njog")
        assert [f[:2] for f in found] == [(1, 1001), (2, 1)]

    def test_of_workouts(self):
        text = "".join(f'workout "{n}": run 5m\n' for n in range(64))
        assert len(scan(text).workouts) == 64
        line, column, message = fault(text + 'workout "64": run 5m')
        assert (line, column, "64" in message) == (65, 1, True)

    def test_of_reminders(self):
        text = "week 1: run 5m\n" + 'remind "a" every 5m\n' * 8
        assert len(scan(text).reminders) == 8
        line, column, message = fault(text + ' remind "a" every 5m')
        assert (line, column, "8" in message) == (10, 2, True)

    def test_of_a_file(self):
        text = "week 1: run 5m\n"
        assert scan(text + ("#" * 63 + "\n") * 511 + "#" * 49).weeks() == [1]
        text += ("#" * 63 + "\n") * 511 + "#" * 50
        assert len(text) == 32 * 1024 + 1
        line, column, message = fault(text)
        assert (line, column, "32 KiB" in message) == (1, 1, True)

    @pytest.mark.parametrize(
        "text", ["", "\n", "\ufeff", "# nothing\n", "plan A\nrest 1 day\nask pain"]
    )
    def test_a_file_without_a_session(self, text):
        line, column, message = fault(text)
        assert (line, column) == (1, 1)
        assert "at least one session" in message

    def test_a_session_with_a_fault_is_a_session_all_the_same(self):
        assert [f[:2] for f in faults("plan A\nweek 1: jog 5m")] == [(2, 9)]
        assert [f[:2] for f in faults("plan A\nwk 1: run 5m")] == [(2, 1)]

    def test_a_file_without_a_session_may_have_other_faults(self):
        assert [f[:2] for f in faults("plan A\nrest 0 days")] == [(1, 1), (2, 6)]
        assert [f[:2] for f in faults("rest 0 days\n")] == [(1, 6)]  # one error a line


def test_all_errors_are_told_and_the_rest_is_read():
    text = 'plan A\nrest 99 days\nweek 1: run 5m\nweek 2: jog 5m\nworkout "w": walk 5\nask pain'
    found = []
    read = plan.scan(stream(text), "x", lambda *fault: found.append(fault[:2]))
    assert found == [(2, 6), (4, 9), (5, 20)]
    assert (read.title, read.rest, read.ask_pain, read.workouts) == ("A", 0, True, ["w"])
    assert read.has(1, 1)


def test_utf_16_is_told_to_be_saved_as_utf_8():
    for codec in ("utf-16-le", "utf-16-be"):
        found = faults("\ufeffweek 1: run 5m\n".encode(codec))
        assert found[0][:2] == (1, 1)
        assert "save the file as UTF-8" in found[0][2]


def test_the_byte_that_is_no_utf_8_is_named():
    for wrong, name in [(b"\xff", "FF"), (b"\xc3(", "C3"), (b"\xed\xa0\x80", "ED")]:
        assert f"the byte {name}:" in fault("week 1: run 5m # é".encode() + wrong)[2]


def test_columns_count_characters():
    for before, column in [("🏃é", 22), ("\t", 21), ("\u00a0", 21)]:
        assert fault(f'week 1: run 5m "a{before}",jog 5m')[1] == column
    assert fault("\ufeffweek 1: jog 5m")[1] == 9
