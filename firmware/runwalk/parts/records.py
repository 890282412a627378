"""The journal's lines: what a record says, and how it is written and read.

    1  57  12  2026-03-29T17:05+01:00  start  ten-weeks  1  1    2040000  warm 5m, …  8c1f00aa

Fields are parted by tabs: version, the record's number, boot count, date with UTC
offset ("-": the clock was not set), kind, the kind's fields, CRC-32 of all before it.
Records stand between newlines of their own, so that one hit byte costs one record. A
later version adds fields at the end, or kinds, and changes none; who reads skips a bad
line and a kind not known. A session goes by the number of its start record (N); ms.

    start   stem, week, day, workout, planned ms, the session's steps as text
    skip, back, open   N, active, from, to     steps by index, -1 past the last; open: a press
    pause   N, active, paused                  both counted from the session's start
    resume  N, active, paused, after           after: "", power or crash. What is recorded of N
                                               before it, with more active, was lost again
    finish, stop   N, stem, week, day, workout, active, paused, timed, run
    rate    N, easy right hard none            pain    N, yes no none
    offer   N, stem, name, yes no none, week, day (where a yes leads to)
    plan    stem, chosen                       set     stem, week, day: chosen by hand
    fault   what, text                         pulled  number of the last record the host has
    course, total   number 0: what the records said that were dropped (core.progress)

A step that ran as planned needs no record: its length is in the start's steps.
"""

import binascii

from micropython import const

_LONGEST = const(4600)  # a start: a line of 1,000 characters, each up to 4 bytes


def make(seq, boot, when, kind, fields):
    """The record as a list of str. `when`: "" where the clock is not set."""
    record = ["1", str(seq), str(boot), when or "-", kind]
    for field in fields:
        text = str(field)
        for control in "\t\n\r":
            text = text.replace(control, " ")
        record.append(text)
    return record


def write(record):
    """The bytes that go to the file for it."""
    body = "\t".join(record).encode()
    return b"\n" + body + b"\t%08x\n" % binascii.crc32(body)


def parse(line):
    """The record of one line (bytes without its newline), None where it is damaged."""
    end = line.rfind(b"\t")
    if end < 0 or line[end + 1 :] != b"%08x" % binascii.crc32(line[:end]):
        return None
    try:
        record = line[:end].decode().split("\t")
        int(record[1])
    except (ValueError, IndexError):
        return None
    return record if len(record) > 4 else None


def lines(path, start=0):
    """Yield (offset, line without its newline) from that offset on, no empty ones.

    Holds one line and 512 bytes; one that is too long comes in parts. Raises OSError.
    """
    rest = b""
    offset = start
    with open(path, "rb") as file:
        file.seek(start)
        while True:
            data = file.read(512)
            if not data:
                break
            rest += data
            while True:
                end = rest.find(b"\n")
                if end < 0:
                    break
                if end:
                    yield offset, rest[:end]
                offset += end + 1
                rest = rest[end + 1 :]
            if len(rest) > _LONGEST:
                yield offset, rest
                offset += len(rest)
                rest = b""
    if rest:
        yield offset, rest
