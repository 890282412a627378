"""Any one byte of any file, any file cut short or gone: the clip starts, and little is lost."""

import binascii
import json
from functools import cache

import pytest

from hostsim.engine import Setup
from hostsim.engine_cpython import Simulation
from hostsim.scenario import parse
from runwalk_tools.boards import load_board

BOARD = load_board("pico").facts()
PLAN = b"""plan Short  # for a quick test
rest 1 day
remind "drink" every 1m
week 1-3 x3: run 20s, 2x(walk 20s, run 20s) skip last run
"""
SETTINGS = b"""# mine
quiet on   # in the library
screen-off 30
cue-run low 100, high 300
pitch 90
"""
USE = b"plan x\nweek 2\nday 2\n"
# two sessions, rated, and a third that the power cuts off when 25 s of it are done
WEEK = """
0:01 clock set 2026-03-28T22:00+01:00
0:02 press
1:30 hold
1:31 clock set 2026-04-02T22:00+02:00
1:35 press
3:00 press
3:02 hold
3:03 clock set 2026-04-05T22:00+02:00
3:05 press
3:33 hold
3:35 power off
"""
SCREENS = ("home", "resume", "message", "question")


def live(files: dict[str, bytes], script: str = "0:02.5 end", board: bytes | None = None):
    sim = Simulation(Setup(BOARD, files, scenario=parse(script, "script")))
    if board is not None:
        sim.flash.put("board.txt", board)
    return sim.run()


@cache
def week() -> dict[str, bytes]:
    """The flash after that week, with a file of each kind."""
    plans = {"plans/x.plan": PLAN, "plans/y.plan": b"week 1: run 1m\n"}
    files = live({**plans, "settings.txt": SETTINGS}, WEEK).files
    assert {"journal.txt", "session.now", "zone.txt"} <= set(files)
    files.pop("board.txt")
    return files


def known(files: dict[str, bytes]) -> tuple:
    """What the journal of that flash says."""
    sim = Simulation(Setup(BOARD, files, live=True))
    modules = sim.switch_on()
    progress = modules.load("runwalk.core.progress").Progress()
    modules.load("runwalk.parts.journal").Journal(progress).load()
    course = progress.course("x")
    return (
        progress.finished,
        progress.stopped,
        progress.active_ms,
        progress.day,
        course.place,
        course.hards,
        course.easy_days,
    )


def flips(content: bytes):
    """Each byte with one bit of it turned; which one, changes from byte to byte."""
    for place in range(len(content)):
        damaged = bytearray(content)
        damaged[place] ^= 1 << place * 5 % 8
        yield place, bytes(damaged)


def cuts(content: bytes):
    for length in range(len(content)):
        yield length, content[:length]


def screen(result) -> str:
    """The screen at the end of a start; there was no crash."""
    events = [json.loads(line) for line in result.lines]
    assert result.error is None
    assert not [event for event in events if event["event"] == "crash"]
    name = [event["name"] for event in events if event["event"] == "screen"][-1]
    assert name in SCREENS
    return name


def records(journal: bytes) -> list[tuple[int, int]]:
    """Where each record begins and ends, newlines included."""
    places, at = [], 0
    for line in journal.split(b"\n\n"):
        places.append((at, at + len(line) + 2))
        at += len(line) + 2
    return places


def test_of_a_journal_one_record_is_lost_at_most():
    files = week()
    journal = files["journal.txt"]
    everything = known(files)
    assert everything[0] == 2
    without = {}
    for begin, end in records(journal):
        rest = {**files, "journal.txt": journal[:begin] + journal[end:]}
        without[begin, end] = known(live(rest).files)
    assert len(without) > 8
    for place, damaged in flips(journal):
        result = live({**files, "journal.txt": damaged})
        screen(result)
        lost = [said for (begin, end), said in without.items() if begin - 1 <= place <= end]
        assert known(result.files) in (everything, *lost), place


def test_of_a_journal_cut_short_each_whole_record_is_known():
    files = week()
    journal = files["journal.txt"]
    for length, rest in cuts(journal):
        whole = max([end for _, end in records(journal) if end - 1 <= length + 1], default=0)
        result = live({**files, "journal.txt": rest, "session.now": b""})
        screen(result)
        assert known(result.files) == known({**files, "journal.txt": journal[:whole]}), length


def test_a_journal_begun_anew_is_looked_up_in_the_one_before():
    files = week()
    journal = files["journal.txt"]
    number = len(records(journal))
    while len(journal) < 12150:
        number += 1
        body = b"1\t%d\t9\t-\tfault\tsettings\t%s" % (number, b"x" * 60)
        journal += b"\n%s\t%08x\n" % (body, binascii.crc32(body))
    session = {"journal.txt": journal, "session.now": b"", "settings.txt": b""}
    files = live({**files, **session}, "0:02 press\n1:30 hold\n1:33 end").files
    everything = known(files)
    assert everything[0] == 3 and len(files["journal.txt"]) < 1000 and files["journal.old"]
    files.pop("board.txt")
    for place, content in flips(files["journal.txt"]):
        result = live({**files, "journal.txt": content})
        screen(result)
        assert known(result.files) == everything, place


@pytest.mark.parametrize("damage", [flips, cuts])
def test_a_damaged_session_file_loses_that_session_at_most(damage):
    files = week()
    everything = known(files)
    assert screen(live(files)) == "resume"
    offered = 0
    for place, content in damage(files["session.now"]):
        result = live({**files, "session.now": content})
        offered += screen(result) == "resume"
        assert known(result.files) == everything, place
    assert offered < 5  # where it says the same all the same


def setting(files: dict[str, bytes]) -> dict:
    sim = Simulation(Setup(BOARD, files, live=True))
    return sim.switch_on().load("runwalk.parts.settings").Settings().values


def test_a_damaged_setting_costs_its_line():
    files = week()
    usual, mine = setting({}), setting(files)
    assert sum(usual[key] != mine[key] for key in mine) == 4
    for place, content in flips(SETTINGS):
        result = live({**files, "settings.txt": content})
        screen(result)
        assert result.files["settings.txt"] == content
        after = setting(result.files)
        # a newline that was hit makes one line of two
        most = 2 if SETTINGS[place : place + 1] == b"\n" else 1
        assert sum(after[key] != mine[key] for key in mine) <= most, place


def test_of_settings_cut_short_each_whole_line_holds():
    files = week()
    mine = setting(files)
    for length, content in cuts(SETTINGS):
        screen(live({**files, "settings.txt": content}))
        after = setting({**files, "settings.txt": content})
        for line in content.decode().splitlines(True):
            key = line.split()[0]
            if line.endswith("\n") and key in mine:
                assert after[key] == mine[key], length


@pytest.mark.parametrize("damage", [flips, cuts])
@pytest.mark.parametrize("path", ["use.txt", "plans/x.plan"])
def test_a_damaged_plan_or_wish_keeps_everything_else(damage, path):
    files = {**week(), "use.txt": USE}
    everything = known(week())
    for place, content in damage(files[path]):
        result = live({**files, path: content})
        screen(result)
        assert known(result.files)[:3] == everything[:3], place
        assert result.files["plans/y.plan"] == files["plans/y.plan"]


@pytest.mark.parametrize("damage", [flips, cuts])
def test_a_damaged_board_file_is_said_and_nothing_loops(damage, capfd):
    whole = BOARD.encode()
    end = "0:20 end"
    for place, content in damage(whole):
        capfd.readouterr()
        result = live(week(), end, content)
        assert result.error is None, place
        if content.rstrip() == whole.rstrip() or result.lines:
            # what stands behind the last line says nothing
            assert place >= len(whole.rstrip())
            continue
        assert capfd.readouterr().err.startswith("runwalk: board.txt: "), place


@pytest.mark.parametrize("content", [b"", b"\0" * 300, b"\xff" * 4096, None])
@pytest.mark.parametrize(
    "path", ["journal.txt", "session.now", "settings.txt", "use.txt", "plans/x.plan", "zone.txt"]
)
def test_an_empty_or_missing_file_stops_no_start(path, content):
    files = {**week(), "use.txt": USE}
    if content is None:
        del files[path]
    else:
        files[path] = content
    screen(live(files))


def test_everything_at_once_stops_no_start():
    files = {path: b"\xff\n" * 40 for path in week()}
    screen(live(files))
