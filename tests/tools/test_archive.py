"""The archive: never a record lost, never one twice, whatever became of the clip's journal."""

import base64
import os
import random
import zlib
from pathlib import Path

import pytest
from log_journals import finish, line, start, summary, text, week
from runwalk_tools import archive, log
from runwalk_tools.archive import Archive
from runwalk_tools.errors import UserError
from runwalk_tools.log_sessions import read_sessions
from runwalk_tools.mpremote_link import Found

CLIP = "e66141040032c1a2"


def pull(folder, new, old=None, found=None):
    """What a pull of these journals (lists of lines) says."""
    files = {"journal.txt": text(new)} if new is not None else {}
    if old is not None:
        files["journal.old"] = text(old)
    return log.add(CLIP, files, found or Found(), folder)


def kept(folder):
    """The records in the archive, flash by flash."""
    flashes = Archive.load(archive.path_of(folder, CLIP)).flashes
    return [[line for entry in flash for line in entry.lines] for flash in flashes]


def ended(folder):
    return len(read_sessions(Archive.load(archive.path_of(folder, CLIP))))


def weeks(count, first=1, **more):
    """That many sessions, each on its own day."""
    return [
        record
        for place in range(count)
        for record in week(first + 3 * place, day=(first + 3 * place) // 3 % 28 + 1, **more)
    ]


def test_what_is_new_is_added_and_nothing_twice(tmp_path):
    records = weeks(4)
    assert pull(tmp_path, records[:6]) == [f"clip {CLIP}: 2 new sessions, 2 in the archive"]
    assert pull(tmp_path, records[:6]) == [f"clip {CLIP}: no new session, 2 in the archive"]
    assert pull(tmp_path, records) == [f"clip {CLIP}: 2 new sessions, 4 in the archive"]
    assert kept(tmp_path) == [records]


def test_the_file_is_the_journals_own_lines(tmp_path):
    records = weeks(1)
    pull(tmp_path, records)
    content = archive.path_of(tmp_path, CLIP).read_bytes().splitlines()
    assert [line for line in content if not line.startswith(b"#")] == records


def test_an_empty_journal_is_an_archive_too(tmp_path):
    assert pull(tmp_path, None) == [f"clip {CLIP}: no new session, 0 in the archive"]
    assert kept(tmp_path) == []


def test_a_compaction_between_two_pulls_loses_nothing(tmp_path):
    records = weeks(6)
    pull(tmp_path, records[:6])
    sums = summary(12, finished=4)
    pull(tmp_path, [*sums, *records[12:15]], old=records[:12])
    assert kept(tmp_path) == [[*records[:12], *sums, *records[12:15]]]
    sums2 = summary(18, finished=6)
    pull(tmp_path, sums2, old=[*sums, *records[12:]])
    assert kept(tmp_path) == [[*records[:12], *sums, *records[12:], *sums2]]
    assert ended(tmp_path) == 6


def test_two_compactions_between_two_pulls_leave_a_gap_that_is_summed_up(tmp_path):
    records = weeks(8)
    pull(tmp_path, records[:6])
    first, second = summary(12, finished=4), summary(18, finished=6)
    said = pull(tmp_path, [*second, *records[18:]], old=[*first, *records[12:18]])
    assert said == [f"clip {CLIP}: 4 new sessions, 6 in the archive"]
    assert kept(tmp_path) == [[*records[:6], *first, *records[12:18], *second, *records[18:]]]


def test_a_compaction_cut_off_between_its_renames(tmp_path):
    records = weeks(3)
    pull(tmp_path, records[:6])
    sums = summary(9, finished=3)
    log.add(CLIP, {"journal.old": text(records), "journal.new": text(sums)}, Found(), tmp_path)
    assert kept(tmp_path) == [[*records, *sums]]
    # and one cut off before them: the new one is not yet what it says
    log.add(CLIP, {"journal.txt": text(records), "journal.new": text(sums)[:40]}, Found(), tmp_path)
    assert kept(tmp_path) == [[*records, *sums]]


def test_a_flash_that_begins_anew(tmp_path):
    old = weeks(3)
    new = weeks(2)  # the same numbers
    new = [record for number in (1, 4) for record in week(number, day=20 + number)]
    pull(tmp_path, old)
    said = pull(tmp_path, new[:3])
    assert said[0] == f"clip {CLIP}: 1 new session, 4 in the archive"
    assert said[1].startswith("its memory has begun anew")
    assert len(pull(tmp_path, new)) == 1
    assert pull(tmp_path, new) == [f"clip {CLIP}: no new session, 5 in the archive"]
    assert kept(tmp_path) == [old, new]


def test_a_new_flash_whose_first_session_is_the_same_without_a_date(tmp_path):
    """No clock, the same session as planned: byte for byte as on the old flash."""
    old = [record for number in (1, 4, 7) for record in week(number, dated=False)]
    new = old[:3]
    pull(tmp_path, old)
    assert pull(tmp_path, new)[0] == f"clip {CLIP}: 1 new session, 4 in the archive"
    assert pull(tmp_path, new) == [f"clip {CLIP}: no new session, 4 in the archive"]
    more = [*new, *week(4, dated=False, rate="hard")]
    assert pull(tmp_path, more) == [f"clip {CLIP}: 1 new session, 5 in the archive"]
    assert kept(tmp_path) == [old, more]


def test_records_without_a_date_that_go_on_are_no_new_flash(tmp_path):
    records = [r for n in range(1, 31, 3) for r in week(n, dated=False, boot=n)]
    for count in (3, 4, 9, 30):
        pull(tmp_path, records[:count])
    assert kept(tmp_path) == [records]


@pytest.mark.parametrize("dated", [True, False])
def test_a_last_line_that_is_damaged_makes_no_new_flash(tmp_path, dated):
    records = [r for n in (1, 4) for r in week(n, dated=dated)]
    pull(tmp_path, records)
    torn = [*records[:-1], records[-1][:-5]]
    assert pull(tmp_path, torn) == [
        f"clip {CLIP}: no new session, 2 in the archive",
        "1 damaged line on the clip left out",
    ]
    assert kept(tmp_path) == [records]


def test_a_journal_that_lost_its_end_goes_on_with_its_numbers(tmp_path):
    """Its last generation was gone: the clip counts on from the one before."""
    records = weeks(6)
    pull(tmp_path, records)
    again = week(10, boot=2, day=25)
    pull(tmp_path, [*records[:9], *again])
    assert kept(tmp_path) == [records, again]
    again += week(13, boot=2, day=27)
    pull(tmp_path, [*records[:9], *again])
    assert kept(tmp_path) == [records, again]
    assert ended(tmp_path) == 8


def test_a_damaged_line_of_a_summary_is_no_new_flash(tmp_path):
    records = weeks(4)
    sums = summary(6, finished=2)
    pull(tmp_path, [*sums, *records[6:9]], old=records[:6])
    bad = bytearray(sums[0])
    bad[20] ^= 1
    pull(tmp_path, [bytes(bad), sums[1], *records[6:]], old=records[:6])
    assert kept(tmp_path) == [[*records[:6], *sums, *records[6:]]]
    bad = bytearray(sums[1])
    bad[20] ^= 1
    pull(tmp_path, [sums[0], bytes(bad), *records[6:]], old=records[:6])
    assert kept(tmp_path) == [[*records[:6], *sums, *records[6:]]]


def test_what_was_damaged_at_one_pull_and_is_read_at_the_next_comes_to_its_place(tmp_path):
    records = weeks(3)
    pull(tmp_path, [*records[:4], *records[5:]])
    pull(tmp_path, records)
    assert kept(tmp_path) == [records]


def test_an_append_that_came_twice_is_kept_once(tmp_path):
    records = weeks(3)
    pull(tmp_path, [*records[:6], *records[3:6], *records[6:]])
    assert kept(tmp_path) == [records]


def test_a_record_of_a_later_version_is_kept_as_it_is(tmp_path):
    later = line(4, "weather", "rain", "4 °C", "and more")
    records = [*weeks(1), later]
    pull(tmp_path, records)
    assert kept(tmp_path) == [records]


def test_any_byte_hit_on_the_clip_costs_at_most_its_own_record(tmp_path):
    records = weeks(2)
    data = bytearray(text(records))
    for place in range(0, len(data), 7):
        folder = tmp_path / str(place)
        hit = bytearray(data)
        hit[place] ^= 1 << place % 8
        log.add(CLIP, {"journal.txt": bytes(hit)}, Found(), folder)
        flashes = kept(folder)
        assert len(flashes) == 1
        assert len(records) - 1 <= len(flashes[0])
        assert set(flashes[0]) <= set(records)
        log.add(CLIP, {"journal.txt": bytes(data)}, Found(), folder)
        assert kept(folder) == [records]


def test_damaged_lines_of_the_archive_are_kept_and_said_and_pulled_anew(tmp_path):
    records = weeks(2)
    pull(tmp_path, records)
    path = archive.path_of(tmp_path, CLIP)
    path.write_bytes(path.read_bytes().replace(b"finish\t4", b"finish\t7"))
    damaged = Archive.load(path).damaged
    assert len(damaged) == 1
    assert pull(tmp_path, records) == [f"clip {CLIP}: 1 new session, 2 in the archive"]
    assert kept(tmp_path) == [records]
    assert Archive.load(path).damaged == damaged


def test_a_session_that_runs_is_remembered_until_it_is_over(tmp_path):
    records = weeks(1)
    body = b"%-88s" % b"1 4 90000 0 1 0 0 60000 0 0 0 -1"
    running = Found(texts={"session.now": b"%s %08x\n" % (body, zlib.crc32(body))})
    said = pull(tmp_path, [*records, start(4)], found=running)
    assert said == [
        f"clip {CLIP}: 1 new session, 1 in the archive",
        "a session is under way, 1:30 of it done",
    ]
    path = archive.path_of(tmp_path, CLIP)
    assert Archive.load(path).under_way == (4, 90000)
    sessions = read_sessions(Archive.load(path))
    assert [session.state for session in sessions] == ["finished", "under way"]
    pull(tmp_path, [*records, start(4), finish(5, 4)])
    assert Archive.load(path).under_way is None
    assert [s.state for s in read_sessions(Archive.load(path))] == ["finished", "finished"]


def test_the_boards_name_is_kept(tmp_path):
    pull(tmp_path, [], found=Found(texts={"board.txt": b"board pico\nchip rp2040\n"}))
    assert Archive.load(archive.path_of(tmp_path, CLIP)).board == "pico"
    pull(tmp_path, weeks(1))
    assert Archive.load(archive.path_of(tmp_path, CLIP)).board == "pico"


# a history of everything that can happen, against a list of what was written


class Life:
    """A clip's journal as the firmware keeps it, and a list of all it ever recorded."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.all = []  # what could still be pulled when it was written
        self.minute = 0
        self.begin()

    def begin(self):
        self.number = 0
        self.boot = 1
        self.old = None
        self.new = []

    def date(self):
        self.minute += 1
        hours, minutes = divmod(self.minute, 60)
        return f"2026-{hours // 240 + 1:02}-{hours // 24 % 10 + 1:02}T{hours % 24:02}:{minutes:02}"

    def session(self):
        clock = self.random.random() < 0.5
        first = self.number + 1
        for record in (
            start(first, boot=self.boot, date=self.date() if clock else "-"),
            line(first + 1, "skip", first, self.random.randrange(900000), 1, 2, boot=self.boot),
            finish(first + 2, first, boot=self.boot, date=self.date() if clock else "-"),
        ):
            self.new.append(record)
            self.all.append(record)
        self.number += 3

    def step(self):
        what = self.random.random()
        if what < 0.6:
            self.session()
        elif what < 0.8:
            self.boot += 1
        elif what < 0.9 and self.new:
            self.compact()
        elif what < 0.93:
            self.begin()

    def compact(self):
        self.old, self.new = self.new, summary(self.number, 0, boot=self.boot)

    @property
    def files(self):
        files = {"journal.txt": text(self.new)} if self.new else {}
        return files | ({"journal.old": text(self.old)} if self.old else {})


def records_of(folder):
    """The records in the archive, without summaries."""
    return [one for flash in kept(folder) for one in flash if not one.startswith(b"1\t0\t")]


@pytest.mark.parametrize("seed", range(15))
def test_pulled_often_enough_the_archive_has_it_all_once(tmp_path, seed):
    life = Life(seed)
    for _ in range(40):
        life.step()
        log.add(CLIP, life.files, Found(), tmp_path)
        assert records_of(tmp_path) == life.all


def said_by(life):
    """What a board prints of these files."""
    lines = [f"@ id {CLIP}"]
    for name, data in life.files.items():
        lines.append(f"@ file {name}")
        for at in range(0, len(data), 192):
            lines.append(f"@ part {base64.b64encode(data[at : at + 192]).decode()}")
    return "\n".join([*lines, "@ all", ""])


@pytest.mark.parametrize("seed", range(60))
def test_a_cable_pulled_at_a_random_byte_is_made_good_by_the_next_run(tmp_path, seed):
    chance = random.Random(seed)
    life = Life(seed)
    for _ in range(chance.randrange(2, 12)):
        life.session()
    log.add(CLIP, life.files, Found(), tmp_path)
    had = kept(tmp_path)
    life.session()
    if seed % 2:
        life.compact()
    life.session()
    said = said_by(life)
    with pytest.raises(UserError, match="run the same again"):
        log._heard(said[: chance.randrange(len(said) - len("@ all\n"))], "COM3")
    # and the computer's own power, in the middle of a write of the archive
    path = archive.path_of(tmp_path, CLIP)
    path.with_name(path.name + ".new").write_bytes(path.read_bytes()[: chance.randrange(999)])
    assert kept(tmp_path) == had
    clip, files = log._heard(said, "COM3")
    log.add(clip, files, Found(), tmp_path)
    assert records_of(tmp_path) == life.all


# the folder


def test_the_default_is_the_users_data_folder(monkeypatch):
    monkeypatch.setattr(archive.platformdirs, "user_data_path", lambda *a, **k: Path("/data/rw"))
    assert archive.default_folder() == Path("/data/rw/clips")


def test_no_archive_yet_is_one_line(tmp_path):
    with pytest.raises(UserError, match="runwalk log pull"):
        archive.choose(tmp_path / "none", None)


def test_a_clip_is_chosen_by_its_first_signs(tmp_path):
    for clip in ("e661aa", "e661bb", "246f28"):
        log.add(clip, {}, Found(), tmp_path)
    assert [a.clip for a in archive.choose(tmp_path, None)] == ["246f28", "e661aa", "e661bb"]
    assert [a.clip for a in archive.choose(tmp_path, "24")] == ["246f28"]
    with pytest.raises(UserError, match="may be several"):
        archive.choose(tmp_path, "E661")
    with pytest.raises(UserError, match="there is: 246f28, e661aa, e661bb"):
        archive.choose(tmp_path, "99")


def test_a_folder_that_cannot_be_written_leaves_no_half_file(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(UserError):
        log.add(CLIP, {}, Found(), tmp_path / "file")


def test_a_write_that_fails_leaves_the_archive_as_it_was(tmp_path, monkeypatch):
    records = weeks(2)
    pull(tmp_path, records[:3])

    def refuse(*paths):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", refuse)
        with pytest.raises(UserError, match="No space left"):
            pull(tmp_path, records)
    assert kept(tmp_path) == [records[:3]]
    pull(tmp_path, records)
    assert kept(tmp_path) == [records]
