"""Garmin Training Center workouts (.tcx): XML, steps and repeats that may nest.

Limits as in the schema TrainingCenterDatabasev2: names of 15 characters, 2 to 99
repetitions, step numbers 1 to 20. An intensity is Active or Resting, so that only names
tell a walk from a hike or a warm-up.
"""

import xml.etree.ElementTree as ElementTree

from runwalk_tools.formats.grouping import grouped
from runwalk_tools.formats.kinds import read_name, session_name, step_name
from runwalk_tools.formats.model import Group, Part, Reading, Session, Step, clean, shortened
from runwalk_tools.formats.xml_ import read_xml, text_of, write_xml

_NAME = 15  # characters
_MOST_TIMES = 99
_LONGEST = 65_535  # seconds
_MOST_STEPS = 20
_SPACE = "http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_TYPE = f"{{{_XSI}}}type"
_RESTING = ("walk", "rest")


def read(data: bytes, how: Reading) -> list[Session]:
    """The workouts of a file, in its order."""
    root = read_xml(data, how)
    workouts = list(root.iter("workout"))
    if not workouts:
        if root.find(".//lap") is not None:
            raise how.wrong("a run that was recorded, not a workout to follow")
        raise how.wrong("no workout in it")
    found = []
    for workout in workouts:
        if workout.get("sport", "Running").lower() == "biking":
            how.tell("a cycling workout: its efforts are taken as running")
        parts = [_part(step, how) for step in workout.findall("step")]
        name, about = clean(text_of(workout, "name")), clean(text_of(workout, "notes"))
        found.append(how.session(parts, name, about))
    how.finish()
    return found


def _part(element: ElementTree.Element, how: Reading) -> Part:
    if element.find("repetitions") is not None:
        times = how.count(text_of(element, "repetitions"), "Repetitions")
        parts = [_part(child, how) for child in element.findall("child")]
        if not parts:
            raise how.wrong("a repeat without steps")
        return Group(times, tuple(parts))
    named, label = read_name(clean(text_of(element, "name")))
    resting = text_of(element, "intensity").lower() == "resting"
    kind = how.kind(named, "walk" if resting else None, None)
    target = element.find("target")
    if target is not None and not target.get("type", "None_t").startswith("None"):
        how.tell("targets (heart rate, speed) are left out: a plan counts time, nothing else")
    return Step(kind, _seconds(element, kind, how), how.label(label))


def _seconds(element: ElementTree.Element, kind: str, how: Reading) -> int | None:
    duration = element.find("duration")
    if duration is None:
        raise how.wrong("a step without a Duration")
    if duration.find("seconds") is not None:
        return how.time(how.number(text_of(duration, "seconds"), "Seconds"), "a step")
    if duration.find("meters") is not None:
        metres = how.number(text_of(duration, "meters"), "Meters")
        return how.distance(metres, kind, "a step's length")
    what = duration.get("type", "")
    if what != "UserInitiated_t":
        how.tell(
            f"a step that ends by {shortened(clean(what), 30) or 'nothing known'} is open: "
            "it ends by a press of the button"
        )
    return None


def write(session: Session, title: str, tell: list[str]) -> bytes | None:
    """The file of a session, None where TCX cannot hold it; `tell` gets what is lost."""
    if any((step.seconds or 0) > _LONGEST for step in session.steps):
        tell.append("left out: TCX takes steps up to 18 h 12 min")
        return None
    ElementTree.register_namespace("xsi", _XSI)
    root = ElementTree.Element("TrainingCenterDatabase", {"xmlns": _SPACE})
    workouts = ElementTree.SubElement(root, "Workouts")
    workout = ElementTree.SubElement(workouts, "Workout", Sport="Running")
    name = clean(session_name(session.name, session.week, session.day))
    ElementTree.SubElement(workout, "Name").text = _name(name or title, tell)
    writer = _Writer(tell)
    for part in grouped(session.steps, most=_MOST_TIMES):
        writer.part(workout, "Step", part)
    if writer.number > _MOST_STEPS:
        tell.append(
            f"TCX counts {_MOST_STEPS} steps and groups at most, this session has "
            f"{writer.number}; some programs may refuse it"
        )
    ElementTree.SubElement(workout, "Notes").text = title
    return write_xml(root)


def _name(text: str, tell: list[str]) -> str:
    short = shortened(text, _NAME)
    if short != text:
        tell.append(f'TCX takes names of {_NAME} characters: "{text}" is "{short}"')
    return short


class _Writer:
    def __init__(self, tell: list[str]) -> None:
        self.tell = tell
        self.number = 0

    def part(self, parent: ElementTree.Element, tag: str, part: Part) -> None:
        self.number += 1
        if isinstance(part, Group):
            element = ElementTree.SubElement(parent, tag, {_TYPE: "Repeat_t"})
            ElementTree.SubElement(element, "StepId").text = str(self.number)
            ElementTree.SubElement(element, "Repetitions").text = str(part.times)
            for child in part.parts:
                self.part(element, "Child", child)
            return
        element = ElementTree.SubElement(parent, tag, {_TYPE: "Step_t"})
        ElementTree.SubElement(element, "StepId").text = str(self.number)
        name = step_name(part.kind, clean(part.label))
        ElementTree.SubElement(element, "Name").text = _name(name, self.tell)
        if part.seconds is None:
            ElementTree.SubElement(element, "Duration", {_TYPE: "UserInitiated_t"})
        else:
            duration = ElementTree.SubElement(element, "Duration", {_TYPE: "Time_t"})
            ElementTree.SubElement(duration, "Seconds").text = str(part.seconds)
        resting = "Resting" if part.kind in _RESTING else "Active"
        ElementTree.SubElement(element, "Intensity").text = resting
        ElementTree.SubElement(element, "Target", {_TYPE: "None_t"})
