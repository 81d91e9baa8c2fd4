"""Requirements of a test on the machine itself. If one is not met, the test is skipped, as for a missing tool."""

from __future__ import annotations

import platform
from pathlib import Path

from postrender.programs import landlock, seccomp
from tools.binaries import ToolError


def require_linux(what: str) -> None:
    """Raise ToolError if this machine does not run Linux."""
    if (system := platform.system()) != "Linux":
        raise ToolError(f"{what} need Linux, and this is {system}", "run `make test` on Linux")


def require_landlock() -> None:
    """Raise ToolError if the kernel cannot confine programs."""
    if not landlock.version():
        raise ToolError("this kernel has no Landlock", "run `make test` on Linux 5.13 or newer")


def require_seccomp() -> None:
    """Raise ToolError if the kernel cannot limit the system calls of programs."""
    if not seccomp.is_available():
        raise ToolError("this machine has no seccomp", "run `make test` on Linux, on x86-64 or arm64")


def require_file(path: Path, what: str, advice: str) -> Path:
    """Return a file of the system; raise ToolError if it is not there."""
    if not path.exists():
        raise ToolError(f"{path} is missing, which is part of {what}", advice)
    return path
