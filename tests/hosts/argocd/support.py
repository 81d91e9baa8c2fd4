"""What the tests of the plugin share: the fixtures' types, parameters in Argo CD's shape, and Argo CD's decoder."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.hosts.argocd.cmpserver import Answer
from tests.hosts.helm.objects import Object, objects
from tests.patience import HANG
from tools.binaries import binary

CHARTS = Path(__file__).with_name("charts")
APP = "apps/lab"

Generate = Callable[..., Answer]


def parameters(**given: str | Sequence[str] | Mapping[str, str]) -> list[dict[str, Any]]:
    """Parameters as an Application holds them; `_` in a name stands for `-`."""
    return [{"name": name.replace("_", "-"), _kind(value): value} for name, value in given.items()]


def _kind(value: object) -> str:
    return "string" if isinstance(value, str) else "map" if isinstance(value, Mapping) else "array"


def decoded(stream: str) -> list[Object]:
    """The objects of a stream as Argo CD reads them: kubectl has the same decoder, and needs no server for this."""
    command = [str(binary("kubectl-1.37.1")), "annotate", "--local", "-f", "-", "x=y", "-o", "json"]
    done = subprocess.run(command, input=stream, capture_output=True, text=True, check=True, timeout=HANG)
    decoder, text, found = json.JSONDecoder(), done.stdout.strip(), []
    while text:
        item, end = decoder.raw_decode(text)
        found.append(_plain(item))
        text = text[end:].lstrip()
    return found


def _plain(item: Object) -> Object:
    """An object without the annotation that made kubectl print it."""
    del item["metadata"]["annotations"]["x"]
    if not item["metadata"]["annotations"]:
        del item["metadata"]["annotations"]
    return item


def named(answer: Answer, name: str) -> Object:
    """The object of that name in what was generated."""
    assert answer.status == 0, answer.stderr
    (found,) = (it for it in objects(answer.stdout) if it["metadata"]["name"] == name)
    return found


def seen(answer: Answer) -> dict[str, Any]:
    """What the probe chart was told."""
    data: dict[str, Any] = named(answer, "seen")["data"]
    return {**data, "values": json.loads(data["values"]), "apis": json.loads(data["apis"])}
