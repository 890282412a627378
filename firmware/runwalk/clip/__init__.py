"""Ring 3: the clip. Wires the parts of this board together, runs one loop."""
