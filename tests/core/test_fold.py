"""Any text as plain letters: what is shown for what the display's font lacks."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hostsim.importer import Modules

fold = Modules().load("runwalk.core.fold").fold


@pytest.mark.parametrize(
    "text, plain",
    [
        ("plain Text 1-2 ~{}", b"plain Text 1-2 ~{}"),
        ("Ćwiczenie łatwe", b"Cwiczenie latwe"),
        ("Größe, straße", b"Grosse, strasse"),
        ("Ærø Œuvre þorn Þór", b"Aro Ouvre torn Tor"),
        ("Čeština: žluťoučký kůň", b"Cestina: zlutoucky kun"),
        ("Român: șțăâî ȘȚ", b"Roman: staai ST"),
        ("Türkçe İı ğş", b"Turkce Ii gs"),
        ("Щука объём ёж", b"Suka obyem ez"),
        ("“a” – ‘b’ … «c» 3×½", b'"a" - \'b\' . "c" 3x?'),
        ("a\u0301e\u0301", b"ae"),
        ("a\tb\u00a0c\u2009d\u202fe", b"a b c d e"),
        ("走る ελ \x7f", b"?? ?? ?"),
        ("", b""),
    ],
)
def test_what_is_shown(text, plain):
    assert fold(text) == plain


@given(st.text())
def test_it_is_always_printable_ascii(text):
    assert all(32 <= code < 127 for code in fold(text))


def test_a_latin_letter_with_an_accent_is_the_letter():
    for code in range(0xA0, 0x180):
        base = unicodedata.normalize("NFD", chr(code))[0]
        if base.isascii() and base.isalpha():
            assert fold(chr(code)) == base.encode(), chr(code)
