"""`runwalk log`: what clips recorded, pulled into an archive on this computer, and seen there.

Only `pull` needs a clip. The archive is the user's: nothing is ever taken out of it.
"""

import argparse
import binascii
import threading
from datetime import date
from pathlib import Path

from runwalk_tools import archive, clips, log_export, log_plot, log_show
from runwalk_tools.archive import Archive
from runwalk_tools.errors import UserError
from runwalk_tools.log_sessions import UNDER_WAY, Session, read_sessions
from runwalk_tools.mpremote_link import Found, Link
from runwalk_tools.plans import counted, duration
from runwalk_tools.words import printable

# A compaction begins journal.new, makes journal.txt the old one, and renames the new one:
# cut off between the two, it leaves no journal.txt, and the new one is what it would be.
_FILES = ("journal.old", "journal.txt", "journal.new")
_PULL = f"""
import binascii,machine
print("@ id",binascii.hexlify(machine.unique_id()).decode())
for p in {_FILES!r}:
 try: f=open(p,"rb")
 except OSError: continue
 print("@ file",p)
 try:
  while 1:
   b=f.read(192)
   if not b: break
   print("@ part",binascii.b2a_base64(b).decode().strip())
 except OSError: print()
 f.close()
print("@ all")
"""
_PULL_S = 120.0
_ONE_AT_A_TIME = threading.Lock()  # boards that are made alike may give one number


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r}: write a day as 2026-03-29") from None


def add_parser(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the verb `log` to the command."""
    about = "What the clip recorded: pulled from it, shown, plotted, and written for others."
    log = verbs.add_parser("log", help="what was run: pull, show, plot, export", description=about)
    parts = log.add_subparsers(dest="log_verb", metavar="VERB", required=True)

    where = argparse.ArgumentParser(add_help=False)
    where.add_argument(
        "--archive",
        metavar="DIR",
        type=Path,
        default=None,
        help=f"where the logs are kept (default {archive.default_folder()})".replace("%", "%%"),
    )
    which = argparse.ArgumentParser(add_help=False, parents=[where])
    which.add_argument("--clip", metavar="ID", help="this clip alone; the first signs will do")
    which.add_argument("--from", dest="first", metavar="DAY", type=_day, help="2026-03-29, say")
    which.add_argument("--to", dest="last", metavar="DAY", type=_day, help="this day included")

    about = "Adds to the archive what the clip recorded since the last time."
    verb = parts.add_parser("pull", help="from the clip", description=about, parents=[where])
    clips.add_options(verb, several=True)
    verb.set_defaults(run=run_pull)

    about = (
        "Shows the sessions: each step, and where it was not done as planned what was planned; "
        "how it felt, totals, and the streak of weeks."
    )
    verb = parts.add_parser("show", help="the sessions", description=about, parents=[which])
    verb.set_defaults(run=run_show)

    about = "Draws running minutes, longest run and ratings, week by week, as PNG or SVG."
    verb = parts.add_parser("plot", help="as a picture", description=about, parents=[which])
    verb.add_argument("file", metavar="FILE", type=Path, help="ends in .png or .svg")
    verb.set_defaults(run=run_plot)

    about = (
        "Writes the sessions for other programs: a table (a row a step), JSON, and activities "
        "with a lap a step, as FIT or TCX, a file a session."
    )
    verb = parts.add_parser("export", help="for others", description=about, parents=[which])
    verb.add_argument("--csv", metavar="FILE", type=Path, help="a table, a row a step")
    verb.add_argument("--json", metavar="FILE", type=Path, help="all there is")
    verb.add_argument("--fit", metavar="DIR", type=Path, help="activities, a file a session")
    verb.add_argument("--tcx", metavar="DIR", type=Path, help="activities, a file a session")
    verb.set_defaults(run=lambda args: run_export(args, verb))


# from the clip


def run_pull(args: argparse.Namespace) -> int:
    folder = args.archive or archive.default_folder()

    def deed(link: Link) -> list[str]:
        found = link.clip()
        clip, files = _heard(link.run("exec", _PULL, timeout=_PULL_S), link.port)
        return add(clip, files, found, folder)

    return clips.do(args, deed)


def _heard(said: str, port: str) -> tuple[str, dict[str, bytes]]:
    """The chip's number, and the files, of what the board printed; UserError for half of it."""
    clip = ""
    files: dict[str, bytes] = {}
    name = ""
    whole = False
    for line in said.splitlines():
        mark, _, rest = line.partition(" ")
        what, _, rest = rest.partition(" ")
        if mark != "@":
            continue
        try:
            if what == "id":
                clip = bytes.fromhex(rest).hex()
            elif what == "file":
                name = rest
                files[name] = b""
            elif what == "part":
                files[name] += binascii.a2b_base64(rest)
            elif what == "all":
                whole = True
        except (ValueError, KeyError):
            break
    if not (whole and clip):
        raise UserError(f"{port}: the log did not arrive whole; run the same again")
    return clip, files


def add(clip: str, files: dict[str, bytes], found: Found, folder: Path) -> list[str]:
    """Adds a clip's journal to its archive in that folder; gives lines that say so."""
    names = _FILES[:2] if "journal.txt" in files else ("journal.old", "journal.new")
    lines = [line for name in names for line in files.get(name, b"").split(b"\n")]
    entries, damaged = archive.read_lines(lines)
    with _ONE_AT_A_TIME:
        kept = Archive.load(archive.path_of(folder, clip))
        before = _ended(kept)
        flashes = len(kept.flashes)
        new = archive.merge(kept.flashes, entries, bool(damaged))
        under_way = _under_way(found)
        board = _board(found) or kept.board
        if new or (under_way, board) != (kept.under_way, kept.board) or not kept.path.exists():
            kept.board, kept.under_way = board, under_way
            kept.save()
    after = _ended(kept)
    new_ones = counted(after - before, "new session") if after > before else "no new session"
    said = [f"clip {clip}: {new_ones}, {after} in the archive"]
    if flashes and len(kept.flashes) > flashes:
        said.append("its memory has begun anew since the last time; all of before is kept")
    if damaged:
        said.append(f"{counted(len(damaged), 'damaged line')} on the clip left out")
    if under_way:
        said.append(f"a session is under way, {duration(under_way[1])} of it done")
    return said


def _ended(kept: Archive) -> int:
    """How many sessions it has that are over."""
    return sum(session.state != UNDER_WAY for session in read_sessions(kept))


def _under_way(found: Found) -> tuple[int, int] | None:
    if not found.session:
        return None
    words = found.texts["session.now"].split()
    return int(words[1]), int(words[2])


def _board(found: Found) -> str:
    for line in found.texts.get("board.txt", b"").decode(errors="replace").splitlines():
        if line.startswith("board "):
            return printable(line[6:].strip())
    return ""


# from the archive


def _chosen(args: argparse.Namespace) -> list[tuple[Archive, list[Session]]]:
    """The archives that are meant, each with all its sessions."""
    if args.first and args.last and args.first > args.last:
        raise UserError(f"--from {args.first} is after --to {args.last}")
    folder = args.archive or archive.default_folder()
    return [(kept, read_sessions(kept)) for kept in archive.choose(folder, args.clip)]


def _between(args: argparse.Namespace, sessions: list[Session]) -> tuple[list[Session], int]:
    """The sessions of the days that are meant, and how many have no date to go by."""
    if not (args.first or args.last):
        return sessions, 0
    first, last = args.first or date.min, args.last or date.max
    dated = [session for session in sessions if session.when is not None]
    inside = [s for s in dated if s.when is not None and first <= s.when.date() <= last]
    return inside, len(sessions) - len(dated)


def run_show(args: argparse.Namespace) -> int:
    blocks = []
    for kept, sessions in _chosen(args):
        inside, undated = _between(args, sessions)
        blocks.append(log_show.show(kept, sessions, inside, undated, date.today()))
    print(printable("\n\n".join(blocks)))
    return 0


def run_plot(args: argparse.Namespace) -> int:
    log_plot.check_name(args.file)
    chosen = _chosen(args)
    if len(chosen) > 1:
        names = ", ".join(kept.clip for kept, _ in chosen)
        raise UserError(f"several clips in the archive, choose one with --clip: {names}")
    sessions, _ = _between(args, chosen[0][1])
    said = log_plot.plot(sessions, args.file)
    print(printable(f"{args.file}: {said}"))
    return 0


def run_export(args: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    if not (args.csv or args.json or args.fit or args.tcx):
        parser.error("expected --csv FILE, --json FILE, --fit DIR or --tcx DIR")
    sessions = [s for _, every in _chosen(args) for s in _between(args, every)[0]]
    if not sessions:
        raise UserError("no session to be written")
    for target, write in (
        (args.csv, log_export.write_csv),
        (args.json, log_export.write_json),
        (args.fit, log_export.write_fit),
        (args.tcx, log_export.write_tcx),
    ):
        if target is not None:
            print(printable(f"{target}: {write(sessions, target)}"))
    return 0
