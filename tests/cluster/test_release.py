"""The life of a release with each Helm, against a real API server and the real controllers."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tests.cluster.conftest import EXAMPLE, SMALL, Release, Run, rows

ANNOTATION = "k8s.v1.cni.cncf.io/networks"
NETWORKS = ["macvlan-external", "macvlan-internal"]
AMOUNTS = {"cpu": "1", "hugepages-2Mi": "1572Mi", "memory": "2Gi"}


def template(tmm: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = tmm["spec"]["template"]
    return found


def is_converted(tmm: dict[str, Any]) -> bool:
    """Report whether a workload is wholly converted; fail if only a part of it is."""
    container = template(tmm)["spec"]["containers"][0]
    variables = {entry["name"]: entry["value"] for entry in container["env"]}
    signs: list[bool] = [
        template(tmm)["metadata"]["annotations"][ANNOTATION] == "macvlan-internal,macvlan-external",
        variables.get("TMM_MAPRES_ADDL_VETHS_ON_DP") == "TRUE",
        variables["TMM_MAPRES_HUGEPAGES"] == "786",
        not any(name.startswith("OPENSHIFT_VFIO_RESOURCE_") for name in variables),
        container["resources"] == {"limits": AMOUNTS, "requests": AMOUNTS},
    ]
    assert len(set(signs)) == 1, signs
    return signs[0]


def networks(release: Release) -> list[str]:
    items = release.plane.get("network-attachment-definitions", "--namespace", release.namespace)["items"]
    return sorted(item["metadata"]["name"] for item in items)


@pytest.fixture
def installed(release: Release) -> Release:
    done = release.apply("install")
    assert done.returncode == 0, done.stderr
    return release


def test_a_release_is_installed_converted(installed: Release) -> None:
    assert is_converted(installed.tmm())
    assert networks(installed) == NETWORKS


def test_its_pods_carry_the_networks(installed: Release) -> None:
    """The controllers create a pod from the template; no node runs it."""
    until = time.monotonic() + 30
    pods: list[dict[str, Any]] = []
    while not pods and time.monotonic() < until:
        pods = installed.plane.get("pods", "--namespace", installed.namespace, "--selector", "app=f5-tmm")["items"]
    assert pods[0]["metadata"]["annotations"][ANNOTATION] == "macvlan-internal,macvlan-external"


def test_an_unchanged_upgrade_changes_nothing(installed: Release) -> None:
    before = installed.tmm()["metadata"]["generation"]
    assert installed.apply("upgrade").returncode == 0
    assert installed.tmm()["metadata"]["generation"] == before


def test_an_upgrade_without_the_flag_is_seen_and_repaired(installed: Release, program: Run) -> None:
    assert installed.apply("upgrade", flagged=False).returncode == 0
    assert not is_converted(installed.tmm())
    assert networks(installed) == []
    told = program("verify", "--namespace", installed.namespace, "--format", "json")
    assert told.returncode == 1, told.stderr
    assert "differs" in rows(told).values()

    assert installed.apply("upgrade").returncode == 0
    assert is_converted(installed.tmm())
    assert networks(installed) == NETWORKS


def test_a_rollback_restores_what_was_converted(installed: Release) -> None:
    assert installed.apply("upgrade", flagged=False).returncode == 0
    done = installed.run("rollback", "rel", "1", "--no-hooks", *installed.flags)
    assert done.returncode == 0, done.stderr
    assert is_converted(installed.tmm())
    assert networks(installed) == NETWORKS


def test_a_dry_run_against_the_server_shows_the_conversion(release: Release) -> None:
    done = release.apply("install", SMALL, "--dry-run=server")
    assert done.returncode == 0, done.stderr
    assert f'{ANNOTATION}: "macvlan-internal,macvlan-external"' in done.stdout
    assert networks(release) == []


def test_an_uninstalled_release_leaves_nothing(installed: Release) -> None:
    assert installed.run("uninstall", "rel", "--no-hooks", "--wait").returncode == 0
    assert networks(installed) == []
    assert installed.plane.get("deployments", "--namespace", installed.namespace)["items"] == []


def test_a_variable_that_is_listed_twice_needs_client_side_apply(release: Release) -> None:
    """F5's chart renders one twice, and so does the example. Server-side apply, Helm 4's default, refuses that."""
    done = release.apply("install", EXAMPLE)
    if release.helm.startswith("helm-4") and not release.flags:
        assert 'duplicate entries for key [name="TMM_MAPRES_DELAY_MS"]' in done.stderr
        return
    assert done.returncode == 0, done.stderr
    names = [entry["name"] for entry in template(release.tmm())["spec"]["containers"][0]["env"]]
    assert names.count("TMM_MAPRES_DELAY_MS") == 2
