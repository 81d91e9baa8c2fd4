"""Test the example for each caller: read it in the caller's own format, and run Helm as the caller would."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import hcl2
import pytest
import yaml

from postrender.cli import arguments
from tests.conftest import PROGRAM
from tests.patience import HANG
from tools.binaries import binary

ROOT = Path(__file__).parent.parent
CALLERS = ROOT / "examples/callers"
HELM_3, HELM_4 = ("helm-3.19.0",), ("helm-4.1.0", "helm-4.2.3", "helm-4.3.1")
NETWORKS = "default/macvlan-internal,default/macvlan-external"


class Call(NamedTuple):
    """The Helm release in a caller's file: the chart, the post-renderer and its arguments."""

    name: str
    chart: str
    post_renderer: str
    words: list[str]
    variables: Mapping[str, str]


def helmfile(file: Path) -> Call:
    (release,) = yaml.safe_load(file.read_text())["releases"]
    assert set(release) == {"name", "namespace", "chart", "postRenderer", "postRendererArgs"}
    return Call(release["name"], release["chart"], release["postRenderer"], release["postRendererArgs"], {})


def ansible(file: Path) -> Call:
    (play,) = yaml.safe_load(file.read_text())
    (task,) = play["tasks"]
    module = task["kubernetes.core.helm"]
    assert set(module) == {"name", "release_namespace", "chart_ref", "post_renderer"}
    return Call(module["name"], module["chart_ref"], module["post_renderer"], [], task["environment"])


def pulumi(file: Path) -> Call:
    program = yaml.safe_load(file.read_text())
    assert (program["runtime"], program["resources"]["spk"]["type"]) == ("yaml", "kubernetes:helm.sh/v4:Chart")
    properties = program["resources"]["spk"]["properties"]
    renderer = properties["postRenderer"]
    assert set(renderer) == {"command", "args"}
    return Call("spk", properties["chart"], renderer["command"], renderer["args"], {})


def terraform(file: Path) -> Call:
    release = _release(file)
    renderer = release["postrender"][0] if isinstance(release["postrender"], list) else release["postrender"]
    assert set(renderer) == {"binary_path", "args"}
    return Call(release["name"], release["chart"], renderer["binary_path"], renderer["args"], {})


def _module(file: Path) -> dict[str, Any]:
    plain = hcl2.SerializationOptions(strip_string_quotes=True, explicit_blocks=False)
    with file.open() as text:
        return dict(hcl2.load(text, serialization_options=plain))


def _release(file: Path) -> dict[str, Any]:
    (resource,) = _module(file)["resource"]
    return dict(resource["helm_release"]["spk"])


class Caller(NamedTuple):
    file: str
    read: Callable[[Path], Call]
    helms: tuple[str, ...]
    here: str  # how the file refers to its own folder


CASES = [
    Caller("helmfile.yaml", helmfile, HELM_3 + HELM_4, "."),
    Caller("playbook.yaml", ansible, HELM_3 + HELM_4, "{{ playbook_dir }}"),
    Caller("Pulumi.yaml", pulumi, HELM_3, "${pulumi.cwd}"),
    Caller("terraform-v2/main.tf", terraform, HELM_3, "${path.module}"),
    Caller("terraform-v3/main.tf", terraform, HELM_3, "${path.module}"),
]
every_caller = pytest.mark.parametrize("caller", CASES, ids=[it.file for it in CASES])


def call(caller: Caller) -> Call:
    """Return the Helm release in a caller's file, with its own folder filled in; no other placeholder may remain."""
    file = CALLERS / caller.file

    def filled(text: str) -> str:
        text = text.replace(caller.here, str(file.parent)) if caller.here != "." else text
        assert not set("{}$") & set(text)
        return text

    name, chart, renderer, words, variables = caller.read(file)
    return Call(name, filled(chart), renderer, list(map(filled, words)), {k: filled(v) for k, v in variables.items()})


def test_every_example_has_a_test() -> None:
    found = {path.relative_to(CALLERS).as_posix() for path in CALLERS.rglob("*") if path.is_file()}
    assert found == {caller.file for caller in CASES}


@every_caller
def test_the_words_are_those_of_a_render(caller: Caller) -> None:
    assert arguments.parse(call(caller).words).verb == "render"


@pytest.mark.hosts
@pytest.mark.parametrize(
    ("caller", "helm"),
    [pytest.param(caller, helm, id=f"{caller.file}-{helm}") for caller in CASES for helm in caller.helms],
)
def test_helm_converts_as_the_example_says(
    environment: dict[str, str], tmp_path: Path, caller: Caller, helm: str
) -> None:
    said = call(caller)
    path = os.pathsep.join([str(Path(PROGRAM).parent), environment["PATH"]])
    helms = {"HELM_DATA_HOME": str(tmp_path), "HELM_PLUGINS": str(tmp_path / "plugins")}
    mine = {**environment, **helms, "PATH": path, **said.variables}
    if helm in HELM_4:
        install_plugin(helm, mine)
    command = [str(binary(helm)), "template", said.name, said.chart, "--post-renderer", said.post_renderer]
    command += [f"--post-renderer-args={word}" for word in said.words]
    # All of these callers run Helm in the folder of the file.
    folder = (CALLERS / caller.file).parent
    done = subprocess.run(command, cwd=folder, env=mine, capture_output=True, text=True, timeout=HANG, check=True)
    assert NETWORKS in done.stdout


def install_plugin(helm: str, variables: Mapping[str, str]) -> None:
    shipped = subprocess.check_output([PROGRAM, "helm-plugin"], env=variables, text=True).strip()
    installing = [str(binary(helm)), "plugin", "install", shipped]
    subprocess.run(installing, env=variables, capture_output=True, timeout=HANG, check=True)


@pytest.mark.parametrize(
    ("file", "versions", "shape"),
    [
        pytest.param("terraform-v2/main.tf", ">= 2.6, < 3.0", list, id="a-block-up-to-2"),
        pytest.param("terraform-v3/main.tf", "~> 3.0", dict, id="an-attribute-from-3-on"),
    ],
)
def test_terraform_gets_the_shape_of_its_provider(file: str, versions: str, shape: type) -> None:
    (settings,) = _module(CALLERS / file)["terraform"]
    (providers,) = settings["required_providers"]
    assert providers["helm"] == {"source": "hashicorp/helm", "version": versions}
    assert type(_release(CALLERS / file)["postrender"]) is shape
