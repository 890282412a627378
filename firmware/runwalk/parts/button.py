"""The button: to ground, with a pull-up, on every board.

The interrupt does one thing: it notes the edge's `ticks_ms` and the level in a
ring made at start. `next` feeds them to the classifier (core/gesture.py), which
this is one of. Nothing here allocates once the object is built.
"""

import time
from array import array

from machine import Pin
from micropython import const

from runwalk.core.gesture import NEVER, Gestures

_RING = const(64)  # a power of two; the worst bounce between two turns of the loop
_LOST_MS = const(20)


class Button(Gestures):
    """A button on that pin; `clock` (parts.clock.Clock) turns ticks into its time."""

    def __init__(self, pin_number, clock):
        self.pin = pin = Pin(pin_number, Pin.IN, Pin.PULL_UP)
        self._clock = clock
        self._ring = array("i", [0] * _RING)  # ticks of each edge; ~ticks where it led down
        self._in = self._out = 0
        self._odd_since = NEVER  # the pin contradicts the edges since then
        Gestures.__init__(self, clock.now(), pin.value())
        note = self._note  # bound once: an interrupt must not allocate
        edges = Pin.IRQ_FALLING | Pin.IRQ_RISING
        try:
            # not behind the scheduler, whose queue is 8 deep and drops what is too much
            pin.irq(note, edges, hard=True)  # type: ignore[call-arg]
        except TypeError:
            pin.irq(note, edges)  # the ESP32 has no hard= at all

    def _note(self, pin):
        """The interrupt. A full ring keeps its first edges and the newest."""
        at = self._in
        after = (at + 1) % _RING
        if after == self._out:
            after = at
            at = (at - 1) % _RING
        ticks = time.ticks_ms()
        self._ring[at] = ticks if pin.value() else ~ticks  # type: ignore[operator]
        self._in = after

    def ready(self):
        """Edges wait to be judged."""
        return self._in != self._out

    def due(self):
        """As the classifier's; 0, that is at once, where edges wait."""
        return 0 if self.ready() else Gestures.due(self)

    def next(self, now):
        """The next thing decided at or before `now`, or ""; see core/gesture.py."""
        while True:
            while self.ready():
                ticks = self._ring[self._out]
                level = ticks >= 0
                at = self._clock.instant(ticks if level else ~ticks)
                if at > now:  # it came after the clock was asked: the next turn's
                    return Gestures.next(self, now)
                code = self.before(at)
                if code:
                    return code
                self.edge(at, level)
                self._out = (self._out + 1) % _RING
            level = self.pin.value()
            if not self.ready():
                break
        if self.settling:
            # A handler that ran late read the level in the midst of the bounce, and a
            # scheduler's full queue drops edges without a word.
            self.level = level
        code = Gestures.next(self, now)
        if code == "":
            # an edge that never came is made up for, once the pin has contradicted for a while
            if self.settling or level != self.down:
                self._odd_since = NEVER
            elif now < self._odd_since:
                self._odd_since = now
            elif now - self._odd_since >= _LOST_MS:
                self.edge(now, level)
                code = Gestures.next(self, now)
        return code
