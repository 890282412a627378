"""Every screen in the states that matter, as (name, method, arguments); also runs under
MicroPython, so nothing here needs more than its dialect. make_goldens.py draws the pictures."""

SIZES = ((128, 64), (128, 32), (72, 40))

LABEL = b"with the dog, slowly now"  # 24 characters, the longest a plan may hold
MANY = 0xFFFF
WARM, RUN, WALK, HIKE, REST, COOL = range(6)
BATTERY, QUIET, FAULT = 1, 2, 4

_DAYS = [b"Week %d day %d" % (week, day) for week in (1, 2, 3, 4) for day in (1, 2, 3)]
_MENU = [b"Session", b"Workout", b"Plan", b"Quiet: off", b"About", b"Off", b"Back"]
_EASE = [b"easy", b"right", b"hard"]

GALLERY = (
    ("step-run", "step", (RUN, None, 45, 3, 8, WALK, 120, 0)),
    ("step-walk", "step", (WALK, None, 120, 3, 8, RUN, 60, 0)),
    ("step-warm", "step", (WARM, None, 300, 0, 0, RUN, 60, 0)),
    ("step-hike-battery", "step", (HIKE, None, 754, 12, 12, COOL, 300, BATTERY)),
    ("step-rest-quiet", "step", (REST, None, 9, 1, MANY, RUN, 30, QUIET)),
    ("step-cool-last-fault", "step", (COOL, None, 299, 0, 0, -1, 0, FAULT)),
    ("step-run-30min", "step", (RUN, None, 1800, 0, 0, COOL, 300, 0)),
    ("step-run-label", "step", (RUN, b"strides", 20, 2, 6, WALK, 60, 0)),
    ("step-walk-crowded", "step", (WALK, LABEL, 3599, 999, 999, RUN, 86400, 7)),
    ("step-warm-crowded", "step", (WARM, None, 1234, 999, 999, HIKE, 59, 7)),
    ("step-run-hour", "step", (RUN, None, 3600, 0, 0, COOL, 300, 0)),
    ("step-warm-hour", "step", (WARM, None, 5025, 0, 0, RUN, 1800, 0)),
    ("step-hike-24h", "step", (HIKE, b"Long way home", 86400, 2, 3, REST, 3600, 7)),
    ("open-run-label", "open", (RUN, b"flat", 83, 2, MANY, HIKE, -1, 0)),
    ("open-hike", "open", (HIKE, None, 1083, 2, 4, RUN, 60, BATTERY)),
    ("open-hike-hour", "open", (HIKE, b"climb to the upper hut", 3783, 0, 0, RUN, 60, 7)),
    ("countin-3", "countin", (3, WARM, None)),
    ("countin-1-label", "countin", (1, RUN, b"strides")),
    ("paused", "paused", (RUN, 754, 0)),
    ("paused-hours", "paused", (WALK, 36754, 7)),
    ("end", "end", (754,)),
    ("end-hours", "end", (45296,)),
    ("splash", "splash", (b"0.1.0",)),
    (
        "home",
        "home",
        (b"Ten weeks to running", b"Week 1 day 2", b"34 min: 8 x run 1:00, walk 2:00", 0),
    ),
    (
        "home-signs",
        "home",
        (b"From the couch to ten kilometres of running now", b"Marathon long run", b"3:00:00", 7),
    ),
    ("menu", "list", (b"Menu", _MENU, 0)),
    ("menu-last", "list", (b"Menu", _MENU, 6)),
    ("list-marks", "list", (b"Session", _DAYS, 4, (1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0))),
    ("list-done", "list", (b"Session", _DAYS, 2, (1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0))),
    (
        "list-long",
        "list",
        (b"Workout", [b"Marathon long run with a fast end", b"Trail", b"Back"], 0),
    ),
    ("rating", "list", (b"How was it?", _EASE, 1)),
    ("pain", "list", (b"Any pain?", [b"no", b"yes"], -1)),
    ("pain-yes", "list", (b"Any pain?", [b"no", b"yes"], 1)),
    ("question-resume", "question", (b"Resume 12:30?", b"Week 1 day 2", b"resume", b"no", 1)),
    ("question-rest", "question", (b"Rest day", b"Start anyway?", b"no", b"yes", 0)),
    (
        "question-offer",
        "question",
        (b"Two hard ones.", b"Repeat week 3 from day 1?", b"no", b"yes", 0),
    ),
    (
        "question-long",
        "question",
        (
            b"More than 14 days off: step back a week?",
            b"Week 4 day 1 instead of week 5 day 1",
            b"no",
            b"yes",
            0,
        ),
    ),
    (
        "summary",
        "summary",
        (b"Done!", 2040, 480, 960, (b"Next: week 1 day 3", b"3 of 30 sessions")),
    ),
    (
        "summary-hours",
        "summary",
        (b"Part done", 45296, 36000, 9296, (b"Next: week 1 day 3", b"two", b"three")),
    ),
    (
        "message",
        "message",
        (b"Plan has errors", b"line 3, column 12:", b"5 what? write 5m or 5s"),
    ),
    ("message-one", "message", (b"USB mode",)),
    (
        "message-long",
        "message",
        (
            b"The flash is full: the log of this session could not be saved.",
            b"Remove old plans with runwalk load --remove.",
            b"Press to go on.",
        ),
    ),
    ("blank", "blank", ()),
)


def draw(screens, name):
    """Draws that entry of the gallery; returns what the call returned."""
    for entry in GALLERY:
        if entry[0] == name:
            return getattr(screens, entry[1])(*entry[2])
    raise KeyError(name)
