"""The clip on USB, end to end: real mpremote, a pseudo-terminal, real MicroPython, littlefs."""

import random
import subprocess
import sys
import time
import zlib

import pytest
from hostsim.files import main_py
from runwalk_tools import mpremote_link
from runwalk_tools.boards import load_board
from runwalk_tools.errors import UserError
from runwalk_tools.main import main
from usb_boards import FakePort, look, mpremote, needs_usb, runwalk, sha

pytestmark = needs_usb

PLAN = "plan Mine\nweek 1 x2: warm 10s, run 10s\n"
# session 7 runs, 90 s of it done: the file as parts/journal.py describes it
BODY = "%-88s" % "1 7 90000 0 1 0 0 60000 0 0 0 -1"
LINE = f"{BODY} {zlib.crc32(BODY.encode()):08x}\n"
RECORD = "1\t1\t1\t-\tplan\tten-weeks"
CHOSEN = f"\n{RECORD}\t{zlib.crc32(RECORD.encode()):08x}\n"
RUNNING = f"f = open('session.now', 'w'); f.write({LINE!r}); f.close()"


def assert_whole(board, bytecode):
    files = look(board).files
    for path, file in bytecode.items():
        assert files[path] == sha(file.read_bytes()), path
    assert files["main.py"] == sha(main_py().read_bytes())
    assert files["board.txt"] == sha(load_board("pico").facts().encode())
    assert {path for path in files if path.startswith("runwalk/")} == set(bytecode)


# the board itself


def test_a_bare_board_answers_and_has_nothing(board):
    assert mpremote(board, "resume", "exec", "import os; print(os.listdir())").strip() == "[]"


def test_a_soft_reset_forgets_and_leaves_main_out_and_a_reset_brings_it_back(board):
    main = "f = open('starts', 'a'); f.write('x'); f.close()"
    count = "print(open('starts').read())"
    mpremote(board, "resume", "exec", f'f = open("main.py", "w"); f.write("{main}"); f.close()')
    mpremote(board, "resume", "reset")
    time.sleep(0.5)
    assert mpremote(board, "resume", "exec", count).strip() == "x"
    mpremote(board, "resume", "exec", "kept = 1")
    assert mpremote(board, "resume", "eval", "'kept' in globals()").strip() == "True"
    assert mpremote(board, "soft-reset", "eval", "'kept' in globals()").strip() == "False"
    assert mpremote(board, "resume", "exec", count).strip() == "x"


def test_ctrl_c_stops_a_program_that_never_ends(board):
    mpremote(board, "resume", "exec", 'f = open("main.py", "w"); f.write("while 1: pass")')
    mpremote(board, "resume", "exec", "f.close()", "+", "reset")
    time.sleep(0.5)
    assert mpremote(board, "resume", "eval", "1 + 1").strip() == "2"


def test_the_clock_outlives_a_soft_reset_and_no_other_start(board):
    year = "import time; print(time.localtime()[0])"
    mpremote(board, "resume", "rtc", "--set")
    assert int(mpremote(board, "soft-reset", "exec", year)) >= 2025
    mpremote(board, "resume", "reset")
    assert int(mpremote(board, "resume", "exec", year)) == 2021


# install


def test_a_bare_board_becomes_a_clip_that_starts(board, bytecode, capsys):
    code, out, err = runwalk(board, capsys, "install", "--board", "pico")
    assert (code, err) == (0, "")
    assert f"{len(bytecode) + 4} files copied" in out  # main.py, board, zone, one plan
    assert_whole(board, bytecode)
    code, out, err = runwalk(board, capsys, "install", "--board", "pico")
    assert (code, err) == (0, "")
    assert "no files copied" in out
    time.sleep(1.5)
    # only the clip itself, with its clock set, writes such a line
    journal = mpremote(board, "resume", "cat", ":journal.txt")
    assert "\tplan\tten-weeks\t" in journal
    assert "\t-\tplan" not in journal


def test_the_runners_files_stay_and_what_is_old_goes(clip, bytecode, capsys):
    mpremote(
        clip,
        "resume",
        "exec",
        f"for p, t in (('settings.txt', 'quiet on'), ('journal.txt', {CHOSEN!r}),"
        " ('plans/ten-weeks.plan', 'plan My own'), ('runwalk/old.py', ''),"
        " ('runwalk/core/fold.mpy', 'broken')):\n f = open(p, 'w'); f.write(t); f.close()",
    )
    code, out, _ = runwalk(clip, capsys, "install", "--board", "pico")
    assert code == 0
    assert "2 files copied" in out  # the broken one, and main.py, which comes last
    clip.unplug()  # so that the clip does not write into them meanwhile
    clip.plug()
    assert_whole(clip, bytecode)
    for name, text in (("settings.txt", "quiet on"), ("plans/ten-weeks.plan", "plan My own")):
        assert mpremote(clip, "resume", "cat", ":" + name).strip() == text
    assert CHOSEN.strip() in mpremote(clip, "resume", "cat", ":journal.txt")


@pytest.mark.parametrize("seed", range(4))
def test_a_cable_pulled_in_the_middle_costs_a_second_run_only(board, bytecode, capsys, seed):
    board.cut_after = random.Random(seed).randrange(20, 100_000)
    code, out, err = runwalk(board, capsys, "install", "--board", "pico")
    assert code == 1, out
    assert len(err.splitlines()) == 1
    assert "Traceback" not in err
    board.unplug()
    board.plug()
    found = look(board)
    if "main.py" in found.files:  # then all else is whole
        assert_whole(board, bytecode)
    code, _, err = runwalk(board, capsys, "install", "--board", "pico")
    assert err == ""
    assert code == 0
    assert_whole(board, bytecode)


# load


def test_a_plan_is_loaded_chosen_listed_and_removed(clip, tmp_path, capsys):
    (tmp_path / "mine.plan").write_text(PLAN)
    code, out, err = runwalk(clip, capsys, "load", "mine.plan", "--use")
    assert (code, err) == (0, "")
    assert out.splitlines()[0] == "mine: 2 sessions"
    time.sleep(1.5)
    assert "\tplan\tmine\t" in mpremote(clip, "resume", "cat", ":journal.txt")
    assert look(clip).files["plans/mine.plan"] == sha(PLAN.encode())
    code, out, _ = runwalk(clip, capsys, "load", "--list")
    assert [line.split()[0] for line in out.splitlines()] == ["mine", "ten-weeks"]
    assert runwalk(clip, capsys, "load", "--remove", "mine")[0] == 0
    assert look(clip).plans == ["ten-weeks"]
    code, _, err = runwalk(clip, capsys, "load", "--use", "mine")
    assert code == 1
    assert err == "runwalk: mine: no such plan on the clip; there is: ten-weeks\n"


def test_a_plan_with_errors_does_not_reach_the_clip(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bad.plan").write_text("plan Bad\nweek 1: jog 5m\n")
    assert main(["load", "bad.plan", "--port", "/dev/none"]) == 1
    assert capsys.readouterr().err.startswith("bad.plan:2:")


def test_a_running_session_is_left_alone(clip, tmp_path, capsys):
    (tmp_path / "mine.plan").write_text(PLAN)
    mpremote(clip, "resume", "exec", RUNNING)
    code, _, err = runwalk(clip, capsys, "load", "mine.plan")
    assert code == 1
    assert "a session is running" in err
    assert len(err.splitlines()) == 1
    found = look(clip)
    assert found.session
    assert found.plans == ["ten-weeks"]
    assert runwalk(clip, capsys, "load", "mine.plan", "--force")[0] == 0
    assert look(clip).plans == ["mine", "ten-weeks"]


def test_info_names_what_is_there(clip, capsys):
    code, out, err = runwalk(clip, capsys, "info")
    assert (code, err) == (0, "")
    facts = dict(line.split(": ", 1) for line in out.splitlines())
    assert facts["board"] == "pico"
    assert facts["firmware"] == "0.1.0"
    assert facts["plans"] == "ten-weeks"


# faults


def test_a_port_that_another_program_has(clip, capsys):
    import serial

    with serial.Serial(clip.port, exclusive=True):
        code, _, err = runwalk(clip, capsys, "info")
    assert code == 1
    assert err.startswith(f"runwalk: {clip.port}: cannot be opened")
    assert len(err.splitlines()) == 1


def test_a_port_that_is_not_there(capsys):
    assert main(["info", "--port", "/dev/ttyACM99"]) == 1
    assert capsys.readouterr().err.startswith("runwalk: /dev/ttyACM99: cannot be opened")


def test_something_that_is_no_micropython(monkeypatch, capsys):
    import os
    import tty

    monkeypatch.setattr(mpremote_link, "_TIMEOUT_S", 2.0)
    master, slave = os.openpty()
    tty.setraw(slave)
    assert main(["info", "--port", os.ttyname(slave)]) == 1
    assert "no MicroPython answers there" in capsys.readouterr().err
    os.close(master)
    os.close(slave)


@pytest.mark.parametrize(
    "ports, said",
    [
        ([], "no board found"),
        ([FakePort("COM4", 0x2E8A, "Board"), FakePort("COM3", 0x303A, "")], "COM3 (303a:0005);"),
    ],
)
def test_none_or_several_ports(ports, said, monkeypatch):
    monkeypatch.setattr(mpremote_link.list_ports, "comports", lambda: ports)
    with pytest.raises(UserError, match="choose one|no board") as caught:
        mpremote_link.find_port(None)
    assert said in str(caught.value)


def test_the_only_board_is_found_among_other_things(monkeypatch):
    ports = [FakePort("/dev/ttyACM0", 0x1234, "Modem"), FakePort("/dev/ttyACM1", 0x2E8A, "Board")]
    ports.append(FakePort("/dev/ttyS0", None, ""))
    monkeypatch.setattr(mpremote_link.list_ports, "comports", lambda: ports)
    assert mpremote_link.find_port(None) == "/dev/ttyACM1"


@pytest.mark.parametrize("version, mpy, said", [((1, 23), 6, "too old"), ((1, 30), 7, ".mpy")])
def test_a_micropython_that_cannot_run_it(version, mpy, said):
    found = mpremote_link.Found("micropython", version, mpy)
    with pytest.raises(UserError, match=said):
        mpremote_link.check_version(found, "COM3")


# sim --usb


def test_the_simulator_names_its_port():
    command = [sys.executable, "-m", "runwalk_tools", "sim", "--usb"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            port = process.stdout.readline().strip()
            with mpremote_link.Link(port) as link:
                assert link.look().name == "micropython"
        finally:
            process.terminate()
