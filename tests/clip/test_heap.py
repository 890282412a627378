"""Once a session runs, a turn of the loop allocates nothing. All of it under MicroPython.

The programs in heap/ stand where main.py stands, and look on.
"""

import ast
import json
import re
import shutil
from pathlib import Path

import pytest
import small_heap
from clip_runs import play

from hostsim.files import firmware_package

HEAP = Path(__file__).parent / "heap"
HOUR = 3600

SHORT = """
0:02 press
0:20 press
0:30 hold
0:32 press
0:50 double
"""
SHORT_PLAN = 'remind "drink" every 1m\nweek 1 day 1: run 30s, walk 20s, 3x(run 20s, walk 20s)\n'

# a method that every turn of a session comes by, in each layer
PLACES = [
    ("clip/clip.py", "Clip.turn"),
    ("clip/clip.py", "Clip.due"),
    ("parts/sound.py", "Player.act"),
    ("parts/display.py", "Display.send_piece"),
    ("core/session.py", "Session.next"),
]


def planted(tmp_path: Path, file: str, where: str, line: str) -> Path:
    """A copy of the firmware with one line more, the first one of that method."""
    tree = tmp_path / "planted"
    compiled = shutil.ignore_patterns("__pycache__")
    shutil.copytree(firmware_package(), tree / "runwalk", ignore=compiled)
    path = tree / "runwalk" / file
    text = path.read_text()
    owner, name = where.split(".")
    (method,) = [
        node
        for kind in ast.parse(text).body
        if isinstance(kind, ast.ClassDef) and kind.name == owner
        for node in kind.body
        if isinstance(node, ast.FunctionDef) and node.name == name
    ]
    first = method.body[1 if ast.get_docstring(method) else 0]
    lines = text.splitlines()
    lines.insert(first.lineno - 1, " " * first.col_offset + line)
    path.write_text("\n".join(lines) + "\n")
    return tree


def short(tmp_path: Path) -> Path:
    (tmp_path / "short.plan").write_text(SHORT_PLAN)
    (tmp_path / "short.txt").write_text(SHORT)
    return tmp_path


def locked(folder: Path, name: str, **options):
    """What was seen with the heap locked: (events by name, what crash.log says)."""
    result = play(folder, name, "micropython", main=HEAP / "locked.py", lock_heap=True, **options)
    events: dict[str, list] = {}
    for line in result.lines:
        event = json.loads(line)
        events.setdefault(event["event"], []).append(event)
    return events, result.files.get("crash.log", b"").decode()


def length(events) -> float:
    (end,) = [event["t"] for name in ("finish", "stop") for event in events.get(name, [])]
    return end - events["start"][0]["t"]


class TestLocked:
    """micropython.heap_lock() from the session's start to its end, but for checkpoints."""

    def test_an_hour_of_planned_steps(self):
        events, crash = locked(HEAP, "fixed")
        assert crash == ""
        assert length(events) > HOUR
        assert {"halfway", "lastround", "remind", "skip", "back", "pause", "resume"} <= set(events)
        assert {event["name"] for event in events["screen"]} >= {"step", "paused", "end", "summary"}
        cues = {event["name"] for event in events["cue"]}
        assert cues >= {"warm", "run", "walk", "hike", "rest", "cool", "countdown", "halfway"}
        assert cues >= {"lastround", "remind", "pause", "nudge", "tick", "resume", "finish"}
        assert len(events["saved"]) > HOUR / 15

    def test_an_hour_of_open_steps_and_a_repeat(self):
        events, crash = locked(HEAP, "open", files={"settings.txt": b"screen-off 0\n"})
        assert crash == ""
        assert length(events) > HOUR
        opened = [step for step in events["step"] if step["seconds"] is None]
        assert len(opened) > 8
        assert events["step"][-1]["round"] >= 4 or events["step"][-1]["index"] > 30
        assert len(events["back"]) == 2 and len(events["pause"]) == 2
        assert [event.get("after") for event in events["resume"]] == [None, "power"]

    @pytest.mark.parametrize(("file", "where"), PLACES)
    def test_an_allocation_is_caught(self, tmp_path, file, where):
        tree = planted(tmp_path, file, where, "[0]")
        events, crash = locked(short(tmp_path), "short", firmware=tree)
        assert events["crash"][0]["t"] == pytest.approx(5, abs=0.1)
        assert re.search(rf"{file}\", line \d+, in {where.split('.')[1]}\n", crash)
        assert "MemoryError: memory allocation failed, heap is locked" in crash

    def test_one_that_comes_late_is_caught(self, tmp_path):
        """Many checkpoints have lifted the lock by then, and put it back."""
        line = "if self.clock.now() > 60000 and not self.button.open: [0]"
        tree = planted(tmp_path, "clip/clip.py", "Clip.turn", line)
        events, crash = locked(short(tmp_path), "short", firmware=tree)
        assert len([saved for saved in events["saved"] if saved["t"] < 60]) > 8
        assert events["crash"][0]["t"] == pytest.approx(60, abs=1)
        assert "heap is locked" in crash


def counted(folder: Path, name: str, **options) -> list[int]:
    """(turns, checkpoints, turns that changed what is in use, bytes that they took)."""
    # mem_alloc() goes through the whole heap, so it had better be small
    main = HEAP / "counted.py"
    result = play(folder, name, "micropython", main=main, record=False, heap="1m", **options)
    return [int(word) for word in result.files["heap.txt"].split()]


class TestCounted:
    """gc.mem_alloc() from turn to turn, without collection and without recorder."""

    def test_an_hour(self):
        lit = {"settings.txt": b"screen-off 0\n"}
        turns, checkpoints, changes, grown = counted(HEAP, "fixed", files=lit)
        assert turns > HOUR
        assert checkpoints > HOUR / 15
        assert (changes, grown) == (0, 0)

    def test_an_allocation_is_caught(self, tmp_path):
        tree = planted(tmp_path, "clip/clip.py", "Clip.turn", "[0]")
        (tmp_path / "few.plan").write_text("week 1 day 1: run 60s")
        (tmp_path / "few.txt").write_text("0:02 press\n1:20 end\n")
        turns, _, changes, grown = counted(tmp_path, "few", firmware=tree)
        assert changes == turns > 30
        assert grown >= turns * 32


class TestSmallHeap:
    """See small_heap.py for what else lives in that heap."""

    def test_a_session_of_3000_steps(self, tmp_path, capsys):
        small_heap.build(tmp_path)
        plan = "week 1 day 1: 999x(run 20s, walk 20s), 501x(run 20s, walk 20s)"
        script = "0:02 press\n1:50 double\n2:20 hold\n2:40 press\n5:00 end\n"
        result, heap = small_heap.play(tmp_path, plan, script, "320k")
        events = [json.loads(line) for line in result.lines]
        assert not [event for event in events if event["event"] in ("crash", "error")]
        (start,) = [event for event in events if event["event"] == "start"]
        assert (start["steps"], start["seconds"]) == (3000, 60000)
        assert events[-1]["t"] > 280
        assert heap.board < heap.modules < heap.home <= heap.session <= heap.peak < 320 * 1024
        with capsys.disabled():
            print(f"\nIn a heap of 320 KiB: at most {heap.peak} bytes in use, ", end="")
            print(f"{heap.session} without rubbish, {heap.board} of them the pretend board's")
