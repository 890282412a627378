"""Loads firmware files into CPython with their own `time`, `machine`, `open`, …

Every `Modules` object is a world of its own: the modules it loads see each
other and nothing of the process's `sys.modules`, so that two clips can run
side by side and the process's own `time` stays what it was. A module is looked
for in the folders of `path`, in order; a name found in none of them is taken
from the few modules of CPython's library that MicroPython has too (`SHARED`),
or made here as MicroPython has it (`sys`, `io`).
"""

import builtins
import io
import sys
import traceback
import types
from collections.abc import Callable
from pathlib import Path

from hostsim.files import firmware_package

HERE = Path(__file__).resolve().parent
BOARD_PATH = (HERE / "cpython", HERE / "pretend")
SHARED = ("array", "binascii", "errno", "hashlib", "json", "math", "struct")
_code: dict[tuple[Path, int, int], types.CodeType] = {}


def _compiled(path: Path) -> types.CodeType:
    """The file's code; one that was changed meanwhile is compiled again."""
    stat = path.stat()
    key = (path, stat.st_mtime_ns, stat.st_size)
    if key not in _code:
        _code[key] = compile(path.read_bytes(), str(path), "exec", dont_inherit=True)
    return _code[key]


def _print_exception(error: BaseException, file: io.TextIOBase | None = None) -> None:
    """In MicroPython's words: it has no lines of source at hand."""
    lines = ["Traceback (most recent call last):\n"]
    for frame in traceback.extract_tb(error.__traceback__):
        if not frame.filename.endswith(("world.py", "importer.py")):
            lines.append(f'  File "{frame.filename}", line {frame.lineno}, in {frame.name}\n')
    lines.append(f"{type(error).__name__}: {error}\n")
    (file or sys.stderr).write("".join(lines))


def _print(*values: object, sep: str = " ", end: str = "\n", file: object = None) -> None:
    """What a program prints goes to standard error: the trace has standard output."""
    builtins.print(*values, sep=sep, end=end, file=sys.stderr)


class Modules:
    """One private world of modules; `load("runwalk.core.plan")` imports into it.

    `firmware` is the folder that holds the package `runwalk`; `table` are modules
    that are there already (the board's, when a program is started on it anew).
    """

    def __init__(
        self,
        path: list[Path] | None = None,
        open_file: Callable[..., object] = builtins.open,
        firmware: Path | None = None,
        table: dict[str, types.ModuleType] | None = None,
    ):
        self.path = path or list(BOARD_PATH)
        self.firmware = firmware or firmware_package().parent
        self.table: dict[str, types.ModuleType] = dict(table or {})
        self.builtins = dict(vars(builtins), __import__=self._import, open=open_file, print=_print)

    def _find(self, name: str) -> tuple[Path, bool] | None:
        relative = name.replace(".", "/")
        # installed, the package has strangers beside it: only `runwalk` is looked for there
        ours = name == "runwalk" or name.startswith("runwalk.")
        for folder in [self.firmware] if ours else self.path:
            if (folder / relative / "__init__.py").is_file():
                return folder / relative / "__init__.py", True
            if (folder / (relative + ".py")).is_file():
                return folder / (relative + ".py"), False
        return None

    def _made(self, name: str) -> types.ModuleType | None:
        """The modules that no file stands for."""
        module = types.ModuleType(name)
        if name == "sys":
            module.__dict__.update(
                implementation=types.SimpleNamespace(name="micropython", version=(1, 29, 0, "")),
                platform="pretend",
                byteorder="little",
                maxsize=sys.maxsize,
                modules=self.table,
                path=[],
                argv=[],
                stdin=sys.stdin,
                stdout=sys.stderr,
                stderr=sys.stderr,
                exit=sys.exit,
                print_exception=_print_exception,
            )
        elif name == "io":
            # CPython's own IOBase closes what is thrown away, littlefs does not
            base = type("IOBase", (), {})
            module.__dict__.update(BytesIO=io.BytesIO, StringIO=io.StringIO, IOBase=base)
        elif name in SHARED:
            return builtins.__import__(name)
        else:
            return None
        return module

    def load(self, name: str) -> types.ModuleType:
        """The module of that dotted name; raises ImportError where there is none."""
        if name in self.table:
            return self.table[name]
        parent, _, leaf = name.rpartition(".")
        if parent:
            self.load(parent)
        found = self._find(name)
        if found is None:
            made = self._made(name)
            if made is None:
                raise ImportError(f"no module named {name!r}", name=name)
            self.table[name] = made
            return made
        module = types.ModuleType(name)
        module.__package__ = name if found[1] else parent
        self.table[name] = module
        try:
            self._execute(found[0], module)
        except BaseException:
            del self.table[name]
            raise
        if parent:
            setattr(self.table[parent], leaf, module)
        return module

    def run(self, path: Path) -> types.ModuleType:
        """Execute a file as the program, `__main__`."""
        module = types.ModuleType("__main__")
        module.__package__ = ""
        self._execute(path, module)
        return module

    def _execute(self, path: Path, module: types.ModuleType) -> None:
        module.__dict__.update(__builtins__=self.builtins, __file__=str(path))
        exec(_compiled(path), module.__dict__)

    def _import(self, name, globals=None, locals=None, fromlist=(), level=0):
        if level:
            package = globals["__package__"].split(".")
            base = ".".join(package[: len(package) - level + 1])
            name = f"{base}.{name}" if name else base
        module = self.load(name)
        if not fromlist:
            return self.table[name.split(".")[0]]
        for leaf in fromlist:
            if not hasattr(module, leaf):
                try:
                    self.load(f"{name}.{leaf}")
                except ImportError as error:
                    if error.name != f"{name}.{leaf}":
                        raise
        return module
