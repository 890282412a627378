"""The clip: the parts of this board, wired together, and the one loop.

Each turn lets the due parts act in the order cue, log, draw: sound first,
because drawing and flash writes block. Then it sleeps until the earliest
instant that any part asked for, or an edge of the button.

`run` keeps a crash from ending the day: an exception is written to crash.log, and
the clip starts again; three within ten minutes, and the board is left at the REPL,
where mpremote can help. Ctrl-C is no exception in this sense: it always stops it.
"""

import gc
import os
import sys
import time

from micropython import const

from runwalk import __version__
from runwalk.clip.draw import Drawer
from runwalk.clip.flow import Flow
from runwalk.clip.keeper import Keeper
from runwalk.observe import observe
from runwalk.parts import shelf
from runwalk.parts.battery import Battery
from runwalk.parts.button import Button
from runwalk.parts.clock import Clock
from runwalk.parts.display import PIECE_MS, make_display
from runwalk.parts.facts import read_facts
from runwalk.parts.screens import Screens
from runwalk.parts.settings import Settings
from runwalk.parts.sound import Player, make_outputs

_LOG = "crash.log"
_LOG_BYTES = const(4096)
_WITHIN_MS = const(600000)
_OLD_MS = const(0x10000000)  # 3.1 days
_DRAW_MS = const(20)  # what drawing a whole screen may take on a board
_BATTERY = const(1)  # signs, as parts.screens has them
_QUIET = const(2)
_FAULT = const(4)


class Clip:
    """A clip on the board that `facts` (parts.facts.Facts) describes."""

    def __init__(self, facts):
        self.clock = Clock()
        settings = Settings()
        self.settings = settings
        self.sound = Player(*make_outputs(facts))
        self.sound.quiet = settings.get("quiet")
        self.sound.motor_on = settings.get("motor")
        self.sound.set_pitch(settings.get("pitch"))
        for key, rhythm in settings.values.items():
            if key[:4] == "cue-" and rhythm:
                self.sound.set_rhythm(key[4:], rhythm)
        self.button = Button(facts.num("button.pin", 0), self.clock)
        self.button.hold_ms = settings.get("hold")
        self.battery = Battery(facts)
        bright = settings.get("brightness") * 255 // 100
        self.display = display = make_display(facts, settings.get("flip"), bright)
        self.keeper = Keeper(settings)
        self.flow = Flow(self.clock, self.sound, settings, self.keeper)
        screens = Screens(display.frame, display.buffer, display.width, display.height)
        self.drawer = Drawer(self.flow, display, screens)

    def start(self, crashed):
        """Splash, and the plan that was chosen; after a crash the session goes on at once."""
        flow = self.flow
        now = self.clock.now()
        self.display.start(now)
        if not crashed:
            flow.begin(now)
        self.keeper.load()
        self._choose(now)
        complaints = self.settings.complaints
        for text in complaints:
            observe("error", 0, ("settings", text))
        if complaints:  # one a start is enough, and a plan's fault goes before
            flow.lines = flow.lines or (b"settings.txt", complaints[0].encode())
            self.keeper.add("fault", "settings", complaints[0])
        if crashed:
            flow.crashed(self.clock.now())

    def _choose(self, now):
        """The plan and session that use.txt asks for, else the plan that was last chosen."""
        flow = self.flow
        wish = shelf.chosen()
        stem = wish.get("plan") or self.keeper.progress.plan
        for stem in [stem] if stem else shelf.stems()[:1]:
            flow.use(now, stem)
        if not wish:
            return
        try:
            flow.put(stem, int(wish.get("week", 0)), int(wish.get("day", 0)))
        except ValueError:
            pass  # no numbers
        self.keeper.used = True
        flow.choice.workout = wish.get("workout")

    def run(self, crashed):
        """Run until the runner asks for the REPL (False), or until it is to begin anew (True).

        That is after it was off, and after days of sleep: numbers of 2^30 and more live
        on the heap of a 32-bit board, and a session must not meet any.
        """
        self.start(crashed)
        flow = self.flow
        while not flow.leave:
            self.turn()
            now = self.clock.now()
            if flow.screen == "off" and not self.sound.sounding and not self.display.pending(now):
                self._sleep()
                return True
            if flow.asleep and now >= _OLD_MS:
                return True
            self.clock.wait(self.due(), self.button)
        return False

    def _sleep(self):
        """Off: dark and deaf until the button was held for 2 s, and is let go."""
        pin = self.button.pin
        held = 0
        while held < 2000:
            time.sleep_ms(50)
            held = 0 if pin.value() else held + 50
        observe("wake", 0, "button")
        while not pin.value():
            time.sleep_ms(50)

    def close(self):
        """Every output off and its pin low."""
        self.sound.close()

    def turn(self):
        """One whole turn of the loop. While a session runs it allocates nothing."""
        now = self.clock.now()
        flow = self.flow
        sound = self.sound
        self._gestures(now)
        flow.advance(now)
        flow.take_cue(now)
        if not self.keeper.is_late(now):
            sound.act(now, flow.next_cue())
        elif sound.sounding:
            sound.act(now, now)
        # a write that masked half of a press's bounce would make a press of its own
        silent = not (sound.sounding or self.button.settling)
        self.keeper.act(now, silent, self._ahead(now))
        self.battery.act(now, silent)
        self._signs()
        self._show()

    def due(self):
        """The earliest instant that any part asks for."""
        now = self.clock.now()
        flow = self.flow
        cue = flow.next_cue()
        due = min(flow.due(now), self.sound.due(cue))
        due = min(due, self.button.due())
        due = min(due, self.battery.due())
        due = min(due, self.keeper.due())
        if flow.asleep:
            due = min(due, _OLD_MS)
        if cue - now < _DRAW_MS:
            return due  # the display waits for that cue
        return min(due, now if self.display.pending(now) else self.drawer.due(now))

    def _gestures(self, now):
        button = self.button
        flow = self.flow
        while True:
            code = button.next(now)
            if not code:
                return
            at = button.at
            # what can be taken back for 3 s can be so at their very end
            flow.advance(at - (flow.screen == "summary"))
            if code == "down":
                button.doubles = flow.screen in ("step", "open", "summary")
            flow.gesture(code, at)

    def _ahead(self, now):
        """Milliseconds until something is to be heard; 0 while a gesture is on."""
        if self.button.open:
            return 0
        flow = self.flow
        return min(flow.due(now), self.sound.due(flow.next_cue())) - now

    def _signs(self):
        signs = _QUIET if self.sound.quiet else 0
        if self.battery.low:
            signs |= _BATTERY
        if self.keeper.fault:
            signs |= _FAULT
        if signs != self.drawer.signs:
            self.drawer.signs = signs
            self.flow.stale = True

    def _show(self):
        """Draw what changed, and send it in pieces that end before the next cue."""
        cue = self.flow.next_cue()
        now = self.clock.now()
        if cue - now < _DRAW_MS:
            return
        self.drawer.act(now)
        while self.display.pending(now) and not self.button.ready():
            self.display.send_piece(now)
            now = self.clock.now()
            if cue - now < PIECE_MS:
                return


def run():
    """Run the clip until it is left for the REPL."""
    crashes = []
    try:
        facts = read_facts("board.txt")
    except (OSError, ValueError) as error:
        print("runwalk:", error)
        return
    observe("boot", 0, (__version__, facts.get("board", "")))
    while True:
        clip = None
        gc.collect()  # what compiling and importing left lies in the way of large arrays
        try:
            clip = Clip(facts)
            if not clip.run(bool(crashes)):
                return
            crashes = []
        except Exception as error:  # noqa: BLE001 - whatever it is, the runner goes on
            _note(error)
            now = time.ticks_ms()
            crashes.append(now)
            if len(crashes) > 2 and time.ticks_diff(now, crashes[-3]) < _WITHIN_MS:
                sys.print_exception(error)  # type: ignore[attr-defined]
                return
        finally:
            if clip is not None:
                clip.close()


def _note(error):
    """Append to crash.log, which is begun anew when it has grown too long."""
    observe("crash", 0, ("firmware", "%s: %s" % (type(error).__name__, error)))
    try:
        full = os.stat(_LOG)[6] > _LOG_BYTES
    except OSError:
        full = False
    try:
        with open(_LOG, "w" if full else "a") as log:
            sys.print_exception(error, log)  # type: ignore[attr-defined,arg-type]
    except OSError:
        pass  # a full flash: the runner goes on all the same
