"""`runwalk sim`: the clip's own firmware on a pretend board, played fast or live.

What it puts on the pretend flash is what `runwalk install` and `load --use` put
on a real one: board.txt, the plans, and use.txt with the session that was chosen.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from hostsim import scenario
from hostsim.engine import ENGINES, EngineMissing, ImageFault, Result, Setup, run
from hostsim.engine_cpython import Simulation
from runwalk_tools.boards import load_board
from runwalk_tools.errors import UserError
from runwalk_tools.plans import find_plan, numbers, read_plan
from runwalk_tools.shelf import on_boards
from runwalk_tools.words import describe

DEFAULT_PLAN = "ten-weeks"
USE = "use.txt"
PNG_SCALE = 4
MS = 1_000_000  # ns
FLASH_BYTES = 1408 * 1024  # a Pico's


class PlanFaults(Exception):
    """All errors of a plan or scenario, each a complete line `FILE:LINE:COLUMN: …`."""


def add_parser(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the verb `sim` to the command."""
    sim = verbs.add_parser(
        "sim",
        help="the clip on this computer",
        description="The clip's own firmware on a pretend board: live in a terminal, "
        "or fast, as readable lines, as a trace or as pictures.",
    )
    sim.add_argument(
        "plan", metavar="PLAN", nargs="?", help=f"a name or a .plan file (default {DEFAULT_PLAN})"
    )
    sim.add_argument("--board", metavar="NAME", default="pico", help="default pico")
    sim.add_argument("--week", metavar="N", type=int, help="a session by its week")
    sim.add_argument("--day", metavar="N", type=int, help="and its day")
    sim.add_argument("--workout", metavar="LABEL", help="a workout instead of a session")
    sim.add_argument("--vm", choices=ENGINES, default="cpython", help="what runs the firmware")
    sim.add_argument("--headless", action="store_true", help="the trace alone, as JSON lines")
    sim.add_argument("--fast", action="store_true", help="readable lines, as fast as it goes")
    sim.add_argument("--speed", metavar="N", type=_speed, help="times real time, 1 by default")
    sim.add_argument("--script", metavar="FILE", type=Path, help="who presses when")
    sim.add_argument("--flash", metavar="DIR", type=Path, help="the clip's files, kept there")
    sim.add_argument(
        "--flash-image",
        metavar="FILE",
        type=Path,
        help="the clip's flash as littlefs has it, kept there; with --vm micropython",
    )
    sim.add_argument(
        "--png",
        metavar="T=FILE",
        action="append",
        default=[],
        type=_picture,
        help="a picture of the display at that time; more than once if you like",
    )
    sim.set_defaults(run=lambda args: _run(args, sim))


def _speed(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a whole number from 1, found {text!r}")
    return int(text)


def _picture(text: str) -> tuple[int, Path]:
    """(ns, file) of T=FILE."""
    when, sign, name = text.partition("=")
    if not sign or not name:
        raise argparse.ArgumentTypeError(f"expected T=FILE such as 0:06=run.png, found {text!r}")
    try:
        return scenario.instant(when) * MS, Path(name)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _check_usage(args: argparse.Namespace, parser: argparse.ArgumentParser) -> None:
    """Options that contradict each other: exit 2."""
    if args.workout is not None and (args.week is not None or args.day is not None):
        parser.error("--workout stands for itself, without --week and --day")
    if args.day is not None and args.week is None:
        parser.error("--day needs --week")
    if args.speed is not None and args.fast:
        parser.error("--fast and --speed contradict each other")
    if args.speed is not None and args.vm == "micropython":
        parser.error("--vm micropython plays as fast as it can, without --speed")
    if args.flash_image is not None:
        if args.flash is not None:
            parser.error("--flash and --flash-image contradict each other")
        if args.vm != "micropython":
            parser.error("--flash-image needs --vm micropython, which has littlefs")


# the plan and the session


@dataclass(frozen=True)
class Chosen:
    """A plan and what of it was asked for; `use` is the text of use.txt."""

    stem: str
    content: bytes
    use: str


def _choose(args: argparse.Namespace) -> Chosen:
    """What the options ask for; raises UserError, PlanFaults where the plan lacks it."""
    argument = args.plan or DEFAULT_PLAN
    path = find_plan(argument)
    read = read_plan(path)
    if read.faults:
        raise PlanFaults("\n".join(fault.at(path) for fault in read.faults))
    plan = read.plan
    use = f"plan {plan.stem}\n"
    if args.workout is not None:
        if args.workout not in plan.workouts:
            there = ", ".join(f'"{label}"' for label in plan.workouts) or "none"
            raise UserError(f'{argument}: no workout "{args.workout}"; workouts: {there}')
        use += f"workout {args.workout}\n"
    elif args.week is not None:
        day = args.day
        if day is None:
            day = min(plan.days(args.week), default=1)
        _check_session(plan, argument, args.week, day)
        use += f"week {args.week}\nday {day}\n"
    elif plan.first() is None:
        use += f"workout {plan.workouts[0]}\n"
    return Chosen(plan.stem, read.data, use)


def _check_session(plan: Any, argument: str, week: int, day: int) -> None:
    if plan.has(week, day):
        return
    days = plan.days(week)
    if days:
        raise UserError(f"{argument}: week {week} has no day {day}; its days: {numbers(days)}")
    weeks = numbers(plan.weeks()) or "none, workouts alone"
    raise UserError(f"{argument}: no week {week}; weeks: {weeks}")


# the flash


def _read_flash(folder: Path | None) -> dict[str, bytes]:
    """The files a clip left in that folder; it need not be there yet."""
    if folder is None or not folder.exists():
        return {}
    if not folder.is_dir():
        raise UserError(f"{folder}: not a folder")
    files: dict[str, bytes] = {}
    size = 0
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            size += path.stat().st_size
            if size > FLASH_BYTES:
                raise UserError(f"{folder}: more than a clip's flash can hold; is it one?")
            files[path.relative_to(folder).as_posix()] = path.read_bytes()
    return files


def _write_flash(folder: Path, before: dict[str, bytes], after: dict[str, bytes]) -> None:
    """Only what the clip changed is touched."""
    for name in before.keys() - after.keys():
        (folder / name).unlink(missing_ok=True)
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in after.items():
        if before.get(name) != content:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)


def _read_image(path: Path | None) -> bytes | None:
    """The chip's content, b"" for one that is not there yet; whether it is right, littlefs knows."""
    if path is None:
        return None
    try:
        image = path.read_bytes()
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise UserError(f"{path}: {error.strerror or error}") from error
    if not image:
        raise UserError(f"{path}: no littlefs image, the file is empty")
    return image


def _write_image(path: Path, image: bytes) -> None:
    """All of it or, where that fails, nothing."""
    new = path.with_name(path.name + ".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        new.write_bytes(image)
        os.replace(new, path)
    except OSError as error:
        raise UserError(f"{path}: {error.strerror or error}") from error


def _flash_files(chosen: Chosen, kept: dict[str, bytes]) -> dict[str, bytes]:
    return {
        **{f"plans/{path.name}": path.read_bytes() for path in on_boards()},
        **kept,
        f"plans/{chosen.stem}.plan": chosen.content,
        USE: chosen.use.encode(),
    }


# the run


def _read_script(path: Path) -> scenario.Scenario:
    try:
        return scenario.parse(path.read_text(encoding="utf-8"), str(path))
    except OSError as error:
        raise UserError(f"{path}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise UserError(f"{path}: not UTF-8 text") from error
    except scenario.ScenarioError as error:
        raise PlanFaults(str(error)) from error


def _run(args: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    _check_usage(args, parser)
    try:
        chosen = _choose(args)
        board = load_board(args.board)
        kept = _read_flash(args.flash)
        setup = Setup(
            board=board.facts(),
            files=_flash_files(chosen, kept),
            image=_read_image(args.flash_image),
            spare=frozenset(f"plans/{path.name}" for path in on_boards())
            - {f"plans/{chosen.stem}.plan"},
            scenario=_read_script(args.script) if args.script else None,
            pictures=[ns for ns, _ in args.png],
        )
    except PlanFaults as faults:
        print(faults, file=sys.stderr)
        return 1
    live = sys.stdout.isatty() and not (args.headless or args.fast) and args.vm == "cpython"
    try:
        result = _live(args, setup) if live else _lines(args, setup)
    except EngineMissing as error:
        raise UserError(f"--vm {args.vm}: {error}") from error
    except ImageFault as error:
        raise UserError(f"{args.flash_image}: {error}") from error
    if args.flash is not None:
        _write_flash(args.flash, kept, result.files)
    if args.flash_image is not None and result.image is not None:
        _write_image(args.flash_image, result.image)
    _write_pictures(args.png, result)
    if result.error is not None:
        print(result.error, file=sys.stderr)
        return 1
    return 0


def _lines(args: argparse.Namespace, setup: Setup) -> Result:
    """Play without a window: the trace, or readable lines."""
    named = False

    def show(line: str) -> None:
        nonlocal named
        if not named:  # by now it runs; a fault would have been the only line
            print(f"runwalk: {args.board}, {args.vm}", file=sys.stderr)
            named = True
        (print if args.headless else _print_words)(line)

    if args.speed is not None:
        simulation = Simulation(setup, show)
        simulation.world.pace = _pacer(simulation, args.speed)
        return simulation.run()
    return run(setup, args.vm, show)


def _print_words(line: str) -> None:
    """What a runner would notice; a checkpoint every six seconds is not that."""
    event = json.loads(line)
    if event["event"] != "saved":
        print(describe(event))


def _pacer(simulation: Simulation, speed: int) -> Callable[[int], None]:
    """Lets time pass no faster than `speed` times real time."""
    begun = time.monotonic()

    def pace(ns: int) -> None:
        simulation.recorder.flush_past()
        sys.stdout.flush()
        left = begun + ns / 1e9 / speed - time.monotonic()
        if left > 0:
            time.sleep(left)

    return pace


def _live(args: argparse.Namespace, setup: Setup) -> Result:
    """Play in the terminal, with the viewer's own finger on the button."""
    from runwalk_tools.live import run_live

    setup.live = True
    simulation = Simulation(setup)
    run_live(simulation, f"runwalk, {args.board}", args.speed or 1, describe)
    return simulation.result()


def _write_pictures(wanted: list[tuple[int, Path]], result: Result) -> None:
    for (_, path), pixels in zip(wanted, result.pictures, strict=True):
        if not pixels:
            raise UserError(f"{path}: the run was over at {result.ns / 1e9:.3f} s, before its time")
        picture = Image.frombytes("L", result.size, bytes(255 * pixel for pixel in pixels))
        width, height = result.size
        try:
            picture.resize((width * PNG_SCALE, height * PNG_SCALE), Image.Resampling.NEAREST).save(
                path, "PNG"
            )
        except OSError as error:
            raise UserError(f"{path}: {error.strerror or error}") from error
