"""Helpers of the plugin's tests: types of the fixtures, parameters in Argo CD's format, and Argo CD's decoder."""

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
    """Return parameters as an Application stores them; `_` in a name becomes `-`."""
    return [{"name": name.replace("_", "-"), _kind(value): value} for name, value in given.items()]


def _kind(value: object) -> str:
    return "string" if isinstance(value, str) else "map" if isinstance(value, Mapping) else "array"


def decoded(stream: str) -> list[Object]:
    """Return a stream's objects as Argo CD reads them. kubectl uses the same decoder, and needs no server here."""
    command = [str(binary("kubectl-1.37.1")), "annotate", "--local", "-f", "-", "x=y", "-o", "json"]
    done = subprocess.run(command, input=stream, capture_output=True, text=True, check=True, timeout=HANG)
    decoder, text, found = json.JSONDecoder(), done.stdout.strip(), []
    while text:
        item, end = decoder.raw_decode(text)
        found.append(_plain(item))
        text = text[end:].lstrip()
    return found


def _plain(item: Object) -> Object:
    """Return an object without the annotation that was added to make kubectl print the object."""
    del item["metadata"]["annotations"]["x"]
    if not item["metadata"]["annotations"]:
        del item["metadata"]["annotations"]
    return item


def named(answer: Answer, name: str) -> Object:
    """Return the object with this name from the generated objects."""
    assert answer.status == 0, answer.stderr
    (found,) = (it for it in objects(answer.stdout) if it["metadata"]["name"] == name)
    return found


def seen(answer: Answer) -> dict[str, Any]:
    """Return the values that the probe chart received."""
    data: dict[str, Any] = named(answer, "seen")["data"]
    return {**data, "values": json.loads(data["values"]), "apis": json.loads(data["apis"])}
