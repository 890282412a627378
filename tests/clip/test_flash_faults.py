"""A flash that takes nothing, or gives nothing, while a session runs: it runs to its end."""

import json

import pytest

from hostsim.engine import Setup
from hostsim.engine_cpython import Simulation
from hostsim.pretend.oserror import os_error
from hostsim.scenario import parse
from runwalk_tools.boards import load_board

BOARD = load_board("pico").facts()
FILES = {"plans/x.plan": b"week 1-2 x3: run 30s, walk 30s, run 30s\n"}
EIO = 5
_S = 1_000_000_000
WIDTH = 128


class Played:
    """A run; `prepare(sim)` comes before it."""

    def __init__(self, script, files=FILES, prepare=None, pictures=()):
        setup = Setup(BOARD, files, scenario=parse(script, "script"), pictures=list(pictures))
        self.sim = Simulation(setup)
        if prepare:
            prepare(self.sim)
        self.result = self.sim.run()
        assert self.result.error is None, self.result.error
        self.events = [json.loads(line) for line in self.result.lines]
        assert not self.of("crash")

    def of(self, *names):
        return [event for event in self.events if event["event"] in names]

    def heard(self):
        """What belongs to the session itself, cues included."""
        names = ("start", "step", "halfway", "finish", "cue")
        return [event for event in self.of(*names) if event.get("name") != "tick"]


def unreadable(since):
    """From that second on reading a file fails, as on a chip that wears out."""

    def prepare(sim):
        plain = sim.flash.open

        def broken(path, mode="r", *more):
            if sim.world.now >= since * _S and mode[0] == "r":
                raise os_error(EIO)
            return plain(path, mode, *more)

        sim.flash.open = broken

    return prepare


FAULTS = {
    "full": ("0:20 flash full\n", None),
    "read-only": ("0:20 flash readonly\n", None),
    "full from the start": ("0:00 flash full\n", None),
    "read-only from the start": ("0:00 flash readonly\n", None),
    "unreadable": ("", unreadable(20)),
    "unreadable and full": ("0:20 flash full\n", unreadable(20)),
}


def with_fault(name, script="0:02 press\n", **more):
    lines, prepare = FAULTS[name]
    rows = sorted((lines + script).splitlines(), key=lambda row: parse(row, "").rows[-1][0])
    return Played("\n".join(rows), prepare=prepare, **more)


@pytest.mark.parametrize("name", FAULTS)
def test_the_session_is_the_same_to_its_end(name):
    usual = Played("0:02 press\n")
    assert with_fault(name).heard() == usual.heard()
    assert usual.of("finish")[0]["active"] == 90


@pytest.mark.parametrize("name", FAULTS)
def test_the_display_has_a_sign_and_the_trace_says_it_once(name):
    at = [50 * _S + _S // 2]
    usual = Played("0:02 press\n0:49 press", pictures=at).result.pictures[0]
    played = with_fault(name, "0:02 press\n0:49 press\n", pictures=at)
    picture = played.result.pictures[0]
    other = [place for place in range(len(usual)) if usual[place] != picture[place]]
    assert any(usual) and other
    columns = [place % WIDTH for place in other]
    rows = [place // WIDTH for place in other]
    assert max(columns) - min(columns) < 16 and max(rows) - min(rows) < 16
    said = [event for event in played.of("error") if event["what"] == "flash"]
    assert [event["text"] for event in said] == ["full, or not writable"]


@pytest.mark.parametrize("name", ["full", "read-only", "full from the start"])
def test_when_the_flash_is_well_again_nothing_is_lost(name):
    played = with_fault(name, "0:02 press\n1:00 flash ok\n1:45 hold\n2:00 end\n")
    assert [event["value"] for event in played.of("rate")] == ["right"]
    again = Played("0:02.5 press\n0:08 end", played.result.files)
    assert [(event["week"], event["day"]) for event in again.of("start")] == [(1, 2)]


def test_what_a_flash_did_not_take_is_kept_until_it_does():
    played = Played(
        "0:02 press\n0:10 flash full\n1:45 hold\n1:50 press\n3:33 hold\n3:40 flash ok\n5:00 end"
    )
    again = Played("0:02.5 press\n0:08 end", played.result.files)
    assert [(event["week"], event["day"]) for event in again.of("start")] == [(1, 3)]


@pytest.mark.parametrize(
    "path", ["journal.txt", "session.now", "settings.txt", "use.txt", "zone.txt"]
)
def test_one_file_that_cannot_be_read_stops_no_session(path):
    def prepare(sim):
        plain = sim.flash.open

        def broken(name, mode="r", *more):
            if name.strip("/") == path and mode[0] == "r":
                raise os_error(EIO)
            return plain(name, mode, *more)

        sim.flash.open = broken

    played = Played("0:02 press\n0:04 press\n", {**FILES, path: b"x\n"}, prepare)
    assert played.of("finish")[0]["active"] == 90


class Crashing(Simulation):
    """Whose loop raises an exception a second after each start of the clip."""

    def program(self):
        modules = super().program()
        clip = modules.load("runwalk.clip.clip").Clip
        plain = clip.turn

        def turn(self):
            plain(self)
            if self.clock.now() > 1000:
                raise ValueError("a fault of the firmware, " + "x" * 200)

        clip.turn = turn
        return modules


def test_the_crash_log_stays_bounded():
    script = "\n".join(f"{minute}:00 reset" for minute in range(1, 40)) + "\n41:00 end"
    sim = Crashing(Setup(BOARD, FILES, scenario=parse(script, "script")))
    result = sim.run()
    crashes = [line for line in result.lines if '"event":"crash"' in line]
    assert len(crashes) == 40 * 3  # then the REPL, until the next reset
    log = result.files["crash.log"]
    assert b"a fault of the firmware" in log
    assert 1000 < len(log) < 8192
