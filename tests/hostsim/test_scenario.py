"""Scenarios: what each action puts on the timeline, and where a wrong line is wrong."""

import pytest

from hostsim import scenario
from hostsim.scenario import DOWN, FINGER, UP, ScenarioError, parse


def fingers(text):
    """(ms, level) of every movement."""
    return [(ns // 10**6, arg) for ns, code, arg in parse(text, "x").rows if code == FINGER]


def errors(text):
    with pytest.raises(ScenarioError) as caught:
        parse(text, "my.txt")
    return caught.value.errors


@pytest.mark.parametrize(
    "text, ms",
    [
        ("0:02", 2000),
        ("12:34.5", 754_500),
        ("1:02:03", 3_723_000),
        ("90:00", 5_400_000),
        ("0:00.035", 35),
    ],
)
def test_times(text, ms):
    assert scenario.instant(text) == ms


@pytest.mark.parametrize("text", ["2", "0:2", "0:60", "1:60:00", "1:2:03", "-0:01", "0:01.1234"])
def test_times_that_are_none(text):
    with pytest.raises(ValueError):
        scenario.instant(text)


@pytest.mark.parametrize(
    "action, moves",
    [
        ("press", [(59_900, DOWN), (60_000, UP)]),
        ("hold", [(59_200, DOWN), (60_200, UP)]),
        ("hold 3 s", [(59_200, DOWN), (62_200, UP)]),
        ("hold 2.5s", [(59_200, DOWN), (61_700, UP)]),
        ("double", [(59_650, DOWN), (59_750, UP), (60_000, DOWN), (60_100, UP)]),
        ("down", [(60_000, DOWN)]),
    ],
)
def test_fingers(action, moves):
    assert fingers(f"1:00 {action}") == moves


def test_down_and_up_are_the_finger_itself():
    assert fingers("0:01 down\n0:13 up") == [(1000, DOWN), (13_000, UP)]


@pytest.mark.parametrize(
    "action, code, arg",
    [
        ("power off", scenario.POWER, 0),
        ("power on", scenario.POWER, 1),
        ("reset", scenario.RESET, 0),
        ("display unplug", scenario.DISPLAY, 0),
        ("display   plug  # again", scenario.DISPLAY, 1),
        ("flash full", scenario.FLASH, 1),
        ("flash readonly", scenario.FLASH, 2),
        ("flash ok", scenario.FLASH, 0),
        ("battery 3.4 V", scenario.BATTERY, 3400),
        ("battery 4V", scenario.BATTERY, 4000),
        ("usb plug", scenario.USB, 1),
        ("usb unplug", scenario.USB, 0),
        ("end", scenario.END, 0),
        # the wall's own time: 2026-03-29 is 20541 days after 1970-01-01; then an hour east
        (
            "clock set 2026-03-29T01:59+01:00",
            scenario.CLOCK,
            (20541 * 86400 + 7140) * 4096 + 2048 + 60,
        ),
        ("clock set 2026-03-29T01:59", scenario.CLOCK, (20541 * 86400 + 7140) * 4096),
    ],
)
def test_other_actions(action, code, arg):
    assert parse(f"0:07 {action}", "x").rows == [(7 * 10**9, code, arg)]


def test_the_last_action_is_over_when_its_finger_is_up():
    assert parse("0:02 press\n0:10 hold 5 s\n", "x").last == 14_200 * 10**6


def test_comments_blank_lines_and_a_byte_order_mark():
    assert fingers("\ufeff# a walk\n\n0:02 press # go\n") == [(1900, DOWN), (2000, UP)]


@pytest.mark.parametrize(
    "text, place",
    [
        ("0:02 press\n0:01 press", "my.txt:2:1: "),
        ("soon press", "my.txt:1:1: "),
        ("0:02", "my.txt:1:5: "),
        ("  0:02 jump", "my.txt:1:8: "),
        ("0:02 press twice", "my.txt:1:12: "),
        ("0:00 press", "my.txt:1:6: "),  # the finger would go down before power-on
        ("0:02 press\n0:02.050 press", "my.txt:2:10: "),
        ("0:02 hold 4 s\n0:03 press", "my.txt:2:6: "),
        ("0:02 down\n0:03 double", "my.txt:2:6: "),
        ("0:02 up", "my.txt:1:6: "),
        ("0:02 hold 0.5 s", "my.txt:1:11: "),
        ("0:02 hold 3", "my.txt:1:11: "),
        ("0:02 battery low", "my.txt:1:14: "),
        ("0:02 clock set noon", "my.txt:1:16: "),
        ("0:02 clock set 0001-01-01T00:00", "my.txt:1:16: "),
        ("0:02 clock set 2100-01-01T00:00", "my.txt:1:16: "),
        ("1000:00:00 press", "my.txt:1:1: "),
    ],
)
def test_faults_and_their_places(text, place):
    (error,) = errors(text)
    assert error.startswith(place)


def test_all_faults_are_told():
    assert [error.split(": ")[0] for error in errors("x press\n0:02 press\n0:03 dance")] == [
        "my.txt:1:1",
        "my.txt:3:6",
    ]


def test_a_slip_gets_a_hint():
    assert errors("0:02 display unplugg")[0].endswith("; is it display unplug?")
    assert errors("0:02 pres")[0].endswith("; is it press?")
    # of what is near, an opposite is no help
    for slip in ("usb in", "usb", "usb off"):
        assert errors(f"0:02 {slip}")[0].endswith("; there is: usb unplug, usb plug")
    assert errors("0:02 clock")[0].endswith("; there is: clock set TIME")
    assert "; there is: press, hold, " in errors("0:02 dance")[0]
