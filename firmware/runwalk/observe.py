"""`observe(code, a, b)`: the one hole through which the simulator looks in.

The pretend board puts a module `observer` on the path; a device has none, and
then observing costs one call that does nothing. `code` is the event's name as
the trace writes it, `a` is how many ms ago it belongs, `b` the object that
knows its details.
"""

try:
    from observer import observe  # type: ignore[import-not-found]
except ImportError:

    def observe(code, a, b):
        pass
