"""Cuts the power at every flash operation of a whole clip, on MicroPython's littlefs.

    micropython -X heapsize=64m run.py SETUP    # test_clip_powercut.py writes SETUP

A life of the clip is lived again and again, cut at one operation after another, or ended
by a soft reset at one step of the program after another; the clip is then started on what
is left, and must know what it knew. Prints how many were tried and how many failed.
"""

import gc
import sys

sys.path.insert(0, __file__.rsplit("/", 1)[0] if "/" in __file__ else ".")

from bench import POWER, POWER_ON, SETUP, Files, Life, mkfs, world

HOWS = ("before", "torn", "garbled", "unflushed")
BLOCKS = 48
LOST_MS = 15000
COMPACTED = 12288  # bytes of journal; a bit less, and one more session brings it there
PLANS = {"old": SETUP["old"].encode(), "new": SETUP["new"].encode()}
WISH = b"plan new\nweek 2\nday 1\n"
QUIET_OFF = b"# mine\nquiet off   # in the library\nscreen-off 30\n"
QUIET_ON = b"# mine\nquiet on   # in the library\nscreen-off 30\n"


def state(progress):
    found = []
    for kind, fields in progress.records():
        text = " ".join(map(str, fields))
        if kind == "total" or text.strip("0 ") != fields[0]:  # of a plan nothing was done of
            found.append(kind + " " + text)
    return sorted(found)


class Story(Life):
    """A life, and what must survive it."""

    def __init__(self, script, work=None):
        Life.__init__(self, SETUP["scripts"][script], work)
        self.began = None  # what the journal said at the start
        self.known = None  # what it said when it was last written
        self.doing = None  # what it says once it is written again
        self.found = None  # active ms of the session that the start found
        self.active = None  # those of the session that must be offered, None: there is none
        self.ended = False  # but it is over, and its end is on the way to the journal
        self.is_forgotten = False  # it is over, and its end goes nowhere
        self.settings = (QUIET_OFF, QUIET_ON)  # old or new
        self.has_wished = False  # a plan was loaded, and chosen
        self._session = None

    def loaded(self, keeper):
        self.began = self.known = state(keeper.progress)
        self.found = keeper.saved.active if keeper.saved else None

    def happened(self, code, ago, what):
        Life.happened(self, code, ago, what)
        if code in ("start", "resume", "finish", "stop", "back"):
            self.found = None
            self._session = what
            self.ended = code == "finish" or code == "stop"
        elif code == "saved" and what == "journal":
            self.known = state(self.clip.keeper.progress)
            if self.ended:
                self._session = None
        elif code == "saved" and what == "settings":
            self.settings = (QUIET_ON,)

    def live_on(self, chip, reset_at=-1):
        is_cut = Life.live_on(self, chip, reset_at)
        if self.clip is not None:
            self.doing = state(self.clip.keeper.progress)
        self.active = self.found
        session = self._session
        if session is not None:
            self.active = session.active(self.clip.clock.now())
            self.is_forgotten = self.ended and session.is_forgotten()
        return is_cut

    def never_began(self, before):
        """Cut off before the clip had read its flash: what was there `before` it stands."""
        if self.known is None:
            self.known = self.doing = before.began
            self.active = before.found


class Start(Story):
    """The start after a cut: until the question about the session, or home, is on."""

    def __init__(self):
        Story.__init__(self, "start")

    def trouble(self, story, between):
        """What is wrong with it after that one, or None. `between`: a start that was cut, too."""
        if self.crashes:
            return "crash: " + self.crashes[0]
        if self.screen not in ("home", "resume"):
            return "it does not start: %s %s" % (self.screen, self.clip and self.clip.flow.lines)
        if self.clip.keeper.fault:
            return "it says that the flash is full"
        if self.began not in (story.known, story.doing, between.known, between.doing):
            return "the journal says %s, not %s" % (self.began, story.known)
        return self._trouble_with_session(story) or self._trouble_with_files(story)

    def _trouble_with_session(self, story):
        wanted = story.active
        if self.screen == "resume":
            active = self.clip.flow.session.active_ms
            if wanted is None or not 0 <= wanted - active <= LOST_MS:
                return "it is offered at %d ms, it was at %s" % (active, wanted)
        elif wanted is not None and wanted > LOST_MS and not story.is_forgotten:
            if not story.ended or self.began == story.known:
                return "the session is lost, it was at %d ms" % wanted
        return None

    def _trouble_with_files(self, story):
        files = Files(self.chip.image)
        if files.read("settings.txt") not in story.settings:
            return "the settings are %s" % files.read("settings.txt")
        if len(files.read("session.now")) != 98:
            return "session.now is %s" % files.read("session.now")
        for name in files.names("plans"):
            if name.endswith(".plan") and files.read("plans/" + name) != PLANS[name[:-5]]:
                return "%s is damaged" % name
        choice = self.clip.flow.choice
        if story.has_wished and (choice.plan.stem, choice.week, choice.day) != ("new", 2, 1):
            return "the plan that was loaded is not chosen"
        return None


def one_more(image):
    """What is wrong with a session after it all, or None."""
    life = Story("more")
    life.live(image)
    count = life.clip.keeper.progress.finished
    start = Start()
    start.live(image)
    if life.crashes or not count or start.clip.keeper.progress.finished != count:
        return "the session after it is lost: %s" % life.crashes
    return None


def load(flash):
    """What `runwalk load --use` does over USB: other names first."""
    for path, content in (("plans/new.plan", PLANS["new"]), ("use.txt", WISH)):
        with flash.open(path + ".part", "wb") as file:
            for start in range(0, len(content), 32):
                file.write(content[start : start + 32])
        flash.rename(path + ".part", path)
    Life.on.has_wished = True


# the flash that a life begins on


def fresh():
    image = mkfs(BLOCKS)
    files = Files(image)
    files.put("board.txt", SETUP["board"].encode())
    files.put("settings.txt", QUIET_OFF)
    files.put("plans/old.plan", PLANS["old"])
    return image


class Week(Story):
    """A life that ends as soon as the journal is that long."""

    def __init__(self, script, most):
        Story.__init__(self, script)
        self.most = most

    def happened(self, code, ago, what):
        Story.happened(self, code, ago, what)
        if code == "saved" and what == "journal" and self.clip.keeper.journal.size > self.most:
            world.over(POWER_ON)


def weeks(most=1 << 20):
    """Weeks of sessions in the journal: almost too many, or one more than that."""
    image = fresh()
    size = 0
    while size < COMPACTED - 300:
        life = Week("many" if size < COMPACTED - 2000 else "one", most)
        life.live(image)
        size = life.clip.keeper.journal.size
    if most < COMPACTED + 1:
        Week("session", most).live(image)
    return image


def running():
    """The power went 72 s into a session of 90 s."""
    image = weeks()
    life = Story("session")
    life.rows = [row for row in life.rows if row[0] < 85000000000] + [(85000000000, POWER, 0)]
    life.live(image)
    return image


LIVES = {
    "a first session, rated, and Quiet": (fresh, "session", None),
    "a session, rated, compacted, and Quiet": (weeks, "session", None),
    "a session resumed": (running, "yes", None),
    "a session not resumed": (running, "no", None),
    "a plan loaded and chosen, compacted": (lambda: weeks(COMPACTED), "start", load),
}


# all cuts


class Tally:
    def __init__(self, name):
        self.name = name
        self.tried = self.failed = 0

    def take(self, trouble, *where):
        self.tried += 1
        if trouble:
            self.failed += 1
            if self.failed < 20:
                print("FAILED", self.name, where, trouble)

    def say(self):
        print("%s tried: %d, failed: %d" % (self.name, self.tried, self.failed))
        return self.failed


def after(image, story, between=None):
    """What is wrong with the start after that story, on what it left, or None."""
    start = Start()
    try:
        start.live(image)
        return start.trouble(story, between or story)
    except Exception as error:
        sys.print_exception(error)
        return "exception: " + repr(error)


def all_cuts(base, script, work, before):
    cuts = Tally("cuts")
    second = Tally("second cuts, in the start after one,")
    more = Tally("sessions after a cut")
    place = 0
    while True:
        for how in HOWS:
            story = Story(script, work)
            image = bytearray(base)
            if not story.live(image, place, how):
                if "compacted" in SETUP["life"] and not Files(image).read("journal.old"):
                    cuts.take("it was never compacted")
                return cuts.say() + second.say() + more.say()
            story.never_began(before)
            left = bytes(image)
            cuts.take(after(image, story), how, place)
            if place % SETUP["sample"] == 0 or how == HOWS[place % 4]:
                second_cuts(left, story, second, how, place)
            if place % SETUP["sample"] == 0:
                more.take(one_more(image), how, place)
            gc.collect()
        place += 1


def second_cuts(left, story, tally, how, first):
    place = 0
    while True:
        image = bytearray(left)
        between = Start()
        if not between.live(image, place, how):
            return
        tally.take(after(image, story, between), how, first, place)
        place += 1


def all_resets(base, script, work, before):
    """A soft reset closes what is open, and so commits it."""
    tally = Tally("soft resets")
    step = 0
    while True:
        story = Story(script, work)
        image = bytearray(base)
        if not story.live(image, reset_at=step):
            return tally.say()
        story.never_began(before)
        tally.take(after(image, story), step)
        step += 1
        gc.collect()


make, script, work = LIVES[SETUP["life"]]
base = bytes(make())
before = Start()
before.live(bytearray(base))
failed = all_cuts(base, script, work, before) + all_resets(base, script, work, before)
print("%s: %d failed" % (SETUP["life"], failed))
