"""A text file as lines of tokens, in a memory that does not grow with the file.

A line is held twice. `norm` has one byte a character, so that an index is a
column less one: ASCII letters small, every blank as a space, every quote that
may stand round a label as `"`, every dash as `-`, `×` as `x`, any other
character beyond ASCII as 127; a `#` stands behind the last. The language is read
from `norm`; what a person wrote (titles, labels) is cut out of the bytes with `text`.

UTF-8 is checked here, byte by byte: MicroPython's `decode` lets overlong forms
and surrogates through, CPython's does not, and both must see the same faults.

The messages are short: a display shows them. On a host tools/plan_hints.py makes
of each the sentence that says what was found, and what can be typed instead.
"""

from array import array

from micropython import const

_MAX_LINE = const(1000)  # characters
_MAX_BYTES = const(4100)  # such a line in four bytes each, a byte-order mark, and some more
_MAX_LABEL = const(24)
_DAY = const(86400)  # seconds

NUMBER = const(1)  # what a token can be; 0 for a sign, or the end of the line
_WORD = const(2)

_TAB = const(9)
_LF = const(10)
_CR = const(13)
_BLANK = const(32)
_QUOTE = const(34)
_HASH = const(35)
_DASH = const(45)
_COLON = const(58)
_X = const(120)
_OTHER = const(127)

# what beyond ASCII has a meaning, as UTF-8: 00A0 2007 2009 200A 202F,
_BLANKS = const(b"\xc2\xa0\xe2\x80\x87\xe2\x80\x89\xe2\x80\x8a\xe2\x80\xaf")
# 201C 201D 201E 201F AB BB,
_QUOTES = const(b"\xe2\x80\x9c\xe2\x80\x9d\xe2\x80\x9e\xe2\x80\x9f\xc2\xab\xc2\xbb")
# 2010 to 2014 and 2212
_DASHES = const(b"\xe2\x80\x90\xe2\x80\x91\xe2\x80\x92\xe2\x80\x93\xe2\x80\x94\xe2\x88\x92")
_TIMES = const(b"\xc3\x97")

_UNITS = const("h hr hrs hour hours m min mins minute minutes s sec secs second seconds")
_NO_TIME = const("expected a time such as 1m30s or 1:30")


class PlanError(Exception):
    """A fault in a plan: `line` and `column` count from 1, `message` is for people."""

    def __init__(self, line, column, message):
        super().__init__(line, column, message)
        self.line = line
        self.column = column
        self.message = message


def _kind(code):
    if 48 <= code <= 57:
        return NUMBER
    return _WORD if 97 <= code <= 122 or code == _OTHER or code == 95 else 0


def unit(word):
    """Seconds of a unit of time, False for any other word."""
    return word in _UNITS.split(" ") and 60 ** "smh".find(word[0])


class Reader:
    """The lines of a binary stream (`readinto`) from its beginning; their tokens.

    token: what stands at the index `at`: a word, small; a number; a sign; "" at the
    end of the line or a comment. kind: NUMBER for a number. Methods that read
    something begin at the token and go on to the one behind what they read; all
    raise the PlanError of the first character that is wrong.
    """

    def __init__(self, stream=None):
        self.line = 0  # of the line held, from 1
        self.norm = bytearray(_MAX_LINE + 1)
        self._begins = array("H", range(_MAX_LINE + 1))  # where a character's bytes begin
        self._stream = stream
        self._read = self._end = 0  # of the block, what is used and what there is
        self._after_cr = False
        if stream:
            stream.seek(0)
            self._block = bytearray(256)
            self._data = bytearray(_MAX_BYTES)  # the line

    def next(self):
        """Goes to the next line; False past the last one.

        Raises PlanError for a line that is no UTF-8 or too long; the call after that
        goes on with the line below it.
        """
        data = self._data
        block = self._block
        n = 0
        while True:
            if self._read == self._end:
                self._read = 0
                self._end = self._stream.readinto(block)
                if not self._end:
                    if not n:
                        return False
                    break
            byte = block[self._read]
            self._read += 1
            before, self._after_cr = self._after_cr, byte == _CR
            if byte == _LF and before:
                continue
            if byte in b"\r\n":
                break
            if n < _MAX_BYTES:  # behind it the line is too long in any case
                data[n] = byte
                n += 1
        self.line += 1
        # what some editors put before the first character
        mark = self.line == 1 and data[:3] == b"\xef\xbb\xbf"
        self._hold(3 if mark else 0, n)
        return True

    def take(self, data):
        """Holds `data` (bytes without a line end) as line 1; PlanError as `next`."""
        self.line = 1
        self._data = data
        self._hold(0, len(data))

    def _hold(self, at, end):
        # checks the bytes of a line, and goes to its first token
        data = self._data
        norm = self.norm
        n = 0
        while True:
            self._begins[n] = at
            if at == end:
                break
            if n == _MAX_LINE:
                self.fail("more than 1,000 characters", n)
            code = data[at]
            first = at
            at += 1
            if code < 128:
                if 65 <= code <= 90:
                    code += 32
                elif code == _TAB:
                    code = _BLANK
            else:
                more = 1 + (code >= 0xE0) + (code >= 0xF0)  # bytes that follow
                code -= 256 - (128 >> more)  # below 0 if such a byte cannot begin a character
                while at < end and at - first <= more and data[at] & 0xC0 == 0x80:
                    code = code << 6 | data[at] & 0x3F
                    at += 1
                # too few of them, or an overlong form; above the last code point; a surrogate
                short = at - first <= more or code < max(128, 2 << 5 * more)
                if short or code > 0x10FFFF or code >> 11 == 0x1B:
                    self.fail("not UTF-8", n)
                letter = data[first:at]
                code = _OTHER
                if letter in _BLANKS:
                    code = _BLANK
                elif letter in _QUOTES:
                    code = _QUOTE
                elif letter in _DASHES:
                    code = _DASH
                elif letter == _TIMES:
                    code = _X
            norm[n] = code
            n += 1
        norm[n] = _HASH
        self.n = n
        self.to = 0
        self.go()

    def fail(self, message, at=-1):
        """Raises the PlanError of the character with index `at`, or of the token."""
        raise PlanError(self.line, (self.at if at < 0 else at) + 1, message)

    def go(self):
        """Goes to the next token."""
        norm = self.norm
        at = self.to  # behind the token before
        while norm[at] == _BLANK:
            at += 1
        self.touches = at == self.to
        self.at = at
        kind = self.kind = _kind(norm[at])
        to = at
        if norm[at] != _HASH:
            to += 1
            while kind and _kind(norm[to]) == kind:
                to += 1
        self.to = to
        self.token = str(norm[at:to], "ascii")

    def past(self):
        """Goes on behind a word or a number; a number or a word but x may not touch it."""
        before = self.kind
        self.go()
        if self.touches and self.kind and self.kind != before and self.token != "x":
            self.fail("expected a blank")

    def word(self, words):
        """Goes past one of these words."""
        if self.token not in words:
            self.fail("expected " + words[0])
        self.past()

    def number(self, most):
        """A number from 1 to `most`."""
        value = int(self.token) if self.kind == NUMBER else 0
        self.limit(value, most, self.at)
        self.past()
        return value

    def limit(self, value, most, at):
        """Fails at the index if the value is not from 1 to `most`."""
        if not 1 <= value <= most:
            self.fail("expected 1 to %d" % most, at)

    def text(self, first, last, most=_MAX_LINE):
        """What was written between two indexes, without the blanks around it."""
        norm = self.norm
        while first < last and norm[first] == _BLANK:
            first += 1
        while first < last and norm[last - 1] == _BLANK:
            last -= 1
        if first == last:
            self.fail("expected a text", first)
        if last - first > most:
            self.fail("more than %d characters" % most, first + most)
        return str(self._data[self._begins[first] : self._begins[last]], "utf-8")

    def label(self, needed=False):
        """The label that stands here, None if none does."""
        if self.token != '"':
            if needed:
                self.fail("expected a label in quotes")
            return None
        end = self.norm.find(b'"', self.to, self.n)
        if end < 0:
            self.fail('expected a closing "', self.n)
        label = self.text(self.to, end, _MAX_LABEL)
        self.to = end + 1
        self.go()
        return label

    def time(self, least):
        """Seconds of a time, from `least` to a day."""
        if self.kind != NUMBER:
            self.fail(_NO_TIME)
        norm = self.norm
        start = self.at
        at = self.to
        seconds = int(self.token)
        if norm[at] == _COLON:
            # 1:30 or 1:00:00: two digits behind a colon, the first of them below 6
            while norm[at] == _COLON and at - self.to < 6:
                for most in (53, 57):
                    at += 1
                    if not 48 <= norm[at] <= most:
                        self.fail(_NO_TIME, at)
                at += 1
                seconds = seconds * 60 + int(norm[at - 2 : at])
            if _kind(norm[at]) or norm[at] in b":.":
                self.fail(_NO_TIME, at)
            self.to = at
            self.go()
        else:
            # 1h30m and the like
            seconds = 0
            before = _DAY  # seconds of the unit before
            while self.kind == NUMBER:
                at = self.at
                value = int(self.token)
                self.go()
                if before < _DAY and self.token in ("(", "*", "x"):
                    # no part of the time but the number of a group whose comma is missing
                    self.to = at
                    self.go()
                    break
                length = unit(self.token)
                if not 0 < length < before:
                    self.fail(_NO_TIME, at if length and before == 1 else self.at)
                if before < _DAY and value > 59:
                    self.fail(_NO_TIME, at)
                seconds += value * length
                before = length
                self.go()
        if not least <= seconds <= _DAY:
            self.fail("expected %d s to 24 h" % least, start)
        return seconds
