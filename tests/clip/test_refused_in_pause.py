"""A checkpoint that the flash refused in a pause is tried again when it takes one."""

import json

from hostsim.engine import Setup, run
from hostsim.scenario import parse
from runwalk_tools.boards import load_board

SCRIPT = """
0:02 press
0:10 flash full
0:45 hold
0:50 flash ok
1:30 power off
1:40 power on
1:45 press
1:50 end
"""


def test_what_was_done_before_the_pause_is_kept_once_the_flash_is_well():
    files = {"plans/p.plan": b"week 1: run 90s\n", "use.txt": b"plan p\n"}
    setup = Setup(load_board("pico").facts(), files, scenario=parse(SCRIPT, "x"))
    events = [json.loads(line) for line in run(setup).lines]
    (resumed,) = [event for event in events if event["event"] == "resume"]
    assert (resumed["active"], resumed["after"]) == (40, "power")
