"""`runwalk plan import`: tables, several files at once, and what is written where."""

import pytest
from format_files import Desk, zwo
from runwalk_tools.main import main


@pytest.fixture
def desk(tmp_path, monkeypatch, capfd) -> Desk:
    monkeypatch.chdir(tmp_path)
    return Desk(tmp_path, capfd)


@pytest.fixture
def imported(desk):
    return desk.imported


@pytest.fixture
def refused(desk):
    return desk.refused


class TestTable:
    @pytest.mark.parametrize(
        "table",
        [
            'week,day,steps\n1,1,"warm 5m, run 3m"\n1,2,"warm 5m, run 3m"\n2,1,run 5m\n',
            "\ufeffWeek;Day;Steps\r\n1;1;warm 5m, run 3m\r\n1;2;warm 5m, run 3m\r\n2;1;run 5m\r\n",
            "steps\tday\tweek\nwarm 5m, run 3m\t1\t1\nwarm 5m, run 3m\t2\t1\nrun 5m\t1\t2\n",
            "1,1,warm 5m,run 3m\n1,2,warm 5m, run 3m\n\n2,1,run 5m\n",
        ],
    )
    def test_columns(self, imported, table):
        lines, told = imported({"my.csv": table})
        assert lines == ["plan my", "week 1 x2: warm 5m, run 3m", "week 2: run 5m"]
        assert told == []

    def test_labels_workouts_and_other_columns(self, imported):
        table = (
            "Week,Day,Name,Steps,Coach\n"
            '3,2,Longer,"for 40m (run 3m, walk 1m)",kind\n'
            ',,Trail,"repeat (run open, walk 1m)",\n'
        )
        lines, told = imported({"my.csv": table})
        assert lines == [
            "plan my",
            'week 3 day 2 "Longer": for 40m (run 3m, walk 1m)',
            'workout "Trail": repeat (run open, walk 1m)',
        ]
        assert told == ["my.csv: the column 'coach' is left out"]

    def test_without_weeks_the_order_counts(self, imported):
        table = "steps\nrun 1m\nrun 2m\nrun 3m\n"
        lines, _ = imported({"my.csv": table}, "--week-days", "2")
        assert lines == [
            "plan my", "week 1 day 1: run 1m", "week 1 day 2: run 2m", "week 2: run 3m"
        ]  # fmt: skip


class TestFiles:
    def test_several_become_one_plan_in_their_order(self, imported):
        files = {
            "b.txt": "- Run 5m\n",
            "a.zwo": zwo('<SteadyState Duration="120"/>', name="Short &amp; easy"),
            "c.txt": "- Run 5m\n",
        }
        lines, _ = imported(files, "--week-days", "2", "--title", "Mine #1 # now")
        assert lines == [
            "plan Mine 1 now",
            'week 1 day 1 "b": run 5m',
            'week 1 day 2 "Short & easy": run 2m',
            'week 2 "c": run 5m',
        ]

    def test_names_may_say_week_and_day(self, imported):
        files = {
            "x-week-02-day-1.txt": "- Run 6m\n",
            "x-week-01-day-1.txt": "- Run 5m\n",
            "x-week-01-day-3.txt": "- Run 5m\n",
        }
        assert imported(files)[0] == [
            "plan x", "week 1 day 1: run 5m", "week 1 day 3: run 5m", "week 2: run 6m"
        ]  # fmt: skip

    def test_a_description_is_the_plans_about(self, imported):
        head = "<description>Slow.\n\nAnd # easy.</description>"
        lines, _ = imported({"a.zwo": zwo('<SteadyState Duration="120"/>', head)})
        assert lines[:2] == ["plan Easy", "about Slow. And easy."]
        _, told = imported(
            {
                "a.zwo": zwo('<SteadyState Duration="120"/>', head),
                "b.zwo": zwo('<SteadyState Duration="120"/>'),
            }
        )
        assert told == ['a.zwo: its description is left out: "Slow. And # easy."']

    def test_the_content_counts_before_the_name(self, imported):
        assert imported({"a.fit": "- Run 5m\n"})[0][1] == "week 1: run 5m"
        assert imported({"a.txt": zwo('<SteadyState Duration="120"/>')})[0][0] == "plan Easy"

    def test_a_plan_is_one_already(self, refused):
        line = refused("my.plan", "plan My\nweek 1: run 5m\n")
        assert line == "runwalk: my.plan: a plan already; runwalk plan check looks it over"

    def test_a_table_comes_alone(self, tmp_path, monkeypatch, capsys):
        monkeypatch.chdir(tmp_path)
        (tmp_path / "a.csv").write_text("week,day,steps\n1,1,run 5m\n")
        (tmp_path / "b.txt").write_text("- Run 5m\n")
        assert main(["plan", "import", "b.txt", "a.csv"]) == 1
        assert "a.csv: it has weeks and days of its own" in capsys.readouterr().err

    def test_written_whole_and_over_nothing(self, tmp_path, monkeypatch, capsys):
        monkeypatch.chdir(tmp_path)
        (tmp_path / "a.txt").write_text("- Run 5m\n")
        assert main(["plan", "import", "a.txt", "-o", "out.plan"]) == 0
        assert (tmp_path / "out.plan").read_bytes() == b"plan out\nweek 1: run 5m\n"
        assert "out.plan: 1 session" in capsys.readouterr().out
        (tmp_path / "a.txt").write_text("- Run 6m\n")
        assert main(["plan", "import", "a.txt", "-o", "out.plan"]) == 1
        assert "there already" in capsys.readouterr().err
        assert b"run 5m" in (tmp_path / "out.plan").read_bytes()
        assert main(["plan", "import", "a.txt", "-o", "out.plan", "--force"]) == 0
        assert b"run 6m" in (tmp_path / "out.plan").read_bytes()
        assert main(["plan", "import", "a.txt", "-o", "out.txt"]) == 1
        assert "write out.plan" in capsys.readouterr().err
        assert main(["plan", "import", "a.txt", "-o", "gone/out.plan"]) == 1
        assert sorted(path.name for path in tmp_path.iterdir()) == ["a.txt", "out.plan"]

    @pytest.mark.parametrize(
        "wrong",
        [("--pace", "5"), ("--pace", "0:30/km"), ("--walk-below", "x"), ("--week-days", "0")],
    )
    def test_wrong_usage(self, wrong, capsys):
        with pytest.raises(SystemExit) as error:
            main(["plan", "import", "a.txt", *wrong])
        assert error.value.code == 2
        assert "expected" in capsys.readouterr().err
