"""How MicroPython gets onto a board the first time, with the commands for that very board."""

from runwalk_tools.boards import Board

# where the ROM's loader of each chip looks for a program (Espressif's esptool)
_OFFSETS = {"esp32": "0x1000", "esp32c3": "0", "esp32s3": "0"}
_DRIVES = {"rp2040": "RPI-RP2", "rp2350": "RP2350"}


def first_flash(board: Board, port: str | None = None) -> str:
    """A line a step; commands stand in lines of their own."""
    chip = str(board.values["chip"])
    build = str(board.values["firmware"])
    page = "https://micropython.org/download/" + (f"{build}/" if build else "")
    file = f"{build}-*" if build else "FILE"  # behind the build's name stand date and version
    if chip in _DRIVES:
        return (
            f"get the newest {file}.uf2 from {page}\n"
            "hold BOOTSEL (BOOT, B), plug the cable in, let go: "
            f"a drive {_DRIVES[chip]} appears; copy that file onto it"
        )
    wire = port or "PORT"
    return (
        f"get the newest {file}.bin from {page}\n"
        "pip install esptool\n"
        f"esptool --port {wire} erase_flash\n"
        f"esptool --port {wire} write_flash {_OFFSETS[chip]} {file}.bin"
    )
