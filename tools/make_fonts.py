"""Makes the clip's fonts: `python tools/make_fonts.py` writes firmware/runwalk/parts/font_*.py.

The digits and the kind words are Roboto by Christian Robertson (Copyright 2011
Google Inc., Apache License 2.0, taken from the PyPI package font-roboto;
install the extra `fonts`). At these sizes Roboto's straight strokes and open
counters read best on wet glass; a condensed face was tried and its 3, 6, 8 and
9 ran together. The small face and the signs are drawn by hand below: no outline
font survives at seven pixels, and at twice the size it is the large face, too.

A digit is drawn sixteen times too large, squeezed into its cell and cut at a
threshold; letters are set by the font's own hinting for one-bit screens. What
came out ugly is drawn again by hand. `--sheet FILE` writes all glyphs as one
picture.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

HERE = Path(__file__).resolve().parent
PARTS = HERE.parent / "firmware" / "runwalk" / "parts"
LICENCE = (
    "Made by tools/make_fonts.py from Roboto by Christian Robertson, Copyright 2011\n"
    "Google Inc., under the Apache License 2.0 (www.apache.org/licenses/LICENSE-2.0);\n"
    "changed: reduced to one-bit pictures. Do not edit."
)
OWN = "Made by tools/make_fonts.py, where it is drawn by hand. Do not edit."

# name: weight, cell width, glyph height, cell height, side of a colon's dot, threshold of 255;
# the lighter weight where bold strokes would close the counters, or light a third of the panel
DIGITS = {
    "32": ("RobotoBold", 16, 31, 32, 5, 118),
    "24": ("RobotoMedium", 11, 23, 24, 4, 115),
}
KIND_LETTERS = "ACEHIKLMNORSTUW"

# rows from the top, "N|" skips N rows; capitals are 7 high, the eighth row is for descenders
SMALL = {
    " ": "..",
    "!": "#/#/#/#/#/./#",
    '"': "#.#/#.#",
    "#": ".#.#./.#.#./#####/.#.#./#####/.#.#./.#.#.",
    "$": "..#../.####/#.#../.###./..#.#/####./..#..",
    "%": "##..#/##..#/...#./..#../.#.../#..##/#..##",
    "&": ".#.../#.#../#.#../.#.../#.#.#/#..#./.##.#",
    "'": "#/#",
    "(": ".#/#./#./#./#./#./.#",
    ")": "#./.#/.#/.#/.#/.#/#.",
    "*": "1|.#.#./..#../#####/..#../.#.#.",
    "+": "1|..#../..#../#####/..#../..#..",
    ",": "5|.#/.#/#.",
    "-": "3|###",
    ".": "6|#",
    "/": "..#/..#/..#/.#./#../#../#..",
    "0": ".##./#..#/#..#/#..#/#..#/#..#/.##.",
    "1": "..#./.##./..#./..#./..#./..#./.###",
    "2": ".##./#..#/...#/..#./.#../#.../####",
    "3": "###./...#/...#/.##./...#/...#/###.",
    "4": "..#./.##./#.#./#.#./####/..#./..#.",
    "5": "####/#.../###./...#/...#/#..#/.##.",
    "6": ".##./#.../#.../###./#..#/#..#/.##.",
    "7": "####/...#/..#./..#./.#../.#../.#..",
    "8": ".##./#..#/#..#/.##./#..#/#..#/.##.",
    "9": ".##./#..#/#..#/.###/...#/...#/.##.",
    ":": "2|#/././#",
    ";": "2|.#/../../.#/.#/#.",
    "<": "1|..#/.#./#../.#./..#",
    "=": "2|####/..../####",
    ">": "1|#../.#./..#/.#./#..",
    "?": ".##./#..#/...#/..#./.#../..../.#..",
    "@": ".###./#...#/#.###/#.#.#/#.###/#..../.###.",
    "A": ".##./#..#/#..#/####/#..#/#..#/#..#",
    "B": "###./#..#/#..#/###./#..#/#..#/###.",
    "C": ".##./#..#/#.../#.../#.../#..#/.##.",
    "D": "###./#..#/#..#/#..#/#..#/#..#/###.",
    "E": "####/#.../#.../###./#.../#.../####",
    "F": "####/#.../#.../###./#.../#.../#...",
    "G": ".##./#..#/#.../#.##/#..#/#..#/.###",
    "H": "#..#/#..#/#..#/####/#..#/#..#/#..#",
    "I": "###/.#./.#./.#./.#./.#./###",
    "J": "..##/...#/...#/...#/...#/#..#/.##.",
    "K": "#..#/#..#/#.#./##../#.#./#..#/#..#",
    "L": "#.../#.../#.../#.../#.../#.../####",
    "M": "#...#/##.##/#.#.#/#.#.#/#...#/#...#/#...#",
    "N": "#..#/##.#/##.#/#.##/#.##/#..#/#..#",
    "O": ".##./#..#/#..#/#..#/#..#/#..#/.##.",
    "P": "###./#..#/#..#/###./#.../#.../#...",
    "Q": ".##./#..#/#..#/#..#/#..#/#.#./.#.#",
    "R": "###./#..#/#..#/###./#.#./#..#/#..#",
    "S": ".###/#.../#.../.##./...#/...#/###.",
    "T": "#####/..#../..#../..#../..#../..#../..#..",
    "U": "#..#/#..#/#..#/#..#/#..#/#..#/.##.",
    "V": "#...#/#...#/#...#/.#.#./.#.#./..#../..#..",
    "W": "#...#/#...#/#.#.#/#.#.#/#.#.#/#.#.#/.#.#.",
    "X": "#...#/#...#/.#.#./..#../.#.#./#...#/#...#",
    "Y": "#...#/#...#/.#.#./..#../..#../..#../..#..",
    "Z": "####/...#/..#./..#./.#../#.../####",
    "[": "##/#./#./#./#./#./##",
    "\\": "#../#../#../.#./..#/..#/..#",
    "]": "##/.#/.#/.#/.#/.#/##",
    "^": ".#./#.#",
    "_": "7|####",
    "`": "#./.#",
    "a": "2|.##./...#/.###/#..#/.###",
    "b": "#.../#.../###./#..#/#..#/#..#/###.",
    "c": "2|.###/#.../#.../#.../.###",
    "d": "...#/...#/.###/#..#/#..#/#..#/.###",
    "e": "2|.##./#..#/####/#.../.###",
    "f": ".##/#../###/#../#../#../#..",
    "g": "2|.###/#..#/#..#/.###/...#/###.",
    "h": "#.../#.../###./#..#/#..#/#..#/#..#",
    "i": "#/./#/#/#/#/#",
    "j": ".#/../.#/.#/.#/.#/.#/#.",
    "k": "#.../#.../#..#/#.#./##../#.#./#..#",
    "l": "#./#./#./#./#./#./.#",
    "m": "2|####./#.#.#/#.#.#/#.#.#/#.#.#",
    "n": "2|###./#..#/#..#/#..#/#..#",
    "o": "2|.##./#..#/#..#/#..#/.##.",
    "p": "2|###./#..#/#..#/#..#/###./#...",
    "q": "2|.###/#..#/#..#/#..#/.###/...#",
    "r": "2|#.#/##./#../#../#..",
    "s": "2|.###/#.../.##./...#/###.",
    "t": "#../#../###/#../#../#../.##",
    "u": "2|#..#/#..#/#..#/#..#/.###",
    "v": "2|#...#/#...#/.#.#./.#.#./..#..",
    "w": "2|#...#/#.#.#/#.#.#/#.#.#/.#.#.",
    "x": "2|#...#/.#.#./..#../.#.#./#...#",
    "y": "2|#..#/#..#/#..#/.###/...#/###.",
    "z": "2|####/..#./.#../#.../####",
    "{": "..#/.#./.#./#../.#./.#./..#",
    "|": "#/#/#/#/#/#/#",
    "}": "#../.#./.#./..#/.#./.#./#..",
    "~": "3|.#.#/#.#.",
    # signs: battery low, quiet, fault, done, the entry chosen, an arrow to what is next
    "\x80": "1|#######./#.....##/##....##/#.....##/#######.",
    "\x81": "#....##../.#...#.#./..#..#..#/...#.#.../....#..../..##.#.../.####.#../..##...#.",
    "\x82": "....#..../...#.#.../...#.#.../..#.#.#../..#.#.#../.#.....#./.#..#..#./#########",
    "\x83": "1|......#/.....#./#...#../.#.#.../..#....",
    "\x84": "#.../##../###./####/###./##../#...",
    "\x85": "1|#.../##../###./##../#...",
}

KIND: dict[str, str] = {
    "W": "###...###...###/###...###...###/###...###...###/###..#####..###/.##..#####..##./"
    ".###.##.##.###./.###.##.##.###./.###.##.##.###./..####...####../..####...####../"
    "..####...####../...##.....##.../...##.....##...",
}


def from_art(art: str, height: int) -> Image.Image:
    """A glyph drawn by hand."""
    skip, _, rest = art.rpartition("|") if art[1:2] == "|" else ("0", "", art)
    rows = rest.split("/")
    width = len(rows[0])
    if any(len(row) != width for row in rows) or int(skip) + len(rows) > height:
        raise ValueError(f"ragged or too tall: {art}")
    picture = Image.new("1", (width, height))
    for y, row in enumerate(rows):
        for x, dot in enumerate(row):
            picture.putpixel((x, y + int(skip)), dot == "#")
    return picture


def from_font(path: str, size: int, char: str, top: int, height: int) -> Image.Image:
    """A glyph as the font's own hinting sets it on one-bit screens, without side bearings."""
    font = ImageFont.truetype(path, size)
    picture = Image.new("1", (3 * size, height))
    draw = ImageDraw.Draw(picture)
    draw.fontmode = "1"
    draw.text((size, top - int(font.getbbox("H")[1])), char, font=font, fill=1)
    box = picture.getbbox()
    if box is None:
        return Image.new("1", (size // 3, height))
    return picture.crop((box[0], 0, box[2], height))


def digit(path: str, char: str, width: int, height: int, cell: int, cut: int) -> Image.Image:
    """A digit squeezed to the width that makes an 8 fill its cell, cut at the threshold."""
    font = ImageFont.truetype(path, 40 * height)
    _, top, _, bottom = (int(n) for n in font.getbbox("8"))
    eight = Image.new("L", (60 * height, bottom - top))
    ImageDraw.Draw(eight).text((10 * height, -top), "8", font=font, fill=255)
    full = eight.getbbox()
    large = Image.new("L", eight.size)
    ImageDraw.Draw(large).text((10 * height, -top), char, font=font, fill=255)
    box = large.getbbox()
    if full is None or box is None:
        raise ValueError(f"{char}: an empty glyph")
    across = min(width, round((box[2] - box[0]) * width / (full[2] - full[0])))
    small = large.crop((box[0], 0, box[2], large.height)).resize(
        (across, height), Image.Resampling.BOX
    )
    picture = Image.new("1", (width, cell))
    sharp = small.point(lambda v: 255 if v >= cut else 0).convert("1")
    picture.paste(sharp, ((width - across + 1) // 2, (cell - height) // 2))
    return picture


def colon(dot: int, height: int, cell: int) -> Image.Image:
    """Two round-cornered dots at a third and two thirds of the digits' height."""
    picture = Image.new("1", (dot, cell))
    top = (cell - height) // 2
    for centre in (0.3, 0.7):
        y0 = top + round(height * centre - dot / 2)
        for y in range(dot):
            for x in range(dot):
                corner = x in (0, dot - 1) and y in (0, dot - 1)
                picture.putpixel((x, y0 + y), not (corner and dot > 3))
    return picture


def vlsb(picture: Image.Image) -> bytes:
    """The pixels in MONO_VLSB: a byte is eight pixels of a column, the top one its lowest bit."""
    out = bytearray()
    for page in range(0, picture.height, 8):
        for x in range(picture.width):
            out.append(sum(bool(picture.getpixel((x, page + bit))) << bit for bit in range(8)))
    return bytes(out)


def wrapped(data: bytes) -> str:
    lines = []
    for at in range(0, len(data), 22):
        body = "".join(f"\\x{b:02x}" for b in data[at : at + 22])
        lines.append(f'    b"{body}"')
    return "\n".join(lines)


def face(glyphs: dict[int, Image.Image], gap: int, about: str) -> str:
    """The source of a module with one face; a width of 0 is a glyph that it lacks."""
    first, last = min(glyphs), max(glyphs)
    pages = glyphs[first].height // 8
    widths = bytes(glyphs[c].width if c in glyphs else 0 for c in range(first, last + 1))
    data = b"".join(vlsb(glyphs[c]) for c in sorted(glyphs))
    return (
        f'"""{about}"""\n\n'
        "# the first character, rows of eight pixels, pixels between glyphs, widths, glyphs\n"
        f"FACE = (\n    {first},\n    {pages},\n    {gap},\n"
        f"{wrapped(widths)},\n{wrapped(data)},\n)\n"
    )


def build(files_by_weight: dict[str, str]) -> tuple[dict[str, str], dict[str, list[Image.Image]]]:
    """All modules by file name, and all pictures by face."""
    small = {ord(c): from_art(art, 8) for c, art in SMALL.items()}
    path = files_by_weight["RobotoBold"]
    kind = {ord(c): from_font(path, 18, c, 0, 16) for c in KIND_LETTERS}
    kind.update({ord(c): from_art(art, 16) for c, art in KIND.items()})
    files = {
        "font_small": face(
            small, 1, f"Small proportional face, 7 px capitals, ASCII and signs.\n\n{OWN}\n"
        ),
        "font_kind": face(kind, 2, f"Heavy capitals for the kind words.\n\n{LICENCE}\n"),
    }
    pictures = {"small": list(small.values()), "kind": list(kind.values())}
    for name, (weight, width, height, cell, dot, cut) in DIGITS.items():
        path = files_by_weight[weight]
        glyphs = {ord(c): digit(path, c, width, height, cell, cut) for c in "0123456789"}
        glyphs[ord(":")] = colon(dot, height, cell)
        files[f"font_digits{name}"] = face(
            glyphs, 2, f"Digits {height} px high in cells of {width} x {cell}.\n\n{LICENCE}\n"
        )
        pictures[name] = list(glyphs.values())
    return files, pictures


def sheet(pictures: dict[str, list[Image.Image]], scale: int = 4) -> Image.Image:
    """Every glyph, enlarged, in rows."""
    page = Image.new("L", (1600, 1400), 60)
    x = y = 4
    for glyphs in pictures.values():
        for glyph in glyphs:
            large = glyph.convert("L").resize(
                (glyph.width * scale, glyph.height * scale), Image.Resampling.NEAREST
            )
            if x + large.width > page.width:
                x, y = 4, y + large.height + 6
            page.paste(large, (x, y))
            x += large.width + 6
        x, y = 4, y + large.height + 12
    return page.crop((0, 0, page.width, y))


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="make the clip's fonts from Roboto")
    parser.add_argument("--sheet", metavar="FILE", help="also write all glyphs as one picture")
    options = parser.parse_args(argv)
    try:
        import font_roboto  # type: ignore[import-untyped,import-not-found]
    except ImportError:
        print("make_fonts: font-roboto is missing: pip install 'runwalk[fonts]'", file=sys.stderr)
        return 1
    files, pictures = build(font_roboto.font_files)
    for name, source in files.items():
        (PARTS / f"{name}.py").write_text(source, encoding="ascii", newline="\n")
    if options.sheet:
        sheet(pictures).save(options.sheet)
    return 0


if __name__ == "__main__":
    sys.exit(main())
