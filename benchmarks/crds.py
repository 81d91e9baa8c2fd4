"""Generates large CustomResourceDefinitions: deep schemas, with descriptions in every YAML style."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from benchmarks.filler_text import camel, indented, paragraph, sentence, words

_DEPTH = 7
_HEAD = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: {plural}.bench.example.invalid
  annotations:
    controller-gen.kubebuilder.io/version: v0.0.0
spec:
  group: bench.example.invalid
  names: {{kind: {kind}, listKind: {kind}List, plural: {plural}, singular: {singular}}}
  scope: Namespaced
  versions:
  - name: v1
    served: true
    storage: true
    subresources:
      status: {{}}
    additionalPrinterColumns:
    - jsonPath: .metadata.creationTimestamp
      name: Age
      type: date
    schema:
      openAPIV3Schema:
        type: object
        required:
        - spec
        properties:
          apiVersion: {{type: string}}
          kind: {{type: string}}
          metadata: {{type: object}}
          spec:
            type: object
            properties:
"""


def crd(rng: Random, number: int, size: int) -> str:
    """Return a definition of at least `size` characters."""
    singular = f"bench{number:05}"
    text = _HEAD.format(kind=singular.capitalize(), singular=singular, plural=f"{singular}s")
    properties = 0
    while len(text) < size:
        lines = [f"{camel(rng)}{properties}:", *indented(_object(rng, _DEPTH), 2)]
        text += "\n".join(indented(lines, 14)) + "\n"
        properties += 1
    return text


def _schema(rng: Random, depth: int) -> list[str]:
    if depth == 0:
        return _leaf(rng)
    kind: Callable[[Random, int], list[str]] = rng.choice((_object, _array))
    return kind(rng, depth)


def _object(rng: Random, depth: int) -> list[str]:
    """Return the schema of an object. One of its properties contains deeper objects; the others do not."""
    names = [f"{camel(rng)}{number}" for number in range(rng.randint(2, 4))]
    schemas = [_schema(rng, depth - 1), *(_leaf(rng) for _ in names[1:])]
    lines = [*_description(rng), "type: object", "properties:"]
    for name, schema in zip(names, schemas, strict=True):
        lines += [f"  {name}:", *indented(schema, 4)]
    return [*lines, *_required(rng, names)]


def _array(rng: Random, depth: int) -> list[str]:
    return [
        *_description(rng),
        "type: array",
        "items:",
        *indented(_schema(rng, depth - 1), 2),
        "x-kubernetes-list-type: atomic",
    ]


def _leaf(rng: Random) -> list[str]:
    facets = rng.choice(
        (
            ["type: string", "enum: [Enabled, Disabled, 'Auto', \"Off\"]"],
            ["type: integer", "format: int32", "minimum: 0", "maximum: 65535"],
            ["type: string", "pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$'"],
            ["type: boolean", "default: false"],
            ["x-kubernetes-int-or-string: true", "anyOf:", "- type: integer", "- {type: string}"],
        )
    )
    return [*_description(rng), *facets]


def _required(rng: Random, names: list[str]) -> list[str]:
    item = rng.choice(("- ", "  - "))
    return ["required:", *(item + name for name in names[:2])]


def _description(rng: Random) -> list[str]:
    style: Callable[[Random], list[str]] = rng.choice((_literal, _folded, _plain, _wrapped, _quoted))
    return style(rng)


def _literal(rng: Random) -> list[str]:
    bullets = [f"  - {words(rng, 5)}: {words(rng, 3)} # {words(rng, 2)}"]
    lines = [*paragraph(rng, 2), "", *bullets, "", *paragraph(rng, 1)]
    return ["description: |-", *indented(lines, 2)]


def _folded(rng: Random) -> list[str]:
    lines = [*paragraph(rng, 2), "", *paragraph(rng, 1)]
    return ["description: >-", *indented(lines, 2)]


def _plain(rng: Random) -> list[str]:
    return [f"description: {sentence(rng)}"]


def _wrapped(rng: Random) -> list[str]:
    first, *others = paragraph(rng, 2)
    return [f"description: {first}", *indented(others, 2)]


def _quoted(rng: Random) -> list[str]:
    return [f'description: "{words(rng, 6)}: \\"{words(rng, 2)}\\", {sentence(rng)}"']
