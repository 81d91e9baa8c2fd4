"""Test `compile --format flux`: the HelmRelease and the networks give the same objects as the filter."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest
import yaml

from tests.conftest import PROGRAM
from tests.hosts.flux.releases import (
    SENT,
    SUBSTITUTE,
    TO_FLUX,
    envsubst,
    networks,
    post_rendered,
    release,
    release_text,
    substituted,
)
from tests.hosts.helm.objects import FILENAME_ANNOTATION, Object
from tests.hosts.kustomize.builds import (
    compiled,
    config_with,
    decoded,
    filtered,
    objects_of,
    output,
    rendered,
    run,
    same,
    tmm_of,
)

pytestmark = pytest.mark.hosts

NETWORK = {"name": "macvlan-internal", "master": "ens224"}


# Tests of the objects that Flux applies.


def test_what_helm_4_writes_into_every_object_makes_no_difference(tmp_path: Path) -> None:
    """Helm 4 adds an annotation to each object for a post-renderer.

    The patches were compiled without this annotation.
    """
    stream = rendered(*SENT)
    found = filter(None, yaml.load_all(stream, yaml.CSafeLoader))
    marked = "---\n".join(yaml.safe_dump(with_file_name(item)) for item in found)
    assert tmm_of(post_rendered(tmp_path, marked, release(stream))) == tmm_of(filtered(marked))


def with_file_name(item: Object) -> Object:
    item = copy.deepcopy(item)
    item["metadata"].setdefault("annotations", {})[FILENAME_ANNOTATION] = "spk/templates/any.yaml"
    return item


def test_the_users_patches_follow_and_reach_the_networks(tmp_path: Path) -> None:
    patches = [
        {
            "target": {"kind": "Deployment", "name": "f5-tmm"},
            "patch": [{"op": "replace", "path": "/spec/replicas", "value": 2}],
        },
        {
            "target": {"kind": "NetworkAttachmentDefinition"},
            "patch": [{"op": "add", "path": "/metadata/labels", "value": {"lab": "yes"}}],
        },
    ]
    stream, config = rendered(*SENT), config_with(tmp_path, patches=patches)
    applied = [networks(stream, config=config), post_rendered(tmp_path, stream, release(stream, config=config))]
    assert same("---\n".join(applied)) == same(filtered(stream, str(config)))
    assert [it["metadata"]["labels"] for it in objects_of("NetworkAttachmentDefinition", applied[0])] == [
        {"lab": "yes"},
        {"lab": "yes"},
    ]


AWKWARD = {
    "LETTER": "y",
    "FLOAT": "1e3",
    "OCTAL": "0o17",
    "SEXAGESIMAL": "1:30",
    "TILDE": "~",
    "EMPTY": "",
    "LONG": "0123456789 " * 18 + "ab",
    "NULL": "null",
    "DATE": "2026-01-01",
    "COMMENT": "a # b: c",
    "LINES": "one\n two\n",
    "BLANKS": "  both ends  ",
    "QUOTES": "'\"\\",
    "UMLAUT": "ä☃😀",
    "REFERENCE": "$(POD_IP)",
    "VARIABLE": "${POD_IP}",
}


def test_strings_arrive_as_strings(tmp_path: Path) -> None:
    assert len(AWKWARD["LONG"]) == 200
    stream, config = rendered(*SENT), config_with(tmp_path, tmm={"env": AWKWARD})
    tmm = tmm_of(post_rendered(tmp_path, stream, release(stream, config=config)))
    variables = {it["name"]: it.get("value", "") for it in tmm["spec"]["template"]["spec"]["containers"][0]["env"]}
    assert {name: variables[name] for name in AWKWARD} == AWKWARD


# Tests of the output.


def test_a_partial_release_holds_what_is_to_be_merged() -> None:
    found = release(rendered(*SENT))
    assert (found["apiVersion"], found["kind"]) == ("helm.toolkit.fluxcd.io/v2", "HelmRelease")
    assert found["metadata"] == {"name": "spk", "annotations": {SUBSTITUTE: "disabled"}}
    assert set(found["spec"]) == {"postRenderStrategy", "postRenderers"}
    (renderer,) = found["spec"]["postRenderers"]
    (patch,) = renderer["kustomize"]["patches"]
    assert patch["target"] == {
        "group": "apps",
        "version": "v1",
        "kind": "Deployment",
        "name": "f5-tmm",
        "namespace": "default",
        "annotationSelector": "!helm.sh/hook",
    }


def test_a_comment_in_the_patch_says_what_it_was_compiled_from() -> None:
    version = output(run(PROGRAM, "--version")).strip()
    assert f"# Written by {version} compile, from chart spk 0.1.0" in release_text(rendered(*SENT))


def test_both_are_printed_unless_one_is_asked_for() -> None:
    stream = rendered(*SENT)
    mark = networks(stream).partition("\n")[0]
    assert output(compiled(stream, *TO_FLUX)) == networks(stream) + release_text(stream).removeprefix(f"{mark}\n")


def test_the_networks_have_no_annotation_without_need() -> None:
    found = objects_of("NetworkAttachmentDefinition", networks(rendered(*SENT)))
    assert [it["metadata"] for it in found] == [
        {"name": name, "namespace": "default", "annotations": {"checked": "yes"}}  # `decoded` adds this annotation
        for name in ("macvlan-internal", "macvlan-external")
    ]


def test_it_compiles_to_the_same_bytes_every_time() -> None:
    assert output(compiled(rendered(*SENT), *TO_FLUX)) == output(compiled(rendered(*SENT), *TO_FLUX))


@pytest.mark.parametrize("version", ["2.9", "2.9.4", "v2.9.0", "2.10", "3.0"])
def test_from_flux_2_9_on_hooks_are_left_out(version: str) -> None:
    assert release(rendered(*SENT), "--flux-version", version)["spec"]["postRenderStrategy"] == "nohooks"


@pytest.mark.parametrize("version", ["2.8", "2.8.6", "v2.7.0", "2.2", "1.99"])
def test_an_older_flux_does_not_know_the_strategy(version: str) -> None:
    assert set(release(rendered(*SENT), "--flux-version", version)["spec"]) == {"postRenderers"}


@pytest.mark.parametrize("version", ["2", "latest", "2.x", "2.9-rc", "-1.0", "2..9", "²·⁹"])
def test_what_is_no_version(version: str) -> None:
    done = compiled(rendered(*SENT), *TO_FLUX, f"--flux-version={version}")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("spk-macvlan: ")


# Tests of substitution by a Kustomization.


SPECIAL = {
    "plain": {},
    "in-a-variable": {"tmm": {"env": {"LAB": "${site}"}}},
    "escaped-in-a-variable": {"tmm": {"env": {"LAB": "$${site}"}}},
    "in-a-label": {"networks": [{**NETWORK, "labels": {"site": "a"}, "annotations": {"site": "${site}"}}]},
    "in-the-cni-config": {"networks": [{**NETWORK, "cni": {"site": "${site}"}}]},
    "in-a-patch": {
        "patches": [
            {
                "target": {"kind": "Deployment", "name": "f5-tmm"},
                "patch": [{"op": "add", "path": "/metadata/annotations/site", "value": "${site}"}],
            }
        ]
    },
    "in-a-patch-of-a-network": {
        "patches": [
            {
                "target": {"kind": "NetworkAttachmentDefinition"},
                "patch": [{"op": "add", "path": "/metadata/labels", "value": {"site": "${site}"}}],
            }
        ]
    },
}


@pytest.mark.parametrize("spec", SPECIAL.values(), ids=SPECIAL)
def test_nothing_is_substituted(tmp_path: Path, spec: Object) -> None:
    printed = output(compiled(rendered(*SENT), *TO_FLUX, config=config_with(tmp_path, **spec)))
    assert ("${site}" in printed) == bool(spec)
    assert substituted(printed) == [*decoded(printed)]


def test_only_a_network_that_looks_like_it_is_left_alone(tmp_path: Path) -> None:
    both = [{**NETWORK, "cni": {"site": "${site}"}}, {"name": "macvlan-external", "master": "ens256"}]
    found = objects_of(
        "NetworkAttachmentDefinition", networks(rendered(*SENT), config=config_with(tmp_path, networks=both))
    )
    assert [it["metadata"]["annotations"].get(SUBSTITUTE) for it in found] == ["disabled", None]


def test_the_substitution_of_these_tests_substitutes() -> None:
    text = "${a} $${b} $c $(d) ${e:=f}"
    assert envsubst(text, "x") == "x ${b} $c $(d) x"
    item = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"a": "${a}"}}
    (found,) = substituted(yaml.safe_dump(item))
    assert found["data"] == {"a": "SUBSTITUTED"}


# Tests of refusals.


@pytest.mark.parametrize(
    ("status", "stream"),
    [(4, "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n"), (4, ""), (3, "kind: [\n")],
    ids=["no-tmm", "nothing", "not-yaml"],
)
def test_a_stream_that_cannot_be_compiled(status: int, stream: str) -> None:
    done = compiled(stream, *TO_FLUX)
    assert (done.returncode, done.stdout) == (status, "")
    assert done.stderr.startswith("spk-macvlan: ")


@pytest.mark.parametrize("words", [("folder",), ("--only", "both"), ("--only", "")], ids=["folder", "both", "neither"])
def test_words_that_make_no_sense(words: tuple[str, ...]) -> None:
    done = compiled(rendered(*SENT), *TO_FLUX, *words)
    assert (done.returncode, done.stdout) == (2, "")
