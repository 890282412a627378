"""The sessions in an archive: what was planned, what was done step by step, how it felt.

The journal says what was planned and what departed from it. Here the session is walked
through once more, with the firmware's own reading of its steps; times are in ms of active
time from the session's start, as there.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from hostsim.importer import Modules
from runwalk_tools.archive import Archive, Entry
from runwalk_tools.plans import parser

_PROGRESS: Any = Modules().load("runwalk.core.progress")
_OPEN = 0x10
_KIND = 0x0F

FINISHED, STOPPED, UNDER_WAY = "finished", "part done", "under way"
DONE, SKIPPED, PRESSED, ENDED = "done", "skipped", "pressed on", "ended"


@dataclass
class Lap:
    """A step as it was done. `planned`: ms, None where it was open. `index` as in the journal."""

    index: int
    kind: str
    label: str
    planned: int | None
    start: int
    end: int
    how: str

    @property
    def done(self) -> int:
        """Its length in ms."""
        return self.end - self.start


@dataclass
class Session:
    """One session or workout. `when`: its start, None where the clip's clock was not set.

    `flash`: place of the flash it began on in the archive; `exact`: False where events are
    missing, so that the laps may not all be as they were; `left`: steps never begun, of a
    session that was not finished; `pauses`: (active ms, length in ms).
    """

    clip: str
    flash: int
    number: int
    when: datetime | None = None
    stem: str = "?"
    week: int = 0
    day: int = 0
    workout: str = ""
    text: str = ""
    planned: int | None = None
    state: str = UNDER_WAY
    active: int = 0
    paused: int = 0
    run: int = 0
    rating: str = ""
    pain: str = ""
    exact: bool = True
    left: int = 0
    laps: list[Lap] = field(default_factory=list)
    pauses: list[tuple[int, int]] = field(default_factory=list)

    @property
    def name(self) -> str:
        """`ten-weeks, week 1 day 2`."""
        if self.workout == "?":
            return "a session whose beginning is lost"
        if self.workout:
            return f'{self.stem}, workout "{self.workout}"'
        return f"{self.stem}, week {self.week} day {self.day}"

    @property
    def longest_run(self) -> int:
        """ms of its longest run: runs without a walk between are one."""
        longest = length = 0
        for lap in self.laps:
            length = length + lap.done if lap.kind == "run" else 0
            longest = max(longest, length)
        return longest

    def wall(self, active: int, after: bool = False) -> datetime | None:
        """When that active time was; a pause that began there is counted only `after` it."""
        if self.when is None:
            return None
        waited = sum(ms for at, ms in self.pauses if at < active or (after and at == active))
        return self.when + timedelta(milliseconds=active + waited)


def read_sessions(archive: Archive) -> list[Session]:
    """All sessions of a clip, in the order in which they were begun.

    One that was called off within its first minute left nothing but its beginning, and is
    none; so is one whose end is not known while others followed it.
    """
    sessions: list[Session] = []
    before: list[Entry] = []
    for place, flash in enumerate(archive.flashes):
        # a flash that lost its end goes on from what was before that
        whole = [entry for entry in before if entry.key < flash[0].key] + flash
        own = {id(entry) for entry in flash}
        book = _Book(archive.clip, place)
        for entry in whole:
            if not entry.summary:
                book.take(entry.records[0], id(entry) in own)
        is_last = place == len(archive.flashes) - 1
        sessions += book.sessions(archive.under_way if is_last else None)
        before = whole
    return sessions


class _Book:
    """The records of one flash, sorted by session."""

    def __init__(self, clip: str, flash: int):
        self._clip = clip
        self._flash = flash
        self._records: dict[int, list[list[str]]] = {}
        self._own: set[int] = set()  # sessions that this flash says something new of

    def take(self, record: list[str], own: bool) -> None:
        kind = record[4]
        kinds = ("start", "skip", "back", "open", "pause", "resume")
        if kind not in (*kinds, "finish", "stop", "rate", "pain"):
            return
        try:
            number = int(record[1] if kind == "start" else record[5])
        except (ValueError, IndexError):
            return
        self._records.setdefault(number, []).append(record)
        if own:
            self._own.add(number)

    def sessions(self, under_way: tuple[int, int] | None) -> list[Session]:
        found = []
        for number in sorted(self._own):
            session = _session(self._records[number], number, under_way)
            if session is not None:
                session.clip = self._clip
                session.flash = self._flash
                found.append(session)
        return found


def _session(
    records: list[list[str]], number: int, under_way: tuple[int, int] | None
) -> Session | None:
    session = Session("", 0, number)
    events: list[list[str]] = []
    date = end_date = "-"
    ended = False
    for record in records:
        kind, fields = record[4], record[5:]
        try:
            if kind == "start":
                session.stem, session.workout = fields[0], fields[3]
                session.week, session.day = int(fields[1]), int(fields[2])
                session.planned, session.text = int(fields[4]), fields[5]
                date = record[3]
            elif kind in ("finish", "stop"):
                if ended:
                    continue  # the clip, too, goes by the record that came first
                numbers = [int(text) for text in fields[5:9]]
                session.active, session.paused, _, session.run = numbers
                if not session.text:  # its start is lost
                    session.stem, session.workout = fields[1], fields[4]
                    session.week, session.day = int(fields[2]), int(fields[3])
                session.state = FINISHED if kind == "finish" else STOPPED
                end_date = record[3]
                ended = True
            elif kind == "rate":
                session.rating = "" if fields[1] == "none" else fields[1]
            elif kind == "pain":
                session.pain = fields[1]
            elif not ended:
                events.append(record)
        except (ValueError, IndexError):
            continue  # of a later version, say: what can't be understood says nothing
    if not ended:
        if under_way is None or under_way[0] != number:
            return None
        session.active = under_way[1]
    session.when = _when(date)
    if session.when is None:
        finished = _when(end_date)
        if finished is not None:
            session.when = finished - timedelta(milliseconds=session.active + session.paused)
    _walk(session, _kept(events), ended)
    return session


def _when(text: str) -> datetime | None:
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return None
    return when if 2000 <= when.year < 2100 else None  # the clip's clock reaches no further


def _kept(events: list[list[str]]) -> list[tuple[str, int, list[int]]]:
    """(kind, active, numbers) of the events that counted.

    After a power cut the session goes on from its checkpoint: what came later never was.
    """
    kept: list[tuple[str, int, list[int]]] = []
    for record in events:
        try:
            kind, active = record[4], int(record[6])
            numbers = [int(text) for text in record[7 : 8 if kind in ("pause", "resume") else 9]]
        except (ValueError, IndexError):
            continue
        if kind == "resume" and len(record) > 8:
            kept = [event for event in kept if event[1] <= active]
        if len(numbers) == (1 if kind in ("pause", "resume") else 2):
            kept.append((kind, active, numbers))
    return kept


def _walk(session: Session, events: list[tuple[str, int, list[int]]], ended: bool) -> None:
    """Fills in the session's laps and pauses."""
    steps = _steps(session.text)
    if steps is not None and (steps.has_open or steps.repeat_from >= 0):
        session.planned = None
    walk = _Walk(steps) if steps is not None else None
    paused_at: tuple[int, int] | None = None
    for kind, active, numbers in events:
        if kind == "pause":
            paused_at = paused_at or (active, numbers[0])
        elif kind == "resume":
            if paused_at is not None:
                session.pauses.append((paused_at[0], numbers[0] - paused_at[1]))
            paused_at = None
        elif walk is not None:
            walk.move(kind, active, *numbers)
    if paused_at is not None and ended:
        session.pauses.append((paused_at[0], session.paused - paused_at[1]))
    if walk is None:
        return
    walk.end(session.active)
    session.laps = walk.laps
    session.exact = walk.exact
    if ended:
        ran = sum(lap.done for lap in walk.laps if lap.kind == "run")
        session.exact = walk.exact and ran == session.run
        session.left = walk.left() if session.state == STOPPED else 0
    else:
        session.run = sum(lap.done for lap in walk.laps if lap.kind == "run")


def _steps(text: str) -> Any:
    if not text:
        return None
    try:
        return parser().steps_from_text(text.encode())
    except parser().PlanError:
        return None


class _Walk:
    """The steps of a session gone through: at step `index`, entered at `entered`."""

    def __init__(self, steps: Any):
        self._steps = steps
        self._size = steps.n - steps.repeat_from if steps.repeat_from >= 0 else 0
        self._index = 0  # counting on through the rounds of a repeat; -1 past the last
        self._entered = 0
        self.laps: list[Lap] = []
        self.exact = True

    def _at(self, index: int) -> int:
        if index < self._steps.n:
            return index
        return int(self._steps.repeat_from + (index - self._steps.repeat_from) % self._size)

    def _planned(self, index: int) -> int | None:
        at = self._at(index)
        if self._steps.kind[at] & _OPEN:
            return None
        return int(self._steps.start[at + 1] - self._steps.start[at])

    def _close(self, end: int, how: str, to: int) -> None:
        at = self._at(self._index)
        number = self._steps.label[at]
        label = self._steps.labels[number - 1] if number else ""
        kind = parser().KINDS[self._steps.kind[at] & _KIND]
        planned = self._planned(self._index)
        self.laps.append(Lap(self._index, kind, label, planned, self._entered, end, how))
        self._index = to
        self._entered = end

    def _next(self) -> int:
        return self._index + 1 if self._index + 1 < self._steps.n or self._size else -1

    def _go(self, active: int) -> None:
        """All boundaries up to that time."""
        while self._index >= 0:
            planned = self._planned(self._index)
            if planned is None or self._entered + planned > active:
                return
            self._close(self._entered + planned, DONE, self._next())

    def move(self, kind: str, active: int, start: int, to: int) -> None:
        """A skip, a press in an open step, or its take-back."""
        if kind == "back":
            while self.laps and self.laps[-1].index > to:
                self.laps.pop()
            if self.laps and self.laps[-1].index == to:
                self._entered = self.laps.pop().start
            else:
                self.exact = False
            self._index = to
            return
        if start < 0 or not self._is_place(start) or not self._is_place(to):
            self.exact = False
            return
        self._go(active)
        if self._index != start:
            self.exact = False  # an event before this one is missing
            if self._index >= 0:
                self._close(max(active, self._entered), ENDED, start)
            self._index = start
        self._close(active, SKIPPED if kind == "skip" else PRESSED, to)

    def _is_place(self, index: int) -> bool:
        return index < self._steps.n or bool(self._size)

    def end(self, active: int) -> None:
        """The session's end at that time, or as far as it is known."""
        self._go(active)
        if self._index >= 0 and active > self._entered:
            self._close(active, ENDED, self._next())

    def left(self) -> int:
        """How many steps were never begun; 0 where nobody knows how many there are."""
        if self._size or self._index < 0:
            return 0
        return int(self._steps.n - self._index)


# what follows from all of them


@dataclass
class Totals:
    """Of some sessions, times in ms."""

    finished: int = 0
    stopped: int = 0
    active: int = 0
    run: int = 0


def totals(sessions: Iterable[Session]) -> Totals:
    """How many there are, and how long they took together."""
    found = Totals()
    for session in sessions:
        found.finished += session.state == FINISHED
        found.stopped += session.state == STOPPED
        found.active += session.active
        found.run += session.run
    return found


def unseen(archive: Archive, sessions: list[Session]) -> Totals:
    """What was done before the first pull, or between two compactions: the clip kept its sum."""
    found = Totals()
    for place, flash in enumerate(archive.flashes):
        summaries = [entry for entry in flash if entry.summary]
        if not summaries:
            continue
        summary = summaries[-1]
        progress = _PROGRESS.Progress()
        for record in summary.records:
            progress.feed(record)
        first = next((entry.number for entry in flash if not entry.summary), 0)
        known = totals(
            session
            for session in sessions
            if session.number <= summary.number
            and (session.flash == place or (session.flash < place and session.number < first))
        )
        found.finished += max(0, progress.finished - known.finished)
        found.stopped += max(0, progress.stopped - known.stopped)
        found.active += max(0, progress.active_ms - known.active)
        found.run += max(0, progress.run_ms - known.run)
    return found


def streak_weeks(sessions: list[Session], today: date) -> int:
    """Weeks in a row with a finished session, counted by the firmware's own rule."""
    progress = _PROGRESS.Progress()
    dated = [session for session in sessions if session.state == FINISHED and session.when]
    dated.sort(key=lambda session: session.when.date() if session.when else today)
    for number, session in enumerate(dated, 1):
        when = session.when.isoformat() if session.when else "-"
        ends = [str(number), session.stem, "0", "0", "?", "0", "0", "0", "0"]
        progress.feed(["1", str(number), "1", when, "finish", *ends])
    return int(progress.streak_weeks(_PROGRESS.day_number(today.isoformat())))
