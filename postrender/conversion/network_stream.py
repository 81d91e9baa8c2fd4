"""Makes a stream of the config's NetworkAttachmentDefinitions, the first step of F5's macvlan guide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.errors import UsageError
from postrender.rules import definitions
from postrender.yamledit import join

if TYPE_CHECKING:
    from postrender.config import Config
    from postrender.yamledit.stream import Stream

SOURCE = "the networks"


def render(config: Config) -> Stream:
    """Return the config's NetworkAttachmentDefinitions as a stream, changed by the user's patches.

    Raises UsageError if the config creates no network, and InputError if it lists a network twice.
    """
    found = definitions.missing(config, config.tmm.namespace, ())
    if not found:
        raise UsageError("no network to print: every network has `create: false`; set `create: true` for at least one")
    made = [definitions.definition(network, config.tmm.namespace, {}) for network in found]
    networks = join.write(made)._replace(source=SOURCE)
    if not config.patches:
        return networks
    from postrender.conversion import patches

    # optional, because patches for other objects of the release match nothing here
    return patches.apply(networks, config.patches, optional=True).stream
