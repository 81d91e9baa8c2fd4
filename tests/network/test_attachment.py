"""Test single attachments: how the plugin executes the CNI config that the program wrote."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from postrender.config import CNI_VERSIONS
from tests.network.emitted import EXTERNAL, INSTANCE, INTERNAL, TMM, Emit
from tests.network.lab import Lab, Refused
from tests.network.namespaces import Namespace
from tests.patience import HANG

pytestmark = pytest.mark.root


def link_data(pod: Namespace, interface: str) -> tuple[str, str]:
    """Return the kind and the macvlan mode of an interface."""
    info = pod.link(interface).get_attr("IFLA_LINKINFO")
    return info.get_attr("IFLA_INFO_KIND"), info.get_attr("IFLA_INFO_DATA").get_attr("IFLA_MACVLAN_MODE")


@pytest.mark.parametrize("mode", ["bridge", "private", "vepa", "passthru"])
def test_add_makes_the_interface_and_del_removes_it(lab: Lab, emit: Emit, mode: str) -> None:
    lab.wire("ens224")
    (attachment,) = emit({**INTERNAL, "mode": mode}).attachments
    pod = lab.namespace()
    answer = lab.add(pod, attachment)
    net1 = pod.link("net1")
    assert answer == {
        "cniVersion": "0.3.1",
        "interfaces": [{"name": "net1", "mac": net1.get_attr("IFLA_ADDRESS"), "sandbox": pod.path}],
        "dns": {},
    }
    assert (pod.interfaces(), net1["state"], link_data(pod, "net1")) == (["net1"], "up", ("macvlan", mode))
    assert pod.addresses("net1") == []
    assert lab.delete(pod, attachment) == {}
    assert (pod.interfaces(), lab.node.interfaces()) == ([], ["ens224"])
    assert lab.delete(pod, attachment) == {}  # if kubelet is not sure, it deletes again


@pytest.mark.parametrize("tmm", [TMM, INSTANCE], ids=["workload", "instance"])
@pytest.mark.parametrize(
    ("networks", "masters"),
    [
        pytest.param((INTERNAL, EXTERNAL), ("ens224", "ens256"), id="internal first"),
        pytest.param((EXTERNAL, INTERNAL), ("ens256", "ens224"), id="external first"),
    ],
)
def test_the_interfaces_are_in_the_order_of_the_config(
    lab: Lab, emit: Emit, tmm: str, networks: tuple[dict[str, object], ...], masters: tuple[str, str]
) -> None:
    lab.wires()
    emitted = emit(*networks, tmm=tmm)
    assert [attachment.interface for attachment in emitted.attachments] == ["net1", "net2"]
    pod = lab.pod(emitted)
    below = [pod.link(interface).get_attr("IFLA_LINK") for interface in ("net1", "net2")]
    assert below == [lab.node.index(master) for master in masters]


def test_an_interface_can_have_a_name_of_its_own(lab: Lab, emit: Emit) -> None:
    lab.wires()
    longest = "internal_0.if-a"
    pod = lab.pod(emit({**INTERNAL, "interface": longest}, EXTERNAL))
    below = [pod.link(interface).get_attr("IFLA_LINK") for interface in (longest, "net2")]
    assert below == [lab.node.index(master) for master in ("ens224", "ens256")]


@pytest.mark.parametrize(
    ("mtu", "of_the_master", "expected"),
    [
        pytest.param(None, 1500, 1500, id="the NIC's"),
        pytest.param(None, 9000, 9000, id="a large NIC's"),
        pytest.param(1400, 1500, 1400, id="a smaller one"),
        pytest.param(9000, 9000, 9000, id="as large as the NIC's"),
        pytest.param(68, 1500, 68, id="the smallest"),
        pytest.param(65535, 65535, 65535, id="the largest"),
    ],
)
def test_mtu(lab: Lab, emit: Emit, mtu: int | None, of_the_master: int, expected: int) -> None:
    lab.wire("ens224", mtu=of_the_master)
    network = INTERNAL if mtu is None else {**INTERNAL, "mtu": mtu}
    pod = lab.namespace()
    lab.add(pod, emit(network).attachments[0])
    assert pod.link("net1").get_attr("IFLA_MTU") == expected


def test_the_master_may_be_an_alternative_name(lab: Lab, emit: Emit) -> None:
    lab.wire("ens224")
    name = alternative_name(lab, "ens224", 15)
    pod = lab.namespace()
    lab.add(pod, emit({**INTERNAL, "master": name}).attachments[0])
    assert pod.link("net1").get_attr("IFLA_LINK") == lab.node.index("ens224")


def test_a_longer_alternative_name_is_found_and_refused_by_old_plugins_only(lab: Lab, emit: Emit) -> None:
    """Debian 12's plugin refuses names of more than 15 characters; Debian 13's plugin accepts them.

    Both plugins have the same version number.
    """
    lab.wire("ens224")
    pod = lab.namespace()
    (attachment,) = emit({**INTERNAL, "master": alternative_name(lab, "ens224", 127)}).attachments
    refusal = ""
    try:
        lab.add(pod, attachment)
        assert pod.link("net1").get_attr("IFLA_LINK") == lab.node.index("ens224")
    except Refused as refused:
        refusal = str(refused)
    assert not refusal or (refusal == "numerical result out of range" and not lab.knows("1.1.0"))


def alternative_name(lab: Lab, interface: str, length: int) -> str:
    name = "lab-internal-".ljust(length, "x")
    lab.node.netlink.link("property_add", index=lab.node.index(interface), altname=name)
    return name


def test_further_keys_get_to_the_plugin(lab: Lab, emit: Emit) -> None:
    lab.wire("ens224")
    (attachment,) = emit({**INTERNAL, "cni": {"mac": "02:00:00:00:00:2a", "logLevel": "debug"}}).attachments
    pod = lab.namespace()
    lab.add(pod, attachment)
    assert pod.link("net1").get_attr("IFLA_ADDRESS") == "02:00:00:00:00:2a"


def supported(plugin: Path) -> list[str]:
    done = subprocess.run([plugin], env={"CNI_COMMAND": "VERSION"}, capture_output=True, check=True, timeout=HANG)
    return list(json.loads(done.stdout)["supportedVersions"])


@pytest.mark.parametrize("version", CNI_VERSIONS)
def test_every_version_that_a_config_may_name(lab: Lab, emit: Emit, plugin: Path, version: str) -> None:
    """CNI version 1.1.0 is newer than some plugins in use; these plugins refuse it with a clear message."""
    lab.wire("ens224")
    (attachment,) = emit({**INTERNAL, "cniVersion": version}).attachments
    pod = lab.namespace()
    if version == "1.1.0" and version not in supported(plugin):
        with pytest.raises(Refused, match=r'config is "1\.1\.0", plugin supports \[.*"1\.0\.0"'):
            lab.add(pod, attachment)
    else:
        answer = lab.add(pod, attachment)
        assert (answer["cniVersion"], "ips" in answer) == (version, False)
        assert pod.interfaces() == ["net1"]
