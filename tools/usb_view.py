"""The live view of a board on USB: its display and its button, while others use its port.

Time is real there, and the program runs in a process of its own, so that `Remote` looks
at what hostsim/usb.py tells from outside, in place of live.py's Pacer.
"""

import threading
import time
from collections import deque

from hostsim.usb import UsbBoard
from runwalk_tools.live import FRAME_SECONDS, LiveApp, Shape


class Remote:
    """What LiveApp reads, and whom it tells of fingers."""

    def __init__(self, board: UsbBoard) -> None:
        self.board = board
        self.width = board.width
        self.height = board.height
        self.now_ms = 0
        self.outputs = 0
        self.pixels = bytes(self.width * self.height)
        # of a session one sees here what its runner would see
        self.shape: Shape | None = None
        self.shapeless = "press and hold do what the display says"
        self.place = 0.0
        self.words: deque[str] = deque()
        self.over = False
        self.leaving = threading.Event()

    @property
    def speed(self) -> int:
        """Nothing makes a board's time go faster."""
        return 1

    @speed.setter
    def speed(self, speed: int) -> None:
        self.words.append("on USB, time is real")

    def run(self, board: UsbBoard) -> None:
        """The thread: until the cable is pulled, or the view is left."""
        begun = time.monotonic()
        while not self.leaving.wait(FRAME_SECONDS) and board.plugged:
            self.outputs, pixels = board.view()
            if pixels != self.pixels:
                self.pixels = pixels
            self.now_ms = int((time.monotonic() - begun) * 1000)
        self.over = True

    def move(self, movement: tuple[tuple[int, int], ...]) -> None:
        self.board.move(*movement)

    def finger(self, down: bool) -> None:
        self.board.move((0, 0 if down else 1))


def run_view(board: UsbBoard, title: str) -> None:
    """Shows the board, plugged in, until its viewer leaves."""
    remote = Remote(board)
    remote.words.append(f"the port is {board.port}; q pulls the cable")
    remote.words.append(f"in another terminal: runwalk info --port {board.port}")
    LiveApp(board, remote, title).run()
