"""All screens of the clip, drawn into one picture; the session's own are in screens_session.

`Screens(frame, buffer, width, height)` draws at 128x64, 128x32 and 72x40. The
screens here are drawn whole at every call and may allocate: no session runs
under them. Texts are bytes, folded to ASCII; what does not fit is shortened to
`..`. Every call returns True if a pixel may have changed.
"""

from micropython import const

from runwalk.parts.screens_parts import BATTERY, FAULT, OTHER, QUIET, TALL, TINY
from runwalk.parts.screens_session import SessionScreens

__all__ = ("BATTERY", "CHOSEN", "DONE", "FAULT", "PART_DONE", "QUIET", "Screens")

# marks of a list's entries
DONE = const(1)
PART_DONE = const(2)
CHOSEN = const(3)

_MARKS = (b"", b"\x83", b"\x84", b"\x88")  # the small face's signs


class Screens(SessionScreens):
    """One for the life of the clip."""

    def splash(self, version):
        """The name in the two looks of a session, and how to get to the USB mode."""
        v = self._begin()
        if self.layout == TINY:
            x = self._head(1)
            v.text(0, 16, b"WALK", self.heavy)
            v.text_in(x + 5, 3, v.width - x - 5, version, self.small)
            v.text(0, 32, b"hold 2 s: USB", self.small)
        elif self.layout == TALL:
            self._head(2, self._head(1, 10, 12) + 8, 12)
            v.text_centred(0, 34, v.width, version, self.small)
            v.text_centred(0, 56, v.width, b"hold 2 s: USB", self.small)
        else:
            self._head(2, self._head(1) + 8)
            v.text_in(0, 24, 60, version, self.small)
            v.text_left(v.width, 24, b"hold 2 s: USB", self.small)
        return True

    def home(self, title, line1, line2, signs):
        """The plan's title, the session that a press starts, and a line about it."""
        v = self._begin()
        self._top(title, signs)
        if self.layout == TALL:
            v.rule(10)
            self._best(0, 16, v.width, line1)
            y = 34
            for row in self._rows(line2, self.small, v.width)[:2]:
                v.text_in(0, y, v.width, row, self.small)
                y += 9
            self._keys(b"start", b"menu")
        else:
            self._best(0, 9, v.width, line1)
            v.text_in(0, 24, v.width, line2, self.small)
            if self.layout == TINY:
                v.text(0, 32, b"press: start", self.small)
        return True

    def list(self, title, entries, index, marks=None):
        """Entries with the one at `index` chosen (-1: none yet); `marks` has a mark for each."""
        v = self._begin()
        line = self.line
        line.clear()
        if index >= 0:
            line.number(index + 1)
            line.add(b"/")
            line.number(len(entries))
        right = v.text_left(v.width, 0, line.text, self.small, line.n)
        v.text_in(0, 0, right - 4, title, self.small)
        if self.layout == TALL:
            v.rule(9)
            rows = ((-1, 14), (0, 25), (1, 45), (2, 56))
        elif self.layout == TINY:
            rows = ((-1, 8), (0, 16), (1, 32))
        else:
            rows = ((0, 9), (1, 24))
        if index < 0:
            first, pitch = (16, 18) if self.layout == TALL else (11, 10)
            rows = [(i + 1, first + pitch * i) for i in range((v.height - first) // pitch)]
        for offset, y in rows:
            i = index + offset
            if 0 <= i < len(entries):
                mark = _MARKS[marks[i]] if marks else b""
                here = offset == 0
                large = here or index < 0 and self.layout == TALL
                self._entry(y, entries[i], here, mark, large)
        return True

    def question(self, line1, line2, press_word, hold_word, signs):
        """A question; the bottom says what a press and what a hold answers."""
        v = self._begin()
        height = v.height - (16 if self.layout == TINY else 8)
        top = 0
        room = v.width
        if self.layout == TALL:
            v.rule(53)
            height = 52
            if signs:
                self._draw_signs(v.width, 0, self.small, signs)
                top = 8
        elif signs and self.layout == TINY:
            if self.small.width(b"hold: " + hold_word) < 40:
                self._draw_signs(v.width, 32, self.small, signs)
        elif signs:
            room = self._draw_signs(v.width, 0, self.small, signs) - 4
        self._block((line1, line2), top, height - top, room)
        self._keys(press_word, hold_word)
        return True

    def message(self, line1, line2=b"", line3=b""):
        """Up to three lines, in the largest face in which all of them fit when wrapped."""
        self._begin()
        self._block((line1, line2, line3), 0, self.canvas.height, self.canvas.width)
        return True

    def summary(self, title, active_s, run_s, walk_s, lines):
        """After a session: all of its active time, run and walk apart, and up to three lines."""
        v = self._begin()
        line = self.line
        tiny = self.layout == TINY
        line.clear()
        line.time(active_s)
        left = v.text_left(v.width, 1, line.text, self.medium, line.n) - 4
        face = self.medium
        if face.width(title) > left:
            face = self.small
        v.text_in(0, 1 if face is self.medium else 4, left, title, face)
        y = 20 if self.layout == TALL else 16
        line.clear()
        line.add(b"run ")
        line.time(run_s)
        x = v.text(0, y, line.text, self.small, line.n)
        line.clear()
        line.add(b"walk ")
        line.time(walk_s)
        if tiny:
            y += 8
            x = -10
        v.text(x + 10, y, line.text, self.small, line.n)
        y += 8
        if self.layout == TALL:
            v.rule(31)
            y = 36
        for text in lines:
            if y + 8 > v.height:
                break
            v.text_in(0, y, v.width, text, self.small)
            y += 10 if self.layout == TALL else 8
        return True

    def off(self):
        """What stands before the clip switches off."""
        v = self._begin()
        self._block((b"Off", b"hold 2 s: on"), 0, v.height, v.width)
        return True

    # parts

    def _begin(self):
        self._screen = OTHER
        self.canvas.clear()
        return self.canvas

    def _top(self, title, signs):
        """A small title with the signs at its right."""
        v = self.canvas
        right = v.width
        if signs:
            right = self._draw_signs(right, 0, self.small, signs) - 4
        v.text_in(0, 0, right, title, self.small)

    def _best(self, x, y, room, text):
        """Text in the medium face, or in the small one where only that shows all of it."""
        if self.medium.width(text) <= room:
            self.canvas.text(x, y, text, self.medium)
        else:
            self.canvas.text_in(x, y + 4, room, text, self.small)

    def _entry(self, y, text, here, mark, large):
        """One entry of a list; `here` is the one that a hold takes."""
        v = self.canvas
        tiny = self.layout == TINY
        x = 6 if tiny else 12
        room = v.width - x
        if here:
            v.text(0, y + 2 if tiny else y, b"\x85", self.small if tiny else self.medium)
        if mark:
            room = v.text_left(v.width, y + 4 if here else y, mark, self.small) - 2 - x
        if large:
            self._best(x, y, room, text)
        else:
            v.text_in(x, y, room, text, self.small)

    def _rows(self, text, face, room):
        """The text (or None) wrapped at blanks into rows within `room`, but for longer words."""
        rows = []
        row = b""
        for word in (text or b"").split():
            longer = row + b" " + word if row else word
            if row and face.width(longer) > room:
                rows.append(row)
                longer = word
            row = longer
        if row:
            rows.append(row)
        return rows

    def _block(self, texts, top, height, room):
        """Texts one under another in the middle: the first larger, if they fit so."""
        medium, small = self.medium, self.small
        for first, others in ((medium, medium), (medium, small), (small, small)):
            rows = []
            used = 0
            fits = True
            for i in range(len(texts)):
                face = others if i else first
                for row in self._rows(texts[i], face, room):
                    rows.append((used, row, face))
                    used += face.height + (1 if face is small and height > 40 else 0)
                    if face is medium and medium.width(row) > room:
                        fits = False
            # four rows of heavy letters are no easier to read than small ones
            if fits and used <= min(height + 1, 56):
                break
        y = top + max((height - used) // 2, 0)
        for i in range(len(rows)):
            at, row, face = rows[i]
            if i + 1 < len(rows) and y + rows[i + 1][0] + 7 > top + height:
                self.canvas.text_centred(0, y + at, room, row + b"..", face)
                break
            self.canvas.text_centred(0, y + at, room, row, face)
