"""Test that a call leaves no folder behind, whenever SIGTERM arrives."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.patience import HANG
from tools.binaries import binary

#: SIGTERM arrives while the folder is being removed.
CODE = """
import shutil
import signal
import sys
from postrender.hosts import rendering
from postrender.hosts.checkout import Checkout
from postrender.limits import DEFAULTS

remove, calls = shutil.rmtree, []

def interrupted(folder, **how):
    calls.append(folder)
    print(len(calls), flush=True)
    if len(calls) == 1:
        signal.raise_signal(signal.SIGTERM)
    remove(folder, **how)

shutil.rmtree = interrupted
rendering.kustomize(Checkout(sys.argv[1], "", DEFAULTS), lambda: None)
"""


@pytest.mark.hosts
def test_a_signal_while_the_folder_is_removed_leaves_nothing(tmp_path: Path, environment: dict[str, str]) -> None:
    temporary, app = tmp_path / "tmp", tmp_path / "app"
    for folder in (temporary, app):
        folder.mkdir()
    (app / "kustomization.yaml").write_text("resources: []\n")
    variables = {**environment, "PATH": str(binary("kustomize").parent), "TMPDIR": str(temporary)}
    command = [sys.executable, "-c", CODE, str(app)]
    done = subprocess.run(command, env=variables, capture_output=True, timeout=HANG, check=False)
    assert (done.returncode, done.stdout) == (-signal.SIGTERM, b"1\n2\n"), done.stderr
    assert [*temporary.iterdir()] == []
