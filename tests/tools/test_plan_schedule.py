"""`plan schedule`: days of the calendar as a table, an .ics and a page to tick off."""

import itertools
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from icalendar import Calendar
from runwalk_tools import plan_page, plan_schedule, plans
from runwalk_tools.errors import UserError
from runwalk_tools.main import main

MON, TUE, WED, THU, FRI, SAT, SUN = range(7)


@pytest.fixture
def desk(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def read_of(text: str) -> plans.PlanFile:
    read = plans.read_text(text.encode(), Path("a.plan"))
    assert not read.faults
    return read


def scheduled(text: str, start: str, *days: int) -> tuple[list[str], list[str]]:
    """`week.day date` of each session, and the notes."""
    read = read_of(text)
    entries, notes = plan_schedule.schedule(read, date.fromisoformat(start), list(days))
    assert all(entry.when.weekday() in days for entry in entries)
    apart = [b.when - a.when for a, b in itertools.pairwise(entries)]
    assert all(gap > timedelta(days=read.plan.rest) for gap in apart)
    return [f"{entry.week}.{entry.day} {entry.when:%m-%d}" for entry in entries], notes


class TestDays:
    def test_the_weekdays_in_order(self):
        # 2 March 2026 is a Monday
        days, notes = scheduled("rest 1 day\nweek 1-2 x3: run 5m\n", "2026-03-02", MON, WED, SAT)
        assert days == [
            "1.1 03-02", "1.2 03-04", "1.3 03-07", "2.1 03-09", "2.2 03-11", "2.3 03-14"
        ]  # fmt: skip
        assert notes == []

    def test_a_week_begins_with_the_start(self):
        days, _ = scheduled("rest 1 day\nweek 1-2 x3: run 5m\n", "2026-03-05", MON, WED, SAT)
        assert days == [
            "1.1 03-07", "1.2 03-09", "1.3 03-11", "2.1 03-14", "2.2 03-16", "2.3 03-18"
        ]  # fmt: skip

    def test_weeks_that_the_plan_leaves_out_stay_free(self):
        days, _ = scheduled("week 3: run 5m\nweek 5: run 5m\n", "2026-03-02", TUE)
        assert days == ["3.1 03-03", "5.1 03-17"]

    def test_a_week_with_fewer_sessions_takes_the_first_days(self):
        days, notes = scheduled("week 1 day 4: run 5m\nweek 2: run 5m\n", "2026-03-02", MON, FRI)
        assert days == ["1.4 03-02", "2.1 03-09"] and notes == []

    def test_the_year_turns_and_leaps(self):
        days, _ = scheduled("week 1 x7: run 5m\n", "2027-12-29", *range(7))
        assert days[-1] == "1.7 01-04"
        days, _ = scheduled("week 1 x2: run 5m\n", "2028-02-28", MON, TUE)
        assert days == ["1.1 02-28", "1.2 02-29"]

    def test_without_rest_days_in_a_row_are_right(self):
        days, notes = scheduled("week 1 x3: run 5m\n", "2026-03-02", MON, TUE, WED)
        assert days == ["1.1 03-02", "1.2 03-03", "1.3 03-04"] and notes == []


class TestRest:
    def test_a_day_too_soon_is_passed_over_and_told(self):
        days, notes = scheduled("rest 1 day\nweek 1-2 x3: run 5m\n", "2026-03-02", MON, TUE, FRI)
        assert days == [
            "1.1 03-02", "1.2 03-06", "1.3 03-09", "2.1 03-13", "2.2 03-16", "2.3 03-20"
        ]  # fmt: skip
        assert notes[0].startswith("Tuesday: at times too soon") and "`rest 1 day`" in notes[0]
        assert "1 week more" in notes[1]
        assert notes[2] == "days that fit: --days mon,wed,fri"

    def test_around_the_end_of_the_week(self):
        _, notes = scheduled("rest 1 day\nweek 1-2 x2: run 5m\n", "2026-03-02", MON, SUN)
        assert notes[0].startswith("Monday: ")

    def test_fewer_days_than_sessions_take_longer(self):
        days, notes = scheduled("rest 1 day\nweek 1-2 x3: run 5m\n", "2026-03-02", TUE, SAT)
        assert days[-1] == "2.3 03-21"
        assert "up to 3 sessions, and --days names 2" in notes[0] and "1 week more" in notes[1]

    def test_where_no_days_would_fit_none_are_named(self):
        _, notes = scheduled("rest 2 days\nweek 1 x3: run 5m\n", "2026-03-02", MON, WED, FRI)
        assert "`rest 2 days`" in notes[0]
        assert not [note for note in notes if "--days" in note]

    def test_fitting_days_keep_their_distance(self):
        assert plan_schedule._fitting(3, 2) == [MON, WED, FRI]
        assert plan_schedule._fitting(2, 3) == [MON, THU]
        assert plan_schedule._fitting(4, 2) == []
        assert plan_schedule._fitting(1, 7) == [MON]
        assert plan_schedule._fitting(9, 1) == []


class TestTyped:
    @pytest.mark.parametrize(
        "text, days",
        [
            ("mon,wed,sat", [MON, WED, SAT]),
            ("Sat, MONDAY wednesday", [MON, WED, SAT]),
            ("tu,th,su", [TUE, THU, SUN]),
            ("tues,thurs,weds", [TUE, WED, THU]),
            ("friday,", [FRI]),
        ],
    )
    def test_days(self, text, days):
        assert plan_schedule.days_of(text) == days

    @pytest.mark.parametrize(
        "text, says", [("", "''"), ("m", "'m'"), ("t,wed", "'t'"), ("mo,montag", "'montag'"),
                       ("mon,monday", "twice"), ("1,3", "'1'")],
    )  # fmt: skip
    def test_no_days(self, text, says):
        with pytest.raises(UserError, match=says):
            plan_schedule.days_of(text)

    @pytest.mark.parametrize(
        "text", ["2026-02-30", "2026-13-01", "02.03.2026", "20260302", "2026-W10-1", "",
                 "2026-3-2", "0000-01-01", "2026-03-02T07:00", "\u0662026-03-02"],
    )  # fmt: skip
    def test_no_dates(self, text):
        with pytest.raises(UserError, match="--start: "):
            plan_schedule.start_of(text)

    @pytest.mark.parametrize("text", ["7", "24:00", "7:60", "7am", "-1:00", ""])
    def test_no_times(self, text):
        with pytest.raises(UserError, match="write it as 07:00"):
            plan_schedule.time_of(text)


def schedule(*options: str, plan: str = "couch-to-5k", days: str = "mon,wed,sat") -> int:
    return main(["plan", "schedule", plan, "--start", "2026-03-02", "--days", days, *options])


def events(path: str) -> list:
    return list(Calendar.from_ical(Path(path).read_bytes()).walk("VEVENT"))


class TestTable:
    def test_has_each_session_with_its_date(self, desk, capsys):
        assert schedule() == 0
        lines = capsys.readouterr().out.splitlines()
        assert lines[0] == "Couch to 5K" and len(lines) == 2 + 27
        words = [line.split() for line in lines[2:]]
        assert words[0] == (
            "week 1 Mon 2026-03-02 30:00 8 times (run 1 min, walk 1 min 30 s)".split()
        )
        assert words[1][:3] == ["Wed", "2026-03-04", "30:00"]
        assert words[-1] == ["Sat", "2026-05-02", "40:00", "run", "30", "min"]
        assert list(desk.iterdir()) == []

    def test_steps_with_names_are_as_the_plan_has_them(self, desk, capsys):
        assert schedule(plan="return-bone", days="mon,wed,fri,sun") == 0
        out = capsys.readouterr().out
        assert 'run 15m "jog", run 5m "faster", run 10m "jog"' in out
        assert "mind: " in out and "rest 1 day" in out


class TestCalendar:
    def test_whole_days(self, desk):
        assert schedule("--ics", "c.ics") == 0
        found = events("c.ics")
        assert len(found) == 27
        first = found[0]
        assert first["SUMMARY"] == "Couch to 5K, week 1 day 1"
        assert (first["DTSTART"].dt, first["DTEND"].dt) == (date(2026, 3, 2), date(2026, 3, 3))
        assert first["DESCRIPTION"].splitlines() == [
            "warm up 5 min, then 8 times (run 1 min, walk 1 min 30 s), then cool down 5 min",
            "30:00 in all.",
            "Steps: warm 5m, 8x(run 60s, walk 90s), cool 5m",
        ]
        assert found[-1]["DTSTART"].dt == date(2026, 5, 2)
        assert datetime.now(UTC) - first["DTSTAMP"].dt < timedelta(minutes=5)

    def test_lines_are_as_the_standard_wants_them(self, desk):
        assert schedule("--ics", "c.ics") == 0
        data = Path("c.ics").read_bytes()
        assert data.startswith(b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n")
        lines = data.split(b"\r\n")
        assert not any(b"\n" in line or len(line) > 75 for line in lines)

    def test_at_a_time_wherever_you_are(self, desk):
        assert schedule("--ics", "c.ics", "--at", "23:45") == 0
        first = events("c.ics")[0]
        assert first["DTSTART"].to_ical() == b"20260302T234500"  # no zone: local time
        assert first["DTEND"].dt == datetime(2026, 3, 3, 0, 15)

    def test_an_open_session_has_an_hour(self, desk):
        assert schedule("--ics", "c.ics", "--at", "7:00", plan="return-open") == 0
        first = events("c.ics")[0]
        assert first["DTEND"].dt - first["DTSTART"].dt == timedelta(hours=1)
        assert "Until you end it." in first["DESCRIPTION"]

    def test_uids_stay_when_days_and_times_change(self, desk):
        assert schedule("--ics", "a.ics") == 0
        assert schedule("--ics", "b.ics", "--at", "07:00", days="mon,thu,sun") == 0
        assert main(["plan", "schedule", "couch-to-5k", "--start", "2026-06-01"]
                    + ["--days", "mon,wed,sat", "--ics", "c.ics"]) == 0  # fmt: skip
        first, second, later = ([str(e["UID"]) for e in events(f"{n}.ics")] for n in "abc")
        assert first == second and len(set(first)) == 27
        assert not set(first) & set(later)

    def test_texts_from_outside_are_kept_in_their_lines(self, desk):
        Path("a.plan").write_text(
            'plan A; b, c\\n\x1b\nremind "drink" every 20m\n'
            'week 1 "BEGIN:VEVENT": run 5m "\U0001f3c3 \u05e9\u05dc\u05d5\u05dd"\n',
            encoding="utf-8",
        )
        assert schedule("--ics", "a.ics", plan="a.plan") == 0
        [event] = events("a.ics")
        assert event["SUMMARY"] == "A; b, c\\n\ufffd, week 1 day 1"
        lines = event["DESCRIPTION"].splitlines()
        assert lines[0] == "BEGIN:VEVENT" and "\U0001f3c3" in lines[1]
        assert "drink every 20 min." in lines


def pages(data: bytes) -> int:
    return data.count(b"/Type /Page") - data.count(b"/Type /Pages")


class TestPage:
    def test_is_one_page_of_a4(self, desk, capsys):
        assert schedule("--pdf", "c.pdf") == 0
        data = Path("c.pdf").read_bytes()
        assert data.startswith(b"%PDF-") and pages(data) == 1
        assert b"/MediaBox [ 0 0 595 842 ]" in data
        assert capsys.readouterr().out.endswith("c.pdf: 27 sessions\n")

    @pytest.mark.parametrize(
        "text",
        [
            plans.find_plan("couch-to-5k").read_text(encoding="utf-8"),
            plans.find_plan("return-bone").read_text(encoding="utf-8"),
            "week 1-52 x3: warm 5m, 8x(run 1m, walk 2m), cool 5m\n",
            "week 1-30 x5: run 5m\n",
            "week 1: run 5m\n",
            'week 1 x3 "A label that is as long": warm 3m, '
            + ", ".join(f'run {n}m "a name"' for n in range(3, 30)) + "\n",
        ],
    )  # fmt: skip
    def test_nothing_overlaps_nor_leaves_the_page(self, text):
        read = read_of(text)
        days = list(range(7)) if "x5" in text else [0, 2, 5]
        entries, _ = plan_schedule.schedule(read, date(2026, 9, 2), days)
        paper = plan_page.figure(read.plan.title, entries)
        [axes] = paper.axes
        paper.draw_without_rendering()
        assert len(axes.patches) == len(entries)  # a box a session
        boxes = [text.get_window_extent() for text in axes.texts]
        boxes += [patch.get_window_extent() for patch in axes.patches]
        edge = paper.bbox
        for box in boxes:
            assert edge.x0 < box.x0 and box.x1 < edge.x1 and edge.y0 < box.y0 < box.y1 < edge.y1
        boxes.sort(key=lambda box: box.x0)
        for n, one in enumerate(boxes):
            beside = [box for box in boxes[n + 1 :] if box.x0 < one.x1 - 1]
            assert all(box.y0 > one.y1 - 3 or box.y1 < one.y0 + 3 for box in beside)

    def test_what_would_be_too_small_is_refused(self, desk, capsys):
        Path("a.plan").write_text("week 1-99 x3: run 5m\n")
        assert schedule("--pdf", "a.pdf", "--ics", "a.ics", plan="a.plan") == 1
        out = capsys.readouterr()
        assert out.out == "" and "297 sessions do not fit" in out.err
        assert [path.name for path in desk.iterdir()] == ["a.plan"]


class TestRefused:
    @pytest.mark.parametrize(
        "options, says",
        [
            (["--ics", "c.txt"], "ends in .ics"),
            (["--pdf", "c.png"], "ends in .pdf"),
            (["--at", "07:00"], "--ics"),
            (["--ics", "c.ics", "--at", "25:00"], "07:00"),
            (["--ics", "no/c.ics"], "No such file"),
            (["--days", "one"], "mon,wed,sat"),
            (["--start", "2026-02-29"], "no day 2026-02-29"),
            (["--start", "9999-12-20"], "9999"),
        ],
    )
    def test_what_cannot_be_is_one_line_and_no_file(self, desk, capsys, options, says):
        assert schedule(*options) == 1
        [line] = capsys.readouterr().err.splitlines()
        assert says in line
        assert list(desk.iterdir()) == []

    def test_the_last_day_of_the_calendar(self, desk, capsys):
        Path("a.plan").write_text("week 1: run 5m\n")
        words = ["plan", "schedule", "a.plan", "--start", "9999-12-31", "--days", "fri"]
        assert main(words) == 0
        for at in ([], ["--at", "23:59"]):
            assert main([*words, "--ics", "a.ics", *at]) == 1
            assert "9999" in capsys.readouterr().err
        assert [path.name for path in desk.iterdir()] == ["a.plan"]

    def test_workouts_have_no_weeks(self, desk, capsys):
        assert schedule(plan="ultra") == 1
        assert "no weeks" in capsys.readouterr().err

    def test_wrong_usage_is_2(self):
        for words in ([], ["ten-weeks"], ["ten-weeks", "--start", "2026-03-02"]):
            with pytest.raises(SystemExit) as exit_:
                main(["plan", "schedule", *words])
            assert exit_.value.code == 2


def test_what_a_return_to_running_says_of_pain_goes_into_the_calendar(tmp_path):
    out = tmp_path / "bone.ics"
    words = ["schedule", "return-bone", "--start", "2026-03-02", "--days", "mon,wed,fri"]
    assert main(["plan", *words, "--ics", str(out)]) == 0
    calendar = Calendar.from_ical(out.read_bytes())
    events = [part for part in calendar.walk() if part.name == "VEVENT"]
    assert events
    assert all("Follow your clinician" in str(event["DESCRIPTION"]) for event in events)
