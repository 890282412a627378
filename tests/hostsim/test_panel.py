"""The model of the display controllers, against their datasheets and against Adafruit's driver."""

import random
import subprocess
import sys

import pytest
from hostsim.importer import HERE, Modules

Panel = Modules().load("panel").Panel

SSD1306_ON = bytes.fromhex("00 AE A1 C8 8D 14 A8 3F DA 12 20 02 AF")
SH1106_ON = bytes.fromhex("00 AE A1 C8 AD 8B A8 3F DA 12 AF")


def shining(kind="ssd1306", width=128, height=64, offset=None):
    panel = Panel(kind, width, height, offset)
    send(panel, SSD1306_ON if kind == "ssd1306" else SH1106_ON)
    if height != 64:
        send(panel, bytes([0, 0xA8, height - 1, 0xDA, 0x02 if width > 2 * height else 0x12]))
    panel.ram[:] = bytes(len(panel.ram))
    return panel


def send(panel, data):
    if isinstance(data, str):
        data = bytes.fromhex(data)
    panel.write(data, len(data))


def dots(panel):
    pixels = panel.pixels()
    found = {(i % panel.width, i // panel.width) for i, on in enumerate(pixels) if on}
    assert found == {
        (x, y) for x in range(panel.width) for y in range(panel.height) if panel.pixel(x, y)
    }
    return found


def test_dark_after_power_on_with_noise_in_the_ram():
    panel = Panel()
    assert dots(panel) == set()
    assert 300 < sum(bin(byte).count("1") for byte in panel.ram) / 8 < 700
    send(panel, "00 8D 14 AF")
    assert len(dots(panel)) > 2000


def test_without_its_pump_nothing_shines():
    panel = Panel()
    send(panel, "00 AF A5")
    assert dots(panel) == set()
    send(panel, "00 8D 14")
    assert len(dots(panel)) == 128 * 64
    # the SH1106's converter is on by itself
    panel = Panel("sh1106")
    send(panel, "00 AF A5")
    assert len(dots(panel)) == 128 * 64
    send(panel, "00 AD 8A")
    assert dots(panel) == set()


def test_page_mode_goes_on_in_its_page():
    panel = shining()
    send(panel, "00 B3 0E 17")  # page 3, column 7E
    send(panel, "40 01 80 03")  # the third wraps to column 0 of the same page
    assert dots(panel) == {(126, 24), (127, 31), (0, 24), (0, 25)}


def test_horizontal_windows_run_over_pages_and_begin_again():
    panel = shining()
    send(panel, "00 20 00 21 0A 0B 22 01 02")
    send(panel, "40 01 02 04 08 10")  # the fifth is at the window's first byte again
    assert dots(panel) == {(10, 12), (11, 9), (10, 18), (11, 19)}
    send(panel, "40 20")
    assert (11, 13) in dots(panel)


def test_vertical_windows_run_down_first():
    panel = shining()
    send(panel, "00 20 01 21 0A 0B 22 01 02")
    send(panel, "40 01 02 04 08 10")
    assert dots(panel) == {(10, 12), (10, 17), (11, 10), (11, 19)}


def test_page_commands_are_for_page_mode_only():
    panel = shining()
    send(panel, "00 20 00 21 00 7F 22 00 07 B5 05 11")
    send(panel, "40 01")
    assert dots(panel) == {(0, 0)}


def test_control_bytes_may_change_within_a_transaction():
    panel = shining()
    send(panel, "80 B1 80 03 80 10 C0 01 80 04 40 02 04")  # C0: one byte of data
    assert dots(panel) == {(3, 8), (4, 9), (5, 10)}
    assert panel.data_bytes == 3


def test_arguments_may_come_in_a_later_transaction():
    panel = shining()
    send(panel, "80 21")
    send(panel, "80 05")
    send(panel, "80 7F")
    send(panel, "00 20")
    send(panel, "00 00 22 00 07 81 33")
    send(panel, "40 01")
    assert dots(panel) == {(5, 0)}
    assert panel.contrast == 0x33


def test_every_byte_is_counted():
    panel = Panel()
    send(panel, "00 81 20 AF")
    send(panel, "80 B0 40 01 02 03")
    assert panel.bus_bytes == 5 + 7  # the address byte too
    assert panel.command_bytes == 4 and panel.data_bytes == 3 and panel.unknown == 0
    send(panel, "00 3F")
    assert panel.unknown == 1


def test_the_sh1106_stops_behind_column_131():
    panel = shining("sh1106")
    send(panel, "00 B0 02 18")  # column 82 = 130, the first right of the glass
    send(panel, "40 FF FF FF FF")
    assert dots(panel) == set() and panel.ram[130] == 255 and panel.ram[0] == 0
    send(panel, "00 01 18")
    send(panel, "40 01")  # column 129 is the last one seen, the glass begins at 2
    assert dots(panel) == {(127, 0)}


def test_the_sh1106_takes_windows_for_other_commands():
    panel = shining("sh1106")
    send(panel, "00 21 00 7F")  # a NOP, half a column, and line 63 as the first
    assert panel.start_line == 63 and panel.unknown == 1


def test_flip_turns_the_picture_by_180_degrees():
    for kind in ("ssd1306", "sh1106"):
        panel = shining(kind)
        send(panel, "00 A0 C0")
        left = panel.offset  # in the middle, so it is the same from the other side
        send(panel, bytes([0, 0xB0, left & 15, 0x10 | left >> 4]))
        send(panel, "40 03 01")
        assert dots(panel) == {(127, 63), (127, 62), (126, 63)}


def test_start_line_and_offset_move_the_picture():
    panel = shining()
    send(panel, "00 B1 00 10")
    send(panel, "40 01")  # line 8
    send(panel, "00 48")
    assert dots(panel) == {(0, 0)}
    send(panel, "00 40 D3 03")
    assert dots(panel) == {(0, 5)}


def test_inverse_and_all_on():
    panel = shining()
    send(panel, "40 01")
    send(panel, "00 A7")
    assert len(dots(panel)) == 128 * 64 - 1 and (0, 0) not in dots(panel)
    send(panel, "00 A6 A5")
    assert len(dots(panel)) == 128 * 64
    send(panel, "00 A4")
    assert dots(panel) == {(0, 0)}
    send(panel, "00 AE")
    assert dots(panel) == set()


def test_the_small_glass_is_on_columns_28_to_99():
    panel = shining(width=72, height=40)
    send(panel, "00 B4 0C 11")  # page 4, column 28
    send(panel, "40 80" + "00" * 70 + "01 FF")
    assert dots(panel) == {(0, 39), (71, 32)}


def test_a_flat_glass_set_up_as_a_tall_one_shows_every_second_line():
    panel = shining(width=128, height=32)
    for page in range(8):
        send(panel, bytes([0, 0xB0 + page, 0, 0x10]))
        send(panel, "40 06")  # lines 1 and 2, 9 and 10 ... of column 0
    assert dots(panel) == {(0, y) for y in (1, 2, 9, 10, 17, 18, 25, 26)}
    send(panel, "00 A8 3F DA 12")
    # the odd lines alone, of all 64: 1, 9, 17 ... 57
    assert dots(panel) == {(0, y) for y in (0, 4, 8, 12, 16, 20, 24, 28)}


def test_reset_keeps_the_ram_and_power_loss_does_not():
    panel = shining()
    send(panel, "40 FF")
    panel.reset()
    assert not panel.on and panel.ram[127] == 255  # A1: column 0 is segment 127
    panel.unplug()
    assert not panel.plugged and not panel.lit() and any(panel.ram[1:])
    panel.plug()
    assert dots(panel) == set()


class AdafruitI2C:
    """What adafruit_bus_device asks of an I2C object."""

    def __init__(self, panel):
        self.panel = panel

    def try_lock(self):
        return True

    def unlock(self):
        pass

    def writeto(self, address, buffer, *, start=0, end=None):
        if address != self.panel.address:
            raise OSError(5)
        data = bytes(buffer)[start:end]
        self.panel.write(data, len(data))


@pytest.mark.parametrize("width, height", [(128, 64), (128, 32), (72, 40)])
def test_adafruits_driver_shows_its_picture(width, height):
    adafruit_ssd1306 = pytest.importorskip("adafruit_ssd1306")
    panel = Panel("ssd1306", width, height)
    display = adafruit_ssd1306.SSD1306_I2C(width, height, AdafruitI2C(panel))
    assert panel.unknown == 0 and dots(panel) == set()
    rng = random.Random(width * height)
    picture = {(rng.randrange(width), rng.randrange(height)) for _ in range(300)}
    for x, y in picture:
        display.pixel(x, y, 1)
    assert dots(panel) == set()  # nothing is sent before show
    display.show()
    assert dots(panel) == picture
    display.invert(True)
    assert len(dots(panel)) == width * height - len(picture)
    display.invert(False)
    display.contrast(9)
    assert panel.contrast == 9
    display.rotate(False)
    display.show()
    assert dots(panel) == {(width - 1 - x, height - 1 - y) for x, y in picture}
    display.poweroff()
    assert dots(panel) == set()


def test_micropython_runs_it_without_allocating(tmp_path):
    script = tmp_path / "panel_locked.py"
    script.write_text(
        f"""
import sys
sys.path.insert(0, {str(HERE / "pretend")!r})
import micropython
from panel import Panel
panel = Panel("ssd1306", 128, 64)
old = Panel("sh1106", 128, 64)
on = bytes.fromhex("00AEA1C88D14A83FDA122000AF2100072200012E")
data = bytes.fromhex("4001020408102040800102040810204080")
paged = bytes.fromhex("80B180038010C001800440020401")

def run():
    panel.write(on, len(on))
    panel.write(data, len(data))
    panel.write(paged, len(paged))
    old.write(on, len(on))
    old.write(paged, len(paged))
    lit = panel.pixel(0, 0) + panel.pixel(1, 1) * 10
    panel.power_lost()
    return lit

lit = 0
micropython.heap_lock()
lit = run()
micropython.heap_unlock()
print(lit, panel.lit(), old.lit())
""",
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, "-m", "micropython_unix", str(script)], capture_output=True, text=True
    )
    assert (done.stdout.split(), done.stderr) == (["11", "False", "True"], "")
