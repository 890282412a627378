"""The plans on the flash: plans/STEM.plan, and use.txt that says which one is chosen."""

import os

from runwalk.core import plan

FOLDER = "plans"
USE = "use.txt"


def stems():
    """Names of the plans on the clip, sorted, without `.plan`."""
    try:
        names = os.listdir(FOLDER)
    except OSError:
        return []
    # a name that begins with a dot is what a Mac leaves beside a copied file
    return sorted(n[:-5] for n in names if n.endswith(".plan") and not n.startswith("."))


def _path(stem):
    return FOLDER + "/" + stem + ".plan"


def title(stem):
    """The plan's title; reads only the head of the file. The stem where it can't be read."""
    try:
        with open(_path(stem), "rb") as stream:
            return plan.head(stream, stem)
    except (OSError, plan.PlanError):
        return stem


def scan(stem):
    """The plan, checked to its end. Raises OSError, PlanError."""
    with open(_path(stem), "rb") as stream:
        return plan.scan(stream, stem)


def steps(stem, week, day, workout):
    """The steps of one session. Raises OSError, PlanError, KeyError."""
    with open(_path(stem), "rb") as stream:
        return plan.load_steps(stream, week, day, workout)


def chosen():
    """What use.txt says: (stem, week, day, workout), 0 and None where it is silent."""
    stem = workout = None
    week = day = 0
    try:
        with open(USE, "rb") as stream:
            text = stream.read(200)
    except OSError:
        return None, 0, 0, None
    for line in text.split(b"\n"):
        key, _, value = line.strip().partition(b" ")
        try:
            value = value.decode()
            if key == b"plan":
                stem = value
            elif key == b"week":
                week = int(value)
            elif key == b"day":
                day = int(value)
            elif key == b"workout":
                workout = value
        except ValueError:  # a torn or garbled file chooses nothing
            return None, 0, 0, None
    return stem, week, day, workout
