"""Random filler text, which is the same for the same seed."""

from __future__ import annotations

import textwrap
from random import Random

_WORDS = """
address the pool listener of traffic a route which peer and session port before member monitor that
policy is profile window reset to timeout after secret bundle rotation in packet buffer with queue
flow limit for prefix neighbour each gateway when subscriber lookup record default interval by
maximum retained number connection whether handshake otherwise translated
""".split()


def words(rng: Random, count: int) -> str:
    return " ".join(rng.choice(_WORDS) for _ in range(count))


def sentence(rng: Random, least: int = 5, most: int = 15) -> str:
    return words(rng, rng.randint(least, most)).capitalize() + "."


def paragraph(rng: Random, sentences: int, width: int = 76) -> list[str]:
    text = " ".join(sentence(rng) for _ in range(sentences))
    return textwrap.wrap(text, width)


def camel(rng: Random, count: int = 2) -> str:
    """Return a property name such as `routeTimeout`."""
    first, *others = (rng.choice(_WORDS) for _ in range(count))
    return first + "".join(word.capitalize() for word in others)


def indented(lines: list[str], by: int) -> list[str]:
    return [" " * by + line if line else line for line in lines]
