"""Test objects that cannot be read: their rows are unknown, never ok.

A cluster that does not answer at all is an error.
"""

from __future__ import annotations

import json
import os
import re
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.conftest import Program
from tests.hosts.cluster import clusters
from tests.hosts.cluster.clusters import HYPERVISOR, Change, both, forbidden, hanging, not_served, removed, set_at
from tests.hosts.cluster.test_broken import (
    ANNOTATION,
    ATTACHED,
    CLUSTER_NETWORK,
    CPUS,
    DEFINITION,
    EXTERNAL,
    EXTERNAL_NIC,
    EXTERNAL_VLAN,
    HUGEPAGES,
    INJECTOR,
    INTERNAL,
    INTERNAL_NIC,
    INTERNAL_VLAN,
    MULTUS,
    MULTUS_RUNS,
    PAGES,
    PODS,
    QOS,
    STATIC,
    TOPOLOGY,
    VETHS,
    WORKLOAD,
)
from tests.hosts.helm.apiserver import Cluster

pytestmark = pytest.mark.hosts

Verify = Callable[..., CompletedProcess[bytes]]

INSTANCES = ("cneinstances", "bnkgatewayclasses")
#: The rows about the nodes on which TMM may run, and the rows about the workload's own fields.
NODES = [MULTUS_RUNS, CPUS, HUGEPAGES, STATIC, TOPOLOGY, INTERNAL_NIC, EXTERNAL_NIC]
TOLD = [
    *(ANNOTATION, VETHS, PAGES, "variables in spec.tmm.env", "limits and requests"),
    *("variables of SR-IOV devices", "resources of device plugins"),
]

#: Paths that cannot be read, and the rows that are then unknown.
READS = [
    pytest.param(("/apis/k8s.cni.cncf.io/v1",), [MULTUS], "get on /apis/k8s.cni.cncf.io/v1", id="discovery"),
    pytest.param(
        ("network-attachment-definitions",),
        [INTERNAL, EXTERNAL, INJECTOR, ATTACHED],
        "get on network-attachment-definitions",
        id="definitions",
    ),
    pytest.param(("/apis/apps/v1/daemonsets",), [MULTUS_RUNS], "list on daemonsets", id="daemonsets"),
    pytest.param(("networks",), [CLUSTER_NETWORK], "get on networks", id="cluster-network"),
    pytest.param(("nodes",), NODES, "list on nodes", id="nodes"),
    pytest.param(tuple(map(clusters.configz, clusters.NODES)), [STATIC, TOPOLOGY], "get on nodes/proxy", id="kubelets"),
    pytest.param(
        ("nodenetworkstates",), [INTERNAL_NIC, EXTERNAL_NIC], "list on nodenetworkstates", id="node-network-states"
    ),
    pytest.param(
        ("deployments",),
        [WORKLOAD, PODS, QOS, ATTACHED, *NODES, *TOLD],
        "list on deployments in namespace spk-ingress",
        id="deployments",
    ),
    pytest.param(("pods",), [PODS, QOS, ATTACHED], "list on pods in namespace spk-ingress", id="pods"),
    pytest.param(
        ("f5-spk-vlans",),
        [INTERNAL_VLAN, EXTERNAL_VLAN],
        "list on f5-spk-vlans in namespace spk-ingress",
        id="vlans",
    ),
]


def unknown(done: CompletedProcess[bytes]) -> dict[str, str]:
    """Return each unknown row with its reason, and require that no row differs."""
    assert done.returncode == 0, done.stderr
    rows = json.loads(done.stdout)["rows"]
    return {row["what"]: row["found"] for row in rows if row["state"] != "ok" and row["what"] != HYPERVISOR}


@pytest.mark.parametrize(("names", "rows", "right"), READS)
def test_what_is_forbidden_is_unknown(
    verify: Verify, cluster: Cluster, names: tuple[str, ...], rows: list[str], right: str
) -> None:
    forbidden(*names)(cluster)
    found = unknown(verify("--format", "json"))
    assert sorted(found) == sorted(rows)
    assert {reason.rpartition(": ")[2] for reason in found.values()} == {f"forbidden (needs {right})"}


@pytest.mark.parametrize(("names", "rows", "_right"), READS)
def test_what_takes_too_long_is_unknown(
    verify: Verify, cluster: Cluster, names: tuple[str, ...], rows: list[str], _right: str
) -> None:
    hanging(*names)(cluster)
    require_timed_out(verify("--format", "json", "--timeout", "1"), rows)


def require_timed_out(done: CompletedProcess[bytes], rows: list[str]) -> None:
    found = unknown(done)
    assert sorted(found) == sorted(rows)
    assert {reason.rpartition(": ")[2] for reason in found.values()} == {"timed out"}


@pytest.mark.parametrize(("name", "rows"), [("/apis/k8s.cni.cncf.io/v1", [MULTUS]), ("pods", [PODS, QOS, ATTACHED])])
def test_kubectl_ends_what_takes_too_long(
    verify_with_kubectl: Verify, cluster: Cluster, name: str, rows: list[str]
) -> None:
    """Only the hanging response reaches the limit of five seconds: the others are faster even on a busy machine."""
    hanging(name)(cluster)
    require_timed_out(verify_with_kubectl("--format", "json", "--timeout", "5"), rows)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(both(not_served(*INSTANCES), forbidden(*INSTANCES)), id="instances-of-a-group-not-served"),
        pytest.param(both(not_served("cneinstances"), forbidden("cneinstances")), id="a-kind-not-served"),
        pytest.param(forbidden("/version"), id="version"),
        pytest.param(forbidden("mutatingwebhookconfigurations"), id="webhooks-without-a-resource-name"),
    ],
)
def test_what_is_forbidden_and_not_needed_does_not_matter(verify: Verify, cluster: Cluster, change: Change) -> None:
    change(cluster)
    assert unknown(verify("--format", "json")) == {}


@pytest.mark.parametrize(
    ("names", "right"),
    [
        pytest.param(INSTANCES, "cneinstances", id="instances"),
        pytest.param(("bnkgatewayclasses",), "bnkgatewayclasses", id="older-instances"),
        pytest.param(("/apis/apps/v1/namespaces/spk-ingress/daemonsets",), "daemonsets", id="daemonsets"),
    ],
)
def test_a_second_tmm_may_be_what_is_forbidden(
    verify: Verify, cluster: Cluster, names: tuple[str, ...], right: str
) -> None:
    forbidden(*names)(cluster)
    why = f"forbidden (needs list on {right} in namespace spk-ingress)"
    found = f"Deployment spk-ingress/f5-tmm, perhaps not the only TMM: {why}"
    assert unknown(verify("--format", "json")) == {WORKLOAD: found}


def test_a_forbidden_discovery_does_not_say_that_nothing_is_hidden(verify: Verify, cluster: Cluster) -> None:
    both(not_served(*INSTANCES), forbidden(*INSTANCES, "/apis/k8s.f5.com/v1"))(cluster)
    assert [*unknown(verify("--format", "json"))] == [WORKLOAD]


def test_an_injector_matters_where_a_definition_has_a_resource_name(verify: Verify, cluster: Cluster) -> None:
    named = {"k8s.v1.cni.cncf.io/resourceName": "openshift.io/a"}
    set_at(*DEFINITION, "metadata", "annotations", to=named)(cluster)
    forbidden("mutatingwebhookconfigurations")(cluster)
    why = "forbidden (needs list on mutatingwebhookconfigurations)"
    assert unknown(verify("--format", "json")) == {INJECTOR: why}


def test_a_tmm_that_may_be_what_is_forbidden_is_unknown(verify: Verify, cluster: Cluster) -> None:
    both(removed("Deployment"), forbidden("cneinstances"))(cluster)
    assert (
        unknown(verify("--format", "json"))[WORKLOAD]
        == "forbidden (needs list on cneinstances in namespace spk-ingress)"
    )


def test_without_a_namespace_a_right_in_all_of_them_is_needed(verify: Verify, cluster: Cluster, tmp_path: Path) -> None:
    (tmp_path / "spk-macvlan.yaml").write_text(clusters.CONFIG.replace("    namespace: spk-ingress\n", ""))
    forbidden("deployments")(cluster)
    found = unknown(verify("--format", "json"))
    assert found[WORKLOAD] == "forbidden (needs list on deployments); use --namespace"
    assert found["NetworkAttachmentDefinition macvlan-external"] == "no namespace (use --namespace)"
    assert found[INTERNAL_VLAN] == "no namespace (use --namespace)"


def test_a_cluster_that_shows_nothing_is_all_unknown(verify: Verify, cluster: Cluster) -> None:
    cluster.forbidden.update(it.plural for it in cluster.resources)
    cluster.forbidden.update(("/version", "/apis/k8s.cni.cncf.io/v1"))
    done = verify()
    assert done.returncode == 0
    assert done.stdout.decode().splitlines()[-1] == "0 ok, 0 differs, 27 unknown, 1 manual"


@pytest.mark.parametrize(
    ("change", "status"),
    [
        pytest.param(lambda _: None, 0, id="all-seen"),
        pytest.param(not_served("networks"), 0, id="only-by-hand"),
        pytest.param(forbidden("nodes/proxy", *map(clusters.configz, clusters.NODES)), 1, id="kubelets-not-seen"),
        pytest.param(removed("F5SPKVlan", "macvlan-external"), 1, id="a-difference"),
    ],
)
def test_a_gate_wants_everything_seen_that_can_be(
    verify: Verify, cluster: Cluster, change: Change, status: int
) -> None:
    change(cluster)
    assert verify("--strict").returncode == status


def test_unknown_beside_a_difference_is_still_a_difference(verify: Verify, cluster: Cluster) -> None:
    both(forbidden("nodes"), removed("F5SPKVlan", "macvlan-external"))(cluster)
    done = verify()
    assert done.returncode == 1
    assert done.stdout.decode().splitlines()[-1] == "17 ok, 1 differs, 7 unknown, 1 manual"


# Tests of clusters that do not answer.


@pytest.fixture
def deaf(cluster: Cluster, tmp_path: Path) -> Iterator[Path]:
    """Return a kubeconfig for a server that accepts connections but never answers."""
    server = socket.create_server(("127.0.0.1", 0))
    config = json.loads(cluster.kubeconfig.read_text())
    config["clusters"][0]["cluster"]["server"] = f"http://127.0.0.1:{server.getsockname()[1]}"
    path = tmp_path / "deaf"
    path.write_text(json.dumps(config))
    yield path
    server.close()


def refused(done: CompletedProcess[bytes], status: int) -> str:
    """Return the one line of the error message."""
    assert (done.returncode, done.stdout) == (status, b"")
    (line,) = done.stderr.decode().splitlines()
    return line.removeprefix("spk-macvlan: ")


def test_a_cluster_that_does_not_answer_in_time_is_an_error(verify_with_kubectl: Verify, deaf: Path) -> None:
    line = refused(verify_with_kubectl("--kubeconfig", str(deaf), "--timeout", "1"), 3)
    assert line.startswith("kubectl: Unable to connect to the server: ")
    # Go reports one of these two errors, whichever comes first.
    assert re.search("Client.Timeout exceeded|context deadline exceeded", line)
    assert line.endswith("; check --kubeconfig and --context, and that the cluster is up")


@pytest.mark.parametrize(
    ("config", "said"),
    [
        pytest.param(None, "no such file or directory", id="no-kubeconfig"),
        pytest.param("{: [", "error loading config file", id="kubeconfig-no-yaml"),
        pytest.param("", "The connection to the server localhost:8080 was refused", id="empty-kubeconfig"),
    ],
)
def test_a_kubeconfig_that_does_not_work_is_an_error(
    verify_with_kubectl: Verify, tmp_path: Path, config: str | None, said: str
) -> None:
    path = tmp_path / "other"
    if config is not None:
        path.write_text(config)
    assert said in refused(verify_with_kubectl("--kubeconfig", str(path)), 3)


def test_a_server_that_has_gone_is_an_error(
    verify_with_kubectl: Verify, cluster: Cluster, tmp_path: Path, deaf: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    config = json.loads(cluster.kubeconfig.read_text())
    config["clusters"][0]["cluster"]["server"] = f"http://127.0.0.1:{port}"
    deaf.write_text(json.dumps(config))
    assert f"The connection to the server 127.0.0.1:{port} was refused" in refused(
        verify_with_kubectl("--kubeconfig", str(deaf)), 3
    )


def test_a_context_is_passed_on(verify_with_kubectl: Verify) -> None:
    assert verify_with_kubectl("--context", "fake").returncode == 0
    assert 'context "other" does not exist' in refused(verify_with_kubectl("--context", "other"), 3)


def test_a_server_of_another_kind_is_an_error(verify_with_kubectl: Verify, cluster: Cluster) -> None:
    cluster.raw["/version"] = {}
    config = json.loads(cluster.kubeconfig.read_text())
    config["clusters"][0]["cluster"]["server"] += "/elsewhere"
    cluster.kubeconfig.write_text(json.dumps(config))
    assert "(NotFound)" in refused(verify_with_kubectl(), 3)


# Tests of the kubectl program.


def program_that_says(words: str, file: Path) -> Path:
    """Write a program that replaces kubectl and runs this line of sh, and return its path."""
    file.parent.mkdir(exist_ok=True)
    file.write_text(f"#!/bin/sh\n{words}\n")
    file.chmod(0o755)
    return file


@pytest.mark.parametrize(
    ("names", "found"),
    [((), None), (("kubectl",), "kubectl"), (("oc",), "oc"), (("kubectl", "oc"), "kubectl")],
    ids=["none", "kubectl", "oc", "kubectl-and-oc"],
)
def test_kubectl_is_found_or_oc(
    program: Program, cluster: Cluster, tmp_path: Path, names: tuple[str, ...], found: str | None
) -> None:
    for name in names:
        program_that_says(f"echo {name} is asked >&2; exit 1", tmp_path / "bin" / name)
    done = program("verify", variables={"PATH": str(tmp_path / "bin")})
    if found:
        assert f"{found} is asked" in refused(done, 3)
    else:
        assert refused(done, 2) == "neither kubectl nor oc is on the PATH; install one, or use --kubectl PATH"
    assert not cluster.requests


def test_a_program_that_is_not_there_is_a_mistake(program: Program, cluster: Cluster) -> None:
    line = refused(program("verify", "--kubectl", "./nowhere"), 2)
    assert line == "--kubectl ./nowhere: no such program; give the path of kubectl or oc"


def test_a_program_that_does_not_start_is_a_mistake(program: Program, cluster: Cluster, tmp_path: Path) -> None:
    (tmp_path / "kubectl").write_bytes(b"\x7fELF nothing")
    (tmp_path / "kubectl").chmod(0o755)
    assert "cannot run" in refused(program("verify", "--kubectl", str(tmp_path / "kubectl")), 2)


@pytest.mark.parametrize(
    ("script", "said"),
    [
        pytest.param("echo no JSON", "is not JSON", id="no-json"),
        pytest.param("exit 1", "the program failed and printed nothing", id="silent"),
        pytest.param(
            "echo warning >&2; echo 'error: You must be logged in' >&2; exit 1", "You must be", id="last-line"
        ),
        pytest.param("cat; echo '{'", "is not JSON", id="asks-on-standard-input"),
    ],
)
def test_what_the_program_says_is_repeated(
    program: Program, cluster: Cluster, tmp_path: Path, script: str, said: str
) -> None:
    path = program_that_says(script, tmp_path / "kubectl")
    assert said in refused(program("verify", "--kubectl", str(path)), 3)


@pytest.mark.parametrize("namespace", ["../../kube-system", "a b", "A", "-a", "x" * 64])
def test_a_namespace_is_a_name(program: Program, cluster: Cluster, namespace: str) -> None:
    assert refused(program("verify", f"--namespace={namespace}"), 2).startswith(f"--namespace {namespace[:60]}")
    assert not cluster.requests


def test_a_read_that_takes_arguments_is_not_run_by_a_shell(verify_with_kubectl: Verify, tmp_path: Path) -> None:
    verify_with_kubectl("--context", f"$(touch {tmp_path}/ran); touch {tmp_path}/ran")
    assert not os.path.lexists(tmp_path / "ran")
