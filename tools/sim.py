"""`runwalk sim`: the clip's own firmware on a pretend board, played fast or live.

What it puts on the pretend flash is what `runwalk install` and `load --use` put
on a real one: board.txt, the plans, and use.txt with the session that was chosen.
"""

import argparse
import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from hostsim import scenario
from hostsim.engine import ENGINES, EngineMissing, ImageFault, Result, Setup, run
from hostsim.engine_cpython import Simulation
from runwalk_tools import kept
from runwalk_tools.boards import load_board
from runwalk_tools.errors import Faults, UserError, cannot, read_file, write_file
from runwalk_tools.plans import name_on_clip, numbers, require_plan
from runwalk_tools.shelf import on_boards
from runwalk_tools.words import describe

DEFAULT_PLAN = "ten-weeks"
USE = "use.txt"
PNG_SCALE = 4
MS = 1_000_000  # ns
MOST_SPEED = 1_000_000


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
    sim.add_argument("--script", metavar="FILE", type=_path, help="who presses when")
    sim.add_argument("--flash", metavar="DIR", type=_path, help="the clip's files, kept there")
    sim.add_argument(
        "--flash-image",
        metavar="FILE",
        type=_path,
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
    sim.add_argument(
        "--usb",
        action="store_true",
        help="a board on USB instead: real MicroPython for mpremote, bare or with --flash-image",
    )
    sim.set_defaults(run=lambda args: _run(args, sim))


def _speed(text: str) -> int:
    if not (text.isdecimal() and len(text) <= 9 and 1 <= int(text) <= MOST_SPEED):
        raise argparse.ArgumentTypeError(
            f"expected a whole number from 1 to {MOST_SPEED:,}, found {text!r}"
        )
    return int(text)


def _path(text: str) -> Path:
    if not text:  # for Path that is the current folder
        raise argparse.ArgumentTypeError("expected a name, found nothing")
    return Path(text)


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
    if args.usb:
        alone = (args.plan, args.week, args.day, args.workout, args.script, args.flash, args.speed)
        if alone != (None,) * len(alone) or args.headless or args.fast or args.png:
            parser.error("--usb takes --board and --flash-image alone; `runwalk load` brings plans")
        return
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
    """What the options ask for; UserError where the plan lacks it."""
    argument = DEFAULT_PLAN if args.plan is None else args.plan
    read = require_plan(argument)
    plan = read.plan
    stem = name_on_clip(read.path)
    use = f"plan {stem}\n"
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
    return Chosen(stem, read.data, use)


def _check_session(plan: Any, argument: str, week: int, day: int) -> None:
    if plan.has(week, day):
        return
    days = plan.days(week)
    if days:
        raise UserError(f"{argument}: week {week} has no day {day}; its days: {numbers(days)}")
    weeks = numbers(plan.weeks()) or "none, workouts alone"
    raise UserError(f"{argument}: no week {week}; weeks: {weeks}")


# the flash


def _flash_files(chosen: Chosen, there: dict[str, bytes]) -> dict[str, bytes]:
    return {
        **{f"plans/{path.name}": path.read_bytes() for path in on_boards()},
        **there,
        f"plans/{chosen.stem}.plan": chosen.content,
        USE: chosen.use.encode(),
    }


# the run


def _read_script(path: Path) -> scenario.Scenario:
    try:
        return scenario.parse(read_file(path).decode(), str(path))
    except UnicodeDecodeError as error:
        raise UserError(f"{path}: not UTF-8 text") from error
    except scenario.ScenarioError as error:
        raise Faults(str(error)) from error


def _run(args: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    _check_usage(args, parser)
    if args.usb:
        return _usb(args)
    chosen = _choose(args)
    board = load_board(args.board)
    script = _read_script(args.script) if args.script else None
    _check_pictures(args.png)
    there = kept.read_folder(args.flash) if args.flash else {}
    files = _flash_files(chosen, there)
    if args.flash:
        kept.check_places(args.flash, files)
    setup = Setup(
        board=board.facts(),
        files=files,
        image=kept.read_image(args.flash_image) if args.flash_image else None,
        spare=frozenset(f"plans/{path.name}" for path in on_boards())
        - {f"plans/{chosen.stem}.plan"},
        scenario=script,
        pictures=[ns for ns, _ in args.png],
    )
    live = _watched() and not (args.headless or args.fast) and args.vm == "cpython"
    try:
        result = _live(args, setup) if live else _lines(args, setup)
    except EngineMissing as error:
        raise UserError(f"--vm {args.vm}: {error}") from error
    except ImageFault as error:
        raise UserError(f"{args.flash_image or args.flash}: {error}") from error
    if args.flash:
        kept.write_folder(args.flash, there, result.files)
    if args.flash_image and result.image is not None:
        write_file(args.flash_image, result.image)
    _write_pictures(args.png, result)
    if result.error is not None:
        print(result.error, file=sys.stderr)
        return 1
    return 0


def _watched() -> bool:
    """Whether somebody sits there: keys come from the one, Textual draws on the last."""
    return all(
        stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)
    )


def _usb(args: argparse.Namespace) -> int:
    """A board behind a pseudo-terminal, until Ctrl-C."""
    facts = load_board(args.board).facts()
    try:
        from hostsim.usb import UsbBoard
    except ImportError:  # no pseudo-terminals, as on Windows
        raise UserError("--usb: it needs Linux") from None
    with tempfile.TemporaryDirectory(prefix="runwalk-") as folder:
        try:
            board = UsbBoard(facts, Path(folder), args.flash_image)
        except (EngineMissing, OSError) as error:
            raise UserError(f"--usb: {error}") from error
        # else MicroPython would be left behind, running
        signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(143))
        try:
            print(board.plug(), flush=True)
            print(f"runwalk: {args.board} on USB; Ctrl-C pulls the cable", file=sys.stderr)
            if _watched():
                from runwalk_tools.usb_view import run_view

                run_view(board, args.board)
            else:
                board.wait()
        finally:
            board.unplug()
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


def _check_pictures(wanted: list[tuple[int, Path]]) -> None:
    for _, path in wanted:
        place = path if os.path.exists(path) else path.parent
        if os.path.isdir(path) or not (os.path.isdir(path.parent) and os.access(place, os.W_OK)):
            raise UserError(f"{path}: no picture can be written there")


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
            raise cannot(path, error) from error
