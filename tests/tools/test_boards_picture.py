"""The wiring picture: a whole SVG, with every wire where its part is."""

import xml.etree.ElementTree as xml
from itertools import combinations, pairwise

import pytest
from runwalk_tools.board_picture import picture
from runwalk_tools.board_wiring import circuits, upper_resistor
from runwalk_tools.boards import board_names, load_board
from runwalk_tools.main import main

SVG = "{http://www.w3.org/2000/svg}"


def drawn(name: str) -> xml.Element:
    return xml.fromstring(picture(load_board(name)))


@pytest.mark.parametrize("name", board_names())
def test_each_wire_and_each_part_is_named(name):
    texts = [text.text for text in drawn(name).iter(f"{SVG}text")]
    for circuit in circuits(load_board(name)):
        assert circuit.part in texts
        for wire in circuit.wires:
            assert wire.pin in texts


def straight(svg: xml.Element) -> list[tuple[int, int, int, int]]:
    """The stretches of the thick lines that are wires: left, top, right, bottom."""
    found = []
    for line in svg.iter(f"{SVG}polyline"):
        if line.get("stroke-width") != "4" or line.get("stroke") == "#202020":
            continue
        places = [tuple(map(int, place.split(","))) for place in line.get("points", "").split()]
        for (x, y), (right, bottom) in pairwise(places):
            found.append((min(x, right), min(y, bottom), max(x, right), max(y, bottom)))
    return found


@pytest.mark.parametrize("name", board_names())
def test_no_two_wires_cross(name):
    for one, other in combinations(straight(drawn(name)), 2):
        apart = one[2] < other[0] or other[2] < one[0] or one[3] < other[1] or other[3] < one[1]
        corner = {(one[0], one[1]), (one[2], one[3])} & {
            (other[0], other[1]),
            (other[2], other[3]),
            (other[2], other[1]),
            (other[0], other[3]),
        }
        assert apart or corner, (one, other)


@pytest.mark.parametrize("name", board_names())
def test_everything_is_on_the_sheet(name):
    svg = drawn(name)
    width, height = int(svg.get("width", 0)), int(svg.get("height", 0))
    for text in svg.iter(f"{SVG}text"):
        assert 0 <= int(text.get("x", 0)) <= width
        assert 0 <= int(text.get("y", 0)) <= height
        if text.get("text-anchor") is None:
            # letters are 0.62 of their height wide on average, in the widest usual font
            room = int(text.get("font-size", 0)) * 0.62 * len(text.text or "")
            assert int(text.get("x", 0)) + room <= width, text.text


def test_the_upper_resistor_makes_the_ratio():
    # 100 kΩ below: 2000 is the half, 4900 is 390 kΩ on 100 kΩ
    assert [upper_resistor(ratio) for ratio in (2000, 4900)] == ["100 kΩ", "390 kΩ"]


def test_show_writes_it(tmp_path, capsys):
    path = tmp_path / "pico.svg"
    assert main(["board", "show", "pico", "--svg", str(path)]) == 0
    assert path.read_text(encoding="utf-8") == picture(load_board("pico"))
    assert main(["board", "show", "pico", "--svg", str(tmp_path / "no" / "pico.svg")]) == 1
    assert "No such file" in capsys.readouterr().err
