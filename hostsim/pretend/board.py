"""Puts the pretend board together, and lets one program after another run on it."""

import machine  # noqa: F401 - its pins want to be reset at every start
from autopilot import Pilot
from flash import Flash
from observer import recorder
from panel import Panel
from timeline import CHECK, END, POWER
from world import POWER_ON, SOFT_RESET, Outage, world


def assemble(facts, timeline, last_action, system):
    """The board that `facts`, the text of board.txt, describes; `system` is what its flash holds.

    `timeline` has rows of (ns, code, arg) as timeline.py names them.
    """
    world.setup(facts, timeline, last_action)
    offset = world.facts.get("display.offset")
    world.panel = Panel(
        world.facts.get("display.kind", "ssd1306"),
        world.number("display.width", 128),
        world.number("display.height", 64),
        None if offset is None else int(offset),
        world.number("display.address", 60),
    )
    world.flash = Flash(system)


def man(presses):
    """Who presses (the pilot, if there is no scenario), and who says when it is over."""
    recorder.pilot = Pilot(presses)
    world.check = recorder.pilot.leaves


def live(start):
    """Run `start()`, a program from its first line, as often as the board starts."""
    while not world.ended:
        world.switch_on()
        try:
            start()
            _rest()  # the program returned: the REPL
        except Outage:
            pass
        recorder.flush()
        world.flash.outage(world.cause == SOFT_RESET)
        if world.cause == POWER_ON and not world.ended:
            world.outputs = 0
            world.panel.power_lost()
            _dark()


def _rest():
    """Nothing runs until something outside starts the board again, if it does."""
    world.irq_handler = None
    if world.actions_left():
        world.sleep(world.last_action - world.now)
    world.ended = True


def _dark():
    """Without power, until it comes back or nothing is left to happen."""
    while not world.powered and not world.ended:
        code, arg = world.wait_in_the_dark()
        if code == POWER and arg:
            world.powered = True
        elif code == END:
            world.ended = True
        elif code == CHECK:
            world.ended = world.check()
        else:
            world.outside(code, arg)
