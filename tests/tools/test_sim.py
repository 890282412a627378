"""`runwalk sim` as people type it: what it prints, what it refuses, what it leaves behind."""

import json
import os
import sys

import pytest
from PIL import Image
from runwalk_tools.main import main

PLAN = (
    'plan Short\nweek 1-2 x2: warm 10s, run 10s\nworkout "Hill": run 5s\nworkout "Dale": run 6s\n'
)


@pytest.fixture
def plan(tmp_path, monkeypatch):
    """The name of a plan in the current folder."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "short.plan").write_text(PLAN)
    return "short.plan"


def trace(capsys, *words):
    """The events of a run that must succeed."""
    assert main(["sim", *words, "--headless"]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def one(events, name):
    (event,) = [event for event in events if event["event"] == name]
    return event


def refused(capsys, *words):
    """What a faulty command says: exit 1, standard output empty."""
    assert main(["sim", *words]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    return err.splitlines()


def test_by_default_the_lowest_session_runs_to_its_end(plan, capsys):
    events = trace(capsys, plan)
    start = one(events, "start")
    assert (start["t"], start["plan"], start["week"], start["day"]) == (5, "short", 1, 1)
    assert one(events, "finish")["t"] == 25
    assert events[0]["event"] == "boot" and max(event["t"] for event in events) <= 30


@pytest.mark.parametrize(
    "words, chosen",
    [
        (["--week", "2"], {"week": 2, "day": 1}),
        (["--week", "1", "--day", "2"], {"week": 1, "day": 2}),
        (["--workout", "Dale"], {"workout": "Dale"}),
    ],
)
def test_the_session_that_was_asked_for(plan, capsys, words, chosen):
    start = one(trace(capsys, plan, *words), "start")
    assert {key: start[key] for key in ("week", "day", "workout") if key in start} == chosen


def test_a_plan_without_sessions_starts_its_first_workout(plan, capsys, tmp_path):
    (tmp_path / "b.plan").write_text('workout "One": run 5s\nworkout "Two": run 6s\n')
    assert one(trace(capsys, "b.plan"), "start")["workout"] == "One"


def test_both_engines_print_the_same(plan, capsys):
    assert trace(capsys, plan) == trace(capsys, plan, "--vm", "micropython")


def test_readable_lines_where_no_trace_is_asked_for(plan, capsys):
    assert main(["sim", plan]) == 0
    out, err = capsys.readouterr()
    assert "   0:05.000  start      short, week 1 day 1, 0:20\n" in out
    assert "   0:15.000  step       run 0:10\n" in out
    assert "cpython" in err and "cpython" not in out


@pytest.mark.parametrize(
    "words, says",
    [
        (["--week", "3"], "short.plan: no week 3; weeks: 1-2"),
        (["--week", "100"], "short.plan: no week 100; weeks: 1-2"),
        (["--week", "1", "--day", "3"], "short.plan: week 1 has no day 3; its days: 1-2"),
        (["--workout", "Vale"], 'short.plan: no workout "Vale"; workouts: "Hill", "Dale"'),
        (["--script", "nowhere.txt"], "nowhere.txt: No such file or directory"),
    ],
)
def test_what_is_not_there_is_one_line_that_names_what_is(plan, capsys, words, says):
    assert refused(capsys, plan, *words) == [f"runwalk: {says}"]


def test_a_plan_that_cannot_be_read(plan, capsys):
    (line,) = refused(capsys, "nowhere.plan")
    assert "nowhere.plan" in line
    (line,) = refused(capsys, "nowhere")
    assert "ten-weeks" in line


@pytest.mark.parametrize("given", ["bad.plan", "./bad.plan"])
def test_every_error_of_a_plan_has_its_line(plan, capsys, tmp_path, given):
    (tmp_path / "bad.plan").write_text("week 1: walk 5\nweek 2: jog 5m\n")
    lines = refused(capsys, given)
    assert [line.split(": ")[0] for line in lines] == [f"{given}:1:15", f"{given}:2:9"]


@pytest.mark.parametrize("name", [".plan", ".mine.plan", "mine .plan", " mine.plan", "a\nb.plan"])
def test_a_plan_that_the_clip_would_pass_over_is_refused(plan, capsys, tmp_path, name):
    """Else another one would be played."""
    (tmp_path / name).write_text(PLAN)
    assert "call it my.plan" in refused(capsys, f"./{name}")[-1]


def test_every_error_of_a_scenario_has_its_line(plan, capsys, tmp_path):
    (tmp_path / "bad.txt").write_text("0:02 jump\n0:01 press\n")
    lines = refused(capsys, plan, "--script", "bad.txt")
    assert [line.split(": ")[0] for line in lines] == ["bad.txt:1:6", "bad.txt:2:1"]


@pytest.mark.parametrize(
    "words",
    [
        ["--workout", "Hill", "--week", "1"],
        ["--day", "1"],
        ["--fast", "--speed", "2"],
        ["--vm", "micropython", "--speed", "2"],
        ["--speed", "0"],
        ["--speed", "9" * 400],
        ["--flash", ""],
        ["--script", ""],
        ["--vm", "jython"],
        ["--png", "0:05"],
        ["--png", "soon=a.png"],
    ],
)
def test_options_that_make_no_sense_together_are_wrong_usage(plan, capsys, words):
    with pytest.raises(SystemExit) as caught:
        main(["sim", plan, *words])
    assert caught.value.code == 2
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    "content, says", [(b"\xff", "not UTF-8 text"), (b"#" * 1_100_000, "is it the right file?")]
)
def test_a_scenario_that_cannot_be_one(plan, capsys, tmp_path, content, says):
    (tmp_path / "x.txt").write_bytes(content)
    (line,) = refused(capsys, plan, "--script", "x.txt")
    assert line.startswith("runwalk: x.txt: ") and line.endswith(says)


@pytest.mark.parametrize(
    "words",
    ["--headless", "--fast", "--speed 2", "--png 0:01=a.png", "--week 0", "--flash clip", "ultra"],
)
def test_a_board_on_usb_plays_nothing_by_itself(capsys, words):
    with pytest.raises(SystemExit) as caught:
        main(["sim", "--usb", *words.split()])
    assert caught.value.code == 2
    assert "--usb takes" in capsys.readouterr().err


def test_a_scenario_presses(plan, capsys, tmp_path):
    (tmp_path / "late.txt").write_text("0:07 press\n0:15 hold\n0:18 end\n")
    events = trace(capsys, plan, "--script", "late.txt")
    assert one(events, "start")["t"] == 10
    assert one(events, "pause")["active"] == 5
    assert max(event["t"] for event in events) <= 18


def test_pictures_are_the_display_four_times_as_large(plan, capsys):
    trace(capsys, plan, "--png", "0:08=step.png", "--png", "0:01=splash.png")
    step, splash = Image.open("step.png"), Image.open("splash.png")
    assert step.size == splash.size == (512, 256)
    for picture in (step, splash):
        assert picture.getextrema() == (0, 255)
    assert step.tobytes() != splash.tobytes()


def test_a_picture_after_the_end_is_a_fault(plan, capsys):
    assert main(["sim", plan, "--headless", "--png", "5:00=a.png"]) == 1
    assert "a.png: the run was over" in capsys.readouterr().err


@pytest.mark.parametrize("place", ["nowhere/a.png", "short.plan/a.png", "."])
def test_a_picture_that_cannot_be_written_is_known_before_the_run(plan, capsys, place):
    assert refused(capsys, plan, "--png", f"0:08={place}") == [
        f"runwalk: {place}: no picture can be written there"
    ]


def test_without_keys_or_a_place_to_draw_it_does_not_play_live(plan, monkeypatch, capsys):
    monkeypatch.setattr("runwalk_tools.live.run_live", lambda *words: pytest.fail("live"))
    for stream in ("stdin", "stderr"):
        with monkeypatch.context() as patch:
            for other in {"stdin", "stdout", "stderr"} - {stream}:
                patch.setattr(getattr(sys, other), "isatty", lambda: True, raising=False)
            patch.setattr(getattr(sys, stream), "isatty", lambda: False, raising=False)
            assert main(["sim", plan]) == 0
            assert "start      short" in capsys.readouterr().out


def test_a_flash_folder_is_the_clips_own_from_run_to_run(plan, capsys, tmp_path):
    flash = tmp_path / "clip"
    trace(capsys, plan, "--flash", str(flash))
    assert (flash / "board.txt").read_text().startswith("board pico\n")
    assert (flash / "plans" / "short.plan").read_text() == PLAN
    (flash / "settings.txt").write_text("quiet on\n")
    events = trace(capsys, plan, "--flash", str(flash))
    assert one(events, "start")["day"] == 2
    cues = [event for event in events if event["event"] == "cue"]
    assert cues and all(event["by"] == ["motor"] for event in cues)


def test_a_plan_that_asks_about_pain_goes_on_from_run_to_run(capsys, tmp_path):
    (tmp_path / "a.plan").write_text("ask pain\nweek 1 x3: run 5s\n")
    for day in (1, 2, 3):
        events = trace(capsys, f"{tmp_path}/a.plan", "--flash", str(tmp_path / "clip"))
        assert one(events, "start")["day"] == day
        if day > 1:
            assert one(events, "answer")["value"] == "no"


def test_a_folder_that_is_no_flash_is_left_alone(plan, capsys, tmp_path):
    big = tmp_path / "photos"
    big.mkdir()
    (big / "photo.raw").write_bytes(bytes(2_000_000))
    (line,) = refused(capsys, plan, "--flash", str(big))
    assert "flash" in line and [path.name for path in big.iterdir()] == ["photo.raw"]


def test_a_flash_folder_is_made_with_those_above_it(plan, capsys, tmp_path):
    trace(capsys, plan, "--flash", "new/er/clip")
    assert (tmp_path / "new/er/clip/journal.txt").exists()


@pytest.mark.parametrize(
    "folders, files, flash, says",
    [
        ([], ["clip"], "clip", "clip: not a folder"),
        ([], ["a"], "a/clip", "a/clip: Not a directory"),
        ([], ["clip/plans"], "clip", "clip/plans: a file where the clip has a folder"),
        (["clip/use.txt"], [], "clip", "clip/use.txt: a folder where the clip has a file"),
        ([], ["clip/\udcff"], "clip", "a file of the clip's cannot be called that"),
    ],
)
def test_a_flash_folder_that_cannot_be_one_is_known_before_the_run(
    plan, capsys, tmp_path, folders, files, flash, says
):
    for folder in folders:
        (tmp_path / folder).mkdir(parents=True)
    for file in files:
        (tmp_path / file).parent.mkdir(exist_ok=True)
        try:
            (tmp_path / file).touch()
        except OSError:
            pytest.skip("no file can be called that here")
    (line,) = refused(capsys, plan, "--flash", flash)
    assert line.startswith("runwalk: ") and line.endswith(says)


def test_a_flash_folder_that_is_read_only_is_known_before_the_run(plan, capsys, monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # root may write everywhere
    (line,) = refused(capsys, plan, "--flash", "clip")
    assert line == "runwalk: clip: the clip could not write there"


def test_what_cannot_be_kept_is_said_in_one_line(plan, capsys, tmp_path):
    (tmp_path / "clip" / "journal.txt").mkdir(parents=True)
    assert main(["sim", plan, "--headless", "--flash", "clip"]) == 1
    assert capsys.readouterr().err.splitlines()[1:] == [
        "runwalk: clip/journal.txt: Is a directory"
    ]


def test_more_than_littlefs_can_hold_is_said_in_one_line(plan, capsys, tmp_path):
    (tmp_path / "clip").mkdir()
    (tmp_path / "clip" / "big").write_bytes(bytes(1_438_000))
    line = refused(capsys, plan, "--flash", "clip", "--vm", "micropython")
    assert line == ["runwalk: clip: there is no room left"]
