"""`runwalk doctor`: what is right with a clip, what is not, and what to do about that.

A tick or a cross a line; each cross says what to do. Nothing is changed on the clip, its
outputs stay off, and its program starts again afterwards.
"""

import argparse
import getpass
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from hostsim.files import main_py
from runwalk_tools import clips
from runwalk_tools.boards import board_names, load_board
from runwalk_tools.errors import UserError
from runwalk_tools.install import compile_firmware, digest, in_the_way, zone
from runwalk_tools.mpremote_link import Found, Link, SessionRunning, check_version, find_port
from runwalk_tools.probe import ask, crashes, journal_state, parse_board
from runwalk_tools.settings import read_settings
from runwalk_tools.words import printable

_LEAST_FREE = 48 * 1024  # bytes: the journal and the one before it, and a file being replaced
_LATE_S = 120  # a clock may be that wrong
_SHOWN = 3  # names of files in one line


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. Without `advice` all is well."""

    what: str
    advice: str = ""

    def __str__(self) -> str:
        return f"✗ {self.what}\n    → {self.advice}" if self.advice else f"✓ {self.what}"


def add_parser(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the verb `doctor` to the command."""
    verb = verbs.add_parser(
        "doctor",
        help="what is wrong with the clip, and what to do",
        description="Looks at everything from the port to the button, and says what to do.",
    )
    verb.add_argument("--board", metavar="B", help="what it was installed for, if it is your own")
    clips.add_options(verb)
    verb.set_defaults(run=run_doctor)


def run_doctor(args: argparse.Namespace) -> int:
    if args.board is not None:
        load_board(args.board)
    crosses = 0
    for finding in _look_over(args):
        crosses += bool(finding.advice)
        print(printable(str(finding)), flush=True)
    if crosses:
        print(f"\n{crosses} thing{'s' * (crosses != 1)} to do, marked with ✗")
    else:
        print("\nall is well")
    return 1 if crosses else 0


def _look_over(args: argparse.Namespace) -> Iterator[Finding]:
    try:
        port = find_port(args.port)
    except UserError as error:
        yield Finding("port", str(error))
        return
    denied = permission(port)
    if denied:
        yield Finding(f"port: {port} is there, but not for you", denied)
        return
    with Link(port, args.force) as link:
        try:
            found = link.look()
        except SessionRunning:
            raise
        except UserError as error:
            yield Finding(f"port: {port}", str(error).removeprefix(f"{port}: "))
            return
        yield Finding(f"port: {port}")
        yield _micropython(found, port)
        yield from _inside(link, found, args.board)


def permission(port: str, platform: str = sys.platform) -> str:
    """What to do where this user may not open that port; "" where nothing stands in the way.

    Windows and macOS let everybody. On Linux a group owns the ports: `dialout` or `uucp`,
    by the distribution.
    """
    if not platform.startswith("linux") or not os.path.exists(port):
        return ""
    if os.access(port, os.R_OK | os.W_OK):
        return ""
    import grp  # there is none on Windows

    status = os.stat(port)
    group = grp.getgrgid(status.st_gid).gr_name
    if group == "root" or status.st_mode & 0o060 != 0o060:
        return (
            "make /etc/udev/rules.d/70-runwalk.rules with the line "
            'SUBSYSTEM=="tty", ENV{ID_BUS}=="usb", TAG+="uaccess" '
            "and plug the clip in again"
        )
    return f"sudo usermod -aG {group} {getpass.getuser()}, then log out and in again"


def _micropython(found: Found, port: str) -> Finding:
    version = ".".join(map(str, found.version))
    try:
        check_version(found, port)
    except UserError as error:
        return Finding(f"MicroPython: {version}", str(error).removeprefix(f"{port}: "))
    return Finding(f"MicroPython: {version}, reads .mpy version {found.mpy}")


def _inside(link: Link, found: Found, board: str | None) -> Iterator[Finding]:
    facts, fault = parse_board(found)
    if not (found.ours or facts):
        if "main.py" in found.files:
            yield Finding("firmware: none, but another program", "is it the right board?")
        else:
            yield Finding("firmware: none yet", "runwalk install --board B (`runwalk board list`)")
        return
    name = board or facts.get("board", "")
    shipped = name in board_names()
    again = f"runwalk install --board {name}" if board or shipped else "runwalk install --board B"
    yield _firmware(found, again)
    if fault:
        yield Finding(f"board.txt: {fault}", again)
    elif not (board or shipped):
        yield Finding(f"board.txt: {name}, a board file of your own (--board FILE compares it)")
    elif load_board(name).facts().encode() != found.texts["board.txt"]:
        yield Finding(f"board.txt: not what the board file of {name} says now", again)
    else:
        yield Finding(f"board.txt: {name}")
    free = f"free flash: {found.free // 1024} KiB"
    room = "remove a plan (`runwalk load --list`, `runwalk load --remove NAME`)"
    yield Finding(free, room if found.free < _LEAST_FREE else "")
    answers = ask(link, facts, parts=True)
    if facts:
        yield _display(facts, answers)
        yield _button(facts, answers)
        if "battery.pin" in facts:
            yield _battery(answers)
    yield _clock(link, answers, again)
    yield from _files(link, found, again)


def _firmware(found: Found, again: str) -> Finding:
    with tempfile.TemporaryDirectory(prefix="runwalk-") as folder:
        wanted = compile_firmware(Path(folder))
        wanted["main.py"] = main_py()
        missing = [path for path in wanted if path not in found.files]
        other = [
            path
            for path, file in wanted.items()
            if path in found.files and found.files[path] != digest(file)
        ]
    extra = [path for path in found.files if in_the_way(path, wanted)]
    faults = [
        f"{len(paths)} {word} ({', '.join(paths[:_SHOWN])}{', …' * (len(paths) > _SHOWN)})"
        for paths, word in ((missing, "missing"), (other, "other than here"), (extra, "too many"))
        if paths
    ]
    if faults:
        return Finding(f"firmware: of its files {'; '.join(faults)}", again)
    return Finding(f"firmware: {len(wanted)} files, as `install` would copy them")


def _display(facts: Mapping[str, str], answers: Mapping[str, str]) -> Finding:
    if "display" not in answers and "display-fault" not in answers:
        return Finding("display: none on this board")
    wires = f"SDA {facts['display.sda']}, SCL {facts['display.scl']}"
    if "display-fault" in answers:
        return Finding(
            f"display: the bus on {wires} does not work ({answers['display-fault']})",
            "look at both wires, and at the pins in the board file (`runwalk board check FILE`)",
        )
    there = [int(word) for word in answers["display"].split()]
    wanted = int(facts["display.address"])
    names = ", ".join(f"0x{address:02X}" for address in there)
    if wanted in there:
        return Finding(f"display: answers at 0x{wanted:02X} ({wires})")
    if there:
        return Finding(
            f"display: something answers at {names}, nothing at 0x{wanted:02X}",
            f"say address = 0x{there[0]:02X} in your board file (`runwalk board new` makes one) "
            "and install again",
        )
    return Finding(
        f"display: nothing answers on {wires}",
        "look at its four wires: 3V3, GND, SDA and SCL are easily swapped",
    )


def _button(facts: Mapping[str, str], answers: Mapping[str, str]) -> Finding:
    pin = facts.get("button.pin", "?")
    if answers.get("button") == "False":
        return Finding(f"button: not pressed (pin {pin})")
    if answers.get("button") == "True":
        return Finding(
            f"button: pressed all the time (pin {pin})",
            "let it go; if you do not press it, its pin has a short to GND, or the case presses it",
        )
    fault = answers.get("button-fault", "no answer")
    return Finding(f"button: pin {pin} cannot be read ({fault})", "look at pin in [button]")


def _battery(answers: Mapping[str, str]) -> Finding:
    if "battery" not in answers:
        fault = answers.get("battery-fault", "no answer")
        return Finding(f"battery: cannot be read ({fault})", "look at pin in [battery]")
    mv = int(answers["battery"])
    if not mv:
        return Finding("battery: none is connected, or it is empty")
    low = "charge it" if mv < 3500 else ""
    return Finding(f"battery: {mv / 1000:.2f} V", low)


def _clock(link: Link, answers: Mapping[str, str], again: str) -> Finding:
    says = datetime(*map(int, answers["clock"].split()))  # type: ignore[arg-type]
    advice = f"{again}: that sets it, and copies nothing that is there already"
    if says.year < 2025:
        return Finding("clock: not set, so the journal has no dates", advice)
    late = abs((datetime.now() - says).total_seconds())
    there = (link.read("zone.txt") or b"").decode(errors="replace").strip()
    here = zone().strip()
    if there != here:
        return Finding(f"clock: for the zone {there or '(none)'}, here it is {here}", advice)
    if late > _LATE_S:
        return Finding(f"clock: {says:%Y-%m-%d %H:%M}, which is wrong", advice)
    return Finding(f"clock: {says:%Y-%m-%d %H:%M}")


def _files(link: Link, found: Found, again: str) -> Iterator[Finding]:
    crash = crashes(link.read("crash.log") or b"")
    if crash.count:
        yield Finding(
            f"crashes: {crash.count}, the last one {crash.last} ({crash.where})",
            f"{again}; `mpremote resume rm :crash.log + reset` forgets them; "
            "if one comes again, tell the makers",
        )
    else:
        yield Finding("crashes: none")
    journal = journal_state(link.read("journal.txt") or b"")
    if journal.damaged:
        yield Finding(
            f"journal: {journal.damaged} damaged of {journal.damaged + journal.records} records",
            "`runwalk log pull` saves the others; the clip begins a new journal by itself",
        )
    else:
        yield Finding(f"journal: {journal.records} whole, none damaged")
    settings = read_settings(link)
    if settings.complaints:
        yield Finding(
            f"settings: {'; '.join(settings.complaints)}",
            "`runwalk settings KEY VALUE`, or `runwalk settings --unset KEY`",
        )
    else:
        yield Finding("settings: all of them make sense")
    if found.plans:
        yield Finding(f"plans: {', '.join(found.plans)}")
    else:
        yield Finding("plans: none", "`runwalk load FILE --use`")
