"""What a clip must know and ask, worked out from the whole past each time it is wanted.

Written from the pages "Progression" and "What survives". It is told what happened, as
the trace says it, and keeps it twice: what the clip knows now, and how much of it lies on
the flash and so outlives the power.
"""

import datetime

STEM = "short"
DAYS_OFF = 14


class Plan:
    """Sessions of `week` lines that a test wrote: {(week, day): seconds}."""

    def __init__(self, text: str, sessions: dict, rest: int, ask_pain: bool):
        self.text = text
        self.sessions = sessions
        self.places = sorted(sessions)
        self.weeks = sorted({week for week, _ in self.places})
        self.rest = rest
        self.ask_pain = ask_pain

    def after(self, place):
        return next((later for later in self.places if later > place), None)

    def first_of(self, week):
        return next(place for place in self.places if place[0] == week)

    def week_before(self, week):
        return max((earlier for earlier in self.weeks if earlier < week), default=week)


class Model:
    """`past` is a list of dicts, oldest first; the first `kept` of them lie on the flash."""

    def __init__(self, plan: Plan):
        self.plan = plan
        self.past: list[dict] = []
        self.kept = 0

    def add(self, what: str, **fields) -> None:
        self.past.append({"what": what, **fields})

    def written(self) -> None:
        self.kept = len(self.past)

    def power_lost(self) -> None:
        del self.past[self.kept :]

    # what the pages say

    def ended(self, workouts: bool) -> list[dict]:
        ended = [event for event in self.past if event["what"] in ("finish", "stop")]
        return [event for event in ended if workouts or event["place"]]

    def next(self):
        """The one after the last finished, or the one chosen by hand or by a yes."""
        for event in reversed(self.past):
            if event["what"] == "finish" and event["place"]:
                return self.plan.after(event["place"])
            if event["what"] == "set" or (event["what"] == "offer" and event["value"] == "yes"):
                return event["place"]
        return self.plan.places[0]

    def _since(self, event: dict) -> list[dict]:
        return self.past[[other is event for other in self.past].index(True) :]

    def _is_answered(self, event: dict) -> bool:
        """Whether an offer had its answer since then, or a session was chosen by hand."""
        return any(later["what"] in ("offer", "set") for later in self._since(event))

    def _said_of(self, ended: dict, what: str):
        """The last rating, or word about pain, of that session."""
        for event in reversed(self._since(ended)):
            if event["what"] == what and event["of"] is ended:
                return event["value"]
        return None

    def pain_owed(self) -> bool:
        everything = self.ended(True)
        return bool(
            self.plan.ask_pain and everything and self._said_of(everything[-1], "pain") is None
        )

    def rest_due(self, today) -> bool:
        everything = self.ended(True)
        if not (self.plan.rest and today and everything and everything[-1]["date"]):
            return False
        return -1 <= (today - everything[-1]["date"]).days <= self.plan.rest

    def offer(self, today):
        """(name, where a yes leads to) of the one offer to make now, or None."""
        plan = self.plan
        everything, sessions = self.ended(True), self.ended(False)
        if not everything:
            return None
        here = self.next()
        if here is None:
            return None if self._is_answered(sessions[-1]) else ("again", plan.places[0])
        last = everything[-1]
        back = plan.first_of(plan.week_before(here[0]))
        if self._said_of(last, "pain") == "yes" and back < here:
            said = [e for e in self._since(last) if e["what"] == "pain"][-1]
            if not self._is_answered(said):
                return "pain", back
        if sessions and not self._is_answered(sessions[-1]):
            week = sessions[-1]["place"][0]
            again = plan.first_of(week)
            two = sessions[-2:]
            # one out of turn, long behind, is no reason to go back that far
            if len(two) == 2 and again < here and week >= plan.week_before(here[0]):
                if all(self._said_of(event, "rate") == "hard" for event in two):
                    return "hard", again
                if all(event["what"] == "stop" for event in two):
                    return "stopped", again
        if today and last["date"] and (today - last["date"]).days > DAYS_OFF and back < here:
            if not any(e["what"] == "set" or e.get("name") == "off" for e in self._since(last)):
                return "off", back
        if sessions and not self._is_answered(sessions[-1]) and self._is_easy_week(sessions):
            later = [week for week in plan.weeks if week > here[0]]
            if later and here == plan.first_of(here[0]) and plan.week_before(here[0]) == (
                sessions[-1]["place"][0]
            ):
                return "easy", plan.first_of(later[0])
        return None

    def _is_easy_week(self, sessions: list[dict]) -> bool:
        """Whether each day of the week done last was easy when it was last done."""
        week = sessions[-1]["place"][0]
        easy = {}
        for event in reversed(sessions):
            if event["place"][0] != week:
                break
            if event["place"] not in easy:
                done = event["what"] == "finish"
                easy[event["place"]] = done and self._said_of(event, "rate") == "easy"
        return all(easy.get(place) for place in self.plan.places if place[0] == week)


def counts(active: int, planned: int, ran_out: bool) -> str:
    """How a session of timed steps is written down, times in ms; "": not at all."""
    if ran_out:
        return "finish"
    if active < 60000:
        return ""
    return "finish" if active * 2 >= planned else "stop"


def date_of(wall: datetime.datetime | None, ms: int):
    return wall and (wall + datetime.timedelta(milliseconds=ms)).date()
