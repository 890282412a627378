"""The player: what goes out on which pin and when, who waits, and that it ends with silence."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_machine import Board

BUZZER, MOTOR, LED = 16, 18, 25
NEVER = 0x3FFFFFFF
FACTS = {"buzzer.pin": BUZZER, "buzzer.kind": "passive", "motor.pin": MOTOR, "led.pin": LED}


class Facts:
    def __init__(self, **table):
        self.table = {key: str(value) for key, value in table.items()}

    def get(self, key, default=""):
        return self.table.get(key, default)

    def num(self, key, default=0):
        return int(self.table.get(key, default))


class Rig:
    """A board with a player, played by hand in steps of time."""

    def __init__(self, facts=FACTS, esp32=False):
        self.board = Board(esp32)
        self.sound = self.board.load("parts.sound")
        self.player = self.sound.Player(*self.sound.make_outputs(Facts(**facts)))
        self.board.log.clear()
        self.now = 0
        self.times = []

    def mark(self):
        """Note the time of what was logged since."""
        self.times += [self.now] * (len(self.board.log) - len(self.times))

    def play(self, name):
        self.player.play(name, self.now)
        self.mark()

    def run(self, until, next_cue=NEVER):
        """Act at each due instant up to `until`."""
        while True:
            due = self.player.due(next_cue)
            if due > until:
                break
            self.now = max(self.now, due)
            self.player.act(self.now, next_cue)
            self.mark()
            assert self.player.due(next_cue) > self.now, "due again at once: the loop would spin"
        self.now = until
        self.player.act(until, next_cue)
        self.mark()

    def of(self, pin):
        return [
            (t, what) for t, (p, what) in zip(self.times, self.board.log, strict=True) if p == pin
        ]

    @property
    def cues(self):
        return [name for code, ago, name in self.board.events if code == "cue"]

    @property
    def silent(self):
        return not any(
            self.board.level[pin] for pin in (BUZZER, MOTOR, LED) if pin in self.board.level
        )


class TestPattern:
    def test_run_on_all_outputs(self):
        """low 70, gap 60, mid 70, gap 60, high 200."""
        rig = Rig()
        rig.now = 1000
        rig.play("run")
        assert rig.player.sounding
        rig.run(2000)
        assert rig.of(BUZZER) == [
            (1000, (1500, 32768)),
            (1070, 0),
            (1130, (2000, 32768)),
            (1200, 0),
            (1260, (2700, 32768)),
            (1460, 0),
        ]
        on_off = [(1000, 1), (1070, 0), (1130, 1), (1200, 0), (1260, 1), (1460, 0)]
        assert rig.of(MOTOR) == on_off
        assert rig.of(LED) == on_off
        assert rig.cues == ["run"]
        assert not rig.player.sounding
        assert rig.player.last_end == 1460
        assert rig.player.due() == NEVER

    def test_the_cue_is_told_before_its_first_edge(self):
        rig = Rig()
        seen = []
        rig.sound.observe = lambda *event: seen.append((event, list(rig.board.log)))
        rig.play("walk")
        assert seen == [(("cue", 0, "walk"), [])]

    def test_tones_that_touch_are_one_for_a_motor(self):
        rig = Rig()
        rig.player.set_rhythm("run", "low 100, high 300")
        rig.play("run")
        rig.run(1000)
        assert rig.of(BUZZER) == [(0, (1500, 32768)), (100, (2700, 32768)), (400, 0)]
        assert rig.of(MOTOR) == [(0, 1), (400, 0)]

    @pytest.mark.parametrize("late", [1, 69, 75, 129, 260, 459, 460, 10_000])
    def test_late_it_is_at_the_right_place_and_ends_silent(self, late):
        rig = Rig()
        rig.play("run")
        rig.player.act(late, NEVER)
        on = late < 70 or 130 <= late < 200 or 260 <= late < 460
        assert rig.board.level[MOTOR] == on
        assert rig.player.sounding == (late < 460)
        rig.run(20_000)
        assert rig.silent and not rig.player.sounding

    def test_pitch(self):
        rig = Rig()
        rig.player.set_pitch(200)
        rig.play("rest")
        rig.run(1000)
        assert rig.of(BUZZER)[-2:] == [(0, (3000, 32768)), (300, 0)]

    def test_a_step_cue_of_the_runner_is_under_0_8_s(self):
        rig = Rig()
        with pytest.raises(ValueError):
            rig.player.set_rhythm("run", "low 800")
        with pytest.raises(ValueError):
            rig.player.set_rhythm("run", "la la la")
        rig.player.set_rhythm("stop", "low 800")


class TestOneOwner:
    def test_a_new_cue_replaces_the_old(self):
        rig = Rig()
        rig.play("walk")
        rig.run(100)
        rig.play("countdown")
        rig.run(1000)
        assert rig.of(MOTOR) == [(0, 1), (100, 0), (100, 1), (180, 0)]
        assert rig.cues == ["walk", "countdown"]

    def test_a_tick_replaces_nothing(self):
        rig = Rig()
        rig.play("walk")
        rig.run(100)
        rig.play("tick")
        rig.run(1000)
        assert rig.cues == ["walk"]
        assert rig.of(MOTOR) == [(0, 1), (300, 0), (380, 1), (680, 0)]
        rig.play("tick")
        rig.run(2000)
        assert rig.of(MOTOR)[-2:] == [(1000, 1), (1015, 0)]

    def test_hush_is_silence_at_once(self):
        rig = Rig()
        rig.play("walk")
        rig.run(100)
        rig.player.hush(120)
        assert rig.silent and not rig.player.sounding
        assert rig.player.last_end == 120

    def test_close_leaves_every_pin_low(self):
        for esp32 in (False, True):
            rig = Rig(esp32=esp32)
            rig.play("walk")
            rig.player.close()
            assert rig.silent
            rig.player.close()
            assert rig.silent


class TestQuiet:
    def test_the_motor_alone(self):
        rig = Rig()
        rig.player.quiet = True
        for name in ("countdown", "run", "halfway"):
            rig.play(name)
            rig.run(rig.now + 1000)
        assert rig.of(BUZZER) == rig.of(LED) == []
        assert rig.cues == ["countdown", "run", "halfway"]

    def test_without_a_motor_step_and_finish_at_the_lowest_volume(self):
        rig = Rig({"buzzer.pin": BUZZER})
        rig.player.quiet = True
        names = "countdown run halfway pause resume tick error nudge stop finish".split()
        for name in names:
            rig.play(name)
            rig.run(rig.now + 3000)
        assert rig.cues == ["run", "finish"]
        loudest = max(what[1] for _, what in rig.of(BUZZER) if what)
        assert 0 < loudest < 1000

    def test_a_motor_that_is_switched_off_is_none(self):
        rig = Rig()
        rig.player.motor_on = False
        rig.player.quiet = True
        rig.play("countdown")
        rig.play("walk")
        rig.run(1000)
        assert rig.cues == ["walk"]
        assert rig.of(MOTOR) == []

    def test_a_cue_that_nothing_plays_silences_all_the_same(self):
        rig = Rig({"buzzer.pin": BUZZER})
        rig.player.quiet = True
        rig.play("walk")
        rig.play("pause")
        assert rig.silent and not rig.player.sounding

    def test_step_cues_are_louder_than_the_others(self):
        rig = Rig()
        rig.play("rest")
        rig.run(1000)
        rig.play("pause")
        rig.run(2000)
        volumes = [what[1] for _, what in rig.of(BUZZER) if what]
        assert volumes[0] > volumes[-1]


class TestWaiting:
    """Silent for 0.2 s, 1.5 s after a step's cue, ended 0.5 s before the next."""

    def test_at_once_in_silence(self):
        rig = Rig()
        rig.now = 5000
        rig.player.wait("halfway")
        rig.player.act(5000, NEVER)
        rig.mark()
        assert rig.cues == ["halfway"]
        assert rig.of(MOTOR) == [(5000, 1)]

    def test_after_a_step_cue(self):
        """1.5 s count from the begin of the step's cue."""
        rig = Rig()
        rig.now = 5000
        rig.play("rest")
        rig.player.wait("lastround")
        rig.run(20_000)
        assert rig.cues == ["rest", "lastround"]
        assert rig.of(MOTOR)[2] == (6500, 1)

    def test_due_is_the_exact_instant(self):
        rig = Rig()
        rig.now = 5000
        rig.play("rest")
        rig.player.wait("lastround")
        assert rig.player.due() == 5300  # the end of its tone
        rig.run(5300)
        assert rig.player.due() == 6500
        rig.player.act(6499, NEVER)
        assert not rig.player.sounding
        rig.player.act(6500, NEVER)
        assert rig.player.sounding

    def test_after_another_cue(self):
        rig = Rig()
        rig.now = 5000
        rig.play("resume")  # 480 ms
        rig.player.wait("remind")
        rig.run(20_000)
        assert rig.of(MOTOR)[6] == (5680, 1)

    def test_in_their_order_each_after_silence(self):
        rig = Rig()
        rig.now = 5000
        for name in ("remind", "lastround", "halfway", "remind"):
            rig.player.wait(name)
        rig.run(20_000)
        assert rig.cues == ["halfway", "lastround", "remind"]
        # 460 ms and 540 ms long
        starts = [t for t, _ in rig.of(MOTOR)]
        assert starts[0] == 5000 and 5660 in starts and 5660 + 740 in starts

    # remind lasts 240 ms
    @pytest.mark.parametrize("next_cue, sounds", [(5740, True), (5739, False), (5000, False)])
    def test_room_before_the_next_cue(self, next_cue, sounds):
        rig = Rig()
        rig.now = 5000
        rig.player.wait("remind")
        rig.player.act(5000, next_cue)
        assert (rig.cues == ["remind"]) == sounds
        assert sounds or rig.player.due(next_cue) == NEVER

    @pytest.mark.parametrize("next_cue, sounds", [(7240, True), (7239, False), (6000, False)])
    def test_room_after_a_step_cue(self, next_cue, sounds):
        """A step of 1 s: what waits is dropped, and not kept for the step after."""
        rig = Rig()
        rig.now = 5000
        rig.play("rest")
        rig.player.wait("remind")
        rig.run(min(next_cue, 6500), next_cue)
        rig.now = 7300
        rig.play("walk")
        rig.run(20_000)
        assert ("remind" in rig.cues) == sounds

    def test_the_shorter_one_has_room_where_the_longer_has_not(self):
        rig = Rig()
        rig.now = 5000
        rig.player.wait("halfway")
        rig.player.wait("remind")
        rig.run(5740, 5800)
        assert rig.cues == ["remind"]

    def test_a_cue_in_between_makes_it_wait_on(self):
        rig = Rig()
        rig.now = 5000
        rig.play("run")
        rig.player.wait("halfway")
        rig.run(6400)
        rig.play("walk")  # skipped
        rig.run(20_000)
        assert rig.cues == ["run", "walk", "halfway"]
        assert (7900, 1) in rig.of(MOTOR)

    def test_it_does_not_begin_while_paused(self):
        rig = Rig()
        rig.now = 5000
        rig.play("run")
        rig.player.wait("halfway")
        rig.run(5100)
        rig.player.hush(5100)
        rig.player.hold_waiting = True
        rig.play("pause")
        rig.run(60_000)
        assert rig.cues == ["run", "pause"]
        assert rig.player.due() == NEVER
        rig.player.hold_waiting = False
        rig.play("resume")
        rig.run(62_000)
        assert rig.cues[-2:] == ["resume", "halfway"]

    def test_forgotten(self):
        rig = Rig()
        rig.play("run")
        rig.player.wait("halfway")
        rig.player.forget()
        rig.run(10_000)
        assert rig.cues == ["run"]

    @pytest.mark.parametrize("name", ["finish", "stop"])
    def test_nothing_waits_beyond_the_end(self, name):
        rig = Rig()
        rig.player.wait("halfway")
        rig.play(name)
        rig.run(10_000)
        assert rig.cues == [name]

class TestOutputs:
    def test_one_pwm_for_life(self):
        rig = Rig()
        for _ in range(20):
            rig.play("finish")
            rig.run(rig.now + 2000)
        assert rig.board.pwm_made == 1

    def test_made_silent(self):
        board = Board()
        sound = board.load("parts.sound")
        sound.make_outputs(Facts(**FACTS))
        assert not any(what for _, what in board.log)

    @pytest.mark.parametrize("error", [RuntimeError("out of PWM timers"), ValueError(), OSError(5)])
    def test_a_buzzer_that_fails_is_low_and_the_others_go_on(self, error):
        rig = Rig(esp32=True)
        rig.board.pwm_fails = error
        rig.play("run")
        rig.run(100)
        rig.run(1000)
        assert rig.board.level[BUZZER] == 0
        assert rig.of(MOTOR)[-1] == (460, 0)
        assert len(rig.of(MOTOR)) == 6
        rig.board.pwm_fails = None
        rig.play("walk")
        rig.run(2000)
        assert rig.board.level[BUZZER] == 0
        assert rig.cues == ["run", "walk"]

    def test_an_active_buzzer_gets_no_pwm(self):
        rig = Rig({"buzzer.pin": BUZZER, "buzzer.kind": "active"})
        rig.play("run")
        rig.run(1000)
        assert rig.board.pwm_made == 0
        assert [what for _, what in rig.of(BUZZER)] == [1, 0, 1, 0, 1, 0]

    def test_a_led_that_a_low_pin_lights(self):
        rig = Rig({"led.pin": LED, "led.active": 0})
        assert rig.board.level[LED] == 1
        rig.play("rest")
        rig.run(1000)
        assert rig.of(LED) == [(0, 0), (300, 1)]
        rig.player.close()
        assert rig.board.level[LED] == 1

    def test_a_led_with_a_name(self):
        rig = Rig({"led.pin": "LED"})
        rig.play("rest")
        assert rig.board.level["LED"] == 1

    def test_nothing_at_all(self):
        rig = Rig({})
        rig.play("run")
        rig.player.wait("halfway")
        rig.run(10_000)
        assert rig.board.log == [] and rig.cues == []

    def test_a_buzzer_that_cannot_be_made(self):
        board = Board()
        sound = board.load("parts.sound")
        sound.PWM = lambda *args, **options: (_ for _ in ()).throw(
            RuntimeError("out of PWM timers")
        )
        buzzer, motor, _ = sound.make_outputs(Facts(**FACTS))
        assert buzzer is None and motor is not None


NAMES = (
    "warm run walk hike rest cool countin countdown halfway lastround remind "
    "pause resume finish stop tick error nudge"
).split()


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 1200),
            st.sampled_from(["act", "play", "wait", "hush", "quiet"]),
            st.sampled_from(NAMES),
        ),
        max_size=25,
    )
)
def test_whatever_happens_it_ends_in_silence(doings):
    rig = Rig()
    for wait, what, name in doings:
        rig.now += wait
        if what == "play":
            rig.player.play(name, rig.now)
        elif what == "wait" and name in ("halfway", "lastround", "remind"):
            rig.player.wait(name)
        elif what == "hush":
            rig.player.hush(rig.now)
            assert rig.silent
        elif what == "quiet":
            rig.player.quiet = not rig.player.quiet
        rig.player.act(rig.now, rig.now + 1500)
        rig.mark()
    rig.run(rig.now + 10_000)
    assert rig.silent and not rig.player.sounding and rig.player.due() == NEVER


SCRIPT = """
import sys
sys.path[:0] = [sys.argv[1], sys.argv[2]]
from micropython import heap_lock, heap_unlock
from runwalk.parts.sound import Player, make_outputs
from runwalk.core.rhythm import RHYTHM
import machine

class Facts:
    def get(self, key, default=""):
        return {"buzzer.pin": "16", "motor.pin": "18", "led.pin": "25"}.get(key, default)
    def num(self, key, default=0):
        return default

player = Player(*make_outputs(Facts()))
names = tuple(RHYTHM)

def many():
    now = 0
    while now < 3600000:
        for name in names:
            player.play(name, now)
            player.wait("halfway")
            player.wait("remind")
            for step in range(40):
                player.act(now, now + 5000)
                player.due(now + 5000)
                now += 97
        player.quiet = not player.quiet
        player.hush(now)

heap_lock()
many()
heap_unlock()
print(machine.changes > 1000, player.sounding)
"""

MACHINE = """
changes = 0

class Pin:
    OUT = 1
    def __init__(self, number, mode, value=None):
        pass
    def value(self, level):
        global changes
        changes += 1

class PWM:
    def __init__(self, pin, freq, duty_u16):
        pass
    def freq(self, hz):
        pass
    def duty_u16(self, duty):
        global changes
        changes += 1
"""


def test_allocates_nothing(tmp_path):
    """An hour of cues under MicroPython's heap lock."""
    (tmp_path / "script.py").write_text(SCRIPT)
    (tmp_path / "machine.py").write_text(MACHINE)
    firmware = Path(__file__).parents[2] / "firmware"
    command = [sys.executable, "-m", "micropython_unix", str(tmp_path / "script.py")]
    done = subprocess.run(
        [*command, str(tmp_path), str(firmware)], capture_output=True, text=True, check=False
    )
    assert done.stdout == "True False\n", done.stderr
