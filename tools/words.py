"""The trace in words: one readable line an event, for people who watch a run."""

from collections.abc import Callable
from typing import Any

Event = dict[str, Any]


# what would move a terminal's cursor or change its colours; a plan's texts may hold it
_CONTROLS = {code: "\ufffd" for code in (*range(32), *range(127, 160))}
_CONTROLS.update({ord("\n"): "\n", ord("\t"): " "})


def printable(text: str) -> str:
    """A text of lines as a terminal shows it, and obeys nothing that stands in it."""
    return text.translate(_CONTROLS)


def clock(seconds: float) -> str:
    """`0:05.000`, `1:02:03.500`: a trace's instant."""
    ms = round(seconds * 1000)
    minutes, ms = divmod(ms, 60_000)
    hours, minutes = divmod(minutes, 60)
    start = f"{hours}:{minutes:02}" if hours else f"{minutes}"
    return f"{start}:{ms // 1000:02}.{ms % 1000:03}"


def length(seconds: float | None) -> str:
    """`34:00`, `1:00:00`, `0:12.345`; an open one has none."""
    if seconds is None:
        return "open"
    text = clock(seconds)
    return text.removesuffix(".000")


def _session(event: Event) -> str:
    if "workout" in event:
        return f'{event["plan"]}, workout "{event["workout"]}"'
    return f"{event['plan']}, week {event['week']} day {event['day']}"


def _start(event: Event) -> str:
    return f"{_session(event)}, {length(event['seconds'])}"


def _step(event: Event) -> str:
    parts = [f"{event['kind']} {length(event['seconds'])}"]
    if "label" in event:
        parts[0] += f' "{event["label"]}"'
    if "round" in event:
        of = f" of {event['rounds']}" if event["rounds"] else ""
        parts.append(f"round {event['round']}{of}")
    return ", ".join(parts)


def _moved(event: Event) -> str:
    to = "the end" if event["to"] is None else f"step {event['to']}"
    return f"from step {event['from']} to {to}"


def _active(event: Event) -> str:
    after = {"power": ", after a power cut", "crash": ", after a crash"}
    return f"{length(event['active'])} done{after.get(event.get('after', ''), '')}"


def _over(event: Event) -> str:
    paused = f", {length(event['paused'])} paused" if event["paused"] else ""
    return f"{length(event['active'])} done{paused}"


_WORDS: dict[str, Callable[[Event], str]] = {
    "boot": lambda event: f"runwalk {event['firmware']} on {event['board']}",
    "button": lambda event: event["action"],
    "start": _start,
    "step": _step,
    "skip": _moved,
    "back": _moved,
    "pause": _active,
    "resume": _active,
    "remind": lambda event: event["label"],
    "finish": _over,
    "stop": _over,
    "cue": lambda event: f"{event['name']} ({', '.join(event['by'])})",
    "screen": lambda event: event["name"],
    "offer": lambda event: event["name"],
    "answer": lambda event: f"{event['name']}: {event['value']}",
    "rate": lambda event: event["value"],
    "saved": lambda event: event["what"],
    "error": lambda event: f"{event['what']}: {event['text']}",
    "crash": lambda event: f"{event['what']}: {event['text']}",
    "wake": lambda event: f"by {event['by']}",
}


def describe(event: Event) -> str:
    """One event of the trace as a line."""
    name = event["event"]
    words = _WORDS[name](event) if name in _WORDS else ""
    return printable(f"{clock(event['t']):>11}  {name:9}  {words}".rstrip())
