"""Helpers of the Helm tests: Helm versions, charts, and Helm's output as objects or as text."""

from __future__ import annotations

import functools
import json
import re
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.configs import TMM_NAME

HELM_3 = "helm-3.19.0"
HELM_4 = ["helm-4.1.0", "helm-4.2.3", "helm-4.3.1"]
VERSIONS = [HELM_3, *HELM_4]

every_helm = pytest.mark.parametrize("version", VERSIONS)
helm_4 = pytest.mark.parametrize("version", HELM_4)

Object = dict[str, Any]
Done = subprocess.CompletedProcess[str]
# The types of the fixtures that run programs; see conftest.py.
Template = Callable[..., str]
Refusal = Callable[..., str]
Filter = Callable[..., str]
Run = Callable[..., Done]
ChartWith = Callable[[str], str]

EXAMPLES = Path(__file__).parents[3] / "examples"
EXAMPLE = str(EXAMPLES / "spk")
CONFIG = str(EXAMPLES / "spk-macvlan.yaml")
CHARTS = Path(__file__).with_name("charts")
POST_RENDERED = ("--post-renderer", "spk-macvlan")
CONVERTED = (*POST_RENDERED, f"--post-renderer-args=--config={CONFIG}")

# The small chart's rendered TMM.
TMM = (CHARTS / "life" / "templates" / "deployment.yaml").read_text().replace("{{ .Values.image }}", "tmm-img:v1")

NETWORKS = "default/macvlan-internal,default/macvlan-external"
NETWORKS_FILE = "spk/templates/spk-macvlan-nads.yaml"
FILENAME_ANNOTATION = "postrenderer.helm.sh/postrender-filename"


@functools.cache
def objects(stream: str) -> list[Object]:
    """Return the objects of a stream. A List is replaced by its items, because Helm 4 sends the items one by one."""
    found = [document for document in yaml.load_all(stream, yaml.CSafeLoader) if document is not None]
    lists = [document["items"] if document["kind"] == "List" else [document] for document in found]
    return [item for items in lists for item in items]


def same(found: Iterable[Object]) -> str:
    """Return text that is equal for equal objects in any order. In JSON, 1 differs from "1" and from true."""
    return "\n".join(sorted(json.dumps(item, indent=1, sort_keys=True) for item in found))


@functools.cache
def comparable(stream: str) -> str:
    return same(objects(stream))


def is_hook(found: Object) -> bool:
    return "helm.sh/hook" in found["metadata"].get("annotations", {})


def is_network(found: Object) -> bool:
    return bool(found["kind"] == "NetworkAttachmentDefinition")


def is_other(found: Object) -> bool:
    return not (is_network(found) or is_tmm(found))


def is_tmm(found: Object) -> bool:
    return found["kind"] in ("Deployment", "DaemonSet") and found["metadata"]["name"] == TMM_NAME


def documents(stream: str) -> list[str]:
    """Return the documents of a stream as text, each with the separator before it."""
    return [text for text in re.split(r"^(?=---\s)", stream, flags=re.MULTILINE) if text.strip()]


def is_tmm_text(document: str) -> bool:
    kind = re.search(r"^kind: (Deployment|DaemonSet)$", document, re.MULTILINE)
    return bool(kind and re.search(r"^  name: f5-tmm$", document, re.MULTILINE))


def is_network_text(document: str) -> bool:
    return "\nkind: NetworkAttachmentDefinition\n" in document


def source(document: str) -> str:
    """Return the template from which a document comes, as Helm's comment in the document names it."""
    found = re.search(r"^# Source: (.*)$", document, re.MULTILINE)
    return found[1] if found else ""
