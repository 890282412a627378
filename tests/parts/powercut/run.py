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

from runwalk.core.progress import Progress
from runwalk.parts import journal as journal_
from runwalk.parts import records as records_
from runwalk.parts import store as store_

BLOCKS = 40
STEPS = b"warm 5m, 8x(run 1m, walk 2m), cool 5m"
NOW = "2026-03-29T17:05+01:00"


def mount(flash):
    vfs.mount(vfs.VfsLfs2(flash, progsize=256), "/flash")
    os.chdir("/flash")


def umount():
    os.chdir("/")
    vfs.umount("/flash")


class Clip:
    """The clip's journal and session file, and what must survive of them."""

    def __init__(self, known=None):
        self.progress = Progress()
        self.journal = journal_.Journal(self.progress)
        self.session = store_.SessionFile()
        self.saved = [()]  # what the session file may say
        self.known = known  # what the journal may say, without what is being added

    def load(self):
        self.journal.load()
        self.session.ensure()
        self.done(True)

    def done(self, worked):
        """A call came back: what it did must survive from now on."""
        if not worked:
            raise ValueError("the flash refused")
        self.known = state(self.progress)
        self.saved = self.saved[-1:]

    def write(self, *fields):
        self.saved.append(fields)
        self.done(self.session.write(*fields))

    def clear(self):
        self.saved.append(())
        self.done(self.session.clear())

    def checkpoint(self, number, active):
        self.done(self.journal.flush(NOW))
        self.write(number, active, 0, 2, 0, 0, 0, 0, 0, -1, True)

    def run(self, week, day, kind, rate, pieces=3):
        number = self.journal.start(NOW, "ten weeks", week, day, None, 1740000, STEPS)
        self.checkpoint(number, 6000)
        for piece in range(pieces):
            self.journal.note(journal_.PAUSE, 60000 * piece, 0)
            self.journal.note(journal_.RESUME, 60000 * piece, 5000, 0)
            self.checkpoint(number, 60000 * piece + 6000)
        self.journal.note(kind, 1740000, 15000, 1740000, 480000)
        self.done(self.journal.flush(NOW))
        self.clear()
        self.done(self.journal.add(NOW, "rate", number, rate))
        return number


def state(progress):
    return sorted(str(record) for record in progress.records())


def fields(saved):
    if saved is None:
        return ()
    return (
        saved.number,
        saved.active,
        saved.paused,
        saved.pos,
        saved.loops,
        saved.off,
        saved.open_ms,
        saved.run_ms,
        saved.flags,
        saved.announced,
        saved.running,
    )


def scenario(clip):
    """Sessions, an offer, a place by hand, and both kinds of compaction."""
    clip.load()
    clip.run(3, 1, journal_.FINISH, "hard", 2)
    clip.done(clip.journal.compact())  # more than 6 KiB that the host does not have
    number = clip.run(3, 2, journal_.STOP, "hard", 1)
    clip.done(clip.journal.add(NOW, "offer", number, "ten weeks", "hard", "yes", 3, 1))
    clip.done(clip.journal.add("", "pulled", clip.progress.seq))
    clip.done(clip.journal.add("", "set", "ten weeks", 5, 1))
    number = clip.journal.start("", "ten weeks", 5, 1, None, 1740000, STEPS)
    clip.checkpoint(number, 6000)
    clip.done(clip.journal.compact(number))  # while one is to be resumed
    clip.checkpoint(number, 12000)
    clip.journal.note(journal_.FINISH, 1740000, 0, 1740000, 480000)
    clip.done(clip.journal.flush())
    clip.clear()
    clip.done(clip.journal.compact())


def problem(clip):
    """What is wrong with what a restarted clip finds, or None. `clip`: the one that was cut."""
    after = Clip()
    good = after.journal.load()
    after.session.ensure()
    if not good:
        return "a record was damaged"
    found = state(after.progress)
    if found not in (clip.known, state(clip.progress)):
        return "the journal says %s, not %s" % (found, clip.known)
    saved = fields(after.session.read())
    if saved not in clip.saved:
        return "the session file says %s, not %s" % (saved, clip.saved)
    if saved and not after.progress.has_ended(saved[0]):
        started = after.journal.find_start(saved[0])
        if not started or started.text != STEPS:
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
    after.run(7, 1, journal_.FINISH, "right", 1)
    after.done(after.journal.compact())
    again = Clip()
    again.load()
    if again.progress.finished != count + 1 or again.progress.course("ten weeks").week != 7:
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
            clip.run(week, day, journal_.FINISH, "right", 7)
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
            if cut_at % 17 == 0:
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
    after.journal.load()
    after.session.ensure()
    saved = after.session.read()
    after.journal.compact(saved.number if saved else 0)


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
        self.seek = file.seek

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
        for module in (journal_, records_, store_):
            module.open = watch.open
            module.os = watch
        try:
            scenario(clip)
            is_cut = False
        except Cut:
            is_cut = True
        for module in (journal_, records_, store_):
            module.open = open
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
