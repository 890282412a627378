"""The log as text for people: a session, its steps, how it felt; then what it comes to."""

import re
import textwrap
from datetime import date

from runwalk_tools import log_sessions
from runwalk_tools.archive import Archive
from runwalk_tools.log_sessions import (
    DONE,
    ENDED,
    FINISHED,
    SKIPPED,
    STOPPED,
    UNDER_WAY,
    Lap,
    Session,
)
from runwalk_tools.plans import counted, duration
from runwalk_tools.shelf import spoken_time

_WIDTH = 79
_FEWEST = 3  # so many equal rounds are told as one
_LONGEST_ROUND = 6


def show(
    archive: Archive, sessions: list[Session], inside: list[Session], undated: int, today: date
) -> str:
    """A clip's sessions that lie `inside` the days asked for, out of all its sessions.

    `undated`: how many were left out because nobody knows their day.
    """
    board = f" ({archive.board})" if archive.board else ""
    lines = [f"Clip {archive.clip}{board}"]
    flash = inside[0].flash if inside else 0
    for session in inside:
        if session.flash != flash:
            lines += ["", "The clip's memory was empty and began anew here."]
            flash = session.flash
        lines += ["", *_session(session)]
    if not inside:
        lines += ["", "No session here." if sessions else "No session yet. The first one counts!"]
    lines += ["", *_totals(inside)]
    if inside == sessions:
        lines += _unseen(archive, sessions)
    streak = log_sessions.streak_weeks(sessions, today)
    if streak:
        lines.append(f"Streak: {counted(streak, 'week')} in a row with a finished session.")
    if undated:
        lines.append(f"{counted(undated, 'session')} without a date left out.")
    if archive.damaged:
        lines.append(f"{counted(len(archive.damaged), 'damaged line')} in the archive left out.")
    return "\n".join(line.rstrip() for line in lines).replace("\n\n\n", "\n\n").rstrip("\n")


def _session(session: Session) -> list[str]:
    when = session.when.strftime("%Y-%m-%d %H:%M") if session.when else "no date"
    facts = [session.state]
    if session.planned and session.planned != session.active:
        facts[0] += f", {duration(session.active)} of {duration(session.planned)}"
    else:
        facts[0] += f", {duration(session.active)}"
    if session.run:
        facts.append(f"{duration(session.run)} running")
    if session.paused >= 500:
        facts.append(f"{duration(session.paused)} paused")
    if session.rating:
        facts.append(f"felt {session.rating}")
    if session.pain:
        facts.append("pain" if session.pain == "yes" else "no pain")
    lines = [f"{when:<16}  {session.name}: {', '.join(facts)}"]
    steps = laps_in_words(session.laps)
    if session.left and session.state == STOPPED:
        steps.append(f"{counted(session.left, 'step')} not begun")
    if steps:
        lines += _wrapped(", ".join(steps))
    if session.laps and not session.exact:
        lines.append("    (some of what happened in it was not recorded)")
    elif not session.laps and session.state != UNDER_WAY:
        lines.append("    (its steps are not known any more)")
    return lines


def _wrapped(steps: str) -> list[str]:
    """Lines of steps that break behind commas alone."""
    glued = re.sub("(?<!,) ", "\0", steps)
    indent = "    "
    wrapped = textwrap.wrap(
        glued,
        _WIDTH,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [line.replace("\0", " ") for line in wrapped]


def lap_in_words(lap: Lap) -> str:
    """`run 1:00`, `walk 0:40 of 2:00 (skipped)`, `hike 12:30 "climb"`."""
    said = f"{lap.kind} {duration(lap.done)}"
    if lap.planned is not None and lap.done != lap.planned:
        said += f" of {duration(lap.planned)}"
    if lap.label:
        said += f' "{lap.label}"'
    if lap.how == SKIPPED:
        said += " (skipped)"
    elif lap.how == ENDED and lap.planned is not None:
        said += " (ended here)"
    return said


def laps_in_words(laps: list[Lap]) -> list[str]:
    """Each step as it was done; equal rounds, all as planned, as `8x (run 1:00, walk 2:00)`."""
    words = [lap_in_words(lap) for lap in laps]
    plain = [lap.how == DONE for lap in laps]
    said: list[str] = []
    at = 0
    while at < len(words):
        size, times = _rounds(words, plain, at)
        if times >= _FEWEST:
            said.append(f"{times}x ({', '.join(words[at : at + size])})")
            at += size * times
        else:
            said.append(words[at])
            at += 1
    return said


def _rounds(words: list[str], plain: list[bool], at: int) -> tuple[int, int]:
    """The round that begins there and covers most, and how often it comes."""
    best = (1, 1)
    for size in range(1, _LONGEST_ROUND + 1):
        part = words[at : at + size]
        times = 1
        while words[at + size * times : at + size * (times + 1)] == part:
            times += 1
        enough = times >= _FEWEST and all(plain[at : at + size * times])
        if enough and size * times > best[0] * best[1]:
            best = (size, times)
    return best


def _minutes(ms: int) -> str:
    return spoken_time((ms + 30_000) // 60_000 * 60_000) or "less than a minute"


def _totals(sessions: list[Session]) -> list[str]:
    if not sessions:
        return []
    sums = log_sessions.totals(sessions)
    under_way = sum(session.state == UNDER_WAY for session in sessions)
    counts = ((sums.finished, FINISHED), (sums.stopped, STOPPED), (under_way, UNDER_WAY))
    parts = [f"{count} {state}" for count, state in counts if count]
    running = f", {_minutes(sums.run)} of it running" if sums.run else ""
    lines = [
        f"{counted(len(sessions), 'session')} ({', '.join(parts)}): "
        f"{_minutes(sums.active)}{running}."
    ]
    longest = max(sessions, key=lambda session: session.longest_run)
    if longest.longest_run:
        day = f", on {longest.when.date()}" if longest.when else ""
        lines.append(f"Longest run: {duration(longest.longest_run)}{day}.")
    return lines


def _unseen(archive: Archive, sessions: list[Session]) -> list[str]:
    sums = log_sessions.unseen(archive, sessions)
    number = sums.finished + sums.stopped
    if not number:
        return []
    return [
        f"Besides, {counted(number, 'session')} that the clip only knows the sum of: "
        f"{_minutes(sums.active)}, {_minutes(sums.run)} of it running."
    ]
