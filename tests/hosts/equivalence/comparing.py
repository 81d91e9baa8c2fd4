"""Whether a pipeline gives the objects that the filter gives, or which program refuses what."""

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
    """What a pipeline must give and what it gave; the reason says why the former is not simply the filter's output."""

    reason: str
    expected: str = ""
    found: str = ""
    stderr: str = ""

    @property
    def verdict(self) -> str:
        return self.reason if self.found == self.expected else OTHER


class _Run(NamedTuple):
    """What the pipelines made of a case, and what they must make of it."""

    site: Site
    lacking: dict[Pipeline, str]  # the flags that a pipeline has not got
    found: dict[Pipeline, Done]
    wanted: dict[Pipeline, bytes]


def compare(cases: Sequence[Case], folder: Path) -> dict[Case, dict[str, Outcome]]:
    """Run every pipeline on some cases. One process decodes what all of them print, which is why they come together."""
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
    """Return what turns a stream into text to compare. What kubectl refuses must have the same bytes."""
    ordered = sorted(streams)
    found = decoded(ordered, folder)
    texts = {stream: stream.decode() if it is None else same(it) for stream, it in zip(ordered, found, strict=True)}
    return texts.__getitem__


def _explained(pipeline: Pipeline, site: Site, outcome: Outcome) -> Outcome:
    """Return what the tool alone must have done to manifests or result, so that the pipeline gives something else."""
    alone = pipeline.alone(site)
    wanted = alone if alone.failed else filtered(site, alone.stdout)
    if pipeline.again and not wanted.failed:
        wanted = pipeline.again(site, wanted.stdout)
    if wanted.failed:
        return outcome._replace(reason=f"refused by {wanted.program}", expected=NOTHING)
    read = _reader({wanted.stdout}, site.folder / f"decoded-{pipeline.name}")
    return outcome._replace(reason=f"changed by {alone.program}", expected=read(wanted.stdout))
