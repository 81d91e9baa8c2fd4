"""Test that the stand-in for kubectl gives the same answers as kubectl."""

from __future__ import annotations

import pytest

from postrender.limits import DEFAULTS, Work
from postrender.verify import kubectl
from postrender.verify.kubectl import Access, Request
from tests.hosts.cluster import stand_in
from tests.hosts.cluster.clusters import Change, both, forbidden, not_served, removed, set_at
from tests.hosts.cluster.conftest import KUBECTL, Verify
from tests.hosts.helm.apiserver import Cluster
from tools.binaries import binary

pytestmark = pytest.mark.hosts

PODS = "/api/v1/namespaces/spk-ingress/pods"
NETWORK = "/apis/config.openshift.io/v1/networks/cluster"
DEFINITION = ("NetworkAttachmentDefinition", "macvlan-internal", "spec", "config")
DEFINITIONS = "/apis/k8s.cni.cncf.io/v1/namespaces/default/network-attachment-definitions"


def unchanged(cluster: Cluster) -> None:
    pass


def raw(path: str, answer: object) -> Change:
    return lambda cluster: cluster.raw.update({path: answer})  # type: ignore[dict-item]


@pytest.mark.parametrize(
    ("path", "change"),
    [
        pytest.param("/version", unchanged, id="version"),
        pytest.param("/apis/k8s.cni.cncf.io/v1", unchanged, id="discovery"),
        pytest.param("/apis/k8s.nowhere/v1", unchanged, id="no-such-group"),
        pytest.param("/api/v1/nodes", unchanged, id="list"),
        pytest.param(f"{PODS}?labelSelector=app%3Df5-tmm", unchanged, id="selected"),
        pytest.param(f"{PODS}?labelSelector=app%3Dother", unchanged, id="none-selected"),
        pytest.param(NETWORK, unchanged, id="object"),
        pytest.param(f"{DEFINITIONS}/a%20b", unchanged, id="odd-name"),
        pytest.param(NETWORK, removed("Network"), id="no-such-object"),
        pytest.param(NETWORK, not_served("networks"), id="no-such-kind"),
        pytest.param(PODS, forbidden("pods"), id="forbidden-kind"),
        pytest.param("/version", forbidden("/version"), id="forbidden-path"),
        pytest.param(PODS, raw(PODS, [None, "x"]), id="no-object"),
        pytest.param(f"{DEFINITIONS}/macvlan-internal", set_at(*DEFINITION, to="\ud800"), id="half-a-surrogate-pair"),
        pytest.param(
            f"{DEFINITIONS}/macvlan-internal", set_at(*DEFINITION, to="\u0000\u2028\x85\U0001f600"), id="odd-characters"
        ),
    ],
)
def test_it_answers_as_kubectl_does(
    cluster: Cluster, path: str, change: Change, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(cluster)
    access = Access(str(binary(KUBECTL)), Work(DEFAULTS), kubeconfig=str(cluster.kubeconfig))
    real = kubectl.get(access, Request(path, "get on it"))
    monkeypatch.setattr(kubectl, "_run_all", stand_in.kubectl(cluster))
    assert kubectl.get(access, Request(path, "get on it")) == real


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(unchanged, id="right"),
        pytest.param(both(removed("Pod"), set_at(*DEFINITION, to="\ud800")), id="broken"),
        pytest.param(both(not_served("networks"), forbidden("nodes", "pods")), id="unreadable"),
    ],
)
def test_the_program_with_kubectl_prints_the_same(
    verify: Verify, verify_with_kubectl: Verify, cluster: Cluster, change: Change
) -> None:
    change(cluster)
    here, with_kubectl = verify(), verify_with_kubectl()
    assert (here.returncode, here.stderr) == (with_kubectl.returncode, with_kubectl.stderr)
    assert here.stdout == with_kubectl.stdout
