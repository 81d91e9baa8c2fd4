"""Formats changes and findings as text, JSON, Markdown and GitHub's annotations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.conversion import Unchanged
from postrender.conversion.json_values import value_of
from postrender.errors import Place, one_line
from postrender.kubernetes.objects import holder, origin
from postrender.report import json_document, markdown
from postrender.rules.finding import ERROR, LEVELS, NOTE, WARNING
from postrender.rules.networks import with_interfaces
from postrender.spk import attachments
from postrender.yamledit import emit, nodes, stream
from postrender.yamledit.change import ADD, APPEND, REMOVE, pointer
from postrender.yamledit.stream import STDIN

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from yaml.nodes import ScalarNode

    from postrender.config import Network
    from postrender.conversion.pipeline import Conversion, Converted
    from postrender.report.unified_diff import Hunk
    from postrender.rules.finding import Finding
    from postrender.spk.target import Target
    from postrender.yamledit.change import Change
    from postrender.yamledit.nodes import Node, Path
    from postrender.yamledit.stream import Parsed

COMMANDS = {ERROR: "error", WARNING: "warning", NOTE: "notice"}
#: Characters to escape in GitHub's workflow commands, in a message and in a property.
MESSAGE = {"%": "%25", "\r": "%0D", "\n": "%0A"}
PROPERTY = {**MESSAGE, ":": "%3A", ",": "%2C"}
COLOURS = {"-": 31, "+": 32, "~": 33, "@": 36}
COLOURS_OF_LEVELS = {ERROR: 31, WARNING: 33, NOTE: 36}
SIGNS = {ADD: "+", REMOVE: "-"}
#: Keys in the paths of a pod template that the output leaves out.
SILENT = ("spec", "template", "metadata", "containers")


def summary(conversion: Converted) -> Iterator[tuple[str, str]]:
    """Yield two lines for each change, the change and its reason: first the added networks, then all other changes."""
    for network in conversion.defined:
        place = f"{network.namespace}/" if network.namespace else ""
        yield f"+ NetworkAttachmentDefinition {place}{network.name}", f"{network.mode} on {network.master}"
    for change in conversion.changes:
        yield _line(conversion.rendered, change), change.reason
    for number, change in conversion.patched:
        value = "" if change.op == REMOVE else f": {emit.inline(change.value)}"
        parsed = stream.parse(conversion.result, conversion.result.documents[number])
        obj = holder(parsed, change.path)
        title = f"{obj.title} " if obj else ""
        yield f"{SIGNS.get(change.op, '~')} {title}{pointer(change.path)}{value}", change.reason


def _line(target: Target, change: Change) -> str:
    words = [*_words(target, change.path)] or [str(change.path[-1])]
    before = target.at(change.path)
    old = [_old(before)] if nodes.is_scalar(before) and change.op != ADD else []
    new = [] if change.op == REMOVE else [_new(change, words)]
    values = " → ".join([*old, *new])
    return f"{SIGNS.get(change.op, '~')} {' '.join(words)}{f': {values}' if values else ''}"


def _old(node: ScalarNode) -> str:
    return node.value if node.tag == nodes.PLAIN else emit.quote(node.value)


def _new(change: Change, words: list[str]) -> str:
    """Return a new value as text; for a new variable, also append its name to `words`."""
    if change.path[-1] == APPEND and isinstance(change.value, dict) and "value" in change.value:
        words.append(str(change.value.get("name")))
        return emit.scalar(change.value["value"])
    return emit.inline(change.value)


def _words(target: Target, path: Path) -> Iterator[str]:
    """Yield the words that describe a path; list items are described by their names."""
    for length, step in enumerate(path, 1):
        name = nodes.text(nodes.get(target.at(path[:length]), "name"))
        if isinstance(step, int):
            yield name or f"[{step}]"
        elif step not in SILENT and step != APPEND:
            yield step


# Findings.


def findings_as_text(findings: Sequence[Finding]) -> str:
    """Return findings as text, each with its fix on the line below; then the number of findings at each level."""
    counts = [f"{_count(findings, level)} {level}{'' if _count(findings, level) == 1 else 's'}" for level in LEVELS]
    return "".join(f"{line}\n" for finding in findings for line in finding.lines) + ", ".join(counts) + "\n"


def colours_of_findings(findings: Sequence[Finding]) -> list[int | None]:
    """Return the terminal color of each line of `findings_as_text`; lines with a fix or the counts have none."""
    return [*(colour for finding in findings for colour in (COLOURS_OF_LEVELS[finding.level], None)), None]


def _count(findings: Sequence[Finding], level: str) -> int:
    return sum(1 for finding in findings if finding.level == level)


def findings_as_json(findings: Sequence[Finding]) -> str:
    """Return findings as one JSON object, which schemas/check.schema.json describes."""
    counts = {level: _count(findings, level) for level in LEVELS}
    return json_document.serialize({"findings": [_finding(finding) for finding in findings], "summary": counts})


def _finding(finding: Finding) -> dict[str, Any]:
    """Return a finding's fields; a field that is unknown or does not apply is None."""
    reference, place = finding.document, finding.place
    return {
        "rule": finding.rule,
        "level": finding.level,
        "message": finding.message,
        "fix": finding.fix or None,
        "document": _document(reference.number, reference.kind, reference.namespace, reference.name, reference.source)
        if reference
        else None,
        "file": _file(place.file),
        "line": place.line or None,
        "column": place.column or None,
        "path": place.path or None,
    }


def _file(name: str) -> str | None:
    return None if name in ("", STDIN) else name


def _document(number: int | None, kind: str, namespace: str | None, name: str, source: str) -> dict[str, Any]:
    """Return the fields that identify an object. Documents are numbered from 1, as in every message."""
    return {
        "number": None if number is None else number + 1,
        "kind": kind or None,
        "namespace": namespace or None,
        "name": name or None,
        "source": source or None,
    }


def findings_for_github(findings: Sequence[Finding]) -> str:
    """Return findings as workflow commands, which GitHub Actions shows in a pull request."""
    return "".join(f"{_command(finding)}\n" for finding in findings)


def _command(finding: Finding) -> str:
    properties = {"title": f"spk-macvlan {finding.rule}", **_annotated(finding)}
    listed = ",".join(f"{name}={_escaped(value, PROPERTY)}" for name, value in properties.items())
    sentence = _escaped(_sentence(finding, is_shown_at_file="file" in properties), MESSAGE)
    return f"::{COMMANDS[finding.level]} {listed}::{sentence}"


def _sentence(finding: Finding, *, is_shown_at_file: bool) -> str:
    """Return a finding's path, problem and fix; add the file and line unless GitHub already shows the file."""
    names_line = finding.place.line and not is_shown_at_file
    place = finding.place if names_line else Place(path=finding.place.path)
    sentence = f"{finding.message}; {finding.fix}" if finding.fix else finding.message
    return f"{place}: {sentence}" if str(place) else sentence


def _annotated(finding: Finding) -> dict[str, str]:
    """Return the file, line and column where GitHub shows a finding; for standard input, only the chart's template."""
    file, line, column, _ = finding.place
    if _file(file):
        numbers = {"line": line, "col": column}
        return {"file": file, **{name: str(number) for name, number in numbers.items() if number}}
    source = finding.document.source if finding.document else ""
    return {"file": source} if source else {}


def _escaped(text: str, escapes: dict[str, str]) -> str:
    return "".join(escapes.get(char, char) for char in one_line(text))


# Differences.


def difference_as_text(converted: Conversion, hunks: Sequence[Hunk]) -> str:
    """Return hunks as a unified diff; each heading shows the object, the rules and the reasons."""
    name = one_line(converted.input.source)
    heads = ["--- rendered", "+++ converted"] if name == STDIN else [f"--- {name}", f"+++ {name} (converted)"]
    lines = heads if hunks else []
    for hunk in hunks:
        sentence = ": ".join(filter(None, (hunk.title, "; ".join(hunk.reasons))))
        lines += [one_line(f"{hunk.header} {sentence}").rstrip(), *hunk.lines]
    return "".join(f"{line}\n" for line in lines)


def difference_in_brief(converted: Conversion, hunks: Sequence[Hunk]) -> str:
    """Return a short summary: each change, with its reason below it."""
    if isinstance(converted, Unchanged) or not hunks:
        return f"{one_line(converted.input.source)}: nothing changes\n"
    gone, new = (sum(line[:1] == sign for hunk in hunks for line in hunk.lines) for sign in "-+")
    head = f"{converted.rendered} ({converted.rendered.parsed.place()}): {gone} lines removed, {new} added"
    lines = [one_line(part) for what, why in summary(converted) for part in (what, f"    {why}")]
    return "".join(f"{line}\n" for line in (head, *lines))


def colours_of_difference(text: str) -> list[int | None]:
    """Return the terminal color of each line of a diff or summary; the color depends on the line's first character."""
    return [COLOURS.get(line[:1]) for line in text.split("\n")[:-1]]


def difference_as_json(converted: Sequence[Conversion]) -> str:
    """Return the changes as RFC 6902 operations, and the new definitions; schemas/diff.schema.json describes them."""
    given = [it for it in converted if not isinstance(it, Unchanged)]
    defined = [
        {
            "file": _file(it.input.source),
            "namespace": network.namespace or it.rendered.namespace,
            "name": network.name,
        }
        for it in given
        for network in it.defined
    ]
    changes = [change for it in given for change in _operations(it)]
    return json_document.serialize({"definitions": defined, "changes": changes})


def _operations(converted: Converted) -> Iterator[dict[str, Any]]:
    """Yield the fields of each change. If the conversion added the document, its number and old values are None."""
    tmm, file = converted.rendered, _file(converted.input.source)
    source = origin(tmm.parsed).path
    ours = _document(tmm.parsed.document.number, tmm.kind, tmm.namespace, tmm.name, source)
    for change in converted.changes:
        yield {"file": file, "document": ours, **_operation(change, tmm.parsed.root)}
    for place, change in converted.patched:
        number = converted.number_before(place)
        before = None if number is None else stream.parse(converted.input, converted.input.documents[number])
        after = stream.parse(converted.result, converted.result.documents[place])
        root = before.root if before else None
        yield {"file": file, "document": _object(number, after, change.path), **_operation(change, root)}


def _object(number: int | None, parsed: Parsed | None, path: Path) -> dict[str, Any]:
    """Return the fields that identify the object at a path in a document."""
    obj = holder(parsed, path)
    source = origin(parsed).path if parsed else ""
    if obj is None:
        return _document(number, "", None, "", source)
    return _document(number, obj.kind, obj.namespace, obj.name, source)


def _operation(change: Change, before: Node | None) -> dict[str, Any]:
    value = {} if change.op == REMOVE else {"value": change.value}
    old = nodes.find(before, change.path) if change.op != ADD or change.path[-1] != APPEND else None
    words = {"op": change.op, "path": pointer(change.path), **value}
    return {
        **words,
        "old": None if old is None else value_of(old),
        "rule": change.rule,
        "reason": change.reason,
    }


def difference_as_markdown(converted: Conversion, hunks: Sequence[Hunk], networks: Sequence[Network]) -> str:
    """Return the conversion as a comment for a pull request: a table, a picture and the diff."""
    subject = "no TMM" if isinstance(converted, Unchanged) else markdown.code(str(converted.rendered))
    title = f"### spk-macvlan: {subject}\n\n"
    if isinstance(converted, Unchanged) or not hunks:
        return f"{title}Nothing changes.\n"
    rows = "".join(f"| {markdown.cell(line)} | {markdown.cell(reason)} |\n" for line, reason in summary(converted))
    table = f"| change | why |\n|---|---|\n{rows}"
    diff = markdown.block(difference_as_text(converted, hunks), "diff")
    folded = f"<details><summary>diff</summary>\n\n{diff}\n</details>\n"
    return f"{title}{table}\n{markdown.block(_picture(converted, networks), 'mermaid')}\n{folded}"


def _picture(converted: Converted, networks: Sequence[Network]) -> str:
    """Return a Mermaid graph of TMM's networks before and after: the NIC, macvlan, TMM's interface and its VLAN."""
    lines = [
        "graph LR",
        *_grouped("before", [*_before(converted)]),
        *_grouped("after", [*_after(with_interfaces(networks, converted.tmm))]),
    ]
    return "".join(f"{line}\n" for line in lines)


def _grouped(title: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield f"  subgraph {title}"
        yield from (f"    {line}" for line in lines)
        yield "  end"


def _before(converted: Converted) -> Iterator[str]:
    """Yield an edge for each network that TMM was attached to; nothing if Multus would reject the annotation."""
    try:
        found = attachments.read(converted.rendered)
    except ValueError:
        return
    for number, network in enumerate(found, 1):
        place = f"{_label(network.namespace)}/" if network.namespace else ""
        name = f"{place}{_label(network.name)}"
        inside = _label(network.interface or f"net{number}")
        yield f'b{number}["network {name}"] --> o{number}["TMM 1.{number}<br/>{inside}"]'


def _after(networks: Sequence[Network]) -> Iterator[str]:
    """Yield the edges for the config's networks.

    Networks on the same NIC share its box. Networks with `create: false` are marked as existing.
    """
    nics = list(dict.fromkeys(network.master for network in networks))
    for number, network in enumerate(networks, 1):
        nic = nics.index(network.master) + 1
        kind = f"macvlan {network.mode}" + ("" if network.create else ", already exists")
        yield f'n{nic}["NIC {_label(network.master)}"] --> m{number}["{kind}<br/>{network.name}"]'
        yield f'm{number} --> t{number}["TMM 1.{number}<br/>{network.interface or f"net{number}"}"]'
        if network.vlan is not None:
            tag = f"tag {network.vlan.tag}" if network.vlan.tag else "untagged"
            yield f't{number} --> v{number}["VLAN {network.name}<br/>{tag}"]'


def _label(text: str) -> str:
    """Escape text for a Mermaid label: numeric codes replace characters that Mermaid would parse as markup."""
    return "".join(char if char.isalnum() or char in "._-" else f"#{ord(char)};" for char in text)
