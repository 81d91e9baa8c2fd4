"""Where lines end: at CR LF, LF or CR, as YAML 1.2 and every tool around it say.

`str.splitlines` also cuts at NEL, U+2028, U+2029 and at control characters.
"""

from __future__ import annotations


def lines(text: str) -> list[str]:
    """Return the lines of a text without their breaks; a final break is followed by an empty line."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.split("\n")
