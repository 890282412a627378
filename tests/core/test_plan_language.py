"""What a plan means: the grammar, groups, times, and what editors do to a text."""

import json
from pathlib import Path

import pytest
from planning import LAST_ROUND, faults, of_steps, plan, scan, steps, stream, timeline

VECTORS = Path(__file__).parents[1] / "vectors"

EXAMPLE = """\
plan Ten weeks to running
about From one minute of running to half an hour without a break.
rest 1 day
week 1-2 x3: warm 5m, 8x(run 1m, walk 2m), cool 5m
week 3-4 x3: warm 5m, 8x(run 2m, walk 1m), cool 5m
week 5-6 x3: warm 5m, 6x(run 4m, walk 1m), cool 5m
week 7-8 x3: warm 5m, 3x(run 8m, walk 1m), cool 5m
week 9-10 x3: warm 5m, run 30m, cool 5m     # continuous, if desired

week 11 day 1 "Longer": warm 5m, run 20m, walk 5m, run 20m, cool 5m
workout "Marathon long run": for 3h (run 4m, walk 1m)
workout "Trail": repeat (run open "flat", hike open "climb")
remind "drink" every 20m
"""


class TestAWholePlan:
    def test_says_what_it_is(self):
        read = scan(EXAMPLE, keep_about=True)
        assert read.title == "Ten weeks to running"
        assert read.about == "From one minute of running to half an hour without a break."
        assert read.rest == 1
        assert read.ask_pain is False
        assert read.reminders == [("drink", 20 * 60_000)]
        assert read.workouts == ["Marathon long run", "Trail"]

    def test_knows_its_weeks_and_days(self):
        read = scan(EXAMPLE)
        assert read.weeks() == list(range(1, 12))
        assert read.days(4) == [1, 2, 3]
        assert read.days(11) == [1]
        assert read.days(12) == []
        assert read.has(10, 3) and not read.has(10, 4) and not read.has(0, 1)
        assert not read.has(1, 0) and not read.has(1, 15) and not read.has(100, 1)

    def test_goes_through_them_by_number(self):
        read = scan("week 9: run 5m\nweek 2 day 3: run 5m\nweek 2 day 1: run 5m\n")
        assert read.first() == (2, 1)
        assert read.after(2, 1) == (2, 3)
        assert read.after(2, 2) == (2, 3)  # a place that the plan lost
        assert read.after(2, 3) == (9, 1)
        assert read.after(9, 1) is None
        assert read.last() == (9, 1)
        assert read.nearest_before(9, 1) == (2, 3)
        assert read.nearest_before(5, 7) == (2, 3)
        assert read.nearest_before(2, 1) is None

    def test_at_the_edges_of_the_numbers(self):
        read = scan("week 99 day 14: run 5m\nweek 1 day 1: run 5m")
        assert (read.first(), read.last()) == ((1, 1), (99, 14))
        assert read.after(1, 1) == (99, 14)
        assert read.after(99, 14) is None
        assert read.nearest_before(99, 14) == (1, 1)

    def test_of_workouts_alone_has_no_first_session(self):
        read = scan('workout "a": run 5m')
        assert read.first() is None and read.last() is None and read.weeks() == []

    def test_takes_its_title_from_the_file_if_it_has_none(self):
        assert scan("week 1: run 5m", "my weeks").title == "my weeks"
        assert scan("week 1: run 5m", "x").rest == 0

    def test_loads_each_session_and_workout(self):
        def load(**which):
            return plan.load_steps(stream(EXAMPLE), **which)

        longer = load(week=11, day=1)
        assert of_steps(longer) == [
            ("warm", 300), ("run", 1200), ("walk", 300), ("run", 1200), ("cool", 300)
        ]  # fmt: skip
        assert longer.session_label == "Longer"
        assert longer.text == b"warm 5m, run 20m, walk 5m, run 20m, cool 5m"
        assert of_steps(load(week=10, day=2)) == [("warm", 300), ("run", 1800), ("cool", 300)]
        assert load(week=10, day=2).text == b"warm 5m, run 30m, cool 5m"
        assert load(workout="Marathon long run").n == 72
        assert load(workout="Trail").labels == ["flat", "climb"]
        for missing in ({"week": 11, "day": 2}, {"week": 0, "day": 0}, {"workout": "trail"}):
            with pytest.raises(KeyError):
                load(**missing)

    def test_loads_beside_a_line_that_is_wrong(self):
        text = "jog\nweek 1: jog 5m\nplan " + "x" * 2000 + "\nweek 2: run 5m\n"
        assert of_steps(plan.load_steps(stream(text), 2, 1)) == [("run", 300)]
        with pytest.raises(plan.PlanError):
            plan.load_steps(stream(text), 1, 1)

    def test_head_reads_the_title_alone(self):
        assert plan.head(stream(EXAMPLE), "x") == "Ten weeks to running"
        assert plan.head(stream("week 1: jog 5m\n plan  Été # c\n"), "x") == "Été"
        assert plan.head(stream("\n" * 19 + "plan Here"), "x") == "Here"
        assert plan.head(stream("\n" * 20 + "plan Too late"), "x") == "x"
        assert plan.head(stream("plan " + "x" * 49), "stem") == "stem"
        assert plan.head(stream(b"\xff\xff"), "stem") == "stem"
        assert plan.head(stream(""), "stem") == "stem"


class TestStatements:
    @pytest.mark.parametrize(
        "line, days",
        [
            ("week 1: run 5m", [(1, 1)]),
            ("week 1 x3: run 5m", [(1, 1), (1, 2), (1, 3)]),
            ("week 1x3: run 5m", [(1, 1), (1, 2), (1, 3)]),
            ("week 1 X 3 : run 5m", [(1, 1), (1, 2), (1, 3)]),
            ("week 1, x2: run 5m", [(1, 1), (1, 2)]),
            ("week 1 × 2: run 5m", [(1, 1), (1, 2)]),
            ("WEEKS 1-2 Day 3: run 5m", [(1, 3), (2, 3)]),
            ("week 1 – 2, days 2—3: run 5m", [(1, 2), (1, 3), (2, 2), (2, 3)]),
            ("week 4 day 2-3: run 5m", [(4, 2), (4, 3)]),
            ("  week 4 day 14  : run 5m", [(4, 14)]),
            ("week 7,: run 5m", [(7, 1)]),
            ('week 7"Long":run 5m', [(7, 1)]),
            ('week 7x2"Long":run 5m', [(7, 1), (7, 2)]),
            ("week 5-5: run 5m", [(5, 1)]),
        ],
    )
    def test_week(self, line, days):
        read = scan(line)
        assert [(w, d) for w in read.weeks() for d in read.days(w)] == days

    def test_headers(self):
        read = scan("PLAN\tA # b\nRest 14 Days\nASK  pain\nweek 1: run 5m # c\n#\n   \n")
        assert (read.title, read.rest, read.ask_pain) == ("A", 14, True)
        assert scan("rest 1 day#x\nweek 1: run 5m").rest == 1

    def test_about_may_stand_on_several_lines(self):
        text = "about One # comment\nweek 1: run 5m\nabout  two  "
        assert scan(text, keep_about=True).about == "One two"
        assert scan(text).about is None

    def test_quotes_mean_nothing_in_texts_and_a_comment_needs_a_blank(self):
        assert scan('plan 5" C# and #more\nweek 1: run 5m').title == '5" C# and'
        assert scan('plan "Long\nweek 1: run 5m').title == '"Long'
        assert scan("plan a#b\nweek 1: run 5m").title == "a#b"
        assert scan("plan a\u00a0#b\nweek 1: run 5m").title == "a"

    def test_comments_begin_anywhere_outside_quotes(self):
        assert scan('workout "a # b": run 5m "#1"#end').workouts == ["a # b"]
        assert faults("week 1: run 5m,# walk 2m")[0][:2] == (1, 16)

    def test_two_reminders(self):
        read = scan('remind "drink" every 20m\nremind"eat"every 1:00:00\nweek 1: run 5m')
        assert read.reminders == [("drink", 1_200_000), ("eat", 3_600_000)]

    def test_labels_are_trimmed_and_compared_exactly(self):
        read = scan('workout " a b\u00a0": run 5m\nworkout "A b": run 5m\nworkout "a  b": run 5m')
        assert read.workouts == ["a b", "A b", "a  b"]

    def test_the_text_of_the_steps_is_kept_as_written(self):
        text = 'week 1 "L":  RUN 5 Min “fäst” ,\twalk\u00a02m   # easy\n'
        made = plan.load_steps(stream(text), 1, 1)
        assert made.text == 'RUN 5 Min “fäst” ,\twalk\u00a02m'.encode()
        again = steps(made.text)
        assert of_steps(again) == of_steps(made) == [("run", 300), ("walk", 120)]
        assert again.labels == made.labels == ["fäst"]
        assert again.text == made.text


class TestGroups:
    @pytest.mark.parametrize("line", (VECTORS / "plans.jsonl").read_text("utf-8").splitlines())
    def test_vectors(self, line):
        case = json.loads(line)
        assert timeline(case["steps"]) == [tuple(step) for step in case["timeline"]]

    def test_skip_last_takes_the_last_step_after_unrolling(self):
        assert timeline("2x(2x(run 9s, walk 8s) skip last walk) skip last run") == [
            ("run", 9), ("walk", 8), ("run", 9), ("run", 9), ("walk", 8)
        ]  # fmt: skip
        assert timeline("2x(hike 5s, 3x(run 9s)) skip last run") == [
            ("hike", 5), ("run", 9), ("run", 9), ("run", 9), ("hike", 5), ("run", 9), ("run", 9)
        ]  # fmt: skip
        assert timeline("2x(run open) skip last run, cool 3s") == [("run", None), ("cool", 3)]

    def test_skip_last_three_deep_knows_each_kind(self):
        text = (
            "1x(1x(1x(run 3s, walk 4s, hike 5s, rest 6s, cool 7s) skip last cool) skip last rest)"
            " skip last hike"
        )
        assert timeline(text) == [("run", 3), ("walk", 4)]
        text = "2x(2x(rest 3s, 2x(run 5s, walk 4s) skip last walk) skip last run)skip last walk"
        half = [
            ("rest", 3), ("run", 5), ("walk", 4), ("run", 5), ("rest", 3), ("run", 5), ("walk", 4)
        ]  # fmt: skip
        assert timeline(text) == half + half[:-1]

    def test_skip_last_counts_a_cut_step(self):
        text = "2x(run 1m, for 31s (run 10s, walk 10s)) skip last run"
        assert timeline(text) == [
            ("run", 60), ("run", 10), ("walk", 10), ("run", 11), ("run", 60), ("run", 10),
            ("walk", 10),
        ]  # fmt: skip

    def test_for_cuts_in_the_middle_of_a_group_that_loses_its_last_step(self):
        text = "for 85s (3x(run 20s, walk 10s) skip last walk, hike 45s)"
        runs = [("run", 20), ("walk", 10), ("run", 20), ("walk", 10), ("run", 20)]
        assert timeline(text) == [*runs, ("hike", 5)]
        assert timeline(text.replace("85s", "82s")) == [*runs[:-1], ("run", 22)]

    @pytest.mark.parametrize("seconds, last", [(3, 3), (5, 5), (10, 10), (11, 11), (12, 12)])
    def test_for_shorter_than_its_first_step(self, seconds, last):
        assert timeline(f"for {seconds}s (run 10s, walk 10s)") == [("run", last)]

    def test_for_leaves_no_step_under_3_s(self):
        assert timeline("for 13s (run 10s, walk 10s)") == [("run", 10), ("walk", 3)]
        assert timeline("for 22s (run 10s, walk 10s)") == [("run", 10), ("walk", 12)]
        assert timeline("for 24h (run 24h)") == [("run", 86400)]

    def test_for_may_hold_more_than_it_has_time_for(self):
        assert timeline("for 1h (8x(run 5h))") == [("run", 3600)]
        assert timeline("for 9s (999x(999x(run 3s)))") == [("run", 3)] * 3

    def test_repeat_counts_one_round(self):
        made = steps("warm 1m, repeat (run 2m, 2x(walk 1m))")
        assert of_steps(made) == [("warm", 60), ("run", 120), ("walk", 60), ("walk", 60)]
        assert made.repeat_from == 1
        assert list(made.round) == [0, 1, 1, 2]
        assert list(made.rounds) == [0, 0xFFFF, 2, 2]
        assert steps("repeat (run 5m)").repeat_from == 0
        assert steps("run 5m").repeat_from == -1

    def test_rounds_are_those_of_the_innermost_group(self):
        made = steps("warm 1m, 2x(run 1m, 3x(walk 1m), hike 1m), for 5m(run 2m), cool 1m")
        assert list(made.round) == [0] + [1, 1, 2, 3, 1] + [2, 1, 2, 3, 2] + [1, 2, 3] + [0]
        assert list(made.rounds) == [0] + [2, 3, 3, 3, 2] * 2 + [0, 0, 0] + [0]

    def test_the_last_round_is_marked_where_an_outermost_group_enters_it(self):
        def marked(text):
            made = steps(text)
            return [i for i in range(made.n) if made.kind[i] & LAST_ROUND]

        assert marked("warm 1m, 3x(run 1m, walk 1m), cool 1m") == [5]
        assert marked("2x(2x(run 1m, walk 1m), rest 1m)") == [5]
        assert marked("1x(run 1m), run 1m") == []
        assert marked("2x(run 1m), 2x(walk 1m)") == [1, 3]
        assert marked("for 3m (2x(run 1m)), repeat (2x(run 1m))") == []
        assert marked("2x(for 1m (run 30s)), cool 1m") == [2]
        assert marked("2x(run 1m) skip last run, cool 1m") == []

    def test_starts_labels_and_open_steps(self):
        made = steps('warm 5m "a", run open "b", walk 2m, run 1m "a"')
        assert list(made.start) == [0, 300_000, 300_000, 420_000, 480_000]
        assert made.has_open is True and steps("run 5m").has_open is False
        assert list(made.label) == [1, 2, 0, 1]
        assert made.labels == ["a", "b"]
        assert made.n == 4

    def test_blanks_around_groups_are_free(self):
        assert timeline("3  X  (  run 1m  )skip  last\trun") == [("run", 60)] * 2
        assert timeline("for 2m(run 1m)") == timeline("FOR 2m ( run 1m )") == [("run", 60)] * 2
        assert timeline("2 × (run 1m),2×(run 1m)") == [("run", 60)] * 4
        assert timeline("repeat(run 1m)") == [("run", 60)]
        assert timeline('run 5m"a",walk open"b"') == [("run", 300), ("walk", None)]


@pytest.mark.parametrize(
    "time, seconds",
    [
        ("5m", 300), ("90s", 90), ("1h30m", 5400), ("1m30s", 90), ("5 min", 300), ("90 sec", 90),
        ("1 h 30 min", 5400), ("1:30", 90), ("1:00:00", 3600), ("90:00", 5400), ("90m", 5400),
        ("0:03", 3), ("00:03", 3), ("005m", 300), ("0h5m", 300), ("1h0m30s", 3630), ("1h30s", 3630),
        ("1 hr", 3600), ("2 hrs", 7200), ("1 hour", 3600), ("2 Hours", 7200), ("5 mins", 300),
        ("5 minute", 300), ("5 MINUTES", 300), ("5 s", 5), ("5 secs", 5), ("5 second", 5),
        ("5seconds", 5), ("1h59m59s", 7199), ("24h", 86400), ("1440m", 86400), ("86400s", 86400),
        ("24:00:00", 86400), ("1440:00", 86400), ("1m 30s", 90), ("1m\u00a030 s", 90),
        ("000000000000000000000000000000003s", 3), ("0:05:00", 300),
    ],
)  # fmt: skip
def test_times(time, seconds):
    assert timeline(f"run {time}") == [("run", seconds)]
    if seconds < 20_000:
        assert timeline(f'run {time}"l",walk {time} , 2x(run {time})')[1] == ("walk", seconds)


class TestWhatEditorsDo:
    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
    @pytest.mark.parametrize("mark", ["", "\ufeff"])
    def test_marks_and_line_ends(self, end, mark):
        text = mark + end.join(["plan A", "", "week 1: run 5m", "jog", "week 2: jog 5m"])
        assert [fault[:2] for fault in faults(text)] == [(4, 1), (5, 9)]
        assert [fault[:2] for fault in faults(text + end)] == [(4, 1), (5, 9)]
        assert plan.head(stream(text), "x") == "A"

    def test_line_ends_may_be_mixed(self):
        assert [f[0] for f in faults("jog\r\rjog\n\njog\r\n\r\njog\n\rjog")] == [1, 3, 5, 7, 9]

    @pytest.mark.parametrize("size", range(1, 8))
    def test_a_stream_may_give_few_bytes_at_a_time(self, size):
        class Slow:
            def __init__(self, data):
                self.inner = stream(data)
                self.seek = self.inner.seek

            def readinto(self, buffer):
                return self.inner.readinto(memoryview(buffer)[:size])

        text = "\ufeffplan É\r\nweek 1: run 5m\r\r\nweek 2: run 5m\n\r" + "#" * 1001 + "\r\njog"
        found = []
        read = plan.scan(Slow(text), "x", lambda *fault: found.append(fault[:2]))
        assert (read.title, read.weeks()) == ("É", [1, 2])
        assert found == [(6, 1001), (7, 1)]

    @pytest.mark.parametrize("blank", " \t\u00a0\u2007\u2009\u200a\u202f")
    def test_blanks(self, blank):
        text = "week 1 day 2 : run 5 min , walk 2m ".replace(" ", blank)
        assert scan(text).has(1, 2)
        assert scan(f"plan{blank}A{blank}b{blank}\nweek 1: run 5m").title == f"A{blank}b"
        assert scan(f'workout "{blank}a{blank}": run 5m').workouts == ["a"]

    @pytest.mark.parametrize(
        "code", [0x0B, 0x0C, 0x85, 0x2003, 0x2008, 0x200B, 0x2028, 0x3000, 0xFEFF]
    )
    def test_no_other_blanks(self, code):
        assert faults(f"week{chr(code)}1: run 5m")

    @pytest.mark.parametrize("opening", '"“”„‟«»')
    @pytest.mark.parametrize("closing", '"“”„‟«»')
    def test_quotes(self, opening, closing):
        assert scan(f"workout {opening}a{closing}: run 5m").workouts == ["a"]

    @pytest.mark.parametrize("dash", "-‐‑‒–—−")
    def test_dashes(self, dash):
        read = scan(f"week 1{dash}3 days 2{dash}3: run 5m")
        assert [(week, read.days(week)) for week in read.weeks()] == [
            (1, [2, 3]), (2, [2, 3]), (3, [2, 3])
        ]  # fmt: skip
        assert scan(f'workout "a{dash}b": run 5m').workouts == [f"a{dash}b"]

    def test_other_digits_and_letters_mean_nothing(self):
        for text in ("week １: run 5m", "week 1: run ５m", "wеek 1: run 5m", "week 1: ｒun 5m"):
            assert faults(text)

    def test_labels_and_titles_hold_any_unicode(self):
        label = "🏃 Жук\u0301 \x01ß"
        assert scan(f'plan {label}\nworkout "{label}": run 5m').workouts == [label]
        assert steps(f'run 5m "{label}"').labels == [label]

    @pytest.mark.parametrize(
        "wrong",
        [
            b"\x80", b"\xbf", b"\xc0\xaf", b"\xc1\xbf", b"\xc3", b"\xc3(", b"\xe0\x80\xaf",
            b"\xe0\x9f\xbf", b"\xe2\x82", b"\xe2(\xa1", b"\xed\xa0\x80", b"\xed\xbf\xbf",
            b"\xf0\x80\x80\xaf", b"\xf0\x8f\xbf\xbf", b"\xf0\x9f\x8f", b"\xf4\x90\x80\x80",
            b"\xf5\x80\x80\x80", b"\xf8\x88\x80\x80\x80", b"\xfe", b"\xff",
        ],
    )  # fmt: skip
    def test_what_is_no_utf_8_is_an_error_where_it_stands(self, wrong):
        text = 'plan é\nweek 1: run 5m "é'.encode() + wrong + b'"\nweek 2: run 5m'
        found = faults(text)
        assert [fault[:2] for fault in found] == [(2, 18)]
        assert "UTF-8" in found[0][2]
        assert faults(b"week 1: run 5m # " + wrong)[0][:2] == (1, 18)

    @pytest.mark.parametrize(
        "code", [0x7F, 0x80, 0x7FF, 0x800, 0xD7FF, 0xE000, 0xFFFF, 0x10000, 0x10FFFF]
    )
    def test_the_edges_of_utf_8_are_text(self, code):
        assert scan(f'workout "a{chr(code)}b": run 5m').workouts == [f"a{chr(code)}b"]

    def test_utf_16_is_no_utf_8(self):
        for codec in ("utf-16-le", "utf-16-be"):
            found = faults("\ufeffweek 1: run 5m\n".encode(codec))
            assert found[0] == (1, 1, "not UTF-8")
