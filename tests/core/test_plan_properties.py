"""Random plans against a little model of the language, and random damage to them.

The model unrolls by building lists, as a person would; it shares nothing with the
parser. How a plan is written (blanks, signs, notations of a time) is random too.
"""

import itertools
from dataclasses import dataclass, field

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from planning import OPEN, plan, steps, stream

KINDS = ["warm", "run", "walk", "hike", "rest", "cool"]
DAY = 86_400


@dataclass(frozen=True)
class Made:
    """One step of the model's timeline."""

    kind: str
    seconds: int | None
    label: str | None
    round: int = 0
    rounds: int = 0


@dataclass(frozen=True)
class Step:
    kind: str
    seconds: int | None
    label: str | None

    def unroll(self, number: int, rounds: int) -> list[Made]:
        return [Made(self.kind, self.seconds, self.label, number, rounds)]

    def opens(self) -> bool:
        return self.seconds is None


@dataclass(frozen=True)
class Group:
    """`what` is a number of rounds, "repeat", or ("for", seconds)."""

    what: int | str | tuple[str, int]
    body: list = field(default_factory=list)
    skip: bool = False

    def round_of(self, number: int, rounds: int) -> list[Made]:
        return [made for part in self.body for made in part.unroll(number, rounds)]

    def unroll(self, number: int, rounds: int) -> list[Made]:
        if self.what == "repeat":
            return self.round_of(1, 0xFFFF)
        if isinstance(self.what, tuple):
            return self.cut(self.what[1])
        made = [m for n in range(1, self.what + 1) for m in self.round_of(n, self.what)]
        return made[:-1] if self.skip else made

    def cut(self, total: int) -> list[Made]:
        made: list[Made] = []
        left = total
        for number in itertools.count(1):
            for one in self.round_of(number, 0):
                length = min(one.seconds, left)
                if length < 3:
                    last = made.pop()
                    made.append(Made(last.kind, last.seconds + length, *last_of(last)))
                    return made
                made.append(Made(one.kind, length, *last_of(one)))
                left -= length
                if not left:
                    return made
        raise AssertionError

    def opens(self) -> bool:
        return any(part.opens() for part in self.body)


def last_of(made: Made) -> tuple[str | None, int, int]:
    return made.label, made.round, made.rounds


labels = st.one_of(
    st.none(), st.sampled_from(["easy", "Bergauf, locker", "(#1)", "×–", "🏃", "Ж"])
)
kinds = st.sampled_from(KINDS)
timed = st.builds(Step, kinds, st.integers(3, 700), labels)
opened = st.builds(Step, kinds, st.none(), labels)


@st.composite
def bodies(draw, depth: int, inside_for: bool):
    parts = [timed] if inside_for else [timed, timed, opened]
    if depth < 3:
        parts.append(groups(depth, inside_for))
    return draw(st.lists(st.one_of(parts), min_size=1, max_size=3))


@st.composite
def groups(draw, depth: int, inside_for: bool):
    if not inside_for and draw(st.integers(0, 3)) == 0:
        return Group(("for", draw(st.integers(3, 3000))), draw(bodies(depth + 1, True)))
    group = Group(draw(st.integers(1, 4)), draw(bodies(depth + 1, inside_for)))
    if draw(st.booleans()) and len(group.unroll(0, 0)) > 1:
        return Group(group.what, group.body, skip=True)
    return group


@st.composite
def sessions(draw):
    parts = draw(bodies(0, False))
    if draw(st.integers(0, 3)) == 0:
        parts.append(Group("repeat", draw(bodies(1, False))))
    return parts


@st.composite
def times(draw, seconds: int):
    hours, minutes, rest = seconds // 3600, seconds // 60 % 60, seconds % 60
    style = draw(st.integers(0, 4))
    if style == 0:
        return f"{seconds // 60}:{rest:02}"
    if style == 1:
        return f"{hours}:{minutes:02}:{rest:02}"
    if style == 2:
        return f"{seconds}{draw(st.sampled_from(['s', ' sec', ' Seconds']))}"
    blank = draw(st.sampled_from(["", " "]))
    names = [("h", "m", "s"), ("hrs", "MIN", "secs"), ("hour", "minutes", "second")]
    units = draw(st.sampled_from(names))
    parts = zip((hours, minutes, rest), units, strict=True)
    return blank.join(f"{n}{blank}{unit}" for n, unit in parts if n)


@st.composite
def written(draw, parts):
    blank = draw(st.sampled_from(["", " ", "\t", "\u00a0 "]))
    texts = []
    for part in parts:
        if isinstance(part, Step):
            word = draw(st.sampled_from([part.kind, part.kind.upper()]))
            length = "open" if part.seconds is None else draw(times(part.seconds))
            text = f"{word} {length}"
            if part.label:
                opening, closing = draw(st.sampled_from(['""', "“”", "„“", "«»"]))
                text += f"{blank}{opening}{blank}{part.label}{closing}"
        else:
            inside = draw(written(part.body))
            if part.what == "repeat":
                text = f"repeat{blank}({inside})"
            elif isinstance(part.what, tuple):
                text = f"for {draw(times(part.what[1]))}{blank}({inside})"
            else:
                sign = draw(st.sampled_from("xX×"))
                text = f"{part.what}{blank}{sign}{blank}({blank}{inside}{blank})"
                if part.skip:
                    kept = Group(part.what, part.body)
                    text += f"{blank}skip last {kept.unroll(0, 0)[-1].kind}"
        texts.append(text)
    return f"{blank},{blank}".join(texts)


def unrolled(parts) -> list[Made]:
    return [made for part in parts for made in part.unroll(0, 0)]


def read(made) -> list[Made]:
    """The parser's flat arrays as the model's steps."""
    return [
        Made(
            KINDS[made.kind[i] & 0x0F],
            None if made.kind[i] & OPEN else (made.start[i + 1] - made.start[i]) // 1000,
            made.labels[made.label[i] - 1] if made.label[i] else None,
            made.round[i],
            made.rounds[i],
        )
        for i in range(made.n)
    ]


@settings(deadline=None, max_examples=200)
@given(st.data())
def test_random_sessions_unroll_as_the_model_says(data):
    parts = data.draw(sessions())
    expected = unrolled(parts)
    total = sum(made.seconds or 0 for made in expected)
    assume(len(expected) <= 3000 and total <= DAY)
    text = data.draw(written(parts))
    assume(len(text) < 900)
    made = steps(text)
    assert read(made) == expected
    assert made.start[made.n] == total * 1000
    assert made.has_open == any(part.opens() for part in parts)
    before = [p for p in parts if not (isinstance(p, Group) and p.what == "repeat")]
    assert made.repeat_from == (-1 if before == parts else len(unrolled(before)))

    # the text kept for the journal gives the same session again
    again = steps(made.text)
    assert read(again) == expected and again.text == made.text

    # and so does a file with the session in it
    file = f'plan T\nweek 3 day 2 "L" : {text} # c\n'
    assert read(plan.load_steps(stream(file), 3, 2)) == expected
    assert plan.scan(stream(file), "x").has(3, 2)


WHOLE = """\
plan Zehn Wochen “zum Laufen”
about From one minute\tof running. # c
rest 1 day
ask pain
week 1-2 x3: warm 5m, 8x(run 1m, walk 2m) skip last walk, cool 5m
weeks 3–4 days 1—2 "lang": for 1h (run 1:30 "é", 2×(walk 90 sec, run 1 h))
workout "Trail": repeat (run open "flat", hike open «climb»)
remind "drink" every 20m
"""
PIECES = list(WHOLE.encode()[i : i + 1] for i in range(len(WHOLE.encode()))) + [
    b"\n", b"\r", b"week 1: ", b"run ", b"5", b"1m30", b"0s", b"99999999999", b"(", b")", b",", b'"',
    b"#", b"x", b"for 3s (", b"repeat (", b"skip last ", b"\xff", b"\xed\xa0\x80", b"\xc3", b"\0", b".",
    b"'", b"1.5m", b"open", b":", b"1:75", b"-", b"\xef\xbb\xbf", b"\xe2\x80\x8b", b"*" * 1100,
]  # fmt: skip


@settings(deadline=None, max_examples=400)
@given(
    st.lists(
        st.tuples(
            st.integers(0, len(WHOLE.encode())), st.integers(0, 12), st.sampled_from(PIECES)
        ),
        min_size=1,
        max_size=6,
    )
)
def test_damage_is_told_and_never_anything_but_a_plan_error(changes):
    text = WHOLE.encode()
    for at, cut, piece in changes:
        text = text[:at] + piece + text[at + cut :]
    found = []
    read = plan.scan(stream(text), "x", lambda *fault: found.append(fault), keep_about=True)
    try:
        plan.scan(stream(text), "x")
        assert not found
    except plan.PlanError as error:
        assert found[0] == error.args
    lines = text.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    for line, column, message in found:
        assert 1 <= line <= len(lines)
        assert 1 <= column <= len(lines[line - 1]) + 1
        assert message and "\0" not in message
    assert len({line for line, _, _ in found}) == len(found)
    assert isinstance(plan.head(stream(text), "x"), str)
    for week in read.weeks():
        for day in read.days(week):
            try:
                made = plan.load_steps(stream(text), week, day)
                assert made.n == len(made.kind) > 0
            except plan.PlanError as error:
                assert error.args in found
