"""Test that no message of the plugin has text from outside: a word is put into every place of the input, one at a time.

Argo CD shows the plugin's messages to users who may see neither the repository nor the application's parameters.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from postrender import programs
from postrender.errors import Failure
from postrender.hosts import argocd, rendering
from postrender.limits import Limits
from tests.hosts.argocd.support import parameters

WORD = "s3cr3tw0rd"
CONFIG = """\
apiVersion: spk-macvlan.internal/v1alpha1
kind: MacvlanConversion
metadata:
  name: lab
spec:
  product: CNF
  strict: true
  networks:
  - name: inside
    namespace: default
    master: ens224
    mtu: 1500
    interface: in0
    annotations: {a: b}
    vlan: {internal: true, tag: 5, selfIPv4: [10.1.1.1, 10.1.1.2], prefixLengthV4: 24}
  - name: outside
    master: ens256
    create: false
    vlan: {selfIPv6: ["2001:db8::1"], prefixLengthV6: 64}
  tmm:
    workload: f5-tmm
    namespace: spk
    container: f5-tmm
    topologyManager: false
    env: {A: b}
    unsetEnv: ["OPENSHIFT_*"]
    unsetResources: ["openshift.io/*"]
    resources: {cpu: 1, hugepages-2Mi: 1572Mi, memory: 2Gi}
  patches:
  - target: {kind: Service, name: other, labelSelector: a=b}
    patch: [{op: replace, path: /spec/type, value: ClusterIP}, {op: test, path: /kind, value: Service}]
"""
RENDERED = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: f5-tmm
  namespace: spk
  labels: {app: f5-tmm}
spec:
  replicas: 3
  strategy: {rollingUpdate: {maxSurge: 1}}
  template:
    metadata:
      annotations: {k8s.v1.cni.cncf.io/networks: "sriov/internal,sriov/external"}
    spec:
      runtimeClassName: fast
      nodeSelector: {sriov: "true"}
      containers:
      - name: f5-tmm
        env:
        - {name: OPENSHIFT_VFIO_RESOURCE_1, value: internal}
        - {name: TMM_MAPRES_HUGEPAGES, value: "786"}
        - {name: PAL_CPU_SET, value: "0"}
        - {name: TMM_DEFAULT_MTU, value: "9000"}
        resources:
          limits: {cpu: 1, memory: 2Gi, hugepages-2Mi: 1572Mi, openshift.io/internal: 1}
          requests: {cpu: 1, memory: 2Gi, hugepages-2Mi: 1572Mi, openshift.io/internal: 1}
      - name: other
        resources: {limits: {cpu: 100m}}
---
apiVersion: v1
kind: Service
metadata: {name: other, namespace: spk, labels: {a: b}}
spec: {type: ClusterIP}
---
apiVersion: k8s.cni.cncf.io/v1
kind: NetworkAttachmentDefinition
metadata: {name: inside, namespace: default}
spec:
  config: '{"cniVersion": "0.3.1", "name": "inside", "type": "macvlan", "master": "ens224", "mode": "bridge",
    "mtu": 1500, "ipam": {}}'
---
apiVersion: k8s.f5net.com/v1
kind: F5SPKVlan
metadata: {name: side, namespace: spk}
spec: {name: side, tag: 5, interfaces: ["1.1"], internal: true, selfip_v4s: [10.1.1.1], prefixlen_v4: 24, mtu: 9000}
"""
DEPENDENCY = "{name: part, version: 0.1.0, repository: 'https://charts.example.com', alias: more, tags: [x]}"
CHART = f"""\
apiVersion: v2
name: probe
version: 0.1.0
description: a chart
maintainers: [{{name: me, email: me@example.com}}]
annotations: {{a: b}}
dependencies: [{DEPENDENCY}]
"""
KUSTOMIZATION = """\
resources: [tmm.yaml]
namePrefix: a-
patches: [{path: patch.yaml, target: {kind: Deployment}}]
configMapGenerator: [{name: a, files: [b=tmm.yaml], literals: [c=d]}]
labels: [{pairs: {a: b}}]
replacements: [{source: {kind: Service, fieldPath: metadata.name}, targets: [{select: {kind: Deployment}}]}]
"""
FILES = {
    "spk-macvlan.yaml": CONFIG,
    "rendered": RENDERED,
    "Chart.yaml": CHART,
    "Chart.lock": f"dependencies: [{DEPENDENCY}]\ndigest: x\ngenerated: y\n",
    "values.schema.json": json.dumps({"$defs": {"a": {}}, "properties": {"b": {"$ref": "#/$defs/a"}}}),
    "kustomization.yaml": KUSTOMIZATION,
    "tmm.yaml": "a: b\n",
    "patch.yaml": "a: b\n",
    "values.yaml": "a: b\n",
}


def mutations(text: str) -> Iterator[str]:
    """Yield the text with the word in place of each key and each scalar, and as an additional field of each map."""
    root = yaml.compose(text)
    assert root is not None
    for node in _nodes(root):
        start, end = node.start_mark.index, node.end_mark.index
        if isinstance(node, yaml.ScalarNode):
            yield text[:start] + WORD + text[end:]
            yield f"{text[:start]}[{WORD}]{text[end:]}"
        elif text[start] == "{":
            yield f"{text[: start + 1]}{WORD}: {WORD}, {text[start + 1 :]}"


def _nodes(node: yaml.Node) -> Iterator[yaml.Node]:
    yield node
    for child in node.value if isinstance(node, yaml.CollectionNode) else ():
        for part in child if isinstance(child, tuple) else (child,):
            yield from _nodes(part)


def rendered_mutations() -> Iterator[str]:
    documents = RENDERED.split("---\n")
    for number, document in enumerate(documents):
        for mutation in mutations(document):
            yield "---\n".join([*documents[:number], mutation, *documents[number + 1 :]])


@pytest.fixture
def said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Set up an application in the working directory, without Helm; in the end, no message may have the word."""
    messages: list[str] = []
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(rendering, "_program", lambda *_: "/bin/false")
    monkeypatch.setattr(programs, "run", rendered)
    yield messages
    assert [it for it in messages if WORD in it] == []
    assert any(messages), "nothing failed, so this shows nothing"


def rendered(command: programs.Command, _: Limits) -> programs.Ended:
    """Return the file `rendered` as the output of a program."""
    if command.meanwhile:
        command.meanwhile()
    return programs.Ended(0, Path("rendered").read_bytes(), b"")


def generated(**given: object) -> str:
    """Return everything that the plugin says about the application."""
    environment = {"ARGOCD_APP_NAME": "lab", "ARGOCD_APP_PARAMETERS": json.dumps(parameters(**given))}  # type: ignore[arg-type]
    try:
        findings = argocd.generate(environment).findings
    except Failure as failure:
        return "\n".join(line for message in failure.messages for line in message)
    return "\n".join(line for finding in findings for line in finding.lines)


def test_the_example_itself_converts(said: list[str]) -> None:
    for kustomize in ("true", "false"):
        assert "strict: " in generated(kustomize=kustomize)
    said.append(generated(config="a: b"))


@pytest.mark.parametrize("name", ["spk-macvlan.yaml", "Chart.yaml", "Chart.lock", "values.schema.json"])
def test_no_message_repeats_a_file(said: list[str], name: str) -> None:
    for text in mutations(FILES[name]):
        Path(name).write_text(text)
        said.append(generated())


def test_no_message_repeats_a_kustomization(said: list[str]) -> None:
    for text in mutations(KUSTOMIZATION):
        Path("kustomization.yaml").write_text(text)
        said.append(generated(kustomize="true"))


@pytest.mark.parametrize("strict", [True, False], ids=["strict", "not-strict"])
def test_no_message_repeats_what_was_rendered(said: list[str], strict: bool) -> None:
    if not strict:
        Path("spk-macvlan.yaml").write_text(CONFIG.replace("  strict: true\n", ""))
    for text in rendered_mutations():
        Path("rendered").write_text(text)
        said.append(generated())


def test_no_message_repeats_a_config_of_the_parameters(said: list[str]) -> None:
    said += [generated(config=text) for text in mutations(CONFIG)]


@pytest.mark.parametrize("text", ["{", "{}", "[{}]", '[{"name": {}}]', '[{"name": "values", "string": []}]'])
def test_no_message_repeats_a_parameter(said: list[str], text: str) -> None:
    for given in (text.replace("{}", f'{{"{WORD}": "{WORD}"}}'), text + WORD, text.replace("values", WORD)):
        environment = {"ARGOCD_APP_NAME": "lab", "ARGOCD_APP_PARAMETERS": given}
        with pytest.raises(Failure) as raised:
            argocd.generate(environment)
        said.append(str(raised.value))


PARAMETERS: dict[str, object] = {
    "release_name": f"{WORD}!",
    "config_file": WORD,
    "values_files": [WORD],
    "strict": WORD,
    "kustomize": WORD,
    WORD: WORD,
}


@pytest.mark.parametrize("name", PARAMETERS)
def test_no_message_repeats_the_value_of_a_parameter(said: list[str], name: str) -> None:
    said.append(generated(**{name: PARAMETERS[name]}))


@pytest.mark.parametrize("name", ["config_file", "values_files"])
def test_no_message_repeats_a_path_outside(said: list[str], name: str) -> None:
    paths = (f"../{WORD}", f"/{WORD}", f"https://{WORD}", f"a\0{WORD}")
    said += [generated(**{name: [path] if name == "values_files" else path}) for path in paths]


def test_no_message_repeats_the_target_of_a_link(said: list[str]) -> None:
    os.symlink(f"../{WORD}", "link")
    said.append(generated())


def test_no_bug_repeats_a_value(said: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    from postrender.cli import main

    def broken(*_: object) -> bytes:
        raise KeyError(WORD)

    monkeypatch.setattr(rendering, "helm", broken)
    with pytest.raises(KeyError) as raised:
        generated()
    said.append(str(main._bug(raised.value)))
