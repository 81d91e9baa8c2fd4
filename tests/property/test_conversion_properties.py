"""Convert random manifests: only the planned changes are made, they are right, and a second run changes nothing."""

from __future__ import annotations

import re
from typing import Any

from hypothesis import assume, event, given

from postrender import conversion
from postrender.conversion import Converted
from postrender.errors import InputError
from postrender.yamledit import nodes
from tests.configs import TMM_NAME
from tests.property import oracle
from tests.property.manifests import SCRIPT, Case, cases, ordinary_documents, wild_documents

FLAG = "TMM_MAPRES_ADDL_VETHS_ON_DP"
PAGES = "TMM_MAPRES_HUGEPAGES"


def edited(case: Case, result: Converted) -> str:
    """Return the output's definitions and TMM document; all bytes around them must equal the input."""
    assert result.output.startswith(case.before)
    assert result.output.endswith(case.after)
    return result.output[len(case.before) : len(result.output) - len(case.after)].decode()


@given(cases(ordinary_documents()))
def test_an_ordinary_document_is_converted_in_place(case: Case) -> None:
    # A block scalar at the end of the input, without a line break, is refused if it must move, because readers disagree
    # about it.
    assume(not case.tmm.endswith(SCRIPT.splitlines()[-1]))
    result = conversion.convert(case.stream, case.config)
    assert not is_laid_out_anew(result)
    assert_right(case, result)
    assert_in_place(case, result)


@given(cases(wild_documents()))
def test_a_wild_document_is_converted_or_refused(case: Case) -> None:
    try:
        result = conversion.convert(case.stream, case.config)
    except InputError as refused:
        event(f"refused: {refused.sentence.partition(';')[0]}")
        return
    assert_right(case, result)
    event("laid out anew" if is_laid_out_anew(result) else "in place")
    if not is_laid_out_anew(result):
        assert_in_place(case, result)


def is_laid_out_anew(result: Converted) -> bool:
    return any(finding.rule == "layout" for finding in result.findings)


def assert_right(case: Case, result: Converted) -> None:
    """Require that other parsers see only the planned changes, and that a second run changes no byte."""
    text = edited(case, result)
    before, after = oracle.read_1_1(case.tmm), oracle.read_1_1(text)
    assert oracle.typed(after[-1]) == oracle.typed(oracle.patched(before[0], result.changes))
    assert_same_to_yaml_1_2(case, text, result)
    assert_defined(case, after[:-1], before[0])
    assert_on_macvlan(case, before[0], after[-1])
    assert conversion.convert(result.output, case.config).output == result.output


def assert_same_to_yaml_1_2(case: Case, text: str, result: Converted) -> None:
    before, after = oracle.read_1_2(case.tmm), oracle.read_1_2(text)
    if before is not None:
        assert after is not None
        assert oracle.typed(after[-1]) == oracle.typed(oracle.patched(before[0], result.changes))


def assert_in_place(case: Case, result: Converted) -> None:
    """Require that every line without a planned change is still present, in the same order."""
    kept = oracle.untouched(case.tmm, nodes.compose(case.tmm), result.changes)
    assert oracle.is_subsequence(kept, oracle.lines(edited(case, result)))
    assert not comments(edited(case, result)) - comments(case.tmm)


def comments(text: str) -> set[str]:
    return set(re.findall(r"# c\d+", text))


# Settings of SPK.


def assert_defined(case: Case, documents: list[Any], before: Any) -> None:
    namespace = oracle.workload(before)["metadata"].get("namespace")
    wanted = [network for network in case.config.networks if network.create]
    found = oracle.definitions(documents)
    assert [(name, place) for name, place, _ in found] == [(it.name, it.namespace or namespace) for it in wanted]
    for network, (name, _, cni) in zip(wanted, found, strict=True):
        assert cni | {"ipam": {}} == cni
        assert (cni["name"], cni["type"], cni["master"], cni["mode"]) == (name, "macvlan", network.master, network.mode)


def assert_on_macvlan(case: Case, before: Any, after: Any) -> None:
    """Require what the design specifies, determined only from the parsed documents."""
    assert_attached(case, after)
    assert_environment(case, before, after)
    is_off = hugepages(before) is None
    for group in ("limits", "requests"):
        assert_resources(case, oracle.amounts(before, group), oracle.amounts(after, group), is_off)
    sidecars = [
        [it for it in pod(document)["spec"]["containers"] if it["name"] != TMM_NAME] for document in (before, after)
    ]
    assert sidecars[0] == sidecars[1]


def pod(document: Any) -> Any:
    return oracle.workload(document)["spec"]["template"]


def assert_attached(case: Case, after: Any) -> None:
    namespace = oracle.workload(after)["metadata"].get("namespace")
    places = [(it.namespace or namespace, it.name) for it in case.config.networks]
    annotations = pod(after)["metadata"]["annotations"]
    assert annotations["k8s.v1.cni.cncf.io/networks"] == ",".join("/".join(filter(None, place)) for place in places)
    assert "robin.io/networks" not in annotations


def assert_environment(case: Case, before: Any, after: Any) -> None:
    tmm = case.config.tmm
    found = oracle.variables(after)
    for name, value in (*tmm.env, (FLAG, "TRUE")):
        assert [entry[1:] for entry in found if entry[0] == name] == [(value, False)]
    names = [name for name, _, _ in found]
    rendered = [name for name, _, _ in oracle.variables(before)]
    once = {FLAG, *dict(tmm.env), *([PAGES] if sets_pages(case, after) else [])}
    rest = [name for at, name in enumerate(rendered) if name not in once or name not in rendered[:at]]
    kept = [name for name in rest if not (oracle.SRIOV.fullmatch(name) or dropped(name, tmm.unset_env))]
    assert names[: len(kept)] == kept
    assert names[len(kept) :] == sorted(set(names) - set(kept))
    assert_pages(case, before, after)


def dropped(name: str, patterns: tuple[str, ...]) -> bool:
    return name in patterns or ("OLD_*" in patterns and name.startswith("OLD_"))


def hugepages(after: Any) -> str | None:
    limit, request = (oracle.amounts(after, group).get("hugepages-2Mi") for group in ("limits", "requests"))
    return limit or request


def sets_pages(case: Case, after: Any) -> bool:
    return not case.config.tmm.topology_manager and bool(hugepages(after))


def assert_pages(case: Case, before: Any, after: Any) -> None:
    found = [entry[1:] for entry in oracle.variables(after) if entry[0] == PAGES]
    if sets_pages(case, after):
        assert found == [({"3Gi": "1536", "1572Mi": "786"}[hugepages(after) or ""], False)]
    else:
        assert found == [entry[1:] for entry in oracle.variables(before) if entry[0] == PAGES]


def assert_resources(case: Case, before: dict[str, str], after: dict[str, str], is_off: bool) -> None:
    """If the chart turns hugepages off, the hugepages in the config are not written."""
    unwanted = ("openshift.io/", "intel.com/") if case.config.tmm.unset_resources else ("openshift.io/",)
    kept = {name: amount for name, amount in before.items() if not name.startswith(unwanted)}
    set_to = {name: str(it) for name, it in case.config.tmm.resources if not (is_off and name == "hugepages-2Mi")}
    assert after == {**kept, **set_to}
