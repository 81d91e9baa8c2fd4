"""Helpers of the kustomize and Flux tests: the rendered example chart, builds, and objects as Go reads them."""

from __future__ import annotations

import functools
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests import in_process
from tests.configs import TMM_NAME
from tests.conftest import PROGRAM
from tests.hosts.helm.objects import CONFIG, EXAMPLE, HELM_3, Done, Object
from tests.patience import HANG
from tools.binaries import binary

ROOT = Path(__file__).parents[3]
KUSTOMIZE, KUBECTL = "kustomize", "kubectl-1.37.1"
BUILD = {KUSTOMIZE: "build", KUBECTL: "kustomize"}
every_builder = pytest.mark.parametrize("builder", [KUSTOMIZE, KUBECTL])

WITH_PLUGINS = "--enable-alpha-plugins"
WITH_FUNCTIONS = (WITH_PLUGINS, "--enable-exec")

#: kustomize refuses maps that repeat a key, such as the one in the container blobd.
BUILDABLE = "--set=f5-tmm.blobd.enabled=false"
VALUES = {
    "chart-defaults": (),
    **{file.stem: (f"--values={file}",) for folder in ("eras", "switches") for file in Path(EXAMPLE, folder).iterdir()},
}
all_values = pytest.mark.parametrize("values", [pytest.param(VALUES[it], id=it) for it in sorted(VALUES)])

SENTINEL = {"apiVersion": "spk-macvlan.invalid/v1", "kind": "SpkMacvlanDidNotRun", "metadata": {"name": "sentinel"}}

_FOREIGN = re.compile(r"(HELM|KUBE|KUSTOMIZE|XDG|SPK_MACVLAN|PYTHON)\w*|\w+_PROXY", re.IGNORECASE)


def run(program: str | Path, *words: str, cwd: Path = ROOT, stdin: str = "", **variables: str) -> Done:
    """Run a program with ours first on its PATH, and keep the line breaks of its output."""
    mine = {name: value for name, value in os.environ.items() if not _FOREIGN.fullmatch(name)}
    env = {**mine, "PATH": os.pathsep.join([str(Path(PROGRAM).parent), mine["PATH"]]), **variables}
    command = [str(program), *words]
    settings: dict[str, Any] = {"cwd": cwd, "env": env, "capture_output": True, "timeout": HANG}
    done = subprocess.run(command, input=stdin.encode(), check=False, **settings)
    return Done(command, done.returncode, done.stdout.decode(), done.stderr.decode())


def output(done: Done) -> str:
    assert done.returncode == 0, done.stderr
    return done.stdout


@functools.cache
def rendered(*words: str, chart: str = EXAMPLE) -> str:
    """Return the output of `helm template spk CHART …`."""
    return output(run(binary(HELM_3), "template", "spk", chart, *words))


@functools.cache
def filtered(stream: str, config: str = CONFIG) -> str:
    """Return a stream after the filter."""
    return output(called("--config", config, stdin=stream))


def compiled(stream: str, *words: str, config: str | Path = CONFIG) -> Done:
    return called("compile", "--config", str(config), *words, stdin=stream)


def called(*words: str, stdin: str) -> Done:
    """Call our command line in this process; the command must not need a variable or a folder."""
    done = in_process.call(*words, input=stdin.encode())
    return Done(words, done.returncode, done.stdout.decode(), done.stderr.decode())


def build(builder: str, folder: Path, *flags: str, cwd: Path = ROOT, **variables: str) -> Done:
    return run(binary(builder), BUILD[builder], str(folder), *flags, cwd=cwd, **variables)


def written(folder: Path, files: Mapping[str, str | Object]) -> Path:
    """Write files to a folder, and return the folder. An object is written as JSON, which is also YAML."""
    for name, content in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(
            content if isinstance(content, str) else json.dumps(content, indent=1, ensure_ascii=False), encoding="utf-8"
        )
    return folder


def kustomization(**fields: Any) -> Object:
    return {"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization", **fields}


def config_with(folder: Path, **spec: Any) -> Path:
    """Write the example config with other fields in `spec`, and return its path."""
    config = yaml.load(Path(CONFIG).read_text(encoding="utf-8"), yaml.CSafeLoader)
    config["spec"] |= spec
    return written(folder, {"config.yaml": config}) / "config.yaml"


def copied(name: str, folder: Path) -> Path:
    """Copy a folder of the project."""
    return Path(shutil.copytree(ROOT / name, folder / Path(name).name))


@functools.cache
def decoded(stream: str) -> tuple[Object, ...]:
    """Return the objects of a stream as kubectl decodes them; Kubernetes' own programs read YAML in the same way."""
    done = run(binary(KUBECTL), "annotate", "--local", "--filename=-", "--output=json", "checked=yes", stdin=stream)
    return tuple(_values(output(done)))


def _values(text: str) -> Iterable[Object]:
    at, decoder = 0, json.JSONDecoder()
    while at < len(text.rstrip()):
        value, at = decoder.raw_decode(text, at)
        at += len(text[at:]) - len(text[at:].lstrip())
        yield value


def same(stream: str) -> str:
    """Return text that is equal for streams with equal objects in any order."""
    return "\n".join(sorted(json.dumps(item, indent=1, sort_keys=True) for item in decoded(stream)))


def objects_of(kind: str, stream: str) -> list[Object]:
    return [item for item in decoded(stream) if item["kind"] == kind]


def tmm_of(stream: str) -> Object:
    (tmm,) = (
        it for it in decoded(stream) if it["kind"] in ("Deployment", "DaemonSet") and it["metadata"]["name"] == TMM_NAME
    )
    return tmm
