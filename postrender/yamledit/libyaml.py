"""Loads PyYAML's C parser without its pure Python parser.

`import yaml` takes 19 ms, nearly all of it for code that the C parser never uses (one regular expression of the Python
parser takes 5 ms to compile). From PyYAML's other modules, the C parser needs only nodes, events and marks, and the
names of the error and token classes; it creates tokens only when asked to scan. The program uses `yaml` nowhere else,
so it loads the C parser with stand-ins for the other modules, and parses a short text to check that the parser works.
If PyYAML's modules are laid out differently, or if this code is used as a library, `yaml` is imported as usual.
"""

from __future__ import annotations

import sys

from postrender.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

ERRORS = {
    "yaml.reader": "ReaderError",
    "yaml.scanner": "ScannerError",
    "yaml.parser": "ParserError",
    "yaml.composer": "ComposerError",
    "yaml.constructor": "ConstructorError",
    "yaml.emitter": "EmitterError",
    "yaml.serializer": "SerializerError",
    "yaml.representer": "RepresenterError",
}
#: Whether to load the C parser alone. The program sets this to True before it parses anything. Code that is used as a
#: library must not, because a later `import yaml` would fail.
alone = False
NEEDED = ("yaml.error", "yaml.nodes", "yaml.events")
TOKENS = "yaml.tokens"


def parser() -> Any:
    """Return PyYAML's parser class for libyaml; raise UsageError if PyYAML was built without libyaml.

    The pure Python parser accepts different input, so it is not a substitute.
    """
    if not alone or "yaml" in sys.modules:
        return _usual_parser()
    try:
        return _bare_parser()
    except Exception:  # a PyYAML with a different layout may raise any exception; import it as usual
        loaded = [name for name, module in sys.modules.items() if module is not None]
        _forget(name for name in loaded if name == "yaml" or name.startswith("yaml."))
        return _usual_parser()


def _usual_parser() -> Any:
    try:
        from yaml import CBaseLoader  # the public class that inherits from the parser
    except ImportError as error:
        hint = "install it from a wheel (pip install --force-reinstall PyYAML)"
        raise UsageError(f"PyYAML is installed without its C parser; {hint}") from error
    return next(base for base in CBaseLoader.__mro__ if base.__name__ == "CParser")


def _bare_parser() -> Any:
    package = _stand_in("yaml")
    package.__path__ = _search_locations()
    sys.modules["yaml"] = package
    for name in NEEDED:
        __import__(name)
    for name, error in ERRORS.items():
        module = sys.modules[name] = _stand_in(name)
        setattr(module, error, _error_class(error))
        setattr(package, name.partition(".")[2], module)
    tokens = sys.modules[TOKENS] = _stand_in(TOKENS)
    tokens.__getattr__ = _token_class
    package.tokens = tokens
    __import__("yaml._yaml")
    found = sys.modules["yaml._yaml"].CParser
    _require_working(found)
    _forget(("yaml", TOKENS, *ERRORS))  # a partial package must not be used as PyYAML
    return found


def _require_working(parser: Any) -> None:
    """Parse a valid and an invalid text; raise any exception that is not the parser's error for the invalid text."""
    for text in ("--- !t &a\n- {b: 'c'}\n- *a\n...\n", "a: ["):
        reader = parser(text)
        try:
            while reader.get_event() is not None:
                pass
        except Exception as error:
            if not hasattr(error, "problem_mark"):
                raise


def _search_locations() -> Any:
    """Return the locations of the package `yaml`, without importing the package."""
    specs = (finder.find_spec("yaml", None) for finder in sys.meta_path)
    found = next((spec for spec in specs if spec is not None), None)
    if found is None:
        raise ImportError("PyYAML is not installed")
    return found.submodule_search_locations


def _stand_in(name: str) -> Any:
    return type(sys)(name)


def _token_class(_name: str) -> type:
    return object


def _error_class(name: str) -> type:
    """Return a stand-in for an error class: ReaderError has a reason; all others have marks and share a base class."""
    from yaml.error import MarkedYAMLError, YAMLError

    if name != "ReaderError":
        return type(name, (MarkedYAMLError,), {})

    class ReaderError(YAMLError):
        def __init__(self, *details: object) -> None:  # name, position, character, encoding, reason
            super().__init__(details[-1])
            self.reason = details[-1]

    return ReaderError


def _forget(names: Iterable[str]) -> None:
    for name in names:
        sys.modules.pop(name, None)
