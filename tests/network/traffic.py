"""Send datagrams and frames between namespaces, and capture them on the way."""

from __future__ import annotations

import errno
import itertools
import select
import socket
import struct
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address

from tests.network.namespaces import Namespace
from tests.patience import HANG

IP = IPv4Address | IPv6Address

ALL = 3  # ETH_P_ALL
OURS = 0x88B5  # the EtherType for local experiments
TAGGED = 0x8100
SOL_PACKET, PACKET_AUXDATA = 263, 8
RECVERR = {4: (socket.IPPROTO_IP, 11), 6: (socket.IPPROTO_IPV6, 25)}

_tokens = map("token {:08d} ".format, itertools.count())


def token() -> bytes:
    """Return a text that no other frame contains."""
    return next(_tokens).encode()


def reaches(source: Namespace, target: Namespace, addresses: Iterable[IP], text: bytes = b"?") -> list[bool]:
    """Return, for each address of the target, whether a datagram arrives there and its answer comes back.

    If not, the address must be unreachable.
    """
    attempts = [_sent(source, target, address, text) for address in addresses]
    return [_answered(client, server, text) for client, server in attempts]


def _sent(source: Namespace, target: Namespace, address: IP, text: bytes) -> tuple[socket.socket, socket.socket]:
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    client, server = (place.socket(family, socket.SOCK_DGRAM) for place in (source, target))
    server.bind((str(address), 0))
    client.setsockopt(*RECVERR[address.version], 1)
    client.connect(server.getsockname())
    client.send(text)
    return client, server


def _answered(client: socket.socket, server: socket.socket, text: bytes) -> bool:
    """Wait until the datagram arrives, or the kernel stops looking for the neighbor."""
    assert select.select([client, server], [], [], HANG)[0], "no datagram, and no error"
    if error := client.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
        assert error == errno.EHOSTUNREACH, errno.errorcode[error]
        return False
    received, sender = server.recvfrom(2048)
    server.sendto(received, sender)
    assert client.recv(2048) == received == text
    return True


def mac(namespace: Namespace, interface: str) -> bytes:
    return bytes.fromhex(namespace.link(interface).get_attr("IFLA_ADDRESS").replace(":", ""))


def broadcast(source: Namespace, interface: str, text: bytes, tag: int | None = None) -> None:
    """Send a broadcast frame, with or without an 802.1Q tag."""
    tagged = b"" if tag is None else struct.pack("!HH", TAGGED, tag)
    sender = source.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    sender.bind((interface, 0))
    sender.send(b"\xff" * 6 + mac(source, interface) + tagged + struct.pack("!H", OURS) + text)


class Capture:
    """A capture of all frames on an interface from now on, with a packet socket, as tcpdump uses it."""

    def __init__(self, namespace: Namespace, interface: str) -> None:
        self._socket = namespace.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        self._socket.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1)
        self._socket.bind((interface, ALL))

    def texts_until(self, last: bytes) -> list[tuple[bytes, int]]:
        """Return the texts of our frames before the last one, each with its tag, or 0."""
        frames = itertools.takewhile(lambda frame: last not in frame[0], iter(self._frame, None))
        return [(frame[14:], tag) for frame, tag in frames if frame[12:14] == struct.pack("!H", OURS)]

    def so_far(self) -> bytes:
        """Return all captured frames, joined."""
        self._socket.setblocking(False)
        frames = []
        try:
            while True:
                frames.append(self._frame()[0])
        except BlockingIOError:
            return b"".join(frames)

    def _frame(self) -> tuple[bytes, int]:
        """Return the next frame and its tag, which the kernel returns separately."""
        frame, extra, _, _ = self._socket.recvmsg(2048, socket.CMSG_SPACE(20))
        ((_, _, auxiliary),) = extra
        return frame, struct.unpack("IIIHHHH", auxiliary)[5]
