"""Code for kustomize: converts a function's ResourceList, and removes the sentinel from it.

With `--enable-alpha-plugins` alone, kubectl and kustomize silently skip a function (observed with kubectl 1.35 to 1.37,
kustomize 5.6.0); without this option they fail. The examples therefore contain a sentinel: an object that no cluster
accepts, and that the function removes. If the function does not run, applying the output fails. Source: kustomize,
KRM functions specification.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender import config, conversion
from postrender.config import strict
from postrender.conversion import checks
from postrender.errors import ConfigError, InputError, brief
from postrender.hosts import Answer
from postrender.kubernetes.objects import objects
from postrender.limits import DEFAULTS
from postrender.rules.finding import ERROR, NOTE, WARNING, of_new_layout
from postrender.yamledit import edit, emit, join, nodes, stream
from postrender.yamledit.change import ADD, APPEND, REMOVE, REPLACE, Change

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from postrender.limits import Limits
    from postrender.rules.finding import Finding, Reference
    from postrender.yamledit.nodes import Node, Path
    from postrender.yamledit.stream import Parsed, Stream

LIST = "ResourceList"
VERSIONS = ("config.kubernetes.io/v1", "config.kubernetes.io/v1beta1")
CONFIG = "functionConfig"
RESULTS = "results"
SEVERITIES = {ERROR: "error", WARNING: "warning", NOTE: "info"}
SENTINEL_VERSION = "spk-macvlan.invalid/v1"  #: RFC 2606 reserves .invalid
SENTINEL = "SpkMacvlanDidNotRun"
ID = "krm"
NEITHER = ("=", "<<")  #: special in YAML 1.1, but not in Go
#: Go's numbers, without the underscores, and its timestamps. Source: go-yaml v3, resolve.go.
GO_NUMBERS = (
    r"[-+]?(0[xX][0-9a-fA-F]+|0[oO]?[0-7]+|0[bB][01]+|[0-9]+)|0[bB][-+][01]+",
    r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?",
    r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)",
)
GO_TIMESTAMP = (
    r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt][0-9:.]+(Z|[-+][0-9:]{5})| [0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}(\.[0-9]+)?)?"
)


def function(data: bytes, limits: Limits = DEFAULTS) -> Answer:
    """Convert a ResourceList; its functionConfig is the config.

    Raises ConfigError for a wrong config, InputError if the input is not a ResourceList, NoTarget if it has no TMM.
    """
    parsed = _resource_list(stream.read(data, limits=limits))
    settings = _settings(parsed)
    converted = conversion.convert_list(parsed, settings)
    findings = checks.of_render(converted, settings)
    checks.refuse_if_strict(findings, settings)
    after = _read(converted.result)
    results = [_result(finding) for finding in findings]
    changes = (*_removals(after), *_with_results(after.root, results))
    done = edit.apply(after, changes)
    return Answer(join.replace(after, done).stream.data, (*findings, *of_new_layout(done)))


def _resource_list(manifests: Stream) -> Parsed:
    parsed = _read(manifests)
    kept = [nodes.text(nodes.get(parsed.root, key)) for key in ("kind", "apiVersion")]
    if kept[0] != LIST or kept[1] not in VERSIONS:
        found = f"{brief(kept[0])} of {brief(kept[1])}"
        raise InputError(f"must be a {LIST} of {' or '.join(VERSIONS)}, not {found}", parsed.place())
    items = nodes.get(parsed.root, "items")
    if not (items is None or nodes.is_null(items) or nodes.is_sequence(items)):
        raise InputError("must be a list", parsed.place_of(items, "items"))
    return parsed


def _read(manifests: Stream) -> Parsed:
    """Return the only document of the input."""
    documents = stream.several(manifests, 2)
    if len(documents) != 1:
        number = "more than one document" if documents else "no document"
        raise InputError(f"{number} on standard input; pass exactly one {LIST}")
    return documents[0]


def _settings(parsed: Parsed) -> config.Config:
    node = nodes.get(parsed.root, CONFIG)
    if node is None or nodes.is_null(node):
        raise ConfigError(f"the {LIST} has no {CONFIG}; set it to the {config.KIND} object", parsed.place())
    return config.read(
        strict.Item(_as_go_reads(nodes.get(nodes.compose(parsed.text), CONFIG) or node), CONFIG, "<stdin>")
    )


def _as_go_reads(root: Node) -> Node:
    """Return the tree, with a string tag on every scalar that Go reads as a string, even if YAML 1.1 does not.

    kustomize quotes only a string that Go would read as a number, a bool or a timestamp, and not `0-3`, `=` or `<<`.
    """
    for node in nodes.walk(root):
        if nodes.is_scalar(node) and node.tag in (nodes.PLAIN, *nodes.MERGE) and is_string_to_go(node.value):
            node.tag = nodes.STRING
    return root


def is_string_to_go(plain: str) -> bool:
    """Report whether Go reads a plain scalar as a string."""
    if plain in NEITHER or emit.is_string_to_all(plain):
        return True
    import re

    # After a point, Go ignores only the underscores between two digits.
    number = re.sub(r"(?<=[0-9])_(?=[0-9])" if plain.startswith(".") else "_", "", plain)
    is_number = any(re.fullmatch(it, number) for it in GO_NUMBERS)
    return not (is_number or plain.lower() in emit.RESERVED or re.fullmatch(GO_TIMESTAMP, plain))


def _removals(parsed: Parsed) -> Iterator[Change]:
    """Yield the change that removes the sentinel, because the function ran."""
    for obj in objects(parsed):
        if _is_sentinel(obj.node):
            yield Change(REMOVE, obj.base, None, ID, "the function ran")


def _is_sentinel(node: Node) -> bool:
    return (
        nodes.text(nodes.get(node, "kind")) == SENTINEL
        and nodes.text(nodes.get(node, "apiVersion")) == SENTINEL_VERSION
    )


def _with_results(root: Node, results: list[dict[str, Any]]) -> Iterator[Change]:
    """Yield the changes that remove this program's earlier results and add `results` after those of other functions."""
    present = nodes.get(root, RESULTS)
    if not nodes.is_sequence(present):
        if results:
            yield Change(ADD if present is None else REPLACE, (RESULTS,), results, ID, "findings")
        return
    earlier = [number for number, node in enumerate(present.value) if _is_of_rule(node)]
    said = [present.value[number] for number in earlier]
    if len(said) == len(results) and all(map(emit.says, said, results)):
        return
    yield from (
        Change(REMOVE, (RESULTS, number), None, ID, "an earlier run of spk-macvlan wrote it")
        for number in reversed(earlier)
    )
    yield from (Change(ADD, (RESULTS, APPEND), result, ID, "a finding") for result in results)


def _is_of_rule(result: Node) -> bool:
    """Report whether a result comes from this program: its tag `rule` is then the name of a rule."""
    return nodes.text(nodes.find(result, ("tags", "rule"))) in checks.names()


def _result(finding: Finding) -> dict[str, Any]:
    """Return a finding as a function's result; the field is relative to the finding's object."""
    result: dict[str, Any] = {
        "message": f"{finding.message}; {finding.fix}",
        "severity": SEVERITIES[finding.level],
        "tags": {"rule": finding.rule},
    }
    path = finding.place.path
    if finding.document is not None and not finding.in_config:
        result["resourceRef"] = _reference(finding.document)
        path = _in_brackets(finding.document.path[len(finding.document.base) :])
    return {**result, **({"field": {"path": path}} if path else {})}


def _in_brackets(path: Path) -> str:
    """Return a path in the form that functions use: containers[0] instead of containers.0."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")


def _reference(reference: Reference) -> dict[str, str]:
    namespace = {"namespace": reference.namespace} if reference.namespace else {}
    return {"apiVersion": reference.api_version, "kind": reference.kind, "name": reference.name, **namespace}
