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
Its kinds and their fields stand in parts.journal.
"""

from array import array

from micropython import const

FINISHED = const(1)
STOPPED = const(2)
EASY = const(1)
HARD = const(3)
YES = const(1)
NO = const(2)

_RATES = ("none", "easy", "right", "hard")
_NOWHERE = const(0)  # at the plan's beginning
_AFTER = const(1)  # after that session, which was finished
_AT = const(2)  # at that session, by hand or by an offer
_MOST_WEEK = const(99)
_MOST_DAY = const(14)
_MOST_COURSES = const(12)  # plans whose place is remembered

# the fields of the records "course" and "total": more may be added at the end
_COURSE = (
    "mode week day part_week part_day part_ms last last_week last_day last_end rate "
    "before_end before_rate easy_days ended pain answered off_answered "
    "finished stopped active_ms run_ms"
).split()
_TOTAL = "seq number day week streak finished stopped active_ms run_ms pulled".split()


class Course:
    """What was done of one plan.

    `last`, `last_week`, `last_day`, `last_end`, `rate`: the session that ended last, and
    `before_…` the one before it; `ended` and `pain`: the last one, workouts included;
    `easy_days`: a bit for each day of that week that was finished and easy in its last turn;
    `answered`, `off_answered`: number of the last session that an answer was about;
    `finished`, `stopped`: how many; `active_ms`, `run_ms`: workouts included.
    """

    def __init__(self):
        self.mode = self.week = self.day = 0
        self.part_week = self.part_day = self.part_ms = 0
        self.last = self.last_week = self.last_day = self.last_end = self.rate = 0
        self.before_end = self.before_rate = self.easy_days = 0
        self.ended = self.pain = self.answered = self.off_answered = 0
        self.finished = self.stopped = self.active_ms = self.run_ms = 0
        self.done = array("H")  # by week, a bit for each day that was finished

    def is_done(self, week, day):
        """Whether that session was finished since the plan was begun, or begun again."""
        return week < len(self.done) and bool(self.done[week] >> day & 1)

    def mark(self, week, days):
        while len(self.done) <= week:
            self.done.append(0)
        self.done[week] |= days

    def begin_again(self):
        self.done = array("H")
        self.finished = self.stopped = self.active_ms = self.run_ms = 0
        self.part_week = 0

    def add(self, how, is_session, active, run):
        self.active_ms += active
        self.run_ms += run
        if is_session and how == FINISHED:
            self.finished += 1
        elif is_session:
            self.stopped += 1

    def session_ended(self, number, place, how, active):
        week, day = place
        self.before_end, self.before_rate = self.last_end, self.rate
        self.last, self.last_end, self.rate = number, how, 0
        self.easy_days = self.easy_days & ~(1 << day) if week == self.last_week else 0
        self.last_week, self.last_day = place
        if how == STOPPED:
            self.part_week, self.part_day, self.part_ms = week, day, active
            return
        self.mode, self.week, self.day = _AFTER, week, day
        self.mark(week, 1 << day)
        if (self.part_week, self.part_day) == place:
            self.part_week = 0

    def rated(self, rate):
        self.rate = rate
        if rate == EASY and self.last_end == FINISHED:
            self.easy_days |= 1 << self.last_day


class Progress:
    """All that the records say.

    `number`: the last session that ended; `seq`: the last record; `boot`: the last boot
    count; `plan`: stem of the plan last chosen, or ""; `pulled`: the last record that the
    host has; `finished`, `stopped`, `active_ms`, `run_ms`: over all plans, workouts
    included; `day`: day number of the last session, 0 = not known.
    """

    def __init__(self):
        self.clear()

    def clear(self):
        self.seq = self.number = self.day = self.week = self.streak = self.pulled = 0
        self.finished = self.stopped = self.active_ms = self.run_ms = 0
        self.boot = 0
        self.plan = ""
        self.courses = {}

    # records in

    def feed(self, record):
        """Take one record; one that makes no sense, or was written twice, changes nothing."""
        try:
            seq = int(record[1])
            if seq and seq <= self.seq:
                return
            self.boot = max(self.boot, int(record[2]))
            self.seq = max(self.seq, seq)
            kind = record[4]
            if kind == "finish":
                self._ended(record, FINISHED)
            elif kind == "stop":
                self._ended(record, STOPPED)
            elif kind == "rate":
                self._rated(int(record[5]), _RATES.index(record[6]))
            elif kind == "pain":
                self._hurt(int(record[5]), record[6])
            elif kind == "offer":
                self._answered(record)
            elif kind == "set":
                place = _place(record[6], record[7])
                self._course(record[5]).answered = self.number
                self._course(record[5]).off_answered = self.number
                self._move(self._course(record[5]), place)
            elif kind == "plan":
                self.plan = record[5]
            elif kind == "pulled":
                self.pulled = int(record[5])
            elif kind == "total":
                _unpack(self, _TOTAL, record[5])
            elif kind == "course":
                self._restore(record)
        except (ValueError, IndexError):
            pass

    def course(self, stem):
        """What was done of that plan; an empty Course where nothing was."""
        return self.courses.get(stem) or Course()

    def _course(self, stem):
        if stem not in self.courses:
            if len(self.courses) >= _MOST_COURSES:
                del self.courses[min([(c.ended, name) for name, c in self.courses.items()])[1]]
            self.courses[stem] = Course()
        return self.courses[stem]

    def _ended(self, record, how):
        number, active, run = int(record[5]), int(record[10]), int(record[13])
        workout = record[9]
        place = None if workout else _place(record[7], record[8])
        if number <= self.number:
            return  # the record wins that came first
        course = self._course(record[6])
        self.number = course.ended = number
        course.pain = 0
        self.active_ms += active
        self.run_ms += run
        self.day = day_number(record[3])
        if how == STOPPED:
            self.stopped += 1
        else:
            self.finished += 1
            if self.day:
                self._week_done((self.day + 3) // 7)
        course.add(how, place, active, run)
        if place:
            course.session_ended(number, place, how, active)

    def _week_done(self, week):
        """Count the streak. Weeks begin on Monday; day 0, 1970-01-01, was a Thursday."""
        if week == self.week + 1:
            self.streak += 1
        elif self.week - 1 <= week <= self.week:
            return  # a flight westwards can lead back into last week
        else:
            self.streak = 1
        self.week = week

    def _rated(self, number, rate):
        for course in self.courses.values():
            if course.last == number:
                course.rated(rate)

    def _hurt(self, number, value):
        for course in self.courses.values():
            if course.ended == number:
                course.pain = YES if value == "yes" else NO if value == "no" else 0

    def _answered(self, record):
        number, stem, name, value = int(record[5]), record[6], record[7], record[8]
        if name == "rest":
            return  # leads nowhere, and is asked at each start
        place = _place(record[9], record[10]) if value == "yes" else None
        course = self._course(stem)
        course.answered = max(course.answered, number)
        if name == "off":
            course.off_answered = number
        if place:
            self._move(course, place)
            if name == "again":
                course.begin_again()

    def _move(self, course, place):
        course.mode = _AT
        course.week, course.day = place

    # records out

    def records(self):
        """Yield (kind, fields) of records that, fed to an empty Progress, give this one."""
        for stem in self.courses:
            course = self.courses[stem]
            done = [
                "%d:%x" % (week, course.done[week])
                for week in range(len(course.done))
                if course.done[week]
            ]
            yield "course", (stem, _pack(course, _COURSE), " ".join(done))
        if self.plan:
            yield "plan", (self.plan,)
        yield "total", (_pack(self, _TOTAL),)

    def _restore(self, record):
        course = Course()
        _unpack(course, _COURSE, record[6])
        for word in record[7].split():
            week, _, days = word.partition(":")
            course.mark(_place(week, 1)[0], int(days, 16))
        self._course(record[5])
        self.courses[record[5]] = course

    # answers

    def next(self, stem, plan):
        """(week, day) of the next session; None where the plan is done or has no session.

        Where the place of the runner was edited away, the nearest session before it is next.
        """
        course = self.course(stem)
        if course.mode != _NOWHERE:
            week, day = course.week, course.day
            if plan.has(week, day):
                return plan.after(week, day) if course.mode == _AFTER else (week, day)
            nearest = plan.nearest_before(week, day)
            if nearest:
                return nearest
        return plan.first()

    def unfinished(self, stem):
        """(week, day, active ms) of the session stopped last and not finished since, or None."""
        course = self.course(stem)
        if not course.part_week:
            return None
        return course.part_week, course.part_day, course.part_ms

    def has_ended(self, number):
        """Whether the session of that start record has its finish or stop."""
        return number <= self.number

    def pain_owed(self, stem):
        """Number of the last session, where its question about pain has no answer; else 0."""
        course = self.course(stem)
        return course.ended if course.ended == self.number and not course.pain else 0

    def streak_weeks(self, today=0):
        """Weeks in a row with a finished session, up to this one or the last; 0: none."""
        if today and (today + 3) // 7 > self.week + 1:
            return 0
        return self.streak


def _place(week, day):
    week, day = int(week), int(day)
    if not (0 < week <= _MOST_WEEK and 0 < day <= _MOST_DAY):
        raise ValueError("no such place")
    return week, day


# dates


def day_number(when):
    """Days since 1970-01-01 of a text that begins YYYY-MM-DD; 0 where it is no date."""
    try:
        year, month, day = int(when[:4]), int(when[5:7]), int(when[8:10])
    except ValueError:
        return 0
    if when[4] + when[7] != "--" or year < 1970 or not 1 <= month <= 12:
        return 0
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    lengths = (31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    if not 1 <= day <= lengths[month - 1]:
        return 0
    if month < 3:  # counted from March, the leap day is a year's last
        year -= 1
        month += 12
    days = year * 365 + year // 4 - year // 100 + year // 400
    return days + (month * 153 - 457) // 5 + day - 719469


# many small numbers in one field


def _pack(what, names):
    return " ".join([str(getattr(what, name)) for name in names])


def _unpack(what, names, text):
    """Numbers that a later version added are left alone; those that it lacks stay 0."""
    for name, word in zip(names, text.split()):
        setattr(what, name, int(word))
