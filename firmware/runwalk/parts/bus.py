"""The display's I2C bus: made from the board's facts, and freed when it hangs."""

import time

from machine import I2C, Pin
from micropython import const

# Both libcs' ETIMEDOUT: other errors mean that nobody answers, these that the bus is stuck.
TIMED_OUT = (110, 116)
# A hung bus must not hang the cues: a little over twice the longest piece (10 ms). The ports'
# default of 50 ms is for the whole transfer, which is why whole frames fail at 100 kHz
# (micropython#15120); pieces do not come near it.
_TIMEOUT_US = const(25000)


class Bus:
    """The display's I2C block, as the board's facts have it."""

    def __init__(self, facts):
        self._facts = facts

    def make(self):
        """Id and both pins are always named: the ports' defaults are not for every board."""
        facts = self._facts
        return I2C(
            facts.num("display.i2c"),
            scl=Pin(facts.num("display.scl")),
            sda=Pin(facts.num("display.sda")),
            freq=facts.num("display.freq", 400000),
            timeout=_TIMEOUT_US,
        )

    def free(self):
        """A module that lost its clock in mid-byte holds SDA low until it is clocked out
        (esp-idf#1133). Returns the block made anew; OSError if the line stays low."""
        scl = Pin(self._facts.num("display.scl"), Pin.OPEN_DRAIN, value=1)
        sda = Pin(self._facts.num("display.sda"), Pin.OPEN_DRAIN, value=1)
        for _ in range(9):
            if sda.value():
                break
            scl.value(0)
            time.sleep_us(5)
            scl.value(1)
            time.sleep_us(5)
        stuck = not sda.value()
        # a stop: SDA rises while SCL is high
        sda.value(0)
        time.sleep_us(5)
        sda.value(1)
        i2c = self.make()
        if stuck:
            raise OSError(TIMED_OUT[0])
        return i2c
