"""The command line, called in this process, for the many tests that need no program of their own."""

from __future__ import annotations

from subprocess import CompletedProcess

import pytest

from postrender.cli import main as cli
from postrender.cli import stdio
from tests import json_documents


def call(*words: str, input: bytes = b"") -> CompletedProcess[bytes]:  # noqa: A002  as subprocess.run names it
    """Return what the program would: its exit status, and what it writes to both outputs."""
    output: list[bytes] = []
    said: list[bytes] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stdio, "read", lambda _limits, _needs="": input)
        patch.setattr(stdio, "write", lambda data, _colours=(), _when="": output.append(data))
        patch.setattr(stdio, "say", lambda *lines: said.append(_lines(*lines)))
        status = cli.main(words)
    json_documents.require_valid(words, status, b"".join(output))
    return CompletedProcess(words, status, b"".join(output), b"".join(said))


def _lines(sentence: str, *more: str) -> bytes:
    return "".join(f"{line}\n" for line in (stdio.with_program_name(sentence), *more)).encode(
        "utf-8", "backslashreplace"
    )
