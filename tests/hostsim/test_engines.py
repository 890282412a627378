"""Both engines: the flash that a program finds, what goes in and what comes out."""

import pytest
from toys import PICO, bench, play, said, setup

from hostsim.engine import Setup, run
from hostsim.engine_cpython import Simulation
from hostsim.scenario import DOWN, FINGER

ENGINES = ["cpython", "micropython"]


# the flash


FILES = """
os.mkdir("logs")
with open("logs/one.txt", "w") as file:
    file.write("é first\\nsecond\\n")
with open("logs/one.txt", "a") as file:
    file.write("third\\n")
with open("/logs/one.txt") as file:
    say(file.read(3), file.readline().strip(), [line.strip() for line in file])
with open("logs/one.txt", "r+b") as file:
    file.seek(3)
    file.write(b"FIRST")
    say(file.tell())
    file.seek(0)
    room = bytearray(4)
    say(file.readinto(room), bytes(room))
os.rename("logs/one.txt", "logs/two.txt")
say(os.listdir("logs"), os.stat("logs/two.txt")[6], [entry[1] for entry in os.ilistdir("logs")])
for attempt in (
    lambda: open("nowhere"),
    lambda: open("no/where", "w"),
    lambda: os.remove("nowhere"),
    lambda: os.rename("nowhere", "x"),
    lambda: os.mkdir("logs"),
    lambda: os.rmdir("logs"),
    lambda: os.listdir("nowhere"),
    lambda: os.stat("nowhere"),
    lambda: open("logs", "w"),
):
    try:
        attempt()
        say("done")
    except OSError as error:
        say(type(error).__name__, error.errno, error)
os.remove("logs/two.txt")
os.rmdir("logs")
say("logs" in os.listdir("/"), os.getcwd(), os.statvfs("/")[:5])
try:
    file = open("print.txt", "w")
    print("printed", 7, file=file)
    raise ValueError("noted")
except ValueError as error:
    import sys

    sys.print_exception(error, file)
file.close()
say(open("print.txt").read().splitlines()[-1])
"""


@pytest.mark.parametrize("vm", ENGINES)
def test_the_file_system(tmp_path, vm):
    result = play(tmp_path, FILES, "0:10 end", vm)
    assert said(result) == [
        "é f irst ['second', 'third']",
        "8",
        "4 b'\\\\xc3\\\\xa9 F'",
        "['two.txt'] 22 [32768]",
        "OSError 2 [Errno 2] ENOENT",
        "OSError 2 [Errno 2] ENOENT",
        "OSError 2 [Errno 2] ENOENT",
        "OSError 2 [Errno 2] ENOENT",
        "OSError 17 [Errno 17] EEXIST",
        "OSError 39 39",
        "OSError 2 [Errno 2] ENOENT",
        "OSError 2 [Errno 2] ENOENT",
        "OSError 21 [Errno 21] EISDIR",
        "False / (4096, 4096, 352, 350, 350)",
        "ValueError: noted",
    ]


@pytest.mark.parametrize("vm", ENGINES)
def test_what_a_write_costs(tmp_path, vm):
    program = """
def cost(action):
    before = time.ticks_ms()
    action()
    return time.ticks_diff(time.ticks_ms(), before)

def write(mode, data):
    with open("a", mode) as file:
        file.write(data) if data else None

say(cost(lambda: write("w", "")), cost(lambda: write("a", "x")), cost(lambda: write("a", "")))
say(cost(lambda: open("a").read()), cost(lambda: os.listdir()), cost(lambda: os.stat("a")))
say(cost(lambda: os.rename("a", "b")), cost(lambda: os.remove("b")))
"""
    assert said(play(tmp_path, program, vm=vm)) == ["60 60 0", "0 0 0", "60 60"]


FAULTS = """
def attempt(what):
    try:
        what()
        return "done"
    except OSError as error:
        return error.errno

def write(name, mode, size):
    file = open(name, mode)
    try:
        file.write("x" * size)
    finally:
        file.close()

write("a", "w", 5)
time.sleep(2)
say(attempt(lambda: write("a", "w", 6)), attempt(lambda: write("b", "w", 5000)))
say(open("a").read(), attempt(lambda: os.remove("a")), os.statvfs("/")[3])
time.sleep(2)
say(attempt(lambda: write("c", "w", 5)), attempt(lambda: os.remove("b")))
say(attempt(lambda: os.mkdir("d")))
time.sleep(2)
say(attempt(lambda: write("c", "w", 5)), open("c").read())

# full in the midst of a file: what was there before stays
file = open("c", "r+")
file.write("y" * 3000)
time.sleep(2)
say(attempt(lambda: file.write("y" * 3000)), attempt(file.close), open("c").read())
time.sleep(2)
say(attempt(lambda: write("c", "a", 2000)), len(open("c").read()))
"""


@pytest.mark.parametrize("vm", ENGINES)
def test_a_flash_that_is_full_or_read_only(tmp_path, vm):
    script = "0:01 flash full\n0:03 flash readonly\n0:05 flash ok\n0:07 flash full\n0:09 flash ok"
    assert said(play(tmp_path, FAULTS, script, vm)) == [
        "28 28",
        "xxxxx done 0",
        "30 30",
        "30",
        "done xxxxx",
        "28 done xxxxx",
        "done 2005",
    ]


def test_a_file_may_bear_any_name(tmp_path):
    name = "plans/Läufe 😀.plan"
    made = setup(tmp_path, "say(*os.listdir('plans'))")
    made.files[name] = b"walk"
    results = [run(made, vm) for vm in ENGINES]
    assert [result.files[name] for result in results] == [b"walk", b"walk"]
    assert said(results[0]) == said(results[1])


@pytest.mark.parametrize("vm", ENGINES)
def test_files_go_in_and_come_out(tmp_path, vm):
    program = 'open("deep/er/b", "w").write(open("deep/a").read() + "!")\ntime.sleep(1)'
    files = {"deep/a": b"hello", "deep/er/x": b"\x00\xff"}
    result = play(
        tmp_path, program.replace("\n", "\nimport gc; gc.collect()\n"), "0:05 end", vm, files=files
    )
    assert result.files == {**files, "board.txt": PICO.encode(), "deep/er/b": b""}


def test_live_play_waits_for_whoever_paces_it(tmp_path):
    program = """
noted = edges(Pin(15, Pin.IN, Pin.PULL_UP), hard=True)
while True:
    time.sleep(1)
    say(noted[0] - 1)
"""
    base = setup(tmp_path, program)
    simulation = Simulation(Setup(board=base.board, main=base.main, live=True))
    world = simulation.world
    asked = []
    still_to_do = [
        (2_500_000_000, lambda: world.happen_now(FINGER, DOWN)),
        (4_100_000_000, world.stop),
    ]

    def pace(ns):
        assert len(asked) < 1000
        asked.append(ns)
        if still_to_do and world.now >= still_to_do[0][0]:
            still_to_do.pop(0)[1]()

    world.pace = pace
    result = simulation.run()
    assert said(result) == ["0", "0", "5", "5"]
    steps = [later - earlier for earlier, later in zip(asked, asked[1:], strict=False)]
    assert max(steps) <= 20_000_000


def test_pictures_are_taken_at_their_instant(tmp_path):
    program = """
i2c = I2C(0, scl=Pin(5), sda=Pin(4))
i2c.writeto(60, b"\\x00\\xaf\\x8d\\x14\\xa5")  # on, charge pump, every pixel
time.sleep(2)
i2c.writeto(60, b"\\x00\\xae")
time.sleep(2)
"""
    whole, none = bytes([1]) * 8192, bytes(8192)
    for vm in ENGINES:
        pictures = [10**9, 3 * 10**9, 60 * 10**9]
        result = play(tmp_path, program, "0:05 end", vm, pictures=pictures)
        assert result.pictures == [whole, none, b""]  # the last one's time never came
        assert result.pixels == none and result.size == (128, 64)


def test_a_program_that_fails_says_why(tmp_path):
    for vm in ENGINES:
        result = run(setup(tmp_path, "time.sleep(1)\nraise ValueError('broken')", "0:02 end"), vm)
        assert result.error.strip().endswith("ValueError: broken")


def test_two_clips_side_by_side_know_nothing_of_each_other():
    first, second = bench(), bench()
    first.board.load("time").sleep(5)
    assert (first.world.now, second.world.now) == (5 * 10**9, 0)


def test_a_sleep_in_which_nothing_happens_is_cheap(tmp_path):
    """A session is 72,000 of them an hour: 4 us each are 0.3 s."""
    import timeit

    sleep_ms = bench().board.load("time").sleep_ms
    best = min(timeit.repeat(lambda: sleep_ms(50), number=2000, repeat=5)) / 2000
    assert best < 4e-6
