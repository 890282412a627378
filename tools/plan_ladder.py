"""From what somebody can run now to a goal, a step at a time: the ladder of `plan new`.

Each step is the largest that advice has nothing to say about; careful ones have tighter
limits than `plan check` has. Steps are then laid out in weeks, with easier ones between.
Times are in seconds.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from runwalk_tools.plan_advice import advise_on
from runwalk_tools.plan_ratios import Ratio
from runwalk_tools.plan_weeks import Session, Week, steps_of
from runwalk_tools.plans import written_time

MINUTE = 60
MOST_WEEKS = 52
REST = 1  # whole days between two sessions

# what careful people want beside the limits of `plan check`; ours
CAREFUL: Mapping[str, float] = {
    "week-minutes times": 1.2,
    "week-minutes more": 18 * MINUTE * 1000,
    "longest-run times": 1.5,
    "longest-run more": 5 * MINUTE * 1000,
    "ratio times": 2.5,
    "easier-week": 5,
}
_USUAL = 30 * MINUTE  # beyond it one session a week is longer than the others
_LESS = 0.75  # of the running of the level before, where the runs are longer
_EASIER = 0.85  # at most that of a usual week's running
# times of a run that people write
_RUNS: tuple[int, ...] = (
    *(15, 20, 30, 45, 60, 90),
    *(minutes * MINUTE for minutes in (2, 3, 4, 5, 6, 8, 10, 12, 15, 20)),
    *range(25 * MINUTE, 181 * MINUTE, 5 * MINUTE),
)
# the break after runs up to that length, as the ladders of the library have them
_WALKS = ((MINUTE, 120), (3 * MINUTE, 90), (181 * MINUTE, 60))


@dataclass(frozen=True)
class Wish:
    """What the ladder is for. `now` and `goal` are seconds, the goal without a break.

    With a `ratio` the goal is the time of a session in that ratio, from first to last run.
    """

    now: int
    goal: int
    sessions: int
    careful: bool
    ratio: Ratio | None = None


@dataclass(frozen=True)
class Level:
    """A session: rounds of a run and a walk; one round with a `tail` is two runs that differ."""

    run: int
    walk: int
    rounds: int
    tail: int = 0

    @property
    def running(self) -> int:
        return self.run * self.rounds + self.tail

    @property
    def time(self) -> int:
        """From the first run to the end of the last."""
        return self.running + self.walk * (self.rounds - (0 if self.tail else 1))

    @property
    def text(self) -> str:
        """The steps."""
        run, walk = (written_time(seconds * 1000) for seconds in (self.run, self.walk))
        main = f"run {run}"
        if self.tail:
            main += f", walk {walk}, run {written_time(self.tail * 1000)}"
        elif self.rounds > 1:
            main = f"{self.rounds}x({main}, walk {walk}) skip last walk"
        return f"warm 5m, {main}, cool 5m"

    def shorter(self) -> "Level":
        """The other sessions of a week whose long one this is: three fifths of it."""
        if self.rounds == 1:
            return Level(max(_usual(self.run * 3 / 5), min(self.run, _USUAL)), self.walk, 1)
        return Level(self.run, self.walk, max(-(-self.rounds * 3 // 5), 2))


def _usual(seconds: float) -> int:
    return max([run for run in _RUNS if run <= seconds], default=_RUNS[0])


def _walk(run: int) -> int:
    return next(walk for most, walk in _WALKS if run <= most)


def first_level(wish: Wish) -> Level:
    """Well below what they can do."""
    if wish.ratio:
        return _in_ratio(wish.ratio, min(wish.goal, max(20 * MINUTE, 2 * wish.now)))
    part = 2 / 3 if wish.careful else 3 / 4
    if wish.now * part >= _USUAL:
        return _run(_usual(wish.now * part))
    if wish.now <= 2 * MINUTE:
        run = max(_usual(wish.now / 2 if wish.careful else wish.now), 15 if wish.careful else 30)
    else:
        run = _usual(wish.now * (1 / 2 if wish.careful else 3 / 4))
    return Level(run, _walk(run), min(_rounds(run), max(min(wish.goal, _USUAL) // run, 1)))


def _run(seconds: int) -> Level:
    return Level(seconds, _walk(seconds), 1)


def _rounds(run: int) -> int:
    """As many as the ladders of the library have: eight of a minute, five of 4, three of 10."""
    return max(round(min(8 * run, 8 * MINUTE + 3 * run) / run), 2) if run < 20 * MINUTE else 2


def _in_ratio(ratio: Ratio, time: float) -> Level:
    run, walk = ratio
    return Level(run, walk, max(round((time + walk) / (run + walk)), 2))


@lru_cache(maxsize=512)
def levels(wish: Wish) -> tuple[Level, ...] | None:
    """The steps from the first to the goal; None where no kind one leads on."""
    found = [first_level(wish)]
    while found[-1] != goal_level(wish):
        after = next((new for new in _next(wish, found[-1]) if _kind(wish, found, new)), None)
        if after is None or len(found) > MOST_WEEKS:
            return None
        found.append(after)
    return tuple(found)


def goal_level(wish: Wish) -> Level:
    """Where the ladder ends."""
    return _in_ratio(wish.ratio, wish.goal) if wish.ratio else _run(wish.goal)


def _next(wish: Wish, level: Level) -> Iterator[Level]:
    """What may come after that level, the largest step first."""
    if wish.ratio:
        return _longer(wish, level)
    if level.rounds == 1 and not level.tail:
        return _longer_run(wish, level)
    return _towards_a_run(wish, level, min(wish.goal, _USUAL))


def _longer_run(wish: Wish, level: Level) -> Iterator[Level]:
    """Without breaks, once they run so."""
    for run in range(level.run + (5 if wish.careful else 10) * MINUTE, level.run, -MINUTE):
        if run == wish.goal or (run < wish.goal and run % (5 * MINUTE) == 0):
            yield _run(run)


def _longer(wish: Wish, level: Level) -> Iterator[Level]:
    assert wish.ratio
    most = (10 if wish.careful else 15) * MINUTE
    for more in range(most, 0, -MINUTE):
        new = _in_ratio(wish.ratio, min(level.time + more, wish.goal))
        if new.rounds > level.rounds:
            yield new


def _towards_a_run(wish: Wish, level: Level, goal: int) -> Iterator[Level]:
    if not wish.careful or level.tail or level.run * 3 >= goal * 2:
        yield _run(goal)
    skip = 1 if wish.careful and level.run >= 4 * MINUTE else 2
    for run in [run for run in _RUNS if level.run < run < goal][:skip][::-1]:
        most = goal // run
        if most >= 2:
            fewest = max(2, round(_LESS * level.running / run))
            for rounds in range(min(max(_rounds(run), fewest), most), min(fewest, most) - 1, -1):
                yield Level(run, _walk(run), rounds)
                yield Level(run, level.walk, rounds)
        elif goal - run >= MINUTE:
            yield Level(run, _walk(run), 1, goal - run)
    if level.rounds > 1 and (level.rounds + 1) * level.run <= goal:
        yield Level(level.run, level.walk, level.rounds + 1)


def _others(wish: Wish, level: Level) -> Level:
    """The other sessions of a week with that one."""
    long = (level.time if wish.ratio else level.running) > _USUAL
    return level.shorter() if long else level


def _week(wish: Wish, level: Level) -> list[str]:
    """The steps of the sessions of a week at that level."""
    return [_others(wish, level).text] * (wish.sessions - 1) + [level.text]


def _week_running(wish: Wish, level: Level) -> int:
    return _others(wish, level).running * (wish.sessions - 1) + level.running


def _kind(wish: Wish, before: list[Level], new: Level) -> bool:
    """Whether a week at the new level may come after these."""
    weeks = []
    for number, level in enumerate([*before[-2:], new], 1):
        days = enumerate(_week(wish, level), 1)
        weeks.append(Week(number, {day: _session(text, number) for day, text in days}))
    stricter = CAREFUL if wish.careful else None
    # the weeks before are kind already, beside others that stand here no more
    return all(advice.line != len(weeks) for advice in advise_on(weeks, {}, REST, (), stricter))


@lru_cache(maxsize=4096)
def _session(text: str, line: int) -> Session:
    read = steps_of(text)
    assert read is not None, text
    return Session(line, "", text, None, read.steps, read.endless)


# weeks


def _easy_weeks(wish: Wish, weeks: int) -> int:
    """How many there are: each fourth or sixth, but for the last but one."""
    return max(weeks - 2, 0) // _every(wish)


def _every(wish: Wish) -> int:
    return 4 if wish.careful else 6


def shortest(wish: Wish) -> int | None:
    """The fewest weeks, None if there is no kind way or it takes more than a year."""
    found = levels(wish)
    if found is None:
        return None
    fit = (n for n in range(len(found), MOST_WEEKS + 1) if n - _easy_weeks(wish, n) >= len(found))
    return next(fit, None)


def plan_lines(wish: Wish, weeks: int) -> list[str] | None:
    """The sessions as lines of a plan file; None where so many weeks are too few."""
    least = shortest(wish)
    found = levels(wish)
    if least is None or found is None or weeks < least:
        return None
    usual = weeks - _easy_weeks(wish, weeks)
    plan: list[list[str]] = []
    at = 0
    for number in range(1, weeks + 1):
        easy = number % _every(wish) == 0 and number < weeks - 1
        if easy:
            level = _easier(wish, found, (at - 1) * len(found) // usual)
            plan.append(_week(wish, level))
        else:
            plan.append(_week(wish, found[at * len(found) // usual]))
            at += 1
    return list(_lines(plan))


def _easier(wish: Wish, found: tuple[Level, ...], at: int) -> Level:
    """A level clearly below that one: the same with less of it, or an earlier one."""
    level = found[at]
    runs = level.rounds + (1 if level.tail else 0)
    less = [Level(level.run, level.walk, n) for n in range(2, level.rounds)]
    if runs <= 2:
        less = [Level(run, level.walk, runs) for run in _RUNS if run <= level.run]
    most = _week_running(wish, level) * _EASIER
    lower = [new for new in [*less, *found[:at]] if _week_running(wish, new) <= most]
    return max(lower, key=lambda new: _week_running(wish, new), default=found[0])


def _lines(plan: list[list[str]]) -> Iterator[str]:
    """Weeks that are the same stand on one line."""
    at = 0
    while at < len(plan):
        end = at
        while end + 1 < len(plan) and plan[end + 1] == plan[at]:
            end += 1
        week = f"week {at + 1}" if end == at else f"week {at + 1}-{end + 1}"
        texts = plan[at]
        if len(set(texts)) == 1:
            yield f"{week} x{len(texts)}: {texts[0]}"
        else:
            first = f"x{len(texts) - 1}" if len(texts) > 2 else "day 1"
            yield f"{week} {first}: {texts[0]}"
            yield f"{week} day {len(texts)}: {texts[-1]}"
        at = end + 1
