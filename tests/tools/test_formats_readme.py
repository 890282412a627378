"""What tools/README.md says of the formats is so."""

import re
from pathlib import Path

from runwalk_tools.main import main

README = Path(__file__).resolve().parent.parent.parent / "tools" / "README.md"


def test_the_json_that_is_shown_is_a_plan(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    text = README.read_text(encoding="utf-8")
    [shown] = re.findall(r"^```json\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    (tmp_path / "shown.json").write_text(shown, encoding="utf-8")
    assert main(["plan", "import", "shown.json"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "plan Mine",
        "about For Sundays.",
        "rest 1 day",
        'remind "drink" every 20m',
        'week 1 "Short": warm 5m, 8x(run 1m, walk 90s), run open "home"',
        'workout "Trail": repeat (run open, hike open)',
    ]
