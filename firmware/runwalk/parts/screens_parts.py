"""What all screens are made of: faces, the kind word, signs, time, the words for the button.

`ScreenParts` knows the layout of each size (TALL 128x64, WIDE 128x32, TINY
72x40) and what is on the display, so that a second's change draws only the
digits that changed. Nothing here allocates once made.
"""

from micropython import const

from runwalk.parts import canvas as c

# signs, to be added up
BATTERY = const(1)
QUIET = const(2)
FAULT = const(4)

# layouts
TALL = const(0)  # 128x64
WIDE = const(1)  # 128x32
TINY = const(2)  # 72x40

OTHER = const(0)  # on the display: no screen that could be drawn on

SMALL_KINDS = (b"warm", b"run", b"walk", b"hike", b"rest", b"cool")

_KINDS = (b"WARM", b"RUN", b"WALK", b"HIKE", b"REST", b"COOL")
_RUN = const(1)
_MANY = const(0xFFFF)  # rounds of a `repeat`: not known


class ScreenParts:
    """Made once for a picture of 128x64, 128x32 or 72x40; other sizes: ValueError."""

    def __init__(self, frame, buffer, width, height):
        from runwalk.parts import font_medium, font_small

        self.canvas = c.Canvas(frame, buffer, width, height)
        self.small = c.Face(font_small)
        self.medium = c.Face(font_medium)
        self.least = c.digits_from(self.medium)
        if (width, height) == (72, 40):
            from runwalk.parts import font_digits24

            self.layout = TINY
            self.heavy = self.medium
            self.fine = c.digits_from(self.small)
            self.big = self.long = c.digits_of(font_digits24, 2)
        elif (width, height) in ((128, 64), (128, 32)):
            from runwalk.parts import font_kind

            self.heavy = c.Face(font_kind)
            if height == 64:
                from runwalk.parts import font_digits32, font_digits40

                self.layout = TALL
                self.big = c.digits_of(font_digits40, 3)
                self.long = c.digits_of(font_digits32, 2)
            else:
                from runwalk.parts import font_digits24

                self.layout = WIDE
                self.big = self.long = c.digits_of(font_digits24, 2)
        else:
            raise ValueError("no screens for %dx%d" % (width, height))
        self.line = c.Line(40)
        self._shown = bytearray(8)  # the time on the display, and where its digits stand
        self._count = 0
        self._digits = self.big
        self._x = 0
        self._page = 0
        self._screen = OTHER
        self._kind = self._round = self._rounds = self._next = self._next_s = self._signs = 0
        self._label = None

    # what is on the display

    def _same(self, screen, kind, label, round, rounds, next_kind, next_seconds, signs):
        """True if all but the time is on the display already; else notes it."""
        if (
            self._screen == screen
            and self._kind == kind
            and self._label == label
            and self._round == round
            and self._rounds == rounds
            and self._next == next_kind
            and self._next_s == next_seconds
            and self._signs == signs
        ):
            return True
        self._screen = screen
        self._kind = kind
        self._label = label
        self._round = round
        self._rounds = rounds
        self._next = next_kind
        self._next_s = next_seconds
        self._signs = signs
        return False

    def _moved(self, seconds):
        """Puts the time into the line; True if it is as long as the one shown."""
        self.line.clear()
        self.line.time(seconds)
        return self.line.n == self._count

    def _tick(self):
        """Draws the digits of the line that differ from those shown."""
        text = self.line.text
        digits = self._digits
        x = self._x
        changed = False
        for i in range(self._count):
            if text[i] != self._shown[i]:
                self._shown[i] = text[i]
                self.canvas.digit(x, self._page, digits, text[i])
                changed = True
            x += digits.advance(text[i])
        return changed

    # the parts of a screen

    def _time(self, seconds, digits, x, room, page):
        """A time in the middle of `room` pixels from x on."""
        self.line.clear()
        self.line.time(seconds)
        self._place(digits, x, room, page)

    def _time_right(self, seconds, end):
        """128x32: at the right edge, in smaller digits where large ones would touch `end`."""
        self.line.clear()
        self.line.time(seconds)
        digits = self.big
        w = digits.time_width(self.line.text, self.line.n)
        if self.canvas.width - w < end + 3:
            digits = self.least
            w = digits.time_width(self.line.text, self.line.n)
        self._place(digits, self.canvas.width - w, w, 0)

    def _place(self, digits, x, room, page):
        text = self.line.text
        n = self.line.n
        w = digits.time_width(text, n)
        if w > room:
            digits = self.least
            w = digits.time_width(text, n)
        self._count = n
        self._digits = digits
        self._x = x + (room - w) // 2
        self._page = page
        for i in range(n):
            self._shown[i] = 0
        self._tick()

    def _head(self, kind, x=0, y=0):
        """The kind word with its top left corner at x, y; returns where it ends."""
        v = self.canvas
        face = self.heavy
        if kind != _RUN:
            return v.text(x, y + 1, _KINDS[kind], face) - face.gap
        pad = 3 if self.layout == TINY else 6
        end = v.text(x + pad, y + 1, _KINDS[kind], face) - face.gap + pad
        v.invert(x, y, end - x, 14 if self.layout == TINY else 15)
        return end

    def _draw_signs(self, right, y, face, signs):
        """The signs that are set, the last one ending at `right`; returns where they begin."""
        line = self.line
        line.clear()
        if signs & BATTERY:
            line.char(c.BATTERY)
        if signs & FAULT:
            line.char(c.FAULT)
        if signs & QUIET:
            line.char(c.QUIET)
        return self.canvas.text_left(right, y, line.text, face, line.n)

    def _rounds_known(self):
        return self._rounds != 0 and self._rounds != _MANY

    def _round_line(self):
        """Round k of n; the number alone where n is not known."""
        line = self.line
        line.clear()
        if not self._round:
            return
        known = self._rounds_known()
        if not known:
            line.char(35)
        line.number(self._round)
        if known:
            line.char(47)
            line.number(self._rounds)

    def _next_line(self, with_time):
        line = self.line
        line.clear()
        line.char(c.NEXT)
        if with_time:
            line.char(32)
        if self._next < 0:
            line.add(b"end")
            return
        line.add(SMALL_KINDS[self._next])
        if with_time and self._next_s >= 0:
            line.char(32)
            line.time(self._next_s)

    def _keys(self, press, hold):
        """What press and hold do, in the bottom line, or in two where the picture is narrow."""
        v = self.canvas
        line = self.line
        y = v.height - (16 if self.layout == TINY else 8)
        line.clear()
        line.add(b"press: ")
        line.add(press)
        v.text_in(0, y, v.width, line.text, self.small, line.n)
        used = self.small.width(line.text, line.n)
        line.clear()
        line.add(b"hold: ")
        line.add(hold)
        if self.layout == TINY:
            v.text_in(0, y + 8, v.width, line.text, self.small, line.n)
        else:
            w = min(self.small.width(line.text, line.n), v.width - used - 4)
            v.text_in(v.width - w, y, w, line.text, self.small, line.n)
