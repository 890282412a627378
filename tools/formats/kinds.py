"""What the name of a step says: its kind, and what is left as its label; and back."""

import re

# how a step without a label is called in formats that have names
TITLES = {
    "warm": "Warm up",
    "run": "Run",
    "walk": "Walk",
    "hike": "Hike",
    "rest": "Rest",
    "cool": "Cool down",
}

_WARM = r"warm(?:ing)?[\s-]?up|warm"
_COOL = r"cool(?:ing)?[\s-]?down|cool"
_WORDS = {  # the first two whatever else is said: "walk to warm up" is a warm-up
    "warm": re.compile(rf"\b(?:{_WARM})\b", re.IGNORECASE),
    "cool": re.compile(rf"\b(?:{_COOL})\b", re.IGNORECASE),
    "hike": re.compile(r"\b(?:hikes?|hiking)\b", re.IGNORECASE),
    "walk": re.compile(r"\b(?:walks?|walking)\b", re.IGNORECASE),
    "run": re.compile(r"\b(?:runs?|running|jogs?|jogging|sprints?)\b", re.IGNORECASE),
    "rest": re.compile(r"\b(?:rest|resting|stand|standing)\b", re.IGNORECASE),
}
_RECOVER = re.compile(r"\brecover(?:y|ies)?\b", re.IGNORECASE)
# names that formats and tools give by themselves, which say nothing more than the kind
_PLAIN = re.compile(
    rf"(?:{_WARM}|{_COOL}|hike|hiking|walk|walking|run|running|jog|jogging|rest|resting|"
    r"recovery|recover|active|interval|work|on|off|step \d+)\W?",
    re.IGNORECASE,
)
_PREFIX = re.compile(rf"({_WARM}|{_COOL}|hike|walk|run|rest)\s*:\s*(\S.*)", re.IGNORECASE)
_PLACE = re.compile(r"week[\s_-]*0*(\d{1,2})[\s,_-]*day[\s_-]*0*(\d{1,2})", re.IGNORECASE)


def step_name(kind: str, label: str) -> str:
    """`Walk`, or `Hike: climb` with a label."""
    return f"{TITLES[kind]}: {label}" if label else TITLES[kind]


def _kind(text: str) -> str | None:
    for kind in ("warm", "cool"):
        if _WORDS[kind].search(text):
            return kind
    found = [
        (match.start(), kind)
        for kind, word in _WORDS.items()
        if (match := word.search(text)) is not None
    ]
    if found:
        return min(found)[1]
    return "walk" if _RECOVER.search(text) else None


def read_name(name: str) -> tuple[str | None, str]:
    """Kind (None where it says nothing of it) and label of a step's name, which is clean."""
    match = _PREFIX.fullmatch(name)
    if match:
        return _kind(match[1]), match[2]
    return _kind(name), "" if _PLAIN.fullmatch(name) else name


def says_kind_alone(name: str) -> bool:
    """Whether a cue is about what to do now, not a sentence that happens to hold a word."""
    return bool(_PREFIX.fullmatch(name)) or len(name.split()) <= 3


def session_name(name: str, week: int, day: int) -> str:
    """`Week 3 day 2`, with the session's own name behind a colon; a workout's name alone."""
    if not week:
        return name
    place = f"Week {week} day {day}"
    return f"{place}: {name}" if name else place


def without_place(stem: str) -> str:
    """A file's name without the week and day at its end."""
    match = _PLACE.search(stem)
    return stem[: match.start()].rstrip(" -_.,") if match else stem


def read_session_name(name: str) -> tuple[int, int, str]:
    """Week, day (0 and 0 if it names none) and what is left of a session's name."""
    match = _PLACE.search(name)
    if not match or match.start() > 0 and name[match.start() - 1].isalnum():
        return 0, 0, name
    week, day = int(match[1]), int(match[2])
    if not (1 <= week <= 99 and 1 <= day <= 14):
        return 0, 0, name
    return week, day, name[match.end() :].lstrip(" :,-_")
