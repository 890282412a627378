"""The I2C bus, with the panel on it or not, and the ADC with the battery."""

from micropython import const
from oserror import os_error
from pins import find, integer, pads
from world import world

_EIO = const(5)
_ENODEV = const(19)
_DEFAULT_TIMEOUT_US = const(50000)
_BITS = const(9)  # of a byte on the bus, with its acknowledge


def _length(buffer):
    """Bytes in what is sent; a text or a number is none."""
    if isinstance(buffer, str) or isinstance(buffer, int) or buffer is None:
        raise TypeError("object with buffer protocol required")
    return len(buffer)


class I2C:
    """`I2C(id, scl=, sda=, freq=, timeout=)`; the timeout, in us, is the whole transfer's."""

    def __init__(self, id=-1, *args, scl=None, sda=None, freq=400000, timeout=_DEFAULT_TIMEOUT_US):
        if args:
            freq = args[0]
        if id == -1 and world.rp2:
            id = 0
        self._pins_of(integer(id), scl, sda)
        self._time(integer(freq), integer(timeout))

    def _pins_of(self, id, scl, sda):
        if not 0 <= id < (1 if world.facts.get("chip") == "esp32c3" else 2):
            raise ValueError("I2C(%d) doesn't exist" % id)
        if world.rp2:
            # pairs of pins belong to the blocks in turn (ports/rp2/machine_i2c.c); the
            # boards' own default pins are not checked, and can be wrong
            self._scl = find(scl) if scl is not None else (5, 7)[id]
            self._sda = find(sda) if sda is not None else (4, 6)[id]
            if scl is not None and (self._scl % 2 != 1 or self._scl // 2 % 2 != id):
                raise ValueError("bad SCL pin")
            if sda is not None and (self._sda % 2 != 0 or self._sda // 2 % 2 != id):
                raise ValueError("bad SDA pin")
        else:
            esp32 = world.facts.get("chip") == "esp32"
            self._scl = find(scl) if scl is not None else (18 if esp32 else 9, 25)[id]
            self._sda = find(sda) if sda is not None else (19 if esp32 else 8, 26)[id]

    def _time(self, freq, timeout):
        if freq <= 0:
            raise ValueError("bad I2C frequency")
        self._byte_ns = _BITS * 1000000000 // freq
        self._timeout_ns = timeout * 1000
        panel = world.panel
        # a panel answers on the wires it hangs on
        self._wired = (
            world.facts.get("display.kind", "none") != "none"
            and self._scl == world.number("display.scl")
            and self._sda == world.number("display.sda")
        )
        self._panel = panel

    def _answers(self, address):
        panel = self._panel
        return self._wired and address == panel.address and panel.plugged and pads.panel_answers()

    def _transfer(self, address, n):
        """The time of n bytes and the address. False: it was cut off. Raises OSError."""
        ns = (n + 1) * self._byte_ns
        if not self._answers(address):
            world.bus(self._byte_ns)
            raise os_error(_EIO if world.rp2 else _ENODEV)
        if ns > self._timeout_ns:
            world.bus(self._timeout_ns)
            return False
        world.bus(ns)
        if not self._panel.plugged:
            raise os_error(_EIO if world.rp2 else _ENODEV)
        return True

    def _timed_out(self):
        raise os_error(110 if world.rp2 else 116)

    def writeto(self, addr, buf, stop=True):
        n = _length(buf)
        if not self._transfer(addr, n):
            self._panel.write(buf, self._timeout_ns // self._byte_ns - 1)
            self._timed_out()
        if n:
            self._panel.write(buf, n)
        return n

    def writevto(self, addr, vector, stop=True):
        # joined into a new block, as rp2 does: it allocates
        return self.writeto(addr, b"".join([bytes(part) for part in vector]), stop)

    def writeto_mem(self, addr, memaddr, buf, addrsize=8):
        self.writeto(addr, bytes([memaddr]) + bytes(buf))

    def readfrom_into(self, addr, buf, stop=True):
        if not self._transfer(addr, len(buf)):
            self._timed_out()
        status = 0 if self._panel.on else 0x40
        for i in range(len(buf)):
            buf[i] = status

    def readfrom(self, addr, nbytes, stop=True):
        buf = bytearray(nbytes)
        self.readfrom_into(addr, buf, stop)
        return bytes(buf)

    def readfrom_mem(self, addr, memaddr, nbytes, addrsize=8):
        self._transfer(addr, 1)
        return self.readfrom(addr, nbytes)

    def readfrom_mem_into(self, addr, memaddr, buf, addrsize=8):
        self._transfer(addr, 1)
        self.readfrom_into(addr, buf)

    def scan(self):
        found = []
        for address in range(8, 120):
            world.bus(self._byte_ns)
            if self._answers(address):
                found.append(address)
        return found


class SoftI2C(I2C):
    """By hand on any pins; its timeout is for a held clock, not for the transfer."""

    def __init__(self, scl, sda, freq=400000, timeout=_DEFAULT_TIMEOUT_US):
        self._scl = find(scl)
        self._sda = find(sda)
        self._time(integer(freq), 1 << 40)

    def _transfer(self, address, n):
        if not self._answers(address):
            world.bus(self._byte_ns)
            raise os_error(_ENODEV)
        return I2C._transfer(self, address, n)


_ADC_PINS = {
    "rp2040": (26, 27, 28, 29),
    "rp2350": (26, 27, 28, 29),
    "esp32": (0, 2, 4, 12, 13, 14, 15, 25, 26, 27, 32, 33, 34, 35, 36, 37, 38, 39),
    "esp32c3": (0, 1, 2, 3, 4, 5),
    "esp32s3": tuple(range(1, 21)),
}
# where each attenuation stops counting, in millivolts
_FULL_SCALE = (950, 1250, 1750, 3100)


class ADC:
    """Reads the battery through its divider; every other pin reads nothing."""

    ATTN_0DB = 0
    ATTN_2_5DB = 1
    ATTN_6DB = 2
    ATTN_11DB = 3

    def __init__(self, pin, atten=None):
        if world.rp2:
            if atten is not None:
                raise TypeError("extra keyword arguments given")
            if type(pin) is int and 0 <= pin <= 3:
                pin += 26  # by channel
        self._pad = find(pin)
        if self._pad not in _ADC_PINS[world.facts.get("chip", "rp2040")]:
            raise ValueError("Pin doesn't have ADC capabilities")
        self._full = 3300 if world.rp2 else _FULL_SCALE[3 if atten is None else atten]

    def _millivolts(self):
        if self._pad != world.number("battery.pin"):
            return 0
        mv = world.battery_mv * 1000 // world.number("battery.ratio-permille", 1000)
        return mv if mv < self._full else self._full

    def read_u16(self):
        raw = self._millivolts() * 4095 // self._full
        return raw << 4 | raw >> 8

    def read_uv(self):
        if world.rp2:
            raise AttributeError("'ADC' object has no attribute 'read_uv'")
        return self._millivolts() * 1000

    def atten(self, atten):
        if world.rp2:
            raise AttributeError("'ADC' object has no attribute 'atten'")
        self._full = _FULL_SCALE[atten]
