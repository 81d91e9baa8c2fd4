"""Test invalid custom resources and annotations, which the API server accepts:

`verify` neither fails nor reports ok.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from subprocess import CompletedProcess
from typing import Any

import pytest

from tests.hosts.cluster import clusters
from tests.hosts.cluster.clusters import Change, set_at
from tests.hosts.cluster.test_broken import (
    ATTACHED,
    CLUSTER_NETWORK,
    DEFINITION,
    EXTERNAL_NIC,
    EXTERNAL_VLAN,
    INTERNAL,
    PODS,
    STATIC,
    STATUS,
    VLAN,
)
from tests.hosts.helm.apiserver import Cluster

pytestmark = pytest.mark.hosts

JUNK: list[Any] = [None, "x", 7, [None], {"a": {}}, "\u0000\u2028\x85\U0001f600", "[" * 5000]
REPORT = (*STATUS, "k8s.v1.cni.cncf.io/network-status")


def state_of_node(value: Any) -> Change:
    return set_at("NodeNetworkState", "worker-1", "status", "currentState", "interfaces", to=value)


def kubelet(value: Any) -> Change:
    return lambda cluster: cluster.raw.update({clusters.configz("worker-1"): {"kubeletconfig": value}})


@pytest.mark.parametrize(
    ("place", "row"),
    [
        pytest.param(lambda value: set_at(*DEFINITION, "spec", "config", to=value), INTERNAL, id="definition"),
        pytest.param(lambda value: set_at(*REPORT, to=json.dumps(value)), ATTACHED, id="report-as-json"),
        pytest.param(lambda value: set_at(*REPORT, to=value), ATTACHED, id="report"),
        pytest.param(lambda value: set_at(*VLAN, "spec", to=value), EXTERNAL_VLAN, id="vlan"),
        pytest.param(kubelet, STATIC, id="kubelet"),
    ],
)
def test_junk_is_neither_good_nor_an_error(
    verify: Callable[..., CompletedProcess[bytes]], cluster: Cluster, place: Callable[[Any], Change], row: str
) -> None:
    for junk in JUNK:
        place(junk)(cluster)
        done = verify("--format", "json")
        assert (done.returncode, done.stderr) == (1, b""), junk
        assert [it["state"] for it in json.loads(done.stdout)["rows"] if it["what"] == row] == ["differs"], junk


def test_junk_of_nmstate_is_not_good(states: Callable[..., dict[str, str]], cluster: Cluster) -> None:
    for junk in JUNK:
        state_of_node(junk)(cluster)
        assert states()[EXTERNAL_NIC] == ("differs" if isinstance(junk, list) else "unknown"), junk


@pytest.mark.parametrize("answer", [[], "x", 3, None, True], ids=repr)
@pytest.mark.parametrize(
    ("path", "row"),
    [
        ("/apis/k8s.cni.cncf.io/v1/namespaces/default/network-attachment-definitions/macvlan-internal", INTERNAL),
        ("/apis/config.openshift.io/v1/networks/cluster", CLUSTER_NETWORK),
        ("/api/v1/namespaces/spk-ingress/pods", PODS),
    ],
)
def test_what_is_no_object_is_unknown(
    states: Callable[..., dict[str, str]], cluster: Cluster, path: str, row: str, answer: Any
) -> None:
    cluster.raw[path] = answer
    assert states()[row] == "unknown"


def test_half_a_surrogate_pair_can_be_printed(verify: Callable[..., CompletedProcess[bytes]], cluster: Cluster) -> None:
    set_at(*DEFINITION, "spec", "config", to="\ud800")(cluster)
    for form in ("text", "json", "markdown"):
        done = verify("--format", form)
        assert (done.returncode, done.stderr) == (1, b"")
        done.stdout.decode()
