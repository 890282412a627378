"""The pretend board: what the firmware in firmware/ runs on, on a laptop.

`pretend/` is the board itself, written so that CPython and MicroPython both
run it; `cpython/` adds the modules that MicroPython has and CPython lacks.
"""
