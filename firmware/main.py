"""What a board starts. Silence first, then the clip.

The buzzer's and the motor's pins are driven low before anything is imported:
after a crash or a soft reset an RP2040 leaves them as they were.
"""

from machine import Pin


def hush():
    try:
        with open("board.txt") as facts:
            for line in facts:
                key, _, value = line.strip().partition(" ")
                if key in ("buzzer.pin", "motor.pin"):
                    Pin(int(value), Pin.OUT, value=0)
    except (OSError, ValueError):
        pass  # no facts yet: `runwalk install` brings them


hush()
try:
    from runwalk.clip.clip import run

    run()
finally:
    hush()
