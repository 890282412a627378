"""What each screen means: which gesture does what, and what happens by itself.

One named screen is on at a time. `advance(at)` lets everything happen that is
due up to that instant, `gesture(code, at)` tells what the runner did; both in
the order of time, so that a late loop comes to the same end as a prompt one.
What a gesture means is decided by the screen and step under its first edge.
"""

import gc

from micropython import const

from runwalk import __version__
from runwalk.clip.choice import Choice
from runwalk.clip.menus import Menu
from runwalk.core import session as machine_
from runwalk.core.fold import fold
from runwalk.core.gesture import DOUBLE, DOWN, HOLD, LONG, PRESS, STUCK
from runwalk.core.plan import KINDS
from runwalk.core.session import NEVER, RUNNING
from runwalk.observe import observe

_SPLASH_MS = const(1500)
_MENU_MS = const(20000)
_END_MS = const(10000)
_SUMMARY_MS = const(3000)
_RATING_MS = const(30000)
_MESSAGE_MS = const(10000)
_NUDGE_MS = const(60000)
_HOME_ASLEEP_MS = const(300000)
_PAUSED_ASLEEP_MS = const(1800000)
_QUESTION_DEAF_MS = const(1000)  # a gesture begun this soon was not meant for the question
_EVENT_LIGHT_MS = const(5000)

RATINGS = ("easy", "right", "hard")
_NAMES = {PRESS: "press", HOLD: "hold", DOUBLE: "double"}
_ENTRIES = ("home", "menu", "list", "question", "rating", "pain")  # here a dark screen only wakes


class Flow:
    """The screens of a clip. Owns the session that is on, and the choice of the next."""

    def __init__(self, clock, sound, settings):
        self.clock = clock
        self.sound = sound
        self.settings = settings
        self.screen = ""
        self.since = 0
        self.until = NEVER
        self.lit_until = 0
        self.stale = True  # the screen shows something else than it should
        self.leave = False  # straight to the REPL
        self.session = None
        self.choice = Choice()
        self.labels = []
        self.menu = Menu(self)
        self.lines = (b"", b"", b"")  # of a message
        self.rating_entries = [rating.encode() for rating in RATINGS]
        self.rated = 1
        self.counts = False  # the session that is over is a finish
        self._nudge_at = NEVER
        self._asleep_at = NEVER
        self._paused_since = 0
        self.finger_down = False
        self._first = ""  # the cue that this turn sounds at once
        self._beep = False
        self._tick = False
        self._down_screen = ""
        self._down_lit = False
        self._down_at = 0
        self._down_entry = 0  # counts steps entered, so that a step that has ended is known
        self._entry = 0

    # what the loop asks

    def due(self):
        """The next instant at which something happens by itself, but for the session."""
        due = self.until if self.until < self._nudge_at else self._nudge_at
        if self._asleep_at < due:
            due = self._asleep_at
        if self.lit_until < due and self.lit_until > self.clock.now():
            due = self.lit_until
        if self.session is not None and self.session.due() < due:
            due = self.session.due()
        return due

    def next_cue(self):
        """The next cue that must be heard on time, or NEVER."""
        if self.session is None:
            return NEVER
        return self.session.next_cue()

    def is_lit(self, now):
        return now < self.lit_until

    def knows_double(self):
        return self.screen in ("step", "open", "summary")

    def light(self, at, ms=0):
        """Light the display for so long, or for as long as after a gesture."""
        off = self.settings.get("screen-off")
        until = at + (ms or off * 1000)
        if not off:
            until = NEVER
        if until > self.lit_until:
            self.lit_until = until

    def take_cue(self, now):
        """Sound what this turn brought: the first cue that counts, or a beep, or a tick."""
        if self._first:
            self.sound.play(self._first, now)
        elif self._beep:
            self.sound.play("countdown", now)
        elif self._tick:
            self.sound.play("tick", now)
        self._first = ""
        self._beep = False
        self._tick = False

    # moving from screen to screen

    def ago(self, at):
        return self.clock.now() - at

    def go(self, screen, at, ms=0):
        """Show that screen from the instant `at` on, for so long if nothing is pressed."""
        if screen != self.screen:
            observe("screen", self.ago(at), screen)
        self.screen = screen
        self.since = at
        self.until = at + ms if ms else NEVER
        self.stale = True
        self._nudge_at = NEVER
        self._asleep_at = NEVER

    def rewound(self, by):
        """The clock was set back by so much, at home in the dark."""
        self.since -= by
        self.lit_until = 0
        if self._asleep_at != NEVER:
            self._asleep_at -= by

    def begin(self, at):
        self.light(at)
        self.go("splash", at, _SPLASH_MS)

    def home(self, at):
        self.session = None
        if not self.choice.prepare():
            self._plan_fault(at)  # home comes after it
            return
        self.go("home", at)
        self._asleep_at = at + _HOME_ASLEEP_MS

    def message(self, at, line1, line2=b"", line3=b""):
        """Three lines of plain words; the clip goes home after them."""
        self.lines = (line1, line2, line3)
        self.light(at)
        self.go("message", at, _MESSAGE_MS)

    # the choice of what comes next

    def choose(self, at, stem, week=0, day=0, workout=None):
        """Make that plan the active one. False: it can't be, and a message says why."""
        if self.choice.choose(stem, week, day, workout):
            return True
        self._plan_fault(at)
        return False

    def _plan_fault(self, at):
        observe("error", self.ago(at), ("plan", self.choice.fault))
        self.message(at, b"Plan not usable", self.choice.words)

    def picked(self, at, week, day, workout):
        """The runner picked a session in the menu."""
        self.choice.pick(week, day, workout)
        self.home(at)

    # a session

    def start(self, at):
        if self.choice.steps is None:
            self.message(at, b"No plan chosen", b"hold: menu, Plan")
            return
        session = self.choice.session()
        self.labels = [fold(label) for label in session.steps.labels]
        self.session = session
        self.counts = False
        self.sound.forget()
        gc.collect()
        session.count_in(at)
        self.go("countin", at)

    def advance(self, at):
        """Let happen what is due up to that instant."""
        if self.session is not None and self.session.due() <= at:
            while True:
                event = self.session.next(at)
                if event == machine_.NONE:
                    break
                self._happened(event, self.session.at)
        while self._nudge_at <= at:
            self._nudge_at += _NUDGE_MS
            self._first = "nudge"
            self.light(at, _EVENT_LIGHT_MS)
        if self._asleep_at <= at:
            self._asleep_at = NEVER
            self.lit_until = at
        while self.until <= at:
            self._timeout(self.until)

    def _happened(self, event, at):
        session = self.session
        if event == machine_.COUNTIN:
            self._first = "countin"
            self.stale = True
        elif event == machine_.START:
            observe("start", self.ago(at), session)
        elif event == machine_.RESUME:
            observe("resume", self.ago(at), session)
            self._first = "resume"
        elif event == machine_.STEP:
            self._entry += 1
            observe("step", self.ago(at), session)
            self._first = KINDS[session.kind]
            self.light(at, _EVENT_LIGHT_MS)
            self.go("open" if session.is_open else "step", at)
        elif event == machine_.HALFWAY:
            observe("halfway", self.ago(at), None)
            self._later("halfway", at)
        elif event == machine_.LASTROUND:
            observe("lastround", self.ago(at), None)
            self._later("lastround", at)
        elif event == machine_.REMIND:
            observe("remind", self.ago(at), session.remind_label)
            self._later("remind", at)
        elif event == machine_.COUNTDOWN:
            self._beep = True
        elif event == machine_.FINISH:
            self._over(machine_.FINISH, at)

    def _later(self, cue, at):
        self.sound.wait(cue)
        self.light(at, _EVENT_LIGHT_MS)

    def _over(self, verdict, at):
        self.counts = verdict == machine_.FINISH
        name = "finish" if self.counts else "stop"
        observe(name, self.ago(at), self.session)
        self.sound.hush(self.clock.now())
        self.sound.forget()
        self._first = name
        self.light(at, _EVENT_LIGHT_MS)
        self.go("summary", at, _SUMMARY_MS)

    def _pause(self, at):
        self.session.pause(at)
        observe("pause", self.ago(at), self.session)
        self.sound.hush(self.clock.now())
        self.sound.hold_waiting = True
        self._first = "pause"
        self._show_paused(at, at)

    def _show_paused(self, at, since):
        self.go("paused", at)
        self._paused_since = since
        gone = at - since
        self._nudge_at = at + _NUDGE_MS - gone % _NUDGE_MS
        self._asleep_at = since + _PAUSED_ASLEEP_MS

    def _resume(self, at):
        self.session.resume(at)
        observe("resume", self.ago(at), self.session)
        self.sound.hold_waiting = False
        self._first = "resume"
        self.light(at, _EVENT_LIGHT_MS)
        self.go("open" if self.session.is_open else "step", at)

    def _skip_or_back(self, at):
        session = self.session
        if session.can_take_back(at):
            session.back(at)
            observe("back", self.ago(at), session)
            self.advance(at)
        elif session.state == RUNNING:
            verdict = session.skip(at)
            observe("skip", self.ago(at), session)
            self._left(verdict, at)

    def _left(self, verdict, at):
        if verdict == machine_.NONE:
            self.advance(at)
        else:
            self._over(verdict, at)

    def _after_summary(self, at):
        """The session is over for good: where it counts, the next one is on."""
        session = self.session
        if session.is_forgotten():
            self.home(at)
            return
        if self.counts:
            self.choice.done()
        else:
            self.choice.leave()
        self.rated = 1
        self.light(at)
        self.go("rating", at, _RATING_MS)

    def _rate(self, at, value):
        observe("rate", self.ago(at), value)
        self.home(at)

    # nothing was pressed for so long

    def _timeout(self, at):
        screen = self.screen
        if screen == "splash":
            self.until = NEVER
            if not self._splash_held():
                self.home(at)
        elif screen in ("menu", "list", "message"):
            self.home(at)
        elif screen == "end":
            self._show_paused(at, self._paused_since)
        elif screen == "summary":
            self._after_summary(at)
        elif screen == "rating":
            self._rate(at, "none")
        else:
            self.until = NEVER

    def _splash_held(self):
        """A press begun in the splash keeps it on while it is down."""
        return self._down_screen == "splash" and self.finger_down

    # what the runner did

    def gesture(self, code, at):
        """`code` of core.gesture, decided at the instant `at`."""
        if code == DOWN:
            self.finger_down = True
            self._down_screen = self.screen
            self._down_lit = self.is_lit(at)
            self._down_at = at
            self._down_entry = self._entry
            if self.screen != "off":
                self.light(at)
            return
        if code == STUCK:
            observe("error", self.ago(at), ("button", "stuck down"))
            self._released(at)
            return
        if code == LONG:
            if self.screen == "splash" and self._down_screen == "splash":
                self.leave = True
            elif self.screen == "off":
                self._wake(at)
            return
        if code not in _NAMES:
            self._released(at)
            return
        observe("button", self.ago(at), _NAMES[code])
        if code != HOLD:
            self._released(at)
        if self.screen == "off":
            return
        self.light(at)
        if self._is_deaf(code):
            return
        if code == PRESS:
            self._press(at)
        elif code == HOLD:
            self._tick = True
            self._hold(at)
        else:
            self._skip_or_back(at)

    def _released(self, at):
        self.finger_down = False
        if self.screen == "splash" and self.until == NEVER and not self.leave:
            self.home(at)

    def _is_deaf(self, code):
        """Whether the gesture only lights the display."""
        screen = self._down_screen
        if screen in ("step", "open", "countin") and self.screen in ("step", "open"):
            # a hold still pauses; the rest was meant for a step that has ended
            return self._down_entry != self._entry and code != HOLD
        if screen != self.screen:
            return True
        if screen in ("end", "question") and self._down_at - self.since < _QUESTION_DEAF_MS:
            return True
        return screen in _ENTRIES and not self._down_lit

    def _press(self, at):
        screen = self.screen
        if screen == "home":
            self.start(at)
        elif screen in ("menu", "list"):
            self.menu.press()
            self._stay(at, _MENU_MS)
        elif screen == "step":
            if self._down_lit:
                self._first = KINDS[self.session.kind]
        elif screen == "open":
            self._left(self.session.press_on(at), at)
        elif screen == "paused":
            self._resume(at)
        elif screen == "end":
            self._show_paused(at, self._paused_since)
        elif screen == "rating":
            self.rated = (self.rated + 1) % 3
            self._stay(at, _RATING_MS)
        elif screen == "message":
            self.home(at)

    def _stay(self, at, ms):
        self.until = at + ms
        self.stale = True

    def _hold(self, at):
        screen = self.screen
        if screen == "home":
            self.menu.open()
            self.go("menu", at, _MENU_MS)
        elif screen in ("menu", "list"):
            self.menu.take(at)
        elif screen == "countin":
            self.session.cancel()
            self.sound.hush(self.clock.now())
            self.home(at)
        elif screen in ("step", "open"):
            self._pause(at)
        elif screen == "paused":
            self.go("end", at, _END_MS)
            self._nudge_at = NEVER
        elif screen == "end":
            self._end(at)
        elif screen == "rating":
            self._rate(at, RATINGS[self.rated])
        elif screen == "message":
            self.home(at)

    def _end(self, at):
        observe("answer", self.ago(at), ("end", "yes"))
        self.sound.hold_waiting = False
        self._over(self.session.end(at), at)

    def menu_at(self, screen, at):
        self.go(screen, at, _MENU_MS)

    def about(self, at):
        self.message(at, b"runwalk " + __version__.encode(), b"run a little, walk a little")

    def set_quiet(self, quiet):
        try:
            self.settings.set("quiet", quiet)
        except OSError:
            pass  # a full flash: it holds until the power goes
        self.sound.quiet = quiet

    # off

    def off(self, at):
        self.go("off", at)
        self.lit_until = at
        observe("sleep", self.ago(at), None)

    def _wake(self, at):
        observe("wake", self.ago(at), "button")
        self.light(at)
        self.home(at)
