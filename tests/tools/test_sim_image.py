"""`runwalk sim --flash-image`: a littlefs chip that is kept from run to run."""

import json
from importlib.util import find_spec

import pytest
from littlefs import LittleFS, UserContext
from runwalk_tools.main import main

PLAN = "plan Short\nweek 1-2 x2: warm 10s, run 10s\n"
BLOCK = 4096

needs_micropython = pytest.mark.skipif(
    not find_spec("micropython_unix"), reason="no wheel for this machine"
)


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """The current folder, with a plan in it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "short.plan").write_text(PLAN)
    return tmp_path


def sim(*words):
    return main(["sim", "short.plan", "--vm", "micropython", "--headless", *words])


def start(capsys):
    """The session that the last run started."""
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    [found] = [line for line in lines if line["event"] == "start"]
    return found["week"], found["day"]


def mounted(image):
    """The image as littlefs-python reads it; raises where it can't."""
    chip = UserContext(len(image))
    chip.buffer[:] = image
    fs = LittleFS(chip, mount=False, block_size=BLOCK, block_count=len(image) // BLOCK)
    fs.mount()
    return fs, chip


def content(fs, path):
    with fs.open(path, "rb") as file:
        return file.read()


@needs_micropython
def test_the_next_run_finds_what_the_last_one_left(desk, capsys):
    assert sim("--flash-image", "clip.img") == 0
    assert start(capsys) == (1, 1)
    assert sim("--flash-image", "clip.img") == 0
    assert start(capsys) == (1, 2)
    assert [path.name for path in sorted(desk.iterdir())] == ["clip.img", "short.plan"]


@needs_micropython
def test_another_littlefs_reads_it(desk):
    assert sim("--flash-image", "clip.img") == 0
    image = (desk / "clip.img").read_bytes()
    assert len(image) == 1408 * 1024  # a Pico's
    fs, _ = mounted(image)
    assert content(fs, "/plans/short.plan") == PLAN.encode()
    assert content(fs, "/board.txt").startswith(b"board pico\n")
    assert "ten-weeks.plan" in fs.listdir("/plans")


@needs_micropython
def test_what_another_littlefs_wrote_the_clip_reads(desk, capsys):
    assert sim("--flash-image", "clip.img") == 0
    fs, chip = mounted((desk / "clip.img").read_bytes())
    for path, text in (("/settings.txt", b"quiet on\n"), ("/plans/ten-weeks.plan", b"plan Mine\n")):
        with fs.open(path, "wb") as file:
            file.write(text)
    fs.unmount()
    (desk / "clip.img").write_bytes(chip.buffer)
    capsys.readouterr()
    assert sim("--flash-image", "clip.img") == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    cues = [line["by"] for line in lines if line["event"] == "cue"]
    assert cues and all(by == ["motor"] for by in cues)
    fs, _ = mounted((desk / "clip.img").read_bytes())
    assert content(fs, "/plans/ten-weeks.plan") == b"plan Mine\n"  # the runner's, not the library's


@needs_micropython
def test_a_session_cut_off_is_offered_by_the_next_run(desk, capsys):
    (desk / "cut.txt").write_text("0:02 press\n0:20 end\n")
    assert sim("--flash-image", "clip.img", "--script", "cut.txt") == 0
    capsys.readouterr()
    assert sim("--flash-image", "clip.img") == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    [resumed] = [line for line in lines if line["event"] == "resume"]
    assert resumed["after"] == "power" and 0 < resumed["active"] <= 15


def damaged(image, blocks):
    for block in blocks:
        image[block * BLOCK : (block + 1) * BLOCK] = b"\xa5" * BLOCK
    return image


@needs_micropython
@pytest.mark.parametrize(
    "spoil",
    [
        lambda image: b"",
        lambda image: image[:-1],
        lambda image: image[: len(image) // 2],
        lambda image: bytes(len(image)),
        lambda image: b"\xff" * len(image),
        lambda image: damaged(image, [0, 1]),
        lambda image: damaged(image, range(2, len(image) // BLOCK)),
        lambda image: b"plan Text\n" * 4096,
    ],
)
def test_a_file_that_is_no_image_is_refused_and_left_alone(desk, capsys, spoil):
    assert sim("--flash-image", "clip.img") == 0
    wrong = bytes(spoil(bytearray((desk / "clip.img").read_bytes())))
    (desk / "clip.img").write_bytes(wrong)
    capsys.readouterr()
    assert sim("--flash-image", "clip.img") == 1
    out, err = capsys.readouterr()
    assert out == "" and len(err.splitlines()) == 1
    assert err.startswith("runwalk: clip.img: ") and "image" in err
    assert (desk / "clip.img").read_bytes() == wrong


def test_a_folder_is_no_image(desk, capsys):
    assert sim("--flash-image", ".") == 1
    assert capsys.readouterr().err.startswith("runwalk: .: ")


def test_where_it_cannot_be_kept_nothing_is_played(desk, capsys, monkeypatch):
    monkeypatch.setattr("os.access", lambda path, mode: False)  # root may write everywhere
    assert sim("--flash-image", "clip.img") == 1
    assert capsys.readouterr() == ("", "runwalk: clip.img: the clip could not write there\n")
    (desk / "file").touch()
    assert sim("--flash-image", "file/clip.img") == 1
    out, err = capsys.readouterr()
    assert out == "" and len(err.splitlines()) == 1


@needs_micropython
def test_its_folder_is_made(desk):
    assert sim("--flash-image", "clips/one.img") == 0
    assert (desk / "clips" / "one.img").exists()


@pytest.mark.parametrize(
    "words",
    [["--flash-image", "a.img"], ["--flash-image", "a.img", "--flash", "b", "--vm", "micropython"]],
)
def test_without_micropython_or_beside_a_folder_it_is_wrong_usage(desk, capsys, words):
    with pytest.raises(SystemExit) as caught:
        main(["sim", "short.plan", *words])
    assert caught.value.code == 2
    out, err = capsys.readouterr()
    assert out == "" and "--flash-image" in err
    assert not (desk / "a.img").exists()
