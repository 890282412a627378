"""What survives: the journal, and the one small file of the session that runs.

A session's start record and its events wait in RAM; each checkpoint appends
them and rewrites the small file. A checkpoint is due 6 s after the one before,
in a quiet moment: no tone, no finger on the button, nothing to be heard within
the next second, because a write stalls an RP2040 for 50 to 400 ms
(RIOT-OS/RIOT#20980). One that is 13 s old is written as soon as no tone sounds.
The file is dropped only when the session's end is in the journal.
"""

import gc

from micropython import const

from runwalk.core.progress import Progress, day_number
from runwalk.core.session import NEVER, OVER, RUNNING
from runwalk.observe import observe
from runwalk.parts import store
from runwalk.parts.journal import Journal, date

_EVERY_MS = const(6000)
_OLD_MS = const(13000)
_QUIET_MS = const(1000)
_LONG_JOURNAL = const(12288)  # compacted at this size, so that a session still fits into 16 KiB


def today():
    """The number of this day, 0 where the clock is not known to be set."""
    return day_number(date())


class Keeper:
    """Keeps `session` while it runs, and its end. `fault`: the flash takes no more."""

    def __init__(self):
        self.progress = Progress()
        self.journal = Journal(self.progress)
        self.fault = False
        self.saved = None  # the session that a power cut left, as parts.store has it
        self.session = None
        self._written = 0  # when the last checkpoint was
        self.due_at = 0
        self._next = NEVER

    def load(self):
        """At start: what was done, and whether a session waits to be resumed."""
        if not self.journal.load():
            observe("error", 0, ("flash", "journal damaged"))
        saved = store.read()
        if not saved:
            self._check(store.clear())
        elif saved.number > self.progress.number:
            self.saved = saved
        self.tidy()

    def tidy(self):
        """Outside sessions: keep the journal short."""
        if not self.saved and self.journal.size > _LONG_JOURNAL:
            self.journal.compact()

    def add(self, kind, *fields):
        """Outside sessions: write one record."""
        self._check(self.journal.add(kind, fields))

    def begin(self, session):
        """The count-in of a new session has begun."""
        self.journal.start(
            (
                session.plan_stem,
                session.week,
                session.day,
                session.workout or "",
                session.total_ms,
                session.steps.text.decode(),
            )
        )
        self._keep(session)

    def go_on(self, session):
        """That session is the saved one."""
        saved = self.saved
        self.saved = None
        session.here.copy(saved)
        session.restore(saved.active, saved.paused, saved.half_done, saved.announced)
        self._keep(session)

    def _keep(self, session):
        self.session = session
        self.due_at = 0

    def lose(self):
        """The saved session can't be resumed: what was done of it counts as stopped."""
        saved = self.saved
        self.saved = None
        self._end("stop", saved.active, saved.paused, saved.active - saved.open_ms, saved.run_ms)

    def forget(self):
        """The session was called off in its count-in."""
        self.journal.forget()
        self.session = None

    def note(self, kind, active, a, b=None):
        """An event of the session goes with the next checkpoint, which is due now."""
        self.journal.note(kind, active, a, b)
        self.due_at = 0

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
            if now < self.due_at:
                self._next = self.due_at
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
        if session.is_forgotten():
            self.journal.forget()
            self._check(store.clear())
        else:
            self._end(
                "finish" if session.counts else "stop",
                session.active_ms,
                session.paused_ms,
                session.timed_ms,
                session.run_ms(0),
            )

    def _end(self, *fields):
        self.journal.note(*fields)
        self._check(self.journal.flush() and store.clear())

    def _checkpoint(self, now):
        """All that a running session allocates, given back at once: usually less than 1 KiB."""
        observe("checkpoint", 0, True)
        session = self.session
        # one that is refused does not keep the other from being written
        done = self.journal.flush()
        done = done & store.write(
            self.journal.number,
            session.active(now),
            session.paused(now),
            session.here,
            session.half_done,
            session.announced,
        )
        self._check(done)
        self._written = now
        # a pause stands still: it is kept once, and once more before the clip sleeps
        self.due_at = self._next = now + _EVERY_MS if session.state == RUNNING else NEVER
        gc.collect()
        observe("checkpoint", 0, False)

    def _check(self, done):
        if not done and not self.fault:
            observe("error", 0, ("flash", "full, or not writable"))
        self.fault = not done
