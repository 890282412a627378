"""`runwalk settings`: the clip's settings.txt, read and changed by the firmware's own rules.

What a key may be set to is not said here again: the module that the clip reads its
settings with (firmware/runwalk/parts/settings.py) runs on a copy of the file.
"""

import argparse
import difflib
import os
import re
import tempfile
import types
from pathlib import Path
from typing import Any

from hostsim.importer import Modules
from runwalk_tools import clips
from runwalk_tools.board_command import columns
from runwalk_tools.errors import UserError
from runwalk_tools.mpremote_link import Link

MEANINGS = {
    "quiet": "the motor alone; without a motor, softer and fewer sounds",
    "motor": "whether the motor moves at all",
    "pitch": "percent of the usual tones",
    "countdown": "the beeps three, two and one second before a change",
    "halfway": "the sound at half of a session",
    "brightness": "percent of the display's light",
    "screen-off": "seconds until the display is dark, 0 for never",
    "flip": "the picture upside down, for a clip worn the other way round",
    "lock": "in a timed step, press and double press only light the display",
    "hold": "milliseconds until a press is a hold",
    "cue-": "a rhythm of your own, such as: low 70, gap 60, high 200",
}
_MOST = 8192  # bytes; what the clip itself writes has a few hundred


def add_parser(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the verb `settings` to the command."""
    verb = verbs.add_parser(
        "settings",
        help="how loud, how bright, which sounds",
        description="Shows the settings of the clip, or changes one: settings quiet on.",
    )
    verb.add_argument("key", metavar="KEY", nargs="?", help="one setting; without it, all of them")
    verb.add_argument("value", metavar="VALUE", nargs="*", help="what it shall be from now on")
    verb.add_argument("--unset", metavar="KEY", help="as usual again")
    clips.add_options(verb, several=True)
    verb.set_defaults(run=lambda args: run_settings(args, verb))


class SettingsFile:
    """The content of a settings.txt; `data` is what it is after the changes made."""

    def __init__(self, data: bytes):
        self.data = data
        modules = Modules()
        # the firmware's `os`: of all that is in it, settings.py takes only this
        system = types.ModuleType("os")
        system.rename = os.replace  # type: ignore[attr-defined]
        modules.table["os"] = system
        self._module: Any = modules.load("runwalk.parts.settings")
        self._usual = self._read(b"").values
        self._now = self._read(data)

    def _read(self, data: bytes) -> Any:
        with tempfile.TemporaryDirectory(prefix="runwalk-") as folder:
            path = Path(folder) / "settings.txt"
            path.write_bytes(data)
            return self._module.Settings(str(path))

    @property
    def complaints(self) -> list[str]:
        """What of the file the clip cannot read."""
        return [str(text) for text in self._now.complaints]

    @property
    def keys(self) -> list[str]:
        """Every setting there is: first those of `MEANINGS`, in its order."""
        order = list(MEANINGS)
        return sorted(self._usual, key=lambda key: order.index(_topic(key)))

    def value(self, key: str) -> str:
        """What holds now, as it is written in the file; UserError for no setting of ours."""
        self.check(key)
        return _text(self._now.get(key))

    def usual(self, key: str) -> str:
        """What holds where the file says nothing."""
        self.check(key)
        return _text(self._usual[key])

    def meaning(self, key: str) -> str:
        """What it does, and which numbers it takes."""
        words = MEANINGS[_topic(key)]
        if key not in self._module._RANGES:
            return words
        lowest, highest = self._module._RANGES[key]
        return f"{words}; {lowest} to {highest}"

    def check(self, key: str) -> None:
        """UserError where there is no such setting."""
        if key not in self._usual:
            near = difflib.get_close_matches(key, self._usual, 1)
            hint = f"is it {near[0]}?" if near else f"there is: {', '.join(self.keys)}"
            raise UserError(f"no setting is called {key!r}; {hint}")

    def set(self, key: str, value: str) -> None:
        """UserError for a value that the clip would not take."""
        self.check(key)
        value = value.strip()
        if not value.isascii() or not value.isprintable():
            raise UserError(f"{key}: plain letters and digits only, found {value!r}")
        with tempfile.TemporaryDirectory(prefix="runwalk-") as folder:
            path = Path(folder) / "settings.txt"
            path.write_bytes(self.data)
            settings = self._module.Settings(str(path))
            try:
                settings.set(key, value)
            except ValueError as error:
                said = str(error)
                rhythm = said.startswith("rhythm")
                words = f"{key}: {said}" if rhythm else f"{key} is {said}, not {value!r}"
                raise UserError(words) from None
            data = path.read_bytes()
        after = self._read(data)
        if after.get(key) != settings.get(key):
            raise UserError(f"{key}: too long, a line has 80 characters at most")
        self.data, self._now = data, after

    def unset(self, key: str) -> None:
        """Takes every line of that setting away, the comments behind them too."""
        self.check(key)
        lines = re.findall(rb"[^\n]*\n|[^\n]+", self.data)
        self.data = b"".join(line for line in lines if self._module._split(line)[1] != key)
        self._now = self._read(self.data)


def _topic(key: str) -> str:
    return "cue-" if key.startswith("cue-") else key


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return str(value)


def read_settings(link: Link) -> SettingsFile:
    """Those of the clip; UserError for a file that can't be one."""
    data = link.read("settings.txt") or b""
    if len(data) > _MOST:
        raise UserError(f"{link.port}: its settings.txt is far too long to be one")
    return SettingsFile(data)


def _listed(settings: SettingsFile, brief: bool) -> list[str]:
    if brief:
        changed = [key for key in settings.keys if settings.value(key) != settings.usual(key)]
        words = [f"{key} {settings.value(key)}" for key in changed] or ["all as usual"]
        return [", ".join(words), *settings.complaints]
    rows = [("setting", "now", "usual", "what it does")]
    for key in settings.keys:
        now, usual = settings.value(key), settings.usual(key)
        rows.append((key, now or "as usual", usual, settings.meaning(key)))
    return columns(list(rows)) + [
        f"settings.txt: {text}; the usual holds" for text in settings.complaints
    ]


def run_settings(args: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    if args.unset is not None and args.key is not None:
        parser.error("--unset KEY stands alone")
    fresh = SettingsFile(b"")  # what needs no clip to be wrong is said without one
    if args.unset is not None:
        fresh.check(args.unset)
    elif args.value:
        fresh.set(args.key, " ".join(args.value))
    elif args.key is not None:
        fresh.check(args.key)

    def deed(link: Link) -> list[str]:
        link.clip()
        settings = read_settings(link)
        key = args.unset or args.key
        if key is None:
            return _listed(settings, args.all)
        if args.unset is None and not args.value:
            words = f"{key} {settings.value(key) or 'as usual'}"
            return [words] if args.all else [words, settings.meaning(key)]
        before, was = settings.data, settings.value(key)
        if args.unset is not None:
            settings.unset(key)
        else:
            settings.set(key, " ".join(args.value))
        if settings.data != before:
            link.write("settings.txt", settings.data)
        now = settings.value(key)
        change = ", as before" if now == was else f" (was {was or 'as usual'})"
        return [f"{key} {now or 'as usual'}{change}"]

    return clips.do(args, deed)
