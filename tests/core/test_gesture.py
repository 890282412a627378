"""The button's classifier: every length of press, bounce, masked edges, late questions."""

import itertools
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hostsim.importer import Modules

gesture = Modules().load("runwalk.core.gesture")
NEVER = gesture.NEVER
LATE = 100_000


def drain(ask, when, found, doubles):
    """Take out what `ask` says, setting `.doubles` at each DOWN as the clip does."""
    gestures = ask.__self__
    while code := ask(when):
        found.append((code, gestures.at))
        if code == "down":
            gestures.doubles = doubles(gestures.began)


def classify(edges, polls=(LATE,), doubles=lambda began: False, hold_ms=800):
    """What comes out of edges (at, level) when it is asked at the instants `polls`."""
    gestures = gesture.Gestures()
    gestures.hold_ms = hold_ms
    found = []
    waiting = list(edges)
    for now in polls:
        while waiting and waiting[0][0] <= now:
            drain(gestures.before, waiting[0][0], found, doubles)
            gestures.edge(*waiting.pop(0))
        drain(gestures.next, now, found, doubles)
    return found


def finger(*spans):
    """Clean edges of a finger that is down over each (down, up)."""
    return [edge for down, up in spans for edge in ((down, 0), (up, 1))]


def both(began):
    return True


class TestLengths:
    """A press of any length is reported once, and as what it is."""

    @pytest.mark.parametrize("length", [31, 100, 350, 799])
    def test_press(self, length):
        assert classify(finger((1000, 1000 + length))) == [
            ("down", 1000),
            ("press", 1000 + length),
        ]

    @pytest.mark.parametrize("length", [801, 1000, 1999])
    def test_hold(self, length):
        assert classify(finger((1000, 1000 + length))) == [
            ("down", 1000),
            ("hold", 1800),
            ("up", 1000 + length),
        ]

    def test_let_go_at_the_very_instant_is_a_hold(self):
        """A press is let go *before* 0.8 s."""
        assert classify(finger((1000, 1800))) == [("down", 1000), ("hold", 1800), ("up", 1800)]

    def test_long_hold(self):
        expected = [("down", 1000), ("hold", 1800), ("long", 3000)]
        assert classify(finger((1000, 3000))) == expected + [("up", 3000)]
        assert classify(finger((1000, 9999))) == expected + [("up", 9999)]

    def test_ten_seconds_are_not_over_ten_seconds(self):
        assert classify(finger((1000, 11000)))[-1] == ("up", 11000)

    def test_stuck_is_reported_once_and_ignored_until_let_go(self):
        edges = finger((1000, 60_000), (61_000, 61_100))
        assert classify(edges) == [
            ("down", 1000),
            ("hold", 1800),
            ("long", 3000),
            ("stuck", 11000),
            ("down", 61_000),
            ("press", 61_100),
        ]

    def test_shorter_than_the_bounce_time(self):
        """The level is read 30 ms after the first edge: then it is known to be up."""
        assert classify(finger((1000, 1012))) == [("down", 1000), ("press", 1030)]

    @pytest.mark.parametrize("hold_ms", [500, 1200])
    def test_hold_is_a_setting(self, hold_ms):
        short = finger((0, hold_ms - 1))
        assert classify(short, hold_ms=hold_ms) == [("down", 0), ("press", hold_ms - 1)]
        enough = finger((0, hold_ms + 1))
        assert classify(enough, hold_ms=hold_ms)[1:] == [("hold", hold_ms), ("up", hold_ms + 1)]

    def test_hold_and_long_at_one_instant(self):
        found = classify(finger((0, 2500)), hold_ms=2000)
        assert found == [("down", 0), ("hold", 2000), ("long", 2000), ("up", 2500)]


class TestDouble:
    def test_press_waits_where_a_double_means_something(self):
        assert classify(finger((1000, 1100)), doubles=both) == [("down", 1000), ("press", 1450)]

    @pytest.mark.parametrize("gap", [40, 200, 349, 350])
    def test_second_press_acts_as_it_begins(self, gap):
        edges = finger((1000, 1100), (1100 + gap, 1300 + gap))
        assert classify(edges, doubles=both) == [("down", 1000), ("double", 1100 + gap)]

    def test_later_it_is_a_gesture_of_its_own(self):
        edges = finger((1000, 1100), (1451, 1551))
        assert classify(edges, doubles=both) == [
            ("down", 1000),
            ("press", 1450),
            ("down", 1451),
            ("press", 1901),
        ]

    def test_two_presses_where_there_is_no_double(self):
        edges = finger((1000, 1100), (1200, 1300))
        expected = [("down", 1000), ("press", 1100), ("down", 1200), ("press", 1300)]
        assert classify(edges) == expected

    def test_the_second_press_may_last(self):
        edges = finger((1000, 1100), (1300, 5000))
        assert classify(edges, doubles=both) == [("down", 1000), ("double", 1300)]

    def test_the_second_press_may_stick(self):
        edges = finger((1000, 1100), (1300, 20_000))
        assert classify(edges, doubles=both)[2:] == [("stuck", 11_300)]

    def test_three_presses_are_a_double_and_a_press(self):
        edges = finger((0, 100), (200, 300), (400, 500))
        expected = [("down", 0), ("double", 200), ("down", 400), ("press", 850)]
        assert classify(edges, doubles=both) == expected

    def test_the_doubles_of_the_gesture_counts_and_not_of_the_moment(self):
        """The first gesture begins on a timed step, the second on a menu."""
        edges = finger((0, 100), (1000, 1100))
        found = classify(edges, doubles=lambda began: began < 500)
        assert found == [("down", 0), ("press", 450), ("down", 1000), ("press", 1100)]

    def test_a_hold_needs_no_second_chance(self):
        assert classify(finger((0, 900)), doubles=both)[1:] == [("hold", 800), ("up", 900)]


class TestBounce:
    def test_first_edges_count(self):
        edges = [(100, 0), (101, 1), (103, 0), (104, 1), (108, 0)]
        edges += [(400, 1), (401, 0), (402, 1), (415, 0), (429, 1)]
        assert classify(edges) == [("down", 100), ("press", 400)]

    def test_it_is_not_a_double(self):
        edges = [(100, 0), (101, 1), (102, 0), (300, 1), (305, 0), (310, 1)]
        assert classify(edges, doubles=both) == [("down", 100), ("press", 650)]

    def test_bounce_within_a_millisecond(self):
        edges = [(100, 0), (100, 1), (100, 0), (101, 1), (101, 0), (300, 1), (300, 0), (300, 1)]
        assert classify(edges) == [("down", 100), ("press", 300)]

    def test_turned_back_within_the_30_ms_bounces_too(self):
        """Down at 100; up at 125, and its bounce lasts until 140: no second press."""
        edges = [(100, 0), (125, 1), (127, 0), (129, 1), (134, 0), (140, 1)]
        assert classify(edges, doubles=both) == [("down", 100), ("press", 480)]

    def test_level_that_the_pin_shows_counts_more_than_the_last_edge(self):
        """A handler may have read it in the midst of the bounce."""
        gestures = gesture.Gestures()
        gestures.edge(100, 0)
        gestures.edge(101, 1)
        assert gestures.next(101) == "down"
        assert gestures.settling
        gestures.level = 0
        assert gestures.next(899) == ""
        assert not gestures.settling
        assert gestures.next(900) == "hold"

    def test_a_first_edge_read_late_is_no_press(self):
        """It bore level up, but the finger was down: the level tells, 10 or 30 ms later."""
        assert classify([(100, 1), (104, 0), (500, 1)]) == [("down", 100), ("press", 500)]
        gestures = gesture.Gestures()
        gestures.edge(100, 1)
        assert gestures.next(100) == "down"
        gestures.level = 0
        assert gestures.next(899) == ""
        assert gestures.next(900) == "hold"


class TestMasked:
    """A flash write masks the interrupt; its edges bear the time it ends."""

    def test_press_wholly_inside_is_one_edge_with_level_up(self):
        assert classify([(500, 1)]) == [("down", 500), ("press", 500)]

    def test_or_two_edges_of_one_instant(self):
        assert classify([(500, 1), (500, 1)]) == [("down", 500), ("press", 500)]
        assert classify([(500, 0), (500, 1)]) == [("down", 500), ("press", 500)]

    def test_it_is_known_in_time_for_its_cue(self):
        gestures = gesture.Gestures()
        gestures.edge(500, 1)
        assert gestures.next(500) == "down"
        assert gestures.next(500) == ""
        assert gestures.due() <= 510
        assert gestures.next(510) == "press"
        assert gestures.at == 500

    def test_it_waits_for_a_second_press_too(self):
        assert classify([(500, 1)], doubles=both) == [("down", 500), ("press", 850)]
        edges = [(500, 1), (850, 0), (950, 1)]
        assert classify(edges, doubles=both) == [("down", 500), ("double", 850)]

    def test_end_of_a_press_inside(self):
        assert classify([(100, 0), (500, 1)]) == [("down", 100), ("press", 500)]

    def test_let_go_and_pressed_again_inside(self):
        edges = [(100, 0), (400, 0), (600, 1)]
        assert classify(edges, doubles=both) == [("down", 100), ("double", 400)]
        assert classify(edges) == [("down", 100), ("press", 400), ("down", 400), ("press", 600)]

    @pytest.mark.parametrize("write", [31, 60, 99])
    def test_the_end_of_a_bounce_inside_is_no_press(self, write):
        """An edge between two writes, the rest of its bounce in the second."""
        edges = [(1000, 0), (1000 + write, 0), (1400, 1), (1400 + write, 1)]
        assert classify(edges) == [("down", 1000), ("press", 1400)]
        assert classify(edges, doubles=both) == [("down", 1000), ("press", 1750)]

    def test_the_next_press_may_come_soon(self):
        edges = [(500, 1), (520, 0), (700, 1)]
        expected = [("down", 500), ("press", 500), ("down", 530), ("press", 700)]
        assert classify(edges, polls=range(500, 800)) == expected


class TestStuckAtStart:
    def test_reported_once_and_ignored_until_let_go(self):
        gestures = gesture.Gestures(100, 0)
        found = []
        assert gestures.due() == 130
        drain(gestures.next, 20_000, found, both)
        drain(gestures.before, 30_000, found, both)
        gestures.edge(30_000, 1)
        drain(gestures.before, 31_000, found, both)
        gestures.edge(31_000, 0)
        drain(gestures.before, 31_100, found, both)
        gestures.edge(31_100, 1)
        drain(gestures.next, LATE, found, both)
        assert found == [("stuck", 130), ("down", 31_000), ("press", 31_450)]

    def test_a_line_that_is_slow_to_rise_is_not_stuck(self):
        """A capacitor across the button holds the line low for some ms."""
        gestures = gesture.Gestures(0, 0)
        gestures.edge(8, 1)
        assert gestures.next(LATE) == ""

    def test_no_slices_of_10_ms_for_a_stuck_button(self):
        gestures = gesture.Gestures(0, 0)
        assert gestures.next(50) == "stuck"
        assert not gestures.open
        assert gestures.due() == NEVER


class TestAsking:
    def test_due_and_open(self):
        gestures = gesture.Gestures()
        assert (gestures.due(), gestures.open, gestures.down) == (NEVER, False, False)
        gestures.edge(1000, 0)
        assert (gestures.due(), gestures.open, gestures.down) == (1000, True, True)
        assert gestures.next(1000) == "down"
        gestures.doubles = True
        assert gestures.due() == 1030
        assert gestures.next(1030) == ""
        assert gestures.due() == 1800
        gestures.edge(1100, 1)
        assert gestures.next(1200) == ""
        assert (gestures.due(), gestures.open, gestures.down) == (1450, True, False)
        assert gestures.next(1449) == ""
        assert gestures.next(1450) == "press"
        assert (gestures.at, gestures.began) == (1450, 1000)
        assert (gestures.due(), gestures.open) == (NEVER, False)

    def test_began_of_a_double_is_its_first_press(self):
        gestures = gesture.Gestures()
        found = []
        edges = finger((1000, 1100), (1300, 1400))
        for at, level in edges:
            drain(gestures.before, at, found, both)
            gestures.edge(at, level)
        assert gestures.began == 1000

# An independent model: a finger in, gestures out, without edges or bounce.


def model(spans, doubles, hold_ms=800):
    found = []
    spans = list(spans)
    while spans:
        down, up = spans.pop(0)
        found.append(("down", down))
        if up - down < hold_ms:
            if not doubles(down):
                found.append(("press", up))
            elif spans and spans[0][0] - up <= 350:
                down, up = spans.pop(0)
                found.append(("double", down))
                if up - down > 10_000:
                    found.append(("stuck", down + 10_000))
            else:
                found.append(("press", up + 350))
            continue
        found.append(("hold", down + hold_ms))
        if up - down >= 2000:
            found.append(("long", down + 2000))
        if up - down > 10_000:
            found.append(("stuck", down + 10_000))
        else:
            found.append(("up", up))
    return found


LENGTHS = st.one_of(
    st.integers(31, 900),
    st.sampled_from([349, 350, 351, 799, 800, 801, 1999, 2000, 2001, 9999, 10_000, 10_001]),
    st.integers(1000, 15_000),
)


@st.composite
def bouncing_finger(draw):
    """Spans of a finger, and its edges with a burst of bounce at each."""
    at = draw(st.integers(0, 100))
    spans = []
    edges = []
    for _ in range(draw(st.integers(1, 6))):
        down = at
        up = down + draw(LENGTHS)
        spans.append((down, up))
        for first, level in ((down, 0), (up, 1)):
            edges.append((first, level))
            bounces = sorted(draw(st.lists(st.integers(0, 29), max_size=4)))
            # as many back as forth, else the level would be wrong in the end
            for number, after in enumerate(bounces[: len(bounces) // 2 * 2]):
                edges.append((first + after, level if number % 2 else 1 - level))
        at = up + draw(LENGTHS)
    waits = draw(st.lists(st.integers(1, 60) | st.integers(500, 5000), min_size=1, max_size=20))
    polls = list(itertools.accumulate(itertools.islice(itertools.cycle(waits), at // min(waits))))
    return spans, edges, [*itertools.takewhile(lambda now: now < at, polls), at + 11_000]


@settings(max_examples=150, deadline=None)
@given(bouncing_finger(), st.integers(0, 7), st.sampled_from([500, 800, 1500]))
def test_any_finger_any_bounce_any_lateness(case, which, hold_ms):
    """The same gestures at the same instants as the model's, asked sooner or later."""
    spans, edges, polls = case

    def doubles(began):
        return (began & which) != 0

    expected = model(spans, doubles, hold_ms)
    assert classify(edges, polls, doubles, hold_ms) == expected
    assert classify(edges, polls[-1:], doubles, hold_ms) == expected


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 400), st.integers(0, 1)), max_size=20),
    st.lists(st.integers(1, 5000), min_size=1, max_size=40),
)
def test_any_edges_come_to_the_same_end(steps, waits):
    """Whatever edges: the order is that of time, and being late changes nothing."""
    edges = []
    at = 0
    for wait, level in steps:
        at += wait
        edges.append((at, level))
    polls = []
    now = 0
    for wait in waits:
        now += wait
        polls.append(now)
    polls.append(now + LATE)
    prompt = classify(edges, range(1, 20_000 + at), both)
    late = classify(edges, polls, both)
    assert late == prompt
    instants = [instant for _, instant in late]
    assert instants == sorted(instants)
    names = [name for name, _ in late]
    assert names.count("down") == names.count("press") + names.count("double") + names.count("hold")


SCRIPT = """
import sys
sys.path.insert(0, sys.argv[1])
from micropython import heap_lock, heap_unlock
from runwalk.core.gesture import Gestures
gestures = Gestures()
codes = ("", "down", "press", "hold", "double", "long", "up", "stuck")
seen = bytearray(8)

def take(code):
    seen[codes.index(code)] += 1
    if code == "down":
        gestures.doubles = True

def feed(at, level):
    while True:
        code = gestures.before(at)
        if not code:
            break
        take(code)
    gestures.edge(at, level)
    while True:
        code = gestures.next(at)
        if not code:
            break
        take(code)
    gestures.due()
    gestures.open

def press(at, length):
    feed(at, 0)
    feed(at + 2, 1)
    feed(at + 3, 0)
    feed(at + length, 1)

def many():
    now = 1000
    while now < 4000000:
        press(now, 100)
        press(now + 300, 100)
        press(now + 3000, 900)
        feed(now + 5000, 1)
        now += 100000
    feed(now, 1)

heap_lock()
many()
heap_unlock()
print(list(seen))
"""


def test_allocates_nothing(tmp_path):
    """Forty doubles, holds and masked presses under MicroPython's heap lock."""
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    firmware = Path(__file__).parents[2] / "firmware"
    done = subprocess.run(
        [sys.executable, "-m", "micropython_unix", str(script), str(firmware)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    # none, down, press, hold, double, long, up, stuck; the last press is not yet decided
    assert done.stdout.split("\n")[0] == "[0, 121, 40, 40, 40, 0, 40, 0]"
