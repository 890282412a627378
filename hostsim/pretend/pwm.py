"""`machine.PWM` as the two ports have it: slices that pins share, timers that run out."""

from pins import INPUT, NO_KEYWORD, PANEL_POWER, PULSED, find, integer, latches, modes, pads, roles
from world import world


class _Slice:
    """One PWM generator of an rp2; on an esp32, one channel."""

    def __init__(self):
        self.freq = 0
        self.running = False
        self.active = True
        self.duty = {}  # channel -> 0 to 65535


class PWM:
    """`PWM(pin, freq=, duty_u16=, invert=)`, duty_ns too, as the port has it."""

    def __init__(self, dest, freq=-1, **options):
        pad = find(dest)
        self._pad = pad
        if world.rp2:
            # GPIO n and n + 16 are one output of one slice (RP2040 datasheet, 4.5.2)
            key = pad // 2 % 8
            self._channel = pad % 2
        else:
            key = pad
            self._channel = 0
            if pads.slices.get(key) is None and freq == -1:
                freq = 5000  # it starts by itself, and can be heard
            if "duty" not in options and "duty_u16" not in options and "duty_ns" not in options:
                options["duty_u16"] = 32768
        slice = pads.slices.get(key)
        if slice is None:
            slice = pads.slices[key] = _Slice()
        self._slice = slice
        slice.duty.pop(self._channel, None)
        modes[pad] = PULSED
        latches[pad] = 0
        self.init(freq, **options)

    def init(self, freq=-1, **options):
        names = (
            ("duty_u16", "duty_ns", "invert")
            if world.rp2
            else ("duty", "duty_u16", "duty_ns", "invert", "lightsleep")
        )
        for name in options:
            if name not in names:
                raise TypeError(NO_KEYWORD)
        if freq != -1:
            self.freq(freq)
        if "duty_u16" in options:
            self.duty_u16(options["duty_u16"])
        if "duty" in options:
            self.duty(options["duty"])
        if "duty_ns" in options:
            self.duty_ns(options["duty_ns"])

    def freq(self, value=None):
        self._check()
        slice = self._slice
        if value is None:
            return slice.freq
        integer(value)
        if world.rp2:
            # below, the divider's 8 bits do not reach; freq(0) divides by zero
            clock = 150000000 if world.facts.get("chip") == "rp2350" else 125000000
            if value <= 0 or clock * 16 // (65534 * value) >= 4096:
                raise ValueError("freq too small")
            if value > clock // 2:
                raise ValueError("freq too large")
        else:
            if not 1 <= value <= 40000000:
                raise ValueError("frequency must be from 1Hz to 40MHz")
            self._timer(value)
        slice.freq = value
        self._drive()

    def _timer(self, freq):
        """Timers are few, and shared by equal frequencies only."""
        most = 8 if world.facts.get("chip") == "esp32" else 4
        if len(pads.slices) <= most:
            return
        others = set(s.freq for s in pads.slices.values() if s is not self._slice and s.freq)
        if freq not in others and len(others) >= most:
            raise RuntimeError("out of PWM timers:%d" % most)

    def duty_u16(self, value=None):
        self._check()
        duty = self._slice.duty
        if value is None:
            return duty.get(self._channel, 0)
        integer(value)
        if value > 65535 and world.rp2:
            value = 65535  # rp2 says nothing
        if not 0 <= value <= 65535:
            raise ValueError("duty_u16 must be from 0 to 65535")
        duty[self._channel] = value
        self._drive()

    def duty(self, value=None):
        if world.rp2:
            raise AttributeError("'PWM' object has no attribute 'duty'")
        if value is None:
            return self.duty_u16() >> 6
        if not 0 <= integer(value) <= 1023:
            raise ValueError("duty must be from 0 to 1023")
        self.duty_u16(value << 6)

    def duty_ns(self, value=None):
        freq = self._slice.freq
        if value is None:
            return self.duty_u16() * 1000000000 // 65535 // freq if freq else 0
        value = integer(value) * freq * 65535 // 1000000000
        if value > 65535:
            raise ValueError("duty larger than period")
        self.duty_u16(value)

    def deinit(self):
        pad = self._pad
        if world.rp2:
            # The slice stops, for both its pins, at the level they had; a fake that
            # takes the worse one of the two levels catches who does not mind.
            self._slice.running = False
            latches[pad] = 1 if self._slice.duty.get(self._channel) else 0
        elif self._slice.active:
            self._slice.active = False
            pads.slices.pop(pad, None)
            modes[pad] = INPUT
            pads.settle(pad)

    def _check(self):
        if not self._slice.active:
            raise RuntimeError("PWM is inactive")

    def _drive(self):
        slice = self._slice
        # rp2 starts only when both have been set
        if slice.freq and self._channel in slice.duty:
            slice.running = True
        pad = self._pad
        if modes[pad] != PULSED or world.dead:
            return
        duty = slice.duty.get(self._channel, 0) if slice.running else 0
        latches[pad] = 1 if duty else 0
        role = roles[pad]
        if role and role < PANEL_POWER:
            world.drive(role, duty > 0, slice.freq, duty)
