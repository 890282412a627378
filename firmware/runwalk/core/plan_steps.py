"""The steps of one session: read from a line, unrolled, and kept in flat arrays.

What is written is a list, one entry a step; unrolled it is a row of numbers into
that list. A group is unrolled as soon as its ) is read: its steps stand at the end
of the row, and its further rounds are copied behind them. The row has room for all
that can be, so that memory never depends on what a line asks for.
"""

from array import array

from micropython import const

from runwalk.core.text import NUMBER, unit

KINDS = ("warm", "run", "walk", "hike", "rest", "cool")
_OPEN = const(0x10)
_LAST_ROUND = const(0x80)
_ENDLESS = const(0xFFFF)

_MAX_STEPS = const(3000)
_MAX_TIMES = const(999)
_MAX_DEPTH = const(3)
_MAX_LABELS = const(32)
_SHORTEST = const(3)  # seconds
_DAY = const(86400)
# Copying ends here: `skip last` of the three groups around may still take a step each,
# and then there are too many all the same, or a `for` has its fill before.
_ENOUGH = const(3004)
_ROOM = const(3150)  # and as many steps as can be written in a line


class Steps:
    """A session unrolled into flat arrays, an index a step; times in ms.

    kind: index into KINDS | OPEN 0x10 | LAST_ROUND 0x80 (entering the step enters
    the last round of an outermost `N x`). start: planned, from the session's start,
    with open steps counted as nothing; start[n] is the total. round, rounds: of the
    innermost group; 0 and 0 in none, rounds 0 in a `for`, 0xFFFF in a `repeat`.
    label: 0 for none, else 1 + index into labels. repeat_from: the first step of
    `repeat`, -1 without one. text: the bytes that `steps_from_text` takes.
    """

    def __init__(self):
        # from ranges, which MicroPython turns into arrays without a copy beside them
        self._row = bytearray(_ROOM)
        self.round = array("H", range(_ROOM))

    def read(self, reader):
        """Reads and checks the steps from the reader's token to the line's end.

        The arrays come with `unroll`; what was read before is gone.
        """
        self.n = 0
        self._written = []  # (kind, seconds, label, rounds)
        self._last_rounds = []
        self.labels = []
        self.has_open = False
        self.repeat_from = -1
        self._list(reader, 0, 0, False)

    def unroll(self, text, label):
        """Makes the arrays of what was read; afterwards nothing more can be read."""
        n = self.n
        self.text = text
        self.session_label = label
        self.start = array("I", range(n + 1))
        self.rounds = array("H", range(n))
        self.round = self.round[:n]
        self.label = bytearray(n)
        self.kind = bytearray(n)
        at = 0
        for i in range(n):
            self.start[i] = at
            self.kind[i], seconds, self.label[i], self.rounds[i] = self._written[self._row[i]]
            at += seconds * 1000
        self.start[n] = at
        for i in self._last_rounds:
            self.kind[i] |= _LAST_ROUND
        self._row = self._written = None

    def _list(self, reader, depth, rounds, inside_for):
        # steps up to the line's end, or in a group to its )
        seconds = 0
        while True:
            at = reader.at
            first = self.n
            self._step(reader, depth, rounds, inside_for)
            if not depth:
                if self.n > _MAX_STEPS:
                    reader.fail("more than 3,000 steps", at)
                for i in range(first, self.n):
                    seconds += self._written[self._row[i]][1]
                if seconds > _DAY:
                    reader.fail("more than 24 h", at)
            token = reader.token
            if token and self.repeat_from >= 0:
                reader.fail("nothing follows repeat")
            if token != ",":
                if token != (")" if depth else ""):
                    reader.fail("expected a comma")
                reader.go()
                return
            reader.go()

    def _step(self, reader, depth, rounds, inside_for):
        at = reader.at
        word = reader.token
        first = self.n
        if word in KINDS:
            self._row[first] = len(self._written)
            self.round[first] = 0
            self.n = first + 1
            self._written.append(self._one(reader, KINDS.index(word), inside_for) + (rounds,))
            return
        left = skip = 0  # seconds of a `for`; whether the last step is skipped
        times = 1
        rounds = _ENDLESS
        if word == "for":
            if inside_for:
                reader.fail("for in a for")
            reader.past()
            left = reader.time(_SHORTEST)
            rounds = 0
        elif word == "repeat":
            if depth:
                reader.fail("repeat in a group")
            reader.go()
        elif reader.kind == NUMBER:
            times = rounds = int(word)
            reader.go()
            word = reader.token
            if word != "x":
                # before a time it is the kind that is missing
                reader.fail("expected x", at if unit(word) else reader.at + (word[:1] == "x"))
            reader.limit(times, _MAX_TIMES, at)
            reader.go()
        else:
            reader.fail("expected a step such as run 5m")
        if depth == _MAX_DEPTH:
            reader.fail("more than 3 groups deep", at)
        if reader.token != "(":
            reader.fail("expected (")
        reader.go()
        self._list(reader, depth + 1, rounds, inside_for or left)
        size = self.n - first
        if word == "x" and reader.token == "skip":
            reader.go()
            reader.word(("last",))
            last = KINDS[self._written[self._row[self.n - 1]][0] & 7]
            if reader.token == last and size * times == 1:
                reader.fail("no step would be left")
            # nobody knows the last step of a group that is too long ever to be reached
            reader.word((last,) if self.n < _ENOUGH else KINDS)
            skip = 1
        end = first + size * times
        while self.n < min(end - skip, _ENOUGH):
            self._again(size)
        self.n = min(self.n, end - skip)
        if left:
            at = first
            while True:
                what, seconds, label, inner = self._written[self._row[at]]
                left -= seconds
                at += 1
                if left < _SHORTEST or at >= _ENOUGH:
                    break
                if at == self.n:
                    self._again(size)
            # the last step is cut, or takes what is too little for one more
            self._row[at - 1] = len(self._written)
            self._written.append((what, seconds + left, label, inner))
            self.n = at
        for at in range(first, self.n):
            if not self.round[at]:
                self.round[at] = (at - first) // size + 1
        if not depth:
            if word == "repeat":
                self.repeat_from = first
            elif times > 1 and end - size < self.n:
                self._last_rounds.append(end - size)

    def _one(self, reader, what, inside_for):
        # (kind, seconds, label) of a step
        reader.past()
        seconds = number = 0
        if reader.token == "open":
            if inside_for:
                reader.fail("open in a for")
            reader.past()
            self.has_open = True
            what |= _OPEN
        else:
            seconds = reader.time(_SHORTEST)
        at = reader.at
        label = reader.label()
        if label:
            if label not in self.labels:
                if len(self.labels) == _MAX_LABELS:
                    reader.fail("more than 32 labels", at)
                self.labels.append(label)
            number = self.labels.index(label) + 1
        return what, seconds, number

    def _again(self, size):
        # the step that stands so far back once more
        n = self.n
        self._row[n] = self._row[n - size]
        self.round[n] = self.round[n - size]
        self.n = n + 1
