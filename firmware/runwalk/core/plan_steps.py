"""The steps of one session: read from the line into a small tree, then unrolled.

The tree has one node for each step and group as written, so it is bounded by
the line. What it unrolls to is counted by arithmetic, never by unrolling, except
a `for`, whose cut needs the steps themselves. `Steps` is filled in a second pass.
"""

from array import array

from micropython import const

from runwalk.core.plan_words import DAY, KINDS, SHORTEST, hints, is_digit, is_letter

OPEN = const(0x10)
LAST_ROUND = const(0x80)
UNKNOWN_ROUNDS = const(0)  # of a `for`
ENDLESS = const(0xFFFF)  # rounds of a `repeat`

_TIMES = const(0x20)  # what a node is, where it is no step
_FOR = const(0x21)
_REPEAT = const(0x22)

_MAX_STEPS = const(3000)
_MAX_TIMES = const(999)
_MAX_DEPTH = const(3)
_MAX_LABELS = const(32)
_TAIL = const(4)  # steps known from a group's end: `skip last` three groups deep takes three
_FAR = const(0x3FFFFFFF)

_OPENING = const(40)
_CLOSING = const(41)
_COMMA = const(44)
_X = const(120)


class Steps:
    """A session unrolled into flat arrays, an index a step; times in ms.

    kind: index into KINDS | OPEN | LAST_ROUND (entering the step enters the last
    round of an outermost `N x`). start: planned, from the session's start, with
    open steps counted as nothing; start[n] is the total. round, rounds: of the
    innermost group; 0 and 0 in none, rounds 0 in a `for`, ENDLESS in a `repeat`.
    label: 0 for none, else 1 + index into labels. repeat_from: the first step of
    `repeat`, -1 without one. text: the bytes that `steps_from_text` takes.
    """

    def __init__(self, tree, count, text, session_label=None):
        self.n = count
        # from a range, which MicroPython makes at its size at once: bytes of the same
        # length beside it would need the memory twice. Every entry is overwritten.
        self.start = array("I", range(count + 1))
        self.round = array("H", range(count))
        self.rounds = array("H", range(count))
        self.kind = array("B", bytes(count))
        self.label = array("B", bytes(count))
        self.labels = tree.labels
        self.has_open = tree.has_open
        self.repeat_from = -1
        self.text = text
        self.session_label = session_label
        _Unroll(tree, self).body(0, len(tree.what), 0)


class Tree:
    """The steps part of a line as it is written, in the order of the line.

    what: KINDS index | OPEN, or the kind of group. value: seconds, or N.
    label: as in Steps. end: the node behind a group. keep: steps that remain of a
    group that loses its last one by `skip last`, else 0.
    """

    def __init__(self):
        self.what = array("B")
        self.value = array("I")
        self.label = array("B")
        self.end = array("H")
        self.keep = array("I")
        self.labels = []
        self.has_open = False

    def add(self, what, value, label=0):
        self.what.append(what)
        self.value.append(value)
        self.label.append(label)
        self.end.append(len(self.what))
        self.keep.append(0)
        return len(self.what) - 1


def read_steps(reader):
    """(tree, count): the steps from the reader's position to the line's end."""
    tree = Tree()
    count = _read_list(reader, tree, -1, 0)[0]
    return tree, count


def _read_list(reader, tree, opened, depth, inside_for=False):
    # steps up to the line's end, or to the ) of the ( at index `opened`;
    # gives their number, their seconds, and the last few as (kind, seconds)
    count = seconds = 0
    tail = []
    while True:
        reader.blanks()
        at = reader.pos
        node = len(tree.what)
        more, length, end = _read_step(reader, tree, depth, inside_for)
        count += more
        seconds += length
        tail = end if len(end) < more else (tail + end)[-_TAIL:]
        if not depth:
            if count > _MAX_STEPS:
                _too_many(reader, at)
            if seconds > DAY:
                reader.fail(at, "a session lasts at most 24 h: take steps away")
        code = reader.blanks()
        if code and tree.what[node] == _REPEAT:
            reader.fail(reader.pos, "what follows repeat is never reached: write it before")
        if code == _COMMA:
            reader.pos += 1
            if reader.blanks() in (0, _CLOSING):
                reader.fail(
                    reader.pos, "a step is missing after the comma, or take the comma away"
                )
        elif code == (_CLOSING if depth else 0):
            reader.pos += code != 0
            return count, seconds, tail
        else:
            hints().after_step(reader, opened)


def _read_step(reader, tree, depth, inside_for):
    at = reader.pos
    code = reader.peek()
    if is_digit(code):
        return _read_times(reader, tree, at, depth, inside_for)
    word = reader.word() if is_letter(code) else ""
    if word == "for":
        return _read_for(reader, tree, at, depth, inside_for)
    if word == "repeat":
        if depth:
            reader.fail(at, "repeat stands outermost, not in a group: write 8x(…)")
        return _read_group(reader, tree, _REPEAT, 1, depth, False)
    if word not in KINDS:
        hints().not_a_step(reader, at)
    reader.gap(at)
    what = KINDS.index(word)
    seconds = 0
    if reader.look() == "open":
        at = reader.pos
        if inside_for:
            reader.fail(at, "open cannot stand in for, which ends by time: write a time")
        reader.word()
        reader.gap(at)
        tree.has_open = True
        what |= OPEN
    else:
        seconds = reader.time("a step", SHORTEST)
    tree.add(what, seconds, _read_label(reader, tree))
    return 1, seconds, [(what, seconds)]


def _read_label(reader, tree):
    reader.blanks()
    at = reader.pos
    label = reader.label()
    if label is None:
        return 0
    if label not in tree.labels:
        if len(tree.labels) == _MAX_LABELS:
            reader.fail(at, "a session has at most 32 different labels: use one again")
        tree.labels.append(label)
    return tree.labels.index(label) + 1


def _read_times(reader, tree, at, depth, inside_for):
    # N x (…), with `skip last KIND` behind it
    times = reader.digits()
    if reader.blanks() != _X or is_letter(reader.peek(1)):
        hints().not_a_step(reader, at)
    if not 1 <= times <= _MAX_TIMES:
        reader.wrong("at least 1 round" if times < 1 else "at most 999 rounds", "", at)
    reader.pos += 1
    _check_depth(reader, at, depth)
    if reader.blanks() != _OPENING:
        hints().no_opening(reader, str(times))
    node = len(tree.what)
    count, seconds, tail = _read_group(reader, tree, _TIMES, times, depth, inside_for)
    if len(tail) == count:
        tail = (tail * min(times, _TAIL))[-_TAIL:]
    count *= times
    seconds *= times
    if reader.look() == "skip":
        _read_skip(reader, tail, count)
        count -= 1
        seconds -= tail[-1][1]
        tail = tail[:-1]
        tree.keep[node] = min(count, _FAR)
    return count, seconds, tail


def _read_skip(reader, tail, count):
    reader.word()
    if reader.look() != "last":
        reader.wrong("last", "write skip last walk")
    reader.word()
    kind = reader.look()
    at = reader.pos
    if kind not in KINDS:
        reader.wrong("the kind of the last step", "write skip last walk")
    reader.word()
    reader.gap(at)
    last = KINDS[tail[-1][0] & 0x0F]
    if kind != last:
        reader.fail(at, "the last step of this group is %s: write skip last %s" % (last, last))
    if count == 1:
        reader.fail(
            at,
            "the one step of this group is %s: take skip last away" % last,
        )


def _read_for(reader, tree, at, depth, inside_for):
    reader.gap(at)
    if inside_for:
        reader.fail(at, "for cannot stand in another for: write 8x(…)")
    _check_depth(reader, at, depth)
    seconds = reader.time("a group with for", SHORTEST)
    node = len(tree.what)
    _read_group(reader, tree, _FOR, seconds, depth, True)
    measure = _Unroll(tree, None)
    # the groups around it may drop one step each, and no more: counting on is in vain
    measure.stop = _MAX_STEPS + _MAX_DEPTH
    if not measure.until_cut(node):
        _too_many(reader, at)
    return measure.made, seconds, measure.tail


def _read_group(reader, tree, what, value, depth, inside_for):
    node = tree.add(what, value)
    if reader.blanks() != _OPENING:
        word = "repeat" if what == _REPEAT else "for 3h"
        reader.wrong("(", "write " + word + " (run 4m, walk 1m)")
    opened = reader.pos
    reader.pos += 1
    result = _read_list(reader, tree, opened, depth + 1, inside_for)
    tree.end[node] = len(tree.what)
    return result


def _too_many(reader, at):
    reader.fail(at, "a session has at most 3,000 steps: take rounds away")


def _check_depth(reader, at, depth):
    if depth == _MAX_DEPTH:
        reader.fail(at, "groups stand at most 3 deep: write this one out")


class _Unroll:
    """Walks a tree in the order of the session; fills `steps`, or only counts.

    `stop` is the number of steps at which the group that loses its last one ends,
    `until` the second at which the `for` ends: both are looked at before a step is
    made, so that a cut and a skipped step need nothing taken back.
    """

    def __init__(self, tree, steps):
        self.tree = tree
        self.steps = steps
        self.made = 0
        self.seconds = 0
        self.tail = []  # the last few as (kind, seconds), where it only counts
        self.stop = _FAR
        self._until = _FAR
        self._cut = False  # the `for` has just come to its end
        self._round = 0
        self._rounds = 0
        self._flag = 0

    def body(self, at, end, depth):
        """The nodes from `at` to `end`; False if the group ends in the middle of them."""
        tree = self.tree
        while at < end:
            what = tree.what[at]
            if what == _FOR:
                going = self.until_cut(at)
            elif what >= _TIMES:
                going = self._group(at, depth)
            else:
                going = self._step(at, what)
            if not going:
                return False
            at = tree.end[at]
        return True

    def until_cut(self, at):
        """The `for` at that node."""
        outer, outer_rounds = self._round, self._rounds
        self._until = self.seconds + self.tree.value[at]
        number = 0
        while True:
            number += 1
            self._round, self._rounds = number, UNKNOWN_ROUNDS
            if not self.body(at + 1, self.tree.end[at], 1):
                break
        self._round, self._rounds = outer, outer_rounds
        self._until = _FAR
        was_cut, self._cut = self._cut, False
        return was_cut

    def _group(self, at, depth):
        tree = self.tree
        outer, outer_rounds, outer_stop = self._round, self._rounds, self.stop
        times = rounds = tree.value[at]
        if tree.what[at] == _REPEAT:
            rounds = ENDLESS
            if self.steps:
                self.steps.repeat_from = self.made
        if tree.keep[at]:
            self.stop = min(outer_stop, self.made + tree.keep[at])
        going = True
        number = 0
        while going and number < times:
            number += 1
            self._round, self._rounds = number, rounds
            if number == times and number > 1 and not depth:
                self._flag = LAST_ROUND
            going = self.body(at + 1, tree.end[at], depth + 1)
        self._flag = 0
        self._round, self._rounds, self.stop = outer, outer_rounds, outer_stop
        return going or not self._cut and self.made < outer_stop

    def _step(self, at, what):
        made = self.made
        if made >= self.stop:
            return False
        seconds = self.tree.value[at]
        left = self._until - self.seconds
        if left < SHORTEST:
            self._cut = True
            self.seconds += left
            if self.steps:
                self.steps.start[made] = self.seconds * 1000
            else:
                last = self.tail[-1]
                self.tail[-1] = (last[0], last[1] + left)
            return False
        if seconds > left:
            seconds = left
        self.seconds += seconds
        self.made = made + 1
        steps = self.steps
        if steps:
            steps.kind[made] = what | self._flag
            steps.round[made] = self._round
            steps.rounds[made] = self._rounds
            steps.label[made] = self.tree.label[at]
            steps.start[made + 1] = self.seconds * 1000
            self._flag = 0
        else:
            self.tail.append((what, seconds))
            if len(self.tail) > _TAIL:
                self.tail.pop(0)
        return True
