"""spk-macvlan: run F5's SPK on macvlan by editing its rendered manifests.

The public names are `convert`, `Converted`, `load`, `Config` and the errors. They stay compatible within a major
version. Everything else is private.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from postrender.config import Config, load
    from postrender.conversion import Converted, convert
    from postrender.errors import ConfigError, Failure, InputError, NoTarget, ProofFailed

__version__ = "0.1.0"
__all__ = ["Config", "ConfigError", "Converted", "Failure", "InputError", "NoTarget", "ProofFailed", "convert", "load"]

#: The module that defines each public name. Names are imported on first use, because the program itself uses none.
_MODULES = {
    **dict.fromkeys(("Config", "load"), "config"),
    **dict.fromkeys(("Converted", "convert"), "conversion"),
    **dict.fromkeys(("ConfigError", "Failure", "InputError", "NoTarget", "ProofFailed"), "errors"),
}


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__} has no attribute {name}")
    return getattr(__import__(f"{__name__}.{_MODULES[name]}", fromlist=[name]), name)
