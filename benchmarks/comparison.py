"""Runs all jobs on one stream, checks that they print the same objects, and measures them."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from benchmarks import kustomization
from benchmarks.measure import Job, measure
from benchmarks.report import BY_NAME, BY_POSITION, INTERPRETER, TOOL, Result
from benchmarks.same_objects import require_same
from benchmarks.streams import TMM, Stream

# The time of kustomize grows with the square of the number of documents: 10,000 documents take minutes.
KUSTOMIZE_LIMIT = 2_000


class Programs(NamedTuple):
    tool: str
    interpreter: str
    kustomizes: tuple[tuple[str, str], ...]  # the label and the path of each version of kustomize


def compare(stream: Stream, programs: Programs, rounds: int) -> Result:
    """Return the costs of all jobs on a stream. An extra first round fills the file cache and writes the bytecode."""
    with tempfile.TemporaryDirectory(prefix="spk-macvlan-bench-") as name:
        folder = Path(name)
        jobs = _tool_jobs(folder, stream, programs)
        if stream.documents <= KUSTOMIZE_LIMIT:
            jobs += _kustomize_jobs(folder, stream, programs)
        measure(jobs, rounds=1)
        _check(jobs)
        return Result(stream.documents, len(stream.text), measure(jobs, rounds))


def _tool_jobs(folder: Path, stream: Stream, programs: Programs) -> list[Job]:
    config, source = folder / "spk-macvlan.yaml", folder / "stream.yaml"
    config.write_text(kustomization.CONFIG, encoding="utf-8")
    source.write_bytes(stream.text)
    tool = (programs.tool, "--config", str(config))
    bare = (programs.interpreter, "-I", "-c", "pass")
    return [
        Job(TOOL, tool, source, folder / "tool.yaml"),
        Job(INTERPRETER, bare, Path(os.devnull), folder / "nothing"),
    ]


def _kustomize_jobs(folder: Path, stream: Stream, programs: Programs) -> list[Job]:
    tmm: dict[str, Any] = yaml.load(TMM.read_bytes(), yaml.CSafeLoader)
    ways = [*zip((BY_NAME, BY_POSITION), kustomization.write(folder, stream.text, tmm), strict=True)]
    return [
        Job(f"{label} {way}", (path, "build", str(root)), Path(os.devnull), folder / f"{root.name}-{number}.yaml")
        for number, (label, path) in enumerate(programs.kustomizes)
        for way, root in ways
    ]


def _check(jobs: list[Job]) -> None:
    """If kustomize ran, require that each kustomization gives the same objects as spk-macvlan."""
    outputs = {job.name: job.stdout for job in jobs}
    for name, output in outputs.items():
        if name.endswith((BY_NAME, BY_POSITION)):
            require_same(outputs[TOOL], output)
