from __future__ import annotations

import pytest

from postrender import config, conversion
from postrender.conversion import checks
from tests.configs import HEAD

CONFIG = config.parse(f"{HEAD}spec: {{networks: [{{name: net-a, master: ens1}}]}}\n".encode())
TMM = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: f5-tmm}
spec:
  template:
    metadata:
      annotations: {k8s.v1.cni.cncf.io/networks: a}
%s
    spec:
      containers:
      - name: f5-tmm
        env: [{name: A, value: b}]
%s
"""
ANNOTATIONS = "      annotations: {k8s.v1.cni.cncf.io/networks: b}"
ENV = "        env: [{name: A, value: c}]"
PORTS = "        ports: []\n        ports: []"


@pytest.mark.parametrize(
    ("metadata", "container", "lines"),
    [
        pytest.param("", "", [], id="none"),
        pytest.param(ANNOTATIONS, "", [("annotations is listed twice in one map", 8)], id="annotations"),
        pytest.param("", ENV, [("env is listed twice in one map", 13)], id="variables"),
        pytest.param("", PORTS, [], id="a-key-that-is-not-edited"),
    ],
)
def test_a_repeated_key_on_the_way_is_said_with_its_line(
    metadata: str, container: str, lines: list[tuple[str, int]]
) -> None:
    converted = conversion.convert((TMM % (metadata, container)).encode(), CONFIG)
    found = checks.findings(converted, CONFIG, whole_stream=True)
    assert [(it.message, it.place.line) for it in found if it.rule == checks.REPEATED_KEYS] == lines
    assert not [it for it in checks.findings(converted, CONFIG, whole_stream=False) if it.rule == checks.REPEATED_KEYS]
    ignored = checks.findings(converted, CONFIG, whole_stream=True, ignored=(checks.REPEATED_KEYS,))
    assert not [it for it in ignored if it.rule == checks.REPEATED_KEYS]
