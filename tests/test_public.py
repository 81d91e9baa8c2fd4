"""Test the interface for other programs: it exists, has types, and does not slow the program down."""

from __future__ import annotations

import subprocess
import sys

import pytest

import postrender
from postrender import Config, Converted, NoTarget, convert, load
from tests.configs import HEAD

TMM = b"""\
apiVersion: apps/v1
kind: Deployment
metadata: {name: f5-tmm}
spec: {template: {spec: {containers: [{name: f5-tmm}]}}}
"""


@pytest.mark.parametrize("name", postrender.__all__)
def test_it_is_there(name: str) -> None:
    assert getattr(postrender, name).__module__.startswith("postrender.")


def test_a_stream_is_converted_by_a_config(tmp_path: object) -> None:
    config: Config = load(written(tmp_path))
    converted: Converted = convert(TMM, config)
    assert b"NetworkAttachmentDefinition" in converted.output
    with pytest.raises(NoTarget):
        convert(b"kind: Service\n", config)


def written(folder: object) -> str:
    path = f"{folder}/lab.yaml"
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"{HEAD}spec: {{networks: [{{name: a, master: e}}]}}\n")
    return path


def test_nothing_else_is_there() -> None:
    with pytest.raises(AttributeError, match="module postrender has no attribute rendered"):
        postrender.rendered  # noqa: B018


def test_the_version_alone_imports_nothing() -> None:
    script = "import sys, postrender; print(sorted(name for name in sys.modules if name.startswith('postrender.')))"
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout == "[]\n"
