"""The runner's settings: `settings.txt`, a key and a value a line.

    quiet on            # in the library
    screen-off 30
    cue-run low 70, gap 60, high 200

`#` begins a comment, at the start of a line or after a blank. A key that is not
known and a value that makes no sense change nothing: the default holds, and
`complaints` says so in texts short enough for the screen. No file, an empty one
or one full of rubbish gives all the defaults; reading never raises.

`set` rewrites the file through `settings.new` and a rename, so that a power cut
leaves the old file or the new one. Comments, the order of the lines, and lines
that it does not understand stay as they are.
"""

import errno
import os

from micropython import const

from runwalk.core.rhythm import parse

_ON_OFF = const(0)
_NUMBER = const(1)
_RHYTHM = const(2)

# key: (how to read it, default, lowest, highest)
_KEYS = {
    "quiet": (_ON_OFF, False, 0, 0),
    "brightness": (_NUMBER, 100, 1, 100),  # percent of the display's contrast
    "screen-off": (_NUMBER, 20, 0, 3600),  # seconds until the display is dark, 0 = never
    "countdown": (_ON_OFF, True, 0, 0),  # the beeps 3, 2 and 1 s before a change
    "halfway": (_ON_OFF, True, 0, 0),  # the cue at half of a session
    "hold": (_NUMBER, 800, 500, 2000),  # ms until a press counts as a hold
    "lock": (_ON_OFF, False, 0, 0),  # in a timed step press and double only light the display
    "flip": (_ON_OFF, False, 0, 0),  # the picture upside down, for a clip worn the other way
    "pitch": (_NUMBER, 100, 50, 200),  # percent of the usual tones
    "motor": (_ON_OFF, True, 0, 0),
}
_CUE_KINDS = ("warm", "run", "walk", "hike", "rest", "cool")  # cue-run and so on: a rhythm

_MOST_COMPLAINTS = const(8)
_LONGEST = const(80)  # bytes of a line that can mean something
_SHOWN = const(21)  # characters of a key or value in a complaint


def _known(key):
    """The row of a key, or None."""
    if key[:4] == "cue-" and key[4:] in _CUE_KINDS:
        return (_RHYTHM, "", 0, 0)
    return _KEYS.get(key)


def _read_value(row, text):
    """The value that a text stands for; ValueError says what was expected."""
    how, _, lowest, highest = row
    if how == _ON_OFF:
        if text in ("on", "off"):
            return text == "on"
        raise ValueError("on or off")
    if how == _NUMBER:
        # int() takes "1_0", "+5" and, in CPython alone, digits of other scripts
        if text and len(text) < 7 and all(c in "0123456789" for c in text):
            if lowest <= int(text) <= highest:
                return int(text)
        raise ValueError("%d to %d" % (lowest, highest))
    if text:
        parse(text)
    return text


def _write_value(value):
    if value is True or value is False:
        return "on" if value else "off"
    return str(value).strip(" ")


def _pieces(file):
    """(begins a line, bytes): the whole file, no piece longer than _LONGEST."""
    begins = True
    while True:
        piece = file.readline(_LONGEST)
        if not piece:
            return
        yield begins, piece
        begins = piece[-1] == 10


def _split(line):
    """(start and end of the value in the bytes, key, value); key "" where there is none."""
    first = 3 if line[:3] == b"\xef\xbb\xbf" else 0  # a byte-order mark
    end = len(line)
    blank = True
    for place in range(first, len(line)):
        byte = line[place]
        if byte == 35 and blank:  # "#"
            end = place
            break
        blank = byte in b" \t"
    while end > first and line[end - 1] in b" \t\r\n":
        end -= 1
    text = "".join([chr(byte) if byte in b"\t" or 32 <= byte < 127 else "?" for byte in line[:end]])
    while first < end and text[first] in " \t":
        first += 1
    start = first
    while start < end and text[start] not in " \t":
        start += 1
    key = text[first:start]
    while start < end and text[start] in " \t":
        start += 1
    return start, end, key, text[start:end]


class Settings:
    """What the file says, or the default; `get` is cheap enough for the loop."""

    def __init__(self, path="settings.txt"):
        self.path = path
        self.complaints = []
        self.values = {}  # type: dict
        for key in _KEYS:
            self.values[key] = _KEYS[key][1]
        for kind in _CUE_KINDS:
            self.values["cue-" + kind] = ""
        try:
            self._load()
        except OSError as error:
            if error.errno != errno.ENOENT:
                self._complain("settings: cannot read")

    def get(self, key):
        """True or False, a number, or a rhythm's text ("" = the usual one); KeyError."""
        return self.values[key]

    def set(self, key, value):
        """Holds at once, and is in the file after it. KeyError, ValueError; OSError where
        the flash does not take it: then it holds until the power goes."""
        row = _known(key)
        if row is None:
            raise KeyError(key)
        text = _write_value(value)
        if "#" in text or not all(" " <= c <= "~" for c in text):
            raise ValueError("plain text")
        self.values[key] = _read_value(row, text)
        new = self.path + ".new"
        if self.path.endswith(".txt"):
            new = self.path[:-3] + "new"
        try:
            self._rewrite(new, key, text.encode())
            os.rename(new, self.path)
        except OSError:
            _remove(new)
            raise

    def _complain(self, text):
        if len(self.complaints) < _MOST_COMPLAINTS:
            self.complaints.append(text)

    def _load(self):
        with open(self.path, "rb") as file:
            for begins, piece in _pieces(file):
                if begins:
                    self._take(piece)

    def _take(self, line):
        _, end, key, value = _split(line)
        if not key:
            return
        row = _known(key)
        if row is None:
            self._complain("%s: unknown" % key[:_SHOWN])
        elif end == _LONGEST:
            self._complain("%s: too long" % key)
        else:
            try:
                self.values[key] = _read_value(row, value)
            except ValueError as error:
                self._complain("%s: %s" % (key, error))

    def _last_line(self, key):
        """Number of the line that says this key last, 0 = none. One too long counts as none."""
        last = number = 0
        with open(self.path, "rb") as file:
            for begins, piece in _pieces(file):
                if begins:
                    number += 1
                    _, end, found, _ = _split(piece)
                    if found == key and end < _LONGEST:
                        last = number
        return last

    def _rewrite(self, new, key, value):
        """Into `new`: the file with the line that counts for `key` changed, or one more."""
        with open(new, "wb") as target:
            last = number = 0
            ended = True
            try:
                last = self._last_line(key)
                with open(self.path, "rb") as source:
                    for begins, piece in _pieces(source):
                        number += begins
                        if begins and number == last:
                            start, end, _, _ = _split(piece)
                            gap = b" " if start == end else b""
                            piece = piece[:start] + gap + value + piece[end:]
                        target.write(piece)
                        ended = piece[-1] == 10
            except OSError as error:
                if error.errno != errno.ENOENT:
                    raise
            if not last:
                target.write(b"" if ended else b"\n")
                target.write(key.encode() + b" " + value + b"\n")


def _remove(path):
    try:
        os.remove(path)
    except OSError:
        pass
