"""The cable is pulled at a random byte of what talks to the clip; the next run puts it right.

    python tests/bench/cable_pulls.py             # 200 pulls, some ten minutes with two processes
    python tests/bench/cable_pulls.py --count 20

Prints how many were tried and how many failed, and exits 1 if any did. A few of them, always
the same, run among the tests (tests/tools/test_cable_pulls.py).
"""

import argparse
import contextlib
import io
import random
import shutil
import sys
import tempfile
import zlib
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))

from hostsim.files import main_py
from hostsim.usb import UsbBoard
from runwalk_tools import install
from runwalk_tools.boards import load_board
from runwalk_tools.main import main as command
from usb_boards import flash_files

PROCESSES = 2
FACTS = load_board("pico").facts()
OLD_PLAN = b"plan Mine\nweek 1 x2: warm 10s, run 10s\n"
NEW_PLAN = OLD_PLAN + b"".join(b"week %d x3: warm 5m, run 10m, cool 5m\n" % n for n in range(2, 30))
OTHER_PLAN = b"plan Other\nweek 1 x3: warm 5m, run 15m, cool 5m\n"
OLD_SETTINGS = b"# mine\nquiet off  # at night\nscreen-off 30\n"
RECORDS = [f"1\t{n}\t3\t-\trate\t1\teasy" for n in range(100, 160)]
NEW_SETTINGS = b"# mine\nquiet on  # at night\nscreen-off 30\n"
# a little less than the host sends: an uncut run counts them (`--count 0`)
BYTES = {"bare": 145_000, "update": 62_000, "load": 4_000, "settings": 1_750, "log": 1_450}
_NEVER = 1 << 40
KINDS = ("bare", "update", "load", "settings", "log")


class Failed(AssertionError):
    """What is wrong after a pull."""


def expect(true: object, what: str) -> None:
    if not true:
        raise Failed(what)


def _line(record: str) -> bytes:
    """A record as the journal has it (firmware/runwalk/parts/journal.py)."""
    return b"\n%s\t%08x\n" % (record.encode(), zlib.crc32(record.encode()))


@dataclass(frozen=True)
class Bench:
    """What all pulls begin with: compiled firmware, and flashes by name."""

    bytecode: dict[str, Path]
    chips: dict[str, Path]


def run(port: str, *words: str) -> tuple[int, str]:
    """Exit and all that the command said, without compiling the firmware again."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        code = command([*words, "--port", port])
    return code, said.getvalue()


@contextlib.contextmanager
def quick(bytecode: dict[str, Path]):
    """`install` that has compiled already, and whose clip is up soon."""
    with (
        mock.patch.object(install, "compile_firmware", lambda folder: dict(bytecode)),
        mock.patch.object(install, "_UP_S", 0.8),
    ):
        yield


def prepare(folder: Path, bytecode: dict[str, Path]) -> Bench:
    """Flashes: of a clip with things of its runner, and of one whose firmware is older."""
    chips = {}
    board_folder = folder / "first"
    board_folder.mkdir()
    (folder / "mine.plan").write_bytes(OLD_PLAN)
    board = UsbBoard(FACTS, board_folder)
    board.plug()
    with quick(bytecode):
        for words in (
            ("install", "--board", "pico"),
            ("load", str(folder / "mine.plan"), "--use"),
        ):
            code, said = run(board.port, *words)
            expect(code == 0, said)
        # the clip takes the plan up while install watches it, and its journal begins
        expect(run(board.port, "install", "--board", "pico")[0] == 0, "installed again")
        with install.Link(board.port) as link:
            link.write("settings.txt", OLD_SETTINGS)
            journal = link.read("journal.txt") or b""
            link.write("journal.txt", journal + b"".join(map(_line, RECORDS)))
        board.unplug()
        for kind in ("load", "settings", "log"):
            chips[kind] = shutil.copy(board.chip, folder / "clip")
        board.plug()
        with install.Link(board.port) as link:  # every other module is another one
            for path in sorted(bytecode)[::2]:
                link.execute(f"f=open({path!r},'wb'); f.write(b'older'); f.close()")
            link.execute("f=open('runwalk/parts/former.mpy','wb'); f.close()")
            link.execute("f=open('main.py','wb'); f.write(b'import runwalk.old'); f.close()")
        board.unplug()
        chips["update"] = shutil.copy(board.chip, folder / "older")
    return Bench(bytecode, {name: Path(chip) for name, chip in chips.items()})


def _whole(files: dict[str, bytes], bench: Bench) -> bool:
    wanted = {path: file.read_bytes() for path, file in bench.bytecode.items()}
    wanted["main.py"] = main_py().read_bytes()
    wanted["board.txt"] = FACTS.encode()
    return all(files.get(path) == data for path, data in wanted.items()) and not [
        path for path in files if path.startswith("runwalk/") and path not in wanted
    ]


def _check_install(files: dict[str, bytes], before: dict[str, bytes], bench: Bench) -> None:
    if files.get("main.py") not in (None, before.get("main.py")):
        expect(_whole(files, bench), "a new main.py on a firmware that is not whole")
    for path in ("plans/mine.plan", "settings.txt"):
        expect(files.get(path) == before.get(path), f"{path} was changed")
    expect(
        files.get("journal.txt", b"").startswith(before.get("journal.txt", b"")),
        "a record is missing",
    )


def _check_load(files: dict[str, bytes], before: dict[str, bytes], bench: Bench) -> None:
    expect(files["plans/mine.plan"] in (OLD_PLAN, NEW_PLAN), "a plan that is neither")
    expect(files.get("plans/other.plan") in (None, OTHER_PLAN), "half of a plan")
    expect(files.get("use.txt") in (None, b"plan other\n"), "half a choice")
    expect(files["settings.txt"] == OLD_SETTINGS, "settings.txt was changed")
    expect(files["journal.txt"].startswith(before["journal.txt"]), "a record is missing")


def _check_settings(files: dict[str, bytes], before: dict[str, bytes], bench: Bench) -> None:
    expect(files["settings.txt"] in (OLD_SETTINGS, NEW_SETTINGS), "settings that are neither")
    expect(files["plans/mine.plan"] == OLD_PLAN, "the plan was changed")
    expect(files["journal.txt"].startswith(before["journal.txt"]), "a record is missing")


def _check_log(files: dict[str, bytes], before: dict[str, bytes], bench: Bench) -> None:
    expect(files["settings.txt"] == OLD_SETTINGS, "settings.txt was changed")
    expect(files["journal.txt"].startswith(before["journal.txt"]), "a record is missing")


def _check_archive(folder: Path, journal: bytes, whole: bool) -> None:
    """Every record of the journal is in there once, or (not `whole`) none of them."""
    kept = b"".join(path.read_bytes() for path in folder.glob("*.journal")).splitlines()
    records = [line for line in kept if line and not line.startswith(b"#")]
    there = [line for line in journal.splitlines() if line]
    expect(records == there or not (whole or records), "the archive is neither old nor new")


Check = Callable[[dict[str, bytes], dict[str, bytes], Bench], None]
CHECKS: dict[str, Check] = {
    "bare": _check_install,
    "update": _check_install,
    "load": _check_load,
    "settings": _check_settings,
    "log": _check_log,
}


def pull(kind: str, after: int, bench: Bench) -> int:
    """Pulls the cable after so many bytes, and runs the same again; raises Failed.

    Gives how many of them were never sent: with more than BYTES, the command came to its end.
    """
    with tempfile.TemporaryDirectory(prefix="runwalk-pull-") as name, quick(bench.bytecode):
        folder = Path(name)
        (folder / "mine.plan").write_bytes(NEW_PLAN)
        (folder / "other.plan").write_bytes(OTHER_PLAN)
        words = {
            "load": ["load", str(folder / "mine.plan"), str(folder / "other.plan")],
            "settings": ["settings", "quiet", "on"],
            "log": ["log", "pull", "--archive", str(folder / "archive")],
        }.get(kind, ["install", "--board", "pico"])
        again = [*words, "--use", "other"] if kind == "load" else words
        before: dict[str, bytes] = {}
        if kind in bench.chips:
            shutil.copy(bench.chips[kind], folder / "chip")
            before = flash_files(folder / "chip")
        board = UsbBoard(FACTS, folder)
        board.plug()
        board.cut_after = after
        try:
            _, said = run(board.port, *again)
            expect("Traceback" not in said, said)
            board.unplug()
            left = board.cut_after or 0
            board.cut_after = None
            CHECKS[kind](flash_files(board.chip), before, bench)
            if kind == "log":
                _check_archive(folder / "archive", before["journal.txt"], whole=False)
            board.plug()
            code, said = run(board.port, *again)
            expect(code == 0, f"the next run said {said}")
            board.unplug()
            files = flash_files(board.chip)
            CHECKS[kind](files, before, bench)
        finally:
            board.unplug()
        expect(_whole(files, bench), "the firmware is not whole")
        if kind == "load":
            expect(files["plans/mine.plan"] == NEW_PLAN, "the plan did not come")
            expect(files["plans/other.plan"] == OTHER_PLAN, "the other plan did not come")
            chosen = b"\tplan\tother\t" in files["journal.txt"] or "use.txt" in files
            expect(chosen, "the plan was not chosen")
        if kind == "log":
            _check_archive(folder / "archive", before["journal.txt"], whole=True)
        if kind == "settings":
            expect(files["settings.txt"] == NEW_SETTINGS, "the setting did not come")
        return left


def attempt(seed: int, bench: Bench) -> str:
    """What went wrong with that pull, or ""."""
    kind = KINDS[seed % len(KINDS)]
    after = random.Random(seed).randrange(1, BYTES[kind])
    try:
        left = pull(kind, after, bench)
        expect(not left, f"the cable was never pulled, {left} bytes were not sent")
    except Exception as error:  # noqa: BLE001 - whatever it is, the others are tried too
        return f"{kind}, seed {seed}, pulled after {after} bytes: {error}"
    return ""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=200, help="how many pulls")
    count = parser.parse_args().count
    with tempfile.TemporaryDirectory(prefix="runwalk-pulls-") as name:
        folder = Path(name)
        bench = prepare(folder, install.compile_firmware(folder / "mpy"))
        if not count:
            for kind in KINDS:
                print(f"{kind}: {_NEVER - pull(kind, _NEVER, bench)} bytes in an uncut run")
            return 0
        with ProcessPoolExecutor(PROCESSES) as pool:
            faults = [
                fault for fault in pool.map(attempt, range(count), [bench] * count) if fault
            ]
    for fault in faults:
        print(fault)
    each = {kind: len(range(i, count, len(KINDS))) for i, kind in enumerate(KINDS)}
    words = ", ".join(f"{kind} {number}" for kind, number in each.items())
    print(f"cable pulls: {count} tried ({words}), {len(faults)} failed")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
