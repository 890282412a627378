"""The plan language: what a plan file says, in a memory that does not grow with it.

`scan` reads a whole file and checks every line of it; `load_steps` unrolls one
session; `head` gives the title alone. All take a seekable binary stream, read it
line by line, and raise PlanError for the first fault (`scan` with `report` tells
all of them). Sessions are bits of one fixed bitmap.
"""

from micropython import const

from runwalk.core.plan_steps import KINDS, Steps  # noqa: F401 (read here by everybody else)
from runwalk.core.text import PlanError, Reader

RUN = const(1)  # in KINDS

_MAX_FILE = const(32768)  # bytes
_MAX_WEEK = const(99)
_MAX_DAY = const(14)
_MAX_TITLE = const(48)
_MAX_WORKOUTS = const(64)
_MAX_REMINDERS = const(8)
_HEAD_LINES = const(20)
_MAX_REST = const(14)
_MAX_LINE = const(1000)
_MINUTE = const(60)
_HEADERS = const(("", "plan", "about", "rest", "ask", "remind"))
_SESSIONS = const(("week", "weeks", "workout"))
_DAYS = const(("day", "days"))
_HASH = const(35)
_BLANK = const(32)


class Plan:
    """What a plan file says, but for the steps of its sessions."""

    def __init__(self, stem):
        self.stem = stem  # the file's name without .plan
        self.title = stem
        self.about = None  # None without `about`, and where it was not asked for
        self.rest = 0  # whole calendar days between two sessions
        self.ask_pain = False
        self.reminders = []  # (label, period in ms)
        self.workouts = []  # labels, in the order of the file
        self._days = bytearray((_MAX_WEEK * _MAX_DAY + 7) // 8)

    def has(self, week, day, add=0):
        """Whether there is such a session; with `add` 1 there is one from now on."""
        if not (1 <= week <= _MAX_WEEK and 1 <= day <= _MAX_DAY):
            return False
        bit = (week - 1) * _MAX_DAY + day - 1
        there = self._days[bit >> 3] >> (bit & 7) & 1
        self._days[bit >> 3] |= add << (bit & 7)
        return there > 0

    def first(self):
        """(week, day) of the lowest session, None in a plan of workouts alone."""
        return self.after(0, _MAX_DAY)

    def last(self):
        """(week, day) of the highest session, None in a plan of workouts alone."""
        return self.nearest_before(_MAX_WEEK + 1, 1)

    def after(self, week, day):
        """(week, day) of the next session by number, None behind the last."""
        return self._first_of(range((week - 1) * _MAX_DAY + day, _MAX_WEEK * _MAX_DAY))

    def nearest_before(self, week, day):
        """(week, day) of the session before, None at the first; the place itself may lack."""
        return self._first_of(range((week - 1) * _MAX_DAY + day - 2, -1, -1))

    def _first_of(self, places):
        for place in places:
            week = place // _MAX_DAY + 1
            day = place % _MAX_DAY + 1
            if self.has(week, day):
                return week, day
        return None

    def weeks(self):
        """The weeks that have a session, as a list in order."""
        return list(filter(self.days, range(1, _MAX_WEEK + 1)))

    def days(self, week):
        """The days of a week that have a session, as a list in order."""
        found = []
        for day in range(1, _MAX_DAY + 1):
            if self.has(week, day):
                found.append(day)
        return found


def scan(stream, stem, report=None, keep_about=False):
    """Reads and checks a whole plan file and gives its Plan.

    stem: the file's name without .plan. report: called as report(line, column,
    message) for every fault, and what could be read is given; without it the first
    fault raises PlanError. keep_about: hold the paragraph `about`, for people to read.
    """
    plan = Plan(stem)
    fault = ""  # of the whole file
    once = []  # keywords that may stand once only
    if stream.seek(0, 2) > _MAX_FILE:
        fault = "more than 32 KiB"
    else:
        fault = "expected a session"
        reader = Reader(stream)
        steps = Steps()
        while True:
            word = "week"  # a line that cannot be read may be meant as a session
            try:
                if not reader.next():
                    break
                word = reader.token
                if word:
                    _statement(reader, plan, steps, once, keep_about)
            except PlanError as error:
                if not report:
                    raise
                report(*error.args)
                if error.line == 1:
                    fault = ""  # one a line
            if word not in _HEADERS:
                fault = ""
    if fault:
        if not report:
            raise PlanError(1, 1, fault)
        report(1, 1, fault)
    return plan


def head(stream, stem):
    """The plan's title, from its first 20 lines; `stem` where they give none."""
    reader = Reader(stream)
    try:
        while reader.line < _HEAD_LINES and reader.next():
            if reader.token == "plan":
                reader.past()
                return _text(reader, _MAX_TITLE)
    except PlanError:
        pass  # such a plan tells its fault once it is opened
    return stem


def load_steps(stream, week=0, day=0, workout=None):
    """The Steps of a session, or of the workout with that label.

    KeyError if the file has none such, PlanError if its steps are wrong; faults of
    other lines are passed over.
    """
    reader = Reader(stream)
    found = False
    while not found:
        try:
            if not reader.next():
                raise KeyError(workout or (week, day))
            word = reader.token
            if word in _SESSIONS:
                reader.past()
                first, last, low, high, label = _place(reader, word)
                if word == "workout":
                    found = label == workout
                elif workout is None:
                    found = first <= week <= last and low <= day <= high
        except PlanError:
            pass
    return _steps(reader, None if workout else label)


def steps_from_text(text):
    """The Steps of a steps part alone (bytes, as in Steps.text); PlanError as in line 1."""
    reader = Reader()
    reader.take(text)
    return _steps(reader, None)


def _steps(reader, label):
    steps = Steps()
    first = reader.at
    steps.read(reader)
    steps.unroll(reader.text(first, reader.at).encode(), label)
    return steps


def _text(reader, most):
    # a title or a line of `about`: quotes mean nothing, # needs a blank before it
    norm = reader.norm
    at = reader.at
    while at < reader.n and (norm[at] != _HASH or norm[at - 1] != _BLANK):
        at += 1
    return reader.text(reader.at, at, most)


def _place(reader, word):
    # behind the keyword, up to the steps: the weeks and days, none for a workout; the label
    first, last, day, end = 1, 0, 1, 1
    if word != "workout":
        first, last = _range(reader, _MAX_WEEK)
        if reader.token == ",":
            reader.go()
        if reader.token == "x":
            reader.go()
            end = reader.number(_MAX_DAY)
        elif reader.token in _DAYS:
            reader.past()
            day, end = _range(reader, _MAX_DAY)
    label = reader.label(not last)
    if reader.token != ":":
        reader.fail("expected a colon")
    reader.go()
    return first, last, day, end, label


def _range(reader, most):
    # N ["-" N]
    first = last = reader.number(most)
    if reader.token == "-":
        reader.go()
        at = reader.at
        last = reader.number(most)
        if last < first:
            reader.fail("backwards", at)
    return first, last


def _statement(reader, plan, steps, once, keep_about):
    # a line that is not empty
    at = reader.at
    word = reader.token
    if word not in _SESSIONS and word not in _HEADERS:
        reader.fail("expected week or workout")
    reader.past()
    if word in ("plan", "rest", "ask"):
        if word in once:
            reader.fail(word + " twice", at)
        once.append(word)
    if word == "plan":
        plan.title = _text(reader, _MAX_TITLE)
    elif word == "about":
        text = _text(reader, _MAX_LINE)
        if keep_about:
            plan.about = plan.about + " " + text if plan.about else text
    elif word in _SESSIONS:
        if len(plan.workouts) == _MAX_WORKOUTS and word == "workout":
            reader.fail("more than 64 workouts", at)
        at = reader.at
        first, last, low, high, label = _place(reader, word)
        again = ""
        for week in range(first, last + 1):
            for day in range(low, high + 1):
                if plan.has(week, day, 1) and not again:
                    again = "week %d day %d" % (week, day)
        if not last:
            if label in plan.workouts:
                again = 'workout "%s"' % label
            else:
                plan.workouts.append(label)
        if again:
            reader.fail(again + " twice", at)
        steps.read(reader)
    else:
        if word == "rest":
            plan.rest = reader.number(_MAX_REST)
            reader.word(_DAYS)
        elif word == "ask":
            reader.word(("pain",))
            plan.ask_pain = True
        else:
            if len(plan.reminders) == _MAX_REMINDERS:
                reader.fail("more than 8 reminders", at)
            label = reader.label(True)
            reader.word(("every",))
            plan.reminders.append((label, reader.time(_MINUTE) * 1000))
        if reader.token:
            reader.fail("expected the end of the line")
