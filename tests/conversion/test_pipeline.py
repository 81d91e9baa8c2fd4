"""Test the pipeline: which streams pass through unchanged, what is converted, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from postrender import config, conversion
from postrender.config import Config
from postrender.conversion import DEFAULTS, EMPTY, Converted, Options, Unchanged, new_documents, pipeline, plan
from postrender.errors import InputError, NoTarget, Place, TooLarge
from postrender.limits import Limits
from postrender.spk.target import Target
from postrender.yamledit import edit, nodes, stream
from postrender.yamledit.change import REPLACE, Change, pointer
from tests.configs import HEAD, TMM_NAME

TWO = "networks: [{name: net-a, master: ens1}, {name: net-b, master: ens2, namespace: lab}]"
OTHER = "---\nkind: ConfigMap\nmetadata: {name: other}\n"
DEFINED = "---\napiVersion: k8s.cni.cncf.io/v1\nkind: NetworkAttachmentDefinition\nmetadata:\n  name: net-a\n{}spec:\n"
DEFINED += (
    '  config: \'{{"cniVersion": "0.3.1", "name": "net-a", "type": "macvlan", "master": "ens1", "mode": "bridge",'
    ' "ipam": {{}}}}\'\n'
)
NAD = DEFINED.format("")

NO_MANIFESTS = "no manifests on standard input; check if the chart renders nothing, the command before the pipe failed"


def settings(spec: str = "networks: [{name: net-a, master: ens1}]") -> Config:
    return config.parse(f"{HEAD}spec: {{{spec}}}\n".encode())


def tmm(name: str = TMM_NAME, namespace: str = "", more: str = "", networks: str = "", env: str = "") -> str:
    """Return a TMM's document, before or after conversion; the conversion changes lines 5 and 6."""
    place = f", namespace: {namespace}" if namespace else ""
    return f"""\
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}{place}{more}}}
spec: {{template: {{metadata: {{annotations: {{{networks}}}}},
  spec: {{containers: [{{name: {name}, env: [{env}]}}]}}}}}}
"""


def converted_tmm(namespace: str = "", networks: str = "net-a", name: str = TMM_NAME) -> str:
    written = f'"k8s.v1.cni.cncf.io/networks": "{networks}"'
    return tmm(name, namespace, "", written, '{"name": "TMM_MAPRES_ADDL_VETHS_ON_DP", "value": "TRUE"}')


def convert(text: str, given: Config | None = None, options: Options = DEFAULTS) -> Converted:
    return conversion.convert(text.encode(), given or settings(), options)


def output(text: str, given: Config | None = None) -> str:
    return conversion.convert(text.encode(), given or settings()).output.decode()


def convert_or_pass(text: str, given: Config | None = None) -> Any:
    return conversion.convert_or_pass(text.encode(), given or settings())


# Tests of streams that must not change.


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(NAD + converted_tmm(), id="the-whole"),
        pytest.param(converted_tmm() + NAD, id="defined-below"),
        pytest.param(OTHER + NAD + OTHER + converted_tmm() + OTHER, id="others-around"),
        pytest.param(f"kind: [\n{NAD}{converted_tmm()}", id="something-broken-elsewhere"),
        pytest.param(DEFINED.format("  namespace: spk\n") + converted_tmm("spk", "spk/net-a"), id="namespaces"),
        pytest.param(NAD + converted_tmm().removesuffix("\n"), id="no-last-line-break"),
        pytest.param(NAD + converted_tmm() + tmm("f5-other"), id="another-workload"),
        pytest.param(NAD + converted_tmm() + tmm(more=", annotations: {helm.sh/hook: test}"), id="a-hook"),
    ],
)
def test_what_is_converted_is_passed_through(text: str) -> None:
    done = convert(text)
    assert done.output.decode() == text
    assert (done.changes, done.defined, done.findings, done.patched) == ((), (), (), ())
    assert done.tmm is done.rendered


def test_what_is_broken_and_could_be_a_tmm_to_others_is_refused() -> None:
    with pytest.raises(InputError, match=r"^<stdin>:3:1: document 1 is not valid YAML: "):
        convert(f"---\nf5-tmm: [Deployment\n{NAD}{converted_tmm()}")


@pytest.mark.parametrize("text", [OTHER, "a: b", "# c\n", "---\n", tmm("other"), "---\n[1, 2]\n---\nkind: List\n"])
def test_a_stream_without_a_tmm_is_passed_through_where_allowed(text: str) -> None:
    assert convert_or_pass(text) == Unchanged(stream.read(text.encode()), text.encode())


@pytest.mark.parametrize("text", ["", "\n", " \r\n\t"])
def test_an_empty_stream_becomes_a_comment_where_allowed(text: str) -> None:
    assert convert_or_pass(text) == Unchanged(stream.read(text.encode()), EMPTY)
    assert EMPTY.startswith(b"#")
    assert EMPTY.endswith(b"\n")


def test_networks_that_are_not_to_be_created_are_not() -> None:
    given = settings("networks: [{name: net-a, master: ens1, create: false}]")
    assert output(converted_tmm(), given) == converted_tmm()


# Tests of changes.


@pytest.mark.parametrize(
    ("above", "below"),
    [
        pytest.param("", "", id="alone"),
        pytest.param(OTHER, "", id="last"),
        pytest.param("", OTHER, id="first"),
        pytest.param(OTHER * 2, OTHER * 3, id="among-others"),
        pytest.param("---\nkind: 'ü'\n", "---\n'é'\n", id="among-others-beyond-ascii"),
        pytest.param("# c\n...\n", "...\n# d\n", id="document-ends-around"),
    ],
)
def test_the_networks_are_defined_directly_before_the_tmm(above: str, below: str) -> None:
    text = above + tmm() + below
    done = convert(text)
    assert done.output.decode() == above + NAD + converted_tmm() + below
    assert [network.name for network in done.defined] == ["net-a"]
    assert [pointer(change.path).rpartition("/")[2] for change in done.changes] == ["k8s.v1.cni.cncf.io~1networks", "-"]


@pytest.mark.parametrize(
    ("text", "result"),
    [
        pytest.param(NAD + tmm(), NAD + converted_tmm(), id="defined-above"),
        pytest.param(tmm() + NAD, converted_tmm() + NAD, id="defined-below"),
        pytest.param(
            DEFINED.format("  namespace: lab\n") + tmm(),
            DEFINED.format("  namespace: lab\n") + NAD + converted_tmm(),
            id="defined-elsewhere",
        ),
        pytest.param(converted_tmm(), NAD + converted_tmm(), id="only-the-definition-is-missing"),
    ],
)
def test_what_is_missing_is_added(text: str, result: str) -> None:
    assert output(text) == result
    assert output(result) == result


def test_a_definition_without_namespace_is_the_tmms() -> None:
    assert output(NAD + tmm(namespace="spk")) == NAD + converted_tmm("spk", "spk/net-a")


def test_a_tmm_that_brings_no_marker_gets_one() -> None:
    text, result = (it.removeprefix("---\n") for it in (tmm(), converted_tmm()))
    assert output(text) == f"{NAD}---\n{result}"


@pytest.mark.parametrize("above", ["", OTHER, "# é\n...\n"], ids=["first", "second", "behind-a-comment"])
@pytest.mark.parametrize("given", [settings(), settings(TWO)], ids=["one", "two"])
def test_the_converted_tmm_is_where_the_output_has_it(above: str, given: Config) -> None:
    done = convert(above + tmm() + OTHER, given)
    document, parsed = done.tmm.parsed.document, done.tmm.parsed
    assert document == stream.split(done.output)[document.number]
    assert parsed.text.encode() == done.output[document.start : document.end]
    assert parsed.stream.data == done.output
    assert done.tmm.at(done.tmm.networks) is not None
    assert done.rendered.at(done.rendered.networks) is None
    assert done.rendered.parsed.stream.data == (above + tmm() + OTHER).encode()


def test_a_new_layout_is_told() -> None:
    text = tmm(networks="<<: {a: b}")
    (found,) = convert(text).findings
    assert found.rule == "layout"
    assert found.place == Place("<stdin>", 5, 43)


def test_a_hook_is_a_target_where_it_is_asked_for() -> None:
    text = tmm(more=", annotations: {helm.sh/hook: test}")
    with pytest.raises(NoTarget):
        convert(text)
    done = convert(text, options=Options(include_hooks=True))
    assert [network.name for network in done.defined] == ["net-a"]


def test_an_item_of_a_list_is_a_target() -> None:
    item = "{apiVersion: apps/v1, kind: Deployment, metadata: {name: f5-tmm}, spec: {template: {spec: {containers: ["
    text = f"---\nkind: List\nitems: [{{kind: X}}, {item}{{name: f5-tmm}}]}}}}}}}}]\n"
    done = convert(text)
    assert done.output.decode().startswith(f"{NAD}---\nkind: List\n")
    assert done.tmm.base == ("items", 1)


# Tests of refusals.


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(
            "",
            NO_MANIFESTS,
            id="nothing",
        ),
        pytest.param(
            " \n",
            NO_MANIFESTS,
            id="blanks",
        ),
        pytest.param("# c\n", "no Kubernetes object on standard input", id="comment"),
        pytest.param(OTHER, "no Deployment or DaemonSet f5-tmm in the stream", id="others"),
        pytest.param(tmm("f5-other"), "no Deployment or DaemonSet f5-tmm in the stream", id="another-name"),
    ],
)
def test_a_stream_without_a_tmm_is_refused(text: str, said: str) -> None:
    with pytest.raises(NoTarget, match=said):
        convert(text)


IN_LAB = settings("networks: [{name: net-a, master: ens1}], tmm: {namespace: lab}")


def test_a_tmm_without_namespace_may_be_meant() -> None:
    assert convert(OTHER + tmm(), IN_LAB).changes


def test_a_tmm_in_another_namespace_is_named() -> None:
    said = ", but there is Deployment spk/f5-tmm at line 4; remove spec.tmm.namespace"
    with pytest.raises(NoTarget, match=said):
        convert(OTHER + tmm(namespace="spk"), IN_LAB)


def test_the_first_of_two_elsewhere_is_named() -> None:
    with pytest.raises(NoTarget, match="there is Deployment one/f5-tmm at line 1"):
        convert(tmm(namespace="one") + tmm(namespace="two"), IN_LAB)


def test_two_tmms_are_refused_unless_the_namespace_decides() -> None:
    text = tmm(namespace="one") + tmm(namespace="two")
    with pytest.raises(InputError, match=r"^<stdin>:7:1: found 2 TMM workloads"):
        convert(text)
    given = settings("networks: [{name: net-a, master: ens1}], tmm: {namespace: two}")
    one, two = tmm(namespace="one"), converted_tmm("two", "two/net-a")
    assert output(text, given) == one + DEFINED.format("  namespace: two\n") + two


@pytest.mark.parametrize("how", [conversion.convert, conversion.convert_or_pass])
@pytest.mark.parametrize(
    ("text", "place"),
    [
        pytest.param(f"{OTHER}---\na: [\n", "6:1", id="other"),
        pytest.param(f"{OTHER}---\nf5-tmm: [Deployment\n", "6:1", id="candidate"),
        pytest.param(f"---\na: [\n{OTHER}---\nDeployment: [f5-tmm\n", "8:1", id="the-candidate-first"),
        pytest.param("---\nf5-tmm: [Deployment\n---\nDeployment: [f5-tmm\n", "3:1", id="the-first-of-two-candidates"),
    ],
)
def test_what_is_not_yaml_could_hide_a_tmm(text: str, place: str, how: Callable[..., Any]) -> None:
    with pytest.raises(InputError, match=f"^<stdin>:{place}: document . is not valid YAML"):
        how(text.encode(), settings())


@pytest.mark.parametrize("more", ["", tmm()], ids=["alone", "beside-a-tmm"])
def test_what_could_be_the_tmm_must_be_editable(more: str) -> None:
    text = "---\nDeployment: [&x f5-tmm, &x 2]\n"
    with pytest.raises(InputError, match="an anchor is defined twice"):
        convert(text + more)


def test_reused_anchors_elsewhere_are_none_of_our_business() -> None:
    assert output(f"---\n[&x 1, &x 2]\n{NAD}{tmm()}") == f"---\n[&x 1, &x 2]\n{NAD}{converted_tmm()}"
    assert convert_or_pass("[&x 1, &x 2]\n").output == b"[&x 1, &x 2]\n"


def test_a_different_definition_is_refused() -> None:
    with pytest.raises(InputError, match="the stream already defines net-a"):
        convert(NAD.replace("ens1", "ens9") + tmm())


def test_as_many_documents_as_the_limit_says() -> None:
    two = Options(limits=Limits(documents=2))
    assert convert(OTHER + tmm(), options=two).changes
    with pytest.raises(TooLarge, match=r"^the stream has more than the limit of 2 documents; "):
        convert(OTHER * 2 + tmm(), options=two)


def test_places_name_the_source() -> None:
    with pytest.raises(InputError, match=r"^Helm's output:1:5: document 1 is not valid YAML"):
        convert("a: b: c", options=Options(source="Helm's output"))


# Tests of progress reports.


def told(text: str, how: Callable[..., Any] = conversion.convert) -> list[tuple[int, int]]:
    calls: list[tuple[int, int]] = []
    how(text.encode(), settings(), Options(progress=lambda *numbers: calls.append(numbers)))
    return calls


def test_progress_counts_the_candidates() -> None:
    assert told(OTHER + NAD + tmm() + OTHER) == [(0, 2), (1, 2)]


def test_progress_counts_all_documents_where_there_is_no_tmm() -> None:
    assert told(OTHER * 3 + NAD, conversion.convert_or_pass) == [(0, 1), (0, 4), (1, 4), (2, 4), (3, 4)]


# Tests of the user's own patches.

PATCHES = "patches: [{target: {kind: %s}, patch: [{op: replace, path: /metadata/name, value: new}]}]"


@pytest.mark.parametrize("above", ["", OTHER])
def test_patches_come_last_and_may_rename_the_tmm(above: str) -> None:
    given = settings(f"networks: [{{name: net-a, master: ens1}}], {PATCHES % 'Deployment'}")
    done = convert(above + tmm() + OTHER, given)
    renamed = converted_tmm().replace("{name: f5-tmm}", '{name: "new"}', 1)
    assert done.output.decode() == above + NAD + renamed + OTHER
    ((number, change),) = done.patched
    assert (number, change.op, change.value) == (1 + above.count("---"), REPLACE, "new")
    assert nodes.text(done.tmm.at(("metadata", "name"))) == "new"
    assert done.tmm.parsed.stream.data == done.output
    assert len(done.changes) == 2


def test_a_patch_is_for_what_was_defined_too() -> None:
    given = settings(f"networks: [{{name: net-a, master: ens1}}], {PATCHES % 'NetworkAttachmentDefinition'}")
    assert output(tmm(), given) == NAD.replace("name: net-a\n", "name: new\n", 1) + converted_tmm()


def test_findings_of_patches_come_behind_the_others() -> None:
    words = "[{op: add, path: /metadata/x, value: new}]"
    given = settings(f"networks: [{{name: net-a, master: ens1}}], patches: [{{target: {{kind: X}}, patch: {words}}}]")
    done = convert(f"---\nkind: X\nmetadata: {{<<: {{a: b}}}}\n{tmm(networks='<<: {a: b}')}", given)
    assert [found.place.line for found in done.findings] == [8, 3]


def test_without_a_tmm_there_is_nothing_to_patch() -> None:
    given = settings(f"networks: [{{name: net-a, master: ens1}}], {PATCHES % 'ConfigMap'}")
    assert convert_or_pass(OTHER, given).output.decode() == OTHER


# A List, such as the one that a KRM function receives.

ITEM = """\
- apiVersion: apps/v1
  kind: Deployment
  metadata:
    name: f5-tmm
    namespace: spk
  spec:
    template:
      metadata:
        annotations: {%s}
      spec:
        containers:
        - name: f5-tmm
          env: [%s]
"""
PLAIN_ITEM = ITEM % ("", "")


def converted_item(networks: str = "spk/net-a") -> str:
    flag = '{"name": "TMM_MAPRES_ADDL_VETHS_ON_DP", "value": "TRUE"}'
    return ITEM % (f'"k8s.v1.cni.cncf.io/networks": "{networks}"', flag)


def nad_item(name: str, master: str, namespace: str) -> str:
    cni = f'{{"cniVersion": "0.3.1", "name": "{name}", "type": "macvlan", "master": "{master}", "mode": "bridge"'
    return f"""\
- apiVersion: k8s.cni.cncf.io/v1
  kind: NetworkAttachmentDefinition
  metadata:
    name: {name}
    namespace: {namespace}
  spec:
    config: '{cni}, "ipam": {{}}}}'
"""


def convert_list(items: str, given: Config | None = None) -> Converted:
    data = f"kind: ResourceList\nitems:\n{items}".encode()
    parsed = stream.parse(stream.read(data), stream.split(data)[0])
    assert parsed is not None
    return conversion.convert_list(parsed, given or settings())


def items_of(done: Converted) -> str:
    return done.output.decode().removeprefix("kind: ResourceList\nitems:\n")


def test_a_converted_list_stays() -> None:
    items = nad_item("net-a", "ens1", "spk") + converted_item()
    done = convert_list(items)
    assert items_of(done) == items
    assert (done.changes, done.defined, done.findings) == ((), (), ())


@pytest.mark.parametrize(
    ("above", "below"),
    [
        pytest.param("", "", id="alone"),
        pytest.param("- kind: X\n", "- kind: Y\n", id="among-others"),
    ],
)
def test_networks_become_items_before_the_tmm(above: str, below: str) -> None:
    done = convert_list(above + PLAIN_ITEM + below, settings(TWO))
    added = nad_item("net-a", "ens1", "spk") + nad_item("net-b", "ens2", "lab")
    assert items_of(done) == f"{above}{added}{converted_item('spk/net-a,lab/net-b')}{below}"
    assert [network.name for network in done.defined] == ["net-a", "net-b"]
    assert done.tmm.base == ("items", 2 + bool(above))
    assert nodes.text(done.tmm.at(done.tmm.networks)) == "spk/net-a,lab/net-b"
    assert done.tmm.parsed.stream.data == done.output
    assert done.rendered.base == ("items", int(bool(above)))


def test_of_a_list_only_what_is_missing_is_added() -> None:
    done = convert_list(nad_item("net-a", "ens1", "spk") + PLAIN_ITEM)
    assert items_of(done) == nad_item("net-a", "ens1", "spk") + converted_item()
    assert done.defined == ()
    assert done.tmm.base == ("items", 1)


def test_a_list_that_gets_another_layout_says_so_once() -> None:
    done = convert_list(ITEM % ("<<: {a: b}", ""))
    assert [found.rule for found in done.findings] == ["layout"]


def test_a_list_is_patched_too() -> None:
    given = settings(f"networks: [{{name: net-a, master: ens1}}], {PATCHES % 'Deployment'}")
    done = convert_list(PLAIN_ITEM, given)
    assert [number for number, _ in done.patched] == [0]
    assert nodes.text(done.tmm.at((*done.tmm.base, "metadata", "name"))) == "new"


@pytest.mark.parametrize(
    ("items", "error", "said"),
    [
        pytest.param("- kind: X\n", NoTarget, "no Deployment or DaemonSet f5-tmm in the stream", id="no-tmm"),
        pytest.param(PLAIN_ITEM * 2, InputError, "2 TMM workloads", id="two"),
        pytest.param(
            nad_item("net-a", "ens9", "spk") + PLAIN_ITEM, InputError, "already defines net-a", id="another-definition"
        ),
        pytest.param(
            PLAIN_ITEM.replace("name: f5-tmm\n", "name: f5-tmm\n    annotations: {helm.sh/hook: x}\n", 1),
            NoTarget,
            "no Deployment",
            id="hook",
        ),
    ],
)
def test_what_is_refused_of_a_list(items: str, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        convert_list(items)


# Tests that the pipeline does no more work than necessary.


def test_a_document_that_stays_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> Any:
        raise AssertionError("nothing is to be written")

    monkeypatch.setattr(edit, "apply", fail)
    monkeypatch.setattr(new_documents, "create", fail)
    assert output(NAD + converted_tmm()) == NAD + converted_tmm()


def test_the_plan_is_made_for_the_target(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Target] = []

    def planned(wanted: Target, given: Config) -> tuple[Change, ...]:
        asked.append(wanted)
        return plan.plan(wanted, given)

    monkeypatch.setattr(pipeline, "plan", planned)
    assert [convert(OTHER + tmm()).rendered] == asked
