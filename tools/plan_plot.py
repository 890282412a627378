"""`runwalk plan show --plot`: a plan's weeks as a picture, PNG or SVG.

Above, the minutes of running and walking a week; below, the longest run, and how many
minutes of running a minute of walking has.
"""

import io
import warnings
from pathlib import Path
from typing import Any

from runwalk_tools import plan_weeks
from runwalk_tools.errors import UserError, write_file
from runwalk_tools.plan_weeks import Week
from runwalk_tools.plans import PlanFile
from runwalk_tools.words import printable

MINUTE = 60_000  # ms
FORMATS = ("png", "svg")
_RUN, _WALK, _EASY, _INK = "#d1495b", "#30838f", "#d9d4c7", "#333333"
_LABELLED = 20  # weeks; beyond, numbers at each bar would touch


def plot(read: PlanFile, path: Path) -> None:
    """Draws a plan's weeks into that file; UserError where there are none, or no such format."""
    suffix = path.suffix[1:].lower()
    if suffix not in FORMATS:
        raise UserError(f"{path}: a picture's name ends in .png or .svg")
    weeks, _ = plan_weeks.sessions(read)
    if not weeks:
        raise UserError(f"{read.path}: workouts alone, and no weeks to draw")
    write_file(path, picture(read.plan.title, weeks, suffix))


def picture(title: str, weeks: list[Week], suffix: str) -> bytes:
    """The picture's file; the same plan gives the same bytes."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    file = io.BytesIO()
    plain = rc_context({"svg.hashsalt": "runwalk", "font.size": 10, "text.parse_math": False})
    with plain, warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing")  # signs that no font has
        figure = Figure(figsize=(min(max(7, 3 + 0.42 * len(weeks)), 14), 7.2), layout="constrained")
        _draw(figure, printable(title), weeks)
        facts = {"Date": None} if suffix == "svg" else {}
        figure.savefig(file, format=suffix, dpi=120, metadata=facts)
    return file.getvalue()


def _draw(figure: Any, title: str, weeks: list[Week]) -> None:
    figure.suptitle(title, x=0.02, ha="left", fontsize=15, fontweight="bold", color=_INK)
    above, longest, ratio = figure.subplots(3, 1, sharex=True, height_ratios=(5, 2, 2))
    for axes in (above, longest, ratio):
        axes.spines[["top", "right"]].set_visible(False)
        axes.tick_params(colors=_INK)
        axes.set_axisbelow(True)
        axes.grid(axis="y", color="#eeeeee")
    _minutes(above, weeks)
    _longest(longest, weeks)
    _ratios(ratio, weeks)
    ratio.set_xlabel("week")
    numbers = [week.number for week in weeks]
    every = max(1, len(numbers) // 26 + 1)
    ratio.set_xticks(range(0, len(numbers), every), [str(n) for n in numbers[::every]])
    ratio.set_xlim(-0.6, len(weeks) - 0.4)


def _heading(axes: Any, text: str) -> None:
    axes.set_title(text, loc="left", fontsize=10, color=_INK)


def _minutes(axes: Any, weeks: list[Week]) -> None:
    places = range(len(weeks))
    kinds = (
        ("running", _RUN, [week.running for week in weeks]),
        ("walking", _WALK, [week.breaks_time for week in weeks]),
        ("warm-up and cool-down", _EASY, [_easy(week) for week in weeks]),
    )
    bottom = [0.0] * len(weeks)
    for name, colour, times in kinds:
        values = [ms / MINUTE for ms in times]
        axes.bar(places, values, 0.72, bottom, color=colour, label=name)
        bottom = [low + value for low, value in zip(bottom, values, strict=True)]
    if len(weeks) <= _LABELLED:
        for place, week in enumerate(weeks):
            if week.running >= MINUTE:
                text = f"{week.running / MINUTE:.0f}" + ("+" if week.open else "")
                axes.annotate(
                    text, (place, 0), (0, 3), textcoords="offset points", ha="center",
                    color="white", fontsize=9, fontweight="bold",
                )  # fmt: skip
    more = "; + where you end it yourself" if any(week.open for week in weeks) else ""
    _heading(axes, f"minutes a week{more}")
    axes.set_ylim(0, max(max(bottom) * 1.18, 1))
    axes.legend(loc="upper left", ncols=3, frameon=False, fontsize=9, labelcolor=_INK)


def _easy(week: Week) -> int:
    return sum(session.time_of("warm", "cool") for session in week.sessions)


def _line(axes: Any, values: list[float | None], texts: list[str], colour: str) -> None:
    """A line with a number at each point; it leaves out what has no value."""
    points = [(place, value) for place, value in enumerate(values) if value is not None]
    axes.plot(*zip(*points, strict=True) if points else ((), ()), "-o", color=colour, ms=4)
    most = max((value for _, value in points), default=1)
    axes.set_ylim(0, most * 1.4 or 1)
    if len(values) <= _LABELLED:
        for place, value in points:
            axes.annotate(
                texts[place], (place, value), (0, 6), textcoords="offset points",
                ha="center", color=_INK, fontsize=8,
            )  # fmt: skip


def _longest(axes: Any, weeks: list[Week]) -> None:
    values = [week.longest_run / MINUTE for week in weeks]
    texts = [_short(week.longest_run) for week in weeks]
    _line(axes, list(values), texts, _RUN)
    _heading(axes, "longest run without a break, minutes")


def _short(ms: int) -> str:
    minutes, seconds = divmod(ms // 1000, 60)
    return f"{minutes}:{seconds:02}" if seconds else str(minutes)


def _ratios(axes: Any, weeks: list[Week]) -> None:
    """Weeks without walks have none, and say so."""
    values = [week.ratio for week in weeks]
    texts = [f"{value:.1f}" if value and value < 10 else f"{value or 0:.0f}" for value in values]
    _line(axes, list(values), texts, _WALK)
    none = [bool(week.running and not week.breaks_time) for week in weeks]
    for place, lacks in enumerate(none):
        # in a long plan the first week of a row speaks for all
        if lacks and not (len(weeks) > _LABELLED and place and none[place - 1]):
            axes.annotate(
                "no\nwalks", (place, 0), (0, 3), textcoords="offset points", ha="center",
                color=_WALK, fontsize=8,
            )  # fmt: skip
    _heading(axes, "minutes of running to a minute of walking")
