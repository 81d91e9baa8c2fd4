"""Install, upgrade, roll back and uninstall a chart with each Helm, on a real API server with the real controllers."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cluster.conftest import CONFIG, EXAMPLE, SMALL, Release, Run, rows
from tests.cluster.outcomes import ANNOTATION, NETWORKS, is_converted, networks, template
from tests.patience import awaited


@pytest.fixture
def installed(release: Release) -> Release:
    done = release.apply("install")
    assert done.returncode == 0, done.stderr
    return release


def test_a_release_is_installed_converted(installed: Release) -> None:
    assert is_converted(installed.tmm())
    assert networks(installed) == NETWORKS


def test_its_pods_carry_the_networks(installed: Release) -> None:
    """The controllers create a pod from the template, but no node runs the pod."""
    words = ("pods", "--namespace", installed.namespace, "--selector", "app=f5-tmm")
    pods = awaited(lambda: installed.plane.get(*words)["items"], bool)
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
    """F5's chart and the example list a variable twice.

    Server-side apply, Helm 4's default, refuses such a container.
    """
    done = release.apply("install", EXAMPLE)
    if release.helm.startswith("helm-4") and not release.flags:
        assert 'duplicate entries for key [name="TMM_MAPRES_DELAY_MS"]' in done.stderr
        return
    assert done.returncode == 0, done.stderr
    names = [entry["name"] for entry in template(release.tmm())["spec"]["containers"][0]["env"]]
    assert names.count("TMM_MAPRES_DELAY_MS") == 2


def test_one_that_the_config_sets_is_listed_once(release: Release) -> None:
    """The example can therefore be installed with each Helm, also with server-side apply."""
    config = Path(release.environment["SPK_MACVLAN_CONFIG"])
    config.write_text(f'{CONFIG}    env: {{TMM_MAPRES_DELAY_MS: "6000"}}\n')
    done = release.apply("install", EXAMPLE)
    assert done.returncode == 0, done.stderr
    config.write_text(f'{CONFIG}    env: {{TMM_MAPRES_DELAY_MS: "7000"}}\n')
    assert release.apply("upgrade", EXAMPLE).returncode == 0
    assert values(release, "TMM_MAPRES_DELAY_MS") == ["7000"]


def test_where_two_become_one_the_second_upgrade_has_it(release: Release) -> None:
    """Two entries for a variable become one.

    The merge by name sets one entry and deletes the other, which deletes both. Helm 4 with server-side apply could not
    have installed the two entries.
    """
    if release.helm.startswith("helm-4") and not release.flags:
        pytest.skip("server-side apply makes no object that lists a variable twice")
    config = Path(release.environment["SPK_MACVLAN_CONFIG"])
    config.write_text(f'{CONFIG}    env: {{TMM_MAPRES_DELAY_MS: "7000"}}\n')
    assert release.apply("install", EXAMPLE, flagged=False).returncode == 0
    assert release.apply("upgrade", EXAMPLE).returncode == 0
    assert values(release, "TMM_MAPRES_DELAY_MS") == []
    assert release.apply("upgrade", EXAMPLE).returncode == 0
    assert values(release, "TMM_MAPRES_DELAY_MS") == ["7000"]


def values(release: Release, name: str) -> list[str]:
    """Return all values of a variable of the TMM container in the cluster."""
    return [
        entry["value"] for entry in template(release.tmm())["spec"]["containers"][0]["env"] if entry["name"] == name
    ]
