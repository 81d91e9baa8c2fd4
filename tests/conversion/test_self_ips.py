"""The config's networks as F5SPKVlan objects: which fields, which values, in which order."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from postrender import config
from postrender.conversion import self_ips
from postrender.errors import USAGE, UsageError
from tests.configs import HEAD


def text(networks: str, tmm: str = "{}") -> str:
    return self_ips.text(config.parse(f"{HEAD}spec: {{networks: {networks}, tmm: {tmm}}}\n".encode()))


def spec(network: str) -> dict[str, Any]:
    """The spec of the only network's object."""
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
