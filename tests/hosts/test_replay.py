"""Test the replay of compiled patches: what kustomize would do differently is refused.

These tests need no other program.
"""

from __future__ import annotations

import json
import re
import tracemalloc
from typing import Any

import pytest

from postrender import config as configs
from postrender.conversion import Options
from postrender.errors import InputError, ProofFailed, TooLarge
from postrender.hosts import guarded_patches, replay
from postrender.limits import DEFAULTS

TMM = """\
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: f5-tmm, namespace: spk}
spec: {template: {spec: {containers: [{name: f5-tmm, env: [{name: A, value: x}]}]}}}
"""


def object_of(api_version: str, kind: str, name: str, more: str = "") -> str:
    return f"---\napiVersion: {api_version}\nkind: {kind}\nmetadata:\n  name: {name}\n{more}data: {{a: b}}\n"


STREAM = TMM + "".join(
    (
        object_of("v1", "ConfigMap", "none"),
        object_of("v1", "ConfigMap", "said", "  namespace: default\n"),
        object_of("v1", "ConfigMap", "other", "  namespace: spk\n"),
        object_of("v1", "ConfigMap", "hook", "  annotations: {helm.sh/hook: test}\n"),
    )
)


def patch(target: dict[str, str], *operations: dict[str, Any]) -> dict[str, Any]:
    return {"target": target, "patch": [*operations] or [{"op": "add", "path": "/data/new", "value": "x"}]}


def compiled(
    patches: list[dict[str, Any]], stream: str = STREAM, options: Options | None = None
) -> guarded_patches.Compiled:
    network = {"name": "net-a", "master": "ens224"}
    spec = {"networks": [network], "patches": patches}
    text = {"apiVersion": configs.API_VERSION, "kind": configs.KIND, "spec": spec}
    config = configs.parse(json.dumps(text).encode())
    return guarded_patches.compile_patches(stream.encode(), config, options or Options())


@pytest.mark.parametrize(
    ("path", "value"),
    [("/metadata/name", "new"), ("/metadata", {"name": "none", "namespace": "spk"}), ("/kind", "Secret")],
    ids=["name", "namespace", "kind"],
)
def test_compile_refuses_a_renaming_because_kustomize_changes_references_too(path: str, value: object) -> None:
    renaming = patch({"name": "none", "kind": "ConfigMap"}, {"op": "replace", "path": path, "value": value})
    refusal = (
        r"^spec\.patches\[1\] changes the version, kind, name or namespace of ConfigMap none; .* remove this operation"
    )
    with pytest.raises(InputError, match=refusal):
        compiled([patch({"name": "said"}), renaming])


def test_compile_refuses_a_patch_on_an_item_of_a_list_that_is_a_hook() -> None:
    item = '{apiVersion: v1, kind: ConfigMap, metadata: {name: item, annotations: {"helm.sh/hook-weight": "1"}}}'
    hooks = f"---\napiVersion: v1\nkind: List\nmetadata: {{annotations: {{helm.sh/hook: test}}}}\nitems: [{item}]\n"
    with pytest.raises(InputError, match="is in a List that is a Helm hook"):
        compiled([patch({"kind": "ConfigMap"})], STREAM + hooks)


def test_compile_refuses_to_rename_a_network_that_it_creates() -> None:
    renaming = {"op": "replace", "path": "/metadata/name", "value": "renamed"}
    with pytest.raises(InputError, match="NetworkAttachmentDefinition net-a"):
        compiled([patch({"kind": "NetworkAttachmentDefinition"}, renaming)])


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"op": "add", "path": "/data/more", "value": "y"}, id="one-operation-too-many"),
        pytest.param({"op": "replace", "path": "/data/new", "value": "z"}, id="another-value"),
    ],
)
def test_a_compiled_patch_that_differs_is_never_written(wrong: dict[str, Any]) -> None:
    made = compiled([patch({"name": "said"})])
    first, second = made.patches
    changed = (first, {**second, "patch": [*second["patch"], wrong]})
    with pytest.raises(ProofFailed, match="ConfigMap said"):
        replay.require_same(made.converted, changed, made.networks, made.patched_networks)


def test_a_compiled_patch_of_another_object_is_never_written() -> None:
    made = compiled([patch({"name": "said"})])
    first, second = made.patches
    changed = (first, {**second, "target": {"name": "said|other"}})
    with pytest.raises(ProofFailed, match="ConfigMap other"):
        replay.require_same(made.converted, changed, made.networks, made.patched_networks)


def test_hooks_are_left_out_unless_they_are_included() -> None:
    """The patch cannot be applied to a hook, because its `test` operation fails there."""
    fails_on_hooks = {"op": "test", "path": "/metadata/name", "value": "said"}
    with_a_test = patch({"kind": "ConfigMap", "name": "hook|said"}, fails_on_hooks)
    assert len(compiled([with_a_test]).patches) == 2
    assert compiled([with_a_test]).patches[1]["target"]["annotationSelector"] == "!helm.sh/hook"
    with pytest.raises(InputError, match="test /metadata/name of ConfigMap hook failed"):
        compiled([with_a_test], options=Options(include_hooks=True))


def test_operations_do_not_share_a_value() -> None:
    value = {"op": "add", "path": "/data", "value": {"list": ["a"]}}
    grown = {"op": "add", "path": "/data/list/-", "value": "b"}
    made = compiled([patch({"kind": "ConfigMap"}, value), patch({"name": "said|other"}, grown)])
    assert made.patches[1]["patch"][0]["value"] == {"list": ["a"]}


def test_networks_stay_as_they_are_created() -> None:
    labels = {"op": "add", "path": "/metadata/labels", "value": {"a": "b"}}
    made = compiled([patch({"kind": "NetworkAttachmentDefinition"}, labels)])
    assert "labels" not in made.networks[0]["metadata"]
    assert made.patched_networks[0]["metadata"]["labels"] == {"a": "b"}


def test_the_comparisons_are_counted() -> None:
    """The conversion takes 892 steps, and each comparison of one of four patches with one of six objects takes two."""
    patches = [patch({"name": "said"}) for _ in range(3)]
    few, enough = (Options(limits=DEFAULTS._replace(work=892 + 2 * 4 * 6 + it)) for it in (-1, 0))
    assert compiled(patches, options=enough)
    with pytest.raises(TooLarge, match=r"^compile needs more than the limit of 939 steps of work"):
        compiled(patches, options=few)


IN_A_FOO = """\
---
apiVersion: v1
kind: Foo
metadata: {name: foo}
items:
- {apiVersion: v1, kind: ConfigMap, metadata: {name: inside}, data: {a: b}}
"""
ROLE = object_of("rbac.authorization.k8s.io/v1alpha1", "ClusterRole", "role")
EMPTY = object_of("v1", "ConfigMap", "empty", "  annotations: {a: }\n")
DOTS = "...\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: dots}\ndata: {a: b}\n"


@pytest.mark.parametrize(
    ("more", "patches", "refusal"),
    [
        pytest.param(
            IN_A_FOO,
            [patch({"name": "inside"})],
            "kustomize does not see ConfigMap inside",
            id="in-an-object-with-items",
        ),
        pytest.param(
            ROLE, [patch({"namespace": "default"})], "selects ClusterRole role depends on the version", id="scope"
        ),
        pytest.param(
            EMPTY, [patch({"name": "empty"})], "metadata.annotations.a of ConfigMap empty has no value", id="null"
        ),
        pytest.param(
            DOTS, [patch({"name": "dots"})], "no --- precedes the document of ConfigMap dots", id="after-dots"
        ),
        pytest.param(
            "",
            [patch({"name": "said"}, {"op": "copy", "from": "/metadata/annotations", "path": "/data/x"})],
            "copy of /metadata/annotations would see kustomize's own annotations",
            id="copies-the-annotations",
        ),
        pytest.param(
            "",
            [patch({"name": "said"}, {"op": "test", "path": "/metadata", "value": {}})],
            "test of /metadata would see",
            id="tests-the-metadata",
        ),
        pytest.param(
            "",
            [patch({"name": "said"}, {"op": "test", "path": "/data", "value": {"a": [None]}})],
            "a list that contains null crashes kustomize",
            id="tests-a-null",
        ),
        pytest.param(
            "",
            [patch({"name": "said"}, {"op": "replace", "path": "/apiVersion", "value": "v2"})],
            "changes the version, kind, name or namespace of ConfigMap said",
            id="changes-the-version",
        ),
    ],
)
def test_what_kustomize_would_do_otherwise_is_refused(more: str, patches: list[dict[str, Any]], refusal: str) -> None:
    with pytest.raises(InputError, match=re.escape(refusal)):
        compiled(patches, STREAM + more)


def test_a_tmm_that_kustomize_cannot_tell_from_another_is_refused() -> None:
    stream = TMM.replace(", namespace: spk", "") + TMM.replace("namespace: spk", "namespace: b")
    text = {"networks": [{"name": "net-a", "master": "e"}], "tmm": {"namespace": "a"}}
    config = configs.parse(json.dumps({"apiVersion": configs.API_VERSION, "kind": configs.KIND, "spec": text}).encode())
    with pytest.raises(InputError, match="kustomize cannot tell the TMM from Deployment b/f5-tmm; "):
        guarded_patches.compile_patches(stream.encode(), config, Options())


def peak(documents: int) -> int:
    """Compile a stream with large documents, and return the peak of memory use in bytes."""
    values = ", ".join(f"k{it}: a" for it in range(300))
    large = "".join(object_of("v1", "ConfigMap", f"c{it}", f"  labels: {{{values}}}\n") for it in range(documents))
    tracemalloc.start()
    try:
        compiled([patch({"name": "c7"})], STREAM + large)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_only_one_document_is_in_memory_at_a_time() -> None:
    """The parsed tree of a document takes far more memory than its text, of which the program keeps three copies."""
    text = 300 * len("k100: a, ")
    peak(8)  # the first call imports the modules
    assert peak(108) - peak(8) < 100 * 10 * text
