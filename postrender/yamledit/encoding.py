"""Recognizes why text is not valid YAML: its encoding, its indentation, or a missing space after a colon."""

from __future__ import annotations

UTF_16 = (b"\xff\xfe", b"\xfe\xff")  #: the byte order marks of UTF-16
GZIP = b"\x1f\x8b"
HEAD = 64  #: how many bytes to examine for zeros: in UTF-16, every other byte of ASCII text is zero


def describe(data: bytes) -> str:
    """Return the end of a sentence about bytes that are not UTF-8: what they are, and what to do."""
    first, second = data[:HEAD:2], data[1:HEAD:2]
    if data.startswith(UTF_16) or any(all(one) and not any(other) for one, other in ((first, second), (second, first))):
        return "is UTF-16, as PowerShell's `>` writes it; convert it to UTF-8"
    if data.startswith(GZIP):
        return "is compressed (gzip); if it is a packaged chart, render it first"
    if 0 in data:
        return "contains a NUL byte, so it is not text; check where it comes from"
    return "is not UTF-8; convert it, perhaps from Latin-1 or Windows-1252"


def is_indented_with_a_tab(line: bytes) -> bool:
    """Report whether a line has a tab in its indentation, where YAML accepts only spaces."""
    return b"\t" in line[: len(line) - len(line.lstrip())]


def indented_with(line: bytes) -> str:
    """Return the name of a character in a line's indentation that only looks like a space, or an empty string."""
    import unicodedata

    text = line.decode(errors="replace")
    odd = next((it for it in text[: len(text) - len(text.lstrip())] if it not in " \t\r"), "")
    return f"a {unicodedata.name(odd, '').lower()} (U+{ord(odd):04X})" if odd else ""


def lacks_a_space_after_its_colon(line: bytes) -> bool:
    """Report whether a line has a key and a value, but no space after the colon between them."""
    key, colon, value = line.strip().removeprefix(b"- ").partition(b":")
    return bool(colon) and key.isalnum() and value[:1].isalnum()
