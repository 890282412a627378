"""The clip's clock, and the one place where the clip waits.

`ticks_ms` wraps at 2^30 ms, after 12.4 days; here it becomes milliseconds since
the clock was set to zero. Time slept is never counted: a sleep may end early or
late, only `ticks_ms` is asked.
"""

import time

from micropython import const

_SLICE_MS = const(50)  # a pin interrupt does not end sleep_ms, so this is what an edge may wait
_OPEN_SLICE_MS = const(10)  # while a finger is on the button


class Clock:
    """Milliseconds that count up; ask at least every 6 days (half the wrap)."""

    def __init__(self):
        self._ticks = time.ticks_ms()
        self._now = 0

    def now(self):
        """Milliseconds since the clock was started."""
        ticks = time.ticks_ms()
        self._now += time.ticks_diff(ticks, self._ticks)
        self._ticks = ticks
        return self._now

    def instant(self, ticks):
        """The clock's time at that `ticks_ms`, which lies less than 6 days back."""
        return self._now + time.ticks_diff(ticks, self._ticks)

    def wait(self, until, button):
        """Sleep until that instant or an edge of the button, in slices."""
        while True:
            left = until - self.now()
            if left <= 0 or button.ready():
                return
            most = _OPEN_SLICE_MS if button.open else _SLICE_MS
            time.sleep_ms(left if left < most else most)
