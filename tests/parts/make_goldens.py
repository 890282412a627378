"""Draws the golden pictures of every screen anew: `python tests/parts/make_goldens.py`.

Look at each picture before committing it; `--sheet FOLDER` writes enlarged contact
sheets, one a size, for that.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from PIL import Image, ImageDraw
from screens_gallery import GALLERY, SIZES, draw

from hostsim.importer import Modules

GOLDEN = Path(__file__).resolve().parent / "golden"


def new_screens(width: int, height: int, modules: Modules | None = None):
    """Screens of that size and the buffer that they draw into."""
    modules = modules or Modules()
    framebuf = modules.load("framebuf")
    buffer = bytearray(width * height // 8)
    frame = framebuf.FrameBuffer(buffer, width, height, framebuf.MONO_VLSB)
    screens = modules.load("runwalk.parts.screens").Screens(frame, buffer, width, height)
    return screens, buffer


def picture(buffer: bytes | bytearray, width: int, height: int) -> Image.Image:
    """MONO_VLSB bytes as a one-bit picture; a lit pixel is white."""
    image = Image.new("1", (width, height))
    for y in range(height):
        for x in range(width):
            image.putpixel((x, y), buffer[(y >> 3) * width + x] >> (y & 7) & 1)
    return image


def path_of(name: str, width: int, height: int) -> Path:
    return GOLDEN / f"{width}x{height}" / f"{name}.png"


def sheet(width: int, height: int, scale: int, columns: int) -> Image.Image:
    """All golden pictures of a size, enlarged, each under its name."""
    across, down = width * scale + 12, height * scale + 26
    rows = (len(GALLERY) + columns - 1) // columns
    page = Image.new("RGB", (columns * across, rows * down), (50, 50, 60))
    ink = ImageDraw.Draw(page)
    for i, (name, *_) in enumerate(GALLERY):
        x, y = i % columns * across + 6, i // columns * down + 16
        small = Image.open(path_of(name, width, height)).convert("RGB")
        large = small.resize((width * scale, height * scale), Image.Resampling.NEAREST)
        page.paste(large, (x, y))
        ink.text((x, y - 13), name, fill=(255, 220, 100))
    return page


def main() -> None:
    parser = argparse.ArgumentParser(description="draw the golden pictures of every screen")
    parser.add_argument("--sheet", metavar="FOLDER", type=Path)
    options = parser.parse_args()
    modules = Modules()
    for width, height in SIZES:
        (GOLDEN / f"{width}x{height}").mkdir(parents=True, exist_ok=True)
        for name, *_ in GALLERY:
            screens, buffer = new_screens(width, height, modules)
            draw(screens, name)
            picture(buffer, width, height).save(path_of(name, width, height))
        if options.sheet:
            page = sheet(width, height, 6, 1600 // (width * 6 + 12))
            page.save(options.sheet / f"screens-{width}x{height}.png")


if __name__ == "__main__":
    main()
