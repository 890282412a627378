"""Text and digits on a one-bit picture in MONO_VLSB layout; nothing here allocates once made.

A Face is a proportional face (ASCII 32..126 and the signs below), a Digits a
set of digits of one width whose pages lie on the picture's pages, so that a
digit is a copy of bytes. `Line` is a short text in the making, without
strings. The Canvas clips everything to the picture. Texts are bytes, folded
to ASCII; sizes are pixels, y = 0 is the top.
"""

from array import array

import framebuf
from micropython import const

# signs, in every face of text; 0x83 done, 0x84 part done, 0x85 here, 0x86 pause, 0x88 a dot
BATTERY = const(0x80)
QUIET = const(0x81)
FAULT = const(0x82)
NEXT = const(0x87)

_DOTS = b".."
_LONGEST = const(359999)  # 99:59:59


class Face:
    """A proportional face over a module made by tools/make_fonts.py."""

    def __init__(self, module):
        self.first = module.FIRST
        self.pages = module.PAGES
        self.height = 8 * module.PAGES
        self.gap = module.GAP
        self.widths = module.WIDTHS
        self.glyphs = module.GLYPHS
        self.starts = array("H", bytes(2 * len(self.widths)))
        at = 0
        for i in range(len(self.widths)):
            self.starts[i] = at
            at += self.widths[i] * self.pages

    def advance(self, char):
        """How far a character moves on, the gap included; 0 for one that the face lacks."""
        i = char - self.first
        if 0 <= i < len(self.widths) and self.widths[i]:
            return self.widths[i] + self.gap
        return 0

    def width(self, text, count=-1):
        """Width of the first `count` bytes (all by default), without a gap at the end."""
        n = 0
        for char in text:
            if not count:
                break
            count -= 1
            n += self.advance(char)
        return n - self.gap if n else 0

    def fitting(self, text, room, count=-1):
        """How many bytes fit into `room`: all of them, or those that leave room for `..`."""
        if count < 0:
            count = len(text)
        if self.width(text, count) <= room:
            return count
        room -= self.width(_DOTS) + self.gap
        n = 0
        while n < count:
            room -= self.advance(text[n])
            if room + self.gap < 0:
                break
            n += 1
        while n and text[n - 1] == 32:
            n -= 1
        return n


class Digits:
    """Ten digits of one width and a colon, each a premade source for `FrameBuffer.blit`."""

    def __init__(self, width, pages, colon, glyphs, gap):
        self.width = width
        self.pages = pages
        self.colon = colon
        self.gap = gap
        whole = memoryview(glyphs)
        sources = []
        at = 0
        for i in range(11):
            w = width if i < 10 else colon
            sources.append((whole[at : at + w * pages], w, 8 * pages, framebuf.MONO_VLSB))
            at += w * pages
        self.sources = sources

    def advance(self, char):
        return (self.colon if char == 58 else self.width) + self.gap

    def time_width(self, text, count):
        n = -self.gap
        for i in range(count):
            n += self.advance(text[i])
        return n


def digits_of(module, gap):
    """The Digits of a module font_digits*."""
    return Digits(module.WIDTH, module.PAGES, module.COLON, module.GLYPHS, gap)


def digits_from(face):
    """The digits of a face of text (which are all of one width) as Digits."""
    start = face.starts[48 - face.first]
    stop = face.starts[59 - face.first]
    width = face.widths[48 - face.first]
    colon = face.widths[58 - face.first]
    return Digits(width, face.pages, colon, memoryview(face.glyphs)[start:stop], face.gap)


class Line:
    """A short text in the making: `text` holds it, `n` is its length; too long is cut off."""

    def __init__(self, size):
        self.text = bytearray(size)
        self.n = 0

    def clear(self):
        self.n = 0

    def char(self, char):
        if self.n < len(self.text):
            self.text[self.n] = char
            self.n += 1

    def add(self, text):
        for char in text:
            self.char(char)

    def number(self, n):
        """Adds a number, 0 or more."""
        place = 1
        while n // place >= 10:
            place *= 10
        while place:
            self.char(48 + n // place % 10)
            place //= 10

    def pair(self, n):
        self.char(48 + n // 10 % 10)
        self.char(48 + n % 10)

    def time(self, seconds):
        """Adds M:SS, from one hour H:MM:SS, at most 99:59:59."""
        seconds = min(max(seconds, 0), _LONGEST)
        if seconds >= 3600:
            self.number(seconds // 3600)
            self.char(58)
            self.pair(seconds // 60 % 60)
        else:
            self.number(seconds // 60)
        self.char(58)
        self.pair(seconds % 60)


class Canvas:
    """Draws into `buffer`, over which `frame` is the FrameBuffer (width x height, MONO_VLSB)."""

    def __init__(self, frame, buffer, width, height):
        self.frame = frame
        self.buffer = buffer
        self.width = width
        self.height = height
        self.pages = height // 8

    def clear(self):
        self.frame.fill(0)

    def text(self, x, y, text, face, count=-1):
        """Adds text to what is there, its top left corner at x, y; returns where it ends."""
        for char in text:
            if not count:
                break
            count -= 1
            step = face.advance(char)
            if step:
                self._glyph(x, y, face, char - face.first)
                x += step
        return x

    def text_in(self, x, y, room, text, face, count=-1):
        """The same within `room` pixels: shortened to `..`, left out if two letters do not fit."""
        if count < 0:
            count = len(text)
        fits = face.fitting(text, room, count)
        if fits == count:
            return self.text(x, y, text, face, count)
        if fits < 2:
            return x
        return self.text(self.text(x, y, text, face, fits), y, _DOTS, face)

    def text_left(self, right, y, text, face, count=-1):
        """Text that ends at `right`; returns where it begins."""
        x = right - face.width(text, count)
        self.text(x, y, text, face, count)
        return x

    def text_centred(self, x, y, room, text, face, count=-1):
        """Text in the middle of `room` pixels from x on, shortened where it does not fit."""
        if count < 0:
            count = len(text)
        spare = room - face.width(text, count)
        if spare > 0:
            x += spare // 2
        return self.text_in(x, y, room, text, face, count)

    def _glyph(self, x, y, face, i):
        buffer = self.buffer
        across = self.width
        glyphs = face.glyphs
        at = face.starts[i]
        shift = y & 7
        page = y >> 3
        for _ in range(face.pages):
            upper = 0 <= page < self.pages
            lower = shift and -1 <= page < self.pages - 1
            row = page * across
            for column in range(x, x + face.widths[i]):
                bits = glyphs[at]
                at += 1
                if bits and 0 <= column < across:
                    if upper:
                        buffer[row + column] |= bits << shift & 0xFF
                    if lower:
                        buffer[row + across + column] |= bits >> 8 - shift
            page += 1

    def digit(self, x, page, digits, char):
        """One digit or colon over what is there; `page` is its top in rows of 8 pixels."""
        self.frame.blit(digits.sources[char - 48], x, 8 * page)

    def invert(self, x, y, w, h):
        """Turns every pixel of a box over."""
        for page in range(self.pages):
            mask = 0xFF
            if y > 8 * page:
                mask = 0xFF << (y - 8 * page) & 0xFF if y < 8 * page + 8 else 0
            if y + h < 8 * page + 8:
                mask &= 0xFF >> (8 * page + 8 - y - h) if y + h > 8 * page else 0
            if mask:
                row = page * self.width
                for column in range(max(x, 0), min(x + w, self.width)):
                    self.buffer[row + column] ^= mask

    def rule(self, y):
        """A line across the picture."""
        self.frame.fill_rect(0, y, self.width, 1, 1)
