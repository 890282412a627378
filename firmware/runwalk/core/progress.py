"""What the runner has done and what is next, worked out from the journal's records.

Feed the records in the order in which they were written, one at a time. Nothing
here is stored: the same records give the same answers. `records()` says in a few
records all that was learnt, so that the journal may drop the old ones.

Next is the session after the one finished last, wherever that was, or the one
chosen by hand or by a yes to an offer (core.advice). Each plan keeps its own
place. A stop does not move it, nor does a workout.

Dates are those of the runner's own calendar at the time, as written in the record;
a record without one (clock not set) takes part in no rule about days.

A record is a list of str: version, number, boot count, when or "-", kind, fields.
Its kinds and their fields stand in parts.journal. A place is week * 16 + day.
"""

from micropython import const

_MOST_WEEK = const(99)
_MOST_DAY = const(14)


class Course:
    """What was done of one plan. `text`: what `str` gave for an earlier one.

    `place`, `waits`: where the runner is; 1: that session is next, 0: the one after it.
    `last`, `last_place`: the session that ended last; `stops`, `hards`: 1 if it was stopped,
    or hard, 2 for the one before it; `easy_days`: a bit for each day of its week that was
    finished and easy in its last turn. `ended`, `pain`: the last one, workouts included;
    0 not answered, 1 no, 2 yes. `answered`: 1 where an offer about it had its answer.
    `done`: a bit for each place that was finished, `finished` and `run_ms` of them all.
    """

    def __init__(self, text="0 " * 13):
        (
            self.place,
            self.waits,
            self.last,
            self.last_place,
            self.stops,
            self.hards,
            self.easy_days,
            self.ended,
            self.pain,
            self.answered,
            self.done,
            self.finished,
            self.run_ms,
        ) = [int(word) for word in text.split()[:13]]

    def __str__(self):
        return _joined(
            (
                self.place,
                self.waits,
                self.last,
                self.last_place,
                self.stops,
                self.hards,
                self.easy_days,
                self.ended,
                self.pain,
                self.answered,
                self.done,
                self.finished,
                self.run_ms,
            )
        )

    def is_done(self, week, day):
        """Whether that session was finished since the plan was begun, or begun again."""
        return bool(self.done >> (week * 16 + day) & 1)


class Progress:
    """All that the records say.

    `seq`: the last record; `number`: the last session that ended; `day`: its day number,
    0 = not known; `off_answered`: 1 where the offer after days off had its answer since;
    `finished`, `stopped`, `active_ms`, `run_ms`: over all plans, workouts included;
    `boot`: the last boot count; `plan`: stem of the plan last chosen, or "".
    """

    def __init__(self):
        self.clear()

    def clear(self):
        self.boot = 0
        self.courses = {}
        self._total("0 " * 10, "")

    def _total(self, text, plan):
        (
            self.seq,
            self.number,
            self.day,
            self.off_answered,
            self.finished,
            self.stopped,
            self.active_ms,
            self.run_ms,
            self.week,
            self.streak,
        ) = [int(word) for word in text.split()[:10]]
        self.plan = plan

    def records(self):
        """Yield (kind, fields) of records that, fed to an empty Progress, give this one."""
        for stem in self.courses:
            yield "course", (stem, self.courses[stem])
        numbers = (
            self.seq,
            self.number,
            self.day,
            self.off_answered,
            self.finished,
            self.stopped,
            self.active_ms,
            self.run_ms,
            self.week,
            self.streak,
        )
        yield "total", (_joined(numbers), self.plan)

    # records in

    def feed(self, record):
        """Take one record; one that makes no sense, or was taken before, changes nothing."""
        try:
            seq = int(record[1])
            if self.seq and seq <= self.seq:
                return
            self.seq = seq
            self.boot = int(record[2])
            kind = record[4]
            fields = record[5:]
            if kind == "finish" or kind == "stop":
                self._ended(kind == "stop", day_number(record[3]), fields)
            elif kind == "rate" or kind == "pain":
                self._rated(int(fields[0]), kind, fields[1])
            elif kind == "set":
                self._settle(fields[0], _place(fields[1], fields[2]))
                self.off_answered = 1
            elif kind == "offer":
                self._answered(fields)
            elif kind == "plan":
                self.plan = fields[0]
            elif kind == "course":
                self.courses[fields[0]] = Course(fields[1])
            elif kind == "total":
                self._total(fields[0], fields[1])
        except (ValueError, IndexError):
            pass

    def course(self, stem):
        """What was done of that plan."""
        if stem not in self.courses:
            self.courses[stem] = Course()
        return self.courses[stem]

    def _ended(self, stopped, today, fields):
        number, stem, week, day, workout, active, _, _, run = fields[:9]
        number = int(number)
        active = int(active)
        run = int(run)
        place = 0 if workout else _place(week, day)
        if number <= self.number:
            return  # the record wins that came first
        self.number = number
        self.seq = max(self.seq, number)  # its start may be lost
        self.day = today
        self.off_answered = 0
        self.active_ms += active
        self.run_ms += run
        if stopped:
            self.stopped += 1
        else:
            self.finished += 1
            if today:
                self._week_done((today + 3) // 7)
        course = self.course(stem)
        course.ended = number
        course.pain = 0
        course.run_ms += run
        if not place:
            return
        if (course.last_place ^ place) >> 4:
            course.easy_days = 0  # another week
        course.easy_days &= ~(1 << (place & 15))
        course.last = number
        course.last_place = place
        course.stops = course.stops << 1 & 2 | stopped
        course.hards = course.hards << 1 & 2
        course.answered = 0
        if not stopped:
            course.place = place
            course.waits = 0
            course.done |= 1 << place
            course.finished += 1

    def _week_done(self, week):
        """Count the streak. Weeks begin on Monday; day 0, 1970-01-01, was a Thursday."""
        if week == self.week + 1:
            self.streak += 1
        elif self.week - 1 <= week <= self.week:
            return  # a flight westwards can lead back into last week
        else:
            self.streak = 1
        self.week = week

    def _rated(self, number, kind, value):
        for course in self.courses.values():
            if course.ended != number:
                continue
            if kind == "pain":
                course.pain = ("", "no", "yes").index(value)
            elif course.last == number:  # no workout
                if value == "hard":
                    course.hards |= 1
                elif value == "easy" and not course.stops & 1:
                    course.easy_days |= 1 << (course.last_place & 15)

    def _answered(self, fields):
        _, stem, name, value, week, day = fields[:6]
        if name == "rest":
            return  # leads nowhere, and is asked at each start
        course = self._settle(stem, _place(week, day) if value == "yes" else 0)
        if name == "off":
            self.off_answered = 1
        elif name == "again" and value == "yes":
            course.done = course.finished = course.run_ms = 0

    def _settle(self, stem, place):
        """An offer had its answer, which leads to that place; 0: nowhere."""
        course = self.course(stem)
        course.answered = 1
        course.pain = min(course.pain, 1)
        if place:
            course.place = place
            course.waits = 1
        return course

    # answers

    def next(self, stem, plan):
        """(week, day) of the next session; None where the plan is done or has no session.

        Where the place of the runner was edited away, the nearest session before it is next.
        """
        course = self.course(stem)
        week = course.place >> 4
        day = course.place & 15
        if not plan.has(week, day):
            return plan.nearest_before(week, day) or plan.first()
        return (week, day) if course.waits else plan.after(week, day)

    def pain_owed(self, stem):
        """Number of the last session, where its question about pain has no answer; else 0."""
        course = self.course(stem)
        return 0 if course.pain or course.ended != self.number else self.number

    def streak_weeks(self, today=0):
        """Weeks in a row with a finished session, up to this one or the last; 0: none."""
        if today and (today + 3) // 7 > self.week + 1:
            return 0
        return self.streak


def _joined(numbers):
    return " ".join(map(str, numbers))


def _place(week, day):
    week = int(week)
    day = int(day)
    if not (0 < week <= _MOST_WEEK and 0 < day <= _MOST_DAY):
        raise ValueError
    return week * 16 + day


def day_number(when):
    """Days since 1970-01-01 of a text that begins YYYY-MM-DD; 0 where it is no date."""
    try:
        year, month, day = [int(word) for word in when[:10].split("-")]
    except ValueError:
        return 0
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    length = 28 + leap if month == 2 else 30 + (month + month // 8) % 2
    if not (1970 <= year and 1 <= month <= 12 and 1 <= day <= length):
        return 0
    if month < 3:  # counted from March, the leap day is a year's last
        year -= 1
        month += 12
    days = year * 365 + year // 4 - year // 100 + year // 400
    return days + (month * 153 - 457) // 5 + day - 719469
