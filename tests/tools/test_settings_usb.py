"""`runwalk settings`: the clip's settings.txt, by the clip's own rules."""

import time

import pytest
from runwalk_tools import mpremote_link, settings
from runwalk_tools.errors import UserError
from runwalk_tools.main import main
from runwalk_tools.settings import MEANINGS, SettingsFile
from usb_boards import FakePort, look, mpremote, needs_usb, put, runs, runwalk

COMMENTED = b"# mine\nquiet off   # at night\n\nscreen-off 30\nnonsense 5\n"


# the file


def test_a_change_keeps_comments_order_and_what_nobody_knows():
    file = SettingsFile(COMMENTED)
    file.set("quiet", "on")
    file.set("hold", "1000")
    assert file.data == (
        b"# mine\nquiet on   # at night\n\nscreen-off 30\nnonsense 5\nhold 1000\n"
    )
    assert (file.value("quiet"), file.value("hold"), file.usual("hold")) == ("on", "1000", "800")


def test_unset_takes_every_line_of_that_key():
    file = SettingsFile(b"quiet on\n# quiet off\nflip on\nquiet on # again")
    file.unset("quiet")
    assert file.data == b"# quiet off\nflip on\n"
    assert file.value("quiet") == "off"


@pytest.mark.parametrize(
    "key, value, said",
    [
        ("screen-off", "4000", "screen-off is 0 to 3600, not '4000'"),
        ("screen-off", "1_0", "screen-off is 0 to 3600, not '1_0'"),
        ("hold", "499", "hold is 500 to 2000, not '499'"),
        ("pitch", "\u00b2", "pitch: plain letters and digits only"),
        ("quiet", "maybe", "quiet is on or off, not 'maybe'"),
        ("quiet", "on # loud", "quiet is on or off"),
        ("quiet", "on\nflip on", "quiet: plain letters"),
        ("cue-run", "loud 70", 'cue-run: rhythm: "low 300" was expected, not "loud 70"'),
        ("cue-run", "low 800", "cue-run: rhythm: longer than 799 ms"),
        ("cue-run", "low 10, gap 10, " * 5 + "low 10", "a line has 80 characters at most"),
        ("screenoff", "5", "no setting is called 'screenoff'; is it screen-off?"),
        ("x", "5", "there is: quiet, motor, pitch"),
    ],
)
def test_what_the_clip_would_not_take_is_refused(key, value, said):
    file = SettingsFile(COMMENTED)
    with pytest.raises(UserError) as caught:
        file.set(key, value)
    assert said in str(caught.value)
    assert file.data == COMMENTED


def test_every_setting_of_the_firmware_has_a_meaning_and_no_other():
    keys = SettingsFile(b"").keys
    assert {settings._topic(key) for key in keys} == set(MEANINGS)
    assert keys[0] == "quiet"


def test_wrong_ones_are_refused_before_a_clip_is_looked_for(capsys):
    assert main(["settings", "hold", "5", "--port", "/dev/none"]) == 1
    assert capsys.readouterr().err == "runwalk: hold is 500 to 2000, not '5'\n"
    assert main(["settings", "--unset", "holt", "--port", "/dev/none"]) == 1
    assert capsys.readouterr().err == "runwalk: no setting is called 'holt'; is it hold?\n"


def test_unset_and_a_key_is_wrong_usage():
    with pytest.raises(SystemExit) as left:
        main(["settings", "quiet", "--unset", "quiet"])
    assert left.value.code == 2


# on a clip


@needs_usb
def test_settings_are_shown_and_changed(clip, capsys):
    put(clip, settings_txt=COMMENTED.decode())
    code, out, err = runwalk(clip, capsys, "settings")
    assert (code, err) == (0, "")
    rows = {line.split()[0]: line.split()[1:] for line in out.splitlines()}
    assert rows["screen-off"][:2] == ["30", "20"]
    assert rows["quiet"][:2] == ["off", "off"]
    assert rows["cue-run"][:2] == ["as", "usual"]
    assert out.splitlines()[-1] == "settings.txt: nonsense: unknown; the usual holds"

    assert runwalk(clip, capsys, "settings", "hold")[1].splitlines() == [
        "hold 800",
        "milliseconds until a press is a hold; 500 to 2000",
    ]
    rhythm = ["low", "70,", "gap", "60,", "high", "200"]
    assert runwalk(clip, capsys, "settings", "cue-run", *rhythm)[:2] == (
        0,
        "cue-run low 70, gap 60, high 200 (was as usual)\n",
    )
    assert runwalk(clip, capsys, "settings", "quiet", "on")[1] == "quiet on (was off)\n"
    assert runwalk(clip, capsys, "settings", "quiet", "on")[1] == "quiet on, as before\n"
    assert runwalk(clip, capsys, "settings", "--unset", "screen-off")[1] == (
        "screen-off 20 (was 30)\n"
    )
    time.sleep(1)
    assert runs(clip)
    assert mpremote(clip, "resume", "cat", ":settings.txt").replace("\r", "") == (
        "# mine\nquiet on   # at night\n\nnonsense 5\ncue-run low 70, gap 60, high 200\n"
    )


@needs_usb
def test_all_clips_get_it_and_each_has_a_line(make_board, installed, monkeypatch, capsys, tmp_path):
    one, two = (make_board(name, chip=installed) for name in ("one", "two"))
    bare = make_board("xbare")
    ports = [FakePort(board.port) for board in (two, one, bare)]
    monkeypatch.setattr(mpremote_link.list_ports, "comports", lambda: ports)
    assert main(["settings", "quiet", "on", "--all"]) == 1  # for the bare one
    out, err = capsys.readouterr()
    assert out == f"{one.port}: quiet on (was off)\n{two.port}: quiet on (was off)\n"
    assert err == (
        f"runwalk: {bare.port}: no clip is on this board yet: `runwalk install` first\n"
    )
    bare.unplug()
    ports.pop()
    (tmp_path / "mine.plan").write_text("plan Mine\nweek 1: warm 10s, run 10s\n")
    assert main(["load", "mine.plan", "--use", "--all"]) == 0
    said = "mine: 1 session; mine: chosen; next is week 1 day 1"
    assert capsys.readouterr().out == f"{one.port}: {said}\n{two.port}: {said}\n"
    assert main(["load", "--list", "--all"]) == 0
    assert capsys.readouterr().out == (
        f"{one.port}: mine, ten-weeks\n{two.port}: mine, ten-weeks\n"
    )
    assert main(["settings", "--all"]) == 0
    assert capsys.readouterr().out == f"{one.port}: quiet on\n{two.port}: quiet on\n"
    assert look(two).plans == ["mine", "ten-weeks"]


def test_all_and_a_port_is_wrong_usage(capsys):
    with pytest.raises(SystemExit) as left:
        main(["settings", "--all", "--port", "COM3"])
    assert left.value.code == 2


def test_all_without_a_board(monkeypatch, capsys):
    monkeypatch.setattr(mpremote_link.list_ports, "comports", lambda: [])
    assert main(["settings", "--all"]) == 1
    assert "no board found on USB" in capsys.readouterr().err
