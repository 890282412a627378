"""What the display says in plain words when something is not as it was, or is to be chosen."""

import pytest
from hostsim.engine import Setup, run
from hostsim.importer import Modules
from hostsim.scenario import instant, parse
from runwalk_tools.boards import load_board

PLAN = "plan Mine\nweek 1 x2: run 5m, walk 5m\n"
FAULT = 4  # a sign


def play(files, script, *times):
    """The result of that script, with pictures at those times."""
    pictures = [instant(time) * 1_000_000 for time in times]
    setup = Setup(load_board("pico").facts(), files, scenario=parse(script, "s"), pictures=pictures)
    result = run(setup)
    assert result.error is None, result.error
    return result


def clip(text=PLAN):
    return {"plans/mine.plan": text.encode(), "use.txt": b"plan mine\n"}


def drawn(name, *words):
    """The pixels of that screen with those words."""
    modules = Modules()
    framebuf = modules.load("framebuf")
    buffer = bytearray(1024)
    frame = framebuf.FrameBuffer(buffer, 128, 64, framebuf.MONO_VLSB)
    screens = modules.load("runwalk.parts.screens").Screens(frame, buffer, 128, 64)
    getattr(screens, name)(*words)
    return bytes(buffer[(y >> 3) * 128 + x] >> (y & 7) & 1 for y in range(64) for x in range(128))


def cut_off():
    """The files of a clip that lost its power some 20 s into a session."""
    files = play(clip(), "0:02 press\n0:24 end\n").files
    assert "use.txt" not in files
    return files


@pytest.mark.parametrize(
    "text, note",
    [
        (PLAN, b""),
        (PLAN.replace("Mine", "Yours") + "week 2: run 6m\n", b""),  # this session is as it was
        (PLAN.replace("walk 5m", "walk 6m"), b"plan has changed"),
        (PLAN.replace("week 1", "week 2"), b"plan has changed"),
    ],
)
def test_resume_says_whether_the_plan_is_another_now(text, note):
    files = cut_off() | {"plans/mine.plan": text.encode()}
    result = play(files, "0:04 end\n", "0:03")
    assert any(
        result.pictures[0] == drawn("question", b"Resume 0:%02d?" % s, note, b"yes", b"no", 0)
        for s in range(4, 20)  # at most 15 s of it are lost
    )


def test_a_plan_that_is_gone_is_missed_and_no_other_takes_its_place():
    files = cut_off()
    files["plans/other.plan"] = files.pop("plans/mine.plan")
    result = play(files, "0:04 press\n0:08 hold\n0:14 end\n", "0:03", "0:05", "0:10")
    fault, resume, home = result.pictures
    assert fault == drawn("message", b"Plan not usable", b"mine.plan: can't be read", b"")
    assert any(
        resume == drawn("question", b"Resume 0:%02d?" % s, b"plan has changed", b"yes", b"no", 0)
        for s in range(4, 20)
    )
    assert home == drawn("home", b"runwalk", b"no plan", b"load or pick one", 0)
    back = {**result.files, "plans/mine.plan": PLAN.encode()}
    [home] = play(back, "0:04 end\n", "0:03").pictures
    assert home == drawn("home", b"Mine", b"week 1 day 1", b"10 min", 0)


def test_without_a_plan_a_press_leads_to_where_one_is_chosen():
    [menu] = play({}, "0:03 press\n0:05 end\n", "0:04").pictures
    entries = [b"Session", b"Workout", b"Plan", b"Quiet: off", b"About", b"Off", b"Back"]
    assert menu == drawn("list", b"Menu", entries, 2)


def test_a_flash_that_takes_no_more_is_told_at_home():
    script = "0:00 flash readonly\n0:02 press\n0:20 hold\n0:22 hold\n0:24 hold\n0:40 end\n"
    [home] = play(clip(), script, "0:29").pictures
    assert home == drawn("home", b"Mine", b"week 1 day 1", b"can't save", FAULT)


def test_a_damaged_journal_is_told_at_home_once():
    files = play(clip(), "0:02 press\n1:30 hold\n1:32 hold\n1:34 hold\n2:30 end\n").files
    bad = files["journal.txt"].replace(b"\tplan\t", b"\tplaN\t", 1)
    assert bad != files["journal.txt"]
    result = play(files | {"journal.txt": bad}, "0:08 end\n", "0:03")
    assert result.pictures[0] == drawn("home", b"Mine", b"week 1 day 1", b"log damaged", 0)
    [home] = play(result.files, "0:04 end\n", "0:03").pictures
    assert home == drawn("home", b"Mine", b"week 1 day 1", b"10 min", 0)


@pytest.mark.parametrize("content", [b"", b"1 3 2000", b"\xff" * 98])
def test_a_damaged_session_file_is_told_at_home_once(content):
    files = cut_off() | {"session.now": content}
    result = play(files, "0:08 end\n", "0:03")
    assert result.pictures[0] == drawn("home", b"Mine", b"week 1 day 1", b"log damaged", 0)
    assert sum('"text":"session damaged"' in line for line in result.lines) == 1
    [home] = play(result.files, "0:04 end\n", "0:03").pictures
    assert home == drawn("home", b"Mine", b"week 1 day 1", b"10 min", 0)


def test_a_list_bears_the_name_of_what_was_taken():
    files = clip("plan Long\nweek 1-40 x2: run 5m\n")
    script = "0:03 hold\n0:05 hold\n0:06 press\n0:08 hold\n0:10 hold\n0:12 end\n"
    ranges, weeks, days = play(files, script, "0:07", "0:09", "0:11").pictures
    names = [b"week 1 - 7", b"week 8 - 14", b"week 15 - 21", b"", b"", b"", b"Back"]
    assert ranges == drawn("list", b"Session", names, 1)
    names = [b"week %d" % n for n in range(8, 15)] + [b"Back"]
    assert weeks == drawn("list", b"week 8 - 14", names, 0)
    assert days == drawn("list", b"week 8", [b"day 1", b"day 2", b"Back"], 0)


def test_a_plan_fault_is_shown_although_the_settings_have_one_too():
    files = {**clip("week 1: jog 5m\n"), "settings.txt": b"loud on\n"}
    [message] = play(files, "0:03 end\n", "0:02").pictures
    words = b"line 1: expected a step such as run 5m"
    assert message == drawn("message", b"Plan not usable", words, b"")


def test_another_plan_is_next_by_its_place_whatever_workout_was_picked_before():
    workout = 'workout "Hills": run 3m\n'
    other = f"plan Yours\nweek 1: run 4m\n{workout}"
    files = {**clip(PLAN + workout), "plans/yours.plan": other.encode()}
    hills = "0:03 hold\n0:04 press\n0:05.5 hold\n0:07 hold\n"
    yours = "0:10 hold\n0:11 press\n0:12 press\n0:13.5 hold\n0:14.5 press\n0:16 hold\n0:18 end\n"
    before, after = play(files, hills + yours, "0:08", "0:17").pictures
    assert before == drawn("home", b"Mine", b"Hills", b"3 min", 0)
    assert after == drawn("home", b"Yours", b"week 1 day 1", b"4 min", 0)
