from __future__ import annotations

from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postrender.config.patterns import matching


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("openshift.io/sriov", "openshift.io/*"),
        ("openshift.io/", "openshift.io/*"),
        ("PCIDEVICE_A", "PCIDEVICE_A"),
        ("PCIDEVICE_A", "*"),
        ("PCIDEVICE_A", "*DEVICE*"),
        ("PCIDEVICE_A", "PCI*_A"),
        ("PCIDEVICE_A", "PCIDEVICE_?"),
        ("PCIDEVICE_A", "PCIDEVICE_[AB]"),
        ("PCIDEVICE_A", "PCIDEVICE_[!B]"),
        ("A*", "A[*]"),
        ("A**B", "A**"),
    ],
)
def test_what_matches(name: str, pattern: str) -> None:
    assert matching(name, [pattern]) == pattern


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("openshift.io", "openshift.io/*"),
        ("openshiftxio/sriov", "openshift.io/*"),
        ("my.openshift.io/sriov", "openshift.io/*"),
        ("pcidevice_a", "PCIDEVICE_*"),
        ("PCIDEVICE_A", "PCIDEVICE_"),
        ("PCIDEVICE_A", "PCIDEVICE"),
        ("PCIDEVICE_A", "PCIDEVICE_A?"),
        ("PCIDEVICE_A", "PCIDEVICE_[!A]"),
        ("PCIDEVICE_A", ""),
        ("A\nB", "A"),
    ],
)
def test_what_does_not_match(name: str, pattern: str) -> None:
    assert matching(name, [pattern]) is None


def test_the_first_pattern_that_matches_is_the_answer() -> None:
    assert matching("AB", ["B*", "A*", "AB", "*"]) == "A*"
    assert matching("AB", []) is None


@given(st.text("aAb*?[]!-^/.\n", max_size=8), st.text("aAb*?[]!-^/.\n", max_size=8))
def test_it_is_the_standard_library_s_globbing(name: str, pattern: str) -> None:
    assert (matching(name, [pattern]) is not None) == fnmatchcase(name, pattern)


@given(st.text("aAb*?[", max_size=8))
def test_a_name_without_special_characters_matches_itself(name: str) -> None:
    plain = name.translate(str.maketrans("", "", "*?["))
    assert matching(plain, [plain]) == plain
