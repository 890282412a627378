"""What a session sends to a display that is kept lit, against what changes on it."""

import pytest
from bytes_sent import SIZES, sent_by

from hostsim.engine import Setup
from hostsim.files import boards_dir, plans_dir
from hostsim.scenario import parse
from runwalk_tools.boards import load_board

# against whole frames, at most one part in so many
PARTS = {"128x64": 8, "128x32": 6, "72x40": 4}

# what a runner does: pauses, skips, goes on; the first part of a session and then its end
SCRIPT = """
0:02 press
6:10 press
8:00 double
8:01 double
10:00 hold
10:30 press
"""


def setup_of(kind: str, size: str, folder) -> Setup:
    width, height = SIZES[size]
    text = (boards_dir() / "pico.toml").read_text()
    for old, new in (
        ('kind = "ssd1306"', f'kind = "{kind}"'),
        ("width = 128", f"width = {width}"),
        ("height = 64", f"height = {height}"),
    ):
        assert text.count(old) == 1
        text = text.replace(old, new)
    toml = folder / "pico.toml"
    toml.write_text(text)
    files = {
        "plans/ten-weeks.plan": (plans_dir() / "ten-weeks.plan").read_bytes(),
        "use.txt": b"plan ten-weeks\nweek 1\nday 1\n",
        "settings.txt": b"screen-off 0\n",
    }
    return Setup(load_board(str(toml)).facts(), files, scenario=parse(SCRIPT, "script"))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("kind", ["ssd1306", "sh1106"])
def test_no_more_is_sent_than_changes(tmp_path, kind, size):
    sent = sent_by(setup_of(kind, size, tmp_path))
    assert sent.seconds > 2000
    assert sent.pictures > 1900  # one a second, but for the pause
    assert sent.data <= 1.3 * sent.changed
    assert sent.bus <= 2.2 * sent.changed
    assert sent.bus * PARTS[size] <= sent.whole
