"""The output of `--verbose`: what was found and what was changed, in a few lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.conversion import Unchanged
from postrender.rules import labs_only
from postrender.rules.networks import reference, with_interfaces

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from postrender.config import Config
    from postrender.conversion.pipeline import Conversion
    from postrender.spk.target import Target
    from postrender.yamledit.change import Change


def of_conversion(converted: Conversion, config: Config) -> Iterator[str]:
    """Yield the lines that describe a conversion."""
    documents = len(converted.input.documents)
    if isinstance(converted, Unchanged):
        yield f"read {_number(documents, 'document')} and found no TMM, so nothing was changed"
        return
    tmm = converted.rendered
    place = tmm.parsed.place(tmm.parsed.root.start_mark.line)
    yield f"read {_number(documents, 'document')}; TMM is {tmm}, document {tmm.parsed.document.number + 1}, {place}"
    yield from _networks(config, tmm)
    yield labs_only.SENTENCE
    if converted.defined:
        yield f"network attachments added: {', '.join(network.name for network in converted.defined)}"
    changes = [*converted.changes, *(change for _, change in converted.patched)]
    if changes or not converted.defined:
        yield of_changes(changes) + ("; `spk-macvlan diff` shows each" if changes else "")


def _networks(config: Config, tmm: Target) -> Iterator[str]:
    """Yield a line for each network, with its TMM interface."""
    for number, network in enumerate(with_interfaces(config.networks, tmm), 1):
        inside = network.interface or f"net{number}"
        name = network.name if tmm.is_instance else reference(network._replace(interface=None), tmm.namespace)
        yield f"interface 1.{number} is {inside} in the pod: {name} on {network.master}"


def of_changes(changes: Sequence[Change]) -> str:
    """Return the line with the number of changes and the rules that made them."""
    if not changes:
        return "nothing was changed: the stream is already converted"
    rules = ", ".join(dict.fromkeys(change.rule for change in changes))
    return f"{_number(len(changes), 'change')} made and verified, by {rules}"


def _number(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
