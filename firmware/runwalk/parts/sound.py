"""What is heard and felt: one owner of buzzer, motor and LED.

One cue plays at a time; a new one replaces it at once, and every pattern ends
with the pins low. Half-way, last round and remind wait for silence. The player
is told the time and asked when it is next due; it never sleeps. All times in ms.

What a board has is an Output, what it lacks is None. An output that fails is left
out, the others go on. Nothing here allocates once the player is built, but for
`set_rhythm`.
"""

from machine import PWM, Pin
from micropython import const

from runwalk.core.rhythm import RHYTHM, STEP_CUES, length, parse_cue
from runwalk.observe import observe

_NEVER = const(0x3FFFFFFF)

_HZ = (0, 1500, 2000, 2700)  # by tone; a small piezo is loudest at 2 to 4 kHz

# volumes, as duty of a PWM; half of the time on is as loud as it gets
_LOWEST = const(650)
_LOUD = const(16384)
_FULL = const(32768)

_SILENT_MS = const(200)
_AFTER_STEP_MS = const(1500)
_BEFORE_CUE_MS = const(500)

_MOTOR = const(2)  # bit n: output n of buzzer, motor and LED

_WAITING = ("halfway", "lastround", "remind")  # in the order in which they sound


class Output:
    """A pin that is on or off, or the PWM on it that gives a passive buzzer its pitch.

    Never PWM for others: it makes a buzzer with a pitch of its own rattle, and the
    motor must not share a PWM slice with the buzzer. With `active` 0 a low pin means
    on, as with the LED of many boards.

    One PWM object for life: the ESP32 runs out of timers where each note makes
    its own (james1236/buzzer_music#16), and its object is dead after `deinit`.
    It is made with pitch and duty, because PWM(pin) alone sounds at once on the
    ESP32. Muted is a duty of 0.
    """

    def __init__(self, number, active, passive):
        self._number = number
        self._active = active
        self._pin = pin = Pin(number, Pin.OUT, value=1 - active)
        self._pwm = PWM(pin, freq=1500, duty_u16=0) if passive else None

    def on(self, hz, volume):
        """0 Hz is silence. RuntimeError, ValueError and OSError: it does not work."""
        pwm = self._pwm
        if not pwm:
            self._pin.value(self._active if hz else 1 - self._active)
        else:
            if hz:
                pwm.freq(hz)
            pwm.duty_u16(volume if hz else 0)

    def close(self):
        """Silent for good, and the pin at rest.

        `deinit` alone leaves an RP2040's pin at whatever level it had
        (micropython#9007), and an ESP32's with a stale route to the PWM.
        """
        try:
            if self._pwm:
                self._pwm.duty_u16(0)
                self._pwm.deinit()
        except (RuntimeError, ValueError, OSError):
            pass
        Pin(self._number, Pin.OUT, value=1 - self._active)


def make_outputs(facts):
    """[buzzer, motor, LED] of the board, each None where there is none or it fails."""
    outputs = []
    for name in ("buzzer", "motor", "led"):
        output = None
        pin = facts.get(name + ".pin")
        if pin:
            passive = name == "buzzer" and facts.get("buzzer.kind") != "active"
            try:
                # the Pico W's LED has a name
                pin = int(pin) if pin.isdigit() else pin
                output = Output(pin, facts.num(name + ".active", 1), passive)
            except (RuntimeError, ValueError, OSError):
                pass
        outputs.append(output)
    return outputs


class Player:
    """Plays cues by name on what there is: `outputs` are buzzer, motor and LED.

    quiet         the motor alone; without a motor step cues and finish alone, lowest
    motor_on      False leaves the motor out
    hold_waiting  no waiting cue begins (while paused)
    sounding      a cue is playing
    last_end      when the outputs last fell silent, or will
    """

    def __init__(self, *outputs):
        self.quiet = False
        self.motor_on = True
        self.hold_waiting = False
        self.sounding = False
        self.last_end = -_SILENT_MS
        self._pitch = 100
        self._outputs = outputs
        self._present = 0  # bit n: output n is there and works
        for index in range(3):
            if outputs[index]:
                self._present += 1 << index
        self._patterns = {}
        for name in RHYTHM:
            self.set_rhythm(name, RHYTHM[name])
        self._waiting = 0  # bit n: _WAITING[n]
        self._step_at = -_AFTER_STEP_MS  # when the last step's cue began
        self._pattern = None
        self._place = 0  # of the element that plays
        self._edge = 0  # when it is over
        self._by = 0  # the outputs that play it
        self._volume = 0

    def set_rhythm(self, name, text):
        """Another rhythm for a cue; ValueError where the text is none or a step's too long."""
        self._patterns[name] = parse_cue(name, text)

    def set_pitch(self, percent):
        """All tones higher or lower; 100 is the usual."""
        self._pitch = percent

    def play(self, name, now):
        """Sound a cue at once; it replaces what sounds, but a tick replaces nothing.

        After a finish or a stop nothing waits.
        """
        if name == "tick" and self.sounding:
            return
        self.hush(now)
        volume = _LOUD
        if name in STEP_CUES:
            self._step_at = now
            volume = _FULL
        elif name == "finish":
            self._waiting = 0
            volume = _FULL
        elif name == "stop":
            self._waiting = 0
        by = self._present
        if not self.motor_on:
            by &= ~_MOTOR
        if self.quiet:
            if by & _MOTOR:
                by = _MOTOR
            elif volume == _LOUD:
                by = 0
            volume = _LOWEST
        if by:
            self._by = by
            self._volume = volume
            self._pattern = pattern = self._patterns[name]
            self._place = 0
            self._edge = now + pattern[1]
            self.last_end = now + length(pattern)
            self.sounding = True
            observe("cue", 0, name)
            self._drive(pattern[0])

    def wait(self, name):
        """Sound half-way, last round or remind when it is quiet and there is time."""
        self._waiting |= 1 << _WAITING.index(name)

    def forget(self):
        """Drop the cues that wait."""
        self._waiting = 0

    def act(self, now, next_cue):
        """Do what is due. `next_cue` is when the next cue must be heard, or _NEVER."""
        if self.sounding and now >= self._edge:
            # to the element that belongs to now; a late call skips what it has missed
            pattern = self._pattern
            place = self._place
            while now >= self._edge:
                place += 2
                if place == len(pattern):
                    self.hush(now)
                    break
                self._edge += pattern[place + 1]
            else:
                self._drive(pattern[place])
            self._place = place
        if self._waiting and not self.hold_waiting:
            # begin the first that waits; what can no longer end in time is dropped
            start = max(now, self._quiet_from())
            for index in range(3):
                bit = 1 << index
                if self._waiting & bit:
                    name = _WAITING[index]
                    fits = start + length(self._patterns[name]) + _BEFORE_CUE_MS <= next_cue
                    if fits and start > now:
                        return
                    self._waiting -= bit
                    if fits:
                        self.play(name, now)
                        return

    def due(self, next_cue=_NEVER):
        """When `act` has something to do, or _NEVER."""
        if self.sounding:
            return self._edge
        if self._waiting and not self.hold_waiting:
            return self._quiet_from()
        return _NEVER

    def hush(self, now):
        """Silence at once."""
        if self.sounding:
            self.sounding = False
            self.last_end = now
            self._drive(0)

    def close(self):
        """Silence for good, all pins at rest; not to be used after that."""
        self.hush(0)
        for output in self._outputs:
            if output:
                output.close()

    def _drive(self, tone):
        hz = _HZ[tone] * self._pitch // 100
        for index in range(3):
            if self._by >> index & 1:
                output = self._outputs[index]
                try:
                    output.on(hz, self._volume)
                except (RuntimeError, ValueError, OSError):
                    output.close()
                    self._present -= 1 << index
                    self._by &= self._present

    def _quiet_from(self):
        """The first instant at which a waiting cue may begin, if nothing else sounds."""
        return max(self.last_end + _SILENT_MS, self._step_at + _AFTER_STEP_MS)
