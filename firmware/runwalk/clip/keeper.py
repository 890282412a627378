"""What survives: the journal, and the one small file of the session that runs.

A session's start record and its events wait in RAM; each checkpoint appends
them and rewrites the small file. A checkpoint is due 6 s after the one before,
in a quiet moment: no tone, no finger on the button, nothing to be heard within
the next second, because a write stalls an RP2040 for 50 to 400 ms
(RIOT-OS/RIOT#20980). One that is 13 s old is written as soon as no tone sounds.
The file is dropped only when the session's end is in the journal.
"""

import gc
import os

from micropython import const

from runwalk.core.progress import Progress, day_number
from runwalk.core.session import NEVER
from runwalk.observe import observe
from runwalk.parts import journal

_EVERY_MS = const(6000)
_OLD_MS = const(13000)
_QUIET_MS = const(1000)
_AGAIN_MS = const(60000)
_LONG_JOURNAL = const(12288)  # compacted at this size, so that a session still fits into 16 KiB


def today():
    """The number of this day, 0 where the clock is not known to be set."""
    return day_number(journal.date())


class Keeper:
    """Keeps `session` while it runs, and its end. `fault`: the flash takes no more;
    `damaged`: at this start a record or the session was lost."""

    def __init__(self, settings):
        self.settings = settings
        self.progress = Progress()
        self.journal = journal.Journal(self.progress)
        self.fault = self.damaged = False
        self.saved = None  # the session that a power cut left, as parts.journal has it
        self.session = None
        self.wish = None  # a setting to be kept: its key and value
        self.used = False  # use.txt is done with
        self._over = False  # the session file is to be emptied
        self._written = 0  # when the last checkpoint was
        self.due_at = 0
        self._next = NEVER

    def load(self):
        """At start: what was done, and whether a session waits to be resumed."""
        self.damaged = not self.journal.load()
        if self.damaged:
            observe("error", 0, ("flash", "journal damaged"))
            self.add("fault", "journal")
            # begun anew before long, so that this is said once
            self.journal.size = max(self.journal.size, _LONG_JOURNAL + 1)
        self._read()

    def _read(self):
        saved = journal.read_session()
        self._over = not saved
        # a power cut in the very first write may leave an empty one, and nothing is lost with it
        if saved is False and self.progress.seq:
            self.damaged = True
            observe("error", 0, ("flash", "session damaged"))
        if saved and saved.number > self.progress.number:
            self.saved = saved

    def add(self, kind, *fields):
        """Outside sessions: one record, which is written when nothing sounds."""
        self.journal.add(kind, fields)
        self.due_at = 0

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

    def cancel(self):
        """The session was called off in its count-in; one to be resumed still is."""
        self.session = None
        self.journal.forget()
        self._read()

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
        if session is not None and session.state in ("running", "paused"):
            old = self._written + _OLD_MS
            if now < self.due_at:
                self._next = self.due_at
            elif silent and (ahead > _QUIET_MS or now >= old):
                self._checkpoint(now)
            elif now < old:
                self._next = old
        elif silent and (session is None or session.state == "over"):
            if session is not None and not session.can_take_back(now):
                self.close()
            if self.session is None:
                self._write(now)

    def close(self):
        """The session is over for good: what follows from that is known at once."""
        session = self.session
        if session is None:
            return
        self.session = None
        if session.is_forgotten():
            self._over = True
            self.due_at = 0
            self.journal.forget()
        else:
            self._end(
                "finish" if session.counts else "stop",
                session.active_ms,
                session.paused_ms,
                session.timed_ms,
                session.run_ms(0),
            )

    def _end(self, *fields):
        self._over = True
        self.due_at = 0
        self.journal.note(*fields)
        self.journal.gather()

    def _write(self, now):
        """Outside sessions: all that waits to be written. Refused, it is tried again in a minute."""
        if not (self.journal.pending or self._over or self.wish or self.used):
            return
        if now < self.due_at:
            self._next = self.due_at
            return
        done = self.journal.flush()
        try:
            if done and self._over:
                done = journal.clear_session()
                self._over = not done
            if self.wish:
                self.settings.set(*self.wish)
                self.wish = None
                observe("saved", 0, "settings")
            if done and self.used:
                self.used = False
                os.remove("use.txt")
        except OSError:
            done = False
        if done and not self.saved and self.journal.size > _LONG_JOURNAL:
            done = self.journal.compact()
        self.due_at = 0 if done else now + _AGAIN_MS
        self._check(done)

    def _checkpoint(self, now):
        """All that a running session allocates, given back at once: usually less than 1 KiB."""
        observe("checkpoint", 0, True)
        session = self.session
        # one that is refused does not keep the other from being written
        done = self.journal.flush()
        done = done & journal.write_session(
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
        stands = done and session.state == "paused"
        self.due_at = self._next = NEVER if stands else now + _EVERY_MS
        gc.collect()
        observe("checkpoint", 0, False)

    def _check(self, done):
        if not done and not self.fault:
            observe("error", 0, ("flash", "full, or not writable"))
        self.fault = not done
