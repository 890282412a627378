"""All screens of the clip, at 128x64, 128x32 and 72x40.

Those of a running session say, to somebody who looks for half a second in the dark: which
kind, how long still. Run alone is a lit bar with dark letters, every walking kind is lit
letters on dark, so that the two differ without reading; nothing else is lit without need
(current, burn-in). They allocate nothing, and where only the seconds moved on since the
last call, only the digits that changed are drawn. The others are drawn whole at every call
and may allocate: no session runs under them.

Kinds are numbers (core/plan.py), times whole seconds, texts bytes folded to ASCII or None;
what does not fit is shortened to `..`. Every call returns True if a pixel may have changed.
"""

from micropython import const

from runwalk.parts.canvas import Canvas, Face

# what is on the display, with the signs and kinds on it in the bits above
_OTHER = const(0)  # nothing that could be drawn on
_BLANK = const(1)
_STEP = const(2)
_OPEN = const(3)
_COUNTIN = const(4)
_PAUSED = const(5)
_END = const(6)

_KINDS = (b"WARM", b"RUN", b"WALK", b"HIKE", b"REST", b"COOL")
_SMALL_KINDS = (b"warm", b"run", b"walk", b"hike", b"rest", b"cool", b"end")
_RUN = const(1)
_WALK = const(2)
_MANY = const(0xFFFF)  # rounds of a `repeat`: not known
# 1 battery, 2 quiet, 4 fault, added up
_SIGNS = (
    b"", b"\x80", b"\x81", b"\x80\x81", b"\x82", b"\x80\x82", b"\x81\x82", b"\x80\x81\x82",
)  # fmt: skip


class Screens(Canvas):
    """One for the life of the clip; other sizes than the three: ValueError."""

    def __init__(self, frame, buffer, width, height):
        super().__init__(frame, buffer, width, height)
        if (width, height) not in ((128, 64), (128, 32), (72, 40)):
            raise ValueError("no screens for %dx%d" % (width, height))
        self.tall = height == 64
        self.tiny = width == 72
        self.heavy = self.large
        if not self.tiny:
            from runwalk.parts.font_kind import FACE

            self.heavy = Face(FACE)
        if self.tall:
            from runwalk.parts.font_digits32 import FACE
        else:
            from runwalk.parts.font_digits24 import FACE
        self.big = Face(FACE)
        self._screen = _OTHER
        self._label = None
        self._round = self._rounds = self._next = 0
        self._shown = bytearray(8)  # the time on the display, and where its digits stand
        self._count = self._x = self._y = self._right = 0
        self._face = self.big

    # a session's screens

    def blank(self):
        """A dark picture."""
        if self._screen == _BLANK:
            return False
        return self._begin(_BLANK)

    def step(self, kind, label, seconds, round, rounds, next_kind, next_seconds, signs):
        """A timed step: `seconds` still to go, rounded up by the caller.

        round 0 is none; rounds 0 or 0xFFFF is a number not known; next_kind -1 is the
        session's end, next_seconds -1 an open step.
        """
        return self._step(
            _STEP, kind, label, seconds, round, rounds, next_kind, next_seconds, signs
        )

    def open(self, kind, label, seconds, round, rounds, next_kind, next_seconds, signs):
        """An open step: `seconds` done, counts up, and says that a press goes on."""
        return self._step(
            _OPEN, kind, label, seconds, round, rounds, next_kind, next_seconds, signs
        )

    def countin(self, n, kind, label):
        """3, 2, 1 before a session, with the kind it starts with."""
        return self._step(_COUNTIN, kind, label, n, 0, 0, -1, -1, 0)

    def paused(self, kind, seconds_done, signs):
        """The session stands still; `seconds_done` is what was done of it."""
        key = _PAUSED | signs << 3 | kind << 6
        return self._halt(key, b"Paused", _SMALL_KINDS[kind], seconds_done, signs)

    def end(self, active_seconds):
        """The question whether to end the session."""
        return self._halt(_END, b"End?", None, active_seconds, 0)

    # the others

    def splash(self, version):
        """The name in the two looks of a session, and how to get to the USB mode."""
        self._begin()
        x = self._kind(_RUN, 0) + 4
        self._kind(_WALK, 16)
        self.text(x, 0, self.width - x, version, 2)
        return self._bottom(b"hold 2 s: USB", 1)

    def home(self, title, line1, line2, signs):
        """The plan's title, the session that a press starts, and a line about it."""
        self._begin()
        self.text(0, 0, self._signs(0, self.width, signs), title)
        self._best(0, 16 if self.tall else 8, self.width, line1)
        if self.tall:
            self._wrap(36, 56, line2)
            self._keys(b"start", b"menu")
        else:
            self.text(0, 24, self.width, line2)
            if self.tiny:
                self._bottom(b"press: start", 1)
        return True

    def list(self, title, entries, index, marks=None):
        """Entries with the one at `index` chosen (-1: none yet); `marks`: which are done."""
        self._begin()
        right = self.width
        if index >= 0:
            self.number(index + 1)
            self.add(b"/")
            self.number(len(entries))
            right -= self.put(0, 0, right, 2) + 4
        self.text(0, 0, right, title)
        i = max(index, 0)
        y = row = 10 if self.tall else 8
        if self.height > 32:
            i -= 1
        bottom = self.height
        if self.tall:
            self._keys(b"next", b"take")
            bottom -= 10
        while i < len(entries) and y + 8 <= bottom:
            here = i == index
            room = self.width - 12
            if i >= 0:
                if marks and marks[i]:
                    room -= self.text(12, y + 4 * here, room, b"\x83", 2) + 2
                if here:
                    self.text(0, y, 12, b"\x84", 0, self.large)
                    self._best(12, y, room, entries[i])
                    y += 8
                else:
                    self.text(12, y, room, entries[i])
            y += row
            i += 1
        return True

    def question(self, line1, line2, press_word, hold_word, signs):
        """A question; the bottom says what a press and what a hold answers."""
        self._begin()
        bottom = self.height - (16 if self.tiny else 8)
        if self.tall:
            bottom -= 8  # the small displays have no room for signs here
            self._signs(bottom, self.width, signs)
        self._block((line1, line2), bottom)
        return self._keys(press_word, hold_word)

    def message(self, line1, line2=None, line3=None):
        """Up to three lines, wrapped."""
        self._begin()
        return self._block((line1, line2, line3), self.height)

    def summary(self, title, active_s, run_s, walk_s, lines):
        """After a session: all of its active time, run and walk apart, and a line of text."""
        self._tick(_OTHER, active_s, False, self.small if self.tiny else self.big)
        self._best(0, 0, self._right, title)
        if lines and not self.tiny:
            self.text(0, 16, self._right, lines[0])
        self.add(b"run ")
        self.time(run_s)
        self._bottom(b"", 0)
        self.add(b"walk ")
        self.time(walk_s)
        return self._bottom(b"", 1)

    # what they are made of

    def _begin(self, screen=_OTHER):
        self._screen = screen
        self.frame.fill(0)
        return True

    def _tick(self, screen, seconds, same, face):
        """Draws the digits that changed, if `same` and all else is on the display already.

        Returns whether there were any. Else clears the picture, draws the time, and returns
        None: the rest is to be drawn.
        """
        if screen & 7 == _COUNTIN:
            self.number(seconds)
        else:
            self.time(seconds)
        line = self.line
        shown = self._shown
        n = self.n
        if same and screen == self._screen and n == self._count:
            self.n = 0
            face = self._face
            changed = False
            for i in range(n):
                if line[i] != shown[i]:
                    shown[i] = line[i]
                    x = self._x + face.width(line, i) + face.gap
                    face.draw(self.frame, x, self._y, line[i], -1)
                    changed = True
            return changed
        self._begin(screen)
        if n > 5 and face is self.big and not self.tall:
            face = self.large
        self._face = face
        self._count = n
        for i in range(n):
            shown[i] = line[i]
        x = self.width - face.width(line, n)
        self._right = self.width
        if self.tall:
            x //= 2
            self._y = 24
        elif self.tiny:
            x = 0
            self._y = 16 if face is self.small else 17  # clear of the lit bar, or of the row below
        else:
            self._right = x - 4
            self._y = 0
        self._x = x
        self.put(x, self._y, self.width, 0, face)
        return None

    def _step(self, screen, kind, label, seconds, round, rounds, next_kind, next_seconds, signs):
        same = (
            label == self._label
            and round == self._round
            and rounds == self._rounds
            and next_seconds == self._next
        )
        self._label = label
        self._round = round
        self._rounds = rounds
        self._next = next_seconds
        tiny = self.tiny
        face = self.large if tiny and screen == _OPEN else self.big
        key = screen | signs << 3 | kind << 6 | next_kind + 1 << 9
        changed = self._tick(key, seconds, same, face)
        if changed is not None:
            return changed
        width = self.width
        end = self._kind(kind, 0) + 2
        right = self._right
        x = 0
        y = 16
        if tiny:
            x = end
            y = 0
        # beside ten hours the smallest display has no room for it, nor the flat one with signs
        if round and (self.tall or self._count < 8 or not (tiny or signs)):
            known = 0 < rounds < _MANY
            if not known:
                self.add(b"#")
            self.number(round)
            if tiny:
                # from top to bottom, beside the digits
                self.put(57, 16, 15, 2)
                if known:
                    self.text(57, 24, 15, b"of", 2)
                    self.number(rounds)
                    self.put(57, 32, 15, 2)
            else:
                if known:
                    self.add(b"/")
                    self.number(rounds)
                if self.tall:
                    self.put(end, 1, width - end, 2, self.large if self.n < 7 else self.small)
                else:
                    x = self.put(0, 16, right) + 4
        right = self._signs(y, right, signs)
        self.text(x, y, right - x, label)
        if screen == _COUNTIN:
            self.add(b"ready")
        else:
            self.add(b"\x85 ")
            self.add(_SMALL_KINDS[next_kind])
            if next_kind >= 0 and next_seconds >= 0 and not tiny:
                self.add(b" ")
                self.time(next_seconds)
        self.put(x, 8 if tiny else self.height - 8, width - x, 2)
        if screen == _OPEN:
            self.text(0, self.height - 8, width, b"press: go on")
        return True

    def _halt(self, screen, word, about, seconds, signs):
        changed = self._tick(screen, seconds, True, self.small if self.tiny else self.big)
        if changed is not None:
            return changed
        self.text(0, 0, self.width, word, 0, self.large)
        if not self.tiny:
            self.text(0, 16, self.width, about)
        self._signs(16, self._right, signs)
        return self._keys(b"go on", b"end")

    def _kind(self, kind, y):
        """The kind word at the left; returns where it ends."""
        x = 0
        if kind == _RUN:
            x = 4 if self.tiny else 6
        x += self.text(x, y + 1, self.width, _KINDS[kind], 0, self.heavy) + x
        if kind == _RUN:
            for i in range(x):
                self.buffer[i] ^= 0xFF
                self.buffer[self.width + i] ^= 0xFF if self.tiny else 0x7F
        return x

    def _signs(self, y, right, signs):
        """The signs that are set, up to `right`; returns where they begin."""
        return right - self.text(0, y, right, _SIGNS[signs], 2) - 3 if signs else right

    def _bottom(self, text, right):
        """The line and the text in the bottom line: at its left, or with `right` 1 at its right;
        on the narrow display in the last line but one, or in the last."""
        self.add(text)
        y = self.height - (16 if self.tiny and not right else 8)
        self.put(0, y, self.width, 0 if self.tiny else 2 * right)
        return True

    def _keys(self, press, hold):
        """What press and hold do."""
        self.add(b"press: ")
        self._bottom(press, 0)
        self.add(b"hold: ")
        return self._bottom(hold, 1)

    def _best(self, x, y, room, text):
        """Text in large letters, or in small ones where only those show more of it."""
        self.add(text)
        if self.large.width(self.line, self.n) <= room:
            self.put(x, y, room, 0, self.large)
        else:
            self.put(x, y + 4, room)

    def _wrap(self, y, bottom, text):
        """Text wrapped at blanks; the last row above `bottom` has all the rest. Returns y."""
        small = self.small
        while text and y + 8 <= bottom:
            n = len(text)
            while y + 16 <= bottom and small.width(text, n) > self.width:
                blank = text.rfind(b" ", 0, n)
                if blank < 0:
                    break
                n = blank
            self.text(0, y, self.width, text[:n])
            text = text[n:].strip()
            y += 9 if self.tall else 8
        return y

    def _block(self, texts, bottom):
        """Texts one under another, the first one large if it fits so into one row."""
        y = 0
        for text in texts:
            if y == 0 and self.large.width(text, len(text)) <= self.width:
                self.text(0, 0, self.width, text, 0, self.large)
                y = 18 if self.tall else 16
            else:
                y = self._wrap(y, bottom, text)
        return True
