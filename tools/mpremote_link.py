"""The clip on USB: finding its port, and the installed mpremote as a program behind one class.

Connecting stops the clip's program. Whatever a `Link` did, leaving its `with` starts the
program again; a fault is a `UserError` of one line that says what to do. mpremote is always
told `resume`: its own default soft-resets the board, and is about to change.
"""

import binascii
import json
import re
import subprocess
import sys
import tempfile
import threading
import time
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Any

import serial
from serial.tools import list_ports

from runwalk_tools.errors import UserError
from runwalk_tools.progress import Told, copying

# Raspberry Pi, Espressif, Seeed, and the USB chips of boards that have one
KNOWN = {0x2E8A, 0x303A, 0x2886, 0x10C4, 0x1A86, 0x0403}
_TIMEOUT_S = 30.0
_LONG_S = 600.0
_OLDEST = (1, 24)
_MPY = 6

# A line for each thing found, so that nothing is silent for ten seconds (mpremote's limit).
_LOOK = """
import os,sys
def _say(*a): print("@", *a)
_i=sys.implementation
_say("is",_i.name,_i.version[0],_i.version[1],getattr(_i,"_mpy",0)&0xff)
def _read(p):
 try:
  with open(p,"rb") as f: return f.read()
 except OSError: return None
import binascii
for p in ("session.now","board.txt","use.txt"):
 d=_read(p)
 if d is not None: _say("text",p,binascii.hexlify(d).decode())
for p in ("journal.old","journal.txt"):
 try:
  with open(p,"rb") as f:
   for l in f:
    if b"\\tfinish\\t" in l or b"\\tstop\\t" in l: _say("over",binascii.hexlify(l).decode())
 except OSError: pass
import hashlib
def _walk(d):
 try: l=list(os.ilistdir(d or "/"))
 except OSError: return
 for e in l:
  p=d+"/"+e[0] if d else e[0]
  if e[1]&0x4000:
   if d or e[0] in ("runwalk","plans"): _say("dir",p); _walk(p)
  elif d or e[0] in ("main.py","board.txt","zone.txt"):
   h=hashlib.sha256(); b=bytearray(512)
   with open(p,"rb") as f:
    while 1:
     n=f.readinto(b)
     if not n: break
     h.update(bytes(b[:n]))
   _say("file",binascii.hexlify(h.digest()).decode(),p)
_walk("")
_s=os.statvfs("/")
_say("free",_s[0]*_s[3])
"""

_READ = """
import binascii
def _read(p):
 try: f=open(p,"rb")
 except OSError: return
 print("@ ")
 while 1:
  b=f.read(256)
  if not b: break
  print("@",binascii.hexlify(b).decode())
 f.close()
"""

_SOFT = b"soft reboot"

_PIECE = 128
_WRITE = """
import os,hashlib
from binascii import hexlify,unhexlify
f=open({new},"wb")
def p(t): f.write(unhexlify(t))
{pieces}f.close()
h=hashlib.sha256()
with open({new},"rb") as f:
 while 1:
  b=f.read(256)
  if not b: break
  h.update(b)
if hexlify(h.digest())==b"DIGEST":
 os.rename({new},{path})
 print("@ whole")
"""


class SessionRunning(UserError):
    """The clip is at work, and nobody said --force."""


@dataclass(frozen=True)
class Port:
    """A serial port with a USB device behind it."""

    name: str
    vid: int
    pid: int
    words: str

    def __str__(self) -> str:
        return f"{self.name} ({self.vid:04x}:{self.pid:04x} {self.words})".replace(" )", ")")


def candidates() -> list[Port]:
    """The ports that may have a clip behind them: boards known by their USB id, else any USB."""
    ports = [
        Port(port.device, port.vid, port.pid or 0, port.product or port.manufacturer or "")
        for port in sorted(list_ports.comports())
        if port.vid is not None
    ]
    return [port for port in ports if port.vid in KNOWN] or ports


def find_port(given: str | None, flash: str = "") -> str:
    """The one that was named, or the only one there is; UserError otherwise.

    `flash`: how MicroPython gets onto the board, which may have no port without it.
    """
    if given:
        return given
    ports = candidates()
    if not ports:
        raise UserError(
            "no board found on USB: plug it in with a cable that carries data, or say --port PORT"
            + (f"; without MicroPython it may have no port yet:\n{flash}" if flash else "")
        )
    if len(ports) > 1:
        names = "; ".join(map(str, ports))
        raise UserError(f"several boards on USB, choose one with --port: {names}")
    return ports[0].name


@dataclass
class Found:
    """What is on the board. `files`: SHA-256 by path, in runwalk/, plans/ and three at the top."""

    name: str = ""
    version: tuple[int, int] = (0, 0)
    mpy: int = 0
    files: dict[str, str] = field(default_factory=dict)
    folders: set[str] = field(default_factory=set)
    texts: dict[str, bytes] = field(default_factory=dict)
    over: list[bytes] = field(default_factory=list)
    free: int = 0

    @property
    def ours(self) -> bool:
        """Whether `runwalk install` was here, if only for a moment."""
        return "runwalk" in self.folders

    @property
    def plans(self) -> list[str]:
        """Names of the plans on it, as the clip sees them."""
        names = [path[6:-5] for path in self.files if re.fullmatch(r"plans/[^./][^/]*\.plan", path)]
        return sorted(names)

    @property
    def session(self) -> bool:
        """Whether a session runs that nobody has finished: the clip would offer to resume it."""
        body, _, crc = self.texts.get("session.now", b"").rstrip(b"\n").rpartition(b" ")
        words = body.split()
        if len(words) < 12 or crc != b"%08x" % zlib.crc32(body) or not words[1].isdigit():
            return False
        number = words[1]
        for line in self.over:
            record, _, crc = line.rstrip(b"\n").rpartition(b"\t")
            fields = record.split(b"\t")
            if crc != b"%08x" % zlib.crc32(record) or fields[4] not in (b"finish", b"stop"):
                continue
            if int(fields[5]) >= int(number):
                return False
        return int(number) > 0


def _found(text: str) -> Found:
    found = Found()
    for line in text.splitlines():
        mark, _, rest = line.partition(" ")
        what, _, rest = rest.partition(" ")
        if mark != "@":
            continue
        if what == "is":
            name, major, minor, mpy = rest.split()
            found.name, found.version, found.mpy = name, (int(major), int(minor)), int(mpy)
        elif what == "file":
            digest, _, path = rest.partition(" ")
            found.files[path] = digest
        elif what == "dir":
            found.folders.add(rest)
        elif what == "text":
            path, _, data = rest.partition(" ")
            found.texts[path] = bytes.fromhex(data)
        elif what == "over":
            found.over.append(bytes.fromhex(rest))
        elif what == "free":
            found.free = int(rest)
    return found


class Link:
    """One board. `force`: a running session is no reason to leave it alone.

    `flash`: how MicroPython gets onto it, for where none answers.
    """

    def __init__(self, port: str, force: bool = False, flash: str = ""):
        self.port = port
        self.force = force
        self.flash = flash
        self._reached = False

    def __enter__(self) -> "Link":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._reached:
            try:
                self.restart()
            except UserError:
                if error is None:
                    raise

    def run(self, *words: str, timeout: float | None = None, told: Told | None = None) -> str:
        """What that mpremote command printed; `told` gets each line as it comes.

        UserError where it failed, or took longer than `timeout` seconds.
        """
        # unbuffered, or its lines would come all at once
        command = [sys.executable, "-u", "-m", "mpremote", "connect", self.port, "resume", *words]
        lines = []
        late = threading.Event()
        with tempfile.TemporaryFile() as errors, subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors
        ) as process:
            assert process.stdout is not None

            def give_up() -> None:
                late.set()
                process.kill()

            timer = threading.Timer(timeout or _TIMEOUT_S, give_up)
            timer.start()
            try:
                for raw in process.stdout:
                    lines.append(raw.decode(errors="replace").replace("\r\n", "\n"))
                    if told is not None:
                        told(lines[-1])
            except BaseException:
                process.kill()
                raise
            finally:
                timer.cancel()
            process.wait()
            errors.seek(0)
            err = errors.read().decode(errors="replace")
        if late.is_set():
            raise UserError(self._silent())
        out = "".join(lines)
        if process.returncode:
            raise UserError(self._explain(out, err))
        self._reached = True
        return out

    def execute(self, code: str) -> str:
        """What that code printed on the board."""
        return self.run("exec", code)

    def copy(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Files of this computer to paths on the board, in this order; the first fault ends it."""
        words: list[str] = []
        for source, target in pairs:
            words += ["+"] * bool(words) + ["fs", "cp", "-f", source, ":" + target]
        if words:
            with copying([Path(source) for source, _ in pairs]) as told:
                self.run(*words, timeout=_LONG_S, told=told)

    def look(self) -> Found:
        """What is on it. UserError for a board that is none of ours, or has a session running."""
        found = _found(self.execute(_LOOK))
        if found.name != "micropython":
            raise UserError(f"{self.port}: no MicroPython, but {found.name or 'something else'}")
        if found.session and not self.force:
            raise SessionRunning(
                f"{self.port}: a session was running, and the clip now offers to resume it; "
                "finish it there first, or say --force"
            )
        return found

    def clip(self) -> Found:
        """As `look`. UserError for a board on which no clip was installed: it may do other work."""
        found = self.look()
        if not found.ours:
            raise UserError(f"{self.port}: no clip is on this board yet: `runwalk install` first")
        return found

    def read(self, path: str) -> bytes | None:
        """The bytes of a file on the board, None where there is none."""
        said = self.execute(_READ + f"_read({literal(path)})\n")
        parts = [line[2:] for line in said.splitlines() if line.startswith("@ ")]
        return bytes.fromhex("".join(parts)) if parts else None

    def write(self, path: str, data: bytes) -> None:
        """A small file onto the board: under another name, compared there, then renamed.

        Whenever the cable is pulled, the board has the old file or the new one. UserError
        where it did not arrive whole.
        """
        new = path.rpartition(".")[0] + ".new"
        pieces = [data[at : at + _PIECE] for at in range(0, len(data), _PIECE)]
        lines = [f"p({literal(binascii.hexlify(piece).decode())})\n" for piece in pieces]
        code = _WRITE.format(new=literal(new), path=literal(path), pieces="".join(lines))
        if "@ whole" not in self.execute(code.replace("DIGEST", sha256(data).hexdigest())):
            raise UserError(f"{self.port}: {path} did not arrive whole; run the same again")

    def restart(self, listen_s: float = 0.0) -> str:
        """Main.py from its first line, and the clock goes on; what it said in `listen_s` seconds.

        A prompt ends the listening: the program is over then. `mpremote reset` would lose the
        clock on an RP2040, and its soft-reset, made in the raw REPL, leaves main.py out: so a
        Ctrl-D in the friendly REPL, where mpremote left it.
        """
        said = b""
        try:
            with serial.Serial(self.port, 115200, timeout=0.1, exclusive=True) as wire:
                wire.write(b"\x04")
                end = time.monotonic() + 3
                while _SOFT not in said and time.monotonic() < end:
                    said += wire.read(1)
                end = time.monotonic() + listen_s
                while not said.endswith(b">>> ") and time.monotonic() < end:
                    said += wire.read(1)
        except (OSError, serial.SerialException):
            pass
        if _SOFT not in said:
            self.run("reset")
            time.sleep(listen_s)
        return said.partition(_SOFT)[2].decode(errors="replace").replace("\r", "")

    def _silent(self) -> str:
        how = f":\n{self.flash}" if self.flash else " (boards/README.md, The first flash)"
        return (
            f"{self.port}: no MicroPython answers there; press RESET on the board, or put "
            f"MicroPython on it first{how}"
        )

    def _explain(self, out: str, err: str) -> str:
        if "failed to access" in err + out or "does not exist" in err:
            return (
                f"{self.port}: cannot be opened: is it plugged in, is another program using it, "
                "may you use it?"
            )
        if "could not enter raw repl" in err + out:
            return self._silent()
        if "ENOSPC" in err or "No space" in err or "Errno 28" in err:
            return f"{self.port}: no room left on the clip; `runwalk load --remove NAME` makes some"
        lines = err.strip().splitlines() or out.strip().splitlines() or ["nothing was said"]
        serious = ("SerialException", "Errno 5", "Input/output error", "disconnected", "termios")
        if any(word in err for word in serious) or "Traceback" in err and "Transport" in err:
            return (
                f"{self.port}: the connection broke off ({lines[-1]}); "
                "plug it in and run the same again"
            )
        return f"{self.port}: {lines[-1].removeprefix('mpremote: ')}"


def check_version(found: Found, port: str, flash: str = "") -> None:
    """UserError where this MicroPython cannot run the firmware; `flash` says how to get one."""
    how = f":\n{flash}" if flash else "; boards/README.md, The first flash, says how"
    if found.version < _OLDEST:
        raise UserError(
            f"{port}: MicroPython {found.version[0]}.{found.version[1]} is too old, it takes 1.24 "
            f"or later{how}"
        )
    if found.mpy != _MPY:
        raise UserError(
            f"{port}: this MicroPython reads .mpy files of version {found.mpy}, not {_MPY}; it "
            f"takes 1.24 or later{how}"
        )


def literal(value: Any) -> str:
    """A str or number as the board's Python reads it."""
    return json.dumps(value)
