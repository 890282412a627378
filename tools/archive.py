"""What was pulled from clips, kept on this computer: a file a clip, a journal line a record.

A clip's file is called by its chip's number, `e6614c311b7e6f35.journal`, and holds the
lines of the clip's own journal as they were, checksums included (runwalk.parts.journal
says what stands in them). Lines that begin with # are the archive's own.

What makes a record the same record? Not its number alone, which begins anew when the
flash is formatted, nor its bytes alone, which may come again then: without a clock the
first session of a new flash can look just like the first one of the old. So the archive
knows *flashes*. In one flash numbers only rise, and the clip's journal is a stretch of
them: what is alike is there already, in order, and the rest is new. Where a record
differs from the one with its number, a new flash has begun, or the old one lost its end
and went on with those numbers; from there on all is new. Nothing is ever taken out.

A summary, which a compaction writes in place of what it drops, is kept where it belongs:
behind the record it speaks of last.
"""

import os
import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import platformdirs

from runwalk_tools.errors import UserError, cannot

SUFFIX = ".journal"
_ABOUT = "# What this clip recorded, a line a record; `runwalk log pull` adds to it."
_ANEW = "# The clip's flash begins anew here."
_DAMAGED = "# damaged: "
_RUNNING = "# under way: "
_BOARD = "# board: "
# so many undated records alike, with their boot counts and times, are no coincidence
_CERTAIN = 12
_NUMBER = re.compile("[0-9]{1,9}")


@dataclass(frozen=True)
class Entry:
    """A record, or a summary: then `number` is the last record that it speaks of.

    `lines`: one for a record; for a summary those of its courses, then its total.
    """

    number: int
    boot: int
    dated: bool
    lines: tuple[bytes, ...]
    summary: bool = False

    @property
    def key(self) -> tuple[int, bool]:
        """What rises in one flash."""
        return self.number, self.summary

    @property
    def records(self) -> list[list[str]]:
        """The fields of its lines."""
        return [parse(line) or [] for line in self.lines]

    def is_alike(self, other: "Entry | None") -> bool:
        """The same record; of a summary a line may have been damaged since."""
        return other is not None and self.key == other.key and self.lines[-1] == other.lines[-1]


def parse(line: bytes) -> list[str] | None:
    """The fields of a journal line without its checksum; None where it is damaged."""
    body, _, crc = line.rpartition(b"\t")
    if not body or crc != b"%08x" % zlib.crc32(body):
        return None
    try:
        fields = body.decode().split("\t")
    except UnicodeDecodeError:
        return None
    if len(fields) < 5 or not (_NUMBER.fullmatch(fields[1]) and _NUMBER.fullmatch(fields[2])):
        return None
    return fields


def read_lines(lines: Iterable[bytes]) -> tuple[list[Entry], list[bytes]]:
    """The entries in these lines, and the lines that are damaged; empty ones are neither."""
    entries: list[Entry] = []
    damaged: list[bytes] = []
    parts: list[bytes] = []  # of a summary whose total is still to come
    for line in lines:
        line = line.strip(b"\r\n ")
        if not line:
            continue
        record = parse(line)
        if record is None:
            damaged.append(line)
            continue
        number, boot, dated = int(record[1]), int(record[2]), record[3] != "-"
        if number:
            damaged += parts  # a summary without its total says nothing
            parts = []
            entries.append(Entry(number, boot, dated, (line,)))
            continue
        parts.append(line)
        if record[4] == "total":
            first = record[5].split(" ")[0] if len(record) > 5 else ""
            if _NUMBER.fullmatch(first):
                entries.append(Entry(int(first), boot, dated, tuple(parts), True))
            else:
                damaged += parts
            parts = []
    return entries, damaged + parts


def runs(entries: list[Entry]) -> list[list[Entry]]:
    """The stretches in which numbers rise; no entry twice in one."""
    found: list[list[Entry]] = []
    for entry in entries:
        last = found[-1][-1] if found else None
        if last is not None and last.is_alike(entry):
            continue
        if last is None or entry.key <= last.key:
            found.append([])
        found[-1].append(entry)
    return found


def merge(flashes: list[list[Entry]], pulled: list[Entry], damaged: bool) -> list[Entry]:
    """Puts into `flashes` what they lack of a clip's journal, in its order; gives that.

    `damaged`: some of the journal's lines could not be read.
    """
    new: list[Entry] = []
    for run in runs(pulled):
        new += _merge_run(flashes, run, damaged)
    return new


def _merge_run(flashes: list[list[Entry]], run: list[Entry], damaged: bool) -> list[Entry]:
    new: list[Entry] = []
    home: list[Entry] | None = None
    for flash in flashes:
        shared = _shared(flash, run)
        if not shared or not _is_same(flash, run, shared, damaged):
            continue
        there = {entry.key for entry in flash}
        missed = [entry for entry in run[:shared] if entry.key not in there]
        flash += missed
        flash.sort(key=lambda entry: entry.key)
        new += missed
        run = run[shared:]
        home = flash
    if run:
        if home is None and flashes and run[0].boot >= flashes[-1][-1].boot:
            home = flashes[-1]  # two compactions since the last pull leave nothing alike
        if home and run[0].key > home[-1].key:
            home += run
        else:
            flashes.append(list(run))
    return new + run


def _shared(flash: list[Entry], run: list[Entry]) -> int:
    """How many of the run's first entries are of that flash: to the last one that is alike."""
    known = {entry.key: entry for entry in flash}
    shared = 0
    for place, entry in enumerate(run, 1):
        if entry.is_alike(known.get(entry.key)):
            shared = place
        elif entry.key in known and not entry.summary:
            break
    return shared


def _is_same(flash: list[Entry], run: list[Entry], shared: int, damaged: bool) -> bool:
    """Whether what is alike at its beginning makes that journal one of that flash.

    A few records without a date may come again on a new flash. They are taken for the old
    ones where the journal has all that followed them, or shows by a damaged line why not.
    """
    known = {entry.key: entry for entry in flash}
    alike = [entry for entry in run[:shared] if entry.is_alike(known.get(entry.key))]
    if damaged or run[0].key != (1, False) or len(alike) >= _CERTAIN:
        return True
    if any(entry.dated for entry in alike):
        return True
    return run[-1].key >= flash[-1].key and not any(entry.key in known for entry in run[shared:])


@dataclass
class Archive:
    """What one clip recorded. `flashes`: entries, in order, of each time its flash was new.

    `under_way`: number of the session that ran at the last pull and its active ms;
    `damaged`: lines of the file that are no records any more.
    """

    path: Path
    board: str = ""
    under_way: tuple[int, int] | None = None
    flashes: list[list[Entry]] = field(default_factory=list)
    damaged: list[bytes] = field(default_factory=list)

    @property
    def clip(self) -> str:
        """The chip's number."""
        return self.path.name.removesuffix(SUFFIX)

    @classmethod
    def load(cls, path: Path) -> "Archive":
        """The archive of that file, empty where there is none yet."""
        try:
            data = path.read_bytes() if path.exists() else b""
        except OSError as error:
            raise cannot(path, error) from error
        archive = cls(path)
        lines: list[bytes] = []
        for line in data.splitlines():
            text = line.decode(errors="replace")
            if text.startswith(_BOARD):
                archive.board = text.removeprefix(_BOARD)
            elif text.startswith(_DAMAGED):
                archive.damaged.append(line.removeprefix(_DAMAGED.encode()))
            elif match := re.fullmatch(re.escape(_RUNNING) + r"([0-9]+) ([0-9]+)", text):
                archive.under_way = int(match[1]), int(match[2])
            elif text == _ANEW:
                archive._take(lines)
                lines = []
            elif not text.startswith("#"):
                lines.append(line)
        archive._take(lines)
        return archive

    def _take(self, lines: list[bytes]) -> None:
        entries, damaged = read_lines(lines)
        self.damaged += damaged
        if entries:
            self.flashes.append(entries)

    def save(self) -> None:
        """The file as a whole, or as it was: written beside it, then renamed."""
        lines = [_ABOUT.encode()]
        if self.board:
            lines.append(f"{_BOARD}{self.board}".encode())
        if self.under_way:
            lines.append(f"{_RUNNING}{self.under_way[0]} {self.under_way[1]}".encode())
        lines += [_DAMAGED.encode() + line for line in self.damaged]
        for place, flash in enumerate(self.flashes):
            if place:
                lines.append(_ANEW.encode())
            for entry in flash:
                lines += entry.lines
        new = self.path.with_name(self.path.name + ".new")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with new.open("wb") as file:
                file.write(b"\n".join(lines) + b"\n")
                file.flush()
                os.fsync(file.fileno())
            os.replace(new, self.path)
        except OSError as error:
            raise cannot(error.filename or self.path, error) from error


def default_folder() -> Path:
    """Where the archives are unless --archive names a place: the user's data directory."""
    return platformdirs.user_data_path("runwalk", appauthor=False) / "clips"


def path_of(folder: Path, clip: str) -> Path:
    """The file of the clip with that chip number."""
    return folder / f"{clip}{SUFFIX}"


def choose(folder: Path, clip: str | None) -> list[Archive]:
    """All archives, or the one whose clip's number begins so; UserError where there is none."""
    paths = sorted(folder.glob(f"*{SUFFIX}"))
    if not paths:
        raise UserError(f"{folder}: no clip's log here yet; `runwalk log pull` gets it")
    if clip is not None:
        names = ", ".join(path.name.removesuffix(SUFFIX) for path in paths)
        paths = [path for path in paths if path.name.startswith(clip.lower())]
        if not paths:
            raise UserError(f"no log of a clip {clip}; there is: {names}")
        if len(paths) > 1:
            raise UserError(f"{clip} may be several clips, write more of it; there is: {names}")
    return [Archive.load(path) for path in paths]
