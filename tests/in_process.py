"""Call the command line in this process, for the many tests that do not need a separate process."""

from __future__ import annotations

from subprocess import CompletedProcess

import pytest

from postrender.cli import main as cli
from postrender.cli import stdio
from tests import json_documents


def call(*words: str, input: bytes = b"") -> CompletedProcess[bytes]:  # noqa: A002  the same name as in subprocess.run
    """Return the same as the program: its exit status, standard output and standard error."""
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
