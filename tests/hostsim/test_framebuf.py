"""The host's framebuf draws what MicroPython's own draws, byte for byte.

Each program is a list of random drawing calls. One process of real MicroPython
runs them all, the host's framebuf runs them too, and the buffers are compared.
"""

import json
import random
import subprocess
import sys
import time

import pytest
from hostsim.importer import Modules

framebuf = Modules().load("framebuf")

# Runs under both engines, so that both are asked the very same thing.
DRAW = """
def picture(spec):
    data = bytearray(bytes.fromhex(spec["data"]))
    return data, framebuf.FrameBuffer(data, spec["width"], spec["height"], spec["format"],
                                      spec["stride"])

def draw(program):
    data, frame = picture(program)
    for call in program["calls"]:
        name, args = call[0], call[1:]
        if name == "blit":
            source = frame if args[0] is None else picture(args[0])[1]
            palette = args[4] and picture(args[4])[1]
            frame.blit(source, args[1], args[2], args[3], palette)
        else:
            got = getattr(frame, name)(*args)
            if got is not None:
                data[0] ^= got
    return bytes(data).hex()
"""
FORMATS = (framebuf.MONO_VLSB, framebuf.MONO_HLSB, framebuf.MONO_HMSB)
SIZES = ((128, 64), (128, 32), (72, 40), (24, 32), (16, 13), (9, 7), (1, 1), (31, 20))
LETTERS = "ABCxyz019 !~\x7fé\x1b€"


def need(width, height, kind, stride):
    if kind == framebuf.MONO_VLSB:
        return (height + 7) // 8 * stride
    return height * ((stride + 7) // 8)


def random_picture(rng, sizes=SIZES, kinds=FORMATS):
    width, height = rng.choice(sizes)
    stride = width + rng.choice((0, 0, 3))
    # MONO_VLSB is what the clip draws in, and the one that is built for speed
    kind = rng.choice((framebuf.MONO_VLSB, rng.choice(kinds)))
    data = bytes(rng.getrandbits(8) for _ in range(need(width, height, kind, stride)))
    return dict(width=width, height=height, format=kind, stride=stride, data=data.hex())


def random_call(rng, width, height):
    def x():
        return rng.choice((0, width, rng.randint(-20, width + 10)))

    def y():
        return rng.choice((0, 8, height, rng.randint(-20, height + 10)))

    def col():
        return rng.choice((0, 1, 1, 255))

    name = rng.choice(
        "fill pixel get hline vline rect fill_rect line text scroll blit blit blit".split()
    )
    if name == "fill":
        return [name, col()]
    if name == "pixel":
        return [name, x(), y(), col()]
    if name == "get":
        return ["pixel", x(), y()]
    if name in ("hline", "vline"):
        return [name, x(), y(), x(), col()]
    if name == "rect":
        return [name, x(), y(), x(), y(), col()] + rng.choice(([], [False], [True]))
    if name == "fill_rect":
        return [name, x(), y(), x(), y(), col()]
    if name == "line":
        return [name, x(), y(), x(), y(), col()]
    if name == "text":
        string = "".join(rng.choice(LETTERS) for _ in range(rng.randint(0, 9)))
        return [name, string, x(), y()] + rng.choice(([], [col()]))
    if name == "scroll":
        return [name, rng.randint(-width - 1, width + 1), rng.randint(-height - 1, height + 1)]
    source = rng.choice((None, random_picture(rng), random_picture(rng)))
    palette = rng.choice((None, random_picture(rng, ((2, 1),)), random_picture(rng, ((2, 1),))))
    return [name, source, x(), y(), rng.choice((-1, 0, 1, 2)), palette]


def random_program(rng):
    program = random_picture(rng)
    program["calls"] = [
        random_call(rng, program["width"], program["height"]) for _ in range(rng.randint(1, 6))
    ]
    return program


def by_micropython(programs, folder):
    (folder / "programs.json").write_text(json.dumps(programs), encoding="utf-8")
    script = f"""
import framebuf, json
{DRAW}
for program in json.load(open({str(folder / "programs.json")!r})):
    print(draw(program))
"""
    (folder / "draw.py").write_text(script, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "micropython_unix", str(folder / "draw.py")],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.split()


def by_host(programs):
    names = {"framebuf": framebuf}
    exec(DRAW, names)
    return [names["draw"](program) for program in programs]


@pytest.mark.parametrize("seed", range(4))
def test_random_drawings_are_the_same_bytes(seed, tmp_path):
    rng = random.Random(seed)
    programs = [random_program(rng) for _ in range(400)]
    theirs, ours = by_micropython(programs, tmp_path), by_host(programs)
    assert len(theirs) == len(ours) == 400
    for program, a, b in zip(programs, theirs, ours):
        assert a == b, program


def test_every_letter_is_micropythons(tmp_path):
    programs = [
        dict(width=8, height=8, format=0, stride=8, data="00" * 8, calls=[["text", chr(c), 0, 0]])
        for c in [*range(1, 128), 0xE9, 0x20AC]
    ]
    assert by_host(programs) == by_micropython(programs, tmp_path)


def test_a_glyph_lands_where_it_should_by_hand():
    data = bytearray(16)
    frame = framebuf.FrameBuffer(data, 8, 16, framebuf.MONO_VLSB)
    frame.blit((b"\x81", 1, 8, framebuf.MONO_VLSB), 2, 4)  # a pixel on rows 4 and 11
    assert data == bytes([0, 0, 0x10, 0, 0, 0, 0, 0, 0, 0, 0x08, 0, 0, 0, 0, 0])
    frame.fill_rect(2, 4, 1, 1, 0)
    assert frame.pixel(2, 4) == 0 and frame.pixel(2, 11) == 1 and frame.pixel(8, 0) is None


@pytest.mark.parametrize(
    "args, error",
    [
        ((bytearray(3), 4, 8, 0), ValueError),
        ((bytearray(4), 0, 8, 0), ValueError),
        ((bytearray(4), 4, 9, 0), ValueError),
        ((bytearray(8), 4, 8, 0, 3), ValueError),
        ((bytearray(8), 4, 8, 9), ValueError),
        ((bytes(8), 4, 8, 0), TypeError),
    ],
)
def test_what_micropython_refuses_is_refused(args, error):
    with pytest.raises(error):
        framebuf.FrameBuffer(*args)


def test_a_glyph_costs_microseconds():
    """The simulator runs thousands of times faster than life, and draws every second."""
    frame = framebuf.FrameBuffer(bytearray(1024), 128, 64, framebuf.MONO_VLSB)
    glyph = framebuf.FrameBuffer(bytearray(96), 24, 32, framebuf.MONO_VLSB)
    rounds = 300
    best = 1.0
    for _ in range(5):
        begun = time.perf_counter()
        for _ in range(rounds):
            frame.blit(glyph, 16, 8)
        best = min(best, time.perf_counter() - begun)
    assert best / rounds < 50e-6  # pixel by pixel it would be over 200
