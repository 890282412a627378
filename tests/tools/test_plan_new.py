"""`plan new`: over its whole range of answers a kind plan, or a refusal that says what would be."""

import itertools
import re
from pathlib import Path

import pytest
from runwalk_tools import plan_advice, plan_ladder, plan_new, plan_ratios, plans
from runwalk_tools.errors import UserError
from runwalk_tools.main import main
from runwalk_tools.plan_new import MINUTE, Answers
from runwalk_tools.plan_weeks import sessions


@pytest.fixture
def desk(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def answers(monkeypatch, *given: str) -> list[str]:
    """Somebody types these; gives the questions as they are asked."""
    asked: list[str] = []
    left = list(given)

    def ask(text: str) -> str:
        asked.append(text)
        if not left:
            raise EOFError
        return left.pop(0)

    monkeypatch.setattr("builtins.input", ask)
    return asked


def kind_plan(text: str) -> plans.PlanFile:
    """The plan of a text that has neither errors nor advice."""
    read = plans.read_text(text.encode(), Path("new.plan"))
    assert not read.faults
    assert plan_advice.advise(read) == [], text
    return read


def options(text: str) -> dict[str, str]:
    """What a refusal says that can be typed instead."""
    return dict(re.findall(r"--(\w+) (\w+)", text.partition("kinder: ")[2]))


NOWS = (0, 60, 150, 300, 720, 2400)
GOALS = tuple(minutes * MINUTE for minutes in (5, 10, 20, 30, 45, 90))


class TestRange:
    @pytest.mark.parametrize("how", ["careful", "brisk"])
    @pytest.mark.parametrize("count", [2, 3])
    def test_a_run_without_breaks(self, how, count):
        for now, goal in itertools.product(NOWS, GOALS):
            wanted = Answers(now=now, sessions=count, goal=goal, how=how, weeks=1)
            with pytest.raises(UserError) as refused:
                plan_new.plan_text(wanted)
            if goal <= now:
                assert "already" in str(refused.value)
                continue
            least = int(options(str(refused.value))["weeks"])
            for wanted.weeks in (least, least + 5):
                weeks, _ = sessions(kind_plan(plan_new.plan_text(wanted)))
                assert len(weeks) == wanted.weeks
                assert {len(week.days) for week in weeks} == {count}
                assert weeks[-1].longest_run == goal * 1000
                # begins below what they can do, or with seconds
                assert weeks[0].longest_run <= max(now, 30) * 1000
            wanted.weeks = least - 1
            with pytest.raises(UserError, match=f"kinder: .*--weeks {least}"):
                plan_new.plan_text(wanted)

    @pytest.mark.parametrize("pace", ["7:00/mi", "10:00/mi", "8:00/km", "15:00/mi", "19:59/mi"])
    def test_a_ratio_to_the_end(self, pace):
        done = 0
        for now, goal, how, temp in itertools.product(
            (0, 1200), (45, 180), ("careful", "brisk"), (None, "70F")
        ):
            wanted = Answers(now=now, goal=goal * MINUTE, how=how, weeks=1)
            wanted.pace = plan_ratios.pace_of(pace)
            wanted.temp = plan_ratios.heat_of(temp) if temp else None
            with pytest.raises(UserError) as refused:
                plan_new.plan_text(wanted)
            kinder = options(str(refused.value))
            if "weeks" not in kinder:  # no such row, or longer runs than they can do
                continue
            wanted.weeks = int(kinder["weeks"])
            weeks, _ = sessions(kind_plan(plan_new.plan_text(wanted)))
            ratio = wanted.wish().ratio
            assert {week.longest_run for week in weeks} == {ratio[0] * 1000}
            last = weeks[-1].sessions[-1]
            # rounds are whole, so that the goal is met to half a round
            assert abs(last.total / 1000 - 10 * MINUTE - goal * MINUTE) <= sum(ratio) / 2
            done += 1
        assert done

    def test_what_is_kinder_is(self):
        for now, goal in itertools.product((0, 60, 600), GOALS[2:]):
            wanted = Answers(now=now, goal=goal, weeks=7)
            try:
                plan_new.plan_text(wanted)
                continue
            except UserError as error:
                kinder = options(str(error))
            assert kinder
            for key, value in kinder.items():
                read = {"weeks": int, "how": str, "goal": plan_new._goal}[key]
                kind_plan(plan_new.plan_text(plan_new.replace(wanted, **{key: read(value)})))

    def test_more_weeks_are_never_refused(self):
        wanted = Answers(now=60, goal=30 * MINUTE)
        least = plan_ladder.shortest(wanted.wish())
        for wanted.weeks in range(least, plan_ladder.MOST_WEEKS + 1, 3):
            kind_plan(plan_new.plan_text(wanted))

    def test_careful_takes_longer_and_has_easier_weeks(self):
        careful, brisk = (Answers(how=how).wish() for how in ("careful", "brisk"))
        assert plan_ladder.shortest(careful) > plan_ladder.shortest(brisk)
        weeks, _ = sessions(kind_plan(plan_new.plan_text(Answers(weeks=16))))
        for four in (4, 8, 12):
            assert weeks[four - 1].running <= 0.9 * weeks[four - 2].running


class TestRatios:
    # (pace, temperature) and the run and walk that the chart and the table of heat have
    @pytest.mark.parametrize(
        "pace, temp, run, walk",
        [
            ("7:00/mi", None, 360, 30),
            ("7:01/mi", None, 300, 30),
            ("8:00/mi", "-10C", 240, 30),
            ("9:00/mi", None, 120, 30),
            ("9:01/mi", None, 90, 30),
            ("10:45/mi", None, 90, 30),
            ("12:00/mi", "54F", 60, 30),
            ("13:00/mi", None, 30, 30),
            ("15:00/mi", None, 15, 30),
            ("16:00/mi", None, 10, 30),
            ("18:00/mi", None, 8, 30),
            ("20:00/mi", None, 5, 30),
            ("5:30/km", None, 120, 30),  # 8:51 a mile
            ("6:00/km", None, 90, 30),  # 9:39
            ("9:00/mi", "65F", 105, 30),
            ("9:00/mi", "85F", 60, 30),
            ("10:00/mi", "24C", 45, 30),  # 75.2 F
            ("10:00/mi", "23C", 60, 30),  # 73.4 F
            ("10:00/mi", "80F", 45, 30),
            ("11:30/mi", "78F", 20, 20),
            ("13:30/mi", "75F", 15, 20),
            ("15:00/mi", "68F", 7, 30),
            ("16:00/mi", "60F", 10, 30),
        ],
    )
    def test_of_a_pace(self, pace, temp, run, walk):
        heat = plan_ratios.heat_of(temp) if temp else None
        assert plan_ratios.ratio(plan_ratios.pace_of(pace), heat) == (run, walk)

    @pytest.mark.parametrize(
        "pace, temp, says",
        [
            ("6:59/mi", None, "7:00/mi to 20:00/mi"),
            ("20:01/mi", None, "7:00/mi to 20:00/mi"),
            ("8:00/mi", "60F", "8:31/mi"),
            ("18:00/mi", "60F", "17:00/mi"),
            ("10:00/mi", "30C", "85F"),
            ("15:00/mi", "80F", "walk"),
        ],
    )
    def test_where_there_is_none(self, pace, temp, says):
        heat = plan_ratios.heat_of(temp) if temp else None
        with pytest.raises(UserError, match=says):
            plan_ratios.ratio(plan_ratios.pace_of(pace), heat)

    def test_steps_are_long_enough_for_a_countdown(self):
        assert plan_ratios.with_countdown((8, 30)) == (16, 60)
        assert plan_ratios.with_countdown((5, 30)) == (10, 60)
        assert plan_ratios.with_countdown((10, 30)) == (10, 30)

    def test_the_chart_is_the_librarys(self):
        rows = {}
        for name in ("marathon-brisk", "marathon-steady", "marathon-easy"):
            for label in plans.require_plan(name).plan.workouts:
                pace, _, pair = label.partition(", ")
                slowest = plan_ratios.pace_of(pace.split("-")[-1] + "/mi").a_mile
                rows.setdefault(slowest, tuple(map(int, re.findall(r"(\d+)s", pair))))
        assert dict(plan_ratios.CHART) == rows

    def test_a_plan_says_where_its_ratio_is_from(self, desk, capsys):
        words = "--yes --now 10 --pace 18:00/mi --goal 60m"
        assert main(["plan", "new", "a.plan", *words.split()]) == 0
        about = plans.require_plan("./a.plan").plan.about
        assert "Galloway" in about and "run 8 s, walk 30 s" in about and "16 s and 60 s" in about


class TestAsked:
    def test_by_questions_alone(self, desk, monkeypatch, capsys):
        asked = answers(monkeypatch, "2", "2", "20", "", "b", "")
        assert main(["plan", "new", "my.plan"]) == 0
        assert len(asked) == 6
        assert asked[0].startswith("How many minutes can you run now") and "[1]" in asked[0]
        assert "./my.plan" in capsys.readouterr().out
        assert main(["plan", "check", "--strict", "my.plan"]) == 0
        plan = plans.require_plan("my.plan").plan
        assert plan.rest == 1 and plan.days(1) == [1, 2]
        assert plan.title == "To 20 min of running"

    def test_the_heat_is_asked_for_with_a_pace_alone(self, desk, monkeypatch):
        asked = answers(monkeypatch, "10", "3", "90", "6:30/km", "20C", "careful", "")
        assert main(["plan", "new", "my.plan"]) == 0
        assert len(asked) == 7
        about = plans.require_plan("my.plan").plan.about
        # 10:28 a mile, 68 F
        assert "6:30/km at 20C" in about and "run 70 s, walk 30 s" in about

    def test_an_answer_that_cannot_stand_is_asked_for_again(self, desk, monkeypatch, capsys):
        asked = answers(monkeypatch, "many", "1", "7", "3", "30", "fast", "none", "careful", "")
        assert main(["plan", "new", "my.plan"]) == 0
        assert len(asked) == 9
        out = capsys.readouterr().out
        assert "'many' is no time" in out and "--sessions 3" in out
        assert "'fast' is no pace" in out

    def test_no_more_answers(self, desk, monkeypatch, capsys):
        answers(monkeypatch, "1")
        assert main(["plan", "new", "my.plan"]) == 1
        assert "--yes" in capsys.readouterr().err
        assert list(desk.iterdir()) == []

    def test_by_options_alone(self, desk, monkeypatch, capsys):
        answers(monkeypatch)
        words = "--now 0 --sessions 3 --goal 25m --pace none --how brisk --weeks 14"
        assert main(["plan", "new", "my.plan", *words.split()]) == 0
        weeks, _ = sessions(plans.require_plan("my.plan"))
        assert len(weeks) == 14 and weeks[-1].longest_run == 25 * MINUTE * 1000


class TestRefused:
    @pytest.mark.parametrize(
        "options, says",
        [
            ("--weeks 4", "kinder: --weeks"),
            ("--sessions 5", "--sessions 3"),
            ("--sessions 1", "--sessions 2"),
            ("--now 40", "maintenance"),
            ("--goal 2h", "--pace 10:00/mi"),
            ("--goal 4h --pace 10:00/mi --now 20", "--goal 3h"),
            ("--goal 1h --pace 7:00/mi", "--goal 6m"),
            ("--goal 20 --pace 15:00/mi", "--goal"),
            ("--goal 2", "five minutes"),
            ("--now soon", "no time"),
            ("--now -3", "no time"),
            ("--pace 5:30", "10:00/mi or 5:30/km"),
            ("--pace 10:75/mi", "no pace"),
            ("--pace 10:00/mi --temp 24", "24C or 75F"),
            ("--pace 10:00/mi --temp 200F", "no temperature"),
            ("--temp 20C", "--pace"),
            ("--how fast", "careful or brisk"),
            ("--weeks 0", "1 to 52"),
            ("--weeks 53", "1 to 52"),
            ("--weeks \u0663", "1 to 52"),
            ("--sessions 99999999999", "1 to 14"),
        ],
    )
    def test_what_cannot_be_is_one_line_and_no_file(self, desk, capsys, options, says):
        words = re.sub(r"(--\w+) ", r"\1=", options).split()
        assert main(["plan", "new", "my.plan", "--yes", *words]) == 1
        out = capsys.readouterr()
        assert len(out.err.splitlines()) == 1 and says in out.err, out.err
        assert list(desk.iterdir()) == []

    def test_nothing_is_overwritten_unless_forced(self, desk, capsys):
        Path("my.plan").write_text("week 1: run 5m\n")
        assert main(["plan", "new", "my.plan", "--yes"]) == 1
        assert "--force" in capsys.readouterr().err
        assert Path("my.plan").read_text() == "week 1: run 5m\n"
        assert main(["plan", "new", "my.plan", "--yes", "--force"]) == 0
        assert Path("my.plan").read_text().startswith("plan To 30 min")
        assert [path.name for path in desk.iterdir()] == ["my.plan"]

    @pytest.mark.parametrize(
        "name, says",
        [("my.txt", "my.plan"), (".", "write mine.plan"), ("no/my.plan", "no folder no")],
    )
    def test_names(self, desk, capsys, name, says):
        assert main(["plan", "new", name, "--yes"]) == 1
        [line] = capsys.readouterr().err.splitlines()
        assert says in line

    def test_a_folder(self, desk, capsys):
        Path("a.plan").mkdir()
        assert main(["plan", "new", "a.plan", "--yes", "--force"]) == 1
        assert len(capsys.readouterr().err.splitlines()) == 1
