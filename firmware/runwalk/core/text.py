"""A text file as lines, in a memory that does not grow with the file.

A line is held twice. `norm` has one byte a character, so that an index is a
column less one: ASCII letters small, every blank as a space, every quote that
may stand round a label as `"`, every dash as `-`, `×` as `x`, any other
character beyond ASCII as OTHER. The language is read from `norm`; what a person
wrote (titles, labels) is cut out of the bytes themselves with `text()`.

UTF-8 is checked here, byte by byte: MicroPython's `decode` lets overlong forms
and surrogates through, CPython's does not, and both must see the same faults.
"""

from micropython import const

MAX_LINE = const(1000)  # characters
MAX_FILE = const(32768)  # bytes
OTHER = const(0x7F)

_TAB = const(9)
_LF = const(10)
_CR = const(13)
_BLANK = const(32)
_QUOTE = const(34)
_APOSTROPHE = const(39)
_DASH = const(45)

_HOLD = const(4100)  # 1,000 characters of four bytes, a byte-order mark, and some more


class PlanError(Exception):
    """A fault in a plan: `line` and `column` count from 1, `message` is for people."""

    def __init__(self, line, column, message):
        super().__init__(line, column, message)
        self.line = line
        self.column = column
        self.message = message


def _meaning(code):
    # what a character beyond ASCII stands for in the language
    if code in (0xA0, 0x2007, 0x2009, 0x200A, 0x202F):
        return _BLANK
    if 0x201C <= code <= 0x201F or code in (0xAB, 0xBB):
        return _QUOTE
    if 0x2010 <= code <= 0x2014 or code == 0x2212:
        return _DASH
    if code == 0xD7:
        return 120  # x
    if code in (0xB4, 0x2018, 0x2019, 0x2032):
        return _APOSTROPHE  # has no meaning but in the hint for 5'
    return OTHER


def character(data, at, end):
    """The code point that begins at data[at], or -1 if its bytes are not UTF-8."""
    code = data[at]
    if code < 0x80:
        return code
    # bytes that follow the first one
    more = 1 if code < 0xE0 else 2 if code < 0xF0 else 3
    if code < 0xC2 or code > 0xF4 or at + more >= end:
        return -1
    code &= 0x3F >> more
    least = 0x80 if more == 1 else 0x800 if more == 2 else 0x10000
    while more:
        more -= 1
        at += 1
        if data[at] & 0xC0 != 0x80:
            return -1
        code = code << 6 | data[at] & 0x3F
    return -1 if code < least or code > 0x10FFFF or 0xD800 <= code <= 0xDFFF else code


class Lines:
    """The lines of a binary stream (`readinto`), or one line given to `take`."""

    def __init__(self, stream=None):
        self.line = 0  # of the line held, from 1
        self.n = 0  # its characters
        self.norm = bytearray(MAX_LINE)
        self._stream = stream
        self._data = bytearray(_HOLD) if stream else b""
        self._start = self._end = 0  # the bytes of the line held
        self._next = self._to = 0  # what was read and is not used yet
        self._after_cr = False
        self._inside = False  # of a line of which more than the buffer was read
        self._ascii = True

    def take(self, data):
        """Holds `data` (bytes without a line end) as line 1; PlanError as `next`."""
        self.line = 1
        self._data = data
        self._start, self._end = 0, len(data)
        self._normalise()

    def restart(self):
        """Back to before the first line of the stream."""
        self._stream.seek(0)
        self.line = self._next = self._to = 0
        self._after_cr = self._inside = False

    def next(self):
        """Goes to the next line; False past the last one.

        Raises PlanError for a line that is no UTF-8 or too long; the call after that
        goes on with the line below it.
        """
        if not self._begin():
            return False
        at = self._next
        while True:
            end = self._line_end(at)
            found = end >= 0
            if found:
                break
            end = self._to
            have = end - self._next
            if have == _HOLD:
                self._inside = True
                break
            if not self._fill():
                end = self._to
                break
            at = self._next + have
        self._start, self._end = self._next, end
        self._next = end + found
        self._after_cr = found and self._data[end] == _CR
        self.line += 1
        if self.line == 1 and self._data[self._start : self._start + 3] == b"\xef\xbb\xbf":
            self._start += 3  # what some editors put before the first character
        self._normalise()
        return True

    def text(self, a, b):
        """The characters a to b (columns less one) as they were written, as a str."""
        return str(self.raw(a, b), "utf-8")

    def raw(self, a, b):
        """The UTF-8 bytes of the characters a to b."""
        if self._ascii:
            return bytes(self._data[self._start + a : self._start + b])
        data = self._data
        at = first = self._start
        for i in range(b):
            at += 1
            while at < self._end and data[at] & 0xC0 == 0x80:
                at += 1
            if i + 1 == a:
                first = at
        return bytes(data[first:at])

    def fail(self, at, message):
        """Raises the PlanError of the character with index `at` (n: the line's end)."""
        raise PlanError(self.line, at + 1, message)

    def _begin(self):
        # to the first byte of a line; False at the end of the file
        while self._inside:
            end = self._line_end(self._next)
            if end >= 0:
                self._next = end + 1
                self._after_cr = self._data[end] == _CR
                self._inside = False
            else:
                self._next = self._to
                if not self._fill():
                    return False
        if self._next == self._to and not self._fill():
            return False
        if self._after_cr:
            self._after_cr = False
            if self._data[self._next] == _LF:
                self._next += 1
                return self._next < self._to or self._fill()
        return True

    def _line_end(self, at):
        end = self._data.find(b"\n", at, self._to)
        cr = self._data.find(b"\r", at, self._to if end < 0 else end)
        return cr if cr >= 0 else end

    def _fill(self):
        # moves what is unused to the front and reads behind it; False at the end
        data = self._data
        have = self._to - self._next
        if self._next and have:
            data[:have] = data[self._next : self._to]
        self._next, self._to = 0, have
        got = self._stream.readinto(memoryview(data)[have:])
        if got:
            self._to += got
        return bool(got)

    def _normalise(self):
        data, norm = self._data, self.norm
        at, end = self._start, self._end
        n = 0
        self._ascii = True
        while at < end:
            code = data[at]
            if n == MAX_LINE:
                self.fail(n, "a line has at most 1,000 characters: write two lines")
            if code < 0x80:
                at += 1
                if 65 <= code <= 90:
                    code += 32
                elif code == _TAB:
                    code = _BLANK
            else:
                code = character(data, at, end)
                if code < 0:
                    self.fail(
                        n,
                        "expected UTF-8 text, found the byte %02X: save the file as UTF-8"
                        % data[at],
                    )
                self._ascii = False
                at += 2 if code < 0x800 else 3 if code < 0x10000 else 4
                code = _meaning(code)
            norm[n] = code
            n += 1
        self.n = n
