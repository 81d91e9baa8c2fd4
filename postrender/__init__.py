"""spk-macvlan: run F5's SPK on macvlan, by editing the rendered manifests and nothing else.

Other programs can rely on these names within a major version: `convert` and `Converted`, `load` and `Config`, and the
errors. Everything else is private.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from postrender.config import Config, load
    from postrender.conversion import Converted, convert
    from postrender.errors import ConfigError, Failure, InputError, NoTarget, ProofFailed

__version__ = "0.1.0"
__all__ = ["Config", "ConfigError", "Converted", "Failure", "InputError", "NoTarget", "ProofFailed", "convert", "load"]

#: The module that defines each name. A name is imported on first use, because the program itself does not need it here.
_MODULES = {
    **dict.fromkeys(("Config", "load"), "config"),
    **dict.fromkeys(("Converted", "convert"), "conversion"),
    **dict.fromkeys(("ConfigError", "Failure", "InputError", "NoTarget", "ProofFailed"), "errors"),
}


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__} has no attribute {name}")
    return getattr(__import__(f"{__name__}.{_MODULES[name]}", fromlist=[name]), name)
