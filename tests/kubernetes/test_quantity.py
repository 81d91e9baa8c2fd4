from __future__ import annotations

import pytest

from postrender.kubernetes import quantity


@pytest.mark.parametrize(
    "text",
    [
        *(None, "", " ", "m", "Gi", "abc", "1 Gi", " 1", "1 ", "-1", "+1", "--", "."),
        *("1mi", "1ki", "1K", "1g", "1GI", "1iG", "1mm", "1kk", "1KiKi", "1B", "1Zi", "1e3", "1E3", "1Ei3"),
        *("1.2.3", "1,5", "0x10", "1_000", "\u0661", "\u0661.5", "1.\u0661", "\u00b2", "1.\u00b2"),
    ],
    ids=repr,
)
def test_what_is_no_quantity(text: str | None) -> None:
    assert quantity.parse(text) is None


@pytest.mark.parametrize("text", ["0.5m", "1.0001", "0.0000001k", "0.1m", "2.3m", "0.00000001Ki"])
def test_what_is_finer_than_a_thousandth(text: str) -> None:
    assert quantity.parse(text) is None


@pytest.mark.parametrize(
    ("text", "thousandths"),
    [
        ("0", 0),
        ("1", 1000),
        ("250", 250_000),
        ("500m", 500),
        ("1m", 1),
        ("1.5", 1500),
        ("0.001", 1),
        (".5", 500),
        ("5.", 5000),
        ("00.50", 500),
        ("1.0m", 1),
        ("1.0000", 1000),
        ("1k", 10**6),
        ("1M", 10**9),
        ("1G", 10**12),
        ("1T", 10**15),
        ("1P", 10**18),
        ("1E", 10**21),
        ("1Ki", 1000 * 2**10),
        ("1572Mi", 1572 * 1000 * 2**20),
        ("3Gi", 3 * 1000 * 2**30),
        ("1Ti", 1000 * 2**40),
        ("1Pi", 1000 * 2**50),
        ("1Ei", 1000 * 2**60),
        ("1.5Gi", 1500 * 2**30),
        ("0.000001G", 10**6),
        ("0.125Ki", 128_000),
    ],
)
def test_a_quantity_in_thousandths(text: str, thousandths: int) -> None:
    assert quantity.parse(text) == thousandths


def test_a_quantity_has_at_most_so_many_digits() -> None:
    most = "9" * quantity.MAX_DIGITS
    assert quantity.MAX_DIGITS == 100
    assert quantity.parse(most) == int(most) * 1000
    assert quantity.parse(f"{most}Ki") == int(most) * 1000 * 2**10
    assert quantity.parse(f"{most}9") is None
    assert quantity.parse("0." + "0" * quantity.MAX_DIGITS) is None


def test_the_amounts_that_rules_count_in() -> None:
    assert tuple(map(quantity.parse, ("1", "2Mi", "1Gi"))) == (quantity.ONE, quantity.PAGE, quantity.GIBIBYTE)
