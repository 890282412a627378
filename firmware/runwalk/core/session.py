"""The interval state machine: which step is on, and what comes when.

    ready -> counting -> running <-> paused -> over (finished or stopped)

Time comes in as a number: milliseconds on the clip's clock, never sooner than
the call before. Everything is computed from the instant at which the session
began, so that an error of one tick is gone at the next: the active time is
`now - began - paused`, a step is entered at its planned start plus one offset,
and a late call reports each boundary that it passed, at its true instant.

Pull what happened, one thing at a time, until it says "":

    while True:
        event = session.next(now)
        if not event:
            break
        ...                     # session.at is the instant it belongs to

The events are named as in the trace: countin, start, resume, step, halfway,
lastround, remind, countdown, finish; `end`, `skip` and `press_on` may say stop.
Nothing here allocates once the session is built.
"""

from array import array

from micropython import const

from runwalk.core.place import NEVER, Place, Standing
from runwalk.core.plan import RUN

_TAKE_BACK_MS = const(3000)
_FORGOTTEN_MS = const(60000)  # ended by its runner sooner, a session leaves no record
_DAY_MS = const(86400000)

_COUNTDOWN_FROM_MS = const(10000)  # shorter steps have no countdown
_NO_REMINDER_MS = const(30000)  # before a known end
_LAST_ROUND = const(0x80)


class Reminders:
    """The reminders of a plan; two at one instant are taken in the order of the plan."""

    def __init__(self, reminders):
        self._labels = [label for label, _ in reminders]
        self._periods = array("I", [period for _, period in reminders])
        self._next = array("I", self._periods)
        self.label = ""  # of the one that `take` took

    def due(self):
        """Active ms of the next one, NEVER where there is none."""
        due = NEVER
        for at in self._next:
            if at < due:
                due = at
        return due

    def take(self):
        """Take the one that is due, and set it one period on."""
        due = self.due()
        for i in range(len(self._next)):
            if self._next[i] == due:
                self.label = self._labels[i]
                self._next[i] += self._periods[i]
                return

    def go_to(self, active):
        """Leave out all that belong before or at that active time."""
        for i in range(len(self._next)):
            self._next[i] = (active // self._periods[i] + 1) * self._periods[i]


class Session(Standing):
    """One session: its steps (core.plan.Steps), and the reminders of its plan.

    `reminders` is a list of (label, period in ms of active time).
    """

    def __init__(self, steps, reminders=()):
        super().__init__(steps)
        self.plan_stem = ""
        self.week = 0
        self.day = 0
        self.workout = None
        self.state = "ready"
        self.at = 0
        self.has_total = not steps.has_open and steps.repeat_from < 0
        self.total_ms = steps.start[steps.n]
        self.resumed_after = None
        self.ran_out = False  # over by itself, not by its runner
        self.counts = False  # over, and a finish
        self.moved_from = 0
        self.moved_to = 0
        self._left = Place()  # before the last skip or press, for the take-back
        self._undo = False
        self._undo_at = 0
        self.reminders = Reminders(reminders)
        self._began = 0  # clock instant at which active time was 0, pauses left out
        self.paused_ms = 0  # before the pause that is on; all of it once the session is over
        self.active_ms = 0  # while the session stands still, paused or over
        self._count_from = 0
        self.half_done = not self.has_total
        self.announced = -1  # the step at which a last round was last announced
        self._fresh = False  # the step that is on is still to be reported
        self._fresh_at = 0
        self._last_round = False
        self._beeps = 0  # of the countdown, still to come
        self._what = ""
        self._due = NEVER

    # what is on

    def active(self, now):
        """Milliseconds of session time done at the instant `now`."""
        if self.state == "running":
            return now - self._began - self.paused_ms
        return self.active_ms

    @property
    def timed_ms(self):
        """Active time at the finish or stop, less that of the open steps."""
        return self._timed(self.active_ms)

    def paused(self, now):
        """Milliseconds paused up to the instant `now`, the pause that is on included."""
        return now - self._began - self.active(now)

    def step_done(self, now):
        """Milliseconds of this step done."""
        return self.active(now) - self._entered()

    def step_left(self, now):
        """Milliseconds of this step left; only where it is not open."""
        return self._entered() + self.step_ms - self.active(now)

    def session_left(self, now):
        """Milliseconds of the session left, -1 where that is not known."""
        if not self.has_total:
            return -1
        return self.total_ms + self.here.offset - self.active(now)

    def run_ms(self, now):
        """Milliseconds of running done."""
        if self.kind == RUN:
            return self.here.run_ms + self.step_done(now)
        return self.here.run_ms

    def due(self):
        """The instant at which `next` has something, NEVER where nothing is to come."""
        return self._due

    def next_cue(self):
        """The next instant with a cue that must be heard on time, or NEVER."""
        if self.state == "counting":
            return self._due
        if self.state != "running":
            return NEVER
        if self._fresh:
            return self._due
        cue = self._step_end() - self._beeps * 1000  # an open step has no beeps
        return self._began + self.paused_ms + (cue if cue < _DAY_MS else _DAY_MS)

    # what the runner does; each at an instant up to which `next` was emptied

    def count_in(self, now):
        """Begin the 3-2-1 at `now`; the session starts, or goes on, 3 s later."""
        self.state = "counting"
        self._count_from = now
        self._beeps = 3
        self._arrange()

    def cancel(self):
        """Leave the count-in: as if it had never begun."""
        self.state = "ready"
        self._arrange()

    def pause(self, now):
        self.active_ms = self.active(now)
        self.state = "paused"
        self._arrange()

    def resume(self, now):
        self.paused_ms = self.paused(now)
        self.state = "running"
        self.resumed_after = None
        self._arrange()

    def skip(self, now):
        """Leave the step at once. Skipping the last one ends the session: "finish" or "stop"."""
        return self._leave(now, False)

    def press_on(self, now):
        """Leave an open step by a press; after the last one the session has run out."""
        return self._leave(now, True)

    def can_take_back(self, now):
        return self._undo and now - self._undo_at <= _TAKE_BACK_MS

    def back(self, now):
        """Take back the last skip or press: as if the step had never been left."""
        self.moved_from = -1 if self.state == "over" else self.index
        self.state = "running"
        self._undo = False
        self.here.copy(self._left)
        self.moved_to = self.index
        active = self.active(now)
        self._count_beeps(active)
        self._fresh = True
        self._fresh_at = active
        self._arrange()

    def end(self, now):
        """The runner ends the session. Returns "finish" where it counts, else "stop"."""
        self._undo = False
        return self._finish(now, False)

    def is_forgotten(self):
        """Ended by its runner so soon that no record is kept."""
        return not self.ran_out and self.active_ms < _FORGOTTEN_MS

    # what a checkpoint keeps

    def restore(self, active, paused, half_done, announced):
        """Take up a saved session at the Place in `here`; `count_in` or `go_on` continues it."""
        self.active_ms = active
        self.paused_ms = paused
        self.half_done = half_done or not self.has_total
        self.announced = announced
        self.reminders.go_to(active)

    def go_on(self, now, after):
        """Run on at once from what `restore` was given, without a count-in."""
        self.resumed_after = after
        self._continue(now)
        self._arrange()

    # what happens by itself

    def next(self, now):
        """The next event at or before `now`, in order; its instant is `at`. "": no more."""
        if self._due > now:
            return ""
        what = self._what
        self.at = self._due
        if what == "countin":
            self._beeps -= 1
        elif what == "start":
            self._began = self.at
            self.active_ms = 0
            self.state = "running"
            self._enter(0, 0)
        elif what == "resume":
            self._continue(self.at)
        elif what == "step":
            if self._fresh:
                self._fresh = False
            else:
                self._advance(self._step_end())
                self._fresh = False
        elif what == "halfway":
            self.half_done = True
        elif what == "lastround":
            self._last_round = False
        elif what == "remind":
            self.reminders.take()
        elif what == "countdown":
            self._beeps -= 1
        elif what == "finish":
            self._undo = False
            self._finish(self.at, True)
        self._arrange()
        return what

    # inside

    def _arrange(self):
        """Find what comes next. At one instant the earlier `if` goes first."""
        self._what = ""
        self._due = NEVER
        if self.state == "counting":
            self._due = self._count_from + (3 - self._beeps) * 1000
            self._what = "countin"
            if not self._beeps:
                self._what = "resume" if self.resumed_after else "start"
            return
        if self.state != "running":
            return
        if self._fresh:
            self._what = "step"
            self._due = self._began + self.paused_ms + self._fresh_at
            return
        end = self._step_end()
        last = self.next_pos < 0
        best = NEVER
        if not last:
            best = end
            self._what = "step"
        if not self.half_done and self.total_ms >> 1 < best:
            best = self.total_ms >> 1
            self._what = "halfway"
        if self._last_round and self._entered() < best:
            best = self._entered()
            self._what = "lastround"
        remind = self.reminders.due()
        if remind < best and not self._is_too_late(remind):
            best = remind
            self._what = "remind"
        if self._beeps and end - self._beeps * 1000 < best:
            best = end - self._beeps * 1000
            self._what = "countdown"
        if last and end < best:
            best = end
            self._what = "finish"
        if _DAY_MS <= best:  # goes before all else that falls there or later
            best = _DAY_MS
            self._what = "finish"
        self._due = self._began + self.paused_ms + best

    def _is_too_late(self, active):
        """Whether a reminder at that active time would fall into the session's end.

        It is asked anew each time: a take-back can move the end away again.
        """
        if self.has_total:
            return active >= self.total_ms + self.here.offset - _NO_REMINDER_MS
        return self.next_pos < 0 and active >= self._step_end()

    def _enter(self, pos, active):
        self.here.pos = pos
        self.here.offset = active - self.steps.start[pos]
        self._fresh = True
        self._fresh_at = active
        if self.steps.kind[pos] & _LAST_ROUND and pos > self.announced:
            self.announced = pos
            self._last_round = True
        self._count_beeps(active)

    def _advance(self, active):
        """Go to the next step, which is entered at that active time."""
        if self.kind == RUN:
            self.here.run_ms += active - self._entered()
        pos = self.next_pos
        if pos <= self.here.pos:
            self.here.loops += 1
        self._enter(pos, active)

    def _count_beeps(self, active):
        """How many beeps of this step's countdown are still to come."""
        self._beeps = 0
        if self.step_ms >= _COUNTDOWN_FROM_MS:
            while self._beeps < 3 and self._step_end() - (self._beeps + 1) * 1000 > active:
                self._beeps += 1

    def _leave(self, now, pressed):
        active = self.active(now)
        self._undo = True
        self._undo_at = now
        self._left.copy(self.here)
        self.moved_from = self.index
        self.moved_to = -1
        if pressed:
            self.here.pressed = True
        if self.next_pos < 0:
            return self._finish(now, pressed)
        if self.is_open:
            self.here.open_ms += active - self._entered()
        self._advance(active)
        self.moved_to = self.index
        self._arrange()
        return ""

    def _counts(self, active):
        """Whether a session that its runner ends at that active time is a finish."""
        if active < _FORGOTTEN_MS:
            return False
        if self.here.loops:
            return True
        if not self.total_ms:
            return self.here.pressed
        return self._timed(active) * 2 >= self.total_ms

    def _timed(self, active):
        """Active ms that were not spent in open steps."""
        timed = active - self.here.open_ms
        if self.is_open:
            timed -= active - self._entered()
        return timed

    def _finish(self, now, ran_out):
        active = self.active(now)
        if self.state == "paused":
            self.paused_ms = now - self._began - active
        self.active_ms = active
        self.ran_out = ran_out
        self.counts = ran_out or self._counts(active)
        self.state = "over"
        self._fresh = False
        self._arrange()
        return "finish" if self.counts else "stop"

    def _continue(self, now):
        """Run on at `now`: the time between the checkpoint and now is nobody's."""
        self._began = now - self.active_ms - self.paused_ms
        self.state = "running"
        self._count_beeps(self.active_ms)
        self._fresh = True
        self._fresh_at = self.active_ms
