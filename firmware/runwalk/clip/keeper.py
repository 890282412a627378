"""What survives: the journal, and the one small file of the session that runs.

A session's start record and its events wait in RAM; each checkpoint appends
them and rewrites the small file. A checkpoint is due 6 s after the one before,
in a quiet moment: no tone, no finger on the button, nothing to be heard within
the next second, because a write stalls an RP2040 for 50 to 400 ms
(RIOT-OS/RIOT#20980). One that is 13 s old is written as soon as no tone sounds.
The file is dropped only when the session's end is in the journal, or when its
runner has said no to resuming it.
"""

import gc
import time

from micropython import const

from runwalk.core.progress import Progress, day_number
from runwalk.core.session import NEVER, OVER, PAUSED, RUNNING
from runwalk.observe import observe
from runwalk.parts.journal import FINISH, STOP, Journal
from runwalk.parts.store import SessionFile

_EVERY_MS = const(6000)
_OLD_MS = const(13000)
_QUIET_MS = const(1000)
_CLOCK_SET = const(2025)  # boards without a battery for it start their clock in 2000 or 2021


def date():
    """`2026-03-29T01:59+01:00`, or "" where the clock is not known to be set."""
    now = time.localtime()
    if now[0] < _CLOCK_SET:
        return ""
    try:
        with open("zone.txt") as file:
            zone = file.readline(6)
    except (OSError, ValueError):
        zone = ""
    return "%04d-%02d-%02dT%02d:%02d" % now[:5] + zone


def today():
    """The number of this day, 0 where the clock is not known to be set."""
    return day_number(date())


class Keeper:
    """Keeps `session` while it runs, and its end. `fault`: the flash takes no more."""

    def __init__(self):
        self.progress = Progress()
        self.journal = Journal(self.progress)
        self.file = SessionFile()
        self.fault = False
        self.saved = None  # the session that a power cut left, as parts.store has it
        self.session = None
        self.number = 0
        self._written = 0  # when the last checkpoint was
        self._due = 0
        self._next = NEVER

    def load(self):
        """At start: what was done, and whether a session waits to be resumed."""
        self.journal.load()
        self.fault = not self.file.ensure()
        saved = self.file.read()
        if saved and not self.progress.has_ended(saved.number):
            self.saved = saved
        self.tidy()

    def tidy(self):
        """Outside sessions: keep the journal short."""
        if self.journal.compact_due():
            self.journal.compact(self.saved.number if self.saved else 0)

    def add(self, kind, *fields):
        """Outside sessions: write one record."""
        self._check(self.journal.add(date(), kind, *fields), "journal")

    def begin(self, session):
        """The count-in of a new session has begun."""
        self.session = session
        steps = session.steps
        self.number = self.journal.start(
            date(),
            session.plan_stem,
            session.week,
            session.day,
            session.workout,
            session.total_ms,
            steps.text,
            self.saved.number if self.saved else 0,
        )
        self._due = 0

    def go_on(self, session):
        """That session is the saved one."""
        saved = self.saved
        here = session.here
        here.pos = saved.pos
        here.loops = saved.loops
        here.offset = saved.off
        here.open_ms = saved.open_ms
        here.run_ms = saved.run_ms
        here.pressed = bool(saved.flags & 2)
        session.restore(saved.active, saved.paused, bool(saved.flags & 1), saved.announced)
        self.session = session
        self.number = saved.number
        self.journal.go_on(
            saved.number, session.plan_stem, session.week, session.day, session.workout
        )
        self.saved = None
        self._due = 0

    def drop(self):
        """What was saved can't be resumed."""
        self.saved = None
        self.file.clear()

    def forget(self):
        """The session was called off in its count-in."""
        self.journal.forget()
        self.session = None

    def note(self, kind, active, a, b):
        """An event of the session goes with the next checkpoint, which is due now."""
        self.journal.note(kind, active, a, b)
        self._due = 0

    def due(self):
        """When `act` has something to do, NEVER where something else must come first."""
        return self._next

    def is_late(self, now):
        """Whether the checkpoint has waited so long that waiting cues give way to it."""
        return self._next != NEVER and now - self._written >= _OLD_MS

    def act(self, now, silent, ahead):
        """Write what is due. `ahead`: ms until something is to be heard, 0 while a finger is down.

        Whatever stands in the way (a tone, a cue, a finger) wakes the loop when it is over.
        """
        session = self.session
        self._next = NEVER
        if session is None:
            return
        if session.state == OVER:
            if silent and not session.can_take_back(now):
                self.close()
        elif session.state >= RUNNING:
            old = self._written + _OLD_MS
            if now < self._due:
                self._next = self._due
            elif silent and (ahead > _QUIET_MS or now >= old):
                self._checkpoint(now)
            elif now < old:
                self._next = old

    def close(self):
        """The session is over for good: its end goes into the journal."""
        session = self.session
        if session is None:
            return
        self.session = None
        self._next = NEVER
        done = True
        if session.is_forgotten():
            self.journal.forget()
        else:
            self.journal.note(
                FINISH if session.counts else STOP,
                session.active_ms,
                session.paused_ms,
                session.timed_ms,
                session.run_ms(0),
            )
            done = self._check(self.journal.flush(date()), "journal")
        if done and self.number:
            self._check(self.file.clear(), "session")

    def _checkpoint(self, now):
        """All that a running session allocates: at most 4 KiB, given back at once."""
        observe("checkpoint", 0, True)
        session = self.session
        here = session.here
        size = self.journal.size
        done = self.journal.flush()
        if self.journal.size != size or not done:
            self._check(done, "journal")
        done = self.file.write(
            self.number,
            session.active(now),
            session.paused_ms,
            here.pos,
            here.loops,
            here.offset,
            here.open_ms,
            here.run_ms,
            session.half_done | here.pressed << 1,
            session.announced,
            session.state == RUNNING,
        )
        self._check(done, "session")
        self._written = now
        self._due = self._next = now + _EVERY_MS
        gc.collect()
        observe("checkpoint", 0, False)

    def _check(self, done, what):
        if done:
            observe("saved", 0, what)
        elif not self.fault:
            observe("error", 0, ("flash", "full, or not writable"))
        self.fault = not done
        return done
