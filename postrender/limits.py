"""How much is read: what no real input comes near, so that a hostile one ends in a line, not in the machine's memory.

`--limit NAME=AMOUNT` sets another amount, once, before anything is read. Nesting is limited by `nodes.MAX_DEPTH`.
"""

from __future__ import annotations

from postrender.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

STREAM = "stream-size"
DOCUMENT = "document-size"
LIST = "list-size"
DOCUMENTS = "documents"
CONFIG = "config-size"

MI = 1 << 20
UNITS = {"Ki": 1 << 10, "Mi": MI, "Gi": 1 << 30}
MAX_DIGITS = 12

#: In bytes, but for the number of documents.
amounts = {
    STREAM: 256 * MI,  # a run takes up to four times the stream; Argo CD takes 100 MB from a plugin
    DOCUMENT: 2 * MI,  # etcd takes no object of more than 1.5 MiB; composing takes 90 to 350 times the text
    LIST: 32 * MI,  # a ResourceList is a whole stream in one document
    DOCUMENTS: 1_000_000,  # a large chart has thousands
    CONFIG: MI,  # a config has some hundred lines
}


def set_from(words: Iterable[str]) -> None:
    """Set limits as the command line says them, such as document-size=8Mi; raise UsageError."""
    for word in words:
        name, _, amount = word.partition("=")
        if name not in amounts:
            raise UsageError(f"--limit {name}: no such limit; there are {', '.join(amounts)}")
        amounts[name] = _parsed(word, amount)


def _parsed(word: str, amount: str) -> int:
    digits, factor = (amount[:-2], UNITS[amount[-2:]]) if amount[-2:] in UNITS else (amount, 1)
    if not (digits.isascii() and digits.isdigit() and len(digits) <= MAX_DIGITS):
        raise UsageError(f"--limit {word}: give a whole number, of bytes also in Ki, Mi or Gi")
    return int(digits) * factor


def exceeded(name: str) -> str:
    """Return the sentence that says that a limit is exceeded, and how to raise it."""
    return f"more than the limit of {shown(name)}; raise it with --limit {name}=AMOUNT if this is meant"


def shown(name: str) -> str:
    """Return a limit as the command line would say it."""
    amount = amounts[name]
    return f"{amount // MI}Mi" if amount and amount % MI == 0 else str(amount)
