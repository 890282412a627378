"""Writes to the flash and cues keep out of each other's way, however slow the flash is."""

import json

import pytest

from hostsim.engine import Setup
from hostsim.engine_cpython import Simulation
from hostsim.files import plans_dir
from hostsim.scenario import parse
from runwalk_tools.boards import load_board

MS = 1_000_000
AHEAD = 1.0  # seconds before a cue in which no write begins
OLD = 13.0  # age of a checkpoint that waits for silence alone
LATE = 0.020
SOUNDS = 1 | 2  # buzzer and motor, as bits
STEPS = ("warm", "run", "walk", "hike", "rest", "cool")

# 10 s steps leave few quiet moments; a reminder and half-way come on top
DENSE = """plan Hardly a quiet moment
remind "drink" every 1m
week 1: warm 10s, 12x(run 10s, walk 3s), cool 10s
"""
# a finger that leaves no quiet moment for half a minute, pauses, skips, ends
BUSY = "\n".join(
    ["0:02 press"]
    + [f"0:{20 + at // 10}.{at % 10} press" for at in range(0, 330, 9)]
    + ["0:58 hold", "1:01 press", "1:05 double", "1:07 double", "1:20 hold", "1:30 press"]
)
RUNS = {
    "a first session": ((plans_dir() / "ten-weeks.plan").read_text(), "0:02 press"),
    "short steps": (DENSE, "0:02 press"),
    "a restless finger": (DENSE, BUSY),
    "rated and asked": (
        "ask pain\nweek 1-3: run 9s",
        "0:02 press\n0:18 hold\n0:20 press\n0:20.5 press\n0:22 hold\n0:24 press\n0:26 hold"
        "\n0:27.5 press\n0:28.5 press\n0:29.5 press\n0:31 hold",
    ),
}


class Played:
    """A run, with what its outputs did; times in seconds."""

    def __init__(self, plan: str, script: str, write_ms: int):
        files = {"plans/x.plan": plan.encode()}
        scenario = parse(script, "script")
        sim = Simulation(Setup(load_board("pico").facts(), files, scenario=scenario))
        sim.board.load("world").FLASH_WRITE_NS = write_ms * MS
        self.sounds = []  # from, to
        self._since = -1.0
        self._on = 0
        sim.world.tap = lambda role, on, freq, duty: self._tap(sim.world.now, role, on)
        result = sim.run()
        assert result.error is None
        self.length = write_ms / 1000
        self.events = [json.loads(line) for line in result.lines]
        # writes that follow at once upon each other are one stretch
        self.writes: list[list[float]] = []
        for ns in sim.writes:
            at = ns / 1e9
            if self.writes and at - self.writes[-1][1] < 0.001:
                self.writes[-1][1] += self.length
            else:
                self.writes.append([at, at + self.length])

    def _tap(self, now: int, role: int, on: bool) -> None:
        before = self._on & SOUNDS
        self._on = self._on | role if on else self._on & ~role
        if not before and self._on & SOUNDS:
            self._since = now / 1e9
        elif before and not self._on & SOUNDS:
            self.sounds.append((self._since, now / 1e9))

    def of(self, *names: str) -> list[dict]:
        return [event for event in self.events if event["event"] in names]

    def by_finger(self, t: float) -> bool:
        """Whether a gesture brought what happened then."""
        return any(0 <= t - button["t"] <= LATE for button in self.of("button"))

    def stalled(self, t: float) -> float:
        """When the write was over that the instant fell into; the instant itself if in none."""
        return max([end for begin, end in self.writes if begin <= t < end], default=t)


@pytest.fixture(params=[60, 400], ids=["60 ms a write", "400 ms a write"])
def write_ms(request):
    return request.param


@pytest.mark.parametrize("name", RUNS)
def test_no_write_begins_while_a_tone_plays_or_shortly_before_a_cue(name, write_ms):
    played = Played(*RUNS[name], write_ms)
    checkpoints = [event["t"] for event in played.of("saved") if event["what"] == "session"]
    cues = [event["t"] for event in played.of("cue") if not played.by_finger(event["t"])]
    assert len(played.writes) > 3 and played.sounds and cues
    for begin, _ in played.writes:
        assert not any(on <= begin < off for on, off in played.sounds), begin
        age = begin - max([t for t in checkpoints if t <= begin], default=0)
        if age < OLD:
            assert not any(begin < cue < begin + AHEAD for cue in cues), begin


@pytest.mark.parametrize("name", RUNS)
def test_cues_are_on_time(name, write_ms):
    played = Played(*RUNS[name], write_ms)
    last = {}
    for event in played.events:
        kind = event.get("kind") if event["event"] == "step" else event["event"]
        if event["event"] != "cue":
            last[kind] = event["t"]
        elif event["name"] in STEPS + ("finish", "stop", "pause", "resume"):
            cause = last[event["name"]]
            if event["name"] in STEPS and played.by_finger(event["t"]):
                continue  # a press repeats it
            assert event["t"] - played.stalled(cause) <= LATE, event
    changes = [event["t"] for event in played.of("step", "finish")]
    for beep in (event["t"] for event in played.of("cue") if event["name"] == "countdown"):
        left = min(change - beep for change in changes if change > beep)
        assert -LATE <= left - round(left) <= 0 and round(left) in (1, 2, 3), beep


@pytest.mark.parametrize("name", ["a first session", "short steps", "a restless finger"])
def test_a_checkpoint_is_never_older_than_15_s(name, write_ms):
    played = Played(*RUNS[name], write_ms)
    begin, end = (played.of(event)[0]["t"] for event in ("start", "finish"))
    standing = [event["t"] for event in played.of("pause")]
    times = [event["t"] for event in played.of("saved") if event["what"] == "session"]
    times = [begin] + [t for t in times if begin < t < end] + [end]
    for one, other in zip(times, times[1:]):
        if not any(one <= t <= other for t in standing):  # a pause stands still
            assert other - one <= 15, (one, other)
