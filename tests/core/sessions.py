"""Drives the firmware's session machine for the tests, tick by tick.

`steps_of` makes the flat arrays of steps out of a model.Plan, without the plan language.
`Drive` turns the loop as the clip does: whatever happened by itself up to an action's instant
is pulled first, then the action is done. It notes lines in the form of model.Tale.
"""

from array import array

from model import Plan

from hostsim.importer import Modules

KINDS = ("warm", "run", "walk", "hike", "rest", "cool")
OPEN, LAST_ROUND = 0x10, 0x80
LIMIT = 1 << 30  # a 32-bit board keeps smaller numbers off the heap

machine = Modules().load("runwalk.core.session")


class Small(int):
    """An integer that complains as soon as a sum or product of it needs the heap."""

    def _checked(self, value):
        assert -LIMIT <= value < LIMIT, f"{value} has 2^30 or more"
        return Small(value)

    def __add__(self, other):
        return self._checked(int(self) + int(other))

    def __sub__(self, other):
        return self._checked(int(self) - int(other))

    def __rsub__(self, other):
        return self._checked(int(other) - int(self))

    def __mul__(self, other):
        return self._checked(int(self) * int(other))

    __radd__, __rmul__ = __add__, __mul__


class Steps:
    """The flat arrays in which core.plan keeps the steps of one session."""

    def __init__(self, plan: Plan):
        self.n = len(plan.steps)
        self.kind, self.start = array("B"), array("I", [0])
        for spot, (kind, ms) in enumerate(plan.steps):
            last_round = LAST_ROUND if spot in plan.last_rounds else 0
            self.kind.append(KINDS.index(kind) | (OPEN if ms is None else 0) | last_round)
            self.start.append(self.start[-1] + (ms or 0))
        self.round = array("H", bytes(2 * self.n))
        self.rounds = array("H", bytes(2 * self.n))
        self.label, self.labels = array("B", bytes(self.n)), []
        self.has_open = any(ms is None for _, ms in plan.steps)
        self.repeat_from = plan.repeat_from


class Drive:
    """A session that began its count-in 3 s before `start`."""

    def __init__(self, plan: Plan, start: int):
        self.session = machine.Session(Steps(plan), list(plan.reminders))
        self.lines = []
        self.effects = []
        self.session.count_in(Small(start - 3000))

    def tick(self, now):
        """Pull all that happened up to now."""
        now = Small(now)
        session = self.session
        while True:
            due = session.due()
            event = session.next(now)
            if not event:
                assert due > now, f"due at {due}, and nothing comes at {now}"
                return
            assert due <= now, f"due at {due}, and {event} comes at {now}"
            assert session.at == due
            self._note(event)

    def _note(self, event):
        session, at = self.session, int(self.session.at)
        if event == "step":
            self.lines.append((at, "step", session.index))
        elif event == "remind":
            self.lines.append((at, "remind", session.reminders.label))
        elif event == "resume":
            self.lines.append((at, "resume", session.active_ms))
        elif event == "finish":
            self.lines.append((at, "finish", (session.active_ms, session.paused_ms)))
        else:
            self.lines.append((at, event, None))

    def act(self, now, action):
        """One action of the runner, where the clip would pass it on; True if it was."""
        self.tick(now)
        done = getattr(self, "_" + action)(Small(now))
        self.tick(now)
        self.effects.append(done)
        return done

    def _pause(self, now):
        if self.session.state != "running":
            return False
        self.session.pause(now)
        self.lines.append((now, "pause", self.session.active_ms))
        return True

    def _resume(self, now):
        if self.session.state != "paused":
            return False
        self.session.resume(now)
        self.lines.append((now, "resume", self.session.active_ms))
        return True

    def _skip(self, now):
        if self.session.state != "running":
            return False
        verdict = self.session.skip(now)
        self.lines.append((now, "skip", self._moved()))
        self._over(now, verdict)
        return True

    def _press_on(self, now):
        if self.session.state != "running" or not self.session.is_open:
            return False
        self._over(now, self.session.press_on(now))
        return True

    def _back(self, now):
        if self.session.state == "paused" or not self.session.can_take_back(now):
            return False
        self.session.back(now)
        self.lines.append((now, "back", self._moved()))
        return True

    def _end(self, now):
        if self.session.state not in ("running", "paused"):
            return False
        self._over(now, self.session.end(now))
        return True

    def _over(self, now, verdict):
        if verdict:
            self.lines.append((now, verdict, (self.session.active_ms, self.session.paused_ms)))

    def _moved(self):
        places = self.session.moved_from, self.session.moved_to
        return tuple(None if place < 0 else place for place in places)

    def without(self, *names):
        return [line for line in self.lines if line[1] not in names]
