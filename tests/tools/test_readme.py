"""README tells the truth: its commands run, its plans are right, its pictures are current."""

import os
import re
import shlex
import tomllib
from pathlib import Path

import pytest
from hostsim.importer import Modules
from PIL import Image, ImageChops
from runwalk_tools.boards import board_names
from runwalk_tools.main import main

ROOT = Path(__file__).resolve().parent.parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(kind: str, text: str = README) -> list[str]:
    """The fenced blocks of that kind."""
    return re.findall(rf"^```{kind}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def section(title: str) -> str:
    """What stands under a second-level heading."""
    return re.split(r"^## ", README.split(f"\n## {title}\n")[1], flags=re.MULTILINE)[0]


COMMANDS = [line for block in blocks("sh") for line in block.splitlines()]
RUNWALK = [line for line in COMMANDS if line.startswith("runwalk ")]


@pytest.fixture
def desk(tmp_path, monkeypatch) -> Path:
    """The folder in which a reader would type the commands, with the files README shows."""
    (tmp_path / "my.plan").write_text(blocks("plan")[0], encoding="utf-8")
    (tmp_path / "stone.txt").write_text(blocks("scenario")[0], encoding="utf-8")
    (tmp_path / "tools" / "pictures").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("title", ["Try it", "Test it"])
def test_one_line_is_enough(title):
    [block] = blocks("[a-z]*", section(title))
    assert len(block.splitlines()) == 1


def test_the_automatic_check_is_the_one_that_readers_are_told_of():
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert script[-1] == blocks("sh", section("Test it"))[0].strip()


@pytest.mark.parametrize("command", RUNWALK)
def test_each_command_works(command, desk, capsys):
    assert main(shlex.split(command)[1:]) == 0, capsys.readouterr().err


@pytest.mark.parametrize("plan", blocks("plan"))
def test_each_plan_is_right(plan, desk, capsys):
    (desk / "shown.plan").write_text(plan, encoding="utf-8")
    assert main(["plan", "check", "shown.plan"]) == 0, capsys.readouterr().out


@pytest.mark.parametrize(
    "steps",
    [
        step
        for cell in re.findall(
            r"^\| (`(?:run|walk|hike|\d|for|repeat).*?`) \| ", README, re.MULTILINE
        )
        for step in re.findall(r"`(.*?)`", cell)
        if step not in re.findall(r"`(.*?)`", README.split("| you wrote | it says |")[1])
    ],
)
def test_each_step_of_the_guide_is_right(steps, desk, capsys):
    (desk / "shown.plan").write_text(f"week 1: {steps}\n", encoding="utf-8")
    assert main(["plan", "check", "shown.plan"]) == 0, capsys.readouterr().out


@pytest.mark.parametrize(
    "wrong",
    re.findall(r"^\| `(.*?)` \| ", README.split("| you wrote | it says |")[1], re.MULTILINE)[:7],
)
def test_each_mistake_of_the_guide_is_found(wrong, desk, capsys):
    line = f"{wrong}: run 5m" if wrong.startswith("week") else f"week 1: {wrong}"
    (desk / "wrong.plan").write_text(line + "\n", encoding="utf-8")
    assert main(["plan", "check", "wrong.plan"]) == 1
    assert capsys.readouterr().out.startswith("wrong.plan:1:")


def test_the_trace_is_what_the_scenario_gives(desk, capsys):
    [command] = [line for line in RUNWALK if "--script" in line]
    assert main(shlex.split(command)[1:]) == 0
    lines = capsys.readouterr().out.splitlines()
    for line in blocks("json")[0].splitlines():
        assert line in lines


def test_each_picture_is_made_by_the_command_beside_it(desk, capsys):
    shown = re.findall(r"!\[.*?\]\((.*?)\)", README)
    for path in shown:
        [command] = [line for line in RUNWALK if line.endswith(f"={path}")]
        assert main(shlex.split(command)[1:]) == 0, capsys.readouterr().err
        made, kept = Image.open(desk / path).convert("L"), Image.open(ROOT / path).convert("L")
        assert ImageChops.difference(made, kept).getbbox() is None


def test_the_table_of_boards_is_the_folder():
    rows = re.findall(r"^\| `(\w[\w-]*)` \| (?:RP|ESP)", section("Boards"), re.MULTILINE)
    assert sorted(rows) == board_names()


def test_the_table_of_settings_is_what_the_clip_has():
    rows = re.findall(r"^\| `([\w-]+)`.*? \| (?:`(\w+)`)? ?\| ", section("Settings"), re.MULTILINE)
    module = Modules()
    module.table["os"] = os
    values = module.load("runwalk.parts.settings").Settings("no such file").values
    words = {True: "on", False: "off"}
    usual = {key: words.get(value, str(value)) for key, value in values.items()}
    assert dict(rows) == {k: v for k, v in usual.items() if k == "cue-run" or k[:4] != "cue-"}


def test_the_version_of_python_is_the_one_the_package_asks_for():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = project["requires-python"].removeprefix(">=")
    assert f"Python {wanted} or later" in README
