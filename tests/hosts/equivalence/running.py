"""Run a program independently of the caller: with its own home folder, and without variables that affect it."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from tests import in_process
from tests.conftest import PROGRAM
from tests.patience import HANG
from tools.binaries import binary

HELM_3, HELM_4 = "helm-3.19.0", "helm-4.2.3"
KUBECTL, KUSTOMIZE, OURS = "kubectl-1.37.1", "kustomize", "spk-macvlan"

FOREIGN = re.compile(r"(HELM|KUBE|KUSTOMIZE|ARGOCD|SPK_MACVLAN|PYTHON)\w*|XDG_\w+|\w+_PROXY", re.IGNORECASE)
SETTINGS = {"HELM_PLUGINS": os.devnull}


class Done(NamedTuple):
    """The result of a program."""

    program: str
    status: int
    stdout: bytes
    stderr: str = ""

    @property
    def failed(self) -> bool:
        return self.status != 0


def run(
    program: str,
    *words: str,
    cwd: Path,
    stdin: bytes = b"",
    path: tuple[str, ...] = (),
    variables: Mapping[str, str] | None = None,
) -> Done:
    """Run our program or a tool; `path` lists the tools that the program finds."""
    command = [PROGRAM if program == OURS else str(binary(program)), *words]
    env = _environment(cwd, path, variables or {})
    done = subprocess.run(command, cwd=cwd, env=env, input=stdin, capture_output=True, timeout=HANG, check=False)
    return Done(program, done.returncode, done.stdout, done.stderr.decode())


def called(*words: str, cwd: Path, stdin: bytes = b"") -> Done:
    """Call our command line in this process, with the same environment as a process of its own would have."""
    env = _environment(cwd, (), {})
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(cwd)
        for name in os.environ.keys() - env.keys():
            patch.delenv(name)
        for name, value in env.items():
            if os.environ.get(name) != value:
                patch.setenv(name, value)
        done = in_process.call(*words, input=stdin)
    return Done(OURS, done.returncode, done.stdout, done.stderr.decode())


def _environment(cwd: Path, path: tuple[str, ...], variables: Mapping[str, str]) -> dict[str, str]:
    mine = {name: value for name, value in os.environ.items() if not FOREIGN.fullmatch(name)}
    folders = [str(Path(PROGRAM).parent), *(str(binary(tool).parent) for tool in path), mine["PATH"]]
    return {**mine, **SETTINGS, "HOME": str(cwd), "PATH": os.pathsep.join(folders), **variables}


def required(done: Done) -> bytes:
    """Return the output of a program that must not fail."""
    assert not done.failed, done.stderr
    return done.stdout
