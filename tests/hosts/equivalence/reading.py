"""Streams as a cluster's client reads them: kubectl decodes as Argo CD does, with the same library."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tests.hosts.equivalence.running import KUBECTL, run

Object = dict[str, Any]

# `annotate` is a command that reads any object, without a cluster, and prints it. Every object gets the annotation.
DECODE = ("annotate", "--local", "--output=json", "decoded=yes")
END: Object = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "end-of-stream"}}
HELM_4_MARK = "postrenderer.helm.sh/postrender-filename"


def decoded(streams: Sequence[bytes], folder: Path) -> list[list[Object] | None]:
    """Return the objects of each stream, or None where kubectl refuses it.

    One process reads all, if it can; else one reads the first half of them, and another one the rest.
    """
    folder.mkdir(parents=True)
    for number, stream in enumerate(streams):
        (folder / f"{number:03}-a.yaml").write_bytes(stream)
        (folder / f"{number:03}-b.yaml").write_text(json.dumps(END), encoding="utf-8")
    done = run(KUBECTL, *DECODE, f"--filename={folder}", cwd=folder)
    if not done.failed:
        return [*_parts(printed(done.stdout.decode()))]
    if len(streams) == 1:
        return [None]
    half = len(streams) // 2
    return [*decoded(streams[:half], folder / "first"), *decoded(streams[half:], folder / "rest")]


def printed(text: str) -> Iterator[Object]:
    """Yield the objects of a text, each from the line behind the one before."""
    decoder, at = json.JSONDecoder(), 0
    while at < len(text):
        found, end = decoder.raw_decode(text, at)
        at = end + 1
        yield found


def _parts(objects: Iterator[Object]) -> Iterator[list[Object]]:
    """Yield the objects up to each end of a stream."""
    part: list[Object] = []
    for found in objects:
        if found["metadata"].get("name") != END["metadata"]["name"]:
            part.append(found)
        else:
            yield part
            part = []


def same(objects: Sequence[Object]) -> str:
    """Objects as a text that is equal where they are. Tools order them differently; to JSON 1 is not "1" or true."""
    return "\n".join(sorted(json.dumps(_sent(it), indent=1, sort_keys=True, ensure_ascii=False) for it in objects))


def _sent(found: Object) -> Object:
    """Helm 4 marks what it gives to a post-renderer, and takes the mark off before anything is sent."""
    annotations = {name: value for name, value in found["metadata"]["annotations"].items() if name != HELM_4_MARK}
    return {**found, "metadata": {**found["metadata"], "annotations": annotations}}
