"""Is the battery low? Asked once a minute, while nothing sounds.

Motor and buzzer pull a small cell down by tens of mV, so that it is read when
the outputs are off, 16 times in a row, and smoothed. Low is below 3.5 V, and
stays low until it is above 3.6 V. A board without the pin is never low.

Nothing here allocates once the object is built. Times in ms, voltages in mV.
"""

from machine import ADC, Pin
from micropython import const

_NEVER = const(0x3FFFFFFF)

_LOW_MV = const(3500)
_GOOD_MV = const(3600)
_EVERY_MS = const(60000)

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

    def __init__(self, facts):
        self.low = False
        self.mv = 0
        self._due = _NEVER
        self._smooth = 0  # _SMOOTH times the voltage
        self._ratio = facts.num("battery.ratio-permille", 2000)
        self._esp32 = esp32 = facts.get("chip").startswith("esp32")
        if facts.get("battery.pin"):
            # Made from a Pin: by channel number an RP2040 leaves the pull-down on. An
            # ESP32 is told its widest range, because older builds began with the narrowest.
            pin = Pin(facts.num("battery.pin"))
            try:
                self._adc = ADC(pin, atten=ADC.ATTN_11DB) if esp32 else ADC(pin)
                self._due = 0
            except (ValueError, RuntimeError, OSError):
                pass  # the chip refuses it

    def due(self):
        """When it is to be read next, or _NEVER."""
        return self._due

    def act(self, now, silent):
        """Read it if that is due and nothing sounds. True if `low` has changed."""
        if now < self._due:
            return False
        self._due = now + (_EVERY_MS if silent else _AGAIN_MS)
        if not silent:
            return False
        total = 0
        try:
            for _ in range(_SAMPLES):
                # An ESP32's read_u16 is not calibrated, and other chips have nothing
                # else. What is 2^30 or more lives on the heap of a 32-bit board.
                if self._esp32:
                    total += self._adc.read_uv() // 1000  # type: ignore[attr-defined]
                else:
                    total += self._adc.read_u16() * 3300 // 65535
        except OSError:
            total = 0
            self._due = _NEVER
        mv = total // _SAMPLES * self._ratio // 1000
        self._smooth = self._smooth + mv - self.mv if self.mv else mv * _SMOOTH
        self.mv = self._smooth // _SMOOTH if mv >= _NO_BATTERY_MV else 0
        was = self.low
        self.low = 0 < self.mv and (self.mv < _LOW_MV or was and self.mv <= _GOOD_MV)
        return self.low != was
