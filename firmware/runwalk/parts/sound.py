"""What is heard and felt: one owner of buzzer, motor and LED.

One cue plays at a time; a new one replaces it at once, and every pattern ends
with the pins low. Half-way, last round and remind wait for silence. The player
is told the time and asked when it is next due; it never sleeps. All times in ms.

What a board has is an object with `on(tone, volume)`, `off()` and `close()`;
what it lacks is None. An output that fails is left out, the others go on.
Nothing here allocates once the player is built, but for `set_rhythm`.
"""

from machine import PWM, Pin
from micropython import const

from runwalk.core.rhythm import RHYTHM, STEP_CUE_MS, STEP_CUES, length, parse
from runwalk.observe import observe

NEVER = const(0x3FFFFFFF)

LOWEST = const(1)
LOUD = const(2)
FULL = const(3)

_HZ = (0, 1500, 2000, 2700)  # by tone; a small piezo is loudest at 2 to 4 kHz
_DUTY = (0, 650, 16384, 32768)  # by volume; half of the time on is as loud as it gets

_SILENT_MS = const(200)
_AFTER_STEP_MS = const(1500)
_BEFORE_CUE_MS = const(500)

_BUZZER = const(1)
_MOTOR = const(2)
_LED = const(4)

WAITING = ("halfway", "lastround", "remind")  # in the order in which they sound


class PassiveBuzzer:
    """A buzzer that makes its pitch from PWM.

    One PWM object for life: the ESP32 runs out of timers where each note makes
    its own (james1236/buzzer_music#16), and its object is dead after `deinit`.
    It is made with pitch and duty, because PWM(pin) alone sounds at once on the
    ESP32. Muted is a duty of 0.
    """

    def __init__(self, pin_number):
        self.broken = False
        self.pitch = 100  # percent of the usual tones
        self._pin_number = pin_number
        self._hz = _HZ[1]
        self._pwm = PWM(Pin(pin_number, Pin.OUT, value=0), freq=self._hz, duty_u16=0)

    def on(self, tone, volume):
        if self.broken:
            return
        hz = _HZ[tone] * self.pitch // 100
        try:
            if hz != self._hz:
                self._pwm.freq(hz)
                self._hz = hz
            self._pwm.duty_u16(_DUTY[volume])
        except (RuntimeError, ValueError, OSError):
            self._fail()

    def off(self):
        if self.broken:
            return
        try:
            self._pwm.duty_u16(0)
        except (RuntimeError, ValueError, OSError):
            self._fail()

    def close(self):
        """Silent for good, and the pin low.

        `deinit` alone leaves an RP2040's pin at whatever level it had
        (micropython#9007), and an ESP32's with a stale route to the PWM.
        """
        self.off()
        self._fail()

    def _fail(self):
        self.broken = True
        try:
            self._pwm.deinit()
        except (RuntimeError, ValueError, OSError):
            pass
        Pin(self._pin_number, Pin.OUT, value=0)


class Switch:
    """An output that is on or off: a plain pin, never PWM."""

    broken = False

    def __init__(self, pin_number, active=1):
        self._on = active
        self._off = 1 - active
        self._pin = Pin(pin_number, Pin.OUT, value=self._off)

    def on(self, tone, volume):
        self._pin.value(self._on)

    def off(self):
        self._pin.value(self._off)

    def close(self):
        self.off()


class ActiveBuzzer(Switch):
    """A buzzer with a pitch of its own: it wants steady current, PWM makes it rattle."""


class Motor(Switch):
    """On a plain pin, so that it cannot share a PWM slice with the buzzer."""


class Led(Switch):
    """The board's LED; on many boards a low pin lights it."""


def make_outputs(facts):
    """(buzzer, motor, LED) of the board, each None where there is none or it fails."""
    passive = facts.get("buzzer.kind", "passive") != "active"
    buzzer = _make(facts, "buzzer.pin", PassiveBuzzer if passive else ActiveBuzzer, None)
    motor = _make(facts, "motor.pin", Motor, None)
    return buzzer, motor, _make(facts, "led.pin", Led, facts.num("led.active", 1))


def _make(facts, key, kind, active):
    pin = facts.get(key, "")
    if not pin:
        return None
    pin = int(pin) if pin.isdigit() else pin  # the Pico W's LED has a name
    try:
        return kind(pin) if active is None else kind(pin, active)
    except (RuntimeError, ValueError, OSError):
        return None


class Player:
    """Plays cues by name on what there is.

    quiet         the motor alone; without a motor step cues and finish alone, lowest
    motor_on      False leaves the motor out
    hold_waiting  no waiting cue begins (while paused)
    sounding      a cue is playing
    last_end      when the outputs last fell silent
    """

    def __init__(self, buzzer=None, motor=None, led=None):
        self.buzzer = buzzer
        self.motor = motor
        self.led = led
        self.quiet = False
        self.motor_on = True
        self.hold_waiting = False
        self.sounding = False
        self.last_end = -_SILENT_MS
        self._patterns = {}
        self._lengths = {}
        for name in RHYTHM:
            self._put(name, parse(RHYTHM[name]))
        self._waiting = 0  # bit n: WAITING[n]
        self._step_at = -_AFTER_STEP_MS  # when the last step's cue began
        self._pattern = self._patterns["tick"]
        self._element = 0
        self._edge = 0  # when the element that plays is over
        self._by = 0  # the outputs that play it
        self._volume = FULL
        self._silence()

    def set_rhythm(self, name, text):
        """Another rhythm for a cue; ValueError where the text is none or a step's too long."""
        self._put(name, parse(text, STEP_CUE_MS - 1) if name in STEP_CUES else parse(text))

    def set_pitch(self, percent):
        """All tones higher or lower; 100 is the usual."""
        if isinstance(self.buzzer, PassiveBuzzer):
            self.buzzer.pitch = percent

    def play(self, name, now):
        """Sound a cue at once; it replaces what sounds, but a tick replaces nothing.

        True if anything plays it. After a finish or a stop nothing waits.
        """
        if name == "tick" and self.sounding:
            return False
        self.hush(now)
        if name in STEP_CUES:
            self._step_at = now
        elif name == "finish" or name == "stop":
            self._waiting = 0
        self._by = self._players(name)
        if not self._by:
            return False
        self._volume = self._volume_of(name)
        self._pattern = self._patterns[name]
        self._element = 0
        self._edge = now + self._pattern[1]
        self.sounding = True
        observe("cue", 0, name)
        self._drive()
        return True

    def wait(self, name):
        """Sound half-way, last round or remind when it is quiet and there is time."""
        self._waiting |= 1 << WAITING.index(name)

    def forget(self):
        """Drop the cues that wait."""
        self._waiting = 0

    def act(self, now, next_cue):
        """Do what is due. `next_cue` is when the next cue must be heard, or NEVER."""
        if self.sounding and now >= self._edge:
            self._move_on(now)
        if self._waiting and not self.hold_waiting:
            self._begin_waiting(now, next_cue)

    def due(self, next_cue=NEVER):
        """When `act` has something to do, or NEVER."""
        if self.sounding:
            return self._edge
        if self._waiting and not self.hold_waiting:
            return self._quiet_from()
        return NEVER

    def hush(self, now):
        """Silence at once."""
        if self.sounding:
            self._end(now)

    def close(self):
        """Silence for good, all pins at rest; not to be used after that."""
        self.sounding = False
        self._waiting = 0
        if self.buzzer is not None:
            self.buzzer.close()
        if self.motor is not None:
            self.motor.close()
        if self.led is not None:
            self.led.close()

    def rewound(self, by):
        """The clock was set back by so much."""
        self.last_end -= by
        self._step_at -= by
        self._edge -= by

    def _put(self, name, pattern):
        self._patterns[name] = pattern
        self._lengths[name] = length(pattern)

    def _players(self, name):
        by = 0
        if self.buzzer is not None and not self.buzzer.broken:
            by |= _BUZZER
        if self.motor is not None and self.motor_on:
            by |= _MOTOR
        if self.led is not None:
            by |= _LED
        if self.quiet:
            if by & _MOTOR:
                return _MOTOR
            if name != "finish" and name not in STEP_CUES:
                return 0
        return by

    def _volume_of(self, name):
        if self.quiet:
            return LOWEST
        if name == "finish" or name in STEP_CUES:
            return FULL
        return LOUD

    def _move_on(self, now):
        """To the element that belongs to now; a late call skips what it has missed."""
        last = len(self._pattern) // 2 - 1
        while now >= self._edge:
            if self._element == last:
                self._end(now)
                return
            self._element += 1
            self._edge += self._pattern[2 * self._element + 1]
        self._drive()

    def _end(self, now):
        self.sounding = False
        self.last_end = now
        self._silence()

    def _drive(self):
        tone = self._pattern[2 * self._element]
        if not tone:
            self._silence()
            return
        if self._by & _BUZZER:
            self.buzzer.on(tone, self._volume)
        if self._by & _MOTOR:
            self.motor.on(tone, self._volume)
        if self._by & _LED:
            self.led.on(tone, self._volume)

    def _silence(self):
        if self.buzzer is not None:
            self.buzzer.off()
        if self.motor is not None:
            self.motor.off()
        if self.led is not None:
            self.led.off()

    def _quiet_from(self):
        """The first instant at which a waiting cue may begin, if nothing else sounds."""
        end = self.last_end
        if self.sounding:
            # what plays is over when its elements are
            end = self._edge
            for at in range(2 * self._element + 3, len(self._pattern), 2):
                end += self._pattern[at]
        return max(end + _SILENT_MS, self._step_at + _AFTER_STEP_MS)

    def _begin_waiting(self, now, next_cue):
        """Begin the first of those that wait, and drop it as soon as it cannot end in time."""
        start = max(now, self._quiet_from())
        for index in range(len(WAITING)):
            bit = 1 << index
            if self._waiting & bit:
                name = WAITING[index]
                if start + self._lengths[name] + _BEFORE_CUE_MS > next_cue:
                    self._waiting &= ~bit
                elif self.sounding or start > now:
                    return
                else:
                    self._waiting &= ~bit
                    self.play(name, now)
                    return
