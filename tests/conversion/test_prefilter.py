from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postrender.config import Tmm
from postrender.conversion import prefilter
from postrender.kubernetes.objects import objects
from postrender.spk import target
from postrender.yamledit import stream
from tests.configs import TMM_NAME

DEPLOYMENT = b"apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: f5-tmm}\n"


def chosen(data: bytes, workload: str = TMM_NAME) -> list[int]:
    return [document.number for document in prefilter.candidates(stream.read(data), workload)]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"kind: Service\nmetadata: {name: f5-tmm}\n", id="another-kind"),
        pytest.param(b"kind: Deployment\nmetadata: {name: other}\n", id="another-name"),
        pytest.param(b"kind: deployment\nmetadata: {name: F5-TMM}\n", id="another-case"),
        pytest.param(b"kind: Deployment\n---\nname: f5-tmm\n", id="words-in-two-documents"),
        pytest.param(b"name: f5-tmm\n---\nkind: Deployment\n---\nname: f5-tmm\n", id="words-in-three-documents"),
        pytest.param(b"a: C:\\new\\name\n", id="a-backslash-that-spells-no-letter"),
        pytest.param(b'a: "\\n\\t\\"\\\\\\/"\n', id="escapes-that-spell-no-letter"),
        pytest.param(b"# c\n", id="comment"),
    ],
)
def test_what_can_be_no_target_is_passed_over(data: bytes) -> None:
    assert chosen(data) == []


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(DEPLOYMENT, id="deployment"),
        pytest.param(DEPLOYMENT.replace(b"Deployment", b"DaemonSet"), id="daemonset"),
        pytest.param(b'{"kind":"Deployment","metadata":{"name":"f5-tmm"}}', id="json"),
        pytest.param(b"kind: List\nitems: [{kind: Deployment, metadata: {name: f5-tmm}}]\n", id="list"),
        pytest.param(b"# Deployment f5-tmm\n", id="words-in-a-comment"),
        pytest.param(b"f5-tmm: Deployment\n", id="word-at-the-very-start"),
        pytest.param(b"Deployment: f5-tmm\n", id="kind-at-the-very-start"),
        pytest.param(b"NetworkAttachmentDefinition: 1\n", id="definition-at-the-very-start"),
        pytest.param(b"kind: CNEInstance\n", id="instance"),
        pytest.param(b"kind: BNKGatewayClass\n", id="older-instance"),
        pytest.param(b"kind: Deployment\nmetadata: {name: my-f5-tmm-2}\n", id="name-within-another"),
        pytest.param(b'kind: Deployment\nname: "f5\\x2dtmm"\n', id="two-digit-escape"),
        pytest.param(b'kind: Deployment\nname: "f5\\u002dtmm"\n', id="four-digit-escape"),
        pytest.param(b'kind: Deployment\nname: "f5\\U0000002dtmm"\n', id="eight-digit-escape"),
        pytest.param(b'kind: Deployment\nname: "f5-\\\n  tmm"\n', id="escaped-line-break"),
        pytest.param(b'kind: Deployment\nname: "f5-\\\r\n  tmm"\n', id="escaped-crlf"),
        pytest.param(b'kind: "D\\x65ployment"\nname: f5-tmm\n', id="escape-in-the-kind"),
        pytest.param(b'kind: "D\\x65ployment"\nname: "\\x665-tmm"\n', id="escape-in-both"),
        pytest.param(b"kind: NetworkAttachmentDefinition\n", id="definition"),
    ],
)
def test_what_may_be_a_target_is_a_candidate(data: bytes) -> None:
    assert chosen(data) == [0]


@pytest.mark.parametrize(
    ("parts", "numbers"),
    [
        pytest.param([b"a: b\n", b"---\n" + DEPLOYMENT, b"---\na: b\n"], [1], id="in-the-middle"),
        pytest.param([DEPLOYMENT, b"---\na: b\n", b"---\n" + DEPLOYMENT], [0, 2], id="at-both-ends"),
        pytest.param([b"\xef\xbb\xbf" + DEPLOYMENT, b"---\na: b\n"], [0], id="behind-a-bom"),
        pytest.param([b"---\n" + DEPLOYMENT * 2, b"---\n" + DEPLOYMENT], [0, 1], id="words-repeated"),
        pytest.param(
            [b"---\nkind: NetworkAttachmentDefinition\n", b"---\n" + DEPLOYMENT, b'---\na: "\\x41"\n'],
            [0, 1, 2],
            id="every-reason-in-stream-order",
        ),
    ],
)
def test_which_of_several_are_candidates(parts: list[bytes], numbers: list[int]) -> None:
    assert chosen(b"".join(parts)) == numbers


def test_the_name_is_the_configs() -> None:
    assert chosen(DEPLOYMENT, "f5-tmm") == [0]
    assert chosen(DEPLOYMENT, "tmm-lab") == []
    assert chosen(DEPLOYMENT.replace(b"f5-tmm", b"tmm-lab"), "tmm-lab") == [0]


def written(word: str) -> st.SearchStrategy[str]:
    """Draw a way to write a word in YAML: plain, quoted, or with any of its characters escaped."""
    escapes = ["{}", "\\x{:02x}", "\\u{:04x}", "\\U{:08X}", "\\\n    {}"]
    char = st.sampled_from(escapes)
    spelled = st.lists(char, min_size=len(word), max_size=len(word)).map(
        lambda forms: "".join(
            form.format(it if "{}" in form else ord(it)) for form, it in zip(forms, word, strict=True)
        )
    )
    return st.one_of(st.just(word), st.just(f"'{word}'"), spelled.map('"{}"'.format))


@given(kind=written("Deployment"), name=written("f5-tmm"), flow=st.booleans(), before=st.integers(0, 3))
def test_no_target_is_passed_over_however_it_is_written(kind: str, name: str, flow: bool, before: int) -> None:
    block = f"apiVersion: apps/v1\nkind: {kind}\nmetadata:\n  name: {name}\n"
    text = f"{{apiVersion: apps/v1, metadata: {{name: {name}}}, kind: {kind}}}\n" if flow else block
    data = b"a: b\n---\n" * before + text.encode() + b"---\nc: d\n"
    parsed = stream.parse(stream.read(data), stream.split(data)[before])
    assert [target.is_target(found, Tmm().workload, None, False) for found in objects(parsed)] == [True]
    assert chosen(data) == [before]
