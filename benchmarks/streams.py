"""The benchmarks' streams, which are made up but look like the output of `helm template`.

They contain nothing that kustomize refuses, such as a repeated key, a directive or `...`.
"""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import NamedTuple

from benchmarks.crds import crd
from benchmarks.objects import ordinary

TMM = Path(__file__).with_name("f5-tmm.yaml")
CHART_DOCUMENTS = 40

_SEED = 20261124
_CRD_SIZE = 44_000
_TMM_SOURCE = "# Source: bench/charts/f5-tmm/templates/tmm-deployment.yaml\n"
_DECOYS = (
    """\
# Source: bench/charts/f5-tmm/templates/tmm-service.yaml
apiVersion: v1
kind: Service
metadata:
  name: f5-tmm
  namespace: spk-ingress
spec:
  clusterIP: None
  selector:
    app: f5-tmm
""",
    """\
# Source: bench/templates/controller-deployment.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: lab-f5ingress
  namespace: spk-ingress
spec:
  selector:
    matchLabels: {app: lab-f5ingress}
  template:
    metadata:
      labels: {app: lab-f5ingress}
    spec:
      containers:
        - name: lab-f5ingress
          image: "images.example.invalid/spk/f5ingress:v0.0.0"
          env:
            - name: TMM_APP_LABEL
              value: f5-tmm
            - name: TMM_DEFAULT_MTU
              value: "9000"   # the same as TMM's
""",
)


class Stream(NamedTuple):
    documents: int
    text: bytes


def chart() -> Stream:
    """Return a stream like that of one chart: about 290 KB, 40 documents, five large CRDs."""
    return _stream(CHART_DOCUMENTS, crds=5)


def long(documents: int) -> Stream:
    """Return a stream like that of a whole platform, with three CRDs in every 200 documents."""
    return _stream(documents, crds=documents * 3 // 200)


def _stream(documents: int, crds: int) -> Stream:
    rng = Random(_SEED)
    large = [f"# Source: bench/crds/{number:05}.yaml\n{crd(rng, number, _CRD_SIZE)}" for number in range(crds)]
    others = ordinary(rng, documents - crds - len(_DECOYS) - 1)
    middle = len(others) * 2 // 3
    tmm = _TMM_SOURCE + TMM.read_text(encoding="utf-8")
    parts = [*large, *others[:middle], *_DECOYS, tmm, *others[middle:]]
    text = "".join(f"---\n{part}" for part in parts)
    return Stream(len(parts), text.encode())
