"""Sessions out of a journal: each step as it was done, by hand and against the firmware."""

import random
from datetime import date, datetime, timedelta, timezone

import pytest
from hostsim.importer import Modules
from log_journals import PLANNED, STEPS, finish, line, start, summary, text, week
from runwalk_tools import archive, log, log_sessions
from runwalk_tools.archive import Archive
from runwalk_tools.log_sessions import read_sessions
from runwalk_tools.mpremote_link import Found

NOON = "2026-03-29T12:00+01:00"
MINUTE = 60000


def sessions_of(*lines, under_way=None):
    entries, damaged = archive.read_lines(lines)
    assert not damaged
    kept = Archive(archive.path_of(archive.Path(), "e661"), under_way=under_way)
    archive.merge(kept.flashes, entries, False)
    return read_sessions(kept)


def laps(session):
    """(kind, seconds, planned seconds, how) of each."""
    return [
        (lap.kind, lap.done / 1000, lap.planned and lap.planned / 1000, lap.how)
        for lap in session.laps
    ]


def one(*events, end=None, steps=STEPS, planned=PLANNED, **more):
    last = [finish(90, 1, **more)] if end is None else end
    (session,) = sessions_of(start(1, steps=steps, planned=planned, date=NOON), *events, *last)
    return session


def test_as_planned_every_step_is_done():
    session = one(run=2 * MINUTE)
    assert laps(session) == [
        ("warm", 300, 300, "done"),
        ("run", 60, 60, "done"),
        ("walk", 120, 120, "done"),
        ("run", 60, 60, "done"),
        ("walk", 120, 120, "done"),
        ("cool", 300, 300, "done"),
    ]
    assert session.exact
    assert session.state == "finished"
    assert (session.planned, session.active, session.run) == (PLANNED, PLANNED, 2 * MINUTE)
    assert session.when == datetime(2026, 3, 29, 12, tzinfo=timezone(timedelta(hours=1)))
    assert session.name == "ten, week 1 day 1"


def test_a_skip_leaves_a_step_at_once():
    # the second walk is left after 40 s of its 120 s
    skip = line(2, "skip", 1, 580000, 4, 5)
    session = one(skip, active=PLANNED - 80000, run=2 * MINUTE)
    assert laps(session)[4:] == [("walk", 40, 120, "skipped"), ("cool", 300, 300, "done")]
    assert session.exact


def test_a_take_back_is_as_if_the_step_had_never_been_left():
    skip = line(2, "skip", 1, 310000, 1, 2)
    back = line(3, "back", 1, 312000, 2, 1)
    session = one(skip, back, run=2 * MINUTE)
    assert laps(session)[1:3] == [("run", 60, 60, "done"), ("walk", 120, 120, "done")]
    assert session.exact


def test_a_take_back_of_the_last_steps_skip():
    skip = line(2, "skip", 1, 700000, 5, -1)
    back = line(3, "back", 1, 702000, -1, 5)
    assert one(skip, back, run=2 * MINUTE).exact
    assert laps(one(skip, active=700000, run=2 * MINUTE))[-1] == ("cool", 40, 300, "skipped")


def test_open_steps_end_by_a_press_and_a_repeat_counts_on():
    steps = 'warm 1m, repeat (run open "flat", hike open "climb")'
    presses = [
        line(2, "open", 1, 100000, 1, 2),
        line(3, "open", 1, 130000, 2, 3),
        line(4, "open", 1, 200000, 3, 4),
    ]
    session = one(*presses, steps=steps, planned=MINUTE, active=215000, run=110000)
    assert session.planned is None
    assert [(lap.kind, lap.label, lap.done, lap.how) for lap in session.laps] == [
        ("warm", "", 60000, "done"),
        ("run", "flat", 40000, "pressed on"),
        ("hike", "climb", 30000, "pressed on"),
        ("run", "flat", 70000, "pressed on"),
        ("hike", "climb", 15000, "ended"),
    ]
    assert session.exact


def test_one_that_was_stopped_says_what_was_not_begun():
    stop = [finish(2, 1, kind="stop", active=330000, run=30000, paused=5000)]
    session = one(end=stop)
    assert session.state == "part done"
    assert laps(session) == [("warm", 300, 300, "done"), ("run", 30, 60, "ended")]
    assert session.left == 4


def test_pauses_are_no_session_time_and_move_the_wall_clock():
    pause = line(2, "pause", 1, 320000, 0)
    resume = line(3, "resume", 1, 320000, 90000)
    session = one(pause, resume, paused=90000, run=2 * MINUTE)
    assert session.pauses == [(320000, 90000)]
    began = session.when
    assert session.wall(320000) == began + timedelta(seconds=320)
    assert session.wall(320000, after=True) == began + timedelta(seconds=410)
    assert session.wall(360000) == began + timedelta(seconds=450)


def test_ended_in_a_pause():
    pause = line(2, "pause", 1, 320000, 1000)
    stop = [finish(3, 1, kind="stop", active=320000, paused=31000, run=20000)]
    assert one(pause, end=stop).pauses == [(320000, 30000)]


def test_what_a_power_cut_took_away_never_was():
    events = [
        line(2, "skip", 1, 310000, 1, 2),  # after the last checkpoint, at 306 s
        line(3, "resume", 1, 306000, 0, "power", boot=2),
    ]
    session = one(*events, run=2 * MINUTE)
    assert laps(session)[1] == ("run", 60, 60, "done")
    assert session.exact


def test_a_missing_event_is_noticed():
    # a skip of the first walk was not recorded: step 4 is left 60 s too soon
    session = one(line(2, "skip", 1, 480000, 4, 5), active=780000, run=2 * MINUTE)
    assert not session.exact
    session = one(active=PLANNED, run=50000)  # the run that the clip counted is another
    assert not session.exact


def test_ratings_pain_and_workouts():
    lines = [
        start(1, 0, 0, "Hills", date=NOON),
        finish(2, 1, 0, 0, "Hills"),
        line(3, "rate", 1, "hard"),
        line(4, "pain", 1, "no"),
        *week(5, rate="none"),
    ]
    hills, other = sessions_of(*lines)
    assert (hills.name, hills.rating, hills.pain) == ('ten, workout "Hills"', "hard", "no")
    assert (other.rating, other.pain) == ("", "")


def test_one_called_off_in_its_first_minute_is_none():
    assert len(sessions_of(start(1), start(2), finish(3, 2))) == 1


def test_one_that_runs_is_known_by_the_last_pull():
    (session,) = sessions_of(start(1), line(2, "skip", 1, 310000, 1, 2), under_way=(1, 330000))
    assert session.state == "under way"
    assert laps(session) == [
        ("warm", 300, 300, "done"),
        ("run", 10, 60, "skipped"),
        ("walk", 20, 120, "ended"),
    ]
    assert session.run == 10000


def test_a_lost_start_leaves_the_sums():
    (session,) = sessions_of(finish(8, 1, 0, 0, "?", stem="?", active=754000, run=240000))
    assert session.name == "a session whose beginning is lost"
    assert session.laps == []
    (session,) = sessions_of(finish(8, 1, 3, 2))
    assert session.name == "ten, week 3 day 2"


def test_a_start_without_a_date_takes_it_from_the_end():
    lines = [start(1), finish(2, 1, paused=60000, run=120000, date=NOON)]
    (session,) = sessions_of(*lines)
    assert session.when.isoformat() == "2026-03-29T11:43:00+01:00"  # 17 min before


def test_of_two_ends_the_first_counts():
    (session,) = sessions_of(start(1), finish(2, 1), finish(3, 1, kind="stop", active=70000))
    assert (session.state, session.active) == ("finished", PLANNED)


def test_steps_that_cannot_be_read_are_left_out():
    session = one(steps="fly 5m")
    assert session.laps == []
    assert session.state == "finished"


def test_a_flash_that_lost_its_end_goes_on_from_what_was_before(tmp_path):
    records = [*week(1), *week(4, day=2), *week(7, day=3)]
    resumed = [finish(8, 7, kind="stop", active=400000, run=60000, boot=3, date="2026-03-09T09:00")]
    for lines in (records, [*records[:7], *resumed]):
        log.add("e661", {"journal.txt": text(lines)}, Found(), tmp_path)
    sessions = read_sessions(Archive.load(archive.path_of(tmp_path, "e661")))
    assert [(s.number, s.state, len(s.laps)) for s in sessions] == [
        (1, "finished", 6),
        (4, "finished", 6),
        (7, "finished", 6),
        (7, "part done", 3),
    ]


def test_the_longest_run_goes_on_through_steps():
    steps = "run 5m, run 3m, walk 1m, run 6m"
    session = one(steps=steps, planned=900000, active=900000, run=840000)
    assert session.longest_run == 8 * MINUTE


# sums


def test_what_only_a_summary_knows(tmp_path):
    sums = summary(40, finished=12, stopped=3, active=9_000_000, run=3_000_000)
    later = summary(46, finished=14, stopped=3, active=9_000_000 + 2 * PLANNED, run=3_240_000)
    lines = [*sums, *week(41), *week(44, day=2), *later]
    log.add("e661", {"journal.txt": text(lines)}, Found(), tmp_path)
    kept = Archive.load(archive.path_of(tmp_path, "e661"))
    sums = log_sessions.unseen(kept, read_sessions(kept))
    assert (sums.finished, sums.stopped) == (12, 3)
    assert (sums.active, sums.run) == (9_000_000, 3_000_000)


def test_nothing_is_unseen_where_all_was_pulled(tmp_path):
    first = [*week(1), *week(4, day=2)]
    log.add("e661", {"journal.txt": text(first)}, Found(), tmp_path)
    lines = summary(6, finished=2, active=2 * PLANNED, run=240000)
    log.add("e661", {"journal.txt": text(lines), "journal.old": text(first)}, Found(), tmp_path)
    kept = Archive.load(archive.path_of(tmp_path, "e661"))
    assert log_sessions.unseen(kept, read_sessions(kept)) == log_sessions.Totals()


@pytest.mark.parametrize(
    ("days", "today", "weeks"),
    [
        ([1], (2026, 3, 1), 1),  # a Sunday
        ([1, 2, 8, 9], (2026, 3, 9), 3),
        ([1, 2, 8, 9], (2026, 3, 22), 3),  # the week after may still come
        ([1, 2, 8, 9], (2026, 3, 23), 0),
        ([1, 2, 16, 23], (2026, 3, 24), 2),
        ([], (2026, 3, 1), 0),
    ],
)
def test_the_streak_counts_weeks_from_monday(days, today, weeks):
    lines = [one for place, day in enumerate(days) for one in week(3 * place + 1, day=day)]
    assert log_sessions.streak_weeks(sessions_of(*lines), date(*today)) == weeks


# against the firmware's own machine


MACHINE = Modules()
PARSER = MACHINE.load("runwalk.core.plan")
SESSION = MACHINE.load("runwalk.core.session")
TEXTS = (
    STEPS,
    "run 10s, walk 5s, run 3s, walk 3s, run 20s",
    "2x(run open, walk 20s), cool 10s",
    'warm 10s, repeat (run 15s, hike open "up", walk 3s)',
    "for 2m (run 17s, walk 9s)",
)


def drive(steps_text, chance):
    """A session of random doings on the machine; what its clip writes, and the machine."""
    session = SESSION.Session(PARSER.steps_from_text(steps_text.encode()))
    lines = []

    def write(kind, *fields):
        lines.append(line(len(lines) + 2, kind, 1, *fields))

    now = 0
    session.count_in(now)
    over = ""
    for _ in range(chance.randrange(1, 25)):
        now += chance.choice((500, 1000, 2999, 3000, 15000, chance.randrange(60000)))
        while event := session.next(now):
            over = event if event == "finish" else over
        if session.state == "over" and not session.can_take_back(now):
            break
        what = chance.random()
        if session.can_take_back(now) and what < 0.5:
            session.back(now)
            over = ""
            write("back", session.active(now), session.moved_from, session.moved_to)
        elif session.state == "paused":
            session.resume(now)
            write("resume", session.active_ms, session.paused_ms)
        elif session.state == "running" and what < 0.3:
            session.pause(now)
            write("pause", session.active_ms, session.paused_ms)
        elif session.state == "running" and what < 0.9:
            kind = "open" if session.is_open else "skip"
            over = session.press_on(now) if session.is_open else session.skip(now)
            write(kind, session.active(now), session.moved_from, session.moved_to)
        while event := session.next(now):
            over = event if event == "finish" else over
    if session.state != "over":
        over = session.end(now)
    lines.append(
        finish(
            len(lines) + 2,
            1,
            kind=over or "stop",
            active=session.active_ms,
            paused=session.paused_ms,
            run=session.run_ms(0),
        )
    )
    return lines, session


@pytest.mark.parametrize("seed", range(40))
def test_the_steps_add_up_to_what_the_clip_counted(seed):
    chance = random.Random(seed)
    for steps_text in TEXTS:
        lines, machine = drive(steps_text, chance)
        (session,) = sessions_of(start(1, steps=steps_text, planned=machine.total_ms), *lines)
        assert session.exact, lines
        at = 0
        for lap in session.laps:
            assert lap.start == at
            at = lap.end
        assert at == machine.active_ms
        assert sum(lap.done for lap in session.laps if lap.kind == "run") == machine.run_ms(0)
        assert sum(ms for _, ms in session.pauses) == machine.paused_ms
