"""The advice between sessions: the runner decides, the clip advises.

At most one offer is made after a session, or at the next start where it got no
answer then. The first rule that holds is the one:

    offer    when                                          a yes leads to
    pain     pain after the last session                   the week before the next session's
    hard     the last two sessions were rated hard         day 1 of the last session's week
    stopped  the last two sessions were stopped early      day 1 of the last session's week
    off      the last session is more than 14 days ago     the week before the next session's
    easy     each session of the week just done was easy   the week after the next one
    again    the plan is done                              its first session

A week is entered at its first day; where there is no week before, that is day 1 of
this one. No rule leads out of the plan, only "easy" leads onward, and each moves the
runner by a week at most, from where they would go on. An offer that was answered is
not made again for the same sessions; choosing a session by hand answers it too.
Workouts count for pain and for days off, and for nothing else here. A session that
was not rated counts as right.
"""

from micropython import const

from runwalk.core.progress import HARD, STOPPED, YES

_OFF_DAYS = const(14)
_MOST_DAY = const(14)  # of a week; what comes after it is another week


class Offer:
    """A question for the runner: `why` and `ask` are its two lines, at most 16 bytes each."""

    def __init__(self, name, number, place, why, ask):
        self.name = name
        self.number = number  # of the session that it is about
        self.week, self.day = place  # where a yes leads to
        self.why = why
        self.ask = ask


def offer(progress, stem, plan, today=0):
    """The one Offer to make now, or None. `today`: its day number, 0 where it is not known."""
    course = progress.course(stem)
    if not course.ended:
        return None
    at = progress.next(stem, plan)
    if at is None:
        to = plan.first()
        if to and course.last > course.answered:
            return Offer("again", course.last, to, b"plan done:", b"start again?")
        return None
    for name, holds, leads, why, ask in RULES:
        if holds(progress, course, at, plan, today):
            to = leads(course, at, plan)
            if to:
                if name == "off":
                    why = why % min(today - progress.day, 999)
                elif name == "easy":
                    why = why % course.last_week
                return Offer(name, progress.number, to, why, ask % to[0])
    return None


def rest(progress, days, today):
    """The question before a start that comes too soon, or None.

    `days`: whole calendar days that the plan wants between two sessions.
    """
    gone = today - progress.day
    if not days or not today or not progress.day or gone < 0 or gone > days:
        return None
    if gone < 2:
        why = b"ran yesterday:" if gone else b"ran today:"
    else:
        why = b"ran %d days ago:" % gone
    return Offer("rest", progress.number, (0, 0), why, b"start early?")


# when


def _pain(progress, course, at, plan, today):
    return course.pain == YES and course.ended > course.answered


def _hard_twice(progress, course, at, plan, today):
    return course.rate == course.before_rate == HARD and course.last > course.answered


def _stopped_twice(progress, course, at, plan, today):
    return course.last_end == course.before_end == STOPPED and course.last > course.answered


def _long_off(progress, course, at, plan, today):
    if not today or not progress.day or progress.number <= course.off_answered:
        return False
    return today - progress.day > _OFF_DAYS


def _easy_week(progress, course, at, plan, today):
    week = course.last_week
    if course.last <= course.answered or not course.easy_days >> course.last_day & 1:
        return False
    for day in range(1, _MOST_DAY + 1):
        if plan.has(week, day) and not course.easy_days >> day & 1:
            return False
    return at == plan.after(week, _MOST_DAY)


# where to


def _week_before(at, plan):
    earlier = plan.nearest_before(at[0], 1)
    return earlier[0] if earlier else at[0]


def _week_back(course, at, plan):
    return _only_back(plan, _week_before(at, plan), at)


def _repeat_week(course, at, plan):
    if course.last_week < _week_before(at, plan):
        return None  # a session out of turn, long behind
    return _only_back(plan, course.last_week, at)


def _skip_week(course, at, plan):
    return plan.after(at[0], _MOST_DAY)


def _only_back(plan, week, at):
    """The first session of that week, where it has one that comes before `at`."""
    to = plan.after(week, 0)
    return to if to and to[0] == week and to < at else None


RULES = (
    ("pain", _pain, _week_back, b"pain:", b"back to week %d?"),
    ("hard", _hard_twice, _repeat_week, b"hard twice:", b"repeat week %d?"),
    ("stopped", _stopped_twice, _repeat_week, b"stopped twice:", b"repeat week %d?"),
    ("off", _long_off, _week_back, b"%d days off:", b"back to week %d?"),
    ("easy", _easy_week, _skip_week, b"week %d easy:", b"skip to week %d?"),
)
