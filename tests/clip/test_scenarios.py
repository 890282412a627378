"""A plan, what the runner did, and the trace that the pages ask for, written by hand."""

import json

import pytest
from clip_runs import FOLDERS, LATE_CUE, play, said

CASES = [(folder, path.stem) for folder in FOLDERS for path in sorted(folder.glob("*.txt"))]


@pytest.mark.parametrize("vm", ["cpython", "micropython"])
@pytest.mark.parametrize(("folder", "name"), CASES, ids=[name for _, name in CASES])
def test_trace_is_the_one_written_by_hand(folder, name, vm):
    expected = [json.loads(line) for line in (folder / f"{name}.trace").read_text().splitlines()]
    got = said(play(folder, name, vm).lines)
    for mine, theirs in zip(got, expected):
        if mine["event"] == "cue":
            late = mine.pop("t") - theirs.pop("t")
            assert 0 <= late <= LATE_CUE + 1e-9, (mine, late)
        assert list(mine.items()) == list(theirs.items())
    assert len(got) == len(expected)


@pytest.mark.parametrize(("folder", "name"), CASES, ids=[name for _, name in CASES])
def test_both_engines_give_the_same_lines_and_pixels(folder, name):
    here = play(folder, name, "cpython")
    there = play(folder, name, "micropython")
    assert here.lines == there.lines
    assert here.pixels == there.pixels
    assert any(here.pixels), "the last picture is not dark"
