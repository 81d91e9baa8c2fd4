"""Compare whether a pipeline gives the same objects as the filter, or which program refuses the manifests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from tests.hosts.equivalence.cases import Case
from tests.hosts.equivalence.pipelines import PIPELINES, Pipeline, Site, build_site, filtered
from tests.hosts.equivalence.reading import decoded, same
from tests.hosts.equivalence.running import Done, required

SAME, OTHER = "same objects", "not the same"
NOTHING = "(nothing)"

Read = Callable[[bytes], str]


class Outcome(NamedTuple):
    """The expected and the actual objects of a pipeline.

    The reason says why the former may differ from the filter's output.
    """

    reason: str
    expected: str = ""
    found: str = ""
    stderr: str = ""

    @property
    def verdict(self) -> str:
        return self.reason if self.found == self.expected else OTHER


class _Run(NamedTuple):
    """The actual and the expected output of each pipeline for a case."""

    site: Site
    lacking: dict[Pipeline, str]  # the flags that a pipeline does not support
    found: dict[Pipeline, Done]
    wanted: dict[Pipeline, bytes]


def compare(cases: Sequence[Case], folder: Path) -> dict[Case, dict[str, Outcome]]:
    """Run every pipeline on several cases. The cases come together because one process decodes all output."""
    runs = [_run(case, folder / case.name) for case in cases]
    streams = {stream for it in runs for stream in (*(done.stdout for done in it.found.values()), *it.wanted.values())}
    read = _reader(streams, folder / "decoded")
    return {run.site.case: _outcomes(run, read) for run in runs}


def _run(case: Case, folder: Path) -> _Run:
    site = build_site(case, folder)
    flags = {it: [flag for flag in case.flags if flag not in it.flags] for it in PIPELINES if it.takes(case)}
    found = {it: it.ours(site) for it, lacking in flags.items() if not lacking}
    wanted = {it: required(filtered(site, it.manifests(site))) for it in found}
    return _Run(site, {it: ", ".join(lacking) for it, lacking in flags.items() if lacking}, found, wanted)


def _outcomes(run: _Run, read: Read) -> dict[str, Outcome]:
    outcomes = {it.name: Outcome(f"has no {flags}") for it, flags in run.lacking.items()}
    for pipeline, ours in run.found.items():
        found = read(ours.stdout) if not ours.failed else ours.stdout.decode() or NOTHING
        outcome = Outcome(SAME, read(run.wanted[pipeline]), found, ours.stderr)
        outcomes[pipeline.name] = outcome if outcome.expected == found else _explained(pipeline, run.site, outcome)
    return outcomes


def _reader(streams: set[bytes], folder: Path) -> Read:
    """Return a function that turns a stream into comparable text.

    If kubectl refuses a stream, its bytes are compared.
    """
    ordered = sorted(streams)
    found = decoded(ordered, folder)
    texts = {stream: stream.decode() if it is None else same(it) for stream, it in zip(ordered, found, strict=True)}
    return texts.__getitem__


def _explained(pipeline: Pipeline, site: Site, outcome: Outcome) -> Outcome:
    """Return the outcome, explained by what the tool alone does to the manifests or to the result."""
    alone = pipeline.alone(site)
    wanted = alone if alone.failed else filtered(site, alone.stdout)
    if pipeline.again and not wanted.failed:
        wanted = pipeline.again(site, wanted.stdout)
    if wanted.failed:
        return outcome._replace(reason=f"refused by {wanted.program}", expected=NOTHING)
    read = _reader({wanted.stdout}, site.folder / f"decoded-{pipeline.name}")
    return outcome._replace(reason=f"changed by {alone.program}", expected=read(wanted.stdout))
