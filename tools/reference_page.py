"""Writes docs/reference.md from the parser, the errors and the schema (make docs).

`python -m tools.reference_page > docs/reference.md`
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from postrender import errors, files
from postrender.cli import arguments, conversions
from postrender.hosts import parameters

HEAD = """\
# The reference

All verbs and options, exit statuses, environment variables, and fields of the config and of the printed JSON. This page
is generated from the parser, the errors and the schemas (`make docs`). For explanations, see [the config](config.md),
[the rules](rules.md) and [JSON for programs](json.md).
"""
ANY = "any JSON"
FIELDS = """\
`[]` stands for each item of a list. A pattern is a regular expression.
"""
JSON = """\
`--format json` prints these fields. Each field is always present, unless its line says otherwise.
"""
#: For each format: the schema's name, and the definition in the schema that describes the output.
PRINTED = {
    "check --format json": ("check", ""),
    "diff --format json": ("diff", "changes"),
    "verify --format json": ("verify", "rows"),
    "verify --explain --format json": ("verify", "steps"),
}
ENVIRONMENT = {
    conversions.CONFIG_VARIABLE: "the path of the config, if `--config` is not given",
    "NO_COLOR": "if not empty: no color, except with `--color always`",
    "TERM": "if `dumb`: no progress line, and no color, except with `--color always`",
    "PATH": "where `cmp` looks for Helm and kustomize, and `verify` for kubectl and oc",
    "TMPDIR": "`cmp`: the folder for its temporary files; default: `/tmp`",
    "ARGOCD_APP_NAME": "`cmp`: the name of the Helm release, unless a parameter sets it",
    "ARGOCD_APP_NAMESPACE": "`cmp`: the namespace of the Helm release, unless a parameter sets it",
    parameters.VARIABLE: "`cmp`: the parameters, as JSON",
    "ARGOCD_APP_SOURCE_PATH": "`cmp`: the application's folder in the repository",
    "KUBE_VERSION": "`cmp`: the cluster's version, for charts that use it; the parameter `kube-version` overrides it",
    "KUBE_API_VERSIONS": "`cmp`: the API versions, comma-separated; the parameter `api-versions` overrides them",
}

Schema = dict[str, Any]


class Field(NamedTuple):
    """A field of the config or of printed JSON, as the schema describes it."""

    path: str
    schema: Schema
    required: bool


def page() -> str:
    """Return the whole page."""
    parts = [HEAD, *_command_line(), "## Exit statuses\n", _table(("status", "meaning"), _statuses())]
    parts += [
        "## The config\n",
        FIELDS,
        _table(("field", "type", "default", "allowed", "meaning"), map(_row, fields())),
    ]
    parts += ["## JSON\n", JSON, *_printed()]
    parts += [
        "## Environment\n",
        _table(("variable", "meaning"), ((f"`{k}`", text) for k, text in ENVIRONMENT.items())),
    ]
    return "\n".join(parts)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = ["".join(f"| {cell} " if cell else "| " for cell in row) + "|\n" for row in rows]
    return "".join([f"| {' | '.join(head)} |\n", f"|{'---|' * len(head)}\n", *lines])


# The command line.


def whole() -> argparse.ArgumentParser:
    """Return the program's parser."""
    return arguments.parser()


def verbs() -> dict[str, argparse.ArgumentParser]:
    """Return the parser of each verb."""
    choices = next(action.choices for action in actions(whole()) if isinstance(action, argparse._SubParsersAction))
    return dict(choices)


def actions(of: argparse.ArgumentParser) -> list[argparse.Action]:
    """Return the arguments of a parser, without its help option."""
    return [action for action in of._actions if not isinstance(action, argparse._HelpAction)]


def _command_line() -> Iterator[str]:
    taking = [name for name, verb in sorted(verbs().items()) if "--config" in verb._option_string_actions]
    names = set.intersection(*(set(verbs()[name]._option_string_actions) for name in taking))
    common = [action for action in actions(whole()) if names & set(action.option_strings)]
    yield "## Verbs\n"
    yield "Use `--version` and `--help` without a verb; each verb also has `--help`. The default verb is `render`.\n"
    yield f"{', '.join(f'`{name}`' for name in taking)} accept these options, before or after the verb:\n"
    yield _table(("option", "meaning"), map(_option, common))
    for name, verb in sorted(verbs().items()):
        own = [it for it in actions(verb) if name not in taking or not names & set(it.option_strings)]
        yield from _verb(name, own, _summary(name))


def _summary(verb: str) -> str:
    subparsers = next(action for action in actions(whole()) if isinstance(action, argparse._SubParsersAction))
    return next(str(choice.help) for choice in subparsers._choices_actions if choice.dest == verb)


def _verb(name: str, own: list[argparse.Action], summary: str) -> Iterator[str]:
    yield f"### {name}\n"
    yield f"`{' '.join([name, *map(_usage, own)])}`: {summary}.\n"
    if own:
        yield _table(("option", "meaning"), map(_option, own))


def _usage(action: argparse.Action) -> str:
    """Return an argument as in a usage line, in brackets if the argument is optional."""
    word = _words(action)
    if action.nargs == argparse.ZERO_OR_MORE:  # argparse marks such arguments as required
        return f"[{word} …]"
    repeated = " …" if isinstance(action, argparse._AppendAction) else ""
    return f"{word}{repeated}" if action.required else f"[{word}]{repeated}"


def _words(action: argparse.Action) -> str:
    takes_nothing = action.nargs == 0
    value = action.metavar or "/".join(map(str, action.choices or ()))
    return " ".join([*action.option_strings, *([] if takes_nothing else [str(value)])])


def _option(action: argparse.Action) -> tuple[str, str]:
    return f"`{_words(action)}`", _linked(str(action.help))


def _linked(text: str) -> str:
    return text.replace("|", "\\|")


# Exit statuses.


def _statuses() -> Iterator[tuple[str, str]]:
    """Yield each status and its meaning."""
    return ((str(status.number), status.meaning) for status in errors.STATUSES)


# Fields of the config.


def fields() -> list[Field]:
    """Return every field of the config, in the schema's order."""
    schema = json.loads(files.read_shipped("schemas", "config.schema.json"))
    return list(_walked("", schema, schema["$defs"]))


# Fields of printed JSON.


def _printed() -> Iterator[str]:
    for title, (verb, name) in PRINTED.items():
        yield f"### {title}\n"
        yield _table(("field", "type", "meaning"), map(_meaning, printed(verb, name)))


def printed(verb: str, name: str) -> list[Field]:
    """Return every field of a definition in the schema of a verb's JSON, or of the whole schema if `name` is empty."""
    schema = json.loads(files.read_shipped("schemas", f"{verb}.schema.json"))
    return list(_walked("", schema["$defs"][name] if name else schema, schema["$defs"]))


def _meaning(field: Field) -> tuple[str, ...]:
    return f"`{field.path}`", _type(field.schema), _linked(str(field.schema["description"]))


# Schemas.


def _walked(path: str, schema: Schema, named: Schema) -> Iterator[Field]:
    required = set(schema.get("required", ()))
    for name, raw in schema.get("properties", {}).items():
        field = Field(f"{path}{name}", _resolved(raw, named), name in required)
        yield field
        yield from _walked(f"{field.path}.", field.schema, named)
        if "items" in field.schema:
            yield from _walked(f"{field.path}[].", _resolved(field.schema["items"], named), named)


def _resolved(schema: Schema, named: Schema) -> Schema:
    """Return a schema with its reference resolved and its variants merged.

    A field is required if all variants require it.
    """
    schema = _or_null(schema, named)
    base = named[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else {}
    patterns = [it["pattern"] for it in (base, schema) if "pattern" in it]  # both patterns apply
    found = {**base, **schema, "patterns": patterns}
    return _merged(found["oneOf"]) if "oneOf" in found else found


def _or_null(schema: Schema, named: Schema) -> Schema:
    """Return a schema that allows null or one alternative as a single schema with both types."""
    variants = schema.get("anyOf", ())
    if {"type": "null"} not in variants or len(variants) != len(("one", "null")):
        return schema
    found = _resolved(variants[0], named)
    return {**found, "type": [found["type"], "null"], "description": schema["description"]}


def _merged(variants: list[Schema]) -> Schema:
    properties: Schema = {}
    for variant in variants:
        for name, schema in variant["properties"].items():
            both = _values(properties.get(name, {})) + _values(schema)
            properties[name] = {"enum": both} if both else schema
    common = set.intersection(*(set(variant["required"]) for variant in variants))
    return {"properties": properties, "required": sorted(common)}


def _values(schema: Schema) -> list[Any]:
    return [*schema.get("enum", []), *([schema["const"]] if "const" in schema else [])]


def _row(field: Field) -> tuple[str, ...]:
    default = "required" if field.required else _code(field.schema["default"]) if "default" in field.schema else ""
    description = str(field.schema.get("description", ""))
    return f"`{field.path}`", _type(field.schema), default, _allowed(field.schema), _linked(description)


def _type(schema: Schema) -> str:
    if "#/$defs/json" in str(schema.get("anyOf")):
        return ANY
    if "anyOf" in schema:
        kinds = dict.fromkeys(kind for variant in schema["anyOf"] for kind in _kinds(variant))
        return " or ".join(kinds)
    return " or ".join(_kinds(schema))


def _kinds(schema: Schema) -> list[str]:
    kind = schema.get("type") or ("string" if _values(schema) else ANY)
    return [kind] if isinstance(kind, str) else list(kind)


def _allowed(schema: Schema) -> str:
    found = [f"one of {', '.join(map(_code, _values(schema)))}"] if len(_values(schema)) > 1 else []
    found += [_code(value) for value in _values(schema)[:1] if not found]
    found += _bounds(schema)
    patterns = () if "format" in schema else schema.get("patterns", ())  # a format is more precise than its pattern
    found += [f"pattern {_code(pattern)}" for pattern in patterns]
    found += [f"not {', '.join(map(_code, _values(schema['not'])))}"] if "not" in schema else []
    found += [str(schema["format"])] if "format" in schema else []
    found += _allowed_inside(schema)
    return "; ".join(found)


def _bounds(schema: Schema) -> list[str]:
    if "minimum" in schema:
        return [f"{schema['minimum']} to {schema['maximum']}"]
    return ["not empty" for name in ("minItems", "minProperties", "minLength") if name in schema]


def _allowed_inside(schema: Schema) -> list[str]:
    """Return the requirements for the variants, the items or the inner values of a value."""
    variants = [] if _type(schema) == ANY else schema.get("anyOf", ())
    found = [part for variant in variants if (part := _allowed(_resolved(variant, {})))]
    inner = schema.get("items", {})
    if "type" in inner:
        found.append(f"items: {', '.join([_type(inner), *filter(None, [_allowed(inner)])])}")
    if isinstance(extra := schema.get("additionalProperties"), dict):
        found.append(f"values: {ANY if '$ref' in extra else _type(extra)}")
    return found


def _code(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return f"`{_linked(text)}`"


if __name__ == "__main__":
    print(page(), end="")
