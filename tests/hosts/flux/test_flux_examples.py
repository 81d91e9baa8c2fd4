"""Test examples/flux: generated files are up to date, the pipelines run, and Flux applies the filter's output."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import PROGRAM
from tests.hosts.flux.releases import networks, post_rendered, release_of
from tests.hosts.helm.objects import CONFIG, EXAMPLE, EXAMPLES, HELM_3, Done, Object
from tests.hosts.kustomize.builds import (
    KUBECTL,
    build,
    compiled,
    decoded,
    filtered,
    kustomization,
    objects_of,
    output,
    rendered,
    run,
    same,
    written,
)
from tools.binaries import binary

pytestmark = pytest.mark.hosts

COMPILED = EXAMPLES / "flux" / "compiled"
RENDERED = EXAMPLES / "flux" / "rendered"


def text(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def load(file: Path) -> Any:
    return yaml.load(text(file), yaml.CSafeLoader)


# Tests of compiled patches.


@pytest.fixture
def chart(tmp_path: Path) -> str:
    """Return the chart as the HelmRelease renders it."""
    spec = load(COMPILED / "helmrelease.yaml")["spec"]
    values = written(tmp_path, {"values.yaml": spec["values"]}) / "values.yaml"
    assert spec["releaseName"] == "spk"
    return rendered(f"--namespace={spec['targetNamespace']}", f"--values={values}", "--no-hooks")


REMEDY = "run the commands at the top of examples/flux/compiled/helmrelease.yaml"


def test_the_compiled_files_are_what_compile_prints(chart: str) -> None:
    file = str(COMPILED / "helmrelease.yaml")
    words = ("--format", "flux", "--only", "release", "--helm-release", file)
    assert text(COMPILED / "networks.yaml") == networks(chart), REMEDY
    assert text(COMPILED / "helmrelease-compiled.yaml") == output(compiled(chart, *words)), REMEDY


def test_the_release_is_for_the_example_chart() -> None:
    spec = load(COMPILED / "helmrelease.yaml")["spec"]["chart"]["spec"]
    about = load(Path(EXAMPLE) / "Chart.yaml")
    assert (spec["chart"], spec["version"]) == (about["name"], about["version"])


def test_the_compiled_release_gives_the_objects_of_the_filter(chart: str, tmp_path: Path) -> None:
    helm_release = release_of(text(COMPILED / "helmrelease-compiled.yaml"))
    applied = [text(COMPILED / "networks.yaml"), post_rendered(tmp_path, chart, helm_release)]
    assert same("---\n".join(applied)) == same(filtered(chart))


# Tests of rendered manifests.


def github_scripts() -> list[str]:
    workflow = load(RENDERED / "github-actions.yaml")
    assert workflow["defaults"]["run"]["shell"] == "bash"
    steps = workflow["jobs"]["manifests"]["steps"]
    names = [step["name"] for step in steps if "run" in step]
    assert names == ["Install", "Render", "Convert", "Check", "Show", "Push"]
    return [step["run"] for step in steps if "run" in step and step["name"] != "Install"]


def gitlab_scripts() -> list[str]:
    pipeline = load(RENDERED / "gitlab-ci.yml")
    return ["\n".join(pipeline[stage]["script"]) for stage in pipeline["stages"]]


PIPELINES = {"github": github_scripts, "gitlab": gitlab_scripts}
every_pipeline = pytest.mark.parametrize("pipeline", PIPELINES)

VARIABLES = {
    "CHART": EXAMPLE,
    "CHART_VERSION": "0.1.0",
    "ARTIFACT": "oci://registry.example.com/spk/manifests",
    "GITHUB_SHA": "0123",
    "GITHUB_REF_NAME": "main",
    "GITHUB_SERVER_URL": "https://git.example.com",
    "GITHUB_REPOSITORY": "lab/spk",
    "CI_COMMIT_SHA": "0123",
    "CI_COMMIT_BRANCH": "main",
    "CI_PROJECT_URL": "https://git.example.com/lab/spk",
}
FLUX = '#!/bin/sh\nprintf "%s\\n" "$*" >> "$PUSHED"\n'


def checkout(folder: Path, config: str) -> Path:
    values = {"f5-tmm": {"blobd": {"enabled": False}}}
    written(folder, {"bin/flux": FLUX, "app/values.yaml": values, "app/spk-macvlan.yaml": config})
    (folder / "bin" / "flux").chmod(0o755)
    return folder / "app"


def run_scripts(pipeline: str, app: Path) -> list[Done]:
    """Run the pipeline until a script fails; a stand-in for flux records its arguments."""
    programs = [str(app.parent / "bin"), str(binary(HELM_3).parent), str(Path(PROGRAM).parent)]
    notes = {"PUSHED": str(app / "pushed.txt"), "GITHUB_STEP_SUMMARY": str(app / "diff.md")}
    path = {"PATH": os.pathsep.join([*programs, os.environ["PATH"]])}
    finished: list[Done] = []
    for script in PIPELINES[pipeline]():
        words = ("--noprofile", "--norc", "-eo", "pipefail", "-c", script)
        finished.append(run("bash", *words, cwd=app, **VARIABLES, **notes, **path))
        if finished[-1].returncode:
            break
    return finished


@every_pipeline
def test_a_pipeline_pushes_what_the_filter_makes(tmp_path: Path, pipeline: str) -> None:
    app = checkout(tmp_path, text(Path(CONFIG)))
    for done in run_scripts(pipeline, app):
        assert done.returncode == 0, done.stderr
    stream = rendered("--namespace=spk-ingress", "--set=f5-tmm.blobd.enabled=false", "--include-crds", "--no-hooks")
    assert text(app / "out" / "release" / "spk.yaml") == filtered(stream)
    assert text(app / "out" / "networks" / "networks.yaml") == networks(stream)
    assert "TMM_MAPRES_ADDL_VETHS_ON_DP" in text(app / "diff.md")
    push, tag = text(app / "pushed.txt").splitlines()
    assert push.startswith("push artifact oci://registry.example.com/spk/manifests:0123 --path=out ")
    assert push.endswith(" --source=https://git.example.com/lab/spk --revision=main@sha1:0123")
    assert tag == "tag artifact oci://registry.example.com/spk/manifests:0123 --tag=latest"


@every_pipeline
@pytest.mark.parametrize(
    ("config", "said"),
    [
        (text(Path(CONFIG)).replace("mode: bridge", "mode: bridge\n    mtu: 1400"), "[mtu]"),
        (text(Path(CONFIG)).replace("master:", "mastre:"), "mastre"),
    ],
    ids=["a-finding", "a-bad-config"],
)
def test_a_pipeline_pushes_nothing_where_something_is_wrong(
    tmp_path: Path, pipeline: str, config: str, said: str
) -> None:
    app = checkout(tmp_path, config)
    last = run_scripts(pipeline, app)[-1]
    assert last.returncode
    assert said.strip("[]") in last.stdout + last.stderr
    assert not (app / "pushed.txt").exists()


# Tests of the Kustomizations.


@pytest.fixture
def artifact(tmp_path: Path) -> Path:
    """Return a folder with the files that the pipelines push."""
    stream = rendered("--namespace=spk-ingress", "--set=f5-tmm.blobd.enabled=false", "--include-crds", "--no-hooks")
    files = {"networks/networks.yaml": networks(stream), "release/spk.yaml": filtered(stream)}
    return written(tmp_path / "out", files)


def kustomizations() -> dict[str, Object]:
    found = yaml.load_all(text(RENDERED / "kustomizations.yaml"), yaml.CSafeLoader)
    return {item["metadata"]["name"]: item["spec"] for item in found}


def applied(artifact: Path, name: str) -> str:
    """Build as kustomize-controller does: all files below the path, and the patches of the spec."""
    spec = kustomizations()[name]
    folder = artifact / spec["path"]
    resources = [file.name for file in folder.glob("*.yaml")]
    written(folder, {"kustomization.yaml": kustomization(resources=resources, patches=spec.get("patches", []))})
    return output(build(KUBECTL, folder))


def test_both_together_apply_what_the_filter_makes(artifact: Path) -> None:
    expected = same(text(artifact / "release" / "spk.yaml"))
    assert same("---\n".join(applied(artifact, name) for name in kustomizations())) == expected


def test_no_object_belongs_to_both(artifact: Path) -> None:
    first, second = (applied(artifact, name) for name in kustomizations())
    assert {item["kind"] for item in decoded(first)} == {"NetworkAttachmentDefinition"}
    assert objects_of("NetworkAttachmentDefinition", second) == []
    assert objects_of("Deployment", second)


def test_the_networks_are_there_before_the_release() -> None:
    both = kustomizations()
    assert list(both) == ["spk-networks", "spk"]
    assert both["spk-networks"]["wait"] is True
    assert both["spk"]["dependsOn"] == [{"name": "spk-networks"}]


def test_both_take_the_artifact_that_the_pipelines_push() -> None:
    source = load(RENDERED / "ocirepository.yaml")
    for spec in kustomizations().values():
        assert spec["sourceRef"] == {"kind": source["kind"], "name": source["metadata"]["name"]}
    for file in ("github-actions.yaml", "gitlab-ci.yml"):
        assert f"ARTIFACT: {source['spec']['url']}\n" in text(RENDERED / file)
