"""The live view: the pretend clip in a terminal, in real time, with a button to press.

`run_live` plays a simulation in a thread of its own. The world there asks
`Pacer.pace` before it lets time pass; that is where it waits for real time, takes
the fingers of whoever sits at the keyboard, and leaves a picture of everything
worth showing. The screen (Textual) looks at that picture twenty times a second
and never touches the simulation itself.
"""

import json
import queue
import threading
import time
from bisect import bisect_right
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import events
from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Footer, RichLog, Static

MS = 1_000_000  # ns
FRAME_SECONDS = 0.05
TOO_LATE_SECONDS = 0.25  # further behind than this, real time is not caught up with
SPEEDS = (1, 2, 5, 10, 30, 60, 120)
# how fingers move, in ms from now: (when, 0 down or 1 up)
PRESS = ((0, 0), (100, 1))
HOLD = ((0, 0), (1000, 1))
DOUBLE = ((0, 0), (100, 1), (250, 0), (350, 1))
SLOW_AFTER_FINGER_MS = 600  # so long after the mouse's finger time stays real

FINGER = 1  # hostsim/pretend/world.py
BUZZER, MOTOR, LED = 1, 2, 4

COLORS = {
    "warm": "#c9a227",
    "run": "#e4572e",
    "walk": "#2e86ab",
    "hike": "#3b8f5a",
    "rest": "#6c757d",
    "cool": "#7b6fa8",
}
UNSAID = ("screen", "saved")  # one sees the first, and need not know of the second
KINDS = tuple(COLORS)  # in the order of firmware/runwalk/core/plan.py


class Simulation(Protocol):
    """What the live view needs of an engine; `run` returns when the world has ended."""

    world: Any
    recorder: Any

    def run(self) -> object: ...


class Looked(Protocol):
    """What the screen looks at, and asks for: a Pacer's, or a board's on USB (usb_view.py)."""

    width: int
    height: int
    speed: int
    now_ms: int
    outputs: int
    pixels: bytes
    place: float
    words: deque[str]
    over: bool
    leaving: threading.Event
    shapeless: str  # what to say in place of a shape

    @property
    def shape(self) -> "Shape | None": ...

    def run(self, played: Any) -> None: ...

    def move(self, movement: tuple[tuple[int, int], ...]) -> None: ...

    def finger(self, down: bool) -> None: ...


@dataclass(frozen=True)
class Shape:
    """A session as a bar sees it: kinds and lengths, open steps as long as an average one."""

    kinds: tuple[str, ...]
    starts: tuple[float, ...]  # one more than kinds, the last is the end

    @classmethod
    def of(cls, steps: Any) -> "Shape":
        """From the firmware's `Steps`."""
        timed = [steps.start[i + 1] - steps.start[i] for i in range(steps.n)]
        real = [length for length in timed if length]
        usual = sum(real) / len(real) if real else 60_000
        starts = [0.0]
        for length in timed:
            starts.append(starts[-1] + (length or usual))
        kinds = tuple(KINDS[steps.kind[i] & 0x0F] for i in range(steps.n))
        return cls(kinds, tuple(starts))

    def place(self, position: int, done_ms: int) -> float:
        """0 to 1: where in the bar one is, so far into that step."""
        if not self.kinds:
            return 0.0
        start, end = self.starts[position], self.starts[position + 1]
        return min(start + done_ms, end) / self.starts[-1]

    def kind_at(self, share: float) -> str:
        at = bisect_right(self.starts, share * self.starts[-1]) - 1
        return self.kinds[max(0, min(at, len(self.kinds) - 1))]


class Pacer:
    """Both ends of the thread's boundary: the simulation writes, the screen reads."""

    def __init__(
        self, simulation: Simulation, speed: int, describe: Callable[[dict[str, Any]], str]
    ):
        self.world = simulation.world
        self.recorder = simulation.recorder
        self.describe = describe
        self.speed = speed
        self.width = self.world.panel.width
        self.height = self.world.panel.height
        # what the screen looks at
        self.now_ms = 0
        self.outputs = 0
        self.pixels = bytes(self.width * self.height)
        self.shape: Shape | None = None
        self.shapeless = "no session is on; press and hold do what the display says"
        self.place = 0.0
        self.words: deque[str] = deque()
        self.over = False
        self.error: BaseException | None = None
        # what the screen asks for
        self.fingers: queue.SimpleQueue[tuple[tuple[int, int], ...]] = queue.SimpleQueue()
        self.leaving = threading.Event()
        self.finger_down = False
        self._finger_real_until = 0.0
        self._busy_until = 0
        self._version = -1
        self._shown_at = 0.0
        self._session: Any = None
        self._clock_offset = 0
        self._since = time.monotonic()  # real time at which the world's was `_since_ns`
        self._since_ns = 0
        self._pace_speed = speed
        self.world.pace = self.pace
        self.recorder.sink = self._line
        self.recorder.pilot = self

    # the simulation's side

    def saw(self, code: str, t: int, b: Any) -> None:
        """An event, with the session it comes from."""
        if code in ("start", "step", "resume"):
            if b is not self._session:
                self._session = b
                self.shape = Shape.of(b.steps)
            self._clock_offset = t - b.at
        elif code == "boot":
            self._session = None

    def _line(self, line: str) -> None:
        event = json.loads(line)
        if event["event"] not in UNSAID:
            self.words.append(self.describe(event))

    def pace(self, ns: int) -> None:
        """Wait until real time has come to that instant, or a finger moves before it."""
        while not self.leaving.is_set():
            if self._take_fingers():
                break
            self._show()
            left = self._seconds_until(ns)
            if left <= 0:
                break
            self.leaving.wait(min(left, 0.01))
        if self.leaving.is_set():
            self.leaving.clear()
            self.world.pace = None  # no more waiting on the way out
            self.world.stop()

    def _seconds_until(self, ns: int) -> float:
        now = time.monotonic()
        careful = self.finger_down or now < self._finger_real_until
        speed = 1 if careful else self.speed
        if speed != self._pace_speed:
            self._pace_speed = speed
            self._since, self._since_ns = now, self.world.now
        left = self._since + (ns - self._since_ns) / 1e9 / speed - now
        if left < -TOO_LATE_SECONDS:
            self._since, self._since_ns = now, ns
        return left

    def _take_fingers(self) -> bool:
        moved = False
        while not self.fingers.empty():
            movement = self.fingers.get()
            now = self.world.now
            if len(movement) > 1 and now < self._busy_until:
                continue  # a key that repeats itself is no second finger
            for after_ms, level in movement:
                self.world.at(now + after_ms * MS, FINGER, level)
            self._busy_until = now + movement[-1][0] * MS
            moved = True
        return moved

    def _show(self) -> None:
        now = time.monotonic()
        if now - self._shown_at < FRAME_SECONDS:
            return
        self._shown_at = now
        self.recorder.flush_past()
        panel = self.world.panel
        if panel.version != self._version:
            self._version = panel.version
            self.pixels = bytes(panel.pixels())
        self.now_ms = self.world.now // MS
        self.outputs = self.world.outputs
        session = self._session
        if session is not None and self.shape is not None:
            done = session.step_done(self.now_ms - self._clock_offset)
            self.place = self.shape.place(session.here.pos, max(0, done))

    def run(self, simulation: Simulation) -> None:
        """The thread: the whole simulation."""
        try:
            simulation.run()
        except BaseException as error:  # run_live raises it again
            self.error = error
        finally:
            self._shown_at = 0.0
            self._version = -1
            if self.error is None:
                self._show()
            self.over = True

    # the screen's side

    def move(self, movement: tuple[tuple[int, int], ...]) -> None:
        self.fingers.put(movement)

    def finger(self, down: bool) -> None:
        """The mouse's own finger: while it is down, and shortly after, time is real."""
        self.finger_down = down
        self._finger_real_until = time.monotonic() + SLOW_AFTER_FINGER_MS / 1000
        self.fingers.put(((0, 0 if down else 1),))


class Oled(Widget):
    """The panel's pixels: two to a character as half blocks, or eight as Braille dots."""

    LIT = Style(color="#bfe8ff", bgcolor="#05080c")
    DARK = Style(bgcolor="#05080c")
    HALVES = " ▀▄█"
    # bit of U+2800 for each dot, row by row
    DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))

    def __init__(self, pacer: Looked) -> None:
        super().__init__()
        self.pacer = pacer
        self.pixels = pacer.pixels
        self.braille = False
        self.fit(False)

    def fit(self, braille: bool) -> None:
        """One of the two ways to draw; the widget takes the size that goes with it."""
        self.braille = braille
        across, down, border = (2, 4, 0) if braille else (1, 2, 2)
        self.set_class(braille, "small")
        self.styles.width = self.pacer.width // across + border
        self.styles.height = self.pacer.height // down + border
        self.refresh()

    def look(self) -> None:
        if self.pacer.pixels is not self.pixels:
            self.pixels = self.pacer.pixels
            self.refresh()

    def line(self, y: int) -> str:
        """Row `y` of characters."""
        width, pixels = self.pacer.width, self.pixels
        if not self.braille:
            upper = pixels[2 * y * width : (2 * y + 1) * width]
            lower = pixels[(2 * y + 1) * width : (2 * y + 2) * width]
            return "".join(self.HALVES[a + 2 * b] for a, b in zip(upper, lower, strict=True))
        text = ""
        for x in range(0, width, 2):
            dots = 0
            for row, bits in enumerate(self.DOTS):
                for column, bit in enumerate(bits):
                    if pixels[(4 * y + row) * width + x + column]:
                        dots |= bit
            text += chr(0x2800 + dots)
        return text

    def render_line(self, y: int) -> Strip:
        if (y + 1) * (4 if self.braille else 2) > self.pacer.height:
            return Strip.blank(self.size.width, self.DARK)
        return Strip([Segment(self.line(y), self.LIT)])


class SessionBar(Widget):
    """The steps of the session by kind and length, and a mark where one is."""

    def __init__(self, pacer: Looked) -> None:
        super().__init__()
        self.pacer = pacer
        self.mark = -1

    def look(self) -> None:
        mark = int(self.pacer.place * max(1, self.size.width * 8))
        if mark != self.mark:
            self.mark = mark
            self.refresh()

    def render_line(self, y: int) -> Strip:
        width, shape = self.size.width, self.pacer.shape
        if shape is None or not width:
            words = self.pacer.shapeless if y == 0 else ""
            return Strip([Segment(words.ljust(width), Style(dim=True))])
        here = min(width - 1, int(self.pacer.place * width))
        if y == 0:
            return Strip(
                [
                    Segment(
                        "█" if x < here else "▒",
                        Style(color=COLORS[shape.kind_at((x + 0.5) / width)]),
                    )
                    for x in range(width)
                ]
            )
        kind = shape.kind_at(self.pacer.place)
        words = f"▲ {kind}" if here < width - 10 else f"{kind} ▲"
        start = here if here < width - 10 else here - len(words) + 1
        text = (" " * start + words).ljust(width)[:width]
        return Strip([Segment(text, Style(color=COLORS[kind], bold=True))])


class FingerButton(Static):
    """The clip's button: the mouse is the finger."""

    can_focus = False

    def __init__(self, pacer: Looked) -> None:
        super().__init__("press me")
        self.pacer = pacer

    def on_mouse_down(self, event: events.MouseDown) -> None:
        self.capture_mouse()
        self.add_class("down")
        self.pacer.finger(True)
        event.stop()

    def on_mouse_up(self, event: events.MouseUp) -> None:
        if self.has_class("down"):
            self.release_mouse()
            self.remove_class("down")
            self.pacer.finger(False)
        event.stop()


class LiveApp(App[None]):
    """The display with its button beside it, the session below, and what has happened."""

    CSS = """
    #clip { height: auto; }
    Oled { border: round #5a6b7a; background: #05080c; }
    Oled.small { border: none; }
    FingerButton {
        width: 1fr; max-width: 30; height: 100%; max-height: 9; margin: 0 1;
        content-align: center middle; background: #2a3440; color: #d7e3ee;
    }
    FingerButton.down { background: #d7e3ee; color: #2a3440; text-style: bold; }
    SessionBar { height: 2; margin: 0 1; }
    #status { height: 1; margin: 0 1; }
    RichLog { height: 1fr; margin: 0 1; background: $background; scrollbar-size-vertical: 1; }
    """
    BINDINGS = [
        Binding("space", "move('press')", "press"),
        Binding("h", "move('hold')", "hold"),
        Binding("d", "move('double')", "double"),
        Binding("plus,equals_sign", "speed(1)", "faster", key_display="+"),
        Binding("minus", "speed(-1)", "slower", key_display="-"),
        Binding("q", "quit", "quit"),
        Binding("ctrl+c", "quit", show=False, priority=True),  # Textual's own tells another key
    ]
    ENABLE_COMMAND_PALETTE = False
    MOVES = {"press": PRESS, "hold": HOLD, "double": DOUBLE}

    def __init__(self, simulation: Any, pacer: Looked, title: str) -> None:
        super().__init__()
        self.simulation = simulation
        self.pacer = pacer
        self.title = title
        self.oled = Oled(pacer)
        self.bar = SessionBar(pacer)
        self.status = Static(id="status")
        self.log_of_words = RichLog(wrap=True)
        self.log_of_words.can_focus = False
        self.worker = threading.Thread(target=pacer.run, args=(simulation,), daemon=True)

    def compose(self) -> ComposeResult:
        with Horizontal(id="clip"):
            yield self.oled
            yield FingerButton(self.pacer)
        yield self.bar
        yield self.status
        yield self.log_of_words
        yield Footer()

    def on_mount(self) -> None:
        self.oled.border_title = self.title
        self.set_interval(FRAME_SECONDS, self.look)
        self.worker.start()

    def on_resize(self, event: events.Resize) -> None:
        # half blocks where they leave room for a button beside and some words below
        wide = event.size.width >= self.pacer.width + 2 + 14
        tall = event.size.height >= self.pacer.height // 2 + 2 + 6
        self.oled.fit(not (wide and tall))

    def look(self) -> None:
        """What has happened since the last look."""
        pacer = self.pacer
        self.oled.look()
        self.bar.look()
        while pacer.words:
            self.log_of_words.write(pacer.words.popleft())
        self.status.update(self.status_text())

    def status_text(self) -> Text:
        minutes, seconds = divmod(self.pacer.now_ms // 1000, 60)
        text = Text(f"{minutes}:{seconds:02}  ", "bold")
        text.append("over, q leaves" if self.pacer.over else f"{self.pacer.speed}x", "#9fb3c8")
        for role, sign in ((BUZZER, "♪ buzzer"), (MOTOR, "≈ motor"), (LED, "● light")):
            lit = self.pacer.outputs & role
            text.append(f"   {sign}", "bold #ffd166" if lit else "#5a6b7a")
        return text

    def action_move(self, name: str) -> None:
        self.pacer.move(self.MOVES[name])

    def action_speed(self, step: int) -> None:
        at = bisect_right(SPEEDS, self.pacer.speed) - 1
        self.pacer.speed = SPEEDS[max(0, min(len(SPEEDS) - 1, at + step))]

    def on_unmount(self) -> None:
        self.pacer.leaving.set()
        self.worker.join(5)


def run_live(
    simulation: Simulation,
    title: str = "runwalk",
    speed: int = 1,
    describe: Callable[[dict[str, Any]], str] = lambda event: event["event"],
) -> None:
    """Shows the simulation until its viewer leaves; what went wrong inside is raised here.

    `describe` gives the words for an event of the trace.
    """
    pacer = Pacer(simulation, speed, describe)
    LiveApp(simulation, pacer, title).run()
    if pacer.error is not None:
        raise pacer.error
