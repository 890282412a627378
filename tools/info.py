"""`runwalk info`: what is on the clip, a fact a line."""

import argparse

from runwalk_tools.mpremote_link import Link, find_port

_ASK = """
import os,sys,time,gc
def _say(*a): print("@", *a)
try:
 from runwalk import __version__ as v
except Exception: v="none"
_say("firmware:",v)
i=sys.implementation
_say("MicroPython:",".".join(str(n) for n in i[1][:3]),getattr(i,"_machine",""))
t=time.localtime()
_say("clock:","%04d-%02d-%02d %02d:%02d"%t[:5] if t[0]>2024 else "not set")
gc.collect()
_say("free memory:",gc.mem_free()//1024,"KiB")
"""


def add_parser(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the verb `info` to the command."""
    verb = verbs.add_parser(
        "info", help="what is on the clip", description="Versions, board, room and plans."
    )
    verb.add_argument("--port", metavar="P", help="where the clip is, if there are several")
    verb.add_argument("--force", action="store_true", help="even while a session is running")
    verb.set_defaults(run=run_info)


def run_info(args: argparse.Namespace) -> int:
    port = find_port(args.port)
    with Link(port, args.force) as link:
        found = link.look()
        lines = [line[2:] for line in link.execute(_ASK).splitlines() if line.startswith("@ ")]
    board = "none, `runwalk install` brings it"
    for line in found.texts.get("board.txt", b"").decode(errors="replace").splitlines():
        if line.startswith("board "):
            board = line[6:]
    print(f"port: {port}")
    print(f"board: {board}")
    print("\n".join(lines))
    print(f"free flash: {found.free // 1024} KiB")
    print(f"plans: {', '.join(found.plans) or 'none'}")
    return 0
