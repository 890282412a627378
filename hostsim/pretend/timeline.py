"""What happens from outside, sorted by its instant, and how a finger becomes edges."""

from micropython import const

# codes on the timeline, and what their argument says
FINGER = const(1)  # 0 down, 1 up: becomes a burst of edges
EDGE = const(2)  # the level of the button's pin
POWER = const(3)  # 0 off, 1 on
RESET = const(4)
DISPLAY = const(5)  # 0 unplugged, 1 plugged
FLASH = const(6)  # one of the FLASH_ states
CLOCK = const(7)  # seconds since 1970, local time, * ZONE_STEPS + minutes from UTC + half of them
BATTERY = const(8)  # millivolts
USB = const(9)  # 0, 1
END = const(10)
SNAP = const(11)  # index of the picture to take
CHECK = const(12)  # is it time to leave?

FLASH_OK = const(0)
FLASH_FULL = const(1)
FLASH_READONLY = const(2)

ZONE_STEPS = const(4096)

NEVER = const(1 << 60)

# how contacts bounce: ns after the finger's edge, the last one is the final level
_BOUNCE = (
    (0, 310000, 820000, 1630000, 2950000),
    (0, 140000, 560000, 900000, 3870000),
    (0, 720000, 1480000, 2210000, 3400000),
)
_BOUNCED_NS = const(4000000)
_PAST = const(64)  # rows that are over, and taken away together


class Timeline:
    """Three lists, of instants (ns), codes and arguments; `index` is the next row."""

    def __init__(self):
        self.due = []
        self.codes = []
        self.args = []
        self.index = 0
        self._fingers = 0

    def coming(self):
        """The instant of the next row, or NEVER."""
        return self.due[self.index] if self.index < len(self.due) else NEVER

    def at(self, ns, code, arg=0):
        """Let that happen at that instant, after what is due then already."""
        if code == FINGER:
            self._finger(ns, arg)
        else:
            self._insert(ns, code, arg)

    def _insert(self, ns, code, arg):
        if self.index > _PAST:
            for rows in (self.due, self.codes, self.args):
                del rows[: self.index]
            self.index = 0
        due = self.due
        place = len(due)
        while place > self.index and due[place - 1] > ns:
            place -= 1
        due.insert(place, ns)
        self.codes.insert(place, code)
        self.args.insert(place, arg)

    def _finger(self, ns, level):
        # a finger that moves on ends the bouncing before
        place = len(self.due)
        while place > self.index and self.due[place - 1] >= ns:
            place -= 1
            if self.codes[place] == EDGE and self.due[place] < ns + _BOUNCED_NS:
                for rows in (self.due, self.codes, self.args):
                    rows.pop(place)
        bounced = level
        for offset in _BOUNCE[self._fingers % len(_BOUNCE)]:
            self._insert(ns + offset, EDGE, bounced)
            bounced = 1 - bounced
        self._fingers += 1
