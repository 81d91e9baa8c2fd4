"""Test the setup of F5's guide with the real plugin: two TMM pods on a node, and a host on the wire of each NIC.

The kernel acts as TMM here: it has the self IPs, and answers ARP and neighbor solicitations.
"""

from __future__ import annotations

from ipaddress import ip_address, ip_interface

import pytest

from tests.network.emitted import EXTERNAL, EXTERNAL_VLAN, INTERNAL, INTERNAL_VLAN, Emit
from tests.network.lab import HOSTS, Host, Lab
from tests.network.traffic import Capture, broadcast, reaches, token

pytestmark = pytest.mark.root


class Page:
    """The attached pods and hosts: `hosts` has a host for each NIC, `pods` has a pod for each replica."""

    def __init__(self, lab: Lab, emit: Emit) -> None:
        self.node, self.hosts = lab.node, lab.wires()
        self.emitted = emit({**INTERNAL, "vlan": INTERNAL_VLAN}, {**EXTERNAL, "vlan": EXTERNAL_VLAN})
        self.pods = [lab.pod(self.emitted, replica) for replica in (0, 1)]


@pytest.fixture
def page(lab: Lab, emit: Emit) -> Page:
    return Page(lab, emit)


def test_pods_and_hosts_reach_each_other(page: Page) -> None:
    first, second = page.pods
    for (master, host), addresses in zip(page.hosts.items(), page.emitted.self_ips.values(), strict=True):
        of_the_host = [address.ip for address in HOSTS[master]]
        of_the_first, of_the_second = ([family[replica].ip for family in addresses] for replica in (0, 1))
        assert reaches(first, second, of_the_second) == reaches(second, first, of_the_first) == [True, True]
        assert reaches(first, host, of_the_host) == reaches(host, second, of_the_second) == [True, True]


def test_each_pod_has_exactly_its_self_ips(page: Page) -> None:
    assert [(pod.addresses("net1"), pod.addresses("net2")) for pod in page.pods] == [
        (["10.1.1.100", "fd00:1::100"], ["10.2.2.100", "fd00:2::100"]),
        (["10.1.1.101", "fd00:1::101"], ["10.2.2.101", "fd00:2::101"]),
    ]


def test_the_networks_do_not_mix(page: Page) -> None:
    """A broadcast frame reaches all members of its own network, and no member of the other network."""
    places = [[(page.hosts[master], Host.SWITCH), (page.pods[1], net)] for master, net in NETWORKS]
    captures = [[Capture(*place) for place in network] for network in places]
    texts, last = (token(), token()), token()
    for (_, net), text in zip(NETWORKS, texts, strict=True):
        broadcast(page.pods[0], net, text)
    for _, net in NETWORKS:
        broadcast(page.pods[0], net, last)
    seen = [[capture.texts_until(last) for capture in network] for network in captures]
    assert seen == [[[(text, 0)]] * 2 for text in texts]


NETWORKS = (("ens224", "net1"), ("ens256", "net2"))


def test_tcpdump_on_the_master_sees_the_pods_on_it(page: Page) -> None:
    first, second = page.pods
    host, other = page.hosts.values()
    places = [(page.node, "ens224"), (page.node, "ens256"), (host, Host.PORT), (other, Host.PORT)]
    captures = [Capture(*place) for place in places]
    out, back, within = token(), token(), token()
    assert reaches(first, host, [ip_address("10.1.1.1")], out) == [True]
    assert reaches(host, second, [ip_address("10.1.1.101")], back) == [True]
    assert reaches(first, second, [ip_address("10.1.1.101")], within) == [True]
    seen = [[frames.count(text) for text in (out, back, within)] for frames in map(Capture.so_far, captures)]
    # A request and a reply are two frames. Frames that stay on the node are seen on the master, but not on the wire.
    assert seen == [[2, 2, 2], [0, 0, 0], [2, 2, 0], [0, 0, 0]]


def test_a_tag_of_an_f5spkvlan_passes_through(page: Page) -> None:
    """TMM tags its frames itself. The macvlan interface ignores tags and carries these frames."""
    places = [(page.hosts["ens224"], Host.SWITCH), (page.pods[1], "net1")]
    captures = [Capture(*place) for place in places]
    text, last = token(), token()
    broadcast(page.pods[0], "net1", text, tag=7)
    broadcast(page.pods[0], "net1", last)
    assert [capture.texts_until(last) for capture in captures] == [[(text, 7)]] * 2


def test_the_node_itself_is_out_of_reach_over_its_own_nic(page: Page) -> None:
    """This is why `ovn-bridge` warns: a pod cannot reach an address of its own master, but the host can."""
    address = ip_interface("10.1.1.2/24")
    page.node.give("ens224", address)
    assert reaches(page.hosts["ens224"], page.node, [address.ip]) == [True]
    assert reaches(page.pods[0], page.node, [address.ip]) == [False]
