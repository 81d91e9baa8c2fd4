"""Test a cluster that agrees with the config:

`verify` reports no difference, whatever the spelling, and changes nothing.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from postrender import conversion
from tests.configs import TMM_NAME
from tests.conftest import OURS, PROGRAM
from tests.hosts.cluster import clusters
from tests.hosts.cluster.clusters import CONFIG, HYPERVISOR, SETTINGS, Change, both, put, removed, set_at, the
from tests.hosts.cluster.conftest import KUBECTL
from tests.hosts.helm.apiserver import Cluster, Key, serve
from tests.hosts.helm.objects import CONVERTED, EXAMPLE
from tests.patience import HANG
from tools.binaries import binary

pytestmark = pytest.mark.hosts

Verify = Callable[..., subprocess.CompletedProcess[bytes]]
States = Callable[..., dict[str, str]]

TMM = ("Deployment", TMM_NAME)
POD_SPEC = ("spec", "template", "spec")
NETWORKS = (*TMM, "spec", "template", "metadata", "annotations", "k8s.v1.cni.cncf.io/networks")
TMM_CONTAINER = (*TMM, *POD_SPEC, "containers", 0)
INTERNAL = ("NetworkAttachmentDefinition", "macvlan-internal", "spec", "config")


class Verified(NamedTuple):
    """A finished run of the program with the real kubectl, with the cluster and the home folder of this run."""

    done: subprocess.CompletedProcess[bytes]
    cluster: Cluster
    before: str
    home: Path


@pytest.fixture(scope="module")
def verified(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Verified]:
    """Run `verify` once for all tests below, because each run starts kubectl twenty times."""
    folder, home = tmp_path_factory.mktemp("verified"), tmp_path_factory.mktemp("home")
    (folder / "spk-macvlan.yaml").write_text(CONFIG)
    with serve(folder) as cluster:
        clusters.fill(cluster)
        before = objects_of(cluster)
        command = [PROGRAM, "verify", "--kubectl", str(binary(KUBECTL)), "--kubeconfig", str(cluster.kubeconfig)]
        mine = {name: value for name, value in os.environ.items() if not OURS.fullmatch(name)}
        reader, writer = os.pipe()  # standard input that never delivers data and never ends
        try:
            done = subprocess.run(
                command,
                env={**mine, "HOME": str(home)},
                cwd=folder,
                stdin=reader,
                capture_output=True,
                timeout=HANG,
                check=False,
            )
        finally:
            os.close(reader)
            os.close(writer)
        yield Verified(done, cluster, before, home)


def objects_of(cluster: Cluster) -> str:
    return json.dumps([*cluster.objects.values()])


def test_nothing_differs_and_what_cannot_be_seen_is_not_called_good(verified: Verified) -> None:
    done = verified.done
    assert (done.returncode, done.stderr) == (0, b"")
    lines = done.stdout.decode().splitlines()
    assert lines[-1] == "25 ok, 0 differs, 0 unknown, 1 manual"
    assert max(map(len, lines)) <= 110
    assert [line.split(maxsplit=1)[1].startswith(HYPERVISOR) for line in lines if line.startswith("manual")] == [True]


def test_a_cluster_only_sees_get(verified: Verified) -> None:
    cluster = verified.cluster
    assert {method for method, _ in cluster.requests} == {"GET"}
    assert len(cluster.requests) > 15
    assert (cluster.calls, objects_of(cluster)) == ([], verified.before)


def test_no_secret_is_read(verified: Verified) -> None:
    assert not [path for _, path in verified.cluster.requests if "secret" in path or "configmap" in path]


def test_nothing_is_left_at_home(verified: Verified) -> None:
    assert [*verified.home.iterdir()] == []


def test_standard_input_is_not_read(verified: Verified) -> None:
    """A program that read standard input would wait forever, because the pipe stays open."""
    assert verified.done.returncode == 0


# Tests of the same values in another notation or location.


def without_vlan_defaults(cluster: Cluster) -> None:
    del the(cluster, "F5SPKVlan", "macvlan-internal")["spec"]["tag"]
    del the(cluster, "F5SPKVlan", "macvlan-external")["spec"]["internal"]


def as_daemon_set(cluster: Cluster) -> None:
    workload = the(cluster, *TMM)
    removed(*TMM)(cluster)
    del workload["spec"]["replicas"]
    status = {"observedGeneration": 1, "desiredNumberScheduled": 1, "numberReady": 1, "updatedNumberScheduled": 1}
    put(cluster, workload | {"kind": "DaemonSet", "status": status})
    removed("Node", clusters.CORDONED)(cluster)


def annotated_by_kubectl(cluster: Cluster) -> None:
    annotations = the(cluster, *TMM)["metadata"]["annotations"]
    annotations["kubectl.kubernetes.io/last-applied-configuration"] = clusters.RENDERED
    annotations["helm.sh/hook"] = "pre-install"


def requirement(key: str, operator: str, *values: str) -> dict[str, object]:
    return {"key": key, "operator": operator, "values": [*values]}


def affine(*expressions: dict[str, object]) -> Change:
    terms = {"nodeSelectorTerms": [{"matchExpressions": [*expressions]}]}
    required = {"requiredDuringSchedulingIgnoredDuringExecution": terms}
    return set_at(*TMM, *POD_SPEC, "affinity", to={"nodeAffinity": required})


TAINT = {"key": "spk", "value": "only", "effect": "NoSchedule"}
TAINTED = both(*(set_at("Node", name, "spec", "taints", to=[TAINT]) for name in clusters.NODES))
WORKER_2_IS_SMALL = set_at("Node", "worker-2", "status", "allocatable", "hugepages-2Mi", to="0")
MARKED = both(set_at("Node", "worker-1", "metadata", "labels", "n", to="7"))


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(set_at(*TMM_CONTAINER, "resources", "limits", "memory", to="2048Mi"), id="another-unit"),
        pytest.param(set_at(*TMM_CONTAINER, "resources", "requests", "cpu", to="1000m"), id="thousandths"),
        pytest.param(
            set_at(*INTERNAL, to='{"type":"macvlan","cniVersion":"0.3.1","mode":"bridge","master":"ens224"}'),
            id="definition-without-name-and-ipam",
        ),
        pytest.param(
            set_at(*NETWORKS, to="default/macvlan-internal, macvlan-external"), id="network-of-the-pods-namespace"
        ),
        pytest.param(without_vlan_defaults, id="vlan-without-defaults"),
        pytest.param(annotated_by_kubectl, id="last-applied-and-hook"),
        pytest.param(removed("MutatingWebhookConfiguration"), id="no-injector"),
        pytest.param(
            both(
                removed("MutatingWebhookConfiguration"),
                set_at(*INTERNAL[:2], "metadata", "annotations", to={"k8s.v1.cni.cncf.io/resourceName": "a/b"}),
            ),
            id="resource-name-that-nobody-reads",
        ),
        pytest.param(WORKER_2_IS_SMALL, id="one-node-is-large-enough"),
        pytest.param(
            both(
                WORKER_2_IS_SMALL,
                removed("NodeNetworkState", "worker-2"),
                lambda cluster: cluster.raw[clusters.configz("worker-2")].clear(),
            ),
            id="a-node-that-is-too-small-does-not-matter",
        ),
        pytest.param(both(TAINTED, set_at(*TMM, *POD_SPEC, "tolerations", to=[TAINT])), id="tolerated-taint"),
        pytest.param(
            both(TAINTED, set_at(*TMM, *POD_SPEC, "tolerations", to=[{"operator": "Exists"}])), id="tolerates-all"
        ),
        pytest.param(
            both(MARKED, removed("NodeNetworkState", "worker-2"), affine(requirement("n", "Gt", "6"))),
            id="affinity-greater",
        ),
        pytest.param(
            both(MARKED, removed("NodeNetworkState", "worker-2"), affine(requirement("n", "Lt", "8"))),
            id="affinity-less",
        ),
        pytest.param(
            both(MARKED, removed("NodeNetworkState", "worker-2"), affine(requirement("n", "Exists"))),
            id="affinity-exists",
        ),
        pytest.param(
            both(MARKED, removed("NodeNetworkState", "worker-1"), affine(requirement("n", "DoesNotExist"))),
            id="affinity-does-not-exist",
        ),
        pytest.param(
            both(
                MARKED,
                removed("NodeNetworkState", "worker-1"),
                affine(requirement("n", "NotIn", "7"), requirement("spk", "In", "no", "yes")),
            ),
            id="affinity-in-and-not-in",
        ),
    ],
)
def test_nothing_differs_where_it_means_the_same(states: States, cluster: Cluster, change: Change) -> None:
    change(cluster)
    assert states() == {HYPERVISOR: "manual"}


def test_a_daemon_set_is_a_tmm_too(states: States, cluster: Cluster) -> None:
    as_daemon_set(cluster)
    assert states() == {HYPERVISOR: "manual"}
    WORKER_2_IS_SMALL(cluster)
    assert states() == {HYPERVISOR: "manual", "hugepages-2Mi of the nodes": "differs"}


@pytest.mark.parametrize("words", [[], ["--namespace", "spk-ingress"]], ids=["found", "given"])
def test_the_namespace_need_not_be_in_the_config(
    states: States, cluster: Cluster, tmp_path: Path, words: list[str]
) -> None:
    (tmp_path / "spk-macvlan.yaml").write_text(CONFIG.replace("    namespace: spk-ingress\n", ""))
    assert states(*words) == {HYPERVISOR: "manual"}


def test_an_empty_value_is_one_that_the_api_server_leaves_out(states: States, cluster: Cluster, tmp_path: Path) -> None:
    (tmp_path / "spk-macvlan.yaml").write_text(CONFIG.replace('TMM_DEFAULT_MTU: "9000"', 'TMM_DEFAULT_MTU: ""'))
    for variable in the(cluster, *TMM)["spec"]["template"]["spec"]["containers"][0]["env"]:
        if variable["name"] == "TMM_DEFAULT_MTU":
            del variable["value"]
    assert states() == {HYPERVISOR: "manual"}


def test_a_network_that_exists_already_may_say_what_it_likes(states: States, cluster: Cluster, tmp_path: Path) -> None:
    (tmp_path / "spk-macvlan.yaml").write_text(CONFIG.replace("master: ens224", "master: eth9\n    create: false"))
    assert states() == {HYPERVISOR: "manual"}


def test_patches_are_not_compared_and_that_is_said(states: States, tmp_path: Path, cluster: Cluster) -> None:
    patch = "{target: {kind: Deployment}, patch: [{op: add, path: /spec/replicas, value: 3}]}"
    (tmp_path / "spk-macvlan.yaml").write_text(f"{CONFIG}  patches:\n  - {patch}\n")
    assert states() == {HYPERVISOR: "manual", "patches": "manual"}


def test_without_vlans_in_the_config_the_self_ips_are_unknown(states: States, tmp_path: Path, cluster: Cluster) -> None:
    (tmp_path / "spk-macvlan.yaml").write_text(re.sub(r" +vlan: .*\n", "", CONFIG))
    assert states() == {HYPERVISOR: "manual", "F5SPKVlan": "manual"}


# Tests of BIG-IP Next for Kubernetes.


def instance(cluster: Cluster) -> None:
    """Add a converted CNEInstance object, and the workload that the operator creates from it.

    The fields of the workload are the operator's decision.
    """
    settings = SETTINGS._replace(networks=tuple(it._replace(namespace=None) for it in SETTINGS.networks))
    *_, converted = yaml.safe_load_all(conversion.convert(clusters.INSTANCE.encode(), settings).output)
    put(cluster, converted)
    set_at(*TMM_CONTAINER, "env", to=[{"name": "OPENSHIFT_VFIO_RESOURCE_1", "value": "the operator's"}])(cluster)


def test_an_instance_is_compared_in_place_of_its_workload(states: States, cluster: Cluster) -> None:
    instance(cluster)
    assert states() == {HYPERVISOR: "manual"}
    set_at("CNEInstance", "bnk", "spec", "networkAttachments", to=["macvlan-external"])(cluster)
    assert states() == {HYPERVISOR: "manual", "networkAttachments": "differs"}
    removed(*TMM)(cluster)
    assert states()["TMM pods"] == "differs"


# Tests of the result of a rollout.


def test_what_helm_installed_is_right(
    program: Callable[..., subprocess.CompletedProcess[bytes]],
    environment: dict[str, str],
    cluster: Cluster,
    tmp_path: Path,
) -> None:
    for kind in ("Deployment", "NetworkAttachmentDefinition", "F5SPKVlan", "Pod"):
        removed(kind)(cluster)
    path = os.pathsep.join([str(Path(PROGRAM).parent), environment["PATH"]])
    helm = [str(binary("helm-3.19.0")), "install", "rel", EXAMPLE, *CONVERTED]
    variables = {"KUBECONFIG": str(cluster.kubeconfig), "PATH": path, "HELM_PLUGINS": ""}
    subprocess.run(helm, env={**environment, **variables}, cwd=tmp_path, check=True, capture_output=True, timeout=HANG)
    assert Key("Deployment", "default", TMM_NAME) in cluster.objects
    config = CONVERTED[-1].partition("--config=")[2]
    words = ("--config", config, "--kubectl", str(binary(KUBECTL)), "--format", "json")
    rows = json.loads(program("verify", *words, variables={"KUBECONFIG": str(cluster.kubeconfig)}).stdout)["rows"]
    assert {row["state"] for row in rows if row["group"] == "configuration"} == {"ok"}


# Tests of the output formats.


def test_json_has_every_row_and_counts_each_state(verify: Verify, cluster: Cluster) -> None:
    removed("F5SPKVlan", "macvlan-external")(cluster)
    done = verify("--format", "json")
    found = json.loads(done.stdout)
    assert found["summary"] == {"ok": 24, "differs": 1, "unknown": 0, "manual": 1}
    assert len(found["rows"]) == 26
    assert {tuple(row) for row in found["rows"]} == {("group", "what", "expected", "found", "state", "section", "fix")}
    assert all(row["fix"] for row in found["rows"] if row["state"] == "differs")


def test_markdown_is_one_table(verify: Verify) -> None:
    title, blank, head, line, *rows = verify("--format", "markdown").stdout.decode().splitlines()
    assert (title, blank) == ("### spk-macvlan verify: 25 ok, 0 differs, 0 unknown, 1 manual", "")
    assert len(rows) == 26
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in (head, line, *rows)} == {8}
