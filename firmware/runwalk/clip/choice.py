"""What comes next: the active plan, the place in it, and the steps of that session.

The place follows from the journal and the plan and is kept nowhere else. The
runner decides: any week, day or workout can be picked.
"""

import gc

from runwalk.core.fold import fold
from runwalk.core.plan import PlanError
from runwalk.core.session import Session
from runwalk.parts import shelf


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
