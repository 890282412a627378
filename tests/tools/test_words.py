"""The trace in words, an example of each kind of line."""

import pytest
from runwalk_tools.words import clock, describe, length


@pytest.mark.parametrize(
    "seconds, text", [(0, "0:00.000"), (65.5, "1:05.500"), (3723.004, "1:02:03.004")]
)
def test_instants(seconds, text):
    assert clock(seconds) == text


@pytest.mark.parametrize("seconds, text", [(2040, "34:00"), (12.345, "0:12.345"), (None, "open")])
def test_lengths(seconds, text):
    assert length(seconds) == text


@pytest.mark.parametrize(
    "event, words",
    [
        ({"event": "boot", "firmware": "0.1.0", "board": "pico"}, "runwalk 0.1.0 on pico"),
        ({"event": "button", "action": "hold"}, "hold"),
        (
            {"event": "start", "plan": "ten-weeks", "week": 1, "day": 2, "seconds": 2040},
            "ten-weeks, week 1 day 2, 34:00",
        ),
        (
            {"event": "start", "plan": "hills", "workout": "Trail", "seconds": None},
            'hills, workout "Trail", open',
        ),
        (
            {"event": "step", "kind": "run", "seconds": 60, "round": 1, "rounds": 8},
            "run 1:00, round 1 of 8",
        ),
        (
            {
                "event": "step",
                "kind": "hike",
                "seconds": None,
                "label": "up",
                "round": 3,
                "rounds": None,
            },
            'hike open "up", round 3',
        ),
        ({"event": "skip", "from": 2, "to": 3}, "from step 2 to step 3"),
        ({"event": "skip", "from": 2, "to": None}, "from step 2 to the end"),
        ({"event": "resume", "active": 15, "after": "power"}, "0:15 done, after a power cut"),
        ({"event": "finish", "active": 105, "paused": 5}, "1:45 done, 0:05 paused"),
        ({"event": "stop", "active": 61, "paused": 0}, "1:01 done"),
        ({"event": "cue", "name": "run", "by": ["buzzer", "led"]}, "run (buzzer, led)"),
        ({"event": "answer", "name": "end", "value": "yes"}, "end: yes"),
        ({"event": "error", "what": "flash", "text": "full"}, "flash: full"),
        ({"event": "wake", "by": "button"}, "by button"),
        ({"event": "halfway"}, ""),
    ],
)
def test_events(event, words):
    assert describe({"t": 5, **event}) == f"   0:05.000  {event['event']:9}  {words}".rstrip()
