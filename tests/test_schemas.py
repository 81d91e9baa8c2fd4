"""Test that objects which validate against the published schemas before conversion also validate after it.

kubernetes-validate provides strict schemas of Kubernetes: they also refuse fields that the API server would drop.
"""

from __future__ import annotations

import functools
import json
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import jsonschema
import kubernetes_validate
import pytest
import yaml

from postrender import files
from postrender.yamledit.stream import split
from tests.patience import HANG
from tools.binaries import binary
from tools.case import name

Program = Callable[..., CompletedProcess[bytes]]
Object = dict[str, Any]

ROOT = Path(__file__).parent.parent
CHART = ROOT / "examples/spk"
VALUES = sorted([*CHART.glob("eras/*.yaml"), *CHART.glob("switches/*.yaml")])
#: Cases without patches, because a user may patch an object into an invalid state.
CASES = sorted(
    file.parent
    for file in ROOT.glob("tests/cases/*/*/expected.yaml")
    if b"patches:" not in file.with_name("config.yaml").read_bytes()
)
EXAMPLES = [file for file in sorted(ROOT.glob("examples/**/*.yaml")) if b"kind: MacvlanConversion" in file.read_bytes()]
KUBERNETES = kubernetes_validate.latest_version()
HELM = "helm-3.19.0"
NOT_BUILT_IN = "not built in"
FORMATS = jsonschema.FormatChecker(["ipv4", "ipv6", "regex"])
CONFIG = jsonschema.Draft202012Validator(
    json.loads(files.read_shipped("schemas", "config.schema.json")), format_checker=FORMATS
)


def objects(stream: bytes) -> dict[tuple[str, ...], Object]:
    """Return the objects of a stream that PyYAML can read, by their identity; a List is replaced by its items."""
    documents = [document for text in texts(stream) for document in read(text)]
    listed = [item for found in documents for item in (found.get("items") if is_list(found) else None) or [found]]
    return {identity(found): found for found in listed if isinstance(found, dict) and "kind" in found}


def texts(stream: bytes) -> Iterator[bytes]:
    for _, start, end in split(stream):
        yield stream[start:end]


def read(text: bytes) -> Iterator[Object]:
    """Yield the document, or nothing if it is invalid: a golden case may contain an invalid document on purpose."""
    try:
        document = yaml.load(text, yaml.CSafeLoader)
    except yaml.YAMLError:
        return
    if isinstance(document, dict):
        yield document


def is_list(found: Object) -> bool:
    return found.get("kind") == "List" and isinstance(found.get("items"), list)


def identity(found: Object) -> tuple[str, ...]:
    metadata = found.get("metadata") or {}
    return (found["kind"], str(metadata.get("namespace")), str(metadata.get("name")))


@functools.cache
def verdict_on(text: str) -> str:
    """Return the schema's error about an object, given as JSON; the error is empty if the object is valid."""
    try:
        kubernetes_validate.validate(json.loads(text), KUBERNETES, strict=True)
    except kubernetes_validate.ValidationError as error:
        return f"{'.'.join(map(str, error.path))}: {error.message}"
    except kubernetes_validate.SchemaNotFoundError:
        return NOT_BUILT_IN
    return ""


def verdict(found: Object) -> str:
    """Return the schema's error after adding a selector, which golden cases omit.

    Dates become text, as in Kubernetes.
    """
    workload = found["kind"] in ("Deployment", "DaemonSet") and isinstance(found.get("spec"), dict)
    whole = {**found, "spec": {"selector": {}, **found["spec"]}} if workload else found
    return verdict_on(json.dumps({"apiVersion": "", **whole}, sort_keys=True, default=str))


def new_problems(before: bytes, after: bytes) -> list[str]:
    """Return errors about objects of the output that are new or that were valid in the input."""
    given, converted = objects(before), objects(after)
    assert given.keys() <= converted.keys()
    wrong = {key for key, found in given.items() if verdict(found)}
    said = {key: verdict(found) for key, found in converted.items() if key not in wrong}
    return [f"{'/'.join(key)}: {problem}" for key, problem in said.items() if problem not in ("", NOT_BUILT_IN)]


# Tests that the schemas can refuse an object.


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param('value: "TRUE"', "value: true", id="a-bool-for-a-variable"),
        pytest.param('value: "TRUE"', "value: 786", id="a-number-for-a-variable"),
        pytest.param("limits: {cpu: 1}", "limits: [cpu]", id="a-list-for-limits"),
        pytest.param("limits: {cpu: 1}", "limit: {cpu: 1}", id="a-key-of-another-name"),
        pytest.param("annotations: {a: b}", "annotations: {a: 1}", id="a-number-for-an-annotation"),
    ],
)
def test_the_oracle_says_no(old: str, new: str) -> None:
    text = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: f5-tmm, annotations: {a: b}}
spec:
  selector: {}
  template:
    spec:
      containers:
      - {name: f5-tmm, env: [{name: A, value: "TRUE"}], resources: {limits: {cpu: 1}}}
"""
    assert new_problems(text.encode(), text.encode()) == []
    (said,) = new_problems(text.encode(), text.replace(old, new).encode())
    assert said.startswith("Deployment/None/f5-tmm: ")


def test_what_was_wrong_before_is_not_the_conversions() -> None:
    wrong = b"apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: 1}\n"
    assert new_problems(wrong, wrong) == []
    assert new_problems(b"", wrong) != []


# Tests of Helm's output.


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., bytes]:
    """Return a function that renders the example chart with `helm template`, independently of the user's Helm."""
    home = tmp_path_factory.mktemp("helm")
    mine = {name: value for name, value in os.environ.items() if not name.startswith(("HELM_", "KUBE"))}
    homes = {f"HELM_{kind}_HOME": str(home / kind.lower()) for kind in ("CACHE", "CONFIG", "DATA")}

    def render(*words: str) -> bytes:
        command = [str(binary(HELM)), "template", "rel", str(CHART), "--namespace", "spk-ingress", *words]
        done = subprocess.run(command, env={**mine, **homes}, cwd=home, capture_output=True, timeout=HANG, check=True)
        return done.stdout

    return render


@pytest.mark.hosts
@pytest.mark.parametrize("api", [[], ["--api-versions", "config.openshift.io/v1"]], ids=["plain", "openshift"])
@pytest.mark.parametrize("values", [None, *VALUES], ids=lambda file: file.stem if file else "the-charts-own")
def test_what_helm_renders_validates(
    program: Program, rendered: Callable[..., bytes], values: Path | None, api: list[str]
) -> None:
    before = rendered(*(["--values", str(values)] if values else []), *api)
    done = program("--config", str(ROOT / "examples/spk-macvlan.yaml"), input=before)
    assert done.returncode == 0
    assert new_problems(before, done.stdout) == []
    verdicts = [verdict(found) for found in objects(done.stdout).values()]
    assert {*verdicts} == {"", NOT_BUILT_IN}
    assert verdicts.count("") > 10


# Tests of the golden cases.


@pytest.mark.parametrize("folder", CASES, ids=name)
def test_a_golden_case_validates(folder: Path) -> None:
    before, after = ((folder / name).read_bytes() for name in ("input.yaml", "expected.yaml"))
    assert new_problems(before, after) == []


def test_golden_cases_are_worth_an_oracle() -> None:
    """Some cases contain objects that no API server accepts, or only the fields that the case is about."""
    inputs = [objects((folder / "input.yaml").read_bytes()).values() for folder in CASES]
    verdicts = [verdict(found) for given in inputs for found in given if found["kind"] in ("Deployment", "DaemonSet")]
    assert verdicts.count("") > 0.9 * len(verdicts)


# Tests of the configs.


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: str(file.relative_to(ROOT)))
def test_an_example_config_validates(file: Path) -> None:
    config = yaml.safe_load(file.read_text(encoding="utf-8"))
    assert [error.message for error in CONFIG.iter_errors(config)] == []


def test_the_starters_config_validates(program: Program) -> None:
    config = yaml.safe_load(program("init", "--network", "a=e").stdout)
    assert [error.message for error in CONFIG.iter_errors(config)] == []


@pytest.mark.parametrize("name", sorted(file.name for file in ROOT.glob("schemas/*.json")))
def test_a_schema_is_one(name: str) -> None:
    parsed = json.loads(files.read_shipped("schemas", name))
    jsonschema.Draft202012Validator.check_schema(parsed)
    assert parsed["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert parsed["title"]


@pytest.mark.parametrize(
    ("old", "new"),
    [("master: ens224", "nic: ens224"), ("mode: bridge", "mode: l2"), ("cpu: 1", "cpu: 1.5"), ("2Gi", "2G")],
    ids=["key", "mode", "cpu", "memory"],
)
def test_the_schema_of_configs_refuses(old: str, new: str) -> None:
    text = (ROOT / "examples/spk-macvlan.yaml").read_text(encoding="utf-8")
    assert [*CONFIG.iter_errors(yaml.safe_load(text))] == []
    assert [*CONFIG.iter_errors(yaml.safe_load(text.replace(old, new, 1)))]
