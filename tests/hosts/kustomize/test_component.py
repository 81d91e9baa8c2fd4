"""Test `compile --format kustomize`: its Component does the same as the filter, without our program."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.configs import TMM_NAME
from tests.conftest import PROGRAM
from tests.hosts.helm.objects import CONFIG, Done, Object
from tests.hosts.kustomize.builds import (
    BUILDABLE,
    KUSTOMIZE,
    VALUES,
    all_values,
    build,
    compiled,
    config_with,
    every_builder,
    filtered,
    kustomization,
    output,
    rendered,
    run,
    same,
    written,
)

pytestmark = pytest.mark.hosts

TO_KUSTOMIZE = ("--format", "kustomize")
FILES = ["kustomization.yaml", "networks.yaml"]


def component(folder: Path, stream: str, config: str | Path = CONFIG) -> Path:
    """Compile a Component from this stream."""
    done = compiled(stream, *TO_KUSTOMIZE, str(folder / "component"), config=config)
    assert (output(done), done.stderr) == ("", "")
    return folder / "component"


def overlay(folder: Path, stream: str, **fields: Any) -> Path:
    """Write a kustomization that applies the Component to a stream."""
    fields = {"resources": ["manifests.yaml"], "components": ["../component"], **fields}
    return written(folder / "overlay", {"kustomization.yaml": kustomization(**fields), "manifests.yaml": stream})


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def loaded(file: Path) -> Object:
    document = yaml.load(file.read_text(encoding="utf-8"), yaml.CSafeLoader)
    assert isinstance(document, dict)
    return document


# Tests of builds with the Component.


@all_values
def test_it_gives_the_objects_of_the_filter(tmp_path: Path, values: tuple[str, ...]) -> None:
    """tests/hosts/equivalence makes the same comparison with kubectl's kustomize."""
    stream = rendered(*values, BUILDABLE)
    component(tmp_path, stream)
    assert same(output(build(KUSTOMIZE, overlay(tmp_path, stream)))) == same(filtered(stream))


@all_values
def test_a_repeated_key_is_said_and_makes_no_other_patches(tmp_path: Path, values: tuple[str, ...]) -> None:
    """kustomize cannot build the chart with blobd.

    Patches compiled from this chart must also fit the chart without blobd.
    """
    stream = rendered(*values)
    done = compiled(stream, *TO_KUSTOMIZE, str(tmp_path / "with"))
    assert output(done) == ""
    alone: dict[str, str | Object] = {
        "kustomization.yaml": kustomization(resources=["manifests.yaml"]),
        "manifests.yaml": stream,
    }
    is_refused = build(KUSTOMIZE, written(tmp_path / "alone", alone)).returncode == 1
    assert bool(re.search(r"volumeMounts .* \[repeated-keys\]\n", done.stderr)) == is_refused
    assert contents(tmp_path / "with") == contents(component(tmp_path, rendered(*values, BUILDABLE)))


@every_builder
def test_the_namespace_of_the_overlay_comes_after(tmp_path: Path, builder: str) -> None:
    stream = rendered(BUILDABLE)
    component(tmp_path, stream)
    moved = output(build(builder, overlay(tmp_path, stream, namespace="elsewhere")))
    by_hand = written(
        tmp_path / "by-hand",
        {
            "kustomization.yaml": kustomization(resources=["manifests.yaml"], namespace="elsewhere"),
            "manifests.yaml": filtered(stream),
        },
    )
    assert same(moved) == same(output(build(builder, by_hand)))


@every_builder
def test_the_users_patches_follow(tmp_path: Path, builder: str) -> None:
    variable = {"name": "LAB", "value": "yes"}
    patches: list[Object] = [
        {
            "target": {"kind": "Deployment", "name": "f5-tmm"},
            "patch": [
                {"op": "test", "path": "/spec/template/spec/containers/0/resources/limits/cpu", "value": 1},
                {"op": "add", "path": "/spec/template/spec/containers/0/env/-", "value": variable},
            ],
        },
        {
            "target": {"kind": "NetworkAttachmentDefinition", "name": "macvlan-.*"},
            "patch": [{"op": "add", "path": "/metadata/labels", "value": {"lab": "1e3"}}],
        },
        {
            "target": {"labelSelector": "app=f5-tmm", "kind": "Service"},
            "patch": [{"op": "copy", "from": "/metadata/name", "path": "/metadata/labels/copied"}],
        },
    ]
    stream, config = rendered(BUILDABLE), config_with(tmp_path, patches=patches)
    made = component(tmp_path, stream, config)
    expected = same(filtered(stream, str(config)))
    assert '"LAB"' in expected
    assert same(output(build(builder, overlay(tmp_path, stream)))) == expected
    written_patches = loaded(made / "kustomization.yaml")["patches"][1:]
    hooks = {"annotationSelector": "!helm.sh/hook"}
    assert [patch["target"] for patch in written_patches] == [{**patch["target"], **hooks} for patch in patches]
    assert [yaml.safe_load(patch["patch"]) for patch in written_patches] == [patch["patch"] for patch in patches]


# Tests of the files that `compile` writes.


def test_its_shape(tmp_path: Path) -> None:
    made = component(tmp_path, rendered(BUILDABLE))
    assert sorted(file.name for file in made.iterdir()) == FILES
    document = loaded(made / "kustomization.yaml")
    assert {name: document[name] for name in ("apiVersion", "kind", "resources")} == {
        "apiVersion": "kustomize.config.k8s.io/v1alpha1",
        "kind": "Component",
        "resources": ["networks.yaml"],
    }
    (patch,) = document["patches"]
    assert set(patch) == {"patch", "target"}


@pytest.mark.parametrize("name", FILES)
def test_a_comment_says_what_it_was_compiled_from(tmp_path: Path, name: str) -> None:
    first, *_ = (component(tmp_path, rendered(BUILDABLE)) / name).read_text(encoding="utf-8").splitlines()
    version = output(run(PROGRAM, "--version")).strip()
    assert first.startswith(f"# Written by {version} compile, from chart spk 0.1.0")


def test_it_compiles_to_the_same_bytes_every_time(tmp_path: Path) -> None:
    once = contents(component(tmp_path, rendered(BUILDABLE)))
    assert contents(component(tmp_path, rendered(BUILDABLE))) == once
    assert contents(component(tmp_path / "elsewhere", rendered(BUILDABLE))) == once


def test_networks_that_exist_already_are_not_written(tmp_path: Path) -> None:
    made = component(tmp_path, rendered(BUILDABLE))
    networks = [{"name": "macvlan-internal", "master": "ens224", "create": False}]
    component(tmp_path, rendered(BUILDABLE), config_with(tmp_path, networks=networks))
    assert [file.name for file in made.iterdir()] == ["kustomization.yaml"]
    assert "resources" not in loaded(made / "kustomization.yaml")


def test_without_networks_it_builds_too(tmp_path: Path) -> None:
    networks = [{"name": "macvlan-internal", "master": "ens224", "create": False}]
    config, stream = config_with(tmp_path, networks=networks), rendered(BUILDABLE)
    component(tmp_path, stream, config)
    built = output(build(KUSTOMIZE, overlay(tmp_path, stream)))
    assert same(built) == same(filtered(stream, str(config)))


# Tests of the target.

TMM = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: f5-tmm
  namespace: spk
spec:
  template:
    spec:
      containers:
      - name: f5-tmm
        env:
        - name: OPENSHIFT_VFIO_RESOURCE_1
          value: sriov
"""


@every_builder
@pytest.mark.parametrize("name", ["f5-tmm-2", "old-f5-tmm"])
def test_only_the_whole_name_matches(tmp_path: Path, builder: str, name: str) -> None:
    stream = f"{TMM}---\n{TMM}".replace("name: f5-tmm\n  namespace", f"name: {name}\n  namespace", 1)
    component(tmp_path, stream)
    assert same(output(build(builder, overlay(tmp_path, stream)))) == same(filtered(stream))


@pytest.mark.parametrize("namespace", ["spk", None])
@every_builder
def test_the_target_has_the_namespace_of_the_object(tmp_path: Path, builder: str, namespace: str | None) -> None:
    stream = TMM if namespace else TMM.replace("  namespace: spk\n", "")
    (patch,) = loaded(component(tmp_path, stream) / "kustomization.yaml")["patches"]
    assert patch["target"].get("namespace") == namespace
    assert same(output(build(builder, overlay(tmp_path, stream)))) == same(filtered(stream))


@every_builder
def test_one_of_two_tmms_is_patched(tmp_path: Path, builder: str) -> None:
    stream = "---\n".join([TMM, TMM.replace("namespace: spk", "namespace: other")])
    config = config_with(tmp_path, tmm={"namespace": "spk"})
    component(tmp_path, stream, config)
    assert same(output(build(builder, overlay(tmp_path, stream)))) == same(filtered(stream, str(config)))


# Tests of the folders to which `compile` may write.


def refusal(stream: str, folder: Path, *words: str, config: str | Path = CONFIG) -> Done:
    done = compiled(stream, *TO_KUSTOMIZE, str(folder), *words, config=config)
    assert done.stdout == ""
    assert done.stderr.startswith("spk-macvlan: ")
    assert done.stderr.count("\n") == 1
    return done


OTHERS_FILES = {
    "beside": {"README": "of the user"},
    "hidden": {".gitignore": "*"},
    "kustomization": {"kustomization.yaml": "resources: [a.yaml]\n"},
    "networks": {"networks.yaml": "kind: NetworkAttachmentDefinition\n"},
    "folder": {"folder/file": "of the user"},
    "folder-of-our-name": {"networks.yaml/file": "of the user"},
}


@pytest.mark.parametrize("files", OTHERS_FILES.values(), ids=OTHERS_FILES)
def test_a_folder_with_other_files_is_refused(tmp_path: Path, files: dict[str, str]) -> None:
    folder = written(tmp_path / "component", files)
    done = refusal(rendered(BUILDABLE), folder)
    assert done.returncode == 2
    assert "--force" in done.stderr
    assert next(iter(files)).partition("/")[0] in done.stderr
    assert sorted(str(it.relative_to(folder)) for it in folder.rglob("*") if it.is_file()) == list(files)


def test_an_earlier_output_with_another_file_is_refused_and_stays(tmp_path: Path) -> None:
    folder = component(tmp_path, rendered(BUILDABLE))
    written(folder, {"README": "of the user"})
    before = contents(folder)
    assert refusal(rendered(BUILDABLE, "--namespace=other"), folder).returncode == 2
    assert contents(folder) == before


def test_force_writes_over_ours_names_and_leaves_the_others(tmp_path: Path) -> None:
    folder = written(tmp_path / "component", {"README": "of the user", "kustomization.yaml": "resources: [a.yaml]\n"})
    output(compiled(rendered(BUILDABLE), *TO_KUSTOMIZE, str(folder), "--force"))
    found = contents(folder)
    assert found.pop("README") == b"of the user"
    assert found == contents(component(tmp_path / "fresh", rendered(BUILDABLE)))


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    file = written(tmp_path, {"component": "of the user"}) / "component"
    for words in ((), ("--force",)):
        assert refusal(rendered(BUILDABLE), file, *words).returncode == 2
    assert file.read_text(encoding="utf-8") == "of the user"


def test_folders_above_are_made(tmp_path: Path) -> None:
    output(compiled(rendered(BUILDABLE), *TO_KUSTOMIZE, str(tmp_path / "a" / "b")))
    assert sorted(contents(tmp_path / "a" / "b")) == FILES


def test_a_folder_must_be_given() -> None:
    done = compiled(rendered(BUILDABLE), *TO_KUSTOMIZE)
    assert (done.returncode, done.stdout) == (2, "")


OTHER = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: beside\n"
NETWORK = """\
apiVersion: k8s.cni.cncf.io/v1
kind: NetworkAttachmentDefinition
metadata:
  name: macvlan-internal
  namespace: default
spec:
  config: '{"master": "eth0"}'
"""
REFUSED = {
    "no-tmm": (4, OTHER),
    "nothing": (4, ""),
    "two-tmms": (3, "---\n".join([TMM, TMM.replace("namespace: spk", "namespace: other")])),
    "not-yaml": (3, "kind: [\n"),
    "a-network-of-another-nic": (3, f"{TMM}---\n{NETWORK}"),
}


@pytest.mark.parametrize(("status", "stream"), REFUSED.values(), ids=REFUSED)
def test_a_refusal_writes_nothing(tmp_path: Path, status: int, stream: str) -> None:
    assert refusal(stream, tmp_path / "component").returncode == status
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("status", "stream"), REFUSED.values(), ids=REFUSED)
def test_a_refusal_leaves_an_earlier_output(tmp_path: Path, status: int, stream: str) -> None:
    folder = component(tmp_path, rendered(BUILDABLE))
    before = contents(folder)
    assert refusal(stream, folder, "--force").returncode == status
    assert contents(folder) == before


def test_a_bad_config_writes_nothing(tmp_path: Path) -> None:
    config = written(tmp_path, {"bad.yaml": "kind: Deployment\n"}) / "bad.yaml"
    assert refusal(rendered(BUILDABLE), tmp_path / "component", config=config).returncode == 2
    assert not (tmp_path / "component").exists()


def test_a_patch_without_a_target_writes_nothing(tmp_path: Path) -> None:
    patch = {"target": {"name": "nowhere"}, "patch": [{"op": "remove", "path": "/spec"}]}
    config = config_with(tmp_path, patches=[patch])
    assert refusal(rendered(BUILDABLE), tmp_path / "component", config=config).returncode == 4
    assert not (tmp_path / "component").exists()


# Tests of a Component with another chart than the one from which it was compiled.


def container(tmm: Object) -> Object:
    found = tmm["spec"]["template"]["spec"]["containers"][0]
    assert found["name"] == TMM_NAME
    assert isinstance(found, dict)
    return found


def annotations_of(tmm: Object) -> Object:
    return tmm["spec"]["template"]["metadata"]["annotations"]  # type: ignore[no-any-return]


def renamed(tmm: Object) -> None:
    container(tmm)["name"] = "tmm"


def named_otherwise(tmm: Object) -> None:
    renamed(tmm)
    tmm["metadata"]["annotations"]["toda.f5.com/tmm-name"] = "tmm"


def renamed_variable(tmm: Object) -> None:
    container(tmm)["env"][-1]["name"] = "OPENSHIFT_VFIO_RESOURCE_9"


def amounts(tmm: Object, **changed: Any) -> None:
    for group in container(tmm)["resources"].values():
        group |= {name.replace("_", "-"): value for name, value in changed.items()}


Change = Callable[[Object], object]

FAILS: dict[str, Change] = {
    "container-order": lambda tmm: tmm["spec"]["template"]["spec"]["containers"].reverse(),
    "container-before": lambda tmm: tmm["spec"]["template"]["spec"]["containers"].insert(0, {"name": "first"}),
    "container-renamed": renamed,
    "container-renamed-and-said-so": named_otherwise,
    "env-order": lambda tmm: container(tmm)["env"].reverse(),
    "env-sorted": lambda tmm: container(tmm)["env"].sort(key=lambda it: it["name"]),
    "variable-inserted-first": lambda tmm: container(tmm)["env"].insert(0, {"name": "NEW", "value": "1"}),
    "variable-inserted-before-the-last": lambda tmm: container(tmm)["env"].insert(-1, {"name": "NEW", "value": "1"}),
    "variable-gone": lambda tmm: container(tmm)["env"].pop(0),
    "last-variable-gone": lambda tmm: container(tmm)["env"].pop(),
    "variable-renamed": renamed_variable,
    "env-gone": lambda tmm: container(tmm).pop("env"),
    "annotations-gone": lambda tmm: tmm["spec"]["template"]["metadata"].pop("annotations"),
    "resources-gone": lambda tmm: container(tmm).pop("resources"),
    "requests-gone": lambda tmm: container(tmm)["resources"].pop("requests"),
    "hugepages-changed": lambda tmm: amounts(tmm, hugepages_2Mi="6Gi"),
    "hugepages-gone": lambda tmm: [group.pop("hugepages-2Mi") for group in container(tmm)["resources"].values()],
    "another-device": lambda tmm: amounts(tmm, **{"openshift.io/other": 1}),
}
FITS: dict[str, Change] = {
    "nothing": lambda tmm: None,
    "image": lambda tmm: container(tmm).update(image="tmm-img:v2"),
    "replicas": lambda tmm: tmm["spec"].update(replicas=2),
    "labels": lambda tmm: tmm["metadata"]["labels"].update(new="label"),
    "annotation-added": lambda tmm: annotations_of(tmm).update(new="annotation"),
    "container-added-last": lambda tmm: tmm["spec"]["template"]["spec"]["containers"].append({"name": "new"}),
    "value-of-another-variable": lambda tmm: container(tmm)["env"][0].update(value="1"),
    "value-of-a-variable-that-goes": lambda tmm: container(tmm)["env"][-1].update(value="another"),
    "variable-added-last": lambda tmm: container(tmm)["env"].append({"name": "NEW", "value": "1"}),
    "networks-of-another-name": lambda tmm: annotations_of(tmm).update({"k8s.v1.cni.cncf.io/networks": "other"}),
}


@pytest.fixture(scope="session")
def made_for(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Compile the Component for the unchanged chart, into a folder that can also hold overlays."""
    folder = tmp_path_factory.mktemp("guards")
    component(folder, rendered(BUILDABLE))
    return folder


def changed(change: Change) -> str:
    """Return a changed TMM, as another version of the chart could render it."""
    (tmm,) = (it for it in yaml.load_all(rendered(BUILDABLE), yaml.CSafeLoader) if is_tmm(it))
    tmm = copy.deepcopy(tmm)
    change(tmm)
    return yaml.safe_dump(tmm, sort_keys=False)


def is_tmm(item: Object | None) -> bool:
    return bool(item and item["kind"] == "Deployment" and item["metadata"]["name"] == TMM_NAME)


def moved(tmm: Object, **changed: str) -> None:
    tmm["metadata"] |= changed


GONE: dict[str, Change] = {
    "another-kind": lambda tmm: tmm.update(kind="DaemonSet"),
    "another-name": lambda tmm: moved(tmm, name="tmm"),
    "another-namespace": lambda tmm: moved(tmm, namespace="other"),
}
UNSEEN: dict[str, Change] = {
    "sriov-variable-added-last": lambda tmm: container(tmm)["env"].append(
        {"name": "OPENSHIFT_VFIO_RESOURCE_3", "value": "sriov"}
    ),
    "robin-added": lambda tmm: annotations_of(tmm).update({"robin.io/networks": "sriov"}),
}


@pytest.mark.parametrize("change", FAILS.values(), ids=FAILS)
@every_builder
def test_what_relies_on_a_place_fails_where_it_has_changed(made_for: Path, builder: str, change: Change) -> None:
    done = build(builder, overlay(made_for, changed(change)))
    assert (done.returncode, done.stdout) == (1, "")


@pytest.mark.parametrize("change", GONE.values(), ids=GONE)
@every_builder
def test_where_the_tmm_is_gone_the_build_fails(made_for: Path, builder: str, change: Change) -> None:
    """kustomize alone would skip the patch, and would build the networks without a TMM that uses them."""
    done = build(builder, overlay(made_for, changed(change)))
    assert (done.returncode, done.stdout) == (1, "")
    assert "nothing selected by Deployment" in done.stderr


@pytest.mark.parametrize("change", FITS.values(), ids=FITS)
@every_builder
def test_any_other_change_is_converted_as_by_the_filter(made_for: Path, builder: str, change: Change) -> None:
    stream = changed(change)
    assert same(output(build(builder, overlay(made_for, stream)))) == same(filtered(stream))


@every_builder
def test_networks_that_the_chart_gave_before_fail_or_are_written(made_for: Path, builder: str) -> None:
    """kustomize 5.6.0 refuses to replace a missing value; kustomize 5.8.1 adds the value."""
    stream = changed(lambda tmm: annotations_of(tmm).pop("k8s.v1.cni.cncf.io/networks"))
    done = build(builder, overlay(made_for, stream))
    assert done.returncode == 1 or same(done.stdout) == same(filtered(stream))


BARE = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: f5-tmm
spec:
  template:
    metadata: {labels: {app: f5-tmm}}
    spec:
      containers:
      - name: f5-tmm
"""
LATER = {
    "annotations": ("metadata: {labels", "metadata: {annotations: {lab: kept}, labels"),
    "env": ("- name: f5-tmm\n", "- name: f5-tmm\n        env: [{name: LAB, value: kept}]\n"),
    "resources": ("- name: f5-tmm\n", "- name: f5-tmm\n        resources: {limits: {example.com/lab: 1}}\n"),
}


@pytest.mark.parametrize(("before", "after"), LATER.values(), ids=LATER)
@every_builder
def test_what_was_not_there_does_not_replace_what_is(tmp_path: Path, builder: str, before: str, after: str) -> None:
    component(tmp_path, BARE)
    assert same(output(build(builder, overlay(tmp_path, BARE)))) == same(filtered(BARE))
    done = build(builder, overlay(tmp_path, BARE.replace(before, after)))
    assert (done.returncode, done.stdout) == (1, "")


@pytest.mark.parametrize("change", UNSEEN.values(), ids=UNSEEN)
@every_builder
def test_what_no_patch_can_see_is_what_the_page_says(made_for: Path, builder: str, change: Change) -> None:
    """See docs/kustomize.md, "what the tests cannot see". If this test fails, a guard is better than its page says."""
    stream = changed(change)
    built = output(build(builder, overlay(made_for, stream)))
    assert "sriov" in built or same(built) != same(filtered(stream))


@pytest.mark.parametrize("made_from", sorted(VALUES))
def test_values_that_it_was_not_compiled_for_fail_or_are_converted(tmp_path: Path, made_from: str) -> None:
    """For a Component, each other set of values is another chart. A DaemonSet is another kind of object."""
    component(tmp_path, rendered(*VALUES[made_from], BUILDABLE))
    for name in VALUES.keys() - {"daemonset"} if made_from != "daemonset" else {"daemonset"}:
        stream = rendered(*VALUES[name], BUILDABLE)
        done = build(KUSTOMIZE, overlay(tmp_path, stream))
        assert done.returncode == 1 or same(done.stdout) == same(filtered(stream)), name
