"""How much is read: what no real input comes near, so that a hostile one ends in a line, not in the machine's memory.

`--limit NAME=AMOUNT` sets another amount, once, before anything is read. Nesting is limited by `nodes.MAX_DEPTH`.
"""

from __future__ import annotations

from postrender.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import BinaryIO

STREAM = "stream-size"
DOCUMENT = "document-size"
DOCUMENTS = "documents"
ENTRIES = "entries"
VALUES = "values"
LAYOUT = "layout-size"
CONFIG = "config-size"
NETWORKS = "networks"
OPERATIONS = "operations"

KI = 1 << 10
MI = 1 << 20
UNITS = {"Ki": KI, "Mi": MI, "Gi": 1 << 30}
MAX_DIGITS = 12
CHUNK = 1 << 16  #: bytes that are read at once

#: In bytes where the name says so, else a number.
amounts = {
    STREAM: 256 * MI,  # a run takes up to two and a half times the stream; Argo CD takes 100 MB from a plugin
    DOCUMENT: 16 * MI,  # of a document that is parsed; a ResourceList is a whole stream in one
    ENTRIES: 400_000,  # of a document that is parsed, at most; each takes about a kilobyte, and there are two trees
    DOCUMENTS: 100_000,  # a large chart has thousands
    VALUES: 400_000,  # of a document to patch or to compile, its aliases written out
    LAYOUT: 256 * KI,  # of a document that cannot be edited in place; a round trip takes minutes for a megabyte
    CONFIG: MI,  # a config has some hundred lines
    NETWORKS: 50,  # of a config; a TMM has two, and an interface for each
    OPERATIONS: 200,  # of all patches of a config; each is written and proved for itself
}


def set_from(words: Iterable[str]) -> None:
    """Set limits as the command line says them, such as document-size=8Mi; raise UsageError."""
    for word in words:
        name, _, amount = word.partition("=")
        if name not in amounts:
            raise UsageError(f"--limit {name}: no such limit; there are {', '.join(amounts)}")
        amounts[name] = _parsed(word, amount)


def read(file: BinaryIO, name: str) -> bytes:
    """Return what is in a file: of one that exceeds a limit one byte more than that, so that it shows."""
    pieces, left = [], amounts[name] + 1
    while left and (piece := file.read(min(left, CHUNK))):
        pieces.append(piece)
        left -= len(piece)
    return b"".join(pieces)


def _parsed(word: str, amount: str) -> int:
    digits, factor = (amount[:-2], UNITS[amount[-2:]]) if amount[-2:] in UNITS else (amount, 1)
    if not (digits.isascii() and digits.isdigit() and len(digits) <= MAX_DIGITS):
        raise UsageError(f"--limit {word}: give a whole number, of bytes also in Ki, Mi or Gi")
    return int(digits) * factor


def exceeded(name: str) -> str:
    """Return what there is too much of, to stand behind "has", and how to raise the limit."""
    what = "bytes" if name.endswith("-size") else name
    return f"more than {shown(name)} {what}, the limit; raise it with --limit {name}=AMOUNT if this is meant"


def shown(name: str) -> str:
    """Return a limit as the command line would say it."""
    amount = amounts[name]
    if not name.endswith("-size") or not amount or amount % KI:
        return str(amount)
    return f"{amount // MI}Mi" if amount % MI == 0 else f"{amount // KI}Ki"
