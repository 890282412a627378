"""Is the battery low? Asked once a minute, while nothing sounds.

Motor and buzzer pull a small cell down by tens of mV, so that it is read when
the outputs are off, 16 times in a row, and smoothed. Low is below 3.5 V, and
stays low until it is above 3.6 V. A board without the pin is never low.

Nothing here allocates once the object is built. Times in ms, voltages in mV.
"""

from machine import ADC, Pin
from micropython import const

NEVER = const(0x3FFFFFFF)

LOW_MV = const(3500)
GOOD_MV = const(3600)
EVERY_MS = const(60000)

_AGAIN_MS = const(1000)  # something sounded
_SAMPLES = const(16)
_NO_BATTERY_MV = const(2500)  # a cell's own protection cuts it off sooner: on USB alone
_SMOOTH = const(4)


class Battery:
    """The battery behind a divider on `battery.pin`.

    `battery.ratio-permille` is 1000 times what the divider divides by.
    low      the sign is to be shown
    mv       the battery's voltage, smoothed; 0 = not known
    """

    def __init__(self, facts, adc=None):
        self.low = False
        self.mv = 0
        self._due = NEVER
        self._smooth = 0  # _SMOOTH times the voltage
        self._ratio = facts.num("battery.ratio-permille", 2000)
        esp32 = facts.get("chip", "").startswith("esp32")
        if adc is None and facts.get("battery.pin", ""):
            adc = _make_adc(facts.num("battery.pin"), esp32)
        self._adc = adc
        # an ESP32's read_u16 is not calibrated, and other chips have nothing else
        self._microvolts = getattr(adc, "read_uv", None) if esp32 else None
        if adc is not None:
            self._due = 0

    def due(self):
        """When it is to be read next, or NEVER."""
        return self._due

    def act(self, now, silent):
        """Read it if that is due and nothing sounds. True if `low` has changed."""
        if now < self._due:
            return False
        if not silent:
            self._due = now + _AGAIN_MS
            return False
        self._due = now + EVERY_MS
        try:
            self._take(self._read())
        except OSError:
            self._due = NEVER
            self.mv = 0
        return self._judge()

    def rewound(self, by):
        """The clock was set back by so much."""
        if self._due != NEVER:
            self._due -= by

    def _read(self):
        """The battery's voltage, of 16 readings."""
        total = 0
        # divided first: what is 2^30 or more lives on the heap of a 32-bit board
        if self._microvolts is not None:
            for _ in range(_SAMPLES):
                total += self._microvolts()
            pin_mv = total // (_SAMPLES * 1000)
        else:
            for _ in range(_SAMPLES):
                total += self._adc.read_u16()
            pin_mv = total // _SAMPLES * 3300 // 65535
        return pin_mv * self._ratio // 1000

    def _take(self, mv):
        if mv < _NO_BATTERY_MV:
            self.mv = 0
        elif self.mv:
            self._smooth += mv - self.mv
            self.mv = self._smooth // _SMOOTH
        else:
            self._smooth = mv * _SMOOTH
            self.mv = mv

    def _judge(self):
        was = self.low
        if not self.mv or self.mv > GOOD_MV:
            self.low = False
        elif self.mv < LOW_MV:
            self.low = True
        return self.low != was


def _make_adc(pin_number, esp32):
    """The pin's ADC, or None where the chip refuses it.

    Made from a Pin: by channel number an RP2040 leaves the pull-down on. An ESP32
    is told its widest range, because older builds began with the narrowest.
    """
    options = {"atten": ADC.ATTN_11DB} if esp32 else {}
    try:
        return ADC(Pin(pin_number), **options)
    except (ValueError, RuntimeError, OSError):
        return None
