"""What a session must do, told a second time and in another way than the firmware does it.

The firmware's machine lives from tick to tick. This model has no ticks: a `Tale` is given the
plan as a plain list of (kind, milliseconds or None), the wall instant of the start, and then
the runner's actions with their instants; it tells the session as `lines` of
(instant, what, detail). It keeps the stays (which step, since what active time) and the pauses
(from when to when); whatever else is asked is worked out of those two.

Slow and plain on purpose: no arrays, no flags in bits, no limit on numbers.
"""

from dataclasses import dataclass, field

DAY = 24 * 3600 * 1000
TAKE_BACK = 3000
QUIET_END = 30000
FORGOTTEN = 60000

# what goes first at one instant, as the trace has it; a session that ends at 24 h begins nothing
_DAY_END, _STEP, _HALFWAY, _LAST_ROUND, _REMIND, _COUNTDOWN, _RUN_OUT = range(7)


@dataclass(frozen=True)
class Plan:
    """steps: (kind, ms or None for open); reminders: (label, period in ms)."""

    steps: tuple
    reminders: tuple = ()
    last_rounds: frozenset = frozenset()  # the steps that enter a last round
    repeat_from: int = -1

    @property
    def known_length(self):
        return self.repeat_from < 0 and all(ms is not None for _, ms in self.steps)

    @property
    def planned(self):
        """All timed steps together, one round of a repeat."""
        return sum(ms or 0 for _, ms in self.steps)

    def spot(self, index):
        """Where in `steps` the step of that index (counting on through a repeat) stands."""
        if index < len(self.steps):
            return index
        return self.repeat_from + (index - self.repeat_from) % (len(self.steps) - self.repeat_from)

    def kind(self, index):
        return self.steps[self.spot(index)][0]

    def length(self, index):
        return self.steps[self.spot(index)][1]

    def is_past(self, index):
        return self.repeat_from < 0 and index >= len(self.steps)


@dataclass
class Stay:
    """A step, since when (active time) the runner is in it, and until when beeps are over."""

    index: int
    since: int
    beeped: int


@dataclass
class Tale:
    plan: Plan
    start: int
    lines: list = field(default_factory=list)
    stays: list = field(default_factory=list)
    pauses: list = field(default_factory=list)  # [from, to]; to is None while it lasts
    ended: str = ""  # finish or stop
    ended_at: int = 0
    forgotten: bool = False
    pressed: bool = False  # an open step was left by a press, and that was not taken back
    half_told: bool = False
    last_rounds_told: set = field(default_factory=set)
    last_round_since: int | None = None  # one that was entered and is still to be told
    reminded: set = field(default_factory=set)  # (active time, label)
    reminders_from: int = 0  # those at or before this active time are dealt with
    left: tuple = ()  # (instant, active time, stays and pressed before it): to be taken back

    def __post_init__(self):
        self._tell(self.start, "start")
        self._enter(0, 0)

    # ---- what can be asked at an instant

    def active(self, now):
        """Session time done at that instant."""
        now = self._not_after_the_end(now)
        return now - self.start - self.paused(now)

    def paused(self, now):
        now = self._not_after_the_end(now)
        return sum((now if to is None else to) - since for since, to in self.pauses)

    def _not_after_the_end(self, now):
        return min(now, self.ended_at) if self.ended else now

    def wall(self, active):
        """The instant of that active time, reached after all the pauses so far."""
        return self.start + active + sum(to - since for since, to in self.pauses)

    @property
    def is_paused(self):
        return bool(self.pauses) and self.pauses[-1][1] is None

    @property
    def index(self):
        return self.stays[-1].index

    def step_done(self, now):
        return self.active(now) - self.stays[-1].since

    def step_left(self, now):
        return self.plan.length(self.index) - self.step_done(now)

    def session_left(self, now):
        """What is left of this step, and all of those after it; None where that is not known."""
        if not self.plan.known_length:
            return None
        later = self.plan.steps[self.index + 1 :]
        return self.step_left(now) + sum(ms for _, ms in later)

    def done_in(self, now, wanted):
        """Active time spent in those steps for whose index wanted(index) is true."""
        ends = [stay.since for stay in self.stays[1:]] + [self.active(now)]
        return sum(
            end - stay.since
            for stay, end in zip(self.stays, ends, strict=True)
            if not self.plan.is_past(stay.index) and wanted(stay.index)
        )

    # ---- what happens by itself

    def until(self, now):
        """Tell all that happens by itself up to and with that instant."""
        while not self.ended and not self.is_paused:
            active, _, deed = min(self._coming(), key=lambda coming: coming[:2])
            if active > self.active(now):
                break
            deed(active)
        return self

    def _coming(self):
        """All that may come next, as (active time, order, deed)."""
        stay, length = self.stays[-1], self.plan.length(self.index)
        yield DAY, _DAY_END, self._run_out
        if length is not None:
            is_last = self.plan.is_past(stay.index + 1)
            if is_last:
                yield stay.since + length, _RUN_OUT, self._run_out
            else:
                yield stay.since + length, _STEP, self._next_step
            beeps = [stay.since + length - 1000 * n for n in (3, 2, 1)]
            for at in beeps:
                if length >= 10000 and at > stay.beeped:
                    yield at, _COUNTDOWN, self._beep
        if self.plan.known_length and not self.half_told:
            yield self.plan.planned // 2, _HALFWAY, self._halfway
        if self.last_round_since is not None:
            yield self.last_round_since, _LAST_ROUND, self._last_round
        for _, period in self.plan.reminders:
            yield (self.reminders_from // period + 1) * period, _REMIND, self._remind

    def _next_step(self, active):
        self._enter(self.index + 1, active)

    def _run_out(self, active):
        self.left = ()
        self._end("finish", self.wall(active))

    def _beep(self, active):
        self.stays[-1].beeped = active
        self._tell(self.wall(active), "countdown")

    def _halfway(self, active):
        self.half_told = True
        self._tell(self.wall(active), "halfway")

    def _last_round(self, active):
        self.last_round_since = None
        self._tell(self.wall(active), "lastround")

    def _remind(self, active):
        self.reminders_from = active
        if self._runs_out_at() - active <= (QUIET_END if self.plan.known_length else 0):
            return
        for label, period in self.plan.reminders:
            if active % period == 0 and (active, label) not in self.reminded:
                self.reminded.add((active, label))
                self._tell(self.wall(active), "remind", label)

    def _runs_out_at(self):
        """The active time at which the session ends if nothing is pressed any more."""
        at = self.stays[-1].since
        for index in range(self.index, len(self.plan.steps)):
            at += self.plan.length(index) if self.plan.length(index) is not None else DAY
        return DAY if self.plan.repeat_from >= 0 else min(at, DAY)

    def _enter(self, index, active):
        self.stays.append(Stay(index, active, active))
        if self.plan.is_past(index):
            return
        self._tell(self.wall(active), "step", index)
        spot = self.plan.spot(index)
        if spot in self.plan.last_rounds - self.last_rounds_told:
            self.last_rounds_told.add(spot)
            self.last_round_since = active

    def _end(self, what, at):
        active, paused = self.active(at), self.paused(at)
        self.ended, self.ended_at = what, at
        self._tell(at, what, (active, paused))

    def _tell(self, at, what, detail=None):
        self.lines.append((at, what, detail))

    # ---- what the runner does; each answers whether it had an effect

    def do(self, now, action):
        """What happened by itself up to then, the action, and what that makes overdue."""
        self.until(now)
        done = getattr(self, action)(now)
        self.until(now)
        return done

    def pause(self, now):
        if self.ended or self.is_paused:
            return False
        self._tell(now, "pause", self.active(now))
        self.pauses.append([now, None])
        return True

    def resume(self, now):
        if self.ended or not self.is_paused:
            return False
        self.pauses[-1][1] = now
        self._tell(now, "resume", self.active(now))
        return True

    def skip(self, now):
        if self.ended or self.is_paused:
            return False
        self._leave(now, "skip")
        return True

    def press_on(self, now):
        if self.ended or self.is_paused or self.plan.length(self.index) is not None:
            return False
        self._leave(now, "press_on")
        return True

    def _leave(self, now, how):
        here, after = self.index, self.index + 1
        self.left = (now, self.active(now), len(self.stays), self.pressed)
        self.pressed = self.pressed or how == "press_on"
        if how == "skip":
            self._tell(now, "skip", (here, None if self.plan.is_past(after) else after))
        self._enter(after, self.active(now))
        if self.plan.is_past(after):
            # a session that runs out is a finish, one whose last step is skipped is judged
            self._end("finish" if how == "press_on" else self._judge(now), now)

    def back(self, now):
        if not self.left or self.is_paused or now - self.left[0] > TAKE_BACK:
            return False
        _, left_at, stays, self.pressed = self.left
        came_from = None if self.plan.is_past(self.index) else self.index
        # as if it had never been left: what was entered since is undone, the end too, and
        # a reminder that would have come meanwhile comes now; beeps that are over stay over
        self.ended, self.forgotten, self.left = "", False, ()
        self.reminders_from = min(self.reminders_from, left_at)
        del self.stays[stays:]
        self.stays[-1].beeped = self.active(now)
        self._tell(now, "back", (came_from, self.index))
        self._tell(now, "step", self.index)
        return True

    def end(self, now):
        if self.ended:
            return False
        if self.is_paused:
            self.pauses[-1][1] = now
        self.left = ()
        self._end(self._judge(now), now)
        return True

    def _judge(self, now):
        """Ended by the runner: finish or stop."""
        self.forgotten = self.active(now) < FORGOTTEN
        if self.forgotten:
            return "stop"
        if self.plan.repeat_from >= 0 and self.index >= len(self.plan.steps):
            return "finish"  # a full round of the repeat
        if not self.plan.planned:
            return "finish" if self.pressed else "stop"
        timed = self.done_in(now, lambda index: self.plan.length(index) is not None)
        return "finish" if 2 * timed >= self.plan.planned else "stop"
