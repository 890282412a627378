"""The battery's sign: when it comes, when it goes, and how it is read on each chip."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_machine import Board

MINUTE = 60_000
NEVER = 0x3FFFFFFF


class Facts:
    def __init__(self, table):
        self.table = table

    def get(self, key, default=""):
        return self.table.get(key, default)

    def num(self, key, default=0):
        return int(self.table.get(key, default))


class Rig:
    def __init__(self, esp32=False, ratio=2000, **more):
        self.board = Board(esp32)
        self.esp32 = esp32
        self.ratio = ratio
        facts = {"chip": "esp32c3" if esp32 else "rp2040", "battery.pin": "26"}
        facts.update({"battery.ratio-permille": str(ratio)}, **more)
        self.battery = self.board.load("parts.battery").Battery(Facts(facts))
        self.now = 0

    def volts(self, mv):
        """What the ADC reads when the battery has so many mV."""
        pin = mv * 1000 / self.ratio
        self.board.adc = round(pin * 1000) if self.esp32 else round(pin * 65535 / 3300)

    def read(self, mv, times=1):
        """A reading each minute; whether the sign changed at one of them."""
        self.volts(mv)
        changed = []
        for _ in range(times):
            self.now += MINUTE
            changed.append(self.battery.act(self.now, True))
        return any(changed)


@pytest.mark.parametrize("esp32", [False, True])
@pytest.mark.parametrize("ratio", [2000, 3200, 4900])
def test_voltage(esp32, ratio):
    rig = Rig(esp32, ratio)
    rig.read(3912)
    # one step of 1 mV at the pin
    assert abs(rig.battery.mv - 3912) <= 1 + ratio // 1000


def test_range_and_unit_of_each_chip():
    assert Rig(esp32=True).board.adc_options == {"atten": 3}
    assert Rig().board.adc_options == {}


def test_low_below_3500_until_above_3600():
    rig = Rig()
    assert not rig.read(3510, 3) and not rig.battery.low
    assert rig.read(3450, 20) and rig.battery.low
    assert not rig.read(3590, 30) and rig.battery.low
    assert rig.read(3650, 20) and not rig.battery.low


def test_low_from_the_first_reading():
    rig = Rig()
    assert rig.read(3400) and rig.battery.low


def test_one_bad_reading_is_no_sign():
    rig = Rig()
    rig.read(3700, 5)
    rig.read(3300)
    assert not rig.battery.low


def test_noise_of_the_samples_is_averaged():
    rig = Rig()
    rig.volts(3520)
    middle = rig.board.adc
    noise = itertools.cycle([-900, 700, 900, -700])
    rig.board.adc = lambda: middle + next(noise)
    rig.battery.act(1000, True)
    assert rig.board.adc_reads == 16
    assert abs(rig.battery.mv - 3520) <= 3


def test_once_a_minute_and_only_in_silence():
    rig = Rig()
    rig.volts(3400)
    assert rig.battery.due() == 0
    rig.battery.act(500, False)
    assert rig.board.adc_reads == 0
    assert rig.battery.due() == 1500
    rig.battery.act(1000, True)
    assert rig.board.adc_reads == 0
    rig.battery.act(1500, True)
    assert rig.board.adc_reads == 16
    assert rig.battery.due() == 61_500


def test_no_battery_on_usb_alone():
    rig = Rig()
    rig.read(3400)
    assert rig.read(120) and not rig.battery.low
    assert rig.battery.mv == 0
    assert not rig.read(4100)
    assert rig.battery.mv in range(4095, 4106)


def test_a_board_without_the_pin_is_never_low():
    rig = Rig(**{"battery.pin": ""})
    assert rig.battery.due() == NEVER
    assert not rig.battery.act(100_000, True)
    assert not rig.battery.low and rig.board.adc_reads == 0


def test_an_adc_that_fails_is_let_be():
    rig = Rig()
    rig.read(3400)
    assert rig.battery.low

    def fail():
        raise OSError(5)

    rig.board.adc = fail
    assert rig.battery.act(rig.now + MINUTE, True)
    assert not rig.battery.low and rig.battery.due() == NEVER


@settings(max_examples=50, deadline=None)
@given(st.booleans(), st.lists(st.integers(2600, 4300), min_size=1, max_size=30))
def test_sign_follows_the_smoothed_voltage(esp32, millivolts):
    rig = Rig(esp32)
    low = False
    for mv in millivolts:
        rig.read(mv)
        smooth = rig.battery.mv
        assert min(millivolts) - 4 <= smooth <= max(millivolts) + 4
        low = smooth < 3500 or (low and smooth <= 3600)
        assert rig.battery.low == low
