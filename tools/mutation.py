"""Mutation tests (`make mutation`): they show whether the tests notice wrong code.

cosmic-ray makes one change at a time in a copy of the checkout. For each changed copy (a mutant), the in-process tests
run until one fails: first the unit tests of its module, then the golden cases, then the unit tests of the other
modules. `python -m tools.mutation [--sample N] [--seed S] [--module NAME…]`.
"""

from __future__ import annotations

import argparse
import ast
import compileall
import filecmp
import json
import os
import py_compile
import random
import re
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest

ROOT = Path(__file__).resolve().parent.parent
COPIED = ("postrender", "tools", "tests", "schemas", "helm", "argocd", "kustomize", "examples", "pyproject.toml")
ORIGINAL = Path("original")  #: the folder in the copy for the code without a mutation

RULES = (
    "rules/test_examples.py",
    "rules/test_changes.py",
    "conversion/test_checks.py",
    "rules/test_releases.py",
    "rules/test_registry.py",
)


def _own_tests(name: str) -> tuple[str, ...]:
    return (name,) if (ROOT / "tests" / name).exists() else ()


#: The modules of `postrender` that can change the output, and the tests that run first on their mutants.
MODULES: dict[str, tuple[str, ...]] = {
    "config/patterns": ("config/test_patterns.py",),
    "config/patches": ("config/test_patch_targets.py", "config/test_reader.py"),
    "config/reader": ("config/test_reader.py",),
    "config/strict": ("config/test_strict.py",),
    "conversion/draft": ("conversion/test_patches.py",),
    "conversion/json_patch": ("conversion/test_patches.py",),
    "conversion/json_values": ("conversion/test_patches.py",),
    "conversion/new_documents": ("conversion/test_new_documents.py",),
    "conversion/patches": ("conversion/test_patches.py",),
    "conversion/pipeline": ("conversion/test_pipeline.py",),
    "conversion/plan": ("conversion/test_plan.py",),
    "conversion/prefilter": ("conversion/test_prefilter.py",),
    "conversion/places": ("conversion/test_checks.py",),
    "hosts/folder": ("hosts/test_folder.py",),
    "hosts/replay": ("hosts/test_replay.py", "hosts/test_guarded_patches.py"),
    "kubernetes/quantity": ("kubernetes/test_quantity.py",),
    "kubernetes/selector": ("kubernetes/test_selector.py",),
    "limits": ("hosts/test_replay.py", "yamledit/test_stream.py"),
    "policies/cel": ("policies/test_cel.py", "policies/test_names.py", "policies/test_compile_policies.py"),
    "policies/kustomization": ("policies/test_compile_policies.py",),
    "policies/names": ("policies/test_names.py", "policies/test_compile_policies.py"),
    "policies/objects": ("policies/test_compile_policies.py",),
    "record": ("test_record.py",),
    "rules/__init__": ("rules/test_registry.py", "conversion/test_checks.py"),
    "rules/subject": ("rules/test_subject.py", "conversion/test_checks.py"),
    "spk/target": ("spk/test_target.py", "conversion/test_plan.py"),
    "spk/variables": ("spk/test_variables.py",),
    "yamledit/change": ("yamledit/test_change.py", "conversion/test_plan.py"),
    "yamledit/edit": ("yamledit/test_edit.py",),
    "yamledit/emit": ("yamledit/test_emit.py",),
    "yamledit/join": ("yamledit/test_join.py",),
    "yamledit/marks": ("yamledit/test_marks.py", "yamledit/test_splice.py"),
    "yamledit/nodes": ("yamledit/test_nodes.py",),
    "yamledit/places": ("yamledit/test_places.py",),
    "yamledit/proof": ("yamledit/test_proof.py", "yamledit/test_splice.py"),
    "yamledit/roundtrip": ("yamledit/test_roundtrip.py",),
    "yamledit/search": ("yamledit/test_search.py", "conversion/test_prefilter.py"),
    "yamledit/splice": ("yamledit/test_splice.py",),
    "yamledit/stream": ("yamledit/test_stream.py",),
    **{
        f"rules/{file.stem}": (*RULES, *_own_tests(f"rules/test_{file.stem}.py"))
        for file in sorted(ROOT.glob("postrender/rules/*.py"))
        if file.stem not in ("__init__", "finding", "registry", "subject")
    },
}
CASES = "test_cases.py"
QUIET = ("-x", "-q", "-p", "no:cacheprovider", "-p", "tools.mutation", "-m", "not hosts")
MEMORY = 2 << 30  #: how many bytes a mutant may use; some mutants build endless lists
SECONDS = 20  #: of CPU time for one test, or for importing all tests; the slowest test takes three seconds
TIMEOUT = 180  #: seconds for all tests of a mutant


class Mutant(NamedTuple):
    """A change of the code; `line` and `column` are the position of the replaced code."""

    module: str
    line: int
    column: int
    operator: str
    occurrence: int
    job: str


def main(argv: Sequence[str]) -> int:
    """Run the mutants, print the survivors and how many mutants were killed; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tools.mutation", description=__doc__)
    parser.add_argument("--sample", type=int, metavar="N", help="run about N mutants, in proportion to module sizes")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="the seed for the sample (default: 1)")
    parser.add_argument("--module", nargs="+", default=[*MODULES], choices=MODULES, metavar="NAME")
    parser.add_argument("--tests", action="store_true", help=argparse.SUPPRESS)  # cosmic-ray's test command
    arguments = parser.parse_args(argv)
    if arguments.tests:
        return tests()
    with tempfile.TemporaryDirectory() as folder:
        checkout = Path(folder, "checkout")
        _copy(checkout)
        _require_green(checkout)
        session = _Session(checkout, Path(folder), arguments.module)
        every = session.mutants()
        counted = [mutant for mutant in every if not Unrun.of(checkout / mutant.module).covers(mutant)]
        chosen = sample(counted, arguments.sample, arguments.seed) if arguments.sample else counted
        session.keep(chosen)
        unrun = len(every) - len(counted)
        print(f"found {len(every)} mutants, of which {unrun} are in code that never runs; running {len(chosen)}")
        sys.stdout.flush()
        session.run()
        return _report(session.results())


def _copy(checkout: Path) -> None:
    """Copy the files that the tests need.

    Python must check bytecode by hash, because mutants often have equal sizes and times.
    """
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, checkout / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, checkout / name)
    shutil.copytree(checkout / "postrender", checkout / ORIGINAL)
    by_hash = py_compile.PycInvalidationMode.CHECKED_HASH
    compileall.compile_dir(checkout / "postrender", quiet=1, invalidation_mode=by_hash)


def _environment(checkout: Path) -> dict[str, str]:
    """Return environment variables that make the tests use the copy and load no pytest plugins, which are too slow."""
    return {**os.environ, "PYTHONPATH": str(checkout), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}


def _require_green(checkout: Path) -> None:
    """Exit if the tests fail on the unchanged copy. This run also compiles the tests."""
    command = [sys.executable, "-m", "tools.mutation", "--tests"]
    done = subprocess.run(command, cwd=checkout, env=_environment(checkout), capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{done.stdout}{done.stderr}mutation: the tests fail without a mutation")


class _Session:
    """cosmic-ray's work on the copy: a config, and a database with mutants and results."""

    def __init__(self, checkout: Path, folder: Path, modules: Sequence[str]) -> None:
        self.checkout = checkout
        self.database = str(folder / "session.sqlite")
        self.config = str(folder / "config.toml")
        settings = [
            f"module-path = {json.dumps([f'postrender/{name}.py' for name in modules])}",
            f"timeout = {TIMEOUT}",
            f"test-command = {json.dumps(f'{sys.executable} -m tools.mutation --tests')}",
            'distributor.name = "local"',
        ]
        Path(self.config).write_text("\n".join(["[cosmic-ray]", *settings, ""]), encoding="utf-8")
        self._cosmic_ray("init", self.config, self.database)

    def mutants(self) -> list[Mutant]:
        """Return all mutants, in the order of the source."""
        return sorted(_mutant(item) for item, _ in self._dump())

    def keep(self, chosen: Sequence[Mutant]) -> None:
        """Remove all other mutants from the session."""
        jobs = {mutant.job for mutant in chosen}
        with sqlite3.connect(self.database) as connection:
            for item, _ in self._dump():
                if item["job_id"] not in jobs:
                    connection.execute("DELETE FROM mutation_specs WHERE job_id = ?", (item["job_id"],))
                    connection.execute("DELETE FROM work_items WHERE job_id = ?", (item["job_id"],))

    def run(self) -> None:
        self._cosmic_ray("exec", self.config, self.database)

    def results(self) -> list[tuple[Mutant, dict[str, Any]]]:
        return [(_mutant(item), result) for item, result in self._dump()]

    def _dump(self) -> Iterator[tuple[dict[str, Any], Any]]:
        for line in self._cosmic_ray("dump", self.database).splitlines():
            item, result = json.loads(line)
            yield item, result

    def _cosmic_ray(self, *words: str) -> str:
        command = [sys.executable, "-m", "cosmic_ray.cli", *words]
        environment = {**_environment(self.checkout), "PYTHONDONTWRITEBYTECODE": "1"}
        return subprocess.run(
            command, cwd=self.checkout, env=environment, stdout=subprocess.PIPE, text=True, check=True
        ).stdout


def _mutant(item: dict[str, Any]) -> Mutant:
    (change,) = item["mutations"]
    line, column = change["start_pos"]
    return Mutant(change["module_path"], line, column, change["operator_name"], change["occurrence"], item["job_id"])


class Unrun(NamedTuple):
    """The parts of a module that never run (such as annotations), in which no test can detect a mutant."""

    spans: tuple[tuple[tuple[int, int], tuple[int, int]], ...]

    @classmethod
    def of(cls, file: Path) -> Unrun:
        tree = ast.parse(file.read_text(encoding="utf-8"))
        return cls(tuple(map(_span, (part for node in ast.walk(tree) for part in _unrun_parts(node)))))

    def covers(self, mutant: Mutant) -> bool:
        return any(start <= (mutant.line, mutant.column) < end for start, end in self.spans)


def _unrun_parts(node: ast.AST) -> Iterator[ast.stmt | ast.expr]:
    match node:
        case ast.If(test=ast.Name(id="TYPE_CHECKING")) | ast.Assign(targets=[ast.Name(id="TYPE_CHECKING")]):
            yield node
        case (
            ast.arg(annotation=ast.expr() as hint)
            | ast.AnnAssign(annotation=hint)
            | ast.FunctionDef(returns=ast.expr() as hint)
        ):
            yield hint


def _span(node: ast.stmt | ast.expr) -> tuple[tuple[int, int], tuple[int, int]]:
    return (node.lineno, node.col_offset), (node.end_lineno or node.lineno, node.end_col_offset or node.col_offset)


def sample(mutants: Sequence[Mutant], size: int, seed: int) -> list[Mutant]:
    """Return about `size` random mutants: a proportional number from each module, but at least one."""
    drawn: list[Mutant] = []
    draw = random.Random(seed)
    for module in sorted({mutant.module for mutant in mutants}):
        own = [mutant for mutant in mutants if mutant.module == module]
        share = max(1, round(size * len(own) / len(mutants)))
        drawn += draw.sample(own, min(share, len(own)))
    return drawn


def _report(results: Sequence[tuple[Mutant, dict[str, Any]]]) -> int:
    """Print the survivors, the figures for each module, and the totals.

    If cosmic-ray itself fails to make a mutant (an exception with a dotted name), the mutant does not count as killed.
    """
    made = sorted((mutant, result) for mutant, result in results if result["test_outcome"] in ("killed", "survived"))
    alive = [(mutant, result) for mutant, result in made if result["test_outcome"] == "survived"]
    for mutant, result in alive:
        print(f"\n{mutant.module}:{mutant.line} survived\n{_changed_lines(result['diff'])}")
    print()
    of_module, survivors = (Counter(mutant.module for mutant, _ in some) for some in (made, alive))
    for module, number in of_module.items():
        print(_figures(module, number, survivors[module]))
    print(_figures("mutants", len(made), len(alive)))
    return 0


def _figures(name: str, total: int, alive: int) -> str:
    return f"{name}: {total}, killed: {total - alive}, {100 * (total - alive) / max(total, 1):.1f} %"


def _changed_lines(diff: str) -> str:
    return "\n".join(line for line in diff.splitlines() if re.match(r"[-+](?![-+]{2} )", line))


# The process of a mutant, in which this module is also a pytest plugin.


def tests() -> int:
    """Run the tests, step by step, until a test fails. A file without tests does not count as a failure."""
    fine = (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)
    return next((status for step in _steps() if (status := pytest.main([*QUIET, *step])) not in fine), 0)


def _steps() -> Iterator[list[str]]:
    """Yield the tests in steps; the tests that kill the most mutants per second come first."""
    own = [test for name in MODULES if _is_mutated(name) for test in MODULES[name]]
    others = dict.fromkeys(test for tests in MODULES.values() for test in tests if test not in own)
    for step in (own, [CASES], others):
        if step:
            yield [f"tests/{test}" for test in step]


def _is_mutated(name: str) -> bool:
    return not filecmp.cmp(f"postrender/{name}.py", ORIGINAL / f"{name}.py", shallow=False)


def pytest_configure(config: pytest.Config) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    _start_timer()
    if any(b"hypothesis" in Path(test).read_bytes() for test in config.args):
        _use_same_examples()


def _use_same_examples() -> None:
    """Make Hypothesis use the same examples each time, and not simplify them when a test fails."""
    from hypothesis import Phase, settings

    phases = (Phase.explicit, Phase.generate)
    settings.register_profile("mutation", derandomize=True, database=None, deadline=None, phases=phases)
    settings.load_profile("mutation")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Shuffle the tests, always into the same order, so that tests of every kind run early."""
    random.Random(1).shuffle(items)


def pytest_runtest_logstart() -> None:
    _start_timer()


def _start_timer() -> None:
    """Start a timer that ends the process. The code under test uses a different timer (`cli.timer`)."""
    signal.setitimer(signal.ITIMER_PROF, SECONDS)


@pytest.hookimpl(tryfirst=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest) -> Any:
    """Make the fixture `program` run in this process; return None for other fixtures, so that pytest sets them up."""
    if fixturedef.argname != "program":
        return None
    from tests import in_process

    fixturedef.cached_result = (in_process.call, fixturedef.cache_key(request), None)  # type: ignore[arg-type]
    return in_process.call


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
