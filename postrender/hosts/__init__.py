"""Code that is specific to one caller: `argocd`, `flux`, `helm` and `kustomize`; the other modules are their parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.record import NamedTuple

if TYPE_CHECKING:
    from postrender.rules.finding import Finding


class Answer(NamedTuple):
    """The standard output of a caller's run, and its findings."""

    output: bytes
    findings: tuple[Finding, ...]
