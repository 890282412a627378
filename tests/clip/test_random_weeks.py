"""Weeks of somebody's sessions, by chance: place, totals and offers are the model's.

RUNWALK_WEEKS=1000 tries so many people; `pytest -s` shows what they did.
"""

import os
from collections import Counter

from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from weeks_model import STEM, Plan
from weeks_runner import Runner, Wrong

from hostsim.engine import Setup
from hostsim.engine_cpython import Simulation
from runwalk_tools.boards import load_board

STEPS = "run 50s, walk 50s, run 50s"
HILLS = '\nworkout "Hills": run 40s, walk 30s\n'


def plan(lines: str, places: list[tuple[int, int]], rest: int = 0, pain: bool = False) -> Plan:
    text = "plan Short\n" + (f"rest {rest} days\n" if rest else "") + ("ask pain\n" * pain)
    return Plan(text + lines + HILLS, dict.fromkeys(places, 150000), rest, pain)


PLANS = [
    plan(f"week 1-4 x3: {STEPS}", [(w, d) for w in (1, 2, 3, 4) for d in (1, 2, 3)], rest=1),
    plan(f"week 1-3: {STEPS}", [(1, 1), (2, 1), (3, 1)], pain=True),
    plan(
        f"week 2 day 1: {STEPS}\nweek 2 day 4: {STEPS}\nweek 5-6 x2: {STEPS}\nweek 9: {STEPS}",
        [(2, 1), (2, 4), (5, 1), (5, 2), (6, 1), (6, 2), (9, 1)],
        rest=2,
        pain=True,
    ),
    plan(f"week 1-3 x2: {STEPS}", [(w, d) for w in (1, 2, 3) for d in (1, 2)]),
]


def told(files: dict[str, bytes]):
    """What the firmware reads out of those files, in another life."""
    sim = Simulation(Setup(load_board("pico").facts(), files, live=True))
    modules = sim.switch_on()
    progress = modules.load("runwalk.core.progress").Progress()
    modules.load("runwalk.parts.journal").Journal(progress).load()
    return progress


def weeks(chosen: Plan, turns: int, draw) -> Runner:
    """Somebody's weeks with that plan; `draw` takes the decisions."""
    files = {f"plans/{STEM}.plan": chosen.text.encode()}
    sim = Simulation(Setup(load_board("pico").facts(), files, live=True))
    runner = Runner(sim.world, chosen, draw, turns)
    sim.recorder.pilot = runner
    sim.world.check = runner.leaves
    try:
        result = sim.run()
    except Wrong as wrong:
        raise AssertionError(str(wrong)) from None
    assert result.error is None, result.error
    model = runner.model
    model.power_lost()
    ended = model.ended(True)
    progress = told(result.files)
    assert progress.finished == sum(event["what"] == "finish" for event in ended)
    assert progress.stopped == sum(event["what"] == "stop" for event in ended)
    assert progress.active_ms == sum(event["active"] for event in ended)
    return runner


SEEN: Counter[str] = Counter()


@settings(
    deadline=None,
    derandomize=True,
    max_examples=int(os.environ.get("RUNWALK_WEEKS", "60")),
    phases=(Phase.explicit, Phase.generate),
)
@given(data=st.data(), chosen=st.sampled_from(PLANS), turns=st.integers(4, 25))
def weeks_by_chance(data, chosen, turns):
    runner = weeks(chosen, turns, lambda choices: data.draw(st.sampled_from(choices)))
    SEEN.update(runner.seen)


def test_place_totals_and_offers_are_the_models():
    weeks_by_chance()
    print(dict(SEEN))
    assert all(SEEN.values())
