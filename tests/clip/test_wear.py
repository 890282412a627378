"""A flash that sessions are kept on lasts for decades; pytest -s shows the numbers."""

import re

from test_clip_powercut import micropython

from hostsim.files import plans_dir
from hostsim.scenario import parse

# week 1, day 1 of the ten weeks lasts 34 minutes
DAY = """
0:02 press
10:05 hold
11:05 press
20:05 hold
20:25 press
35:33 hold
35:40 end
"""


def test_one_session_a_day_for_twenty_years(tmp_path):
    output = micropython(
        "wear.py",
        tmp_path,
        days=10,
        plan=(plans_dir() / "ten-weeks.plan").read_text(),
        script=parse(DAY, "day").rows,
    )
    assert "FAILED" not in output
    checkpoints = int(re.findall(r"checkpoints: (\d+)", output)[0])
    assert checkpoints > 10 * 300
    assert int(re.findall(r"years to 100000 erases of it: (\d+)", output)[0]) >= 20
    usual, most = re.findall(r"usually: (\d+), at most: (\d+)", output)[0]
    assert int(usual) <= 3072 and int(most) <= 8192
