"""One module for each caller: `argocd`, `flux`, `helm` and `kustomize`. The other modules support these four."""

from __future__ import annotations

from postrender.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from postrender.rules.finding import Finding


class Answer(NamedTuple):
    """The standard output and the findings of one run."""

    output: bytes
    findings: tuple[Finding, ...]
