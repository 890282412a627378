"""Any plan, any runner, any loop: the machine and the model tell the same session."""

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st
from model import DAY, Plan, Tale
from sessions import KINDS, LIMIT, Drive, Small, machine

thorough = settings(max_examples=500, deadline=None, derandomize=True)
several = settings(max_examples=150, deadline=None, derandomize=True)

ACTIONS = ("pause", "resume", "skip", "press_on", "back", "end")
# most sessions go on: an end ends the example too
OFTEN = ("pause", "resume", "resume", "skip", "skip", "press_on", "press_on", "back", "back")
TELLING = (0, 1, 2999, 3000, 3001, 10000, 29999, 30000, 59999, 60000, 60000, 90000, 120000)

# round ones more often than not: that is where two things fall on one instant
lengths = st.one_of(
    st.sampled_from((3, 9, 10, 30, 60, 90, 120, 180, 240, 300)),
    st.sampled_from((30, 60, 120)),
    st.integers(3, 15),
    st.integers(3, 1200),
).map(lambda seconds: seconds * 1000)
kinds = st.sampled_from(KINDS)
timed = st.tuples(kinds, lengths)
either = st.tuples(kinds, st.one_of(lengths, st.none()))
periods = st.one_of(st.sampled_from((60, 60, 90, 120)), st.integers(60, 900))
reminders = st.lists(periods.map(lambda seconds: seconds * 1000), max_size=3).map(
    lambda found: tuple((f"remind {n}", ms) for n, ms in enumerate(found))
)
# near 0, anywhere, and so late that a day more stays just below 2^30
starts = st.one_of(
    st.integers(3000, 10000), st.integers(3000, LIMIT - 4 * DAY), st.just(LIMIT - 4 * DAY)
)
random_gaps = st.one_of(
    st.sampled_from(TELLING),
    st.sampled_from(TELLING),
    st.integers(0, 5000),
    st.integers(0, 70000),
    st.integers(0, 900000),
)
jitters = st.lists(
    st.one_of(st.integers(1, 60), st.integers(900, 1100), st.integers(1, 600000)), min_size=1
)


@st.composite
def plans(draw, steps=either):
    steps = tuple(draw(st.lists(steps, min_size=1, max_size=9)))
    repeat_from = draw(st.one_of(st.just(-1), st.integers(0, len(steps) - 1)))
    if all(ms is not None for _, ms in steps) and draw(st.booleans()):
        repeat_from = -1
    outside = range(1, len(steps) if repeat_from < 0 else repeat_from)
    last_rounds = draw(st.sets(st.sampled_from(outside))) if outside else ()
    return Plan(steps, draw(reminders), frozenset(last_rounds), repeat_from)


known_plans = plans(timed).map(lambda plan: Plan(plan.steps, plan.reminders, plan.last_rounds))

# all on whole minutes, so that a boundary, half-way, reminders, a verdict and the finish meet
minute = st.sampled_from((60000, 120000, 60000, None))
meeting_plans = st.builds(
    Plan,
    st.lists(st.tuples(kinds, minute), min_size=2, max_size=5).map(tuple),
    st.sampled_from(((("drink", 60000),), (("drink", 120000), ("eat", 60000)))),
    st.sampled_from((frozenset({1}), frozenset({2}), frozenset())),
    st.sampled_from((-1, -1, 1)),
)
meeting_gaps = st.sampled_from((0, 3000, 3000, 27000, 30000, 57000, 60000, 120000))

# hours, up to and over the 24 that a session may have
hours = st.sampled_from([n * 3600000 for n in (1, 2, 5, 6, 12)] + [86340000, None])
long_plans = st.builds(
    Plan,
    st.tuples(st.tuples(kinds, hours), st.tuples(kinds, hours)),
    st.sampled_from(((("drink", 3600000),), (("eat", 5400000), ("drink", 3600000)))),
    st.just(frozenset()),
    st.sampled_from((0, 1, -1)),
).filter(lambda plan: plan.planned <= DAY)
long_gaps = st.sampled_from((0, 0, 2000, 3600000, 7200000, 5 * 3600000))


@st.composite
def runners(draw, plan, gaps):
    """What the runner does: (ms since the start, action); without gaps, aimed at the plan."""
    aims = [ms + late for _, ms in plan.steps if ms for late in (-1000, -1, 0, 1)]
    aims += [half + late for half in (plan.planned // 2,) for late in (-1, 0, 1)]
    aimed = gaps is None
    gap = st.one_of(random_gaps, st.sampled_from(aims)) if aimed else gaps
    names = st.sampled_from(OFTEN + ACTIONS if draw(st.booleans()) else OFTEN)
    wanted = draw(st.lists(st.tuples(gap, names), max_size=14 if aimed else 6))
    if not aimed and draw(st.booleans()):
        wanted.append((draw(gap), "end"))
    instants = itertools.accumulate(max(0, gap) for gap, _ in wanted)
    return list(zip(instants, (name for _, name in wanted), strict=True))


@st.composite
def sessions(draw, plan=None, gaps=None):
    """A plan, the instant of its start, and what its runner does at which instants."""
    plan = draw(plans() if plan is None else plan)
    start = draw(starts)
    return plan, start, [(start + at, name) for at, name in draw(runners(plan, gaps))]


def ticks(first, last, jitter, most=150):
    """Instants at which the loop turns, the gaps of `jitter` over and over, the last included."""
    longer = 1 + (last - first) * len(jitter) // (sum(jitter) * most)
    now = first
    for gap in itertools.cycle(jitter):
        now += gap * longer
        if now >= last:
            break
        yield now
    yield last


def play(plan, start, actions, jitter, after, look=None):
    """A machine and a model that lived through the same, each to its end."""
    drive, tale = Drive(plan, start), Tale(plan, start)
    effects, now = [], start - 3000
    last = (actions[-1][0] if actions else start) + after
    for at, action in actions + [(last, None)]:
        for now in ticks(now, at, jitter):
            drive.tick(now)
            if look and now >= start:
                look(drive.session, tale.until(now), now)
        if action:
            drive.act(at, action)
            effects.append(tale.do(at, action))
    assert drive.effects == effects
    tale.until(last)
    return drive, tale


def after_all(plan):
    """Long enough for what is planned, and a while into a last open step."""
    return 2 * plan.planned + 200000


def numbers(session):
    """Every number that the machine keeps."""
    for thing in (session, session.here, session._left):
        yield from (value for value in vars(thing).values() if isinstance(value, int))


def look_closely(session, tale, now):
    """What can be asked of the machine at any instant, against the model and against itself."""
    plan, index = tale.plan, tale.index
    assert session.active(now) == tale.active(now)
    assert session.run_ms(now) == tale.done_in(now, lambda i: plan.kind(i) == "run")
    assert all(-LIMIT < number < LIMIT for number in numbers(session))
    if tale.ended:
        assert session.state == "over"
        assert session.active_ms + session.paused_ms == tale.ended_at - tale.start
        assert session.is_forgotten() == tale.forgotten
        return
    assert session.state == ("paused" if tale.is_paused else "running")
    assert session.active(now) + tale.paused(now) == now - tale.start
    assert session.index == index
    assert session.step_kind == plan.kind(index)
    assert session.step_done(now) == tale.step_done(now)
    assert session.is_open == (plan.length(index) is None)
    if not session.is_open:
        assert session.step_ms == plan.length(index)
        assert session.step_left(now) == tale.step_left(now)
        assert session.step_done(now) + session.step_left(now) == session.step_ms
        assert session.step_left(now) > 0, "where 0 would show, the next step shows"
    left = tale.session_left(now)
    assert session.session_left(now) == (-1 if left is None else left)


@thorough
@given(st.data())
def test_machine_and_model_tell_the_same_lines(data):
    plan, start, actions = data.draw(sessions())
    drive, tale = play(plan, start, actions, data.draw(jitters), after_all(plan), look_closely)
    assert drive.without("countin") == tale.lines


@several
@given(st.data())
def test_sessions_of_known_length_run_out_as_the_model_tells(data):
    plan, start, actions = data.draw(sessions(known_plans))
    drive, tale = play(plan, start, actions, data.draw(jitters), after_all(plan), look_closely)
    assert drive.without("countin") == tale.lines


@thorough
@given(st.data())
def test_what_falls_on_one_instant_is_told_in_the_order_of_the_model(data):
    plan, start, actions = data.draw(sessions(meeting_plans, meeting_gaps))
    drive, tale = play(plan, start, actions, data.draw(jitters), after_all(plan), look_closely)
    assert drive.without("countin") == tale.lines


@several
@given(st.data())
def test_the_24_h_end_what_nothing_else_ends(data):
    plan, start, actions = data.draw(sessions(long_plans, long_gaps))
    actions.append((actions[-1][0] if actions else start, "resume"))
    drive, tale = play(plan, start, actions, data.draw(jitters), DAY, look_closely)
    assert tale.ended
    assert drive.without("countin") == tale.lines


@several
@given(st.data())
def test_the_loop_does_not_change_the_lines(data):
    """Minutes late or on time, and asked at each instant that the machine named as due."""
    plan, start, actions = data.draw(sessions())
    one, _ = play(plan, start, actions, data.draw(jitters), after_all(plan))
    late, _ = play(plan, start, actions, [DAY], after_all(plan))
    assert one.lines == late.lines

    prompt = Drive(plan, start)
    last = (actions[-1][0] if actions else start) + after_all(plan)
    for at, action in actions + [(last, None)]:
        while prompt.session.due() <= at:
            due = prompt.session.due()
            assert prompt.session.next(Small(due - 1)) == ""
            prompt.tick(due)
        if action:
            prompt.act(at, action)
    assert prompt.lines == one.lines


@settings(max_examples=4, deadline=None, derandomize=True)
@given(st.data())
def test_each_millisecond_gives_what_one_late_tick_gives(data):
    short = st.tuples(kinds, st.one_of(st.integers(3, 20).map(lambda s: s * 1000), st.none()))
    plan, start, actions = data.draw(sessions(plans(short)))
    actions = [(at, name) for at, name in actions if at < start + 100000]
    each, _ = play(plan, start, actions, [1], 30000)
    drive = Drive(plan, start)
    session = drive.session
    last = (actions[-1][0] if actions else start) + 30000
    todo = actions + [(last, "")]
    for now in range(start - 3000, last + 1):
        if session.due() <= now or todo[0][0] == now:
            drive.tick(now)
        else:
            assert session.next(now) == ""
        while todo and todo[0][0] == now:
            action = todo.pop(0)[1]
            if action:
                drive.act(now, action)
    assert drive.lines == each.lines


@several
@given(st.data())
def test_left_alone_each_boundary_comes_at_the_sum_of_what_is_before_it(data):
    plan, start = data.draw(known_plans), data.draw(starts)
    drive, _ = play(plan, start, [], data.draw(jitters), plan.planned)
    sums = itertools.accumulate((ms for _, ms in plan.steps), initial=start)
    boundaries = [line[0] for line in drive.lines if line[1] in ("step", "finish")]
    assert boundaries == list(sums)


@several
@given(st.data())
def test_nothing_is_lost_or_doubled(data):
    """What a session must have once, it has once, whatever its runner did."""
    plan, start, actions = data.draw(sessions(known_plans))
    actions = [(at, name) for at, name in actions if name != "back"]
    actions.append(((actions[-1][0] if actions else start) + 1, "resume"))
    drive, tale = play(plan, start, actions, data.draw(jitters), after_all(plan))
    told = [what for _, what, _ in drive.lines]
    ends = told.count("finish") + told.count("stop")
    assert (told.count("start"), ends, told[-1]) == (1, 1, tale.ended)
    entered = [detail for _, what, detail in drive.lines if what == "step"]
    assert entered == list(range(len(entered)))
    assert told.count("lastround") == len(plan.last_rounds.intersection(entered))
    active = drive.session.active_ms
    assert told.count("halfway") == (1 if 2 * active >= plan.planned else 0)
    instants = [at for at, _, _ in drive.lines]
    assert instants == sorted(instants)


@several
@given(st.data())
def test_take_back_is_as_if_the_step_had_never_been_left(data):
    plan, start, actions = data.draw(sessions())
    at = (actions[-1][0] if actions else start) + data.draw(st.integers(1, 100000))
    late = data.draw(st.sampled_from((0, 1, 1500, 2999, 3000)))
    leave = data.draw(st.sampled_from(("skip", "press_on")))
    left = Drive(plan, start)
    stayed = Drive(plan, start)
    for drive in (left, stayed):
        for instant, action in actions:
            drive.act(instant, action)
        drive.tick(at)
    if not left.act(at, leave):
        return
    left.tick(at + late)
    if left.session.ran_out and leave == "skip":
        return  # into a last step of 3 s, which is over as the 3 s for the take-back are
    assert left.act(at + late, "back")
    stayed.tick(at + late)
    assert not left.act(at + late, "back"), "once"

    now = at + late + after_all(plan)
    told = len(stayed.lines), len(left.lines)
    left.tick(now)
    stayed.tick(now)
    # a last round that was told on the way is told once, and so is half-way
    once = ("lastround", "halfway", "remind", "countdown")
    assert [line for line in left.lines[told[1] :] if line[1] not in once] == [
        line for line in stayed.lines[told[0] :] if line[1] not in once
    ]
    for drive in (left, stayed):
        if drive.session.state != "over":
            drive.act(now, "end")
    assert left.lines[-1] == stayed.lines[-1]
    assert left.session.run_ms(now) == stayed.session.run_ms(now)


@several
@given(st.data())
def test_a_session_taken_up_again_goes_on_as_the_one_that_was_cut(data):
    """All that a checkpoint keeps, given to a new machine, gives the same lines from there on."""
    plan, start, actions = data.draw(sessions())
    whole, tale = play(plan, start, actions, [DAY], 0)
    if tale.ended:
        return
    cut = actions[-1][0] if actions else start
    if tale.is_paused:
        cut += 1
        whole.act(cut, "resume")
    old, told = whole.session, len(whole.lines)
    active, paused = old.active(cut), cut - start - old.active(cut)

    again = Drive(plan, start)
    again.session = new = machine.Session(old.steps, list(plan.reminders))
    new.here.copy(old.here)
    new.restore(active, paused, old.half_done, old.announced)
    if data.draw(st.booleans()):
        new.resumed_after = "power"
        resumed = cut + 3000
        new.count_in(Small(cut))
        beeps = [(cut + ms, "countin", None) for ms in (0, 1000, 2000)]
        beeps.append((resumed, "resume", active))
    else:
        resumed, beeps = cut, []
        new.go_on(Small(cut), "crash")
    moved = resumed - cut
    again.lines = []
    last = cut + after_all(plan)
    whole.tick(last)
    again.tick(last + moved)
    step = (resumed, "step", old.index)
    wanted = [(at + moved, what, detail) for at, what, detail in whole.lines[told:]]
    assert again.lines[: len(beeps)] == beeps
    assert again.lines[len(beeps)][:2] == step[:2]
    assert again.lines[len(beeps) + 1 :] == wanted
