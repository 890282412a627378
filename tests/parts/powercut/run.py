"""Cuts the power at every flash operation of a clip's journal and session file.

    micropython -X heapsize=32m run.py FIRMWARE

Real littlefs (VfsLfs2) on the flash of flash.py. One run a cut; after each, the flash is
mounted and read as the clip reads it, and must say what was known before the call that
was cut, or what is known after it. Prints how many cuts were tried and how many failed.
"""

import gc
import os
import sys

import vfs

sys.path.insert(0, sys.argv[1])
sys.path.insert(0, __file__.rsplit("/", 1)[0] if "/" in __file__ else ".")

from flash import HOWS, Cut, Flash

from runwalk.core.place import Place
from runwalk.core.progress import Progress
from runwalk.parts import journal as journal_

BLOCKS = 40
STEPS = "warm 5m, 8x(run 1m, walk 2m), cool 5m"
journal_.date = lambda: "2026-03-29T17:05+01:00"


def mount(flash):
    vfs.mount(vfs.VfsLfs2(flash, progsize=256), "/flash")
    os.chdir("/flash")


opened = []


def open_and_keep(path, mode="r"):
    """`open`, and the file is closed before its file system goes: littlefs would write to
    what it has freed, if the collector closed one later (seen as a crash, once in a while)."""
    file = open(path, mode)
    opened.append(file)
    return file


journal_.open = open_and_keep


def umount():
    for file in opened:
        try:
            file.close()
        except OSError:
            pass  # cut off
    opened.clear()
    os.chdir("/")
    vfs.umount("/flash")


class Clip:
    """The clip's journal and session file, and what must survive of them."""

    def __init__(self, known=None):
        self.progress = Progress()
        self.journal = journal_.Journal(self.progress)
        self.saved = [()]  # what the session file may say
        self.known = known  # what the journal may say, without what is being added

    def load(self):
        start(self.journal)
        self.done(True)

    def done(self, worked):
        """A call came back: what it did must survive from now on."""
        if not worked:
            raise ValueError("the flash refused")
        self.known = state(self.progress)
        self.saved = self.saved[-1:]

    def clear(self):
        self.saved.append(())
        self.done(journal_.clear_session())

    def checkpoint(self, active):
        self.done(self.journal.flush())
        here = Place()
        here.pos = 2
        here.run_ms = active // 2
        self.saved.append((self.journal.number, active, 1000, 2, active // 2, -1))
        self.done(journal_.write_session(self.journal.number, active, 1000, here, False, -1))

    def add(self, kind, *fields):
        self.journal.add(kind, fields)
        self.done(self.journal.flush())

    def start(self, week, day, stem="ten weeks"):
        self.journal.start((stem, week, day, "", 1740000, STEPS))
        self.checkpoint(6000)
        return self.journal.number

    def run(self, week, day, kind, rate, pieces=3, stem="ten weeks"):
        number = self.start(week, day, stem)
        for piece in range(pieces):
            self.journal.note("pause", 60000 * piece, 0)
            self.journal.note("resume", 60000 * piece, 5000)
            self.checkpoint(60000 * piece + 6000)
        self.journal.note(kind, 1740000, 15000, 1740000, 480000)
        self.done(self.journal.flush())
        self.clear()
        self.add("rate", number, rate)
        return number


def start(journal):
    """What the clip does at its start; returns (what load said, the session to be resumed)."""
    good = journal.load()
    saved = journal_.read_session()
    if not saved:
        journal_.clear_session()
    elif saved.number > journal.progress.number:
        return good, saved
    return good, None


def state(progress):
    return sorted(kind + " " + " ".join(map(str, fields)) for kind, fields in progress.records())


def fields(saved):
    if not saved or not saved.number:
        return ()
    return saved.number, saved.active, saved.paused, saved.pos, saved.run_ms, saved.announced


def scenario(clip):
    """Sessions of two plans, answers, a place by hand, a session that is resumed, compaction."""
    clip.load()
    clip.run(3, 1, "finish", "hard", 2)
    clip.done(clip.journal.compact())
    number = clip.run(3, 2, "stop", "hard", 1)
    clip.add("pain", number, "yes")
    clip.add("offer", number, "ten weeks", "hard", "yes", 3, 1)
    clip.done(clip.journal.compact())  # with a generation before
    clip.add("plan", "another")
    clip.run(1, 1, "finish", "easy", 1, "another")
    clip.add("plan", "ten weeks")
    clip.add("set", "ten weeks", 5, 1)
    clip.start(5, 1)
    clip.checkpoint(12000)
    clip.load()  # it is resumed
    clip.journal.go_on(clip.journal.progress.seq)
    clip.journal.note("resume", 12000, 1000, "power")
    for active in range(18000, 60000, 6000):
        clip.journal.note("skip", active, active // 6000, active // 6000 + 1)
        clip.checkpoint(active)
    clip.journal.note("finish", 1740000, 0, 1740000, 480000)
    clip.done(clip.journal.flush())
    clip.clear()
    clip.done(clip.journal.compact())
    clip.run(5, 2, "finish", "right", 2)
    clip.add("offer", number, "ten weeks", "off", "no", 4, 1)


def problem(clip):
    """What is wrong with what a restarted clip finds, or None. `clip`: the one that was cut."""
    after = Clip()
    good, resumed = start(after.journal)
    if not good:
        return "a record was damaged"
    found = state(after.progress)
    if found not in (clip.known, state(clip.progress)):
        return "the journal says %s, not %s" % (found, clip.known)
    saved = fields(journal_.read_session())
    if saved not in clip.saved:
        return "the session file says %s, not %s" % (saved, clip.saved)
    if resumed:
        started = after.journal.go_on(resumed.number)
        if not started or started[5] != STEPS:
            return "the start of the running session is lost"
    for name in os.listdir("/flash"):
        if name not in ("journal.txt", "journal.old", "session.now"):
            return name + " is left"
    return None


def usable(clip):
    """What is wrong after one more session on the flash as it is now, or None."""
    after = Clip()
    after.load()
    count = after.progress.finished
    after.run(7, 1, "finish", "right", 1)
    after.done(after.journal.compact())
    again = Clip()
    again.load()
    course = again.progress.course("ten weeks")
    if again.progress.finished != count + 1 or not course.is_done(7, 1):
        return "the session after it is lost"
    return None


class Tally:
    def __init__(self):
        self.tried = 0
        self.failed = 0

    def take(self, trouble, *where):
        self.tried += 1
        if trouble:
            self.failed += 1
            print("FAILED", where, trouble)


def cut_run(base, cut_at, how, work, clip):
    """Run `work` on a copy of the flash until the cut; returns (image, whether it was cut)."""
    flash = Flash(bytearray(base), cut_at, how)
    is_cut = False
    try:
        mount(flash)
        work(clip)
    except Cut:
        is_cut = True
    flash.is_gone = True
    try:
        umount()
    except OSError:
        pass
    gc.collect()
    return flash, is_cut


def checked(image, check, clip):
    flash = Flash(image)
    try:
        mount(flash)
        trouble = check(clip)
    except Exception as error:
        sys.print_exception(error)
        trouble = "exception: " + repr(error)
    umount()
    return trouble


def make_base():
    """A flash with weeks on it, and a first generation."""
    flash = Flash(bytearray(b"\xff" * (4096 * BLOCKS)))
    vfs.VfsLfs2.mkfs(flash, progsize=256)
    mount(flash)
    clip = Clip()
    clip.load()
    for week in range(1, 3):
        for day in range(1, 4):
            clip.run(week, day, "finish", "right", 7)
    umount()
    return flash.image, clip.known


def make_empty():
    flash = Flash(bytearray(b"\xff" * (4096 * BLOCKS)))
    vfs.VfsLfs2.mkfs(flash, progsize=256)
    return flash.image, state(Progress())


def all_cuts(base, known):
    tally = Tally()
    second = Tally()
    for how in HOWS:
        cut_at = 0
        while True:
            clip = Clip(known)
            flash, is_cut = cut_run(base, cut_at, how, scenario, clip)
            if not is_cut:
                break
            image = bytes(flash.image)
            tally.take(checked(bytearray(image), problem, clip), how, cut_at)
            if cut_at % 5 == 0:
                tally.take(checked(bytearray(image), usable, clip), how, cut_at, "after it")
                tally.tried -= 1
                second_cuts(image, clip, second, how, cut_at)
            cut_at += 1
            gc.collect()
        print("%s: %d operations, %d erases" % (how, flash.count, flash.erases))
    print("cuts tried: %d, failed: %d" % (tally.tried, tally.failed))
    print("second cuts, in the recovery: %d, failed: %d" % (second.tried, second.failed))
    return tally.failed + second.failed


def recovery(clip):
    """What the clip writes at its start after a cut."""
    after = Clip()
    if not start(after.journal)[1]:
        after.journal.compact()


def second_cuts(image, clip, tally, how, first):
    cut_at = 0
    while True:
        flash, is_cut = cut_run(image, cut_at, how, recovery, clip)
        if not is_cut:
            return
        tally.take(checked(flash.image, problem, clip), how, first, cut_at)
        cut_at += 1


# a soft reset: the program ends between two calls, and the files it left open are closed


class Watch:
    """Stands for `open` and `os` in the modules, and ends the program at one of their calls."""

    def __init__(self, stop_at):
        self.stop_at = stop_at
        self.count = 0
        self.files = []

    def step(self):
        if self.count == self.stop_at:
            raise Cut()
        self.count += 1

    def open(self, path, mode="r"):
        self.step()
        file = open(path, mode)
        self.files.append(file)
        if self.count == self.stop_at:  # opened, and nothing more
            raise Cut()
        return Watched(self, file)

    def stat(self, path):
        return os.stat(path)

    def rename(self, old, new):
        self.step()
        os.rename(old, new)

    def remove(self, path):
        self.step()
        os.remove(path)

    def settle(self):
        for file in self.files:
            file.close()


class Watched:
    def __init__(self, watch, file):
        self.watch = watch
        self.file = file
        self.read = file.read
        self.readline = file.readline

    def write(self, data):
        self.watch.step()
        return self.file.write(data)

    def close(self):
        self.watch.step()
        self.file.close()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        if self.watch.count != self.watch.stop_at:
            self.file.close()


def all_soft_resets(base, known):
    tally = Tally()
    stop_at = 0
    while True:
        watch = Watch(stop_at)
        clip = Clip(known)
        flash = Flash(bytearray(base))
        mount(flash)
        for module in (journal_,):
            module.open = watch.open
            module.os = watch
        try:
            scenario(clip)
            is_cut = False
        except Cut:
            is_cut = True
        for module in (journal_,):
            module.open = open_and_keep
            module.os = os
        watch.settle()
        umount()
        if not is_cut:
            break
        tally.take(checked(flash.image, problem, clip), "soft reset", stop_at)
        stop_at += 1
        gc.collect()
    print("soft resets tried: %d, failed: %d" % (tally.tried, tally.failed))
    return tally.failed


failed = 0
for name, make in (("weeks of sessions", make_base), ("an empty flash", make_empty)):
    print("from " + name)
    image, known = make()
    failed += all_cuts(image, known)
    failed += all_soft_resets(image, known)
sys.exit(1 if failed else 0)
