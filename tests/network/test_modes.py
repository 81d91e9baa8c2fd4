"""Test each mode that a network in the config can have, with the plugin and the kernel."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.network.emitted import INTERNAL, INTERNAL_VLAN, TMM, Emit, Object, config
from tests.network.lab import HOSTS, Lab, Refused
from tests.network.traffic import mac, reaches

pytestmark = pytest.mark.root

Program = Callable[..., CompletedProcess[bytes]]

MASTER = "ens224"
HOST_IPS = [address.ip for address in HOSTS[MASTER]]
MODES = ("bridge", "private", "vepa", "passthru")
BUSY = "failed to create macvlan: invalid argument"  # the kernel's error, as the plugin passes it on


def network(mode: str, name: str = "macvlan-internal", **more: object) -> Object:
    return {**INTERNAL, "name": name, "mode": mode, **more}


@pytest.fixture
def rules(program: Program, tmp_path: Path) -> Callable[..., list[str]]:
    """Return the rules whose findings `check` reports for these networks, without notes and without `network-order`."""

    def check(*networks: Object) -> list[str]:
        (tmp_path / "lab.yaml").write_text(config(*networks), encoding="utf-8")
        done = program(
            "check", "--config", "lab.yaml", "--format", "json", "--ignore", "network-order", input=TMM.encode()
        )
        return [it["rule"] for it in json.loads(done.stdout)["findings"] if it["level"] != "note"]

    return check


@pytest.mark.parametrize(
    ("mode", "hairpin", "expected"),
    [
        pytest.param("bridge", False, True, id="bridge needs no switch"),
        pytest.param("bridge", True, True, id="bridge beside a switch that sends back"),
        pytest.param("vepa", False, False, id="vepa behind a usual switch"),
        pytest.param("vepa", True, True, id="vepa behind a switch that sends back"),
        pytest.param("private", False, False, id="private behind a usual switch"),
        pytest.param("private", True, False, id="private even behind a switch that sends back"),
    ],
)
def test_whether_the_pods_of_a_node_reach_each_other(
    lab: Lab, emit: Emit, mode: str, hairpin: bool, expected: bool
) -> None:
    host = lab.wire(MASTER, addresses=HOSTS[MASTER])
    host.set_hairpin(hairpin)
    emitted = emit(network(mode, vlan=INTERNAL_VLAN))
    first, second = (lab.pod(emitted, replica) for replica in (0, 1))
    self_ips = [family[1].ip for family in emitted.self_ips["1.1"]]
    assert reaches(first, second, self_ips) == [expected, expected]
    # In every mode, nothing is between a pod and the host.
    assert reaches(first, host, HOST_IPS) == reaches(host, second, self_ips) == [True, True]


def test_passthru_gives_the_pod_the_nic(lab: Lab, emit: Emit) -> None:
    host = lab.wire(MASTER, addresses=HOSTS[MASTER])
    pod = lab.pod(emit(network("passthru", vlan=INTERNAL_VLAN)))
    assert mac(pod, "net1") == mac(lab.node, MASTER)
    assert reaches(pod, host, HOST_IPS) == [True, True]


def test_passthru_has_no_room_for_a_second_pod_until_the_first_is_gone(
    lab: Lab, emit: Emit, rules: Callable[..., list[str]]
) -> None:
    """`passthru-replicas` warns about this for two replicas and for a rolling update."""
    assert rules(network("passthru")) == ["passthru-replicas"]
    lab.wire(MASTER)
    (attachment,) = emit(network("passthru")).attachments
    first, second = lab.namespace(), lab.namespace()
    lab.add(first, attachment)
    with pytest.raises(Refused, match=BUSY):
        lab.add(second, attachment)
    lab.delete(first, attachment)
    lab.add(second, attachment)
    assert (first.interfaces(), second.interfaces()) == ([], ["net1"])


@pytest.mark.parametrize("second", MODES)
@pytest.mark.parametrize("first", MODES)
def test_a_shared_nic_is_refused_where_check_says_so(
    lab: Lab, emit: Emit, rules: Callable[..., list[str]], first: str, second: str
) -> None:
    networks = [network(first), network(second, name="macvlan-external")]
    lab.wire(MASTER)
    one, two = emit(*networks).attachments
    pod = lab.namespace()
    lab.add(pod, one)
    is_said = "shared-master" in rules(*networks)
    with pytest.raises(Refused, match=BUSY) if is_said else nullcontext():
        lab.add(pod, two)
    assert pod.interfaces() == (["net1"] if is_said else ["net1", "net2"])
