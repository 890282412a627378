"""A `machine` of a few lines, for tests of single parts: pins, PWM and ADC that note what is done.

Every change of a pin's electrical level is noted in `board.log` as (pin, what), where
what is 0 or 1, or (hz, duty) for a PWM that sounds. Limits of the ports that bit others
are kept: an ESP32's PWM is dead after `deinit`, and an RP2040's pin then stays as it is.
"""

import types

from hostsim.importer import Modules


class Board:
    """One world of modules around a fake `machine`, an `observer`, and a time that is set."""

    def __init__(self, esp32=False):
        self.esp32 = esp32
        self.log = []
        self.level = {}
        self.inputs = {}
        self.handlers = {}
        self.events = []
        self.ticks = 0
        self.pwm_fails = None  # an exception that freq() raises
        self.pwm_made = 0
        self.adc = 0  # what a read of the ADC gives, in its own unit
        self.adc_reads = 0
        self.adc_options = {}
        self.modules = Modules()
        machine = types.ModuleType("machine")
        machine.Pin, machine.PWM, machine.ADC = _pin(self), _pwm(self), _adc(self)
        self.modules.table["machine"] = machine
        observer = types.ModuleType("observer")
        observer.observe = lambda *event: self.events.append(event)
        self.modules.table["observer"] = observer
        time = types.ModuleType("time")
        time.ticks_ms = lambda: self.ticks % 2**30
        time.ticks_diff = lambda one, other: (one - other + 2**29) % 2**30 - 2**29
        self.modules.table["time"] = time

    def load(self, name):
        return self.modules.load("runwalk." + name)

    def set(self, pin, what):
        if self.level.get(pin) != what:
            self.level[pin] = what
            self.log.append((pin, what))

    def finger(self, pin, level):
        """The finger moves now: an edge, unless interrupts are masked (then see `irq`)."""
        self.inputs[pin] = level
        self.irq(pin)

    def irq(self, pin):
        self.handlers[pin](types.SimpleNamespace(value=lambda: self.inputs[pin]))


def _pin(board):
    class Pin:
        IN, OUT, PULL_UP, IRQ_FALLING, IRQ_RISING = 0, 1, 2, 4, 8

        def __init__(self, number, mode=None, pull=None, value=None):
            self.number = number
            if mode is None:
                return
            if mode == Pin.IN:
                assert pull == Pin.PULL_UP
                board.inputs.setdefault(number, 1)
            else:
                board.set(number, value)

        def value(self, *level):
            if not level:
                return board.inputs[self.number]
            board.set(self.number, level[0])

        def irq(self, handler, trigger, **options):
            if board.esp32 and options:
                raise TypeError("unexpected keyword argument 'hard'")
            board.hard = options.get("hard")
            assert trigger == Pin.IRQ_FALLING | Pin.IRQ_RISING
            board.handlers[self.number] = handler

    return Pin


def _pwm(board):
    class PWM:
        def __init__(self, pin, *, freq, duty_u16):
            board.pwm_made += 1
            self.pin = pin.number
            self.alive = True
            self._freq, self._duty = freq, duty_u16
            self._show()

        def _show(self):
            if not self.alive:
                raise RuntimeError("PWM is inactive")
            board.set(self.pin, (self._freq, self._duty) if self._duty else 0)

        def freq(self, freq):
            assert type(freq) is int
            if board.pwm_fails:
                raise board.pwm_fails
            self._freq = freq
            self._show()

        def duty_u16(self, duty):
            assert type(duty) is int and 0 <= duty <= 65535
            self._duty = duty
            self._show()

        def deinit(self):
            self.alive = False
            if not board.esp32 and self._duty:
                board.set(self.pin, 1)  # frozen at a bad moment

    return PWM


def _adc(board):
    class ADC:
        def __init__(self, pin, **options):
            board.adc_options = options

        def read_u16(self):
            assert not board.esp32, "the ESP32's is not calibrated"
            board.adc_reads += 1
            return board.adc() if callable(board.adc) else board.adc

    if board.esp32:
        ADC.ATTN_11DB = 3

        def read_uv(self):
            board.adc_reads += 1
            return board.adc() if callable(board.adc) else board.adc

        ADC.read_uv = read_uv
    return ADC
