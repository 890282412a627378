"""The mistakes that walk-run knows, and how to do it more kindly: what `plan check` advises.

`advise` gives an Advice for each: the line, the numbers, and something that can be
typed instead. A plan that means it says so in a comment, `# advice: KIND: reason`: on a
line of its own for the whole file, behind a session for that line alone.

Nothing here is an error, and none of it knows the runner: the numbers say how far
programmes that many people have followed go.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from runwalk_tools import plan_rewrite as rewrite
from runwalk_tools import plan_weeks, shelf
from runwalk_tools.plan_limits import KINDS, LIMITS
from runwalk_tools.plan_weeks import Session, Week, steps_of
from runwalk_tools.plans import PlanFile, numbers

_MARKER = "marker"  # of advice about a comment that silences advice


@dataclass(frozen=True)
class Advice:
    """One piece of advice; `line` counts from 1, `kinder` can be typed."""

    line: int
    kind: str
    text: str
    kinder: str

    def at(self, path: object) -> str:
        """`FILE:LINE: advice: KIND: numbers; kinder: what to type`."""
        return f"{path}:{self.line}: advice: {self.kind}: {self.text}; kinder: {self.kinder}"


Values = Mapping[str, float]


def advise(read: PlanFile) -> list[Advice]:
    """All advice on a plan, by line. A file with errors gets none: its weeks are not whole."""
    if read.faults:
        return []
    meant, found = _markers(read)
    found += advise_on(*plan_weeks.sessions(read), rest=read.plan.rest, meant=meant)
    return sorted(found, key=lambda advice: (advice.line, advice.kind))


def advise_on(
    weeks: list[Week],
    workouts: Mapping[str, Session],
    rest: int,
    meant: Collection[tuple[str, int]] = (),
    stricter: Values | None = None,
) -> list[Advice]:
    """All advice on these sessions, in no order.

    rest: the plan's days between two sessions. meant: (kind, line) that the plan means as it
    is, line 0 for all. stricter: other values for some of LIMITS.
    """
    limits = {name: limit.value for name, limit in LIMITS.items()} | dict(stricter or {})
    by_line = {session.line: session for week in weeks for session in week.sessions}
    by_line.update((session.line, session) for session in workouts.values())
    found: list[Advice] = []
    for rule in _SESSION_RULES:
        lines = [line for line in sorted(by_line) if (rule.kind, line) not in meant]
        found += _once(rule, [by_line[line] for line in lines], limits)
    for week_rule in _WEEK_RULES:
        found += week_rule(weeks, limits)
    if not rest:
        found += _rest(weeks, limits)
    dropped = {advice.line for advice in found if advice.kind == "walk-breaks"}
    return [
        advice
        for advice in found
        if (advice.kind, 0) not in meant
        and (advice.kind, advice.line) not in meant
        # a run without its breaks is a longer one: one piece of advice is enough
        and not (advice.kind == "longest-run" and advice.line in dropped)
    ]


def _markers(read: PlanFile) -> tuple[set[tuple[str, int]], list[Advice]]:
    """(kind, line) of what the plan means, line 0 for all lines; and markers gone wrong."""
    meant: set[tuple[str, int]] = set()
    wrong = []
    for number, text in enumerate(plan_weeks.texts(read), 1):
        found = re.search(r"#\s*advice\s*:([^:#]*):?(.*)", text)
        if not found:
            continue
        place = number if text[: found.start()].strip() else 0
        kinds = [kind.strip() for kind in found[1].split(",")]
        unknown = [kind for kind in kinds if kind not in KINDS]
        if unknown:
            what = f"no advice is called {unknown[0]!r}, but one of {', '.join(KINDS)}"
            wrong.append(Advice(number, _MARKER, what, "# advice: last-walk: the reason"))
        elif not found[2].strip():
            typed = f"# advice: {', '.join(kinds)}: as the source has it"
            wrong.append(Advice(number, _MARKER, "the reason is missing", typed))
        else:
            meant |= {(kind, place) for kind in kinds}
    return meant, wrong


# in words


def _time(ms: float) -> str:
    return shelf.spoken_time(round(ms)) or "none"


def _times(factor: float) -> str:
    return f"{factor:.1f}".removesuffix(".0")


def _typed(session: Session, steps: str | None) -> str:
    """The whole line as it could be; empty where nothing is better."""
    return f"`{session.head}: {steps}`" if steps else ""


def _lines(session_texts: list[tuple[Session, str | None]], otherwise: str) -> str:
    return " and ".join(filter(None, (_typed(*pair) for pair in session_texts))) or otherwise


def _distinct(week: Week) -> list[Session]:
    """The sessions of a week that have running, each of its lines once."""
    return list({s.line: s for s in week.sessions if s.runs}.values())


# single sessions


@dataclass(frozen=True)
class _SessionRule:
    kind: str
    find: Callable[[Session, Values], tuple[str, str] | None]  # numbers, and what to type


def _once(rule: _SessionRule, sessions: list[Session], limits: Values) -> Iterator[Advice]:
    """The first line at fault, which names the others of the same kind."""
    found = [(session.line, rule.find(session, limits)) for session in sessions]
    faults = [(line, what) for line, what in found if what]
    if faults:
        line, (text, kinder) = faults[0]
        others = [line for line, _ in faults[1:]]
        if others:
            text += f" (also line{'s' if len(others) > 1 else ''} {numbers(others)})"
        yield Advice(line, rule.kind, text, kinder)


def _first_right(*texts: str) -> str | None:
    return next((text for text in texts if steps_of(text)), None)


def _eased_by(session: Session, end: int, least: float) -> bool:
    """Whether the session's first (0) or last (-1) steps are slow enough for long enough."""
    steps = session.steps if end == 0 else session.steps[::-1]
    easy = ("warm", "cool")[end]
    ms = 0
    for step in steps:
        if step.kind == easy or (step.kind in ("walk", "hike") and step.open):
            return True
        if step.kind not in ("walk", "hike"):
            break
        ms += step.ms
    return ms >= least


def _warm_up(session: Session, limits: Values) -> tuple[str, str] | None:
    if not session.runs or _eased_by(session, 0, limits["warm-up"]):
        return None
    first = session.steps[0]
    how = _time(first.ms) if first.ms else "open"
    text = f"no warm-up, the first step is {first.kind} {how}"
    new = _first_right(f"warm 5m, {session.text}")
    return text, _typed(session, new) or "begin with `warm 5m`"


def _cool_down(session: Session, limits: Values) -> tuple[str, str] | None:
    if not session.runs or session.endless or _eased_by(session, -1, limits["cool-down"]):
        return None
    last = session.steps[-1]
    how = _time(last.ms) if last.ms else "open"
    text = f"no cool-down, the last step is {last.kind} {how}"
    new = _first_right(f"{session.text}, cool 5m")
    return text, _typed(session, new) or "end with `cool 5m`"


def _short_steps(session: Session, limits: Values) -> tuple[str, str] | None:
    least = limits["short-steps"]
    short = [step for step in session.steps if not step.open and step.ms < least]
    if not short:
        return None
    step = min(short, key=lambda step: step.ms)
    new = _first_right(rewrite.with_countdown(session.text, step.ms))
    text = f"{step.kind} {_time(step.ms)} has no countdown, steps from {_time(least)} have one"
    return text, _typed(session, new) or f"`{step.kind} 10s`"


def _last_walk(session: Session, limits: Values) -> tuple[str, str] | None:
    walk = rewrite.last_walk(session)
    if not walk:
        return None
    text = f"a last walk of {_time(walk)} right before the cool-down, which is a walk itself"
    new = rewrite.without_last_walk(session.text)
    return text, _typed(session, new) or "leave the last walk out"


_SESSION_RULES = (
    _SessionRule("short-steps", _short_steps),
    _SessionRule("warm-up", _warm_up),
    _SessionRule("cool-down", _cool_down),
    _SessionRule("last-walk", _last_walk),
)


# weeks beside the week before


def _pairs(weeks: list[Week], limits: Values) -> Iterator[tuple[list[Week], Week]]:
    """Each week and those to compare it with: the one before, and one before an easier one."""
    for i in range(1, len(weeks)):
        easier = i > 1 and weeks[i - 1].running <= limits["easier"] * weeks[i - 2].running
        yield weeks[i - 2 : i] if easier else weeks[i - 1 : i], weeks[i]


def _week_minutes(weeks: list[Week], limits: Values) -> Iterator[Advice]:
    for compared, week in _pairs(weeks, limits):
        before = max(compared, key=lambda other: other.running)
        times, more = limits["week-minutes times"], limits["week-minutes more"]
        most = max(before.running * times, before.running + more)
        if before.open or week.open or week.running <= most:
            continue
        factor = most / week.running
        new = [(s, rewrite.easier(s, s.running * factor)) for s in _distinct(week)]
        text = (
            f"week {week.number} has {_time(week.running)} of running, week {before.number} "
            f"{_time(before.running)}: {_time(week.running - before.running)} more, "
            f"and {_time(more)} or {times - 1:.0%} is the most"
        )
        line = max(_distinct(week), key=lambda s: s.running).line
        repeat = f"repeat week {before.number} before it"
        yield Advice(line, "week-minutes", text, _lines(new, repeat))


def _timed(week: Week) -> bool:
    return not any(step.open for session in week.sessions for step in session.steps)


def _longest_run(weeks: list[Week], limits: Values) -> Iterator[Advice]:
    for compared, week in _pairs(weeks, limits):
        before = max(compared, key=lambda other: other.longest_run)
        longest = before.longest_run
        times, more = limits["longest-run times"], limits["longest-run more"]
        most = max(longest * times, longest + more)
        if not (_timed(before) and _timed(week)) or week.longest_run <= most:
            continue
        session = max(_distinct(week), key=lambda s: s.longest_run)
        text = (
            f"week {week.number} runs {_time(week.longest_run)} without a break, week "
            f"{before.number} {_time(longest)}: {_times(times)} times that or {_time(more)} "
            "more is the most"
        )
        yield Advice(session.line, "longest-run", text, _broken(session, most))


def _broken(session: Session, most: float) -> str:
    for factor in (1, 0.75, 0.5):
        new = rewrite.broken(session.text, max(int(most * factor), rewrite.SECOND * 30))
        read = steps_of(new)
        if read and read.longest_run <= most:
            return _typed(session, new)
    return f"a walk after each {_time(most)}"


def _ratio(weeks: list[Week], limits: Values) -> Iterator[Advice]:
    for compared, week in _pairs(weeks, limits):
        before = max(compared, key=lambda other: other.ratio or 0)
        old, new = before.ratio, week.ratio
        if not (_timed(before) and _timed(week)) or old is None or new is None:
            continue
        most = old * limits["ratio times"]
        if new <= most + 1e-9 or old >= limits["ratio from"]:
            continue
        text = (
            f"in week {week.number} a minute of walking has {new:.1f} of running, in week "
            f"{before.number} {old:.1f}: {_times(limits['ratio times'])} times that is the most"
        )
        lines = [(s, _longer_walks(s, most, new / most)) for s in _distinct(week) if s.breaks_time]
        line = max((s for s, _ in lines), key=lambda s: s.running / s.breaks_time).line
        yield Advice(line, "ratio", text, _lines(lines, "longer walks"))


def _longer_walks(session: Session, most: float, factor: float) -> str | None:
    for more in (1, 1.1, 1.25, 1.5, 2):
        new = rewrite.scaled(session.text, factor * more, "walk", "hike", "rest")
        read = steps_of(new)
        if read and read.breaks_time and read.running / read.breaks_time <= most:
            return new
    return None


def _walk_breaks(weeks: list[Week], limits: Values) -> Iterator[Advice]:
    """A run much longer than any before, all at once without the breaks around that."""
    best: Session | None = None  # the one with the longest run so far
    for week in weeks:
        for day, session in week.days.items():
            if not session.runs:
                continue
            longest = best.longest_run if best else 0
            longer = session.longest_run > longest + limits["longest-run more"]
            if best and longer and not session.breaks and best.breaks > limits["walk-breaks"]:
                many = "many" if best.endless else best.breaks
                text = (
                    f"week {week.number} day {day} runs {_time(session.longest_run)} without a "
                    f"break, and until then the longest run is {_time(longest)} in a session with "
                    f"{many} walking breaks: one first, then none"
                )
                most = max(longest * 2, session.longest_run // 2)
                yield Advice(session.line, "walk-breaks", text, _broken(session, most))
            if best is None or session.longest_run >= longest:
                best = session


def _easier_week(weeks: list[Week], limits: Values) -> Iterator[Advice]:
    most = int(limits["easier-week"])
    stretch: list[Week] = []
    for week in weeks:
        if week.open or (stretch and week.running <= limits["easier"] * stretch[-1].running):
            stretch = []
            continue
        stretch.append(week)
        if len(stretch) <= most or week.running <= stretch[0].running:
            continue
        middle = len(stretch) // 2
        before, easy = stretch[middle - 1], stretch[middle]
        factor = limits["easier"] * before.running / easy.running if easy.running else 0
        new = [(s, rewrite.easier(s, s.running * factor)) for s in _distinct(easy)]
        text = (
            f"weeks {stretch[0].number}-{week.number} go from {_time(stretch[0].running)} to "
            f"{_time(week.running)} of running, {len(stretch)} weeks without an easier one, and "
            f"{most} is the most"
        )
        otherwise = f"week {easy.number} once more as week {max(easy.number - 2, 1)}"
        yield Advice(easy.sessions[0].line, "easier-week", text, _lines(new, otherwise))
        stretch = []


def _long_session(weeks: list[Week], limits: Values) -> Iterator[Advice]:
    told = set()
    for week in weeks:
        if len(week.days) < 2 or week.open:
            continue
        longest = max(week.sessions, key=lambda s: s.total)
        mean = (week.total - longest.total) / (len(week.days) - 1)
        most = limits["long-session"] * mean
        if longest.total <= most or longest.line in told:
            continue
        told.add(longest.line)
        text = (
            f"in week {week.number} one session takes {_time(longest.total)}, the others "
            f"{_time(mean // 1000 * 1000)} on average: {_times(limits['long-session'])} times "
            "that is the most"
        )
        new = rewrite.at_most(longest, int(most))
        otherwise = f"at most {_time(rewrite.rounded(most))}"
        yield Advice(longest.line, "long-session", text, _typed(longest, new) or otherwise)


_WEEK_RULES = (
    _week_minutes, _longest_run, _ratio, _walk_breaks, _easier_week, _long_session
)  # fmt: skip


def _rest(weeks: list[Week], limits: Values) -> Iterator[Advice]:
    """For a plan without `rest`: sessions with running on too many days in a row."""
    for week in weeks:
        days = [day for day, session in week.days.items() if session.runs]
        row = 0
        for i, day in enumerate(days):
            row = row + 1 if i and days[i - 1] == day - 1 else 1
            if row > limits["rest"]:
                text = (
                    f"week {week.number} has running on days {numbers(days)} and the plan no "
                    f"`rest`: {limits['rest']:.0f} days in a row are the most"
                )
                yield Advice(week.days[day].line, "rest", text, "`rest 1 day`, a line of its own")
                return
