"""Test that the rules for VLANs check the VLANs in the config and those in the stream in the same way."""

from __future__ import annotations

import pytest

from postrender.rules import self_ips, untagged_vlans, vlan_mtu, vlan_side
from tests.patience import at_most
from tests.rules.examples import completed

KINDS = ("F5SPKVlan", "F5BigNetVlan")
TWO = "replicas: 2"
CONFIGURED = (
    "networks: [{name: macvlan-internal, master: e, mtu: 9000, "
    "vlan: {internal: true, selfIPv4: [10.1.1.1, 10.1.1.2], prefixLengthV4: 24}}, "
    "{name: macvlan-external, master: f}]"
)


def vlan(spec: str, name: str = "inside", kind: str = KINDS[0]) -> str:
    return f"kind: {kind}\nmetadata: {{name: {name}}}\nspec: {{{spec}}}"


def found(rule: object, *documents: str) -> list[tuple[str, str]]:
    """Return the path and message of each of a rule's findings."""
    findings = rule.apply(completed("\n---\n".join(documents)))  # type: ignore[attr-defined]
    return [(it.place.path, it.message) for it in findings]


@pytest.mark.parametrize("kind", KINDS)
def test_a_vlan_object_has_an_address_for_each_replica(kind: str) -> None:
    few = vlan("selfip_v4s: [10.1.1.1], selfip_v6s: ['fd00::1', 'fd00::2']", kind=kind)
    message = f"selfip_v4s of {kind} inside has too few addresses: 1 for 2 replicas"
    assert found(self_ips, TWO, few) == [("spec.selfip_v4s", message)]


@pytest.mark.parametrize(
    "documents",
    [
        pytest.param(["replicas: 1", vlan("selfip_v4s: [10.1.1.1]")], id="one-replica"),
        pytest.param([TWO, vlan("tag: 7")], id="no-addresses"),
        pytest.param([TWO, vlan("selfip_v4s: [10.1.1.1, 10.1.1.2], prefixlen_v4: 24")], id="enough"),
        pytest.param([TWO, vlan("selfip_v4s: [10.1.1.1, 10.2.1.2]")], id="no-prefix-length"),
        pytest.param([TWO, vlan("selfip_v4s: [10.1.1.1, no-address], prefixlen_v4: 24")], id="no-address"),
        pytest.param(
            ["kind: CNEInstance\nspec: {wholeCluster: true}", vlan("selfip_v4s: [10.1.1.1]")], id="whole-cluster"
        ),
        pytest.param(
            [CONFIGURED, vlan("selfip_v4s: [10.1.1.1, 10.1.1.2], prefixlen_v4: 24", "macvlan-internal")],
            id="the-configs-own-vlan",
        ),
    ],
)
def test_self_ips_are_right(documents: list[str]) -> None:
    assert found(self_ips, *documents) == []


@pytest.mark.parametrize(
    ("objects", "expected"),
    [
        pytest.param(
            [vlan("selfip_v4s: [10.1.1.1, 10.1.2.2], prefixlen_v4: 24")],
            ("spec.selfip_v4s.1", "10.1.2.2 is not in 10.1.1.0/24, the subnet of 10.1.1.1"),
            id="another-subnet",
        ),
        pytest.param(
            [vlan("selfip_v6s: ['fd00::1', 'fd00:0::1'], prefixlen_v6: 64")],
            ("spec.selfip_v6s.1", "fd00:0::1 is listed twice in F5SPKVlan inside"),
            id="twice-in-one",
        ),
        pytest.param(
            [vlan("selfip_v4s: [10.1.1.1]"), vlan("selfip_v4s: [10.1.1.1]", "outside")],
            ("spec.selfip_v4s.0", "10.1.1.1 is a self IP of both F5SPKVlan inside and F5SPKVlan outside"),
            id="in-two",
        ),
        pytest.param(
            [CONFIGURED, vlan("selfip_v4s: [10.1.1.2]")],
            ("spec.selfip_v4s.0", "10.1.1.2 is a self IP of both macvlan-internal and F5SPKVlan inside"),
            id="in-the-config-too",
        ),
    ],
)
def test_self_ips_of_vlan_objects_are_compared(objects: list[str], expected: tuple[str, str]) -> None:
    assert found(self_ips, *objects) == [expected]


SAME = "interfaces: ['1.1'], internal: true, selfip_v4s: [10.1.1.2, 10.1.1.1]"


@pytest.mark.parametrize(
    ("spec", "is_same"),
    [
        pytest.param(SAME, True, id="same"),
        pytest.param(f"{SAME}, tag: 0", True, id="untagged"),
        pytest.param(f"{SAME}, tag: 7", False, id="another-tag"),
        pytest.param(SAME.replace("1.1'", "1.2'"), False, id="another-interface"),
        pytest.param(SAME.replace("true", "false"), False, id="another-side"),
        pytest.param(SAME.replace(", 10.1.1.1]", "]"), False, id="fewer-addresses"),
    ],
)
def test_an_object_can_be_the_vlan_of_a_network_under_another_name(spec: str, is_same: bool) -> None:
    messages = [message for _, message in found(self_ips, CONFIGURED, vlan(spec))]
    twice = "F5SPKVlan inside is the vlan of macvlan-internal, under another name"
    assert messages == [twice] if is_same else (twice not in messages and any("10.1.1.2" in it for it in messages))


def test_two_objects_are_two_vlans() -> None:
    assert len(found(self_ips, vlan(SAME), vlan(SAME, "outside"))) == 2


def test_a_vlan_under_another_name_is_not_a_second_untagged_one() -> None:
    assert found(untagged_vlans, CONFIGURED, vlan(SAME)) == []


def test_100000_self_ips_are_compared_in_linear_time() -> None:
    addresses = ", ".join(f"10.{it >> 16}.{it >> 8 & 255}.{it & 255}" for it in range(100_000))
    subject = completed(vlan(f"selfip_v4s: [{addresses}], prefixlen_v4: 8"))
    with at_most(20):
        assert [*self_ips.apply(subject)] == []


def test_an_untagged_vlan_of_the_config_is_compared_with_another_of_the_config() -> None:
    assert found(untagged_vlans, CONFIGURED, vlan("interfaces: ['1.1']", "macvlan-internal")) == []
    both = "inside and macvlan-internal are both untagged on interface 1.1"
    assert found(untagged_vlans, CONFIGURED, vlan("interfaces: ['1.1']")) == [("spec.interfaces", both)]


@pytest.mark.parametrize(
    ("mtu", "findings"),
    [
        ("9000", []),
        ("1500", [("spec.networks[0].mtu", "mtu of macvlan-internal is 9000, but the MTU of TMM is 1500")]),
    ],
)
def test_the_mtu_of_the_vlan_that_vlans_prints(mtu: str, findings: list[tuple[str, str]]) -> None:
    assert found(vlan_mtu, CONFIGURED, f"env: [{{name: TMM_DEFAULT_MTU, value: '{mtu}'}}]") == findings


@pytest.mark.parametrize(
    ("spec", "name", "path", "fix"),
    [
        pytest.param("interfaces: ['1.1']", "internal", "spec.internal", "set spec.internal to true", id="missing"),
        pytest.param(
            "interfaces: ['1.2'], internal: true",
            "outside-external",
            "spec.internal",
            "set spec.internal to false",
            id="wrong",
        ),
        pytest.param(
            "interfaces: ['1.2'], internal: true",
            "internal",
            "spec.interfaces",
            "reorder spec.networks, or correct spec.interfaces of the VLAN",
            id="other-interface",
        ),
        pytest.param(
            "interfaces: ['1.1']",
            "lab",
            "spec.internal",
            "set spec.internal to true if the VLAN is internal; otherwise, reorder spec.networks, or correct "
            "spec.interfaces of the VLAN",
            id="a-name-that-says-nothing",
        ),
    ],
)
def test_the_finding_names_the_wrong_field(spec: str, name: str, path: str, fix: str) -> None:
    (finding,) = vlan_side.apply(completed(vlan(spec, name)))
    assert (finding.document and ".".join(map(str, finding.document.path)), finding.fix) == (path, fix)
