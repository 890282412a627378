"""What a finger means: edges and the time go in, gestures come out.

Each gesture comes out exactly once, whatever the length of the press, in the
order of time and with the instant that decided it (`at`), however late the
question is asked:

    DOWN     the first edge of a gesture, so that its meaning can be settled
    PRESS    let go sooner than `hold_ms`; where `doubles` is set, 0.35 s after that
    HOLD     still down after `hold_ms`          UP      let go after a hold
    LONG     still down after 2 s                STUCK   still down after 10 s
    DOUBLE   a second press begun within 0.35 s (included) of letting go

    first edge        30 ms later: the level is read
    ___  |             |
       |_|‾|_|‾|_______|____________   one edge down, at its first instant
        ignored

Before an edge is fed, everything that was due until then is to be taken out, so
that the edge meets the state that it really met:

    while gestures.before(at): ...      # codes
    gestures.edge(at, level)
    while gestures.next(now): ...       # codes

Nothing here allocates once the object is built. All times in ms.
"""

from micropython import const

NEVER = const(0x3FFFFFFF)

NONE = const(0)
DOWN = const(1)
PRESS = const(2)
HOLD = const(3)
DOUBLE = const(4)
LONG = const(5)
UP = const(6)
STUCK = const(7)

SETTLE_MS = const(30)
HOLD_MS = const(800)
DOUBLE_MS = const(350)
LONG_MS = const(2000)
STUCK_MS = const(10000)
_LOOK_MS = const(10)  # most switches have settled by then (bxparks/AceButton#14)

# states
_IDLE = const(0)
_PRESSED = const(1)  # down, and not long enough for a hold
_HELD = const(2)  # down, the hold is reported
_LONG_HELD = const(3)  # down, the long hold is reported
_WAITING = const(4)  # let go, and a second press would make it a double
_DOUBLED = const(5)  # down for the second time
_AT_START = const(6)  # down since before the start
_IGNORED = const(7)  # stuck: nothing counts until it is let go


class Gestures:
    """A classifier for one button. `level` is 0 while the finger is down."""

    def __init__(self, at=0, level=1):
        self.at = at  # of what was reported last
        self.began = at  # first edge of the gesture that was reported last
        self.doubles = False  # a second press means something; set it at DOWN
        self.hold_ms = HOLD_MS
        self.level = level  # the newest level known; see `settling`
        self._down = not level
        self._state = _AT_START if self._down else _IDLE
        self._timer = at + SETTLE_MS if self._down else NEVER  # when the state decides something
        self._code = NONE  # decided and not yet reported
        self._code_at = at
        self._burst = at  # first edge of the burst that is, or was, ignored
        self._settle = NEVER  # when the level is read
        self._look = NEVER  # when a press that may have been masked is looked at
        self._masked = False  # the burst's first edge already bore the level of before
        self._one_instant = False  # every edge of the burst bore the same instant

    @property
    def open(self):
        """A finger is down, or a second press may still come."""
        return self._state != _IDLE and self._state != _IGNORED

    @property
    def down(self):
        return self._down

    @property
    def settling(self):
        """The level is yet to be read: who owns the pin may set `level` to what it reads."""
        return self._settle != NEVER

    def due(self):
        """When `next` can decide something without a further edge, or NEVER."""
        if self._code:
            return self._code_at
        due = min(self._look, self._settle)
        return min(self._timer, due)

    def edge(self, at, level):
        """An edge, after `before(at)` has said NONE."""
        self.level = level
        if self._settle != NEVER:
            if at > self._burst:
                self._look = NEVER
                self._one_instant = False
            return
        at = max(at, self._burst)
        self._burst = at
        self._settle = at + SETTLE_MS
        # An edge that leads to the level of before: while a flash write masked the
        # interrupt there were two. Or the level was read late, in the midst of the
        # bounce: which of the two it is shows the level a little later.
        self._masked = level == (0 if self._down else 1)
        self._look = at + _LOOK_MS if self._masked else NEVER
        self._one_instant = True
        self._toggle(at)

    def next(self, now):
        """The next thing decided at or before `now`, or NONE."""
        return self._decide(now, now)

    def before(self, at):
        """The next thing decided before an edge at `at` counts, or NONE.

        At the same instant a hold comes first ("still down at 0.8 s"), all else
        gives way to the edge ("within 0.35 s, included").
        """
        return self._decide(at - 1, at)

    def rewound(self, by):
        """The clock was set back by so much."""
        self.at -= by
        self.began -= by
        self._burst -= by
        self._code_at -= by
        if self._timer != NEVER:
            self._timer -= by
        if self._settle != NEVER:
            self._settle -= by
        if self._look != NEVER:
            self._look -= by

    def _decide(self, until, until_held):
        while not self._code:
            holds = self._state == _PRESSED or self._state == _HELD
            settle = min(self._look, self._settle)
            if self._timer < settle or (holds and self._timer == settle):
                if self._timer > (until_held if holds else until):
                    return NONE
                self._time_is_up()
            elif settle > until or settle == NEVER:
                return NONE
            elif settle == self._look:
                self._look_again()
            else:
                self._read()
        code = self._code
        self._code = NONE
        self.at = self._code_at
        return code

    def _look_again(self):
        """Was that one edge a whole press? Then both its edges were at that instant."""
        self._look = NEVER
        if self.level == self._down:
            self._masked = False
            self._one_instant = False
            self._toggle(self._burst)

    def _read(self):
        """30 ms after the first edge of a burst: the level is what counts now."""
        at = self._settle
        self._settle = NEVER
        if self.level != self._down:
            return
        if self._masked or self._one_instant:
            self._toggle(self._burst)
            return
        # The finger turned back within the 30 ms, and that bounces too.
        self._burst = at
        self._settle = at + SETTLE_MS
        self._toggle(at)

    def _toggle(self, at):
        state = self._state
        self._down = not self._down
        if self._down:
            if state == _WAITING:
                self._enter(_DOUBLED, at + STUCK_MS, DOUBLE, at)
            else:
                self.began = at
                self._enter(_PRESSED, at + self.hold_ms, DOWN, at)
        elif state == _PRESSED:
            if self.doubles:
                self._enter(_WAITING, at + DOUBLE_MS, NONE, at)
            else:
                self._enter(_IDLE, NEVER, PRESS, at)
        elif state == _HELD or state == _LONG_HELD:
            self._enter(_IDLE, NEVER, UP, at)
        else:
            self._enter(_IDLE, NEVER, NONE, at)

    def _time_is_up(self):
        at = self._timer
        state = self._state
        if state == _PRESSED:
            long_at = self.began + LONG_MS
            self._enter(_HELD, max(at, long_at), HOLD, at)
        elif state == _HELD:
            self._enter(_LONG_HELD, self.began + STUCK_MS, LONG, at)
        elif state == _WAITING:
            self._enter(_IDLE, NEVER, PRESS, at)
        else:
            self._enter(_IGNORED, NEVER, STUCK, at)

    def _enter(self, state, timer, code, at):
        self._state = state
        self._timer = timer
        self._code = code
        self._code_at = at
