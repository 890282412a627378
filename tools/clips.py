"""One clip on USB or several side by side: what the verbs that talk to a clip have in common."""

import argparse
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from runwalk_tools.errors import UserError
from runwalk_tools.mpremote_link import Link, candidates, find_port
from runwalk_tools.words import printable

_AT_ONCE = 4  # a hub with more is no faster for it

Deed = Callable[[Link], list[str]]


def add_options(verb: argparse.ArgumentParser, several: bool = False) -> None:
    """`--port`, `--force`, and with `several` also `--all`."""
    where = verb.add_mutually_exclusive_group()
    where.add_argument("--port", metavar="P", help="where the clip is, if there are several")
    if several:
        where.add_argument("--all", action="store_true", help="every clip that is plugged in")
    else:
        verb.set_defaults(all=False)
    verb.add_argument("--force", action="store_true", help="even while a session is running")


def do(args: argparse.Namespace, deed: Deed) -> int:
    """Does it with the clip, or with all of them, and prints what it says: lines, or one each.

    `deed` gives lines and raises UserError. Among several, one that fails keeps nobody else
    from being done; the exit is 1 then.
    """
    if not args.all:
        print(printable("\n".join(_deed_at(find_port(args.port), args.force, deed))))
        return 0
    ports = [port.name for port in candidates()]
    if not ports:
        raise UserError("no board found on USB: plug them in with cables that carry data")
    failed = 0
    with ThreadPoolExecutor(min(len(ports), _AT_ONCE)) as pool:
        waiting = [pool.submit(_deed_at, port, args.force, deed) for port in ports]
        for port, future in zip(ports, waiting, strict=True):
            try:
                print(printable(f"{port}: {'; '.join(future.result())}"), flush=True)
            except UserError as error:
                failed += 1
                text = str(error).removeprefix(f"{port}: ").replace("\n", "; ")
                print(printable(f"runwalk: {port}: {text}"), file=sys.stderr)
    return 1 if failed else 0


def _deed_at(port: str, force: bool, deed: Deed) -> list[str]:
    with Link(port, force) as link:
        return deed(link)
