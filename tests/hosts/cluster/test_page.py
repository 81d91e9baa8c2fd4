"""Test docs/verify.md: the required rights, the list of rows, and the sample output."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest
import yaml

from postrender import config
from postrender.conversion import self_ips
from postrender.verify.rows import STATES
from tests.configs import HEAD
from tests.docs import below, blocks, first_column, prose
from tests.hosts.cluster.clusters import both, put, removed
from tests.hosts.cluster.test_broken import NAMED, variable
from tests.hosts.cluster.test_right import instance
from tests.hosts.helm.apiserver import Cluster
from tests.test_docs_json import EXAMPLES, is_part

pytestmark = pytest.mark.hosts

PAGE = "docs/verify.md"
READ = re.compile(r"/apis?/(?:(?P<group>[^/]+)/)?v\w+(?:/namespaces/[^/]+)?/(?P<plural>[^/]+)(?P<name>/.*)?")

Verify = Callable[..., CompletedProcess[bytes]]


def pooled(folder: Path) -> str:
    """Write a config whose self IPs come from an Infra object, and return its path."""
    pool = "{internal: true, pool: {rangeStart: 10.1.1.64, rangeEnd: 10.1.1.95}}"
    networks = f"[{{name: macvlan-internal, master: ens224, vlan: {pool}}}]"
    path = folder / "pooled.yaml"
    path.write_text(f"{HEAD}spec: {{networks: {networks}, tmm: {{namespace: spk-ingress}}}}\n")
    return str(path)


def test_the_role_has_the_rights_that_are_needed_and_no_other(verify: Verify, cluster: Cluster, tmp_path: Path) -> None:
    (role,) = (yaml.safe_load(it.text) for it in blocks(PAGE) if it.language == "yaml")
    granted = {
        (group, resource, verb)
        for rule in role["rules"]
        for group in rule["apiGroups"]
        for resource in rule["resources"]
        for verb in rule["verbs"]
    }
    verify()
    NAMED(cluster)  # `verify` looks for an injector only in this case
    verify()
    instance(cluster)
    verify()
    removed("CNEInstance")(cluster)
    verify("--config", pooled(tmp_path))
    needed = {right(path) for _, path in cluster.requests if READ.fullmatch(path)}
    assert needed <= granted
    assert {(resource, verb) for _, resource, verb in granted} == {(resource, verb) for _, resource, verb in needed}


def right(path: str) -> tuple[str, str, str]:
    found = READ.fullmatch(path)
    assert found
    name = found["name"] or ""
    proxied = "/proxy" if "/proxy/" in name else ""
    return found["group"] or "", found["plural"] + proxied, "get" if name else "list"


def test_the_table_has_every_row(verify: Verify, cluster: Cluster, tmp_path: Path) -> None:
    def titles(*words: str) -> list[str]:
        return [row["what"] for row in json.loads(verify("--format", "json", *words).stdout)["rows"]]

    known = tuple(name.partition(" …")[0] for name in first_column(below(PAGE, "## Rows")))
    instance(cluster)
    put(cluster, {"kind": "Gateway", "metadata": {"name": "lab", "creationTimestamp": "2026-01-31T12:00:00Z"}})
    for pod in (it for key, it in cluster.objects.items() if key.kind == "Pod"):
        pod["metadata"]["creationTimestamp"] = "2026-01-31T12:00:01Z"
    shown = titles()
    removed("CNEInstance")(cluster)
    for kind in ("Validating", "Mutating"):
        name = {"Validating": "spk-macvlan-guard", "Mutating": "spk-macvlan-converter"}[kind]
        put(cluster, {"kind": f"{kind}AdmissionPolicy", "metadata": {"name": name}, "spec": {}})
        binding = {"kind": f"{kind}AdmissionPolicyBinding", "metadata": {"name": name}}
        put(cluster, {**binding, "spec": {"policyName": f"{name}.in.spk-ingress"}})
    (infra,) = self_ips.objects(config.load(pooled(tmp_path)))
    put(cluster, infra)
    shown += [*titles(), *titles("--config", pooled(tmp_path))]
    assert [row for row in shown if not row.startswith((*known, "variable", "resources of"))] == []
    assert [name for name in known if name != "patches" and not any(row.startswith(name) for row in shown)] == []


def test_the_example_is_what_it_prints(verify: Verify, cluster: Cluster) -> None:
    example = next(it.text for it in blocks(PAGE) if it.text.startswith("ok "))
    both(variable("TMM_MAPRES_HUGEPAGES", "1536"), removed("NodeNetworkState"))(cluster)
    printed = verify().stdout.decode()
    for row in re.split(r"\n(?=\w)", example.partition("\n\n")[0]):
        assert row.strip() in printed
    assert printed.splitlines()[-1] == example.splitlines()[-1]


def test_the_example_in_json_is_what_it_prints(verify: Verify, cluster: Cluster) -> None:
    both(variable("TMM_MAPRES_HUGEPAGES", "1536"), removed("NodeNetworkState"))(cluster)
    printed = json.loads(verify("--format", "json").stdout)
    assert is_part(EXAMPLES["verify"], printed), json.dumps(printed, indent=2)


def test_every_state_is_explained() -> None:
    assert set(STATES) <= set(first_column(prose(PAGE)))
