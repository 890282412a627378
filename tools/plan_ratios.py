"""Jeff Galloway's ratios of running and walking by pace, and what heat makes of them.

The chart of short walk breaks is runwalktulsa.com's, the table of heat is that of *The
Run Walk Run Method* (bookreadfree.com/29661/773330). Paces are in seconds a mile, walks
included; ratios are (run, walk) in seconds.
"""

import re
from dataclasses import dataclass

from runwalk_tools.errors import UserError

Ratio = tuple[int, int]

KM_A_MILE = 1.609344
_FASTEST = 7 * 60

# the slowest pace of a row, and the first ratio that the chart has there; a pace between
# two rows takes the one with more walking
CHART: tuple[tuple[int, Ratio], ...] = (
    (7 * 60, (360, 30)),
    (7 * 60 + 30, (300, 30)),
    (8 * 60, (240, 30)),
    (8 * 60 + 30, (180, 30)),
    (9 * 60, (120, 30)),
    (10 * 60 + 45, (90, 30)),
    (12 * 60 + 15, (60, 30)),
    (14 * 60 + 30, (30, 30)),
    (15 * 60 + 45, (15, 30)),
    (17 * 60, (10, 30)),
    (18 * 60 + 30, (8, 30)),
    (20 * 60, (5, 30)),
)

# degrees Fahrenheit up to which a column holds; the first is "below 55"
HEAT_COLUMNS = (55, 65, 70, 75, 80, 85)
_WALK = None
# the slowest pace of a row, and its columns; for 9, 10, 11-12, 13-14 and 15-16 minutes
HEAT: tuple[tuple[int, tuple[Ratio | None, ...]], ...] = (
    (9 * 60, ((120, 30), (105, 30), (90, 30), (80, 30), (70, 30), (60, 30))),
    (10 * 60 + 45, ((90, 30), (80, 30), (70, 30), (60, 30), (45, 30), (30, 30))),
    (12 * 60 + 15, ((60, 30), (50, 30), (40, 30), (30, 30), (20, 20), (15, 20))),
    (14 * 60 + 30, ((30, 30), (25, 30), (20, 30), (15, 20), (15, 25), (15, 30))),
    (17 * 60, ((15, 30), (10, 30), (7, 30), (5, 30), _WALK, _WALK)),
)
_HEAT_FROM = 8 * 60 + 30  # faster paces have no row
_COUNTDOWN = 10  # seconds; shorter steps have none


@dataclass(frozen=True)
class Pace:
    """A pace as it was given."""

    text: str
    a_mile: float  # seconds


@dataclass(frozen=True)
class Heat:
    """A temperature as it was given."""

    text: str
    fahrenheit: float


def pace_of(text: str) -> Pace:
    """`10:00/mi`, `5:30/km`; UserError for anything else."""
    found = re.fullmatch(r"(\d{1,2}):([0-5]\d) ?/ ?(mi|mile|km)", text.strip(), re.IGNORECASE)
    if not found:
        raise UserError(f"{text!r} is no pace; write 10:00/mi or 5:30/km")
    seconds = int(found[1]) * 60 + int(found[2])
    unit = "km" if found[3].lower() == "km" else "mi"
    factor = KM_A_MILE if unit == "km" else 1
    return Pace(f"{int(found[1])}:{found[2]}/{unit}", seconds * factor)


def heat_of(text: str) -> Heat:
    """`24C`, `75F`; UserError for anything else, or what nobody runs in."""
    found = re.fullmatch(r"([-\u2212]?\d{1,3}) ?°? ?([cf])", text.strip(), re.IGNORECASE)
    if not found:
        raise UserError(f"{text!r} is no temperature; write 24C or 75F")
    degrees, unit = int(found[1].replace("\u2212", "-")), found[2].upper()
    fahrenheit = degrees * 9 / 5 + 32 if unit == "C" else float(degrees)
    if not -60 <= fahrenheit <= 140:
        raise UserError(f"{text!r} is no temperature to run in; write 24C or 75F")
    return Heat(f"{degrees}{unit}", fahrenheit)


def _a_mile(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02}/mi"


def ratio(pace: Pace, heat: Heat | None) -> Ratio:
    """The chart's ratio at that pace, in that heat; UserError where there is none."""
    seconds = round(pace.a_mile)
    if not _FASTEST <= seconds <= CHART[-1][0]:
        kinder = (
            "leave --pace out"
            if seconds < _FASTEST
            else "at that pace walking is as quick: `runwalk plan copy pre-start`"
        )
        raise UserError(
            f"{pace.text}: the chart goes from {_a_mile(_FASTEST)} to {_a_mile(CHART[-1][0])}; "
            f"{kinder}"
        )
    usual = next(found for slowest, found in CHART if seconds <= slowest)
    if heat is None or heat.fahrenheit < HEAT_COLUMNS[0]:
        return usual
    if heat.fahrenheit > HEAT_COLUMNS[-1]:
        raise UserError(
            f"{heat.text}: the table of heat ends at 85F (29C); run in the cool of the day, "
            "or walk: leave --temp out for the cooler hours"
        )
    if not _HEAT_FROM < seconds <= HEAT[-1][0]:
        raise UserError(
            f"{pace.text}: the table of heat goes from 8:31/mi to {_a_mile(HEAT[-1][0])}; "
            "give a slower pace for the heat, or leave --temp out"
        )
    column = next(i for i, most in enumerate(HEAT_COLUMNS) if i and heat.fahrenheit <= most)
    row = next(columns for slowest, columns in HEAT if seconds <= slowest)
    found = row[column]
    if found is _WALK:
        raise UserError(
            f"{heat.text}: at {pace.text} the table of heat says walk; run in the cool of the "
            "day: leave --temp out for that"
        )
    # rows of the one are wider than of the other: whichever has less running
    return min(found, usual, key=lambda pair: pair[0] / pair[1])


def with_countdown(pair: Ratio) -> Ratio:
    """The same ratio in steps that are long enough for a countdown."""
    times = -(-_COUNTDOWN // min(pair))
    return pair[0] * times, pair[1] * times
