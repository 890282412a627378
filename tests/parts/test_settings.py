"""settings.txt: what it says holds, what it says badly does no harm."""

import errno
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from hostsim.files import firmware_package
from hostsim.importer import Modules

DEFAULTS = {
    "quiet": False,
    "brightness": 100,
    "screen-off": 20,
    "countdown": True,
    "halfway": True,
    "hold": 800,
    "lock": False,
    "flip": False,
    "pitch": 100,
    "motor": True,
    "cue-warm": "",
    "cue-run": "",
    "cue-walk": "",
    "cue-hike": "",
    "cue-rest": "",
    "cue-cool": "",
}


@pytest.fixture(scope="module")
def module():
    modules = Modules()
    modules.table["os"] = os  # the test's own files, not a pretend flash
    return modules.load("runwalk.parts.settings")


@pytest.fixture
def read(module, tmp_path):
    """Settings of a file with that content."""

    def from_content(content: bytes):
        path = tmp_path / "settings.txt"
        path.write_bytes(content)
        return module.Settings(str(path))

    return from_content


def test_no_file_gives_every_default_and_no_complaint(module, tmp_path):
    settings = module.Settings(str(tmp_path / "settings.txt"))
    assert settings.values == DEFAULTS
    assert settings.complaints == []


def test_an_empty_file_gives_every_default(read):
    settings = read(b"")
    assert settings.values == DEFAULTS
    assert settings.complaints == []


def test_what_a_person_writes_is_read(read):
    settings = read(
        b"# my clip\n\nquiet on   # in the library\n  brightness\t40\nscreen-off 0\n"
        b"countdown off\nhalfway off\nhold 1200\nlock on\nflip on\npitch 120\nmotor off\n"
    )
    assert settings.complaints == []
    assert settings.get("quiet") is True
    assert settings.get("brightness") == 40
    assert settings.get("screen-off") == 0
    assert settings.get("countdown") is False
    assert settings.get("halfway") is False
    assert settings.get("hold") == 1200
    assert settings.get("lock") is True
    assert settings.get("flip") is True
    assert settings.get("pitch") == 120
    assert settings.get("motor") is False


@pytest.mark.parametrize(
    "content", [b"quiet on\r\nhold 900\r\n", b"\xef\xbb\xbfquiet on\nhold 900"]
)
def test_files_of_windows_editors_are_read(read, content):
    settings = read(content)
    assert (settings.get("quiet"), settings.get("hold")) == (True, 900)
    assert settings.complaints == []


@pytest.mark.parametrize(
    "line, complaint",
    [
        (b"quiet yes", "quiet: on or off"),
        (b"quiet", "quiet: on or off"),
        (b"brightness 0", "brightness: 1 to 100"),
        (b"brightness 101", "brightness: 1 to 100"),
        (b"brightness 4_0", "brightness: 1 to 100"),
        (b"brightness +40", "brightness: 1 to 100"),
        (b"brightness \xd9\xa4\xd9\xa0", "brightness: 1 to 100"),
        (b"screen-off 99999999999999999999", "screen-off: 0 to 3600"),
        (b"hold 499", "hold: 500 to 2000"),
        (b"loudness 3", "loudness: unknown"),
        (b"QUIET on", "QUIET: unknown"),
        (b"cue-jog x", "cue-jog: unknown"),
        (b"quiet on" + b" on" * 50, "quiet: too long"),
    ],
)
def test_a_bad_line_keeps_the_default_and_is_named(read, line, complaint):
    settings = read(b"lock on\n" + line + b"\nflip on\n")
    assert settings.values == {**DEFAULTS, "lock": True, "flip": True}
    assert settings.complaints == [complaint]


def test_the_last_good_line_of_a_key_counts(read):
    assert read(b"hold 900\nhold 1000\nhold never\n").get("hold") == 1000


def test_a_long_comment_is_no_fault(read):
    settings = read(b"# " + b"why " * 200 + b"\nquiet on # " + b"because " * 200 + b"\nlock on\n")
    assert settings.complaints == []
    assert settings.get("quiet") and settings.get("lock")


def test_binary_rubbish_gives_defaults_and_a_bounded_list_of_complaints(read):
    rubbish = bytes(range(256)) * 64
    settings = read(rubbish)
    assert settings.values == DEFAULTS
    assert 0 < len(settings.complaints) <= 8
    assert all(len(text) <= 40 and text.isascii() for text in settings.complaints)


def test_a_folder_in_its_place_is_a_complaint(module, tmp_path):
    (tmp_path / "settings.txt").mkdir()
    settings = module.Settings(str(tmp_path / "settings.txt"))
    assert settings.values == DEFAULTS
    assert settings.complaints == ["settings: cannot read"]


class TestRhythms:
    def test_a_rhythm_of_the_runner_is_kept_as_text(self, read, module):
        text = _a_rhythm()
        settings = read(b"cue-run " + text.encode() + b"\n")
        assert settings.get("cue-run") == text
        assert settings.complaints == []

    def test_one_that_cannot_be_read_is_named(self, read):
        settings = read(b"cue-walk ,,?!\n")
        assert settings.get("cue-walk") == ""
        assert len(settings.complaints) == 1
        assert settings.complaints[0].startswith("cue-walk: ")

    def test_one_that_is_too_long_for_a_step_is_named(self, read):
        """Else the clip would take it here and refuse it where it is to be played."""
        settings = read(b"cue-walk low 800\ncue-run low 799\n")
        assert settings.get("cue-walk") == ""
        assert settings.get("cue-run") == "low 799"
        assert settings.complaints == ["cue-walk: rhythm: longer than 799 ms"]

    def test_no_text_is_the_usual_one(self, read):
        settings = read(b"cue-cool\n")
        assert settings.get("cue-cool") == ""
        assert settings.complaints == []


def _a_rhythm() -> str:
    return Modules().load("runwalk.core.rhythm").RHYTHM["run"]


class TestSet:
    def content(self, settings) -> bytes:
        return Path(settings.path).read_bytes()

    def test_only_the_value_changes(self, read):
        settings = read(b"# mine\r\n  quiet\t off   # at work\r\nnonsense\r\nhold 900\r\n")
        settings.set("quiet", True)
        assert settings.get("quiet") is True
        expected = b"# mine\r\n  quiet\t on   # at work\r\nnonsense\r\nhold 900\r\n"
        assert self.content(settings) == expected

    def test_a_key_without_a_line_gets_one_at_the_end(self, read):
        settings = read(b"# mine")
        settings.set("screen-off", 45)
        assert self.content(settings) == b"# mine\nscreen-off 45\n"

    def test_a_key_without_a_value_gets_one(self, read):
        settings = read(b"quiet # hm\n")
        settings.set("quiet", True)
        assert self.content(settings) == b"quiet on # hm\n"

    def test_of_two_lines_the_last_is_rewritten(self, read):
        settings = read(b"hold 900\nhold 1000\n")
        settings.set("hold", 700)
        assert self.content(settings) == b"hold 900\nhold 700\n"

    def test_the_first_one_makes_the_file(self, module, tmp_path):
        path = tmp_path / "settings.txt"
        module.Settings(str(path)).set("quiet", True)
        assert path.read_bytes() == b"quiet on\n"
        assert module.Settings(str(path)).get("quiet") is True
        assert os.listdir(tmp_path) == ["settings.txt"]

    def test_rubbish_stays_and_the_key_is_read_again(self, read, module):
        rubbish = bytes(range(256)) * 3 + b"quiet off" + b" x" * 60
        settings = read(rubbish)
        settings.set("quiet", True)
        assert self.content(settings) == rubbish + b"\nquiet on\n"
        assert module.Settings(settings.path).get("quiet") is True

    def test_every_setting_comes_back(self, module, tmp_path):
        changed = {
            **{key: not value for key, value in DEFAULTS.items() if isinstance(value, bool)},
            **{"brightness": 1, "screen-off": 3600, "hold": 2000, "pitch": 50},
            **{key: _a_rhythm() for key in DEFAULTS if key.startswith("cue-")},
        }
        settings = module.Settings(str(tmp_path / "settings.txt"))
        for key, value in changed.items():
            settings.set(key, value)
        again = module.Settings(settings.path)
        assert again.values == settings.values == changed
        assert again.complaints == []

    @pytest.mark.parametrize(
        "key, value", [("quiet", 1), ("hold", 10), ("hold", True), ("cue-run", "x\nquiet on")]
    )
    def test_a_bad_value_changes_nothing(self, read, key, value):
        settings = read(b"quiet off\n")
        with pytest.raises(ValueError):
            settings.set(key, value)
        assert settings.values == DEFAULTS
        assert self.content(settings) == b"quiet off\n"

    def test_an_unknown_key_is_a_programming_error(self, read):
        with pytest.raises(KeyError):
            read(b"").set("loudness", 3)

    def test_on_a_flash_that_takes_nothing_it_holds_until_the_power_goes(self, tmp_path):
        def open_full(path, mode="r"):
            if "w" in mode:
                raise OSError(errno.ENOSPC, "no space")
            return open(path, mode)

        modules = Modules(open_file=open_full)
        modules.table["os"] = os
        path = tmp_path / "settings.txt"
        path.write_bytes(b"quiet off # mine\n")
        settings = modules.load("runwalk.parts.settings").Settings(str(path))
        with pytest.raises(OSError):
            settings.set("quiet", True)
        assert settings.get("quiet") is True
        assert path.read_bytes() == b"quiet off # mine\n"
        assert os.listdir(tmp_path) == ["settings.txt"]


@pytest.mark.skipif(not find_spec("micropython_unix"), reason="no wheel for this machine")
def test_micropython_reads_and_writes_the_same(tmp_path):
    path = tmp_path / "settings.txt"
    path.write_bytes(b"# mine\nhold 900 # slow\nloudness 3\n" + bytes(range(128, 256)))
    program = f"""
import sys
sys.path.insert(0, {str(firmware_package().parent)!r})
from runwalk.parts.settings import Settings
settings = Settings({str(path)!r})
settings.set("hold", 700)
settings.set("quiet", True)
print(Settings({str(path)!r}).values == settings.values, settings.get("hold"))
print(settings.complaints[0])
"""
    (tmp_path / "program.py").write_text(program)
    done = subprocess.run(
        [sys.executable, "-m", "micropython_unix", str(tmp_path / "program.py")],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.stdout.splitlines() == ["True 700", "loudness: unknown"], done.stderr
    expected = b"# mine\nhold 700 # slow\nloudness 3\n" + bytes(range(128, 256)) + b"\nquiet on\n"
    assert path.read_bytes() == expected
