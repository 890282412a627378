"""Somebody who runs for weeks, and does with a clip what people do; a model watches.

`Runner` sits where the simulator's pilot sits: it sees each event as it happens, tells
the model, checks the clip against it, and puts fingers, power cuts, clocks and faults of
the flash on the timeline. Every decision is drawn by `draw(list)`.
"""

import datetime
import traceback

from weeks_model import Model, counts

from hostsim.scenario import CLOCK, DOWN, END, FINGER, FLASH, POWER, RESET, UP, ZONE_STEPS

_MS = 1_000_000
_CHECK = 12  # of the world's timeline: it calls `leaves`
_EPOCH = datetime.datetime(1970, 1, 1)
_OK, _FULL, _READONLY = 0, 1, 2
_LOST_MS = 15000
_HILLS_MS = 70000


class Wrong(BaseException):
    """The clip and the model disagree; the firmware does not catch it, as it would an Exception."""


class Session:
    """One that was started, as the trace tells it; times in ms."""

    def __init__(self, place, planned, t):
        self.place = place  # None: a workout
        self.planned = planned
        self.began = t  # when active time was 0, were there no pauses
        self.paused_at = None  # active time, while it stands still
        self.pause_began = 0
        self.pauses = 0
        self.left = self.left_before = 0  # taken off by skips; before the last one
        self.step = (0, 0)  # active at its entry, its length; None: not known
        self.is_odd = False  # the step that follows was entered before
        self.by_runner = False
        self.is_cut = False  # resumed
        self.end = ""  # finish, stop
        self.active = 0

    def done(self, t):
        return t - self.began if self.paused_at is None else self.paused_at


class Runner:
    def __init__(self, world, plan, draw, turns):
        self.world = world
        self.plan = plan
        self.draw = draw
        self.turns = turns  # how often something is done at home
        self.model = Model(plan)
        self.screen = ""
        self.session = None
        self.cut_at = 0
        self.cut_done = 0  # active ms, of the session that was cut last
        self.must_resume = None  # active ms of the session that a cut ended
        self.saved = None  # what the flash has of a session: (session, active ms, left out)
        self.can_offer = False
        self.asked = None
        self.rest_yes = False
        self.no_word = False  # about pain
        self.workout = False  # it was chosen in the menu
        self.wish = ""
        self.to_set = None  # a place that is being chosen there
        self.faults = []  # (from, to)
        self.clock = None  # (t, datetime) at which it was set
        self.day = datetime.date(2026, 2, 20)
        self.retry = None
        self.retry_at = 0
        self.tries = 0
        self.log = []  # for a failure's report
        self.seen = {"sessions": 0, "offers": 0, "cuts": 0, "faults": 0, "resumes": 0, "days": 0}

    # what it does to the board

    def at(self, ms, code, arg=0):
        self.world.at(ms * _MS, code, arg)

    def press(self, ms):
        self.at(ms - 100, FINGER, DOWN)
        self.at(ms, FINGER, UP)

    def hold(self, ms):
        self.at(ms - 800, FINGER, DOWN)
        self.at(ms + 200, FINGER, UP)

    def double(self, ms):
        self.press(ms - 250)
        self.at(ms, FINGER, DOWN)
        self.at(ms + 100, FINGER, UP)

    def at_last(self, gesture, ms):
        """That gesture, and again if the clip took it for waking up."""
        gesture(ms)
        self.retry = gesture
        self.retry_at = ms + 1000
        self.tries = 0
        self.at(self.retry_at, _CHECK)

    def leaves(self):
        now = self.world.now // _MS
        if self.retry and now >= self.retry_at:
            self.tries += 1
            if self.tries == 4:
                raise Wrong(f"{self.screen} does not react")
            self.retry(now + 1500)
            self.retry_at = now + 2500
            self.at(self.retry_at, _CHECK)
        return False

    def today(self, t):
        if self.clock is None:
            return None
        since, wall = self.clock
        return (wall + datetime.timedelta(milliseconds=t - since)).date()

    def another_day(self):
        gap = self.draw([1, 0, 2, 3, 7, 15, 30, -3])
        self.day += datetime.timedelta(days=gap)
        self.seen["days"] += max(0, gap)
        hour, minute = self.draw([(7, 30), (0, 0), (23, 57)])
        return datetime.datetime(self.day.year, self.day.month, self.day.day, hour, minute)

    def set_clock(self, ms, wall):
        self.at(ms, CLOCK, int((wall - _EPOCH).total_seconds()) * ZONE_STEPS)
        self.clock = (ms, wall)

    def cut(self, ms):
        """The power goes, or a soft reset comes."""
        self.log.append((ms, "cut"))
        self.seen["cuts"] += 1
        self.cut_at = ms
        if self.draw([False, False, True]):
            self.at(ms, RESET)
            return
        back = ms + self.draw([500, 5000, 3600000])
        self.at(ms, POWER, 0)
        self.at(back, POWER, 1)
        self.clock = None
        if self.draw([True, True, False]):
            self.set_clock(back + 300, self.another_day())

    def break_flash(self, ms, until):
        if any(end >= ms - 1000 for _, end in self.faults):
            return
        self.seen["faults"] += 1
        self.faults.append((ms, until))
        self.at(ms, FLASH, self.draw([_FULL, _READONLY]))
        self.at(until, FLASH, _OK)

    def was_broken(self, since, until):
        return any(begin <= until and end >= since for begin, end in self.faults)

    # what it sees

    def saw(self, code, t, b):
        self.log.append((t, code, b if isinstance(b, (str, tuple)) else ""))
        handler = getattr(self, "_saw_" + code, None)
        try:
            if handler:
                handler(t, b)
        except AssertionError as error:
            story = "\n".join(map(str, self.log[-50:]))
            raise Wrong(f"{story}\n{traceback.format_exc()}") from error

    def _saw_crash(self, t, b):
        raise AssertionError(f"crash: {b}")

    def _saw_error(self, t, b):
        assert b[0] == "flash" and self.faults, b

    def _saw_boot(self, t, b):
        session = self.session
        self.must_resume = None
        if session is not None:
            self.cut_done = session.active if session.end else session.done(self.cut_at)
        if session is not None and not session.end:
            if not self.was_broken(self.cut_at - 16000, self.cut_at):
                self.must_resume = self.cut_done
        self.model.power_lost()
        self.session = self.to_set = self.retry = None
        self.workout = self.rest_yes = self.no_word = False
        self.can_offer = True
        self.screen = ""

    def _saw_saved(self, t, what):
        session = self.session
        if what == "journal":
            self._settle(t)
            self._set()
            self.model.written()
        elif what == "session":
            runs = session is not None and not session.end
            self.saved = (session, session.done(t), session.left) if runs else None

    def _settle(self, t):
        """The end of a session goes into the journal: now at the latest."""
        session = self.session
        if session is None or not session.end:
            return
        self.session = None
        how = counts(session.active, session.planned, not session.by_runner)
        assert session.end == (how or "stop"), (session.end, how)
        if how:
            self.seen["sessions"] += 1
            self.model.add(
                how,
                session=session,
                place=session.place,
                active=session.active,
                date=self.today(t),
            )

    def _set(self):
        if self.to_set:
            self.model.add("set", place=self.to_set)
            self.to_set = None

    def _last(self):
        """The session that ended last."""
        return self.model.ended(True)[-1]

    # a session

    def _saw_start(self, t, b):
        model = self.model
        self.retry = None
        today = self.today(t)
        assert not model.pain_owed()
        assert self.rest_yes or not model.rest_due(today)
        assert (model.offer(today) or "?")[0] != "off"
        place = None if b.workout else (b.week, b.day)
        if self.workout:
            assert b.workout == "Hills" and not b.week
        else:
            assert place == (model.next() or self.plan.places[-1])
        planned = self.plan.sessions[place] if place else _HILLS_MS
        assert b.total_ms == planned
        self.session = Session(place, planned, t)
        self._go_on(t)

    def _go_on(self, t):
        """The session runs: what comes next."""
        session = self.session
        left = session.planned - session.left - session.done(t)
        whens = [ms for ms in (3000, 12000, 26000, 45000, 62000) if ms < left - 4000]
        what = self.draw(["", "", "pause", "pause", "skip", "cut", "flash"])
        if not what or not whens:
            return
        if what == "skip" and (session.is_odd or session.step is None):
            return
        at = t + self.draw(whens)
        if what == "flash":
            self.break_flash(at, at + self.draw([10000, 60000]))
        else:
            {"pause": self.hold, "skip": self.double, "cut": self.cut}[what](at)

    def _saw_step(self, t, b):
        session = self.session
        session.step = None if session.is_odd else (session.done(t), b.step_ms)
        session.is_odd = False

    def _saw_pause(self, t, b):
        session = self.session
        session.paused_at = session.done(t)
        session.pause_began = t
        assert b.active_ms == session.paused_at
        what = self.draw(["on", "on", "end", "end", "cut"])
        if what == "on":
            self.press(t + self.draw([2000, 31000, 130000]))
        elif what == "cut":
            self.cut(t + self.draw([700, 40000]))
        else:
            self.hold(t + 2000)  # End?
            if self.draw([True, True, False]):
                session.by_runner = True
                self.hold(t + 4500)
            else:
                self.press(t + 4500)
                self.press(t + 6000)

    def _saw_resume(self, t, b):
        session = self.session
        if b.resumed_after:
            assert b.resumed_after == "power"
            self._found(b.active_ms)
            session.began = t - b.active_ms
            session.is_odd = True
        else:
            assert b.active_ms == session.paused_at
            session.began += t - session.pause_began
            session.pauses += t - session.pause_began
        session.paused_at = None
        self._go_on(t)

    def _found(self, active):
        """The clip says how much was done of the session that was cut."""
        _, saved, self.session.left = self.saved
        # a soft reset in the middle of a write commits it, and nobody was told
        assert saved - 500 <= active <= max(saved, self.cut_done), (saved, active)
        if self.must_resume is not None:
            assert 0 <= self.must_resume - active <= _LOST_MS
            self.must_resume = None

    def _saw_skip(self, t, b):
        session = self.session
        session.left_before = session.left
        if b.moved_to < 0:
            session.by_runner = True
            return
        entered, length = session.step
        session.left += length - (session.done(t) - entered)
        if self.draw([True, False]):
            self.double(t + 1500)
        else:
            self._go_on(t)

    def _saw_back(self, t, b):
        session = self.session
        session.left = session.left_before
        session.by_runner = False
        session.end = ""
        session.is_odd = True
        self._go_on(t)

    def _ended(self, how, t, b):
        session = self.session
        session.end = how
        if self.screen == "resume":
            self._found(b.active_ms)
            session.active = b.active_ms
            return
        session.active = session.done(t)
        assert b.active_ms == session.active
        now = 0 if session.paused_at is None else t - session.pause_began
        assert session.is_cut or b.paused_ms == session.pauses + now
        if not session.by_runner:
            assert session.active == session.planned - session.left
        elif session.paused_at is None and self.draw([True, False, False]):
            self.double(t + 1500)  # the last step, taken back

    def _saw_finish(self, t, b):
        self._ended("finish", t, b)

    def _saw_stop(self, t, b):
        self._ended("stop", t, b)

    # what it is asked

    def _saw_screen(self, t, name):
        before, self.screen = self.screen, name
        self.retry = None
        if name in ("home", "message", "question"):
            self._settle(t)
            assert self.must_resume is None or self.must_resume <= _LOST_MS, "no resume"
            self.must_resume = None
        if name == "home":
            self._at_home(t, before)
        else:
            handler = getattr(self, "_at_" + name, None)
            if handler:
                handler(t)

    def _is_cut_here(self, t):
        """Now and then the power goes while a question stands."""
        if self.draw([False] * 11 + [True]):
            self.cut(t + 900)
            return True
        return False

    def _at_countin(self, t):
        if self.draw([False] * 11 + [True]):
            self.hold(t + 1500)  # called off

    def _at_resume(self, t):
        assert self.saved is not None
        assert not any(e["session"] is self.saved[0] for e in self.model.ended(True))
        self.session = None  # where the count-in after a yes was called off
        self.seen["resumes"] += 1
        if self._is_cut_here(t):
            self.must_resume = None
            return
        what = self.draw(["yes", "yes", "no", "later"])
        if what == "later":
            t += 70000  # the question stays, in the dark
        self.at_last(self.hold if what == "no" else self.press, t + 2500)

    def _saw_answer(self, t, b):
        name, value = b
        self.retry = None
        self.log.append((t, name, value))
        if name == "resume":
            self.session = session = self.saved[0]
            session.is_cut = True
            session.by_runner = value == "no"
            session.end = ""
        elif self.screen == "pain":
            if value != "none":
                self.model.add("pain", of=self._last(), value=value)
            self.no_word = value == "none"
            if value == "yes":
                self.can_offer = True  # told late, it brings its offer all the same
        elif name == "rest":
            self.rest_yes = value == "yes"
        elif name != "end" and value != "none":
            self.model.add("offer", name=name, value=value, place=self.asked[1])

    def _saw_rate(self, t, value):
        self.model.add("rate", of=self._last(), value=value)

    def _at_rating(self, t):
        self._settle(t)
        self.workout = False
        self.can_offer = True
        if self._is_cut_here(t):
            return
        presses = self.draw([0, 1, 1, 2, 2, 2, 3, None])
        if presses is None:
            return  # for 30 s: not rated
        for press in range(presses):
            self.press(t + 1000 + 400 * press)
        self.hold(t + 3500)

    def _at_pain(self, t):
        assert self.model.pain_owed()
        if self._is_cut_here(t):
            return
        presses = self.draw([1, 1, 2, 2, 3, None])
        if presses is None:
            return  # for 60 s: not answered
        for press in range(presses):
            self.press(t + 1000 + 400 * press)
        self.hold(t + 3500)

    def _at_message(self, t):
        offer = self.model.offer(self.today(t))
        assert offer and offer[0] == "again"
        if self.draw([True, False]):
            self.press(t + 2000)

    def _saw_offer(self, t, name):
        self._settle(t)
        self.seen["offers"] += 1
        if name == "rest":
            assert self.model.rest_due(self.today(t)) and not self.model.pain_owed()
            return
        self.asked = self.model.offer(self.today(t))
        assert self.asked and self.asked[0] == name, self.asked
        if self.screen == "home":  # days off are asked about at each start
            assert name == "off" and not self.model.rest_due(self.today(t))
        else:
            assert self.can_offer
            self.can_offer = False

    def _at_question(self, t):
        if self._is_cut_here(t):
            return
        what = self.draw(["yes", "yes", "no", "none"])
        if what == "yes":
            self.hold(t + 2500)
        elif what == "no":
            self.press(t + 1500)

    # at home

    def _at_home(self, t, before):
        self._set()
        if before == "summary":
            self.can_offer = True  # over in its first minute: nothing is asked
            self.workout = False
        elif before not in ("question", "menu", "list", "countin", "message") and not self.no_word:
            assert not self.can_offer or self.model.offer(self.today(t)) is None
            self.can_offer = False
        self.no_word = False
        self.rest_yes = False
        self.turns -= 1
        if self.turns <= 0:
            self.at(max([t] + [end for _, end in self.faults]) + 3000, END)
            return
        if self.draw([False, True] if self.clock else [False, False, False, True]):
            self.set_clock(t + 500, self.another_day())
        if self.draw([False] * 11 + [True]):
            self.break_flash(t + 600, t + self.draw([30000, 200000]))
        what = self.draw(["start"] * 5 + ["cut", "pick", "workout"])
        if what == "cut":
            self.cut(t + 3000)
        elif what == "start":
            self.at_last(self.press, t + 2000)
        else:
            self.at_last(self.hold, t + 2500)
            self.wish = what

    def _at_menu(self, t):
        """Into the lists, blindly: their entries follow from the plan."""
        places = self.plan.places
        here = self.model.next() or places[-1]
        if self.wish == "workout":
            self.press(t + 1000)
            self.hold(t + 2500)
            self.hold(t + 4500)
            self.workout = True
            return
        self.hold(t + 2000)
        to = self.draw(places)
        weeks = self.plan.weeks
        days = [day for week, day in places if week == to[0]]
        t = self._choose(t + 3000, weeks, weeks.index(here[0]), weeks.index(to[0]))
        self._choose(t, days, days.index(here[1]) if here[1] in days else 0, days.index(to[1]))
        self.workout = False
        self.to_set = to

    def _choose(self, t, entries, at, to):
        for press in range((to - at) % (len(entries) + 1)):
            self.press(t + 400 * press)
        t += 400 * len(entries) + 1500
        self.hold(t)
        return t + 1000
