"""`runwalk board new`: asked or by options, the file is one that the checker likes."""

import tomllib
from pathlib import Path

import pytest
from runwalk_tools import board_new
from runwalk_tools.boards import board_names, load_board, read_board
from runwalk_tools.main import main


@pytest.fixture
def desk(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def answers(monkeypatch, *given: str) -> list[str]:
    """Somebody types these; gives the questions as they are asked."""
    asked: list[str] = []
    left = list(given)

    def ask(text: str) -> str:
        asked.append(text)
        if not left:
            raise EOFError
        return left.pop(0)

    monkeypatch.setattr("builtins.input", ask)
    return asked


@pytest.mark.parametrize("name", board_names())
def test_the_usual_answers_give_the_board_again(desk, capsys, name):
    chip = load_board(name).values["chip"]
    assert main(["board", "new", "my.toml", "--yes", "--like", name, "--chip", str(chip)]) == 0
    mine, faults = read_board("./my.toml")
    assert faults == []
    like = load_board(name)
    assert mine.values == like.values
    assert mine.onboard == like.onboard
    assert (mine.labels, mine.reserved) == (like.labels, like.reserved)


def test_every_answer_is_an_option(desk):
    words = []
    for question in board_new.QUESTIONS:
        words.append(question.option)
    assert len(set(words)) == len(board_new.QUESTIONS)
    options = (
        "--chip rp2350 --display-kind sh1106 --display-size 128x64 --display-i2c 1 "
        "--display-sda 6 --display-scl 7 --display-address 0x3D --display-reset 8 "
        "--display-power 9 --display-power-active low --button-pin 14 --buzzer-pin 20 "
        "--buzzer-kind active --motor-pin none --led-pin 10 --led-active low "
        "--battery-pin 27 --battery-ratio 2000"
    ).split()
    assert set(words) - set(options) == {"--title"}
    assert main(["board", "new", "my.toml", "--title", 'Say "hi"', *options]) == 0
    table = tomllib.loads(Path("my.toml").read_text(encoding="utf-8"))
    assert table["title"] == 'Say "hi"'
    assert table["display"] == {
        "kind": "sh1106",
        "width": 128,
        "height": 64,
        "i2c": 1,
        "sda": 6,
        "scl": 7,
        "address": 0x3D,
        "reset": 8,
        "power": 9,
        "power-active": "low",
    }
    assert "motor" not in table
    assert load_board("./my.toml").values["display.offset"] == 2


def test_it_asks_and_asks_again_until_it_can_be(desk, monkeypatch, capsys):
    # chip, title, kind, size, I2C block, then SDA: 6 belongs to the other block
    typed = ["", "Mine", "", "128x63", "128x64", "", "6", "8", "9", "", "", "", "24", "14", "none"]
    asked = answers(monkeypatch, *typed, "19", "none", "none")
    assert main(["board", "new", "my.toml"]) == 0
    out = capsys.readouterr().out
    assert "there is: 128x64, 128x32, 72x40" in out
    assert "pin 6 is SDA of I2C1, not SDA of I2C0" in out
    assert "pin 24 is taken on this board: senses USB" in out
    assert asked[0].startswith("Chip, one of rp2040, ")
    assert "my.toml: written. The wires: runwalk board show my.toml" in out
    board = load_board("./my.toml")
    assert (board.title, board.values["display.sda"], board.values["button.pin"]) == ("Mine", 8, 14)
    assert {key for key in board.values if key.startswith(("buzzer", "battery", "led"))} == set()


def test_without_answers_it_says_what_to_do(desk, monkeypatch, capsys):
    answers(monkeypatch)
    assert main(["board", "new", "my.toml"]) == 1
    assert capsys.readouterr().err == "runwalk: no more answers; --yes takes the usual ones\n"
    assert not Path("my.toml").exists()


@pytest.mark.parametrize(
    "words, says",
    [
        (["my.txt"], "my.txt: the name of a board file ends in .toml"),
        (["my.toml", "--chip", "z80"], "no chip is called 'z80'; there is: rp2040"),
        (["my.toml", "--like", "nano"], "no board is called 'nano'"),
        (["my.toml", "--yes", "--button-pin", "x"], "--button-pin: expected a whole number"),
        (["my.toml", "--yes", "--display-size", "9x9"], "--display-size: there is: 128x64"),
        (
            ["my.toml", "--yes", "--motor-pin", "none", "--display-power-active", "low"],
            "--display-power-active has no meaning without what it belongs to",
        ),
    ],
)
def test_what_cannot_be_is_one_line(desk, capsys, words, says):
    assert main(["board", "new", *words]) == 1
    err = capsys.readouterr().err
    assert err.startswith(f"runwalk: {says}") and err.count("\n") == 1


def test_a_file_that_is_there_is_not_written_over(desk, capsys):
    Path("my.toml").write_text("mine", encoding="utf-8")
    assert main(["board", "new", "my.toml", "--yes"]) == 1
    assert Path("my.toml").read_text(encoding="utf-8") == "mine"
    assert main(["board", "new", "my.toml", "--yes", "--force"]) == 0


def test_faults_of_what_was_given_are_told(desk, capsys):
    assert main(["board", "new", "my.toml", "--yes", "--motor-pin", "17"]) == 1
    assert "my.toml: motor.pin: pin 17 shares PWM slice 0" in capsys.readouterr().out
