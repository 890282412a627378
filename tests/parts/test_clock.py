"""The clip's clock: the wrap of ticks_ms, and waiting by a clock instead of by counted sleeps."""

import types

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hostsim.importer import Modules

WRAP = 1 << 30  # ms, after which ticks_ms begins again
HALF = WRAP // 2
DAY = 24 * 3600 * 1000


class Board:
    """A board's `time` that moves when somebody sleeps, by as much as `oversleep` makes of it."""

    def __init__(self, ticks=0, oversleep=lambda ms: ms):
        self.elapsed = 0
        self.first = ticks
        self.oversleep = oversleep
        self.sleeps = []
        modules = Modules()
        self.time = modules.table["time"] = types.ModuleType("time")
        self.time.ticks_ms = lambda: (self.first + self.elapsed) % WRAP
        self.time.ticks_diff = lambda a, b: (a - b + HALF) % WRAP - HALF
        self.time.sleep_ms = self.sleep
        self.clock = modules.load("runwalk.parts.clock").Clock()

    def sleep(self, ms):
        assert ms > 0
        self.sleeps.append(ms)
        self.elapsed += self.oversleep(ms)


class Button:
    """Ready once the board's time is past `edge_at`; a gesture is open from the start or not."""

    def __init__(self, board, edge_at=WRAP, is_open=False):
        self.board, self.edge_at, self.open = board, edge_at, is_open

    def ready(self):
        return self.board.elapsed >= self.edge_at


class TestNow:
    def test_it_begins_at_0_whatever_the_ticks_are(self):
        assert Board(ticks=123_456).clock.now() == 0

    def test_the_wrap_is_not_seen(self):
        board = Board(ticks=WRAP - 10)
        seen = []
        for _ in range(4):
            seen.append(board.clock.now())
            board.elapsed += 7
        assert seen == [0, 7, 14, 21]

    @given(st.integers(0, WRAP - 1), st.lists(st.integers(0, HALF - 1), max_size=4))
    def test_it_is_the_time_elapsed_if_it_is_asked_within_6_days(self, ticks, gaps):
        board = Board(ticks)
        for gap in gaps:
            board.elapsed += gap
            assert board.clock.now() == board.elapsed

    def test_asked_twice_at_one_instant_it_says_the_same(self):
        board = Board(ticks=WRAP - 1)
        board.elapsed = 5
        assert board.clock.now() == board.clock.now() == 5


class TestInstant:
    def test_an_edge_before_the_wrap_asked_about_after_it(self):
        board = Board(ticks=WRAP - 100)
        board.elapsed = 60
        edge = board.time.ticks_ms()
        board.elapsed = 250
        board.clock.now()
        assert board.clock.instant(edge) == 60

    def test_an_edge_noted_after_the_clock_was_last_asked(self):
        board = Board(ticks=WRAP - 100)
        board.clock.now()
        board.elapsed = 130
        assert board.clock.instant(board.time.ticks_ms()) == 130
        assert board.clock.now() == 130


class TestWait:
    def test_in_slices_of_at_most_50_ms_up_to_the_instant(self):
        board = Board(ticks=WRAP - 60)
        board.clock.wait(120, Button(board))
        assert board.sleeps == [50, 50, 20]
        assert board.clock.now() == 120

    def test_in_slices_of_10_ms_while_a_gesture_is_open(self):
        board = Board()
        board.clock.wait(35, Button(board, is_open=True))
        assert board.sleeps == [10, 10, 10, 5]

    def test_an_instant_that_is_past_needs_no_sleep(self):
        board = Board()
        board.elapsed = 100
        board.clock.wait(100, Button(board))
        board.clock.wait(40, Button(board))
        assert board.sleeps == []

    def test_an_edge_ends_it_after_the_slice(self):
        board = Board()
        board.clock.wait(10_000, Button(board, edge_at=70))
        assert board.elapsed == 100

    def test_edges_that_wait_already_need_no_sleep(self):
        board = Board()
        board.clock.wait(10_000, Button(board, edge_at=0))
        assert board.sleeps == []

    def test_sleeps_that_end_early_are_made_up_for(self):
        board = Board(oversleep=lambda ms: ms // 2 or 1)
        board.clock.wait(1000, Button(board))
        assert board.clock.now() == 1000

    @pytest.mark.parametrize("late", [1, 9, 400])
    def test_a_sleep_that_ends_late_is_late_once_and_counts_nowhere_else(self, late):
        board = Board(ticks=WRAP - 500, oversleep=lambda ms: ms + late)
        for until in range(100, 20_000, 100):
            early = board.clock.now() < until
            board.clock.wait(until, Button(board))
            assert not early or until <= board.clock.now() <= until + late
            assert board.clock.now() == board.elapsed

    @given(st.lists(st.integers(1, 120)), st.integers(0, 5000), st.integers(0, WRAP - 1))
    def test_it_never_returns_too_early(self, naps, until, ticks):
        naps = iter(naps)
        board = Board(ticks, oversleep=lambda ms: next(naps, ms))
        board.clock.wait(until, Button(board))
        assert board.clock.now() >= until
