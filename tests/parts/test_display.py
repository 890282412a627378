"""The display driver over the model of the controllers: right pixels, few bytes, no surprises."""

import random
import subprocess
import sys
import types

import pytest
from hostsim.files import firmware_package
from hostsim.importer import HERE, Modules

KINDS = [
    ("ssd1306", 128, 64),
    ("sh1106", 128, 64),
    ("ssd1306", 128, 32),
    ("sh1106", 128, 32),
    ("ssd1306", 72, 40),
]


class Wire:
    """The I2C object: a panel on it, and what can go wrong."""

    def __init__(self, panel, freq=400000):
        self.panel = panel
        self.freq = freq
        self.error = 5
        self.cut_after = None  # transactions from now until the plug is pulled in the middle
        self.us = 0
        self.tries = 0
        self.sda = 1  # 0: somebody holds it low

    def writeto(self, address, data):
        self.tries += 1
        if self.cut_after is not None:
            self.cut_after -= 1
            if self.cut_after < 0:
                self.cut_after = None
                self.panel.write(data, len(data) // 2)
                self.panel.unplug()
        if not self.panel.plugged or address != self.panel.address or not self.sda:
            raise OSError(self.error)
        self.us += (len(data) + 1) * 9 * 1_000_000 // self.freq
        self.panel.write(data, len(data))
        return len(data) + 1


class Facts(dict):
    def num(self, key, default=0):
        return int(self.get(key, default))


PICO = {
    "display.kind": "ssd1306", "display.width": "128", "display.height": "64",
    "display.i2c": "0", "display.sda": "4", "display.scl": "5", "display.address": "60",
}  # fmt: skip


class World:
    """The modules of one clip around a Wire, with what they observe and do to pins.

    `facts`: of the display, in place of a Pico's or besides them.
    """

    def __init__(
        self, kind="ssd1306", width=128, height=64, *, glass=None, flip=False, contrast=127, **facts
    ):
        self.log = []
        world = self

        class Pin:
            IN, OUT, OPEN_DRAIN = 0, 1, 2

            def __init__(self, number, mode=None, value=None):
                self.number = number
                if value is not None:
                    world.log.append((number, value))

            def value(self, level=None):
                if level is None:
                    return world.wire.sda
                world.log.append((self.number, level))

        def bus(id, *, scl, sda, freq, timeout):
            if scl.number % 2 == 0:
                raise ValueError("bad SCL pin")
            world.made.append((id, scl.number, sda.number, freq, timeout))
            return self.wire

        def module(name, **names):
            modules.table[name] = types.ModuleType(name)
            vars(modules.table[name]).update(names)

        self.made = []
        self.events = []
        modules = Modules()
        module("machine", Pin=Pin, I2C=bus)
        module("observer", observe=lambda *event: self.events.append(event))
        module(
            "time",
            sleep_ms=lambda ms: self.log.append(f"{ms} ms"),
            sleep_us=lambda us: None,
        )
        self.modules = modules
        self.pin = Pin
        self.panel = modules.load("panel").Panel(kind, width, height, glass)
        self.wire = Wire(self.panel, facts.get("freq", 400000))
        self.driver = modules.load("runwalk.parts.display")
        facts.update(kind=kind, width=width, height=height)
        board = Facts(PICO)
        for key, value in facts.items():
            board["display." + key.replace("_", "-")] = str(value)
        self.display = self.driver.make_display(board, flip, contrast)

    def start(self, now=0):
        found = self.display.start(now)
        self.send(now)
        return found

    def send(self, now=0):
        """All that is pending, as the loop does it; the longest piece in us on the bus."""
        longest = 0
        self.display.show()
        while self.display.pending(now):
            before = self.wire.us
            self.display.send_piece(now)
            longest = max(longest, self.wire.us - before)
        return longest

    def draw(self, rng):
        """Something or other in the frame: noise in a place, a box, a letter."""
        frame, width, height = self.display.frame, self.display.width, self.display.height
        for _ in range(rng.randint(1, 4)):
            x, y = rng.randrange(width), rng.randrange(height)
            what = rng.randrange(4)
            if what == 0:
                for _ in range(rng.randint(1, 40)):
                    place = rng.randrange(len(self.display.buffer))
                    self.display.buffer[place] = rng.getrandbits(8)
            elif what == 1:
                frame.fill_rect(x, y, rng.randint(1, 60), rng.randint(1, 40), rng.getrandbits(1))
            elif what == 2:
                frame.text(chr(rng.randint(33, 126)) * rng.randint(1, 5), x, y, rng.getrandbits(1))
            elif rng.random() < 0.2:
                frame.fill(rng.getrandbits(1))

    def assert_shown(self, flip=False):
        """What a person sees is what was drawn."""
        frame, width, height = self.display.frame, self.display.width, self.display.height
        drawn = [frame.pixel(x, y) for y in range(height) for x in range(width)]
        seen = list(self.panel.pixels())
        assert (seen[::-1] if flip else seen) == drawn
        assert self.panel.lit() and not self.panel.inverted and not self.panel.all_on


# Pixels ------------------------------------------------------------------


@pytest.mark.parametrize("flip", [False, True])
@pytest.mark.parametrize("latched", [False, True])
@pytest.mark.parametrize("kind, width, height", KINDS)
def test_random_frames_arrive(kind, width, height, latched, flip):
    world = World(kind, width, height, flip=flip)
    world.panel.latched = latched  # see Panel: the driver must be right with either
    rng = random.Random(f"{kind} {width} {height}")
    world.draw(rng)
    assert world.start()
    world.assert_shown(flip)
    for _ in range(60):
        world.draw(rng)
        world.send()
        world.assert_shown(flip)
    assert world.panel.unknown == 0 and world.events == []


@pytest.mark.parametrize("kind, width, height", KINDS)
def test_a_frame_that_changes_between_the_pieces_arrives(kind, width, height):
    world = World(kind, width, height)
    rng = random.Random(1)
    world.start()
    for _ in range(30):
        world.draw(rng)
        world.display.show()
        for _ in range(rng.randrange(6)):
            world.display.send_piece(0)
    world.send()
    world.assert_shown()


@pytest.mark.parametrize("kind, glass", [("ssd1306", 20), ("sh1106", 0), ("sh1106", 4)])
@pytest.mark.parametrize("flip", [False, True])
def test_the_glass_may_be_elsewhere(kind, glass, flip):
    width = 128 if kind == "sh1106" else 72
    world = World(kind, width, 64 if width == 128 else 40, glass=glass, offset=glass, flip=flip)
    world.draw(random.Random(2))
    world.start()
    world.assert_shown(flip)


def test_all_132_columns_of_an_sh1106_are_cleared():
    world = World("sh1106", 128, 64)
    assert any(world.panel.ram)
    world.start()
    assert not any(world.panel.ram)


def test_noise_is_never_seen():
    for kind, width, height in KINDS:
        world = World(kind, width, height)
        world.display.start(0)
        world.display.frame.text("Hi", 0, 0)
        while world.display.pending(0):
            assert not world.panel.lit()
            world.display.send_piece(0)
        world.assert_shown()


def test_light_and_dark():
    world = World()
    world.start()
    world.display.power(False)
    world.send()
    assert not world.panel.on
    sent = world.panel.bus_bytes
    world.display.frame.fill(1)
    world.send()
    assert world.panel.bus_bytes == sent  # nobody sees it
    world.display.power(True)
    world.send()
    world.assert_shown()


def test_dark_light_and_dark_again_before_anything_was_sent():
    world = World()
    world.start()
    for on in (False, True, False):
        world.display.power(on)
    world.send()
    assert not world.panel.on


def test_how_another_program_left_the_controller_does_not_matter():
    world = World()
    for byte in (0x20, 0x00, 0x21, 40, 50, 0x22, 2, 3):  # lines within a small window
        world.panel.write(bytes((0, byte)), 2)
    world.draw(random.Random(6))
    world.start()
    world.assert_shown()


def test_contrast():
    world = World(contrast=40)
    world.start()
    assert world.panel.contrast == 40
    world.display.contrast(200)
    world.send()
    assert world.panel.contrast == 200
    world.assert_shown()


# Missing, lost and back --------------------------------------------------


def test_without_an_answer_it_asks_every_five_seconds_and_says_so_once():
    world = World()
    world.panel.unplug()
    assert world.display.start(1000) is False
    assert world.events == [("error", 0, ("display", "no answer at address 0x3c"))]
    assert world.display.retry_due() == 6000
    assert not world.display.pending(5999)
    for now in (6000, 11000, 16000):
        assert world.display.pending(now)
        world.display.send_piece(now)
        assert not world.display.pending(now)
    assert world.wire.tries == 4 and len(world.events) == 1
    world.panel.plug()
    world.display.frame.text("here", 0, 0)
    world.send(21000)
    assert world.display.present
    world.assert_shown()


def test_a_wrong_address_is_a_missing_display():
    world = World(address=61)
    assert world.start() is False
    assert world.events == [("error", 0, ("display", "no answer at address 0x3d"))]


@pytest.mark.parametrize("error", [5, 19, 110, 116, 9999])
@pytest.mark.parametrize("kind", ["ssd1306", "sh1106"])
def test_pulled_out_in_the_middle_and_plugged_in_again(kind, error):
    rng = random.Random(4)
    # set-up, clearing and light are 34 transactions; the picture has two a run
    for transactions in range(0, 80, 3):
        world = World(kind)
        world.wire.error = error
        world.start()
        world.display.power(False)
        world.send(0)
        world.wire.cut_after = transactions
        world.draw(rng)
        world.display.power(True)
        world.send(0)
        assert world.display.present == (not world.events) == world.panel.plugged
        world.draw(rng)
        world.send(100)
        assert len(world.events) <= 1
        world.wire.cut_after = None
        world.panel.plug()
        world.send(5100)
        world.assert_shown()


def test_a_second_loss_is_told_again():
    world = World()
    world.start()
    for now in (0, 10000):
        world.panel.unplug()
        world.display.frame.fill(now == 0)
        world.send(now)
        assert not world.display.present
        world.panel.plug()
        world.send(now + 5000)
        world.assert_shown()
    assert len(world.events) == 2


def test_lost_and_back_in_the_dark_it_comes_back_whole():
    world = World()
    world.display.frame.text("still here", 0, 0)
    world.start()
    world.display.power(False)
    world.send()
    world.panel.unplug()
    world.panel.plug()
    world.display.power(True)
    world.send()
    world.assert_shown()
    assert world.events == []


# Bytes and time ----------------------------------------------------------


@pytest.mark.parametrize("freq", [100_000, 400_000])
@pytest.mark.parametrize("kind, width, height", KINDS)
def test_no_piece_takes_longer_than_10_ms(kind, width, height, freq):
    world = World(kind, width, height, freq=freq)
    rng = random.Random(5)
    longest = 0
    world.display.start(0)
    for _ in range(20):
        longest = max(longest, world.send())
        world.draw(rng)
    world.display.frame.fill(1)
    longest = max(longest, world.send())
    world.assert_shown()
    assert world.driver.PIECE_MS == 10 and longest <= 10_000
    assert freq < 400_000 or longest <= 3_600


def test_what_has_not_changed_costs_nothing():
    world = World()
    world.start()
    sent = world.panel.bus_bytes
    world.send()
    assert world.panel.bus_bytes == sent
    world.display.frame.pixel(77, 33, 1)
    world.send()
    assert world.panel.bus_bytes == sent + 5 + 3  # where; 40 and a byte; each with the address


def countdown(world, seconds):
    """A step's screen counts down from 9:59; bytes that changed, data bytes, all bytes."""
    display, panel = world.display, world.panel
    screens = world.modules.load("runwalk.parts.screens").Screens(
        display.frame, display.buffer, display.width, display.height
    )

    def show(left):
        screens.step(1, b"easy", left, 2, 8, 2, 90, 0)

    show(599)
    world.start()
    panel.bus_bytes = panel.data_bytes = 0
    changed = 0
    for left in range(598, 598 - seconds, -1):
        before = bytes(display.buffer)
        show(left)
        changed += sum(a != b for a, b in zip(before, display.buffer))
        world.send()
        world.assert_shown()
    return changed, panel.data_bytes, panel.bus_bytes


@pytest.mark.parametrize("kind, width, height", KINDS)
def test_a_countdown_sends_little_more_than_what_changes(kind, width, height):
    world = World(kind, width, height)
    seconds = 120
    changed, data, everything = countdown(world, seconds)
    assert changed > 20 * seconds  # the digits are large
    assert data <= 1.3 * changed
    assert everything <= 2.2 * changed
    # a whole frame: the bytes, the address and 40, and the cheapest way to say where
    frame = width * height // 8 + (10 if kind == "ssd1306" else height // 8 * 7)
    share = {(128, 64): 8, (128, 32): 6, (72, 40): 4}[width, height]
    assert everything / seconds <= frame / share


# The board ---------------------------------------------------------------


def test_made_from_the_boards_facts():
    world = World(contrast=9)
    assert world.display.start(0)
    ((id, scl, sda, freq, timeout),) = world.made
    assert (id, scl, sda, freq) == (0, 5, 4, 400000)
    assert 10_000 < timeout <= 50_000  # longer than a piece, and no cue waits for it long
    world.send()
    assert world.panel.contrast == 9


def test_a_board_without_a_display_has_one_that_never_asks():
    world = World()
    display = world.driver.make_display(Facts({"display.kind": "none"}), False, 127)
    assert display.start(0) is False
    display.frame.text("nobody", 0, 0)
    display.show()
    assert not display.pending(10**8) and display.retry_due() == 0x3FFFFFFF
    assert world.events == [] and world.made == []


def test_pins_that_the_chip_refuses_are_no_crash():
    world = World(scl=4)
    assert world.display.start(0) is False
    assert world.events == [("error", 0, ("display", "no I2C: bad SCL pin"))]


def test_a_switched_module_is_given_power_then_reset():
    world = World(reset=21, power=36, power_active=0)
    assert world.log == []
    assert world.display.start(0)
    assert world.log[:8] == [
        (36, 1), "20 ms", (36, 0), "30 ms", (21, 0), "20 ms", (21, 1), "30 ms",
    ]  # fmt: skip
    assert not {21, 36} & {number for number, level in world.log[8:]}


def test_a_hung_bus_is_clocked_free():
    world = World()
    display = world.display
    display.start(0)
    world.panel.unplug()
    world.wire.error = 110
    world.send(0)
    assert not display.present
    world.panel.plug()
    world.log.clear()
    world.wire.sda = 0  # and it stays so
    display.send_piece(5000)
    assert world.log.count((5, 0)) == 9 and world.log[-2:] == [(4, 0), (4, 1)]
    assert not display.present and len(world.made) == 2
    world.wire.sda = 1
    world.send(10000)
    assert display.present and len(world.made) == 3
    world.assert_shown()


# Memory ------------------------------------------------------------------

MACHINE = """
class Pin:
    OPEN_DRAIN = 2
    def __init__(self, number, mode, value):
        pass
    def value(self, level=None):
        return 1

class I2C:
    def __init__(self, id, scl, sda, freq, timeout):
        pass
    def writeto(self, address, data):
        panel.write(data, len(data))
"""

LOCKED = """
import sys
sys.path[:0] = [{fake!r}, {pretend!r}, {firmware!r}]
import framebuf, machine, micropython
from panel import Panel
from runwalk.parts.display import make_display

class Facts(dict):
    def num(self, key, default=0):
        return self.get(key, default)

def run(display, panel):
    for turn in range(60):
        display.frame.fill_rect(turn * 2, turn % 24, 20, 30, turn & 1)
        display.frame.pixel(5, 5, turn & 1)
        display.show()
        if turn == 20:
            display.contrast(77)
        if turn == 30:
            display.power(False)
        if turn == 40:
            display.power(True)
        while display.pending(turn):
            display.send_piece(turn)

def main(kind, width, height):
    panel = machine.panel = Panel(kind, width, height)
    facts = {{"display.kind": kind, "display.width": width, "display.height": height}}
    display = make_display(Facts(facts), False, 127)
    display.start(0)
    micropython.heap_lock()
    run(display, panel)
    micropython.heap_unlock()
    seen = panel.pixels()
    good = panel.lit()
    for y in range(height):
        for x in range(width):
            good = good and seen[y * width + x] == display.frame.pixel(x, y)
    print(good)

main("ssd1306", 128, 64)
main("sh1106", 128, 64)
main("ssd1306", 72, 40)
"""


def test_nothing_is_allocated_after_the_start(tmp_path):
    (tmp_path / "machine.py").write_text(MACHINE)
    script = tmp_path / "locked.py"
    script.write_text(
        LOCKED.format(
            fake=str(tmp_path),
            pretend=str(HERE / "pretend"),
            firmware=str(firmware_package().parent),
        )
    )
    done = subprocess.run(
        [sys.executable, "-m", "micropython_unix", str(script)], capture_output=True, text=True
    )
    assert (done.stdout.split(), done.stderr) == (["True"] * 3, "")
