from __future__ import annotations

from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postrender.config.patterns import matcher


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
    assert matcher([pattern])(name)


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
    assert not matcher([pattern])(name)


def test_one_of_several_patterns_is_enough() -> None:
    assert matcher(["X", "B*", "A?", "*C"])("AB")
    assert not matcher(["X", "B*", "A??", "*C"])("AB")
    assert not matcher([])("AB")


@given(st.text("aAb*?[]!-^/.\n", max_size=8), st.text("aAb*?[]!-^/.\n", max_size=8))
def test_it_is_the_standard_library_s_globbing(name: str, pattern: str) -> None:
    assert matcher([pattern])(name) == fnmatchcase(name, pattern)
    assert matcher([pattern, "[b]"])(name) == (fnmatchcase(name, pattern) or name == "b")


@given(st.text("aAb*?[", max_size=8))
def test_a_name_without_special_characters_matches_itself(name: str) -> None:
    plain = name.translate(str.maketrans("", "", "*?["))
    assert matcher([plain])(plain)
