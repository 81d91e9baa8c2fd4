"""What a test needs of the machine itself; without it the test is left out, as for any other missing tool."""

from __future__ import annotations

import os
import platform

from tools.binaries import ToolError


def require_linux(what: str) -> None:
    """Raise ToolError where this is not Linux."""
    if (system := platform.system()) != "Linux":
        raise ToolError(f"{what} need Linux, and this is {system}", "run `make test` on Linux")


def require_root(what: str) -> None:
    """Raise ToolError where this is not Linux, or this user is not root."""
    require_linux(what)
    if os.geteuid() != 0:
        raise ToolError(f"{what} need the rights of root", "run `make test` as root")
