"""Any text as plain letters: what the display's font can show.

`fold` gives printable ASCII: the nearest letter for Latin ones, the usual Latin
spelling for Cyrillic and Greek ones, `?` for what has none. Not for the hot path:
labels and titles are folded once, when a session or a list is made ready.
"""

from micropython import const

_LATIN_AT = const(0xA0)
# one letter for each character from U+00A0
_LATIN = (
    b' !cLoY|S"ca"--r-o+23\'uP.,1o"????AAAAAAACEEEEIIIIDNOOOOOxOUUUUY??aaaaaaaceeeeiiii'
    b"dnooooo/ouuuuy?yAaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIi??JjKkkLlLlLlL"
    b"lLlNnNnNnnNnOoOoOoOoRrRrRrSsSsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZzZzsbBBb??OCcDDDd?EE"
    b"EFfG???IKkl?MNnOOo??PpR????tTtTUu?VYyZz?????????????DDdLLlNNnAaIiOoUuUuUuUuUueAa"
    b"AaAaGgGgKkOoOo??jDDdGg??NnAaAaOoAaAaEeEeIiIiOoOoRrRrUuUuSsTt??Hh"
)
_VIETNAMESE_AT = const(0x1E00)
_VIETNAMESE = (
    b"AaBbBbBbCcDdDdDdDdDdEeEeEeEeEeFfGgHhHhHhHhHhIiIiKkKkKkLlLlLlLlMmMmMmNnNnNnNnOoOo"
    b"OoOoPpPpRrRrRrRrSsSsSsSsSsTtTtTtTtUuUuUuUuUuVvVvWwWwWwWwWwXxXxYyZzZzZzhtwyas??S?"
    b"AaAaAaAaAaAaAaAaAaAaAaAaEeEeEeEeEeEeEeEeIiIiOoOoOoOoOoOoOoOoOoOoOoOoUuUuUuUuUuUu"
    b"UuYyYyYyYy????Yy"
)
_CYRILLIC_AT = const(0x410)
_CYRILLIC = "a b v g d e zh z i y k l m n o p r s t u f kh ts ch sh shch  y  e yu ya"
_GREEK_AT = const(0x391)
_GREEK = "a b g d e z i th i k l m n x o p r s s t y f ch ps o i y"
# the others, and how each is spelled
_KEYS = (
    "ÆÞßæþŒœĲĳẞ€…•⁄™−←→′″ЁёЄєІіЇїҐґЈјЉљЊњЂђЋћЏџЎўΆΈΉΊΌΎΏάέήίόύώ"
)
_SPELLED = (
    "AE Th ss ae th OE oe IJ ij SS E ... . / tm - < > ' \" Yo yo Ye ye I i Yi yi G g J j Lj lj "
    "Nj nj Dj dj C c Dz dz U u A E I I O Y O a e i i o y o"
)


def fold(text):
    """Printable ASCII bytes for any str; blanks of any kind as a space."""
    plain = ""
    for letter in text:
        code = ord(letter)
        plain += letter if 32 <= code < 127 else _plain(code)
    return plain.encode()


def _plain(code):
    if code < 32 or 0x2000 <= code <= 0x200A or code in (0x202F, 0x205F, 0x3000):
        return " "
    at = _KEYS.find(chr(code))
    if at >= 0:
        return _SPELLED.split(" ")[at]
    if _LATIN_AT <= code < _LATIN_AT + len(_LATIN):
        return chr(_LATIN[code - _LATIN_AT])
    if _VIETNAMESE_AT <= code < _VIETNAMESE_AT + len(_VIETNAMESE):
        return chr(_VIETNAMESE[code - _VIETNAMESE_AT])
    if _CYRILLIC_AT <= code < _CYRILLIC_AT + 64:
        return _spelled(_CYRILLIC, code - _CYRILLIC_AT)
    if _GREEK_AT <= code < _GREEK_AT + 59 and (code - _GREEK_AT) % 32 < 27:
        return _spelled(_GREEK, code - _GREEK_AT)
    if 0x2010 <= code <= 0x2015:
        return "-"
    if 0x2018 <= code <= 0x201F:
        return "'" if code < 0x201C else '"'
    if 0xFF01 <= code <= 0xFF5E:
        return chr(code - 0xFEE0)  # the wide forms of ASCII
    # what has no width of its own: accents set apart, joiners, variants
    if 0x300 <= code < 0x370 or 0x200B <= code < 0x2010 or 0xFE00 <= code < 0xFE10:
        return ""
    return "" if code in (0x2060, 0xFEFF) else "?"


def _spelled(letters, at):
    # 32 capitals, then the same 32 small
    small = letters.split(" ")[at % 32]
    return small if at >= 32 else small[:1].upper() + small[1:]
