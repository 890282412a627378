"""The screens of a running session: step, open step, count-in, paused, End?.

They say, to somebody who looks for half a second in the dark: which kind, how
long still. Run alone is a lit bar with dark letters, every walking kind is lit
letters on dark, so that the two differ without reading; nothing else is lit
without need (current, burn-in). Nothing here allocates, and where only the
seconds moved on since the last call, only the digits that changed are drawn.
Kinds are numbers (core/plan.py), times whole seconds, labels folded bytes or
None. Every call returns True if a pixel may have changed.
"""

from micropython import const

from runwalk.parts.screens_parts import (
    BATTERY,
    FAULT,
    QUIET,
    SMALL_KINDS,
    TALL,
    TINY,
    WIDE,
    ScreenParts,
)

# what is on the display, beside OTHER (0)
_BLANK = const(1)
_STEP = const(2)
_OPEN = const(3)
_COUNTIN = const(4)
_PAUSED = const(5)
_END = const(6)

_PAUSE_SIGN = b"\x86"
_STARTS = b"starts in"


class SessionScreens(ScreenParts):
    """Each call draws its screen whole, or what changed of it."""

    def blank(self):
        """A dark picture."""
        if self._screen == _BLANK:
            return False
        self._screen = _BLANK
        self.canvas.clear()
        return True

    def step(self, kind, label, seconds, round, rounds, next_kind, next_seconds, signs):
        """A timed step: `seconds` still to go, rounded up by the caller.

        round 0 is none; rounds 0 or 0xFFFF is a number not known; next_kind -1 is the
        session's end, next_seconds -1 an open step.
        """
        same = self._same(_STEP, kind, label, round, rounds, next_kind, next_seconds, signs)
        if same and self._moved(seconds):
            return self._tick()
        self._draw_step(seconds, False)
        return True

    def open(self, kind, label, seconds, round, rounds, next_kind, next_seconds, signs):
        """An open step: `seconds` done, counts up, and says that a press goes on."""
        same = self._same(_OPEN, kind, label, round, rounds, next_kind, next_seconds, signs)
        if same and self._moved(seconds):
            return self._tick()
        self._draw_step(seconds, True)
        return True

    def countin(self, n, kind, label):
        """3, 2, 1 before a session, with the kind it starts with."""
        same = self._same(_COUNTIN, kind, label, 0, 0, 0, 0, 0)
        self.line.clear()
        self.line.number(n)
        if same and self.line.n == self._count:
            return self._tick()
        v = self.canvas
        v.clear()
        x = self._head(kind)
        if self.layout == TALL:
            v.text_left(v.width, 4, _STARTS, self.small)
            if label:
                v.text_centred(0, 56, v.width, label, self.small)
            self._place(self.big, 0, v.width, 2)
        elif self.layout == WIDE:
            v.text(0, 16, _STARTS, self.small)
            if label:
                v.text_in(0, 24, v.width, label, self.small)
            self._place(self.big, 96, 32, 0)
        else:
            v.text(x + 3, 0, b"in", self.small)
            if label:
                v.text_in(x + 3, 8, v.width - x - 3, label, self.small)
            self._place(self.big, 0, v.width, 2)
        return True

    def paused(self, kind, seconds_done, signs):
        """The session stands still; `seconds_done` is what was done of it."""
        if self._same(_PAUSED, kind, None, 0, 0, 0, 0, signs) and self._moved(seconds_done):
            return self._tick()
        v = self.canvas
        small = self.small
        v.clear()
        x = 0
        if self.layout != TINY or seconds_done < 36000:
            x = v.text(0, 0 if self.layout == TINY else 1, _PAUSE_SIGN, self.medium)
        if self.layout == TALL:
            v.text(x + 4, 1, b"PAUSED", self.heavy)
            self._draw_signs(v.width, 4, small, signs)
            v.text(0, 16, SMALL_KINDS[kind], small)
            v.text_left(v.width, 16, b"done", small)
            self._time(seconds_done, self.long, 0, v.width, 3)
        elif self.layout == WIDE:
            v.text(x + 3, 4, b"paused", small)
            v.text(0, 16, SMALL_KINDS[kind], small)
            self._draw_signs(52, 16, small, signs)
            self._time_right(seconds_done, 48)
        else:
            v.text(0, 16, b"paused", small)
            self._draw_signs(v.width, 16, small, signs)
            self._time(seconds_done, self.least, x, v.width - x, 0)
        self._keys(b"go on", b"end")
        return True

    def end(self, active_seconds):
        """The question whether to end the session."""
        if self._same(_END, 0, None, 0, 0, 0, 0, 0) and self._moved(active_seconds):
            return self._tick()
        v = self.canvas
        v.clear()
        v.text(0, 1, b"End?", self.medium)
        if self.layout == TALL:
            v.text_left(v.width, 16, b"done", self.small)
            self._time(active_seconds, self.long, 0, v.width, 3)
        elif self.layout == WIDE:
            self._time_right(active_seconds, 48)
        else:
            self._time(active_seconds, self.fine, 36, v.width - 36, 1)
        self._keys(b"go on", b"end")
        return True

    # a step, size by size

    def _draw_step(self, seconds, open):
        self.canvas.clear()
        end = self._head(self._kind)
        if self.layout == TALL:
            self._step_tall(seconds, open, end)
        elif self.layout == WIDE:
            self._step_wide(seconds, open, end)
        else:
            self._step_tiny(seconds, open, end)

    def _step_tall(self, seconds, open, end):
        v = self.canvas
        small = self.small
        line = self.line
        self._round_line()
        face = self.medium
        y = 1
        room = v.width - end - 6
        if face.width(line.text, line.n) + (34 if self._signs else 0) > room:
            face = small
            y = 4
        left = v.text_left(v.width, y, line.text, face, line.n) - 6
        # three medium signs are 42 wide
        if left - end < 48:
            self._draw_signs(left, 4, small, self._signs)
        else:
            self._draw_signs(left, 1, self.medium, self._signs)
        if self._label:
            v.text_in(0, 16, v.width, self._label, small)
        if self._label or seconds >= 3600:
            self._time(seconds, self.long, 0, v.width, 3)
        else:
            self._time(seconds, self.big, 0, v.width, 2)
        self._next_line(True)
        if open:
            v.text_left(v.width, 56, line.text, small, line.n)
            v.text(0, 56, b"press: go on", small)
        else:
            v.text(0, 56, line.text, small, line.n)

    def _step_wide(self, seconds, open, end):
        v = self.canvas
        small = self.small
        line = self.line
        self._time_right(seconds, end)
        right = self._x - 4
        if self._digits is self.least:
            right = v.width  # sixteen rows high: the third row of pages is free
        if self._signs:
            right = self._draw_signs(right, 16, small, self._signs) - 4
        self._round_line()
        if small.width(line.text, line.n) > right:
            line.n = 0
            line.char(35)
            line.number(self._round)
        x = v.text(0, 16, line.text, small, line.n)
        if line.n:
            x += 4
        self._next_line(True)
        left = v.text_left(v.width, 24, line.text, small, line.n) - 6
        if open:
            v.text(0, 24, b"press: go on", small)
            if self._label:
                v.text_in(x, 16, right - x, self._label, small)
        elif self._label:
            v.text_in(0, 24, left, self._label, small)

    def _step_tiny(self, seconds, open, end):
        v = self.canvas
        small = self.small
        line = self.line
        end += 3
        right = below = v.width
        signs = self._signs
        if signs == BATTERY | QUIET | FAULT and end > 44:
            # too many for one row beside a long word
            below = self._draw_signs(right, 8, small, QUIET) - 2
            signs = BATTERY | FAULT
        if signs:
            right = self._draw_signs(right, 0, small, signs) - 2
        if self._label:
            v.text_in(end, 0, right - end, self._label, small)
        self._next_line(False)
        if small.width(line.text, line.n) <= below - end:
            v.text(end, 8, line.text, small, line.n)
        if open:
            v.text(0, 32, b"press: go on", small)
        line.clear()
        line.time(seconds)
        hours = seconds >= 3600
        digits = self.least if open or hours else self.big
        w = digits.time_width(line.text, line.n)
        if hours or not self._round:
            self._place(digits, 0, v.width, 2)
            if self._round:
                self._round_line()
                w = small.width(line.text, line.n)
                if not open:
                    v.text(0, 32, line.text, small, line.n)
                elif w <= 18:
                    v.text(v.width - w, 32, line.text, small, line.n)
            return
        self._place(digits, 0, w if line.n > 4 else w + 6, 2)
        self._stack(54 if open else 58, open)

    def _stack(self, x, open):
        """72x40: round k of n from top to bottom beside the digits."""
        v = self.canvas
        line = self.line
        small = self.small
        room = v.width - x
        known = self._rounds_known()
        line.clear()
        if not known:
            line.char(35)
        line.number(self._round)
        v.text_centred(x, 16 if known else 24 - 4 * open, room, line.text, small, line.n)
        if not known:
            return
        line.clear()
        if open:
            line.char(47)
        else:
            v.text_centred(x, 24, room, b"of", small)
        line.number(self._rounds)
        v.text_centred(x, 24 if open else 32, room, line.text, small, line.n)
