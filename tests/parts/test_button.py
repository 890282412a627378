"""The button on its pin: edges noted by an interrupt, gestures out, none lost."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_machine import Board

PIN = 15


class Rig:
    """A board, its clock and a button; `at` moves the time on."""

    def __init__(self, esp32=False, level=1):
        self.board = Board(esp32)
        self.board.ticks = 2**30 - 700  # the wrap falls into the first press
        self.board.inputs[PIN] = level
        self.codes = self.board.load("core.gesture")
        self.clock = self.board.load("parts.clock").Clock()
        self.start = self.board.ticks
        self.button = self.board.load("parts.button").Button(PIN, self.clock)

    def at(self, now):
        assert now >= self.board.ticks - self.start
        self.board.ticks = self.start + now
        return self

    def finger(self, *edges):
        for now, level in edges:
            self.at(now).board.finger(PIN, level)

    def take(self, doubles=False):
        """All that comes out now, as (code, at)."""
        found = []
        now = self.clock.now()
        while code := self.button.next(now):
            found.append((code, self.button.at))
            if code == "down":
                self.button.doubles = doubles
        return found


def test_gestures_at_the_instants_of_their_edges_across_the_wrap():
    rig = Rig()
    rig.finger((600, 0), (750, 1))
    rig.at(1000)
    assert rig.take() == [("down", 600), ("press", 750)]
    rig.finger((2000, 0))
    rig.at(2900)
    assert rig.take() == [("down", 2000), ("hold", 2800)]
    assert rig.button.open and rig.button.down
    rig.finger((3000, 1))
    assert rig.take() == [("up", 3000)]


def test_the_interrupt_is_hard_where_the_port_has_that():
    assert Rig().board.hard is True
    assert Rig(esp32=True).board.hard is None


def test_ready_and_due():
    rig = Rig()
    assert not rig.button.ready()
    assert rig.button.due() == rig.codes.NEVER
    rig.finger((100, 0))
    assert rig.button.ready() and rig.button.due() == 0
    rig.take()
    assert not rig.button.ready()
    assert rig.button.due() == 130


def test_doubles_are_asked_for_at_the_first_edge():
    """Two gestures in the ring: what the first means is known before it is let go."""
    rig = Rig()
    rig.finger((100, 0), (200, 1), (400, 0), (500, 1))
    rig.at(1000)
    assert rig.take(doubles=True) == [("down", 100), ("double", 400)]


def test_a_write_masks_both_edges_of_a_press():
    rig = Rig()
    rig.board.inputs[PIN] = 1  # down and up again while it was written
    rig.at(400).board.irq(PIN)
    rig.at(410)
    assert rig.take() == [("down", 400), ("press", 400)]


def test_an_edge_after_the_clock_was_asked_is_the_next_turns():
    rig = Rig()
    now = rig.at(100).clock.now()
    rig.finger((101, 0))
    assert rig.button.next(now) == ""
    assert rig.button.ready()
    assert rig.take() == [("down", 101)]


def test_a_level_read_in_the_midst_of_the_bounce():
    """The handler came late and read the first edge as up; the pin knows better."""
    rig = Rig()
    rig.at(100).board.inputs[PIN] = 1
    rig.board.irq(PIN)
    rig.board.inputs[PIN] = 0
    assert rig.take() == [("down", 100)]
    for now in range(110, 890, 10):
        rig.at(now)
        assert rig.take() == []
    rig.at(900)
    assert rig.take() == [("hold", 900)]


@pytest.mark.parametrize("level", [0, 1])
def test_an_edge_that_never_came_is_made_up_for(level):
    """A full queue drops edges without a word."""
    rig = Rig()
    expected = "down"
    if level:
        rig.finger((100, 0))
        rig.at(200)
        rig.take()
        expected = "press"
    rig.board.inputs[PIN] = level
    rig.at(300)
    assert rig.take() == []
    rig.at(320)
    assert rig.take() == [(expected, 320)]


def test_a_burst_longer_than_the_ring():
    """Its first edge keeps its time, and its newest tells the level."""
    rig = Rig()
    for count in range(201):
        rig.finger((100 + count // 10, count % 2))
    rig.at(500)
    assert rig.take() == [("down", 100)]
    rig.finger((700, 1))
    assert rig.take() == [("press", 700)]


def test_stuck_at_start():
    rig = Rig(level=0)
    rig.at(1000)
    assert rig.take() == [("stuck", 30)]
    rig.finger((5000, 1), (6000, 0), (6100, 1))
    rig.at(7000)
    assert rig.take() == [("down", 6000), ("press", 6100)]


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(st.integers(40, 900), st.integers(40, 3000)), min_size=1, max_size=6),
    st.lists(st.integers(1, 50) | st.integers(400, 5000), min_size=1, max_size=8),
    st.booleans(),
)
def test_late_or_prompt_it_is_the_same(presses, waits, doubles):
    """Asked at every 10 ms, or whenever a slow loop comes round."""

    def run(waits):
        rig = Rig()
        edges = []
        now = 50
        for length, gap in presses:
            edges += [(now, 0), (now + 1, 1), (now + 3, 0), (now + length, 1)]
            now += length + gap
        found = []
        at = turn = 0
        while at < now + 3000:
            at += waits[turn % len(waits)]
            turn += 1
            while edges and edges[0][0] <= at:
                rig.finger(edges.pop(0))
            rig.at(at)
            found += rig.take(doubles)
        return found

    assert run(waits) == run([10])
