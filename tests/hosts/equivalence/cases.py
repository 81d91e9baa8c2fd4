"""The cases to compare: the example chart with many values, golden cases that convert, and misread YAML strings."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.hosts.equivalence.running import HELM_3, HELM_4
from tools.case import every, name

ROOT = Path(__file__).parents[3]
EXAMPLE = ROOT / "examples" / "spk"
CONFIG = (ROOT / "examples" / "spk-macvlan.yaml").read_text(encoding="utf-8")

#: The container blobd repeats a key, which kustomize refuses with any values; the default values test this.
WITHOUT_BLOBD = (("f5-tmm.blobd.enabled", "false"),)

#: Strings that some YAML reader misreads if they are not quoted.
AWKWARD = {
    "LETTER": "y",
    "FLOAT": "1e3",
    "OCTAL": "0o17",
    "SEXAGESIMAL": "1:30",
    "TILDE": "~",
    "EMPTY": "",
    "RANGE": "0-3",
    "LONG": "forty " * 33 + "ab",
}


class Case(NamedTuple):
    """A config and manifests. If no manifests are given, Helm renders the example chart."""

    name: str
    config: str
    helm: str = HELM_4
    manifests: bytes | None = None
    converted: bytes | None = None  # the filter's output, as tests/test_cases.py requires it
    values: tuple[str, ...] = ()  # values files of the example chart
    settings: tuple[tuple[str, str], ...] = ()
    flags: tuple[str, ...] = ()

    @property
    def is_golden(self) -> bool:
        return self.converted is not None

    @property
    def patches_networks(self) -> bool:
        return "kind: NetworkAttachmentDefinition" in self.config


def examples() -> Iterator[Case]:
    files = [*sorted(EXAMPLE.glob("eras/*")), *sorted(EXAMPLE.glob("switches/*"))]
    for file in [None, *files]:
        name, values = (file.stem, (str(file.relative_to(EXAMPLE)),)) if file else ("defaults", ())
        for helm in (HELM_3, HELM_4):
            if not file:
                yield Case(f"spk-with-blobd-{helm}", CONFIG, helm)
            yield Case(f"spk-{name}-{helm}", CONFIG, helm, values=values, settings=WITHOUT_BLOBD)


def golden() -> Iterator[Case]:
    for folder in every():
        if not (folder / "expected.yaml").exists():
            continue
        flags = _flags(folder)
        if "values" in flags:  # a values file is input for Helm, and does not go to the cluster
            continue
        yield Case(
            name(folder),
            (folder / "config.yaml").read_text(encoding="utf-8"),
            manifests=(folder / "input.yaml").read_bytes(),
            converted=(folder / "expected.yaml").read_bytes(),
            flags=flags,
        )


def _flags(folder: Path) -> tuple[str, ...]:
    flags = folder / "flags"
    return tuple(shlex.split(flags.read_text(encoding="utf-8"))) if flags.exists() else ()


def awkward() -> Case:
    """Return a case with these strings as values of the chart's variables, and as values that the config sets."""
    entries = [f"{{name: CHART_{name}, value: '{value}'}}" for name, value in AWKWARD.items()]
    manifests = f"""\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: f5-tmm
spec:
  template:
    spec:
      containers:
      - name: f5-tmm
        image: tmm-img:v1
        env: [{", ".join(entries)}]
"""
    settings = "".join(f"      CONFIG_{name}: '{value}'\n" for name, value in AWKWARD.items())
    config = (
        CONFIG.partition("spec:\n")[0]
        + f"""\
spec:
  networks:
  - name: macvlan-internal
    master: ens224
  tmm:
    env:
{settings}"""
    )
    return Case("awkward-values", config, manifests=manifests.encode())


AWKWARD_VALUES = awkward()
GROUPS = {"example chart": [*examples()], "golden cases": [*golden()]}
CASES = [case for cases in GROUPS.values() for case in cases]
#: The cases, in batches that are compared together.
BATCHES = [tuple(CASES[at : at + 8]) for at in range(0, len(CASES), 8)]
