"""`runwalk board`: the boards there are, their wiring, faults of a board file, a new one."""

import argparse
from pathlib import Path

from runwalk_tools import board_new, board_wokwi
from runwalk_tools.board_checks import CHIPS
from runwalk_tools.board_picture import picture
from runwalk_tools.board_wiring import pin_name, table
from runwalk_tools.boards import Board, board_names, load_board, read_board
from runwalk_tools.errors import UserError


def columns(rows: list[tuple[str, ...]]) -> list[str]:
    """Rows as lines, each column as wide as its widest cell."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def display_words(board: Board) -> str:
    """`SSD1306, 128x64`."""
    values = board.values
    if values["display.kind"] == "none":
        return "no display"
    kind = str(values["display.kind"]).upper()
    return f"{kind}, {values['display.width']}x{values['display.height']}"


def chip_words(board: Board) -> str:
    """`ESP32-C3`."""
    return CHIPS[str(board.values["chip"])].title


def _list(_args: argparse.Namespace) -> int:
    boards = [load_board(name) for name in board_names()]
    rows = [(board.name, board.title, chip_words(board), display_words(board)) for board in boards]
    print("\n".join(columns(list(rows))))
    return 0


def _onboard(board: Board) -> list[str]:
    """What the board brings along, and on which pins."""
    words = []
    for section in board.onboard:
        keys = {"display": ("sda", "scl", "reset", "power")}.get(section, ("pin",))
        pins = [
            f"{key.upper()} {pin_name(board, f'{section}.{key}')}"
            for key in keys
            if f"{section}.{key}" in board.values
        ]
        words.append(f"{section} ({', '.join(pins)})".replace("(PIN ", "("))
    return words


def _show(args: argparse.Namespace) -> int:
    board = load_board(args.board)
    if args.svg is not None:
        try:
            args.svg.write_text(picture(board), encoding="utf-8")
        except OSError as error:
            raise UserError(f"{args.svg}: {error.strerror or error}") from error
        print(f"{args.svg}: written")
    print(f"{board.name}: {board.title}, {chip_words(board)}")
    print(f"display: {display_words(board)}")
    if board.onboard:
        print(f"on the board already: {'; '.join(_onboard(board))}")
    if board.values["firmware"]:
        firmware = board.values["firmware"]
        print(f"MicroPython: https://micropython.org/download/{firmware}/")
    print(f"sleep: {CHIPS[str(board.values['chip'])].sleep}")
    print()
    print("\n".join(columns([("from pin", "to", "wire", ""), *table(board)])))
    notes = [*board.notes, *board.advice()]
    if notes:
        print()
    for note in notes:
        print(f"- {note}")
    return 0


def _check(args: argparse.Namespace) -> int:
    board, faults = read_board(args.board)
    for fault in faults:
        print(f"{args.board}: {fault}")
    if not faults:
        for advice in board.advice():
            print(f"{args.board}: mind: {advice}")
        print(f"{args.board}: {board.title}, no errors")
    return 1 if faults else 0


def add_parser(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the verb `board` to the command."""
    board = verbs.add_parser(
        "board", help="boards and their wiring", description="Boards and their wiring."
    )
    actions = board.add_subparsers(dest="action", metavar="ACTION", required=True)
    listing = actions.add_parser("list", help="the boards that come with runwalk")
    listing.set_defaults(run=_list)
    show = actions.add_parser(
        "show",
        help="which pin goes to which part",
        description="The wires from pin to part, with a colour for each, and what to mind.",
    )
    show.add_argument("board", metavar="BOARD", help="a name from the list, or a TOML file")
    show.add_argument("--svg", metavar="FILE", type=Path, help="the wiring as a picture too")
    show.set_defaults(run=_show)
    check = actions.add_parser("check", help="every fault of a board file")
    check.add_argument("board", metavar="BOARD", help="a name from the list, or a TOML file")
    check.set_defaults(run=_check)
    board_new.add_parser(actions)
    board_wokwi.add_parser(actions)
