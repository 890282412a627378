"""The button: to ground, with a pull-up, on every board.

The interrupt does one thing: it notes the edge's `ticks_ms` and the level in a
ring made at start. `next` feeds them to the classifier (core/gesture.py), which
this is one of. Nothing here allocates once the object is built.
"""

import time
from array import array

from machine import Pin
from micropython import const

from runwalk.core.gesture import NONE, Gestures

_RING = const(64)  # a power of two; the worst bounce between two turns of the loop
_LOST_MS = const(20)


class Button(Gestures):
    """A button on that pin; `clock` (parts.clock.Clock) turns ticks into its time."""

    def __init__(self, pin_number, clock):
        self.pin = Pin(pin_number, Pin.IN, Pin.PULL_UP)
        self._clock = clock
        self._ticks = array("i", [0] * _RING)
        self._levels = bytearray(_RING)
        self._in = 0
        self._out = 0
        self._odd_since = -1  # the pin contradicts the edges since then, -1 = it does not
        now = clock.now()
        Gestures.__init__(self, now, self.pin.value())
        self._note_edge = self._note  # bound once: an interrupt must not allocate
        edges = Pin.IRQ_FALLING | Pin.IRQ_RISING
        options = {"hard": True}
        try:
            # not behind the scheduler, whose queue is 8 deep and drops what is too much
            self.pin.irq(handler=self._note_edge, trigger=edges, **options)
        except TypeError:
            # the ESP32 has no hard= at all
            self.pin.irq(handler=self._note_edge, trigger=edges)

    def _note(self, pin):
        """The interrupt. A full ring keeps its first edges and the newest."""
        after = (self._in + 1) & (_RING - 1)
        if after == self._out:
            after = self._in
        at = (after - 1) & (_RING - 1)
        self._ticks[at] = time.ticks_ms()
        self._levels[at] = pin.value()
        self._in = after

    def ready(self):
        """Edges wait to be judged."""
        return self._in != self._out

    def due(self):
        """As the classifier's; 0, that is at once, where edges wait."""
        return 0 if self._in != self._out else Gestures.due(self)

    def next(self, now):
        """The next thing decided at or before `now`, or NONE; see core/gesture.py."""
        while True:
            while self._in != self._out:
                at = self._clock.instant(self._ticks[self._out])
                if at > now:  # it came after the clock was asked: the next turn's
                    return Gestures.next(self, now)
                code = self.before(at)
                if code:
                    return code
                self.edge(at, self._levels[self._out])
                self._out = (self._out + 1) & (_RING - 1)
            level = self.pin.value()
            if self._in == self._out:
                break
        if self.settling:
            # A handler that ran late read the level in the midst of the bounce, and a
            # scheduler's full queue drops edges without a word.
            self.level = level
        code = Gestures.next(self, now)
        if code == NONE:
            code = self._look_for_lost(now, level)
        return code

    def rewound(self, by):
        """The clock was set back by so much."""
        self._odd_since = -1
        Gestures.rewound(self, by)

    def _look_for_lost(self, now, level):
        """An edge that never came is made up for, once the pin has contradicted for a while."""
        if self.settling or level != self.down:
            self._odd_since = -1
        elif self._odd_since < 0:
            self._odd_since = now
        elif now - self._odd_since >= _LOST_MS:
            self._odd_since = -1
            self.edge(now, level)
            return Gestures.next(self, now)
        return NONE
