"""Where in its steps a session stands: what a take-back brings back and a checkpoint keeps."""


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
