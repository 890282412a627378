"""What each screen means: which gesture does what, and what happens by itself.

One named screen is on at a time. `advance(at)` lets everything happen that is
due up to that instant, `gesture(code, at)` tells what the runner did; both in
the order of time, so that a late loop comes to the same end as a prompt one.
What a gesture means is decided by the screen and step under its first edge.
"""

from micropython import const

from runwalk.clip.between import Between, Choice
from runwalk.clip.menus import Menu
from runwalk.core.session import NEVER
from runwalk.observe import observe

_SPLASH_MS = const(1500)
_MENU_MS = const(20000)
_END_MS = const(10000)
_SUMMARY_MS = const(3000)
_MESSAGE_MS = const(10000)
_NUDGE_MS = const(60000)
_HOME_ASLEEP_MS = const(300000)
_PAUSED_ASLEEP_MS = const(1800000)
_DEAF_MS = const(1000)  # a gesture begun this soon was not meant for the question
_EVENT_LIGHT_MS = const(5000)

_GESTURES = ("press", "hold", "double")
_STEPS = ("step", "open")
_QUESTIONS = ("question", "end", "resume")
_LISTS = ("menu", "list", "rating", "pain")
_WAKES = ("home", "question", "resume") + _LISTS  # if dark, a gesture does only that


class Flow(Between):
    """The screens of a clip. Owns the session that is on."""

    def __init__(self, clock, sound, settings, keeper):
        self.clock = clock
        self.sound = sound
        self.settings = settings
        self.keeper = keeper
        self.choice = Choice(keeper.progress)
        self.menu = Menu(self)
        self.session = None
        self.labels = []  # of its steps, for the display
        self.screen = ""
        self.since = 0
        self.until = NEVER  # what happens if nothing is pressed happens then
        self.nudge_at = NEVER
        self.nudge_ms = _NUDGE_MS
        self.asleep_at = NEVER
        self.asleep = False  # dark, and nothing is heard until a gesture comes
        self.lit_until = 0
        self.stale = True  # the display shows something else than it should
        self.leave = False  # straight to the REPL
        # of a message; of a question, with the words for press and hold
        self.lines = ()  # type: tuple
        self.offer = None
        self.offered = False
        self.first = ""  # the cue that this turn sounds at once
        self._beep = False
        self._tick = False
        self._paused_at = 0
        self._finger = False  # it is down
        self._down_screen = ""  # what was on under its first edge
        self._down_lit = False
        self._down_at = 0
        self._down_entry = 0
        self._entry = 0  # steps entered so far: one that has ended is known by it

    # what the loop asks

    def due(self, now):
        """The next instant at which something happens by itself."""
        due = min(self.until, self.nudge_at, self.asleep_at)
        if now < self.lit_until:
            due = min(due, self.lit_until)
        return due if self.session is None else min(due, self.session.due())

    def next_cue(self):
        """The next cue that must be heard on time, or NEVER."""
        return NEVER if self.session is None else self.session.next_cue()

    def is_lit(self, now):
        return now < self.lit_until

    def light(self, at, ms=0):
        """Light the display for so long, or for as long as after a gesture."""
        off = self.settings.get("screen-off")
        until = at + (ms or off * 1000) if off else NEVER
        if until > self.lit_until:
            self.lit_until = until

    def take_cue(self, now):
        """Sound what this turn brought: the cue that counts, or a beep, or a tick."""
        if self.first:
            self.sound.play(self.first, now)
        elif self._beep:
            self.sound.play("countdown", now)
        elif self._tick:
            self.sound.play("tick", now)
        self.first = ""
        self._beep = False
        self._tick = False

    def tell(self, event, at, what):
        """A line for the trace: it belongs to the instant `at`."""
        observe(event, self.clock.now() - at, what)

    # from screen to screen

    def go(self, screen, at, ms=0):
        """Show that screen from the instant `at` on, for so long if nothing is pressed."""
        if screen != self.screen:
            self.tell("screen", at, screen)
        self.screen = screen
        self.since = at
        self.until = at + ms if ms else NEVER
        self.stale = True
        self.nudge_at = NEVER
        self.asleep_at = NEVER
        self.asleep = False

    def go_menu(self, screen, at):
        self.go(screen, at, _MENU_MS)

    def begin(self, at):
        self.light(at)
        self.go("splash", at, _SPLASH_MS)

    def home(self, at):
        self.session = None
        if self.choice.prepare():
            self.go("home", at)
            self.asleep_at = at + _HOME_ASLEEP_MS
        else:
            self._plan_fault(at)  # home comes after it

    def message(self, at, line1, line2=b"", line3=b""):
        """Three lines of plain words."""
        self.lines = (line1, line2, line3)
        self.light(at)
        self.go("message", at, _MESSAGE_MS)

    def use(self, at, stem):
        """Make that plan the active one. False: it can't be, and a message says why."""
        if not self.choice.choose(stem):
            self._plan_fault(at)
            return False
        if self.keeper.progress.plan != stem:
            self.keeper.add("plan", stem)
        return True

    def put(self, stem, week, day):
        """Put the runner at that session, where the plan has it."""
        if self.choice.plan and self.choice.plan.has(week, day):
            self.keeper.add("set", stem, week, day)

    def _plan_fault(self, at):
        self.tell("error", at, ("plan", self.choice.fault))
        self.lines = (b"Plan not usable", self.choice.words)
        if self.screen != "splash":
            self.message(at, *self.lines)

    def be_quiet(self, quiet):
        self.sound.quiet = quiet
        self.keeper.wish = ("quiet", quiet)
        self.keeper.due_at = 0

    def off(self, at):
        self.go("off", at)
        self.lit_until = at
        self.tell("sleep", at, None)

    # a session

    def advance(self, at):
        """Let happen what is due up to that instant."""
        session = self.session
        while session is not None:
            event = session.next(at)
            if not event:
                break
            self._happened(event, session.at)
        while self.nudge_at <= at:
            self.nudge_at += self.nudge_ms
            self.first = "nudge"
            self.light(at, _EVENT_LIGHT_MS)
        if self.asleep_at <= at:
            self.asleep = True
            self.asleep_at = NEVER
            self.nudge_at = NEVER
            self.lit_until = at
            self.keeper.due_at = 0  # what was paused is saved before it sleeps
        while self.until <= at:
            self._timeout(self.until)

    def _happened(self, event, at):
        session = self.session
        if event == "countdown":
            self._beep = self.settings.get("countdown")
            return
        if event == "countin":
            self.first = event
            self.stale = True
            return
        if event == "finish":
            self._over(at)
            return
        self.tell(event, at, session)
        if event == "step":
            self._entry += 1
            self.first = session.step_kind
            self._show_step(at)
        elif event == "resume":
            self.keeper.note(event, session.active(at), session.paused_ms, session.resumed_after)
        elif event != "start":
            # half-way, last round, a reminder
            self.light(at, _EVENT_LIGHT_MS)
            if event != "halfway" or self.settings.get(event):
                self.sound.wait(event)

    def _show_step(self, at):
        self.light(at, _EVENT_LIGHT_MS)
        self.go("open" if self.session.is_open else "step", at)

    def _over(self, at):
        name = "finish" if self.session.counts else "stop"
        self.tell(name, at, self.session)
        self.first = name
        self.sound.hold_waiting = False
        self.light(at, _EVENT_LIGHT_MS)
        self.go("summary", at, _SUMMARY_MS)

    def _pause(self, at):
        session = self.session
        session.pause(at)
        self.tell("pause", at, session)
        self.keeper.note("pause", session.active_ms, session.paused_ms)
        self.sound.hold_waiting = True
        self.first = "pause"
        self._paused_at = at
        self._show_paused(at)

    def _show_paused(self, at):
        self.go("paused", at)
        self.nudge_ms = _NUDGE_MS
        self.nudge_at = at + _NUDGE_MS - (at - self._paused_at) % _NUDGE_MS
        self.asleep_at = self._paused_at + _PAUSED_ASLEEP_MS

    def _go_on(self, at):
        session = self.session
        session.resume(at)
        self.tell("resume", at, session)
        self.keeper.note("resume", session.active_ms, session.paused_ms)
        self.sound.hold_waiting = False
        self.first = "resume"
        self._show_step(at)

    def _double(self, at):
        session = self.session
        if session.can_take_back(at):
            session.back(at)
            self.tell("back", at, session)
            self._left("back", at)
        elif session.state != "over":
            session.skip(at)
            self.tell("skip", at, session)
            self._left("skip", at)

    def _left(self, kind, at):
        """A step was left by the runner."""
        session = self.session
        self.keeper.note(kind, session.active(at), session.moved_from, session.moved_to)
        if session.state == "over":
            self._over(at)
        else:
            self.advance(at)

    # nothing was pressed for so long

    def _timeout(self, at):
        screen = self.screen
        self.until = NEVER
        if screen == "splash":
            if not self._finger:
                self.resume_or_home(at)
        elif screen == "message":
            self.after_message(at)
        elif screen == "end":
            self._show_paused(at)
        elif screen == "summary":
            self.rating(at)
        elif screen == "rating":
            self.rate(at, "none")
        elif screen == "pain":
            self.pain(at, "none")
        elif screen == "question":
            self.answer(at, "none")
        else:
            self.home(at)

    # what the runner did

    def gesture(self, code, at):
        """`code` of core.gesture, decided at the instant `at`."""
        screen = self.screen
        if code == "down":
            self._finger = True
            self._down_screen = screen
            self._down_lit = self.is_lit(at)
            self._down_at = at
            self._down_entry = self._entry
            self.light(at)
            if screen == "home":
                self.asleep = False
                self.asleep_at = at + _HOME_ASLEEP_MS
            return
        if code in _GESTURES:
            self.tell("button", at, code)
        if code == "stuck":
            self.tell("error", at, ("button", "stuck down"))
        elif code == "long":
            if screen == "splash":
                self.leave = True
            return
        if code != "hold":
            self._finger = False
            if screen == "splash" and self.until == NEVER:
                self.resume_or_home(at)
                return
        if code not in _GESTURES:
            return
        self.light(at)
        if self._is_deaf(code):
            return
        if code == "press":
            self._press(at)
        elif code == "hold":
            self._tick = True
            self._hold(at)
        else:
            self._double(at)

    def _is_deaf(self, code):
        """Whether the gesture only lights the display."""
        screen = self._down_screen
        if self.screen in _STEPS and (screen in _STEPS or screen == "countin"):
            if code != "hold" and self.screen == "step" and self.settings.get("lock"):
                return True
            # a hold still pauses; the rest was meant for a step that has ended
            return self._down_entry != self._entry and code != "hold"
        if screen != self.screen:
            return True
        if screen in _QUESTIONS and self._down_at - self.since < _DEAF_MS:
            return True
        return screen in _WAKES and not self._down_lit

    def _press(self, at):
        screen = self.screen
        if screen == "home":
            self.may_start(at)
        elif screen in _LISTS:
            self.menu.press()
            self.until += at - self.since
            self.since = at
            self.stale = True
        elif screen == "step":
            if self._down_lit:
                self.first = self.session.step_kind
        elif screen == "open":
            self.session.press_on(at)
            self._left("open", at)
        elif screen == "paused":
            self._go_on(at)
        elif screen == "end":
            self._show_paused(at)
        elif screen == "resume":
            self.resume(at, True)
        elif screen == "question":
            self.answer(at, "no")
        elif screen == "message":
            self.after_message(at)

    def _hold(self, at):
        screen = self.screen
        if screen == "home":
            self.menu.open(at)
        elif screen == "menu" or screen == "list":
            self.menu.take(at)
        elif screen == "countin":
            self.session.cancel()
            self.first = ""  # not even the beep of this very instant
            self.sound.hush(self.clock.now())
            self.keeper.cancel()
            self.resume_or_home(at)
        elif screen in _STEPS:
            self._pause(at)
        elif screen == "paused":
            self.go("end", at, _END_MS)
        elif screen == "end":
            self.tell("answer", at, ("end", "yes"))
            self.session.end(at)
            self._over(at)
        elif screen == "resume":
            self.resume(at, False)
        elif screen == "question":
            self.answer(at, "yes")
        elif screen == "rating":
            self.rate(at, self.menu.word())
        elif screen == "pain":
            if self.menu.index >= 0:
                self.pain(at, self.menu.word())
        elif screen == "message":
            self.after_message(at)
