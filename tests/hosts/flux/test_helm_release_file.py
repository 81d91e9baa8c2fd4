"""Test `--helm-release FILE`, which writes the conversion into the user's own HelmRelease."""

from __future__ import annotations

import difflib
import json
import re
from pathlib import Path

import pytest
import yaml

from tests.hosts.flux.releases import SENT, SUBSTITUTE, TO_FLUX, post_rendered, release, release_of
from tests.hosts.helm.objects import CONFIG, Done, Object
from tests.hosts.kustomize.builds import compiled, config_with, filtered, output, rendered, tmm_of, written

pytestmark = pytest.mark.hosts

# A user's file, with comments, odd spacing, quotes and the user's own variables.
USERS = """\
# of the user
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease   # too
metadata:
    name:   "spk"
spec:
    interval: 10m

    targetNamespace: ${namespace}
    values:   # "as" 'they' are
        on: yes
        text: |
            kept
"""
RENDERERS = """\
    postRenderers:
    # the user's own
    - kustomize:
        patches:
        - patch: |
            - {op: add, path: /metadata/labels/users, value: "own"}
          target: {kind: Deployment}
"""


def edit(file: Path, *words: str, stream: str | None = None, config: str | Path = CONFIG) -> Done:
    given = ("--only", "release", "--helm-release", str(file), *words)
    return compiled(stream or rendered(*SENT), *TO_FLUX, *given, config=config)


def edited(folder: Path, text: str, *words: str, stream: str | None = None, config: str | Path = CONFIG) -> str:
    file = written(folder, {"release.yaml": text}) / "release.yaml"
    printed = output(edit(file, *words, stream=stream, config=config))
    assert file.read_text(encoding="utf-8") == text
    return printed


def removed(before: str, after: str) -> list[str]:
    return [line for line in difflib.ndiff(before.splitlines(), after.splitlines()) if line.startswith("- ")]


def ours() -> Object:
    (renderer,) = release(rendered(*SENT))["spec"]["postRenderers"]
    assert isinstance(renderer, dict)
    return renderer


# Tests of what stays.


@pytest.mark.parametrize("text", [USERS, USERS + RENDERERS], ids=["without-renderers", "with-renderers"])
def test_lines_are_added_and_none_is_changed(tmp_path: Path, text: str) -> None:
    printed = edited(tmp_path, text)
    assert removed(text, printed) == []
    assert len(printed) > len(text)


OTHERS = """\
# before
apiVersion: v1
kind: Namespace
metadata: {name:   spk}
---
# A HelmRelease of another group is none.
apiVersion: example.com/v2
kind: HelmRelease
spec: {postRenderers: none}
"""


def test_other_documents_stay_as_they_are(tmp_path: Path) -> None:
    alone = edited(tmp_path, USERS)
    assert edited(tmp_path, f"{OTHERS}---\n{USERS}---\n{OTHERS}") == f"{OTHERS}---\n{alone}---\n{OTHERS}"


@pytest.mark.parametrize(
    "text", [USERS.replace("\n", "\r\n"), "\ufeff" + USERS, f"---\n{USERS}...\n"], ids=["crlf", "bom", "document-end"]
)
def test_the_shape_of_the_file_stays(tmp_path: Path, text: str) -> None:
    file = tmp_path / "release.yaml"
    file.write_bytes(text.encode())
    printed = output(edit(file))
    assert printed.startswith(text[:40])
    assert ("\r\n" in text) == ("\r\n" in printed) == (len(printed.split("\r\n")) > 20)
    assert release_of(printed)["spec"]["postRenderers"] == [ours()]


def test_json_stays_json(tmp_path: Path) -> None:
    printed = edited(tmp_path, json.dumps(yaml.safe_load(USERS), indent=2))
    assert json.loads(printed)["spec"]["postRenderers"] == [ours()]


# Tests of what is added.


@pytest.mark.parametrize(
    "renderers",
    ["", "    postRenderers: []\n", "    postRenderers:\n", "    postRenderers: ~\n", "    postRenderers: null\n"],
    ids=["absent", "empty-list", "empty", "tilde", "null"],
)
def test_ours_is_the_only_one_where_there_was_none(tmp_path: Path, renderers: str) -> None:
    spec = release_of(edited(tmp_path, USERS + renderers))["spec"]
    assert spec["postRenderers"] == [ours()]
    assert spec["postRenderStrategy"] == "nohooks"


def test_ours_comes_behind_the_users(tmp_path: Path) -> None:
    users = yaml.safe_load(USERS + RENDERERS)["spec"]["postRenderers"]
    assert release_of(edited(tmp_path, USERS + RENDERERS))["spec"]["postRenderers"] == [*users, ours()]


def test_flux_runs_both(tmp_path: Path) -> None:
    helm_release = release_of(edited(tmp_path, USERS + RENDERERS))
    tmm = tmm_of(post_rendered(tmp_path, rendered(*SENT), helm_release))
    assert tmm["metadata"]["labels"].pop("users") == "own"
    assert tmm == tmm_of(filtered(rendered(*SENT)))


@pytest.mark.parametrize("text", [USERS, USERS + RENDERERS], ids=["without-renderers", "with-renderers"])
def test_a_second_run_changes_no_byte(tmp_path: Path, text: str) -> None:
    once = edited(tmp_path, text)
    assert edited(tmp_path, once) == once


@pytest.mark.parametrize("text", [USERS, USERS + RENDERERS], ids=["without-renderers", "with-renderers"])
def test_compiled_for_another_chart_it_takes_the_place_of_the_earlier(tmp_path: Path, text: str) -> None:
    other = rendered(*SENT, "--set=f5-tmm.tmm.resources.limits.cpu=8")
    once, again = edited(tmp_path, text), edited(tmp_path, text, stream=other)
    assert once != again
    assert release_of(edited(tmp_path, once, stream=other)) == release_of(again)
    assert removed(text, edited(tmp_path, once, stream=other)) == []


def test_the_users_order_behind_ours_stays(tmp_path: Path) -> None:
    """A post-renderer that the user added after ours stays there when the program runs again."""
    first = release_of(edited(tmp_path, USERS))
    users = yaml.safe_load(USERS + RENDERERS)["spec"]["postRenderers"]
    first["spec"]["postRenderers"] += users
    other = rendered(*SENT, "--set=f5-tmm.tmm.resources.limits.cpu=8")
    renderers = release_of(edited(tmp_path, yaml.safe_dump(first), stream=other))["spec"]["postRenderers"]
    assert len(renderers) == 2
    assert users[0] in renderers


# Tests of the strategy.


@pytest.mark.parametrize("strategy", ["combined", "separate", "nohooks"])
def test_the_users_own_strategy_stays(tmp_path: Path, strategy: str) -> None:
    text = f"{USERS}    postRenderStrategy: {strategy}\n"
    assert release_of(edited(tmp_path, text))["spec"]["postRenderStrategy"] == strategy


def test_an_older_flux_gets_no_strategy(tmp_path: Path) -> None:
    assert "postRenderStrategy" not in edited(tmp_path, USERS, "--flux-version", "2.8")


# Tests of variable substitution.


SITE = {"tmm": {"env": {"LAB": "${site}"}}}


def annotations_of(text: str) -> Object:
    return release_of(text)["metadata"].get("annotations", {})  # type: ignore[no-any-return]


def test_the_users_variables_are_still_substituted(tmp_path: Path) -> None:
    assert "${namespace}" in USERS
    assert annotations_of(edited(tmp_path, USERS)) == {}


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        ("", {SUBSTITUTE: "disabled"}),
        ("    annotations: {}\n", {SUBSTITUTE: "disabled"}),
        ("    annotations:\n", {SUBSTITUTE: "disabled"}),
        ("    annotations:\n        a: b\n", {"a": "b", SUBSTITUTE: "disabled"}),
        (f"    annotations:\n        {SUBSTITUTE}: enabled\n", {SUBSTITUTE: "disabled"}),
        (f"    annotations:\n        {SUBSTITUTE}: disabled\n", {SUBSTITUTE: "disabled"}),
        (f"    labels:\n        {SUBSTITUTE}: disabled\n", {}),
    ],
    ids=["absent", "empty-map", "empty", "others", "enabled", "disabled", "disabled-by-label"],
)
def test_what_looks_like_a_variable_of_ours_is_not_substituted(
    tmp_path: Path, metadata: str, expected: dict[str, str]
) -> None:
    text = USERS.replace('    name:   "spk"\n', f'    name:   "spk"\n{metadata}')
    assert metadata in text
    printed = edited(tmp_path, text, config=config_with(tmp_path, **SITE))
    assert annotations_of(printed) == expected


# Tests of refusals.


BAD = {
    "not-yaml": "spec: [\n",
    "a-scalar": "HelmRelease\n",
    "empty": "",
    "only-a-comment": "# HelmRelease\n",
    "no-release": OTHERS,
    "two-releases": f"{USERS}---\n{USERS}",
    "two-releases-in-a-list": json.dumps({"apiVersion": "v1", "kind": "List", "items": [yaml.safe_load(USERS)] * 2}),
    "no-spec": USERS.partition("spec:")[0],
    "spec-is-null": USERS.partition("spec:")[0] + "spec:\n",
    "spec-is-a-list": USERS.partition("spec:")[0] + "spec: []\n",
    "renderers-are-a-map": f"{USERS}    postRenderers: {{}}\n",
    "renderers-are-a-text": f"{USERS}    postRenderers: none\n",
    "renderers-are-false": f"{USERS}    postRenderers: false\n",
}


@pytest.mark.parametrize("text", BAD.values(), ids=BAD)
def test_a_file_that_cannot_be_edited(tmp_path: Path, text: str) -> None:
    file = written(tmp_path, {"release.yaml": text}) / "release.yaml"
    done = edit(file)
    assert (done.returncode, done.stdout) == (3, "")
    assert re.fullmatch(rf"spk-macvlan: {file}:\d+.*: .*\n", done.stderr)


def test_a_file_that_is_not_utf_8(tmp_path: Path) -> None:
    (tmp_path / "release.yaml").write_bytes(USERS.encode("utf-16"))
    done = edit(tmp_path / "release.yaml")
    assert (done.returncode, done.stdout) == (3, "")


@pytest.mark.parametrize("name", ["missing.yaml", "."])
def test_a_file_that_cannot_be_read(tmp_path: Path, name: str) -> None:
    done = edit(tmp_path / name)
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith(f"spk-macvlan: {tmp_path / name}")


def test_nothing_is_printed_of_the_networks_where_the_file_is_refused(tmp_path: Path) -> None:
    done = compiled(rendered(*SENT), *TO_FLUX, "--helm-release", str(tmp_path / "missing.yaml"))
    assert (done.returncode, done.stdout) == (3, "")


def test_renderers_that_are_shared_are_edited_only_where_they_are_meant(tmp_path: Path) -> None:
    """Appending to a list that an alias refers to would also change the alias's value."""
    shared = f"{USERS}    postRenderers: &shared []\n    other: *shared\n"
    done = edit(written(tmp_path, {"release.yaml": shared}) / "release.yaml")
    assert done.returncode == 3 or release_of(done.stdout)["spec"]["other"] == []


# Tests of a HelmRelease that follows the network attachment definitions.

PLAIN = USERS.removeprefix("# of the user\n")
JSON_RELEASE = json.dumps(yaml.safe_load(USERS.replace("${namespace}", "lab").replace("on: yes", "key: yes"))) + "\n"


def whole(folder: Path, text: str) -> Done:
    file = written(folder, {"release.yaml": text}) / "release.yaml"
    return compiled(rendered(*SENT), *TO_FLUX, "--helm-release", str(file))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(PLAIN, id="no-marker"),
        pytest.param(USERS, id="no-marker-and-a-comment"),
        pytest.param(f"---\n{USERS}", id="marker"),
        pytest.param(f"# above\n---\n{USERS}", id="comment-above-the-marker"),
        pytest.param(f"%YAML 1.2\n---\n{USERS}", id="directive"),
        pytest.param(f"{PLAIN}---\n# nothing\n", id="an-empty-document-below"),
        pytest.param(f"---\n# nothing\n---\n{USERS}", id="an-empty-document-above"),
        pytest.param(f"a: 1\n---\n{PLAIN}", id="another-document-above"),
        pytest.param(PLAIN.replace("\n", "\r\n"), id="CRLF"),
        pytest.param(PLAIN.replace("\n", "\r"), id="lone-CR"),
        pytest.param(f"{PLAIN}    releaseName: lab", id="no-last-line-break"),
        pytest.param(f"\ufeff{PLAIN}", id="byte-order-mark"),
        pytest.param(JSON_RELEASE, id="json"),
    ],
)
def test_the_networks_and_the_file_stay_apart(tmp_path: Path, text: str) -> None:
    printed = output(whole(tmp_path, text))
    alone = output(edit(tmp_path / "release.yaml"))
    networks = [*yaml.safe_load_all(output(compiled(rendered(*SENT), *TO_FLUX, "--only", "networks")))]
    found = [it for it in yaml.safe_load_all(printed) if it is not None]
    assert [it for it in found if it.get("kind") == "NetworkAttachmentDefinition"] == networks
    assert [it for it in found if it not in networks] == [it for it in yaml.safe_load_all(alone) if it is not None]


def test_a_file_that_cannot_follow_other_documents_is_refused(tmp_path: Path) -> None:
    done = whole(tmp_path, f"--- {{a: 1}}\n---\n{USERS}")
    assert (done.returncode, done.stdout) == (3, "")
    assert str(tmp_path / "release.yaml") in done.stderr
