"""The pretend `machine`: what works, and what the real ports refuse."""

import pytest
from toys import C3, ESP32, PICO, bench, play, said

BUZZER, MOTOR, LED = 1, 2, 4


class Bench:
    """A board under power and its `machine`."""

    def __init__(self, board=PICO):
        simulation = bench(board)
        self.machine = simulation.board.load("machine")
        self.world = simulation.world
        self.panel = simulation.panel
        self.Pin, self.PWM = self.machine.Pin, self.machine.PWM


@pytest.fixture
def pico():
    return Bench()


@pytest.fixture
def esp32():
    return Bench(ESP32)


# pins


def test_outputs_keep_what_they_are_told(pico):
    pin = pico.Pin(18, pico.Pin.OUT, value=0)
    assert pin.value() == 0
    pin.on()
    assert (pin.value(), pico.world.outputs) == (1, MOTOR)
    pin.toggle()
    assert (pin(), pico.world.outputs) == (0, 0)
    assert pico.Pin("GP18").value() == 0


def test_an_open_button_floats_without_its_pull_up(pico):
    assert pico.Pin(15, pico.Pin.IN, pico.Pin.PULL_UP).value() == 1
    assert pico.Pin(15, pico.Pin.IN).value() == 0


def test_a_led_that_is_lit_by_a_low_pin():
    board = Bench(PICO.replace("led.active 1", "led.active 0"))
    board.Pin(25, board.Pin.OUT, value=0)
    assert board.world.outputs == LED


@pytest.mark.parametrize(
    "board, pin", [(PICO, 30), (PICO, "GP77"), (PICO, -1), (ESP32, 24), (ESP32, 6), (C3, 12)]
)
def test_pins_that_a_chip_lacks(board, pin):
    with pytest.raises(ValueError):
        Bench(board).Pin(pin)


def test_esp32_pins_that_only_read(esp32):
    esp32.Pin(34, esp32.Pin.IN)
    with pytest.raises(ValueError):
        esp32.Pin(34, esp32.Pin.OUT)


def test_keywords_of_the_other_port_are_refused(pico, esp32):
    note = print
    pico.Pin(15, pico.Pin.IN).irq(note, pico.Pin.IRQ_FALLING, hard=True)
    esp32.Pin(33, esp32.Pin.IN).irq(note, esp32.Pin.IRQ_FALLING, wake=None)
    with pytest.raises(TypeError):
        esp32.Pin(33, esp32.Pin.IN).irq(note, esp32.Pin.IRQ_FALLING, hard=True)
    with pytest.raises(TypeError):
        pico.Pin(15, pico.Pin.IN).irq(note, pico.Pin.IRQ_FALLING, wake=4)


# PWM


def test_rp2_sounds_when_frequency_and_duty_are_set(pico):
    pwm = pico.PWM(pico.Pin(16))
    pwm.duty_u16(30000)
    assert pico.world.outputs == 0
    pwm.freq(1000)
    assert pico.world.outputs == BUZZER
    pwm.duty_u16(0)
    assert pico.world.outputs == 0


def test_esp32_sounds_at_once_if_it_is_not_told_otherwise(esp32):
    esp32.PWM(esp32.Pin(25))
    assert esp32.world.outputs == BUZZER
    esp32.PWM(esp32.Pin(25), freq=1000, duty_u16=0)
    assert esp32.world.outputs == 0


def test_frequencies_that_are_refused(pico, esp32):
    pwm = pico.PWM(pico.Pin(16), freq=8, duty_u16=0)
    for hertz in (0, 7):
        with pytest.raises(ValueError):
            pwm.freq(hertz)
    with pytest.raises(TypeError):
        pwm.freq(440.0)
    with pytest.raises(ValueError):
        esp32.PWM(esp32.Pin(25), freq=1000, duty_u16=0).freq(0)


def test_duties_that_are_refused_or_cut(pico, esp32):
    pwm = pico.PWM(pico.Pin(16), freq=1000, duty_u16=0)
    pwm.duty_u16(70000)
    assert pwm.duty_u16() == 65535
    with pytest.raises(TypeError):
        pwm.duty_u16(0.5)
    with pytest.raises(AttributeError):
        pwm.duty(512)
    pwm = esp32.PWM(esp32.Pin(25), freq=1000, duty_u16=0)
    for duty in (65536, -1):
        with pytest.raises(ValueError):
            pwm.duty_u16(duty)
    pwm.duty(512)
    assert pwm.duty_u16() == 32768


def test_two_pins_of_a_slice_have_one_frequency(pico):
    first = pico.PWM(pico.Pin(16), freq=1000, duty_u16=100)
    pico.PWM(pico.Pin(17), freq=2000, duty_u16=100)
    assert first.freq() == 2000
    other = pico.PWM(pico.Pin(18), freq=500, duty_u16=100)
    assert (first.freq(), other.freq()) == (2000, 500)
    # 16 pins further on it is the same output
    assert pico.PWM(pico.Pin(0)).freq() == 2000


def test_rp2_deinit_leaves_the_pin_as_it_was(pico):
    pwm = pico.PWM(pico.Pin(16), freq=1000, duty_u16=30000)
    pwm.deinit()
    assert pico.world.outputs == BUZZER and pico.Pin(16).value() == 1
    pico.Pin(16, pico.Pin.OUT, value=0)
    assert pico.world.outputs == 0


def test_esp32_is_dead_after_deinit(esp32):
    pwm = esp32.PWM(esp32.Pin(25), freq=1000, duty_u16=30000)
    pwm.deinit()
    assert esp32.world.outputs == 0
    with pytest.raises(RuntimeError):
        pwm.duty_u16(0)
    pwm = esp32.PWM(esp32.Pin(25), freq=1000, duty_u16=30000)
    esp32.Pin(25, esp32.Pin.OUT, value=0)  # takes the pin away from the PWM
    with pytest.raises(RuntimeError):
        pwm.freq(500)


def test_a_c3_has_four_pwm_timers():
    board = Bench(C3)
    for pad, hertz in ((4, 100), (5, 200), (6, 300), (7, 400), (8, 400)):
        board.PWM(board.Pin(pad), freq=hertz, duty_u16=0)
    with pytest.raises(RuntimeError):
        board.PWM(board.Pin(9), freq=500, duty_u16=0)


@pytest.mark.parametrize("vm", ["cpython", "micropython"])
def test_a_soft_reset_leaves_the_buzzer_on_until_it_is_driven_low(tmp_path, vm):
    """The pin is stuck on the rp2, silent on the esp32 (micropython#9007)."""
    program = """
say(Pin(%d).value())
PWM(Pin(%d), freq=1000, duty_u16=30000)
time.sleep(60)
"""
    assert said(play(tmp_path, program % (16, 16), "0:02 reset\n0:03 end", vm)) == ["0", "1"]
    esp32 = play(tmp_path, program % (25, 25), "0:02 reset\n0:03 end", vm, board=ESP32)
    assert said(esp32) == ["0", "0"]


# I2C


def bus(board, **options):
    scl, sda = (5, 4) if board.world.rp2 else (22, 21)
    return board.machine.I2C(0, scl=board.Pin(scl), sda=board.Pin(sda), **options)


def test_the_panel_hears_what_is_written(pico):
    i2c = bus(pico)
    assert i2c.scan() == [60]
    assert i2c.writeto(60, b"\x00\xaf") == 2
    assert pico.panel.on
    i2c.writevto(60, (b"\x00", bytearray(b"\x81\x22")))
    assert pico.panel.contrast == 0x22
    assert i2c.readfrom(60, 1) == b"\x00"


def test_nobody_at_the_address(pico, esp32):
    for board, number in ((pico, 5), (esp32, 19)):
        with pytest.raises(OSError) as caught:
            bus(board).writeto(61, b"\x00")
        assert caught.value.errno == number


def test_an_unplugged_panel_answers_no_more_and_forgets(pico):
    i2c = bus(pico)
    i2c.writeto(60, b"\x00\xaf")
    pico.panel.unplug()
    with pytest.raises(OSError):
        i2c.writeto(60, b"\x00\xaf")
    pico.panel.plug()
    assert i2c.writeto(60, b"\x00\xa6") == 2
    assert not pico.panel.on


def test_a_transfer_longer_than_the_timeout_is_cut(pico):
    """128x64 pixels at 100 kHz take 92 ms, the default is 50 (micropython#15120)."""
    i2c = bus(pico, freq=100000)
    with pytest.raises(OSError) as caught:
        i2c.writeto(60, b"\x40" + bytes(1024))
    assert caught.value.errno == 110
    assert pico.world.now == 50 * 10**6
    assert bus(pico, freq=100000, timeout=200000).writeto(60, b"\x40" + bytes(1024)) == 1025


@pytest.mark.parametrize(
    "id, scl, sda, message",
    [
        (0, 4, 5, "bad SCL pin"),
        (1, 5, 4, "bad SCL pin"),
        (0, 5, 6, "bad SDA pin"),
        (2, 5, 4, "doesn't"),
    ],
)
def test_pins_that_an_rp2_block_cannot_have(pico, id, scl, sda, message):
    with pytest.raises(ValueError, match=message):
        pico.machine.I2C(id, scl=pico.Pin(scl), sda=pico.Pin(sda))


def test_wrong_arguments(pico):
    i2c = bus(pico)
    for wrong in ("text", 7, None):
        with pytest.raises(TypeError):
            i2c.writeto(60, wrong)
    with pytest.raises(TypeError):
        bus(pico, freq=4e5)


def test_on_other_pins_there_is_no_panel(pico):
    i2c = pico.machine.I2C(1, scl=pico.Pin(7), sda=pico.Pin(6))
    assert i2c.scan() == []
    soft = pico.machine.SoftI2C(scl=pico.Pin(5), sda=pico.Pin(4), freq=100000)
    assert soft.writeto(60, b"\x40" + bytes(1024)) == 1025  # its timeout is another


def test_a_panel_behind_a_switch_and_a_reset_pin():
    board = Bench(
        ESP32 + "display.power 21\ndisplay.power-active 0\ndisplay.reset 16\n".replace("21", "27")
    )
    i2c = bus(board)
    assert i2c.scan() == []
    board.Pin(27, board.Pin.OUT, value=0)
    assert i2c.scan() == []  # still held in reset
    board.Pin(16, board.Pin.OUT, value=1)
    i2c.writeto(60, b"\x00\xaf")
    assert board.panel.on
    board.Pin(27, board.Pin.OUT, value=1)
    assert i2c.scan() == [] and not board.panel.on


# the rest


def test_the_battery_behind_its_divider(pico, esp32):
    for board in (pico, esp32):
        board.world.battery_mv = 3300
    # 3.3 V by two is half of the pico's full scale
    assert pico.machine.ADC(pico.Pin(28)).read_u16() == pytest.approx(32768, abs=20)
    assert pico.machine.ADC(2).read_u16() == pytest.approx(32768, abs=20)  # by channel
    adc = esp32.machine.ADC(esp32.Pin(34), atten=esp32.machine.ADC.ATTN_11DB)
    assert adc.read_uv() == 1650000
    assert esp32.machine.ADC(esp32.Pin(34), atten=0).read_uv() == 950000  # cut off


def test_adc_on_a_pin_without(pico, esp32):
    with pytest.raises(ValueError):
        pico.machine.ADC(pico.Pin(15))
    with pytest.raises(ValueError):
        esp32.machine.ADC(esp32.Pin(21))
    with pytest.raises(AttributeError):
        pico.machine.ADC(pico.Pin(28)).read_uv()


def test_sleeps_and_watchdogs_of_wrong_length(pico):
    with pytest.raises(ValueError, match="sleep too long"):
        pico.machine.lightsleep(4294967)
    with pytest.raises(TypeError):
        pico.machine.lightsleep(1.5)
    with pytest.raises(ValueError):
        pico.machine.WDT(timeout=8389)


def test_a_host_on_usb_keeps_an_rp2_from_sleeping(pico):
    pico.world.usb = 1
    pico.machine.lightsleep(5000)
    assert pico.world.now < 100 * 10**6


def test_a_signal_turned_round(pico):
    signal = pico.machine.Signal(18, pico.Pin.OUT, value=0, invert=True)
    signal.on()
    assert (signal.value(), pico.world.outputs) == (1, 0)


def test_the_wall_clock_can_be_set(pico):
    clock = pico.machine.RTC()
    clock.datetime((2026, 3, 29, 6, 1, 59, 30, 0))
    assert clock.datetime() == (2026, 3, 29, 6, 1, 59, 30, 0)
