"""Run `helm template` through spk-macvlan: every Helm gives the same objects, and only planned lines change."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

import pytest
import yaml

from tests.hosts.helm.objects import (
    CHARTS,
    CONFIG,
    CONVERTED,
    EXAMPLE,
    FILENAME_ANNOTATION,
    HELM_3,
    HELM_4,
    NETWORKS,
    NETWORKS_FILE,
    POST_RENDERED,
    TMM,
    VERSIONS,
    ChartWith,
    Filter,
    Object,
    Refusal,
    Run,
    Template,
    comparable,
    documents,
    every_helm,
    helm_4,
    is_hook,
    is_network,
    is_network_text,
    is_other,
    is_tmm,
    is_tmm_text,
    objects,
    same,
    source,
)

pytestmark = pytest.mark.hosts

Pair = tuple[str, str]

SRIOV_VARIABLE = r"((OPENSHIFT|ROBIN)_VFIO_RESOURCE_\d|PCIDEVICE_\w+)"
VALUES_FILES = [file for folder in ("eras", "switches") for file in sorted(Path(EXAMPLE, folder).iterdir())]
VALUES = {
    "chart-defaults": (),
    **{file.stem: ("--values", str(file)) for file in VALUES_FILES},
    "many-switches": tuple(
        f"--values={EXAMPLE}/switches/{name}.yaml" for name in ("sriov", "daemonset", "routing", "sidecars", "hpa")
    ),
}

# The scope groups the tests by values, so that each of xdist's workers renders only some of the values.
all_values = pytest.mark.parametrize(
    "values", [pytest.param(words, id=name) for name, words in VALUES.items()], scope="session"
)


#: The Helm versions that are tested with all values, options and templates. The versions between them are tested only
#: with FEW.
ENDS = (VERSIONS[0], VERSIONS[-1])
FEW = ("chart-defaults", "many-switches")


def each(
    argument: str,
    given: Mapping[str, object],
    few: Sequence[str],
    versions: list[str],
    scope: Literal["session"] | None = None,
) -> pytest.MarkDecorator:
    """Parametrize a test with named arguments, each with its Helm versions."""
    pairs = [
        pytest.param(it, version, id=f"{name}-{version}")
        for name, it in given.items()
        for version in versions
        if version in ENDS or name in few
    ]
    return pytest.mark.parametrize((argument, "version"), pairs, scope=scope)


every_rendering = each("values", VALUES, FEW, VERSIONS, scope="session")
every_rendering_of_helm_4 = each("values", VALUES, FEW, HELM_4, scope="session")


# Tests that every Helm gives the same objects.


@every_rendering_of_helm_4
def test_helm_4_gives_the_objects_of_helm_3(template: Template, version: str, values: tuple[str, ...]) -> None:
    expected = template(HELM_3, EXAMPLE, *values, *CONVERTED)
    assert comparable(template(version, EXAMPLE, *values, *CONVERTED)) == comparable(expected)


@every_rendering
def test_a_pipe_gives_the_same_objects(
    template: Template, filtered: Filter, version: str, values: tuple[str, ...]
) -> None:
    piped = filtered(template(version, EXAMPLE, *values), "--config", CONFIG)
    assert comparable(piped) == comparable(template(version, EXAMPLE, *values, *CONVERTED))


@all_values
def test_in_helm_3_a_pipe_gives_the_same_bytes(template: Template, filtered: Filter, values: tuple[str, ...]) -> None:
    piped = filtered(template(HELM_3, EXAMPLE, *values), "--config", CONFIG)
    assert piped == template(HELM_3, EXAMPLE, *values, *CONVERTED)


@every_rendering
def test_only_the_tmm_and_the_networks_differ_from_the_plain_objects(
    template: Template, version: str, values: tuple[str, ...]
) -> None:
    plain = objects(template(version, EXAMPLE, *values))
    converted = objects(template(version, EXAMPLE, *values, *CONVERTED))
    assert same(filter(is_other, converted)) == same(filter(is_other, plain))


@every_rendering
def test_the_pod_is_attached_to_macvlan_only(template: Template, version: str, values: tuple[str, ...]) -> None:
    (tmm,) = filter(is_tmm, objects(template(version, EXAMPLE, *values, *CONVERTED)))
    annotations = tmm["spec"]["template"]["metadata"]["annotations"]
    attached = {name: value for name, value in annotations.items() if name.endswith("/networks")}
    assert attached == {"k8s.v1.cni.cncf.io/networks": NETWORKS}


@every_rendering
def test_the_container_takes_macvlan(template: Template, version: str, values: tuple[str, ...]) -> None:
    (tmm,) = filter(is_tmm, objects(template(version, EXAMPLE, *values, *CONVERTED)))
    container = tmm["spec"]["template"]["spec"]["containers"][0]
    variables = {variable["name"]: variable.get("value") for variable in container["env"]}
    assert variables["TMM_MAPRES_ADDL_VETHS_ON_DP"] == "TRUE"
    hugepages = {} if "hugepages.yaml" in str(values) else {"hugepages-2Mi": "1572Mi"}
    assert variables.get("TMM_MAPRES_HUGEPAGES") == ("786" if hugepages else None)
    assert not [name for name in variables if re.fullmatch(SRIOV_VARIABLE, name)]
    assert container["resources"]["limits"] == container["resources"]["requests"]
    amounts = {name: it for name, it in container["resources"]["limits"].items() if not name.startswith("intel.com/")}
    assert amounts == {"cpu": 1, **hugepages, "memory": "2Gi"}


@every_rendering
def test_each_network_of_the_config_is_there_once(template: Template, version: str, values: tuple[str, ...]) -> None:
    networks = [it for it in objects(template(version, EXAMPLE, *values, *CONVERTED)) if is_network(it)]
    found = [(it["metadata"], json.loads(it["spec"]["config"])["master"]) for it in networks]
    assert found == [
        ({"name": "macvlan-internal", "namespace": "default"}, "ens224"),
        ({"name": "macvlan-external", "namespace": "default"}, "ens256"),
    ]


# Tests of the text that the filter reads and writes.


@pytest.fixture
def before_and_after(
    template: Template, sent: Template, filtered: Filter, version: str, values: tuple[str, ...]
) -> Pair:
    """Return a stream before and after the filter.

    Helm 4 rewrites the filter's output, so the filter is run here on its input.
    """
    if version == HELM_3:
        return template(version, EXAMPLE, *values), template(version, EXAMPLE, *values, *CONVERTED)
    stream = sent(version, EXAMPLE, *values)
    return stream, filtered(stream, "--config", CONFIG)


PLANNED = [
    r"robin\.io/networks: .*",
    r"k8s\.v1\.cni\.cncf\.io/networks: .*",
    rf"- name: {SRIOV_VARIABLE} value: .*",
    r'- name: TMM_MAPRES_ADDL_VETHS_ON_DP value: "TRUE"',
    r'- name: TMM_MAPRES_HUGEPAGES value: "\d+"',
    r'(cpu|hugepages-2Mi|memory): "?\d+(Mi|Gi)?"?',
    r'openshift\.io/sriov(In|Ex)ternal: "?1"?',
]


@every_rendering
def test_only_planned_lines_change(before_and_after: Pair) -> None:
    before, after = before_and_after
    assert unplanned(without_networks(after)) == unplanned(before)


def unplanned(stream: str) -> list[str]:
    """Return the lines that a conversion must neither remove, change nor add; a variable counts as one line."""
    lines = re.sub(r"(- name: \w+)\n +(value: )", r"\1 \2", stream).splitlines()
    return [line for line in lines if not any(re.fullmatch(f" *{planned}", line) for planned in PLANNED)]


def without_networks(stream: str) -> str:
    return "".join(text for text in documents(stream) if not is_network_text(text))


@every_rendering
def test_every_byte_below_the_first_container_stays(before_and_after: Pair) -> None:
    before, after = (rest_of_pod(stream) for stream in before_and_after)
    assert before
    assert after == before


def rest_of_pod(stream: str) -> str:
    (tmm,) = filter(is_tmm_text, documents(stream))
    return tmm.partition("name: debug\n")[2]


@every_rendering
def test_every_byte_outside_the_tmm_stays(before_and_after: Pair) -> None:
    before, after = before_and_after
    assert [text for text in documents(after) if not (is_tmm_text(text) or is_network_text(text))] == [
        text for text in documents(before) if not is_tmm_text(text)
    ]


@every_rendering
def test_comments_and_blank_lines_stay(before_and_after: Pair) -> None:
    before, after = before_and_after
    assert [line for line in comments_and_blanks(after) if NETWORKS_FILE not in line] == comments_and_blanks(before)


def comments_and_blanks(stream: str) -> list[str]:
    return [line for line in stream.splitlines() if line.strip()[:1] in ("", "#")]


@every_helm
@pytest.mark.parametrize("values", [pytest.param((), id="chart-defaults")])
def test_the_duplicate_key_stays(before_and_after: Pair, template: Template, version: str) -> None:
    final = template(version, EXAMPLE, *CONVERTED)
    for stream in (*before_and_after, final):
        blobd = stream.partition("\n      - name: blobd\n")[2].partition("\n      volumes:\n")[0]
        assert blobd.count("\n        volumeMounts:\n") == 2


@every_rendering
def test_the_networks_stand_right_before_the_tmm(before_and_after: Pair) -> None:
    after = documents(before_and_after[1])
    (at,) = (number for number, text in enumerate(after) if is_tmm_text(text))
    assert [number for number, text in enumerate(after) if is_network_text(text)] == [at - 2, at - 1]


@every_rendering
def test_the_filter_changes_no_byte_of_what_it_wrote(before_and_after: Pair, filtered: Filter) -> None:
    after = before_and_after[1]
    assert filtered(after, "--config", CONFIG) == after


@every_rendering
def test_the_filter_changes_no_byte_of_a_converted_release(
    template: Template, filtered: Filter, version: str, values: tuple[str, ...]
) -> None:
    release = template(version, EXAMPLE, *values, *CONVERTED)
    assert filtered(release, "--config", CONFIG) == release


@every_helm
@pytest.mark.parametrize("values", [pytest.param(VALUES["macvlan"], id="macvlan")])
def test_after_the_page_by_hand_only_the_networks_are_missing(before_and_after: Pair) -> None:
    before, after = before_and_after
    assert without_networks(after) == before


# Tests of how Helm treats the network attachment definitions.


@every_rendering
def test_the_networks_are_a_template_of_the_top_chart(
    template: Template, version: str, values: tuple[str, ...]
) -> None:
    found = documents(template(version, EXAMPLE, *values, *CONVERTED))
    assert [source(text) for text in found if is_network_text(text)] == [NETWORKS_FILE, NETWORKS_FILE]


@every_rendering_of_helm_4
def test_the_filename_annotation_goes(template: Template, version: str, values: tuple[str, ...]) -> None:
    assert FILENAME_ANNOTATION not in template(version, EXAMPLE, *values, *CONVERTED)


@helm_4
def test_each_object_goes_back_with_one_filename_annotation(sent: Template, filtered: Filter, version: str) -> None:
    stream = filtered(sent(version, EXAMPLE), "--config", CONFIG)
    names = [it["metadata"]["annotations"][FILENAME_ANNOTATION] for it in objects(stream)]
    assert names.count(NETWORKS_FILE) == 2
    assert stream.count(FILENAME_ANNOTATION) == len(names)


@every_helm
def test_show_only_finds_the_networks(template: Template, version: str) -> None:
    shown = objects(template(version, EXAMPLE, *CONVERTED, "--show-only", "templates/spk-macvlan-nads.yaml"))
    assert same(shown) == same([it for it in objects(template(version, EXAMPLE, *CONVERTED)) if is_network(it)])


@every_helm
def test_show_only_finds_the_converted_tmm(template: Template, version: str) -> None:
    file = "charts/f5-tmm/templates/tmm-deployment.yaml"
    shown = objects(template(version, EXAMPLE, *CONVERTED, "--show-only", file))
    assert same(shown) == same([it for it in objects(template(version, EXAMPLE, *CONVERTED)) if is_tmm(it)])


@helm_4
def test_output_dir_gets_the_converted_objects(template: Template, version: str, tmp_path: Path) -> None:
    template(version, EXAMPLE, *CONVERTED, f"--output-dir={tmp_path}")
    files = {str(file.relative_to(tmp_path)): file.read_text() for file in tmp_path.rglob("*.yaml")}
    assert len([it for it in objects(files[NETWORKS_FILE]) if is_network(it)]) == 2
    assert FILENAME_ANNOTATION not in "".join(files.values())
    assert comparable("---\n".join(files.values())) == comparable(template(version, EXAMPLE, *CONVERTED))


# Tests of Helm's other options.


OPTIONS = {
    "include-crds": ("--include-crds",),
    "no-hooks": ("--no-hooks",),
    "skip-tests": ("--skip-tests",),
    "is-upgrade": ("--is-upgrade",),
    "api-versions": ("--api-versions=cert-manager.io/v1/Certificate",),
    "namespace": ("--namespace=spk-ingress",),
    "set": ("--set=f5-tmm.tmm.resources.limits.cpu=8", "--set-string=global.tmmDefaultMTU=9000"),
}


@each("options", OPTIONS, ["set"], HELM_4)
def test_with_an_option_helm_4_gives_the_objects_of_helm_3(
    template: Template, version: str, options: tuple[str, ...]
) -> None:
    expected = template(HELM_3, EXAMPLE, *CONVERTED, *options)
    assert comparable(template(version, EXAMPLE, *CONVERTED, *options)) == comparable(expected)


@each("options", OPTIONS, ["set"], VERSIONS)
def test_an_option_does_to_the_rest_what_it_always_does(
    template: Template, version: str, options: tuple[str, ...]
) -> None:
    plain = objects(template(version, EXAMPLE, *options))
    converted = objects(template(version, EXAMPLE, *CONVERTED, *options))
    assert len([it for it in converted if is_network(it)]) == 2
    assert same(filter(is_other, converted)) == same(filter(is_other, plain))


def test_helm_3_sends_the_crds_and_they_stay_above_the_networks(template: Template) -> None:
    plain, converted = (documents(template(HELM_3, EXAMPLE, "--include-crds", *words)) for words in ((), CONVERTED))
    assert "kind: CustomResourceDefinition" in plain[0]
    assert converted[0] == plain[0]


@every_helm
def test_the_networks_go_where_the_tmm_goes(template: Template, version: str, tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(Path(CONFIG).read_text().replace("    namespace: default\n", ""))
    words = (*POST_RENDERED, f"--post-renderer-args=--config={config}", "--namespace=spk-ingress")
    found = objects(template(version, EXAMPLE, *words))
    assert [it["metadata"]["namespace"] for it in found if is_network(it)] == ["spk-ingress", "spk-ingress"]
    assert networks_of(found) == "spk-ingress/macvlan-internal,spk-ingress/macvlan-external"


@every_helm
def test_a_dry_run_of_install_has_the_objects_of_template(
    request: pytest.FixtureRequest, template: Template, run: Run, version: str
) -> None:
    # Helm 3 needs a cluster even for a client-side dry run.
    request.getfixturevalue("cluster" if version == HELM_3 else "helm_4_plugin")
    done = run(version, "install", "rel", EXAMPLE, *CONVERTED, "--dry-run=client", "--output=json")
    release = json.loads(done.stdout)
    hooks = [hook["manifest"] for hook in release["hooks"]]
    assert FILENAME_ANNOTATION not in done.stdout
    assert comparable("\n---\n".join([release["manifest"], *hooks, ""])) == comparable(
        template(version, EXAMPLE, *CONVERTED)
    )


# Tests of hooks.


HOOK_CHART = str(CHARTS / "hook")
INCLUDE_HOOKS = "--post-renderer-args=--include-hooks"


@every_helm
def test_a_tmm_that_is_a_hook_is_not_converted(template: Template, version: str) -> None:
    plain, converted = (
        objects(template(version, HOOK_CHART, "--set=release=true", *words)) for words in ((), CONVERTED)
    )
    assert same([it for it in converted if is_hook(it)]) == same([it for it in plain if is_hook(it)])
    assert networks_of([it for it in converted if not is_hook(it)]) == NETWORKS


@every_helm
def test_a_pipe_leaves_hooks_alone_too(template: Template, filtered: Filter, version: str) -> None:
    piped = filtered(template(version, HOOK_CHART, "--set=release=true"), "--config", CONFIG)
    assert comparable(piped) == comparable(template(version, HOOK_CHART, "--set=release=true", *CONVERTED))


@helm_4
def test_include_hooks_converts_a_tmm_that_is_a_hook(template: Template, version: str) -> None:
    found = objects(template(version, HOOK_CHART, *CONVERTED, INCLUDE_HOOKS))
    assert networks_of([it for it in found if is_hook(it)]) == NETWORKS
    assert [it["metadata"]["name"] for it in found if not is_hook(it)] == ["macvlan-internal", "macvlan-external"]


def test_helm_3_never_sends_a_hook_so_include_hooks_finds_none(refusal: Refusal) -> None:
    assert "exit status 4" in refusal(HELM_3, HOOK_CHART, *CONVERTED, INCLUDE_HOOKS)


def networks_of(found: list[Object]) -> str:
    (tmm,) = filter(is_tmm, found)
    return str(tmm["spec"]["template"]["metadata"]["annotations"]["k8s.v1.cni.cncf.io/networks"])


# Tests of the config's location.


@pytest.fixture
def broken(tmp_path: Path) -> str:
    """Write a config to the working directory that must not be read."""
    file = tmp_path / "spk-macvlan.yaml"
    file.write_text("broken")
    return str(file)


ARGUMENTS = {
    "one-word": [f"--config={CONFIG}"],
    "two-words": ["--config", CONFIG],
    "between-empty-words": ["", f"--config={CONFIG}", ""],
}


@each("words", ARGUMENTS, ["two-words"], VERSIONS)
@pytest.mark.usefixtures("helm_4_plugin")
def test_an_argument_gives_the_config(
    template: Template, run: Run, broken: str, version: str, words: list[str]
) -> None:
    arguments = [f"--post-renderer-args={word}" for word in words]
    done = run(version, "template", "rel", EXAMPLE, *POST_RENDERED, *arguments, SPK_MACVLAN_CONFIG=broken)
    assert done.stdout == template(version, EXAMPLE, *CONVERTED)


@every_helm
@pytest.mark.usefixtures("helm_4_plugin", "broken")
def test_the_variable_gives_the_config(template: Template, run: Run, version: str) -> None:
    done = run(version, "template", "rel", EXAMPLE, *POST_RENDERED, SPK_MACVLAN_CONFIG=CONFIG)
    assert done.stdout == template(version, EXAMPLE, *CONVERTED)


@every_helm
@pytest.mark.usefixtures("helm_4_plugin")
def test_the_working_directory_gives_the_config(template: Template, run: Run, broken: str, version: str) -> None:
    shutil.copy(CONFIG, broken)
    done = run(version, "template", "rel", EXAMPLE, *POST_RENDERED)
    assert done.stdout == template(version, EXAMPLE, *CONVERTED)


# Tests of unusual templates.


def indented(text: str) -> str:
    return text.replace("\n", "\n  ").rstrip(" ")


def as_list(*items: str) -> str:
    return "apiVersion: v1\nkind: List\nitems:\n" + "".join(f"- {indented(item)}" for item in items)


OTHER = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: beside\n"


SHAPES = {
    "crlf": TMM.replace("\n", "\r\n"),
    "lone-cr": TMM.replace("\n", "\r"),
    "byte-order-mark": "\ufeff" + TMM,
    "json": json.dumps(yaml.safe_load(TMM), indent=2),
    "json-on-one-line": json.dumps(yaml.safe_load(TMM)),
    "list": as_list(TMM),
    "list-in-json": json.dumps(yaml.safe_load(as_list(TMM))),
    "separators": f"---\n--- # the TMM\n{TMM}...\n---\n# nothing\n---   \n---\t\n# end\n",
    "separator-below-a-comment": f"# the TMM\n---\n{TMM}---\n---\n",
    "blank-ends": TMM.replace("\n", " \n"),
    "wide-indentation": yaml.safe_dump(yaml.safe_load(TMM), indent=8),
    "not-ascii": TMM.replace("      - name: debug", "        # Größe ☃ 😀\n      - name: debug"),
}


@each("shape", SHAPES, ["list", "separators"], VERSIONS)
def test_the_shape_of_a_template_does_not_matter(
    template: Template, chart_with: ChartWith, version: str, shape: str
) -> None:
    expected = template(HELM_3, str(CHARTS / "life"), *CONVERTED)
    assert comparable(template(version, chart_with(shape), *CONVERTED)) == comparable(expected)


@every_helm
def test_the_other_items_of_a_list_stay(template: Template, chart_with: ChartWith, version: str) -> None:
    alone = objects(template(HELM_3, str(CHARTS / "life"), *CONVERTED))
    together = objects(template(version, chart_with(as_list(OTHER, TMM)), *CONVERTED))
    assert same(together) == same([*alone, yaml.safe_load(OTHER)])


@every_helm
@pytest.mark.usefixtures("helm_4_plugin")
def test_the_locale_does_not_matter(template: Template, run: Run, chart_with: ChartWith, version: str) -> None:
    chart = chart_with(SHAPES["not-ascii"])
    locale = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    assert run(version, "template", "rel", chart, *CONVERTED, **locale).stdout == template(version, chart, *CONVERTED)


def test_lines_that_are_written_into_a_template_end_as_its_own_do(template: Template, chart_with: ChartWith) -> None:
    stream = template(HELM_3, chart_with(SHAPES["crlf"]), *CONVERTED)
    (tmm,) = (text for text in documents(stream) if "kind: Deployment" in text)
    body = tmm[tmm.index("apiVersion:") : tmm.index("- name: debug")]
    assert "TMM_MAPRES_ADDL_VETHS_ON_DP" in body
    assert [line for line in body.split("\n")[:-1] if not line.endswith("\r")] == []


@every_helm
def test_networks_that_a_chart_has_already_are_not_added(
    template: Template, chart_with: ChartWith, version: str
) -> None:
    expected = template(HELM_3, str(CHARTS / "life"), *CONVERTED)
    networks = [text for text in documents(expected) if is_network_text(text)]
    chart = chart_with("".join([*networks, "---\n", TMM]))
    assert comparable(template(version, chart, *CONVERTED)) == comparable(expected)
