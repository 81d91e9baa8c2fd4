"""Test that compiled patches give the filter's objects in real kustomize; `python -m fuzz --compile` tests more."""

from __future__ import annotations

from collections import Counter

import pytest

from fuzz import compiled

pytestmark = pytest.mark.hosts
PAIRS = 200


def test_random_pairs_give_the_same_objects_or_are_refused() -> None:
    found = Counter(compiled.judge(compiled.generate(7, number))[0] for number in range(PAIRS))
    assert set(found) <= {compiled.SAME, compiled.REFUSED}
    assert found[compiled.SAME] > PAIRS // 2
