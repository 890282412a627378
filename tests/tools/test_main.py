"""The command as a whole: exits, streams, and no traceback for anybody's mistake."""

import argparse
import io
import os
import subprocess
import sys

import pytest
import runwalk
from runwalk_tools import main as command
from runwalk_tools.errors import UserError


@pytest.fixture
def verb(monkeypatch):
    """A parser whose one verb `do` calls the given function."""

    def install(function):
        def build():
            parser = argparse.ArgumentParser(prog="runwalk")
            do = parser.add_subparsers(required=True).add_parser("do")
            do.set_defaults(run=lambda args: function())
            return parser

        monkeypatch.setattr(command, "build_parser", build)

    return install


def run(*words: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "runwalk_tools", *words], capture_output=True, timeout=60
    )


def test_done_is_0(verb):
    verb(lambda: 0)
    assert command.main(["do"]) == 0


def test_a_fault_is_1_and_one_line_on_standard_error(verb, capsys):
    def fail():
        raise UserError("there is no moon tonight")

    verb(fail)
    assert command.main(["do"]) == 1
    assert capsys.readouterr() == ("", "runwalk: there is no moon tonight\n")


def test_an_interruption_is_130_without_a_word(verb, capsys):
    def interrupt():
        raise KeyboardInterrupt

    verb(interrupt)
    assert command.main(["do"]) == 130
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("words", [[], ["jump"], ["board"], ["board", "show"], ["--fast"]])
def test_wrong_usage_is_2(words, capsys):
    with pytest.raises(SystemExit) as left:
        command.main(words)
    assert left.value.code == 2
    out, err = capsys.readouterr()
    assert out == "" and "usage: runwalk" in err


@pytest.mark.parametrize("verb_name", command.VERBS)
def test_every_verb_has_a_help(verb_name, capsys):
    with pytest.raises(SystemExit) as left:
        command.main([verb_name, "--help"])
    assert left.value.code == 0
    assert f"usage: runwalk {verb_name}" in capsys.readouterr().out


def test_the_version_is_the_firmwares(capsys):
    with pytest.raises(SystemExit) as left:
        command.main(["--version"])
    assert left.value.code == 0
    assert capsys.readouterr().out == f"runwalk {runwalk.__version__}\n"


def test_as_a_module_it_is_the_same_command():
    done = run("--version")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode().strip() == f"runwalk {runwalk.__version__}"


def test_a_fault_of_the_real_command_has_no_traceback():
    done = run("board", "show", "no-such-board")
    assert done.returncode == 1
    assert done.stdout == b""
    assert b"Traceback" not in done.stderr


def test_a_pipe_closed_by_its_reader_is_quiet():
    process = subprocess.Popen(
        [sys.executable, "-m", "runwalk_tools", "board", "show", "pico"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None and process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait(60) == 0
    process.stderr.close()


@pytest.mark.parametrize("vm", ["cpython", "micropython"])
def test_a_run_whose_reader_has_enough_is_quiet(vm):
    process = subprocess.Popen(
        [sys.executable, "-m", "runwalk_tools", "sim", "--headless", "--vm", vm],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None and process.stderr is not None
    assert b'"boot"' in process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read().decode().splitlines() == [f"runwalk: pico, {vm}"]
    assert process.wait(60) == 0
    process.stderr.close()


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="only Linux has a disk that is full")
@pytest.mark.parametrize("words", [["board", "show", "pico"], ["sim", "--headless"]])
def test_a_disk_that_is_full_is_said_in_one_line(words):
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "runwalk_tools", *words],
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=60,
        )
    assert done.returncode == 1
    assert done.stderr.decode().splitlines()[-1] == "runwalk: No space left on device"
    assert b"Traceback" not in done.stderr and b"ignored" not in done.stderr


@pytest.mark.parametrize("words", [["board", "show", "pico"], ["sim"]])
def test_a_closed_output_takes_nothing(monkeypatch, words):
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    assert command.main(words) == 0


def test_output_is_utf8_whatever_the_terminal_says(verb, monkeypatch):
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))
    verb(lambda: print("Lauf → \ud800"))
    assert command.main(["do"]) == 0
    assert raw.getvalue() == "Lauf → ?\n".encode()
