"""The cues: what each promises, and that no two can be taken for one another."""

import itertools

import pytest

from hostsim.importer import Modules

rhythm = Modules().load("runwalk.core.rhythm")
WALKING = ("walk", "hike", "warm", "cool", "rest")
SAME = {"countin", "countdown"}  # one and the same beep

NAMES = (
    "warm run walk hike rest cool countin countdown halfway lastround remind "
    "pause resume finish stop tick error nudge"
).split()


def pairs(name):
    pattern = rhythm.parse(rhythm.RHYTHM[name])
    return list(zip(pattern[::2], pattern[1::2], strict=True))


def on_off(name):
    """Lengths of on, off, on, …: all that a motor or a LED can tell."""
    return [
        sum(ms for _, ms in group)
        for _, group in itertools.groupby(pairs(name), key=lambda pair: pair[0] != 0)
    ]


def pitches(name):
    return [tone for tone, _ in pairs(name) if tone]


def rises(name):
    return any(first < second for first, second in itertools.pairwise(pitches(name)))


def seconds(name):
    return rhythm.length(rhythm.parse(rhythm.RHYTHM[name])) / 1000


def test_every_cue_of_the_clip_and_no_other():
    assert sorted(rhythm.RHYTHM) == sorted(NAMES)


def test_step_cues():
    assert set(rhythm.STEP_CUES) == {"run", *WALKING}
    assert all(seconds(name) < 0.8 for name in rhythm.STEP_CUES)


def test_walking_begins_with_the_same_long_low_tone():
    first = {pairs(name)[0] for name in WALKING}
    assert first == {(rhythm.LOW, 300)}
    rest = [pairs(name)[1:] for name in WALKING]
    assert all(one != other for one, other in itertools.combinations(rest, 2))


def test_run_is_quick_and_rises_and_nothing_else_does():
    assert [name for name in NAMES if rises(name)] == ["run"]
    assert pitches("run") == sorted(set(pitches("run")))
    assert on_off("run")[0] < 100


def test_countdown_is_one_short_beep_and_the_count_in_the_same():
    assert pairs("countdown") == pairs("countin")
    assert len(pairs("countdown")) == 1
    assert seconds("countdown") <= 0.1


def test_lengths():
    assert all(seconds(name) <= 0.6 for name in ("halfway", "lastround", "remind"))
    assert seconds("tick") <= 0.02
    assert 1 < seconds("finish") < 2
    assert all(seconds(name) < 1 for name in NAMES if name != "finish")


def told_apart(one, other):
    """By number of pulses, or by one length half as long again and 60 ms more at least."""
    if len(one) != len(other):
        return True
    return any(
        max(a, b) >= 1.5 * min(a, b) and abs(a - b) >= 60 for a, b in zip(one, other, strict=True)
    )


@pytest.mark.parametrize("one, other", list(itertools.combinations(NAMES, 2)))
def test_on_and_off_alone_tell_them_apart(one, other):
    if {one, other} == SAME:
        return
    assert told_apart(on_off(one), on_off(other))


@pytest.mark.parametrize("name", [name for name in NAMES if name != "tick"])
def test_a_motor_can_play_it(name):
    """It needs some 50 ms to be felt, and as long to run out."""
    assert min(on_off(name)) >= 60


def test_every_pattern_begins_and_ends_with_a_tone():
    for name in NAMES:
        assert pairs(name)[0][0] and pairs(name)[-1][0]


class TestGrammar:
    def test_tones_and_gaps(self):
        pattern = rhythm.parse("low 300,gap 80 ,  mid 10,high 1000")
        assert list(pattern) == [1, 300, 0, 80, 2, 10, 3, 1000]
        assert pattern.itemsize == 2
        assert rhythm.length(pattern) == 1390

    @pytest.mark.parametrize(
        "text, complaint",
        [
            ("", '"low 300" was expected, not ""'),
            ("low", '"low 300" was expected, not "low"'),
            ("low 300,", '"low 300" was expected, not ""'),
            ("low 300 gap 80", 'not "low 300 gap 80"'),
            ("beep 300", 'not "beep 300"'),
            ("Low 300", 'not "Low 300"'),
            ("low 9", "9 is not 10 to 1000 ms"),
            ("low 1001", "1001 is not 10 to 1000 ms"),
            ("low 3e2", "3e2 is not 10 to 1000 ms"),
            ("low 1_0", "1_0 is not 10 to 1000 ms"),
            ("low +50", "+50 is not"),
            ("low -50", "-50 is not"),
            ("low ٣٠", "is not 10 to 1000 ms"),
            ("low 99999999999999999999", "is not 10 to 1000 ms"),
            ("gap 80, low 80", "begins and ends with a tone"),
            ("low 80, gap 80", "begins and ends with a tone"),
            (", ".join(["low 10"] * 25), "more than 24 tones and gaps"),
            (", ".join(["low 1000"] * 4), "longer than 3000 ms"),
        ],
    )
    def test_faults_are_named(self, text, complaint):
        with pytest.raises(ValueError) as caught:
            rhythm.parse(text)
        assert str(caught.value).startswith("rhythm: ")
        assert complaint in str(caught.value)

    def test_a_step_cue_may_be_no_longer_than_its_limit(self):
        assert rhythm.length(rhythm.parse("low 799", 799)) == 799
        with pytest.raises(ValueError):
            rhythm.parse("low 800", 799)
