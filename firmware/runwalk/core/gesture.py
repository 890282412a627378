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

_SETTLE_MS = const(30)
_LOOK_MS = const(10)  # most switches have settled by then (bxparks/AceButton#14)
_DOUBLE_MS = const(350)
_LONG_MS = const(2000)
_STUCK_MS = const(10000)

# A state is the code that led to it, or one of these, which report nothing.
_WAITING = const(8)  # let go, and a second press would make it a double
_AT_START = const(16)  # down since before the start
_CODE = const(7)


class Gestures:
    """A classifier for one button. `level` is 0 while the finger is down.

    open      a finger is down, or a second press may still come
    at        the instant of what was decided last
    began     the first edge of the gesture that is on, or was the last
    doubles   a second press means something; to be set at DOWN
    hold_ms   how long a press is until it is a hold
    settling  0, or how long after a burst's first edge the level is read next: who
              owns the pin may set `level` to what it reads until then
    """

    def __init__(self, at=0, level=1):
        self.began = at
        self.doubles = False
        self.hold_ms = 800
        self.level = level  # the newest level known
        self.down = not level
        self.settling = 0
        self._burst = at  # first edge of the burst that is, or was, ignored
        self._one_instant = False  # every edge of the burst bore the same instant
        if level:
            self._enter(NONE, at, NEVER)
        else:
            self._enter(_AT_START, at, at + _SETTLE_MS)

    def due(self):
        """When `next` can decide something without a further edge, or NEVER."""
        return self.at if self._code else min(self._timer, self._reads_at())

    def edge(self, at, level):
        """An edge, after `before(at)` has said NONE."""
        self.level = level
        if not self.settling:
            # An edge that leads to the level of before: while a flash write masked the
            # interrupt there were two. Or the level was read late, in the midst of the
            # bounce: which of the two it is shows the level a little later.
            self.settling = _SETTLE_MS if level == self.down else _LOOK_MS
            self._burst = at
            self._one_instant = True
            self._change(at, True)
        elif at > self._burst:
            self.settling = _SETTLE_MS
            self._one_instant = False

    def next(self, now):
        """The next thing decided at or before `now`, or NONE."""
        return self._decide(now, 0)

    def before(self, at):
        """The next thing decided before an edge at `at` counts, or NONE.

        At the same instant a hold comes first ("still down at 0.8 s"), all else
        gives way to the edge ("within 0.35 s, included").
        """
        return self._decide(at - 1, 1)

    def rewound(self, by):
        """The clock was set back by so much."""
        self.at -= by
        self.began -= by
        self._burst -= by
        if self.open:
            self._timer -= by

    def _reads_at(self):
        return self._burst + self.settling if self.settling else NEVER

    def _decide(self, now, edge):
        """As `next`; `edge` is 1 where an edge comes 1 ms later, else 0."""
        while not self._code:
            timer = self._timer
            reads_at = self._reads_at()
            holds = self._state == DOWN or self._state == HOLD
            if timer < reads_at + holds:
                if timer > now + edge * holds:
                    return NONE
                self._change(timer, False)
            elif reads_at > now:
                return NONE
            else:
                self._read(reads_at)
        code = self._code
        self._code = NONE
        return code

    def _read(self, at):
        """After the first edge of a burst: the level is what counts now."""
        self.settling = _SETTLE_MS if self.settling == _LOOK_MS else 0
        if self.level == self.down:
            if not self._one_instant:
                # The finger turned back within the 30 ms, and that bounces too.
                self._burst = at
                self.settling = _SETTLE_MS
            # else that one edge was a whole press: both its edges were at that instant
            self._one_instant = False
            self._change(self._burst, True)

    def _change(self, at, edge):
        """From state to state, by an edge or because the state's time is up."""
        state = self._state
        new = NONE
        timer = NEVER
        if edge:
            self.down = not self.down
            if not self.down:
                if state == DOWN:
                    new = PRESS
                    if self.doubles:
                        new = _WAITING
                        timer = at + _DOUBLE_MS
                elif state == HOLD or state == LONG:
                    new = UP
            elif state == _WAITING:
                new = DOUBLE
                timer = at + _STUCK_MS
            else:
                new = DOWN
                timer = at + self.hold_ms
                self.began = at
        elif state == DOWN:
            new = HOLD
            timer = max(at, self.began + _LONG_MS)
        elif state == HOLD:
            new = LONG
            timer = self.began + _STUCK_MS
        else:
            new = PRESS if state == _WAITING else STUCK
        self._enter(new, at, timer)

    def _enter(self, state, at, timer):
        self._state = state
        self._code = state & _CODE  # decided and not yet reported
        self._timer = timer  # when the state decides something
        self.at = at
        self.open = timer != NEVER
