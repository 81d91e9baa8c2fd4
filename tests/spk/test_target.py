"""Which object of a stream is the TMM."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from postrender.errors import InputError
from postrender.spk import target
from postrender.yamledit import stream

if TYPE_CHECKING:
    from postrender.yamledit.nodes import Path


@pytest.mark.parametrize(("items", "bases"), [("", []), ("items: []", []), ("items: {a: b}", [()])])
def test_a_list_without_items_is_empty(items: str, bases: list[Path]) -> None:
    data = f"kind: PodList\n{items}\n".encode()
    assert [found.base for found in target.objects(stream.parse(data, stream.split(data)[0]))] == bases


@pytest.mark.parametrize(("number", "ends"), [(10, "at line 28"), (11, ", …")])
def test_of_many_tmms_the_first_are_listed(number: int, ends: str) -> None:
    data = b"---\nkind: Deployment\nmetadata: {name: f5-tmm}\n" * number
    documents = filter(None, (stream.parse(data, document) for document in stream.split(data)))
    with pytest.raises(InputError) as refused:
        target.choose([found for document in documents for found in target.objects(document)])
    listed, _, advice = refused.value.sentence.partition("; ")
    assert listed.endswith(ends)
    assert advice == "give them namespaces, or keep one"
