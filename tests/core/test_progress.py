"""Progress and advice: what the records say, next to a model that reads them another way."""

import datetime
import io

import pytest
from hostsim.importer import Modules
from hypothesis import given, settings
from hypothesis import strategies as st

modules = Modules()
progress_ = modules.load("runwalk.core.progress")
advice = modules.load("runwalk.core.advice")
plan_ = modules.load("runwalk.core.plan")

STEM = "four-weeks"
FOUR_WEEKS = "rest 1 day\n" + "".join(f"week {n} x3: run {n}m, walk 1m\n" for n in range(1, 5))


def plan_of(text):
    return plan_.scan(io.BytesIO(text.encode() + b'\nworkout "Hills": run 5m\n'), STEM)


class Diary:
    """Writes the records that the clip would, and feeds them."""

    def __init__(self, text=FOUR_WEEKS):
        self.plan = plan_of(text)
        self.progress = progress_.Progress()
        self.seq = 0

    def write(self, kind, *fields, when="-"):
        self.seq += 1
        self.progress.feed(["1", str(self.seq), "1", when, kind, *map(str, fields)])
        return self.seq

    def run(self, week, day, rate="right", kind="finish", when="-", workout="", pain="", stem=STEM):
        number = self.write("start", stem, week, day, workout, 60000, "run 1m")
        self.write(kind, number, stem, week, day, workout, 60000, 5000, 60000, 30000, when=when)
        if rate:
            self.write("rate", number, rate)
        if pain:
            self.write("pain", number, pain)
        return number

    def stop(self, week, day, **more):
        return self.run(week, day, kind="stop", **more)

    @property
    def next(self):
        return self.progress.next(STEM, self.plan)

    def offer(self, today=""):
        offer = advice.offer(self.progress, STEM, self.plan, progress_.day_number(today or "-"))
        # whatever it is, its words fit a line
        assert not offer or 0 < len(offer.why) <= 16 and 0 < len(offer.ask) <= 16
        return offer

    def named(self, today=""):
        offer = self.offer(today)
        return (offer.name, (offer.week, offer.day)) if offer else None

    def answer(self, value, today=""):
        offer = self.offer(today)
        number = self.progress.number
        self.write("offer", number, STEM, offer.name, value, offer.week, offer.day)


@pytest.fixture
def diary():
    return Diary()


# what is next


def test_without_records_the_first_session_is_next(diary):
    assert diary.next == (1, 1)
    assert diary.offer() is None


def test_next_is_the_one_after_the_last_finished_wherever_that_was(diary):
    diary.run(3, 2)
    assert diary.next == (3, 3)
    diary.run(1, 3)
    assert diary.next == (2, 1)


def test_a_stop_and_a_workout_do_not_move_it(diary):
    diary.run(1, 1)
    diary.stop(1, 2)
    diary.run(0, 0, workout="Hills")
    assert diary.next == (1, 2)


def test_a_finish_that_was_written_twice_counts_once(diary):
    number = diary.run(1, 1)
    diary.write("finish", number, STEM, 1, 1, "", 60000, 0, 60000, 30000)
    assert diary.progress.finished == 1


def test_a_record_with_the_same_number_is_taken_once(diary):
    record = ["1", "1", "1", "-", "set", STEM, "2", "1"]
    diary.progress.feed(record)
    diary.progress.feed(["1", "2", "1", "-", "set", STEM, "3", "1"])
    diary.progress.feed(record)
    assert diary.next == (3, 1)


def test_set_by_hand_holds_until_something_is_finished(diary):
    diary.write("set", STEM, 3, 1)
    diary.stop(3, 1)
    assert diary.next == (3, 1)
    diary.run(3, 1)
    assert diary.next == (3, 2)


def test_each_plan_has_its_own_place(diary):
    diary.run(2, 1)
    diary.run(7, 1, stem="other")
    assert diary.next == (2, 2)
    assert diary.progress.next("other", plan_of("week 7 x2: run 1m")) == (7, 2)


def test_a_place_that_was_edited_away_becomes_the_nearest_before(diary):
    diary.run(4, 2)
    shorter = plan_of("week 1 x3: run 1m\nweek 2 x2: run 1m")
    assert diary.progress.next(STEM, shorter) == (2, 2)
    later = plan_of("week 9: run 1m")
    assert diary.progress.next(STEM, later) == (9, 1)


def test_an_edited_plan_keeps_the_place_that_it_still_has(diary):
    diary.run(2, 3)
    assert diary.progress.next(STEM, plan_of("week 2 x3: run 9m\nweek 4: run 1m")) == (4, 1)


def test_what_is_done_is_what_was_finished(diary):
    diary.run(1, 1)
    diary.stop(1, 2)
    course = diary.progress.course(STEM)
    assert [course.is_done(1, day) for day in (1, 2, 3)] == [True, False, False]
    assert not course.is_done(50, 1)
    diary.run(1, 2)
    assert course.is_done(1, 2)


def test_totals_are_of_all_plans_workouts_included(diary):
    diary.run(1, 1)
    diary.stop(1, 2)
    diary.run(0, 0, workout="Hills")
    diary.run(1, 1, stem="other")
    progress = diary.progress
    assert (progress.finished, progress.stopped) == (3, 1)
    assert (progress.active_ms, progress.run_ms) == (240000, 120000)
    course = progress.course(STEM)
    assert (course.finished, course.run_ms) == (1, 90000)


@pytest.mark.parametrize(
    "record",
    [
        [],
        ["1"],
        ["1", "x", "1", "-", "finish"],
        ["1", "1", "1", "-", "finish", "1", STEM],
        ["1", "1", "1", "-", "finish", "1", STEM, "0", "1", "", "1", "1", "1", "1"],
        ["1", "1", "1", "-", "finish", "1", STEM, "1", "15", "", "1", "1", "1", "1"],
        ["1", "1", "1", "-", "set", STEM, "100", "1"],
        ["1", "1", "1", "-", "offer", "1", STEM, "hard", "yes", "0", "0"],
        ["1", "1", "1", "-", "rate", "1", "splendid"],
        ["1", "1", "1", "-", "course", STEM, "a b", "1:7"],
        ["1", "1", "1", "-", "course", STEM, "1 1 1", "1:7 300:1"],
        ["2", "1", "1", "-", "from the future", "7"],
    ],
)
def test_a_record_that_makes_no_sense_changes_nothing(diary, record):
    diary.progress.feed(record)
    assert diary.next == (1, 1)
    assert diary.progress.finished == 0
    assert diary.offer() is None


# the offers


def test_pain_goes_back_a_week(diary):
    diary.run(2, 1, pain="yes")
    assert diary.named() == ("pain", (1, 1))
    assert (diary.offer().why, diary.offer().ask) == (b"pain:", b"back to week 1?")
    diary.answer("yes")
    assert diary.next == (1, 1)
    assert diary.offer() is None


def test_pain_in_the_first_week_begins_it_again(diary):
    diary.run(1, 1, pain="yes")
    assert diary.named() == ("pain", (1, 1))


def test_pain_in_a_workout_counts_and_no_pain_does_not(diary):
    diary.run(2, 3)
    diary.run(0, 0, workout="Hills", pain="yes")
    assert diary.named() == ("pain", (2, 1))
    diary.run(3, 1, pain="no")
    assert diary.offer() is None


def test_a_question_about_pain_without_an_answer_is_still_owed(diary):
    number = diary.run(1, 1, pain="none")
    assert diary.progress.pain_owed(STEM) == number
    diary.write("pain", number, "no")
    assert diary.progress.pain_owed(STEM) == 0


def test_hard_twice_repeats_the_week_from_day_1(diary):
    diary.run(3, 2, rate="hard")
    assert diary.offer() is None
    diary.run(3, 3, rate="hard")
    assert diary.named() == ("hard", (3, 1))
    assert (diary.offer().why, diary.offer().ask) == (b"hard twice:", b"repeat week 3?")


def test_hard_twice_with_another_between_is_no_reason(diary):
    diary.run(3, 1, rate="hard")
    diary.run(3, 2)
    diary.run(3, 3, rate="hard")
    assert diary.offer() is None


def test_stopped_twice_repeats_the_week(diary):
    diary.run(2, 1)
    diary.stop(2, 2)
    diary.stop(2, 2)
    assert diary.named() == ("stopped", (2, 1))


def test_stopped_twice_on_day_1_has_nothing_to_go_back_to(diary):
    diary.write("set", STEM, 2, 1)
    diary.stop(2, 1)
    diary.stop(2, 1)
    assert diary.offer() is None


def test_stopped_twice_far_behind_the_place_is_no_reason(diary):
    diary.run(4, 1)
    diary.stop(1, 2)
    diary.stop(1, 2)
    assert diary.next == (4, 2)
    assert diary.offer() is None


def test_a_week_that_was_edited_away_is_not_repeated(diary):
    diary.run(4, 1, rate="hard")
    diary.run(4, 2, rate="hard")
    diary.plan = plan_of("week 1-2 x3: run 1m")
    assert diary.next == (2, 3)
    assert diary.offer() is None


def test_an_easy_week_skips_one_week_and_never_more(diary):
    for day in (1, 2, 3):
        diary.run(1, day, rate="easy")
    assert diary.next == (2, 1)
    assert diary.named() == ("easy", (3, 1))
    assert (diary.offer().why, diary.offer().ask) == (b"week 1 easy:", b"skip to week 3?")
    diary.answer("yes")
    assert diary.next == (3, 1)
    assert diary.offer() is None


@pytest.mark.parametrize("spoilt", ["right", "hard", "none", ""])
def test_one_day_that_was_not_easy_keeps_the_week(diary, spoilt):
    for day in (1, 2, 3):
        diary.run(1, day, rate=spoilt if day == 2 else "easy")
    assert diary.offer() is None


def test_a_week_that_was_stopped_on_a_day_and_then_finished_easily_counts(diary):
    diary.run(1, 1, rate="easy")
    diary.stop(1, 2, rate="hard")
    diary.run(1, 2, rate="easy")
    diary.run(1, 3, rate="easy")
    assert diary.named() == ("easy", (3, 1))


def test_an_easy_day_that_was_hard_the_second_time_keeps_the_week(diary):
    for day, rate in ((1, "easy"), (2, "easy"), (2, "hard"), (3, "easy")):
        diary.run(1, day, rate=rate)
    assert diary.offer() is None


def test_no_week_after_the_next_means_no_skip(diary):
    for day in (1, 2, 3):
        diary.run(3, day, rate="easy")
    assert diary.offer() is None


def test_more_than_14_days_off_steps_back(diary):
    diary.run(3, 1, when="2026-02-20T18:00+01:00")
    assert diary.offer("2026-03-06") is None
    assert diary.named("2026-03-07") == ("off", (2, 1))
    assert (diary.offer("2026-03-07").why, diary.offer("2026-03-07").ask) == (
        b"15 days off:",
        b"back to week 2?",
    )
    assert diary.offer() is None  # the clock is not set today
    diary.answer("no", "2026-03-07")
    assert diary.offer("2026-03-09") is None
    assert diary.next == (3, 2)


def test_days_off_need_the_last_session_to_be_dated(diary):
    diary.run(3, 1, when="2026-01-01T18:00+01:00")
    diary.run(3, 2)
    assert diary.offer("2026-03-07") is None


def test_days_off_come_even_where_the_session_had_its_offer(diary):
    diary.run(3, 1, rate="hard", when="2026-01-01T18:00+01:00")
    diary.run(3, 2, rate="hard", when="2026-01-03T18:00+01:00")
    diary.answer("no")
    assert diary.named("2026-03-07") == ("off", (2, 1))


@pytest.mark.parametrize("value", ["no", "none"])
def test_a_no_moves_nothing_and_is_not_asked_again(diary, value):
    diary.run(3, 1, rate="hard")
    diary.run(3, 2, rate="hard", pain="yes")
    assert diary.named() == ("pain", (2, 1))
    diary.answer(value)
    assert diary.next == (3, 3)
    assert diary.offer() is None  # one offer at most: not the next rule either
    diary.run(0, 0, workout="Hills")
    assert diary.offer() is None
    diary.run(3, 3, rate="hard")
    assert diary.named() == ("hard", (3, 1))


def test_choosing_by_hand_answers_the_offer(diary):
    diary.run(3, 1, rate="hard")
    diary.run(3, 2, rate="hard")
    diary.write("set", STEM, 4, 1)
    assert diary.offer() is None


def test_the_end_of_the_plan_offers_to_start_again(diary):
    diary.run(4, 3, rate="hard", pain="yes")
    assert diary.next is None
    assert diary.named() == ("again", (1, 1))
    diary.answer("no")
    assert (diary.next, diary.offer()) == (None, None)


def test_started_again_nothing_is_done_and_the_totals_stay(diary):
    diary.run(4, 3)
    diary.answer("yes")
    assert diary.next == (1, 1)
    assert not diary.progress.course(STEM).is_done(4, 3)
    assert diary.progress.course(STEM).finished == 0
    assert diary.progress.finished == 1


def test_the_longest_words_fit_a_line_of_16():
    diary = Diary("".join(f"week {n} x3: run {n}m, walk 1m\n" for n in range(90, 100)))
    for day in (1, 2, 3):
        diary.run(96, day, rate="easy")
    assert diary.offer().ask == b"skip to week 98?"
    for rate, kind in (("hard", "finish"), ("", "stop")):
        diary.run(98, 1, rate, kind)
        diary.run(98, 2, rate, kind)
        assert diary.offer().ask == b"repeat week 98?"
        diary.answer("no")
    diary.run(98, 3, pain="yes", when="2020-01-01T18:00+01:00")
    assert diary.offer().ask == b"back to week 98?"
    diary.answer("no")
    assert diary.offer("2026-03-07").why == b"999 days off:"


# days


@pytest.mark.parametrize(
    ("last", "today", "asks"),
    [
        ("2026-03-10T08:00+00:00", "2026-03-10", b"ran today:"),
        ("2026-03-10T08:00+00:00", "2026-03-11", b"ran yesterday:"),
        ("2026-03-10T08:00+00:00", "2026-03-12", None),
        ("2026-03-10T23:59+00:00", "2026-03-11", b"ran yesterday:"),  # two minutes later
        ("2026-03-10T00:01+00:00", "2026-03-12", None),
        ("2026-04-30T08:00+00:00", "2026-05-01", b"ran yesterday:"),
        ("2026-04-30T08:00+00:00", "2026-05-02", None),
        ("2026-12-31T08:00+00:00", "2027-01-01", b"ran yesterday:"),
        ("2028-02-28T08:00+00:00", "2028-02-29", b"ran yesterday:"),
        ("2028-02-28T08:00+00:00", "2028-03-01", None),
        ("2027-02-28T08:00+00:00", "2027-03-01", b"ran yesterday:"),
        ("2026-03-28T23:30+01:00", "2026-03-30", None),  # the clocks went forward between
        ("2026-10-24T00:15+02:00", "2026-10-25", b"ran yesterday:"),  # and back
        ("2028-03-01T00:02+02:00", "2028-02-29", b"ran today:"),  # flown westwards
        ("2026-03-12T08:00+00:00", "2026-03-10", None),  # the clock was set back
        ("-", "2026-03-10", None),
        ("2026-03-10T08:00+00:00", "-", None),
        ("2026-02-30T08:00+00:00", "2026-03-01", None),  # no such day
    ],
)
def test_rest_of_one_day(diary, last, today, asks):
    diary.run(1, 1, when=last)
    offer = advice.rest(diary.progress, 1, progress_.day_number(today))
    assert (offer and offer.why) == asks


def test_rest_of_more_days_says_how_long_ago(diary):
    diary.run(1, 1, when="2026-03-10T08:00+00:00")
    offer = advice.rest(diary.progress, 3, progress_.day_number("2026-03-13"))
    assert (offer.name, offer.why, offer.ask) == ("rest", b"ran 3 days ago:", b"start early?")
    assert advice.rest(diary.progress, 3, progress_.day_number("2026-03-14")) is None
    assert advice.rest(diary.progress, 0, progress_.day_number("2026-03-10")) is None


def test_an_answered_rest_question_is_asked_at_the_next_start_too(diary):
    diary.run(1, 1, when="2026-03-10T08:00+00:00")
    today = progress_.day_number("2026-03-10")
    assert advice.rest(diary.progress, 1, today)
    diary.write("offer", 1, STEM, "rest", "no", 0, 0)
    assert advice.rest(diary.progress, 1, today)


def test_day_numbers_are_those_of_the_calendar():
    day = datetime.date(1970, 1, 2)
    while day.year < 2110:
        assert progress_.day_number(f"{day}T12:00+01:00") == day.toordinal() - 719163
        day += datetime.timedelta(days=1)


@pytest.mark.parametrize(
    "text", ["", "-", "2026", "2026-13-01", "2026-00-01", "2026-04-31", "2100-02-29", "2026/04/01"]
)
def test_what_is_no_date_is_no_day(text):
    assert progress_.day_number(text) == 0


def test_the_streak_counts_weeks_from_monday(diary):
    for when in ("2026-03-08", "2026-03-09", "2026-03-15", "2026-03-16"):  # Sun, Mon, Sun, Mon
        diary.run(1, 1, when=when + "T08:00+00:00")
    assert diary.progress.streak_weeks() == 3
    assert diary.progress.streak_weeks(progress_.day_number("2026-03-29")) == 3  # last Sunday left
    assert diary.progress.streak_weeks(progress_.day_number("2026-03-30")) == 0


def test_a_week_left_out_ends_the_streak(diary):
    for when in ("2026-03-08", "2026-03-17"):
        diary.run(1, 1, when=when + "T08:00+00:00")
    assert diary.progress.streak_weeks() == 1


def test_a_stop_does_not_make_a_week(diary):
    diary.stop(1, 1, when="2026-03-08T08:00+00:00")
    assert diary.progress.streak_weeks() == 0


# against a model that keeps everything and looks back


class Model:
    """The rules as DESIGN.md words them, on the whole history each time."""

    def __init__(self, plan):
        self.places = [(w, d) for w in plan.weeks() for d in plan.days(w)]
        self.past = []  # (what, details), oldest first

    def ended(self, workouts):
        return [
            e for e in self.past if e["what"] in ("finish", "stop") and (workouts or e["place"])
        ]

    def next(self):
        for e in reversed(self.past):
            if e["what"] == "finish" and e["place"]:
                later = [p for p in self.places if p > e["place"]]
                return later[0] if later else None
            if e["what"] == "set" or (e["what"] == "offer" and e["value"] == "yes"):
                return e["place"]
        return self.places[0]

    def since(self, ended):
        """What came after that session."""
        return self.past[[e is ended for e in self.past].index(True) :]

    def settled(self, ended):
        """Whether an answer, or a choice by hand, came after that session."""
        return any(e["what"] in ("set", "offer") for e in self.since(ended))

    def week_start(self, week):
        return next(p for p in self.places if p[0] == week)

    def offer(self, today):
        here = self.next()
        everything, sessions = self.ended(True), self.ended(False)
        if not everything:
            return None
        if here is None:
            return None if self.settled(sessions[-1]) else ("again", self.places[0])
        weeks = sorted({w for w, _ in self.places})
        back = self.week_start(max([w for w in weeks if w < here[0]], default=here[0]))
        two = sessions[-2:]
        offers = []
        if everything[-1].get("pain") == "yes" and not self.settled(everything[-1]):
            offers.append(("pain", back))
        if len(two) == 2 and not self.settled(two[-1]):
            again = self.week_start(two[-1]["place"][0])
            if again < back:
                again = here  # a session out of turn: repeating it would lead too far back
            if all(e.get("rate") == "hard" for e in two):
                offers.append(("hard", again))
            if all(e["what"] == "stop" for e in two):
                offers.append(("stopped", again))
        last = everything[-1]
        said = self.since(last)
        if not any(e["what"] == "set" or e.get("name") == "off" for e in said):
            if today and last["date"] and (today - last["date"]).days > 14:
                offers.append(("off", back))
        offers = [(name, to) for name, to in offers if to < here]
        if sessions and not self.settled(sessions[-1]):
            week = sessions[-1]["place"][0]
            visit = []
            for e in reversed(sessions):
                if e["place"][0] != week:
                    break
                visit.append(e)
            latest = {}
            for e in reversed(visit):
                latest[e["place"]] = e["what"] == "finish" and e.get("rate") == "easy"
            wanted = [p for p in self.places if p[0] == week]
            onward = [w for w in weeks if w > week]
            if all(latest.get(p) for p in wanted) and len(onward) > 1:
                if here == self.week_start(onward[0]):
                    offers.append(("easy", self.week_start(onward[1])))
        return offers[0] if offers else None

    def streak(self):
        weeks = []
        for e in self.ended(True):
            if e["what"] == "finish" and e["date"]:
                monday = e["date"] - datetime.timedelta(days=e["date"].weekday())
                if not weeks or monday > weeks[-1]:
                    weeks.append(monday)
        count = 1
        while count < len(weeks) and weeks[-count - 1] == weeks[-count] - datetime.timedelta(
            days=7
        ):
            count += 1
        return count if weeks else 0


PLANS = [
    FOUR_WEEKS,
    "week 1-3: run 1m",
    """week 2 day 1: run 1m
week 2 day 4: run 2m
week 5 x2: run 1m
week 6 day 3: run 1m
week 9 x3: run 2m""",
]

ACTIONS = st.lists(
    st.one_of(
        st.tuples(
            st.just("run"),
            st.sampled_from(["finish", "finish", "finish", "stop"]),
            st.one_of(st.just("next"), st.just("next"), st.integers(0, 11), st.just("workout")),
            st.sampled_from(["easy", "easy", "right", "hard", "hard", "none"]),
            st.sampled_from(["", "", "yes", "no", "none"]),
        ),
        st.tuples(st.just("answer"), st.sampled_from(["yes", "no", "none"])),
        st.tuples(st.just("days"), st.sampled_from([0, 1, 2, 7, 14, 15, 40])),
        st.tuples(st.just("clock"), st.booleans()),
        st.tuples(st.just("set"), st.integers(0, 11)),
        st.tuples(st.just("compact")),
    ),
    min_size=6,
    max_size=40,
)


@settings(deadline=None, max_examples=500)
@given(text=st.sampled_from(PLANS), actions=ACTIONS)
def test_place_offers_and_totals_are_the_models(text, actions):
    diary = Diary(text)
    model = Model(diary.plan)
    date, is_set = datetime.date(2026, 2, 20), True
    for action in actions:
        before = model.next()
        today = date if is_set else None
        stamp = f"{date}T18:00+01:00" if is_set else "-"
        what = action[0]
        allowed = {before}
        if what == "run":
            _, kind, choice, rate, pain = action
            place = model.next() or model.places[0]
            if choice == "workout":
                place = None
            elif choice != "next":
                place = model.places[choice % len(model.places)]
            week, day = place or (0, 0)
            diary.run(week, day, rate, kind, stamp, workout="" if place else "Hills", pain=pain)
            model.past.append(
                {"what": kind, "place": place, "rate": rate, "pain": pain, "date": today}
            )
            if kind == "finish" and place:
                allowed = {next((p for p in model.places if p > place), None)}
        elif what == "answer":
            offer = diary.offer(stamp)
            if offer:
                to = (offer.week, offer.day)
                diary.answer(action[1], stamp)
                model.past.append(
                    {"what": "offer", "name": offer.name, "value": action[1], "place": to}
                )
                if action[1] == "yes":
                    weeks = sorted({w for w, _ in model.places})
                    at = weeks.index(before[0]) if before else -1
                    assert offer.name == "again" or abs(weeks.index(to[0]) - at) <= 1
                    allowed = {to}
        elif what == "days":
            date += datetime.timedelta(days=action[1])
        elif what == "clock":
            is_set = action[1]
        elif what == "set":
            place = model.places[action[1] % len(model.places)]
            diary.write("set", STEM, *place)
            model.past.append({"what": "set", "place": place})
            allowed = {place}
        else:
            copy = progress_.Progress()
            for kind, fields in diary.progress.records():
                copy.feed(["1", "0", "1", "-", kind, *map(str, fields)])
            diary.progress = copy

        assert diary.next == model.next()
        assert diary.next in allowed
        assert diary.next is None or diary.next in model.places
        today = date if is_set else None
        assert diary.named(f"{date}" if is_set else "") == model.offer(today)
        ended = model.ended(True)
        assert diary.progress.finished == sum(e["what"] == "finish" for e in ended)
        assert diary.progress.stopped == sum(e["what"] == "stop" for e in ended)
        assert diary.progress.active_ms == 60000 * len(ended)
        assert diary.progress.streak_weeks() == model.streak()
