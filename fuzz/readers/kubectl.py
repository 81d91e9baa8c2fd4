"""kubectl as a reader: it splits streams and reads YAML as all of Kubernetes' programs do, with Go's library.

`kubectl annotate --local` prints the objects of all files in a folder and needs no cluster. It splits at lines that
start with `---`, reads YAML 1.1, takes the last of repeated keys, and reports a document that is not an object. After a
document that is not YAML, it ignores the rest of the file, so a stream with such a document is not judged.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from fuzz.readers.view import Unread, View
from tools.binaries import binary

KUBECTL = "kubectl-1.37.1"
ANNOTATION = "fuzz/read"  #: added to every object, because kubectl prints only objects that it changes
END = "EndOfStream"  #: the kind of the object that marks the end of each stream
BROKEN = "error parsing "
#: Messages that name no file. kubectl prints them only together with a message that names one.
MORE = r"\*unstructured\.Unstructured is not a list|unable to get type info from the object"
EACH_ERROR = re.compile(rf'(?:, |\n|\A)(?:error: )?\[?(?=unable to decode "|{BROKEN}|{MORE})')
#: kubectl has special rules for a stream that starts with JSON. If the conversion inserts a definition at the start,
#: kubectl uses its rules for YAML instead. Streams for which the two sets of rules may differ are not judged: streams
#: with a marker after a byte order mark, with a lone CR, or with a document end after comments only.
JSON_RULES = re.compile(rb"(\xef\xbb\xbf)?\s*\{(?s:.*)(\xef\xbb\xbf|[\r\n]\.\.\.|\r(?!\n))")
FILE = re.compile(rf'(?s)(?P<what>unable to decode "|{BROKEN})\S*?(?P<number>\d{{6}})-0\.yaml"?: (?P<reason>.*)')


class Kubectl:
    """kubectl as a reader."""

    name = "kubectl"
    flattens = True

    def read(self, streams: Sequence[bytes]) -> list[View | Unread]:
        """Return a view of each stream; kubectl runs only once."""
        with tempfile.TemporaryDirectory() as folder:
            for number, stream in enumerate(streams):
                Path(folder, f"{number:06}-0.yaml").write_bytes(stream)
                Path(folder, f"{number:06}-1.json").write_text(json.dumps(_end(number)), encoding="ascii")
            done = _run(folder)
        objects, errors = _objects(done.stdout), _errors(done.stderr)
        return [_view(stream, objects[number], errors[number]) for number, stream in enumerate(streams)]


def _end(number: int) -> dict[str, Any]:
    return {"apiVersion": "fuzz/v1", "kind": END, "metadata": {"name": f"{number:06}"}}


def _run(folder: str) -> subprocess.CompletedProcess[str]:
    command = [str(binary(KUBECTL)), "annotate", "--local", "--overwrite", "--filename=.", "--output=json"]
    variables = {"PATH": os.defpath, "HOME": folder, "KUBECONFIG": os.devnull, "KUBERC": "off"}
    command.append(f"{ANNOTATION}=yes")
    return subprocess.run(command, cwd=folder, env=variables, capture_output=True, encoding="utf-8", check=False)


def _objects(printed: str) -> dict[int, list[Any]]:
    """Return the objects of each stream by its number.

    In kubectl's output, an object of the kind END follows each stream.
    """
    found: dict[int, list[Any]] = defaultdict(list)
    waiting: list[Any] = []
    for value in _values(printed):
        if value["kind"] == END:
            found[int(value["metadata"]["name"])] = waiting
            waiting = []
        else:
            waiting.append(_without_annotation(value))
    return found


def _values(printed: str) -> Iterator[Any]:
    decoder, at = json.JSONDecoder(), 0
    while at < len(printed):
        value, at = decoder.raw_decode(printed, at)
        yield value
        at += 1  # each object ends with a line break


def _without_annotation(value: dict[str, Any]) -> dict[str, Any]:
    """Return an object without the added annotation, and without `annotations` if this was the only one."""
    metadata = {**value["metadata"]}
    annotations = {key: text for key, text in metadata.pop("annotations").items() if key != ANNOTATION}
    metadata |= {"annotations": annotations} if annotations else {}
    rest = {key: inner for key, inner in value.items() if key != "metadata"}
    return {**rest, "metadata": metadata} if metadata else rest


def _errors(said: str) -> dict[int, list[str]]:
    """Return the errors of each stream by its number; kubectl prints errors on lines, or as a list in brackets."""
    found: dict[int, list[str]] = defaultdict(list)
    for error in EACH_ERROR.split(said.strip().removesuffix("]")):
        match = FILE.match(error)
        if match:
            found[int(match["number"])].append(match["what"] + match["reason"])
        elif error and not re.match(MORE, error):
            raise ValueError(f"an error of kubectl names no file: {error}")
    return found


def _view(stream: bytes, objects: list[Any], errors: list[str]) -> View | Unread:
    broken = [it for it in errors if it.startswith(BROKEN)]
    if broken:
        return Unread(broken[0].removeprefix(BROKEN))
    if JSON_RULES.match(stream):
        return Unread("the stream starts with JSON, and later has a byte order mark, a lone CR or a document end")
    return View(objects, frozenset(errors))
