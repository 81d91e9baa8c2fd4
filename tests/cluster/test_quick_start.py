"""Follow the README's quick start exactly, with each Helm: it must end with a converted TMM."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.cluster.conftest import EXAMPLE, Release
from tests.cluster.outcomes import ANNOTATION, template
from tests.configs import TMM_NAME
from tests.docs import Block, blocks, steps
from tools.binaries import binary

COMMANDS = [it for it in blocks("README.md") if it.heading == "Quick start" and it.language == "sh"]
*LOOKS, INSTALLATION = (it for it in COMMANDS if not it.text.startswith("make "))
NAMESPACE = "spk-ingress"  #: the README names this namespace, and Helm creates it


def installs(block: Block) -> dict[str, str]:
    """Return the commands that install the chart, by Helm version."""
    return {step.title: step.script for step in steps(block) if "helm install" in step.script}


@pytest.fixture
def shell(release: Release, tmp_path: Path) -> Iterator[dict[str, str]]:
    """Yield a reader's environment: this Helm on the PATH, no config, and only the plugins that the page installs."""
    (tmp_path / "spk-macvlan.yaml").unlink()
    kept = {name: it for name, it in release.environment.items() if name not in ("SPK_MACVLAN_CONFIG", "HELM_PLUGINS")}
    yield {**kept, "PATH": f"{binary(release.helm).parent}:{kept['PATH']}"}
    release._replace(namespace=NAMESPACE).run("uninstall", "spk", "--no-hooks")
    release.plane.kubectl("delete", "namespace", NAMESPACE, "--ignore-not-found")


def run(script: str, shell: dict[str, str], folder: Path) -> CompletedProcess[str]:
    command = ["bash", "-euo", "pipefail", "-c", re.sub(r"\b(CHART|examples/spk)\b", str(EXAMPLE), script)]
    return subprocess.run(command, check=False, cwd=folder, env=shell, capture_output=True, text=True)


def test_the_quick_start_ends_with_a_converted_release(release: Release, shell: dict[str, str], tmp_path: Path) -> None:
    looked = [run(block.text, shell, tmp_path) for block in LOOKS]
    assert [it.returncode for it in looked] == [0, 0, 1], looked  # 1: `diff` found differences
    assert "0 errors, 0 warnings, " in looked[1].stdout

    major = "Helm 3" if release.helm.startswith("helm-3") else "Helm 4"
    flags = " ".join(("--no-hooks", *release.flags))  # hooks wait for pods, and no pod runs here
    done = run(re.sub(r"(helm install .*)", rf"\1 {flags}", installs(INSTALLATION)[major]), shell, tmp_path)
    assert done.returncode == 0, done.stderr
    tmm = release.plane.get("deployment", TMM_NAME, "--namespace", NAMESPACE)
    attached = template(tmm)["metadata"]["annotations"][ANNOTATION]
    assert attached == "default/macvlan-external,default/macvlan-internal"
    names = [entry["name"] for entry in template(tmm)["spec"]["containers"][0]["env"]]
    assert names.count("TMM_MAPRES_DELAY_MS") == 1
    assert names.count("TMM_MAPRES_ADDL_VETHS_ON_DP") == 1
    for name in attached.split(","):
        release.plane.get("network-attachment-definitions", name.removeprefix("default/"), "--namespace", "default")
