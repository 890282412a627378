"""MicroPython's `time` on the world's clock, with its limits: ints only, and the wrap."""

from world import TICKS_START_MS, world

_PERIOD = 1 << 30
_HALF = 1 << 29
_MASK = _PERIOD - 1
_DAYS_BEFORE = (0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334)
_SECONDS_1970_TO_2000 = 946684800


def sleep_ms(ms):
    if type(ms) is not int:
        raise TypeError("can't convert to int")
    if ms > 0:
        world.sleep(ms * 1000000)
    else:
        world.sleep(0)


def sleep_us(us):
    if type(us) is not int:
        raise TypeError("can't convert to int")
    world.sleep(us * 1000 if us > 0 else 0)


def sleep(seconds):
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    world.sleep(int(seconds * 1000000000))


def ticks_ms():
    return (world.now // 1000000 + world.ticks_offset) & 0x3FFFFFFF


def ticks_us():
    # a wrap of its own, on its own count
    return (world.now // 1000 + (world.ticks_offset - TICKS_START_MS) * 1000) & 0x3FFFFFFF


def ticks_cpu():
    return ticks_us()


def ticks_add(ticks, delta):
    if type(ticks) is not int or type(delta) is not int:
        raise TypeError("can't convert to int")
    if not -_HALF < delta < _HALF:
        raise OverflowError("ticks interval overflow")
    return (ticks + delta) & _MASK


def ticks_diff(end, start):
    if type(end) is not int or type(start) is not int:
        raise TypeError("can't convert to int")
    return ((end - start + _HALF) & _MASK) - _HALF


# The epoch is 1970 on rp2 and 2000 on esp32 (mpconfigport.h of each).


def _epoch():
    return 0 if world.rp2 else _SECONDS_1970_TO_2000


def time():
    return world.rtc_seconds() - _epoch()


def time_ns():
    return time() * 1000000000 + (world.now - world.rtc_from) % 1000000000


def _leap(year):
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _days_before_year(year):
    """Days from 1970-01-01 to that year's first."""
    past = year - 1
    return year * 365 + past // 4 - past // 100 + past // 400 - 719527


def gmtime(seconds=None):
    if seconds is None:
        seconds = time()
    seconds = int(seconds) + _epoch()
    days, rest = divmod(seconds, 86400)
    year = 1970 + days // 366
    while _days_before_year(year + 1) <= days:
        year += 1
    yearday = days - _days_before_year(year)
    month = 12
    while yearday < _DAYS_BEFORE[month - 1] + (month > 2 and _leap(year)):
        month -= 1
    day = yearday - _DAYS_BEFORE[month - 1] - (month > 2 and _leap(year)) + 1
    weekday = (days + 3) % 7
    hour = rest // 3600
    return (year, month, day, hour, rest // 60 % 60, rest % 60, weekday, yearday + 1)


localtime = gmtime  # boards know one time, and have no zones


def mktime(fields):
    year, month, day, hour, minute, second = tuple(fields)[:6]
    year += (month - 1) // 12
    month = (month - 1) % 12 + 1
    days = _days_before_year(year) + _DAYS_BEFORE[month - 1] + (month > 2 and _leap(year)) + day - 1
    return days * 86400 + hour * 3600 + minute * 60 + second - _epoch()
