"""The maker's half hour over a real port: from a bare board to a log that others can read."""

import csv
import time

from runwalk_tools.main import main
from usb_boards import look, needs_usb, runwalk

pytestmark = needs_usb

PLAN = "plan My first\nweek 1 x2: run 10s, walk 10s\n"
OTHER = "plan Another\nweek 1: walk 30m\n"


def wait(true, seconds=40):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.1)


def shows(board):
    """What the display shows, once it stays for longer than the splash does."""
    seen, since = None, 0.0
    end = time.monotonic() + 30
    while seen is None or not any(seen) or time.monotonic() - since < 2.5:
        assert time.monotonic() < end
        now = board.view()[1]
        if now != seen:
            seen, since = now, time.monotonic()
        time.sleep(0.05)
    return seen


def test_from_a_bare_board_to_a_log(board, tmp_path, capsys):
    archive = ["--archive", str(tmp_path / "archive")]
    (tmp_path / "first.plan").write_text(PLAN)
    (tmp_path / "other.plan").write_text(OTHER)

    code, out, err = runwalk(board, capsys, "install", "--board", "pico")
    assert (code, err) == (0, "")
    code, out, err = runwalk(board, capsys, "load", "first.plan", "--use")
    assert (code, err) == (0, "")
    assert "next is week 1 day 1" in out

    # a session, with the finger on the button
    home = shows(board)
    board.move((0, 0), (100, 1))
    wait(lambda: board.view()[1] != home)
    wait(lambda: b"\tfinish\t" in board.chip.read_bytes())
    time.sleep(3)  # the summary
    board.move((0, 0), (1000, 1))  # it felt right
    wait(lambda: b"\trate\t" in board.chip.read_bytes())

    # the cable is pulled while another plan is on its way
    board.cut_after = 900
    code, out, err = runwalk(board, capsys, "load", "other.plan")
    assert code == 1
    assert len(err.splitlines()) == 1
    board.unplug()
    board.plug()
    assert {"plans/first.plan", "plans/ten-weeks.plan"} <= set(look(board).files)
    code, out, err = runwalk(board, capsys, "install", "--board", "pico")
    assert (code, err) == (0, "")
    code, out, err = runwalk(board, capsys, "load", "other.plan")
    assert (code, err) == (0, "")

    code, out, err = runwalk(board, capsys, "log", "pull", *archive)
    assert (code, err) == (0, "")
    assert main(["log", "show", *archive]) == 0
    shown = capsys.readouterr().out
    assert "first" in shown
    assert "right" in shown
    assert main(["log", "export", "--csv", str(tmp_path / "log.csv"), *archive]) == 0
    capsys.readouterr()
    with (tmp_path / "log.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["kind"], row["step_done_s"]) for row in rows] == [("run", "10"), ("walk", "10")]
    assert {(row["state"], row["rating"]) for row in rows} == {("finished", "right")}

    code, out, err = runwalk(board, capsys, "load", "--use", "first")
    assert (code, err) == (0, "")
    assert "next is week 1 day 2" in out

    code, out, err = runwalk(board, capsys, "settings", "quiet", "on")
    assert (code, err) == (0, "")
    code, out, err = runwalk(board, capsys, "settings", "quiet")
    assert (code, err) == (0, "")
    assert "on" in out.split()
    code, out, err = runwalk(board, capsys, "doctor")
    assert (code, err) == (0, ""), out
