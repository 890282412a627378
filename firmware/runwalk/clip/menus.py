"""The menu and its lists: press = next entry, hold = take it, the last entry is Back.

Lists are opened at home, so they may allocate. A list of over twelve entries
shows ranges first, about as many as entries in one: so week 37 of 40 is eight
gestures away.
"""

from micropython import const

from runwalk import __version__
from runwalk.core.fold import fold
from runwalk.parts import shelf

_MOST = const(12)
_SESSION = const(0)  # what the list that is open is about, and the menu's entries
_WORKOUT = const(1)
_PLAN = const(2)
_QUIET = const(3)
_ABOUT = const(4)
_OFF = const(5)
_MENU = const(6)
_DAY = const(7)


class Menu:
    """The list that is open: `title`, `entries` (bytes), `index`, `marks` (1: done)."""

    def __init__(self, flow):
        self.flow = flow
        self._week = 0

    def show(self, title, entries, index):
        self.title = title
        self.entries = entries
        self.index = index
        self.marks = None
        self._chunk = 0  # entries a range; 0: no ranges are shown

    def open(self, at, index=0):
        quiet = b"Quiet: on" if self.flow.sound.quiet else b"Quiet: off"
        self._about = _MENU
        entries = [b"Session", b"Workout", b"Plan", quiet, b"About", b"Off", b"Back"]
        self.show(b"Menu", entries, index)
        self.flow.go_menu("menu", at)

    def press(self):
        self.index = (self.index + 1) % len(self.entries)

    def word(self):
        """The entry that is chosen, for the journal."""
        return self.entries[self.index].decode()

    def take(self, at):
        flow = self.flow
        choice = flow.choice
        index = self.index
        about = self._about
        if index == len(self.entries) - 1:
            if about == _MENU:
                flow.home(at)
            else:
                self.open(at)
        elif about == _MENU:
            self._take(index, at)
        elif self._chunk:
            start = index * self._chunk
            self._list(at, about, self._values[start : start + self._chunk], None)
        else:
            value = self._values[index]
            if about == _SESSION:
                self._week = value
                self._list(at, _DAY, choice.plan.days(value), choice.day)
            elif about == _DAY:
                choice.workout = None
                flow.put(choice.plan.stem, self._week, value)
                flow.home(at)
            elif about == _WORKOUT:
                choice.workout = value
                flow.home(at)
            elif flow.use(at, value):
                choice.workout = None
                flow.home(at)

    def _take(self, index, at):
        flow = self.flow
        choice = flow.choice
        plan = choice.plan
        if index == _SESSION:
            self._list(at, index, plan.weeks() if plan else (), choice.week)
        elif index == _WORKOUT:
            self._list(at, index, plan.workouts if plan else (), choice.workout)
        elif index == _PLAN:
            self._list(at, index, shelf.stems(), plan.stem if plan else None)
        elif index == _QUIET:
            flow.be_quiet(not flow.sound.quiet)
            self.open(at, index)
        elif index == _ABOUT:
            flow.message(at, b"runwalk", __version__.encode())
        else:
            flow.off(at)

    def _list(self, at, about, values, now):
        """Open the list of those values; `now` is the one that is the runner's now."""
        self._about = about
        self._values = values
        index = values.index(now) if now in values else 0
        count = len(values)
        chunk = 0
        marks = None
        if count > _MOST:
            while chunk * chunk < count:
                chunk += 1
            index //= chunk
            entries = [
                self._name(values[start])
                + b" - "
                + self._name(values[min(start + chunk, count) - 1]).replace(b"week ", b"")
                for start in range(0, count, chunk)
            ]
        else:
            entries = [self._name(value) for value in values]
            if about == _SESSION or about == _DAY:
                marks = [self._is_done(value) for value in values] + [0]
        entries.append(b"Back")
        self.show(self.entries[self.index], entries, index)  # its title is what was taken
        self.marks = marks
        self._chunk = chunk
        self.flow.go_menu("list", at)

    def _name(self, value):
        if self._about == _PLAN:
            return fold(shelf.title(value))
        if self._about == _WORKOUT:
            return fold(value)
        return (b"day %d" if self._about == _DAY else b"week %d") % value

    def _is_done(self, value):
        """1 for a day that was finished, and for a week of which each day was."""
        plan = self.flow.choice.plan
        course = self.flow.keeper.progress.course(plan.stem)
        if self._about == _DAY:
            return int(course.is_done(self._week, value))
        return int(all([course.is_done(value, day) for day in plan.days(value)]))
