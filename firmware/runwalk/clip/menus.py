"""The menu and its lists: press = next entry, hold = take it, the last entry is Back.

Lists are made when they are opened, at home, so they may allocate. A list of
over twelve entries shows ranges first; about as many ranges as entries in one,
so that week 37 of 40 is eight gestures away.
"""

from micropython import const

from runwalk.core.fold import fold
from runwalk.parts import shelf

_MOST = const(12)
_MAIN = (b"Session", b"Workout", b"Plan", b"Quiet", b"About", b"Off", b"Back")
_SESSION, _WORKOUT, _PLAN, _QUIET, _ABOUT, _OFF = range(6)


def _root(n):
    """The smallest whole number whose square is at least n."""
    root = 1
    while root * root < n:
        root += 1
    return root


class Menu:
    """The list that is open: `title`, `entries` (bytes), `index`, `marks` (done ones)."""

    def __init__(self, flow):
        self.flow = flow
        self.title = b""
        self.entries = _MAIN
        self.marks = None
        self.index = 0
        self._taker = None  # what is done with a value that was taken; None: the main menu
        self._values = ()
        self._back = None
        self._chunk = 0  # entries a range, 0: no ranges shown
        self._names = ()

    def open(self):
        self.title = b"Menu"
        self.entries = list(_MAIN)
        self.entries[_QUIET] = b"Quiet: on" if self.flow.settings.get("quiet") else b"Quiet: off"
        self.index = 0
        self.marks = None
        self._taker = None

    def press(self):
        self.index = (self.index + 1) % len(self.entries)

    def take(self, at):
        if self._taker is None:
            self._main(self.index, at)
        elif self.index == len(self.entries) - 1:
            self._back(at)
        elif self._chunk:
            start = self.index * self._chunk
            end = start + self._chunk
            values, names, taker = self._values, self._names, self._taker
            title, back = self.title, self._back
            self._show(at, title, values[start:end], names[start:end], taker, self._ranges(back))
        else:
            self._taker(self._values[self.index], at)

    def _ranges(self, back):
        values, names, taker, title = self._values, self._names, self._taker, self.title
        return lambda at: self._show(at, title, values, names, taker, back)

    def _show(self, at, title, values, names, taker, back, first=0):
        self.title = title
        self._values = values
        self._names = names
        self._taker = taker
        self._back = back
        self._chunk = 0
        self.index = first
        if len(names) > _MOST:
            self._chunk = chunk = _root(len(names))
            self.index = first // chunk
            self.entries = []
            for start in range(0, len(names), chunk):
                last = min(start + chunk, len(names)) - 1
                self.entries.append(names[start] + b" - " + names[last])
        else:
            self.entries = list(names)
        self.entries.append(b"Back")
        self.flow.menu_at("list", at)

    def _open_again(self, at):
        self.open()
        self.flow.menu_at("menu", at)

    def _main(self, index, at):
        flow = self.flow
        if index == _SESSION:
            self._weeks(at)
        elif index == _WORKOUT:
            labels = flow.choice.plan.workouts if flow.choice.plan else ()
            if not labels:
                flow.message(at, b"No workouts", b"in this plan")
                return
            names = [fold(label) for label in labels]
            self._show(at, b"Workout", labels, names, self._took_workout, self._open_again)
        elif index == _PLAN:
            stems = shelf.stems()
            names = [fold(shelf.title(stem)) for stem in stems]
            first = 0
            if flow.choice.plan and flow.choice.plan.stem in stems:
                first = stems.index(flow.choice.plan.stem)
            self._show(at, b"Plan", stems, names, self._took_plan, self._open_again, first)
        elif index == _QUIET:
            flow.set_quiet(not flow.settings.get("quiet"))
            self.open()
            self.index = _QUIET
            flow.menu_at("menu", at)
        elif index == _ABOUT:
            flow.about(at)
        elif index == _OFF:
            flow.off(at)
        else:
            flow.home(at)

    def _weeks(self, at):
        plan = self.flow.choice.plan
        weeks = list(plan.weeks()) if plan else []
        if not weeks:
            self.flow.message(at, b"No weeks", b"in this plan")
            return
        names = [b"week %d" % week for week in weeks]
        first = weeks.index(self.flow.choice.week)
        self._show(at, b"Session", weeks, names, self._took_week, self._open_again, first)

    def _took_week(self, week, at):
        days = list(self.flow.choice.plan.days(week))
        if len(days) == 1:
            self.flow.picked(at, week, days[0], None)
            return
        names = [b"day %d" % day for day in days]
        self._week = week
        first = days.index(self.flow.choice.day) if week == self.flow.choice.week else 0
        self._show(at, b"week %d" % week, days, names, self._took_day, self._weeks, first)

    def _took_day(self, day, at):
        self.flow.picked(at, self._week, day, None)

    def _took_workout(self, label, at):
        self.flow.picked(at, 0, 0, label)

    def _took_plan(self, stem, at):
        if self.flow.choose(at, stem):
            self.flow.home(at)
