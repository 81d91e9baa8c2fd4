"""Kubernetes quantities, such as 500m, 2Gi or 1.5, as whole thousandths: of a CPU, or of a byte."""

from __future__ import annotations

THOUSANDTHS = {
    "": 10**3,
    "m": 1,
    "k": 10**6,
    "M": 10**9,
    "G": 10**12,
    "T": 10**15,
    "Ki": 10**3 << 10,
    "Mi": 10**3 << 20,
    "Gi": 10**3 << 30,
    "Ti": 10**3 << 40,
}
ONE = THOUSANDTHS[""]
PAGE = 2 * THOUSANDTHS["Mi"]  #: a hugepage of 2Mi
GIBIBYTE = THOUSANDTHS["Gi"]


def parse(text: str | None) -> int | None:
    """Return a quantity in thousandths; None where it is none, or finer than that."""
    written = text or ""
    number = written.rstrip("kmMGTi")
    whole, _, decimals = number.partition(".")
    factor = THOUSANDTHS.get(written[len(number) :])
    if factor is None or not (whole + decimals).isdigit() or not number.isascii():
        return None
    amount, rest = divmod(int(whole + decimals) * factor, 10 ** len(decimals))
    return None if rest else amount
