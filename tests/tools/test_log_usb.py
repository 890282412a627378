"""`runwalk log pull` from a clip on USB: real mpremote, a pseudo-terminal, MicroPython, littlefs."""

import random
import time
import zlib

import pytest
from log_journals import start, summary, text, week
from runwalk_tools import mpremote_link
from runwalk_tools.archive import Archive
from runwalk_tools.boards import load_board
from runwalk_tools.main import main
from usb_boards import FakePort, mpremote, needs_usb, put, runs, runwalk

pytestmark = needs_usb

CLIP = "e6614104032c1a2b"
PLAN = "plan Mine\nask pain\nweek 1: warm 30s, 2x(run 30s, walk 20s), cool 30s\n"
SCRIPT = """
0:02 press      # the session begins at 0:05
0:45 hold       # pause, 40 s done
1:00 press      # on
1:30 double     # the walk is skipped, 10 s of 20 done
2:55 hold       # over since 2:50; it felt right
2:58 press      # no pain
3:00 hold
"""


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "clips"


def pull(board, capsys, folder, *words):
    return runwalk(board, capsys, "log", "pull", "--archive", str(folder), *words)


def records(folder, clip=CLIP):
    """What is in the archive of the tests' own records, flash by flash."""
    flashes = Archive.load(folder / f"{clip}.journal").flashes
    own = (b"\tstart\t", b"\tfinish\t", b"\trate\t", b"\tcourse\t", b"\ttotal\t")
    lines = [[one for entry in flash for one in entry.lines] for flash in flashes]
    return [[one for one in flash if any(word in one for word in own)] for flash in lines]


def journal(lines):
    return text(lines).decode()


def test_a_session_that_the_firmware_recorded_is_pulled_shown_and_exported(
    clip, tmp_path, folder, capsys
):
    (tmp_path / "mine.plan").write_text(PLAN)
    (tmp_path / "presses.txt").write_text(SCRIPT)
    words = ["--script", "presses.txt", "--flash", "flash", "--headless"]
    assert main(["sim", "./mine.plan", *words]) == 0
    put(clip, journal_txt=(tmp_path / "flash" / "journal.txt").read_text())
    capsys.readouterr()
    code, out, err = pull(clip, capsys, folder)
    assert (code, err) == (0, "")
    assert out == f"clip {CLIP}: 1 new session, 1 in the archive\n"
    time.sleep(1)
    assert runs(clip)
    assert main(["log", "show", "--archive", str(folder)]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert shown[0] == f"Clip {CLIP} (pico)"
    assert shown[2].endswith(
        "mine, week 1 day 1: finished, 2:30 of 2:40, 1:00 running, 0:15 paused, "
        "felt right, no pain"
    )
    assert shown[3:5] == [
        "    warm 0:30, run 0:30, walk 0:10 of 0:20 (skipped), run 0:30, walk 0:20,",
        "    cool 0:30",
    ]
    assert main(["log", "export", "--archive", str(folder), "--csv", "log.csv"]) == 0
    assert len((tmp_path / "log.csv").read_text().splitlines()) == 1 + 6


def test_what_came_since_is_added_through_a_compaction_and_a_new_flash(clip, folder, capsys):
    lines = [*week(1), *week(4, day=3)]
    put(clip, journal_txt=journal(lines))
    assert pull(clip, capsys, folder)[1] == f"clip {CLIP}: 2 new sessions, 2 in the archive\n"
    # it grew and was compacted; the clip's own start comes after the files are there
    more = [*lines, *week(7, day=5, boot=5)]
    sums = summary(9, finished=3, boot=5)
    put(clip, journal_old=journal(more), journal_txt=journal([*sums, *week(10, day=7, boot=6)]))
    assert pull(clip, capsys, folder)[0] == 0
    (path,) = folder.iterdir()
    assert path.name == f"{CLIP}.journal"
    every = [*more, *sums, *week(10, day=7, boot=6)]
    assert {one for flash in records(folder) for one in flash} == set(every)
    put(clip, journal_old="", journal_txt=journal(week(1, day=20)))
    code, out, err = pull(clip, capsys, folder)
    assert (code, err) == (0, "")
    assert "1 new session, 5 in the archive" in out
    assert "begun anew" in out
    assert records(folder)[-1] == week(1, day=20)
    assert pull(clip, capsys, folder)[1] == f"clip {CLIP}: no new session, 5 in the archive\n"


@pytest.mark.parametrize("seed", range(4))
def test_a_cable_pulled_during_a_pull_costs_a_second_run_only(clip, folder, capsys, seed):
    lines = [*week(1), *week(4, day=3)]
    put(clip, journal_txt=journal(lines[:3]))
    assert pull(clip, capsys, folder)[0] == 0
    put(clip, journal_txt=journal(lines))
    clip.cut_after = random.Random(seed).randrange(20, 1300)  # a pull sends some 1,500
    code, out, err = pull(clip, capsys, folder)
    assert (code, out) == (1, "")
    assert len(err.splitlines()) == 1
    assert "Traceback" not in err
    assert records(folder) == [lines[:3]]
    clip.unplug()
    clip.plug()
    code, out, err = pull(clip, capsys, folder)
    assert (code, err) == (0, "")
    assert records(folder) == [lines]
    assert journal(lines) in mpremote(clip, "resume", "cat", ":journal.txt").replace("\r", "")


def test_a_running_session_is_left_alone_and_with_force_it_is_shown(clip, folder, capsys):
    lines = [*week(1), start(4, day=2, date="2026-03-03T18:00+01:00")]
    body = "%-88s" % "1 4 400000 0 2 0 0 60000 0 0 0 -1"
    running = f"{body} {zlib.crc32(body.encode()):08x}\n"
    put(clip, journal_txt=journal(lines), session_now=running)
    code, _, err = pull(clip, capsys, folder)
    assert code == 1
    assert "a session was running" in err
    assert not folder.exists()
    code, out, err = pull(clip, capsys, folder, "--force")
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        f"clip {CLIP}: 1 new session, 1 in the archive",
        "a session is under way, 6:40 of it done",
    ]
    main(["log", "show", "--archive", str(folder)])
    out = capsys.readouterr().out
    assert "2026-03-03 18:00  ten, week 1 day 2: under way, 6:40 of 16:00, 1:00 running" in out
    assert "warm 5:00, run 1:00, walk 0:40 of 2:00" in out


def test_damaged_lines_are_left_out_and_counted(clip, folder, capsys):
    lines = [*week(1), *week(4, day=3)]
    damaged = journal(lines).replace("finish\t4", "finish\t5")
    put(clip, journal_txt=damaged)
    code, out, err = pull(clip, capsys, folder)
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        f"clip {CLIP}: 1 new session, 1 in the archive",
        "1 damaged line on the clip left out",
    ]


def test_all_clips_are_pulled_side_by_side(make_board, installed, folder, monkeypatch, capsys):
    one = make_board("one", chip=installed)
    two = make_board("two", load_board("esp32-devkitc").facts(), chip=installed)
    put(one, journal_txt=journal(week(1)))
    put(two, journal_txt=journal([*week(1), *week(4, day=3)]))
    ports = [FakePort(one.port), FakePort(two.port), FakePort("/dev/ttyACM99")]
    monkeypatch.setattr(mpremote_link.list_ports, "comports", lambda: ports)
    assert main(["log", "pull", "--all", "--archive", str(folder)]) == 1  # for the last
    out, err = capsys.readouterr()
    lines = dict(line.split(": ", 1) for line in out.splitlines())
    assert lines == {
        one.port: f"clip {CLIP}: 1 new session, 1 in the archive",
        two.port: "clip 246f280a1b2c: 2 new sessions, 2 in the archive",
    }
    assert err.startswith("runwalk: /dev/ttyACM99: cannot be opened")
    assert len(err.splitlines()) == 1
    assert records(folder, "246f280a1b2c") == [[*week(1), *week(4, day=3)]]
