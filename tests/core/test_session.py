"""The interval state machine, promise by promise, with sessions small enough to work out by hand.

Times are seconds since the session began; `told` gives lines as (seconds, what, detail).
"""

import subprocess
import sys
from itertools import accumulate, cycle, islice
from pathlib import Path

import pytest
from model import DAY, Plan
from planning import plan as language
from sessions import LIMIT, Drive, Small, machine

START = 1_000_000


def plan(text, last_rounds=(), repeat_from=-1, reminders=()):
    """A plan out of "run 60, walk open": kinds and seconds, without the plan language."""
    words = [step.split() for step in text.split(",")]
    steps = tuple((kind, None if long == "open" else int(long) * 1000) for kind, long in words)
    reminders = tuple((label, seconds * 1000) for label, seconds in reminders)
    return Plan(steps, reminders, frozenset(last_rounds), repeat_from)


def begun(of):
    return Drive(of, START)


def at(seconds):
    return START + round(seconds * 1000)


def told(drive, *without):
    return [
        ((when - START) / 1000, what, detail)
        for when, what, detail in drive.lines
        if what not in ("countin", "countdown", *without)
    ]


def live(of, *actions, until):
    """A session with its runner's actions, each (seconds, name); and what was told of it."""
    drive = begun(of)
    for seconds, name in actions:
        assert drive.act(at(seconds), name), f"{name} at {seconds} had no effect"
    drive.tick(at(until))
    return drive


def events(drive, what):
    return [line[0] for line in told(drive) if line[1] == what]


FIVE_STEPS = plan("warm 300, run 60, walk 120, run 60, cool 300")


class TestCountingIn:
    def test_three_two_one_then_the_session_and_its_first_step_begin(self):
        drive = live(FIVE_STEPS, until=0)
        assert drive.lines == [
            (at(-3), "countin", None),
            (at(-2), "countin", None),
            (at(-1), "countin", None),
            (at(0), "start", None),
            (at(0), "step", 0),
        ]

    def test_cancelled_nothing_more_comes(self):
        drive = begun(FIVE_STEPS)
        drive.tick(at(-2))
        drive.session.cancel()
        drive.tick(at(600))
        assert drive.session.state == "ready"
        assert told(drive) == []
        assert drive.session.due() == machine.NEVER


class TestBoundaries:
    STEPS = [(0, 0), (300, 1), (360, 2), (480, 3), (540, 4)]

    def test_each_step_is_entered_when_those_before_it_are_over(self):
        drive = live(FIVE_STEPS, until=840)
        wanted = [(seconds, "step", index) for seconds, index in self.STEPS]
        assert told(drive, "halfway") == [
            (0, "start", None),
            *wanted,
            (840, "finish", (840_000, 0)),
        ]

    @pytest.mark.parametrize("jitter", [(7,), (49, 51, 3), (10_000,), (333_333,)])
    def test_the_error_of_a_tick_does_not_add_up(self, jitter):
        drive = begun(FIVE_STEPS)
        for now in accumulate(islice(cycle(jitter), 900_000 // min(jitter)), initial=START):
            drive.tick(now)
            if drive.session.state == "over":
                break
        drive.tick(at(900))
        assert [(s, i) for s, what, i in told(drive) if what == "step"] == self.STEPS

    def test_a_late_tick_reports_all_that_it_passed_in_order_and_at_its_true_instant(self):
        drive = begun(FIVE_STEPS)
        drive.tick(at(299))
        drive.tick(at(541))
        assert told(drive)[2:] == [
            (300, "step", 1),
            (360, "step", 2),
            (420, "halfway", None),
            (480, "step", 3),
            (540, "step", 4),
        ]

    def test_a_day_of_half_minutes_with_numbers_that_need_no_heap(self):
        """2,880 steps, begun so late that the clock stays just below 2^30; 50 ms late at most."""
        day = plan(", ".join(["run 30, walk 30"] * 1440))
        start = LIMIT - DAY - 3000
        drive = Drive(day, start)
        for late, now in zip(cycle((0, 50, 13)), range(start, start + DAY, 30_000), strict=False):
            drive.tick(now + late)
        drive.tick(start + DAY)
        boundaries = [line[0] for line in drive.lines if line[1] in ("step", "finish")]
        assert boundaries == list(range(start, start + DAY + 1, 30_000))
        assert drive.session.run_ms(Small(start + DAY)) == DAY // 2


class TestTime:
    def test_paused_time_is_not_session_time(self):
        drive = live(FIVE_STEPS, (310, "pause"), (350.5, "resume"), until=900)
        assert told(drive, "halfway") == [
            (0, "start", None),
            (0, "step", 0),
            (300, "step", 1),
            (310, "pause", 310_000),
            (350.5, "resume", 310_000),
            (400.5, "step", 2),
            (520.5, "step", 3),
            (580.5, "step", 4),
            (880.5, "finish", (840_000, 40_500)),
        ]

    def test_a_pause_on_a_boundary_is_in_the_new_step(self):
        drive = live(FIVE_STEPS, (300, "pause"), until=400)
        assert drive.session.index == 1
        assert drive.session.step_left(at(400)) == 60_000

    def test_nothing_comes_while_paused(self):
        drive = live(FIVE_STEPS, (299, "pause"), until=5000)
        assert told(drive)[-1][1] == "pause"
        assert drive.session.due() == machine.NEVER

    @pytest.mark.parametrize("seconds", [0, 0.001, 299.999, 300, 359.999, 420, 839.999])
    def test_done_and_left_always_make_the_total(self, seconds):
        session = live(FIVE_STEPS, until=seconds).session
        now = at(seconds)
        assert session.active(now) == now - START
        assert session.active(now) + session.session_left(now) == 840_000
        assert session.step_done(now) + session.step_left(now) == session.step_ms

    def test_running_done_is_that_of_the_running_steps(self):
        drive = live(FIVE_STEPS, (310, "pause"), (330, "resume"), (390, "skip"), until=500)
        # warm to 300, run 10 s, paused, run 50 s to 380, walk to 390, run to 450, cool
        assert drive.session.run_ms(at(500)) == 120_000
        assert live(FIVE_STEPS, until=315.25).session.run_ms(at(315.25)) == 15_250


class TestSkip:
    def test_it_leaves_at_once_and_the_rest_of_the_step_is_taken_off(self):
        drive = live(FIVE_STEPS, (100, "skip"), until=100)
        assert told(drive)[2:] == [(100, "skip", (0, 1)), (100, "step", 1)]
        assert drive.session.session_left(at(100)) == 540_000
        drive.tick(at(1000))
        assert told(drive)[-1] == (640, "finish", (640_000, 0))

    def test_skipping_the_last_step_ends_the_session(self):
        drive = live(FIVE_STEPS, (600, "skip"), until=700)
        assert told(drive)[-2:] == [(600, "skip", (4, None)), (600, "finish", (600_000, 0))]
        assert drive.session.state == "over"


class TestTakeBack:
    @pytest.mark.parametrize("late", [0, 0.001, 1, 3])
    def test_within_3_s_it_is_as_if_the_step_had_never_been_left(self, late):
        drive = live(FIVE_STEPS, (320, "skip"), (320 + late, "back"), until=900)
        assert told(drive, "halfway")[3:] == [
            (320, "skip", (1, 2)),
            (320, "step", 2),
            (320 + late, "back", (2, 1)),
            (320 + late, "step", 1),
            (360, "step", 2),
            (480, "step", 3),
            (540, "step", 4),
            (840, "finish", (840_000, 0)),
        ]
        assert drive.session.run_ms(at(900)) == 120_000

    def test_later_it_has_no_effect(self):
        drive = live(FIVE_STEPS, (320, "skip"), until=323.001)
        assert not drive.session.can_take_back(at(323.001))

    def test_once(self):
        drive = live(FIVE_STEPS, (320, "skip"), (321, "back"), until=321)
        assert not drive.session.can_take_back(at(321))

    def test_of_two_skips_the_last_alone(self):
        drive = live(FIVE_STEPS, (320, "skip"), (321, "skip"), (322, "back"), until=322)
        assert drive.session.index == 2
        assert drive.session.step_done(at(322)) == 2000
        assert not drive.session.can_take_back(at(322))

    def test_a_step_that_was_over_meanwhile_gives_way_at_its_true_instant(self):
        drive = live(FIVE_STEPS, (359, "skip"), (361, "back"), until=362)
        assert told(drive)[-3:] == [
            (361, "back", (2, 1)),
            (361, "step", 1),
            (360, "step", 2),  # the trace shows it at 361, never behind the line above
        ]
        assert drive.session.step_done(at(362)) == 2000

    def test_a_press_that_ended_an_open_step_can_be_taken_back(self):
        drive = live(plan("run open, cool 60"), (100, "press_on"), (102, "back"), until=103)
        assert told(drive)[2:] == [
            (100, "step", 1),
            (102, "back", (1, 0)),
            (102, "step", 0),
        ]
        assert drive.session.step_done(at(103)) == 103_000

    def test_the_time_in_open_steps_is_as_it_was_too(self):
        of = plan("run open, walk open, cool 60")
        pressed = (100, "press_on"), (110, "press_on"), (111, "back"), (150, "press_on")
        assert told(live(of, *pressed, (179.999, "end"), until=180))[-1][1] == "stop"
        assert told(live(of, *pressed, (180, "end"), until=180))[-1][1] == "finish"

    def test_over_the_end_of_a_round_of_a_repeat(self):
        drive = live(plan("run 30, walk 30", repeat_from=0), (40, "skip"), (41, "back"), until=61)
        assert told(drive)[3:] == [
            (40, "skip", (1, 2)),
            (40, "step", 2),
            (41, "back", (2, 1)),
            (41, "step", 1),
            (60, "step", 2),
        ]

    def test_it_works_on_the_summary_and_a_second_finish_follows(self):
        drive = live(FIVE_STEPS, (600, "skip"), (602.5, "back"), until=900)
        assert told(drive)[-5:] == [
            (600, "skip", (4, None)),
            (600, "finish", (600_000, 0)),
            (602.5, "back", (None, 4)),
            (602.5, "step", 4),
            (840, "finish", (840_000, 0)),
        ]

    def test_an_end_and_a_finish_that_came_by_itself_can_not_be_taken_back(self):
        ended = live(FIVE_STEPS, (499, "skip"), (500, "end"), until=501).session
        assert not ended.can_take_back(at(501))
        ran_out = live(plan("run 60, walk 3"), (57, "skip"), until=60).session
        assert ran_out.state == "over"
        assert not ran_out.can_take_back(at(60))


class TestUnknownLength:
    def test_an_open_step_ends_by_a_press(self):
        drive = live(plan("warm 60, run open, cool 60"), (200, "press_on"), until=300)
        assert told(drive)[2:] == [
            (60, "step", 1),
            (200, "step", 2),
            (260, "finish", (260_000, 0)),
        ]

    def test_a_repeat_goes_round_and_its_index_counts_on(self):
        drive = live(plan("warm 60, run 30, walk 30", repeat_from=1), until=200)
        assert told(drive)[2:] == [
            (60, "step", 1),
            (90, "step", 2),
            (120, "step", 3),
            (150, "step", 4),
            (180, "step", 5),
        ]

    def test_a_repeat_of_one_step_goes_round_too(self):
        drive = live(plan("run 30", repeat_from=0), until=90)
        assert told(drive)[1:] == [(30 * index, "step", index) for index in range(4)]

    @pytest.mark.parametrize(
        "of", [plan("run 60, walk open"), plan("run 60, walk 60", repeat_from=0)]
    )
    def test_there_is_no_total_nothing_left_and_no_half_way(self, of):
        drive = live(of, until=600)
        assert not drive.session.has_total
        assert drive.session.session_left(at(600)) == -1
        assert events(drive, "halfway") == []

    @pytest.mark.parametrize(
        "of, steps",
        [
            (plan("warm 60, run open, cool 60"), 2),
            (plan("run 3600, walk 3600", repeat_from=0), 24),
        ],
    )
    def test_it_ends_by_itself_at_24_h_as_a_finish_and_begins_no_step_there(self, of, steps):
        drive = live(of, until=90_000)
        assert told(drive)[-1] == (86_400, "finish", (86_400_000, 0))
        assert len(events(drive, "step")) == steps

    def test_the_24_h_are_active_time(self):
        drive = live(plan("run open"), (100, "pause"), (1000, "resume"), until=90_000)
        assert told(drive)[-1] == (87_300, "finish", (86_400_000, 900_000))


class TestHalfWay:
    def test_once_at_half_of_the_planned_total(self):
        assert events(live(FIVE_STEPS, until=900), "halfway") == [420]

    def test_whatever_was_skipped(self):
        assert events(live(FIVE_STEPS, (310, "skip"), until=900), "halfway") == [420]

    def test_in_active_time(self):
        drive = live(FIVE_STEPS, (100, "pause"), (150, "resume"), until=1000)
        assert events(drive, "halfway") == [470]

    def test_not_again_after_a_take_back(self):
        drive = live(FIVE_STEPS, (419, "skip"), (421, "back"), until=1000)
        assert events(drive, "halfway") == [420]

    def test_on_a_boundary_it_comes_behind_the_step(self):
        drive = live(plan("run 60, walk 60"), until=60)
        assert told(drive)[2:] == [(60, "step", 1), (60, "halfway", None)]


class TestLastRound:
    THREE_ROUNDS = plan("run 60, walk 60, run 60, walk 60, run 60, walk 60", last_rounds=[4])

    def test_on_entering_it(self):
        drive = live(self.THREE_ROUNDS, until=240)
        assert told(drive)[-2:] == [(240, "step", 4), (240, "lastround", None)]

    def test_by_a_skip_too(self):
        drive = live(self.THREE_ROUNDS, (200, "skip"), until=200)
        assert told(drive)[-2:] == [(200, "step", 4), (200, "lastround", None)]

    def test_once_though_it_is_entered_again_after_a_take_back(self):
        drive = live(self.THREE_ROUNDS, (200, "skip"), (201, "back"), until=300)
        assert events(drive, "step")[-2:] == [240, 300]
        assert events(drive, "lastround") == [200]

    def test_once_a_group(self):
        two = plan("run 9, run 9, walk 60, run 9, run 9", last_rounds=[1, 4])
        assert events(live(two, until=100), "lastround") == [9, 87]

    def test_step_halfway_last_round_remind_at_one_instant(self):
        of = plan("run 60, walk 60", last_rounds=[1], reminders=[("drink", 60), ("eat", 60)])
        assert told(live(of, until=60))[2:] == [
            (60, "step", 1),
            (60, "halfway", None),
            (60, "lastround", None),
            (60, "remind", "drink"),
            (60, "remind", "eat"),
        ]


class TestVerdict:
    @pytest.mark.parametrize(
        "of, actions, verdict",
        [
            # half of the planned time, to the millisecond
            (FIVE_STEPS, [(420, "end")], "finish"),
            (FIVE_STEPS, [(419.999, "end")], "stop"),
            (FIVE_STEPS, [(100, "skip"), (400, "end")], "stop"),
            (FIVE_STEPS, [(400, "pause"), (1000, "end")], "stop"),
            (plan("run 60, walk 300, cool 90"), [(1, "skip"), (2, "skip"), (70, "skip")], "stop"),
            (FIVE_STEPS, [(100, "skip"), (500, "skip")], "finish"),
            # timed steps alone count, on both sides
            (plan("warm 60, run open, cool 60"), [(3000, "end")], "finish"),
            (plan("warm 60, run open, cool 61"), [(3000, "end")], "stop"),
            (plan("run open, cool 60"), [(100, "press_on"), (129.999, "end")], "stop"),
            (plan("run open, cool 60"), [(100, "press_on"), (130, "end")], "finish"),
            (plan("run open, cool 60"), [(100, "press_on"), (130, "skip")], "finish"),
            # where there are none: one open step left by a press
            (plan("run open, walk open"), [(100, "end")], "stop"),
            (plan("run open, walk open"), [(100, "skip"), (200, "end")], "stop"),
            (plan("run open, walk open"), [(50, "press_on"), (60, "end")], "finish"),
            (plan("run open, walk open"), [(70, "press_on"), (71, "back"), (90, "end")], "stop"),
            # one full round of a repeat
            (plan("warm 600, run 30, walk 30", repeat_from=1), [(300, "end")], "stop"),
            (plan("run open, walk 30", repeat_from=0), [(70, "press_on"), (100, "end")], "finish"),
            (plan("warm 3600, run 9, walk 9", repeat_from=1), [(5, "skip"), (70, "end")], "finish"),
            (plan("warm 6, run open, run 90", repeat_from=1), [(90, "end")], "stop"),
            # a session that runs out is always a finish, a press that ends its last step too
            (plan("run 9, walk 9"), [(18, None)], "finish"),
            (plan("run 9, walk open"), [(20, "press_on")], "finish"),
        ],
    )
    def test_finish_or_stop(self, of, actions, verdict):
        drive = begun(of)
        for seconds, name in actions:
            if name:
                assert drive.act(at(seconds), name)
            drive.tick(at(seconds))
        assert told(drive)[-1][1] == verdict
        assert drive.session.counts == (verdict == "finish")
        assert not drive.session.is_forgotten()

    @pytest.mark.parametrize("how", ["end", "skip"])
    @pytest.mark.parametrize("of", [plan("run 100"), plan("run 60"), plan("run open")])
    def test_ended_by_its_runner_in_the_first_60_s_it_is_forgotten(self, of, how):
        early = live(of, (59.999, how), until=60)
        assert told(early)[-1][1] == "stop"
        assert early.session.is_forgotten()

    def test_at_60_s_it_is_not(self):
        later = live(plan("run 100"), (60, "end"), until=61)
        assert told(later)[-1][1] == "finish"
        assert not later.session.is_forgotten()

    def test_no_at_resume_ends_it_as_what_was_saved(self):
        session = machine.Session(begun(FIVE_STEPS).session.steps)
        session.here.pos = 3
        session.restore(500_000, 7_000, True, -1)
        assert session.end(at(9999)) == "finish"
        assert (session.active_ms, session.paused_ms) == (500_000, 7_000)

    def test_pauses_up_to_the_end_count_as_paused(self):
        paused_twice = (100, "pause"), (130, "resume"), (200, "pause"), (260, "end")
        drive = live(FIVE_STEPS, *paused_twice, until=300)
        assert told(drive)[-1] == (260, "stop", (170_000, 90_000))


class TestReminders:
    def of(self, text, *reminders, repeat_from=-1):
        return plan(text, repeat_from=repeat_from, reminders=reminders)

    def test_every_so_often_of_active_time(self):
        drive = live(
            self.of("run 1000", ("drink", 300)), (310, "pause"), (400, "resume"), until=2000
        )
        assert events(drive, "remind") == [300, 690, 990]

    @pytest.mark.parametrize("length, wanted", [(629, [300]), (630, [300]), (631, [300, 600])])
    def test_none_in_the_last_30_s_of_a_known_length(self, length, wanted):
        drive = live(self.of(f"run {length}", ("drink", 300)), until=700)
        assert events(drive, "remind") == wanted

    def test_the_end_is_that_of_the_session_as_it_stands_after_a_skip(self):
        of = self.of("run 100, walk 100, run 320", ("drink", 300))
        assert events(live(of, until=600), "remind") == [300]
        assert events(live(of, (10, "skip"), (20, "skip"), until=600), "remind") == [300]
        assert events(live(of, (1, "skip"), (2, "skip"), until=600), "remind") == []

    def test_the_30_s_are_exact(self):
        of = self.of("run 61, walk 570", ("drink", 600))
        assert events(live(of, (60, "skip"), until=700), "remind") == []
        assert events(live(of, (60.001, "skip"), until=700), "remind") == [600]

    def test_in_a_session_of_unknown_length_they_come_up_to_the_finish(self):
        of = self.of("run open, cool 60", ("drink", 60))
        drive = live(of, (50, "press_on"), until=200)
        assert told(drive)[3:] == [(60, "remind", "drink"), (110, "finish", (110_000, 0))]

    def test_at_the_finish_of_a_session_of_unknown_length_there_is_none(self):
        of = self.of("run open, cool 60", ("drink", 60))
        drive = live(of, (60, "press_on"), until=200)
        assert told(drive)[2:] == [
            (60, "remind", "drink"),
            (60, "step", 1),
            (120, "finish", (120_000, 0)),
        ]

    def test_at_24_h_there_is_none(self):
        drive = live(self.of("run open", ("drink", 3600)), until=90_000)
        assert events(drive, "remind") == list(range(3600, 86_400, 3600))

    def test_a_late_tick_makes_a_line_for_each(self):
        drive = begun(self.of("run 1000", ("drink", 120)))
        drive.tick(at(500))
        assert events(drive, "remind") == [120, 240, 360, 480]

    def test_one_that_a_skip_took_away_comes_once_that_is_taken_back(self):
        of = self.of("run 300, walk 300, run 20", ("drink", 300), ("eat", 299))
        drive = live(of, (298, "skip"), (298.5, "skip"), (299.5, "back"), until=310)
        assert events(drive, "remind") == [299, 300]

    def test_a_resumed_session_has_those_that_are_still_to_come(self):
        session = machine.Session(begun(plan("run 1000")).session.steps, [("drink", 300_000)])
        session.restore(300_000, 0, False, -1)
        session.go_on(Small(at(0)), "crash")
        drive = begun(plan("run 1000"))
        drive.session, drive.lines = session, []
        drive.tick(at(700))
        assert events(drive, "remind") == [300, 600]


class TestCountdown:
    def beeps(self, drive):
        return [(when - START) / 1000 for when, what, _ in drive.lines if what == "countdown"]

    def test_3_2_1_before_a_change_and_before_the_finish(self):
        assert self.beeps(live(plan("run 60, walk 30"), until=99)) == [57, 58, 59, 87, 88, 89]

    def test_in_steps_of_10_s_and_more(self):
        assert self.beeps(live(plan("run 10, walk 9, run 10"), until=99)) == [7, 8, 9, 26, 27, 28]

    def test_a_pause_moves_what_is_left_of_it(self):
        drive = live(plan("run 60, walk 30"), (58.5, "pause"), (100, "resume"), until=101.5)
        assert self.beeps(drive) == [57, 58, 100.5]

    def test_a_pause_on_a_beep_does_not_sound_it_again(self):
        drive = live(plan("run 60, walk 30"), (58, "pause"), (100, "resume"), until=102)
        assert self.beeps(drive) == [57, 58, 101]

    def test_none_in_an_open_step(self):
        assert self.beeps(live(plan("run open"), until=90_000)) == []

    def test_a_step_that_was_skipped_has_none_and_one_taken_back_has_what_is_left(self):
        drive = live(plan("run 60, walk 30"), (56, "skip"), (58.5, "back"), until=61)
        assert self.beeps(drive) == [59]


class TestDue:
    def test_next_gives_nothing_before_due_and_something_at_it(self):
        session = begun(plan("run 60, walk 30", reminders=[("drink", 60)])).session
        seen = []
        while session.due() != machine.NEVER:
            due = session.due()
            assert not session.next(due - 1)
            assert session.next(due)
            assert session.at == due
            seen.append((due - START) / 1000)
        # 3-2-1, start, step, 3-2-1, half-way, step, remind (at 60: 30 s are left), 3-2-1, finish
        assert seen == [-3, -2, -1, 0, 0, 45, 57, 58, 59, 60, 87, 88, 89, 90]

    def test_the_next_cue_is_the_next_beep_or_change(self):
        of = plan("run 60, walk open")
        for seconds, cue in ((-2.5, -2), (0, 57), (57, 58), (59, 60), (60, 86_400)):
            session = live(of, until=seconds).session
            assert session.next_cue() == at(cue)
        paused = live(of, (10, "pause"), until=20).session
        assert paused.next_cue() == machine.NEVER

    def test_the_next_cue_of_a_step_that_outlasts_24_h_is_the_finish(self):
        session = live(plan("run 50000", repeat_from=0), until=80_000).session
        assert session.next_cue() == at(86_400)


class TestWhatTheScreenShows:
    """Of a session in the plan language, as core.plan unrolls it."""

    def begun(self, text):
        drive = begun(FIVE_STEPS)
        drive.session = machine.Session(language.steps_from_text(text))
        drive.session.count_in(Small(START - 3000))
        return drive

    def test_the_example_of_the_trace(self):
        drive = self.begun(b"warm 5m, 8x(run 1m, walk 2m), cool 5m")
        drive.tick(at(9999))
        steps = [0, *(300 + 180 * n + run for n in range(8) for run in (0, 60)), 1740]
        assert events(drive, "step") == steps
        assert events(drive, "lastround") == [1560]
        assert events(drive, "halfway") == [1020]
        assert events(drive, "finish") == [2040]

    def test_round_k_of_n_and_what_comes_next(self):
        drive = self.begun(b'warm 5m, 8x(run 1m, walk 2m "slow"), cool 5m')
        session = drive.session
        seen = []
        for seconds in (0, 300, 360, 1620, 1740):
            drive.tick(at(seconds))
            seen.append(
                (session.step_kind, session.step_round, session.step_rounds, session.step_label)
            )
        assert seen == [
            ("warm", 0, 0, None),
            ("run", 1, 8, None),
            ("walk", 1, 8, "slow"),
            ("walk", 8, 8, "slow"),
            ("cool", 0, 0, None),
        ]
        assert session.next_pos == -1

    def test_the_rounds_of_a_repeat_count_on(self):
        drive = self.begun(b"warm 1m, repeat (run 1m, 2x(walk 30s))")
        session = drive.session
        seen = []
        for seconds in (60, 120, 150, 180, 240, 300):
            drive.tick(at(seconds))
            seen.append((session.step_round, session.step_rounds, session.index, session.next_pos))
        assert seen == [
            (1, 0, 1, 2),
            (1, 2, 2, 3),
            (2, 2, 3, 1),
            (2, 0, 4, 2),
            (1, 2, 5, 3),
            (3, 0, 7, 2),
        ]


HOUR_ON_MICROPYTHON = """
import sys
sys.path.insert(0, {firmware!r})
import micropython
from runwalk.core.plan import steps_from_text
from runwalk.core.session import Session

events = (
    "countin", "start", "resume", "step", "halfway", "lastround", "remind", "countdown", "finish"
)

session = Session(steps_from_text({steps!r}), [("drink", 600000), ("eat", 1200000)])
session.count_in(1000)
counts = bytearray(16)

def hour():
    for now in range(1000, 3700000, 50):
        while True:
            event = session.next(now)
            if event == "":
                break
            counts[events.index(event)] += 1
        if now == 200000:
            session.pause(now)
        elif now == 260000:
            session.resume(now)
        elif now == 500000:
            session.skip(now)
        elif now == 501000 and session.can_take_back(now):
            session.back(now)
        if session.is_open and now > 700000:
            session.press_on(now)
        # a line each: commas would build a tuple
        session.due()
        session.next_cue()
        session.active(now)
        session.step_done(now)
        session.step_left(now)
        session.session_left(now)
        session.run_ms(now)
        session.can_take_back(now)
        session.index
        session.kind
        session.step_kind
        session.step_ms
        session.step_label
        session.step_round
        session.step_rounds
        session.next_pos
        session.active_ms

micropython.heap_lock()
try:
    hour()
finally:
    micropython.heap_unlock()
session.end(3700000)
print(list(counts[:8]))
"""


# how often each of COUNTIN, START, RESUME, STEP, HALFWAY, LASTROUND, REMIND, COUNTDOWN came in
# the 3635.95 s of session from 4 s to 3699.95 s, of which 60 s are paused
@pytest.mark.parametrize(
    "steps, wanted",
    [
        # steps: warm, 40 in rounds, cool, and two of the skip and its take-back; beeps in 41;
        # reminders at 600, 1200 (two), 1800, 2400 (two), 3000, 3600 (two)
        (b"warm 5m, 20x(run 1m30s, walk 1m), cool 20m", [3, 1, 0, 44, 1, 1, 9, 123]),
        # the run that is on is left at 636.05 s, each later one as it begins: 50 walks; with
        # warm, run, the skip and its take-back before them, and the 49 runs between them
        (b"warm 1m, repeat (run open, walk 1m)", [3, 1, 0, 4 + 50 + 49, 0, 0, 9, 3 + 50 * 3]),
    ],
)
def test_an_hour_of_session_allocates_nothing_on_micropython(steps, wanted, tmp_path):
    firmware = Path(__file__).parents[2] / "firmware"
    script = tmp_path / "hour.py"
    script.write_text(HOUR_ON_MICROPYTHON.format(firmware=str(firmware), steps=steps))
    done = subprocess.run(
        [sys.executable, "-m", "micropython_unix", str(script)],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.strip() == str(wanted)
