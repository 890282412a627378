"""What comes next: the active plan, the place in it, and the steps of that session.

The runner decides: any week, day or workout can be picked. A workout never
moves the place in the plan; a finished session moves it by one.
"""

import gc

from runwalk.core.fold import fold
from runwalk.core.plan import PlanError
from runwalk.core.session import Session
from runwalk.parts import shelf


class Choice:
    """The session that a press at home starts. `fault` says in words why there is none."""

    def __init__(self):
        self.plan = None
        self.week = 0
        self.day = 0
        self.workout = None  # a label: the next session is this workout
        self.steps = None
        self.fault = ""  # for the trace and the log, with file, line and column
        self.words = b""  # for the screen

    def choose(self, stem, week=0, day=0, workout=None):
        """Make that plan the active one. False: it can't be, and `fault` says why."""
        try:
            plan = shelf.scan(stem)
        except PlanError as error:
            self.fault = "%s.plan:%d:%d: %s" % (stem, error.line, error.column, error.message)
            self.words = b"line %d: %s" % (error.line, fold(error.message))
            return False
        except OSError:
            self.fault = stem + ".plan: can't be read"
            self.words = fold(stem) + b" can't be read"
            return False
        if not plan.has(week, day):
            week, day = plan.first() or (0, 0)
        if workout not in plan.workouts:
            workout = None
        self.plan = plan
        self.week = week
        self.day = day
        self.workout = workout
        self._workout_if_no_weeks()
        return True

    def _workout_if_no_weeks(self):
        if not self.week and self.workout is None:
            self.workout = self.plan.workouts[0]

    def pick(self, week, day, workout):
        """The runner's own pick."""
        if workout is None:
            self.week, self.day = week, day
        self.workout = workout

    def done(self):
        """The session counts: the one after it is next. False: it was the plan's last."""
        more = True
        if self.workout is None:
            following = self.plan.after(self.week, self.day)
            if following:
                self.week, self.day = following
            else:
                more = False
        self.leave()
        return more

    def leave(self):
        """The session is over without counting: a workout is not offered again."""
        self.workout = None
        self._workout_if_no_weeks()

    def prepare(self):
        """Load the steps, while there is time. False: the plan is not usable any more."""
        self.steps = None
        gc.collect()
        if self.plan is None:
            return True
        stem = self.plan.stem
        for _ in range(2):
            try:
                self.steps = shelf.steps(stem, self.week, self.day, self.workout)
                return True
            except (PlanError, OSError, KeyError):
                # the file was changed since it was scanned: look at the whole of it again
                if not self.choose(stem, self.week, self.day, self.workout):
                    break
        self.plan = None
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
