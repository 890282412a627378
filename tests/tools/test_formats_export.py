"""`runwalk plan export`: files for other tools, and what they cannot say."""

import json
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from runwalk_tools.main import main
from runwalk_tools.plans import shelf

PLAN = """\
plan Mine
about Something.
rest 1 day
ask pain
remind "drink" every 20m
week 1 x2: warm 5m, 2x(3x(run 1m, walk 90s), walk 3m), cool 5m
week 2 day 3 "Longer": warm 5m, run 20m, cool 5m
workout "Très long!": for 10m (run 4m, walk 1m)
workout "Trail": repeat (run open "flat", hike open "climb it all the way up")
"""
EACH = {"fit": "fit", "zwo": "zwo", "tcx": "tcx", "intervals": "txt"}


@pytest.fixture(autouse=True)
def desk(tmp_path, monkeypatch) -> Path:
    (tmp_path / "my.plan").write_text(PLAN, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("form", EACH)
def test_a_folder_of_files(form, desk, capsys):
    assert main(["plan", "export", "my.plan", f"--{form}"]) == 0
    suffix = EACH[form]
    wanted = [
        f"my-tr-s-long.{suffix}",
        f"my-week-01-day-1.{suffix}",
        f"my-week-01-day-2.{suffix}",
        f"my-week-02-day-3.{suffix}",
    ]
    if form != "zwo":  # it has no step that lasts until a press
        wanted.insert(1, f"my-trail.{suffix}")
    assert sorted(path.name for path in (desk / f"my-{form}").iterdir()) == sorted(wanted)
    out, err = capsys.readouterr()
    assert out == f"my-{form}: {len(wanted)} files written\n"
    told = err.splitlines()
    for what in ("the days of rest", "`ask pain`", "the reminders"):
        assert f"all sessions: left out: {what}; such a file is one workout" in told
    assert 'workout "Trail": `repeat` without an end is written as 99 rounds' in told


@pytest.mark.parametrize(
    ("form", "reason"),
    [
        ("fit", "week 1 day 1, week 1 day 2: a group stands in a group, which some watches"),
        ("zwo", 'workout "Trail": left out: Zwift has no step that lasts until a press'),
        ("zwo", "all sessions: Zwift asks for intensities"),
        ("tcx", 'workout "Trail": TCX takes names of 15 characters: "Hike: climb it all the way'),
        ("intervals", 'workout "Trail": an open step is reckoned as 10m'),
        ("csv", "my.plan: left out: `about`"),
        ("csv", "my.plan: left out: reminders"),
    ],
)
def test_what_cannot_be_said_is_told(form, reason, capsys):
    assert main(["plan", "export", "my.plan", f"--{form}", "-o", "out"]) == 0
    assert [line for line in capsys.readouterr().err.splitlines() if line.startswith(reason)]


@pytest.mark.parametrize("form", EACH)
def test_a_plan_there_and_back(form, desk, capsys):
    assert main(["plan", "export", "ten-weeks", f"--{form}", "-o", "out"]) == 0
    files = [str(path) for path in (desk / "out").iterdir()]
    capsys.readouterr()
    assert main(["plan", "import", *files, "--title", "Again"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "plan Again",
        "week 1-2 x3: warm 5m, 8x(run 1m, walk 2m), cool 5m",
        "week 3-4 x3: warm 5m, 8x(run 2m, walk 1m), cool 5m",
        "week 5-6 x3: warm 5m, 6x(run 4m, walk 1m), cool 5m",
        "week 7-8 x3: warm 5m, 3x(run 8m, walk 1m), cool 5m",
        "week 9-10 x3: warm 5m, run 30m, cool 5m",
    ]


@pytest.mark.parametrize("form", ["csv", "json"])
def test_one_file_for_the_plan(form, desk, capsys):
    assert main(["plan", "export", "my.plan", f"--{form}", "-o", f"out.{form}"]) == 0
    capsys.readouterr()
    assert main(["plan", "import", f"out.{form}", "-o", "back.plan"]) == 0
    lines = (desk / "back.plan").read_text(encoding="utf-8").splitlines()
    head = PLAN.splitlines()[:5] if form == "json" else ["plan back"]
    groups = "warm 5m, 2x(3x(run 1m, walk 90s), walk 3m), cool 5m"
    long = "for 10m (run 4m, walk 1m)" if form == "csv" else "2x(run 4m, walk 1m)"
    assert lines == [
        *head,
        f"week 1 x2: {groups}",
        'week 2 day 3 "Longer": warm 5m, run 20m, cool 5m',
        f'workout "Très long!": {long}',
        PLAN.splitlines()[-1],
    ]


def test_csv_and_json_are_printed_without_a_file(capsys):
    assert main(["plan", "export", "my.plan", "--csv", "--week", "1", "--day", "2"]) == 0
    assert capsys.readouterr().out == (
        'week,day,label,steps\n1,2,,"warm 5m, 2x(3x(run 1m, walk 90s), walk 3m), cool 5m"\n'
    )
    assert main(["plan", "export", "my.plan", "--json", "--workout", "Trail"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "format": "runwalk plan",
        "version": 1,
        "title": "Mine",
        "about": "Something.",
        "rest_days": 1,
        "ask_pain": True,
        "reminders": [{"label": "drink", "every_seconds": 1200}],
        "sessions": [
            {
                "workout": "Trail",
                "steps": [
                    {
                        "repeat": "until ended",
                        "steps": [
                            {"kind": "run", "open": True, "label": "flat"},
                            {"kind": "hike", "open": True, "label": "climb it all the way up"},
                        ],
                    }
                ],
            }
        ],
    }


def test_one_session_alone(desk, capsys):
    command = ["plan", "export", "my.plan", "--zwo", "--week", "2", "--day", "3"]
    assert main(command) == 0
    assert main([*command, "-o", "longer.zwo"]) == 0
    capsys.readouterr()
    made = (desk / "my-week-02-day-3.zwo").read_bytes()
    assert made == (desk / "longer.zwo").read_bytes()
    root = ElementTree.fromstring(made)
    assert root.findtext("name") == "Week 2 day 3: Longer"
    assert [(block.tag, block.get("Duration")) for block in root.find("workout")] == [
        ("Warmup", "300"), ("SteadyState", "1200"), ("Cooldown", "300")
    ]  # fmt: skip


def test_intervals_are_pairs_with_a_cue_for_each_step(desk):
    assert main(["plan", "export", "ten-weeks", "--zwo", "--week", "7", "--day", "1"]) == 0
    root = ElementTree.fromstring((desk / "ten-weeks-week-07-day-1.zwo").read_bytes())
    block = root.find("workout/IntervalsT")
    lengths = [block.get(name) for name in ("Repeat", "OnDuration", "OffDuration")]
    assert lengths == ["3", "480", "60"]
    assert [(cue.get("timeoffset"), cue.get("message")) for cue in block] == [
        ("0", "Run"), ("480", "Walk"), ("540", "Run"), ("1020", "Walk"), ("1080", "Run"),
        ("1560", "Walk"),
    ]  # fmt: skip


def test_nothing_is_written_over(desk, capsys):
    assert main(["plan", "export", "my.plan", "--fit"]) == 0
    (desk / "my-fit" / "my-week-01-day-1.fit").unlink()
    (desk / "my-fit" / "my-week-01-day-2.fit").write_bytes(b"mine")
    assert main(["plan", "export", "my.plan", "--fit"]) == 1
    assert "there already" in capsys.readouterr().err
    assert not (desk / "my-fit" / "my-week-01-day-1.fit").exists()
    assert (desk / "my-fit" / "my-week-01-day-2.fit").read_bytes() == b"mine"
    assert main(["plan", "export", "my.plan", "--fit", "--force"]) == 0
    assert (desk / "my-fit" / "my-week-01-day-2.fit").read_bytes() != b"mine"
    assert not [path for path in (desk / "my-fit").iterdir() if path.suffix != ".fit"]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["my.plan", "--fit", "--week", "9"], "my.plan has no such session"),
        (["my.plan", "--fit", "--workout", "None"], "my.plan has no such session"),
        (["trail", "--zwo"], "nothing is written"),
        (["gone.plan", "--fit"], "gone.plan: "),
        (["my.plan", "--csv", "-o", "gone/out.csv"], "gone"),
        (["my.plan", "--fit", "-o", "my.plan"], "my.plan: "),
    ],
)
def test_faults(arguments, reason, desk, capsys):
    assert main(["plan", "export", *arguments]) == 1
    assert reason in capsys.readouterr().err.splitlines()[-1]
    assert [path.name for path in desk.iterdir()] == ["my.plan"]


@pytest.mark.parametrize("path", shelf.library(), ids=lambda path: path.stem)
def test_every_plan_of_the_library_goes_out_and_comes_back(path, desk, capsys):
    assert main(["plan", "export", path.stem, "--json", "-o", "one.json"]) == 0
    assert main(["plan", "import", "one.json", "-o", "one.plan"]) == 0
    assert main(["plan", "export", "one.plan", "--json", "-o", "two.json"]) == 0
    assert (desk / "one.json").read_bytes() == (desk / "two.json").read_bytes()
    assert main(["plan", "export", path.stem, "--fit"]) == 0
