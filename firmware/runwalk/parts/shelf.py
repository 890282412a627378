"""The plans on the flash: plans/STEM.plan, and use.txt that says which one is chosen."""

import os

from runwalk.core import plan

FOLDER = "plans"
_USE = "use.txt"


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
    """What use.txt asks for: values by plan, week, day, workout; a garbled file asks for nothing."""
    wish = {}
    try:
        with open(_USE) as lines:
            for line in lines:
                key, _, value = line.strip().partition(" ")
                wish[key] = value
    except (OSError, ValueError):
        return {}
    return wish
