"""Tiny programs on the pretend board, for tests of the board itself."""

from pathlib import Path

from hostsim.engine import Result, Setup, run
from hostsim.engine_cpython import Simulation
from hostsim.scenario import parse

PICO = """board toy
chip rp2040
display.kind ssd1306
display.width 128
display.height 64
display.i2c 0
display.sda 4
display.scl 5
display.address 60
display.offset 0
display.freq 400000
button.pin 15
buzzer.pin 16
buzzer.kind passive
motor.pin 18
led.pin 25
led.active 1
battery.pin 28
battery.ratio-permille 2000
"""
ESP32 = (
    PICO.replace("chip rp2040", "chip esp32")
    .replace("sda 4", "sda 21")
    .replace("scl 5", "scl 22")
    .replace("button.pin 15", "button.pin 33")
    .replace("buzzer.pin 16", "buzzer.pin 25")
    .replace("motor.pin 18", "motor.pin 26")
    .replace("led.pin 25", "led.pin 2")
    .replace("battery.pin 28", "battery.pin 34")
)
C3 = PICO.replace("chip rp2040", "chip esp32c3").replace("button.pin 15", "button.pin 3")

# what every toy begins with; `say` makes a line of the trace out of any text
HEAD = """
import os
import time
from array import array

import machine
from machine import I2C, PWM, Pin
from observer import observe


def say(*what):
    observe("saved", 0, " ".join([str(part) for part in what]))


def edges(pin, **how):
    # the instants and levels of a button's edges, noted by its interrupt
    noted = array("i", [0] * 64)
    noted[0] = 1

    def note(pin):
        at = noted[0]
        noted[at] = time.ticks_ms() * 2 + pin.value()
        noted[0] = at + 1

    pin.irq(note, Pin.IRQ_FALLING | Pin.IRQ_RISING, **how)
    return noted


"""


def setup(folder: Path, program: str, script: str = "0:00 end", board: str = PICO, **more) -> Setup:
    main = folder / "main.py"
    main.write_text(HEAD + program)
    return Setup(board=board, main=main, scenario=parse(script, "script"), **more)


def play(
    folder: Path, program: str, script: str = "0:10 end", vm: str = "cpython", **more
) -> Result:
    """Run a toy; an exception that it does not catch fails the test."""
    result = run(setup(folder, program, script, **more), vm)
    assert result.error is None, result.error
    return result


def said(result: Result) -> list[str]:
    """What the toy said, in order."""
    mark = '"event":"saved","what":"'
    return [line.split(mark)[1].removesuffix('"}') for line in result.lines if mark in line]


def bench(board: str = PICO) -> Simulation:
    """A board under power, to load modules from."""
    simulation = Simulation(Setup(board=board, live=True))
    simulation.world.switch_on()
    return simulation
