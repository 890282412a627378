"""Shows on the display what the clip is doing, and knows when it must change.

Time left is rounded up and open steps count up, so what is shown changes at
whole seconds of the step: the change comes when 0 would show.
"""

from micropython import const

from runwalk import __version__
from runwalk.core.fold import fold

_NEVER = const(0x3FFFFFFF)
_KIND = const(0x0F)
_OPEN = const(0x10)
_FAULT = const(4)  # a sign


class Drawer:
    """Draws the flow's screen into the display's frame when it changes."""

    def __init__(self, flow, display, screens):
        self.flow = flow
        self.display = display
        self.screens = screens
        self.signs = 0
        self._due = 0
        self._lit = None  # not known
        self._present = False

    def due(self, now):
        """The instant at which `act` has something to do."""
        if not self.display.present:
            return self.display.retry_due()
        if not self._present or self.flow.is_lit(now) != self._lit:
            return now
        if not self._lit:
            return _NEVER
        return now if self.flow.stale else self._due

    def act(self, now):
        """Switch the display, and draw what has changed; the bytes go out later, in pieces."""
        display = self.display
        if display.present != self._present:
            self._present = display.present
            self.flow.stale = True
        if not display.present:
            return
        lit = self.flow.is_lit(now)
        if lit != self._lit:
            self._lit = lit
            display.power(lit)
            self.flow.stale = self.flow.stale or lit
        if lit and (self.flow.stale or self._due <= now):
            self._due = _NEVER
            self.flow.stale = False
            self._draw(now)
            display.show()

    def _draw(self, now):
        flow = self.flow
        screens = self.screens
        session = flow.session
        name = flow.screen
        if name == "step":
            left = session.step_left(now)
            self._due = now + (left - 1) % 1000 + 1
            self._step(session, (left + 999) // 1000)
        elif name == "open":
            done = session.step_done(now)
            self._due = now + 1000 - done % 1000
            self._step(session, done // 1000)
        elif name == "countin":
            left = flow.since + 3000 - now
            self._due = now + (left - 1) % 1000 + 1
            screens.countin((left + 999) // 1000, session.kind, self._label(session, session.here.pos))
        elif name == "paused":
            screens.paused(session.kind, session.active(now) // 1000, self.signs)
        elif name == "end":
            screens.end(session.active(now) // 1000)
        elif name == "summary":
            self._summary(session, now)
        elif name == "home":
            self._home()
        elif name == "question" or name == "resume":
            screens.question(*flow.lines, self.signs)
        elif name == "message":
            screens.message(*flow.lines)
        elif name == "splash":
            screens.splash(__version__.encode())
        elif name != "off":
            menu = flow.menu
            screens.list(menu.title, menu.entries, menu.index, menu.marks)

    def _label(self, session, pos):
        number = session.steps.label[pos]
        return self.flow.labels[number - 1] if number else b""

    def _step(self, session, seconds):
        steps = session.steps
        after = session.next_pos
        next_kind = -1
        next_seconds = -1
        if after >= 0:
            next_kind = steps.kind[after] & _KIND
            if not steps.kind[after] & _OPEN:
                next_seconds = (steps.start[after + 1] - steps.start[after]) // 1000
        # a bound method in a variable would live on the heap
        kind = session.kind
        label = self._label(session, session.here.pos)
        k = session.step_round
        n = session.step_rounds
        if session.is_open:
            self.screens.open(kind, label, seconds, k, n, next_kind, next_seconds, self.signs)
        else:
            self.screens.step(kind, label, seconds, k, n, next_kind, next_seconds, self.signs)

    def _summary(self, session, now):
        active = session.active(now)
        run = session.run_ms(now)
        title = b"Well done!" if session.counts else b"Part done"
        if session.is_forgotten():
            title = b"Ended"
        self.screens.summary(title, active // 1000, run // 1000, (active - run) // 1000, ())

    def _home(self):
        flow = self.flow
        choice = flow.choice
        steps = choice.steps
        if steps is None:
            self.screens.home(b"runwalk", b"no plan", b"load or pick one", self.signs)
            return
        if choice.workout is not None:
            where = fold(choice.workout)
        else:
            where = b"week %d day %d" % (choice.week, choice.day)
        length = b"open end"
        if not steps.has_open and steps.repeat_from < 0:
            length = b"%d min" % ((steps.start[steps.n] + 59999) // 60000)
        if flow.keeper.damaged:
            length = b"log damaged"
        if self.signs & _FAULT:
            length = b"can't save"
        self.screens.home(fold(choice.plan.title), where, length, self.signs)
