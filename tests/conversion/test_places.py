"""Test that a finding names a line of the user's input, even if the conversion inserts documents above this line."""

from __future__ import annotations

import pytest

from postrender import config, conversion
from postrender.conversion import checks
from tests.configs import HEAD

SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: first}\n---\n"
#: The strategy is on line 5. The conversion removes the SR-IOV variables, which are above PAL_CPU_SET.
TMM = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: f5-tmm, namespace: spk}
spec:
  strategy: {type: Recreate}
  template:
    spec:
      containers:
      - name: f5-tmm
        env:
        - {name: PCIDEVICE_A, value: x}
        - {name: PCIDEVICE_B, value: x}
        - {name: PAL_CPU_SET, value: "0,1"}
        resources:
          limits: {cpu: 1, memory: 2Gi}
"""
CONTROLLER = """\
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: controller, namespace: spk}
spec:
  template:
    spec:
      containers:
      - name: c
        env:
        - {name: USE_VFIO, value: "true"}
"""
LINES = f"{SERVICE}{TMM}{CONTROLLER}".splitlines()


def placed(stream: str, tmm: str = "{}", more: str = "") -> dict[str, tuple[str, int, int | None]]:
    """Return the path, line number and document number of each rule's finding."""
    given = config.parse(f"{HEAD}spec: {{networks: [{{name: net-a, master: e}}], tmm: {tmm}{more}}}\n".encode())
    found = checks.findings(conversion.convert(stream.encode(), given), given, whole_stream=True)
    return {it.rule: (it.place.path, it.place.line, it.document.number if it.document else None) for it in found}


@pytest.mark.parametrize(
    ("rule", "words", "number"),
    [("pal-cpu-set", "PAL_CPU_SET", 1), ("controller-variables", "USE_VFIO", 2)],
)
def test_lines_and_numbers_are_the_inputs(rule: str, words: str, number: int) -> None:
    _, line, document = placed("\n".join(LINES))[rule]
    assert words in LINES[line - 1]
    assert document == number


def test_a_path_has_the_numbers_of_the_input() -> None:
    path, _, _ = placed("\n".join(LINES))["pal-cpu-set"]
    assert path == "spec.template.spec.containers.0.env.2"


def test_a_value_of_the_config_is_found_there() -> None:
    found = placed(f"{SERVICE}{TMM}", '{env: {PAL_CPU_SET: "0,1,2"}}')
    assert found["pal-cpu-set"] == ("spec.tmm.env.PAL_CPU_SET", 0, 1)


def test_a_value_that_the_config_only_repeats_is_the_inputs() -> None:
    path, line, _ = placed(f"{SERVICE}{TMM}", '{env: {PAL_CPU_SET: "0,1"}}')["pal-cpu-set"]
    assert (path, "PAL_CPU_SET" in LINES[line - 1]) == ("spec.template.spec.containers.0.env.2", True)


def test_a_repeated_variable_is_the_same_one_in_the_input() -> None:
    twice = TMM.replace(
        "        resources:", "        - {name: A, value: x}\n        - {name: A, value: y}\n        resources:"
    )
    path, line, _ = placed(f"{SERVICE}{twice}")["repeated-variables"]
    assert path == "spec.template.spec.containers.0.env.4"
    assert "value: y" in f"{SERVICE}{twice}".splitlines()[line - 1]


def test_what_a_patch_of_the_user_adds_is_the_configs() -> None:
    operation = "{op: add, path: /spec/template/spec/runtimeClassName, value: performance-x}"
    patch = f"{{target: {{kind: Deployment, name: f5-tmm}}, patch: [{operation}]}}"
    assert placed(f"{SERVICE}{TMM}", more=f", patches: [{patch}]")["runtime-class"] == ("spec.patches", 0, 1)


def test_a_container_that_a_patch_puts_before_tmm_hides_nothing() -> None:
    container = "{name: side, resources: {limits: {cpu: 1, memory: 1Gi}}}"
    operation = f"{{op: add, path: /spec/template/spec/containers/0, value: {container}}}"
    found = placed(f"{SERVICE}{TMM}", more=f", patches: [{{target: {{name: f5-tmm}}, patch: [{operation}]}}]")
    path, line, _ = found["pal-cpu-set"]
    assert "PAL_CPU_SET" in LINES[line - 1]
    assert path == "spec.template.spec.containers.0.env.2"


def test_of_what_helm_4_sends_the_template_is_named_and_no_line() -> None:
    mark = "annotations: {postrenderer.helm.sh/postrender-filename: spk/tmm.yaml}"
    sent = TMM.replace("namespace: spk}", f"namespace: spk, {mark}}}", 1)
    given = config.parse(f"{HEAD}spec: {{networks: [{{name: net-a, master: e}}]}}\n".encode())
    first, *_ = checks.findings(conversion.convert(sent.encode(), given), given, whole_stream=True)
    assert first.lines[0].startswith(
        "spk/tmm.yaml: Deployment spk/f5-tmm: spec.template.spec.containers.0.env.2: error: "
    )


def test_a_finding_on_a_new_network_is_the_configs() -> None:
    networks = "[{name: net-a, master: e, annotations: {k8s.v1.cni.cncf.io/resourceName: x}}]"
    given = config.parse(f"{HEAD}spec: {{networks: {networks}}}\n".encode())
    found = checks.findings(conversion.convert(TMM.encode(), given), given, whole_stream=True)
    (it,) = (finding for finding in found if finding.rule == "resource-name")
    assert (it.in_config, it.place.path) == (True, "spec.networks[0]")
    assert it.document
    assert (it.document.title, it.document.number) == ("NetworkAttachmentDefinition spk/net-a", None)


def test_the_text_of_a_finding_names_its_object() -> None:
    given = config.parse(f"{HEAD}spec: {{networks: [{{name: net-a, master: e}}]}}\n".encode())
    first, *_ = checks.findings(conversion.convert(TMM.encode(), given), given, whole_stream=True)
    assert first.lines[0].startswith(
        "<stdin>:13:11: Deployment spk/f5-tmm: spec.template.spec.containers.0.env.2: error: "
    )
