"""The cues as rhythms: what a buzzer, a motor and a LED can all play.

    low 300, gap 80, low 80

A rhythm is a row of tones and gaps with their length in ms. `low`, `mid` and
`high` are pitches for a buzzer that has pitches; to all others a tone is on and
a gap is off. A rhythm begins and ends with a tone.

Which is which is told by on and off alone, pitch comes second: run is quick and
rises, the only one that does; all the walking kinds begin with the same long
low tone. A motor needs about 50 ms to be felt, and as long to run out: tones
and gaps are 60 ms at least (`tick` is a mere click).
"""

from array import array

from micropython import const

SILENCE = const(0)
LOW = const(1)
MID = const(2)
HIGH = const(3)

SHORTEST_MS = const(10)
LONGEST_MS = const(1000)
STEP_CUE_MS = const(800)  # a step's cue is shorter than that
_MOST = const(24)  # tones and gaps
_MOST_MS = const(3000)

STEP_CUES = ("warm", "run", "walk", "hike", "rest", "cool")

RHYTHM = {
    # a long low tone, then: what kind of walking
    "walk": "low 300, gap 80, low 300",
    "hike": "low 300, gap 80, low 80, gap 80, low 80",
    "cool": "low 300, gap 80, low 80",
    "warm": "low 300, gap 80, low 80, gap 80, low 80, gap 80, low 80",
    "rest": "low 300",
    "run": "low 70, gap 60, mid 70, gap 60, high 200",
    # 3, 2, 1
    "countin": "high 80",
    "countdown": "high 80",
    # these wait for silence; none is longer than 0.6 s
    "halfway": "mid 80, gap 80, mid 300",
    "lastround": "high 80, gap 70, high 240, gap 70, high 80",
    "remind": "mid 80, gap 80, mid 80",
    "pause": "mid 150, gap 250, low 150",
    "resume": "mid 80, gap 120, mid 80, gap 120, mid 80",
    # long, short short, long, long; long, longer
    "finish": "high 160, gap 80, high 80, gap 60, high 80, gap 60, high 160, gap 80, high 160, "
    "gap 240, high 160, gap 80, high 320",
    "stop": "low 900",
    "tick": "high 15",
    "error": "low 60, gap 60, low 60, gap 60, low 60, gap 60, low 60, gap 60, low 60, gap 60, "
    "low 60",
    "nudge": "mid 80, gap 300, mid 80",
}

_TONES = {"gap": SILENCE, "low": LOW, "mid": MID, "high": HIGH}


def parse(text, longest=_MOST_MS):
    """array('H') of (tone, ms) pairs; ValueError says what is wrong with the text."""
    pairs = array("H")
    total = 0
    for piece in text.split(","):
        words = piece.split()
        if len(words) != 2 or words[0] not in _TONES:
            raise ValueError('rhythm: "low 300" was expected, not "%s"' % piece.strip())
        tone = _TONES[words[0]]
        ms = _number(words[1])
        if not SHORTEST_MS <= ms <= LONGEST_MS:
            raise ValueError("rhythm: %s is not %d to %d ms" % (words[1], SHORTEST_MS, LONGEST_MS))
        pairs.append(tone)
        pairs.append(ms)
        total += ms
    if pairs[0] == SILENCE or pairs[len(pairs) - 2] == SILENCE:
        raise ValueError("rhythm: it begins and ends with a tone")
    if len(pairs) > 2 * _MOST:
        raise ValueError("rhythm: more than %d tones and gaps" % _MOST)
    if total > longest:
        raise ValueError("rhythm: longer than %d ms" % longest)
    return pairs


def _number(word):
    """The number that a word of ASCII digits stands for, else 0."""
    if not word or len(word) > 5:
        return 0
    value = 0
    for digit in word.encode():
        if not 48 <= digit <= 57:
            return 0
        value = value * 10 + digit - 48
    return value


def length(pattern):
    """How long a pattern lasts, in ms."""
    total = 0
    for at in range(1, len(pattern), 2):
        total += pattern[at]
    return total
