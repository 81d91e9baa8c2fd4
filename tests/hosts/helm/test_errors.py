"""Test what a Helm user sees after an error: our message, exit status 1, and nothing rendered or changed."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.configs import HEAD
from tests.hosts.helm.apiserver import Cluster
from tests.hosts.helm.objects import (
    CHARTS,
    CONVERTED,
    EXAMPLE,
    HELM_3,
    NETWORKS,
    NETWORKS_FILE,
    POST_RENDERED,
    TMM,
    ChartWith,
    Object,
    Refusal,
    Run,
    Template,
    comparable,
    every_helm,
    helm_4,
    objects,
)

pytestmark = pytest.mark.hosts

SMALL = str(CHARTS / "life")
NOTHING = str(CHARTS / "nothing")
LAB = (
    HEAD
    + """\
spec:
  networks:
  - name: macvlan-internal
    master: ens224
    namespace: default
  - name: macvlan-external
    master: ens256
    namespace: default
"""
)
OTHER = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: beside\n"
FOREIGN_NETWORK = """\
apiVersion: k8s.cni.cncf.io/v1
kind: NetworkAttachmentDefinition
metadata:
  name: macvlan-internal
  namespace: default
spec:
  config: '{"cniVersion": "0.3.1", "type": "bridge"}'
"""
FOREIGN_SENTENCE = """\
the stream already defines macvlan-internal, with a different CNI config: type is "bridge" there"""
NO_TARGET = "no Deployment or DaemonSet f5-tmm in the stream, and no CNEInstance, but there is Deployment "
EMPTY_INPUT = (
    "no manifests on standard input; check if the chart renders nothing, the command before the pipe failed,"
    " or Helm 3 ran with --output-dir"
)
ALLOW_NO_TARGET = "--post-renderer-args=--allow-no-target"


class Wrong(NamedTuple):
    """A mistake in the config (or in the chart's TMM), and the expected exit status and message."""

    text: str
    status: int
    sentence: str


CONFIGS = {
    "unknown-key": Wrong(
        LAB.replace("networks:", "netwroks:"), 2, "4:3: spec.netwroks: unknown field; did you mean networks?"
    ),
    "empty": Wrong("", 2, " the config is empty; write one with `spk-macvlan init`"),
    "number-for-a-name": Wrong(
        LAB.replace("ens224", "224"), 2, '6:13: spec.networks[0].master: must be a string; quote it: "224"'
    ),
    "not-ascii": Wrong(
        f"{LAB}    mode: brücke\n",
        2,
        "11:11: spec.networks[1].mode: must be bridge or private or vepa or passthru, not brücke",
    ),
}


@every_helm
@pytest.mark.parametrize("wrong", [pytest.param(wrong, id=name) for name, wrong in CONFIGS.items()])
def test_a_wrong_config_is_named(refusal: Refusal, tmp_path: Path, version: str, wrong: Wrong) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(wrong.text)
    said = refusal(version, EXAMPLE, *POST_RENDERED, f"--post-renderer-args=--config={config}")
    assert_said(said, version, wrong.status, f"{config}:{wrong.sentence}")


@every_helm
def test_a_config_that_is_not_there_is_named(refusal: Refusal, tmp_path: Path, version: str) -> None:
    config = tmp_path / 'Größe "x" # y.yaml'
    said = refusal(version, EXAMPLE, *POST_RENDERED, f"--post-renderer-args=--config={config}")
    sentence = "cannot read the config: No such file or directory; write one with `spk-macvlan init`"
    assert_said(said, version, 2, f"{config}: {sentence}")


@every_helm
def test_no_config_at_all_is_said(refusal: Refusal, version: str) -> None:
    sentence = "no config found; use --config FILE or $SPK_MACVLAN_CONFIG, or write spk-macvlan.yaml here with"
    said = refusal(version, EXAMPLE, *POST_RENDERED)
    assert_said(said, version, 2, f"{sentence} `spk-macvlan init > spk-macvlan.yaml`")


@every_helm
def test_an_unknown_argument_is_named(refusal: Refusal, version: str) -> None:
    said = refusal(version, EXAMPLE, *POST_RENDERED, "--post-renderer-args=--confg=lab.yaml")
    assert_said(said, version, 2, "unknown option --confg; did you mean --config?; see `spk-macvlan --help`")


TWO_TMMS = "---\n".join(
    TMM.replace("name: f5-tmm\nspec:", f"name: f5-tmm\n  namespace: lab-{it}\nspec:") for it in "ab"
)
CHART_ERRORS = {
    "no-tmm": Wrong(OTHER, 4, NO_TARGET.partition(", but")[0]),
    "tmm-of-another-name": Wrong(TMM.replace("name: f5-tmm", "name: f5-ingress"), 4, NO_TARGET),
    "two-tmms": Wrong(TWO_TMMS, 3, "2 TMM workloads: Deployment lab-a/f5-tmm at line "),
    "network-of-another-type": Wrong(f"{FOREIGN_NETWORK}---\n{TMM}", 3, FOREIGN_SENTENCE),
    "half-a-page": Wrong(
        TMM.replace("hugepages-2Mi: 3Gi", "hugepages-2Mi: 1.5Gi"),
        3,
        "hugepages-2Mi is 1.5Gi, but must be a whole number of 2Mi pages, in Mi or Gi; set it in spec.tmm.resources",
    ),
}


@every_helm
@pytest.mark.parametrize("wrong", [pytest.param(wrong, id=name) for name, wrong in CHART_ERRORS.items()])
def test_what_is_wrong_with_a_chart_is_said(
    refusal: Refusal, chart_with: ChartWith, tmp_path: Path, version: str, wrong: Wrong
) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(LAB)
    said = refusal(version, chart_with(wrong.text), *POST_RENDERED, f"--post-renderer-args=--config={config}")
    assert_said(said, version, wrong.status, wrong.sentence)


@every_helm
def test_the_namespace_of_the_config_decides_between_two(
    template: Template, chart_with: ChartWith, tmp_path: Path, version: str
) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(f"{LAB}  tmm:\n    namespace: lab-b\n")
    rendered = template(version, chart_with(TWO_TMMS), *POST_RENDERED, f"--post-renderer-args=--config={config}")
    deployments = [it for it in objects(rendered) if it["kind"] == "Deployment"]
    assert [on_macvlan(it) for it in deployments] == [("lab-a", False), ("lab-b", True)]


def on_macvlan(found: Object) -> tuple[str, bool]:
    networks = found["spec"]["template"]["metadata"]["annotations"]["k8s.v1.cni.cncf.io/networks"]
    return found["metadata"]["namespace"], networks == NETWORKS


@every_helm
def test_values_that_leave_no_tmm_are_an_error(refusal: Refusal, version: str) -> None:
    assert_said(refusal(version, EXAMPLE, *CONVERTED, "--set=f5-tmm.tmm.name=other"), version, 4, NO_TARGET)


@every_helm
def test_a_chart_that_renders_nothing_is_an_error(refusal: Refusal, version: str) -> None:
    assert_said(refusal(version, NOTHING, *CONVERTED), version, 4, EMPTY_INPUT)


def assert_said(said: str, version: str, status: int, sentence: str) -> None:
    """Require our message on one line of Helm's error. Helm 3 also names the exit status; Helm 4 does not."""
    (line,) = (line.strip() for line in said.splitlines() if line.strip().startswith("spk-macvlan: "))
    assert sentence in line
    assert (f": exit status {status}\n" in said) == (version == HELM_3)


# Tests of other commands than `helm template`.


@helm_4
@pytest.mark.usefixtures("helm_4_plugin")
def test_a_dry_run_of_install_shows_the_error(run: Run, version: str) -> None:
    done = run(version, "install", "rel", EXAMPLE, *POST_RENDERED, "--dry-run=client")
    assert (done.returncode, done.stdout) == (1, "")
    assert_said(done.stderr, version, 2, "no config found; use --config FILE")


@every_helm
@pytest.mark.parametrize("verb", ["install", "upgrade"])
@pytest.mark.usefixtures("helm_4_plugin")
def test_a_release_that_fails_changes_nothing_in_the_cluster(
    run: Run, cluster: Cluster, version: str, verb: str
) -> None:
    if verb == "upgrade":
        assert run(version, "install", "rel", SMALL).returncode == 0
    before = copy.deepcopy(cluster.objects)
    done = run(version, verb, "rel", SMALL, *POST_RENDERED, "--set=image=tmm-img:v2")
    assert_said(done.stderr, version, 2, "no config found; use --config FILE")
    assert (done.returncode, cluster.objects) == (1, before)


def test_helm_3_sends_nothing_with_output_dir_and_the_user_is_told(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    done = run(HELM_3, "template", "rel", EXAMPLE, *CONVERTED, f"--output-dir={folder}")
    assert done.returncode == 1
    assert_said(done.stderr, HELM_3, 4, EMPTY_INPUT)
    assert not (folder / NETWORKS_FILE).exists()


# Tests of --allow-no-target.


PASSED = {
    "example-without-tmm": (EXAMPLE, "--set=f5-tmm.tmm.name=other"),
    "example-without-tmm-and-hooks": (EXAMPLE, "--set=f5-tmm.tmm.name=other", "--no-hooks"),
    "tmm-is-a-hook": (str(CHARTS / "hook"),),
    "nothing-rendered": (NOTHING,),
}

passed = pytest.mark.parametrize("words", [pytest.param(words, id=name) for name, words in PASSED.items()])


@passed
@every_helm
def test_a_chart_without_tmm_passes_where_that_is_allowed(
    template: Template, version: str, words: tuple[str, ...]
) -> None:
    allowed = template(version, *words, *CONVERTED, ALLOW_NO_TARGET)
    assert comparable(allowed) == comparable(template(version, *words))


def test_in_helm_3_it_passes_byte_for_byte(template: Template) -> None:
    words = (EXAMPLE, "--set=f5-tmm.tmm.name=other")
    assert template(HELM_3, *words, *CONVERTED, ALLOW_NO_TARGET) == template(HELM_3, *words)


@every_helm
def test_a_chart_with_tmm_is_converted_all_the_same(template: Template, version: str) -> None:
    assert template(version, EXAMPLE, *CONVERTED, ALLOW_NO_TARGET) == template(version, EXAMPLE, *CONVERTED)


@every_helm
def test_what_else_is_wrong_is_not_allowed(refusal: Refusal, chart_with: ChartWith, version: str) -> None:
    chart = chart_with(CHART_ERRORS["two-tmms"].text)
    assert_said(refusal(version, chart, *CONVERTED, ALLOW_NO_TARGET), version, 3, "2 TMM workloads: ")
