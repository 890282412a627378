"""The two display controllers: how they are set up, and how a piece of RAM is sent.

SSD1306: a piece is a rectangle of columns x pages, its window given by commands
21 and 22, of which only the one that changed is sent. A digit, four or five
pages high, so needs its address once.

SH1106: it knows no windows; a piece is one run of one page, addressed by page
and half columns. In front of its data stand only those that it does not know
yet, each behind a control byte of its own (Co = 1), so that commands and data
share one transaction:

    80 B3  80 05  40 data...       page 3, low half of the column, data

That costs a byte less than a transaction of its own for one command, the same
for two, a byte more for three; so all three go ahead by themselves.

Errors are the bus's OSError, whatever its number. Nothing is allocated after
construction.
"""

from micropython import const

# where the set-up command list has what can change later
_AT_REMAP = const(2)
_AT_SCAN = const(3)
_AT_CONTRAST = const(5)


class Controller:
    """What both have in common. `now` is the picture in MONO_VLSB, `held` what the RAM holds
    of it (kept by `send`), `offset` the RAM columns left of the picture, `most` how many
    bytes of data a piece may have."""

    columns = 128
    windows = False
    # The longest stretch of equal bytes that goes along with a run: where the next run would
    # begin near (in the same 16 columns) or far; and the most such bytes by which a window
    # may grow for a page more.
    near = far = window = 0

    def __init__(self, i2c, address, now, held, width, height, offset, most):
        self.i2c = i2c
        self.contrast = 127
        self._address = address
        self._now = now
        self._held = held
        self._width = width
        if offset is None:  # the glass is in the middle
            offset = (self.columns - width) // 2
        self._left = self.offset = offset
        self.most = min(self.columns, most)  # data bytes in a piece
        self._out = bytearray(6 + self.most)
        self._outs = [memoryview(self._out)[:n] for n in range(len(self._out) + 1)]
        self._order = bytearray(3)
        self._one_order = memoryview(self._order)[:2]
        self._set_up = bytearray(self._commands(width, height))
        self.turn(False)

    def turn(self, flip):
        """Which way up; takes effect with `set_up` and all of the RAM sent anew."""
        self._set_up[_AT_REMAP] = 0xA0 if flip else 0xA1
        self._set_up[_AT_SCAN] = 0xC0 if flip else 0xC8
        self.offset = self.columns - self._width - self._left if flip else self._left
        # What must be sent where nothing is known. Of an SH1106 that is everything: the glass
        # is not on the same columns everywhere (sh1106#21).
        self.first = self.offset if self.windows else 0
        self.end = self.offset + self._width if self.windows else self.columns

    def set_up(self, contrast):
        """Everything from after power-on to a dark panel that needs its RAM and `command(AF)`."""
        self.contrast = self._set_up[_AT_CONTRAST] = contrast
        self.i2c.writeto(self._address, self._set_up)
        self._forget()

    def command(self, byte):
        self._order[0] = 0
        self._order[1] = byte
        self.i2c.writeto(self._address, self._one_order)

    def set_contrast(self, value):
        self._order[0] = 0
        self._order[1] = 0x81
        self._order[2] = value
        self.i2c.writeto(self._address, self._order)
        self.contrast = value

    def _commands(self, width, height):
        return [
            0x00,  # control byte: commands to the end
            0xAE,  # off
            0xA1, 0xC8,  # columns and lines as the modules are wired, upright
            0x81, 0x7F,
            0xD5, 0x80,  # clock
            0xA8, height - 1,
            0xD3, 0x00, 0x40,  # no shift
            # flat glasses have their lines in sequence, the others on two sides
            0xDA, 0x02 if width > 2 * height else 0x12,
            0xDB, 0x30,
            0xA4, 0xA6,  # show the RAM, 1 is light
        ]  # fmt: skip

    def _forget(self):
        """Nothing is known of what address the controller has come to."""
        raise NotImplementedError

    def send(self, page, last, column, end):
        """RAM columns column to before end of the pages page to last (one without windows)."""
        raise NotImplementedError

    def _data(self, n, page, last, column, end):
        """Sends the first n bytes of `_out`, a control byte and the RAM's new content."""
        out, now, held = self._out, self._now, self._held
        width = self._width
        out[n] = 0x40
        n += 1
        left = self.offset
        right = left + width
        while page <= last:
            at = column
            while at < left:  # a margin, at the start only
                out[n] = 0
                n += 1
                at += 1
            stop = min(end, right)
            shift = page * width - left
            for i in range(at + shift, stop + shift):
                out[n] = held[i] = now[i]
                n += 1
            for _ in range(end - stop):
                out[n] = 0
                n += 1
            page += 1
        self.i2c.writeto(self._address, self._outs[n])


class Ssd1306(Controller):
    windows = True
    # A window costs 10 bytes, on the pages of the last one 7. These are less, found by trying:
    # so counted digits of all sizes need the least within 1.3 times the data that changed.
    near = far = 5
    window = 4

    def __init__(self, *args):
        self._columns_pages = bytearray(7)  # 00 21 first last 22 first last
        self._just_columns = memoryview(self._columns_pages)[:4]
        self._just_pages = bytearray(4)
        super().__init__(*args)

    def _commands(self, width, height):
        commands = super()._commands(width, height)
        # pump, windows filled line by line, no scrolling
        commands += [0xD9, 0xF1, 0x8D, 0x14, 0x20, 0x00, 0x2E]
        if height == 40:
            commands += [0xAD, 0x30]  # without its own current these stay dim: esphome#13144
        return commands

    def _forget(self):
        self._column = self._end = self._page = self._last = -1

    def send(self, page, last, column, end):
        if column != self._column or end != self._end:
            both = self._columns_pages
            both[0] = 0
            both[1] = 0x21
            both[2] = column
            both[3] = end - 1
            if page != self._page or last != self._last:
                both[4] = 0x22
                both[5] = page
                both[6] = last
                self.i2c.writeto(self._address, both)
            else:
                self.i2c.writeto(self._address, self._just_columns)
        elif page != self._page or last != self._last:
            pages = self._just_pages
            pages[0] = 0
            pages[1] = 0x22
            pages[2] = page
            pages[3] = last
            self.i2c.writeto(self._address, pages)
        # once it is full, the window begins again at its first byte
        self._column = column
        self._end = end
        self._page = page
        self._last = last
        self._data(0, page, last, column, end)


class Sh1106(Controller):
    columns = 132
    near = 4  # what a new run on the same page costs: address, 80 low, 40
    far = 6  # and 80 high

    def __init__(self, *args):
        self._three = bytearray(4)  # 00 page low high
        super().__init__(*args)

    def _commands(self, width, height):
        # the DC-DC converter
        return super()._commands(width, height) + [0xD9, 0x22, 0xAD, 0x8B]

    def _forget(self):
        self._page = self._column = self._high = -1

    def send(self, page, last, column, end):
        out = self._out
        n = 0
        if page != self._page or column != self._column:
            high = column >> 4
            # Whether half an address keeps the other half as it was sent or as it has been
            # counted up is nowhere written, so it must be right both ways to be left out.
            far = high != self._high or high != self._column >> 4
            if far and page != self._page:
                three = self._three
                three[1] = 0xB0 | page
                three[2] = column & 15
                three[3] = 0x10 | high
                self.i2c.writeto(self._address, three)
            else:
                if page != self._page:
                    out[0] = 0x80
                    out[1] = 0xB0 | page
                    n = 2
                out[n] = 0x80
                out[n + 1] = column & 15
                n += 2
                if far:
                    out[n] = 0x80
                    out[n + 1] = 0x10 | high
                    n += 2
            self._page = page
            self._high = high
        # behind the last column it stops, elsewhere it would wrap
        self._column = end if end < 132 else -1
        self._data(n, page, page, column, end)
