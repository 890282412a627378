"""Our plan, a format, our plan: every step that the format can hold comes back."""

import string
from pathlib import Path

import pytest
from garmin_fit_sdk import Decoder, Encoder, Stream
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from runwalk_tools.formats import fit, intervals, json_, table, tcx, zwo
from runwalk_tools.formats.grouping import grouped, written
from runwalk_tools.formats.model import Group, Plan, Reading, Session, Step, size, unroll
from runwalk_tools.formats.plan_text import fitted, plan_text, steps_text
from runwalk_tools.plans import read_text

quick = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
KINDS = ["warm", "run", "walk", "hike", "rest", "cool"]
# words that a runner writes; what a format has marks of its own for is tested by hand
LABELS = st.text(string.ascii_letters + "äßéЖ山🏃&<>'#;,|", max_size=9).map(
    lambda text: " ".join(text.split())
)


def steps(open_ones: bool = True, labels: bool = True):
    seconds = st.sampled_from([3, 30, 60, 90, 120, 300]) | st.integers(3, 600)
    return st.builds(
        Step,
        st.sampled_from(KINDS),
        st.none() | seconds if open_ones else seconds,
        LABELS if labels else st.just(""),
    )


def parts(each):
    groups = st.recursive(
        each,
        lambda inner: st.builds(
            Group, st.integers(2, 6), st.lists(inner, min_size=1, max_size=3).map(tuple)
        ),
        max_leaves=6,
    )
    return st.lists(groups, min_size=1, max_size=5)


def sessions(**kinds):
    return (
        parts(steps(**kinds))
        .filter(lambda these: size(these) <= 400)
        .map(lambda these: Session(list(unroll(these)), "Long one", week=3, day=2))
        .filter(lambda session: sum(step.seconds or 0 for step in session.steps) <= 86_400)
    )


def back(module, session: Session) -> list[Session]:
    tell: list[str] = []
    data = module.write(session, "A plan", tell)
    assert data is not None, tell
    return module.read(data, Reading("x"))


@given(parts(steps()))
@quick
def test_grouping_loses_nothing_and_is_never_longer(these):
    row = list(unroll(these))
    again = grouped(row)
    assert list(unroll(again)) == row
    assert len(written(again)) <= len(written(row))


@given(sessions())
@quick
def test_the_plan_language_itself(session):
    ready = fitted(session, [])
    if ready is None:
        assert len(steps_text(session)) > 900  # nothing repeats, and it is long
        return
    data = plan_text(Plan("T", sessions=[ready])).encode()
    read = read_text(data, Path("x.plan"))
    assert read.faults == []
    found = table.from_steps(read.steps(3, 2))
    assert found.steps == ready.steps
    assert found.name == "Long one"


@given(sessions())
@quick
def test_fit_read_by_the_same_library(session):
    [found] = back(fit, session)
    assert found.steps == session.steps
    assert found.name == "Week 3 day 2: Long one"
    assert found.about == "A plan"


def unrolled_by_hand(messages: list[dict]) -> list[tuple]:
    """What a watch does: steps one by one, back at a repeat as often as it says."""
    done: dict[int, int] = {}
    found, at = [], 0
    while at < len(messages):
        step = messages[at]
        if step["duration_type"] != "repeat_until_steps_cmplt":
            found.append((step["wkt_step_name"], step["intensity"], step.get("duration_time")))
            at += 1
            continue
        done[at] = done.get(at, 1) + 1
        if done[at] <= step["repeat_steps"]:
            at = step["duration_step"]
        else:
            del done[at]
            at += 1
    return found


INTENSITY = {
    "warm": "warmup", "run": "active", "walk": "recovery", "hike": "active", "rest": "rest",
    "cool": "cooldown",
}  # fmt: skip
NAME = {
    "warm": "Warm up", "run": "Run", "walk": "Walk", "hike": "Hike", "rest": "Rest",
    "cool": "Cool down",
}  # fmt: skip


@given(sessions())
@quick
def test_fit_read_by_the_other_library(session):
    data = fit.write(session, "A plan", [])
    messages, errors = Decoder(Stream.from_byte_array(bytearray(data))).read()
    assert errors == []
    assert messages["file_id_mesgs"][0]["type"] == "workout"
    [workout] = messages["workout_mesgs"]
    rows = messages["workout_step_mesgs"]
    assert workout["sport"] == "running"
    assert workout["num_valid_steps"] == len(rows)
    assert [row["message_index"] for row in rows] == list(range(len(rows)))
    assert unrolled_by_hand(rows) == [
        (
            f"{NAME[step.kind]}: {step.label}" if step.label else NAME[step.kind],
            INTENSITY[step.kind],
            None if step.seconds is None else float(step.seconds),
        )
        for step in session.steps
    ]


@given(sessions(labels=False))
@quick
def test_fit_written_by_the_other_library(session):
    rows: list[dict] = []

    def add(these) -> None:
        for part in these:
            first = len(rows)
            if isinstance(part, Group):
                add(part.parts)
                row = {"duration_type": "repeat_until_steps_cmplt", "duration_value": first}
                row["target_value"] = part.times
            else:
                row = {"wkt_step_name": NAME[part.kind], "intensity": INTENSITY[part.kind]}
                row["duration_type"] = "open" if part.seconds is None else "time"
                if part.seconds is not None:
                    row["duration_value"] = part.seconds * 1000
            rows.append({**row, "message_index": len(rows), "target_type": "open"})

    add(grouped(session.steps))
    encoder = Encoder()
    encoder.write_mesg({"mesg_num": 0, "type": "workout", "manufacturer": "garmin"})
    encoder.write_mesg({"mesg_num": 26, "wkt_name": "Theirs", "sport": "running"})
    for row in rows:
        encoder.write_mesg({"mesg_num": 27, **row})
    [found] = fit.read(encoder.close(), Reading("x"))
    assert found.name == "Theirs"
    assert found.steps == session.steps


@given(sessions(open_ones=False))
@quick
def test_zwo(session):
    [found] = back(zwo, session)
    assert found.steps == session.steps
    assert found.name == "Week 3 day 2: Long one"


@given(sessions())
@quick
def test_tcx_with_names_as_short_as_it_takes(session):
    [found] = back(tcx, session)
    assert [(s.kind, s.seconds) for s in found.steps] == [
        (s.kind, s.seconds) for s in session.steps
    ]
    for got, meant in zip(found.steps, session.steps, strict=True):
        name = f"{NAME[meant.kind]}: {meant.label}"
        assert got.label == meant.label or len(name) > 15


@given(sessions())
@quick
def test_intervals(session):
    [found] = back(intervals, session)
    assert found.steps == session.steps


@given(sessions(), st.booleans())
@quick
def test_table_and_json(session, endless):
    if endless:
        session.endless = len(session.steps) // 2
    workout = Session(session.steps, "Hills", workout=True, endless=session.endless)
    ready = fitted(session, [])
    if ready is None or ready.steps != session.steps:
        return
    plan = Plan("T", "About it.", 1, True, [("drink", 1200)], [session, workout])
    found = json_.read(json_.write(plan, []), Reading("x"))
    assert found == plan
    tell: list[str] = []
    rows = table.read(table.write(plan, tell), Reading("x"))
    assert len(tell) == 4  # about, rest, ask pain, reminders
    for got, meant in zip(rows, plan.sessions, strict=True):
        assert (got.steps, got.endless, got.name) == (meant.steps, meant.endless, meant.name)
        assert (got.week, got.day, got.workout) == (meant.week, meant.day, meant.workout)


RUN, WALK = Step("run", 60), Step("walk", 90)
WARM, COOL = Step("warm", 300), Step("cool", 300)


@pytest.mark.parametrize(
    ("row", "text"),
    [
        ([WARM, *[RUN, WALK] * 8, COOL], "warm 5m, 8x(run 1m, walk 90s), cool 5m"),
        ([*[RUN, WALK] * 7, RUN], "7x(run 1m, walk 90s), run 1m"),
        ([*([RUN, WALK] * 4 + [COOL]) * 3], "3x(4x(run 1m, walk 90s), cool 5m)"),
        ([RUN, RUN], "run 1m, run 1m"),
        ([RUN, WALK] * 1200, "999x(run 1m, walk 90s), 201x(run 1m, walk 90s)"),
        ([Step("run", None, "flat"), Step("hike", 3661)], 'run open "flat", hike 1h1m1s'),
    ],
)
def test_what_repeats_is_written_as_a_person_would(row, text):
    assert written(grouped(row)) == text
