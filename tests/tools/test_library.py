"""The plan library says what its sources say, and the clip plays it to the end.

The tables below were typed from the sources named beside them, a session in the
notation R = run and W = walk, in seconds; they never come from the plan files.
"""

import json
import re
from importlib.util import find_spec

import pytest
from hostsim.engine import Setup, run
from hostsim.files import plans_dir
from hostsim.scenario import parse
from runwalk_tools import plans, shelf
from runwalk_tools.boards import load_board
from runwalk_tools.errors import UserError
from runwalk_tools.main import main

NAMES = [path.stem for path in shelf.library()]
KINDS = plans.parser().KINDS
OPEN = 0x10


def main_part(steps) -> list[str]:
    """A session as R and W, without what stands before and after it to warm up and cool down."""
    found = []
    for i in range(steps.n):
        kind = KINDS[steps.kind[i] & 0x0F]
        if kind not in ("warm", "cool"):
            found.append(f"{kind[0].upper()}{(steps.start[i + 1] - steps.start[i]) // 1000}")
    return found


def written(text: str) -> list[str]:
    """`2 x (R90 W90)` and `R300 W180 R300`, and rows of both, step by step."""
    found: list[str] = []
    for times, group, step in re.findall(r"(\d+) x \((.*?)\)|([RW]\d+)", text):
        found += group.split() * int(times) if group else [step]
    assert found
    return found


def seconds(steps: list[str], kinds: str = "RW") -> int:
    return sum(int(step[1:]) for step in steps if step[0] in kinds)


def minutes(text: str) -> int:
    """The seconds of `21:30`."""
    whole, rest = text.split(":")
    return int(whole) * 60 + int(rest)


# The whole programme: session, its total without the warm-up.
# Totals as nhs.uk's plan gives them; of week 2 only "for 20 minutes".
NHS = {
    (1, 3): ("8 x (R60 W90)", "20:00"),
    (2, 3): ("5 x (R90 W120) R90 W60", "20:00"),
    (3, 3): ("2 x (R90 W90 R180 W180)", "18:00"),
    (4, 3): ("R180 W90 R300 W150 R180 W90 R300", "21:30"),
    (5, 1): ("R300 W180 R300 W180 R300", "21:00"),
    (5, 2): ("R480 W300 R480", "21:00"),
    (5, 3): ("R1200", "20:00"),
    (6, 1): ("R300 W180 R480 W180 R300", "24:00"),
    (6, 2): ("R600 W180 R600", "23:00"),
    (6, 3): ("R1500", "25:00"),
    (7, 3): ("R1500", "25:00"),
    (8, 3): ("R1680", "28:00"),
    (9, 3): ("R1800", "30:00"),
}

# github.com/espruino/BangleApps, its Couch to 5K: eight weeks of one pair a session
BANGLE = {
    (1, 3): ("8 x (R60 W90)", "20:00"),
    (2, 3): ("6 x (R90 W120)", "21:00"),
    (3, 1): ("5 x (R120 W120)", "20:00"),
    (3, 3): ("4 x (R150 W150)", "20:00"),
    (4, 2): ("5 x (R180 W120)", "25:00"),
    (4, 3): ("3 x (R240 W150)", "19:30"),
    (5, 1): ("3 x (R300 W120)", "21:00"),
    (5, 2): ("2 x (R480 W300)", "26:00"),
    (5, 3): ("R1200", "20:00"),
    (6, 1): ("2 x (R360 W180)", "18:00"),
    (6, 2): ("2 x (R600 W180)", "26:00"),
    (6, 3): ("R1500", "25:00"),
    (7, 3): ("R1500", "25:00"),
    (8, 3): ("R1800", "30:00"),
}

# michaelthereluctantrunner, eight weeks, three times a week
RELUCTANT = {
    (1, 3): ("8 x (R60 W90)", "20:00"),
    (2, 3): ("7 x (R120 W60)", "21:00"),
    (3, 3): ("6 x (R180 W60)", "24:00"),
    (4, 3): ("4 x (R300 W120)", "28:00"),
    (5, 3): ("3 x (R480 W120)", "30:00"),
    (6, 3): ("3 x (R720 W60)", "39:00"),
    (7, 3): ("R900 W60 R900", "31:00"),
    (8, 3): ("R1800", "30:00"),
}

# polkadotsandpastries, ten weeks; it adds up weeks 5 and 6 to 20 and 18 minutes
POLKADOTS = {
    (1, 3): ("7 x (R60 W120)", "21:00"),
    (2, 3): ("5 x (R120 W120)", "20:00"),
    (3, 3): ("4 x (R180 W120)", "20:00"),
    (4, 3): ("3 x (R300 W120)", "21:00"),
    (5, 3): ("3 x (R360 W90)", "22:30"),
    (6, 3): ("2 x (R480 W90)", "19:00"),
    (7, 3): ("2 x (R600 W90)", "23:00"),
    (8, 3): ("R720 W60 R480", "21:00"),
    (9, 3): ("R900 W60 R300", "21:00"),
    (10, 3): ("R1200", "20:00"),
}

# faithforfathers.org, its ten sessions in their order
FATHERS = {
    (1, 3): ("10 x (R60 W60)", "20:00"),
    (2, 3): ("5 x (R120 W240)", "30:00"),
    (3, 3): ("4 x (R180 W180)", "24:00"),
    (4, 3): ("3 x (R300 W180)", "24:00"),
    (5, 3): ("3 x (R420 W120)", "27:00"),
    (6, 3): ("3 x (R480 W120)", "30:00"),
    (7, 3): ("2 x (R600 W120) R300", "29:00"),
    (8, 3): ("3 x (R540 W60)", "30:00"),
    (9, 3): ("2 x (R720 W120) R300", "33:00"),
    (10, 3): ("2 x (R900 W60)", "32:00"),
}

# paperzz.com/doc/8535502: 40-45 minutes in blocks of 300 s, 8 or 9 of them; then
# W60-120 to R480-540, then R720-780; two days each
BLOCKS = {
    (1, 2): ("8 x (W270 R30)", "40:00"),
    (2, 2): ("8 x (W240 R60)", "40:00"),
    (3, 2): ("8 x (W210 R90)", "40:00"),
    (4, 2): ("8 x (W180 R120)", "40:00"),
    (5, 2): ("8 x (W150 R150)", "40:00"),
    (6, 2): ("8 x (W120 R180)", "40:00"),
    (7, 2): ("8 x (W90 R210)", "40:00"),
    (8, 2): ("8 x (W60 R240)", "40:00"),
    (9, 2): ("4 x (W120 R480)", "40:00"),
    (10, 2): ("3 x (W120 R720)", "42:00"),
}

# thehealthyrunner.com: W300 and a run, three times, two days a stage
THREE_RUNS = {
    (1, 2): ("3 x (W300 R60)", "18:00"),
    (2, 2): ("3 x (W300 R180)", "24:00"),
    (3, 2): ("3 x (W300 R300)", "30:00"),
    (4, 2): ("3 x (W300 R480)", "39:00"),
    (5, 2): ("3 x (W300 R600)", "45:00"),
}

# Moen and others 2012, on ankleandfootnorthwest.com: three times a week
SHIN = {
    (1, 3): ("4 x (R120 W120)", "16:00"),
    (2, 3): ("4 x (R120 W120)", "16:00"),
    (3, 3): ("4 x (R180 W120)", "20:00"),
    (4, 3): ("4 x (R180 W120)", "20:00"),
    (5, 3): ("R960", "16:00"),
    (6, 3): ("R1080", "18:00"),
}

# sunnycoastsportsmedicine.com.au, its 18 days of exercise; a jog is an R
BONE = {
    (1, 1): ("W600", "10:00"),
    (1, 2): ("W900", "15:00"),
    (1, 3): ("W1200", "20:00"),
    (1, 4): ("W1500", "25:00"),
    (2, 1): ("W1800", "30:00"),
    (2, 2): ("W900 R300 W600", "30:00"),
    (2, 3): ("W600 R600 W600", "30:00"),
    (2, 4): ("W600 R900 W300", "30:00"),
    (3, 1): ("W300 R1200 W300", "30:00"),
    (3, 2): ("W300 R1500", "30:00"),
    (3, 3): ("R1800", "30:00"),
    (4, 1): ("R900 R300 R600", "30:00"),
    (4, 2): ("R600 R600 R600", "30:00"),
    (4, 3): ("R600 R900 R300", "30:00"),
    (5, 1): ("R300 R1200 R300", "30:00"),
    (5, 2): ("R300 R1500", "30:00"),
    (5, 3): ("R1800", "30:00"),
}

# trialsjournal.biomedcentral.com/articles/10.1186/s13063-023-07502-x, table 1: miles, effort
MILES = {
    (1, 2): ("W120 R180", "1 mile, effort 3"),
    (2, 2): ("W120 R180", "1.5 miles, effort 3"),
    (3, 2): ("W120 R240", "1.5 miles, effort 4"),
    (4, 2): ("W120 R240", "2 miles, effort 4"),
    (5, 2): ("W60 R240", "2 miles, effort 5"),
    (6, 2): ("R0", "2 miles, effort 5"),
}

# paperzz.com/doc/7833418: a week a stage, the number of rounds left to the doctor
STAGES = {
    (1, 3): ("W180 R60", None),
    (2, 3): ("W120 R60", None),
    (3, 3): ("W120 R120", None),
    (4, 3): ("R240 W60", None),
    (5, 3): ("R360 W60", None),
    (6, 3): ("R420 W60", None),
    (7, 3): ("R480 W60", None),
    (8, 3): ("R540 W60", None),
}

# runwalktulsa.com/galloway-run-walk-chart: pace a mile, run and walk
CHART = {
    "7:00": "360/30",
    "7:30": "300/30",
    "8:00": "240/30 120/15",
    "8:30": "180/30 120/20",
    "9:00": "120/30 80/20",
    "9:30-10:45": "90/30 60/20 45/15 60/30 40/20",
    "10:45-12:15": "60/30 40/20 30/15 30/30 20/20",
    "12:15-14:30": "30/30 20/20 15/15",
    "14:30-15:45": "15/30",
    "15:45-17:00": "10/30",
    "17:00-18:30": "8/30 5/25 10/30",
    "18:30-20:00": "5/30 5/25 4/30",
}

TIMED = {
    "couch-to-5k": NHS,
    "one-pair": BANGLE,
    "eight-steps": RELUCTANT,
    "twenty-minutes": POLKADOTS,
    "ten-steps": FATHERS,
    "return-stages": BLOCKS,
    "return-three-runs": THREE_RUNS,
    "return-shin": SHIN,
    "return-bone": BONE,
}


def each_day(table: dict) -> dict:
    """The table with each day by itself: a row holds from the day before its own row to its own."""
    days = {}
    for (week, last), row in table.items():
        day = last
        while day and (week, day) not in days and (day == last or (week, day) not in table):
            days[week, day] = row
            day -= 1
    return days


def sessions(name: str) -> dict:
    read = plans.require_plan(name)
    return {
        (week, day): read.steps(week, day)
        for week in read.plan.weeks()
        for day in read.plan.days(week)
    }


class TestSources:
    @pytest.mark.parametrize("name", TIMED)
    def test_each_session_is_the_sources_and_takes_as_long(self, name):
        table, ours = each_day(TIMED[name]), sessions(name)
        assert ours.keys() == table.keys()
        for key, (text, total) in table.items():
            found = main_part(ours[key])
            assert (found, seconds(found)) == (written(text), minutes(total)), key

    def test_weeks_of_couch_to_5k(self):
        # minutes of running, and in all with the walk of five minutes before each, a week
        table = {
            1: ("24:00", "75:00"),
            2: ("27:00", "75:00"),
            3: ("27:00", "69:00"),
            4: ("48:00", "79:30"),
            5: ("51:00", "77:00"),
            6: ("63:00", "87:00"),
            7: ("75:00", "90:00"),
            8: ("84:00", "99:00"),
            9: ("90:00", "105:00"),
        }
        ours = sessions("couch-to-5k")
        for week, (running, whole) in table.items():
            days = [steps for (w, _), steps in ours.items() if w == week]
            assert len(days) == 3
            ran = sum(seconds(main_part(steps), "R") for steps in days)
            assert ran == minutes(running), week
            assert sum(steps.start[steps.n] // 1000 - 300 for steps in days) == minutes(whole)

    @pytest.mark.parametrize("name, table", [("return-miles", MILES), ("return-open", STAGES)])
    def test_what_goes_on_until_it_is_ended(self, name, table):
        ours = sessions(name)
        assert ours.keys() == each_day(table).keys()
        for key, (text, label) in each_day(table).items():
            assert (main_part(ours[key]), ours[key].session_label) == (written(text), label), key
            assert ours[key].repeat_from >= 0 or ours[key].has_open

    def test_the_chart_of_short_walks(self):
        found: dict[str, list[str]] = {}
        for name in ("marathon-brisk", "marathon-steady", "marathon-easy"):
            read = plans.require_plan(name)
            for label in read.plan.workouts:
                steps = read.steps(workout=label)
                assert steps.repeat_from == 0
                ran, walked = (int(step[1:]) for step in main_part(steps))
                pace, pair = label.split(", ")
                assert pair == f"{ran}s/{walked}s"
                found.setdefault(pace, []).append(f"{ran}/{walked}")
        assert {pace: " ".join(pairs) for pace, pairs in found.items()} == CHART

    def test_ultra_ratios_and_its_reminders(self):
        read = plans.require_plan("ultra")
        ratios = [main_part(read.steps(workout=label))[:2] for label in read.plan.workouts[:4]]
        assert ratios == [["R900", "W180"], ["R540", "W60"], ["R300", "W60"], ["R120", "W60"]]
        for name in ("ultra", "trail"):
            reminders = [label for label, _ in plans.require_plan(name).plan.reminders]
            assert reminders == ["drink", "eat"]

    @pytest.mark.parametrize("name", ["six-weeks", "twelve-weeks", "ten-weeks"])
    def test_variants_have_the_steps_of_ten_weeks(self, name):
        """Its later ones all, and no longest run shorter than two weeks before."""
        steps = [main_part(s) for (_, day), s in sessions(name).items() if day == 1]
        assert len(steps) == {"six": 6, "ten": 10, "twelve": 12}[name.split("-")[0]]
        for text in ("8 x (R120 W60)", "6 x (R240 W60)", "3 x (R480 W60)", "R1800"):
            assert written(text) in steps
        longest = [max(int(step[1:]) for step in week if step[0] == "R") for week in steps]
        assert all(b >= a for a, b in zip(longest, longest[2:], strict=False))
        if name != "six-weeks":
            assert steps[:2] == [written("8 x (R60 W120)")] * 2


class TestPromises:
    @pytest.mark.parametrize("name", NAMES)
    def test_a_plan_is_clean_and_says_where_it_is_from(self, name):
        read = plans.require_plan(name)
        assert re.search(r"\b(After|Our own|that runners report)\b", read.plan.about)

    @pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("return-")])
    def test_a_return_to_running_asks_and_rests_and_repeats(self, name):
        plan = plans.require_plan(name).plan
        assert plan.ask_pain and plan.rest >= 1
        assert plan.about.startswith("Follow your clinician")
        assert min(len(plan.days(week)) for week in plan.weeks()) >= 2

    def test_there_are_at_least_four_of_them(self):
        assert len([name for name in NAMES if name.startswith("return-")]) >= 4

    def test_boards_get_ten_weeks_alone(self):
        assert [path.name for path in plans_dir().iterdir()] == ["ten-weeks.plan"]
        assert [path.stem for path in shelf.on_boards()] == ["ten-weeks"]

    def test_every_plan_has_one_place_on_the_shelf(self):
        shelved = [stem for _, stems in shelf.GROUPS for stem in stems]
        assert sorted(shelved) == NAMES


# on the clip


LONGEST_TWICE_MS = 3 * 3_600_000  # a day on MicroPython takes half a minute of ours
OPENLY = parse("0:02 press\n1:30 press\n20:00 hold\n20:03 hold\n20:06 hold\n20:30 end\n", "openly.txt")


def played(name: str, use: str, steps, vm: str) -> list[dict]:
    open_ended = steps.has_open or steps.repeat_from >= 0
    setup = Setup(
        load_board("pico").facts(),
        {
            f"plans/{name}.plan": shelf.in_library(name).read_bytes(),
            "use.txt": f"plan {name}\n{use}".encode(),
        },
        scenario=OPENLY if open_ended else None,
    )
    result = run(setup, vm)
    assert result.error is None, result.error
    events = [json.loads(line) for line in result.lines]
    assert not [event for event in events if event["event"] in ("error", "crash")]
    return events


def wishes(name: str) -> list[str]:
    """use.txt for each session and workout of a plan, but one of those that have the same steps."""
    read = plans.require_plan(name)
    plan = read.plan
    found: dict[bytes, str] = {}
    for week in plan.weeks():
        for day in plan.days(week):
            found.setdefault(bytes(read.steps(week, day).text), f"week {week}\nday {day}\n")
    for label in plan.workouts:
        found.setdefault(bytes(read.steps(workout=label).text), f"workout {label}\n")
    if plan.first():
        week, day = plan.last()
        found[b""] = f"week {week}\nday {day}\n"
    return list(found.values())


def steps_of(name: str, use: str):
    """The steps that such a use.txt asks for."""
    wish = dict(line.split(" ", 1) for line in use.splitlines())
    numbers = {key: int(wish[key]) for key in ("week", "day") if key in wish}
    return plans.require_plan(name).steps(**numbers, workout=wish.get("workout"))


def check_played(events: list[dict], steps) -> None:
    [start] = [event for event in events if event["event"] == "start"]
    begun = [event for event in events if event["event"] == "step"]
    over = [event for event in events if event["event"] in ("finish", "stop")]
    if steps.has_open or steps.repeat_from >= 0:
        assert len(begun) >= 2 or steps.n == 1
        assert len(over) == 1
    else:
        [finish] = over
        assert finish["event"] == "finish" and len(begun) == steps.n
        assert finish["t"] - start["t"] == steps.start[steps.n] / 1000
        assert [event["t"] - start["t"] for event in begun] == [
            at / 1000 for at in steps.start[:-1]
        ]


@pytest.mark.parametrize(
    ("name", "use"), [(name, use) for name in NAMES for use in wishes(name)]
)
def test_every_session_is_played(name, use):
    """By both engines alike, a day of running by one alone."""
    steps = steps_of(name, use)
    ours = played(name, use, steps, "cpython")
    check_played(ours, steps)
    if find_spec("micropython_unix") and steps.start[steps.n] <= LONGEST_TWICE_MS:
        assert played(name, use, steps, "micropython") == ours


# the command


class TestList:
    def test_groups_by_who_a_plan_is_for(self, capsys):
        assert main(["plan", "list"]) == 0
        lines = capsys.readouterr().out.splitlines()
        titles = [line for line in lines if line and not line.startswith(" ")]
        assert titles == [title for title, _ in shelf.GROUPS]
        at = lines.index("To begin running")
        assert lines[at + 1].split() == "pre-start Before the start; 6 weeks, 3 a week".split()
        assert lines[at + 2].split() == "first 20:00 walk 10 min".split()
        assert lines[at + 3].split() == "last 34:00 12 times (walk 1 min 30 s, run 30 s)".split()

    def test_a_plan_that_nobody_put_on_the_shelf_is_listed_all_the_same(self, monkeypatch):
        monkeypatch.setattr(shelf, "GROUPS", (("All", ("ten-weeks",)),))
        groups = shelf.grouped()
        assert [title for title, _ in groups] == ["All", "More"]
        assert sum(len(paths) for _, paths in groups) == len(NAMES)

    @pytest.mark.parametrize(
        "steps, words",
        [
            ("warm 5m, 8x(run 1m, walk 2m), cool 5m", "8 times (run 1 min, walk 2 min)"),
            ("3x(run 8m, walk 1m) skip last walk", "26 min of run 8 min, walk 1 min in turn"),
            ("for 20m (run 90s, walk 2m)", "20 min of run 1 min 30 s, walk 2 min in turn"),
            ("warm 5m, run 1h30m", "run 1 h 30 min"),
            ("run 8m, walk 5m, run 8m, cool 1m", "run 8 min, walk 5 min, run 8 min"),
            (
                "run 5m, walk 3m, run 8m, walk 3m, run 5m",
                "runs of 5 min, 8 min, 5 min, walks between",
            ),
            ("run 2m, walk 1m, run 2m, walk 3m", "run 2 min, walk 1 min, run 2 min, walk 3 min"),
            ("run 2m, walk 1m, run 2m, walk 1m", "2 times (run 2 min, walk 1 min)"),
            ("warm 5m, cool 5m", "warm up 5 min, cool down 5 min"),
            ("warm 9m, repeat (run 4m, walk 1m)", "run 4 min, walk 1 min, until you end it"),
            (
                "run 10m, repeat (run open)",
                "run 10 min, then run until a press, until you end it",
            ),
        ],
    )
    def test_a_session_in_words(self, steps, words):
        assert shelf.in_words(plans.parser().steps_from_text(steps.encode())) == words


class TestCopy:
    def test_into_this_folder_a_folder_and_a_file(self, tmp_path, monkeypatch, capsys):
        monkeypatch.chdir(tmp_path)
        (tmp_path / "mine").mkdir()
        source = shelf.in_library("trail").read_bytes()
        for words, path in (
            ([], "trail.plan"),
            (["mine"], "mine/trail.plan"),
            (["hills.plan"], "hills.plan"),
        ):
            assert main(["plan", "copy", "trail", *words]) == 0
            assert (tmp_path / path).read_bytes() == source
            assert main(["plan", "check", path]) == 0

    def test_nothing_is_overwritten(self, tmp_path, capsys):
        path = tmp_path / "mine.plan"
        path.write_text("week 1: run 5m\n")
        assert main(["plan", "copy", "trail", str(path)]) == 1
        assert "there already" in capsys.readouterr().err
        assert path.read_text() == "week 1: run 5m\n"

    @pytest.mark.parametrize(
        "name, target, says",
        [
            ("nope", "a.plan", "couch-to-5k"),
            ("./trail.plan", "a.plan", "no plan"),
            ("trail", "a.txt", "write a.plan"),
            ("trail", "no/folder/a.plan", "No such file"),
        ],
    )
    def test_what_cannot_be_is_one_line(self, name, target, says, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        with pytest.raises(UserError, match=says):
            shelf.copy(name, plans.Path(target))
        assert list(tmp_path.iterdir()) == []
