"""Test which object of a stream is the TMM."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from postrender import config
from postrender.errors import InputError
from postrender.kubernetes.objects import Object, objects
from postrender.spk import kinds, target
from postrender.yamledit import stream
from tests.configs import HEAD

if TYPE_CHECKING:
    from postrender.yamledit.nodes import Path


@pytest.mark.parametrize(("items", "bases"), [("", []), ("items: []", []), ("items: {a: b}", [()])])
def test_a_list_without_items_is_empty(items: str, bases: list[Path]) -> None:
    data = f"kind: PodList\n{items}\n".encode()
    assert [found.base for found in objects(stream.parse(stream.read(data), stream.split(data)[0]))] == bases


@pytest.mark.parametrize(("number", "ends"), [(4, "at line 10"), (5, ", …")])
def test_of_many_tmms_the_first_are_listed(number: int, ends: str) -> None:
    data = b"---\nkind: Deployment\nmetadata: {name: f5-tmm}\n" * number
    documents = filter(None, (stream.parse(stream.read(data), document) for document in stream.split(data)))
    with pytest.raises(InputError) as refused:
        target.choose([found for document in documents for found in objects(document)])
    listed, _, advice = refused.value.sentence.partition("; ")
    assert listed.endswith(ends)
    assert advice == "Kubernetes keeps only the last of several objects with the same name; keep only one"


def found(text: str) -> Object:
    """Return the only object in a text."""
    data = text.encode()
    (only,) = objects(stream.parse(stream.read(data), stream.split(data)[0]))
    return only


def workload(kind: str = "Deployment", version: str = "apps/v1", metadata: str = "name: f5-tmm") -> str:
    return f"apiVersion: {version}\nkind: {kind}\nmetadata: {{{metadata}}}\n"


HOOK = 'name: f5-tmm, annotations: {helm.sh/hook: "pre-install"}'


@pytest.mark.parametrize(
    ("text", "spec", "is_the_tmm"),
    [
        pytest.param(workload(), "{}", True, id="deployment"),
        pytest.param(workload("DaemonSet"), "{}", True, id="daemon-set"),
        pytest.param(workload("StatefulSet"), "{}", False, id="stateful-set"),
        pytest.param(workload(version="apps/v1beta2"), "{}", True, id="older-version"),
        pytest.param(workload(version="extensions/v1beta1"), "{}", False, id="another-group"),
        pytest.param(workload(metadata="name: f5-tmm-2"), "{}", False, id="another-name"),
        pytest.param(workload(metadata="name: other"), "{workload: other}", True, id="the-name-of-the-config"),
        pytest.param(workload("CNEInstance", "k8s.f5.com/v1", "name: any"), "{}", True, id="instance"),
        pytest.param(workload("BNKGatewayClass", "k8s.f5.com/v1", "name: any"), "{}", True, id="older-instance"),
        pytest.param(workload("CNEInstance", "k8s.f5net.com/v1"), "{}", False, id="instance-of-another-group"),
        pytest.param(workload(), "{namespace: spk}", True, id="the-namespace-of-the-release"),
        pytest.param(workload(metadata="name: f5-tmm, namespace: spk"), "{namespace: spk}", True, id="the-namespace"),
        pytest.param(
            workload(metadata="name: f5-tmm, namespace: b"), "{namespace: spk}", False, id="another-namespace"
        ),
        pytest.param(workload(metadata=HOOK), "{}", False, id="hook"),
    ],
)
def test_which_object_is_the_tmm(text: str, spec: str, is_the_tmm: bool) -> None:
    given = config.parse(f"{HEAD}spec: {{networks: [{{name: net-a, master: ens1}}], tmm: {spec}}}\n".encode())
    wanted = given.tmm
    assert target.is_target(found(text), wanted.workload, wanted.namespace, include_hooks=False) is is_the_tmm


def test_a_hook_is_the_tmm_where_hooks_are_included() -> None:
    hook = found(workload(metadata=HOOK))
    assert target.is_target(hook, config.Tmm().workload, None, include_hooks=True)


@pytest.mark.parametrize(
    ("metadata", "names", "index"),
    [
        pytest.param("name: f5-tmm", ["f5-tmm", "debug"], 0, id="first"),
        pytest.param("name: f5-tmm", ["debug", "f5-tmm"], 1, id="last"),
        pytest.param("name: x, annotations: {toda.f5.com/tmm-name: tmm}", ["x", "tmm"], 1, id="of-the-annotation"),
    ],
)
def test_the_container_is_known_by_its_name(metadata: str, names: list[str], index: int) -> None:
    located = target.locate(found(with_containers(metadata, names)))
    assert located.env == (*kinds.CONTAINERS, index, "env")
    assert located.resources == (*kinds.CONTAINERS, index, "resources")


@pytest.mark.parametrize(
    ("names", "problem"),
    [
        ([], "no container named f5-tmm; its containers: none"),
        (["tmm", "debug"], "no container named f5-tmm; its containers: tmm, debug"),
        (["f5-tmm", "f5-tmm"], "two containers named f5-tmm; its containers: f5-tmm, f5-tmm"),
    ],
)
def test_a_container_that_is_not_clear_is_refused(names: list[str], problem: str) -> None:
    with pytest.raises(InputError, match=problem):
        target.locate(found(with_containers("name: f5-tmm", names)))


def with_containers(metadata: str, names: list[str]) -> str:
    listed = ", ".join(f"{{name: {name}}}" for name in names)
    return workload(metadata=metadata) + f"spec: {{template: {{spec: {{containers: [{listed}]}}}}}}\n"


def test_an_instance_has_its_fields_elsewhere() -> None:
    located = target.locate(found(workload("CNEInstance", "k8s.f5.com/v1")))
    assert located.is_instance
    assert located.networks == ("spec", "networkAttachments")
    assert (located.env, located.annotations) == (("spec", "advanced", "tmm", "env"), ())
