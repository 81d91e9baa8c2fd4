from __future__ import annotations

import signal
import threading
import time

import pytest

from postrender.kubernetes import selector
from postrender.kubernetes.selector import Selector
from postrender.yamledit import nodes

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
    root = nodes.compose(text)
    assert root is not None
    return selector.matches(wanted, root)


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


@pytest.mark.parametrize(
    ("wanted", "meant"),
    [
        pytest.param(Selector(version="v1", kind="ConfigMap"), True, id="no-group"),
        pytest.param(Selector(group="v1"), False, id="its-version-is-no-group"),
        pytest.param(Selector(namespace="default"), False, id="no-namespace"),
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
    assert selector.parsed(text) == expected


@pytest.mark.parametrize(
    "labels",
    ["a b", "=b", "a=b=c", "a in b", "a in (b", "a in b)", "a,b in (c", "in (a)", "a=b c", "!a=b", "a>1", "(", "a=(b)"],
)
def test_what_is_no_label_selector_is_refused(labels: str) -> None:
    with pytest.raises(ValueError, match="label"):
        list(map(selector.parsed, selector.requirements(labels)))


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ("", []),
        ("a", ["a"]),
        ("a=b, c", ["a=b", "c"]),
        ("a in (b,c),d notin (e,f)", ["a in (b,c)", "d notin (e,f)"]),
        (" , a,,", ["a"]),
        ("a),b(", ["a),b("]),
    ],
)
def test_requirements_are_told_apart(labels: str, expected: list[str]) -> None:
    assert list(selector.requirements(labels)) == expected


def test_a_selector_is_shown_as_it_is_written() -> None:
    shown = str(Selector(kind="ConfigMap", name="tmm-.*", label_selector="app"))
    assert shown == "kind: ConfigMap, name: tmm-.*, labelSelector: app"


# An expression may try every way to cut a value into pieces.

ENDLESS = Selector(name="(a+)+b")
PIECES = f"{{metadata: {{name: {'a' * 40}}}}}"


def test_an_expression_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selector, "PATIENCE", 0.05)
    start = time.monotonic()
    with pytest.raises(selector.Endless, match=r"takes too long to match a+; say it without repeats in repeats$"):
        matches(ENDLESS, PIECES)
    assert time.monotonic() - start < selector.PATIENCE + 5


def test_patience_is_short() -> None:
    assert 0 < selector.PATIENCE <= 1


@pytest.mark.parametrize("wanted", [Selector(name="f5-.*"), Selector(name="other")], ids=["match", "no-match"])
def test_the_timer_is_the_callers_again(wanted: Selector) -> None:
    before = signal.signal(signal.SIGALRM, signal.SIG_IGN)
    try:
        matches(wanted)
        assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)
        assert signal.getsignal(signal.SIGALRM) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGALRM, before)


def test_the_timer_is_the_callers_again_also_when_it_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selector, "PATIENCE", 0.05)
    before = signal.getsignal(signal.SIGALRM)
    with pytest.raises(selector.Endless):
        matches(ENDLESS, PIECES)
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)
    assert signal.getsignal(signal.SIGALRM) is before


@pytest.mark.parametrize(("name", "meant"), [("f5-.*", True), ("other", False)])
def test_beside_the_main_thread_there_is_no_timer(name: str, meant: bool) -> None:
    found: list[bool] = []
    thread = threading.Thread(target=lambda: found.append(matches(Selector(name=name))))
    thread.start()
    thread.join()
    assert found == [meant]


@pytest.mark.parametrize(("name", "meant"), [("f5-.*", True), ("other", False)])
def test_there_may_be_no_timers(monkeypatch: pytest.MonkeyPatch, name: str, meant: bool) -> None:
    monkeypatch.delattr(signal, "setitimer")
    assert matches(Selector(name=name)) is meant
