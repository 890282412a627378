"""Texts and times on a one-bit picture in MONO_VLSB layout; nothing allocates once made.

A Face is a set of glyphs, drawn at its own or at twice its size. A Canvas puts one short
line of text together, without strings, and draws it where there is room for it. Texts
are bytes, folded to ASCII; sizes are pixels, y = 0 is the top.
"""

from array import array

import framebuf
from micropython import const

_LONGEST = const(64)  # letters of a line; the rest is cut off
_TWICE = b"\x00\x03\x0c\x0f\x30\x33\x3c\x3f\xc0\xc3\xcc\xcf\xf0\xf3\xfc\xff"  # each bit doubled


class Face:
    """The glyphs of a module made by tools/make_fonts.py, `scale` (1 or 2) times as large."""

    def __init__(self, face, scale=1):
        self.first, self.pages, gap, self.widths, self.glyphs = face
        self.scale = scale
        self.gap = gap * scale
        self.starts = array("H")
        at = 0
        for width in self.widths:
            self.starts.append(at)
            at += width * self.pages
        # a glyph is put together here, and one of these, premade for each width, is drawn
        self.cell = bytearray(64)
        self.sources = [
            (self.cell, width, 8 * self.pages * scale, framebuf.MONO_VLSB)
            for width in range(max(self.widths) * scale + 1)
        ]

    def width(self, text, n):
        """Width of the first `n` bytes, without a gap at the end."""
        width = -self.gap
        for i in range(n):
            width += self.widths[text[i] - self.first] * self.scale + self.gap
        return width

    def draw(self, frame, x, y, char, key):
        """Draw one glyph, without its pixels of the value `key`; returns where the next begins."""
        i = char - self.first
        width = self.widths[i]
        at = self.starts[i]
        cell = self.cell
        glyphs = self.glyphs
        if self.scale == 1:
            for i in range(width * self.pages):
                cell[i] = glyphs[at + i]
        else:
            # only of faces of one page
            for i in range(width):
                bits = glyphs[at + i]
                cell[2 * i] = cell[2 * i + 1] = _TWICE[bits & 15]
                i += width
                cell[2 * i] = cell[2 * i + 1] = _TWICE[bits >> 4]
            width *= 2
        frame.blit(self.sources[width], x, y, key)
        return x + width + self.gap


class Canvas:
    """A picture, and the line of text to be drawn next."""

    def __init__(self, frame, buffer, width, height):
        from runwalk.parts.font_small import FACE

        self.frame = frame
        self.buffer = buffer
        self.width = width
        self.height = height
        self.small = Face(FACE)
        self.large = Face(FACE, 2)
        self.line = bytearray(_LONGEST + 2)
        self.n = 0

    # the line

    def add(self, text):
        for char in text:
            if self.n < _LONGEST:
                self.line[self.n] = char if 32 <= char <= 0x85 else 63
                self.n += 1

    def number(self, n, place=1):
        """Adds a number, 0 or more; with `place` 10, at least two digits."""
        while n // place >= 10:
            place *= 10
        while place:
            self.line[self.n] = 48 + n // place % 10
            self.n += 1
            place //= 10

    def time(self, seconds):
        """Adds M:SS, from one hour H:MM:SS."""
        place = 1
        if seconds >= 3600:
            self.number(seconds // 3600)
            self.add(b":")
            seconds %= 3600
            place = 10
        self.number(seconds // 60, place)
        self.add(b":")
        self.number(seconds % 60, 10)

    def put(self, x, y, room, align=0, face=None):
        """Draws the line and empties it; returns its width.

        It stands in `room` pixels from x on: at their left (align 0), middle (1) or right (2).
        What does not fit is shortened to `..`, or left out where no two letters fit.
        """
        face = face or self.small
        line = self.line
        n = self.n
        self.n = 0
        width = face.width(line, n)
        if width > room:
            while n and width > room:
                n -= 1
                line[n] = line[n + 1] = 46
                width = face.width(line, n + 2)
            if n < 2:
                return 0
            n += 2
        x += (room - width) * align // 2
        for i in range(n):
            x = face.draw(self.frame, x, y, line[i], 0)
        return width

    def text(self, x, y, room, text, align=0, face=None):
        """The same with this text (or None)."""
        self.add(text or b"")
        return self.put(x, y, room, align, face)
