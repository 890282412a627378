"""`runwalk board wokwi`: a project whose wires are the board's, and that unpacks itself."""

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from hostsim.files import firmware_package, main_py
from runwalk_tools.board_wokwi import PACKED, diagram
from runwalk_tools.boards import board_names, load_board
from runwalk_tools.main import main


def wires(name: str) -> dict[str, str]:
    """Where each end of a part is wired to."""
    connections = diagram(load_board(name))["connections"]
    assert isinstance(connections, list)
    return {wire[1]: wire[0] for wire in connections}


def test_the_pico_is_wired_as_its_file_says():
    wired = wires("pico")
    assert wired["oled:SDA"] == "mcu:GP4" and wired["oled:SCL"] == "mcu:GP5"
    assert wired["oled:VCC"] == "mcu:3V3" and wired["oled:GND"] == "mcu:GND.1"
    assert (wired["button:1.l"], wired["button:2.l"]) == ("mcu:GP15", "mcu:GND.1")
    assert (wired["buzzer:2"], wired["buzzer:1"]) == ("mcu:GP16", "mcu:GND.1")
    assert wired["motor:A"] == "mcu:GP18"
    assert "battery:SIG" not in wired  # GP29 is inside the board


def test_other_boards_name_their_pins_otherwise():
    assert wires("esp32-devkitc")["oled:SDA"] == "mcu:21"
    assert wires("lolin32-oled")["battery:SIG"] == "mcu:VN"
    assert wires("esp32-s3-devkitc")["oled:VCC"] == "mcu:3V3.1"
    supermini = wires("esp32-c3-supermini")
    # lit when low: the pin is at the short leg
    assert (supermini["led:C"], supermini["led:A"]) == ("mcu:8", "mcu:3V3")


@pytest.mark.parametrize("name", board_names())
def test_each_part_has_a_wire_and_each_wire_a_part(name, tmp_path, capsys):
    assert main(["board", "wokwi", name, str(tmp_path)]) == 0
    project = json.loads((tmp_path / "diagram.json").read_text(encoding="utf-8"))
    ids = [part["id"] for part in project["parts"]]
    assert len(set(ids)) == len(ids)
    ends = {end.split(":")[0] for wire in project["connections"] for end in wire[:2]}
    assert set(ids) - {"battery", "led"} <= ends <= {*ids, "$serialMonitor"}
    config = tomllib.loads((tmp_path / "wokwi.toml").read_text(encoding="utf-8"))["wokwi"]
    assert config["version"] == 1 and config["firmware"].startswith("micropython.")
    assert "README.txt says how to go on" in capsys.readouterr().out


def test_the_project_unpacks_into_what_an_install_copies(tmp_path):
    """Under the real MicroPython, as far as main.py goes without pins."""
    assert main(["board", "wokwi", "heltec-v2", str(tmp_path / "project")]) == 0
    flash = tmp_path / "flash"
    flash.mkdir()
    (flash / PACKED).write_bytes((tmp_path / "project" / PACKED).read_bytes())
    program = (tmp_path / "project" / "main.py").read_text(encoding="utf-8")
    assert program.endswith("import clip_main\n")
    (flash / "main.py").write_text(program.removesuffix("import clip_main\n"), encoding="utf-8")
    pytest.importorskip("micropython_unix")
    command = [sys.executable, "-m", "micropython_unix", "main.py"]
    subprocess.run(command, cwd=flash, check=True, timeout=60)
    package = firmware_package()
    for path in package.rglob("*.py"):
        copied = flash / "runwalk" / path.relative_to(package)
        assert copied.read_bytes() == path.read_bytes(), path
    assert (flash / "clip_main.py").read_bytes() == main_py().read_bytes()
    assert (flash / "plans" / "ten-weeks.plan").is_file()
    facts = (flash / "board.txt").read_text(encoding="utf-8")
    assert "button.pin 0\n" in facts and "display.reset" not in facts


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path, capsys):
    Path(tmp_path / "file").write_text("", encoding="utf-8")
    assert main(["board", "wokwi", "pico", str(tmp_path / "file")]) == 1
    assert capsys.readouterr().err.count("\n") == 1
