"""The journal: nothing that was written is lost, whatever happens to the file."""

import os
from types import SimpleNamespace

import pytest
from hostsim.importer import Modules

NOW = "2026-03-29T17:05+01:00"
DUE = 12288  # bytes at which the clip compacts its journal
STEPS = "warm 5m, 8x(run 1m, walk 2m), cool 5m"


class Weeks:
    """A plan of 20 weeks of 3 days: what Progress.next asks of a plan."""

    def has(self, week, day):
        return 1 <= week <= 20 and 1 <= day <= 3

    def after(self, week, day):
        return next((p for p in self.places() if p > (week, day)), None)

    def nearest_before(self, week, day):
        return next((p for p in reversed(self.places()) if p < (week, day)), None)

    def first(self):
        return 1, 1

    def places(self):
        return [(week, day) for week in range(1, 21) for day in (1, 2, 3)]


class Refusing:
    """`open` and `os` of a flash that refuses to write while `refuses` is set."""

    def __init__(self):
        self.refuses = False
        self.writes = 0

    def open(self, path, mode="r"):
        if self.refuses and mode[0] != "r":
            raise OSError(28, "full")
        if mode[0] != "r":
            self.writes += 1
        return open(path, mode)

    def __getattr__(self, name):
        if name not in ("stat", "rename", "remove"):
            raise AttributeError(name)
        if self.refuses and name != "stat":
            return self.refuse
        return getattr(os, name)

    def refuse(self, *paths):
        raise OSError(30, "read-only")


class Clip:
    """A journal on a folder, and the programme that a clip would put into it."""

    def __init__(self, folder):
        self.folder = folder
        self.flash = Refusing()
        modules = Modules(open_file=self.flash.open)
        modules.table["os"] = self.flash
        self.module = modules.load("runwalk.parts.journal")
        self.module.date = lambda: self.date
        self.date = NOW
        self.progress_module = modules.load("runwalk.core.progress")
        self.restart()

    def restart(self):
        self.progress = self.progress_module.Progress()
        self.journal = self.module.Journal(self.progress)
        self.good = self.journal.load()
        return self

    @property
    def path(self):
        return self.folder / "journal.txt"

    def lines(self):
        return [line for line in self.path.read_text().split("\n") if line]

    def record(self, index):
        return self.module.parse(self.lines()[index].encode())

    def begin(self, week=1, day=1, workout="", text=STEPS, stem="ten weeks"):
        self.journal.start((stem, week, day, workout, 2040000, text))
        return self.journal.number

    def add(self, kind, *fields):
        self.journal.add(kind, fields)
        return self.journal.flush()

    def run(self, week, day, rate="right", details=0, text=STEPS):
        number = self.begin(week, day, text=text)
        for place in range(details):
            self.journal.note("skip", 1000 * place, place, place + 1)
            if place % 10 == 9:
                self.journal.flush()
        self.journal.note("finish", 2040000, 0, 2040000, 480000)
        written = self.journal.flush()
        return self.add("rate", number, rate) and written

    def known(self):
        """All that the derivations say, to be compared."""
        progress = self.progress
        courses = {stem: vars(course) for stem, course in progress.courses.items()}
        return {**vars(progress), "courses": courses, "boot": 0}


@pytest.fixture
def clip(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return Clip(tmp_path)


def test_a_record_says_what_happened_in_plain_text(clip):
    number = clip.begin()
    clip.journal.flush()
    assert number == 1
    (line,) = clip.lines()
    assert line.startswith(f"1\t1\t1\t{NOW}\tstart\tten weeks\t1\t1\t\t2040000\twarm 5m, 8x(")
    assert clip.path.read_bytes()[:1] == b"\n"
    assert clip.path.read_bytes()[-1:] == b"\n"


def test_the_clock_that_is_not_set_leaves_no_date(clip):
    clip.date = "-"
    clip.add("fault", "flash", "full")
    assert clip.record(0) == ["1", "1", "1", "-", "fault", "flash", "full"]


@pytest.mark.parametrize(
    ("year", "zone", "date"),
    [
        (2026, "+01:00\n", "2026-03-29T17:05+01:00"),
        (2026, None, "2026-03-29T17:05"),
        # what breaks a line or a field would cost the record
        (2026, "\n", "2026-03-29T17:05"),
        (2026, "Z\n", "2026-03-29T17:05Z"),
        (2026, "+1\t0\r\n", "2026-03-29T17:05+10"),
        (2021, "+01:00\n", "-"),
    ],
)
def test_the_date_has_the_offset_that_the_clip_was_told(tmp_path, monkeypatch, year, zone, date):
    monkeypatch.chdir(tmp_path)
    if zone:
        (tmp_path / "zone.txt").write_text(zone)
    module = Modules(open_file=open).load("runwalk.parts.journal")
    module.time = SimpleNamespace(localtime=lambda: (year, 3, 29, 17, 5, 0, 6, 88))
    assert module.date() == date


def test_events_wait_for_the_flush_and_go_in_one_write(clip):
    number = clip.begin()
    clip.journal.note("skip", 70000, 0, 1)
    clip.journal.note("back", 71000, 1, 0)
    clip.journal.note("open", 90000, 3, -1)
    clip.journal.note("pause", 100000, 0)
    clip.journal.note("resume", 100000, 30000, "power")
    clip.journal.note("stop", 110000, 30000, 80000, 9000)
    assert not clip.path.exists()
    assert clip.journal.flush()
    assert clip.flash.writes == 1
    assert [clip.record(place)[4:] for place in range(1, 7)] == [
        ["skip", "1", "70000", "0", "1"],
        ["back", "1", "71000", "1", "0"],
        ["open", "1", "90000", "3", "-1"],
        ["pause", "1", "100000", "0"],
        ["resume", "1", "100000", "30000", "power"],
        ["stop", "1", "ten weeks", "1", "1", "", "110000", "30000", "80000", "9000"],
    ]
    assert clip.record(6)[3] == NOW
    assert clip.record(5)[3] == "-"
    assert clip.progress.number == number


def test_with_nothing_to_write_the_flash_is_left_alone(clip):
    assert clip.journal.flush()
    assert clip.flash.writes == 0
    assert not clip.path.exists()


def test_the_next_start_knows_it_all_and_counts_on(clip):
    clip.run(1, 1)
    clip.run(1, 2, rate="hard")
    known = clip.known()
    assert clip.restart().good
    assert clip.known() == known
    assert clip.progress.next("ten weeks", Weeks()) == (1, 3)
    assert clip.journal.boot == 2
    assert clip.begin() == clip.progress.seq == 7


def test_the_start_is_found_again_for_resuming(clip):
    number = clip.begin(0, 0, workout="Hügel")
    clip.journal.flush()
    started = clip.restart().journal.go_on(number)
    assert started == ["ten weeks", "0", "0", "Hügel", "2040000", STEPS]
    assert clip.journal.go_on(99) is None


def test_a_resumed_session_ends_under_its_own_number(clip):
    number = clip.begin(3, 2)
    clip.journal.flush()
    clip.restart().journal.go_on(number)
    clip.journal.note("resume", 60000, 0, "power")
    clip.journal.note("finish", 2040000, 0, 2040000, 480000)
    clip.journal.flush()
    assert clip.restart().progress.number == number
    assert clip.progress.next("ten weeks", Weeks()) == (3, 3)


def test_a_session_whose_start_is_lost_keeps_its_time_and_its_number(clip):
    clip.journal.go_on(57)
    clip.journal.note("stop", 754000, 0, 754000, 240000)
    assert clip.journal.flush()
    assert clip.record(0)[4:] == [
        "stop",
        "57",
        "?",
        "0",
        "0",
        "?",
        *"754000 0 754000 240000".split(),
    ]
    assert clip.restart().progress.run_ms == 240000
    assert clip.begin() == 58
    clip.journal.note("finish", 2040000, 0, 2040000, 480000)
    clip.journal.flush()
    assert clip.restart().progress.next("ten weeks", Weeks()) == (1, 2)


def test_texts_with_tabs_and_newlines_stay_one_record(clip):
    clip.add("fault", "crash", "a\tb\r\nc")
    assert clip.record(0)[5:] == ["crash", "a b  c"]


def test_a_session_called_off_leaves_nothing(clip):
    clip.add("plan", "ten weeks")
    clip.begin()
    clip.journal.note("skip", 1000, 0, 1)
    clip.journal.forget()
    assert clip.journal.flush()
    assert len(clip.lines()) == 1


def test_one_that_began_and_was_forgotten_leaves_its_start_alone(clip):
    clip.begin()
    clip.journal.flush()
    clip.journal.note("skip", 20000, 0, 1)
    clip.journal.forget()
    clip.journal.flush()
    assert [clip.record(place)[4] for place in range(len(clip.lines()))] == ["start"]


def test_other_versions_are_read(clip):
    later = ["2", "1", "1", "-", "set", "ten weeks", "4", "1", "and more"]
    unknown = ["2", "2", "1", "-", "weather", "rain"]
    earlier = ["1", "3", "1", "-", "rate", "1"]  # of a kind with a field less
    clip.path.write_bytes(b"".join(map(clip.module.as_line, (later, unknown, earlier))))
    assert clip.restart().good
    assert clip.progress.next("ten weeks", Weeks()) == (4, 1)
    assert clip.progress.seq == 3


# a flash that refuses


def test_what_a_full_flash_refused_is_written_later(clip):
    clip.flash.refuses = True
    assert not clip.run(1, 1)
    assert clip.progress.next("ten weeks", Weeks()) == (1, 2)  # known until the power goes
    known = clip.known()
    clip.flash.refuses = False
    assert clip.journal.flush()
    clip.restart()
    assert clip.known() == known


def test_what_waits_is_bounded_and_the_ends_go_before_details(clip):
    clip.flash.refuses = True
    for week in range(1, 21):
        clip.run(week, 1, details=100)
    assert len(clip.journal.pending) <= 48
    clip.flash.refuses = False
    clip.journal.flush()
    kinds = [clip.record(place)[4] for place in range(len(clip.lines()))]
    assert kinds.count("finish") >= 10
    clip.restart()
    assert clip.progress.next("ten weeks", Weeks()) == (20, 2)


def test_too_many_events_between_two_flushes_lose_details_and_never_the_end(clip):
    number = clip.begin()
    for place in range(200):
        clip.journal.note("skip", place, place, place + 1)
    clip.journal.note("finish", 2040000, 0, 2040000, 0)
    clip.journal.flush()
    assert clip.restart().progress.number == number


def test_loading_from_a_flash_that_is_read_only(clip):
    clip.run(1, 1)
    known = clip.known()
    (clip.folder / "journal.new").write_text("half a copy")
    clip.flash.refuses = True
    clip.restart()
    assert clip.known() == known
    assert not clip.journal.compact()
    assert not clip.add("plan", "other")


# compaction


def programme(clip, sessions, **more):
    """So many sessions, with the compaction that the clip does before each; all else is kept."""
    largest = 0
    for place in range(sessions):
        if clip.journal.size > DUE:
            known = clip.known()
            assert clip.journal.compact()
            assert not clip.journal.size > DUE
            clip.restart()
            assert clip.known() == known
        clip.run(place // 3 % 20 + 1, place % 3 + 1, **more)
        largest = max(largest, clip.path.stat().st_size)
    return largest


def test_a_year_fits_in_16_kib_and_is_known(clip):
    assert programme(clip, 200, details=12) <= 16384
    assert clip.restart().good
    assert clip.progress.finished == 200
    assert clip.progress.next("ten weeks", Weeks()) == (7, 3)
    assert all(path.stat().st_size <= 16384 for path in clip.folder.iterdir())


def test_long_steps_fit_too(clip):
    assert programme(clip, 30, text='run 1m "' + "ä" * 2000 + '"') <= 16384
    assert clip.restart().progress.finished == 30


def test_a_session_of_a_thousand_skips_leaves_room_for_its_end(clip):
    assert programme(clip, 10, details=1000) <= 16384
    assert clip.restart().progress.finished == 10


def test_two_generations_are_kept(clip):
    """What was written last can be read as it was: 12 KiB of it, if not all."""
    programme(clip, 60)
    clip.journal.compact()
    last = clip.progress.seq
    assert [clip.record(place)[4] for place in range(len(clip.lines()))] == ["course", "total"]
    old = [line for line in (clip.folder / "journal.old").read_text().split("\n") if line]
    kept = [int(line.split("\t")[1]) for line in old]
    kept = [number for number in kept if number]
    assert kept == list(range(kept[0], last + 1))
    clip.add("plan", "ten weeks")
    assert clip.record(2)[1] == str(last + 1)


def test_what_was_said_is_known_in_each_generation_after(clip):
    """The same as a journal that was never made shorter."""
    programme(clip, 9, details=3)
    known = clip.known()
    for _ in range(5):
        assert clip.journal.compact()
        assert clip.restart().good
        assert clip.known() == known


def test_a_cut_between_the_two_renames_is_made_good(clip):
    programme(clip, 9)
    known = clip.known()
    clip.journal.compact()
    os.rename("journal.txt", "journal.new")
    assert clip.restart().good
    assert clip.known() == known
    assert not os.path.exists("journal.new")


def test_compaction_that_the_flash_refuses_leaves_all_as_it_was(clip):
    programme(clip, 9)
    known, content = clip.known(), clip.path.read_bytes()
    clip.flash.refuses = True
    assert not clip.journal.compact()
    clip.flash.refuses = False
    assert clip.path.read_bytes() == content
    assert clip.restart().good
    assert clip.known() == known


# damage


@pytest.fixture
def full(clip):
    """Two generations, all kinds of record."""
    programme(clip, 36)
    clip.journal.compact()
    all_kinds(clip)
    return clip


def all_kinds(clip):
    clip.add("plan", "ten weeks")
    clip.run(13, 1, rate="easy", details=3)
    number = clip.begin(13, 2)
    clip.journal.note("pause", 100000, 0)
    clip.journal.note("resume", 100000, 30000)
    clip.journal.note("stop", 110000, 30000, 80000, 9000)
    clip.journal.flush()
    clip.add("pain", number, "yes")
    clip.add("offer", number, "ten weeks", "pain", "no", 12, 1)
    clip.add("set", "ten weeks", 13, 2)


def without(clip, data, hit):
    """What is known without the record of the line that holds that byte."""
    clip.path.write_bytes(data[: hit.start] + data[hit.stop :])
    clip.restart()
    return clip.known()


def ranges(data):
    """The bytes of each record, its two newlines included."""
    start = 0
    while start < len(data):
        stop = data.index(b"\n", start + 1) + 1
        yield range(start, stop)
        start = stop


def test_any_flipped_byte_loses_at_most_its_record(clip):
    programme(clip, 36)
    clip.journal.compact()
    all_kinds(clip)
    everything = clip.restart().known()
    old = (clip.folder / "journal.old").read_text().strip()
    old_last = int(old.rsplit("\n", 1)[1].split("\t")[1])
    data = clip.path.read_bytes()
    assert len(data) < 2500
    for hit in ranges(data):
        record = clip.module.parse(data[hit.start + 1 : hit.stop - 1])
        # what the generation before has too is not lost at all
        lost = without(clip, data, hit) if int(record[1]) > old_last else everything
        for place in hit:
            bad = bytearray(data)
            bad[place] ^= 1 << place % 8
            clip.path.write_bytes(bad)
            clip.restart()
            assert clip.known() in (lost, everything), (place, record)
            assert not clip.good or clip.known() == everything


def test_a_truncated_journal_keeps_what_is_left_and_what_the_old_one_had(full):
    data = full.path.read_bytes()
    lengths = {*range(0, len(data), 97), *range(len(data) - 60, len(data))}
    for record in ranges(data):
        lengths |= {record.start, record.start + 1, record.stop - 1}
    for length in sorted(lengths):
        full.path.write_bytes(data[:length])
        full.restart()
        assert full.progress.finished >= 36
        assert full.progress.next("ten weeks", Weeks()) >= (13, 1)
        number = full.progress.seq
        assert full.add("set", "ten weeks", 20, 3)
        assert full.restart().progress.seq == number + 1
        assert full.progress.next("ten weeks", Weeks()) == (20, 3)


@pytest.mark.parametrize("content", [None, b"", b"\xff" * 5000, b"\x00" * 20000, b"\n" * 3000])
def test_a_lost_journal_leaves_what_the_old_one_had(full, content):
    full.path.unlink() if content is None else full.path.write_bytes(content)
    full.restart()
    assert full.progress.finished == 36
    assert full.run(13, 1)
    assert full.restart().progress.finished == 37


def test_damage_to_the_old_generation_changes_nothing(full):
    everything = full.restart().known()
    old = full.folder / "journal.old"
    data = old.read_bytes()
    for place in range(0, len(data), 41):
        bad = bytearray(data)
        bad[place] ^= 0x01
        old.write_bytes(bad[: place + 2000] if place % 2 else bad)
        full.restart()
        assert full.known() == everything


def test_damage_is_still_made_up_for_after_the_next_compaction(full):
    everything = full.restart().known()
    data = bytearray(full.path.read_bytes())
    data[20] ^= 0x01  # the summary of the plan
    full.path.write_bytes(data)
    full.restart()
    assert full.known() == everything
    programme(full, 40)
    assert full.restart().progress.finished == everything["finished"] + 40
