"""What tests of the clip on USB need: a skip where there can be none, and words to it."""

import hashlib
import importlib.util
import subprocess
import sys

import pytest
from runwalk_tools import mpremote_link
from runwalk_tools.main import main

needs_usb = pytest.mark.skipif(
    sys.platform != "linux" or importlib.util.find_spec("micropython_unix") is None,
    reason="needs Linux and MicroPython",
)


def mpremote(board, *words):
    """What that mpremote command printed."""
    done = subprocess.run(
        [sys.executable, "-m", "mpremote", "connect", board.port, *words],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def put(board, **files):
    """Texts into files on the board, `settings_txt="quiet on"`; the program stays stopped."""
    lines = [
        f"f = open({name.replace('_', '.')!r}, 'w'); f.write({text!r}); f.close()"
        for name, text in files.items()
    ]
    mpremote(board, "resume", "exec", "\n".join(lines))


def runwalk(board, capsys, *words):
    """(exit, output, errors) of that command at this board."""
    code = main([*words, "--port", board.port])
    out, err = capsys.readouterr()
    return code, out, err


def look(board):
    """What is on it, with the program started again."""
    with mpremote_link.Link(board.port, force=True) as link:
        return link.look()


def runs(board):
    """Whether a program of the board's own runs: at a prompt MicroPython leaves SIGINT alone."""
    from hostsim import usb

    return usb._takes_interrupt(board._process.pid)


def flash_files(chip):
    """The files on a board's flash, by path, while it is unplugged."""
    import littlefs

    class Context(littlefs.UserContext):
        def __init__(self):
            super().__init__(0)
            self.buffer = bytearray(chip.read_bytes())

    blocks = chip.stat().st_size // 4096
    system = littlefs.LittleFS(
        Context(), block_size=4096, block_count=blocks, read_size=32, prog_size=32,
        lookahead_size=32,
    )
    found = {}
    for folder, _, names in system.walk("/"):
        for name in names:
            path = f"{folder.rstrip('/')}/{name}"
            with system.open(path, "rb") as file:
                found[path[1:]] = file.read()
    return found


def sha(data):
    return hashlib.sha256(data).hexdigest()


class FakePort:
    """A port as pyserial lists it."""

    def __init__(self, device, vid=0x2E8A, product="Board"):
        self.device, self.vid, self.pid, self.product = device, vid, 5, product
        self.manufacturer = None

    def __lt__(self, other):
        return self.device < other.device
