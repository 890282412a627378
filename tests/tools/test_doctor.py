"""`runwalk doctor` and `runwalk info`: a clip in order, and one fault after another."""

import os
import stat
import time
import zlib
from types import SimpleNamespace

import pytest
from runwalk_tools import doctor, mpremote_link, probe
from runwalk_tools.boards import load_board
from runwalk_tools.main import main
from usb_boards import look, mpremote, needs_usb, put, runs, runwalk

PICO = load_board("pico").facts()


def facts(**changes):
    """The Pico's board.txt with other values: what the pretend board is really wired like."""
    wanted = {key.replace("_", ".", 1): value for key, value in changes.items()}
    lines = []
    for line in PICO.splitlines()[:-1]:
        key, _, value = line.partition(" ")
        lines.append(f"{key} {wanted.get(key, value)}\n")
    body = "".join(lines)
    return f"{body}crc {zlib.crc32(body.encode()):08x}\n"


def line(out, name):
    """(tick or cross, rest) of the line about that thing."""
    [found] = [line for line in out.splitlines() if line[2:].startswith(f"{name}:")]
    return found[0], found.split(": ", 1)[1]


def advice(out, name):
    lines = out.splitlines()
    [at] = [i for i, line in enumerate(lines) if line.startswith(f"\u2717 {name}:")]
    return lines[at + 1].strip()


def set_clock(board):
    mpremote(board, "resume", "rtc", "--set")


# what its files say


def test_the_last_of_several_crashes():
    log = (
        b"Traceback (most recent call last):\n"
        b'  File "runwalk/clip/clip.py", line 12, in run\n'
        b"OSError: 28\n"
        b"Traceback (most recent call last):\n"
        b'  File "runwalk/clip/clip.py", line 240, in run\n'
        b'  File "runwalk/parts/sound.py", line 77, in act\n'
        b"ValueError: too loud\n"
    )
    found = probe.crashes(log)
    assert (found.count, found.last) == (2, "ValueError: too loud")
    assert found.where == "runwalk/parts/sound.py:77"
    assert probe.crashes(b"").count == 0


def test_the_journal_is_counted_line_by_line():
    def record(boot):
        body = b"1\t5\t%d\t-\tplan\tmine" % boot
        return b"\n%s\t%08x\n" % (body, zlib.crc32(body))

    state = probe.journal_state(record(3) + b"\nrubbish\tdeadbeef\n" + record(7))
    assert (state.records, state.damaged, state.boot) == (2, 1, 7)


# the port


@pytest.mark.skipif(os.name != "posix", reason="groups")
@pytest.mark.parametrize(
    "mode, group, said",
    [
        (0o660, "dialout", "sudo usermod -aG dialout "),
        (0o660, "uucp", "sudo usermod -aG uucp "),
        (0o660, "root", "/etc/udev/rules.d/70-runwalk.rules"),
        (0o600, "dialout", 'TAG+="uaccess"'),
    ],
)
def test_a_port_that_is_for_others(mode, group, said, monkeypatch):
    import grp

    monkeypatch.setattr(os.path, "exists", lambda path: True)
    monkeypatch.setattr(os, "access", lambda path, what: False)
    status = SimpleNamespace(st_gid=20, st_mode=stat.S_IFCHR | mode)
    monkeypatch.setattr(os, "stat", lambda path: status)
    monkeypatch.setattr(grp, "getgrgid", lambda gid: SimpleNamespace(gr_name=group))
    assert said in doctor.permission("/dev/ttyACM0", "linux")
    assert doctor.permission("COM3", "win32") == ""
    assert doctor.permission("/dev/cu.usbmodem1101", "darwin") == ""


def test_no_board_at_all(monkeypatch, capsys):
    monkeypatch.setattr(mpremote_link.list_ports, "comports", lambda: [])
    assert main(["doctor"]) == 1
    out = capsys.readouterr().out
    assert out.startswith("\u2717 port\n    \u2192 no board found on USB")


def test_a_port_that_is_not_there(capsys):
    assert main(["doctor", "--port", "/dev/ttyACM99"]) == 1
    out, err = capsys.readouterr()
    assert err == ""
    assert out.splitlines()[0] == "\u2717 port: /dev/ttyACM99"
    assert "cannot be opened" in out


# a clip


@needs_usb
def test_a_clip_in_order_has_ticks_alone_and_runs_again(clip, capsys):
    set_clock(clip)
    code, out, err = runwalk(clip, capsys, "doctor")
    assert (code, err) == (0, ""), out
    assert "\u2717" not in out
    assert line(out, "display") == ("\u2713", "answers at 0x3C (SDA 4, SCL 5)")
    assert line(out, "button") == ("\u2713", "not pressed (pin 15)")
    assert line(out, "battery")[1] == "4.00 V"  # what the pretend one has
    assert line(out, "crashes")[1] == "none"
    assert line(out, "plans")[1] == "ten-weeks"
    assert out.splitlines()[-1] == "all is well"
    time.sleep(1)
    assert runs(clip)


@needs_usb
def test_every_cross_has_its_advice(make_board, installed, capsys):
    # its display was set to the other address, by the bridge on its back
    clip = make_board(facts=facts(display_address=61), chip=installed)
    record = b"1\t1\t4\t-\tplan\tten-weeks"
    put(
        clip,
        settings_txt="hold 5\n",
        journal_txt="\n%s\t%08x\n\nrubbish\n" % (record.decode(), zlib.crc32(record)),
        crash_log='Traceback (most recent call last):\n  File "a.py", line 3, in b\nOSError: 5\n',
    )
    mpremote(
        clip,
        "resume",
        "exec",
        "import os, world\n"
        "world.world.level = 0\n"  # a finger that stays, until the next start
        "os.remove('runwalk/core/fold.mpy')\n"
        "f = open('runwalk/core/text.mpy', 'w'); f.close()\n"
        "f = open('runwalk/old.py', 'w'); f.close()\n"
        "os.remove('plans/ten-weeks.plan')",
    )
    code, out, err = runwalk(clip, capsys, "doctor")
    assert (code, err) == (1, "")
    assert line(out, "firmware") == (
        "\u2717",
        "of its files 1 missing (runwalk/core/fold.mpy); 1 other than here "
        "(runwalk/core/text.mpy); 1 too many (runwalk/old.py)",
    )
    assert advice(out, "firmware") == "\u2192 runwalk install --board pico"
    assert line(out, "display") == (
        "\u2717",
        "something answers at 0x3D, nothing at 0x3C",
    )
    assert "address = 0x3D" in advice(out, "display")
    assert line(out, "button") == ("\u2717", "pressed all the time (pin 15)")
    assert line(out, "clock")[1] == "not set, so the journal has no dates"
    assert line(out, "crashes")[1] == "1, the last one OSError: 5 (a.py:3)"
    assert line(out, "journal")[1] == "1 damaged of 2 records"
    assert line(out, "settings") == ("\u2717", "hold: 500 to 2000")
    assert line(out, "plans") == ("\u2717", "none")
    assert out.splitlines()[-1] == "8 things to do, marked with \u2717"
    assert line(out, "board.txt") == ("\u2713", "pico")


@needs_usb
def test_a_board_without_a_clip_on_it(board, capsys):
    code, out, _ = runwalk(board, capsys, "doctor")
    assert code == 1
    assert line(out, "MicroPython")[0] == "\u2713"
    assert line(out, "firmware") == ("\u2717", "none yet")
    assert advice(out, "firmware").startswith("\u2192 runwalk install --board B")
    assert out.splitlines()[-1] == "1 thing to do, marked with \u2717"
    put(board, main_py="while True: pass")
    out = runwalk(board, capsys, "doctor")[1]
    assert line(out, "firmware") == ("\u2717", "none, but another program")


@needs_usb
def test_a_display_that_nobody_wired_and_facts_that_are_damaged(make_board, installed, capsys):
    clip = make_board(facts=facts(display_kind="none"), chip=installed)
    out = runwalk(clip, capsys, "doctor")[1]
    assert line(out, "display") == ("\u2717", "nothing answers on SDA 4, SCL 5")
    put(clip, board_txt=PICO.replace("button.pin 15", "button.pin 16"))
    out = runwalk(clip, capsys, "doctor")[1]
    assert line(out, "board.txt") == ("\u2717", "checksum is wrong")
    assert advice(out, "board.txt") == "\u2192 runwalk install --board B"


@needs_usb
def test_info_has_every_fact(clip, capsys):
    record = b"1\t1\t41\t-\tplan\tten-weeks"
    put(
        clip,
        journal_txt="\n%s\t%08x\n" % (record.decode(), zlib.crc32(record)),
        crash_log='Traceback (most recent call last):\n  File "a.py", line 3, in b\nOSError: 5\n',
    )
    set_clock(clip)
    code, out, err = runwalk(clip, capsys, "info")
    assert (code, err) == (0, "")
    told = dict(line.split(": ", 1) for line in out.splitlines())
    assert told["board"] == "pico"
    assert told["battery"] == "4.00 V"
    assert told["starts that left a record"] == "41"
    assert told["last crash"] == "OSError: 5 (a.py:3)"
    assert told[".mpy version"] == "6"
    assert told["clock"][:2] == "20"
    assert 0 < int(told["free memory"].removesuffix(" KiB")) < 4096
    assert 800 < int(told["free flash"].removesuffix(" KiB")) < 1408
    time.sleep(1)
    assert runs(clip)
    assert look(clip).plans == ["ten-weeks"]
