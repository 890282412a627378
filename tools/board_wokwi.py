"""`runwalk board wokwi`: the clip as a project of Wokwi, a simulator in the browser.

Wokwi copies a project's files to the board, but knows no folders: so the firmware goes
into one text file, and a small main.py unpacks it at the first start. Wokwi has no
display but the SSD1306 of 128x64, and not every board; a chip's own board stands in.
"""

import argparse
import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from hostsim.files import firmware_package, main_py, plans_dir
from runwalk_tools.boards import Board, load_board
from runwalk_tools.errors import UserError

PACKED = "clip.txt"
_LINE = 96  # bytes of a file a line, before base64

# what main.py of the project is: MicroPython, and also Python
UNPACK = """\
# The runwalk clip. The first start unpacks clip.txt into folders, then the clip begins.
import binascii
import os


def unpack():
    out = None
    with open("clip.txt") as packed:
        for line in packed:
            if line.startswith("file "):
                if out:
                    out.close()
                path = line[5:].strip()
                parts = path.split("/")
                for n in range(1, len(parts)):
                    try:
                        os.mkdir("/".join(parts[:n]))
                    except OSError:
                        pass  # it is there
                out = open(path, "wb")
            else:
                out.write(binascii.a2b_base64(line))
    if out:
        out.close()


if "clip_main.py" not in os.listdir():  # the last one in clip.txt
    unpack()
import clip_main
"""


@dataclass(frozen=True)
class _Stand:
    """A board of Wokwi: its type, how it names a pin, ground and supply."""

    type: str
    prefix: str = ""
    ground: str = "GND.1"
    supply: str = "3V3"
    serial: bool = True  # its console comes by TX and RX
    hidden: frozenset[int] = frozenset()  # pins that no wire can reach
    names: dict[int, str] = field(default_factory=dict)  # of pins that have another one


# wokwi/wokwi-boards, boards/*/board.json: names of pins
_INSIDE_A_PICO = frozenset({23, 24, 25, 29})
_STANDS = {
    stand.type: stand
    for stand in (
        _Stand("wokwi-pi-pico", "GP", serial=False, hidden=_INSIDE_A_PICO),
        _Stand("board-pi-pico-w", "GP", serial=False, hidden=_INSIDE_A_PICO),
        _Stand("board-pi-pico-2", "GP", serial=False, hidden=_INSIDE_A_PICO),
        _Stand(
            "board-esp32-devkit-c-v4",
            hidden=frozenset({37, 38}),
            names={1: "TX", 3: "RX", 36: "VN", 39: "VP"},
        ),
        _Stand("board-esp32-s3-devkitc-1", supply="3V3.1", names={43: "TX", 44: "RX"}),
        _Stand("board-aitewinrobot-esp32c3-supermini", ground="GND", serial=False),
    )
}
_OF_CHIP = {
    "rp2040": "wokwi-pi-pico",
    "rp2350": "board-pi-pico-2",
    "esp32": "board-esp32-devkit-c-v4",
    "esp32c3": "board-aitewinrobot-esp32c3-supermini",
    "esp32s3": "board-esp32-s3-devkitc-1",
}
Connection = list[object]


def stand_in(board: Board) -> _Stand:
    """The board of Wokwi that is nearest."""
    wanted = str(board.values["wokwi"])
    return _STANDS.get(wanted) or _STANDS[_OF_CHIP[str(board.values["chip"])]]


def _pin(stand: _Stand, pin: str | int) -> str:
    """Where a wire to that pin ends; empty where the board of Wokwi hides it."""
    if isinstance(pin, str) or pin in stand.hidden:
        return ""
    return "mcu:" + stand.names.get(pin, f"{stand.prefix}{pin}")


def diagram(board: Board) -> dict[str, object]:
    """The content of diagram.json."""
    stand = stand_in(board)
    parts: list[dict[str, object]] = [
        {"type": stand.type, "id": "mcu", "top": 0, "left": 0, "attrs": {}}
    ]
    wires: list[Connection] = []
    top = -80
    for part, ends in _parts(board):
        left = 280
        parts.append({**part, "top": top, "left": left})
        top += 110
        for end, pin, colour in ends:
            place = {
                "GND": f"mcu:{stand.ground}",
                "3V3": f"mcu:{stand.supply}",
            }.get(str(pin)) or _pin(stand, pin)
            if place:
                wires.append([place, f"{part['id']}:{end}", colour, []])
    if stand.serial:
        wires.append(["mcu:TX", "$serialMonitor:RX", "", []])
        wires.append(["mcu:RX", "$serialMonitor:TX", "", []])
    return {
        "version": 1,
        "author": "runwalk",
        "editor": "wokwi",
        "parts": parts,
        "connections": wires,
        "dependencies": {},
    }


Ends = list[tuple[str, str | int, str]]


def _parts(board: Board) -> Iterator[tuple[dict[str, object], Ends]]:
    values = board.values
    if values["display.kind"] != "none":
        address = f"0x{values['display.address']:02x}"
        yield (
            {"type": "board-ssd1306", "id": "oled", "attrs": {"i2c-address": address}},
            [
                ("VCC", "3V3", "red"),
                ("GND", "GND", "black"),
                ("SCL", values["display.scl"], "gold"),
                ("SDA", values["display.sda"], "blue"),
            ],
        )
    yield (
        {
            "type": "wokwi-pushbutton",
            "id": "button",
            "attrs": {"color": "green", "key": " ", "label": "button (space)"},
        },
        [("1.l", values["button.pin"], "green"), ("2.l", "GND", "black")],
    )
    if "buzzer.pin" in values:
        yield (
            {"type": "wokwi-buzzer", "id": "buzzer", "attrs": {"volume": "0.2"}},
            [("1", "GND", "black"), ("2", values["buzzer.pin"], "orange")],
        )
    for name, colour in (("motor", "purple"), ("led", "yellow")):
        if f"{name}.pin" in values:
            low = values.get(f"{name}.active") == "low"
            pin = values[f"{name}.pin"]
            ends: Ends = (
                [("A", "3V3", "red"), ("C", pin, "brown")]
                if low
                else [("A", pin, "brown"), ("C", "GND", "black")]
            )
            attrs = {"color": colour, "label": name}
            yield {"type": "wokwi-led", "id": name, "attrs": attrs}, ends
    if "battery.pin" in values:
        # as a full cell behind the usual divider
        yield (
            {"type": "wokwi-potentiometer", "id": "battery", "attrs": {"value": "620"}},
            [
                ("GND", "GND", "black"),
                ("SIG", values["battery.pin"], "gray"),
                ("VCC", "3V3", "red"),
            ],
        )


def facts(board: Board) -> str:
    """board.txt for Wokwi: its display is an SSD1306, without reset or power switch."""
    values = {
        key: value
        for key, value in board.values.items()
        if key not in ("display.reset", "display.power", "display.power-active")
    }
    if values["display.kind"] == "sh1106":
        values["display.kind"] = "ssd1306"
        values["display.offset"] = (128 - int(values["display.width"])) // 2
    return replace(board, values=values).facts()


def files(board: Board) -> dict[str, bytes]:
    """What lies on the board's flash, the clip's main.py as clip_main.py."""
    package = firmware_package()
    found = {"board.txt": facts(board).encode()}
    for path in sorted(package.rglob("*.py")):
        found[f"runwalk/{path.relative_to(package).as_posix()}"] = path.read_bytes()
    for path in sorted(plans_dir().glob("*.plan")):
        found[f"plans/{path.name}"] = path.read_bytes()
    found["clip_main.py"] = main_py().read_bytes()  # last: with it, all is there
    return found


def packed(content: dict[str, bytes]) -> str:
    """All files as one text: a line `file PATH`, then its bytes in base64."""
    lines = []
    for path, data in content.items():
        lines.append(f"file {path}")
        for at in range(0, len(data), _LINE):
            lines.append(base64.b64encode(data[at : at + _LINE]).decode())
    return "\n".join(lines) + "\n"


def _read_me(board: Board) -> str:
    stand = stand_in(board)
    firmware = str(board.values["firmware"]) or "your board's"
    lines = [
        f"{board.title} with the runwalk clip, for Wokwi (https://wokwi.com)",
        "",
        "In the browser:",
        "1. Make a new MicroPython project for this kind of chip. For a Pico that is",
        "   https://wokwi.com/projects/new/micropython-pi-pico",
        "2. Replace its diagram.json and main.py by the files here, and add clip.txt.",
        "3. Start. The first start takes a while: it unpacks the clip. Space is the button.",
        "",
        "In VS Code, with the extension Wokwi for VS Code:",
        f"1. Put MicroPython 1.24 or later for {firmware} beside wokwi.toml, under the name",
        f"   that stands there: https://micropython.org/download/{board.values['firmware']}",
        "2. Open this folder, start the simulator, and leave its tab in sight.",
        "3. python -m mpremote connect port:rfc2217://localhost:4000 cp main.py clip.txt : + reset",
        "",
        "What is different there:",
        f"- The board is {stand.type}; the numbers of the pins are the same.",
        "- The motor is a purple LED, and no LED has a resistor: nothing burns there.",
        "- The battery is a knob, if its pin can be reached.",
    ]
    if board.values["display.kind"] != "none":
        size = (board.values["display.width"], board.values["display.height"])
        if size != (128, 64):
            lines.append("- The display has 128x64; the clip uses a part of it.")
        if board.values["display.kind"] == "sh1106":
            lines.append("- The display is an SSD1306; there is no SH1106.")
    lines.append("- Not tried by the authors of runwalk for each board; Wokwi changes, too.")
    return "\n".join(lines) + "\n"


def _wokwi_toml(board: Board) -> str:
    kind = "uf2" if str(board.values["chip"]).startswith("rp2") else "bin"
    return (
        "[wokwi]\nversion = 1\n"
        f'firmware = "micropython.{kind}"\nelf = "micropython.{kind}"\n'
        "rfc2217ServerPort = 4000\n"
    )


def _wokwi(args: argparse.Namespace) -> int:
    board = load_board(args.board)
    folder: Path = args.folder
    project = {
        "diagram.json": json.dumps(diagram(board), indent=2) + "\n",
        "wokwi.toml": _wokwi_toml(board),
        "main.py": UNPACK,
        PACKED: packed(files(board)),
        "README.txt": _read_me(board),
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in project.items():
            (folder / name).write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise UserError(f"{folder}: {error.strerror or error}") from error
    print(f"{folder}: {', '.join(project)}; README.txt says how to go on")
    return 0


def add_parser(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds `wokwi` to `runwalk board`."""
    wokwi = actions.add_parser(
        "wokwi",
        help="a project for Wokwi, a simulator in the browser",
        description="Writes a project for Wokwi, a simulator in the browser, with this board, "
        "its parts and the firmware.",
    )
    wokwi.add_argument("board", metavar="BOARD", help="a name from the list, or a TOML file")
    wokwi.add_argument("folder", metavar="DIR", type=Path, help="where to write it")
    wokwi.set_defaults(run=_wokwi)
