"""Who presses the button when no scenario says so, and when it is time to leave.

Fed by the recorder with each event, it puts fingers and checks on the world's
timeline; both engines run it, so that the trace is the same on both.
"""

from micropython import const
from timeline import CHECK, END, FINGER
from world import world

_MS = const(1000000)
_DOWN_MS = const(100)  # how long a press lasts
_HOLD_MS = const(800)
_FIRST_PRESS_MS = const(2000)
_OPEN_MS = const(59650)  # with the 0.35 s of a possible double, the step lasts a minute
_LEAVE_MS = const(5000)
_DEAF_MS = const(1000)  # a question ignores what was begun before
_HOME_MS = const(500)
_TRIES = const(3)
_ASLEEP_MS = const(1800000)  # a pause as long as this, and the clip is asleep
_LONGEST_MS = const(72 * 3600000)  # a session lasts 24 h at most


class Pilot:
    """`presses`: there is no scenario, so the session is started and carried to its end."""

    def __init__(self, presses):
        self.presses = presses
        self.begun = False  # a session has run
        self.running = False
        self.over_at = 0  # ms
        self.paused_at = 0  # 0: it is not
        self._ending = False
        self._tries = 0
        if presses:
            self._press(_FIRST_PRESS_MS)
            world.last_action = _FIRST_PRESS_MS * _MS
            world.at(_LONGEST_MS * _MS, END)
        else:
            self._check_at(world.last_action // _MS)

    def saw(self, code, t, b):
        if code == "boot":
            self.running = False
            self.paused_at = 0
        elif code == "pause":
            self.paused_at = t
            self._check_at(t + _ASLEEP_MS)
        elif code == "start" or code == "resume" or code == "back":
            self.begun = self.running = True
            self.paused_at = 0
        elif code == "finish" or code == "stop" or code == "crash":
            # after a crash the session goes on by itself, if there is a checkpoint
            self.running = False
            self.over_at = t
            last = world.last_action // _MS
            self._check_at(t if t > last else last)
        elif code == "sleep" and not world.actions_left():
            world.at(world.now + 1000 * _MS, END)  # the display still has to go dark
        elif self.presses:
            self._react(code, t, b)

    def leaves(self):
        """Whether the session and the scenario have been over for long enough."""
        now = world.now // _MS
        last = world.last_action // _MS
        asleep = self.paused_at and now >= self.paused_at + _ASLEEP_MS
        return (
            (asleep or not self.running) and now >= self.over_at + _LEAVE_MS and now >= last + _LEAVE_MS
        ) and (self.begun or not self.presses)

    def _react(self, code, t, b):
        if code == "step":
            self._step(t, b)
        elif code == "screen":
            if b == "question" or b == "resume":
                self._press(t + _DEAF_MS + _DOWN_MS)
            elif b == "pain":
                # asked before a start, where the last session's was not answered: no
                self._press(t + _HOME_MS)
                self._hold(t + _HOME_MS + 2 * _HOLD_MS)
            elif b == "home" and not self.begun and world.now > _FIRST_PRESS_MS * _MS:
                # a question came first, and was answered
                self._tries += 1
                if self._tries <= _TRIES:
                    self._press(t + _HOME_MS)

    def _step(self, t, b):
        steps = b.steps
        if steps.repeat_from >= 0 and not self._ending:
            third_round = 2 * steps.n - steps.repeat_from
            if b.index >= third_round:
                self._ending = True
                for second in (1, 3, 5):
                    self._hold(t + 1000 * second)
        if b.step_ms < 0 and not self._ending:
            self._press(t + _OPEN_MS)

    def _check_at(self, ms):
        world.at((ms + _LEAVE_MS) * _MS, CHECK)

    def _press(self, ms):
        world.at((ms - _DOWN_MS) * _MS, FINGER, 0)
        world.at(ms * _MS, FINGER, 1)

    def _hold(self, ms):
        world.at((ms - _HOLD_MS) * _MS, FINGER, 0)
        world.at((ms + 200) * _MS, FINGER, 1)
