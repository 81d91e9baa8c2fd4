"""Read streams as a client of the cluster does: kubectl uses the same library for decoding as Argo CD."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tests.hosts.equivalence.running import KUBECTL, run

Object = dict[str, Any]

# `kubectl annotate` can read any object without a cluster and print it. Every object gets the annotation.
DECODE = ("annotate", "--local", "--output=json", "decoded=yes")
END: Object = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "end-of-stream"}}
HELM_4_MARK = "postrenderer.helm.sh/postrender-filename"


def decoded(streams: Sequence[bytes], folder: Path) -> list[list[Object] | None]:
    """Return the objects of each stream, or None if kubectl refuses the stream.

    One process reads all streams if possible; otherwise, one process reads the first half and another the second half.
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
    """Yield the objects in a text; each starts on the line after the previous object."""
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
    """Return text that is equal for equal objects in any order. In JSON, 1 differs from "1" and from true."""
    return "\n".join(sorted(json.dumps(_sent(it), indent=1, sort_keys=True, ensure_ascii=False) for it in objects))


def _sent(found: Object) -> Object:
    """Remove the annotation that Helm 4 adds for a post-renderer; Helm removes it before it sends the objects."""
    annotations = {name: value for name, value in found["metadata"]["annotations"].items() if name != HELM_4_MARK}
    return {**found, "metadata": {**found["metadata"], "annotations": annotations}}
