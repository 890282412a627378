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

LOW = const(1)
_TONES = "gap low mid high".split()  # the numbers of the tones; a gap is 0
_MOST = const(48)  # tones and gaps are 24 at most, each two numbers of a pattern
_MOST_MS = const(3000)
_STEP_CUE_MS = const(799)

STEP_CUES = "warm run walk hike rest cool".split()

# The walking kinds: a long low tone, then what kind of walking. Half-way, last round and
# remind wait for silence; none is longer than 0.6 s. Error is six short ones. Finish is
# long, short short, long, long; long, longer.
_USUAL = """\
walk low 300, gap 80, low 300
hike low 300, gap 80, low 80, gap 80, low 80
cool low 300, gap 80, low 80
warm low 300, gap 80, low 80, gap 80, low 80, gap 80, low 80
rest low 300
run low 70, gap 60, mid 70, gap 60, high 200
countin high 80
countdown high 80
halfway mid 80, gap 80, mid 300
lastround high 80, gap 70, high 240, gap 70, high 80
remind mid 80, gap 80, mid 80
pause mid 150, gap 250, low 150
resume mid 80, gap 120, mid 80, gap 120, mid 80
finish high 160, gap 80, high 80, gap 60, high 80, gap 60, high 160, gap 80, high 160, \
gap 240, high 160, gap 80, high 320
stop low 900
tick high 15
error low 60, gap 60, low 60, gap 60, low 60, gap 60, low 60, gap 60, low 60, gap 60, low 60
nudge mid 80, gap 300, mid 80"""

RHYTHM = dict([line.split(" ", 1) for line in _USUAL.split("\n")])


def parse(text, longest=_MOST_MS):
    """array('H') of (tone, ms) pairs; ValueError says what is wrong with the text."""
    pairs = array("H")
    for piece in text.split(","):
        words = piece.split()
        if len(words) != 2 or words[0] not in _TONES:
            raise ValueError('rhythm: "low 300" was expected, not "%s"' % piece.strip())
        # int() alone would take "1_0" and "+5"
        ms = int(words[1]) if words[1].encode().isdigit() else 0
        if not 10 <= ms <= 1000:
            raise ValueError("rhythm: %s is not 10 to 1000 ms" % words[1])
        pairs.append(_TONES.index(words[0]))
        pairs.append(ms)
    if not (pairs[0] and pairs[-2]):
        raise ValueError("rhythm: it begins and ends with a tone")
    if len(pairs) > _MOST:
        raise ValueError("rhythm: more than 24 tones and gaps")
    if length(pairs) > longest:
        raise ValueError("rhythm: longer than %d ms" % longest)
    return pairs


def parse_cue(name, text):
    """The pattern of that cue; a step's is shorter than 0.8 s. ValueError as `parse`."""
    return parse(text, _STEP_CUE_MS if name in STEP_CUES else _MOST_MS)


def length(pattern):
    """How long a pattern lasts, in ms."""
    total = 0
    for at in range(1, len(pattern), 2):
        total += pattern[at]
    return total
