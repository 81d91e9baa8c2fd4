"""Requirements of a test on the machine itself. If one is not met, the test is skipped, as for a missing tool."""

from __future__ import annotations

import platform

from postrender.programs import landlock
from tools.binaries import ToolError


def require_linux(what: str) -> None:
    """Raise ToolError if this machine does not run Linux."""
    if (system := platform.system()) != "Linux":
        raise ToolError(f"{what} need Linux, and this is {system}", "run `make test` on Linux")


def require_landlock() -> None:
    """Raise ToolError if the kernel cannot confine programs."""
    if not landlock.version():
        raise ToolError("this kernel has no Landlock", "run `make test` on Linux 5.13 or newer")
