"""The demonstration of `make demo`: real Helm 3 and Helm 4 render the example chart through spk-macvlan."""

from __future__ import annotations

import difflib
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml

from postrender import __version__, config, conversion
from postrender.report import formats as report
from tools.binaries import binary

CHART = "examples/spk"
CONFIG = "examples/spk-macvlan.yaml"
HELM_3 = ("3.19.0",)
HELM_4 = ("4.1.0", "4.2.3", "4.3.1")
RENDER = ("template", "rel", CHART)
POST_RENDERER = ("--post-renderer", "spk-macvlan", f"--post-renderer-args=--config={CONFIG}")


def main() -> int:
    """Render the chart with every Helm version, and print the changes and their reasons; fail if the outputs differ."""
    print(f"spk-macvlan {__version__} converts the chart {CHART} with the config {CONFIG}.")
    print("For labs: F5 does not support SPK on macvlan in production.\n")
    with tempfile.TemporaryDirectory() as home:
        environment = _environment(home)
        _run(["spk-macvlan", "helm-plugin", f"{home}/plugins"], environment)
        plain = _helm(HELM_3[0], [*RENDER], environment)
        objects = {version: _objects(_shown(version, f"{home}/plugins", environment)) for version in (*HELM_3, *HELM_4)}
    _explain(plain)
    first, *others = objects.values()
    if any(other != first for other in others):
        raise SystemExit("demo: the Helm versions give different objects")
    print(f"Helm {', '.join(objects)}: all gave the same {len(first)} objects.")
    return 0


def _environment(home: str) -> dict[str, str]:
    """Return an environment in which Helm uses none of the user's files."""
    homes = {f"HELM_{name}_HOME": f"{home}/{name.lower()}" for name in ("CACHE", "CONFIG", "DATA")}
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", "")))
    return {**os.environ, **homes, "HELM_PLUGINS": f"{home}/none", "KUBECONFIG": f"{home}/none", "PATH": path}


def _shown(version: str, plugin_folder: str, environment: dict[str, str]) -> bytes:
    """Render through the post-renderer and print the command: Helm 3 needs an executable, Helm 4 a plugin's name."""
    command = [*RENDER, *POST_RENDERER]
    plugins = {} if version in HELM_3 else {"HELM_PLUGINS": plugin_folder}
    print(f"Helm {version}: {'HELM_PLUGINS=… ' if plugins else ''}helm {shlex.join(command)}")
    return _helm(version, command, {**environment, **plugins})


def _helm(version: str, command: list[str], environment: dict[str, str]) -> bytes:
    return _run([str(binary(f"helm-{version}")), *command], environment)


def _run(command: list[str], environment: dict[str, str]) -> bytes:
    program = shutil.which(command[0], path=environment["PATH"]) or command[0]
    done = subprocess.run([program, *command[1:]], env=environment, stdout=subprocess.PIPE, check=False)
    if done.returncode:
        raise SystemExit(f"demo: {shlex.join(command)} failed with status {done.returncode}")
    return done.stdout


def _objects(stream: bytes) -> list[object]:
    """Return the objects of a stream in a fixed order, because Helm 3 and 4 sort them differently."""
    found = [document for document in yaml.load_all(stream, Loader=yaml.CSafeLoader) if document]
    return sorted(found, key=repr)


def _explain(plain: bytes) -> None:
    """Print the changes of the conversion in the rendered chart, and their reasons."""
    settings = config.load(CONFIG)
    converted = conversion.convert(plain, settings)
    gone, new = _line_counts(plain.decode(), converted.output.decode())
    total = len(plain.splitlines())
    print(f"\n{converted.rendered}: {gone} of {total} lines removed, {new} added, the rest unchanged.")
    for line, reason in report.summary(converted):
        print(f"  {line}\n      {reason}")
    if conversion.convert(converted.output, settings).output != converted.output:
        raise SystemExit("demo: a second run changed something")
    print("\nRun again on its own output, spk-macvlan changes no byte.")


def _line_counts(before: str, after: str) -> tuple[int, int]:
    diff = [line[:1] for line in difflib.ndiff(before.splitlines(), after.splitlines())]
    return diff.count("-"), diff.count("+")


if __name__ == "__main__":
    raise SystemExit(main())
