"""The log for other programs: a table, JSON, and activities with a lap a step (FIT, TCX).

A file is written beside its name and renamed, so that it is whole or as it was. The clip
measures time alone: activities have no distance, place or heart rate. They need a date,
which the clip has only while its clock is set; sessions without one are counted and left
out there. Sources: the FIT activity file (developer.garmin.com/fit/file-types/activity,
messages file_id, event, record, lap, session, activity) and Garmin's schema
TrainingCenterDatabase v2, whose elements stand in the order of that schema.
"""

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from runwalk import __version__
from runwalk_tools.errors import UserError, cannot, write_file
from runwalk_tools.log_sessions import ENDED, PRESSED, SKIPPED, UNDER_WAY, Lap, Session
from runwalk_tools.log_show import lap_in_words
from runwalk_tools.plans import counted
from runwalk_tools.words import printable

_TCX = "http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_COLUMNS = (
    *("clip", "session", "start", "plan", "week", "day", "workout", "state", "planned_s"),
    *("active_s", "paused_s", "running_s", "rating", "pain", "step", "kind", "label"),
    *("step_planned_s", "step_done_s", "step_ended"),
)


def _seconds(ms: int | None) -> float | int | None:
    if ms is None:
        return None
    return ms // 1000 if ms % 1000 == 0 else ms / 1000


def _session(session: Session) -> dict[str, Any]:
    return {
        "clip": session.clip,
        "session": session.number,
        "start": session.when.isoformat() if session.when else None,
        "plan": session.stem,
        "week": session.week or None,
        "day": session.day or None,
        "workout": session.workout or None,
        "state": session.state,
        "planned_s": _seconds(session.planned),
        "active_s": _seconds(session.active),
        "paused_s": _seconds(session.paused),
        "running_s": _seconds(session.run),
        "rating": session.rating or None,
        "pain": session.pain or None,
    }


def _step(number: int, lap: Lap) -> dict[str, Any]:
    return {
        "step": number,
        "kind": lap.kind,
        "label": lap.label or None,
        "step_planned_s": _seconds(lap.planned),
        "step_done_s": _seconds(lap.done),
        "step_ended": lap.how,
    }


def _cell(value: Any) -> Any:
    """No text that a spreadsheet would take for a formula."""
    return f"'{value}" if isinstance(value, str) and value[:1] in tuple("=+-@\t") else value


def write_csv(sessions: list[Session], path: Path) -> str:
    """A row a step, with its session's facts in each; a session without steps is one row."""
    text = io.StringIO(newline="")
    table = csv.DictWriter(text, _COLUMNS)
    table.writeheader()
    for session in sessions:
        facts = _session(session)
        steps = [_step(number, lap) for number, lap in enumerate(session.laps, 1)]
        rows = [facts | step for step in steps or [{}]]
        table.writerows([{key: _cell(value) for key, value in row.items()} for row in rows])
    # the mark at its head tells spreadsheets that it is UTF-8
    write_file(path, text.getvalue().encode("utf-8-sig"))
    return counted(len(sessions), "session")


def write_json(sessions: list[Session], path: Path) -> str:
    """A list of sessions, each with its steps and pauses; times in seconds."""
    whole = []
    for session in sessions:
        facts = _session(session)
        facts["exact"] = session.exact
        facts["steps"] = [_step(number, lap) for number, lap in enumerate(session.laps, 1)]
        facts["pauses"] = [
            {"after_s": _seconds(at), "paused_s": _seconds(ms)} for at, ms in session.pauses
        ]
        whole.append(facts)
    text = json.dumps({"sessions": whole}, ensure_ascii=False, indent=1)
    write_file(path, text.encode() + b"\n")
    return counted(len(sessions), "session")


# activities


def _activities(sessions: list[Session], folder: Path, suffix: str) -> dict[Path, Session]:
    """A file for each session that has a date, steps and an end."""
    files: dict[Path, Session] = {}
    for session in sessions:
        if session.when is None or not session.laps or session.state == UNDER_WAY:
            continue
        what = session.workout or f"w{session.week}d{session.day}"
        name = re.sub(r"\W+", "-", f"{session.stem}-{what}").strip("-")
        start = session.when.strftime("%Y%m%d-%H%M")
        path = folder / f"{start}-{name}.{suffix}"
        again = 1
        while path in files:
            again += 1
            path = folder / f"{start}-{name}-{again}.{suffix}"
        files[path] = session
    if not files:
        raise UserError(
            f"no session can be written as .{suffix}: it takes one that is over, with its steps "
            "and a date (a clip has dates while its clock is set; `runwalk install` sets it)"
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot(folder, error) from error
    return files


def _said(files: dict[Path, Session], sessions: list[Session]) -> str:
    left = len(sessions) - len(files)
    rest = f"; {counted(left, 'session')} without a date, steps or an end left out" if left else ""
    return counted(len(files), "activity").replace("activitys", "activities") + rest


def _utc(moment: datetime) -> datetime:
    """A time without an offset is one of this computer's."""
    return moment.astimezone(UTC)


def _times(session: Session, lap: Lap) -> tuple[datetime, datetime]:
    """When a lap began and ended, in UTC."""
    start, end = session.wall(lap.start, after=lap.start > 0), session.wall(lap.end)
    assert start is not None and end is not None  # _activities lets through no other
    return _utc(start), _utc(end)


def _sport(session: Session) -> str:
    return "running" if any(lap.kind == "run" for lap in session.laps) else "walking"


def _unit(session: Session) -> int:
    """A number of 32 bits for its clip, never 0, which FIT takes for none."""
    return zlib.crc32(session.clip.encode()) or 1


def write_fit(sessions: list[Session], folder: Path) -> str:
    """A FIT activity a session."""
    files = _activities(sessions, folder, "fit")
    for path, session in files.items():
        write_file(path, _fit(session))
    return _said(files, sessions)


def _fit(session: Session) -> bytes:
    from fit_tool.fit_file_builder import FitFileBuilder
    from fit_tool.profile.messages.activity_message import ActivityMessage
    from fit_tool.profile.messages.event_message import EventMessage
    from fit_tool.profile.messages.file_id_message import FileIdMessage
    from fit_tool.profile.messages.lap_message import LapMessage
    from fit_tool.profile.messages.record_message import RecordMessage
    from fit_tool.profile.messages.session_message import SessionMessage
    from fit_tool.profile.profile_type import (
        Activity,
        Event,
        EventType,
        FileType,
        Intensity,
        LapTrigger,
        Manufacturer,
        SessionTrigger,
        Sport,
    )

    intensity = {
        "warm": Intensity.WARMUP,
        "run": Intensity.ACTIVE,
        "walk": Intensity.RECOVERY,
        "hike": Intensity.ACTIVE,
        "rest": Intensity.REST,
        "cool": Intensity.COOLDOWN,
    }
    manual = (SKIPPED, PRESSED, ENDED)
    sport = Sport.RUNNING if _sport(session) == "running" else Sport.WALKING
    times = [_times(session, lap) for lap in session.laps]
    start, end = times[0][0], _end(session, times)
    elapsed = (end - start).total_seconds()

    def ms(moment: datetime) -> int:
        return round(moment.timestamp() * 1000)

    def event(moment: datetime, what: EventType) -> EventMessage:
        message = EventMessage()
        message.timestamp = ms(moment)
        message.event = Event.TIMER
        message.event_type = what
        return message

    def record(moment: datetime) -> RecordMessage:
        message = RecordMessage()
        message.timestamp = ms(moment)
        return message

    head = FileIdMessage()
    head.type = FileType.ACTIVITY
    head.manufacturer = Manufacturer.DEVELOPMENT.value
    head.product = 0
    head.serial_number = _unit(session)
    head.time_created = ms(start)

    # what happened, in order of time: timer events before records, laps at their end
    timeline: list[tuple[datetime, int, Any]] = [(start, 0, event(start, EventType.START))]
    for at, length in session.pauses:
        stopped = session.wall(at)
        assert stopped is not None
        stopped = _utc(stopped)
        timeline.append((stopped, 1, event(stopped, EventType.STOP)))
        again = stopped + timedelta(milliseconds=length)
        if again < end:
            timeline.append((again, 2, event(again, EventType.START)))
    for number, (lap, (began, ended)) in enumerate(zip(session.laps, times, strict=True)):
        message = LapMessage()
        message.message_index = number
        message.timestamp = ms(ended)
        message.start_time = ms(began)
        message.total_elapsed_time = (ended - began).total_seconds()
        message.total_timer_time = lap.done / 1000
        message.event = Event.LAP
        message.event_type = EventType.STOP
        message.sport = sport
        message.intensity = intensity[lap.kind]
        message.lap_trigger = LapTrigger.MANUAL if lap.how in manual else LapTrigger.TIME
        timeline.append((began, 3, record(began)))
        timeline.append((ended, 4, message))
    timeline.append((end, 5, record(end)))
    timeline.append((end, 6, event(end, EventType.STOP_ALL)))
    timeline.sort(key=lambda item: (item[0].replace(microsecond=0), item[1]))

    whole = SessionMessage()
    whole.message_index = 0
    whole.timestamp = ms(end)
    whole.start_time = ms(start)
    whole.total_elapsed_time = elapsed
    whole.total_timer_time = session.active / 1000
    whole.event = Event.SESSION
    whole.event_type = EventType.STOP
    whole.sport = sport
    whole.first_lap_index = 0
    whole.num_laps = len(session.laps)
    whole.trigger = SessionTrigger.ACTIVITY_END

    activity = ActivityMessage()
    activity.timestamp = ms(end)
    activity.total_timer_time = session.active / 1000
    activity.num_sessions = 1
    activity.type = Activity.MANUAL
    activity.event = Event.ACTIVITY
    activity.event_type = EventType.STOP

    builder = FitFileBuilder(auto_define=True, min_string_size=16)
    builder.add(head)
    builder.add_all([message for _, _, message in timeline])
    builder.add_all([whole, activity])
    return bytes(builder.build().to_bytes())


def _end(session: Session, times: list[tuple[datetime, datetime]]) -> datetime:
    """A pause that the session ended in is part of it."""
    end = session.wall(session.active, after=True)
    return max(times[-1][1], _utc(end)) if end else times[-1][1]


def write_tcx(sessions: list[Session], folder: Path) -> str:
    """A TCX activity a session."""
    files = _activities(sessions, folder, "tcx")
    for path, session in files.items():
        write_file(path, _tcx(session))
    return _said(files, sessions)


def _tcx(session: Session) -> bytes:
    ET.register_namespace("", _TCX)
    ET.register_namespace("xsi", _XSI)
    root = ET.Element(f"{{{_TCX}}}TrainingCenterDatabase")

    def child(parent: ET.Element, name: str, text: str = "") -> ET.Element:
        element = ET.SubElement(parent, f"{{{_TCX}}}{name}")
        if text:
            element.text = text
        return element

    def stamp(moment: datetime) -> str:
        return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    activity = child(child(root, "Activities"), "Activity")
    activity.set("Sport", "Running" if _sport(session) == "running" else "Other")
    times = [_times(session, lap) for lap in session.laps]
    child(activity, "Id", stamp(times[0][0]))
    for lap, (start, end) in zip(session.laps, times, strict=True):
        element = child(activity, "Lap")
        element.set("StartTime", stamp(start))
        child(element, "TotalTimeSeconds", f"{lap.done / 1000:.3f}")
        child(element, "DistanceMeters", "0")  # asked for by the schema; nobody measured it
        child(element, "Calories", "0")
        child(element, "Intensity", "Active" if lap.kind in ("run", "hike") else "Resting")
        manual = lap.how in (SKIPPED, PRESSED, ENDED)
        child(element, "TriggerMethod", "Manual" if manual else "Time")
        track = child(element, "Track")
        for moment in (start, end):
            child(child(track, "Trackpoint"), "Time", stamp(moment))
        child(element, "Notes", printable(lap_in_words(lap)))
    child(activity, "Notes", printable(_notes(session)))
    creator = child(activity, "Creator")
    creator.set(f"{{{_XSI}}}type", "Device_t")
    child(creator, "Name", "runwalk")
    child(creator, "UnitId", str(_unit(session)))
    child(creator, "ProductID", "0")
    version = child(creator, "Version")
    major, minor = __version__.split(".")[:2]
    for name, text in (("VersionMajor", major), ("VersionMinor", minor)):
        child(version, name, text)
    ET.indent(root)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def _notes(session: Session) -> str:
    parts = [session.name, session.state]
    if session.rating:
        parts.append(f"felt {session.rating}")
    if session.pain:
        parts.append("pain" if session.pain == "yes" else "no pain")
    return ", ".join(parts)
