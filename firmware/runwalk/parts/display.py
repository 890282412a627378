"""The OLED: SSD1306 or SH1106 on I2C, and nothing sent that it already holds.

Whoever draws draws into `frame` and calls `show()`; the loop asks `pending()`
and lets `send_piece()` act: one piece is at most PIECE_MS on the bus, down to
100 kHz. A display that is missing, at a wrong address or pulled out costs one
OSError every 5 s and nothing else; one that comes back is set up and drawn anew.
After `start` nothing is allocated, save where a display is lost.

Both controllers take a run of bytes within one page behind the same three
commands (page, low and high half of the column), so one way of sending serves
both. What to send is found by comparing the frame, page by page, with what the
controller's RAM holds. Instants are ms on the clip's clock.
"""

from time import sleep_ms, sleep_us

import framebuf
from machine import I2C, Pin
from micropython import const

from runwalk.observe import observe

PIECE_MS = const(10)

_NEVER = const(0x3FFFFFFF)
_RETRY_MS = const(5000)
# A hung bus must not hang the cues. The ports' default of 50 ms is for the whole transfer,
# which is why whole frames fail at 100 kHz (micropython#15120); pieces do not come near it.
_TIMEOUT_US = const(25000)
_GAP = const(6)  # equal bytes that go along between two that differ: a run more costs 7
_UNKNOWN = const(-99)  # where to go on when the module must be set up first

# where the set-up has what differs from module to module
_AT_REMAP = const(2)
_AT_SCAN = const(3)
_AT_LINES = const(7)
_AT_PINS = const(12)


class Display:
    """The module that the board's facts describe; `flip`: the clip is worn upside down.

    `contrast`: 0 to 255 (0 still shines). `present` says whether it answers. Pins that the
    chip refuses count as no display.
    """

    def __init__(self, facts, flip, contrast):
        self._facts = facts
        self.width = width = self._fact("width", 128)
        self.height = height = self._fact("height", 64)
        self.buffer = bytearray(width * height // 8)
        self.frame = framebuf.FrameBuffer(self.buffer, width, height, framebuf.MONO_VLSB)
        held = bytearray(self.buffer)
        self._held = framebuf.FrameBuffer(held, width, height, framebuf.MONO_VLSB)
        kind = facts.get("display.kind", "none")
        self.present = False
        self._told = False
        self._retry_at = _NEVER if kind == "none" else 0
        self._address = self._fact("address", 60)

        commands = (
            b"\x00\xae"  # commands to the end: off
            b"\xa1\xc8"  # columns and lines as the modules are wired, upright
            b"\xd5\x80\xa8\x3f"  # clock, lines
            b"\xd3\x00\x40"  # no shift
            b"\xda\x12\xdb\x30"
            b"\xa4\xa6"  # show the RAM, 1 is light
        )
        columns = 128
        if kind == "sh1106":
            columns = 132
            commands += b"\xd9\x22\xad\x8b"  # the DC-DC converter
        else:
            # pump, no scrolling; whole lines, page by page, whatever was set before
            commands += b"\xd9\xf1\x8d\x14\x2e\x21\x00\x7f\x20\x02"
            if height == 40:
                commands += b"\xad\x30"  # without its own current these stay dim: esphome#13144
        self._set_up = set_up = bytearray(commands)
        set_up[_AT_LINES] = height - 1
        if width > 2 * height:
            set_up[_AT_PINS] = 2  # flat glasses have their lines in sequence
        # RAM columns left of the glass, which is in the middle if nobody says otherwise
        offset = self._fact("offset", (columns - width) // 2)
        if flip:
            set_up[_AT_REMAP] = 0xA0
            set_up[_AT_SCAN] = 0xC0
            offset = columns - width - offset
        self._offset = offset

        # What is sent: where, and a control byte 40 with data behind it. At most half a line
        # at once, which keeps well within PIECE_MS.
        self._where = bytearray(b"\x00\xb0\x00\x10")
        self._most = most = columns // 2
        self._blank = b"\x40" + bytes(most)
        self._out = out = bytearray(self._blank)
        self._outs = [memoryview(out)[: n + 1] for n in range(most + 1)]
        self._pages = []
        for i in range(0, len(held), width):
            now = memoryview(self.buffer)[i : i + width]
            self._pages.append((now, memoryview(held)[i : i + width]))

        self._light = bytearray(b"\x00\x81\x7f\xaf")
        self._contrast = contrast
        self._on = True  # wanted
        self._lit = -1  # the contrast it was lit with, or dark
        # the page to go on with; below 0, the halves of pages still to be cleared
        self._at = _UNKNOWN

    def _fact(self, key, default=0):
        return self._facts.num("display." + key, default)

    def start(self, now):
        """Wakes the module up and says whether it answers; the frame follows in pieces.

        Takes up to 100 ms on boards that reset or switch the display (Heltec's
        keep it in reset until then: ESPEasy#1031).
        """
        for key, off in (("power", 1 - self._fact("power-active")), ("reset", 0)):
            number = self._fact(key, -1)
            if number >= 0:
                pin = Pin(number, Pin.OUT, value=off)
                sleep_ms(20)
                pin.value(1 - off)
                sleep_ms(30)
        self.send_piece(now)
        return self.present

    def show(self):
        """The frame may have changed."""
        if self._at > 0:
            self._at = 0

    def power(self, on):
        """Dark and back. Lit again, everything is sent anew: a module that lost its supply
        in the dark, when nobody talks to it, would come back with noise."""
        if on and not self._on:
            self._at = _UNKNOWN
        self._on = on

    def contrast(self, value):
        """Brightness, 0 to 255."""
        self._contrast = value

    def retry_due(self):
        """When a missing display is tried again, else NEVER."""
        return _NEVER if self.present else self._retry_at

    def pending(self, now):
        """Whether send_piece has something to do at `now`."""
        if not self.present:
            return now >= self._retry_at
        if not self._on:
            return self._lit >= 0
        at = self._at
        pages = self._pages
        while 0 <= at < len(pages) and pages[at][0] == pages[at][1]:
            at += 1
        self._at = at
        return at < len(pages) or self._lit != self._contrast

    def send_piece(self, now):
        """The next piece, if there is any; a display that does not answer is given up for 5 s."""
        if not self.pending(now):
            return
        at = self._at
        try:
            if not self.present:
                self._connect()
                self.present = True
                at = _UNKNOWN
            if at == _UNKNOWN:
                self._at = -2 * len(self._pages)
                self._held.fill(0)
                self._lit = -1
                message = self._set_up
            elif not self._on:
                self._lit = -1
                message = b"\x00\xae"
            elif at == len(self._pages):
                # only now: until here the RAM held noise, or yesterday's picture
                self._told = False
                self._lit = self._light[2] = self._contrast
                message = self._light
            else:
                message = self._next_run(at)
                self._i2c.writeto(self._address, self._where)
            self._i2c.writeto(self._address, message)
        except (OSError, ValueError) as error:
            self.present = False
            self._retry_at = now + _RETRY_MS
            if not self._told:
                self._told = True
                text = "no answer at address 0x%02x" % self._address
                if isinstance(error, ValueError):  # the chip refuses the pins
                    text = "no I2C: %s" % error
                observe("error", 0, ("display", text))

    def _next_run(self, at):
        """Fills `_where`; returns what is to be sent there, a control byte and data."""
        where = self._where
        if at < 0:
            # all columns: the glass is not on the same ones everywhere (sh1106#21)
            self._at = at + 1
            column = (at & 1) * self._most
            at = ~at >> 1
            message = self._blank
        else:
            now, held = self._pages[at]
            out = self._out
            i = 0
            while now[i] == held[i]:
                i += 1
            column = i + self._offset
            n = changed = 0
            while i < len(now) and n < self._most and n <= changed + _GAP:
                n += 1
                if now[i] != held[i]:
                    changed = n
                out[n] = held[i] = now[i]
                i += 1
            message = self._outs[changed]
        where[1] = 0xB0 | at
        where[2] = column & 15
        where[3] = 0x10 | column >> 4
        return message

    def _connect(self):
        """Makes the I2C block. A module that lost its clock in mid-byte holds SDA low, through
        resets of the chip too, until it is clocked out (esp-idf#1133)."""
        scl = Pin(self._fact("scl"), Pin.OPEN_DRAIN, value=1)
        sda = Pin(self._fact("sda"), Pin.OPEN_DRAIN, value=1)
        for _ in range(9):
            if sda.value():
                break
            scl.value(0)
            sleep_us(5)
            scl.value(1)
            sleep_us(5)
        # a stop: SDA rises while SCL is high
        sda.value(0)
        sda.value(1)
        # the block and both pins are always named: the ports' defaults are not for every board
        freq = self._fact("freq", 400000)
        self._i2c = I2C(self._fact("i2c"), scl=scl, sda=sda, freq=freq, timeout=_TIMEOUT_US)


make_display = Display  # what clip/ calls
