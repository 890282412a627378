"""`runwalk log show, plot, export`: what people and other programs get of an archive."""

import csv
import json
from datetime import UTC, date, datetime

import defusedxml.ElementTree
import pytest
from garmin_fit_sdk import Decoder, Stream
from log_journals import finish, line, start, summary, text, week
from PIL import Image
from runwalk_tools import log, log_plot, log_show
from runwalk_tools.log_sessions import Lap, read_sessions
from runwalk_tools.main import main
from runwalk_tools.mpremote_link import Found

CLIP = "e66141040032c1a2"
TCX = "{http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2}"

# 18:00 in Berlin's winter: warm 5:00, run 1:00, walk 2:00, pause of 1:30 at the second run's
# 20th second, walk left after 40 s, cool 5:00: 14:40 of session, 16:10 on the wall
EVENING = [
    start(1, date="2026-03-02T18:00+01:00"),
    line(2, "pause", 1, 500000, 0),
    line(3, "resume", 1, 500000, 90000),
    line(4, "skip", 1, 580000, 4, 5),
    finish(5, 1, active=880000, paused=90000, date="2026-03-02T18:16+01:00"),
    line(6, "rate", 1, "right"),
    line(7, "pain", 1, "no"),
]
TRAIL = [
    start(
        8,
        0,
        0,
        "=Hügel",
        'repeat (run open "flat", hike open)',
        0,
        date="2026-03-04T07:30+01:00",
    ),
    line(9, "open", 8, 100000, 0, 1),
    finish(10, 8, 0, 0, "=Hügel", active=160000, run=100000),
]
STOPPED = [
    start(11, 1, 2),
    finish(12, 11, 1, 2, kind="stop", active=330000, run=30000),
    line(13, "rate", 11, "hard"),
]


@pytest.fixture
def folder(tmp_path):
    keep(tmp_path / "clips", [*EVENING, *TRAIL, *STOPPED])
    return tmp_path / "clips"


def keep(folder, lines, clip=CLIP):
    log.add(clip, {"journal.txt": text(lines)}, Found(), folder)


@pytest.fixture
def command(folder, capsys):
    """(exit, output, errors) of `runwalk log` with these words on that archive."""

    def run(*words):
        code = main(["log", *map(str, words), "--archive", str(folder)])
        return (code, *capsys.readouterr())

    return run


# show


def test_sessions_are_shown_step_by_step(command):
    code, out, err = command("show")
    assert (code, err) == (0, "")
    assert out.split("\n\n") == [
        f"Clip {CLIP}",
        "2026-03-02 18:00  ten, week 1 day 1: finished, 14:40 of 16:00, 2:00 running, "
        "1:30 paused, felt right, no pain\n"
        "    warm 5:00, run 1:00, walk 2:00, run 1:00, walk 0:40 of 2:00 (skipped),\n"
        "    cool 5:00",
        '2026-03-04 07:30  ten, workout "=Hügel": finished, 2:40, 1:40 running\n'
        '    run 1:40 "flat", hike 1:00',
        "no date           ten, week 1 day 2: part done, 5:30 of 16:00, 0:30 running, felt hard\n"
        "    warm 5:00, run 0:30 of 1:00 (ended here), 4 steps not begun",
        "3 sessions (2 finished, 1 part done): 23 min, 4 min of it running.\n"
        "Longest run: 1:40, on 2026-03-04.\n",
    ]


def test_days_are_chosen(command):
    _, out, _ = command("show", "--from", "2026-03-03", "--to", "2026-03-04")
    assert "week 1 day 1" not in out
    assert "Hügel" in out
    assert "1 session (1 finished)" in out
    assert "1 session without a date left out." in out
    code, _, err = command("show", "--from", "2026-03-03", "--to", "2026-03-02")
    assert (code, err) == (1, "runwalk: --from 2026-03-03 is after --to 2026-03-02\n")


@pytest.mark.parametrize("words", [["show", "--from", "march"], ["export"], ["plot"], []])
def test_wrong_usage_is_2(words, capsys):
    with pytest.raises(SystemExit) as left:
        main(["log", *words])
    assert left.value.code == 2
    assert "usage: runwalk log" in capsys.readouterr().err


def test_equal_rounds_are_told_as_one():
    def lap(kind, seconds, how="done"):
        return Lap(0, kind, "", seconds * 1000, 0, seconds * 1000, how)

    rounds = [lap("run", 60), lap("walk", 30)] * 8
    assert log_show.laps_in_words([lap("warm", 300), *rounds, lap("cool", 300)]) == [
        "warm 5:00",
        "8x (run 1:00, walk 0:30)",
        "cool 5:00",
    ]
    cut = [*rounds[:6], lap("run", 60, "skipped"), *rounds[7:8]]
    assert log_show.laps_in_words(cut) == [
        "3x (run 1:00, walk 0:30)",
        "run 1:00 (skipped)",
        "walk 0:30",
    ]


def test_clips_stand_one_under_the_other_and_one_is_chosen(command, folder):
    keep(folder, week(1), "246f28aa")
    _, out, _ = command("show")
    assert out.index("Clip 246f28aa") < out.index(f"Clip {CLIP}")
    _, out, _ = command("show", "--clip", "24")
    assert CLIP not in out
    code, _, err = command("plot", folder / "p.png")
    assert code == 1
    assert "choose one with --clip: 246f28aa, " in err


def test_the_sums_and_the_streak(folder, monkeypatch):
    from runwalk_tools.archive import Archive, path_of

    lines = [*summary(30, finished=9, active=3_600_000, run=600_000), *week(31), *week(34, day=4)]
    keep(folder, lines, "aa")
    kept = Archive.load(path_of(folder, "aa"))
    sessions = read_sessions(kept)
    shown = log_show.show(kept, sessions, sessions, 0, date(2026, 3, 5))
    assert shown.endswith(
        "2 sessions (2 finished): 32 min, 4 min of it running.\n"
        "Longest run: 1:00, on 2026-03-01.\n"
        "Besides, 9 sessions that the clip only knows the sum of: "
        "1 h, 10 min of it running.\n"
        "Streak: 2 weeks in a row with a finished session."
    )


def test_a_flash_that_began_anew_is_told(folder, command):
    keep(folder, week(1, day=20))
    _, out, _ = command("show")
    assert out.count("began anew") == 1
    assert out.index("week 1 day 2") < out.index("began anew") < out.index("2026-03-20")


def test_a_label_moves_no_cursor(folder, command):
    keep(folder, [start(1, 0, 0, "\x1b[2J", date="2026-03-09T10:00"), finish(2, 1, 0, 0)], "bb")
    _, out, _ = command("show", "--clip", "bb")
    assert "\x1b" not in out


def test_an_empty_archive_is_said_kindly(tmp_path, capsys):
    assert main(["log", "show", "--archive", str(tmp_path)]) == 1
    assert "`runwalk log pull` gets it" in capsys.readouterr().err
    keep(tmp_path, [])
    assert main(["log", "show", "--archive", str(tmp_path)]) == 0
    assert "No session yet" in capsys.readouterr().out


# plot


def drawn(folder):
    """The sessions of each week, their names, and the axis's title."""
    from runwalk_tools.archive import Archive, path_of

    return log_plot._weeks(read_sessions(Archive.load(path_of(folder, CLIP))))


def test_weeks_begin_on_monday_and_empty_ones_stand_there(tmp_path):
    # 1 March 2026 is a Sunday
    keep(tmp_path, [*week(1), *week(4, day=2), *week(7, day=8), *week(10, day=23)])
    weeks, names, _ = drawn(tmp_path)
    assert [len(sessions) for sessions in weeks] == [1, 2, 0, 0, 1]
    assert log_plot._labels(names) == ["23 Feb\n2026", "2 Mar", "9 Mar", "16 Mar", "23 Mar"]
    assert log_plot._labels([("29 Dec", "2025"), ("26 Jan", "2026")])[1] == "26 Jan\n2026"


def test_without_dates_the_weeks_are_the_plans(tmp_path):
    lines = [start(1), finish(2, 1), start(3, 3), finish(4, 3, 3)]
    keep(tmp_path, lines)
    weeks, names, title = drawn(tmp_path)
    assert [len(sessions) for sessions in weeks] == [1, 0, 1]
    assert log_plot._labels(names) == ["1", "2", "3"]
    assert title.startswith("week of the plan")


def test_the_picture_is_one(command, tmp_path):
    code, out, err = command("plot", tmp_path / "run.png")
    assert (code, err) == (0, "")
    assert out == f"{tmp_path / 'run.png'}: 2 sessions in 1 week\n"
    with Image.open(tmp_path / "run.png") as image:
        assert image.size == (960, 840)
        colours = {colour for _, colour in image.convert("RGB").getcolors(1 << 20)}
    assert {(0x00, 0x72, 0xB2), (0x00, 0x9E, 0x73)} <= colours  # running, and felt right


def test_the_picture_as_svg_says_its_words_as_text(command, tmp_path):
    assert command("plot", tmp_path / "run.svg")[0] == 0
    said = [
        element.text
        for element in defusedxml.ElementTree.parse(tmp_path / "run.svg").iter()
        if element.tag.endswith("}text")
    ]
    assert "Running minutes a week" in said
    assert "1 session without a date not shown" in said


def test_a_picture_of_another_kind_or_of_nothing(command, tmp_path):
    code, _, err = command("plot", tmp_path / "run.jpg")
    assert (code, err.endswith("ends in .png or .svg\n")) == (1, True)
    code, _, err = command("plot", tmp_path / "run.png", "--to", "2020-01-01")
    assert code == 1
    assert "no session to be drawn" in err
    assert not (tmp_path / "run.png").exists()


# export


def test_the_table_has_a_row_a_step(command, tmp_path):
    code, out, err = command("export", "--csv", tmp_path / "log.csv")
    assert (code, err) == (0, "")
    assert out == f"{tmp_path / 'log.csv'}: 3 sessions\n"
    with (tmp_path / "log.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 6 + 2 + 2
    skipped = rows[4]
    assert (skipped["clip"], skipped["session"], skipped["step"]) == (CLIP, "1", "5")
    assert (skipped["kind"], skipped["step_planned_s"], skipped["step_done_s"]) == (
        "walk",
        "120",
        "40",
    )
    assert (skipped["step_ended"], skipped["rating"]) == ("skipped", "right")
    assert rows[0]["start"] == "2026-03-02T18:00:00+01:00"
    assert rows[6]["workout"] == "'=Hügel"  # no formula for a spreadsheet
    assert rows[6]["step_planned_s"] == ""
    assert (rows[8]["start"], rows[8]["state"]) == ("", "part done")


def test_json_has_it_all(command, tmp_path):
    assert command("export", "--json", tmp_path / "log.json")[0] == 0
    first, trail, stopped = json.loads((tmp_path / "log.json").read_text("utf-8"))["sessions"]
    assert first["pauses"] == [{"after_s": 500, "paused_s": 90}]
    assert (first["active_s"], first["planned_s"], first["running_s"]) == (880, 960, 120)
    assert first["steps"][4] == {
        "step": 5,
        "kind": "walk",
        "label": None,
        "step_planned_s": 120,
        "step_done_s": 40,
        "step_ended": "skipped",
    }
    assert trail["workout"] == "=Hügel"
    assert trail["steps"][0]["label"] == "flat"
    assert stopped["start"] is None


def utc(*clock):
    return datetime(2026, 3, 2, *clock, tzinfo=UTC)


def test_fit_is_an_activity_with_a_lap_a_step(command, tmp_path):
    code, out, err = command("export", "--fit", tmp_path / "fit")
    assert (code, err) == (0, "")
    left = "; 1 session without a date, steps or an end left out\n"
    assert out == f"{tmp_path / 'fit'}: 2 activities{left}"
    names = sorted(path.name for path in (tmp_path / "fit").iterdir())
    assert names == ["20260302-1800-ten-w1d1.fit", "20260304-0730-ten-Hügel.fit"]
    path = str(tmp_path / "fit" / names[0])
    assert Decoder(Stream.from_file(path)).check_integrity()
    found, errors = Decoder(Stream.from_file(path)).read()
    assert errors == []
    assert found["file_id_mesgs"][0]["type"] == "activity"
    laps = found["lap_mesgs"]
    assert [lap["total_timer_time"] for lap in laps] == [300, 60, 120, 60, 40, 300]
    assert [lap["total_elapsed_time"] for lap in laps] == [300, 60, 120, 150, 40, 300]
    assert [lap["intensity"] for lap in laps] == [
        "warmup",
        "active",
        "recovery",
        "active",
        "recovery",
        "cooldown",
    ]
    assert [lap["lap_trigger"] for lap in laps] == ["time"] * 4 + ["manual", "time"]
    assert laps[3]["start_time"] == utc(17, 8)
    assert laps[3]["timestamp"] == laps[4]["start_time"] == utc(17, 10, 30)
    (session,) = found["session_mesgs"]
    assert session["sport"] == "running"
    assert (session["total_timer_time"], session["total_elapsed_time"]) == (880, 970)
    assert session["start_time"] == utc(17, 0)
    assert session["timestamp"] == utc(17, 16, 10)
    assert session["num_laps"] == 6
    (activity,) = found["activity_mesgs"]
    assert (activity["num_sessions"], activity["total_timer_time"]) == (1, 880)
    timer = [(event["event_type"], event["timestamp"]) for event in found["event_mesgs"]]
    assert timer == [
        ("start", utc(17, 0)),
        ("stop", utc(17, 8, 20)),
        ("start", utc(17, 9, 50)),
        ("stop_all", utc(17, 16, 10)),
    ]
    stamps = [record["timestamp"] for record in found["record_mesgs"]]
    assert stamps == sorted(stamps)


def test_tcx_is_an_activity_with_a_lap_a_step(command, tmp_path):
    code, _, err = command("export", "--tcx", tmp_path / "tcx")
    assert (code, err) == (0, "")
    path = tmp_path / "tcx" / "20260302-1800-ten-w1d1.tcx"
    root = defusedxml.ElementTree.parse(path).getroot()
    assert root.tag == TCX + "TrainingCenterDatabase"
    (activity,) = root.find(TCX + "Activities")
    assert activity.attrib == {"Sport": "Running"}
    assert [child.tag.removeprefix(TCX) for child in activity] == (
        ["Id", *["Lap"] * 6, "Notes", "Creator"]
    )
    laps = activity.findall(TCX + "Lap")
    # the elements of ActivityLap_t that the schema asks for, in its order, and three more
    order = ["TotalTimeSeconds", "DistanceMeters", "Calories", "Intensity", "TriggerMethod"]
    for lap in laps:
        assert [child.tag.removeprefix(TCX) for child in lap] == [*order, "Track", "Notes"]
    assert [lap.findtext(TCX + "TotalTimeSeconds") for lap in laps] == [
        "300.000",
        "60.000",
        "120.000",
        "60.000",
        "40.000",
        "300.000",
    ]
    assert [lap.findtext(TCX + "Intensity") for lap in laps] == (
        ["Resting", "Active", "Resting", "Active", "Resting", "Resting"]
    )
    assert laps[4].findtext(TCX + "TriggerMethod") == "Manual"
    assert laps[3].attrib == {"StartTime": "2026-03-02T17:08:00.000Z"}
    times = [time.text for time in laps[3].iter(TCX + "Time")]
    assert times == ["2026-03-02T17:08:00.000Z", "2026-03-02T17:10:30.000Z"]
    assert laps[4].findtext(TCX + "Notes") == "walk 0:40 of 2:00 (skipped)"
    assert activity.findtext(TCX + "Notes") == "ten, week 1 day 1, finished, felt right, no pain"


def test_two_sessions_of_one_minute_are_two_files(folder, command, tmp_path):
    at = "2026-03-09T10:00+01:00"
    lines = [start(1, date=at), finish(2, 1), start(3, date=at), finish(4, 3)]
    keep(folder, lines, "cc")
    command("export", "--fit", tmp_path / "fit", "--clip", "cc")
    assert len(list((tmp_path / "fit").iterdir())) == 2


def test_no_activity_without_a_date_and_nothing_is_made(tmp_path, capsys):
    keep(tmp_path / "clips", STOPPED)
    words = ["log", "export", "--archive", str(tmp_path / "clips"), "--tcx", str(tmp_path / "out")]
    assert main(words) == 1
    assert "no session can be written as .tcx" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_place_that_cannot_be_written_is_one_line(command, tmp_path):
    (tmp_path / "file").write_text("mine")
    for words in (["--csv", tmp_path], ["--fit", tmp_path / "file"]):
        code, _, err = command("export", *words)
        assert code == 1
        assert len(err.splitlines()) == 1
    assert (tmp_path / "file").read_text() == "mine"
    assert not list(tmp_path.glob("*.new"))
