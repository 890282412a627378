"""The command `runwalk`: one verb a module, one way to fail.

Exit codes: 0 done, 1 what one line on standard error explains (faults of a file:
a line each), 2 wrong usage, 130 interrupted from the keyboard.
"""

import argparse
import os
import sys
from collections.abc import Sequence

from runwalk import __version__
from runwalk_tools import board_command, doctor, info, install, load, log, plans, settings, sim
from runwalk_tools.errors import Faults, UserError
from runwalk_tools.words import printable

VERBS = {
    "sim": sim,
    "plan": plans,
    "board": board_command,
    "install": install,
    "load": load,
    "log": log,
    "settings": settings,
    "info": info,
    "doctor": doctor,
}


def build_parser() -> argparse.ArgumentParser:
    """The parser of all verbs; each sets `run`, which takes the arguments and gives the exit."""
    parser = argparse.ArgumentParser(
        prog="runwalk",
        description="A clip that tells you when to run and when to walk: "
        "its simulator, its plans and its boards.",
        epilog="Each verb has its own help: runwalk sim --help",
    )
    parser.add_argument("--version", action="version", version=f"runwalk {__version__}")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    for module in VERBS.values():
        module.add_parser(verbs)
    return parser


def _utf8_out() -> None:
    """Plans hold any Unicode, and no terminal's encoding shall end in a traceback.

    A stream that the shell has closed (`>&-`) takes nothing, and that is all.
    """
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")


def _drop_output() -> None:
    """What Python would still flush at its exit goes nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command line and gives its exit code."""
    _utf8_out()
    args = build_parser().parse_args(argv)
    try:
        code = args.run(args)
        sys.stdout.flush()
        return code or 0
    except Faults as faults:
        print(printable(str(faults)), file=sys.stderr)
        return 1
    except UserError as error:
        for line in printable(str(error)).splitlines():
            print(f"runwalk: {line}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        _drop_output()  # the reader (say, `head`) has all it wants
        return 0
    except OSError as error:
        what = f"{error.filename}: " if error.filename else ""
        print(f"runwalk: {what}{error.strerror or error}", file=sys.stderr)
        _drop_output()  # a full disk may be why
        return 1


if __name__ == "__main__":
    sys.exit(main())
