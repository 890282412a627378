"""What is said about a fault in a plan: what was expected, what was found, what to type.

Imported at the first fault only. Each function takes the reader where the fault
stopped it, and always raises PlanError; none of them changes what is accepted.
Hints come from tokens: numbers, words and signs of the line, without its blanks.
"""

from runwalk.core.plan_words import DAY, KINDS, is_digit, is_letter, unit
from runwalk.core.text import OTHER

_MEANT = (  # what people write, and what the language has for it
    ("jog", "run"), ("sprint", "run"), ("recover", "rest"), ("pause", "rest"),
    ("climb", "hike"), ("hiking", "hike"), ("wk", "week"), ("w", "week"), ("day", "week 1 day"),
    ("ask", "ask pain"), ("title", "plan"), ("session", "workout"), ("training", "workout"),
)  # fmt: skip
_FIRST = ("week", "workout", "remind", "plan", "about")
_DISTANCE = ("km", "k", "mi", "mile", "miles", "meters", "metres", "yd", "yards", "ft")
_LENGTH = (3600, 60, 1)  # seconds of the units


def found(reader, at):
    """What stands at index `at`, in words."""
    if at >= reader.n:
        return "the end of the line"
    code = reader.norm[at]
    if code == 35:
        return "a comment"
    if code == 32:
        return "a blank"
    text = reader.text(at, at + max(1, len(_solid(_rest(reader, at)))))
    code = ord(text[0])
    hidden = 0x7E < code < 0xA1 or code < 32 or 0x2000 <= code < 0x2010 or code == 0xFEFF
    if hidden or 0x2028 <= code < 0x2030 or 0x2060 <= code < 0x2070:
        return "the character U+%04X" % code
    return _quoted(text)


def _quoted(text):
    text = text if len(text) <= 24 else text[:23] + "…"
    return "a quote" if text == '"' else '"' + text + '"'


def _rest(reader, at):
    # the line from `at` on, small, without a comment
    return str(reader.norm[at : reader.n], "ascii").split("#")[0].rstrip()


def _solid(text, blanks=False):
    # the letters and digits that `text` begins with, and the blanks between them
    for i in range(len(text)):
        code = ord(text[i])
        if not (is_letter(code) or is_digit(code) or blanks and code == 32):
            return text[:i]
    return text


def _tokens(text):
    found = []
    kind = 0
    for letter in text:
        code = ord(letter)
        before, kind = kind, 1 if is_digit(code) else 2 if is_letter(code) else 0
        if kind and kind == before:
            found[-1] += letter
        elif code != 32:
            found.append(letter)
    return found


def _spaced(text):
    # words and numbers with the blanks that belong between them
    spaced = ""
    before = ""
    for token in _tokens(text):
        for word in KINDS + ("skip", "ask"):
            if token.startswith(word) and token[len(word) :] in ("last", "open", "pain"):
                token = word + " " + token[len(word) :]
        touch = before.isdigit() and unit(token) >= 0 or before == "x" or token == "-"
        spaced += token if touch or before in ("", "-") else " " + token
        before = token
    return spaced


def _meant(word):
    for kind in KINDS + _FIRST:
        if word.startswith(kind) or len(word) > 3 and sorted(word) == sorted(kind):
            return kind
    for said, kind in _MEANT:
        if word == said or len(said) > 2 and word.startswith(said):
            return kind
    return ""


def time_text(seconds):
    """1m30s for 90."""
    text = ""
    for i in range(3):
        part = seconds // _LENGTH[i]
        seconds %= _LENGTH[i]
        if part:
            text += str(part) + "hms"[i]
    return text


def glued(reader, token):
    """A word and a number touch at the position, in what begins at `token`."""
    text = _solid(_rest(reader, token))
    hint = _spaced(text)
    if hint == text:
        reader.wrong("a number, not a time", "write week 1 day 2 or rest 1 day")
    reader.wrong("a blank between a word and a number", "write " + hint)


def out_of_range(reader, start, seconds, what, low, high):
    """A time, from `start` to the position, that is not `low` to `high` seconds."""
    if seconds < low:
        limit = "at least " + ("%d s" % low if low < 60 else "%d min" % (low // 60))
        hint = time_text(low) + " or more"
    else:
        limit = "at most %d h" % (high // 3600)
        hint = time_text(high) + " or less"
    text = _quoted(reader.text(start, reader.pos).strip())
    reader.fail(start, "expected %s for %s, found %s: write %s" % (limit, what, text, hint))


def _time_meant(tokens):
    # seconds of a time in whatever notation: 1.5m, 1,5m, 1'30", 1m30, 1:75, 1h60m
    total = i = 0
    length = 3600
    while i < len(tokens) and tokens[i].isdigit():
        value = int(tokens[i][-6:])
        sign, after, last = (tokens[i + 1 :] + ["", "", ""])[:3]
        i += 2
        if sign == ":":
            total = (total + value) * 60
            length = 60
            continue
        part = ""
        if sign and sign in ".," and after.isdigit():
            part = after[:4]
            sign = last
            length = 3600
            i += 2
        which = unit(sign)
        length = _LENGTH[which] if which >= 0 else {"'": 60, '"': 1}.get(sign, length // 60)
        total += value * length
        if part:
            total += int(part) * length // 10 ** len(part)
    return total


def not_a_time(reader, start):
    """No time, or a wrong one, begins at `start`; the position is at the fault."""
    rest = _rest(reader, start)
    tokens = _tokens(rest) + [""]
    before = _tokens(str(reader.norm[:start], "ascii"))[-1]
    here = reader.pos
    expected = "a time such as 1m30s or 1:30"
    if tokens[0] == "." and tokens[1].isdigit():
        tokens.insert(0, "0")
    elif not tokens[0].isdigit():
        if before in KINDS:
            expected += " or open"
            before = "write " + before + " 5m"
        else:
            before = ""
        reader.wrong(expected, before, start)
    number = tokens[0]
    word = _solid(_rest(reader, here))
    end = here + 1
    while end < reader.n and reader.norm[end] not in b" ,()#":
        end += 1
    text = reader.text(start, min(end, reader.n)).rstrip()
    said = "expected " + expected + ", found " + _quoted(text)
    if word in _DISTANCE or tokens[1] == "." and tokens[3] in _DISTANCE:
        reader.fail(here, said + ": plans count time, not distance")
    sign = tokens[1]
    bare = not sign or sign in '()"' and rest.count('"') != 1 or sign in KINDS
    if bare or sign == "," and not (tokens[2].isdigit() and unit(tokens[3]) >= 0):
        value = int(number[-6:])
        hint = number + "m"
        if value > DAY // 60:
            hint = "5m or 5s"
        elif value >= 3 and before != "every":
            hint += " or " + number + "s"
        reader.fail(here, "%s what? write %s, found %s" % (number, hint, found(reader, here)))
    if is_letter(reader.peek()) and unit(word) < 0:
        reader.fail(here, said)
    seconds = _time_meant(tokens)
    reader.fail(here, said + ": write " + time_text(seconds if 3 <= seconds <= DAY else 90))


def _group(reader, at, text, number):
    # the hint for a group in another notation, of which `text` begins at index `at`
    hint = "write " + number + "x(…)"
    opening = text.find("(")
    closing = text.rfind(")")
    if 0 <= opening < closing < opening + 60:
        inside = reader.text(at + opening, at + closing + 1)
        hint += ", here " + number + "x" + inside
    return hint


def not_a_step(reader, at):
    """No step begins at index `at`."""
    rest = _rest(reader, at)
    tokens = _tokens(rest) + ["", ""]
    first, second = tokens[:2]
    number = "8"
    for token in tokens if first != "(" else _tokens(rest[rest.rfind(")") + 1 :]):
        if token.isdigit():
            number = token
            break
    if first.isdigit():
        if unit(second) >= 0:
            kind = tokens[2] if tokens[2] in KINDS else "run"
            reader.wrong("the kind before the time", "write " + kind + " " + first + second, at)
        reader.blanks()
        if second[:1] == "x":
            reader.pos += 1
            no_opening(reader, number)
        reader.wrong("x after " + number, _group(reader, at, rest, number))
    if first in ("x", "("):
        reader.wrong("the number of rounds first", _group(reader, at, rest, number), at)
    hint = _spaced(_solid(rest))
    if " " not in hint or hint.split()[0] not in KINDS:
        hint = _meant(first)
    reader.wrong(
        "a step such as run 5m, of the kinds " + ", ".join(KINDS),
        "write " + hint if hint in KINDS or " " in hint else "",
        at,
    )


def no_opening(reader, number):
    """The group of so many rounds has no ( at the position."""
    rest = _rest(reader, reader.pos)
    hint = "…"
    if _tokens(rest)[:1] and _tokens(rest)[0] in KINDS:
        hint = reader.text(reader.pos, reader.pos + len(rest.split(",")[0].split(")")[0]))
    reader.wrong("( after %sx" % number, "write %sx(%s)" % (number, hint.strip()))


def after_step(reader, opened):
    """Neither a comma nor the end of the steps stands at the position.

    `opened` is the index of the ( of the group, -1 in none.
    """
    at = reader.pos
    rest = _rest(reader, at)
    expected = "a comma or " + (")" if opened >= 0 else "the end of the line")
    if not rest:
        reader.wrong(expected, "the ( at column %d is not closed" % (opened + 1))
    word = _tokens(rest)[0]
    hint = {
        ")": "no ( is open", '"': "a step has one label", "(": "write a group as 8x(…)",
        "skip": "skip last stands right behind the ) of 8x(…)",
    }.get(word, "")  # fmt: skip
    if word == "x":
        hint = "write " + (_tokens(rest) + ["8"])[1] + "x(…)"
    elif word == "skiplast":
        hint = "write " + _spaced(_solid(rest, True))
    elif word in (";", "+", "and", "then"):
        hint = "write a comma"
    elif not hint and _solid(word) and ord(word[0]) != OTHER:
        reader.fail(at, "a comma is missing before " + _solid(rest))
    reader.wrong(expected, hint)


def not_a_statement(reader, at):
    """The line begins at `at` with no word of the language."""
    rest = _rest(reader, at)
    word = (_tokens(rest) + [""])[0]
    head = _spaced(_solid(rest, True))
    meant = _meant(word)
    hint = ""
    if word in KINDS or word in ("for", "repeat", "x", "(") or word.isdigit():
        hint = "write week 1: before the steps"
    elif meant == "week" or meant == "week 1 day":
        hint = "write " + meant + (head[len(word) :] or " 1")
    elif head.startswith("ask "):
        hint = "write ask pain"
    elif meant and meant not in KINDS:
        hint = "write " + meant
    reader.wrong("week, workout, plan, about, rest, ask pain or remind", hint, at)


def no_colon(reader):
    """What stands before the steps ends at the position, but not with a colon."""
    at = reader.pos
    tokens = _tokens(_rest(reader, at)) + ["", ""]
    hint = "write %s: before the steps" % reader.text(0, at).strip()
    if tokens[0].isdigit():
        hint = "write a range such as week 1-2, or a line a week"
        if tokens[1] == "x":
            hint = "write x" + tokens[0]
    reader.wrong("a colon before the steps", hint)
