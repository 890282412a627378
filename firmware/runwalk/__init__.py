"""runwalk: the clip's firmware.

Three rings, imports point inward only: `clip` wires this board's `parts`
together and runs one loop; `parts` touch pins, bus, flash and clock; `core` is
pure logic, into which time comes as a number.
"""

__version__ = "0.1.0"
