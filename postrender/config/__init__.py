"""spk-macvlan.yaml: its model, its strict reader, and the configs that `init` writes and proposes."""

from postrender.config.reader import (
    API_VERSION,
    CNI_VERSIONS,
    INTERFACE_LENGTH,
    KIND,
    MODES,
    MTU,
    NAME_CHARS,
    PLACEHOLDER,
    RESOURCES,
    Config,
    Network,
    Tmm,
    load,
    parse,
    place_of,
    read,
)

__all__ = [
    "API_VERSION",
    "CNI_VERSIONS",
    "INTERFACE_LENGTH",
    "KIND",
    "MODES",
    "MTU",
    "NAME_CHARS",
    "PLACEHOLDER",
    "RESOURCES",
    "Config",
    "Network",
    "Tmm",
    "load",
    "parse",
    "place_of",
    "read",
]
