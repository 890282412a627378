"""The session file: written in one piece, and read as it was or not at all."""

import os

import pytest
from hostsim.importer import Modules


def load(open_file=open):
    modules = Modules(open_file=open_file)
    modules.table["os"] = os  # the test's own files, not a pretend flash
    return modules.load("runwalk.parts.store")


store = load()
# number, active, paused, pos, loops, off, open, run, flags, announced, running
USUAL = (57, 754000, 12345, 5, 0, -46000, 0, 240000, 1, -1, True)
LARGEST = (9999999, 86399999, 536870911, 2999, 28799, -86399999, 86399999, 86399999, 3, 2999, False)
ATTRIBUTES = ("number active paused pos loops off open_ms run_ms flags announced running").split()


@pytest.fixture
def session(tmp_path):
    file = store.SessionFile(str(tmp_path / "session.now"), str(tmp_path / "session.new"))
    assert file.ensure()
    return file


def fields(saved):
    return saved and tuple(getattr(saved, name) for name in ATTRIBUTES)


@pytest.mark.parametrize("values", [USUAL, LARGEST])
def test_what_was_written_is_read(session, values):
    assert session.write(*values)
    assert fields(session.read()) == values


def test_the_file_has_always_the_same_length_of_at_most_100_bytes(session):
    sizes = {os.stat(session.path).st_size}
    for values in (USUAL, LARGEST):
        session.write(*values)
        sizes.add(os.stat(session.path).st_size)
    session.clear()
    sizes.add(os.stat(session.path).st_size)
    assert sizes == {store.LENGTH}
    assert store.LENGTH <= 100


def test_a_person_can_read_it(session):
    session.write(*USUAL)
    with open(session.path) as file:
        assert file.read().startswith("1 57 754000 12345 5 0 -46000 0 240000 1 -1 running  ")


def test_a_new_file_and_a_cleared_one_hold_no_session(session):
    assert session.read() is None
    session.write(*USUAL)
    assert session.clear()
    assert session.read() is None


def test_ensure_leaves_a_saved_session_and_removes_what_a_cut_left(session):
    session.write(*USUAL)
    with open(session.new, "w") as file:
        file.write("1 57")
    assert session.ensure()
    assert fields(session.read()) == USUAL
    assert not os.path.exists(session.new)


def test_fields_that_do_not_fit_are_refused_and_the_old_ones_stay(session):
    session.write(*USUAL)
    assert not session.write(10**60, *USUAL[1:])
    assert fields(session.read()) == USUAL


def test_a_longer_line_of_a_later_version_is_read_and_overwritten(session):
    later = b"2 57 754000 12345 5 0 -46000 0 240000 1 -1 running 77"
    with open(session.path, "wb") as file:
        file.write(later + b" %08x\n" % store.binascii.crc32(later) + b"more\n" * 20)
    assert fields(session.read()) == USUAL
    session.write(*LARGEST)
    assert fields(session.read()) == LARGEST


def test_any_flipped_byte_is_the_same_session_or_none_and_the_next_checkpoint_mends_it(session):
    session.write(*USUAL)
    with open(session.path, "rb") as file:
        good = file.read()
    for place in range(len(good)):
        for flip in (0x01, 0x20, 0x80, 0xFF):
            bad = bytearray(good)
            bad[place] ^= flip
            with open(session.path, "wb") as file:
                file.write(bad)
            assert fields(session.read()) in (None, USUAL)
    assert session.ensure()
    assert session.write(*USUAL)
    assert fields(session.read()) == USUAL


def test_any_truncation_is_no_session_and_the_next_checkpoint_mends_it(session):
    session.write(*USUAL)
    with open(session.path, "rb") as file:
        good = file.read()
    for length in range(len(good)):
        with open(session.path, "wb") as file:
            file.write(good[:length])
        assert session.read() is None
        assert session.ensure()
        assert session.write(*USUAL)
        assert fields(session.read()) == USUAL


@pytest.mark.parametrize("fields_", ["", "1 2", "1 57 a b", "1 57 -1 0 0 0 0 0 0 0 0 running"])
def test_a_right_checksum_over_nonsense_is_no_session(session, fields_):
    with open(session.path, "wb") as file:
        body = fields_.encode()
        file.write(body + b" %08x\n" % store.binascii.crc32(body))
    assert session.read() is None


def test_a_checkpoint_is_one_write_between_open_and_close(session):
    calls = []

    class Watched:
        def __init__(self, file, mode):
            self.file = file
            calls.append(mode)

        def write(self, data):
            calls.append(len(data))
            return self.file.write(data)

        def close(self):
            calls.append("close")
            self.file.close()

    watched = load(lambda path, mode: Watched(open(path, mode), mode))
    assert watched.SessionFile(session.path, session.new).write(*USUAL)
    assert calls == ["r+b", store.LENGTH, "close"]


def test_a_file_that_was_taken_away_is_made_again(session):
    os.remove(session.path)
    assert session.read() is None
    assert session.write(*USUAL)
    assert fields(session.read()) == USUAL


@pytest.mark.parametrize("number", [5, 28, 30])  # I/O error, full, read-only
def test_a_flash_that_refuses_makes_it_false(session, number):
    session.write(*USUAL)

    def refuse(path, mode):
        raise OSError(number, "refused")

    refused = load(refuse).SessionFile(session.path, session.new)
    assert not refused.write(*LARGEST)
    assert not refused.clear()
    assert refused.read() is None
    assert fields(session.read()) == USUAL
