"""Every board that comes with runwalk starts in the simulator, and shows and sounds."""

import json

import pytest
from hostsim.engine import Result, Setup, run
from hostsim.files import plans_dir
from hostsim.scenario import parse
from runwalk_tools.boards import board_names, load_board
from runwalk_tools.main import main

PLAN = (plans_dir() / "ten-weeks.plan").read_bytes()
HOME = 4_000_000_000  # ns, with the splash over


def start(name: str, vm: str = "cpython") -> tuple[Result, list[dict]]:
    """That board through its start and into a session; pictured at home."""
    setup = Setup(
        board=load_board(name).facts(),
        files={"plans/ten-weeks.plan": PLAN, "use.txt": b"plan ten-weeks\n"},
        scenario=parse("0:05 press\n0:12 end", "start"),
        pictures=[HOME],
    )
    result = run(setup, vm)
    return result, [json.loads(line) for line in result.lines]


def lit_lines(result: Result) -> list[int]:
    """How many pixels of each line of the picture shine."""
    width, height = result.size
    return [sum(result.pictures[0][y * width : (y + 1) * width]) for y in range(height)]


@pytest.mark.parametrize("name", board_names())
def test_it_starts_shows_its_home_screen_and_sounds(name):
    board = load_board(name)
    result, events = start(name)
    assert result.error is None
    assert [event for event in events if event["event"] in ("error", "crash")] == []
    assert (events[0]["event"], events[0]["board"]) == ("boot", name)
    screens = [event["name"] for event in events if event["event"] == "screen"]
    assert screens == ["splash", "home", "countin", "step"]
    assert result.size == (board.values["display.width"], board.values["display.height"])
    # the title is at the top, a line further down says which session comes
    lines = lit_lines(result)
    assert any(lines[:8]) and any(lines[8:40])
    fitted = [part for part in ("buzzer", "motor", "led") if f"{part}.pin" in board.values]
    assert next(event["by"] for event in events if event["event"] == "cue") == fitted


def test_boards_with_the_same_display_show_the_same():
    shown: dict[tuple[int, int], set[bytes]] = {}
    for name in board_names():
        result, _ = start(name)
        shown.setdefault(result.size, set()).add(result.pictures[0])
    assert {size: len(pictures) for size, pictures in shown.items()} == {(128, 64): 1, (72, 40): 1}


@pytest.mark.parametrize("name", ["esp32-c3-oled", "heltec-v2", "pico-w"])
def test_both_engines_start_it_alike(name):
    ours, theirs = start(name)[0], start(name, "micropython")[0]
    assert ours.lines == theirs.lines
    assert ours.pictures == theirs.pictures


@pytest.mark.parametrize(
    "answers, size",
    [
        (["--display-kind", "sh1106"], (128, 64)),
        (["--display-size", "128x32"], (128, 32)),
        (["--display-size", "72x40"], (72, 40)),
    ],
)
def test_a_makers_own_board_with_another_display_starts_too(tmp_path, answers, size):
    path = str(tmp_path / "mine.toml")
    assert main(["board", "new", path, "--yes", "--like", "xiao-rp2040", *answers]) == 0
    result, events = start(path)
    assert [event for event in events if event["event"] in ("error", "crash")] == []
    assert result.size == size
    lines = lit_lines(result)
    assert any(lines[:8]) and any(lines[8:])


def test_a_board_without_display_and_motor_runs_by_sound(tmp_path):
    path = str(tmp_path / "mine.toml")
    words = ["--display-kind", "none", "--motor-pin", "none", "--led-pin", "none"]
    assert main(["board", "new", path, "--yes", *words]) == 0
    _, events = start(path)
    assert [event for event in events if event["event"] in ("error", "crash")] == []
    assert {tuple(event["by"]) for event in events if event["event"] == "cue"} == {("buzzer",)}
