"""`python -m benchmarks.plugin`: compares Argo CD's plugin with plain `helm template` of the same chart.

The plugin checks the chart, copies it, confines Helm and converts the result. A third job has many files in the
checkout that the chart does not use.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.measure import Job, measure
from tools.binaries import binary

EXAMPLES = Path(__file__).parent.parent / "examples"
HELM, PLUGIN, BESIDE_MANY = "helm template", "cmp generate", "cmp generate, many files"
UNUSED = 20_000
APP = "apps/spk"


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.plugin", description=__doc__)
    parser.add_argument("--rounds", type=int, default=31, help="how many rounds to run (default: %(default)s)")
    parser.add_argument(
        "--require", type=float, metavar="RATIO", help="exit with 1 if the plugin takes longer than this"
    )
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="spk-macvlan-bench-") as name:
        jobs = _jobs(Path(name))
        measure(jobs, rounds=1)
        costs = measure(jobs, options.rounds)
    for job, cost in costs.items():
        print(f"{job:<25}  {cost.wall_ms:7.1f} ms  {cost.wall_ms / costs[HELM].wall_ms:5.2f} times {HELM}")
    ratio = costs[PLUGIN].wall_ms / costs[HELM].wall_ms
    return 1 if options.require and ratio > options.require else 0


def _jobs(folder: Path) -> list[Job]:
    few, many = folder / "few", folder / "many"
    for repository in (few, many):
        shutil.copytree(EXAMPLES / "spk", repository / APP)
        shutil.copy(EXAMPLES / "spk-macvlan.yaml", repository / APP)
    (many / "unused").mkdir()
    for number in range(UNUSED):
        (many / "unused" / f"{number}.yaml").touch()
    helm = binary("helm-4.2.3")
    generate = (sys.executable, "-I", "-m", "postrender", "cmp", "generate")
    variables = (
        f"PATH={helm.parent}",
        "ARGOCD_APP_NAME=spk",
        f"ARGOCD_APP_SOURCE_PATH={APP}",
        "ARGOCD_APP_PARAMETERS=[]",
    )
    return [
        _job(HELM, few, folder, (str(helm), "template", "spk", ".")),
        _job(PLUGIN, few, folder, (*variables, *generate)),
        _job(BESIDE_MANY, many, folder, (*variables, *generate)),
    ]


def _job(name: str, repository: Path, folder: Path, words: tuple[str, ...]) -> Job:
    argv = (shutil.which("env") or "env", "-C", str(repository / APP), *words)
    return Job(name, argv, Path("/dev/null"), folder / f"{name}.yaml")


if __name__ == "__main__":
    raise SystemExit(main())
