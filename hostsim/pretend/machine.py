"""MicroPython's `machine`, on the pretend board.

Every part refuses what the real one would: a float where an int is wanted, a
pin that cannot do it, a keyword that its port does not know. `Timer` and the
raw memory are not there: the clip has one loop and no registers.
"""

from micropython import const

import pins
from buses import ADC, I2C, SoftI2C  # noqa: F401 - what a program takes from here
from pins import Pin, Signal, integer  # noqa: F401
from pwm import PWM  # noqa: F401
from timeline import NEVER as _NEVER
from world import DEEP_SLEEP as _BY_DEEP_SLEEP
from world import HARD_RESET as _BY_RESET
from world import POWER_ON as _BY_POWER
from world import SOFT_RESET as _BY_SOFT_RESET
from world import world

PWRON_RESET = 1
HARD_RESET = 2
WDT_RESET = 3
DEEPSLEEP_RESET = 4
SOFT_RESET = 5
IDLE = 1
SLEEP = 2
DEEPSLEEP = 4
PIN_WAKE = 2
TIMER_WAKE = 4

_MS = const(1000000)
_USB_WAKE_NS = const(30000000)
_WDT_MOST_MS = const(8388)  # 24 bits of us, which count double (RP2040-E1)

world.gpio_reset = pins.reset
_memory = bytearray()
_woken_by = 0


def lightsleep(time_ms=None):
    """Ends at its time, or before: at an edge that may wake the chip, or by USB's interrupts."""
    if time_ms is None:
        # rp2: dormant, which nothing on this board ends
        _sleep(_NEVER - world.now, not world.rp2)
        return
    if integer(time_ms) >= 4294967 and world.rp2:
        raise ValueError("sleep too long")
    if time_ms <= 0:
        return
    ns = time_ms * _MS
    if world.rp2 and world.usb and ns > _USB_WAKE_NS:
        ns = _USB_WAKE_NS  # a host's frames interrupt (micropython#16181)
    _sleep(ns, True)


def _sleep(ns, wakes):
    end = world.now + ns
    if world.wake_level == world.level:
        return
    world.lightsleep(ns)
    while not wakes and world.now < end:
        world.lightsleep(end - world.now)


def deepsleep(time_ms=None):
    """Does not return: the chip starts anew."""
    global _woken_by
    if time_ms is not None:
        integer(time_ms)
    if world.rp2:
        lightsleep(time_ms)
        world.over(_BY_RESET)
    pins.reset(_BY_POWER)
    _sleep(_NEVER - world.now if time_ms is None else time_ms * _MS, True)
    _woken_by = PIN_WAKE if world.wake_level == world.level else TIMER_WAKE
    world.over(_BY_DEEP_SLEEP)


def reset():
    world.over(_BY_RESET)


def soft_reset():
    world.over(_BY_SOFT_RESET)


def bootloader(timeout=0):
    """The ROM's loader: no program until the power goes."""
    while True:
        world.sleep(3600000 * _MS)


def reset_cause():
    cause = world.cause
    if world.rp2:
        # machine.reset() works by the watchdog, and a soft reset changes nothing
        return WDT_RESET if cause == _BY_RESET else PWRON_RESET
    return (PWRON_RESET, HARD_RESET, SOFT_RESET, DEEPSLEEP_RESET)[cause]


def wake_reason():
    if world.rp2:
        raise AttributeError("module has no attribute 'wake_reason'")
    return _woken_by if world.cause == _BY_DEEP_SLEEP else 0


def unique_id():
    return b"\xe6\x61\x41\x04\x03\x2c\x1a\x2b" if world.rp2 else b"\x24\x6f\x28\x0a\x1b\x2c"


_freq = 125000000


def freq(hz=None):
    global _freq
    if hz is None:
        return _freq
    if not 10000000 <= integer(hz) <= 270000000:
        raise ValueError("cannot change frequency")
    _freq = hz


def idle():
    world.sleep(_MS)


def disable_irq():
    state = not world.irq_off
    world.irq_off = True
    return state


def enable_irq(state=True):
    world.enable_irq(state)


class RTC:
    """The wall clock: 2021 (rp2) or 2000 (esp32) until somebody sets it."""

    def __init__(self, id=0):
        pass

    def datetime(self, fields=None):
        import time

        if fields is None:
            now = time.gmtime()
            return now[:3] + (now[6],) + now[3:6] + (0,)
        year, month, day, _, hour, minute, second, _ = fields
        seconds = time.mktime((year, month, day, hour, minute, second, 0, 0))
        world.set_rtc(seconds + (0 if world.rp2 else 946684800))

    def memory(self, data=None):
        """What survives an esp32's deep sleep."""
        if world.rp2:
            raise AttributeError("'RTC' object has no attribute 'memory'")
        if data is None:
            return bytes(_memory)
        if len(data) > 2048:
            raise ValueError("buffer too long")
        _memory[:] = bytes(data)


class WDT:
    """Once started it cannot be stopped; not fed, it resets the chip."""

    def __init__(self, id=0, timeout=5000):
        if id != 0:
            raise ValueError("WDT(%d) doesn't exist" % id)
        most = _WDT_MOST_MS if world.rp2 else 1 << 31
        if not 0 < integer(timeout) <= most:
            raise ValueError("timeout exceeds %d" % most)
        self._ns = timeout * _MS
        self.feed()

    def feed(self):
        world.feed(self._ns)
