"""What a finger means: edges and the time go in, gestures come out.

Each gesture comes out exactly once, whatever the length of the press, in the
order of time and with the instant that decided it (`at`), however late the
question is asked:

    down     the first edge of a gesture, so that its meaning can be settled
    press    let go sooner than `hold_ms`; where `doubles` is set, 0.35 s after that
    hold     still down after `hold_ms`          up      let go after a hold
    long     still down after 2 s                stuck   still down after 10 s
    double   a second press begun within 0.35 s (included) of letting go

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

_SETTLE_MS = const(30)
_ECHO_MS = const(100)  # no finger is that fast: the end of a bounce that a flash write masked
_LOOK_MS = const(10)  # most switches have settled by then (bxparks/AceButton#14)
_DOUBLE_MS = const(350)
_LONG_MS = const(2000)
_STUCK_MS = const(10000)

# A state is what led to it, or one of these, which nobody is told.
_SILENT = ("waiting", "start")  # let go, and a second press may come; down since the start


class Gestures:
    """A classifier for one button. `level` is 0 while the finger is down.

    open      a finger is down, or a second press may still come
    at        the instant of what was decided last
    began     the first edge of the gesture that is on, or was the last
    doubles   a second press means something; to be set at down
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
            self._enter("", at, NEVER)
        else:
            self._enter("start", at, at + _SETTLE_MS)

    def due(self):
        """When `next` can decide something without a further edge, or NEVER."""
        return self.at if self._code else min(self._timer, self._reads_at())

    def edge(self, at, level):
        """An edge, after `before(at)` has said ""."""
        self.level = level
        if not self.settling:
            if level != self.down and at - self._burst < _ECHO_MS:
                return
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
        """The next thing decided at or before `now`, or ""."""
        return self._decide(now, 0)

    def before(self, at):
        """The next thing decided before an edge at `at` counts, or "".

        At the same instant a hold comes first ("still down at 0.8 s"), all else
        gives way to the edge ("within 0.35 s, included").
        """
        return self._decide(at - 1, 1)

    def _reads_at(self):
        return self._burst + self.settling if self.settling else NEVER

    def _decide(self, now, edge):
        """As `next`; `edge` is 1 where an edge comes 1 ms later, else 0."""
        while not self._code:
            timer = self._timer
            reads_at = self._reads_at()
            holds = self._state == "down" or self._state == "hold"
            if timer < reads_at + holds:
                if timer > now + edge * holds:
                    return ""
                self._change(timer, False)
            elif reads_at > now:
                return ""
            else:
                self._read(reads_at)
        code = self._code
        self._code = ""
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
        new = ""
        timer = NEVER
        if edge:
            self.down = not self.down
            if not self.down:
                if state == "down":
                    new = "press"
                    if self.doubles:
                        new = "waiting"
                        timer = at + _DOUBLE_MS
                elif state == "hold" or state == "long":
                    new = "up"
            elif state == "waiting":
                new = "double"
                timer = at + _STUCK_MS
            else:
                new = "down"
                timer = at + self.hold_ms
                self.began = at
        elif state == "down":
            new = "hold"
            timer = max(at, self.began + _LONG_MS)
        elif state == "hold":
            new = "long"
            timer = self.began + _STUCK_MS
        else:
            new = "press" if state == "waiting" else "stuck"
        self._enter(new, at, timer)

    def _enter(self, state, at, timer):
        self._state = state
        self._code = "" if state in _SILENT else state  # decided and not yet reported
        self._timer = timer  # when the state decides something
        self.at = at
        self.open = timer != NEVER
