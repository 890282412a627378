"""The plan language: what a plan file says, in a memory that does not grow with it.

`scan` reads a whole file and checks every line of it; `load_steps` unrolls one
session; `head` gives the title alone. All take a seekable binary stream, read it
line by line, and raise PlanError for the first fault (`scan` with `report` tells
all of them). Sessions are bits of one fixed bitmap; the first line of a duplicate
is found by reading the file once more.
"""

from micropython import const

from runwalk.core.plan_steps import (  # noqa: F401 (read here by everybody else)
    ENDLESS,
    LAST_ROUND,
    OPEN,
    Steps,
    read_steps,
)
from runwalk.core.plan_words import KINDS, Reader, hints  # noqa: F401
from runwalk.core.text import MAX_FILE, PlanError

RUN = const(1)  # in KINDS

_MAX_WEEK = const(99)
_MAX_DAY = const(14)
_MAX_REST = const(14)
_MAX_TITLE = const(48)
_MAX_WORKOUTS = const(64)
_MAX_REMINDERS = const(8)
_MINUTE = const(60)
_HEAD_LINES = const(20)
_KEYWORDS = ("week", "weeks", "workout", "plan", "about", "rest", "ask", "remind")

_BLANK = const(32)
_HASH = const(35)
_COMMA = const(44)
_DASH = const(45)
_COLON = const(58)
_X = const(120)


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

    def has(self, week, day):
        if not (1 <= week <= _MAX_WEEK and 1 <= day <= _MAX_DAY):
            return False
        bit = (week - 1) * _MAX_DAY + day - 1
        return bool(self._days[bit >> 3] & 1 << (bit & 7))

    def add(self, week, day):
        bit = (week - 1) * _MAX_DAY + day - 1
        self._days[bit >> 3] |= 1 << (bit & 7)

    def first(self):
        """(week, day) of the lowest session, None in a plan of workouts alone."""
        return self.after(0, _MAX_DAY)

    def last(self):
        """(week, day) of the highest session, None in a plan of workouts alone."""
        return self.nearest_before(_MAX_WEEK + 1, 1)

    def after(self, week, day):
        """(week, day) of the next session by number, None behind the last."""
        bit = max(0, (week - 1) * _MAX_DAY + day)
        while bit < _MAX_WEEK * _MAX_DAY:
            if self._days[bit >> 3] & 1 << (bit & 7):
                return bit // _MAX_DAY + 1, bit % _MAX_DAY + 1
            bit += 1
        return None

    def nearest_before(self, week, day):
        """(week, day) of the session before, None at the first; the place itself may lack."""
        bit = min(_MAX_WEEK * _MAX_DAY, (week - 1) * _MAX_DAY + day - 1) - 1
        while bit >= 0:
            if self._days[bit >> 3] & 1 << (bit & 7):
                return bit // _MAX_DAY + 1, bit % _MAX_DAY + 1
            bit -= 1
        return None

    def weeks(self):
        """The weeks that have a session, as a list in order."""
        return [week for week in range(1, _MAX_WEEK + 1) if self.days(week)]

    def days(self, week):
        """The days of a week that have a session, as a list in order."""
        return [day for day in range(1, _MAX_DAY + 1) if self.has(week, day)]


def scan(stream, stem, report=None, keep_about=False):
    """Reads and checks a whole plan file and gives its Plan.

    stem: the file's name without .plan. report: called as report(line, column,
    message) for every fault, and what could be read is given; without it the first
    fault raises PlanError. keep_about: hold the paragraph `about`, for people to read.
    """
    return _Scan(stream, stem, report, keep_about).plan


def head(stream, stem):
    """The plan's title, from its first 20 lines; `stem` where they give none."""
    reader = Reader(stream)
    reader.restart()
    try:
        while reader.line < _HEAD_LINES and reader.next():
            if _first_word(reader) == "plan":
                first, last = _read_text(reader, "plan")
                _check_title(reader, first, last)
                return reader.text(first, last)
    except PlanError:
        pass  # such a plan tells its fault once it is opened
    return stem


def load_steps(stream, week=0, day=0, workout=None):
    """The Steps of a session, or of the workout with that label.

    KeyError if the file has none such, PlanError if its steps are wrong; faults of
    other lines are passed over.
    """
    reader = Reader(stream)
    place = _go_to(reader, week, day, workout)
    if place is None:
        raise KeyError((week, day) if workout is None else workout)
    return _unrolled(reader, place.label if workout is None else None)


def steps_from_text(text):
    """The Steps of a steps part alone (bytes, as in Steps.text); PlanError as in line 1."""
    reader = Reader()
    reader.take(text)
    return _unrolled(reader, None)


def _unrolled(reader, label):
    first = reader.pos
    tree, count = read_steps(reader)
    first, last = reader.trimmed(first, reader.pos)
    return Steps(tree, count, reader.raw(first, last), label)


class _Place:
    """What stands before the colon of a session: its weeks, days and label, or a workout's."""

    def __init__(self, at):
        self.at = at  # index of the first character that may name something twice
        self.week = self.last_week = self.day = self.last_day = 0
        self.label = None


def _go_to(reader, week, day, workout):
    # the place of the first line that holds that session, or workout; None if none does
    reader.restart()
    while True:
        try:
            if not reader.next():
                return None
            word = _first_word(reader)
            if workout is not None:
                if word == "workout":
                    place = _read_workout(reader)
                    if place.label == workout:
                        return place
            elif word in ("week", "weeks"):
                place = _read_session(reader)
                if place.week <= week <= place.last_week and place.day <= day <= place.last_day:
                    return place
        except PlanError:
            pass


def _first_word(reader):
    # the keyword of the line, "" if it is empty
    reader.blanks()
    at = reader.pos
    word = reader.word()
    reader.gap(at)
    return word


def _read_text(reader, what):
    # (first, last) of a title or a line of `about`: quotes mean nothing, # needs a blank
    norm = reader.norm
    at = reader.pos
    reader.blanks()
    while at < reader.n and not (norm[at] == _HASH and norm[at - 1] == _BLANK):
        at += 1
    first, last = reader.trimmed(reader.pos, at)
    if first >= last:
        reader.wrong("a text after " + what, "write " + what + " My weeks")
    return first, last


def _check_title(reader, first, last):
    if last - first > _MAX_TITLE:
        reader.fail(
            first + _MAX_TITLE, "a title has at most 48 characters, found %d" % (last - first)
        )


def _read_range(reader, name, high):
    # N ["-" N]
    first = reader.number(name, 1, high)
    if not reader.take_sign(_DASH):
        return first, first
    reader.blanks()
    at = reader.pos
    last = reader.number(name, 1, high)
    if last < first:
        reader.fail(at, "this is the range backwards: write %d-%d" % (last, first))
    return first, last


def _read_session(reader):
    # behind the word week, up to the colon
    reader.blanks()
    place = _Place(reader.pos)
    place.week, place.last_week = _read_range(reader, "a week", _MAX_WEEK)
    place.day = place.last_day = 1
    reader.take_sign(_COMMA)
    word = reader.look()
    if word == "x":
        reader.word()
        place.last_day = reader.number("a number of days", 1, _MAX_DAY)
    elif word in ("day", "days"):
        at = reader.pos
        reader.word()
        reader.gap(at)
        place.day, place.last_day = _read_range(reader, "a day", _MAX_DAY)
    place.label = reader.label()
    _read_colon(reader)
    return place


def _read_workout(reader):
    # behind the word workout, up to the colon
    reader.blanks()
    place = _Place(reader.pos)
    place.label = _read_label(reader, 'write workout "Trail": run 5m')
    _read_colon(reader)
    return place


def _read_label(reader, hint):
    label = reader.label()
    if label is None:
        reader.wrong("a label in quotes", hint)
    return label


def _read_colon(reader):
    if not reader.take_sign(_COLON):
        hints().no_colon(reader)


def _read_end(reader):
    if reader.blanks():
        reader.wrong("the end of the line")


class _Scan:
    """One reading of a file from its first line to its last."""

    def __init__(self, stream, stem, report, keep_about):
        self.plan = Plan(stem)
        self.reader = Reader(stream)
        self.report = report
        self.keep_about = keep_about
        self.once = {}  # keyword that stands once at most -> its line
        self.lines = {}  # session or workout -> its line; with `report` (on a host) only
        self.hopeful = False  # a line was meant as a session or workout
        self.faulty_first = False
        size = stream.seek(0, 2)
        if size > MAX_FILE:
            self.fault(PlanError(1, 1, "a plan has at most 32 KiB, found %d bytes" % size))
            return
        self.reader.restart()
        while self.line():
            pass
        if not self.hopeful and not self.faulty_first:
            self.fault(PlanError(1, 1, "a plan has at least one session: write week 1: run 5m"))

    def fault(self, error):
        if not self.report:
            raise error
        self.report(error.line, error.column, error.message)
        if error.line == 1:
            self.faulty_first = True

    def line(self):
        """Reads one line; False at the end of the file."""
        reader = self.reader
        try:
            try:
                if not reader.next():
                    return False
            except PlanError:
                self.hopeful = True
                raise
            if reader.blanks():
                self.statement()
        except PlanError as error:
            self.fault(error)
        return True

    def statement(self):
        reader = self.reader
        plan = self.plan
        at = reader.pos
        word = reader.word()
        if word in ("week", "weeks", "workout") or word not in _KEYWORDS:
            self.hopeful = True
            if word not in _KEYWORDS:
                hints().not_a_statement(reader, at)
        reader.gap(at)
        if word in ("plan", "rest", "ask"):
            self.only_once(word, at)
        if word == "plan":
            first, last = _read_text(reader, word)
            _check_title(reader, first, last)
            plan.title = reader.text(first, last)
        elif word == "about":
            first, last = _read_text(reader, word)
            if self.keep_about:
                text = reader.text(first, last)
                plan.about = plan.about + " " + text if plan.about else text
        elif word == "remind":
            self.remind(at)
        elif word == "workout":
            self.workout(at)
        elif word == "rest":
            days = reader.number("a number of days", 1, _MAX_REST)
            if reader.look() not in ("day", "days"):
                reader.wrong("day or days", "write rest %d day" % days)
            at = reader.pos
            reader.word()
            reader.gap(at)
            _read_end(reader)
            plan.rest = days
        elif word == "ask":
            if reader.look() != "pain":
                reader.wrong("pain", "write ask pain")
            at = reader.pos
            reader.word()
            reader.gap(at)
            _read_end(reader)
            plan.ask_pain = True
        else:
            self.session()

    def only_once(self, word, at):
        number = self.reader.line
        if word in self.once:
            self.twice(at, "ask pain" if word == "ask" else word, self.once[word], number)
        self.once[word] = number

    def twice(self, at, what, first, number):
        message = "%s stands on line %d and again on line %d: take one away"
        raise PlanError(number, at + 1, message % (what, first, number))

    def remind(self, at):
        reader = self.reader
        hint = 'write remind "drink" every 20m'
        if len(self.plan.reminders) == _MAX_REMINDERS:
            reader.fail(at, "a plan has at most 8 reminders: take this one away")
        label = _read_label(reader, hint)
        if reader.look() != "every":
            reader.wrong("every", hint)
        at = reader.pos
        reader.word()
        reader.gap(at)
        seconds = reader.time("a reminder", _MINUTE)
        _read_end(reader)
        self.plan.reminders.append((label, seconds * 1000))

    def workout(self, at):
        reader = self.reader
        plan = self.plan
        if len(plan.workouts) == _MAX_WORKOUTS:
            reader.fail(at, "a plan has at most 64 workouts: take this one to another file")
        place = _read_workout(reader)
        if place.label in plan.workouts:
            number = reader.line
            first = self.first_line(place.label, 0, 0, place.label)
            self.twice(place.at, 'workout "%s"' % place.label, first, number)
        plan.workouts.append(place.label)
        if self.report:
            self.lines[place.label] = reader.line
        read_steps(reader)

    def session(self):
        reader = self.reader
        plan = self.plan
        place = _read_session(reader)
        again = None
        for week in range(place.week, place.last_week + 1):
            for day in range(place.day, place.last_day + 1):
                if not plan.has(week, day):
                    plan.add(week, day)
                    if self.report:
                        self.lines[week, day] = reader.line
                elif not again:
                    again = week, day
        if again:
            number = reader.line
            first = self.first_line(again, again[0], again[1], None)
            self.twice(place.at, "week %d day %d" % again, first, number)
        read_steps(reader)

    def first_line(self, key, week, day, workout):
        # the line that had it first: on a clip the file is read once more for it
        if self.report:
            return self.lines[key]
        _go_to(self.reader, week, day, workout)
        return self.reader.line
