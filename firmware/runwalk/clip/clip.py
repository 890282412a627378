"""The clip: the parts of this board, wired together, and the one loop.

Each turn lets the due parts act in the order cue, log, draw: sound first,
because drawing and flash writes block. Then it sleeps until the earliest
instant that any part asked for, or an edge of the button.
"""

from micropython import const

from runwalk import __version__
from runwalk.clip import draw
from runwalk.clip.flow import Flow
from runwalk.core.gesture import DOWN, NONE
from runwalk.observe import observe
from runwalk.parts import shelf
from runwalk.parts.battery import Battery
from runwalk.parts.button import Button
from runwalk.parts.clock import Clock
from runwalk.parts.display import PIECE_MS, make_display
from runwalk.parts.screens import Screens
from runwalk.parts.settings import Settings
from runwalk.parts.sound import Player, make_outputs

_REWIND_MS = const(0x10000000)  # 3.1 days


class Clip:
    """A clip on the board that `facts` (parts.facts.Facts) describes."""

    def __init__(self, facts):
        self.clock = Clock()
        self.settings = Settings()
        self.sound = Player(*make_outputs(facts))
        self.sound.quiet = self.settings.get("quiet")
        self.button = Button(facts.num("button.pin", 0), self.clock)
        self.battery = Battery(facts)
        bright = self.settings.get("brightness") * 255 // 100
        self.display = display = make_display(facts, self.settings.get("flip"), bright)
        screens = Screens(display.frame, display.buffer, display.width, display.height)
        self.flow = Flow(self.clock, self.sound, self.settings)
        self.drawer = draw.Drawer(self.flow, display, screens)
        observe("boot", 0, (__version__, facts.get("board", "")))

    def start(self):
        """Splash, and the plan that was chosen over USB."""
        now = self.clock.now()
        self.display.start(now)
        self.flow.begin(now)
        stem, week, day, workout = shelf.chosen()
        stems = shelf.stems()
        if stem is None and stems:
            stem = stems[0]
        if stem is not None:
            self.flow.choose(now, stem, week, day, workout)
        if self.flow.screen == "splash":
            complaints = self.settings.complaints
            for text in complaints:
                observe("error", 0, ("settings", text))

    def run(self):
        """Run until the runner asks for the REPL."""
        self.start()
        while not self.flow.leave:
            self.turn()
            self.clock.wait(self.due(), self.button)

    def close(self):
        """Every output off and its pin low."""
        self.sound.close()

    def turn(self):
        """One whole turn of the loop. While a session runs it allocates nothing."""
        now = self.clock.now()
        self._gestures(now)
        self.flow.advance(now)
        self.flow.take_cue(now)
        self.sound.act(now, self.flow.next_cue())
        self.battery.act(now, not self.sound.sounding)
        self._rewind(now)
        self._signs()
        self._show(now)

    def due(self):
        """The earliest instant that any part asks for."""
        now = self.clock.now()
        due = self.flow.due()
        other = self.sound.due(self.flow.next_cue())
        if other < due:
            due = other
        other = self.button.due()
        if other < due:
            due = other
        other = self.battery.due()
        if other < due:
            due = other
        if self.flow.next_cue() - now < draw.DRAW_MS:
            return due  # the display waits for that cue
        other = now if self.display.pending(now) else self.drawer.due(now)
        return other if other < due else due

    def _gestures(self, now):
        button = self.button
        flow = self.flow
        while True:
            code = button.next(now)
            if code == NONE:
                return
            at = button.at
            flow.advance(at)
            if code == DOWN:
                button.doubles = flow.knows_double()
            flow.gesture(code, at)

    def _rewind(self, now):
        """Set the clock back before its numbers grow too large for a session to be free of heap."""
        if now < _REWIND_MS or self.flow.screen != "home" or self.flow.is_lit(now):
            return
        if self.button.open or self.button.ready() or self.sound.sounding:
            return
        by = self.clock.rewind()
        self.button.rewound(by)
        self.sound.rewound(by)
        self.battery.rewound(by)
        self.display.rewound(by)
        self.flow.rewound(by)

    def _signs(self):
        signs = 0
        if self.sound.quiet:
            signs |= draw.QUIET
        if self.battery.low:
            signs |= draw.BATTERY
        if signs != self.drawer.signs:
            self.drawer.signs = signs
            self.flow.stale = True

    def _show(self, now):
        """Draw what changed, and send it in pieces that end before the next cue."""
        cue = self.flow.next_cue()
        if cue - now < draw.DRAW_MS:
            return
        self.drawer.act(now)
        while self.display.pending(now) and not self.button.ready():
            now = self.clock.now()
            if cue - now < PIECE_MS:
                return
            self.display.send_piece(now)
