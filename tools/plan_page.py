"""A plan's schedule as one page to print and tick off: A4, a box a session.

Lengths are in points. The page takes as many columns, and letters as large, as there is
room for; what would be too small to read is refused.
"""

import io
import itertools
import textwrap
import warnings
from dataclasses import dataclass
from typing import Any

from runwalk_tools import shelf
from runwalk_tools.errors import UserError
from runwalk_tools.plan_schedule import Entry
from runwalk_tools.plans import counted
from runwalk_tools.words import printable

_WIDTH, _HEIGHT = 595, 842
_MARGIN = 42
_HEAD = 70  # title and dates
_GAP = 20  # between columns
# letters and columns, the best first; below 6, nobody reads it from a fridge
_LAYOUTS = (
    *((size, 1) for size in (13, 12, 11, 10)),
    *((size, 2) for size in (11, 10, 9, 8)),
    *((size, 3) for size in (8, 7, 6)),
)
_LINE = 1.45  # of the size
_LETTER = 0.56  # of the size, a letter's mean width
_BOX = 7.6  # of the size: a box and its date
_WORDS = 0.9  # of the size: what there is to do
_INK, _PALE = "#222222", "#666666"


@dataclass(frozen=True)
class _Part:
    """The days of a week with the same session: rows of boxes, and the words behind or below."""

    rows: list[list[Entry]]
    words: list[str]
    behind: bool

    @property
    def lines(self) -> float:
        return len(self.rows) + (0 if self.behind else len(self.words) * _WORDS)


@dataclass(frozen=True)
class _Block:
    """A week."""

    title: str
    parts: list[_Part]

    @property
    def lines(self) -> float:
        return 1.75 + sum(part.lines for part in self.parts)


def page(title: str, entries: list[Entry], suffix: str) -> bytes:
    """The page as a PDF, or as a PNG to look at; UserError where it would be too small."""
    from matplotlib import rc_context

    file = io.BytesIO()
    with rc_context({"pdf.fonttype": 42}), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing")  # signs that no font has
        facts = {"CreationDate": None} if suffix == "pdf" else {}
        figure(title, entries).savefig(file, format=suffix, dpi=130, metadata=facts)
    return file.getvalue()


def figure(title: str, entries: list[Entry]) -> Any:
    """The page as matplotlib's Figure."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    same = _same_around(entries)
    columns, size = _layout(entries, same)
    with rc_context({"text.parse_math": False}):
        paper = Figure(figsize=(_WIDTH / 72, _HEIGHT / 72))
        axes = paper.add_axes((0, 0, 1, 1), xlim=(0, _WIDTH), ylim=(0, _HEIGHT))
        axes.axis("off")
        _draw(axes, printable(title), _span(entries, same), columns, size)
    return paper


def _column_width(count: int) -> float:
    return (_WIDTH - 2 * _MARGIN - _GAP * (count - 1)) / count


def _around(entry: Entry) -> str:
    """`5 min to warm up, 5 min to cool down`; empty without both."""
    times = [(entry.session.time_of(kind), kind) for kind in ("warm", "cool")]
    if any(step.label for step in entry.session.steps):
        return ""  # then the words have all the steps
    parts = [f"{shelf.spoken_time(ms)} to {kind} {_WAY[kind]}" for ms, kind in times if ms]
    return ", ".join(parts)


_WAY = {"warm": "up", "cool": "down"}


def _same_around(entries: list[Entry]) -> str | None:
    """The warm-up and cool-down that all sessions have, None where they differ."""
    found = {_around(entry) for entry in entries}
    return found.pop() if len(found) == 1 else None


def _span(entries: list[Entry], same: str | None) -> str:
    first, last = entries[0].when, entries[-1].when
    more = f"; each with {same}" if same else ""
    return f"{counted(len(entries), 'session')}, {_long(first)} to {_long(last)}{more}"


def _layout(entries: list[Entry], same: str | None) -> tuple[list[list[_Block]], int]:
    for size, count in _LAYOUTS:
        width = _column_width(count)
        columns = _filled(_blocks(entries, size, width, same), size, count)
        if columns:
            return columns, size
    raise UserError(
        f"{len(entries)} sessions do not fit on one page; leave --pdf out, or make a shorter plan"
    )


def _blocks(entries: list[Entry], size: float, width: float, same: str | None) -> list[_Block]:
    across = max(int(width / (_BOX * size)), 1)
    letter = _LETTER * _WORDS * size
    blocks = []
    for week, days in itertools.groupby(entries, lambda entry: entry.week):
        parts = []
        for words, group in itertools.groupby(days, lambda entry: _what(entry, same)):
            alike = list(group)
            rows = [alike[n : n + across] for n in range(0, len(alike), across)]
            behind = len(rows) == 1 and len(words) * letter <= width - len(alike) * _BOX * size
            letters = max(int(width / letter), 10)
            wrapped = textwrap.wrap(words, letters, max_lines=3, placeholder=" …")
            parts.append(_Part(rows, [words] if behind else wrapped, behind))
        blocks.append(_Block(f"Week {week}", parts))
    return blocks


def _what(entry: Entry, same: str | None) -> str:
    """What there is to do, on one line."""
    label = f"{entry.session.label}: " if entry.session.label else ""
    around = "" if same is not None else _around(entry)
    more = f" ({around})" if around else ""
    length = "until you end it" if entry.session.open else entry.length
    return printable(f"{label}{entry.words}{more}, {length}").replace("\n", " ")


def _filled(blocks: list[_Block], size: float, count: int) -> list[list[_Block]] | None:
    """The blocks in at most so many columns of about the same height; None if they are more.

    A week is not torn.
    """
    heights = [block.lines * _LINE * size for block in blocks]
    room = _HEIGHT - 2 * _MARGIN - _HEAD
    for most in (max(sum(heights) / count * more, max(heights)) for more in (1, 1.1, 1.25, 1.5)):
        columns: list[list[_Block]] = [[]]
        used = 0.0
        for block, height in zip(blocks, heights, strict=True):
            if columns[-1] and used + height > min(most, room) + 0.1:
                columns.append([])
                used = 0.0
            columns[-1].append(block)
            used += height
        if len(columns) <= count and max(heights) <= room:
            return columns
    return None


def _draw(axes: Any, title: str, span: str, columns: list[list[_Block]], size: float) -> None:
    top = _HEIGHT - _MARGIN
    axes.text(_MARGIN, top, title, fontsize=19, weight="bold", va="top", color=_INK)
    for n, line in enumerate(textwrap.wrap(span, 95)[:2]):
        axes.text(_MARGIN, top - 32 - 13 * n, line, fontsize=9.5, va="top", color=_PALE)
    width = _column_width(len(columns))
    for n, blocks in enumerate(columns):
        x = _MARGIN + n * (width + _GAP)
        y: float = top - _HEAD
        for block in blocks:
            _draw_block(axes, block, x, y, size)
            y -= block.lines * _LINE * size


def _draw_block(axes: Any, block: _Block, x: float, y: float, size: float) -> None:
    line = _LINE * size
    axes.text(x, y, block.title, fontsize=size, weight="bold", va="top", color=_INK)
    y -= line * 1.1
    for part in block.parts:
        for row in part.rows:
            for n, entry in enumerate(row):
                _draw_box(axes, entry, x + n * _BOX * size, y, size)
            y -= line
        if part.behind:
            at = x + len(part.rows[0]) * _BOX * size
            _draw_words(axes, part.words[0], at, y + line - 0.08 * size, size)
            continue
        for text in part.words:
            _draw_words(axes, text, x, y, size)
            y -= line * _WORDS


def _draw_words(axes: Any, text: str, x: float, y: float, size: float) -> None:
    axes.text(x, y, text, fontsize=size * _WORDS, va="top", color=_PALE)


def _draw_box(axes: Any, entry: Entry, x: float, y: float, size: float) -> None:
    from matplotlib.patches import Rectangle

    side = size * 0.95
    axes.add_patch(Rectangle((x, y - side), side, side, fill=False, ec=_INK, lw=0.9))
    axes.text(x + side * 1.35, y, _short(entry), fontsize=size, va="top", color=_INK)


def _short(entry: Entry) -> str:
    return f"{entry.when:%a} {entry.when.day} {entry.when:%b}"


def _long(when: Any) -> str:
    return f"{when.day} {when:%B} {when.year}"
