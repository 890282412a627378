"""The pretend board's time: what lets it pass, what happens at an instant, what ends a program."""

import pytest
from toys import ESP32, PICO, bench, play, said, setup

from hostsim.engine import run

ENGINES = ["cpython", "micropython"]
MS = 10**6


# the clock


def test_ticks_start_twenty_seconds_below_the_wrap(tmp_path):
    result = play(
        tmp_path, "say(2**30 - time.ticks_ms()); time.sleep(25); say(time.ticks_ms())", "0:30 end"
    )
    assert said(result) == ["20000", "5000"]


def test_ticks_arithmetic_is_micropythons():
    time = bench().board.load("time")
    assert time.ticks_add(2**30 - 1, 5) == 4
    assert time.ticks_add(0, -1) == 2**30 - 1
    assert time.ticks_diff(4, 2**30 - 1) == 5
    assert time.ticks_diff(0, 2**29) == -(2**29)
    assert time.ticks_add(7, 2**29 - 1) == 2**29 + 6
    for delta in (2**29, -(2**29)):
        with pytest.raises(OverflowError):
            time.ticks_add(0, delta)
    with pytest.raises(TypeError):
        time.sleep_ms(2.0)


def test_time_is_told_from_2021_or_2000_until_it_is_set(tmp_path):
    program = "say(time.localtime()[:5]); time.sleep(2); say(time.localtime()[:7])"
    script = "0:01 clock set 2026-03-29T01:59+01:00\n0:05 end"
    pico = said(play(tmp_path, program, script))
    assert pico == ["(2021, 1, 1, 0, 0)", "(2026, 3, 29, 1, 59, 1, 6)"]  # a Sunday
    esp32 = said(play(tmp_path, program, script, board=ESP32))
    assert esp32 == ["(2000, 1, 1, 0, 0)", "(2026, 3, 29, 1, 59, 1, 6)"]


def test_calendar_there_and_back():
    time = bench().board.load("time")
    for moment, weekday in (
        ((1999, 12, 31, 23, 59, 59), 4),
        ((2000, 2, 29, 0, 0, 0), 1),
        ((2024, 3, 1, 12, 30, 1), 4),
        ((2100, 2, 28, 6, 7, 8), 6),
    ):
        seconds = time.mktime((*moment, 0, 0))
        assert time.gmtime(seconds)[:7] == (*moment, weekday)
    assert time.gmtime(0)[:3] == (1970, 1, 1)
    assert bench(ESP32).board.load("time").gmtime(0)[:3] == (2000, 1, 1)


def test_the_bus_takes_nine_bits_a_byte(tmp_path):
    program = """
i2c = I2C(0, scl=Pin(5), sda=Pin(4), freq=400000)
before = time.ticks_us()
i2c.writeto(60, bytes(99))
say(time.ticks_diff(time.ticks_us(), before))
"""
    # 99 bytes and the address: 100 x 9 bits of 2.5 us
    assert said(play(tmp_path, program)) == ["2250"]


# the button


BOUNCES = """
pin = Pin(%s, Pin.IN, Pin.PULL_UP)
noted = edges(pin%s)
%s
for at in range(1, noted[0]):
    say(time.ticks_diff(noted[at] >> 1, START), noted[at] & 1)
"""
START = "START = time.ticks_ms()\n"


@pytest.mark.parametrize("vm", ENGINES)
def test_a_finger_bounces_and_each_edge_comes_through_in_a_sleep(tmp_path, vm):
    program = START + BOUNCES % (15, ", hard=True", "time.sleep(3)")
    heard = [line.split() for line in said(play(tmp_path, program, "0:02 down\n0:05 end", vm))]
    assert len(heard) == 5
    assert [level for _, level in heard] == ["0", "1", "0", "1", "0"]
    assert heard[0] == ["2000", "0"] and int(heard[-1][0]) <= 2004


@pytest.mark.parametrize("vm", ENGINES)
def test_an_edge_on_the_bus_is_heard_at_once_on_rp2_and_after_it_on_esp32(tmp_path, vm):
    """A display of 1 kB keeps the bus from 1.995 s on for 23 ms; the finger comes at 2.000."""
    wait = """
i2c = I2C(0, scl=Pin(%d), sda=Pin(%d), freq=400000, timeout=100000)
time.sleep_ms(1995)
i2c.writeto(60, bytes(1025))
"""
    program = START + BOUNCES % (15, ", hard=True", wait % (5, 4))
    pico = said(play(tmp_path, program, "0:02 down", vm))
    assert pico[0] == "2000 0" and len(pico) == 5
    program = START + BOUNCES % (33, "", wait % (22, 21))
    esp32 = said(play(tmp_path, program, "0:02 down", vm, board=ESP32))
    # five edges wait in the scheduler's queue; each handler finds the level as it is then
    assert esp32 == ["2018 0"] * 5


@pytest.mark.parametrize("vm", ENGINES)
def test_a_flash_write_masks_the_edges_of_an_rp2(tmp_path, vm):
    """The write takes 60 ms from 1.980 s on. A press wholly inside is one interrupt, level up."""
    write = """
file = open("a", "w")
file.write("x")
time.sleep_ms(1980)
file.close()
"""
    program = START + BOUNCES % (15, ", hard=True", write)
    script = "0:02 down\n0:02.020 up\n0:05 end"
    assert said(play(tmp_path, program, script, vm)) == ["2040 1"]


def test_an_interrupt_that_waits_for_enable_irq(tmp_path):
    program = START + BOUNCES % (
        15,
        ", hard=True",
        "state = machine.disable_irq(); time.sleep(3); machine.enable_irq(state)",
    )
    assert said(play(tmp_path, program, "0:02 down\n0:05 end")) == ["3000 0"]


def test_a_hard_handler_must_not_allocate(tmp_path):
    program = """
got = []
Pin(15, Pin.IN, Pin.PULL_UP).irq(lambda pin: got.append([1] * 20), Pin.IRQ_FALLING, hard=True)
try:
    time.sleep(3)
except MemoryError:
    say("no memory")
"""
    assert said(play(tmp_path, program, "0:02 press\n0:05 end", "micropython")) == ["no memory"]


# power


LIVES = """
say(time.ticks_ms(), machine.reset_cause(), "a" in os.listdir(), "b" in os.listdir())
try:
    with open("a", "w") as file:
        file.write("new")
        time.sleep(5)
finally:
    with open("b", "w") as file:
        file.write("too late")
"""


@pytest.mark.parametrize("vm", ENGINES)
def test_a_power_cut_ends_the_program_wherever_it_is(tmp_path, vm):
    """No `finally` of the program reaches the flash any more, nor does what was not closed."""
    result = play(tmp_path, LIVES, "0:02 power off\n0:04 power on\n0:06 end", vm)
    start = 2**30 - 20000
    assert said(result) == [f"{start} 1 False False", f"{start} 1 True False"]
    # a new name stands there empty from its opening
    assert result.files["a"] == b"" and "b" not in result.files


def test_a_program_that_has_ended_is_started_by_the_power_alone(tmp_path):
    script = "0:02 press\n0:03 power off\n0:04 power on\n0:07 press"
    result = play(tmp_path, "say('here')", script)
    assert said(result) == ["here", "here"] and result.ns == 7 * 10**9


@pytest.mark.parametrize("vm", ENGINES)
def test_a_soft_reset_commits_what_is_open_and_keeps_the_ticks(tmp_path, vm):
    result = play(tmp_path, LIVES, "0:02 reset\n0:04 end", vm)
    start = 2**30 - 20000
    assert said(result)[1] == f"{start + 2000} 1 True False"
    assert result.files["a"] == b"new" and "b" not in result.files


@pytest.mark.parametrize("vm", ENGINES)
def test_a_file_keeps_its_old_content_until_its_close_has_taken_its_time(tmp_path, vm):
    program = """
if "a" in os.listdir():
    say(open("a").read())
    file = open("a", "r+b")
    file.write(b"new")
    file.close()
else:
    with open("a", "w") as file:
        file.write("old")
    time.sleep(60)
"""
    # the second life begins at 4.000 and its write ends at 4.060
    within = play(
        tmp_path, program, "0:02 power off\n0:04 power on\n0:04.059 power off\n0:05 end", vm
    )
    assert within.files["a"] == b"old"
    after = play(
        tmp_path, program, "0:02 power off\n0:04 power on\n0:04.061 power off\n0:05 end", vm
    )
    assert after.files["a"] == b"new"
    assert said(after) == ["old"]


def test_the_watchdog_resets_what_does_not_feed_it(tmp_path):
    program = """
say(machine.reset_cause())
dog = machine.WDT(timeout=2000)
time.sleep(1)
dog.feed()
time.sleep(5)
"""
    result = play(tmp_path, program, "0:05 end")
    assert said(result) == ["1", "3"]  # the second life begins at 3 s


def test_a_lightsleep_ends_at_an_edge_of_the_button(tmp_path):
    program = """
pin = Pin(15, Pin.IN, Pin.PULL_UP)
start = time.ticks_ms()
machine.lightsleep(1500)
say(time.ticks_diff(time.ticks_ms(), start))
noted = edges(pin, hard=True)
machine.lightsleep(60000)
say(time.ticks_diff(time.ticks_ms(), start))
"""
    assert said(play(tmp_path, program, "0:01 press\n0:03 down\n0:05 end")) == ["1500", "3000"]


def test_an_esp32_wakes_from_deep_sleep_by_its_button(tmp_path):
    program = """
say(machine.reset_cause(), machine.wake_reason(), time.localtime()[5], machine.RTC().memory())
machine.RTC().memory(b"kept")
import esp32
esp32.wake_on_ext0(Pin(33, Pin.IN, Pin.PULL_UP), esp32.WAKEUP_ALL_LOW)
if machine.reset_cause() == machine.PWRON_RESET:
    machine.deepsleep()
"""
    result = play(tmp_path, program, "0:03 press\n0:05 end", board=ESP32)
    assert said(result) == ["1 0 0 b''", "4 2 2 b'kept'"]


def test_an_rp2_knows_no_esp32():
    with pytest.raises(ImportError):
        bench(PICO).board.load("esp32")


# memory


BUSY = """
i2c = I2C(0, scl=Pin(5), sda=Pin(4), freq=400000)
i2c.writeto(60, bytes((0, 0xAF, 0x8D, 0x14)))
page = bytearray(30)
page[0] = 0x40
buzzer = PWM(Pin(16), freq=2000, duty_u16=0)
motor = Pin(18, Pin.OUT, value=0)
noted = edges(Pin(15, Pin.IN, Pin.PULL_UP), hard=True)


class Session:
    plan_stem, workout, week, day, has_total, total_ms = "toy", None, 1, 1, True, 1000
    active_ms = paused_ms = 0

    class steps:
        n = 1
        repeat_from = -1


def hour():
    observe("start", 0, Session)
    at = time.ticks_ms()
    for second in range(3600):
        for _ in range(20):
            time.sleep_ms(50)
            at = time.ticks_add(at, 50)
        noted[0] = 1
        page[1] = second & 255
        i2c.writeto(60, page)
        observe("cue", 0, "run")
        buzzer.freq(1000 + second)
        buzzer.duty_u16(30000)
        motor.value(1)
        time.sleep_us(70)
        buzzer.duty_u16(0)
        motor.off()


observe("start", 0, Session)
hour()
observe("finish", 0, Session)
"""


def test_the_board_allocates_nothing_for_an_hour(tmp_path):
    """Sleeping, the bus, the outputs and the button's interrupt, with the heap locked."""
    presses = "\n".join(f"{minute}:10 press" for minute in range(1, 59))
    result = play(tmp_path, BUSY, presses, "micropython", lock_heap=True, pictures=[10**12])
    assert len(result.pictures[0]) == 8192
    assert sum('"name":"run","by":["buzzer","motor"]' in line for line in result.lines) == 3600


def test_a_program_that_allocates_is_found_out(tmp_path):
    program = BUSY.replace("noted[0] = 1\n", "[second] * 30\n")
    result = run(setup(tmp_path, program, "1:05:00 end", lock_heap=True), "micropython")
    assert result.error == "MemoryError: memory allocation failed, heap is locked"
