"""Where in its steps a session stands, and what step that is.

`Place` is what a take-back brings back and a checkpoint keeps; no clock is needed here.
"""

from micropython import const

from runwalk.core.plan import KINDS

NEVER = const(0x3FFFFFFF)

_KIND = const(0x0F)
_OPEN = const(0x10)
_IN_REPEAT = const(0xFFFF)


class Place:
    """A place in the steps, and what was done on the way to it."""

    def __init__(self):
        self.pos = 0  # in the arrays of steps
        self.loops = 0  # full rounds of `repeat`
        self.offset = 0  # active ms at entering the step, less its planned start
        self.open_ms = 0  # active ms spent in the open steps that were left
        self.run_ms = 0  # active ms spent in the running steps that were left
        self.pressed = False  # an open step was left by a press

    def copy(self, other):
        self.pos = other.pos
        self.loops = other.loops
        self.offset = other.offset
        self.open_ms = other.open_ms
        self.run_ms = other.run_ms
        self.pressed = other.pressed


class Standing:
    """The step at which a session stands: all that can be asked of it without a clock."""

    def __init__(self, steps):
        self.steps = steps
        self.here = Place()

    @property
    def index(self):
        """The step's number from 0, counting on through the rounds of a repeat."""
        if not self.here.loops:
            return self.here.pos
        return self.here.pos + self.here.loops * (self.steps.n - self.steps.repeat_from)

    @property
    def kind(self):
        """The step's kind, an index into KINDS."""
        return self.steps.kind[self.here.pos] & _KIND

    @property
    def step_kind(self):
        return KINDS[self.steps.kind[self.here.pos] & _KIND]

    @property
    def is_open(self):
        return bool(self.steps.kind[self.here.pos] & _OPEN)

    @property
    def step_ms(self):
        """The step's planned length, -1 where it is open."""
        if self.is_open:
            return -1
        return self.steps.start[self.here.pos + 1] - self.steps.start[self.here.pos]

    @property
    def step_label(self):
        number = self.steps.label[self.here.pos]
        return self.steps.labels[number - 1] if number else None

    @property
    def step_round(self):
        """Round of the innermost group from 1, 0 where the step is in none."""
        value = self.steps.round[self.here.pos]
        if self.steps.rounds[self.here.pos] == _IN_REPEAT:
            value += self.here.loops
        return value

    @property
    def step_rounds(self):
        """Rounds of the innermost group, 0 where that is not known."""
        value = self.steps.rounds[self.here.pos]
        return 0 if value == _IN_REPEAT else value

    @property
    def next_pos(self):
        """Place of the step after this one, -1 where this is the last."""
        if self.here.pos + 1 < self.steps.n:
            return self.here.pos + 1
        return self.steps.repeat_from

    def _entered(self):
        return self.steps.start[self.here.pos] + self.here.offset

    def _step_end(self):
        """Active ms at which this step ends by itself, NEVER where it is open."""
        if self.steps.kind[self.here.pos] & _OPEN:
            return NEVER
        return self.steps.start[self.here.pos + 1] + self.here.offset
