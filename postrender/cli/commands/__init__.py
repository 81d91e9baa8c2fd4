"""The verbs, one file each: `helm-plugin` is `helm_plugin.py`.

A file defines everything about its verb:

- `SUMMARY` and `EXAMPLE`, which --help shows;
- `Arguments`, a named tuple of the verb's arguments, with their defaults;
- `add_options(parser)`, which adds the verb's options to an argparse parser, with their help texts;
- `run(arguments)`, which runs the verb and returns the exit status.
"""

from __future__ import annotations

from postrender.errors import UsageError
from postrender.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from typing import Any, Protocol

    class Verb(Protocol):
        """The names that the file of each verb defines."""

        SUMMARY: str
        EXAMPLE: str

        @property
        def Arguments(self) -> type[Any]:  # noqa: N802  the value is a class
            """The named-tuple class whose fields are the verb's arguments, with their defaults."""

        def add_options(self, parser: argparse.ArgumentParser, /) -> None:
            """Add the verb's options to a parser, with their help texts."""

        def run(self, arguments: Any, /) -> int:
            """Run the verb with its arguments, and return the exit status."""


RENDER = "render"
#: The verbs, in the groups that --help shows. A run imports only its own verb.
GROUPS = {
    "convert": (RENDER, "values", "compile"),
    "look": ("diff", "check", "verify", "explain"),
    "write": ("init", "networks", "vlans", "schema", "completion", "helm-plugin"),
    "run by other programs": ("cmp", "krm"),
}
PRINTS_MANIFESTS = (RENDER, "cmp", "krm")  #: verbs whose output a calling program uses as manifests
WITHOUT_INPUT = ("verify", "networks", "vlans", "schema", "completion", "helm-plugin")  #: verbs that never read input
READ_BY_PROGRAMS = ("json", "github")  #: formats in which a failure is also reported on standard output
VERBS = tuple(verb for verbs in GROUPS.values() for verb in verbs)


class Reporting(NamedTuple):
    """The options that decide how a failure is reported."""

    debug: bool = False  #: whether to print a traceback, too
    on_error_document: bool = False  #: whether to print a document for Helm 4 instead of a message
    format: str = ""  #: the verb's --format, if programs read it; then, standard output also reports the failure


class Command(NamedTuple):
    """A parsed command line: the verb, its arguments, and how to report a failure."""

    verb: str
    arguments: tuple[object, ...]
    reporting: Reporting = Reporting()


class Misuse(UsageError):
    """An invalid command line, with the reporting options that precede the mistake."""

    def __init__(self, sentence: str, reporting: Reporting) -> None:
        super().__init__(sentence)
        self.reporting = reporting


def load(verb: str) -> Verb:
    """Return the module of a verb. importlib would do the same, but would itself have to be imported."""
    module: Verb = __import__(f"{__name__}.{verb.replace('-', '_')}", fromlist=["run"])
    return module
