"""MicroPython's `esp32`, as far as waking goes. A board with another chip has none."""

from pins import find, wake_on
from world import world

if world.rp2:
    raise ImportError("no module named 'esp32'")

WAKEUP_ALL_LOW = False
WAKEUP_ANY_HIGH = True


def wake_on_ext0(pin=None, level=WAKEUP_ALL_LOW):
    if world.facts["chip"] == "esp32c3":
        raise AttributeError("module has no attribute 'wake_on_ext0'")
    if pin is None:
        world.wake_level = -1
    else:
        wake_on(find(pin), 1 if level else 0)


def wake_on_ext1(pins=None, level=WAKEUP_ALL_LOW):
    if world.facts["chip"] == "esp32c3":
        raise AttributeError("module has no attribute 'wake_on_ext1'")
    _all(pins, level)


def wake_on_gpio(pins=None, level=WAKEUP_ALL_LOW):
    """From 1.27 on; the C3's only way."""
    _all(pins, level)


def _all(pins, level):
    world.wake_level = -1
    for pin in pins or ():
        wake_on(find(pin), 1 if level else 0)
