"""The trace: its lines, who presses where no scenario does, and when a run is over."""

import pytest
from toys import play, said, setup

from hostsim.engine import Setup, run

ENGINES = ["cpython", "micropython"]


# the trace


TRACE = """
class Steps:
    n = 3
    repeat_from = -1


class Session:
    plan_stem = 'a"\\\\\\x07é'
    workout = None
    week = 3
    day = 2
    steps = Steps
    has_total = True
    total_ms = 90500
    index = 4
    step_kind = "run"
    step_ms = 30000
    step_label = None
    step_round = 2
    step_rounds = 8
    moved_from = 1
    moved_to = -1
    active_ms = 12345
    paused_ms = 60000
    resumed_after = None


motor = Pin(18, Pin.OUT, value=0)
led = Pin(25, Pin.OUT, value=0)
buzzer = PWM(Pin(16), freq=1000, duty_u16=0)
s = Session()
observe("boot", 0, ("0.1.0", "toy"))
time.sleep_ms(1000)
# out of order within one instant, which the trace puts right
observe("screen", 0, "step")
observe("cue", 0, "run")
motor.on()
led.on()
buzzer.duty_u16(30000)
observe("step", 0, s)
observe("start", 0, s)
observe("button", 0, "press")
observe("screen", 0, "step")
time.sleep_ms(7)
motor.off()
led.off()
buzzer.duty_u16(0)
# it belongs to 5 ms ago; and where that would go back, to the line above
observe("skip", 5, s)
observe("halfway", 50, None)
time.sleep_ms(500)
observe("cue", 0, "walk")  # nothing plays it
time.sleep_ms(500)
motor.on()
time.sleep_ms(100)
observe("cue", 0, "walk")  # the motor went on before; it stays on, the LED joins in
led.on()
time.sleep_ms(100)
s.workout, s.has_total, s.step_ms, s.step_label = "Trail", False, -1, "flat"
s.step_rounds = 0
observe("start", 0, s)
observe("step", 0, s)
s.resumed_after = "power"
observe("resume", 0, s)
observe("pause", 0, s)
observe("answer", 0, ("resume", "yes"))
observe("finish", 0, s)
observe("error", 0, ("display", "gone"))
time.sleep_ms(100)
"""

LINES = [
    '{"t":0.000,"event":"boot","firmware":"0.1.0","board":"toy"}',
    '{"t":1.000,"event":"button","action":"press"}',
    '{"t":1.000,"event":"start","plan":"a\\"\\\\\\u0007é"'
    ',"week":3,"day":2,"steps":3,"seconds":90.500}',
    '{"t":1.000,"event":"step","index":4,"kind":"run","seconds":30,"round":2,"rounds":8}',
    '{"t":1.000,"event":"cue","name":"run","by":["buzzer","motor","led"]}',
    '{"t":1.000,"event":"screen","name":"step"}',
    '{"t":1.002,"event":"skip","from":1,"to":null}',
    '{"t":1.002,"event":"halfway"}',
    '{"t":2.107,"event":"cue","name":"walk","by":["motor","led"]}',
    '{"t":2.207,"event":"resume","active":12.345,"after":"power"}',
    '{"t":2.207,"event":"pause","active":12.345}',
    '{"t":2.207,"event":"answer","name":"resume","value":"yes"}',
    '{"t":2.207,"event":"start","plan":"a\\"\\\\\\u0007é"'
    ',"workout":"Trail","steps":3,"seconds":null}',
    '{"t":2.207,"event":"step","index":4,"kind":"run","seconds":null'
    ',"label":"flat","round":2,"rounds":null}',
    '{"t":2.207,"event":"finish","active":12.345,"paused":60}',
    '{"t":2.207,"event":"error","what":"display","text":"gone"}',
]


@pytest.mark.parametrize("vm", ENGINES)
def test_the_lines_of_the_trace(tmp_path, vm):
    assert play(tmp_path, TRACE, "0:10 end", vm).lines == LINES


@pytest.mark.parametrize("vm", ENGINES)
def test_recording_can_be_switched_off(tmp_path, vm):
    assert play(tmp_path, TRACE, "0:10 end", vm, record=False).lines == []


# who presses when there is no scenario

PRESSED = """
pin = Pin(15, Pin.IN, Pin.PULL_UP)
start = time.ticks_ms()
seen = [1, -100]  # the level, and when it last moved: bounces are passed over


def edge(pin):
    now = time.ticks_diff(time.ticks_ms(), start)
    if pin.value() != seen[0] and now > seen[1] + 50:
        seen[:] = pin.value(), now
        say("up" if seen[0] else "down", now)


pin.irq(edge, Pin.IRQ_FALLING | Pin.IRQ_RISING)


class Steps:
    n, repeat_from = 3, 1


class Session:
    plan_stem, workout, week, day, has_total, total_ms = "toy", None, 1, 1, False, 0
    active_ms = paused_ms = index = 0
    steps, step_kind, step_label, step_round, step_rounds = Steps, "run", None, 0, 0
    step_ms = -1


def until(ms):
    time.sleep_ms(time.ticks_diff(start + ms, time.ticks_ms()))


"""

PILOTED = {
    # a question stands before home: its first press that counts begins 1 s after it
    "question": (
        """
until(1500)
observe("screen", 0, "resume")
until(5000)
observe("screen", 0, "home")
until(9000)
observe("screen", 0, "countin")
time.sleep(600)
observe("sleep", 0, None)
time.sleep(60)
""",
        ["down 1900", "up 2000", "down 2500", "up 2600", "down 5400", "up 5500"],
    ),
    # the last session's pain was not asked about: a press marks "no", a hold takes it
    "pain": (
        """
until(2000)
observe("screen", 0, "pain")
until(4500)
observe("screen", 0, "home")
until(9000)
observe("screen", 0, "countin")
time.sleep(600)
observe("sleep", 0, None)
time.sleep(60)
""",
        ["down 1900", "up 2000", "down 2400", "up 2500", "down 3300", "up 4300"]
        + ["down 4900", "up 5000"],
    ),
    # 59.65 s into each open step; steps 1 and 2 repeat, and 5 begins their third round
    "open": (
        """
until(5000)
observe("start", 0, Session)
observe("step", 0, Session)
until(65000)
Session.index, Session.step_ms = 1, 30000
observe("step", 0, Session)
until(95000)
Session.index, Session.step_ms = 2, -1
observe("step", 0, Session)
until(155000)
Session.index = 5
observe("step", 0, Session)
until(160000)
observe("finish", 0, Session)
time.sleep(600)
""",
        ["down 1900", "up 2000", "down 64550", "up 64650", "down 154550", "up 154650"]
        + ["down 155200", "up 156200", "down 157200", "up 158200", "down 159200", "up 160200"],
    ),
}


@pytest.mark.parametrize("vm", ENGINES)
@pytest.mark.parametrize("case", PILOTED)
def test_the_pilot(tmp_path, case, vm):
    program, moves = PILOTED[case]
    base = setup(tmp_path, PRESSED + program)
    result = run(Setup(board=base.board, main=base.main), vm)
    assert [line for line in said(result) if line[0] in "du"] == moves
    if case == "open":
        assert result.ns == 165 * 10**9


# when it leaves


SESSION = """
class Session:
    plan_stem, workout, week, day, has_total, total_ms = "toy", None, 1, 1, True, 1000
    active_ms = paused_ms = 0

    class steps:
        n, repeat_from = 1, -1


time.sleep(3)
observe("start", 0, Session)
time.sleep(20)
observe("finish", 0, Session)
time.sleep(600)
observe("sleep", 0, None)
time.sleep(6000)
"""


@pytest.mark.parametrize(
    "script, seconds",
    [
        ("0:01 press", 28),  # a session runs 5 s after the last action: 5 s after its end
        ("0:30 press", 35),
        ("0:10 end", 10),
        ("0:02 press\n8:00 press", 485),
        ("0:10 power off", 15),
        ("11:00 end", 660),
    ],
)
def test_when_a_scenario_is_over(tmp_path, script, seconds):
    assert run(setup(tmp_path, SESSION, script)).ns == seconds * 10**9


def test_without_a_session_it_leaves_after_the_last_action(tmp_path):
    assert run(setup(tmp_path, "time.sleep(600)", "0:01 press\n0:02 press")).ns == 7 * 10**9


def test_asleep_with_nothing_left_it_leaves(tmp_path):
    program = SESSION.replace("finish", "pause")  # paused, and never resumed
    assert 623 <= run(setup(tmp_path, program, "0:01 press")).ns / 10**9 <= 625
