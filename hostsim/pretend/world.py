"""The pretend board's time, and everything that happens at an instant of it.

Time is whole nanoseconds since the first power-on and passes only in `sleep`,
on the bus (`bus`) and in flash writes (`flash_write`). What happens from
outside stands on one sorted timeline of (instant, code, arg); `_pass` walks it.
Runs under both engines, and allocates nothing while time passes.
"""

from micropython import const, heap_lock, heap_unlock
from timeline import (
    BATTERY,
    CHECK,
    CLOCK,
    DISPLAY,
    EDGE,
    END,
    FLASH,
    FLASH_OK,
    NEVER,
    POWER,
    RESET,
    SNAP,
    USB,
    ZONE_STEPS,
    Timeline,
)

# roles of pins, as bits of `outputs`
BUZZER = const(1)
MOTOR = const(2)
LED = const(4)

# how time passes, which decides when a pin's interrupt gets through
_SLEEP = const(0)
_BUS = const(1)
_FLASH = const(2)
_LIGHT = const(3)

_MS = const(1000000)
FLASH_WRITE_NS = const(60000000)
# every run comes by the wrap of ticks_ms, 20 s after power-on
TICKS_START_MS = const((1 << 30) - 20000)
_QUEUE = const(8)  # MICROPY_SCHEDULER_DEPTH of both ports
_PACE_NS = const(20000000)  # how often real time is looked at

# why the last program ended
POWER_ON = const(0)
HARD_RESET = const(1)  # machine.reset(), the watchdog
SOFT_RESET = const(2)
DEEP_SLEEP = const(3)

# 2021-01-01 and 2000-01-01, where the clocks of rp2 and esp32 start
_RTC_RP2 = const(1609459200)
_RTC_ESP32 = const(946684800)


class Outage(BaseException):
    """The program is over, whatever it was doing; no `except Exception` sees this."""


class World(Timeline):
    """One board and what is around it; a module `world` holds the one there is."""

    def __init__(self):
        Timeline.__init__(self)
        self.now = 0
        self.next_due = NEVER
        self.last_action = 0  # instant of the scenario's last action
        self.facts = {}
        self.rp2 = True
        self.dead = False  # the program is over but still unwinding
        self.ended = False
        self.cause = POWER_ON
        self.powered = True
        # what the world's owner may hang in: see hostsim/engine_cpython.py
        self.pace = None  # pace(ns): wait until real time has come to ns; may call `happen_now`
        self.tap = None  # tap(role, on, freq, duty): an output changed
        self.wrote = None  # wrote(ns): a write to the flash begins
        self.snap = None  # snap(index): the panel is to be pictured now
        self.check = None  # check(): whether it is time to leave
        self.flash = None
        self.panel = None
        self.panel_powered = True
        self.gpio_reset = None
        self.heap_locked = False  # the program may not allocate, but for a checkpoint
        self._reset_pins()
        self.level = 1  # of the button's pin: 0 is down
        self.battery_mv = 4000
        self.usb = 0
        self.flash_state = FLASH_OK
        self.outputs = 0
        self.cue_now = -1  # instant of the cue that was announced last
        self.cue_outputs = 0
        self._rtc_set(_RTC_RP2)
        self.ticks_offset = TICKS_START_MS

    def setup(self, board, timeline, last_action):
        """`board` is the text of board.txt, `timeline` rows of (ns, code, arg), sorted."""
        for line in board.split("\n"):
            key, _, value = line.partition(" ")
            if key:
                self.facts[key] = value
        self.rp2 = self.facts.get("chip", "rp2040").startswith("rp2")
        for ns, code, arg in timeline:
            self.at(ns, code, arg)
        self.last_action = last_action
        self._rtc_set(_RTC_RP2 if self.rp2 else _RTC_ESP32)

    def number(self, key, default=-1):
        """A whole number of board.txt."""
        try:
            return int(self.facts.get(key, default))
        except ValueError:
            return default

    # the timeline

    def at(self, ns, code, arg=0):
        Timeline.at(self, ns, code, arg)
        self._look_ahead()

    def happen_now(self, code, arg=0):
        """For real-time play: that happens as soon as the program gives time away."""
        self.at(self.now, code, arg)

    def stop(self):
        """Leave at the next occasion."""
        self.at(self.now, END)

    def actions_left(self):
        return self.now < self.last_action

    def _look_ahead(self):
        due = self.coming()
        if self.wdt_due < due:
            due = self.wdt_due
        if self.pace is not None or self.dead:
            due = -1  # every passing of time is looked at
        self.next_due = due

    # time passes

    def sleep(self, ns):
        end = self.now + ns
        if end < self.next_due:
            self.now = end
        else:
            self._pass(end, _SLEEP)

    def bus(self, ns):
        """Time on the I2C bus."""
        end = self.now + ns
        if end < self.next_due:
            self.now = end
        else:
            self._pass(end, _BUS)

    def flash_write(self):
        """One write that reaches the flash. What it writes is there after it."""
        if self.wrote is not None:
            self.wrote(self.now)
        self._pass(self.now + FLASH_WRITE_NS, _FLASH)

    def lightsleep(self, ns):
        self.woken = False
        self._pass(self.now + ns, _LIGHT)

    def _pass(self, end, how):
        if self.dead:
            raise Outage
        while True:
            if self.pace is not None:
                self._pace(end)
            due = self.coming()
            if self.wdt_due < due:
                due = self.wdt_due
            if due > end:
                break
            if due > self.now:
                self.now = due
            if due == self.wdt_due:
                self.over(HARD_RESET)
            index = self.index
            self.index = index + 1
            self._look_ahead()
            self._happen(self.codes[index], self.args[index], how)
            if how == _LIGHT and self.woken:
                end = self.now
                break
        if end > self.now:
            self.now = end
        if how != _SLEEP and self.pending:
            self._interrupts()

    def _pace(self, end):
        """Real time for everything up to `end` or the next event, in short steps."""
        while True:
            due = self.coming()
            until = due if due < end else end
            if until <= self.now:
                return
            step = self.now + _PACE_NS
            if step < until:
                until = step
            self.pace(until)
            # what came in meanwhile is due at `now`, and the loop sees it first
            if self.index < len(self.due) and self.due[self.index] <= self.now:
                return
            self.now = until

    def _happen(self, code, arg, how):
        if code == EDGE:
            self._edge(arg, how)
        elif code == POWER:
            if arg == 0:
                self.powered = False
                self.over(POWER_ON)
        elif code == RESET:
            self.over(SOFT_RESET)
        elif code == END:
            self.ended = True
            self.over(POWER_ON)
        elif code == CHECK:
            if self.check():
                self.ended = True
                self.over(POWER_ON)
        else:
            self.outside(code, arg)

    def outside(self, code, arg):
        """What goes on with and without power."""
        if code == EDGE:
            self.level = arg
        elif code == DISPLAY:
            if arg:
                self.panel.plug()
            else:
                self.panel.unplug()
        elif code == FLASH:
            self.flash_state = arg
        elif code == CLOCK:
            self._clock_set(arg)
        elif code == BATTERY:
            self.battery_mv = arg
        elif code == USB:
            self.usb = arg
            if self.rp2:
                self.woken = True
        elif code == SNAP:
            self.snap(arg)

    def wait_in_the_dark(self):
        """(code, arg) of what happens next, with time set to it; END where nothing will."""
        due = self.coming()
        if due == NEVER:
            return END, 0
        if self.pace is not None:
            self._pace(due)
        index = self.index
        self.index = index + 1
        if self.due[index] > self.now:
            self.now = self.due[index]
        return self.codes[index], self.args[index]

    # the button's pin and its interrupt

    def _edge(self, level, how):
        if level == self.level:
            return
        self.level = level
        if level == self.wake_level:
            self.woken = True
        if self.irq_handler is None or not self.irq_trigger & (1 if level else 2):
            return
        if self.rp2:
            self.woken = True  # any interrupt ends the wait for one
        if self.irq_off or how == _FLASH or (how == _BUS and not self.irq_hard):
            # a masked edge is latched once; soft ones queue up to be scheduled
            most = 1 if self.irq_hard else _QUEUE
            if self.pending < most:
                self.pending += 1
            return
        self._interrupt()

    def _interrupt(self):
        if self.irq_hard:
            # no allocation inside a hard handler (docs/reference/isr_rules.rst)
            heap_lock()
            try:
                self.irq_handler(self.irq_pin)
            finally:
                heap_unlock()
        else:
            self.irq_handler(self.irq_pin)

    def _interrupts(self):
        while self.pending and not self.irq_off:
            self.pending -= 1
            self._interrupt()

    def enable_irq(self, state):
        self.irq_off = not state
        if state and self.pending:
            self._interrupts()

    def free_heap(self):
        heap_lock()
        while heap_unlock():
            pass
        self.heap_locked = False

    # outputs

    def drive(self, role, on, freq, duty):
        """An output with a role was driven: its new state."""
        outputs = self.outputs | role if on else self.outputs & ~role
        self.outputs = outputs
        if self.now == self.cue_now:
            self.cue_outputs = outputs
        if self.tap is not None:
            self.tap(role, on, freq, duty)

    # clocks

    def _clock_set(self, arg):
        """What `runwalk install` does: the RTC to wall time, its UTC offset into a file."""
        self._rtc_set(arg // ZONE_STEPS)
        zone = arg % ZONE_STEPS
        if zone:
            minutes = zone - ZONE_STEPS // 2
            sign = "-" if minutes < 0 else "+"
            minutes = abs(minutes)
            text = "%s%02d:%02d\n" % (sign, minutes // 60, minutes % 60)
            self.flash.put("zone.txt", text.encode())

    def _rtc_set(self, seconds):
        self.rtc_base = seconds
        self.rtc_from = self.now

    def rtc_seconds(self):
        """Seconds since 1970 on the board's clock."""
        return self.rtc_base + (self.now - self.rtc_from) // 1000000000

    def set_rtc(self, seconds):
        self._rtc_set(seconds)

    def feed(self, timeout_ns):
        self.wdt_due = self.now + timeout_ns
        self._look_ahead()

    # one program after another

    def over(self, cause):
        """End the running program; pretend/board.py starts the next."""
        self.cause = cause
        self.dead = True
        self.next_due = -1
        self.free_heap()  # an exception needs memory
        raise Outage

    def alive(self):
        """For calls that take no time: a program that is over must not go on."""
        if self.dead:
            raise Outage

    def _reset_pins(self):
        self.irq_handler = None
        self.irq_pin = None
        self.irq_trigger = 0
        self.irq_hard = False
        self.irq_off = False
        self.pending = 0
        self.wake_level = -1
        self.woken = False
        self.wdt_due = NEVER

    def switch_on(self):
        """What the hardware is like when a program starts."""
        cause = self.cause
        self.dead = False
        self._reset_pins()
        if cause != SOFT_RESET:
            # whole milliseconds, so that the clip's and the trace's round alike
            self.ticks_offset = TICKS_START_MS - self.now // _MS
        if cause == POWER_ON or (cause == HARD_RESET and self.rp2):
            self._rtc_set(_RTC_RP2 if self.rp2 else _RTC_ESP32)
        self.gpio_reset(cause)
        self._look_ahead()


world = World()
