from __future__ import annotations

import threading

import pytest

from postrender.kubernetes import selector
from postrender.kubernetes.objects import objects
from postrender.kubernetes.selector import Selector
from postrender.yamledit import stream

OBJECT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: f5-tmm
  namespace: spk-ingress
  labels: {app: f5-tmm, f5.com/tier: "", track: 'on', number: 1}
"""
CORE = "{apiVersion: v1, kind: ConfigMap, metadata: {name: tmm-init}}"


def matches(wanted: Selector, text: str = OBJECT) -> bool:
    manifests = stream.read(text.encode())
    (obj,) = objects(stream.parse(manifests, manifests.documents[0]))
    return selector.matches(wanted, selector.identity(obj))


@pytest.mark.parametrize(
    "wanted",
    [
        pytest.param(Selector(kind="Deployment"), id="kind"),
        pytest.param(Selector(group="apps"), id="group"),
        pytest.param(Selector(version="v1"), id="version"),
        pytest.param(Selector(name="f5-tmm"), id="name"),
        pytest.param(Selector(namespace="spk-ingress"), id="namespace"),
        pytest.param(Selector("apps", "v1", "Deployment", "f5-tmm", "spk-ingress", "app=f5-tmm"), id="all"),
        pytest.param(Selector(name="f5-.*"), id="expression"),
        pytest.param(Selector(kind="DaemonSet|Deployment"), id="alternatives"),
        pytest.param(Selector(), id="nothing-means-all"),
    ],
)
def test_an_object_is_meant(wanted: Selector) -> None:
    assert matches(wanted)


@pytest.mark.parametrize(
    "wanted",
    [
        pytest.param(Selector(kind="Deploy"), id="beginning-of-the-kind"),
        pytest.param(Selector(name="tmm"), id="end-of-the-name"),
        pytest.param(Selector(name="F5-TMM"), id="case"),
        pytest.param(Selector(group="app|s"), id="alternatives-of-parts"),
        pytest.param(Selector(version="apps/v1"), id="version-with-its-group"),
        pytest.param(Selector(namespace="spk"), id="part-of-the-namespace"),
        pytest.param(Selector(kind="Deployment", name="other"), id="one-of-two"),
        pytest.param(Selector(kind="Deployment", label_selector="app=other"), id="all-but-the-label"),
    ],
)
def test_an_object_is_not_meant(wanted: Selector) -> None:
    assert not matches(wanted)


def test_what_is_in_no_namespace_is_not_in_the_default_one() -> None:
    role = "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: tmm}}"
    assert not matches(Selector(namespace="default"), role)
    assert matches(Selector(namespace=".*"), role)


@pytest.mark.parametrize(
    ("wanted", "meant"),
    [
        pytest.param(Selector(version="v1", kind="ConfigMap"), True, id="no-group"),
        pytest.param(Selector(group="v1"), False, id="its-version-is-no-group"),
        pytest.param(Selector(namespace="default"), True, id="no-namespace-is-the-default-one"),
        pytest.param(Selector(namespace="spk"), False, id="no-namespace-is-no-other-one"),
        pytest.param(Selector(label_selector="app"), False, id="no-labels"),
        pytest.param(Selector(label_selector="!app"), True, id="no-labels-are-wanted"),
        pytest.param(Selector(label_selector="app!=f5-tmm"), True, id="no-labels-so-not-that-one"),
    ],
)
def test_an_object_of_the_core_group_without_namespace_and_labels(wanted: Selector, meant: bool) -> None:
    assert matches(wanted, CORE) is meant


@pytest.mark.parametrize("text", ["[]", "text", "{}", "{metadata: text}", "{metadata: {labels: [a]}, kind: [b]}"])
def test_what_is_no_object_has_no_kind(text: str) -> None:
    assert not matches(Selector(kind="Deployment"), text)
    assert not matches(Selector(label_selector="app"), text)


@pytest.mark.parametrize(
    ("labels", "meant"),
    [
        pytest.param("app=f5-tmm", True, id="equals"),
        pytest.param("app==f5-tmm", True, id="double-equals"),
        pytest.param(" app = f5-tmm ", True, id="spaces"),
        pytest.param("app=f5", False, id="a-part-of-the-value"),
        pytest.param("app!=f5-tmm", False, id="not"),
        pytest.param("app!=other", True, id="not-another"),
        pytest.param("none!=other", True, id="not-where-there-is-none"),
        pytest.param("none=", False, id="empty-where-there-is-none"),
        pytest.param("f5.com/tier=", True, id="empty-value"),
        pytest.param("f5.com/tier", True, id="exists-though-empty"),
        pytest.param("none", False, id="exists-not"),
        pytest.param("!none", True, id="missing"),
        pytest.param("!app", False, id="missing-not"),
        pytest.param("app in (other, f5-tmm)", True, id="in"),
        pytest.param("app in (f5-tmm)", True, id="in-one"),
        pytest.param("app in (other)", False, id="in-not"),
        pytest.param("none in (a)", False, id="in-where-there-is-none"),
        pytest.param("app notin (other,another)", True, id="not-in"),
        pytest.param("app notin (other,f5-tmm)", False, id="not-in-though-it-is"),
        pytest.param("none notin (a)", True, id="not-in-where-there-is-none"),
        pytest.param("app=f5-tmm,track=on", True, id="both"),
        pytest.param("app=f5-tmm,track=off", False, id="only-one-of-two"),
        pytest.param("app in (a, f5-tmm),track notin (off, no),!none", True, id="commas-in-brackets"),
        pytest.param("number=1", True, id="a-number-as-text"),
    ],
)
def test_label_selectors(labels: str, meant: bool) -> None:
    assert matches(Selector(label_selector=labels)) is meant


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a=b", ("a", "in", ("b",))),
        ("a == b", ("a", "in", ("b",))),
        ("a!=b", ("a", "notin", ("b",))),
        ("a in (b, c)", ("a", "in", ("b", "c"))),
        ("a notin (b)", ("a", "notin", ("b",))),
        ("a", ("a", "exists", ())),
        ("!a", ("a", "missing", ())),
        ("k8s.io/a-b_c=d.e", ("k8s.io/a-b_c", "in", ("d.e",))),
    ],
)
def test_a_requirement_is_read(text: str, expected: tuple[str, str, tuple[str, ...]]) -> None:
    assert selector.parse_requirement(text) == expected


@pytest.mark.parametrize(
    "labels",
    ["a b", "=b", "a=b=c", "a in b", "a in (b", "a in b)", "a,b in (c", "in (a)", "a=b c", "!a=b", "a>1", "(", "a=(b)"],
)
def test_what_is_no_label_selector_is_refused(labels: str) -> None:
    with pytest.raises(ValueError, match="label"):
        list(map(selector.parse_requirement, selector.requirements(labels)))


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ("", []),
        ("a", ["a"]),
        ("a=b, c", ["a=b", "c"]),
        ("a in (b,c),d notin (e,f)", ["a in (b,c)", "d notin (e,f)"]),
        (" ", []),
        ("a),b(", ["a),b("]),
    ],
)
def test_requirements_are_told_apart(labels: str, expected: list[str]) -> None:
    assert list(selector.requirements(labels)) == expected


@pytest.mark.parametrize("labels", [",", "a,", ",a", "a,,b", " , a"])
def test_nothing_between_commas_is_not_a_requirement(labels: str) -> None:
    with pytest.raises(ValueError, match="is not a label selector: nothing is between two commas"):
        list(selector.requirements(labels))


def test_a_selector_is_shown_as_it_is_written() -> None:
    shown = str(Selector(kind="ConfigMap", name="tmm-.*", label_selector="app"))
    assert shown == "kind: ConfigMap, name: tmm-.*, labelSelector: app"


# Tests of replacing the search function, which affects only the current context.


def test_the_search_can_be_replaced() -> None:
    asked: list[tuple[str, str]] = []
    before = selector.search.set(lambda pattern, value: not asked.append((pattern, value)))
    try:
        assert matches(Selector(kind="X.", name="f5.?"))
    finally:
        selector.search.reset(before)
    assert asked == [("X.", "Deployment"), ("f5.?", "f5-tmm")]
    assert not matches(Selector(kind="X.", name="f5.?"))


def test_another_thread_has_the_plain_search() -> None:
    found: list[object] = []
    before = selector.search.set(lambda *_: True)
    try:
        thread = threading.Thread(target=lambda: found.append(selector.search.get()))
        thread.start()
        thread.join()
    finally:
        selector.search.reset(before)
    assert found == [selector.fullmatch]
