"""`runwalk load`: plans onto the clip, and which of them is chosen.

A plan is checked here, copied under another name, compared there, and only then gets its
name: whenever the cable is pulled, the clip has the old plan or the new one.
"""

import argparse
import re
from pathlib import Path

from runwalk_tools import clips
from runwalk_tools.errors import UserError
from runwalk_tools.install import digest, rename_code
from runwalk_tools.mpremote_link import Found, Link, literal
from runwalk_tools.plans import PlanFile, counted, name_on_clip, require_plan, sessions_of
from runwalk_tools.words import printable

_THIS = ""  # --use without a name

_TITLES = """
import os
for n in sorted(os.listdir("plans")):
 if n.endswith(".plan") and not n.startswith("."):
  t=""
  with open("plans/"+n,"rb") as f:
   for _ in range(20):
    l=f.readline(200).strip()
    if l.startswith(b"plan "): t=l[5:].decode(); break
  print("@",n[:-5]+"\\t"+t)
"""


def add_parser(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the verb `load` to the command."""
    verb = verbs.add_parser(
        "load",
        help="plans onto the clip",
        description="Checks plans and puts them on the clip; lists, chooses and removes them.",
    )
    verb.add_argument("file", metavar="FILE", nargs="*", help="a .plan file, or a library name")
    verb.add_argument(
        "--use", metavar="NAME", nargs="?", const=_THIS, help="the plan to run (or the one FILE)"
    )
    verb.add_argument("--list", action="store_true", help="the plans on the clip")
    verb.add_argument("--remove", metavar="NAME", action="append", default=[], help="delete a plan")
    clips.add_options(verb, several=True)
    verb.set_defaults(run=lambda args: run_load(args, verb))


def _check_usage(args: argparse.Namespace, parser: argparse.ArgumentParser) -> None:
    if args.use and (args.use.endswith(".plan") or "/" in args.use or "\\" in args.use):
        args.file.append(args.use)  # `load --use my.plan` says it in the other order
        args.use = Path(args.use).stem
    if not (args.file or args.list or args.remove or args.use is not None):
        parser.error("expected a FILE, --list, --use NAME or --remove NAME")
    if args.use == _THIS and len(args.file) != 1:
        parser.error("--use needs the NAME of a plan, unless there is one FILE")


def _read(files: list[str]) -> dict[str, PlanFile]:
    """The plans by name; UserError or Faults for what the clip would not take."""
    plans: dict[str, PlanFile] = {}
    for argument in files:
        read = require_plan(argument)
        stem = name_on_clip(read.path)
        if stem in plans:
            raise UserError(f"{argument}: another file is called {stem} as well")
        plans[stem] = read
    return plans


def _put(link: Link, found: Found, plans: dict[str, PlanFile]) -> list[str]:
    new = {
        stem: read
        for stem, read in plans.items()
        if found.files.get(f"plans/{stem}.plan") != digest(read.path)
    }
    if new:
        if "plans" not in found.folders:
            link.execute("import os\nos.mkdir('plans')")
        link.copy([(str(read.path), f"plans/{stem}.new") for stem, read in new.items()])
        there = link.look().files
        for stem, read in new.items():
            if there.get(f"plans/{stem}.new") != digest(read.path):
                raise UserError(f"{link.port}: {stem} did not arrive whole; run the same again")
        link.execute(rename_code([(f"plans/{stem}.new", f"plans/{stem}.plan") for stem in new]))
    return [
        f"{stem}: {counted(sessions_of(read.plan), 'session')}"
        + ("" if stem in new else ", was there already")
        for stem, read in plans.items()
    ]


def _use(link: Link, stem: str, read: PlanFile | None) -> str:
    text = f"plan {stem}\n"
    if read is not None and read.plan.first() is None:
        text += f"workout {read.plan.workouts[0]}\n"
    link.write("use.txt", text.encode())
    return f"{stem}: chosen; {_next(link, stem)}"


def _next(link: Link, stem: str) -> str:
    """What the clip will do with it, in the words of its own rules."""
    said = link.execute(_NEXT % literal(stem))
    found = re.search(r"^@ next(?: (\d+) (\d+))?$", said, re.MULTILINE)
    workout = re.search(r"^@ workout (.*)$", said, re.MULTILINE)
    if workout:
        return f"next is {printable(workout[1])}"
    if found and found[1]:
        return f"next is week {found[1]} day {found[2]}"
    if found:
        return "you have done it all, and can choose any session of it again"
    return "the clip goes on with it where you are in it"


def _missing(stem: str, found: Found) -> UserError:
    there = ", ".join(found.plans) or "none"
    return UserError(f"{stem}: no such plan on the clip; there is: {there}")


def _listed(link: Link, found: Found, brief: bool) -> list[str]:
    """The plans with their titles, a line each; brief: their names in one."""
    if brief or not found.plans:
        return [", ".join(found.plans) or "no plans"]
    pairs = [
        line[2:].partition("\t")
        for line in link.execute(_TITLES).splitlines()
        if line.startswith("@ ")
    ]
    return [f"{stem:<20} {title}".rstrip() for stem, _, title in pairs]


# an older firmware may lack a part of this, or its memory: then it says nothing
_NEXT = """
try:
 from runwalk.core.progress import Progress
 from runwalk.parts.journal import Journal
 from runwalk.parts import shelf
 p=Progress()
 Journal(p).load()
 l=shelf.scan(%s)
 if l.first(): print("@ next",*(p.next(l.stem,l) or ()))
 else: print("@ workout",l.workouts[0])
except Exception: pass
"""


def run_load(args: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    _check_usage(args, parser)
    plans = _read(args.file)

    def deed(link: Link) -> list[str]:
        found = link.clip()
        use = next(iter(plans)) if args.use == _THIS else args.use
        for stem in [*args.remove, *([use] if use and use not in plans else [])]:
            if stem not in found.plans:
                raise _missing(stem, found)
        said = _put(link, found, plans)
        if use:
            said.append(_use(link, use, plans.get(use)))
        for stem in args.remove:
            link.execute(f"import os\nos.remove({literal(f'plans/{stem}.plan')})")
            said.append(f"{stem}: removed")
        return said + (_listed(link, link.look(), args.all) if args.list else [])

    return clips.do(args, deed)
