"""The clip on USB, end to end: real mpremote, a pseudo-terminal, real MicroPython, littlefs."""

import os
import shutil
import subprocess
import sys
import time
import zlib

import pytest
from hostsim.files import firmware_package, main_py
from runwalk_tools import install, mpremote_link
from runwalk_tools.boards import board_names, load_board
from runwalk_tools.errors import UserError
from runwalk_tools.flashing import first_flash
from runwalk_tools.main import main
from runwalk_tools.progress import copying
from usb_boards import FakePort, look, mpremote, needs_usb, put, runs, runwalk, sha

pytestmark = needs_usb
if os.name == "posix":
    import tty

COMPILE = install.compile_firmware  # boards of the fixtures have it compiled once

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
    assert out.endswith("the clip is up\n")
    time.sleep(1)
    assert runs(board)
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


def test_over_an_older_firmware(clip, bytecode, tmp_path, monkeypatch, capsys):
    """That one had other modules; what the runner has from its days stays."""
    package = tmp_path / "old" / "runwalk"
    shutil.copytree(firmware_package(), package)
    (package / "__init__.py").write_text('__version__ = "0.0.9"\n')
    (package / "parts" / "former.py").write_text("LOUD = 1\n")
    (package / "clip" / "clip.py").write_text(
        "import runwalk.parts.former\n" + (package / "clip" / "clip.py").read_text()
    )
    with monkeypatch.context() as patch:
        patch.setattr(install, "firmware_package", lambda: package)
        patch.setattr(install, "compile_firmware", COMPILE)
        code, out, _ = runwalk(clip, capsys, "install", "--board", "pico")
    assert code == 0
    assert "4 files copied" in out  # the package's head, former.py, clip.py, main.py
    (tmp_path / "mine.plan").write_text(PLAN)
    assert runwalk(clip, capsys, "load", "mine.plan", "--use")[0] == 0
    time.sleep(1.5)  # the old clip takes the plan up
    assert "firmware: 0.0.9 (here: 0.1.0)" in runwalk(clip, capsys, "info")[1]
    put(clip, settings_txt="quiet on  # shh\n")
    journal = mpremote(clip, "resume", "cat", ":journal.txt")
    assert "\tplan\tmine\t" in journal

    code, out, err = runwalk(clip, capsys, "install", "--board", "pico")
    assert (code, err) == (0, "")
    assert "3 files copied" in out  # and former.py is gone
    assert_whole(clip, bytecode)
    assert "firmware: 0.1.0\n" in runwalk(clip, capsys, "info")[1]
    assert look(clip).plans == ["mine", "ten-weeks"]
    assert mpremote(clip, "resume", "cat", ":settings.txt").strip() == "quiet on  # shh"
    assert mpremote(clip, "resume", "cat", ":journal.txt").startswith(journal)
    assert "clip is up" in out


def test_a_clip_that_does_not_stay_up_is_told_of(clip, capsys, monkeypatch):
    monkeypatch.setattr(install, "main_py", lambda: clip.chip.with_name("main.py"))
    clip.chip.with_name("main.py").write_text("import runwalk.core\nrunwalk.core.jump()\n")
    code, out, err = runwalk(clip, capsys, "install", "--board", "pico")
    assert (code, out) == (1, "")
    assert err.startswith(f"runwalk: {clip.port}: all is copied, but the clip does not stay up: ")
    assert err.endswith("has no attribute 'jump'\n")


def test_a_clip_that_stays_up_and_does_nothing_is_told_of(clip, capsys, monkeypatch):
    monkeypatch.setattr(install, "main_py", lambda: clip.chip.with_name("main.py"))
    clip.chip.with_name("main.py").write_text("import time\nwhile True: time.sleep_ms(50)\n")
    code, out, err = runwalk(clip, capsys, "install", "--board", "pico")
    assert (code, out) == (1, "")
    assert "the clip does not work" in err


def test_a_session_waits_through_a_forced_install(clip, capsys):
    mpremote(clip, "resume", "exec", RUNNING)
    code, _, err = runwalk(clip, capsys, "install", "--board", "pico")
    assert code == 1
    assert "a session was running" in err
    code, out, err = runwalk(clip, capsys, "install", "--board", "pico", "--force")
    assert (code, err) == (0, "")
    assert out.endswith("the clip is up\n")
    assert look(clip).session


def test_somebody_elses_program_is_left_alone(board, capsys):
    put(board, main_py="import time\nwhile True: time.sleep_ms(50)\n")
    code, _, err = runwalk(board, capsys, "install", "--board", "pico")
    assert code == 1
    assert err.endswith("keep a copy of it, and say --replace\n")
    time.sleep(0.5)
    assert runs(board)
    assert "while True" in mpremote(board, "resume", "cat", ":main.py")
    assert runwalk(board, capsys, "load", "ten-weeks")[2] == (
        f"runwalk: {board.port}: no clip is on this board yet: `runwalk install` first\n"
    )
    assert runwalk(board, capsys, "install", "--board", "pico", "--replace")[0] == 0


@pytest.mark.parametrize(
    "name, steps",
    [
        ("pico", ["RPI_PICO-*.uf2", "/download/RPI_PICO/", "BOOTSEL", "RPI-RP2"]),
        ("pico-2", ["RPI_PICO2-*.uf2", "a drive RP2350"]),
        ("esp32-devkitc", ["--port COM5 erase_flash", "write_flash 0x1000 ESP32_GENERIC-*.bin"]),
        ("heltec-v3", ["--port COM5 write_flash 0 ESP32_GENERIC_S3-*.bin"]),
        ("esp32-c3-oled", ["--port COM5 write_flash 0 ESP32_GENERIC_C3-*.bin"]),
    ],
)
def test_the_first_flash_of_that_very_board(name, steps):
    told = first_flash(load_board(name), "COM5")
    for step in steps:
        assert step in told


def test_every_board_says_how_it_is_flashed_first():
    for name in board_names():
        build = load_board(name).values["firmware"]
        assert f"micropython.org/download/{build}/" in first_flash(load_board(name))


def test_install_names_the_flash_command_where_there_is_no_micropython(monkeypatch, capsys):
    monkeypatch.setattr(mpremote_link, "_TIMEOUT_S", 1.5)
    master, slave = os.openpty()
    tty.setraw(slave)
    port = os.ttyname(slave)
    assert main(["install", "--board", "heltec-v2", "--port", port]) == 1
    err = capsys.readouterr().err
    assert f"\nrunwalk: esptool --port {port} write_flash 0x1000 ESP32_GENERIC-*.bin\n" in err
    os.close(master)
    os.close(slave)
    monkeypatch.setattr(mpremote_link.list_ports, "comports", lambda: [])
    assert main(["install", "--board", "pico"]) == 1
    assert "a drive RPI-RP2 appears" in capsys.readouterr().err


def test_a_terminal_sees_a_bar_and_a_file_does_not(tmp_path, monkeypatch, capsys):
    files = [tmp_path / "one", tmp_path / "two"]
    for file in files:
        file.write_bytes(bytes(3000))
    with copying(files) as told:
        told("cp one :one\n")
    assert capsys.readouterr() == ("", "")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("FORCE_COLOR", "1")
    with copying(files) as told:
        told("cp one :one\n")
        told("cp two :two\n")
        time.sleep(0.3)
    out, err = capsys.readouterr()
    assert out == ""
    assert "3.0/6.0 kB" in err  # the first is done


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
    assert "a session was running" in err
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
