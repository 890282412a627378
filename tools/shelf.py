"""The plan library: where its files are, who each plan is for, and a session in words.

A plan that is copied to every board lies in firmware/plans/; all others lie in
tools/library/, where they fill nobody's flash until somebody wants them.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hostsim.files import plans_dir
from runwalk_tools import plan_hints
from runwalk_tools.errors import UserError

LIBRARY = Path(__file__).resolve().parent / "library"

# who a plan is for, and the plans in the order in which they ask for more
GROUPS = (
    (
        "To begin running",
        (
            "pre-start",
            "twelve-weeks",
            "ten-weeks",
            "couch-to-5k",
            "one-pair",
            "twenty-minutes",
            "ten-steps",
            "eight-steps",
        ),
    ),
    ("To come back after a break, or fit from another sport", ("six-weeks",)),
    (
        "To come back after an injury, together with your clinician",
        (
            "return-three-runs",
            "return-shin",
            "return-stages",
            "return-bone",
            "return-open",
            "return-miles",
        ),
    ),
    ("To keep running", ("maintenance",)),
    ("Marathon, long runs", ("marathon-easy", "marathon-steady", "marathon-brisk")),
    ("Ultra and trail", ("ultra", "trail")),
)

_LISTED = 4  # more steps than that are told by their runs alone
_WORDS = {"warm": "warm up", "cool": "cool down"}


def on_boards() -> list[Path]:
    """The plan files that every board gets, by name."""
    return sorted(plans_dir().glob("*.plan"))


def library() -> list[Path]:
    """The plan files that come with runwalk, by name."""
    return sorted([*on_boards(), *LIBRARY.glob("*.plan")], key=lambda path: path.stem)


def grouped() -> list[tuple[str, list[Path]]]:
    """The library by who it is for; a plan in no group stands under `More`."""
    left = {path.stem: path for path in library()}
    groups = [
        (title, [left.pop(stem) for stem in stems if stem in left]) for title, stems in GROUPS
    ]
    return [*groups, ("More", list(left.values()))] if left else groups


def in_library(name: str) -> Path:
    """The file of a plan of the library; UserError for a name that it lacks."""
    files = {path.stem: path for path in library()}
    if name not in files:
        raise UserError(f"no plan {name!r} in the library, which has: {', '.join(files)}")
    return files[name]


def must_be_plan(path: Path) -> None:
    """UserError where the name of a plan's file ends otherwise, or is none at all."""
    if path.suffix != ".plan":
        better = path.with_suffix(".plan") if path.name else path / "mine.plan"
        raise UserError(f"{path}: a plan's file ends in .plan; write {better}")


def copy(name: str, target: Path | None) -> Path:
    """Writes a plan of the library as `target`, or into that folder; gives the new file.

    Without a target it is NAME.plan, here. UserError where something is there already.
    """
    content = in_library(name).read_bytes()
    path = target or Path(f"{name}.plan")
    if path.is_dir():
        path /= f"{name}.plan"
    must_be_plan(path)
    try:
        with path.open("xb") as file:
            file.write(content)
    except FileExistsError:
        raise UserError(f"{path}: there already; give another name") from None
    except OSError as error:
        raise UserError(f"{path}: {error.strerror or error}") from error
    return path


# a session in words


@dataclass(frozen=True)
class _Step:
    kind: str
    ms: int  # -1 for an open step

    def __str__(self) -> str:
        word = _WORDS.get(self.kind, self.kind)
        return f"{word} {spoken_time(self.ms)}" if self.ms >= 0 else f"{word} until a press"


def spoken_time(ms: int) -> str:
    """`1 h 30 min`, `90 s` as `1 min 30 s`."""
    hours, seconds = divmod(ms // 1000, 3600)
    minutes, seconds = divmod(seconds, 60)
    parts = ((hours, "h"), (minutes, "min"), (seconds, "s"))
    return " ".join(f"{number} {unit}" for number, unit in parts if number)


def in_words(steps: Any) -> str:
    """What a session asks for, without its warm-up and cool-down, in a few words."""
    all_steps = [
        _Step(
            plan_hints.PARSER.KINDS[steps.kind[i] & 0x0F],
            -1 if steps.kind[i] & 0x10 else steps.start[i + 1] - steps.start[i],
        )
        for i in range(steps.n)
    ]
    if steps.repeat_from >= 0:
        again = _listed(all_steps[steps.repeat_from :])
        before = _main(all_steps[: steps.repeat_from])
        told = f"{again}, until you end it"
        return f"{_rounds(before)}, then {told}" if before else told
    return _rounds(_main(all_steps) or all_steps)


def _main(steps: list[_Step]) -> list[_Step]:
    first = next((i for i, step in enumerate(steps) if step.kind != "warm"), len(steps))
    last = next((i for i in range(len(steps), 0, -1) if steps[i - 1].kind != "cool"), 0)
    return steps[first:last]


def _rounds(steps: list[_Step]) -> str:
    """Equal rounds as `8 times (run 1 min, walk 2 min)`; else what there is."""
    for size in range(1, len(steps) // 2 + 1):
        if all(a == b for a, b in zip(steps, steps[size:-1], strict=False)):
            last, its_like = steps[-1], steps[-1 - size]
            if last == its_like and len(steps) % size == 0:
                return f"{len(steps) // size} times ({_listed(steps[:size])})"
            timed = all(step.ms >= 0 for step in steps)
            if size > 1 and timed and last.kind == its_like.kind and last.ms <= its_like.ms:
                total = sum(step.ms for step in steps)  # the last round is cut
                return f"{spoken_time(total)} of {_listed(steps[:size])} in turn"
    return _listed(steps)


def _listed(steps: list[_Step]) -> str:
    if len(steps) <= _LISTED:
        return ", ".join(map(str, steps))
    runs = [step for step in steps if step.kind == "run"]
    if not runs or any(run.ms < 0 for run in runs):
        return f"{len(steps)} steps"
    words = ", ".join(str(run)[len("run ") :] for run in runs)
    return f"runs of {words}, walks between"
