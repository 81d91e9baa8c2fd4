"""The npm package `yaml` as a reader: JavaScript, for YAML 1.2 or the version in a directive."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fuzz.readers.view import Unread, View
from tools.npm import Package, node, unpacked

PACKAGE = Package(
    "yaml",
    "2.9.1",
    "3NxN8+78OdzbT7C/WjGsyfPAtJaN3FNDsWxv7Y7mcDsT/oOmgW8BpyQQFFBnvZE3j9Y2Sdz1ULFLezL7Eb2yFw==",
)
#: The package does not see a lone CR as a line break, so such a stream is not judged.
LONE_CR = re.compile(rb"\r(?!\n)")
SCRIPT = Path(__file__).with_name("npm_yaml.js")


class NpmYaml:
    """The npm package `yaml` as a reader."""

    name = "npm yaml"
    flattens = False

    def read(self, streams: Sequence[bytes]) -> list[View | Unread]:
        """Return a view of each stream; Node runs only once."""
        command = [node(), str(SCRIPT), str(unpacked(PACKAGE))]
        texts = json.dumps([stream.decode() for stream in streams])
        done = subprocess.run(command, input=texts, capture_output=True, encoding="utf-8", check=True)
        answers = zip(streams, json.loads(done.stdout), strict=True)
        return [Unread("a lone CR") if LONE_CR.search(stream) else _view(answer) for stream, answer in answers]


def _view(answer: dict[str, Any]) -> View | Unread:
    error = answer.get("error")
    return Unread(error) if error is not None else View([*map(plain, answer["documents"])])


def plain(value: Any) -> Any:
    """Convert a value from the script to a Python value; a key that is not a scalar becomes a string."""
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    if not isinstance(value, dict):
        return value
    if "number" in value:
        return _number(value["number"])
    if "object" in value:
        return ("object", value["object"])
    return {_key(plain(key)): plain(inner) for key, inner in value["map"]}


def _number(text: str) -> int | float:
    try:
        return int(text)
    except ValueError:
        return float(text.replace("Infinity", "inf"))


def _key(key: Any) -> Any:
    return repr(key) if isinstance(key, dict | list) else key
