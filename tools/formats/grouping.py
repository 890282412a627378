"""A row of steps as a person would write it: what repeats becomes `8x(run 1m, walk 90s)`.

The shortest text is looked for from the end of the row to its beginning: at each place
either a step, or a group of a few steps as often as it repeats there, which is grouped
inside in the same way.
"""

from collections.abc import Sequence

from runwalk_tools.formats.model import MOST_ROUNDS, Group, Part, Step

DEEPEST = 3  # groups in groups, as the plan language has it
_LONGEST = 40  # steps of a group at the outside; a line has no room for many more
_OVERHEAD = 8  # characters of `10x()`, and some for what a reader has to hold in mind
_FEWEST = 3  # steps that a group stands for
_BREAKS = ("walk", "rest")  # a round that begins with one is harder to read


def written_time(seconds: int) -> str:
    """`90s`, `2m`, `1h30m`."""
    if seconds <= 90 and seconds != 60:
        return f"{seconds}s"
    hours, rest = divmod(seconds, 3600)
    minutes, rest = divmod(rest, 60)
    parts = ((hours, "h"), (minutes, "m"), (rest, "s"))
    return "".join(f"{number}{unit}" for number, unit in parts if number)


def written_step(step: Step) -> str:
    """A step in the plan language."""
    length = "open" if step.seconds is None else written_time(step.seconds)
    label = f' "{step.label}"' if step.label else ""
    return f"{step.kind} {length}{label}"


def written(parts: Sequence[Part]) -> str:
    """Parts in the plan language."""
    return ", ".join(
        written_step(part)
        if isinstance(part, Step)
        else f"{part.times}x({written(part.parts)})"
        for part in parts
    )


def grouped(steps: Sequence[Step], depth: int = DEEPEST, most: int = MOST_ROUNDS) -> list[Part]:
    """The steps with at most `depth` groups in each other, of at most `most` rounds."""
    numbers: dict[Step, int] = {}
    row = tuple(numbers.setdefault(step, len(numbers)) for step in steps)
    return _Grouping(list(numbers), most).best(row, depth)[1]


class _Grouping:
    def __init__(self, steps: list[Step], most: int) -> None:
        self.steps = steps
        self.most = most
        self.cost = [len(written_step(step)) + 2 for step in steps]
        self.known: dict[tuple[tuple[int, ...], int], tuple[int, list[Part]]] = {}

    def best(self, row: tuple[int, ...], depth: int) -> tuple[int, list[Part]]:
        """Cost and parts of the shortest way to write a row."""
        key = (row, depth)
        if key not in self.known:
            self.known[key] = self._search(row, depth)
        return self.known[key]

    def _search(self, row: tuple[int, ...], depth: int) -> tuple[int, list[Part]]:
        n = len(row)
        longest = min(_LONGEST, n // 2) if depth else 0
        # for each length p, how many steps from here on are the same as those p later
        same = [0] * (longest + 1)
        # from each place to the end: cost, how far the part there goes, its rounds and parts
        costs = [0] * (n + 1)
        chosen: list[tuple[int, int, list[Part]]] = [(0, 0, [])] * n
        for at in range(n - 1, -1, -1):
            costs[at] = self.cost[row[at]] + costs[at + 1]
            chosen[at] = (at + 1, 1, [self.steps[row[at]]])
            for p in range(1, longest + 1):
                if at + p >= n or row[at] != row[at + p]:
                    same[p] = 0
                    continue
                same[p] += 1
                times = min(same[p] // p + 1, self.most)
                if times * p < _FEWEST or times < 2:
                    continue
                if any(p % q == 0 and same[q] >= p for q in range(1, p // 2 + 1)):
                    continue  # a group of such a group
                end = at + times * p
                inside, parts = self.best(row[at : at + p], depth - 1)
                cost = inside + _OVERHEAD + costs[end] + (self.steps[row[at]].kind in _BREAKS)
                if cost < costs[at]:
                    costs[at] = cost
                    chosen[at] = (end, times, parts)
        found: list[Part] = []
        at = 0
        while at < n:
            at, times, parts = chosen[at]
            found += parts if times == 1 else [Group(times, tuple(parts))]
        return costs[0], found
