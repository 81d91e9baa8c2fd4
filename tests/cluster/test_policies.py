"""Test on the real API server which objects the admission policies from `compile` deny, and how they change objects."""

from __future__ import annotations

import copy
import json
import re
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from postrender import config as configs
from postrender import conversion
from postrender.policies import objects
from postrender.policies.guard import build
from postrender.policies.names import Names
from tests.cluster import policy_cases
from tests.cluster.conftest import CONFIG, EXAMPLE, SMALL, Release, Run
from tests.cluster.control_plane import ControlPlane
from tests.cluster.outcomes import ANNOTATION, await_conversion, is_converted, rendered, tmm_of
from tests.cluster.policy_cases import Case
from tests.configs import HEAD, TMM_NAME
from tests.patience import HANG, awaited, comes_true
from tools.binaries import binary

Object = dict[str, Any]


def here(namespace: str, config: str = CONFIG) -> str:
    """Return a config for the TMM of one namespace; its policies are bound to this namespace."""
    return config.replace("  tmm:\n", f"  tmm:\n    namespace: {namespace}\n")


@pytest.fixture
def compiled(namespace: str, program: Run, tmp_path: Path) -> Callable[..., str]:
    """Return a function that returns the output of `compile` for the namespace; a guard needs no manifests."""
    (tmp_path / "spk-macvlan.yaml").write_text(here(namespace))

    def run(form: str, *words: str) -> str:
        done = program("compile", "--format", form, *words, stdin="" if form == "guard" else rendered())
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


@pytest.fixture
def applied(plane: ControlPlane, namespace: str) -> Iterator[Callable[[str], None]]:
    """Return a function that applies policies; remove these policies afterwards."""
    streams: list[str] = []

    def run(stream: str) -> None:
        plane.kubectl("apply", "--namespace", namespace, "-f", "-", stdin=stream)
        streams.append(stream)

    yield run
    for stream in streams:
        plane.kubectl("delete", "--namespace", namespace, "--ignore-not-found", "-f", "-", stdin=stream)


@pytest.fixture
def guarded(
    plane: ControlPlane, namespace: str, compiled: Callable[..., str], applied: Callable[[str], None]
) -> Object:
    """Activate the guard, and return the rendered TMM."""
    applied(compiled("guard"))
    before = tmm_of(rendered(), namespace)
    assert comes_true(lambda: plane.created(before)["kind"] == "Status")
    return before


@pytest.fixture
def converted(
    plane: ControlPlane, namespace: str, compiled: Callable[..., str], applied: Callable[[str], None]
) -> Object:
    """Activate the guard and the converter, and return the rendered TMM."""
    applied(compiled("policy"))
    before = tmm_of(rendered(), namespace)
    await_conversion(plane, before)
    return before


# Tests of the guard.


def test_it_says_what_is_wrong_and_which_command_was_forgotten(plane: ControlPlane, guarded: Object) -> None:
    said = r"denied request: TMM is not on macvlan: it requests resources of a device plugin: (.*), (.*); (.*)$"
    found = re.search(said, plane.created(guarded)["message"])
    assert found
    assert {found[1], found[2]} == {"openshift.io/external", "openshift.io/internal"}
    assert found[3] == "deploy it again through spk-macvlan (Helm: --post-renderer spk-macvlan)"


@pytest.mark.parametrize("name", ["guard", "instance-guard"])
def test_its_expressions_pass_the_type_check(plane: ControlPlane, namespace: str, guarded: Object, name: str) -> None:
    def status() -> Object:
        found = plane.get("validatingadmissionpolicy", f"spk-macvlan-{name}.in.{namespace}")
        return dict(found.get("status", {}))

    assert comes_true(lambda: "typeChecking" in status())
    assert status()["typeChecking"] == {}


def test_each_change_that_is_undone_is_denied(plane: ControlPlane, namespace: str, guarded: Object) -> None:
    config = configs.parse(here(namespace).encode())
    done = conversion.convert(yaml.dump(guarded).encode(), config, conversion.Options())
    after = tmm_of(done.output.decode(), namespace)
    assert plane.created(after)["kind"] == "Deployment"
    for number, undone in enumerate(partly(guarded, after)):
        assert plane.created(undone)["kind"] == "Status", number


def partly(before: Object, after: Object) -> Iterator[Object]:
    """Yield copies of the converted TMM, each without one part of the conversion."""
    container = ("spec", "template", "spec", "containers", 0)
    old, new = (at(it, *container) for it in (before, after))
    yield put(
        after,
        ("spec", "template", "metadata", "annotations"),
        at(before, "spec", "template", "metadata", "annotations"),
    )
    for group in ("limits", "requests"):
        for name in {**old["resources"][group], **new["resources"][group]}:
            amounts = {**new["resources"][group], name: old["resources"][group].get(name)}
            if amounts != new["resources"][group]:
                yield put(after, (*container, "resources", group), {key: it for key, it in amounts.items() if it})
    for entry in old["env"]:
        if entry not in new["env"]:
            yield put(after, (*container, "env"), [entry, *(it for it in new["env"] if it["name"] != entry["name"])])
    for entry in new["env"]:
        if entry not in old["env"]:
            yield put(after, (*container, "env"), [it for it in new["env"] if it["name"] != entry["name"]])


def at(value: Any, *path: str | int) -> Any:
    for step in path:
        value = value[step]
    return value


def put(value: Object, path: Sequence[str | int], new: object) -> Object:
    made = copy.deepcopy(value)
    at(made, *path[:-1])[path[-1]] = new
    return made


def test_what_does_not_change_the_template_passes(
    plane: ControlPlane, namespace: str, guarded: Object, program: Run
) -> None:
    plane.kubectl("apply", "--namespace", namespace, "-f", "-", stdin=program(stdin=rendered()).stdout)
    where = ("--namespace", namespace)
    plane.kubectl("scale", "deployment", TMM_NAME, "--replicas", "2", *where)
    plane.kubectl("label", "deployment", TMM_NAME, "lab=1", *where)
    plane.kubectl("rollout", "restart", "deployment", TMM_NAME, *where)
    plane.kubectl("create", "deployment", "other", "--image", "other:v1", *where)
    plane.kubectl("delete", "deployment", TMM_NAME, *where)


def test_what_was_exempt_is_looked_at_when_it_becomes_the_tmm(
    plane: ControlPlane, namespace: str, guarded: Object
) -> None:
    """The guard admits a workload that has an owner. Without the owner, the workload is the TMM."""
    plane.kubectl("create", "configmap", "owner", "--namespace", namespace)
    uid = plane.get("configmap", "owner", "--namespace", namespace)["metadata"]["uid"]
    owner = {"apiVersion": "v1", "kind": "ConfigMap", "name": "owner", "uid": uid, "controller": True}
    owned = put(guarded, ("metadata",), {**guarded["metadata"], "ownerReferences": [owner]})
    assert plane.created(owned, dry_run=False)["kind"] == "Deployment"
    words = ("patch", "deployment", TMM_NAME, "--namespace", namespace, "--type=merge", "--patch")
    denied = plane.run(*words, '{"metadata": {"ownerReferences": null}}')
    assert "TMM is not on macvlan" in denied.stderr


def test_very_many_wrong_variables_are_still_said(plane: ControlPlane, guarded: Object) -> None:
    entries = [{"name": f"PCIDEVICE_OPENSHIFT_IO_{number}", "value": "x"} for number in range(400)]
    container = ("spec", "template", "spec", "containers", 0)
    many = put(put(guarded, (*container, "env"), entries), (*container, "resources"), {})
    assert "TMM is not on macvlan: it has variables that must be removed; deploy it" in plane.created(many)["message"]


def test_one_that_warns_admits(
    plane: ControlPlane, namespace: str, compiled: Callable[..., str], applied: Callable[[str], None]
) -> None:
    applied(compiled("guard", "--warn"))
    words = ("create", "--dry-run=server", "-f", "-")
    before = json.dumps(tmm_of(rendered(), namespace))
    assert comes_true(lambda: "Warning: Validation failed for" in plane.run(*words, stdin=before).stderr)
    assert plane.run(*words, stdin=before).returncode == 0


# Tests of the converter.


def test_a_release_is_converted_without_the_post_renderer(release: Release, converted: Object) -> None:
    assert release.apply("install", flagged=False).returncode == 0
    before = release.tmm()
    assert is_converted(before)

    assert release.apply("upgrade", flagged=False).returncode == 0
    assert release.tmm()["metadata"]["generation"] == before["metadata"]["generation"]

    assert release.apply("upgrade", SMALL, "--set", "image=tmm-img:v2", flagged=False).returncode == 0
    assert is_converted(release.tmm())
    assert release.run("rollback", "rel", "1", "--no-hooks", *release.flags).returncode == 0
    assert is_converted(release.tmm())


def test_with_the_post_renderer_it_changes_nothing(release: Release, converted: Object) -> None:
    """The network attachment definitions already exist, so the release must not create them."""
    config = Path(release.environment["SPK_MACVLAN_CONFIG"])
    config.write_text(config.read_text().replace("}\n", ", create: false}\n", 2))
    assert release.apply("install").returncode == 0
    before = release.tmm()
    assert is_converted(before)
    assert release.apply("upgrade").returncode == 0
    assert release.apply("upgrade", flagged=False).returncode == 0
    assert release.tmm()["metadata"]["generation"] == before["metadata"]["generation"]


def test_without_it_the_same_install_is_denied(release: Release, namespace: str, converted: Object) -> None:
    for kind in ("mutatingadmissionpolicy", "mutatingadmissionpolicybinding"):
        release.plane.kubectl("delete", kind, f"spk-macvlan-converter.in.{namespace}")
    assert comes_true(lambda: release.plane.created(converted)["kind"] == "Status")
    denied = release.apply("install", flagged=False)
    assert denied.returncode != 0
    assert "TMM is not on macvlan: it requests resources of a device plugin" in denied.stderr


def test_the_example_in_every_shape_is_what_the_filter_makes(
    plane: ControlPlane, namespace: str, program: Run, converted: Object
) -> None:
    shapes = [None, *sorted(EXAMPLE.glob("eras/*")), *sorted(EXAMPLE.glob("switches/*"))]
    for shape in shapes:
        values = [f"--values={shape}"] if shape else []
        command = [str(binary("helm-4.2.3")), "template", "rel", str(EXAMPLE), "--namespace", namespace, *values]
        stream = subprocess.run(command, capture_output=True, text=True, check=True, timeout=HANG).stdout
        filtered = program(stdin=stream)
        assert filtered.returncode == 0, filtered.stderr
        found, wanted = (plane.created(workload(it, namespace)) for it in (stream, filtered.stdout))
        assert meaning(found, namespace) == meaning(wanted, namespace), shape


def workload(stream: str, namespace: str) -> Object:
    documents = yaml.load_all(stream, yaml.CSafeLoader)
    (found,) = (
        it
        for it in documents
        if it and it["kind"] in ("Deployment", "DaemonSet") and it["metadata"]["name"] == TMM_NAME
    )
    made: Object = json.loads(json.dumps(found))
    made["metadata"]["namespace"] = namespace
    return made


def meaning(found: Object, namespace: str) -> Object:
    """Return the spec of a TMM; a network in the TMM's own namespace is named without the namespace."""
    assert found["kind"] != "Status", found["message"]
    text = json.dumps(found["spec"]).replace(f"{namespace}/", "")
    spec: Object = json.loads(text)
    return spec


def effect(found: Object, namespace: str) -> Object:
    """Return the spec of a TMM without repeated entries for a variable with the same value."""
    spec = meaning(found, namespace)
    for container in at(spec, "template", "spec", "containers"):
        entries = container.get("env", [])
        container["env"] = [entry for number, entry in enumerate(entries) if entry not in entries[:number]]
    return spec


def test_a_name_that_is_generated_is_no_tmm(plane: ControlPlane, namespace: str, converted: Object) -> None:
    other = put(converted, ("metadata",), {"generateName": "web-", "namespace": namespace})
    assert plane.created(other)["kind"] == "Deployment"


@pytest.mark.parametrize(
    "part",
    [
        {"env": [{"name": "TMM_MAPRES_HUGEPAGES", "value": "1"}, {"name": "A"}, {"name": "TMM_MAPRES_HUGEPAGES"}]},
        {"env": [{"name": "TMM_MAPRES_ADDL_VETHS_ON_DP"}, {"name": "PCIDEVICE_A"}] * 3},
        {"resources": {"limits": {"openshift.io/a": "1"}, "requests": {"openshift.io/a": "1"}}},
        {},
    ],
    ids=["repeated-and-not-set", "repeated-and-dropped", "nothing-but-devices", "nothing"],
)
def test_an_odd_tmm_is_what_the_filter_makes(  # noqa: PLR0913, PLR0917
    plane: ControlPlane, namespace: str, program: Run, tmp_path: Path, converted: Object, part: Object
) -> None:
    """The test removes the resources from the config, so that no container gets hugepages."""
    config = (tmp_path / "spk-macvlan.yaml").read_text().partition("    resources:")[0]
    (tmp_path / "spk-macvlan.yaml").write_text(config)
    before = put(converted, ("spec", "template", "spec", "containers"), [{"name": "f5-tmm", "image": "a", **part}])
    policy = program("compile", "--format", "policy", stdin=yaml.dump(before))
    assert policy.returncode == 0, policy.stderr
    plane.kubectl("apply", "--namespace", namespace, "-f", "-", stdin=policy.stdout)
    after = tmm_of(program(stdin=yaml.dump(before)).stdout, namespace)
    found: list[Object] = []

    def is_the_same() -> bool:
        found[:] = [plane.created(it) for it in (before, after)]
        return all(it["kind"] != "Status" for it in found) and len({json.dumps(it["spec"]) for it in found}) == 1

    assert comes_true(is_the_same)
    amounts = [at(it, "spec", "template", "spec", "containers", 0)["resources"] for it in found]
    assert amounts == [{}, {}]


def test_v1beta1_is_the_same(
    plane: ControlPlane, namespace: str, compiled: Callable[..., str], applied: Callable[[str], None]
) -> None:
    applied(compiled("policy", "--policy-version", "v1beta1"))
    before = tmm_of(rendered(), namespace)
    await_conversion(plane, before)


# Tests of all golden cases at once.


@pytest.fixture(scope="module")
def cases(plane: ControlPlane) -> list[Case]:
    found = [*policy_cases.cases()]
    plane.kubectl("apply", "--server-side", "-f", "-", stdin=policy_cases.namespaces(found))
    assert comes_true(lambda: plane.created(found[-1].after).get("reason") != "NotFound")
    return found


def test_every_golden_case_is_admitted_as_it_is_converted_and_converted_as_it_is_rendered(
    plane: ControlPlane, cases: list[Case]
) -> None:
    """Create each TMM with no policies, then with the guards, then with the converters.

    The converters must make the same TMM as the filter.
    """
    wanted, raw = (answers(plane, [getattr(case, name) for case in cases]) for name in ("after", "before"))
    valid = [case for case in cases if "Status" not in (wanted[case.namespace]["kind"], raw[case.namespace]["kind"])]
    assert len(valid) > 180
    probe = next(case for case in reversed(valid) if "openshift.io" in json.dumps(case.before))

    plane.kubectl("apply", "--server-side", "-f", "-", stdin=policy_cases.guards(cases))
    assert comes_true(lambda: plane.created(probe.before)["kind"] == "Status")
    for case in valid:
        assert plane.created(case.after)["kind"] != "Status", case
        same = effect(raw[case.namespace], case.namespace) == effect(wanted[case.namespace], case.namespace)
        assert (plane.created(case.before)["kind"] != "Status") == same, case

    plane.kubectl("apply", "--server-side", "-f", "-", stdin=policy_cases.converters(cases))
    assert comes_true(lambda: plane.created(probe.before)["kind"] != "Status")
    for case in valid:
        made = meaning(plane.created(case.before), case.namespace)
        assert made == meaning(wanted[case.namespace], case.namespace), case
    for kind in ("validatingadmissionpolicies", "mutatingadmissionpolicies"):
        plane.kubectl("delete", kind, "--all", "--wait=false")
        plane.kubectl("delete", kind.replace("policies", "policybindings"), "--all", "--wait=false")


def answers(plane: ControlPlane, found: Sequence[Object]) -> dict[str, Object]:
    return {it["metadata"]["namespace"]: plane.created(it) for it in found}


# Tests of hostile names.


HOSTILE = (
    HEAD
    + """\
spec:
  networks:
  - {name: net-a, master: ens1, interface: "a.b_c-1"}
  tmm:
    unsetEnv: ["[A-C]_*", "X?\\\\Y*", "[!a-z]]Z*", "(.*)|x"]
    unsetResources: ["e?[x-z].com/*", "f.com/[!a]"]
    env:
      QUOTED: "\\"'\\\\ \\n ${x} $(POD_IP) \\u2028 \\U0001F600 \\") || true || (\\""
      EMPTY: ""
"""
)
ODD = """\
- {name: A_1, value: x}
- {name: D_1, value: x}
- {name: EMPTY, value: x}
- {name: 'X1\\Y', value: x}
- {name: "1]Z", value: x}
- {name: "(.*)|x", value: x}
- {name: "xx", value: x}
"""


def test_hostile_names_are_names(
    plane: ControlPlane, namespace: str, program: Run, tmp_path: Path, applied: Callable[[str], None]
) -> None:
    config = here(namespace, HOSTILE)
    (tmp_path / "spk-macvlan.yaml").write_text(config)
    before = tmm_of(rendered(), namespace)
    container = at(before, "spec", "template", "spec", "containers", 0)
    container["env"] = yaml.safe_load(ODD)
    for group in ("limits", "requests"):
        container["resources"][group] = {"memory": "1Gi", "ez.com/a": "1", "f.com/b": "1", "f.com/a": "1"}
    done = program("compile", "--format", "policy", stdin=yaml.dump(before))
    assert done.returncode == 0, done.stderr
    wanted = tmm_of(program(stdin=yaml.dump(before)).stdout, namespace)
    assert plane.created(wanted)["kind"] != "Status"
    applied(done.stdout)
    expected = meaning(plane.created(wanted), namespace)
    assert comes_true(
        lambda: (found := plane.created(before))["kind"] != "Status" and meaning(found, namespace) == expected
    )
    assert {entry["name"] for entry in at(expected, "template", "spec", "containers", 0, "env")} >= {
        "D_1",
        "QUOTED",
        "xx",
    }


@pytest.fixture
def renamed(plane: ControlPlane, namespace: str, program: Run, tmp_path: Path) -> Iterator[str]:
    """Apply a kustomization that moves policies from another namespace to this one, and renames the policies."""
    (tmp_path / "spk-macvlan.yaml").write_text(here("elsewhere"))
    stream = yaml.dump(tmm_of(rendered(), "elsewhere"))
    assert program("compile", "--format", "policy", str(tmp_path / "policies"), stdin=stream).returncode == 0
    fields: Object = {"resources": ["policies"], "namePrefix": f"{namespace}-", "namespace": namespace}
    (tmp_path / "kustomization.yaml").write_text(yaml.dump(fields))
    refused = plane.run("apply", "--dry-run=server", "-k", str(tmp_path))
    # There is one error for each policy and each binding.
    assert len(re.findall("is not set: add replacements.yaml", refused.stderr)) >= 3
    fields["replacements"] = [{"path": "policies/replacements.yaml"}]
    (tmp_path / "kustomization.yaml").write_text(yaml.dump(fields))
    plane.kubectl("apply", "-k", str(tmp_path))
    yield f"{namespace}-spk-macvlan-converter.in.elsewhere"
    plane.kubectl("delete", "--ignore-not-found", "-k", str(tmp_path))


def test_policies_that_kustomize_renames_still_convert(plane: ControlPlane, namespace: str, renamed: str) -> None:
    before = tmm_of(rendered(), namespace)
    awaited(lambda: plane.created(before), lambda made: f"{namespace}-macvlan" in json.dumps(made.get("spec")))
    after = plane.created(before)
    annotations = after["spec"]["template"]["metadata"]["annotations"]
    networks = [f"{namespace}-macvlan-{side}" for side in ("internal", "external")]
    assert annotations[ANNOTATION].split(",") == [f"{namespace}/{name}" for name in networks]
    annotations[ANNOTATION] = annotations[ANNOTATION].replace(f"{namespace}-", "")
    assert is_converted(after)
    for name in networks:
        assert plane.get("network-attachment-definition", name, "--namespace", namespace)


def test_a_namespace_that_kustomize_adds_to_a_policy_has_no_effect(plane: ControlPlane, renamed: str) -> None:
    for kind in ("mutatingadmissionpolicy", "mutatingadmissionpolicybinding"):
        assert "namespace" not in plane.get(kind, renamed)["metadata"]


def test_a_policy_is_read_by_every_reader_of_yaml(namespace: str) -> None:
    config = configs.parse(here(namespace, HOSTILE).encode())
    for found in build(config, Names()):
        assert list(yaml.safe_load_all(objects.stream([found]).data)) == [found]
