"""Files that are damaged, or made to do harm: one clear line, exit 1, nothing written."""

import json
import time
import tracemalloc

import pytest
from fit_tool.utils.crc import crc16
from garmin_fit_sdk import Encoder
from runwalk_tools.errors import UserError
from runwalk_tools.formats import fit
from runwalk_tools.formats.model import Reading, Session, Step
from runwalk_tools.main import main

ZWO = "<workout_file><sportType>run</sportType><workout>{}</workout></workout_file>"
TCX = (
    '<TrainingCenterDatabase xmlns="http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2">'
    '<Workouts><Workout Sport="Running"><Name>x</Name>{}</Workout></Workouts>'
    "</TrainingCenterDatabase>"
)
STEP = "<Step><Duration><Seconds>{}</Seconds></Duration><Intensity>Active</Intensity></Step>"
LAUGHS = (
    '<!DOCTYPE w [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(9))
    + "]>"
)
FIT = fit.write(Session([Step("warm", 300), *[Step("run", 60), Step("walk", 90)] * 8]), "x", [])


def steady(value: str) -> str:
    return ZWO.format(f'<SteadyState Duration="{value}" Power="0.7"/>')


def with_crc(data: bytes) -> bytes:
    """A FIT file of these bytes whose sizes and sums are right, so that it is looked into."""
    body = bytearray(data[:-2])
    body[4:8] = (len(body) - body[0]).to_bytes(4, "little")
    if body[0] == 14:
        body[12:14] = crc16(bytes(body[:12])).to_bytes(2, "little")
    return bytes(body) + crc16(bytes(body)).to_bytes(2, "little")


def _fit(
    steps: list[Step], repeats: list[tuple[int, int]], what: str = "workout"
) -> bytes:
    """A file of these steps, and of repeats as (index to go back to, times)."""
    encoder = Encoder()
    encoder.write_mesg({"mesg_num": 0, "type": what, "manufacturer": "garmin"})
    encoder.write_mesg({"mesg_num": 26, "wkt_name": "x", "sport": "running"})
    for step in steps:
        encoder.write_mesg(
            {"mesg_num": 27, "duration_type": "time", "duration_value": step.seconds * 1000}
        )
    for back, times in repeats:
        encoder.write_mesg(
            {
                "mesg_num": 27,
                "duration_type": "repeat_until_steps_cmplt",
                "duration_value": back,
                "target_value": times,
            }
        )
    return encoder.close()


HOSTILE = {
    "empty.zwo": "",
    "empty.fit": b"",
    "nothing.txt": "Hello.\nNo workout here.\n",
    "not-utf8.txt": b"- Run \xff\xfe 5m\n",
    "zeros.fit": bytes(5000),
    "laughs.zwo": LAUGHS + "<workout_file>&j;</workout_file>",
    "laughs.tcx": LAUGHS + TCX.format("&j;"),
    "outside.zwo": '<!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/hostname">]><w>&a;</w>',
    "dtd.zwo": "<!DOCTYPE workout_file><workout_file/>",
    "deep.zwo": "<a>" * 100_000 + "</a>" * 100_000,
    "deep.tcx": TCX.format("<Step><Repetitions>2</Repetitions><Child>" * 5000),
    "wide.zwo": ZWO.format("<a/>" * 200_000),
    "cut.zwo": steady("300")[:-20],
    "other.xml": "<html><body/></html>",
    "encoding.zwo": '<?xml version="1.0" encoding="x-none"?>' + steady("300"),
    "activity.tcx": "<TrainingCenterDatabase><Activities><Activity><Lap/></Activity></Activities>"
    "</TrainingCenterDatabase>",
    "nan.zwo": steady("NaN"),
    "infinite.zwo": steady("inf"),
    "negative.zwo": steady("-60"),
    "huge.zwo": steady("1e308"),
    "huger.zwo": steady("9" * 10_000),
    "beyond.zwo": steady("1e999"),
    "words.zwo": steady("five minutes"),
    "hex.zwo": steady("0x3C"),
    "short.zwo": steady("1"),
    "no-length.zwo": ZWO.format("<SteadyState/>"),
    "no-steps.zwo": ZWO.format(""),
    "rounds.zwo": ZWO.format('<IntervalsT Repeat="99999" OnDuration="60" OffDuration="60"/>'),
    "no-rounds.zwo": ZWO.format('<IntervalsT Repeat="0" OnDuration="60" OffDuration="60"/>'),
    "part-round.zwo": ZWO.format('<IntervalsT Repeat="2.5" OnDuration="60" OffDuration="60"/>'),
    "steps.zwo": ZWO.format('<IntervalsT Repeat="999" OnDuration="3" OffDuration="3"/>' * 900),
    "power.zwo": ZWO.format('<SteadyState Duration="60" Power="lots"/>'),
    "day.zwo": ZWO.format('<SteadyState Duration="45000"/>' * 2),
    "nan.tcx": TCX.format(STEP.format("NaN")),
    "empty-step.tcx": TCX.format("<Step/>"),
    "empty-repeat.tcx": TCX.format("<Step><Repetitions>2</Repetitions></Step>"),
    "repeats.tcx": TCX.format(
        "<Step><Repetitions>99</Repetitions>"
        + "<Child><Repetitions>99</Repetitions>" * 9
        + STEP.format(3).replace("Step>", "Child>")
        + "</Child>" * 9
        + "</Step>"
    ),
    "workouts.tcx": TCX.format(STEP.format(60)).replace(
        "<Workout ", ("<Workout>" + STEP.format(60) + "</Workout>") * 5000 + "<Workout "
    ),
    "in-all.tcx": TCX.format("").replace(
        "<Workout ",
        (
            "<Workout><Step><Repetitions>900</Repetitions>"
            + STEP.format(3).replace("Step>", "Child>") * 3
            + "</Step></Workout>"
        )
        * 1000
        + "<Workout ",
    ),
    "repeat.txt": "5000x\n- Run 1m\n- Walk 1m\n",
    "steps.txt": "999x\n" + "- Run 3s\n" * 900,
    "long.txt": "- Run 99999999h\n",
    "times.txt": "- Run 0s\n",
    "no-length.txt": "- Run 1m\n- Run fast\n",
    "random.txt": "".join(f"- Run {3 + i * i % 97}s\n" for i in range(400)),
    "deep.json": '{"a":' * 200_000,
    "other.json": '{"a": 1}',
    "broken.json": '{"format": ',
    "number.json": '{"format": "runwalk plan", "version": 1' + "1" * 10_000 + "}",
    "wrong.csv": "week,day,steps\none,1,run 5m\n",
    "week.csv": "week,day,steps\n100,1,run 5m\n",
    "twice.csv": "week,day,steps\n1,1,run 5m\n1,1,run 6m\n",
    "steps.csv": "week,day,steps\n1,1,run 5 minutes fast\n",
    "none.csv": "week,day,steps\n",
    "rows.csv": "week,day,steps\n" + "1,1,run 5m\n" * 5000,
    "nul.csv": "week,day,steps\n1,1,run\x005m\n",
    "cell.csv": 'week,day,steps\n1,1,"' + "x" * 500_000,
    "cut.fit": FIT[:-9],
    "half.fit": with_crc(FIT[: len(FIT) // 2]),
    "no-records.fit": with_crc(FIT[: FIT[0]] + b"xx"),
    "definitions.fit": with_crc(FIT[: FIT[0]] + b"\x40\0\0\x1b\0\0" * 20_000 + b"xx"),
    "large.fit": with_crc(FIT[:-2] + b"\x40\0\0\x1b\0\0" * 150_000 + b"xx"),
    "activity.fit": _fit([Step("run", 60)], [], "activity"),
}


def session(**changed: object) -> str:
    step = {"kind": "run", "seconds": 60, **changed}
    sessions = [{"week": 1, "day": 1, "steps": [step]}]
    return json.dumps({"format": "runwalk plan", "version": 1, "sessions": sessions})


HOSTILE |= {
    "nan.json": session(seconds=float("nan")),
    "infinite.json": session(seconds=float("-inf")),
    "huge.json": session(seconds=10**400),
    "minus.json": session(seconds=-(10**400)),
    "text.json": session(seconds="60"),
    "true.json": session(seconds=True),
    "kind.json": session(kind="swim"),
    "label.json": session(label=["a"]),
    "rounds.json": session(repeat=10**9, steps=[]),
    "list.json": session(repeat=2, steps={"kind": "run"}),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_one_line_and_nothing_written(name, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    content = HOSTILE[name]
    data = content.encode() if isinstance(content, str) else content
    (tmp_path / name).write_bytes(data)
    tracemalloc.start()
    start = time.perf_counter()
    code = main(["plan", "import", name, "-o", "out.plan"])
    took = time.perf_counter() - start
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    out, err = capsys.readouterr()
    assert code == 1
    assert out == ""
    assert len(err.splitlines()) == 1, err
    assert err.startswith(f"runwalk: {name}: ")
    assert len(err) < 300
    assert took < 10  # even under tracemalloc, which makes all much slower
    assert most < 80_000_000
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("laughs.zwo", "declares a DTD or entities"),
        ("outside.zwo", "declares a DTD or entities"),
        ("deep.tcx", "more than 40 deep"),
        ("activity.tcx", "a run that was recorded"),
        ("activity.fit", "not a workout"),
        ("nan.zwo", "SteadyState: a length: expected a number, found 'NaN'"),
        ("negative.zwo", "SteadyState: a step lasts at least 3 s, found -60 s"),
        ("huge.zwo", "a step lasts 24 h at most"),
        ("rounds.zwo", "IntervalsT, Repeat: a group is done 1 to 999 times, found 99999"),
        ("steps.zwo", "1,798,200 steps, and a session has at most 3,000"),
        ("day.zwo", "25.0 h, and a session lasts 24 h at most"),
        ("workouts.tcx", "5,001 sessions"),
        ("random.txt", "do not fit into a plan's line of 1,000 characters"),
        ("steps.csv", "row 2, steps: a comma is missing before fast"),
        ("cut.fit", "a damaged FIT file"),
        ("nan.json", "expected a number, found nan"),
    ],
)
def test_the_line_says_why(name, reason, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    content = HOSTILE[name]
    (tmp_path / name).write_bytes(content.encode() if isinstance(content, str) else content)
    assert main(["plan", "import", name]) == 1
    assert reason in capsys.readouterr().err


def test_a_hundred_megabytes_are_not_read(tmp_path, capsys):
    path = tmp_path / "big.zwo"
    with path.open("wb") as file:
        file.truncate(100 * 1024 * 1024)
    start = time.perf_counter()
    assert main(["plan", "import", str(path)]) == 1
    assert time.perf_counter() - start < 2
    assert "more than 1 MiB" in capsys.readouterr().err


@pytest.mark.parametrize("missing", ["gone.fit", "."])
def test_what_cannot_be_read_at_all(missing, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["plan", "import", missing]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_thousands_of_repeats_in_each_other(tmp_path, capsys):
    # thousands of repeats that go back to the first step, each in each
    steps = [Step("run", 60)]
    for times in (1, 2):
        data = _fit(steps, [(0, times)] * 2000)
        path = tmp_path / "many.fit"
        path.write_bytes(data)
        start = time.perf_counter()
        code = main(["plan", "import", str(path)])
        assert time.perf_counter() - start < 10
        assert code == (0 if times == 1 else 1)
        assert len(capsys.readouterr().err.splitlines()) == times - 1


@pytest.mark.parametrize("back", [1, 7, 0xFFFFFFFE])
def test_a_repeat_that_goes_nowhere(back):
    with pytest.raises(UserError, match="step 2 repeats from a step that cannot be gone back to"):
        fit.read(_fit([Step("run", 60)], [(back, 3)]), Reading("x.fit"))


# what somebody calls a plan, and what stands in its title and in its labels
NAMES = {
    "emoji": ("Läuft 🏃‍♀️", "Läuft 🏃‍♀️", "Läuft 🏃‍♀️"),
    "right to left": ("\u202eevil\u202c ריצה", "evil ריצה", "evil ריצה"),
    "control": ("a\x07b\x1b[31mc", "a b [31mc", "a b [31mc"),
    "lines": ("one\ntwo\u2028three\tfour", "one two three four", "one two three four"),
    "quotes": ('say "go" «now»', 'say "go" «now»', "say 'go' 'now'"),
    "comment": ("Day #3 # no comment", "Day 3 no comment", "Day #3 # no comment"),
    "long": ("word " * 40, "word " * 8 + "word…", "word word word word…"),
}


@pytest.mark.parametrize("case", NAMES)
def test_names(case, tmp_path, monkeypatch, capsys):
    given, title, label = NAMES[case]
    monkeypatch.chdir(tmp_path)
    steps = [{"kind": "run", "seconds": 60, "label": given}]
    sessions = [{"workout": given, "steps": steps}]
    value = {"format": "runwalk plan", "version": 1, "title": given, "sessions": sessions}
    (tmp_path / "named.json").write_text(json.dumps(value), encoding="utf-8")
    assert main(["plan", "import", "named.json", "-o", "out.plan"]) == 0
    assert (tmp_path / "out.plan").read_text(encoding="utf-8").splitlines() == [
        f"plan {title}",
        f'workout "{label}": run 1m "{label}"',
    ]
    out, err = capsys.readouterr()
    assert "\x1b" not in out + err


def test_a_name_of_nothing_visible_is_no_title(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    data = steady("300").replace("<workout>", "<name>\ufeff\u200f &#9; </name><workout>")
    (tmp_path / "hills.zwo").write_text(data, encoding="utf-8")
    assert main(["plan", "import", "hills.zwo"]) == 0
    assert capsys.readouterr().out.splitlines()[0] == "plan hills"
