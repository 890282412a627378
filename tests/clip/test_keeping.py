"""What a clip makes of the journal and session file that it finds, and leaves in them."""

import binascii
import json

import pytest
from clip_runs import play
from hostsim.files import main_py
from hostsim.importer import Modules

journal = Modules().load("runwalk.parts.journal")

PLAN = "week 1 x3: run 5m, walk 5m\nweek 2 x3: run 6m, walk 5m\n"
STEPS = "run 5m, walk 5m"
SAVED = "1 3 200000 0 0 0 0 0 0 0 0 -1"  # 200 s of session 3
WAIT = "0:10 end\n"
VMS = pytest.mark.parametrize("vm", ["cpython", "micropython"])


def records(*texts):
    """A journal of these records; a text is kind and fields."""
    data = b""
    for number, text in enumerate(texts, 1):
        data += journal.as_line(["1", str(number), "1", "-", *text.split("|")])
    return data


DONE = records(
    "start|kept|1|1||600000|" + STEPS,
    "finish|1|kept|1|1||600000|0|600000|300000",
    "start|kept|1|2||600000|" + STEPS,
)


def session(body=SAVED):
    body = body.encode().ljust(88)
    return body + b" %08x\n" % binascii.crc32(body)


def boot(folder, script, vm="cpython", main=main_py(), **files):
    """The events, the records that the journal holds at the end, and all files."""
    (folder / "kept.plan").write_text(PLAN)
    (folder / "kept.txt").write_text(script)
    files = {name.replace("_", "."): content for name, content in files.items()}
    result = play(folder, "kept", vm, files=files, main=main)
    lines = result.files.get("journal.txt", b"").split(b"\n")
    left = [journal.parse(line) for line in lines if line]
    return (
        [json.loads(line) for line in result.lines],
        [line for line in left if line],
        result.files,
    )


def named(events, name):
    return [event for event in events if event["event"] == name]


@VMS
def test_a_session_that_can_be_resumed_is_offered_and_goes_on(tmp_path, vm):
    script = "0:04 press\n0:20 end\n"
    events, left, _ = boot(tmp_path, script, vm, journal_txt=DONE, session_now=session())
    (resume,) = named(events, "resume")
    assert (resume["active"], resume["after"]) == (200, "power")
    assert left[-1][4:] == ["resume", "3", "200000", "0", "power"]
    assert not named(events, "error")


@VMS
@pytest.mark.parametrize(
    ("name", "content"),
    [("settings_txt", b"loud on\n"), ("plans/kept_plan", b"week 1: jog 5m\n")],
    ids=["settings", "plan"],
)
def test_a_fault_is_told_between_the_splash_and_the_resume_question(tmp_path, vm, name, content):
    script = "0:04 press\n0:06 press\n0:20 end\n"
    events, _, _ = boot(
        tmp_path, script, vm, journal_txt=DONE, session_now=session(), **{name: content}
    )
    screens = [(event["t"], event["name"]) for event in named(events, "screen")]
    assert screens == [
        (0, "splash"),
        (1.5, "message"),
        (4, "resume"),
        (6, "countin"),
        (9, "step"),
    ]
    (resume,) = named(events, "resume")
    assert resume["active"] == 200
    assert len(named(events, "error")) == 1


CRASHES_ONCE = """
from runwalk.clip import clip as run
from runwalk.clip.clip import Clip

plain_turn = Clip.turn
crashes = []


def turn(clip):
    plain_turn(clip)
    session = clip.flow.session
    if session and not crashes and session.active(clip.clock.now()) > 20000:
        crashes.append(1)
        raise ValueError("planted")


Clip.turn = turn
run.run()
"""


@VMS
def test_a_session_that_a_crash_interrupted_says_so_in_the_journal(tmp_path, vm):
    main = tmp_path / "crashing.py"
    main.write_text(CRASHES_ONCE)
    events, left, _ = boot(tmp_path, "0:02 press\n1:00 end\n", vm, main)
    (resume,) = named(events, "resume")
    assert resume["after"] == "crash"
    ran = named(events, "crash")[0]["t"] - named(events, "start")[0]["t"]
    assert ran > 20
    assert ran - 15 <= resume["active"] <= ran
    (start,) = [record for record in left if record[4] == "start"]
    assert left[-1][4:] == ["resume", start[1], str(round(resume["active"] * 1000)), "0", "crash"]


@VMS
@pytest.mark.parametrize(
    ("lost", "who"),
    [
        (DONE[: DONE.index(b"\n1\t3\t")], ["?", "0", "0", "?"]),
        (DONE.replace(STEPS.encode(), b"run 5m, wall 5m"), ["?", "0", "0", "?"]),
        (
            records("set|kept|1|2", "set|kept|1|2", "start|kept|1|2||9|fly 5m"),
            ["kept", "1", "2", ""],
        ),
    ],
    ids=["lost", "damaged", "not understood"],
)
def test_a_session_that_cannot_be_resumed_keeps_its_time(tmp_path, vm, lost, who):
    events, left, files = boot(tmp_path, WAIT, vm, journal_txt=lost, session_now=session())
    # the damaged one is begun anew at once, and stays as the generation before
    lines = (files.get("journal.old", b"") + files["journal.txt"]).split(b"\n")
    done = [record for record in map(journal.parse, lines) if record]
    stop = next(record for record in done if record[4] == "stop")
    assert stop[5:] == ["3", *who, "200000", "0", "200000", "0"]
    assert [event["name"] for event in named(events, "screen")] == ["splash", "message"]
    assert files["session.now"].startswith(b"1 0 0 ")
    # and it is known from then on
    files = {name: files[name] for name in ("journal.txt", "session.now")}
    renamed = {name.replace(".", "_"): content for name, content in files.items()}
    events, _, _ = boot(tmp_path, WAIT, vm, **renamed)
    assert [event["name"] for event in named(events, "screen")] == ["splash", "home"]


@VMS
def test_a_damaged_journal_is_an_error_once_and_begun_anew(tmp_path, vm):
    bad = DONE.replace(b"600000", b"600001", 1)
    events, left, files = boot(tmp_path, "0:03 press\n1:00 end\n", vm, journal_txt=bad)
    assert [(e["what"], e["text"]) for e in named(events, "error")] == [
        ("flash", "journal damaged")
    ]
    (start,) = named(events, "start")
    assert (start["week"], start["day"]) == (1, 2)
    assert files["journal.old"].startswith(bad)
    assert b"\tfault\tjournal\t" in files["journal.old"]
    assert [record[4] for record in left][:3] == ["course", "total", "start"]
    again = {"journal_txt": files["journal.txt"], "journal_old": files["journal.old"]}
    events, _, _ = boot(tmp_path, WAIT, vm, **again)
    assert named(events, "error") == []


@pytest.mark.parametrize(
    "content", [b"", b"\xff" * 9000, b"\x00" * 20000, b"\t\n\t\n00000000\n", b"\n"]
)
@pytest.mark.parametrize("name", ["journal_txt", "journal_old", "journal_new", "session_now"])
def test_no_content_of_these_files_keeps_the_clip_from_a_session(tmp_path, name, content):
    events, left, _ = boot(tmp_path, "0:03 press\n1:00 end\n", **{name: content})
    assert named(events, "start")
    assert not named(events, "crash")
    assert left[-1][4] == "start"


@VMS
def test_a_long_journal_begins_anew_and_the_old_one_stays(tmp_path, vm):
    long = DONE + b"".join(
        journal.as_line(
            ["1", str(number), "1", "-", "fault", "flash", "a text of some length " * 4]
        )
        for number in range(4, 120)
    )
    assert 12288 < len(long) < 16384
    events, left, files = boot(tmp_path, "0:03 press\n0:20 end\n", vm, journal_txt=long)
    assert files["journal.old"][: len(long)] == long
    assert [record[4] for record in left][:3] == ["course", "total", "start"]
    assert named(events, "start")[0]["day"] == 2
    # with a session that waits to be resumed it does not: its start must be found again
    _, left, files = boot(tmp_path, WAIT, vm, journal_txt=long, session_now=session())
    assert "journal.old" not in files
    assert ["start", "kept", "1", "2"] in [record[4:8] for record in left]


def test_settings_that_are_wrong_are_one_record_a_start(tmp_path):
    files = {"settings_txt": b"hold nonsense\npitch nonsense\nmotor nonsense\n"}
    events, left, _ = boot(tmp_path, WAIT, **files)
    assert len(named(events, "error")) == 3
    assert [record[4] for record in left].count("fault") == 1


PAIN = "ask pain\n" + PLAN
SORE = records(
    "plan|kept",
    "start|kept|2|1||600000|" + STEPS,
    "finish|2|kept|2|1||600000|0|600000|300000",
    "rate|2|hard",
)


@VMS
@pytest.mark.parametrize(
    ("gestures", "offers"),
    [("0:06 press\n0:08 hold\n", []), ("0:06 press\n0:07 press\n0:09 hold\n", ["pain"])],
    ids=["no", "yes"],
)
def test_pain_that_is_told_at_the_next_start_brings_its_offer_before_the_session(
    tmp_path, vm, gestures, offers
):
    files = {"plans/kept_plan": PAIN.encode(), "journal_txt": SORE}
    events, _, _ = boot(tmp_path, "0:04 press\n" + gestures + "0:15 end\n", vm, **files)
    assert [event["name"] for event in named(events, "answer")] == ["pain"]
    assert [event["name"] for event in named(events, "offer")] == offers


@VMS
def test_a_resume_called_off_loses_nothing_that_waited_for_the_flash(tmp_path, vm):
    script = "0:00 flash full\n0:04 press\n0:05.5 hold\n0:08 hold\n0:09 flash ok\n1:30 end\n"
    files = {"plans/other_plan": PLAN.encode(), "use_txt": b"plan other\nweek 2\nday 1\n"}
    _, left, files = boot(
        tmp_path, script, vm, journal_txt=DONE, session_now=session(), **files
    )
    assert "use.txt" not in files
    assert [record[4:] for record in left[3:5]] == [["plan", "other"], ["set", "other", "2", "1"]]
    assert left[-1][4:6] == ["stop", "3"]
