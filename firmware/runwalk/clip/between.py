"""Between two sessions: what comes next, what is asked, and where the answers lead.

A session that was cut off is offered first. After a session come its rating,
pain where the plan asks for it, and one offer at most; an offer that got no
answer comes again at the next start of the clip.
"""

import gc

from micropython import const

from runwalk.clip.keeper import today
from runwalk.core import advice
from runwalk.core.fold import fold
from runwalk.core.plan import PlanError, steps_from_text
from runwalk.core.session import Session
from runwalk.parts import shelf

_NEVER = const(0x3FFFFFFF)
_RATING_MS = const(30000)
_ASK_MS = const(60000)
_RESUME_NUDGE_MS = const(10000)


class Choice:
    """The session that a press at home starts. `fault` says in words why there is none."""

    def __init__(self, progress):
        self._progress = progress
        self.plan = None
        self.week = 0
        self.day = 0
        self.workout = None  # a label: the next session is this workout
        self.steps = None
        self.fault = ""  # for the trace, with file, line and column
        self.words = b""  # for the screen

    def choose(self, stem):
        """Make that plan the active one. False: it can't be, and `fault` says why."""
        self.steps = None
        gc.collect()
        try:
            self.plan = shelf.scan(stem)
            return True
        except PlanError as error:
            self.fault = "%s.plan:%d:%d: %s" % (stem, error.line, error.column, error.message)
            self.words = b"line %d: %s" % (error.line, fold(error.message))
        except OSError:
            self.fault = stem + ".plan: can't be read"
            self.words = fold(self.fault)
        return False

    def prepare(self):
        """Find the next session and load its steps. False: the plan is not usable any more."""
        self.steps = None
        gc.collect()
        plan = self.plan
        if plan is None:
            return True
        for _ in range(2):
            self.week, self.day = self._progress.next(plan.stem, plan) or plan.last() or (0, 0)
            if self.workout not in plan.workouts:
                self.workout = None if self.week else plan.workouts[0]
            try:
                self.steps = shelf.steps(plan.stem, self.week, self.day, self.workout)
                return True
            except (PlanError, OSError, KeyError):
                # the file was changed since it was scanned: look at the whole of it again
                self.plan = None
                if not self.choose(plan.stem):
                    break
                plan = self.plan
        return False

    def session(self):
        """The state machine of the session that was prepared."""
        session = Session(self.steps, self.plan.reminders)
        session.plan_stem = self.plan.stem
        session.workout = self.workout
        if self.workout is None:
            session.week = self.week
            session.day = self.day
        return session


class Between:
    """The questions of a clip; Flow is one of these."""

    def resume_or_home(self, at):
        """The splash is over, or a count-in was called off."""
        saved = self.keeper.saved
        if self.lines and self.screen == "splash":
            self.message(at, *self.lines)  # what was found wrong at start
            return
        if not saved:
            self.offer_or_home(at)
            return
        self.session = self._saved_session()
        if self.session is None:
            self.keeper.lose()
            self.message(at, b"Can't resume:", b"steps are lost,", b"time is kept")
            return
        self.lines = (
            b"Resume %d:%02d?" % divmod(saved.active // 1000, 60),
            self.note,
            b"yes",
            b"no",
        )
        self.light(at, _ASK_MS)
        self.go("resume", at)
        self.nudge_at = at
        self.nudge_ms = _RESUME_NUDGE_MS
        self.asleep_at = at + _ASK_MS

    def _saved_session(self):
        """The session that a power cut left: from its start record, whatever became of its plan."""
        keeper = self.keeper
        started = keeper.journal.go_on(keeper.saved.number)
        if not started:
            return None
        stem, week, day, workout, _, text = started[:6]
        try:
            steps = steps_from_text(text.encode())
        except PlanError:
            return None
        if keeper.saved.pos >= steps.n:
            return None
        reminders = ()
        self.note = b"plan has changed"
        try:
            reminders = shelf.scan(stem).reminders
            if shelf.steps(stem, int(week), int(day), workout or None).text.decode() == text:
                self.note = b""
        except (PlanError, OSError, KeyError):
            pass  # its reminders are gone with it, its steps are not
        session = Session(steps, reminders)
        session.plan_stem = stem
        session.week = int(week)
        session.day = int(day)
        session.workout = workout or None
        keeper.go_on(session)
        return session

    def resume(self, at, yes):
        self.tell("answer", at, ("resume", "yes" if yes else "no"))
        session = self.session
        if yes:
            session.resumed_after = "power"
            self.count_in(at)
            return
        self.first = session.end(at)
        self.tell(self.first, at, session)
        self.keeper.close()
        self.offer_or_home(at)

    def rating(self, at):
        """The summary is over."""
        self.keeper.close()
        forgotten = self.session.is_forgotten()
        self.session = None
        self.offered = False
        self.choice.workout = None
        if forgotten:
            self.home(at)
            return
        self.menu.show(b"How was it?", (b"easy", b"right", b"hard"), 1)
        self.light(at)
        self.go("rating", at, _RATING_MS)

    def rate(self, at, value):
        self.tell("rate", at, value)
        keeper = self.keeper
        keeper.add("rate", keeper.progress.number, value)
        if self.pain_owed():
            self.ask_pain(at)
        else:
            self.offer_or_home(at)

    def pain_owed(self):
        plan = self.choice.plan
        return plan and plan.ask_pain and self.keeper.progress.pain_owed(plan.stem)

    def ask_pain(self, at):
        self.menu.show(b"Any pain?", (b"no", b"yes"), -1)
        self.light(at)
        self.go("pain", at, _ASK_MS)

    def pain(self, at, value):
        self.tell("answer", at, ("pain", value))
        if value == "none":
            self.home(at)
            return
        self.keeper.add("pain", self.keeper.progress.number, value)
        if value == "yes":
            self.offered = False  # by a start it may have been asked late
        self.offer_or_home(at)

    def offer_or_home(self, at):
        self.session = None
        plan = self.choice.plan
        offer = None
        if plan and not self.offered:
            offer = advice.offer(self.keeper.progress, plan.stem, plan, today())
        self.offered = True
        self.offer = offer
        if not offer:
            self.home(at)
        elif offer.name == "again":
            course = self.keeper.progress.course(plan.stem)
            minutes = course.run_ms // 60000
            self.message(
                at,
                b"All done!",
                b"%d sessions" % course.finished,
                b"%d h %d min run" % (minutes // 60, minutes % 60),
            )
        else:
            self.ask(at, offer)

    def after_message(self, at):
        if self.offer:
            self.ask(at, self.offer)
        else:
            self.resume_or_home(at)

    def ask(self, at, offer):
        """A question with its reason; a press leaves all as it is."""
        self.offer = offer
        self._starts = False  # it was a start that brought it
        self.tell("offer", at, offer.name)
        self.lines = (offer.why, offer.ask, b"no", b"yes")
        self.light(at, _ASK_MS)
        self.go("question", at, _ASK_MS)

    def answer(self, at, value):
        offer = self.offer
        self.offer = None
        self.tell("answer", at, (offer.name, value))
        name = offer.name
        if name != "rest" and value != "none":
            self.keeper.add(
                "offer",
                self.keeper.progress.number,
                self.choice.plan.stem,
                name,
                value,
                offer.week,
                offer.day,
            )
        # at a start, "rest" asks whether to, "off" whether from where the runner left
        if self._starts and value == ("yes" if name == "rest" else "no"):
            self.start(at)
        else:
            self.home(at)

    def may_start(self, at):
        """A press at home: start, unless something is to be asked first."""
        if self.choice.steps is None:
            self.menu.open(at, 2)  # to choose a plan
        elif self.pain_owed():
            self.ask_pain(at)
        else:
            progress = self.keeper.progress
            plan = self.choice.plan
            day = today()
            offer = advice.rest(progress, plan.rest, day) or advice.offer(
                progress, plan.stem, plan, day
            )
            if offer and offer.name in ("rest", "off"):
                self.ask(at, offer)
                self._starts = True
            else:
                self.start(at)

    def start(self, at):
        session = self.choice.session()
        self.session = session
        self.keeper.begin(session)
        self.count_in(at)

    def count_in(self, at):
        session = self.session
        self.labels = [fold(label) for label in session.steps.labels]
        self.sound.forget()
        self.sound.hold_waiting = False
        session.count_in(at)
        self.go("countin", at)

    def crashed(self, at):
        """After an exception the session goes on by itself."""
        session = self._saved_session() if self.keeper.saved else None
        self.session = session
        if session is None:
            self.begin(at)
            return
        self.labels = [fold(label) for label in session.steps.labels]
        session.go_on(at, "crash")
        self.tell("resume", at, session)
        self.keeper.note("resume", session.active(at), session.paused_ms, "crash")
        self.advance(at)
        self.first = "error"
        self.nudge_at = _NEVER
