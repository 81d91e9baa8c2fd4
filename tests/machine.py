"""What a test needs of the machine itself; without it the test is left out, as for any other missing tool."""

from __future__ import annotations

import platform

from postrender.programs import landlock
from tools.binaries import ToolError


def require_linux(what: str) -> None:
    """Raise ToolError where this is not Linux."""
    if (system := platform.system()) != "Linux":
        raise ToolError(f"{what} need Linux, and this is {system}", "run `make test` on Linux")


def require_landlock() -> None:
    """Raise ToolError where the kernel confines no program."""
    if not landlock.version():
        raise ToolError("this kernel has no Landlock", "run `make test` on Linux 5.13 or newer")
