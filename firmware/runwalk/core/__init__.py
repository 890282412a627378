"""Ring 1: pure logic. No pins, no clock of its own, no files."""
