"""The trace: what the firmware says it does, written down as JSON lines.

`observe(code, ago, b)` is called by the firmware (`runwalk.observe`); the line
bears the instant that the event belongs to. A cue's line is made from the pins:
its instant is when an output really goes, `by` says which. Recording lifts the
heap lock and puts it back; everything else here is between calls.
"""

from micropython import const, heap_lock, heap_unlock
from world import BUZZER, LED, MOTOR, world

_MS = const(1000000)

# At one instant lines stand in this order.
_RANK = {
    "button": 0,
    "pause": 1,
    "resume": 1,
    "skip": 1,
    "back": 1,
    "answer": 1,
    "rate": 1,
    "start": 2,
    "step": 3,
    "halfway": 4,
    "lastround": 4,
    "remind": 4,
    "finish": 5,
    "stop": 5,
    "offer": 6,
    "cue": 7,
    "saved": 8,
    "error": 8,
    "screen": 9,
    "sleep": 10,
}
# what stands before these has happened in another life of the clip
_BARRIERS = ("boot", "wake", "crash")


def quote(text):
    """A JSON string; only what must be is escaped."""
    if isinstance(text, (bytes, bytearray)):
        text = str(text, "utf-8")
    text = str(text).replace("\\", "\\\\").replace('"', '\\"')
    for char in text:
        if char < " ":
            text = text.replace(char, "\\u%04x" % ord(char))
    return '"' + text + '"'


def seconds(ms):
    """Milliseconds as seconds: whole where they are whole, else three decimals."""
    if ms % 1000:
        return "%d.%03d" % (ms // 1000, ms % 1000)
    return str(ms // 1000)


def _or_null(number, unknown):
    return "null" if number == unknown else str(number)


def _session(b):
    text = ',"plan":' + quote(b.plan_stem)
    if b.workout is not None:
        return text + ',"workout":' + quote(b.workout)
    return text + ',"week":%d,"day":%d' % (b.week, b.day)


def _start(b):
    total = seconds(b.total_ms) if b.has_total else "null"
    return _session(b) + ',"steps":%d,"seconds":%s' % (b.steps.n, total)


def _step(b):
    length = "null" if b.step_ms < 0 else seconds(b.step_ms)
    text = ',"index":%d,"kind":%s,"seconds":%s' % (b.index, quote(b.step_kind), length)
    if b.step_label is not None:
        text += ',"label":' + quote(b.step_label)
    if b.step_round:
        text += ',"round":%d,"rounds":%s' % (b.step_round, _or_null(b.step_rounds, 0))
    return text


def _moved(b):
    return ',"from":%s,"to":%s' % (_or_null(b.moved_from, -1), _or_null(b.moved_to, -1))


def _active(b):
    return ',"active":' + seconds(b.active_ms)


def _resume(b):
    text = _active(b)
    if b.resumed_after is not None:
        text += ',"after":' + quote(b.resumed_after)
    return text


def _remind(b):
    return ',"label":' + quote(b.reminders.label)


def _over(b):
    return _active(b) + ',"paused":' + seconds(b.paused_ms)


def _nothing(b):
    return ""


def _one(key):
    return lambda b: ',"%s":%s' % (key, quote(b))


def _two(first, second):
    return lambda b: ',"%s":%s,"%s":%s' % (first, quote(b[0]), second, quote(b[1]))


_FIELDS = {
    "boot": _two("firmware", "board"),
    "button": _one("action"),
    "start": _start,
    "step": _step,
    "skip": _moved,
    "back": _moved,
    "pause": _active,
    "resume": _resume,
    "halfway": _nothing,
    "lastround": _nothing,
    "remind": _remind,
    "finish": _over,
    "stop": _over,
    "screen": _one("name"),
    "offer": _one("name"),
    "answer": _two("name", "value"),
    "rate": _one("value"),
    "saved": _one("what"),
    "error": _two("what", "text"),
    "crash": _two("what", "text"),
    "sleep": _nothing,
    "wake": _one("by"),
}


class Recorder:
    """Collects the lines of one instant, and gives them in order to `sink(line)`."""

    def __init__(self):
        self.on = True
        self.sink = print
        self.pilot = None  # saw(code, t, b): what the one who presses reacts to
        self.lock_sessions = False  # the heap is locked while a session runs
        self._t = 0
        self._lines = []
        self._cue = None
        self._screen = ""
        self._depth = 0  # locks on the heap as the program goes on
        self._lent = 0  # those that a checkpoint has lifted

    def record(self, code, ago, b):
        self.settle()
        t = world.now // _MS - ago
        if code == "cue":
            # several at one instant: only the last one is heard
            self._cue = b
            world.cue_now = world.now
            world.cue_outputs = world.outputs
            return
        if code == "checkpoint":
            self._checkpoint(b)
            return
        if code == "screen":
            if b == self._screen:
                return
            self._screen = b
        if code in _BARRIERS:
            self._screen = ""
            self.flush()
        self._put(t, code, _FIELDS[code](b))
        if code in _BARRIERS:
            self.flush()
        if self.lock_sessions:
            self._lock(code)
        if self.pilot is not None:
            self.pilot.saw(code, self._t, b)

    def _put(self, t, code, fields):
        """One line, never behind the one before."""
        if t > self._t:
            self._flush_lines()
            self._t = t
        text = '{"t":%d.%03d,"event":"%s"%s}' % (self._t // 1000, self._t % 1000, code, fields)
        self._lines.append((_RANK.get(code, 0), len(self._lines), text))

    def settle(self, over=False):
        """A cue announced at an instant that is over gets its line, if anything plays it."""
        if self._cue is None or (world.cue_now == world.now and not over):
            return
        outputs = world.cue_outputs
        by = []
        for role, name in ((BUZZER, '"buzzer"'), (MOTOR, '"motor"'), (LED, '"led"')):
            if outputs & role:
                by.append(name)
        if by:
            fields = ',"name":%s,"by":[%s]' % (quote(self._cue), ",".join(by))
            self._put(world.cue_now // _MS, "cue", fields)
        self._cue = None
        world.cue_now = -1

    def flush(self):
        """Everything out: the run, or a life of the clip, is over."""
        self.settle(True)
        self._flush_lines()

    def flush_past(self):
        """For a live view: the lines of instants that are over."""
        self.settle()
        if self._t < world.now // _MS:
            self._flush_lines()

    def _flush_lines(self):
        if self._lines:
            self._lines.sort()
            for line in self._lines:
                self.sink(line[2])
            self._lines.clear()

    def _checkpoint(self, begins):
        """The firmware's one function that may allocate in a session says: I begin, I end."""
        if begins:
            self._lent = self._depth
            self._depth = 0
        else:
            self._depth = 1 if world.heap_locked else self._lent

    def _lock(self, code):
        if code == "start" or code == "resume" or code == "back":
            world.heap_locked = True
            self._depth = 1
        elif code == "finish" or code == "stop" or code in _BARRIERS:
            world.heap_locked = False
            self._depth = 0

    def observe(self, code, ago, b):
        # the lock's depth is not to be had but by going one down
        heap_lock()
        self._depth = depth = heap_unlock()
        while depth:
            depth = heap_unlock()
        try:
            self.record(code, ago, b)
        finally:
            for _ in range(self._depth):
                heap_lock()


recorder = Recorder()


def observe(code, ago, b):
    if recorder.on and not world.dead:
        recorder.observe(code, ago, b)
