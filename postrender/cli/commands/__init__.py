"""What each verb does, one file a verb: `helm-plugin` is `helm_plugin.py`.

A file holds all that its verb is:

- `SUMMARY`, its line in --help;
- `Arguments`, what it can be told, and the defaults;
- `add_options(parser)`, the same for argparse, with what --help says of each;
- `run(arguments)`, what it does; it returns the exit status.
"""

from __future__ import annotations

from postrender.errors import UsageError
from postrender.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType

#: In the order of --help. A run loads the one that it is about.
VERBS = (
    "render",
    "init",
    "check",
    "diff",
    "schema",
    "completion",
    "vlans",
    "values",
    "compile",
    "verify",
    "cmp",
    "krm",
    "helm-plugin",
)


class Reporting(NamedTuple):
    """How a failure is reported: with its traceback, and on standard output, as a document that Helm 4 refuses."""

    debug: bool = False
    on_error_document: bool = False


class Command(NamedTuple):
    """What the command line asks for: a verb and its arguments, and what the program's edge needs to know."""

    verb: str
    arguments: tuple[object, ...]
    reporting: Reporting = Reporting()


class Misuse(UsageError):
    """The command line cannot be understood. How to report that has been read by then."""

    def __init__(self, sentence: str, reporting: Reporting) -> None:
        super().__init__(sentence)
        self.reporting = reporting


def load(verb: str) -> ModuleType:
    """Return the module of a verb; importlib would do the same, but costs an import itself."""
    return __import__(f"{__name__}.{verb.replace('-', '_')}", fromlist=["run"])
