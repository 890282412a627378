"""Garmin FIT workouts (.fit), by the library fit-tool (BSD-3-Clause; see tools/README.md).

A workout is a row of workout_step messages. A repeat stands behind what it repeats and
names the index to go back to: repeat_until_steps_cmplt with a count, repeat_until_time
with a time. See developer.garmin.com/fit/file-types/workout.
"""

import io
import logging
import struct
import zlib
from bisect import bisect_left
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from runwalk_tools.formats.grouping import grouped
from runwalk_tools.formats.kinds import read_name, session_name, step_name
from runwalk_tools.formats.model import (
    MOST_STEPS,
    Group,
    Part,
    Reading,
    Session,
    Step,
    clean,
    shortened,
    size,
    unroll,
)

_MOST_RECORDS = 4000  # definitions count too; what a plan can hold is far from it
_MOST_BYTES = 128 * 1024
_WORKOUT = 5  # file_id.type
_TIMES = {0, 28, 31}  # workout_step.duration_type: time, repetition_time, time_only
_DISTANCE = 1
_OPEN = 5
_REPEAT = 6
_REPEAT_TIME = 7
_REPEATS = range(6, 14)  # until steps, time, distance, calories, heart rate or power
_OTHERS = {  # what else ends a step
    2: "heart rate", 3: "heart rate", 4: "calories", 14: "power", 15: "power",
    16: "training stress", 29: "repetitions",
}  # fmt: skip
_INTENSITIES = {"warm": 2, "run": 0, "walk": 4, "hike": 0, "rest": 1, "cool": 3}
_GIVEN = {1: "walk", 2: "warm", 3: "cool", 4: "walk"}  # intensity, where no name says more
_SPORTS = {11: "walk", 17: "hike"}  # of all steps that nothing else is known of
_BIKE = 2
_TARGET_OPEN = 2
_NO_VALUE = 0xFFFFFFFF
# what the decoder raises for bytes that are no FIT file, or not all of one
_TRIPPED = (
    ValueError, LookupError, TypeError, AttributeError, ArithmeticError, EOFError, struct.error,
)  # fmt: skip
_NAME_BYTES = 120  # of a field; its length stands in one byte, and watches show far less


@dataclass
class _Raw:
    """A workout_step message as it stands in the file."""

    index: int | None
    duration_type: int
    duration: int | None
    target_type: int | None
    target: int | None
    intensity: int | None
    name: str


def _integer(message: Any, number: int) -> int | None:
    # the value of a field as encoded, without scale; None where it is absent or no number
    field = message.get_field(number)
    if field is None or not field.is_valid() or not field.encoded_values:
        return None
    value = field.encoded_values[0]
    return value if isinstance(value, int) and value != _NO_VALUE else None


def _text(value: object) -> str:
    return clean(value) if isinstance(value, str) else ""


def _messages(data: bytes, how: Reading) -> list[Any]:
    from fit_tool.data_message import DataMessage
    from fit_tool.fit_file import FitFile
    from fit_tool.utils.logging import logger

    # it prints a line for each field without bytes, of which none matters here
    logger.setLevel(logging.CRITICAL)
    found = []
    try:
        for count, record in enumerate(FitFile.iter_stream(io.BytesIO(data))):
            if count == _MOST_RECORDS:
                raise how.wrong(f"more than {_MOST_RECORDS:,} records: this is no workout")
            if isinstance(record.message, DataMessage):
                found.append(record.message)
    except _TRIPPED as error:
        raise how.wrong(f"a damaged FIT file: {shortened(clean(str(error)), 100)}") from error
    return found


def read(data: bytes, how: Reading) -> list[Session]:
    """The one session of a file."""
    from fit_tool.profile.messages.file_id_message import FileIdMessage
    from fit_tool.profile.messages.workout_message import WorkoutMessage
    from fit_tool.profile.messages.workout_step_message import WorkoutStepMessage

    if len(data) > _MOST_BYTES:
        raise how.wrong("more than 128 KiB, which no workout needs; a recorded run, perhaps")
    messages = _messages(data, how)
    kinds = [_integer(m, 0) for m in messages if isinstance(m, FileIdMessage)]
    workouts = [m for m in messages if isinstance(m, WorkoutMessage)]
    steps = [_raw(m) for m in messages if isinstance(m, WorkoutStepMessage)]
    if kinds and kinds[0] not in (None, _WORKOUT):
        raise how.wrong("a FIT file of another kind (a recorded run, say), not a workout")
    if len(workouts) > 1:
        raise how.wrong("more than one workout in a FIT file")
    if not steps:
        raise how.wrong("no steps in it")
    plain = sum(step.duration_type not in _REPEATS for step in steps)
    if plain > MOST_STEPS:
        raise how.wrong(f"{plain:,} steps, and a session has at most {MOST_STEPS:,}")
    sport = _integer(workouts[0], 4) if workouts else None
    if sport == _BIKE:
        how.tell("a cycling workout: its efforts are taken as running")
    if all(step.index is not None for step in steps):
        steps.sort(key=lambda step: step.index or 0)
    parts = _tree(steps, _SPORTS.get(sport or 0), how)
    session = how.session(parts)
    if workouts:
        session.name = _text(workouts[0].workout_name)
        session.about = _text(workouts[0].workout_description)
    how.finish()
    return [session]


def _raw(message: Any) -> _Raw:
    duration_type = _integer(message, 1)
    return _Raw(
        _integer(message, 254),
        _OPEN if duration_type is None else duration_type,
        _integer(message, 2),
        _integer(message, 3),
        _integer(message, 4),
        _integer(message, 7),
        _text(message.workout_step_name),
    )


def _tree(steps: list[_Raw], usual: str | None, how: Reading) -> list[Part]:
    # parts with the index at which each begins; a repeat takes what begins at or behind its own
    parts: list[tuple[int, Part]] = []
    for place, raw in enumerate(steps):
        if raw.duration_type not in _REPEATS:
            parts.append((place, _step(raw, place, usual, how)))
            continue
        back = place if raw.duration is None else raw.duration
        first = bisect_left(parts, back, key=lambda pair: pair[0])
        inside = [part for _, part in parts[first:]]
        if not inside or parts[first][0] != back:
            raise how.wrong(f"step {place + 1} repeats from a step that cannot be gone back to")
        parts[first:] = [(back, part) for part in _repeated(raw, inside, place, how)]
    return [part for _, part in parts]


def _repeated(raw: _Raw, inside: list[Part], place: int, how: Reading) -> list[Part]:
    what = f"step {place + 1}"
    if raw.duration_type == _REPEAT:
        times = how.count("0" if raw.target is None else str(raw.target), f"{what}, a repeat")
        group = Group(times, tuple(inside))
        if size([group]) > MOST_STEPS:
            raise how.wrong(f"{what}: a session has at most {MOST_STEPS:,} steps")
        return [group] if times > 1 else inside
    if raw.duration_type != _REPEAT_TIME:
        raise how.wrong(f"{what} repeats until a distance, a heart rate or the like is reached")
    # round after round until the time is full; the last step is cut, as `for` does it
    left = how.time((raw.target or 0) / 1000, f"{what}, a repeat")
    round_ = list(unroll(inside))
    found: list[Part] = []
    while left > 0:
        step = round_[len(found) % len(round_)]
        if step.seconds is None:
            raise how.wrong(f"{what} repeats for a time, and an open step is in it")
        if len(found) == MOST_STEPS:
            raise how.wrong(f"{what}: a session has at most {MOST_STEPS:,} steps")
        seconds = left if left - step.seconds < 3 else step.seconds
        found.append(Step(step.kind, seconds, step.label))
        left -= seconds
    return found


def _step(raw: _Raw, place: int, usual: str | None, how: Reading) -> Step:
    what = f"step {place + 1}"
    named, label = read_name(raw.name)
    given = _GIVEN.get(raw.intensity if raw.intensity is not None else -1, usual)
    kind = how.kind(named, given, None)
    if raw.target_type not in (None, _TARGET_OPEN):
        how.tell("targets (pace, heart rate, power) are left out: a plan counts time alone")
    seconds: int | None = None
    if raw.duration_type in _TIMES:
        if raw.duration is None:
            raise how.wrong(f"{what} has no time")
        seconds = how.time(raw.duration / 1000, what)
    elif raw.duration_type == _DISTANCE:
        seconds = how.distance((raw.duration or 0) / 100, kind, what)
    elif raw.duration_type != _OPEN:
        by = _OTHERS.get(raw.duration_type, "something else")
        how.tell(f"{what} ends by {by}; here it is open, and ends by a press of the button")
    return Step(kind, seconds, how.label(label))


# writing


def write(session: Session, title: str, tell: list[str]) -> bytes | None:
    """The file of a session; `tell` gets what it could not hold."""
    from fit_tool.fit_file_builder import FitFileBuilder
    from fit_tool.profile.messages.file_id_message import FileIdMessage
    from fit_tool.profile.messages.workout_message import WorkoutMessage
    from fit_tool.profile.profile_type import FileType, Manufacturer, Sport

    steps: list[Any] = []
    _add(steps, grouped(session.steps), 1, tell)
    name = clean(session_name(session.name, session.week, session.day)) or title
    workout = WorkoutMessage()
    workout.workout_name = _fitting(name)
    workout.workout_description = _fitting(clean(title))
    workout.sport = Sport.RUNNING
    workout.num_valid_steps = len(steps)  # repeats counted too
    file_id = FileIdMessage()
    file_id.type = FileType.WORKOUT
    file_id.manufacturer = Manufacturer.DEVELOPMENT.value
    file_id.product = 0
    # a watch takes files of one serial number and time for one and the same
    file_id.serial_number = zlib.crc32(f"{title}\n{name}\n{session.steps}".encode()) or 1
    file_id.time_created = int(datetime.now(UTC).timestamp()) * 1000
    builder = FitFileBuilder(auto_define=True)
    builder.add_all([file_id, workout, *steps])
    data: bytes = builder.build_bytes()
    return data


def _fitting(text: str) -> str:
    return text.encode()[:_NAME_BYTES].decode(errors="ignore")


def _add(messages: list[Any], parts: list[Part], depth: int, tell: list[str]) -> None:
    from fit_tool.profile.messages.workout_step_message import WorkoutStepMessage
    from fit_tool.profile.profile_type import Intensity, WorkoutStepDuration, WorkoutStepTarget

    for part in parts:
        first = len(messages)
        if isinstance(part, Group):
            if depth == 2:
                tell.append("a group stands in a group, which some watches may not follow")
            _add(messages, list(part.parts), depth + 1, tell)
        message = WorkoutStepMessage()
        message.message_index = len(messages)
        message.target_type = WorkoutStepTarget.OPEN
        if isinstance(part, Group):
            message.duration_type = WorkoutStepDuration.REPEAT_UNTIL_STEPS_CMPLT
            message.duration_value = first
            message.target_value = part.times
        else:
            message.workout_step_name = _fitting(step_name(part.kind, clean(part.label)))
            message.intensity = Intensity(_INTENSITIES[part.kind])
            if part.seconds is None:
                message.duration_type = WorkoutStepDuration.OPEN
            else:
                message.duration_type = WorkoutStepDuration.TIME
                message.duration_time = float(part.seconds)
        messages.append(message)
