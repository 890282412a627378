"""`runwalk info`: what is on the clip, a fact a line."""

import argparse
from collections.abc import Mapping
from datetime import datetime

from runwalk import __version__
from runwalk_tools import clips
from runwalk_tools.mpremote_link import Found, Link
from runwalk_tools.probe import ask, crashes, journal_state, parse_board


def add_parser(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the verb `info` to the command."""
    verb = verbs.add_parser(
        "info",
        help="what is on the clip",
        description="Versions, board, room, battery, plans, and what went wrong last.",
    )
    clips.add_options(verb)
    verb.set_defaults(run=run_info)


def _firmware(answers: Mapping[str, str], found: Found) -> str:
    if not found.ours:
        return "none, `runwalk install` brings it"
    there = answers.get("firmware", "not whole, `runwalk install` mends it")
    newer = "" if there == __version__ else f" (here: {__version__})"
    return there + newer * ("firmware" in answers)


def _battery(facts: Mapping[str, str], answers: Mapping[str, str]) -> str:
    if "battery.pin" not in facts:
        return "not measured on this board"
    mv = int(answers.get("battery", "0"))
    return f"{mv / 1000:.2f} V" if mv else "none connected, or it cannot be read"


def _clock(answers: Mapping[str, str]) -> str:
    says = datetime(*map(int, answers["clock"].split()))  # type: ignore[arg-type]
    return f"{says:%Y-%m-%d %H:%M}" if says.year > 2024 else "not set"


def _tell(link: Link) -> list[str]:
    found = link.look()
    facts, fault = parse_board(found)
    answers = ask(link, facts, parts=False)
    journal = journal_state(link.read("journal.txt") or b"")
    crash = crashes(link.read("crash.log") or b"")
    return [
        f"port: {link.port}",
        f"board: {facts.get('board') or f'not known, board.txt: {fault}'}",
        f"firmware: {_firmware(answers, found)}",
        f"MicroPython: {answers['micropython']}, {answers['machine']}",
        f".mpy version: {found.mpy}",
        f"clock: {_clock(answers)}",
        f"free memory: {int(answers['memory']) // 1024} KiB",
        f"free flash: {found.free // 1024} KiB",
        f"battery: {_battery(facts, answers)}",
        f"starts that left a record: {journal.boot}",
        f"last crash: {f'{crash.last} ({crash.where})' if crash.count else 'none'}",
        f"plans: {', '.join(found.plans) or 'none'}",
    ]


def run_info(args: argparse.Namespace) -> int:
    return clips.do(args, _tell)
