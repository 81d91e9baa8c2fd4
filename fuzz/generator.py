"""Generates random streams, each with a TMM and a config. A seed and a stream's index reproduce the stream."""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random
from typing import Any, NamedTuple

import yaml

from fuzz import other_documents, workload
from fuzz.writer import Style, Writer, style
from postrender import config, conversion
from postrender.config import Config
from postrender.errors import INTERNAL, Failure

HEADS = ["", "---\n", "---\n", "---\n# Source: spk/templates/tmm.yaml\n", "--- # c\n", "---\n\n# c0\n\n", "# c0\n---\n"]
ODD_HEADS = [
    "%YAML 1.1\n---\n",
    "%YAML 1.2\n# c0\n---\n",
    "--- !!map\n",
    "---\t\n",
    "--- &root\n",
    "%TAG !e! tag:e,2000:\n---\n",
]
#: Lines that may precede a document's marker.
ODD_LINES = [
    "# c0",
    "  # c0",
    "# --- c0",
    "#---",
    "",
    "  ",
    "#\u2028",
    "# c0\x85",
    "# c0\u2028# c0",
    "# c0\u2029  # --- ",
]
#: Lines on which YAML readers disagree: NEL, U+2028 and U+2029 end a line in YAML 1.1, but not in YAML 1.2.
TWO_FACED = [
    "# c0\u2028--- ",
    "# c0\x85---",
    "# c0\u2029--- # c",
    "# c0\u2028%YAML 1.1",
    "# c0\x85a: b",
    "# c0\u2029...",
]
DIRECTIVES = ["%YAML 1.1", "%YAML 1.2", "%YAML 1.2 # c0", "%TAG !e! tag:e,2000:"]
MARKERS = [
    "---\n",
    "--- # c\n",
    "---\t\n",
    "--- \n",
    "--- # c\u2028# ---\n",
    "--- #\x85\n",
    "--- !!map\n",
    "--- &root\n",
]
TAILS = ["...\n", "\n\n", "# c99\n", "  # c99\n\n", "... # c99\n", "...\n# c99\n", "\t\n"]


class Stream(NamedTuple):
    """A stream in three parts, and its config. Only the middle part, with the TMM, may change."""

    before: bytes
    tmm: str
    after: bytes
    config: Config

    @property
    def data(self) -> bytes:
        """Return the whole stream."""
        return self.before + self.tmm.encode() + self.after


def generate(seed: int, index: int) -> Stream:
    """Return the stream with this seed and index."""
    source = Random(f"{seed}/{index}")
    chance = source.random()
    return _converted(source) if chance < 0.03 else _undefined(source) if chance < 0.08 else _fresh(source)


def undefined(seed: int, index: int) -> Stream:
    """Return the stream with this seed and index; its TMM is converted, but the network definitions are missing."""
    return _undefined(Random(f"undefined/{seed}/{index}"))


def _converted(source: Random) -> Stream:
    """Return a stream that is already converted."""
    while True:
        stream = _fresh(source)
        try:
            return Stream(b"", conversion.convert(stream.data, stream.config).output.decode(), b"", stream.config)
        except Failure as failure:
            if failure.status == INTERNAL:
                return stream  # the oracle reports the error


def _undefined(source: Random) -> Stream:
    """Return a stream with a converted TMM below unusual lines, but without network attachment definitions.

    The conversion then adds the definitions and leaves the TMM's document unchanged.
    """
    write = other_documents.objects if source.random() < 0.5 else other_documents.documents
    before, after = write(source, 2), write(source, 2)
    chosen = source.choice(CONFIGS[:UNPATCHED])
    while True:
        text = body(source)
        try:
            result = conversion.convert(text.encode(), chosen)
        except Failure as failure:
            if failure.status == INTERNAL:
                return Stream(b"", text, b"", chosen)  # the oracle reports the error
            continue
        if isinstance(result, conversion.Converted):
            tmm = odd_head(source, result.tmm.parsed.text) + result.tmm.parsed.text
            return _joined(source, before.removeprefix("...\n").removeprefix("%"), tmm, after, chosen)


def body(source: Random) -> str:
    """Return the TMM's document, without a marker and without directives."""
    value = workload.tmm_object(source, False)
    if source.random() < 0.2:
        return json.dumps(value, ensure_ascii=False, indent=source.choice([None, 2])) + "\n"
    writer = Writer(source, style(source))
    return "\n".join([*writer.between(0), *writer.block(value, 0), ""])


def odd_head(source: Random, text: str) -> str:
    """Return unusual lines to put above a document, with or without a marker."""
    lines = [source.choice(ODD_LINES) for _ in range(source.choice([0, 1, 1, 2]))]
    if source.random() < 0.15:
        lines.append(source.choice(TWO_FACED))
        marked = source.random() < 0.3
    else:
        marked = source.random() < 0.6
    if marked and source.random() < 0.3:
        lines.append(source.choice(DIRECTIVES))
    source.shuffle(lines)
    on_its_line = ["--- "] * 8 if text.startswith("{") else []  # a block mapping must not start on the marker's line
    return "".join(f"{line}\n" for line in lines) + (source.choice([*MARKERS, *on_its_line]) if marked else "")


def _fresh(source: Random) -> Stream:
    before, after = other_documents.documents(source, 2), other_documents.documents(source, 2)
    before = before.removeprefix("...\n").removeprefix("%")
    tmm = document(source)
    if before and not tmm.startswith(("---", "%", "# c0\n---")):
        tmm = f"---\n{tmm}"
    return _joined(source, before, tmm, after)


def _joined(source: Random, before: str, tmm: str, after: str, chosen: Config | None = None) -> Stream:
    """Return a stream of three parts. If the TMM's part has no marker, end the document before it with `...`."""
    if before and not tmm.startswith("---"):
        before += "...\n"
    if not after and source.random() < 0.3:
        tmm = tmm.rstrip("\r\n")
    before = with_breaks(source, before)
    before = source.choice(["\ufeff", *[""] * 9]) + before
    if before.endswith(("\n", "\r")) and tmm.startswith("---") and source.random() < 0.04:
        before += "\ufeff"
    plain = "f5-tmm" in before + after  # a patch would also change the parts before and after the TMM
    chosen = chosen or source.choice(CONFIGS[:UNPATCHED] if plain else CONFIGS)
    return Stream(before.encode(), with_breaks(source, tmm), with_breaks(source, after).encode(), chosen)


def with_breaks(source: Random, text: str) -> str:
    """Return a text with line breaks of one kind, or sometimes of two kinds."""
    kind = source.random()
    if kind < 0.78:
        return text
    if kind < 0.96:
        return text.replace("\n", "\r\n" if kind < 0.90 else "\r")
    # Never use LF together with CR, because a CR followed by an LF is one line break.
    breaks = source.choice([["\r\n", "\n"], ["\r\n", "\r"]])
    return "".join(source.choice(breaks) if char == "\n" else char for char in text)


def document(source: Random) -> str:
    """Return the TMM's document as a template or a tool would write it, or in an unusual style."""
    form = source.random()
    if form < 0.06:
        value = json.loads(
            json.dumps(workload.tmm_object(source, False))
        )  # copy the object, so that it has no shared parts, which PyYAML would write as aliases
        return str(yaml.safe_dump(value, sort_keys=source.random() < 0.5, width=1 << 20, allow_unicode=True))
    if form < 0.12:
        value = workload.tmm_object(source, False)
        marker = source.choice(["", "---\n", "--- "])
        return marker + json.dumps(value, ensure_ascii=False, indent=source.choice([None, 2, "\t"])) + "\n"
    return written(source, style(source))


def written(source: Random, style: Style) -> str:
    """Return the TMM's document in this style, with lines above and below it."""
    merges = style.odd > 0 and source.random() < 0.15
    writer = Writer(source, style)
    value = workload.tmm_object(source, merges)
    common = [*workload.COMMON, *writer.between(0)] if merges else []
    if not merges and writer.chance(style.odd):
        body = [writer.flow(value, 0)]
    else:
        body = [*common, *writer.between(0), *writer.block(value, 0), *writer.between(0)]
    head = source.choice(ODD_HEADS if writer.chance(5 * style.odd) else HEADS)
    tail = source.choice(TAILS) if writer.chance(3 * style.odd) else ""
    odd = source.choice(["\x85", "\u2028"]) if writer.chance(style.odd) and writer.chance(10) else ""
    return head + "\n".join([*body, ""]) + (f"# {odd}\n" if odd else "") + tail


def _config(networks: list[dict[str, Any]], tmm: dict[str, Any], *operations: dict[str, Any]) -> Config:
    patches = [{"target": {"name": "f5-tmm|bnk", "kind": "Deployment|DaemonSet|CNEInstance"}, "patch": [*operations]}]
    spec = {"networks": networks, "tmm": tmm, **({"patches": patches} if operations else {})}
    head = {"apiVersion": config.API_VERSION, "kind": config.KIND, "metadata": {"name": "fuzz"}}
    return config.parse(json.dumps({**head, "spec": spec}, ensure_ascii=False).encode())


A = {"name": "net-a", "master": "ens224"}
B = {"name": "net-b", "master": "ens256", "namespace": "lab", "mtu": 9000, "labels": {"on": "off"}}
C = {"name": "net-c", "master": "ens257", "create": False, "cni": {"linkInContainer": False}}
RESOURCES = {"cpu": 1, "hugepages-2Mi": "1572Mi", "memory": "2Gi"}
CONFIGS = (
    _config([A], {}),
    _config([A, B], {"resources": RESOURCES}),
    _config([A, B], {"resources": RESOURCES, "unsetEnv": ["OLD_*"], "env": {"NEW": "on", "A": "é"}}),
    _config(
        [C, B, A], {"topologyManager": True, "unsetResources": ["intel.com/*"], "env": {"TMM_DEFAULT_MTU": "9000"}}
    ),
    _config([A, C], {"resources": {"cpu": 1}, "unsetEnv": ["A", "POD_IP"]}),
    _config([A], {"resources": RESOURCES, "unsetEnv": ["POD_*"]}),
    _config(
        [A], {"resources": RESOURCES}, {"op": "add", "path": "/metadata/labels", "value": {"lab": "yes", "n": "1"}}
    ),
    _config([A], {}, {"op": "add", "path": "/spec/replicas", "value": 2}),
)

UNPATCHED = sum(not it.patches for it in CONFIGS)

#: The type of `generate`, which tests replace with other generators.
Generator = Callable[[int, int], Stream]
