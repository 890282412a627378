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

_OFF_DAYS = const(14)
_DAYS = const(14)  # of a week; what comes after it is another week
_TWICE = const(3)  # the last session and the one before it
_YES = const(2)


class Offer:
    """A question for the runner: `why` and `ask` are its two lines, at most 16 bytes each."""

    def __init__(self, name, place, why, ask):
        self.name = name
        self.week, self.day = place  # where a yes leads to
        self.why = why
        self.ask = ask


def offer(progress, stem, plan, today=0):
    """The one Offer to make now, or None. `today`: its day number, 0 where it is not known."""
    course = progress.course(stem)
    if not course.ended:
        return None
    at = progress.next(stem, plan)
    fresh = not course.answered
    if not at:
        to = plan.first()
        return Offer("again", to, b"plan done:", b"start again?") if to and fresh else None
    back = (plan.nearest_before(at[0], 1) or at)[0]
    last = course.last_place >> 4
    repeat = last if fresh and last >= back else 0  # not a session out of turn, long behind
    gone = today - progress.day if today and progress.day and not progress.off_answered else 0
    for name, holds, week, why, ask in (
        ("pain", course.pain == _YES, back, b"pain:", b"back to week %d?"),
        ("hard", course.hards == _TWICE, repeat, b"hard twice:", b"repeat week %d?"),
        ("stopped", course.stops == _TWICE, repeat, b"stopped twice:", b"repeat week %d?"),
        ("off", gone > _OFF_DAYS, back, b"%d days off:" % min(gone, 999), b"back to week %d?"),
    ):
        to = plan.after(week, 0) if holds else None
        if to and to[0] == week and to < at:
            return Offer(name, to, why, ask % week)
    if not fresh or not course.easy_days or at != plan.after(last, _DAYS):
        return None
    for day in plan.days(last):
        if not course.easy_days >> day & 1:
            return None
    to = plan.after(at[0], _DAYS)
    return Offer("easy", to, b"week %d easy:" % last, b"skip to week %d?" % to[0]) if to else None


def rest(progress, days, today):
    """The question before a start that comes too soon, or None.

    `days`: whole calendar days that the plan wants between two sessions. One day back
    is today: a flight westwards can lead there.
    """
    gone = today - progress.day
    if not days or not today or not progress.day or not -1 <= gone <= days:
        return None
    if gone > 1:
        why = b"ran %d days ago:" % gone
    else:
        why = b"ran yesterday:" if gone > 0 else b"ran today:"
    return Offer("rest", (0, 0), why, b"start early?")
