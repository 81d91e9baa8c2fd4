"""The client program that `verify` uses, and the version that it prints without contacting a cluster."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from postrender import programs
from postrender.errors import TooLarge, one_line
from postrender.record import NamedTuple
from postrender.verify import kubectl
from postrender.verify.json_fields import text

if TYPE_CHECKING:
    from typing import Any

WORDS = ("version", "--client", "--output=json")
NONE = "none: neither kubectl nor oc is on the PATH; install one, or use --kubectl PATH"


class Client(NamedTuple):
    """A client program: its name, its path, and its version, or None if the program prints no version."""

    name: str
    path: str
    version: str | None

    def __str__(self) -> str:
        return f"{self.name} {self.version or 'of an unknown version'}, {self.path}"


def find(given: str | None, seconds: int) -> Client | None:
    """Return the given program or, if none is given, kubectl, oc or None. Wait at most `seconds` for its version.

    Raise UsageError if there is no program at the given path.
    """
    path = kubectl.find(given) if given else kubectl.on_path()
    return Client(os.path.basename(path), path, _version(path, seconds)) if path else None


def _version(path: str, seconds: int) -> str | None:
    """Return the program's version; for oc, the version of its OpenShift release, if oc prints one."""
    try:
        done = programs.run(programs.Command((path, *WORDS), seconds=seconds))
        answer: Any = json.loads(done.output)
    except (OSError, programs.TimedOut, TooLarge, ValueError, RecursionError):
        return None
    version = text(answer, "releaseClientVersion") or text(answer, "clientVersion", "gitVersion")
    return one_line(version) or None
