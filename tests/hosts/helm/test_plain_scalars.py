"""Test which plain scalars are strings by asking Helm, which has the same YAML reader as kubectl and kustomize."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import pytest

from postrender.hosts import kustomize
from postrender.yamledit import emit
from tests.hosts.helm.objects import HELM_3, HELM_4, Template
from tests.yamledit.test_emit import is_plain

pytestmark = pytest.mark.hosts

#: Numbers consist of these characters. The tests try every word of up to four of them, and some longer words.
CHARACTERS = "01_-+.xobe:"
LENGTH = 4
LONGER = [
    *(".5e1_0", ".5e_1", ".5_e1", "1_0e1_0", "0x1.8", "0x1p4", "0x1_p4", "._inf", ".in_f", ".iNF", "-.nan", "09_"),
    *("2_001-01-01", "2001-01-0_1", "2001-1-1g", "0.3.1", "10.1.1.100", "2001:db8::1", "1572Mi", "500m", "0-3", "e_1"),
    *("true", "True", "TRUE", "false", "False", "FALSE", "yes", "no", "on", "Off", "y", "N", "null", "Null", "~"),
]


@pytest.fixture(scope="module")
def words() -> list[str]:
    short = ("".join(it) for length in range(1, LENGTH + 1) for it in itertools.product(CHARACTERS, repeat=length))
    return [it for it in [*short, *LONGER] if is_plain(it)]


def as_helm_reads(template: Template, version: str, words: list[str], folder: Path) -> list[Any]:
    (folder / "templates").mkdir()
    (folder / "Chart.yaml").write_text("apiVersion: v2\nname: words\nversion: 0.1.0\n")
    (folder / "values.yaml").write_text(json.dumps({"list": "".join(f"- {it}\n" for it in words)}))
    (folder / "templates" / "words.yaml").write_text("read: {{ .Values.list | fromYamlArray | toJson }}\n")
    return list(json.loads(template(version, str(folder)).partition("read: ")[2]))


@pytest.mark.parametrize("version", [HELM_3, HELM_4[-1]])
def test_a_plain_scalar_is_a_string_where_it_is_one_to_helm(
    template: Template, version: str, words: list[str], tmp_path: Path
) -> None:
    read = as_helm_reads(template, version, words, tmp_path)
    strings = {word for word, value in zip(words, read, strict=True) if isinstance(value, str)}
    assert {it for it in words if kustomize.is_string_to_go(it)} == strings
    assert {it for it in words if emit.is_string_to_all(it)} <= strings
