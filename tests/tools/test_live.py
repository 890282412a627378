"""The live view: what it shows is what the clip shows, and keys are fingers."""

import asyncio
import time
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from hostsim.engine import Setup
from hostsim.engine_cpython import Simulation
from hostsim.files import plans_dir
from runwalk_tools.boards import load_board
from runwalk_tools.live import FingerButton, LiveApp, Oled, Pacer, Shape


def pacer(width: int, lines: list[str]) -> SimpleNamespace:
    """What a display widget looks at, from a picture of # and blanks."""
    pixels = bytes(char == "#" for line in lines for char in line.ljust(width))
    return SimpleNamespace(width=width, height=len(lines), pixels=pixels)


class TestOled:
    def test_half_blocks_hold_two_lines(self):
        oled = Oled(pacer(4, ["# # ", "  ##"]))
        oled.braille = False
        assert oled.line(0) == "▀ █▄"

    def test_braille_holds_two_by_four(self):
        # dots 1 to 3 and 7 are the left column from the top, 4 to 6 and 8 the right
        oled = Oled(pacer(4, ["#  #", "#   ", "#   ", "# # "]))
        oled.braille = True
        assert oled.line(0) == "\u2847\u2848"


class TestShape:
    def steps(self, *rows: tuple[int, int]) -> SimpleNamespace:
        """Steps of (kind, ms), 0 ms for an open one."""
        start = [0]
        for _, ms in rows:
            start.append(start[-1] + ms)
        return SimpleNamespace(n=len(rows), kind=[kind for kind, _ in rows], start=start)

    def test_a_place_is_the_share_of_the_whole(self):
        shape = Shape.of(self.steps((0, 300_000), (1, 60_000), (2, 240_000)))
        assert shape.kinds == ("warm", "run", "walk")
        assert shape.place(0, 0) == 0
        assert shape.place(0, 150_000) == 0.25
        assert shape.place(1, 30_000) == 0.55
        assert shape.place(2, 240_000) == 1

    def test_the_kind_under_a_place(self):
        shape = Shape.of(self.steps((0, 300_000), (1, 60_000), (2, 240_000)))
        assert [shape.kind_at(share) for share in (0, 0.49, 0.5, 0.59, 0.61, 1)] == [
            *("warm", "warm", "run", "run", "walk", "walk")
        ]

    def test_an_open_step_is_as_long_as_the_others_are(self):
        shape = Shape.of(self.steps((1, 60_000), (0x13, 0), (2, 120_000)))
        assert shape.kinds == ("run", "hike", "walk")
        assert shape.starts == (0, 60_000, 150_000, 270_000)
        # however long it lasts, the mark does not leave it
        assert shape.place(1, 3_600_000) == 150_000 / 270_000

    def test_only_open_steps(self):
        assert Shape.of(self.steps((0x11, 0), (0x12, 0))).place(1, 0) == 0.5


async def until(pilot, true: Callable[[], bool]) -> None:
    """Waits for something that the simulation's thread brings about."""
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end, "it did not happen"
        await pilot.pause(0.02)


class TestApp:
    """The real firmware on the pretend board, with a pilot at keyboard and mouse."""

    def play(self, scene: Callable, speed: int = 30, size=(80, 24)) -> LiveApp:
        """Plays `scene(app, pilot, events)`, all of it in Textual's own loop."""
        files = {f"plans/{path.name}": path.read_bytes() for path in plans_dir().glob("*.plan")}
        files["use.txt"] = b"plan ten-weeks\nweek 1\nday 1\n"
        simulation = Simulation(Setup(load_board("pico").facts(), files, live=True))
        events: list[dict] = []

        def describe(event: dict) -> str:
            events.append(event)
            return str(event)

        app = LiveApp(simulation, Pacer(simulation, speed, describe), "a clip")

        async def run() -> None:
            async with app.run_test(size=size) as pilot:
                await until(pilot, lambda: app.pacer.now_ms > 1600)  # the splash is over
                await scene(app, pilot, events)

        asyncio.run(run())
        assert app.pacer.error is None
        return app

    def test_space_is_a_press_that_starts_the_session(self):
        async def scene(app, pilot, events):
            await pilot.press("space")
            await until(pilot, lambda: any(event["event"] == "start" for event in events))
            await until(pilot, lambda: app.pacer.place > 0)
            names = [event["name"] for event in events if event["event"] == "cue"]
            assert names[:3] == ["countin", "countin", "countin"]
            assert app.pacer.shape.kinds[:3] == ("warm", "run", "walk")
            assert app.pacer.shape.starts[-1] == 2_040_000
            rows = [app.bar.render_line(y).text for y in range(2)]
            assert rows[0].rstrip("▒").strip("█") == ""
            assert rows[1].strip() == "▲ warm"
            # what happened, in words, below
            lines = app.log_of_words.lines
            await until(pilot, lambda: any("'start'" in strip.text for strip in lines))

        self.play(scene)

    @pytest.mark.parametrize("key, action", [("space", "press"), ("h", "hold")])
    def test_keys_at_home(self, key, action):
        async def scene(app, pilot, events):
            await pilot.press(key)
            await until(pilot, lambda: any(event["event"] == "button" for event in events))
            actions = [event["action"] for event in events if event["event"] == "button"]
            assert actions == [action]

        self.play(scene)

    def test_d_is_a_double_press_that_skips_a_step(self):
        async def scene(app, pilot, events):
            await pilot.press("space")
            await until(pilot, lambda: any(event["event"] == "step" for event in events))
            await pilot.press("d")
            await until(pilot, lambda: any(event["event"] == "skip" for event in events))
            await until(pilot, lambda: app.pacer.place >= 300_000 / 2_040_000)

        self.play(scene)

    def test_the_mouse_is_a_finger_and_makes_time_real(self):
        async def scene(app, pilot, events):
            await pilot.mouse_down(FingerButton)
            await until(pilot, lambda: app.pacer.world.level == 0)
            assert app.query_one(FingerButton).has_class("down")
            world_began, real_began = app.pacer.world.now, time.monotonic()
            await pilot.pause(0.2)
            passed = (app.pacer.world.now - world_began) / 1e9
            # at the chosen speed it would be sixty times as long
            assert passed < 2 * (time.monotonic() - real_began)
            await pilot.mouse_up(FingerButton)
            await until(pilot, lambda: app.pacer.world.level == 1)
            assert not app.query_one(FingerButton).has_class("down")
            await until(pilot, lambda: any(event["event"] == "button" for event in events))

        self.play(scene, speed=60)

    def test_plus_and_minus_change_the_speed(self):
        async def scene(app, pilot, events):
            await pilot.press("plus", "plus")
            assert app.pacer.speed == 5
            await pilot.press("minus")
            assert app.pacer.speed == 2
            await pilot.press("minus", "minus", "minus")
            assert app.pacer.speed == 1
            assert "1x" in app.status_text().plain

        self.play(scene, speed=1)

    @pytest.mark.parametrize("size, braille", [((80, 24), True), ((170, 45), False)])
    def test_the_display_is_drawn_as_large_as_there_is_room(self, size, braille):
        async def scene(app, pilot, events):
            def lines() -> list[str]:
                return [app.oled.line(y) for y in range(64 // (4 if braille else 2))]

            await until(pilot, lambda: any(app.oled.pixels))
            assert app.oled.braille is braille
            assert {len(line) for line in lines()} == {64 if braille else 128}
            assert "".join(lines()).strip("\u2800 ")
            assert app.oled.region.right <= size[0] and app.bar.region.bottom <= size[1]

        self.play(scene, size=size)

    @pytest.mark.parametrize("key", ["q", "ctrl+c"])
    def test_leaving_ends_the_simulation(self, key):
        async def scene(app, pilot, events):
            await pilot.press(key)
            await until(pilot, lambda: not app.is_running)

        app = self.play(scene)
        assert not app.worker.is_alive()
        assert app.pacer.over and app.simulation.world.ended
