from __future__ import annotations

import signal
import threading
import time
from pathlib import Path

import pytest

from postrender.cli import main as cli
from postrender.cli import stdio, timer
from postrender.hosts import Answer, argocd
from postrender.kubernetes import selector
from postrender.kubernetes.objects import objects
from postrender.kubernetes.selector import Selector
from postrender.yamledit import stream
from tests.configs import HEAD
from tests.conftest import Program

OBJECT = "{metadata: {name: f5-tmm}}"


def matches(wanted: Selector, text: str = OBJECT) -> bool:
    manifests = stream.read(text.encode())
    (obj,) = objects(stream.parse(manifests, manifests.documents[0]))
    with timer.limited_searches():
        return selector.matches(wanted, selector.identity(obj))


def test_a_search_is_limited_as_long_as_asked() -> None:
    with timer.limited_searches():
        assert selector.search.get() is not selector.fullmatch
    assert selector.search.get() is selector.fullmatch


# A regular expression may try every way of splitting a value into pieces.

ENDLESS = Selector(name="(a+)+b")
PIECES = f"{{metadata: {{name: {'a' * 40}}}}}"


def test_an_expression_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timer, "PATIENCE", 0.05)
    start = time.process_time()
    with pytest.raises(selector.Endless, match=r"takes too long to match a+; avoid nested repetition$"):
        matches(ENDLESS, PIECES)
    assert time.process_time() - start < timer.PATIENCE + 5


def test_all_searches_of_a_run_have_a_limit_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timer, "ALTOGETHER", 0.0)
    start = time.process_time()
    with timer.limited_searches(), pytest.raises(selector.Endless):
        matches(ENDLESS, PIECES)
    assert time.process_time() - start < timer.PATIENCE


def test_patience_is_short() -> None:
    assert 0 < timer.PATIENCE <= 1


@pytest.mark.parametrize("wanted", [Selector(name="f5-.*"), Selector(name="other")], ids=["match", "no-match"])
def test_the_timer_is_the_callers_again(wanted: Selector) -> None:
    before = signal.signal(signal.SIGVTALRM, signal.SIG_IGN)
    try:
        matches(wanted)
        assert signal.getitimer(signal.ITIMER_VIRTUAL) == (0, 0)
        assert signal.getsignal(signal.SIGVTALRM) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGVTALRM, before)


def test_the_timer_is_the_callers_again_also_when_it_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timer, "PATIENCE", 0.05)
    before = signal.getsignal(signal.SIGVTALRM)
    with pytest.raises(selector.Endless):
        matches(ENDLESS, PIECES)
    assert signal.getitimer(signal.ITIMER_VIRTUAL) == (0, 0)
    assert signal.getsignal(signal.SIGVTALRM) is before


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


# The limit applies to every verb that applies patches.

CONFIG = (
    HEAD
    + """\
spec:
  networks: [{name: net-a, master: ens1}]
  patches: [{target: {name: (a+)+b}, patch: [{op: test, path: /kind, value: X}]}]
"""
)
TMM = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: f5-tmm}
spec: {template: {spec: {containers: [{name: f5-tmm}]}}}
"""
HOSTILE = f"kind: X\nmetadata: {{name: {'a' * 40}}}\n"
LIST = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\n"


def indented(text: str) -> str:
    return text.replace("\n", "\n  ").rstrip(" ")


RESOURCES = f"{LIST}functionConfig:\n  {indented(CONFIG)}items:\n- {indented(TMM)}- {indented(HOSTILE)}"


@pytest.mark.parametrize(
    ("words", "data"),
    [
        pytest.param([], f"{TMM}---\n{HOSTILE}", id="render"),
        pytest.param(["check"], f"{TMM}---\n{HOSTILE}", id="check"),
        pytest.param(["diff"], f"{TMM}---\n{HOSTILE}", id="diff"),
        pytest.param(["compile", "--format", "flux"], f"{TMM}---\n{HOSTILE}", id="compile"),
        pytest.param(["krm"], RESOURCES, id="krm"),
    ],
)
def test_a_verb_that_patches_gives_up(program: Program, tmp_path: Path, words: list[str], data: str) -> None:
    (tmp_path / "spk-macvlan.yaml").write_text(CONFIG)
    done = program(*words, input=data.encode())
    assert (done.returncode, done.stdout) == (3, b"")
    assert b"the expression (a+)+b takes too long to match aaa" in done.stderr


def test_what_argo_cd_runs_has_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    searches: list[object] = []
    monkeypatch.setattr(argocd, "generate", lambda *_: searches.append(selector.search.get()) or Answer(b"", ()))
    monkeypatch.setattr(stdio, "write", lambda _: None)
    assert cli.main(["cmp", "generate"]) == 0
    assert len(searches) == 1
    assert searches != [selector.fullmatch]
