"""The workout text of intervals.icu: `- Walk 2m`, and a line `8x` above what repeats.

m is minutes, metres are mtr. Text before the length is the cue; intensities, cadences and
`press lap` stand behind it. Repeats do not nest, and end at a blank line. See
forum.intervals.icu/t/workout-builder-syntax-quick-guide/123701.
"""

import re

from runwalk_tools.formats.grouping import grouped, written_time
from runwalk_tools.formats.kinds import read_name, step_name
from runwalk_tools.formats.model import Group, Part, Reading, Session, Step, clean, shortened

_TIME = re.compile(
    r"""(?<![\w:.])(?:
        (?P<clock>\d{1,5}:\d\d(?::\d\d)?)(?![\d/-])
        | (?P<h>\d{1,9}h)?(?P<m>\d{1,9}m)?(?:(?P<s>\d{1,9})s|(?P<bare>(?<=m)\d{1,2}))?
        | (?:(?P<min>\d{1,9})['’′])?(?:(?P<sec>\d{1,9})["”″])?
    )(?![\w'"%/])""",
    re.IGNORECASE | re.VERBOSE | re.ASCII,
)
_DISTANCE = re.compile(
    r"(?<![\w.])(\d{1,9}(?:\.\d{1,6})?)\s?(km|mi|mtr|meters?|metres?|yrds?|yards?)\b",
    re.IGNORECASE | re.ASCII,
)
_METRES = {"k": 1000.0, "mi": 1609.344, "y": 0.9144, "m": 1.0}
_REPEAT = re.compile(r"(?:^|\s)(\d{1,9})\s?[x×]\s*$", re.IGNORECASE | re.ASCII)
_PERCENT = re.compile(r"(\d{1,4}(?:\.\d{1,3})?)\s?(?:%?\s?-\s?(\d{1,4}(?:\.\d{1,3})?))?\s?%")
_ZONE = re.compile(r"\bZ(\d)\b", re.IGNORECASE)
_ZONES = {1: 50.0, 2: 65.0, 3: 83.0, 4: 97.0, 5: 112.0, 6: 135.0}
_INTENSITY = re.compile(r"\bintensity\s*=\s*(\w+)", re.IGNORECASE)
_GIVEN = {"rest": "walk", "recovery": "walk", "warmup": "warm", "cooldown": "cool"}
_PRESS = re.compile(r"\bpress lap\b", re.IGNORECASE)
_BULLETS = ("-", "–", "*", "•")
_OPEN_LENGTH = "10m"  # what intervals.icu reckons an open step with


def read(data: bytes, how: Reading) -> list[Session]:
    """The one session of a text."""
    written = _text(data, how).splitlines()
    lines = [clean(line) for line in written]
    indents = [len(line) - len(line.lstrip()) for line in written]
    parts: list[Part] = []
    block: list[Part] = []
    times = 1
    inside = -1  # the indent of a `- 3x`, whose steps stand deeper
    section = ""

    def close() -> None:
        nonlocal block, times, inside
        if block:
            parts.extend(block if times == 1 else [Group(times, tuple(block))])
        elif times > 1:
            how.tell("a repeat without steps below it is left out")
        block, times, inside = [], 1, -1

    for line, indent in zip(lines, indents, strict=True):
        if not line:
            close()
            section = ""
            continue
        if not line.startswith(_BULLETS):
            close()
            section = line
            repeat = _REPEAT.search(line)
            if repeat:
                times = how.count(repeat[1], "a repeat")
                section = line[: repeat.start()].strip()
            continue
        item = line[1:].strip()
        repeat = re.fullmatch(r"(\d{1,9})\s?[x×]", item, re.IGNORECASE | re.ASCII)
        if repeat or 0 <= inside >= indent:
            close()
        if repeat:
            times, inside = how.count(repeat[1], "a repeat"), indent
        elif item:
            block.append(_step(item, section, how))
    close()
    how.finish()
    return [how.session(parts)]


def _text(data: bytes, how: Reading) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise how.wrong("not UTF-8 text: save it as UTF-8") from None


def looks_like(text: str) -> bool:
    """Whether a text is one of this format: has a step with a length."""
    for line in text.splitlines():
        line = line.strip()
        if line.startswith(_BULLETS) and (_time(line[1:]) or _DISTANCE.search(line)):
            return True
    return False


def _time(text: str) -> re.Match[str] | None:
    # the first length that is not empty: each part of the pattern may lack
    return next((match for match in _TIME.finditer(text) if match[0]), None)


def _seconds(match: re.Match[str]) -> float:
    if match["clock"]:
        total = 0
        for part in match["clock"].split(":"):
            total = total * 60 + int(part)
        return float(total)
    hours, minutes = int((match["h"] or "0h")[:-1]), int((match["m"] or "0m")[:-1])
    seconds = int(match["s"] or match["bare"] or match["sec"] or 0)
    return float(hours * 3600 + (minutes + int(match["min"] or 0)) * 60 + seconds)


def _step(item: str, section: str, how: Reading) -> Step:
    prompts, mark, rest = item.rpartition("<!>")
    if mark:
        first, *later = re.split(r"\s*\d+\^", prompts)
        for text in later:
            how.tell(f'a text within a step is left out: "{shortened(text.strip(), 60)}"')
        item = f"{first.strip()} {rest.strip()}"
    time, distance = _time(item), _DISTANCE.search(item)
    found = min((m for m in (time, distance) if m), key=lambda m: m.start(), default=None)
    press = _PRESS.search(item)
    at = found or press
    if at is None:
        raise how.wrong(f'a step without a length: "{shortened(item, 60)}"')
    cue, behind = item[: at.start()].strip(), item[at.end() :]
    named, label = read_name(cue)
    percent = _percent(behind, how)
    given = _INTENSITY.search(behind)
    kind = how.kind(
        named or read_name(section)[0], _GIVEN.get(given[1].lower()) if given else None, percent
    )
    label = how.label(label)
    if press:
        return Step(kind, None, label)
    if found is distance and distance:
        unit = distance[2].lower()
        metres = float(distance[1]) * next(
            factor for start, factor in _METRES.items() if unit.startswith(start)
        )
        return Step(kind, how.distance(metres, kind, f'"{shortened(item, 40)}"'), label)
    assert time is not None  # one of both was found
    if time["m"] and time["m"][:-1].endswith("00"):
        how.tell(f"{time[0]} is {time['m'][:-1]} minutes here; metres are written mtr")
    return Step(kind, how.time(_seconds(time), f'"{shortened(item, 40)}"'), label)


def _percent(text: str, how: Reading) -> float | None:
    if re.search(r"\d", text):
        how.tell("targets (intensity, pace, cadence) are left out: a plan counts time alone")
    match = _PERCENT.search(text)
    if match:
        return (float(match[1]) + float(match[2] or match[1])) / 2
    zone = _ZONE.search(text)
    return _ZONES.get(int(zone[1])) if zone else None


# writing


def write(session: Session, title: str, tell: list[str]) -> bytes | None:
    """The text of a session; `tell` gets what it could not hold."""
    blocks: list[list[str]] = [[]]
    for part in grouped(session.steps, 1):
        if isinstance(part, Group):
            steps = [_line(step, tell) for step in part.parts if isinstance(step, Step)]
            blocks += [[f"{part.times}x", *steps], []]
        else:
            blocks[-1].append(_line(part, tell))
    return "\n\n".join("\n".join(lines) for lines in blocks if lines).encode() + b"\n"


def _line(step: Step, tell: list[str]) -> str:
    name = step_name(step.kind, clean(step.label))
    if _time(name) or _DISTANCE.search(name) or _PRESS.search(name) or re.search(r"<!>|\^", name):
        tell.append(f'the label "{step.label}" would be read as a length, and is left out')
        name = step_name(step.kind, "")
    if step.seconds is None:
        tell.append(f"an open step is reckoned as {_OPEN_LENGTH}, and ends by the lap button")
        return f"- {name} {_OPEN_LENGTH} press lap"
    return f"- {name} {written_time(step.seconds)}"
