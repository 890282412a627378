"""The session file: written in one piece, and read as it was or not at all."""

import binascii
from types import SimpleNamespace

import pytest
from hostsim.importer import Modules


def load(open_file=open):
    return Modules(open_file=open_file).load("runwalk.parts.journal")


store = load()
place = Modules().load("runwalk.core.place")
FIELDS = "number active paused pos loops open_ms run_ms pressed half_done offset announced".split()
USUAL = (57, 754000, 12345, 5, 0, 0, 240000, 0, 1, -46000, -1)
MOST = 86399999  # ms of a day
LARGEST = (9999999, MOST, 536870911, 2999, 28799, MOST, MOST, 1, 1, -MOST, 2999)
NONE = (0,) * len(FIELDS)


@pytest.fixture(autouse=True)
def session(tmp_path, monkeypatch):
    """The file, as a clip makes it at its first start."""
    monkeypatch.chdir(tmp_path)
    assert store.read_session() is None
    assert store.clear_session()
    return tmp_path / "session.now"


def write(values, module=store):
    saved = dict(zip(FIELDS, values))
    here = place.Place()
    here.copy(SimpleNamespace(**saved))
    return module.write_session(
        saved["number"],
        saved["active"],
        saved["paused"],
        here,
        bool(saved["half_done"]),
        saved["announced"],
    )


def read(module=store):
    """The fields; None where there is no file, False where it is damaged."""
    saved = module.read_session()
    return saved and tuple(getattr(saved, name) for name in FIELDS)


@pytest.mark.parametrize("values", [USUAL, LARGEST])
def test_what_was_written_is_read(values):
    assert write(values)
    assert read() == values


def test_what_is_read_is_a_place(session):
    write(USUAL)
    here = place.Place()
    here.copy(store.read_session())
    assert vars(here).items() <= dict(zip(FIELDS, USUAL)).items()


def test_the_file_has_always_the_same_length_of_at_most_100_bytes(session):
    sizes = {session.stat().st_size}
    for values in (USUAL, LARGEST, NONE):
        write(values)
        sizes.add(session.stat().st_size)
    store.clear_session()
    sizes.add(session.stat().st_size)
    assert sizes == {98}


def test_a_person_can_read_it(session):
    write(USUAL)
    assert session.read_text().startswith("1 57 754000 12345 5 0 0 240000 0 1 -46000 -1  ")


def test_a_new_file_and_a_cleared_one_hold_no_session():
    assert read() == NONE
    write(USUAL)
    assert store.clear_session()
    assert read() == NONE


def test_a_longer_line_of_a_later_version_is_read_and_overwritten(session):
    later = b"2 57 754000 12345 5 0 0 240000 0 1 -46000 -1 77"
    session.write_bytes(later + b" %08x\n" % binascii.crc32(later) + b"more\n" * 20)
    assert read() == USUAL
    write(LARGEST)
    assert read() == LARGEST


def test_any_flipped_byte_is_the_same_session_or_none_and_the_next_checkpoint_mends_it(session):
    write(USUAL)
    good = session.read_bytes()
    for place_ in range(len(good)):
        for flip in (0x01, 0x20, 0x80, 0xFF):
            bad = bytearray(good)
            bad[place_] ^= flip
            session.write_bytes(bad)
            assert read() in (False, USUAL)
    assert write(USUAL)
    assert read() == USUAL


def test_any_truncation_is_no_session_and_the_next_checkpoint_mends_it(session):
    write(USUAL)
    good = session.read_bytes()
    for length in range(len(good)):
        session.write_bytes(good[:length])
        assert read() is False
        assert write(USUAL)
        assert read() == USUAL


@pytest.mark.parametrize("content", ["", "1 2", "1 57 a b", "1 57 -1 0 0 0 0 0 0 0 0 0"])
def test_a_right_checksum_over_nonsense_is_no_session(session, content):
    body = content.encode()
    session.write_bytes(body + b" %08x\n" % binascii.crc32(body))
    assert read() is False


@pytest.mark.parametrize("content", [b"", b"\xff" * 5000, b"\x00" * 5000, b" " * 5000])
def test_a_file_of_something_else_is_no_session(session, content):
    session.write_bytes(content)
    assert read() is False


class Watched:
    """A file that tells what is done with it."""

    def __init__(self, calls, path, mode):
        calls.append(mode)
        self.calls = calls
        self.file = open(path, mode)

    def write(self, data):
        self.calls.append(len(data))
        return self.file.write(data)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.calls.append("close")
        self.file.close()


def test_a_checkpoint_is_one_write_between_open_and_close():
    calls = []
    assert write(USUAL, load(lambda path, mode: Watched(calls, path, mode)))
    assert calls == ["r+b", 98, "close"]


def test_a_file_that_was_taken_away_is_made_again(session):
    session.unlink()
    assert read() is None
    assert write(USUAL)
    assert read() == USUAL


@pytest.mark.parametrize("number", [5, 28, 30])  # I/O error, full, read-only
def test_a_flash_that_refuses_makes_it_false(number):
    write(USUAL)
    modes = []

    def refuse(path, mode):
        modes.append(mode)
        raise OSError(number, "refused")

    refused = load(refuse)
    assert not write(LARGEST, refused)
    assert not refused.clear_session()
    assert modes == ["r+b", "r+b"]  # never the one that would empty the file
    assert read(refused) is None
    assert read() == USUAL
