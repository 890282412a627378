"""What a clip can tell of itself: questions for the board, and what its files say."""

import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hostsim.importer import Modules
from runwalk_tools.mpremote_link import Found, Link

_HEAD = """
import gc,os,sys,time
from machine import ADC,I2C,Pin
def say(*a): print("@",*a)
def ask(name,f):
 try: say(name,*f())
 except Exception as e: say(name+"-fault",type(e).__name__,e)
def versions():
 from runwalk import __version__
 return (__version__,)
ask("firmware",versions)
i=sys.implementation
say("micropython",".".join(str(n) for n in i[1][:3]))
say("machine",getattr(i,"_machine",sys.platform))
say("clock",*time.localtime()[:6])
gc.collect()
say("memory",gc.mem_free())
"""

# Whatever is wired to these two is off, whoever drove them before.
_HUSH = """
Pin({pin},Pin.OUT,value=0)
"""

# The firmware's own way, with its 16 samples and the chip's range (parts/battery.py).
_BATTERY = """
def battery():
 from runwalk.parts.battery import Battery
 from runwalk.parts.facts import read_facts
 b=Battery(read_facts("board.txt"))
 b.act(0,True)
 return (b.mv,)
ask("battery",battery)
"""

_WAKE_DISPLAY = """
p=Pin({pin},Pin.OUT,value={off})
time.sleep_ms(20)
p.value(1-{off})
time.sleep_ms(30)
"""

_DISPLAY = """
def display():
 bus=I2C({i2c},scl=Pin({scl}),sda=Pin({sda}),freq={freq},timeout=25000)
 return bus.scan()
ask("display",display)
"""

# Pressed for a fifth of a second on end, and nobody asked for it.
_BUTTON = """
def button():
 p=Pin({pin},Pin.IN,Pin.PULL_UP)
 n=0
 for _ in range(20):
  time.sleep_ms(10)
  n+=not p.value()
 return (n==20,)
ask("button",button)
"""


def parse_board(found: Found) -> tuple[dict[str, str], str]:
    """What the clip's board.txt says, and "" or what the clip says against it."""
    data = found.texts.get("board.txt")
    if data is None:
        return {}, "there is none"
    module: Any = Modules().load("runwalk.parts.facts")
    try:
        return dict(module.parse_facts(data).table), ""
    except ValueError as error:
        return {}, str(error).removeprefix("board.txt: ")


def ask(link: Link, facts: Mapping[str, str], parts: bool) -> dict[str, str]:
    """Answers by name; `parts`: display and button are tried, too. The outputs are off after it.

    `NAME-fault` stands in place of an answer that the board had not. Without facts, no pin
    is touched. The program must be started anew: the display was talked to.
    """
    code = _HEAD
    for key in ("buzzer.pin", "motor.pin"):
        if facts.get(key, "").isdigit():
            code += _HUSH.format(pin=facts[key])
    if facts.get("battery.pin"):
        code += _BATTERY
    if parts and facts.get("display.kind", "none") != "none":
        power = facts.get("display.power", "")
        if power.isdigit():
            off = 1 - int(facts.get("display.power-active", "1"))
            code += _WAKE_DISPLAY.format(pin=power, off=off)
        if facts.get("display.reset", "").isdigit():
            code += _WAKE_DISPLAY.format(pin=facts["display.reset"], off=0)
        bus = {key: int(facts[f"display.{key}"]) for key in ("i2c", "scl", "sda", "freq")}
        code += _DISPLAY.format(**bus)
    if parts and facts.get("button.pin", "").isdigit():
        code += _BUTTON.format(pin=facts["button.pin"])
    answers = {}
    for line in link.execute(code).splitlines():
        if line.startswith("@ "):
            name, _, answer = line[2:].partition(" ")
            answers[name] = answer
    return answers


@dataclass
class JournalState:
    """What a journal.txt is like: whole records, damaged lines, the last start that wrote."""

    records: int = 0
    damaged: int = 0
    boot: int = 0


def journal_state(data: bytes) -> JournalState:
    """Every line is one record with its own checksum (firmware/runwalk/parts/journal.py)."""
    state = JournalState()
    for line in data.split(b"\n"):
        if not line.strip():
            continue
        body, _, crc = line.strip().rpartition(b"\t")
        words = body.split(b"\t")
        if crc != b"%08x" % zlib.crc32(body) or len(words) < 5 or not words[2].isdigit():
            state.damaged += 1
            continue
        state.records += 1
        state.boot = int(words[2])
    return state


@dataclass
class Crashes:
    """What crash.log holds: how many, and of the last one the error and where it was."""

    count: int = 0
    last: str = ""
    where: str = ""
    lines: list[str] = field(default_factory=list)


def crashes(data: bytes) -> Crashes:
    """MicroPython prints a traceback, innermost call last, then the error."""
    found = Crashes(lines=[line for line in data.decode(errors="replace").splitlines() if line])
    for line in found.lines:
        if line.startswith("Traceback"):
            found.count += 1
            found.last = found.where = ""
            continue
        place = re.match(r'  File "(.+?)", line (\d+)', line)
        if place:
            found.where = f"{place[1]}:{place[2]}"
        elif not line.startswith(" "):
            found.last = line
    return found
