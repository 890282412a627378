"""Journals for tests of the log, written by hand as parts/journal.py describes them."""

import zlib

STEPS = "warm 5m, 2x(run 1m, walk 2m), cool 5m"  # 16 min
PLANNED = 960000


def line(number, kind, *fields, boot=1, date="-"):
    """One line of a journal, without its newline."""
    body = "\t".join(["1", str(number), str(boot), date, kind, *map(str, fields)]).encode()
    return b"%s\t%08x" % (body, zlib.crc32(body))


def start(number, week=1, day=1, workout="", steps=STEPS, planned=PLANNED, stem="ten", **more):
    return line(number, "start", stem, week, day, workout, planned, steps, **more)


def finish(
    number,
    of,
    week=1,
    day=1,
    workout="",
    active=PLANNED,
    paused=0,
    run=120000,
    kind="finish",
    stem="ten",
    **more,
):
    return line(number, kind, of, stem, week, day, workout, active, paused, active, run, **more)


def summary(seq, finished, stopped=0, active=0, run=0, **more):
    """A compaction's two lines: of one course, and of all that was before."""
    course = line(0, "course", "ten", f"17 0 {seq} 17 0 0 0 {seq} 0 0 131072 1 0", **more)
    total = f"{seq} {seq} 0 0 {finished} {stopped} {active} {run} 0 0"
    return [course, line(0, "total", total, "ten", **more)]


def text(lines):
    """The file: each record stands between newlines of its own."""
    return b"".join(b"\n" + one + b"\n" for one in lines)


def week(number, boot=1, dated=True, day=1, rate="right"):
    """A session of three records, begun with that number, `day` days after 1 March 2026."""
    at = f"2026-03-{day:02}T18:0" if dated else None
    dates = [f"{at}{place}+01:00" if at else "-" for place in (0, 5, 6)]
    return [
        start(number, boot=boot, date=dates[0]),
        finish(number + 1, number, boot=boot, date=dates[1]),
        line(number + 2, "rate", number, rate, boot=boot, date=dates[2]),
    ]
