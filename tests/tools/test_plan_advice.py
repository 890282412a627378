"""`plan check` advises: plans with one mistake each, and the library, which is meant as it is.

Each plan below is written by hand so that one thing is wrong; the numbers beside it are
reckoned by hand.
"""

import re
from pathlib import Path

import pytest
from runwalk_tools import plan_advice, plans, shelf
from runwalk_tools.main import main
from runwalk_tools.plan_limits import KINDS, LIMITS

GOOD = """\
plan Good
rest 1 day
week 1 x3: warm 5m, 8x(run 1m, walk 2m) skip last walk, cool 5m
week 2 x3: warm 5m, 6x(run 2m, walk 2m) skip last walk, cool 5m
"""


def advice(text: str) -> list[plan_advice.Advice]:
    read = plans.read_text(text.encode(), Path("a.plan"))
    assert not read.faults
    return plan_advice.advise(read)


def only(text: str) -> plan_advice.Advice:
    [piece] = advice(text)
    return piece


def with_line(text: str, piece: plan_advice.Advice) -> str:
    """The plan with the lines typed that the advice has, each for the line of the same head."""
    lines = text.splitlines()
    for typed in re.findall(r"`(.*?)`", piece.kinder):
        head = typed.split(":")[0]
        [at] = [i for i, line in enumerate(lines) if line.startswith(f"{head}:")]
        lines[at] = typed
    return "\n".join(lines) + "\n"


def week(number: int, steps: str) -> str:
    return f"week {number} x3: warm 5m, {steps}, cool 5m\n"


HEAD = "plan A\nrest 1 day\n"

# kind, the line of the advice, numbers that it must have, the plan
MISTAKES = {
    # 3 x 8 x 1 = 24 min, then 3 x 12 x 4 = 144
    "minutes": (
        "week-minutes", 4, ["24 min", "2 h 24 min", "2 h more", "21 min"],
        HEAD + week(1, "8x(run 2m, walk 2m) skip last walk").replace("run 2m", "run 1m")
        + week(2, "36x(run 80s, walk 2m) skip last walk"),
    ),
    # 75 to 98 min is 23 more, 31 %
    "minutes, just above both limits": (
        "week-minutes", 4, ["1 h 15 min", "1 h 38 min", "23 min more"],
        HEAD + week(1, "run 25m") + week(2, "run 29m, walk 1m, run 3m40s"),
    ),
    "longest run": (
        "longest-run", 4, ["16 min", "6 min", "2 times"],
        HEAD + week(1, "2x(run 6m, walk 2m) skip last walk") + week(2, "run 16m"),
    ),
    # 24:24 is 1 minute to each, 24:6 is 4
    "ratio": (
        "ratio", 4, ["4.0", "1.0", "3 times"],
        HEAD + "week 1 x3: warm 5m, 8x(walk 1m, run 1m), cool 5m\n"
        + "week 2 x3: warm 5m, 4x(walk 30s, run 2m), cool 5m\n",
    ),
    "walks dropped": (
        "walk-breaks", 4, ["25 min", "2 walking breaks"],
        HEAD + week(1, "3x(run 8m, walk 1m) skip last walk") + week(2, "run 25m"),
    ),
    "walks that go on without end dropped": (
        "walk-breaks", 4, ["20 min", "many walking breaks"],
        HEAD + "week 1 x3: warm 5m, repeat (run 8m, walk 1m)\n" + week(2, "run 20m"),
    ),
    # eleven weeks, each 3 min more than the one before
    "no easier week": (
        "easier-week", 8, ["weeks 1-11", "11 weeks", "30 min", "1 h"],
        HEAD + "".join(week(n, f"run {9 + n}m") for n in range(1, 12)),
    ),
    "no rest": (
        "rest", 1, ["days 1-3", "2 days in a row"],
        "week 1 x3: warm 5m, run 10m, cool 5m\n",
    ),
    # 70 min beside 20 and 30, whose mean is 25
    "one long session": (
        "long-session", 5, ["1 h 10 min", "25 min", "2 times"],
        HEAD + "week 1 day 1: warm 5m, run 10m, cool 5m\n"
        + "week 1 day 2: warm 5m, run 20m, cool 5m\n"
        + "week 1 day 3: warm 5m, run 1h, cool 5m\n",
    ),
    "short steps": (
        "short-steps", 3, ["run 5 s", "10 s"],
        HEAD + week(1, "20x(run 5s, walk 55s) skip last walk"),
    ),
    "no warm-up": (
        "warm-up", 3, ["run 10 min"],
        HEAD + "week 1 x3: run 10m, cool 5m\n",
    ),
    "a walk too short to warm up": (
        "warm-up", 3, ["walk 1 min"],
        HEAD + "week 1 x3: 8x(walk 1m, run 1m), cool 5m\n",
    ),
    "no cool-down": (
        "cool-down", 3, ["run 10 min"],
        HEAD + "week 1 x3: warm 5m, run 10m\n",
    ),
    "no cool-down of a workout": (
        "cool-down", 2, ["run 40 min"],
        "plan A\nworkout \"Long: slow\": warm 5m, run 40m\n",
    ),
    "last walk of rounds": (
        "last-walk", 3, ["2 min"],
        HEAD + week(1, "8x(run 1m, walk 2m)"),
    ),
    "last walk alone": (
        "last-walk", 3, ["3 min"],
        HEAD + week(1, "run 5m, walk 3m"),
    ),
    # 90+120 five times is 17:30, then 90 s of running and 60 of walking
    "last walk of a time": (
        "last-walk", 3, ["1 min"],
        HEAD + week(1, "for 20m (run 90s, walk 2m)"),
    ),
}  # fmt: skip


class TestMistakes:
    def test_there_is_none_in_a_good_plan(self):
        assert advice(GOOD) == []

    @pytest.mark.parametrize("name", MISTAKES)
    def test_one_mistake_is_one_piece_of_advice_with_its_numbers(self, name):
        kind, line, says, text = MISTAKES[name]
        piece = only(text)
        assert (piece.kind, piece.line) == (kind, line), piece
        for number in says:
            assert number in piece.text, piece.text

    @pytest.mark.parametrize("name", [name for name in MISTAKES if name != "no rest"])
    def test_what_is_kinder_can_be_typed_and_is(self, name):
        kind, _, _, text = MISTAKES[name]
        better = with_line(text, only(text))
        assert better != text
        assert kind not in [piece.kind for piece in advice(better)]

    def test_rest_is_kinder(self):
        text = MISTAKES["no rest"][3]
        assert "`rest 1 day`" in only(text).kinder
        assert advice("rest 1 day\n" + text) == []

    def test_every_kind_has_a_mistake_here(self):
        assert {kind for kind, *_ in MISTAKES.values()} == set(KINDS)

    def test_every_limit_says_who_says_so(self):
        assert all(limit.source and limit.unit for limit in LIMITS.values())


class TestNoMistake:
    @pytest.mark.parametrize(
        "text",
        [
            # 75 to 97 min: 22 more, but below 30 %
            HEAD + week(1, "run 25m") + week(2, "run 29m, walk 1m, run 3m20s"),
            # a walk that opens and ends, long enough
            HEAD + "week 1 x3: walk 4m, run 10m, walk 3m\n",
            # nobody runs
            HEAD + "week 1 x5: walk 20m\n",
            # two days in a row
            "week 1 day 1-2: warm 5m, run 10m, cool 5m\nweek 1 day 4: warm 5m, run 10m, cool 5m",
            # back from an easier week to where the runner was before
            HEAD + week(1, "run 30m") + week(2, "run 10m") + week(3, "run 32m"),
            # ten weeks
            HEAD + "".join(week(n, f"run {9 + n}m") for n in range(1, 11)),
            # eleven weeks that stay as they are, and eleven with an easier one
            HEAD + "week 1-11 x3: warm 5m, run 30m, cool 5m\n",
            HEAD + "".join(week(n, f"run {9 + n if n != 6 else 12}m") for n in range(1, 12)),
            # a run without end has nothing after it
            HEAD + "week 1 x3: warm 5m, repeat (run 5m, walk 1m)\n",
            # nobody knows how long that is
            HEAD + "week 1 x3: warm 5m, run open, cool 5m\n" + week(2, "run 30m"),
            # from one break to none
            HEAD + week(1, "2x(run 15m, walk 1m) skip last walk") + week(2, "run 30m"),
        ],
    )
    def test_is_no_advice(self, text):
        assert advice(text) == []

    def test_a_file_with_errors_has_errors_alone(self, tmp_path, capsys):
        path = tmp_path / "a.plan"
        path.write_text("week 1 x5: run 10m\nweek 2: jog 5m\n")
        assert main(["plan", "check", str(path)]) == 1
        [line] = capsys.readouterr().out.splitlines()
        assert line.startswith(f"{path}:2:9: ")


class TestMeant:
    def text(self, marker: str, behind: str = "") -> str:
        return (
            f"{HEAD}week 1 x3: warm 5m, run 10m{behind}\n"
            f"week 2 x3: warm 5m, run 10m\n{marker}\n"
        )

    def test_for_the_whole_file(self):
        assert [piece.line for piece in advice(self.text(""))] == [3]
        assert advice(self.text("# advice: cool-down: I walk home")) == []
        assert advice(self.text("  #advice:warm-up , cool-down :I walk home")) == []

    def test_for_its_line_alone(self):
        piece = only(self.text("", "   # advice: cool-down: I walk home"))
        assert (piece.kind, piece.line) == ("cool-down", 4)
        assert "also" not in piece.text

    def test_other_kinds_are_told_all_the_same(self):
        assert only(self.text("# advice: warm-up: none")).kind == "cool-down"

    @pytest.mark.parametrize(
        "marker, says",
        [("# advice: cooldown: home", "cooldown"), ("# advice: cool-down", "reason")],
    )
    def test_a_marker_that_is_none_says_so(self, marker, says):
        first, second = advice(self.text(marker))
        assert (first.kind, second.kind, second.line) == ("cool-down", "marker", 5)
        assert says in second.text

    def test_a_comment_about_advice_is_no_marker(self):
        assert advice(GOOD + "# some advice for me\n") == []


@pytest.mark.parametrize("path", shelf.library(), ids=lambda path: path.stem)
def test_the_library_is_kind_or_says_why_not(path):
    assert plan_advice.advise(plans.read_plan(path)) == []


class TestCheck:
    def test_prints_advice_and_exits_1_only_when_strict(self, tmp_path, capsys, monkeypatch):
        monkeypatch.chdir(tmp_path)
        Path("a.plan").write_text(HEAD + "week 1 x3: warm 5m, run 10m\n")
        says = (
            "a.plan:3: advice: cool-down: no cool-down, the last step is run 10 min; "
            "kinder: `week 1 x3: warm 5m, run 10m, cool 5m`"
        )
        for options, code in ([], 0), (["--strict"], 1):
            assert main(["plan", "check", *options, "a.plan"]) == code
            out = capsys.readouterr()
            assert out.out.splitlines() == [says, "a.plan: 3 sessions, no errors"]
            assert out.err == ""

    def test_a_good_plan_is_one_line_even_when_strict(self, tmp_path, capsys, monkeypatch):
        monkeypatch.chdir(tmp_path)
        Path("a.plan").write_text(GOOD)
        assert main(["plan", "check", "--strict", "a.plan"]) == 0
        assert capsys.readouterr().out == "a.plan: 6 sessions, no errors\n"

    def test_the_same_on_many_lines_is_told_once(self, tmp_path):
        text = HEAD + "".join(week(n, "8x(run 1m, walk 2m)") for n in (1, 2, 3, 5))
        assert only(text).text.endswith("(also lines 4-6)")

    def test_labels_stay_as_they_are(self):
        text = HEAD + 'week 1 x3 "run 5s: a": warm 5m, 20x(run 5s "run 5s", walk 55s), cool 5m\n'
        short = next(piece for piece in advice(text) if piece.kind == "short-steps")
        assert short.kinder == (
            '`week 1 x3 "run 5s: a": warm 5m, 10x(run 10s "run 5s", walk 1m50s), cool 5m`'
        )

    def test_a_large_file_takes_little_time(self):
        lines = "".join(f"week {n} x14: run 1h, walk 1m, run 1h\n" for n in range(1, 100))
        assert advice(HEAD + lines)
        assert advice(HEAD + "#w\n" * 10_000 + GOOD.split("\n", 2)[2]) == []


@pytest.mark.parametrize("number", [0, 1])
def test_the_plans_of_readme_are_kind(number):
    readme = Path(__file__).resolve().parents[2] / "README.md"
    flags = re.MULTILINE | re.DOTALL
    blocks = re.findall(r"^```plan\n(.*?)^```$", readme.read_text("utf-8"), flags)
    assert advice(blocks[number]) == []


def test_a_very_long_session_has_a_kinder_line_too():
    text = HEAD + (
        "week 1 x2: warm 5m, run 10m, cool 5m\n"
        "week 1 day 3: warm 5m, 5x(run 55m, walk 5m), cool 5m\n"
    )
    piece = next(piece for piece in advice(text) if piece.kind == "long-session")
    # 5 h 10 min beside 20 min: at most 40
    kinds = [left.kind for left in advice(with_line(text, piece))]
    assert "`week 1 day 3: " in piece.kinder and "long-session" not in kinds
