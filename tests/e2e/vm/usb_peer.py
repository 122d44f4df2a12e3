"""USB devices of any identity for QEMU's usb-redir: the far end of the usbredir protocol (0.7, its specification is
usbredir's docs/usb-redirection-protocol.md), as far as enumeration, control requests and endpoints that stay idle need
it. The devices answer with their descriptors and otherwise have nothing to say."""

import dataclasses
import socket
import struct
import threading

HELLO, CONNECT, RESET, INTERFACE_INFO, EP_INFO = 0, 1, 3, 4, 5
SET_CONFIGURATION, GET_CONFIGURATION, CONFIGURATION_STATUS = 6, 7, 8
SET_ALT, GET_ALT, ALT_STATUS = 9, 10, 11
START_INTERRUPT, STOP_INTERRUPT, INTERRUPT_STATUS, CANCEL = 15, 16, 17, 21
CONTROL, BULK, INTERRUPT = 100, 101, 103
SUCCESS, CANCELLED, STALL = 0, 1, 4
# Device version, maximum packet size, 64-bit ids, 32-bit bulk lengths: xHCI asks for the last three.
CAPABILITIES = 1 << 1 | 1 << 4 | 1 << 5 | 1 << 6
BULK_TYPE, INTERRUPT_TYPE = 2, 3
HIGH_SPEED = 2


@dataclasses.dataclass(frozen=True)
class UsbIdentity:
    """`functions` are of ecm (network), acm (modem), uvc (camera, control interface only), vendor."""
    name: str
    vendor: int
    product: int
    release: int
    manufacturer: str
    model: str
    serial: str
    functions: tuple

    @property
    def ids(self):
        return f"{self.vendor:04x}:{self.product:04x}"


class Descriptors:
    """The descriptors of a device with these functions, one after the other (USB 2.0 chapter 9, CDC 1.1)."""

    def __init__(self, identity):
        self.interfaces, self.endpoints = [], []  # (number, class, subclass, protocol); (address, type, interval, interface, size)
        self.body, self.last_endpoint = b"", 0
        for function in identity.functions:
            getattr(self, function)()
        self.device_class = (239, 2, 1) if {"ecm", "acm", "uvc"} & set(identity.functions) else (0, 0, 0)
        self.device = struct.pack("<BBHBBBBHHHBBBB", 18, 1, 0x200, *self.device_class, 64, identity.vendor, identity.product,
                                  identity.release, 1, 2, 3, 1)
        self.configuration = struct.pack("<BBHBBBBB", 9, 2, 9 + len(self.body), len(self.interfaces), 1, 0, 0x80, 250) + self.body
        self.qualifier = struct.pack("<BBHBBBBBB", 10, 6, 0x200, *self.device_class, 64, 1, 0)
        address = f"52540A0B0C{sum(identity.serial.encode()) & 255:02X}"  # of an ecm function: the text of its MAC
        self.strings = ["", identity.manufacturer, identity.model, identity.serial, address]

    def association(self, count, kind):
        self.body += struct.pack("8B", 8, 11, len(self.interfaces), count, *kind, 0)

    def interface(self, kind, endpoints, further=b""):
        self.body += struct.pack("9B", 9, 4, len(self.interfaces), 0, endpoints, *kind, 0) + further
        self.interfaces.append((len(self.interfaces), *kind))

    def endpoint(self, address, kind, size, interval):
        self.body += struct.pack("<BBBBHB", 7, 5, address, kind, size, interval)
        self.endpoints.append((address, kind, interval, len(self.interfaces) - 1, size))

    def notifications(self):
        self.last_endpoint += 1
        self.endpoint(0x80 | self.last_endpoint, INTERRUPT_TYPE, 16, 9)

    def bulk_pair(self):
        self.last_endpoint += 1
        self.endpoint(0x80 | self.last_endpoint, BULK_TYPE, 512, 0)
        self.endpoint(self.last_endpoint, BULK_TYPE, 512, 0)

    def ecm(self):
        first = len(self.interfaces)
        self.association(2, (2, 6, 0))
        union = bytes([5, 0x24, 0, 0x10, 1, 5, 0x24, 6, first, first + 1])
        self.interface((2, 6, 0), 1, union + bytes([13, 0x24, 15, 4, 0, 0, 0, 0, 0xEA, 5, 0, 0, 0]))
        self.notifications()
        self.interface((10, 0, 0), 0)
        self.body += struct.pack("9B", 9, 4, first + 1, 1, 2, 10, 0, 0, 0)  # the alternate setting that carries data
        self.bulk_pair()

    def acm(self):
        first = len(self.interfaces)
        self.association(2, (2, 2, 1))
        self.interface((2, 2, 1), 1, bytes([5, 0x24, 0, 0x10, 1, 5, 0x24, 1, 0, first + 1, 4, 0x24, 2, 2,
                                            5, 0x24, 6, first, first + 1]))
        self.notifications()
        self.interface((10, 0, 0), 2)
        self.bulk_pair()

    def uvc(self):
        self.association(1, (14, 3, 0))
        self.interface((14, 1, 0), 0, bytes([12, 0x24, 1, 0, 1, 12, 0, 0, 0, 0, 0, 0]))

    def vendor(self):
        self.interface((255, 255, 255), 2)
        self.bulk_pair()

    def requested(self, kind, index):
        """What GET_DESCRIPTOR answers, or None."""
        if kind == 3 and index < len(self.strings):
            text = struct.pack("<H", 0x409) if index == 0 else self.strings[index].encode("utf-16-le")[:252]
            return bytes([len(text) + 2, 3]) + text
        return {1: self.device, 2: self.configuration, 6: self.qualifier}.get(kind)


class Connection:
    """One connection of QEMU."""

    def __init__(self, sock, identity):
        self.socket, self.identity, self.descriptors = sock, identity, Descriptors(identity)
        self.header, self.configured, self.alternate = "<III", 0, {}  # ids have 64 bits once both hellos are through
        self.answers = {
            HELLO: self.hello, RESET: self.reset, SET_CONFIGURATION: self.set_configuration,
            GET_CONFIGURATION: lambda number, body: self.send(CONFIGURATION_STATUS, number, bytes([SUCCESS, self.configured])),
            SET_ALT: self.set_alternate,
            GET_ALT: lambda number, body: self.send(ALT_STATUS, number, bytes([SUCCESS, body[0], self.alternate.get(body[0], 0)])),
            START_INTERRUPT: lambda number, body: self.send(INTERRUPT_STATUS, number, bytes([SUCCESS, body[0]])),
            STOP_INTERRUPT: lambda number, body: self.send(INTERRUPT_STATUS, number, bytes([SUCCESS, body[0]])),
            CONTROL: self.control, BULK: self.bulk, INTERRUPT: self.interrupt,
            # The only open transfers are bulk reads. The header does not name their endpoint: QEMU looks by the id alone.
            CANCEL: lambda number, body: self.send(BULK, number, struct.pack("<BBHIH", 0x82, CANCELLED, 0, 0, 0)),
        }

    def serve(self):
        self.send(HELLO, 0, b"usb_peer".ljust(64, b"\0") + struct.pack("<I", CAPABILITIES))
        with self.socket:
            try:
                while True:
                    kind, length, number = struct.unpack(self.header, self.receive(struct.calcsize(self.header)))
                    body = self.receive(length)
                    if kind in self.answers:
                        self.answers[kind](number, body)
            except OSError:
                return  # QEMU ended

    def receive(self, length):
        data = b""
        while len(data) < length:
            more = self.socket.recv(length - len(data))
            if not more:
                raise ConnectionResetError
            data += more
        return data

    def send(self, kind, number, body):
        self.socket.sendall(struct.pack(self.header, kind, len(body), number) + body)

    def hello(self, number, body):
        self.header = "<IIQ"
        self.tell_interfaces()
        one = self.identity
        self.send(CONNECT, 0, struct.pack("<BBBBHHH", HIGH_SPEED, *self.descriptors.device_class, one.vendor, one.product, one.release))

    def tell_interfaces(self):
        known = self.descriptors
        columns = [bytes(one[i] for one in known.interfaces).ljust(32, b"\0") for i in range(4)]
        self.send(INTERFACE_INFO, 0, struct.pack("<I", len(known.interfaces)) + b"".join(columns))
        types, intervals, owners, sizes = bytearray(b"\xff" * 32), bytearray(32), bytearray(32), [0] * 32
        types[0] = types[16] = 0
        sizes[0] = sizes[16] = 64
        for address, kind, interval, owner, size in known.endpoints if self.configured else []:
            at = (address & 15) + (16 if address & 0x80 else 0)
            types[at], intervals[at], owners[at], sizes[at] = kind, interval, owner, size
        self.send(EP_INFO, 0, bytes(types) + bytes(intervals) + bytes(owners) + struct.pack("<32H", *sizes))

    def reset(self, number, body):
        self.configured, self.alternate = 0, {}

    def set_configuration(self, number, body):
        self.configured = body[0]
        self.tell_interfaces()
        self.send(CONFIGURATION_STATUS, number, bytes([SUCCESS, body[0]]))

    def set_alternate(self, number, body):
        self.alternate[body[0]] = body[1]
        self.send(ALT_STATUS, number, bytes([SUCCESS, body[0], body[1]]))

    def control(self, number, body):
        endpoint, request, to, _, value, index, length = struct.unpack_from("<BBBBHHH", body)
        is_read, status, data = bool(to & 0x80), SUCCESS, b""
        if request == 6 and to == 0x80:
            data = self.descriptors.requested(value >> 8, value & 255)
        elif request == 0 and is_read:
            data = b"\0\0"
        elif to & 0x60 == 0x20:  # a request of the interface's class
            data = bytes(length)
        elif is_read or to & 0x60 == 0x40:
            data = None
        if data is None:
            status, data = STALL, b""
        data = data[:length] if is_read else b""
        self.send(CONTROL, number, struct.pack("<BBBBHHH", endpoint, request, to, status, value, index,
                                               len(data) if is_read else length) + data)

    def bulk(self, number, body):
        endpoint, _, length, stream, high = struct.unpack_from("<BBHIH", body)
        if not endpoint & 0x80:  # a read stays open
            self.send(BULK, number, struct.pack("<BBHIH", endpoint, SUCCESS, length, stream, high))

    def interrupt(self, number, body):
        endpoint, _, length = struct.unpack_from("<BBH", body)
        if not endpoint & 0x80:
            self.send(INTERRUPT, number, struct.pack("<BBH", endpoint, SUCCESS, length))


def listen(path, identity):
    """Serves this device on a unix socket, one connection after the other, for as long as the process lives."""
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    listener.listen(1)

    def serve():
        while True:
            Connection(listener.accept()[0], identity).serve()

    threading.Thread(target=serve, daemon=True).start()
