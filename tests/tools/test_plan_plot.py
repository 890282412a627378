"""`plan show --plot`: the weeks as a picture."""

import io
from pathlib import Path

import pytest
from defusedxml.ElementTree import fromstring
from PIL import Image
from runwalk_tools import plan_plot, plans
from runwalk_tools.main import main
from runwalk_tools.plan_weeks import sessions

MINUTE = 60_000


@pytest.fixture
def desk(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def weeks_of(text: str):
    return sessions(plans.read_text(text.encode(), Path("a.plan")))[0]


class TestWeeks:
    def test_what_is_drawn_is_what_the_plan_has(self):
        one, two = weeks_of(
            "week 1 x2: warm 5m, 3x(run 2m, walk 1m) skip last walk, cool 4m\n"
            'week 2: hike 5m, run 3m "slow", run 4m "faster", rest 1m, run 2m\n'
        )
        assert [one.running, one.breaks_time, plan_plot._easy(one)] == [
            12 * MINUTE, 4 * MINUTE, 18 * MINUTE
        ]  # fmt: skip
        assert (one.longest_run, one.ratio) == (2 * MINUTE, 3.0)
        # runs in a row are one run of 7 minutes; hike and rest are breaks
        assert (two.running, two.longest_run, two.ratio) == (9 * MINUTE, 7 * MINUTE, 1.5)

    def test_weeks_without_walks_or_runs_have_no_ratio(self):
        walks, runs = weeks_of("week 1: walk 5m\nweek 2: run 5m\n")
        assert (walks.ratio, runs.ratio) == (None, None)


class TestPicture:
    def test_a_png_has_the_colours_in_its_bars(self, desk, capsys):
        assert main(["plan", "show", "couch-to-5k", "--plot", "c.png"]) == 0
        out = capsys.readouterr().out
        assert out.startswith("Couch to 5K") and out.endswith("c.png: the weeks as a picture\n")
        counts = Image.open("c.png").convert("RGB").getcolors(1 << 20)
        found = {f"#{bytes(rgb).hex()}": count for count, rgb in counts}
        # nine weeks: 489 minutes of running, 132.5 of walking, 270 to warm up and cool down;
        # lines, numbers and legend come on top
        colours = (plan_plot._RUN, plan_plot._WALK, plan_plot._EASY)
        run, walk, easy = (found[colour] for colour in colours)
        assert easy / run == pytest.approx(270 / 489, rel=0.06)
        assert walk / run == pytest.approx(132.5 / 489, rel=0.1)

    def test_an_svg_has_its_words(self, desk):
        assert main(["plan", "show", "ten-weeks", "--plot", "t.svg"]) == 0
        assert fromstring(Path("t.svg").read_text(encoding="utf-8")).tag.endswith("svg")

    def test_the_same_plan_gives_the_same_file(self, desk):
        weeks = weeks_of("week 1: run 5m\n")
        for suffix in plan_plot.FORMATS:
            first, second = (plan_plot.picture("A", weeks, suffix) for _ in range(2))
            assert first == second

    @pytest.mark.parametrize(
        "text",
        [
            "week 1: walk 5m\n",
            "week 1: run open\n",
            "week 7 x2: warm 5m, repeat (run 8m, walk 1m)\nweek 9: run 1h\n",
            "".join(f"week {n} x14: run {n}m\n" for n in range(1, 100)),
            "plan $x^2$ \U0001f3c3 \u05e9\u05dc\u05d5\u05dd \x1b\nweek 1: run 5m\n",
        ],
    )
    def test_of_plans_at_the_edge(self, text, recwarn):
        read = plans.read_text(text.encode(), Path("a.plan"))
        data = plan_plot.picture(read.plan.title, weeks_of(text), "png")
        width, height = Image.open(io.BytesIO(data)).size
        assert 800 <= width <= 1700 and 800 <= height <= 900
        assert not recwarn.list


class TestRefused:
    @pytest.mark.parametrize(
        "plan, out, says",
        [
            ("ten-weeks", "a.jpg", ".png or .svg"),
            ("ten-weeks", "a", ".png or .svg"),
            ("ten-weeks", "no/a.png", "No such file"),
            ("ultra", "a.png", "no weeks"),
        ],
    )
    def test_what_cannot_be_is_one_line_and_no_file(self, desk, capsys, plan, out, says):
        assert main(["plan", "show", plan, "--plot", out]) == 1
        [line] = capsys.readouterr().err.splitlines()
        assert says in line
        assert list(desk.iterdir()) == []
