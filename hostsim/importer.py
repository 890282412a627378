"""Loads firmware files into CPython with their own `time`, `machine`, `open`, …

Every `Modules` object is a world of its own: the modules it loads see each
other and nothing of the process's `sys.modules`, so that two clips can run
side by side and the process's own `time` stays what it was. A module is looked
for in the folders of `path`, in order; a name found in none of them is taken
from the few modules of CPython's library that MicroPython has too (`SHARED`).
"""

import builtins
import types
from pathlib import Path

from hostsim.files import firmware_package

HERE = Path(__file__).resolve().parent
SHARED = ("array", "binascii", "errno", "hashlib", "math", "struct")
_code: dict[Path, types.CodeType] = {}


def _compiled(path: Path) -> types.CodeType:
    if path not in _code:
        _code[path] = compile(path.read_bytes(), str(path), "exec", dont_inherit=True)
    return _code[path]


class Modules:
    """One private world of modules; `load("runwalk.core.plan")` imports into it."""

    def __init__(self, path: list[Path] | None = None, open_file=builtins.open):
        self.path = path or [HERE / "cpython", HERE / "pretend"]
        self.firmware = firmware_package().parent
        self.table: dict[str, types.ModuleType] = {}
        self.builtins = dict(vars(builtins), __import__=self._import, open=open_file)

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

    def load(self, name: str) -> types.ModuleType:
        """The module of that dotted name; raises ImportError where there is none."""
        if name in self.table:
            return self.table[name]
        parent, _, leaf = name.rpartition(".")
        if parent:
            self.load(parent)
        found = self._find(name)
        if found is None:
            if name not in SHARED:
                raise ImportError(f"no module named {name!r}", name=name)
            self.table[name] = builtins.__import__(name)
            return self.table[name]
        module = types.ModuleType(name)
        module.__dict__.update(__builtins__=self.builtins, __file__=str(found[0]))
        module.__package__ = name if found[1] else parent
        self.table[name] = module
        try:
            exec(_compiled(found[0]), module.__dict__)
        except BaseException:
            del self.table[name]
            raise
        if parent:
            setattr(self.table[parent], leaf, module)
        return module

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
