"""Zwift workouts (.zwo): XML, a flat row of blocks, times in seconds or distances in metres.

Tags and attributes are taken in any case (FreeRide and Freeride, textevent and TextEvent
are all about; see github.com/h4l/zwift-workout-file-reference). A block has an intensity
and no word for walking, which cues, roles and percents have to tell.
"""

import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass

from runwalk_tools.formats.grouping import grouped
from runwalk_tools.formats.kinds import read_name, says_kind_alone, session_name, step_name
from runwalk_tools.formats.model import Group, Part, Reading, Session, Step, clean, shortened
from runwalk_tools.formats.xml_ import read_xml, text_of, write_xml

_BLOCKS = {  # names in small letters, and as they are written
    name.lower(): name
    for name in (
        "Warmup", "Cooldown", "SteadyState", "SolidState", "Ramp", "FreeRide", "MaxEffort",
        "IntervalsT",
    )
}  # fmt: skip
_ROLES = {"warmup": "warm", "cooldown": "cool"}
_CUES = ("textevent", "textnotification")
_SOON = 5  # seconds in which a cue is about the step that begins
# percents of FTP that Zwift's zones stand for, about their middle
_ZONES = {1: 50.0, 2: 65.0, 3: 83.0, 4: 97.0, 5: 112.0, 6: 135.0}
# what is written, as fractions of threshold pace: a walk must read as easier than any run
_POWER = {"run": "0.70", "walk": "0.40", "hike": "0.45", "rest": "0.25"}
_RAMPS = {"warm": ("Warmup", "0.35", "0.50"), "cool": ("Cooldown", "0.50", "0.35")}


@dataclass(frozen=True)
class _Cue:
    offset: float  # in the unit of the block's length
    text: str


class _Zwo:
    def __init__(self, root: ElementTree.Element, how: Reading) -> None:
        self.how = how
        workout = root.find("workout")
        if workout is None:
            raise how.wrong("a Zwift file without <workout>")
        self.blocks = list(workout)
        self.bike = text_of(root, "sporttype").lower() not in ("", "run", "running")
        if self.bike:
            how.tell("a cycling workout: its efforts are taken as running")
        unit = text_of(root, "durationtype").lower()
        self.metres = unit == "distance"
        if not unit and not self.bike and not how.seconds and self._looks_like_metres():
            if how.pace is None:
                raise how.wrong(
                    "it does not say whether its lengths are seconds, and they look like "
                    "metres: --pace 6:30/km, say, converts them, --seconds takes them as seconds"
                )
            how.tell("its lengths look like metres, and are taken as such")
            self.metres = True

    def _looks_like_metres(self) -> bool:
        # 400 or 1000 is a usual distance and an odd time; 300 or 90 could be either
        lengths = [
            float(value)
            for block in self.blocks
            for name, value in block.attrib.items()
            if name in ("duration", "onduration", "offduration") and value.strip().isdecimal()
        ]
        if any(cue.get("distoffset") for block in self.blocks for cue in block):
            return True
        round_ones = all(length % 50 == 0 for length in lengths)
        return round_ones and any(length % 30 for length in lengths)

    def parts(self) -> list[Part]:
        found: list[Part] = []
        for block in self.blocks:
            tag = block.tag
            if tag == "intervalst":
                found += self._intervals(block)
            elif tag in _BLOCKS or block.get("duration") is not None:
                if tag not in _BLOCKS:
                    self.how.tell(f"<{shortened(clean(tag), 30)}> is taken as a plain step")
                found.append(self._single(block))
            elif tag in _CUES:
                self._left_out(self._cues([block]))
            else:
                self.how.tell(f"<{shortened(clean(tag), 30)}> is left out")
        return found

    def _length(self, block: ElementTree.Element, name: str) -> float | None:
        value = block.get(name)
        return None if value is None else self.how.number(value, f"{_called(block)}: a length")

    def _step(self, length: float, kind: str, label: str, what: str) -> Step:
        if self.metres:
            return Step(kind, self.how.distance(length, kind, what), label)
        return Step(kind, self.how.time(length, what), label)

    def _single(self, block: ElementTree.Element) -> Step:
        length = self._length(block, "duration")
        if length is None:
            raise self.how.wrong(f"{_called(block)} without a Duration")
        cues = self._cues(list(block))
        if block.get("text"):
            cues.insert(0, _Cue(0, clean(block.get("text", ""))))
        named, label = self._say(cues[0]) if cues else (None, "")
        self._left_out(cues[1:])
        if block.tag == "ramp":
            self.how.tell("a ramp keeps its time, and not that it gets faster or slower")
        kind = self.how.kind(_ROLES.get(block.tag) or named, None, self._percent(block, "", ""))
        return self._step(length, kind, self.how.label(label), _called(block))

    def _intervals(self, block: ElementTree.Element) -> list[Part]:
        times = self.how.count(block.get("repeat", "1"), "IntervalsT, Repeat")
        lengths = [self._length(block, name) or 0.0 for name in ("onduration", "offduration")]
        powers = [self._percent(block, "on", "On"), self._percent(block, "off", "Off")]
        of_each = self._cues_of_each(block, times, lengths)
        steps: list[Part] = []
        for at, name in enumerate(("On", "Off")):
            if not lengths[at]:
                continue
            named, label = self._say(of_each[at]) if of_each[at] else (None, "")
            # the easy half of a pair that says nothing else is the walk
            given = "walk" if at and powers[at] is None and self.how.walk_below is None else None
            kind = self.how.kind(named, given, powers[at])
            what = f"IntervalsT, {name}Duration"
            steps.append(self._step(lengths[at], kind, self.how.label(label), what))
        if not steps:
            raise self.how.wrong("<IntervalsT> without OnDuration and OffDuration")
        return [Group(times, tuple(steps))]

    def _cues_of_each(
        self, block: ElementTree.Element, times: int, lengths: list[float]
    ) -> list[_Cue | None]:
        """The cue of the on and of the off step, where it is the same in each round.

        Offsets count from the block's begin, not from the round's.
        """
        whole = sum(lengths)
        by_place: dict[tuple[int, int], list[_Cue]] = {}
        for cue in self._cues(list(block)):
            number = min(int(cue.offset // whole), times - 1) if whole > 0 else 0
            inside = cue.offset - number * whole
            half = 0 if inside < lengths[0] else 1
            place = _Cue(inside - half * lengths[0], cue.text)
            by_place.setdefault((number, half), []).append(place)
        found: list[_Cue | None] = [None, None]
        for half in (0, 1):
            if sum(place[1] == half for place in by_place) < times:
                continue
            firsts = [by_place[number, half][0] for number in range(times)]
            if len({cue.text for cue in firsts}) == 1:
                found[half] = firsts[0]
        for (_, half), cues in by_place.items():
            self._left_out(cues[1:] if found[half] else cues)
        return found

    def _cues(self, elements: list[ElementTree.Element]) -> list[_Cue]:
        found = []
        for element in elements:
            if element.tag not in _CUES:
                continue
            text = clean(element.get("message") or element.get("text") or "")
            offset = element.get("distoffset") if self.metres else element.get("timeoffset")
            if text:
                found.append(_Cue(self.how.number(offset or "0", "a cue's offset"), text))
        return sorted(found, key=lambda cue: max(cue.offset, 0))

    def _say(self, cue: _Cue | None) -> tuple[str | None, str]:
        if cue is None:
            return None, ""
        kind, label = read_name(cue.text)
        if cue.offset <= _SOON and says_kind_alone(cue.text):
            return kind, label
        return None, cue.text

    def _left_out(self, cues: list[_Cue]) -> None:
        for cue in cues:
            text = shortened(cue.text, 60)
            self.how.tell(f'a text within a step is left out: "{text}"')

    def _percent(self, block: ElementTree.Element, half: str, of: str) -> float | None:
        """The intensity in percent; of a range or a ramp its middle."""
        if of:
            single, pair = f"{half}power", (f"power{half}low", f"power{half}high")
            zone = f"power{half}zone"
        else:
            single, pair, zone = "power", ("powerlow", "powerhigh"), "zone"
        values = [block.get(name) for name in (single, *pair)]
        if values[0] is None:
            numbers = [v for v in values[1:] if v is not None]
        else:
            numbers = [values[0]]
        if numbers:
            found = [self.how.number(v, f"{_called(block)}: an intensity") for v in numbers]
            middle = sum(found) / len(found)
            self.how.tell("intensities are left out: a plan counts time, nothing else")
            return middle if middle > 5 else round(middle * 100, 2)  # 0.75, sometimes 75
        number = block.get(zone)
        return None if number is None else _ZONES.get(int(self.how.number(number, "Zone")))


def _called(block: ElementTree.Element) -> str:
    return _BLOCKS.get(block.tag, shortened(clean(block.tag), 30))


def read(data: bytes, how: Reading) -> list[Session]:
    """The one session of a file."""
    root = read_xml(data, how)
    zwo = _Zwo(root, how)
    name, about = clean(text_of(root, "name")), clean(text_of(root, "description"))
    session = how.session(zwo.parts(), name, about)
    how.finish()
    return [session]


# writing


def _cue(parent: ElementTree.Element, offset: int, step: Step) -> None:
    message = step_name(step.kind, clean(step.label))
    ElementTree.SubElement(parent, "textevent", timeoffset=str(offset), message=message)


def _block(parent: ElementTree.Element, step: Step) -> None:
    seconds = step.seconds or 0
    if step.kind in _RAMPS:
        tag, low, high = _RAMPS[step.kind]
        block = ElementTree.SubElement(
            parent, tag, Duration=str(seconds), PowerLow=low, PowerHigh=high
        )
    else:
        power = _POWER[step.kind]
        block = ElementTree.SubElement(
            parent, "SteadyState", Duration=str(seconds), Power=power
        )
    _cue(block, 0, step)


def _pair(parent: ElementTree.Element, times: int, on: Step, off: Step) -> None:
    lengths = (on.seconds or 0, off.seconds or 0)
    block = ElementTree.SubElement(
        parent,
        "IntervalsT",
        Repeat=str(times),
        OnDuration=str(lengths[0]),
        OffDuration=str(lengths[1]),
        OnPower=_POWER[on.kind],
        OffPower=_POWER[off.kind],
    )
    for number in range(times):
        start = number * sum(lengths)
        _cue(block, start, on)
        _cue(block, start + lengths[0], off)


def _parts(parent: ElementTree.Element, parts: list[Part]) -> None:
    for part in parts:
        if isinstance(part, Step):
            _block(parent, part)
            continue
        inner = list(part.parts)
        match inner:
            case [Step() as on, Step() as off] if on.kind in _POWER and off.kind in _POWER:
                _pair(parent, part.times, on, off)
            case _:
                for _ in range(part.times):
                    _parts(parent, inner)


def write(session: Session, title: str, tell: list[str]) -> bytes | None:
    """The file of a session; None where Zwift cannot hold it, and `tell` has the reason."""
    if any(step.seconds is None for step in session.steps):
        tell.append("left out: Zwift has no step that lasts until a press of the button")
        return None
    root = ElementTree.Element("workout_file")
    name = clean(session_name(session.name, session.week, session.day))
    for tag, text in (
        ("author", "runwalk"),
        ("name", name or title),
        ("description", title),
        ("sportType", "run"),
        ("durationType", "time"),
    ):
        ElementTree.SubElement(root, tag).text = text
    ElementTree.SubElement(root, "tags")
    _parts(ElementTree.SubElement(root, "workout"), grouped(session.steps))
    return write_xml(root)
