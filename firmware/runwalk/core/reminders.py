"""Reminders: what the clip says every so often of active time."""

from array import array

from micropython import const

_NEVER = const(0x3FFFFFFF)


class Reminders:
    """The reminders of a plan; two at one instant are taken in the order of the plan."""

    def __init__(self, reminders):
        self._labels = [label for label, _ in reminders]
        self._periods = array("I", [period for _, period in reminders])
        self._next = array("I", self._periods)
        self.label = ""  # of the one that `take` took

    def due(self):
        """Active ms of the next one, _NEVER where there is none."""
        due = _NEVER
        for at in self._next:
            if at < due:
                due = at
        return due

    def take(self):
        """Take the one that is due, and set it one period on."""
        due = self.due()
        for i in range(len(self._next)):
            if self._next[i] == due:
                self.label = self._labels[i]
                self._next[i] += self._periods[i]
                return

    def go_to(self, active):
        """Leave out all that belong before or at that active time."""
        for i in range(len(self._next)):
            self._next[i] = (active // self._periods[i] + 1) * self._periods[i]
