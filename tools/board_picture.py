"""The wiring of a board as an SVG picture that one can solder from.

The board stands on the left with the pins that are used, one a line, in the order of
the parts on the right: so no two wires cross. What is in between is drawn as it is
in any circuit diagram, with its value beside it.
"""

from xml.sax.saxutils import escape

from runwalk_tools.board_wiring import (
    BASE,
    CAPACITOR,
    CELL,
    DIVIDER,
    DRIVER,
    PULL_DOWN,
    Circuit,
    Wire,
    circuits,
)
from runwalk_tools.boards import Board

_WIDTH = 900
_BOARD_LEFT, _BOARD_RIGHT = 20, 220
_PART_LEFT, _PART_RIGHT = 660, 880
_ROW = 34
_TALL_ROW = 62
_GAP = 56
_TOP = 100

_COLOURS = {
    "red": "#d02020",
    "black": "#202020",
    "yellow": "#c9a400",
    "blue": "#2060d0",
    "green": "#20953a",
    "orange": "#e07818",
    "violet": "#8a3fc0",
    "brown": "#8a5a2b",
    "grey": "#808080",
    "white": "#b8b8b8",
}


class _Sheet:
    """Shapes, in the order in which they were drawn."""

    def __init__(self) -> None:
        self.shapes: list[str] = []

    def line(self, *points: tuple[int, int], colour: str = "#202020", width: int = 2) -> None:
        places = " ".join(f"{x},{y}" for x, y in points)
        self.shapes.append(
            f'<polyline points="{places}" fill="none" stroke="{colour}" stroke-width="{width}"/>'
        )

    def wire(self, colour: str, *points: tuple[int, int]) -> None:
        self.line(*points, colour=_COLOURS[colour], width=4)

    def box(self, left: int, top: int, right: int, bottom: int, fill: str) -> None:
        self.shapes.append(
            f'<rect x="{left}" y="{top}" width="{right - left}" height="{bottom - top}" rx="6" '
            f'fill="{fill}" stroke="#202020" stroke-width="2"/>'
        )

    def dot(self, x: int, y: int, fill: str = "#202020") -> None:
        self.shapes.append(
            f'<circle cx="{x}" cy="{y}" r="5" fill="{fill}" stroke="#202020" stroke-width="1"/>'
        )

    def text(self, x: int, y: int, text: str, size: int = 14, look: str = "") -> None:
        """`look`: "end" or "middle" for where x is, "bold", "small print"."""
        extra = ""
        if "end" in look:
            extra += ' text-anchor="end"'
        if "middle" in look:
            extra += ' text-anchor="middle"'
        if "bold" in look:
            extra += ' font-weight="bold"'
        self.shapes.append(f'<text x="{x}" y="{y}" font-size="{size}"{extra}>{escape(text)}</text>')

    def resistor(self, x: int, y: int, value: str, upright: bool = False) -> None:
        """Around that middle, 50 long."""
        across, along = (9, 25) if upright else (25, 9)
        self.shapes.append(
            f'<rect x="{x - across}" y="{y - along}" width="{2 * across}" height="{2 * along}" '
            'fill="#ffffff" stroke="#202020" stroke-width="2"/>'
        )
        if upright:
            self.text(x + 15, y + 5, value, 13)
        else:
            self.text(x, y - 15, value, 13, "middle")

    def finish(self, height: int, title: str) -> str:
        lines = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" '
            f'width="{_WIDTH}" height="{height}" font-family="DejaVu Sans, Arial, sans-serif">',
            f"<title>{escape(title)}</title>",
            f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>',
            *self.shapes,
            "</svg>",
        ]
        return "\n".join(lines) + "\n"


def picture(board: Board) -> str:
    """The SVG of a board's wiring."""
    sheet = _Sheet()
    rows: list[tuple[int, Wire]] = []
    y = _TOP
    for circuit in circuits(board):
        places = _places(circuit, y)
        rows += zip(places, circuit.wires, strict=True)
        _DRAW.get(circuit.shape, _draw_plain)(sheet, circuit, places)
        y = places[-1] + _GAP + (22 if circuit.about else 0)
    bottom = y - 20
    _draw_board(sheet, board, rows, bottom)
    y = bottom + 34
    for text in _words(board):
        for line in _wrapped(text):
            sheet.text(_BOARD_LEFT, y, line, 13)
            y += 20
        y += 4
    return sheet.finish(y + 6, f"{board.title}: wiring")


def _places(circuit: Circuit, y: int) -> list[int]:
    if circuit.shape == DRIVER:
        return [y, y + 2 * _TALL_ROW - 14, y + 3 * _TALL_ROW]
    step = _TALL_ROW if circuit.shape == DIVIDER else _ROW
    return [y + step * i for i in range(len(circuit.wires))]


def _draw_board(sheet: _Sheet, board: Board, rows: list[tuple[int, Wire]], bottom: int) -> None:
    shapes, sheet.shapes = sheet.shapes, []
    sheet.text(_BOARD_LEFT, 32, board.title, 22, "bold")
    sheet.text(
        _BOARD_LEFT,
        54,
        "Pins are listed in the order of the parts, not as they lie. Any GND will do.",
    )
    sheet.box(_BOARD_LEFT, 70, _BOARD_RIGHT, bottom, "#e3f1e3")
    sheet.shapes += shapes
    for y, wire in rows:
        sheet.dot(_BOARD_RIGHT, y, "#f5d76e")
        sheet.text(_BOARD_RIGHT - 14, y + 5, wire.pin, 15, "end bold")


def _draw_part(sheet: _Sheet, circuit: Circuit, ends: list[tuple[int, str]]) -> None:
    """The box of a part, with the places where wires end."""
    top, bottom = ends[0][0] - 18, ends[-1][0] + 18
    sheet.box(_PART_LEFT, top, _PART_RIGHT, bottom, "#eef2fa")
    sheet.text(_PART_RIGHT - 12, (top + bottom) // 2 + 6, circuit.part, 18, "end bold")
    for y, text in ends:
        sheet.dot(_PART_LEFT, y, "#f5d76e")
        sheet.text(_PART_LEFT + 14, y + 5, text, 14)


def _draw_about(sheet: _Sheet, circuit: Circuit, y: int) -> None:
    sheet.text(_PART_RIGHT, y + 38, circuit.about, 13, "end")


def _draw_plain(sheet: _Sheet, circuit: Circuit, places: list[int]) -> None:
    for y, wire in zip(places, circuit.wires, strict=True):
        sheet.wire(wire.colour, (_BOARD_RIGHT, y), (_PART_LEFT, y))
        sheet.text(_BOARD_RIGHT + 16, y - 6, wire.colour, 11)
    if circuit.resistor:
        sheet.resistor(440, places[0], circuit.resistor)
    ends = [(y, wire.end) for y, wire in zip(places, circuit.wires, strict=True)]
    _draw_part(sheet, circuit, ends)
    _draw_about(sheet, circuit, places[-1])


def _draw_driver(sheet: _Sheet, circuit: Circuit, places: list[int]) -> None:
    """Supply, base and ground: the part hangs between supply and collector."""
    plus, base, ground = places
    minus = plus + _TALL_ROW
    at = 500  # the transistor's base
    for y, wire in zip(places, circuit.wires, strict=True):
        sheet.text(_BOARD_RIGHT + 16, y - 6, wire.colour, 11)
    supply, drive, earth = circuit.wires
    sheet.wire(supply.colour, (_BOARD_RIGHT, plus), (_PART_LEFT, plus))
    sheet.wire(earth.colour, (_BOARD_RIGHT, ground), (at + 30, ground), (at + 30, base + 26))
    sheet.wire(drive.colour, (_BOARD_RIGHT, base), (at, base))
    sheet.wire("grey", (at + 30, base - 26), (at + 30, minus), (_PART_LEFT, minus))
    # the pull-down keeps the part still while the board starts
    sheet.line((320, base), (320, ground), width=3)
    sheet.resistor(320, (base + ground) // 2, PULL_DOWN, upright=True)
    sheet.dot(320, base)
    sheet.dot(320, ground)
    sheet.resistor(420, base, BASE)
    # the transistor, its arrow at the emitter
    sheet.line((at, base - 20), (at, base + 20), width=5)
    sheet.line((at, base - 8), (at + 30, base - 26), width=3)
    sheet.line((at, base + 8), (at + 30, base + 26), width=3)
    sheet.shapes.append(
        f'<polygon points="{at + 30},{base + 26} {at + 16},{base + 25} {at + 23},{base + 14}"/>'
    )
    sheet.text(at + 42, base + 5, "NPN: base from the left,", 13)
    sheet.text(at + 42, base + 23, "collector up, emitter (arrow) down", 13)
    # the diode catches what the coil gives back
    x = 600
    middle = (plus + minus) // 2
    sheet.line((x, plus), (x, minus), width=3)
    sheet.shapes.append(
        f'<polygon points="{x},{middle - 9} {x - 11},{middle + 10} {x + 11},{middle + 10}"/>'
    )
    sheet.line((x - 12, middle - 10), (x + 12, middle - 10), width=5)
    sheet.dot(x, plus)
    sheet.dot(x, minus)
    sheet.text(x - 18, middle + 5, "diode", 13, "end")
    _draw_part(sheet, circuit, [(plus, "+"), (minus, "-")])
    _draw_about(sheet, circuit, ground)


def _draw_supply(sheet: _Sheet, wire: Wire, y: int) -> None:
    """The battery's + comes by a switch and a diode, or by the board's socket."""
    sheet.wire(wire.colour, (_BOARD_RIGHT, y), (_PART_LEFT, y))
    if "socket" in wire.pin:
        return
    x = 290  # its stripe towards the board: the current flows to the left
    sheet.shapes.append(f'<polygon points="{x - 9},{y} {x + 10},{y - 11} {x + 10},{y + 11}"/>')
    sheet.line((x - 10, y - 12), (x - 10, y + 12), width=5)
    sheet.text(x, y - 18, "diode", 13, "middle")
    sheet.box(570, y - 12, 630, y + 12, "#ffffff")
    sheet.text(600, y + 5, "switch", 13, "middle")


def _draw_cell(sheet: _Sheet, circuit: Circuit, places: list[int]) -> None:
    plus, minus = circuit.wires[0], circuit.wires[-1]
    for y, wire in zip(places, circuit.wires, strict=True):
        sheet.text(_BOARD_RIGHT + 16, y - 6, wire.colour, 11)
    _draw_supply(sheet, plus, places[0])
    sheet.wire(minus.colour, (_BOARD_RIGHT, places[-1]), (_PART_LEFT, places[-1]))
    _draw_part(sheet, circuit, [(places[0], "+"), (places[-1], "-")])
    _draw_about(sheet, circuit, places[-1])


def _draw_divider(sheet: _Sheet, circuit: Circuit, places: list[int]) -> None:
    plus, tap, ground = places
    _draw_cell(sheet, circuit, places)
    sheet.wire(circuit.wires[1].colour, (_BOARD_RIGHT, tap), (500, tap))
    sheet.line((500, plus), (500, ground), width=3)
    sheet.resistor(500, (plus + tap) // 2, circuit.resistor, upright=True)
    sheet.resistor(500, (tap + ground) // 2, "100 kΩ", upright=True)
    # the capacitor: two plates
    middle = (tap + ground) // 2
    sheet.line((370, tap), (370, middle - 5), width=3)
    sheet.line((370, middle + 5), (370, ground), width=3)
    for y in (middle - 5, middle + 5):
        sheet.line((354, y), (386, y), width=4)
    sheet.text(392, middle + 5, CAPACITOR, 13)
    for x, y in ((500, plus), (500, tap), (500, ground), (370, tap), (370, ground)):
        sheet.dot(x, y)


_DRAW = {DRIVER: _draw_driver, DIVIDER: _draw_divider, CELL: _draw_cell}


def _words(board: Board) -> list[str]:
    words = []
    if board.onboard:
        words.append(f"On the board already: {', '.join(board.onboard)}.")
    words += board.notes
    return words


def _wrapped(text: str, most: int = 108) -> list[str]:
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) >= most:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines
