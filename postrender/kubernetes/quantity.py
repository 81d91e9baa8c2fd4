"""Converts Kubernetes quantities, such as 500m, 2Gi or 1.5, to whole thousandths of a CPU or of a byte."""

from __future__ import annotations

THOUSANDTHS = {
    "m": 1,
    "": 10**3,
    **{suffix: 10 ** (3 * power) for power, suffix in enumerate("kMGTPE", 2)},
    **{f"{suffix}i": 10**3 << (10 * power) for power, suffix in enumerate("KMGTPE", 1)},
}
MAX_DIGITS = 100  #: the maximum number of digits in a quantity
ONE = THOUSANDTHS[""]
PAGE = 2 * THOUSANDTHS["Mi"]  #: a hugepage of 2Mi
GIBIBYTE = THOUSANDTHS["Gi"]


def parse(text: str | None) -> int | None:
    """Return a quantity in thousandths, or None if the text is not a quantity or not a whole number of thousandths."""
    written = text or ""
    number = written.rstrip("kmKMGTPEi")
    whole, _, decimals = number.partition(".")
    factor = THOUSANDTHS.get(written[len(number) :])
    if factor is None or not (whole + decimals).isdigit() or not number.isascii() or len(number) > MAX_DIGITS:
        return None
    amount, rest = divmod(int(whole + decimals) * factor, 10 ** len(decimals))
    return None if rest else amount
