"""How far a plan may go before `plan check` advises: one table, each number with its source.

The programmes named are those of the library, read in their sources (`runwalk plan
show NAME`); where no source has a number, it says that it is ours.
"""

from collections.abc import Mapping
from dataclasses import dataclass

MINUTE = 60_000  # ms


@dataclass(frozen=True)
class Limit:
    """What is still usual, and who says so."""

    value: float
    unit: str
    source: str


_NHS = "NHS Couch to 5K (nhs.uk)"
LIMITS: Mapping[str, Limit] = {
    # whichever of `times` and `more` allows for more
    "week-minutes times": Limit(
        1.3, "of the week before", "Nielsen and others 2014, JOSPT: more injuries above 30 %"
    ),
    "week-minutes more": Limit(
        21 * MINUTE, "ms", f"{_NHS}, its steepest: 27 to 48 min from week 3 to 4"
    ),
    "longest-run times": Limit(
        2, "of the week before", "all ladders of the library but for one leap each, if any"
    ),
    "longest-run more": Limit(
        5 * MINUTE, "ms", "polkadotsandpastries, its last step: 15 to 20 min"
    ),
    "ratio times": Limit(
        3, "of the week before", f"{_NHS}, its steepest: 2.9 times from week 3 to 4"
    ),
    "ratio from": Limit(
        7, "minutes of running to one of walking", f"{_NHS}: from 7 in week 6 to no walks at all"
    ),
    "walk-breaks": Limit(
        1,
        "break in the session with the longest run so far",
        f"{_NHS}: runs without follow 8/5/8 and 10/3/10 min",
    ),
    "easier-week": Limit(
        10, "weeks without", "the longest of the complete ladders (polkadotsandpastries) has ten"
    ),
    "easier": Limit(
        0.9, "of the week before", "polkadotsandpastries: 54 to 48 min from week 5 to 6"
    ),
    "rest": Limit(
        2, "days in a row", f"{_NHS}: a day of rest between two runs; ours: two in a row may be"
    ),
    "long-session": Limit(
        2, "of the others' mean", "ours; the library's sessions stay below 1.7"
    ),
    "short-steps": Limit(
        10_000, "ms", "the clip: shorter steps have no countdown, three, two, one"
    ),
    "warm-up": Limit(4 * MINUTE, "ms of walking", "rungr8.com opens with a walk of 4 min"),
    "cool-down": Limit(3 * MINUTE, "ms of walking", "rungr8.com ends with a walk of 3 min"),
}
KINDS = (
    "week-minutes",
    "longest-run",
    "ratio",
    "walk-breaks",
    "easier-week",
    "rest",
    "long-session",
    "short-steps",
    "warm-up",
    "cool-down",
    "last-walk",
)
