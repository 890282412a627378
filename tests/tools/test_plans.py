"""`runwalk plan`: the library, the table of a plan, and the errors of a file."""

import pytest
from runwalk_tools import plans
from runwalk_tools.errors import UserError
from runwalk_tools.main import main

PLAN = """\
plan Ünï ✓
about One line.
remind "drink" every 1h30m
ask pain
rest 2 days
week 1 day 1-2: warm 5m, 4x(run 1m30s, walk 1m), cool 5m
week 1 day 4 "Longer":  run   30m,walk 1m30s
week 2-3 x2: run 30s, walk 30s
week 5 x2: run 30s, walk 30s
week 6: run open, run 1m
workout "Trail": repeat (run open "flat", hike open "climb")
workout "Marathon": for 3h (run 4m, walk 1m)
# advice: warm-up, cool-down, last-walk, walk-breaks, ratio: no plan for a person
"""


@pytest.fixture
def file(tmp_path):
    def write(text: str | bytes, name: str = "mine.plan"):
        path = tmp_path / name
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    return write


def words(text: str) -> list[list[str]]:
    return [line.split() for line in text.splitlines()]


def test_list_names_every_plan_of_the_library(capsys):
    assert main(["plan", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    for path in plans.shelf.library():
        assert len([line for line in lines if line.startswith(f"  {path.stem} ")]) == 1
    ten = next(line for line in lines if line.startswith("  ten-weeks "))
    assert ten.split() == "ten-weeks Ten weeks to running; 10 weeks, 3 a week".split()


class TestCheck:
    def test_of_clean_files(self, file, capsys):
        path = file(PLAN)
        assert main(["plan", "check", str(path), "ten-weeks"]) == 0
        out = capsys.readouterr()
        assert out.out.splitlines() == [
            f"{path}: 12 sessions, no errors",
            "ten-weeks: 30 sessions, no errors",
        ]
        assert out.err == ""

    def test_of_every_plan_of_the_library(self, capsys):
        assert main(["plan", "check", "--strict", *(path.stem for path in plans.shelf.library())]) == 0

    def test_prints_all_errors_with_the_path_as_it_was_given(self, file, capsys, monkeypatch):
        path = file("plan A\nweek 1: jog 5m\nweek 2: walk 5\nweek 3: run 5m\nweek 3: run 5m")
        monkeypatch.chdir(path.parent)
        for given in ("mine.plan", "./mine.plan", str(path)):
            assert main(["plan", "check", given]) == 1
            out = capsys.readouterr()
            lines = out.out.splitlines()
            assert [line.split(" ")[0] for line in lines] == [
                f"{given}:2:9:", f"{given}:3:15:", f"{given}:5:6:"
            ]  # fmt: skip
            assert "write run" in lines[0] and "5 what?" in lines[1] and "line 4" in lines[2]
            assert out.err == ""

    def test_errors_come_in_the_order_of_lines(self, file, capsys):
        assert main(["plan", "check", str(file("\nrest 0 days"))]) == 1
        assert [line.split(":")[1] for line in capsys.readouterr().out.splitlines()] == ["1", "2"]

    def test_a_file_that_cannot_be_read_is_one_line_on_standard_error(self, file, capsys):
        good = file(PLAN)
        missing = str(good.parent / "missing.plan")
        assert main(["plan", "check", missing, str(good)]) == 1
        out = capsys.readouterr()
        assert out.out == f"{good}: 12 sessions, no errors\n"
        assert len(out.err.splitlines()) == 1 and missing in out.err
        assert main(["plan", "check", f"{good.parent}/"]) == 1
        assert len(capsys.readouterr().err.splitlines()) == 1

    def test_a_name_that_the_library_lacks_names_what_there_is(self, capsys):
        assert main(["plan", "check", "nope"]) == 1
        out = capsys.readouterr()
        assert out.out == "" and "nope" in out.err and "ten-weeks" in out.err

    def test_each_file_that_cannot_be_read_has_a_line_of_its_own(self, capsys):
        assert main(["plan", "check", "a.plan", "b.plan"]) == 1
        assert capsys.readouterr().err.splitlines() == [
            "runwalk: a.plan: No such file or directory",
            "runwalk: b.plan: No such file or directory",
        ]

    def test_one_session_is_not_sessions(self, file, capsys):
        assert main(["plan", "check", str(file("week 1: run 5m"))]) == 0
        assert capsys.readouterr().out.endswith(": 1 session, no errors\n")

    def test_utf16_is_one_error(self, file, capsys):
        for code in ("utf-16-le", "utf-16-be"):
            path = file(("\ufeff" + PLAN).encode(code))
            assert main(["plan", "check", str(path)]) == 1
            assert capsys.readouterr().out == (
                f"{path}:1:1: expected UTF-8 text, found UTF-16: save the file as UTF-8\n"
            )

    def test_a_file_that_cannot_be_meant_is_not_read_to_its_end(self, file, capsys):
        path = file(b"#" * 1_100_000)
        assert main(["plan", "check", str(path)]) == 1
        (line,) = capsys.readouterr().err.splitlines()
        assert line == f"runwalk: {path}: more than 1 MiB; is it the right file?"

    def test_what_a_file_holds_moves_no_cursor(self, file, capsys):
        path = file('plan A\x1b[2J\nweek 1 "b\x07c\x9b": run 5m\nworkout "\x1bd": run 5m\n')
        assert main(["plan", "show", str(path)]) == 0
        assert main(["sim", str(path), "--fast", "--workout", "\x1bd"]) == 0
        assert main(["sim", str(path), "--workout", "none"]) == 1
        twice = file('workout "\x1bd": run 5m\nworkout "\x1bd": run 5m\n', "twice.plan")
        assert main(["plan", "check", str(twice)]) == 1
        assert main(["plan", "show", str(twice)]) == 1
        out = capsys.readouterr()
        assert "A\ufffd[2J" in out.out and '"b\ufffdc\ufffd"' in out.out
        assert not set(out.out + out.err) & {"\x1b", "\x07", "\x9b"}

    def test_bytes_that_are_no_text(self, file, capsys):
        assert main(["plan", "check", str(file(b"\x89PNG\r\n\x1a\n\0\0"))]) == 1
        assert ":1:1: " in capsys.readouterr().out


class TestShow:
    def test_has_the_weeks_with_their_totals_and_running_minutes(self, file, capsys):
        assert main(["plan", "show", str(file(PLAN))]) == 0
        out = capsys.readouterr().out
        lines = words(out)
        assert lines[0] == ["Ünï", "✓"]
        assert "One line." in out
        assert "2 whole days" in out and '"drink" every 1h30m' in out and "pain" in out
        # 2 x 4 x 1:30 and once 30:00 of running
        assert "1 1-2 warm 5m, 4x(run 1m30s, walk 1m), cool 5m 20:00 42 min".split() in lines
        assert '4 "Longer": run 30m,walk 1m30s 31:30'.split() in lines
        # weeks that are the same stand in one row: 2 x 0:30 a week
        assert "2-3, 5 1-2 run 30s, walk 30s 1:00 1 min".split() in lines
        # nobody knows how long an open step lasts
        assert "6 1 run open, run 1m open 1 min+".split() in lines
        assert 'Trail repeat (run open "flat", hike open "climb") open open'.split() in lines
        assert "Marathon for 3h (run 4m, walk 1m) 3:00:00 144 min".split() in lines

    def test_works_for_every_plan_of_the_library(self, capsys):
        for path in plans.shelf.library():
            assert main(["plan", "show", path.stem]) == 0
            assert plans.read_plan(path).plan.title in capsys.readouterr().out

    def test_long_steps_are_wrapped(self, file, capsys):
        text = "week 1: " + ", ".join(["run 5m, walk 1m"] * 40)
        assert main(["plan", "show", str(file(text))]) == 0
        lines = capsys.readouterr().out.splitlines()
        assert max(map(len, lines)) <= 100
        assert " ".join(" ".join(lines).split()).count("run 5m,") == 40

    def test_a_plan_with_errors_is_not_shown(self, file, capsys):
        path = file("week 1: jog 5m\nweek 2: jog 5m")
        assert main(["plan", "show", str(path)]) == 1
        out = capsys.readouterr()
        assert out.out == ""
        first, second = out.err.splitlines()
        assert first.startswith(f"{path}:1:9: expected a step")
        assert second.startswith(f"{path}:2:9: expected a step") and "write run" in second


class TestFindPlan:
    @pytest.mark.parametrize("path", ["a/b", "a\\b", "x.plan", "./ten-weeks", "a/"])
    def test_a_path(self, path):
        assert plans.find_plan(path) == plans.Path(path)

    def test_a_file_that_was_given_like_a_name(self, file, monkeypatch):
        monkeypatch.chdir(file(PLAN).parent)
        file(PLAN, "other.txt")
        for given, path in (("mine", "mine.plan"), ("other.txt", "./other.txt")):
            with pytest.raises(UserError, match=f"for the file here write {path}$"):
                plans.find_plan(given)

    def test_a_name(self):
        assert plans.find_plan("ten-weeks").read_text("utf-8").startswith("plan Ten weeks")
        for name in ("nope", "", ".."):
            with pytest.raises(UserError):
                plans.find_plan(name)


@pytest.mark.parametrize("name", [".mine.plan", "mine .plan"])
def test_load_brings_no_plan_that_the_clip_passes_over(file, capsys, name):
    assert main(["load", str(file(PLAN, name))]) == 1
    assert capsys.readouterr().err.endswith("cannot be called that; call it my.plan, say\n")


@pytest.mark.parametrize("verb", [[], ["list"], ["show"], ["copy"], ["check"], ["new"], ["schedule"]])
def test_help(verb, capsys):
    with pytest.raises(SystemExit) as exit_:
        main(["plan", *verb, "--help"])
    assert exit_.value.code == 0
    assert "lan" in capsys.readouterr().out


def test_wrong_usage_is_2():
    for wrong in ([], ["check"], ["show"], ["copy"], ["new"], ["nonsense"]):
        with pytest.raises(SystemExit) as exit_:
            main(["plan", *wrong])
        assert exit_.value.code == 2
