"""Any text as plain letters: what the display's font can show.

`fold` gives printable ASCII: the nearest letter for Latin ones, one letter each for
Russian ones, `?` for what has none. Not for the hot path: labels and titles are
folded once, when a session or a list is made ready.
"""

from micropython import const

# one letter for each character from U+00A0 to U+017F
_LATIN = const(
    b' !cLoY|S"ca"--r-o+23\'uP.,1o"????AAAAAAACEEEEIIIIDNOOOOOxOUUUUYTsaaaaaaaceeeeiiii'
    b"dnooooo/ouuuuytyAaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIiIiJjKkkLlLlLlL"
    b"lLlNnNnNnnNnOoOoOoOoRrRrRrSsSsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZzZzs"
)
# the same from U+0410 on, capitals, then the small ones
_RUSSIAN = const(b"ABVGDEZZIYKLMNOPRSTUFHCCSSYYYEUAabvgdezziyklmnoprstufhccssyyyeua")
# others
_RARE = const("ȘșȚțЁё‐‑‒–—―−‘’‚‛′“”„‟″…•€")
_PLAIN = const(b"SsTtEe-------'''''\"\"\"\"\".*E")


def fold(text):
    """Printable ASCII bytes for any str; blanks of any kind as a space."""
    plain = bytearray()
    for letter in text.replace("ß", "ss"):
        code = ord(letter)
        rare = _RARE.find(letter)
        if code < 32 or 0x2000 <= code <= 0x200A or code == 0x202F:
            code = 32
        elif rare >= 0:
            code = _PLAIN[rare]
        elif 0xA0 <= code < 0x180:
            code = _LATIN[code - 0xA0]
        elif 0x410 <= code < 0x450:
            code = _RUSSIAN[code - 0x410]
        elif 0x300 <= code < 0x370:
            continue  # an accent set apart from its letter
        plain.append(code if code < 127 else 63)
    return bytes(plain)
