"""MicroPython's `framebuf` for CPython: the one-bit formats, the same pixels byte for byte.

What MicroPython has and the firmware must not lean on is left out, so that it
fails here too: `ellipse`, `poly`, the colour formats. Errors are MicroPython's
kinds (ValueError for a buffer that is too small or an unknown format).

MONO_VLSB, the layout of the display controllers, works on whole rows of column
bytes: a row becomes one big integer, is shifted and masked once, and goes
back. The other two formats go pixel by pixel.
"""

import font8x8  # type: ignore[import-not-found]

MONO_VLSB = MVLSB = 0
MONO_HLSB = 3
MONO_HMSB = 4

_ones = [0]  # _ones[w]: w bytes of 0x01, the factor that repeats a mask along a row


def _repeat(width: int) -> int:
    while len(_ones) <= width:
        _ones.append(_ones[-1] << 8 | 1)
    return _ones[width]


class FrameBuffer:
    """A picture of width x height pixels over `buffer`, which it does not own."""

    def __init__(self, buffer, width: int, height: int, format: int, stride=None, /):
        # a view of anything but bytes would show its own units
        if not isinstance(buffer, bytearray):
            buffer = memoryview(buffer).cast("B")
            if buffer.readonly:
                raise TypeError("object with buffer protocol required")
        self._buf = buffer
        self._setup(width, height, format, width if stride is None else stride)

    def _setup(self, width: int, height: int, format: int, stride: int) -> None:
        if format not in (MONO_VLSB, MONO_HLSB, MONO_HMSB):
            raise ValueError("invalid format")
        if not (0 < width <= 0xFFFF and 0 < height <= 0xFFFF and width <= stride <= 0xFFFF):
            raise ValueError
        if format == MONO_VLSB:
            need = (height - 1 >> 3) * stride + width
        else:
            stride = stride + 7 & ~7
            need = (height - 1) * (stride >> 3) + (width + 7 >> 3)
        if len(self._buf) < need:
            raise ValueError
        self._width, self._height, self._format, self._stride = width, height, format, stride

    def _get(self, x: int, y: int) -> int:
        if self._format == MONO_VLSB:
            return self._buf[(y >> 3) * self._stride + x] >> (y & 7) & 1
        shift = x & 7 if self._format == MONO_HMSB else 7 - (x & 7)
        return self._buf[x + y * self._stride >> 3] >> shift & 1

    def _set(self, x: int, y: int, col: int) -> None:
        if self._format == MONO_VLSB:
            at, mask = (y >> 3) * self._stride + x, 1 << (y & 7)
        else:
            at = x + y * self._stride >> 3
            mask = 1 << (x & 7 if self._format == MONO_HMSB else 7 - (x & 7))
        if col:
            self._buf[at] |= mask
        else:
            self._buf[at] &= ~mask

    def _inside(self, x: int, y: int) -> bool:
        return 0 <= x < self._width and 0 <= y < self._height

    def fill(self, col: int, /) -> None:
        self.fill_rect(0, 0, self._width, self._height, col)

    def pixel(self, x: int, y: int, col=None, /):
        """The pixel's value without `col`, None outside; with it, sets the pixel."""
        if not self._inside(x, y):
            return None
        if col is None:
            return self._get(x, y)
        self._set(x, y, col)
        return None

    def fill_rect(self, x: int, y: int, w: int, h: int, col: int, /) -> None:
        x_end, y_end = min(x + w, self._width), min(y + h, self._height)
        x, y = max(x, 0), max(y, 0)
        if w < 1 or h < 1 or x >= x_end or y >= y_end:
            return
        if self._format != MONO_VLSB:
            for row in range(y, y_end):
                for column in range(x, x_end):
                    self._set(column, row, col)
            return
        buf, w = self._buf, x_end - x
        first, last = y >> 3, y_end - 1 >> 3
        for page in range(first, last + 1):
            mask = 0xFF
            if page == first:
                mask = 0xFF << (y & 7) & 0xFF
            if page == last:
                mask &= 0xFF >> (7 - (y_end - 1 & 7))
            at = page * self._stride + x
            if mask == 0xFF:
                buf[at : at + w] = (b"\xff" if col else b"\0") * w
                continue
            row = int.from_bytes(buf[at : at + w], "little") | _repeat(w) * mask
            if not col:
                row ^= _repeat(w) * mask
            buf[at : at + w] = row.to_bytes(w, "little")

    def hline(self, x: int, y: int, w: int, col: int, /) -> None:
        self.fill_rect(x, y, w, 1, col)

    def vline(self, x: int, y: int, h: int, col: int, /) -> None:
        self.fill_rect(x, y, 1, h, col)

    def rect(self, x: int, y: int, w: int, h: int, col: int, fill=False, /) -> None:
        if fill:
            self.fill_rect(x, y, w, h, col)
            return
        self.fill_rect(x, y, w, 1, col)
        self.fill_rect(x, y + h - 1, w, 1, col)
        self.fill_rect(x, y, 1, h, col)
        self.fill_rect(x + w - 1, y, 1, h, col)

    def line(self, x1: int, y1: int, x2: int, y2: int, col: int, /) -> None:
        """Bresenham's line; which of two equal pixels it takes is MicroPython's choice."""
        along, across = abs(x2 - x1), abs(y2 - y1)
        step_x, step_y = 1 if x2 > x1 else -1, 1 if y2 > y1 else -1
        x, y = x1, y1
        steep = across > along
        if steep:
            along, across = across, along
        error = 2 * across - along
        for _ in range(along):
            if self._inside(x, y):
                self._set(x, y, col)
            if error >= 0:
                error -= 2 * along
                if steep:
                    x += step_x
                else:
                    y += step_y
            if steep:
                y += step_y
            else:
                x += step_x
            error += 2 * across
        if self._inside(x2, y2):
            self._set(x2, y2, col)

    def text(self, string, x: int, y: int, col: int = 1, /) -> None:
        """8x8 letters; every byte of UTF-8 beyond ASCII is the box that 127 is."""
        letters = string.encode() if isinstance(string, str) else bytes(string)
        letters = letters.split(b"\0")[0]
        row = b"".join(
            font8x8.GLYPHS[8 * c - 256 : 8 * c - 248] if 32 <= c < 128 else font8x8.GLYPHS[-8:]
            for c in letters
        )
        if row:
            glyphs = _source(row, len(row), 8, MONO_VLSB, len(row))
            # only the letters' own pixels are drawn, in either colour
            self._blit(glyphs, x, y, 0 if col else 1, 0 if col else 1, 1 if col else 0)

    def scroll(self, x_step: int, y_step: int, /) -> None:
        """Moves the picture; what it uncovers keeps what was there."""
        before = _source(
            bytes(self._buf), self._width, self._height, self._format, self._stride
        )
        self._blit(before, x_step, y_step, -1, 0, 1)

    def blit(self, source, x: int, y: int, key: int = -1, palette=None, /) -> None:
        """`source` at x, y, without its pixels of the value `key` (after the palette)."""
        if not isinstance(source, FrameBuffer):
            source = _premade(source)
        off, on = 0, 1
        if palette is not None:
            if not isinstance(palette, FrameBuffer):
                palette = _premade(palette)
            off, on = palette._get(0, 0), palette._get(1, 0)
        self._blit(source, x, y, key, off, on)

    def _blit(self, source: "FrameBuffer", x: int, y: int, key: int, off: int, on: int) -> None:
        left, top = max(x, 0), max(y, 0)
        right, bottom = min(self._width, x + source._width), min(self._height, y + source._height)
        if left >= right or top >= bottom:
            return
        buf, pixels = self._buf, source._buf
        if (
            self._format != MONO_VLSB
            or source._format != MONO_VLSB
            or getattr(buf, "obj", buf) is getattr(pixels, "obj", pixels)
        ):
            # also onto itself: MicroPython reads there what it has just drawn
            for row in range(top, bottom):
                for column in range(left, right):
                    col = on if source._get(column - x, row - y) else off
                    if col != key:
                        self._set(column, row, col)
            return
        w, stride, pitch = right - left, self._stride, source._stride
        plain = key not in (0, 1) and not off and on
        first, last = top >> 3, bottom - 1 >> 3
        shift = -y & 7
        pages = source._height + 7 >> 3
        for page in range(first, last + 1):
            mask = 0xFF
            if page == first:
                mask = 0xFF << (top & 7) & 0xFF
            if page == last:
                mask &= 0xFF >> (7 - (bottom - 1 & 7))
            at = page * stride + left
            upper = 8 * page - y >> 3  # the source's page that holds this page's top pixel
            start = upper * pitch + left - x
            if plain and mask == 0xFF and shift == 0:
                buf[at : at + w] = pixels[start : start + w]
                continue
            ones = _repeat(w)
            row = 0
            if 0 <= upper < pages:
                row = int.from_bytes(pixels[start : start + w], "little") >> shift
                row &= ones * (0xFF >> shift)
            if shift and 0 <= upper + 1 < pages:
                start += pitch
                lower = int.from_bytes(pixels[start : start + w], "little") << (8 - shift)
                row |= lower & ones * (0xFF << (8 - shift) & 0xFF)
            everything = ones * 0xFF
            if off and on:
                row = everything
            elif off:
                row ^= everything
            elif not on:
                row = 0
            drawn = ones * mask
            if key == 0:
                drawn &= row
            elif key == 1:
                drawn &= row ^ everything
            old = int.from_bytes(buf[at : at + w], "little")
            old = old & ~drawn | row & drawn
            buf[at : at + w] = old.to_bytes(w, "little")


# tuples that stand for pictures are made once and used for ever; each keeps its id by lying here
_tuples: dict[int, tuple] = {}


def _premade(source: tuple) -> FrameBuffer:
    entry = _tuples.get(id(source))
    if entry is None:
        if len(_tuples) >= 256:
            _tuples.clear()
        entry = _tuples[id(source)] = (source, _source(*source))
    return entry[1]


def _source(buffer, width: int, height: int, format: int, stride=None) -> FrameBuffer:
    """What is only read may be read-only: `(buffer, width, height, format[, stride])`."""
    picture = FrameBuffer.__new__(FrameBuffer)
    if not isinstance(buffer, (bytes, bytearray)):
        buffer = memoryview(buffer).cast("B")
    picture._buf = buffer
    picture._setup(width, height, format, width if stride is None else stride)
    return picture
