"""The words of the plan language: a position in a line, and what may stand there.

Every method reads from `pos` on and leaves `pos` behind what it took, or raises
the PlanError of the first character that is wrong. How a fault is put into
words, and the hint that can be typed, are in plan_hints, which is imported at
the first fault only: a plan without one never spends the memory.
"""

from micropython import const

from runwalk.core.text import OTHER, Lines

KINDS = ("warm", "run", "walk", "hike", "rest", "cool")

DAY = const(86400)  # seconds
SHORTEST = const(3)  # seconds of a step
MAX_LABEL = const(24)  # characters

# seconds of a unit by its first letter: the largest first in a time
_UNITS = (
    ("h", "hr", "hrs", "hour", "hours"),
    ("m", "min", "mins", "minute", "minutes"),
    ("s", "sec", "secs", "second", "seconds"),
)
_SECONDS = (3600, 60, 1)
_ENOUGH = const(99999)  # larger numbers are as wrong as this one

_BLANK = const(32)
_QUOTE = const(34)
_HASH = const(35)
_COLON = const(58)
_X = const(120)


def hints():
    """The module plan_hints, imported at the first fault only."""
    from runwalk.core import plan_hints

    return plan_hints


def is_digit(code):
    return 48 <= code <= 57


def is_letter(code):
    return 97 <= code <= 122 or code == OTHER or code == 95


def unit(word):
    """0 for hours, 1 for minutes, 2 for seconds, -1 for any other word."""
    for i in range(3):
        if word in _UNITS[i]:
            return i
    return -1


class Reader(Lines):
    """Lines with a position in the line held."""

    def __init__(self, stream=None):
        super().__init__(stream)
        self.pos = 0

    def next(self):
        self.pos = 0
        return super().next()

    def wrong(self, expected, hint="", at=-1):
        """The usual fault: what was expected at index `at`, or here; what stands there is added."""
        if at < 0:
            at = self.pos
        message = "expected " + expected + ", found " + hints().found(self, at)
        self.fail(at, message + ": " + hint if hint else message)

    def peek(self, ahead=0):
        """The character at `pos` + `ahead`, 0 at the end of the line or a comment."""
        at = self.pos + ahead
        if at >= self.n:
            return 0
        code = self.norm[at]
        return 0 if code == _HASH else code

    def blanks(self):
        """Passes over blanks; the character after them, 0 at the end."""
        norm = self.norm
        at = self.pos
        while at < self.n and norm[at] == _BLANK:
            at += 1
        self.pos = at
        return self.peek()

    def take_sign(self, code):
        """True, and behind it, if the next thing but blanks is this character."""
        if self.blanks() != code:
            return False
        self.pos += 1
        return True

    def word(self):
        """The letters that stand here, small; "" if none do."""
        norm = self.norm
        at = self.pos
        while at < self.n and is_letter(norm[at]):
            at += 1
        word = str(norm[self.pos : at], "ascii")
        self.pos = at
        return word

    def look(self):
        """The word after blanks, without going behind it."""
        self.blanks()
        at = self.pos
        word = self.word()
        self.pos = at
        return word

    def gap(self, token):
        """After a word that began at `token`: no digit may touch it."""
        if is_digit(self.peek()):
            hints().glued(self, token)

    def digits(self):
        """The number that stands here (huge ones as _ENOUGH), -1 if none does."""
        value = -1
        code = self.peek()
        while is_digit(code):
            value = code - 48 if value < 0 else value * 10 + code - 48
            if value > _ENOUGH:
                value = _ENOUGH
            self.pos += 1
            code = self.peek()
        return value

    def number(self, name, low, high):
        """A number after blanks, from `low` to `high`; no letter but x may touch it."""
        self.blanks()
        at = self.pos
        value = self.digits()
        if value < 0:
            self.wrong(name + " from %d to %d" % (low, high))
        if value < low:
            self.wrong(name + " of at least %d" % low, "", at)
        if value > high:
            self.wrong(name + " of at most %d" % high, "", at)
        code = self.peek()
        if is_letter(code) and not (code == _X and not is_letter(self.peek(1))):
            hints().glued(self, at)
        return value

    def label(self):
        """The label that stands after blanks, None if none does."""
        if self.blanks() != _QUOTE:
            return None
        opened = self.pos
        norm = self.norm
        at = opened + 1
        while at < self.n and norm[at] != _QUOTE:
            at += 1
        if at == self.n:
            self.wrong('a closing "', 'the " at column %d is not closed' % (opened + 1), at)
        first, last = self.trimmed(opened + 1, at)
        if first == last:
            self.fail(at, 'expected the text of a label, found nothing: write "easy", say')
        if last - first > MAX_LABEL:
            self.fail(
                first + MAX_LABEL, "a label has at most 24 characters, found %d" % (last - first)
            )
        self.pos = at + 1
        return self.text(first, last)

    def trimmed(self, first, last):
        """The ends of what is between two indexes without the blanks around it."""
        norm = self.norm
        while first < last and norm[first] == _BLANK:
            first += 1
        while first < last and norm[last - 1] == _BLANK:
            last -= 1
        return first, last

    def time(self, what, low, high=DAY):
        """Seconds of a time after blanks, from `low` to `high`; `what` names it in a fault."""
        self.blanks()
        start = self.pos
        value = self.digits()
        if value < 0:
            hints().not_a_time(self, start)
        if self.peek() == _COLON:
            seconds = self._clock(start, value)
        else:
            seconds = self._units(start, value)
        if seconds < low or seconds > high:
            hints().out_of_range(self, start, seconds, what, low, high)
        return seconds

    def _clock(self, start, value):
        # 1:30 or 1:00:00, at the first colon; no blank, two digits, below 60
        for part in range(2):
            if self.peek() != _COLON:
                break
            for i in (1, 2):
                if not is_digit(self.peek(i)):
                    self.pos += i
                    hints().not_a_time(self, start)
            tens = self.peek(1) - 48
            if tens > 5:
                self.pos += 1
                hints().not_a_time(self, start)
            value = value * 60 + tens * 10 + self.peek(2) - 48
            self.pos += 3
        code = self.peek()
        if code == _COLON or code == 46 or is_digit(code) or is_letter(code):
            hints().not_a_time(self, start)
        return value

    def _units(self, start, value):
        # 1h30m and the like, behind the first number
        seconds = 0
        before = -1
        number = start
        while True:
            self.blanks()
            at = self.pos
            which = unit(self.word())
            if which < 0:
                self.pos = at
                hints().not_a_time(self, start)
            if which <= before:
                self.pos = number if before == 2 else at
                hints().not_a_time(self, start)
            if before >= 0 and value > 59:
                self.pos = number
                hints().not_a_time(self, start)
            seconds += value * _SECONDS[which]
            before = which
            self.blanks()
            number = self.pos
            value = self.digits()
            if value < 0:
                return seconds
            # the next part of the time, or the number of a group whose comma is missing
            if self.blanks() in (40, 42) or self.look() == "x":
                self.pos = number
                return seconds
