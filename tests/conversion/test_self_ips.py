"""Test the F5SPKVlan objects for the networks in the config: their fields, values and order."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from postrender import config
from postrender.conversion import self_ips
from postrender.errors import USAGE, UsageError
from tests.configs import HEAD


def text(networks: str, tmm: str = "{}", more: str = "") -> str:
    return self_ips.stream_of(
        config.parse(f"{HEAD}spec: {{networks: {networks}, tmm: {tmm}{more}}}\n".encode())
    ).data.decode()


def spec(network: str) -> dict[str, Any]:
    """Return the spec of the only object for this network."""
    (found,) = yaml.safe_load_all(text(f"[{{name: net-a, master: ens1, {network}}}]"))
    return dict(found["spec"])


PLAIN = {"name": "net-a", "tag": 0, "interfaces": ["1.1"], "internal": False}


@pytest.mark.parametrize(
    ("network", "wanted"),
    [
        pytest.param("vlan: {}", {}, id="untagged-and-external"),
        pytest.param("vlan: {tag: 0}", {}, id="tag-0-is-untagged"),
        pytest.param("vlan: {tag: 4094}", {"tag": 4094}, id="tag"),
        pytest.param("vlan: {internal: true}", {"internal": True}, id="internal"),
        pytest.param("vlan: {internal: false}", {}, id="not-internal"),
        pytest.param(
            "vlan: {selfIPv4: [10.1.1.100], prefixLengthV4: 24}",
            {"selfip_v4s": ["10.1.1.100"], "prefixlen_v4": 24},
            id="v4",
        ),
        pytest.param(
            "vlan: {selfIPv6: ['fd00::1', 'fd00::2'], prefixLengthV6: 64}",
            {"selfip_v6s": ["fd00::1", "fd00::2"], "prefixlen_v6": 64},
            id="v6",
        ),
        pytest.param(
            "vlan: {selfIPv6: ['fd00::1'], prefixLengthV6: 64, selfIPv4: [10.1.1.2, 10.1.1.1], prefixLengthV4: 24}",
            {
                "selfip_v4s": ["10.1.1.2", "10.1.1.1"],
                "prefixlen_v4": 24,
                "selfip_v6s": ["fd00::1"],
                "prefixlen_v6": 64,
            },
            id="both-families-in-the-given-order",
        ),
        pytest.param("vlan: {prefixLengthV4: 24}", {}, id="a-length-without-addresses-says-nothing"),
        pytest.param("mtu: 9000, vlan: {}", {"mtu": 9000}, id="mtu-of-the-network"),
        pytest.param("interface: ext0, vlan: {}", {}, id="the-name-in-the-pod-is-not-tmms"),
        pytest.param("namespace: lab, vlan: {}", {}, id="the-networks-namespace-is-not-the-vlans"),
        pytest.param("create: false, vlan: {}", {}, id="of-a-definition-that-exists"),
    ],
)
def test_the_spec(network: str, wanted: dict[str, Any]) -> None:
    assert spec(network) == {**PLAIN, **wanted}


def test_interfaces_count_every_network() -> None:
    networks = ", ".join(f"{{name: n{number}, master: e{number}, vlan: {{}}}}" for number in range(1, 11))
    objects = list(yaml.safe_load_all(text(f"[{networks}]")))
    assert [found["spec"]["interfaces"] for found in objects] == [[f"1.{number}"] for number in range(1, 11)]


def test_networks_without_a_vlan_are_left_out() -> None:
    (found,) = yaml.safe_load_all(text("[{name: a, master: e}, {name: b, master: f, vlan: {}}, {name: c, master: g}]"))
    assert (found["metadata"], found["spec"]["interfaces"]) == ({"name": "b"}, ["1.2"])


@pytest.mark.parametrize(
    ("network", "tmm", "metadata"),
    [
        pytest.param("", "{}", {"name": "a"}, id="the-releases"),
        pytest.param("", "{namespace: spk}", {"name": "a", "namespace": "spk"}, id="the-tmms"),
        pytest.param(", namespace: lab", "{namespace: spk}", {"name": "a", "namespace": "spk"}, id="not-the-networks"),
    ],
)
def test_the_namespace_is_the_tmms(network: str, tmm: str, metadata: dict[str, str]) -> None:
    (found,) = yaml.safe_load_all(text(f"[{{name: a, master: e, vlan: {{}}{network}}}]", tmm))
    assert found["metadata"] == metadata


@pytest.mark.parametrize("name", ["1", "1e3", "true", "null", "0x1", "12e03"])
def test_names_that_yaml_takes_for_something_else_are_strings(name: str) -> None:
    (found,) = yaml.safe_load_all(text(f"[{{name: '{name}', master: e, vlan: {{}}}}]"))
    assert (found["metadata"]["name"], found["spec"]["name"]) == (name, name)


def test_without_a_vlan_there_is_nothing_to_print() -> None:
    with pytest.raises(UsageError, match=r"spec\.networks\[\]\.vlan") as raised:
        text("[{name: a, master: e}]")
    assert raised.value.status == USAGE


# Tests of which kinds of objects each product gets.

FIXED = "vlan: {internal: true, selfIPv4: [10.1.1.100], prefixLengthV4: 24}"
POOL = "vlan: {internal: true, pool: {rangeStart: 10.1.1.64, rangeEnd: 10.1.1.95}}"
OUTER = "{name: b, master: f, mtu: 9000, vlan: {tag: 7, pool: {rangeStart: 10.1.10.64, rangeEnd: 10.1.10.95}}}"


def kinds(networks: str, more: str = "") -> list[str]:
    return [found["kind"] for found in yaml.safe_load_all(text(networks, more=more))]


@pytest.mark.parametrize(
    ("product", "vlan", "kind"),
    [
        pytest.param("", FIXED, "F5SPKVlan", id="fixed-addresses-alone"),
        pytest.param(", product: SPK", FIXED, "F5SPKVlan", id="spk"),
        pytest.param(", product: CNF", FIXED, "F5BigNetVlan", id="cnf"),
        pytest.param(", product: BNK 2.3", FIXED, "F5SPKVlan", id="bnk-2.3"),
        pytest.param("", POOL, "Infra", id="a-pool-alone"),
        pytest.param(", product: BNK 2.4", POOL, "Infra", id="bnk-2.4"),
        pytest.param(", product: BNK 10.0", POOL, "Infra", id="bnk-10"),
    ],
)
def test_the_product_decides_which_object_it_is(product: str, vlan: str, kind: str) -> None:
    assert kinds(f"[{{name: a, master: e, {vlan}}}]", product) == [kind]


@pytest.mark.parametrize(
    ("networks", "more", "said"),
    [
        pytest.param(
            f"[{{name: a, master: e, {FIXED}}}]",
            ", product: BNK 2.4",
            "spec.networks[0].vlan: BNK 2.4 takes self IPs from a pool, but this vlan has fixed ones; set pool instead",
            id="fixed-on-2.4",
        ),
        pytest.param(
            f"[{{name: a, master: e}}, {{name: b, master: f, {POOL}}}]",
            ", product: SPK",
            "spec.networks[1].vlan: SPK does not support pools (BNK 2.4 and later do); set selfIPv4 instead",
            id="a-pool-on-spk",
        ),
        pytest.param(
            f"[{{name: a, master: e, {POOL}}}, {{name: b, master: f, {FIXED}}}]",
            "",
            "spec.networks[1].vlan: another network's vlan has a pool, but this vlan does not",
            id="both",
        ),
        pytest.param(
            "[{name: a, master: e, vlan: {pool: {rangeStart: 10.1.1.1, rangeEnd: 10.1.1.4}}}]",
            "",
            "the pool of a has 4 addresses, which may be too few: the product refused pools of 1 and 4 addresses; "
            "use 32 or more",
            id="too-small",
        ),
        pytest.param(
            "[{name: a, master: e, vlan: {pool: {rangeStart: 10.0.1.1, rangeEnd: 10.0.1.99}}}]",
            "",
            "the pool of a overlaps the egress subnet (by default 10.0.0.0/16); set spec.egressSubnet to a subnet that",
            id="in-the-default-egress-subnet",
        ),
        pytest.param(
            f"[{{name: a, master: e, {POOL}}}, {{name: b, master: f, {POOL}}}]",
            "",
            "the pool of b overlaps a; separate the pools",
            id="overlapping",
        ),
        pytest.param(
            f"[{{name: egress, master: e, {POOL}}}, {{name: b, master: f, {POOL}}}]",
            "",
            "the pool of b overlaps egress; separate the pools",
            id="overlapping-one-named-egress",
        ),
        pytest.param(
            f"[{{name: a, master: e, namespace: lab, {POOL}}}]",
            "",
            "network a is in namespace lab, but Infra refers only to networks in its own namespace; remove the",
            id="another-namespace",
        ),
        pytest.param(
            f"[{{name: a, master: e, namespace: lab, {FIXED}}}, {{name: a, master: f, namespace: spk, vlan: {{}}}}]",
            "",
            "two networks with a vlan have the same name",
            id="one-name-twice",
        ),
        pytest.param(
            f"[{{name: a, master: e, {POOL}}}, {{name: a, master: f, namespace: x}}]",
            "",
            "two networks have the same name, but Infra refers to networks by name; rename one",
            id="one-name-twice-for-an-infra",
        ),
        pytest.param(
            f"[{{name: a, master: e, {FIXED}}}, {{name: b, master: f, {FIXED}}}]",
            "",
            "10.1.1.100 is a self IP of both a and b; change one",
            id="one-address-twice",
        ),
    ],
)
def test_what_would_be_ignored_or_refused_is_not_printed(networks: str, more: str, said: str) -> None:
    with pytest.raises(UsageError) as raised:
        text(networks, "{namespace: bnk}", more)
    assert said in str(raised.value)


def test_an_infra_holds_every_network() -> None:
    written = text(f"[{{name: a, master: e, {POOL}}}, {OUTER}]", "{namespace: bnk}", ", egressSubnet: 198.18.0.0/16")
    assert yaml.safe_load(written) == {
        "apiVersion": "gateway.k8s.f5.com/v1alpha1",
        "kind": "Infra",
        "metadata": {"name": "infra", "namespace": "bnk"},
        "spec": {
            "networkAttachments": [
                {"name": "a", "networkAttachmentDefinitions": [{"name": "a"}]},
                {"name": "b", "networkAttachmentDefinitions": [{"name": "b"}]},
            ],
            "ipams": [
                {"name": "a-self-ips", "ipPools": [{"rangeStart": "10.1.1.64", "rangeEnd": "10.1.1.95"}]},
                {"name": "b-self-ips", "ipPools": [{"rangeStart": "10.1.10.64", "rangeEnd": "10.1.10.95"}]},
            ],
            "networks": [
                {
                    "name": "a",
                    "type": "vlan",
                    "vlan": {"networkAttachmentRef": {"name": "a"}, "ipamRefs": [{"name": "a-self-ips"}], "tag": 0},
                },
                {
                    "name": "b",
                    "type": "vlan",
                    "vlan": {
                        "networkAttachmentRef": {"name": "b"},
                        "ipamRefs": [{"name": "b-self-ips"}],
                        "tag": 7,
                        "mtu": 9000,
                    },
                },
            ],
            "egressDefaults": {"networkRef": {"name": "a"}, "subnet": "198.18.0.0/16", "port": 4789},
        },
    }


@pytest.mark.parametrize(("network", "tagged"), [(OUTER, True), (f"{{name: a, master: e, {POOL}}}", False)])
def test_an_infra_says_what_is_not_documented(network: str, tagged: bool) -> None:
    written = text(f"[{network}]")
    assert "the netmask of a self IP from a pool" in written
    assert ("whether TMM accepts a tagged network" in written) is tagged
