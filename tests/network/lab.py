"""A node with NICs, a switch and a host at the end of each wire, and pods that are attached as Multus does it."""

from __future__ import annotations

import json
import subprocess
from contextlib import ExitStack
from ipaddress import ip_interface
from pathlib import Path
from typing import Any

from tests.network.emitted import Attachment, Emitted
from tests.network.namespaces import Address, Namespace
from tests.patience import HANG

HAIRPIN = 1  # IFLA_BRPORT_MODE: the switch may send a frame back on the port from which it came
#: The hosts at the ends of the wires, with addresses in the same networks as TMM's self IPs.
HOSTS = {
    "ens224": (ip_interface("10.1.1.1/24"), ip_interface("fd00:1::1/64")),
    "ens256": (ip_interface("10.2.2.1/24"), ip_interface("fd00:2::1/64")),
}

Result = dict[str, Any]


class Refused(Exception):
    """The plugin's own message about a request that it refuses."""


class Host(Namespace):
    """A host and its switch in one: a bridge whose only port is the far end of the node's wire."""

    PORT, SWITCH = "port", "switch"

    def set_hairpin(self, hairpin: bool) -> None:
        self.netlink.brport("set", index=self.index(self.PORT), mode=HAIRPIN if hairpin else 0)


class Lab:
    def __init__(self, plugin: Path) -> None:
        self._plugin = plugin
        self._open = ExitStack()
        self.node = self.namespace()

    def __enter__(self) -> Lab:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def namespace(self) -> Namespace:
        return self._open.enter_context(Namespace())

    def wire(self, master: str, mtu: int = 1500, addresses: tuple[Address, ...] = ()) -> Host:
        """Give the node a NIC, and give these addresses to the host at the other end of its wire."""
        host = self._open.enter_context(Host())
        peer = {"ifname": Host.PORT, "net_ns_fd": host.fd, "mtu": mtu}
        self.node.netlink.link("add", ifname=master, kind="veth", mtu=mtu, peer=peer)
        host.netlink.link("add", ifname=Host.SWITCH, kind="bridge")
        host.netlink.link("set", ifname=Host.PORT, master=host.index(Host.SWITCH))
        self.node.bring_up(master)
        # The bridge comes last, because it carries frames only after its port does.
        for interface in (Host.PORT, Host.SWITCH):
            host.bring_up(interface)
            host.await_carrier(interface)
        self.node.await_carrier(master)
        host.give(Host.SWITCH, *addresses)
        return host

    def wires(self) -> dict[str, Host]:
        """Create the NICs of F5's macvlan guide and their hosts."""
        return {master: self.wire(master, addresses=addresses) for master, addresses in HOSTS.items()}

    def pod(self, emitted: Emitted, replica: int = 0) -> Namespace:
        """Create a TMM pod on the node. It gets the attachments, as from Multus, and the self IPs, as from TMM."""
        pod = self.namespace()
        for number, attachment in enumerate(emitted.attachments, 1):
            self.add(pod, attachment)
            pod.await_carrier(attachment.interface)
            pod.give(attachment.interface, *(family[replica] for family in emitted.self_ips.get(f"1.{number}", ())))
        return pod

    def add(self, pod: Namespace, attachment: Attachment) -> Result:
        return self.cni("ADD", pod, attachment)

    def delete(self, pod: Namespace, attachment: Attachment) -> Result:
        return self.cni("DEL", pod, attachment)

    def knows(self, version: str) -> bool:
        """Report whether the plugin supports a version of the CNI specification."""
        done = subprocess.run([self._plugin], env={"CNI_COMMAND": "VERSION"}, capture_output=True, check=False)
        return version in json.loads(done.stdout).get("supportedVersions", [])

    def cni(self, command: str, pod: Namespace, attachment: Attachment) -> Result:
        """Run the plugin on the node with the config that the program wrote; raise Refused with its message."""
        variables = {
            "CNI_COMMAND": command,
            "CNI_CONTAINERID": "tmm",
            "CNI_NETNS": pod.path,
            "CNI_IFNAME": attachment.interface,
            "CNI_PATH": str(self._plugin.parent),
        }
        with self.node.entered():
            done = subprocess.run(
                [self._plugin],
                input=attachment.config.encode(),
                env=variables,
                capture_output=True,
                timeout=HANG,
                check=False,
            )
        answer: Result = json.loads(done.stdout or "{}")
        if done.returncode:
            raise Refused(answer["msg"] + answer.get("details", ""))
        return answer
