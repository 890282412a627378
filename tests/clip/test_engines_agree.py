"""The same scenario on both engines: the same trace line for line, and the same pictures.

scenarios-both/ has a plan and what the runner did; what the trace must hold whatever
happens (TRACE.md's order and keys, cues at their time) is checked on each.
"""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from hostsim.engine import Result, Setup, run
from hostsim.engine_cpython import Simulation
from hostsim.files import boards_dir
from hostsim.scenario import instant, parse
from runwalk_tools.boards import load_board

FOLDER = Path(__file__).parent / "scenarios-both"
MS = 1_000_000
PICTURES = 12

LINE = re.compile(r'\{"t":\d+\.\d{3},"event":"[a-z]+"(,"[a-z]+":[^ ].*)?\}')

# what stands in a line, in this order; those in brackets may be missing
KEYS = {
    "boot": "firmware board",
    "button": "action",
    "start": "plan (week) (day) (workout) steps seconds",
    "step": "index kind seconds (label) (round) (rounds)",
    "skip": "from to",
    "back": "from to",
    "pause": "active",
    "resume": "active (after)",
    "halfway": "",
    "lastround": "",
    "remind": "label",
    "finish": "active paused",
    "stop": "active paused",
    "cue": "name by",
    "screen": "name",
    "offer": "name",
    "answer": "name value",
    "rate": "value",
    "saved": "what",
    "error": "what text",
    "crash": "what text",
    "sleep": "",
    "wake": "by",
}
RANKS = [
    ("button",),
    ("pause", "resume", "skip", "back", "answer"),
    ("start",),
    ("step",),
    ("halfway", "lastround", "remind"),
    ("finish", "stop"),
    ("cue",),
    ("saved",),
    ("screen",),
]
RANK = {name: rank for rank, names in enumerate(RANKS) for name in names}

KINDS = ("warm", "run", "walk", "hike", "rest", "cool")
LATE = 0.020
WRITE = 0.060
DOUBLE = 0.350
WAITING = ("halfway", "lastround", "remind")
NUDGE = 60, 10  # seconds: while paused, and at Resume?


@dataclass
class Case:
    """A scenario of the folder, and what is not as usual about the board and its flash."""

    scenario: str
    files: dict[str, bytes] = field(default_factory=dict)
    board: dict[str, str] = field(default_factory=dict)  # lines of pico.toml, as they are here
    by_hand: int = 0  # gestures that are written as `down` and `up`


LIT = {"settings.txt": b"screen-off 0\n"}
OTHER = {"plans/other.plan": b"plan Another\nweek 1 day 1: walk 1m\n"}
FLAT = {"height = 64": "height = 32"}
SMALL = {"width = 128": "width = 72", "height = 64": "height = 40"}
SH1106 = {'kind = "ssd1306"': 'kind = "sh1106"'}
NO_MOTOR = {"[motor]\npin = 18\n": ""}

CASES = {
    "pauses": Case("pauses", by_hand=1),
    "pauses-at-72x40": Case("pauses", board=SMALL, by_hand=1),
    "left-paused": Case("left-paused"),
    "skips": Case("skips", by_hand=3),
    "skips-on-sh1106": Case("skips", LIT, SH1106, by_hand=3),
    "open-steps": Case("open-steps"),
    "open-steps-at-128x32": Case("open-steps", LIT, FLAT),
    "repeat": Case("repeat"),
    "one-instant": Case("one-instant"),
    "presses-in-a-draw": Case("presses-in-a-draw", LIT, by_hand=8),
    "display-faults": Case("display-faults", LIT),
    "display-missing": Case("display-missing"),
    "resume-yes": Case("resume-yes", by_hand=1),
    "resume-no": Case("resume-no"),
    "cut-in-a-write": Case("cut-in-a-write"),
    "soft-reset": Case("soft-reset"),
    "flash-faults": Case("flash-faults"),
    "flash-readonly": Case("flash-readonly"),
    "menus": Case("menus", OTHER),
    "off-and-wake": Case("off-and-wake"),
    "ratings": Case("ratings"),
    "rest-question": Case("rest-question"),
    "quiet": Case("quiet", {"settings.txt": b"quiet on\n"}),
    "quiet-without-motor": Case("quiet", {"settings.txt": b"quiet on\n"}, NO_MOTOR),
    "low-battery": Case("low-battery", LIT),
    "stuck-button": Case("stuck-button", by_hand=2),
    "wrong-plan": Case("wrong-plan", OTHER),
    "usb-mode": Case("usb-mode"),
    "locked": Case("locked", {"settings.txt": b"lock on\nscreen-off 5\nflip on\n"}),
}


def setup_of(case: Case, tmp_path: Path) -> Setup:
    text = (boards_dir() / "pico.toml").read_text()
    for old, new in case.board.items():
        assert text.count(old) == 1
        text = text.replace(old, new)
    toml = tmp_path / "pico.toml"
    toml.write_text(text)
    name = case.scenario
    plan = (FOLDER / f"{name}.plan").read_bytes()
    files = {f"plans/{name}.plan": plan, "use.txt": f"plan {name}\n".encode(), **case.files}
    script = parse((FOLDER / f"{name}.txt").read_text(), f"{name}.txt")
    # pictures soon after what was done: of drawings, half sent ones too
    instants = sorted({ns + (37 + 113 * i) * MS for i, (ns, _, _) in enumerate(script.rows)})
    step = max(1, len(instants) // PICTURES)
    board = load_board(str(toml)).facts()
    return Setup(board, files, scenario=script, pictures=instants[::step])


@dataclass
class Run:
    case: Case
    setup: Setup
    here: Result
    there: Result
    writes: list[float]
    events: list[dict]


@pytest.fixture(scope="module", params=CASES, ids=str)
def played(request, tmp_path_factory) -> Run:
    case = CASES[request.param]
    setup = setup_of(case, tmp_path_factory.mktemp("board"))
    simulation = Simulation(setup)
    here = simulation.run()
    there = run(setup, "micropython")
    writes = [ns / 1e9 for ns in simulation.writes]
    return Run(case, setup, here, there, writes, [json.loads(line) for line in here.lines])


def test_both_engines_give_the_same(played):
    assert played.here.lines == played.there.lines
    assert played.here.ns == played.there.ns
    assert played.here.error is None and played.there.error is None
    assert played.here.pixels == played.there.pixels
    for ns, here, there in zip(played.setup.pictures, played.here.pictures, played.there.pictures):
        assert here == there, f"the picture at {ns / 1e9}"
    assert played.here.files == played.there.files


def test_it_ends(played):
    """5 s after the last action or the session's end, or when a pause has put it to sleep."""
    ends = [e["t"] for e in played.events if e["event"] in ("pause", "finish", "stop", "crash")]
    asleep = 1800 * (played.case.scenario == "left-paused")
    last = max(played.setup.scenario.last / 1e9, ends[-1] + asleep if ends else 0)
    assert last <= played.here.ns / 1e9 <= last + 6


def test_lines_are_as_the_page_writes_them(played):
    for line, event in zip(played.here.lines, played.events):
        assert LINE.fullmatch(line)
        t, name, *keys = event
        assert (t, name) == ("t", "event")
        wanted = KEYS[event["event"]].split()
        known = [key.strip("()") for key in wanted]
        assert keys == [key for key in known if key in keys]
        assert {key for key in wanted if not key.startswith("(")} <= set(keys)
        assert event.get("by", True), "a cue that nothing plays has no line"


def test_time_goes_on_and_one_instant_has_its_order(played):
    at, rank = 0.0, 0
    for event in played.events:
        name = event["event"]
        assert event["t"] >= at
        if event["t"] > at or name in ("boot", "crash", "wake"):
            at, rank = event["t"], 0
        if name in RANK:
            assert RANK[name] >= rank, event
            rank = RANK[name]


def test_each_gesture_is_reported_once(played):
    """At its time, and once; a press may wait for a second one, and for a write to end."""
    text = (FOLDER / f"{played.case.scenario}.txt").read_text()
    wanted = re.findall(r"^([\d:.]+) (press|hold|double)\b", text, re.MULTILINE)
    got = [(e["t"], e["action"]) for e in played.events if e["event"] == "button"]
    naps = [e["t"] for e in played.events if e["event"] in ("sleep", "wake")]
    for begun, woken in zip(naps[::2], naps[1::2]):
        # asleep, it knows of no gesture but the one that wakes it
        wanted = [(t, n) for t, n in wanted if not begun < instant(t) / 1000 <= woken]
        got = [(t, n) for t, n in got if not begun < t <= woken]
    if played.case.scenario == "usb-mode":
        wanted[0] = ("0:01.8", "hold")  # that brought it to the REPL, where no press is seen
    assert len(got) == len(wanted) + played.case.by_hand
    if not played.case.by_hand:
        for (t, action), (when, name) in zip(got, wanted):
            late = t - instant(when) / 1000
            assert action == name and -1e-9 <= late <= DOUBLE * (name == "press") + WRITE, t


def test_screens_change(played):
    shown = ""
    for event in played.events:
        if event["event"] == "boot":
            shown = ""
        elif event["event"] == "screen":
            assert event["name"] != shown
            shown = event["name"]


def test_steps_follow_one_another(played):
    index = -1
    wanted = None  # by a skip or a back
    for event in played.events:
        name = event["event"]
        if name == "start":
            index, wanted = -1, None
        elif name in ("skip", "back"):
            if event["from"] is not None:
                assert event["from"] == index
            wanted = event["to"]
        elif name == "resume" and "after" in event:
            wanted = ...
        elif name == "step":
            if wanted is None:
                assert event["index"] == index + 1
            elif wanted is not ...:
                assert event["index"] == wanted
            index, wanted = event["index"], None


def test_active_and_paused_time_make_up_the_session(played):
    start = None
    for event in played.events:
        name = event["event"]
        if name == "start":
            start = event["t"]
        elif name == "boot":
            start = None
        elif name in ("finish", "stop") and start is not None:
            assert event["active"] + event["paused"] == pytest.approx(event["t"] - start, abs=1e-6)


def heard_from(cause: float, writes: list[float]) -> float:
    """When what has its cause then can be heard at the earliest.

    It may have fallen into a write, and another one may follow that at once; a write that
    begins only after the cause excuses nothing.
    """
    free = cause
    for begun in writes:
        fell_into = begun < cause - 1e-9 and cause < begun + WRITE + 1e-9
        if fell_into or (free > cause and begun == pytest.approx(free, abs=1e-9)):
            free = begun + WRITE
    return free


def causes(events: list[dict], i: int) -> list[float]:
    """The instants before line i that its cue may belong to."""
    cue = events[i]["name"]
    t = events[i]["t"]
    before = events[:i]
    after = [event for event in events[i:] if event["t"] < t + 4]

    def at(*names: str) -> list[float]:
        return [event["t"] for event in before if event["event"] in names]

    if cue in KINDS:
        steps = [event for event in before if event["event"] == "step"]
        again = steps and steps[-1]["kind"] == cue
        presses = [event["t"] for event in before if event.get("action") == "press"]
        return [event["t"] for event in steps if event["kind"] == cue] + (presses if again else [])
    if cue == "countin":
        begun = [e["t"] for e in before if e["event"] == "screen" and e["name"] == "countin"]
        # the screen's own line stands behind the first of the three
        begun += [e["t"] for e in after if e["event"] == "screen" and e["name"] == "countin"]
        return [at + second for at in begun for second in (0, 1, 2)]
    if cue == "countdown":
        ends = [event["t"] for event in after if event["event"] in ("step", "finish", "stop")]
        step = max((k for k, e in enumerate(before) if e["event"] == "step"), default=0)
        if not {e["event"] for e in before[step - 1 :]} & {"back", "pause", "resume"}:
            ends = [before[step]["t"] + before[step]["seconds"]]  # it may be skipped meanwhile
        return [end - second for end in ends for second in (1, 2, 3)]
    if cue == "tick":
        return [event["t"] for event in before if event.get("action") == "hold"]
    if cue == "nudge":
        asked = [e["t"] for e in events[: i + 3] if e.get("name") == "resume"]
        still_paused = [t0 + NUDGE[0] * n for t0 in at("pause") for n in range(1, 31)]
        return still_paused + [t0 + NUDGE[1] * n for t0 in asked for n in range(7)]
    if cue == "error":
        return at("error", "crash")
    return at(cue)


def test_cues_come_at_their_time(played):
    steps = [e["t"] for e in played.events if e["event"] == "cue" and e["name"] in KINDS]
    for i, event in enumerate(played.events):
        if event["event"] != "cue":
            continue
        t = event["t"]
        found = [cause for cause in causes(played.events, i) if cause <= t + 1e-9]
        assert found, event
        if event["name"] in WAITING:
            last = max((step for step in steps if step <= t), default=0.0)
            assert t >= last + 1.5 - 1e-9, event
            continue
        late = min(t - heard_from(cause, played.writes) for cause in found)
        assert late <= LATE + 1e-9, (event, late)


def test_every_step_is_heard(played):
    """Unless another step, or a pause, came at the same instant."""
    cues = [(e["t"], e["name"]) for e in played.events if e["event"] == "cue"]
    for i, event in enumerate(played.events):
        if event["event"] != "step":
            continue
        same = [e for e in played.events[i + 1 :] if e["t"] <= event["t"] + LATE]
        if {e["event"] for e in same} & {"step", "pause", "finish", "stop", "boot"}:
            continue
        resumed = [e for e in played.events[:i] if e["t"] == event["t"] and e["event"] == "resume"]
        if resumed and "after" not in resumed[0]:
            continue
        heard = heard_from(event["t"], played.writes)
        names = [name for t, name in cues if event["t"] <= t <= heard + LATE + 1e-9]
        assert event["kind"] in names, event
