"""The board on USB is seen and pressed in the terminal while its port serves others."""

import asyncio
import importlib.util
import subprocess
import sys
import time

import pytest

if sys.platform != "linux" or importlib.util.find_spec("micropython_unix") is None:
    pytest.skip("needs Linux and MicroPython", allow_module_level=True)

from runwalk_tools.live import LiveApp
from runwalk_tools.usb_view import Remote


async def until(pilot, true, seconds=20):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        await pilot.pause(0.05)


def test_the_display_is_seen_and_a_press_starts_a_session_that_a_connection_cuts_off(clip):
    remote = Remote(clip)
    app = LiveApp(clip, remote, "pico")
    seen = []

    async def run():
        async with app.run_test(size=(140, 50)) as pilot:
            await until(pilot, lambda: any(remote.pixels))
            splash = remote.pixels
            await until(pilot, lambda: remote.pixels != splash)  # home
            seen.append(remote.pixels)
            await pilot.press("plus")
            assert remote.speed == 1
            await pilot.press("space")
            await until(pilot, lambda: remote.outputs)  # the count-in is heard
            await until(pilot, lambda: clip_has_saved(), 30)
            seen.append(remote.pixels)

    def clip_has_saved():
        # the first checkpoint comes some 6 s after the start
        return b"\tstart\tten-weeks\t1\t1\t" in clip.chip.read_bytes()

    asyncio.run(run())
    assert remote.over
    home, step = seen
    assert any(step) and step != home
    done = subprocess.run(
        [sys.executable, "-m", "mpremote", "connect", clip.port]
        + ["resume", "cat", ":session.now", "+", "cat", ":journal.txt"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    words = done.stdout.split()
    assert int(words[1]) > 0  # a session runs, and would be offered
    assert "start" in words
