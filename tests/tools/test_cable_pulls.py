"""A few of the cable pulls of tests/bench/cable_pulls.py, which tries 200 of them."""

import sys
from pathlib import Path

import pytest
from usb_boards import needs_usb

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "bench"))

pytestmark = needs_usb


@pytest.fixture(scope="module")
def bench(tmp_path_factory, bytecode):
    import cable_pulls

    return cable_pulls.prepare(tmp_path_factory.mktemp("pulls"), bytecode)


@pytest.mark.parametrize("seed", range(10))  # two of each kind
def test_a_pulled_cable_costs_a_second_run_only(seed, bench):
    import cable_pulls

    assert cable_pulls.attempt(seed, bench) == ""
