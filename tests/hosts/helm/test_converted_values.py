"""Test the verb `values`: rendering converted values gives the same objects as post-rendering the original values."""

from __future__ import annotations

import copy
import shutil
from pathlib import Path

import pytest

from tests.configs import HEAD
from tests.hosts.helm.objects import EXAMPLE, VERSIONS, Filter, Object, Run, is_network, is_tmm, objects, same

CONFIG = (
    HEAD
    + """\
spec:
  networks:
  - {name: net-a, master: ens1, namespace: lab}
  - {name: net-b, master: ens2, namespace: lab, interface: net7}
  tmm:
    env: {EXTRA: "1"}
    unsetEnv: [PAL_*]
    unsetResources: [intel.com/*]
    resources: {cpu: 1, hugepages-2Mi: 1572Mi, memory: 2Gi}
"""
)
CHART = Path(EXAMPLE)
SHAPES = sorted(str(path.relative_to(CHART)) for path in (*CHART.glob("eras/*"), *CHART.glob("switches/*")))
#: The file with the defaults for TMM; the parent chart shows none of these keys.
OWN = "charts/f5-tmm/values.yaml"


@pytest.mark.parametrize("file", [pytest.param("", id="the-chart-s-own"), *SHAPES])
@pytest.mark.parametrize("version", [VERSIONS[0], VERSIONS[-1]])
def test_both_ways_give_the_same_objects(run: Run, filtered: Filter, tmp_path: Path, version: str, file: str) -> None:
    config = _config(tmp_path, CONFIG)
    chart = tmp_path / "chart"
    shutil.copytree(EXAMPLE, chart)
    values = ["-f", str(chart / file)] if file else []
    before = _rendered(run, version, chart, values)
    for converted in filter(_sets_what_is_converted, (chart / OWN, *([chart / file] if file else []))):
        done = run("spk-macvlan", "--config", config, "values", "--in-place", str(converted))
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    after = _rendered(run, version, chart, values)
    assert after != before
    assert _alike(after) == _alike(filtered(before, "--config", config))


def test_an_mtu_reaches_tmm_and_the_controller(run: Run, tmp_path: Path) -> None:
    config = _config(tmp_path, CONFIG.replace('EXTRA: "1"', 'TMM_DEFAULT_MTU: "8000"'))
    done = run("spk-macvlan", "--config", config, "values", f"{EXAMPLE}/eras/values-2.1.yaml")
    (tmp_path / "values.yaml").write_text(done.stdout)
    rendered = _rendered(run, VERSIONS[-1], EXAMPLE, ["-f", str(tmp_path / "values.yaml")])
    assert done.stderr == ""
    assert rendered.count("- name: TMM_DEFAULT_MTU\n") == 2
    assert rendered.count('value: "8000"') == 2


def _sets_what_is_converted(values: Path) -> bool:
    """Report whether the file lists variables.

    A file without such a list stays unchanged, as a new list would replace the chart's list.
    """
    return "customEnvVars:" in values.read_text()


def _config(folder: Path, text: str) -> str:
    path = folder / "spk-macvlan.yaml"
    path.write_text(text)
    return str(path)


def _rendered(run: Run, version: str, chart: object, values: list[str]) -> str:
    done = run(version, "template", "rel", str(chart), *values, HELM_PLUGINS="")
    assert done.returncode == 0, done.stderr
    return done.stdout


def _alike(stream: str) -> str:
    """Return text to compare objects, without networks. If a variable is repeated, only its last entry counts."""
    return same(_with_last_variables(item) for item in objects(stream) if not is_network(item))


def _with_last_variables(item: Object) -> Object:
    if not is_tmm(item):
        return item
    item = copy.deepcopy(item)
    for container in item["spec"]["template"]["spec"]["containers"]:
        container["env"] = {entry["name"]: entry for entry in container.get("env", [])}
    return item
