"""The runner's settings: `settings.txt`, a key and a value a line.

    quiet on            # in the library
    screen-off 30
    cue-run low 100, high 300

`#` begins a comment. A key that is not known and a value that makes no sense
change nothing: the default holds, and `complaints` says so in texts short enough
for the screen. No file, an empty one or one full of rubbish gives all the
defaults; reading never raises.

`set` rewrites the file through `settings.new` and a rename, so that a power cut
leaves the old file or the new one. Comments, the order of the lines, and lines
that it does not understand stay as they are.
"""

import os

from micropython import const

from runwalk.core.rhythm import STEP_CUES, parse_cue

_USUAL = {
    "quiet": False,
    "brightness": 100,  # percent of the display's contrast
    "screen-off": 20,  # seconds until the display is dark, 0 = never
    "countdown": True,  # the beeps 3, 2 and 1 s before a change
    "halfway": True,  # the cue at half of the session
    "hold": 800,  # ms until a press counts as a hold
    "lock": False,  # in a timed step press and double only light the display
    "flip": False,  # the picture upside down, for a clip worn the other way
    "pitch": 100,  # percent of the usual tones
    "motor": True,
}
for kind in STEP_CUES:
    _USUAL["cue-" + kind] = ""  # a rhythm
_RANGES = {"brightness": (1, 100), "screen-off": (0, 3600), "hold": (500, 2000), "pitch": (50, 200)}

_ENOENT = const(2)
_MOST_COMPLAINTS = const(8)
_LONGEST = const(80)  # bytes of a line that can mean something
_SHOWN = const(21)  # characters of a key in a complaint


def _value(key, text):
    """What a text stands for; ValueError says what was expected."""
    if key not in _USUAL:
        raise ValueError("unknown")
    if key in _RANGES:
        lowest, highest = _RANGES[key]
        # int() alone would take "1_0" and "+5"
        if text.isdigit() and lowest <= int(text) <= highest:
            return int(text)
        raise ValueError("%d to %d" % (lowest, highest))
    if _USUAL[key] == "":
        if text:
            parse_cue(key[4:], text)
        return text
    if text == "on" or text == "off":
        return text == "on"
    raise ValueError("on or off")


def _split(line):
    """(where it ends, key, value) of a line of bytes; key "" where there is none.

    All that is not printable ASCII counts as a blank: tabs, what Windows ends its
    lines with, a byte-order mark.
    """
    text = ""
    for byte in line[:_LONGEST]:
        if byte == 35:  # "#"
            break
        text += chr(byte if 32 < byte < 127 else 32)
    text = text.rstrip()
    words = text.split(None, 1) + ["", ""]
    return len(text), words[0], words[1]


class Settings:
    """What the file says, or the default; `get` is cheap enough for the loop."""

    def __init__(self, path="settings.txt"):
        self.path = path
        self.complaints = []
        self.values = _USUAL.copy()
        try:
            for line in self._lines():
                end, key, text = _split(line)
                try:
                    if end == _LONGEST:
                        raise ValueError("too long")
                    if key:
                        self.values[key] = _value(key, text)
                except ValueError as error:
                    if len(self.complaints) < _MOST_COMPLAINTS:
                        self.complaints.append("%s: %s" % (key[:_SHOWN], error))
        except (OSError, MemoryError):
            self.complaints.append("settings: cannot read")

    def get(self, key):
        """True or False, a number, or a rhythm's text ("" = the usual one); KeyError."""
        return self.values[key]

    def set(self, key, value):
        """Holds at once, and is in the file after it. KeyError, ValueError; OSError where
        the flash does not take it: then it holds until the power goes."""
        self.get(key)  # a key that is not known is the caller's fault, and no ValueError
        text = str(value)
        if isinstance(value, bool):
            text = "on" if value else "off"
        self.values[key] = _value(key, text)
        lines = self._lines()
        at = len(lines)
        while at:
            at -= 1
            line = lines[at]
            end, found, old = _split(line)
            if found == key and end < _LONGEST:
                if not old:
                    text = " " + text
                lines[at] = line[: end - len(old)] + text.encode() + line[end:]
                break
        else:
            lines.append((key + " " + text).encode())
        new = self.path[:-3] + "new"
        with open(new, "wb") as file:
            for line in lines:
                file.write(line.rstrip(b"\n") + b"\n")  # the last one may lack it
        os.rename(new, self.path)

    def _lines(self):
        try:
            with open(self.path, "rb") as file:
                return list(file)
        except OSError as error:
            if error.errno != _ENOENT:
                raise
            return []
