"""Follow the advice of `verify`.

An upgrade alone does not repair every difference, and each Helm repairs different ones.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest

from tests.cluster.conftest import SMALL, Release, Run
from tests.configs import TMM_NAME

DEFINITION = '{"spec": {"config": "{\\"type\\": \\"macvlan\\", \\"master\\": \\"eth9\\"}"}}'
ADDED = [
    {"op": "add", "path": "/spec/template/spec/containers/0/env/-", "value": {"name": "PCIDEVICE_A", "value": "x"}},
    {"op": "add", "path": "/spec/template/spec/containers/0/resources/limits/openshift.io~1a", "value": "1"},
    {"op": "add", "path": "/spec/template/spec/containers/0/resources/requests/openshift.io~1a", "value": "1"},
]


def definition_edited(release: Release) -> None:
    name = ("network-attachment-definition", "macvlan-internal", "--namespace", release.namespace)
    release.plane.kubectl("patch", *name, "--type=merge", "--patch", DEFINITION)


def entries_added(release: Release) -> None:
    name = ("deployment", TMM_NAME, "--namespace", release.namespace)
    release.plane.kubectl("patch", *name, "--type=json", "--patch", json.dumps(ADDED))


def value_edited(release: Release) -> None:
    name = ("deployment", TMM_NAME, "--namespace", release.namespace, "--containers", TMM_NAME)
    release.plane.kubectl("set", "env", *name, "TMM_MAPRES_HUGEPAGES=5")


def upgrade_without_the_flag_failed(release: Release) -> None:
    """The upgrade fails because it waits for pods that no node runs."""
    assert release.apply("upgrade", SMALL, "--wait", "--timeout", "2s", flagged=False).returncode != 0


#: For each difference, the Helm versions whose upgrade with the post-renderer repairs it. The other versions need the
#: flags that `verify` advises.
REPAIRED_BY_AN_UPGRADE: dict[Callable[[Release], None], set[str]] = {
    value_edited: {"helm-3", "helm-4-client-side"},
    upgrade_without_the_flag_failed: {"helm-4-server-side"},
    definition_edited: set(),
    entries_added: set(),
}


@pytest.mark.parametrize("change", [pytest.param(it, id=it.__name__) for it in REPAIRED_BY_AN_UPGRADE])
def test_what_is_advised_repairs_it(
    release: Release, program: Run, change: Callable[[Release], None], request: pytest.FixtureRequest
) -> None:
    def advice() -> list[str]:
        done = program("verify", "--namespace", release.namespace, "--format", "json")
        found = [row for row in json.loads(done.stdout)["rows"] if row["group"] == "configuration"]
        return [row["fix"] for row in found if row["state"] == "differs"]

    helm = request.node.callspec.params["release"]
    assert release.apply("install").returncode == 0
    assert advice() == []
    change(release)
    assert advice() != []
    release.apply("upgrade")
    left = advice()
    assert (left == []) == (helm in REPAIRED_BY_AN_UPGRADE[change])
    for flags in sorted({flags_of(sentence, helm) for sentence in left}):
        done = release.apply("upgrade", SMALL, *flags)
        assert done.returncode == 0, done.stderr
    assert advice() == []


def flags_of(advice: str, helm: str) -> tuple[str, ...]:
    """Return the flags that a sentence of `verify` advises for a Helm version."""
    ((usual, of_helm_4),) = re.findall(r", add (--[^;:(]+?)(?: \(Helm 4: (--.+?)\))?(?= \(reason|[;:]|$)", advice)
    return tuple((of_helm_4 if of_helm_4 and helm != "helm-3" else usual).split())


def test_a_rollback_repairs_an_upgrade_that_failed(release: Release, program: Run) -> None:
    assert release.apply("install").returncode == 0
    upgrade_without_the_flag_failed(release)
    done = release.run("rollback", "rel", "1", "--no-hooks", *release.flags)
    assert done.returncode == 0, done.stderr
    told = program("verify", "--namespace", release.namespace, "--format", "json").stdout
    rows = json.loads(told)["rows"]
    assert {row["state"] for row in rows if row["group"] == "configuration"} == {"ok"}
