"""The log as a picture: week by week, how much was run, the longest run, and how it felt."""

import os
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from runwalk_tools.errors import UserError, cannot
from runwalk_tools.log_sessions import UNDER_WAY, Session
from runwalk_tools.plans import counted

# told apart by any kind of colour vision, and in grey (after Okabe and Ito)
_RUN, _LONGEST = "#0072b2", "#d55e00"
_FELT = (("easy", "#56b4e9"), ("right", "#009e73"), ("hard", "#e69f00"), ("not said", "#bbbbbb"))
_MOST_NAMES = 14  # of weeks below the axis

Name = tuple[str, str]  # of a week: its Monday, and the year, or ""


def check_name(path: Path) -> None:
    """UserError for a name that says no kind of picture."""
    if path.suffix.lower() not in (".png", ".svg"):
        raise UserError(f"{path}: a picture's name ends in .png or .svg")


def plot(sessions: list[Session], path: Path) -> str:
    """Draws them into that file; gives a line that says what is on it."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    over = [session for session in sessions if session.state != UNDER_WAY]
    weeks, names, title = _weeks(over)
    shown = sum(map(len, weeks))
    with rc_context({"svg.hashsalt": "runwalk", "svg.fonttype": "none", "font.size": 10}):
        figure = Figure(figsize=(8, 7), layout="constrained")
        _draw(figure, weeks, names, title)
        left = len(over) - shown
        if left:
            kind = "without a date" if title == "" else "outside the weeks of a plan"
            figure.supxlabel(f"{counted(left, 'session')} {kind} not shown", fontsize=8)
        new = path.with_name(f"{path.name}.new")
        suffix = path.suffix.lower()[1:]
        # the same log gives the same file
        facts = {"Date": None} if suffix == "svg" else {}
        try:
            figure.savefig(new, format=suffix, dpi=120, metadata=facts)
            os.replace(new, path)
        except OSError as error:
            new.unlink(missing_ok=True)
            raise cannot(path, error) from error
    return f"{counted(shown, 'session')} in {counted(len(weeks), 'week')}"


def _weeks(sessions: list[Session]) -> tuple[list[list[Session]], list[Name], str]:
    """The sessions of each week from the first to the last, the weeks' names, and the axis's.

    By the calendar; where no session has a date, by the weeks of the plan.
    """
    dated = [session for session in sessions if session.when is not None]
    if dated:
        mondays = {id(s): _monday(s.when.date()) for s in dated if s.when is not None}
        first, last = min(mondays.values()), max(mondays.values())
        weeks: list[list[Session]] = [[] for _ in range((last - first).days // 7 + 1)]
        for session in dated:
            weeks[(mondays[id(session)] - first).days // 7].append(session)
        days = [first + timedelta(days=7 * n) for n in range(len(weeks))]
        return weeks, [(f"{day.day} {day:%b}", str(day.year)) for day in days], ""
    planned = [session for session in sessions if session.week]
    if not planned:
        raise UserError("no session to be drawn: it takes one with a date, or in a plan's week")
    numbers = range(min(s.week for s in planned), max(s.week for s in planned) + 1)
    weeks = [[s for s in planned if s.week == number] for number in numbers]
    return weeks, [(str(n), "") for n in numbers], "week of the plan (no dates are known)"


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _labels(names: list[Name]) -> list[str]:
    """The names, with a year where it is another than the one before."""
    years = [name[1] for name in names]
    return [
        f"{name}\n{year}" if year != before else name
        for (name, year), before in zip(names, ["", *years], strict=False)
    ]


def _minutes(ms: int) -> float:
    return ms / 60_000


def _draw(figure: Any, weeks: Sequence[list[Session]], names: list[Name], title: str) -> None:
    places = range(len(weeks))
    top, middle, bottom = figure.subplots(3, sharex=True, height_ratios=(3, 2, 2))

    ran = [_minutes(sum(session.run for session in week)) for week in weeks]
    top.bar(places, ran, color=_RUN, width=0.7)
    top.set_title("Running minutes a week", loc="left")

    longest = [_minutes(max((s.longest_run for s in week), default=0)) for week in weeks]
    # a week without a run is a gap, and no fall to nothing
    middle.plot(places, [value or float("nan") for value in longest], "o-", color=_LONGEST)
    middle.set_title("Longest run, in minutes", loc="left")

    below = [0] * len(weeks)
    for felt, colour in _FELT:
        counts = [sum((session.rating or "not said") == felt for session in week) for week in weeks]
        if any(counts):
            bottom.bar(places, counts, bottom=below, color=colour, width=0.7, label=felt)
        below = [a + b for a, b in zip(below, counts, strict=True)]
    bottom.set_title("Sessions, and how they felt", loc="left")
    bottom.yaxis.get_major_locator().set_params(integer=True)
    if any(below):
        bottom.set_ylim(0, max(below) * 1.35)
        bottom.legend(ncols=4, loc="upper left", frameon=False, fontsize=9)

    step = -(-len(weeks) // _MOST_NAMES)
    bottom.set_xticks(list(places)[::step], _labels(names[::step]))
    bottom.set_xlabel(title or "week that begins on Monday")
    bottom.set_xlim(-0.6, max(len(weeks), 4) - 0.4)
    for axes in (top, middle, bottom):
        axes.set_ylim(bottom=0)
        axes.spines[["top", "right"]].set_visible(False)
        axes.grid(axis="y", alpha=0.3)
        axes.set_axisbelow(True)
