"""Test what docs/faq.md says about network attachment definitions that releases share, lose, or find already there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cluster.conftest import SMALL, Release
from tests.cluster.control_plane import ControlPlane
from tests.configs import HEAD

NETWORK = HEAD + "spec:\n  networks:\n  - {{name: shared, master: ens224, namespace: {}{}}}\n"
REFERRED = ", create: false"
KEPT = ", annotations: {helm.sh/resource-policy: keep}"
DEFINITION = """\
apiVersion: k8s.cni.cncf.io/v1
kind: NetworkAttachmentDefinition
metadata: {name: shared}
spec: {config: '{"type": "macvlan", "master": "eth9"}'}
"""


@pytest.fixture
def beside(plane: ControlPlane, namespace: str) -> Iterator[str]:
    """Create another namespace, and yield its name."""
    name = f"{namespace}-beside"
    plane.kubectl("create", "namespace", name)
    yield name
    plane.kubectl("delete", "namespace", name, "--wait=false")


@pytest.fixture
def place(beside: str) -> str:
    """Return the namespace of the shared network, which is the namespace of the second release."""
    return beside


@pytest.fixture
def other(release: Release, beside: str) -> Release:
    """Return a second release, in a namespace of its own."""
    return release._replace(namespace=beside)


def configure(release: Release, place: str, more: str = "") -> None:
    Path(release.environment["SPK_MACVLAN_CONFIG"]).write_text(NETWORK.format(place, more))


def require(release: Release, verb: str, *words: str, flagged: bool = True) -> None:
    done = release.apply(verb, SMALL, *words, flagged=flagged)
    assert done.returncode == 0, done.stderr


def uninstall(release: Release) -> None:
    assert release.run("uninstall", "rel", "--no-hooks").returncode == 0


def definitions(plane: ControlPlane, place: str) -> list[str]:
    found = plane.get("network-attachment-definitions", "--namespace", place)["items"]
    return [item["metadata"]["name"] for item in found]


def test_helm_refuses_a_second_release_that_defines_the_same_network(
    release: Release, other: Release, place: str
) -> None:
    configure(release, place)
    require(release, "install")
    refused = other.apply("install")
    assert refused.returncode != 0
    assert "invalid ownership metadata" in refused.stderr


def test_a_second_release_may_refer_to_it_and_loses_it_with_the_first(
    release: Release, other: Release, place: str
) -> None:
    configure(release, place)
    require(release, "install")
    configure(release, place, REFERRED)
    require(other, "install")
    uninstall(other)
    assert definitions(release.plane, place) == ["shared"]
    uninstall(release)
    assert definitions(release.plane, place) == []


def test_a_network_that_helm_is_told_to_keep_outlives_the_release(release: Release, place: str) -> None:
    configure(release, place, KEPT)
    require(release, "install")
    require(release, "upgrade", flagged=False)
    assert definitions(release.plane, place) == ["shared"]
    uninstall(release)
    assert definitions(release.plane, place) == ["shared"]


def test_one_that_is_no_longer_created_is_deleted_unless_it_was_kept_before(release: Release, place: str) -> None:
    configure(release, place)
    require(release, "install")
    configure(release, place, REFERRED)
    require(release, "upgrade")
    assert definitions(release.plane, place) == []

    configure(release, place, KEPT)
    require(release, "upgrade")
    configure(release, place, REFERRED)
    require(release, "upgrade")
    assert definitions(release.plane, place) == ["shared"]


def test_a_release_may_take_one_over_that_exists(release: Release, place: str) -> None:
    release.plane.kubectl("apply", "--namespace", place, "-f", "-", stdin=DEFINITION)
    configure(release, place)
    assert "invalid ownership metadata" in release.apply("install").stderr
    # With server-side apply, Helm must also be told to overwrite the fields that kubectl wrote.
    forced = ["--force-conflicts"] if release.helm.startswith("helm-4") and not release.flags else []
    require(release, "install", "--take-ownership", *forced)
    (found,) = release.plane.get("network-attachment-definitions", "--namespace", place)["items"]
    assert '"master": "ens224"' in found["spec"]["config"]


def test_a_rollback_to_a_release_that_was_not_converted_brings_sriov_back(release: Release, place: str) -> None:
    configure(release, place)
    require(release, "install", flagged=False)
    require(release, "upgrade")
    done = release.run("rollback", "rel", "1", "--no-hooks", *release.flags)
    assert done.returncode == 0, done.stderr
    assert definitions(release.plane, place) == []
    assert "openshift.io" in str(release.tmm()["spec"]["template"]["spec"]["containers"][0]["resources"])
