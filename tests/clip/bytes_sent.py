"""Counts what a run sends to the display, beside what of the picture changed meanwhile."""

from dataclasses import dataclass

from hostsim.engine import Setup
from hostsim.engine_cpython import Simulation

GAP_NS = 20_000_000  # the pieces of one picture lie closer together
SIZES = {"128x64": (128, 64), "128x32": (128, 32), "72x40": (72, 40)}


@dataclass
class Sent:
    """All of one run. `bus` counts addresses and control bytes too."""

    seconds: float = 0.0
    pictures: int = 0
    changed: int = 0  # bytes of the picture that differ from the one before
    data: int = 0
    bus: int = 0
    whole: int = 0  # on the bus, if each picture were sent whole

    def per_minute(self, number: int) -> float:
        return number * 60 / self.seconds


def whole_frame(kind: str, width: int, height: int) -> int:
    """Bytes on the bus for one picture sent whole, in the cheapest way.

    Each transaction has an address and a control byte. The SSD1306 is told its window by
    six commands, and then takes the whole frame. The SH1106 has no window: three commands
    and a row for each page.
    """
    pages = height // 8
    if kind == "ssd1306":
        return 2 + 6 + 2 + width * pages
    return pages * (2 + 3 + 2 + width)


def sent_by(setup: Setup, start_ms: int = 0) -> Sent:
    """Play it under CPython and count from `start_ms` on."""
    simulation = Simulation(setup)
    panel = simulation.panel
    world = simulation.world
    count = Sent()
    plain = panel.write
    before = bytes(panel.ram)
    counting = False
    last = -GAP_NS

    def settle() -> None:
        nonlocal before
        now = bytes(panel.ram)
        if now != before:
            count.pictures += 1
            count.changed += sum(map(int.__ne__, before, now))
            before = now

    def write(buf, n: int) -> None:
        nonlocal last, before, counting
        if world.now - last > GAP_NS:
            if counting:
                settle()
            elif world.now >= start_ms * 1_000_000:
                counting = True
                before = bytes(panel.ram)
                panel.data_bytes = panel.bus_bytes = 0
        plain(buf, n)
        last = world.now

    panel.write = write
    result = simulation.run()
    assert result.error is None, result.error
    settle()
    count.seconds = (world.now - start_ms * 1_000_000) / 1e9
    count.data = panel.data_bytes
    count.bus = panel.bus_bytes
    count.whole = count.pictures * whole_frame(panel.kind, panel.width, panel.height)
    return count
