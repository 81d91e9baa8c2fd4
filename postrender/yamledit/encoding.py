"""What is wrong with text that is not YAML's: another encoding than UTF-8, or tabs for indentation."""

from __future__ import annotations

UTF_16 = (b"\xff\xfe", b"\xfe\xff")  #: the byte order marks
HEAD = 64  #: bytes from which UTF-16 without a mark is recognized: every other one of ASCII text is zero


def described(data: bytes) -> str:
    """Return what the encoding of bytes that are not UTF-8 is, as the end of a sentence."""
    first, second = data[:HEAD:2], data[1:HEAD:2]
    if data.startswith(UTF_16) or any(all(one) and not any(other) for one, other in ((first, second), (second, first))):
        return "is UTF-16, as PowerShell's `>` writes it"
    if 0 in data:
        return "holds a NUL byte, so it is not text"
    return "is not UTF-8; it may be Latin-1 or Windows-1252"


def is_indented_with_a_tab(text: bytes, number: int) -> bool:
    """Report whether a line (counted from 0) has a tab in its indentation, where YAML takes only spaces."""
    line = b"".join(text.split(b"\n")[number : number + 1])
    return b"\t" in line[: len(line) - len(line.lstrip())]
