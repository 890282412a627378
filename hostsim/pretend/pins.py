"""The chip's pads, and `Pin` and `Signal` upon them.

One table says who drives a pad, and at what level; pwm.py uses it too. Where the
ports differ (`world.rp2` or not) the fake differs with them, errors included;
the issue or source that says so stands beside it.
"""

from micropython import const
from world import BUZZER, LED, MOTOR, SOFT_RESET, world

_PADS = const(50)
# roles beside those that sound or shine
PANEL_POWER = const(8)
_PANEL_RESET = const(16)

INPUT = const(0)
_OUTPUT = const(1)
_DRAIN = const(2)
PULSED = const(3)

modes = bytearray(_PADS)
latches = bytearray(_PADS)
_pull = bytearray(_PADS)
roles = bytearray(_PADS)
_active = bytearray(_PADS)  # the level that means "on" for the pad's role

# Where a radio chip has the light (Pico W), the pad of the Pico's stands for it.
_NAMED_LED = const(25)

NO_KEYWORD = "extra keyword arguments given"
_RP2 = tuple(range(30))
_PINS = {
    "rp2040": _RP2,
    "rp2350": _RP2,
    # without those of the flash (6 to 11; 12 to 17 on the C3; 26 to 32 on the S3)
    "esp32": (0, 1, 2, 3, 4, 5)
    + tuple(range(12, 20))
    + (21, 22, 23, 25, 26, 27)
    + tuple(range(32, 40)),
    "esp32c3": tuple(range(12)) + (18, 19, 20, 21),
    "esp32s3": tuple(range(22)) + tuple(range(33, 49)),
}


def reset(cause):
    """What a start leaves of the pads; the first one also learns their roles."""
    for key, role in (
        ("buzzer.pin", BUZZER),
        ("motor.pin", MOTOR),
        ("led.pin", LED),
        ("display.power", PANEL_POWER),
        ("display.reset", _PANEL_RESET),
    ):
        pad = world.number(key)
        if 0 <= pad < _PADS:
            roles[pad] = role
            _active[pad] = 1
    pad = world.number("led.pin")
    if world.facts.get("led.pin") == "LED":
        pad = _NAMED_LED
        roles[pad] = LED
    if pad >= 0:
        _active[pad] = world.number("led.active", 1)
    pad = world.number("display.power")
    if pad >= 0:
        _active[pad] = world.number("display.power-active", 1)
    pads.reset(cause)


def find(pin):
    """The pad of what a program calls a pin: a Pin, a number, a name."""
    if isinstance(pin, Pin):
        return pin.pad
    if isinstance(pin, str):
        if world.rp2 and pin.startswith("GPIO"):
            pin = pin[4:]
        elif world.rp2 and pin.startswith("GP"):
            pin = pin[2:]
        elif pin == "LED" and world.rp2:
            pin = str(_NAMED_LED)
        try:
            pin = int(pin)
        except ValueError:
            raise ValueError("unknown named pin")
    if isinstance(pin, int) and pin in _PINS.get(world.facts.get("chip"), _RP2):
        return pin
    raise ValueError("invalid pin")


class _Pads:
    """The levels of all pads, and what hangs on them."""

    def __init__(self):
        self.slices = {}  # of an rp2 by number; on an esp32, one for each pad
        self.button = -1
        self.panel_reset = -1

    def reset(self, cause):
        self.button = world.number("button.pin")
        self.panel_reset = world.number("display.reset")
        # A soft reset on rp2 stops the PWM and leaves its pin at the level it had
        # (micropython#9007); pads that are plain outputs stay so on both.
        for pad in range(_PADS):
            if cause == SOFT_RESET:
                if modes[pad] == PULSED and not world.rp2:
                    modes[pad] = INPUT
                    self.settle(pad)
            else:
                modes[pad] = INPUT
                latches[pad] = 0
                _pull[pad] = 0
                self.settle(pad)
        self.slices = {}

    def settle(self, pad):
        """The pad's level may have changed: tell what hangs on it."""
        role = roles[pad]
        if role:
            level = self.level(pad)
            on = level == _active[pad] if modes[pad] != INPUT else False
            if role < PANEL_POWER:
                world.drive(role, on, 0, 65535 if on else 0)
            else:
                self.panel(role, on)

    def panel(self, role, on):
        """The panel's supply is switched, or its reset pin driven."""
        if role == PANEL_POWER:
            if on != world.panel_powered:
                world.panel_powered = on
                world.panel.power_lost()
        elif not on and modes[self.panel_reset] != INPUT:
            world.panel.reset()

    def panel_answers(self):
        """Whether the panel has its supply and is not held in reset."""
        pad = self.panel_reset
        return world.panel_powered and (pad < 0 or self.level(pad) == 1)

    def level(self, pad):
        mode = modes[pad]
        if mode == _OUTPUT or mode == PULSED:
            return latches[pad]
        if mode == _DRAIN:
            return latches[pad]  # let go, it is pulled up from outside
        if pad == pads.button:
            # open, the button leaves the pin to its pull
            return world.level if _pull[pad] == Pin.PULL_UP else 0
        if world.rp2 and pad == 24:
            return world.usb  # VBUS, on a Pico
        return 1 if _pull[pad] == Pin.PULL_UP else 0


pads = _Pads()


def integer(value):
    if type(value) is not int:
        raise TypeError("can't convert %s to int" % type(value).__name__)
    return value


class _Irq:
    """What Pin.irq gives back."""

    def __init__(self, pad):
        self._pad = pad

    def trigger(self):
        return world.irq_trigger

    def flags(self):
        return world.irq_trigger


class Pin:
    # the numbers of rp2; a program that uses the names works with either
    IN = 0
    OUT = 1
    OPEN_DRAIN = 2
    ALT = 3
    PULL_UP = 1
    PULL_DOWN = 2
    IRQ_RISING = 1
    IRQ_FALLING = 2
    WAKE_LOW = 4
    WAKE_HIGH = 5

    def __init__(self, id, *args, **options):
        self.pad = find(id)
        if args or options:
            self.init(*args, **options)

    def init(self, mode=-1, pull=-1, **options):
        for name in options:
            if name != "value" and name not in (("alt",) if world.rp2 else ("drive", "hold")):
                raise TypeError(NO_KEYWORD)
        pad = self.pad
        value = options.get("value")
        if value is not None:
            latches[pad] = 1 if value else 0
        if mode is not None and mode != -1:
            if mode not in (self.IN, self.OUT, self.OPEN_DRAIN):
                raise ValueError("invalid pin mode")
            if mode != self.IN and world.facts.get("chip") == "esp32" and pad >= 34:
                raise ValueError("pin can only be input")
            # the pad is a plain pin again: on esp32 that ends its PWM for good
            slice = None if world.rp2 else pads.slices.pop(pad, None)
            if slice is not None:
                slice.active = False
            if value is None and modes[pad] == PULSED:
                latches[pad] = 0
            modes[pad] = mode
        if pull != -1 or world.rp2:
            _pull[pad] = 0 if pull is None or pull == -1 else integer(pull)
        pads.settle(pad)

    def value(self, value=None):
        pad = self.pad
        if value is None:
            return pads.level(pad)
        if world.dead:
            return
        value = 1 if value else 0
        if modes[pad] != PULSED:
            latches[pad] = value
            if roles[pad]:
                pads.settle(pad)

    def __call__(self, value=None):
        return self.value(value)

    def on(self):
        self.value(1)

    def off(self):
        self.value(0)

    def high(self):
        if not world.rp2:
            raise AttributeError("'Pin' object has no attribute 'high'")
        self.value(1)

    def low(self):
        if not world.rp2:
            raise AttributeError("'Pin' object has no attribute 'low'")
        self.value(0)

    def toggle(self):
        self.value(1 - latches[self.pad])

    def irq(self, handler=None, trigger=3, **options):
        for name in options:
            # `hard` is rp2's alone, `wake` esp32's
            if name != ("hard" if world.rp2 else "wake"):
                raise TypeError(NO_KEYWORD)
        if options.get("wake") is not None and trigger in (self.WAKE_LOW, self.WAKE_HIGH):
            wake_on(self.pad, 0 if trigger == self.WAKE_LOW else 1)
        elif self.pad == pads.button:
            world.irq_handler = handler
            world.irq_pin = self
            world.irq_trigger = trigger if handler is not None else 0
            world.irq_hard = bool(options.get("hard", False))
            world.pending = 0
        return _Irq(self.pad)

    def __repr__(self):
        return "Pin(%d)" % self.pad


_WAKE = {
    "esp32": (0, 2, 4, 12, 13, 14, 15, 25, 26, 27, 32, 33, 34, 35, 36, 37, 38, 39),
    "esp32c3": (0, 1, 2, 3, 4, 5),
    "esp32s3": tuple(range(22)),
}


def wake_on(pad, level):
    """The level of that pad wakes an esp32."""
    if pad not in _WAKE[world.facts["chip"]]:
        raise ValueError("invalid pin for wake")
    if pad == pads.button:
        world.wake_level = level


class Signal:
    """A pin, or a pin turned round."""

    def __init__(self, pin, *args, invert=False, **options):
        self._pin = pin if isinstance(pin, Pin) else Pin(pin, *args, **options)
        self._invert = bool(invert)

    def value(self, value=None):
        if value is None:
            return self._pin.value() ^ self._invert
        self._pin.value(bool(value) ^ self._invert)

    def __call__(self, value=None):
        return self.value(value)

    def on(self):
        self.value(1)

    def off(self):
        self.value(0)
