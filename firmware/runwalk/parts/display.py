"""The OLED: SSD1306 or SH1106 on I2C, and nothing sent that it already holds.

Whoever draws draws into `frame` and calls `show()`; the loop asks `pending()`
and lets `send_piece()` act: one piece is at most PIECE_MS on the bus. A display
that is missing, at a wrong address or pulled out costs one OSError every 5 s
and nothing else; one that comes back is set up and drawn anew. After `start`
nothing is allocated, save where a display is lost.

What to send is found by comparing the frame with what the controller's RAM
holds; how it is sent is parts/oled.py. Instants are ms on the clip's clock.
"""

import time

import framebuf
from machine import Pin
from micropython import const

from runwalk.observe import observe
from runwalk.parts.bus import TIMED_OUT, Bus
from runwalk.parts.oled import Sh1106, Ssd1306

PIECE_MS = const(10)

_NEVER = const(0x3FFFFFFF)
_RETRY_MS = const(5000)
_PARTS = const(4)  # of a page, looked at one after the other for the one that differs
_REACH = const(8)  # columns beside a window that the next page may widen it by


class Display:
    """One module; `i2c` None stands for a board without one.

    `offset`: RAM columns left of the glass (None: the glass is in the middle),
    `freq`: Hz of the bus, `flip`: the clip is worn upside down, `contrast`: 0 to
    255, `reset`, `power`: Pin objects or None, `power_active`: the level that
    switches the supply on, `bus`: who can free a hung bus.
    """

    def __init__(self, i2c, kind="ssd1306", width=128, height=64, address=60, offset=None,
                 freq=400000, flip=False, contrast=127, reset=None, power=None, power_active=0,
                 bus=None):  # fmt: skip
        self.width = width
        self.height = height
        self.address = address
        self.buffer = bytearray(width * height // 8)
        self.frame = framebuf.FrameBuffer(self.buffer, width, height, framebuf.MONO_VLSB)
        self.present = False
        self._held = bytearray(len(self.buffer))
        # nine bits a byte, and room for the commands
        most = freq // 1000 * PIECE_MS // 9 - 14
        make = Sh1106 if kind == "sh1106" else Ssd1306
        self._oled = make(i2c, address, self.buffer, self._held, width, height, offset, most)
        self._oled.turn(flip)
        self._bus = bus
        self._reset = reset
        self._power = power
        self._power_active = power_active
        self._pages = height // 8

        # views to compare whole pages, and parts of them
        self._now_pages = _views(self.buffer, width)
        self._held_pages = _views(self._held, width)
        self._part = width // _PARTS
        self._now_parts = _views(self.buffer, self._part)
        self._held_parts = _views(self._held, self._part)

        self._contrast = contrast
        self._on = True  # wanted
        self._lit = False  # sent
        self._fresh = True  # to be set up
        self._retry_at = _NEVER if i2c is None else 0
        self._told = False
        self._hung = False
        self._stale_page = self._stale_column = 0  # from here on the RAM is not known
        self._check_page = self._to_check = 0

    # What others ask for --------------------------------------------------

    def start(self, now):
        """Wakes the module up and says whether it answers; the frame follows in pieces.

        Takes up to 80 ms on boards that reset or switch the display (Heltec's
        keep it in reset until then: ESPEasy#1031).
        """
        if self._power is not None:
            self._power.value(1 - self._power_active)
            time.sleep_ms(20)
            self._power.value(self._power_active)
            time.sleep_ms(30)
        if self._reset is not None:
            self._reset.value(0)
            time.sleep_ms(20)
            self._reset.value(1)
            time.sleep_ms(10)
        if self._oled.i2c is not None:
            self._retry_at = now
            self.send_piece(now)
        return self.present

    def show(self):
        """The frame may have changed."""
        self._to_check = self._pages

    def power(self, on):
        """Dark and back. Lit again, everything is sent anew: a module that lost its supply
        in the dark, when nobody talks to it, would come back with noise."""
        if on and not self._on:
            self._afresh()
        self._on = bool(on)

    def contrast(self, value):
        """Brightness, 0 to 255 (0 still shines)."""
        self._contrast = value

    def turn(self, flip):
        """Which way up; the module is set up and drawn anew."""
        self._oled.turn(flip)
        self._afresh()

    def retry_due(self):
        """When a missing display is tried again, else NEVER."""
        return _NEVER if self.present else self._retry_at

    def pending(self, now):
        """Whether send_piece has something to do at `now`."""
        if not self.present:
            return now >= self._retry_at
        if not self._on:
            return self._lit
        if self._fresh or self._stale_page < self._pages or not self._lit:
            return True
        return self._contrast != self._oled.contrast or self._differs()

    def send_piece(self, now):
        """The next piece, if there is any; a display that does not answer is given up."""
        if not self.pending(now):
            return
        try:
            if not self.present or (self._on and self._fresh):
                self._begin()
            elif not self._on:
                self._oled.command(0xAE)
                self._lit = False
            elif self._contrast != self._oled.contrast:
                self._oled.set_contrast(self._contrast)
            elif self._stale_page < self._pages:
                self._send_stale()
            elif self._differs():
                self._send_changed()
            else:
                # only now: until here the RAM held noise, or yesterday's picture
                self._oled.command(0xAF)
                self._lit = True
                self._told = False
        except OSError as error:
            self._lost(now, error)

    # Setting up and losing ------------------------------------------------

    def _afresh(self):
        self._fresh = True
        self._lit = False

    def _begin(self):
        if self._hung and self._bus is not None:
            self._oled.i2c = self._bus.free()
        self._hung = False
        self._oled.set_up(self._contrast)
        self.present = True
        self._fresh = False
        self._lit = False
        self._stale_page = 0
        self._stale_column = self._oled.first

    def _lost(self, now, error):
        self.present = False
        self._afresh()
        self._retry_at = now + _RETRY_MS
        self._hung = bool(error.args) and error.args[0] in TIMED_OUT
        if not self._told:
            self._told = True
            observe("error", 0, ("display", "no answer at address 0x%02x" % self.address))

    # Finding what to send -------------------------------------------------

    def _differs(self):
        """Goes on to the next page that the controller holds otherwise; False: there is none."""
        page = self._check_page
        while self._to_check:
            if self._now_pages[page] != self._held_pages[page]:
                self._check_page = page
                return True
            self._to_check -= 1
            page += 1
            if page == self._pages:
                page = 0
        self._check_page = page
        return False

    def _send_changed(self):
        """The first run of differing bytes of the page that `_differs` found; where the
        controller has windows, together with what differs below it."""
        now, held = self.buffer, self._held
        oled = self._oled
        near, far = oled.near, oled.far
        page = self._check_page
        part = page * _PARTS
        while self._now_parts[part] == self._held_parts[part]:
            part += 1
        at = part * self._part
        while now[at] == held[at]:
            at += 1
        first = last = at
        start = page * self.width
        to_column = oled.offset - start
        far_at = ((first + to_column) | 15) + 1 - to_column  # from here on, a new run is far
        end = min(start + self.width, first + oled.most)
        at += 1
        while at < end:
            if now[at] != held[at]:
                # what is equal in between goes along where that is cheaper
                if at - last > near + 1 and (at < far_at or at - last > far + 1):
                    break
                last = at
            elif at - last > far:
                break
            at += 1
        if oled.windows:
            self._send_window(page, first - start, last + 1 - start)
        else:
            oled.send(page, page, first + to_column, last + 1 + to_column)

    def _send_window(self, page, first, end):
        """Columns first to before end of that page, and downwards as far as that saves."""
        now, held = self.buffer, self._held
        oled = self._oled
        last = page
        while last + 1 < self._pages and self._now_pages[last + 1] != self._held_pages[last + 1]:
            start = (last + 1) * self.width
            a = start + max(0, first - _REACH)
            b = start + min(self.width, end + _REACH)
            while a < b and now[a] == held[a]:
                a += 1
            if a == b:
                break
            while now[b - 1] == held[b - 1]:
                b -= 1
            left, right = min(first, a - start), max(end, b - start)
            rows = last + 1 - page
            size = (right - left) * (rows + 1)
            if size > oled.most or size - (end - first) * rows > b - a + oled.window:
                break
            first, end = left, right
            last += 1
        oled.send(page, last, first + oled.offset, end + oled.offset)

    def _send_stale(self):
        """The next piece of RAM of which nothing is known."""
        oled = self._oled
        page, column = self._stale_page, self._stale_column
        end = min(oled.end, column + oled.most)
        oled.send(page, page, column, end)
        if end < oled.end:
            self._stale_column = end
        else:
            self._stale_column = oled.first
            self._stale_page = page + 1


def _views(buffer, length):
    view = memoryview(buffer)
    return [view[i : i + length] for i in range(0, len(buffer), length)]


def make_display(facts, flip=False, contrast=127):
    """The Display of this board; pins that the chip refuses (ValueError) count as no display."""
    width = facts.num("display.width", 128)
    height = facts.num("display.height", 64)
    kind = facts.get("display.kind", "none")
    if kind == "none":
        return Display(None, "ssd1306", width, height)
    bus = Bus(facts)
    try:
        i2c = bus.make()
    except (OSError, ValueError, RuntimeError) as error:
        i2c = None
        observe("error", 0, ("display", "no I2C: %s" % error))
    reset = power = None
    if facts.has("display.reset"):
        reset = Pin(facts.num("display.reset"), Pin.OUT, value=1)
    active = facts.num("display.power-active")
    if facts.has("display.power"):
        power = Pin(facts.num("display.power"), Pin.OUT, value=1 - active)
    offset = facts.num("display.offset") if facts.has("display.offset") else None
    return Display(
        i2c, kind, width, height, facts.num("display.address", 60), offset,
        facts.num("display.freq", 400000), flip, contrast, reset, power, active, bus,
    )  # fmt: skip
