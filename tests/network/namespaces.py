"""Network namespaces without a name.

The kernel removes a namespace and its contents with its last file descriptor, so nothing stays even if a run is killed.
"""

from __future__ import annotations

import ctypes
import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from ipaddress import IPv4Interface, IPv6Interface
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyroute2 import IPRoute

from tests.patience import HANG, comes_true

if TYPE_CHECKING:
    from typing_extensions import Self

Address = IPv4Interface | IPv6Interface

OWN = "/proc/thread-self/ns/net"
CLONE_NEWNET = 0x40000000
IFA_F_NODAD = 2  # makes an IPv6 address usable at once, without the second that detecting duplicates takes
LIBC = ctypes.CDLL(None, use_errno=True)


class Namespace:
    """A network namespace, with its netlink socket and other sockets. Other processes can open it by its `path`."""

    def __init__(self) -> None:
        with ExitStack() as stack, _moved("unshare", CLONE_NEWNET):
            self.fd = os.open(OWN, os.O_RDONLY)
            stack.callback(os.close, self.fd)
            self.path = f"/proc/{os.getpid()}/fd/{self.fd}"
            self.netlink = stack.enter_context(IPRoute())
            self.netlink.link("set", ifname="lo", state="up")
            self._open = stack.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Enter the namespace: sockets that are created, programs that are started, and /proc/sys/net belong to it."""
        with _moved("setns", self.fd, CLONE_NEWNET):
            yield

    def socket(self, *kind: int) -> socket.socket:
        with self.entered():
            made = self._open.enter_context(socket.socket(*kind))
        made.settimeout(HANG)
        return made

    def interfaces(self) -> list[str]:
        return [link.get_attr("IFLA_IFNAME") for link in self.netlink.get_links() if link["ifi_type"] == 1]

    def link(self, interface: str) -> Any:
        """Return netlink's information about an interface."""
        (found,) = self.netlink.link("get", ifname=interface)
        return found

    def index(self, interface: str) -> int:
        return int(self.link(interface)["index"])

    def addresses(self, interface: str) -> list[str]:
        """Return the addresses of an interface that were assigned, without its automatic link-local address."""
        found = self.netlink.get_addr(index=self.index(interface))
        return [address.get_attr("IFA_ADDRESS") for address in found if address["scope"] == 0]

    def give(self, interface: str, *addresses: Address) -> None:
        """Give addresses to an interface.

        An address that does not answer is given up after one second instead of three.
        """
        for address in addresses:
            flags = {"flags": IFA_F_NODAD} if address.version == 6 else {}
            self.netlink.addr("add", index=self.index(interface), address=str(address), **flags)
            with self.entered():
                Path(f"/proc/sys/net/ipv{address.version}/neigh/{interface}/retrans_time_ms").write_text("333")

    def bring_up(self, interface: str) -> None:
        self.netlink.link("set", ifname=interface, state="up")

    def await_carrier(self, interface: str) -> None:
        """Wait until the kernel reports that an interface carries frames; frames that are sent before are lost."""
        is_up = comes_true(lambda: self.link(interface).get_attr("IFLA_OPERSTATE") == "UP")
        assert is_up, f"{interface} does not come up"


@contextmanager
def _moved(call: str, *arguments: int) -> Iterator[None]:
    """Move this thread to another namespace, and move it back afterwards."""
    home = os.open(OWN, os.O_RDONLY)
    try:
        _system(call, *arguments)
        try:
            yield
        finally:
            _system("setns", home, CLONE_NEWNET)
    finally:
        os.close(home)


def _system(call: str, *arguments: int) -> None:
    if LIBC[call](*arguments):
        error = ctypes.get_errno()
        raise OSError(error, f"{call}: {os.strerror(error)}")
