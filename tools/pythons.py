"""Runs the fast tests with every supported Python on this machine, each in a separate environment.

`python -m tools.pythons [3.12 ...]` prints a line for each version, with the result of its tests.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent
SUPPORTED = ("3.10", "3.11", "3.12", "3.13", "3.14")
TESTS = ("tests",)
ENVIRONMENTS = ROOT / ".venv-pythons"


def interpreters(version: str) -> Iterator[str]:
    """Yield the interpreters of this version; pyenv's come first, because its shims may be on the PATH."""
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    yield from map(str, sorted(pyenv.glob(f"versions/{version}.*/bin/python3")))
    if (found := shutil.which(f"python{version}")) and "shims" not in Path(found).parts:
        yield found


def test(version: str, python: str) -> str:
    """Install the locked packages and this package, run the tests, and return the last line of output."""
    folder = ENVIRONMENTS / version
    own = str(folder / "bin" / "python")
    pip = [own, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    steps = (
        [python, "-m", "venv", str(folder)],
        [*pip, "--require-hashes", "-r", "requirements/dev.txt"],
        [*pip, "--no-build-isolation", "--editable", "."],
        [own, "-m", "pip", "check", "--disable-pip-version-check"],
        [own, "-m", "pytest", "-q", "-n", "1", "-m", "not hosts and not root", *TESTS],
    )
    for step in steps:
        done = subprocess.run(step, cwd=ROOT, capture_output=True, text=True)
        lines = (done.stdout + done.stderr).splitlines() or [""]
        if done.returncode:
            sys.stderr.write(done.stdout + done.stderr)
            return f"failed: {lines[-1]}"
    return lines[-1]


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.pythons", description=__doc__)
    parser.add_argument("versions", nargs="*", metavar="VERSION", help=", ".join(SUPPORTED))
    results = []
    for version in parser.parse_args(argv).versions or SUPPORTED:
        python = next(interpreters(version), None)
        results.append(test(version, python) if python else "not on this machine")
        print(f"{version}: {results[-1]}", flush=True)
    return int(any(it.startswith("failed") for it in results))


if __name__ == "__main__":
    raise SystemExit(main())
