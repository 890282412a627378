"""An OLED module as its I2C bus and a person's eye know it: SSD1306 or SH1106.

Bytes go in by `write`, pixels are looked at by `pixel` and `pixels`. Between
them are the controller's registers and its RAM, command by command as the
datasheets of the SSD1306 (rev 1.1, sections 8 to 10) and the SH1106 (v2.3) have
them, and the glass, wired as the usual modules wire it: upright with A1 and C8.
A wrong set-up looks wrong here too. Runs under both engines; `write` allocates
nothing. What the scroll commands (26 to 2F) move is not modelled.
"""

from micropython import const

_PAGES = const(8)
_LINES = const(64)
# memory modes of command 20
_HORIZONTAL = const(0)
_VERTICAL = const(1)
_PAGE = const(2)


class Panel:
    """A module of width x height, with `offset` columns of RAM left of the glass (None: usual).

    `plugged` is for the bus to ask; the counters `bus_bytes` (address and
    control bytes too), `command_bytes` and `data_bytes` are for tests to reset.
    `unknown` counts commands that the controller does not have, `version` goes
    up with each transaction.
    """

    def __init__(self, kind="ssd1306", width=128, height=64, offset=None, address=60):
        self.kind = kind
        self.width = width
        self.height = height
        self.address = address
        self._sh1106 = kind == "sh1106"
        self.columns = 132 if self._sh1106 else 128
        # the glass is in the middle of the segments, if it is not said otherwise
        self.offset = (self.columns - width) // 2 if offset is None else offset
        self.ram = bytearray(_PAGES * self.columns)
        # what a half address replaces: the pointer as it stands, or, when this is set, the
        # half address sent before. The SSD1306 page leaves it open, so tests try both.
        self.latched = False
        self.plugged = True
        self.bus_bytes = 0
        self.command_bytes = 0
        self.data_bytes = 0
        self.unknown = 0
        self.version = 0
        self._arguments = bytearray(6)
        self._noise = 1
        self.power_lost()

    # Power ---------------------------------------------------------------

    def power_lost(self):
        """The supply was away: registers as after reset, RAM as it happens to come up."""
        noise = self._noise
        for i in range(len(self.ram)):
            noise = (noise * 75 + 74) % 65537
            self.ram[i] = noise & 255
        self._noise = noise
        self.reset()

    def reset(self):
        """The reset pin was low: registers back, display off, RAM kept."""
        self.on = False
        self.pump = self._sh1106  # the SH1106's own converter is on after reset
        self.contrast = 0x80 if self._sh1106 else 0x7F
        self.inverted = False
        self.all_on = False
        self.remap = False
        self.reverse_scan = False
        self.lines = _LINES  # multiplex ratio
        self.start_line = 0
        self.line_offset = 0
        self.com_pins = 0x12
        self.mode = _PAGE
        self.column = 0
        self.page = 0
        self._latch = 0
        self._column_start = 0
        self._column_end = self.columns - 1
        self._page_start = 0
        self._page_end = _PAGES - 1
        self._opcode = 0
        self._wanted = 0  # arguments still to come, also in a later transaction
        self._got = 0
        self.version += 1

    def unplug(self):
        self.plugged = False
        self.power_lost()

    def plug(self):
        self.plugged = True

    # The bus -------------------------------------------------------------

    def write(self, buf, n):
        """One transaction: the n bytes after the address byte, up to the stop."""
        self.bus_bytes += n + 1
        self.version += 1
        i = 0
        while i < n:
            control = buf[i]
            i += 1
            if control & 0x80:  # Co: one byte, then another control byte
                if i < n:
                    if control & 0x40:
                        self._data(buf, i, i + 1)
                    else:
                        self._command(buf[i])
                i += 1
            elif control & 0x40:
                self._data(buf, i, n)
                return
            else:
                while i < n:
                    self._command(buf[i])
                    i += 1

    def _data(self, buf, i, end):
        self.data_bytes += end - i
        ram = self.ram
        columns = self.columns
        page, column, mode = self.page, self.column, self.mode
        # the SSD1306 turns the columns round on the way in, the SH1106 on the way out
        mirrored = self.remap and not self._sh1106
        # the SH1106's pointer stops behind the last column
        while i < end and column < columns:
            at = page * columns + (columns - 1 - column if mirrored else column)
            if mode == _VERTICAL:
                ram[at] = buf[i]
                i += 1
                if page != self._page_end:
                    page = (page + 1) & 7
                    continue
                page = self._page_start
                n = 1
            else:
                # as far as the row goes; a window that ends before its start goes round by 127
                n = (columns if column > self._column_end else self._column_end + 1) - column
                if n > end - i:
                    n = end - i
                if mirrored:  # two loops, as MicroPython's range allocates for a variable step
                    for at in range(at, at - n, -1):
                        ram[at] = buf[i]
                        i += 1
                else:
                    for at in range(at, at + n):
                        ram[at] = buf[i]
                        i += 1
            column += n
            if self._sh1106:
                continue
            if column == self._column_end + 1:
                column = self._column_start
                if mode == _HORIZONTAL:
                    page = self._page_start if page == self._page_end else (page + 1) & 7
            elif column == columns:
                column = 0
        self.page = page
        self.column = column

    def _command(self, byte):
        self.command_bytes += 1
        if self._wanted:
            self._arguments[self._got] = byte
            self._got += 1
            self._wanted -= 1
            if not self._wanted:
                self._do_long(self._opcode)
            return
        self._wanted = self._long_of_both(byte)
        if not self._sh1106 and not self._wanted:
            self._wanted = self._long_of_ssd1306(byte)
        if self._wanted:
            self._opcode = byte
            self._got = 0
        else:
            self._do_short(byte)

    def _long_of_both(self, byte):
        """How many argument bytes follow."""
        if byte == 0x81 or byte == 0xA8 or byte == 0xAD or byte == 0xD3 or byte == 0xD5:
            return 1
        if byte == 0xD9 or byte == 0xDA or byte == 0xDB:
            return 1
        return 0

    def _long_of_ssd1306(self, byte):
        if byte == 0x20 or byte == 0x8D or byte == 0x23 or byte == 0xD6:
            return 1
        if byte == 0x21 or byte == 0x22 or byte == 0xA3:
            return 2
        if byte == 0x29 or byte == 0x2A:
            return 5
        if byte == 0x26 or byte == 0x27:
            return 6
        return 0

    def _do_long(self, opcode):
        a = self._arguments[0]
        if opcode == 0x81:
            self.contrast = a
        elif opcode == 0xA8:
            if a & 63 >= 15:  # 0 to 14 are invalid
                self.lines = (a & 63) + 1
        elif opcode == 0xD3:
            self.line_offset = a & 63
        elif opcode == 0xDA:
            self.com_pins = a
        elif opcode == 0x8D:
            self.pump = a & 4 != 0
        elif opcode == 0xAD:
            if self._sh1106:  # an SSD1306B chooses its current reference by it
                self.pump = a & 1 != 0
        elif opcode == 0x20:
            self.mode = a & 3
        elif opcode == 0x21:
            self._column_start = self.column = a & 127
            self._column_end = self._arguments[1] & 127
        elif opcode == 0x22:
            self._page_start = self.page = a & 7
            self._page_end = self._arguments[1] & 7

    def _do_short(self, byte):
        if byte < 0x20:
            if self.mode != _PAGE:
                return
            held = self._latch if self.latched else self.column
            if byte < 0x10:
                held = (held & 0xF0) | byte
            else:
                held = (held & 0x0F) | (byte & 0x0F) << 4
            # the SSD1306 has seven bits of column address, the SH1106 eight
            self._latch = self.column = held if self._sh1106 else held & 127
        elif 0x40 <= byte < 0x80:
            self.start_line = byte & 63
        elif 0xB0 <= byte < 0xB8:
            if self.mode == _PAGE:
                self.page = byte & 7
        elif byte == 0xA0 or byte == 0xA1:
            self.remap = byte == 0xA1
        elif byte == 0xA4 or byte == 0xA5:
            self.all_on = byte == 0xA5
        elif byte == 0xA6 or byte == 0xA7:
            self.inverted = byte == 0xA7
        elif byte == 0xAE or byte == 0xAF:
            self.on = byte == 0xAF
        elif 0xC0 <= byte < 0xD0:
            self.reverse_scan = byte & 8 != 0
        elif byte == 0xE3 or (not self._sh1106 and (byte == 0x2E or byte == 0x2F)):
            pass
        elif self._sh1106 and (0x30 <= byte < 0x34 or byte == 0xE0 or byte == 0xEE):
            pass
        else:
            self.unknown += 1

    # The glass -----------------------------------------------------------

    def lit(self):
        """Whether anything can shine: display on, and its high voltage made."""
        return self.plugged and self.on and self.pump

    def _row(self, y):
        """The RAM line that glass line y shows, or -1 if none drives it."""
        # The module's maker has connected the glass upside down, line 0 to the last COM;
        # tall glasses have even and odd COMs on two sides ("alternative"), flat ones don't.
        com = self.height - 1 - y
        pin = com if self.width > 2 * self.height else (com >> 1) + 32 * (com & 1)
        if self.com_pins & 0x20:
            pin ^= 32
        if self.com_pins & 0x10:
            com = 2 * pin if pin < 32 else 2 * pin - 63
        else:
            com = pin
        row = self.lines - 1 - com if self.reverse_scan else com
        row = (row + self.line_offset) & 63
        if row >= self.lines:
            return -1
        return (row + self.start_line) & 63

    def _column(self, x):
        segment = self.columns - 1 - self.offset - x
        if self._sh1106 and self.remap:
            return self.columns - 1 - segment
        return segment

    def pixel(self, x, y):
        """1 where a person sees light: x from the left, y from the top of the glass."""
        if not self.lit():
            return 0
        row = self._row(y)
        if row < 0:
            return 0
        if self.all_on:
            return 1
        bit = self.ram[(row >> 3) * self.columns + self._column(x)] >> (row & 7) & 1
        return bit ^ 1 if self.inverted else bit

    def pixels(self, out=None):
        """All of them, a byte 0 or 1 each, line by line; into `out` if it is given."""
        width = self.width
        if out is None:
            out = bytearray(width * self.height)
        lit = self.lit()
        flip = 1 if self.inverted else 0
        first = self._column(0)
        step = self._column(1) - first
        ram = self.ram
        at = 0
        for y in range(self.height):
            row = self._row(y) if lit else -1
            if row < 0 or self.all_on:
                value = 0 if row < 0 else 1
                for _ in range(width):
                    out[at] = value
                    at += 1
                continue
            place = (row >> 3) * self.columns + first
            row &= 7
            for _ in range(width):
                out[at] = (ram[place] >> row & 1) ^ flip
                place += step
                at += 1
        return out
