"""Compares the cluster with the config: the rules of the conversion must require no change to the live objects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.config import network_definitions
from postrender.conversion import plan
from postrender.errors import InputError, NoTarget
from postrender.kubernetes import objects, quantity
from postrender.rules import definitions
from postrender.spk import target, variables
from postrender.verify import repair, rows, user_patches
from postrender.verify.expectations import ExpectedRule, expected_rules
from postrender.verify.json_fields import mapping, strings, text
from postrender.verify.live import describe
from postrender.verify.rows import ABSENT, CONFIGURATION, Question
from postrender.yamledit import emit, nodes, stream
from postrender.yamledit.change import ADD, APPEND, REMOVE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from postrender.config import Config, Network
    from postrender.errors import Failure
    from postrender.spk.target import Target
    from postrender.verify.json_fields import Object
    from postrender.verify.kubectl import Response
    from postrender.verify.live import Live
    from postrender.verify.rows import Row
    from postrender.yamledit.change import Change
    from postrender.yamledit.nodes import Node

DEFINITIONS = "Network Attachment Definitions"
VALUES = "Helm values"
SAME = "the same"
LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"


def rows_of(live: Live) -> Iterator[Row]:
    """Yield the rows about the configuration."""
    for network, answer in zip(live.config.networks, live.definitions, strict=True):
        yield _definition(live, network, answer)
    yield from _tmm(live)
    if live.config.patches:
        question = Question(CONFIGURATION, "patches", f"{len(live.config.patches)} applied", VALUES)
        yield rows.manual(question, "not compared", "check the objects that they patch")


# Network attachment definitions.


def _definition(live: Live, network: Network, answer: Response) -> Row:
    place = live.place(network)
    wanted = emit.flow(network_definitions.cni_config(network)) if network.create else "exists"
    what = f"NetworkAttachmentDefinition {f'{place}/' if place else ''}{network.name}"
    question = Question(CONFIGURATION, what, wanted, DEFINITIONS)
    if answer.unknown:
        return rows.unknown(question, answer.unknown)
    if answer.value is None:
        first = "" if live.serves_definitions or live.multus.unknown else "install Multus, then "
        return rows.differs(question, ABSENT, f"{first}{repair.AGAIN}" if network.create else f"{first}create it")
    if not _is_ours(live.config, network, place, answer.value):
        found = text(answer.value, "spec", "config") or "no config"
        if user_patches.may_change(live.config, answer.value, ("spec", "config")):
            return rows.unknown(question, f"{found}; {user_patches.WHY}", user_patches.ADVICE)
        advice = f"{repair.of_custom_resource(answer.value)}; or set `create: false` if another Helm release owns it"
        return rows.differs(question, found, advice)
    return rows.ok(question, SAME if network.create else "exists")


def _is_ours(config: Config, network: Network, place: str | None, live: Object) -> bool:
    """Report whether a definition is equivalent to the config's, with the same test as the conversion."""
    try:
        manifests = stream.read(_document(live))
        parsed = stream.parse(manifests, manifests.documents[0])
        ours = [] if parsed is None else [objects.Object(parsed, (), parsed.root)]
        return not definitions.missing(config._replace(networks=(network,)), place, ours)
    except (InputError, RecursionError):
        return False


def _document(live: Object) -> bytes:
    """Return an object as a YAML document, without the metadata that kubectl and the cluster add."""
    annotations = {key: value for key, value in strings(live, "metadata", "annotations").items() if key != LAST_APPLIED}
    metadata = {name: value for name, value in mapping(live, "metadata").items() if name in ("name", "namespace")}
    shown = {"apiVersion": live.get("apiVersion"), "kind": live.get("kind")}
    try:
        written = emit.flow({**shown, "metadata": {**metadata, "annotations": annotations}, "spec": live.get("spec")})
    except RecursionError:
        raise InputError("the object is nested too deeply") from None
    return written.encode()


# The TMM.


def _tmm(live: Live) -> Iterator[Row]:
    """Yield a row for the TMM, one for each rule that requires no change, and one for each required change."""
    name = live.config.tmm.workload
    place = f" in namespace {live.namespace}" if live.namespace else ""
    question = Question(CONFIGURATION, "TMM workload", f"{name}{place}", VALUES)
    if live.tmm.value is None:
        yield from _without_tmm(live, question)
        return
    try:
        target = _target(live)
        wanted = _wanted(target, live.config)
    except (InputError, NoTarget) as error:
        yield rows.differs(question, _refusal(error), "fix the chart's values and deploy again")
        return
    yield _seen(live, question)
    asked = expected_rules(live.config, target)
    others = {change.rule: ExpectedRule(change.rule, None) for change in wanted if change.rule not in asked}
    for rule, called in {**asked, **others}.items():
        yield from _rule(live, target, called, [change for change in wanted if change.rule == rule])


def _without_tmm(live: Live, question: Question) -> Iterator[Row]:
    """Yield a row for a missing TMM, or unknown rows for everything about a TMM that cannot be read."""
    unknown = live.tmm.unknown
    if not unknown:
        yield rows.differs(question, ABSENT, "install SPK, or check spec.tmm")
        return
    yield rows.unknown(question, unknown)
    for what, expected in expected_rules(live.config, None).values():
        if expected is not None:
            yield rows.unknown(Question(CONFIGURATION, what, expected, VALUES), unknown)


def _seen(live: Live, question: Question) -> Row:
    """Return the row for the TMM that was found; unknown if there may be another TMM that was not read."""
    if live.tmm.unknown:
        return rows.unknown(question, f"{describe(live.tmm.value)}, perhaps not the only TMM: {live.tmm.unknown}")
    return rows.ok(question, describe(live.tmm.value))


def _refusal(error: Failure) -> str:
    """Return why the conversion refuses the live object, without a line number, because the object is not in a file."""
    return f"{error.place.path}: {error.sentence}" if error.place.path else error.sentence


def _target(live: Live) -> Target:
    """Return the TMM's fields in the live object; raise the same errors as for a stream."""
    manifests = stream.read(_document(live.tmm.value))
    (obj,) = objects.objects(stream.parse(manifests, manifests.documents[0]))
    return target.locate(obj, live.config.tmm.container)


def _wanted(target: Target, config: Config) -> list[Change]:
    """Return each rule's changes to the live object, except those that change only the spelling of a value."""
    return [change for change in plan.collect(target, config) if not _is_only_spelling(target, change)]


def _is_only_spelling(target: Target, change: Change) -> bool:
    """Report whether a change has no effect.

    The API server writes 2048Mi as 2Gi, and omits empty values. If the chart sets no namespace, the annotation lists
    the networks without a namespace.
    """
    if change.path == target.networks and isinstance(change.value, str):
        return _qualified(nodes.text(target.at(change.path)) or "", target) == _qualified(change.value, target)
    if change.op == ADD:
        return change.value == "" and change.path[-1] == "value" and target.at((*change.path[:-1], "valueFrom")) is None
    amounts = [quantity.parse(text) for text in (nodes.text(target.at(change.path)), str(change.value))]
    in_resources = change.path[: len(target.resources)] == target.resources
    return in_resources and change.op != REMOVE and amounts[0] is not None and amounts[0] == amounts[1]


def _qualified(references: str, target: Target) -> list[str]:
    """Return references to networks, each with a namespace; by default, the pod's namespace."""
    given = [reference.strip() for reference in references.split(",")]
    return [it if "/" in it else f"{target.namespace}/{it}" for it in given]


def _rule(live: Live, target: Target, called: ExpectedRule, changes: list[Change]) -> Iterator[Row]:
    for change in _without_repetitions(target, changes):
        what, expected, found = _words(target, change)
        question = Question(CONFIGURATION, what, expected, VALUES)
        if user_patches.may_change(live.config, live.tmm.value, change.path):
            yield rows.unknown(question, f"{found}; {user_patches.WHY}", user_patches.ADVICE)
        else:
            yield rows.differs(question, found, f"{_advice(live, target, change)} (reason: {change.reason})")
    if not changes and called.expected is not None:
        yield rows.ok(Question(CONFIGURATION, called.what, called.expected, VALUES), SAME)


def _without_repetitions(target: Target, changes: Sequence[Change]) -> list[Change]:
    """Return the changes, with only one removal for each variable that is listed more than once."""
    seen: set[str | None] = set()
    kept = []
    for change in changes:
        name = nodes.text(target.at((*change.path, "name"))) if change.is_repeated else None
        if name is None or name not in seen:
            kept.append(change)
        seen.add(name)
    return kept


def _advice(live: Live, target: Target, change: Change) -> str:
    if target.is_instance:
        return repair.of_custom_resource(live.tmm.value)
    if change.is_repeated:
        return repair.of_repetition(live.tmm.value)
    return repair.of_field(live.tmm.value, is_added=change.op == REMOVE)


def _words(target: Target, change: Change) -> tuple[str, str, str]:
    """Return the title, the expected value and the found value of a change's row."""
    expected = ABSENT if change.op == REMOVE else _shown(change.value)
    found = _found(target.at(change.path))
    if change.path[: len(target.env)] != target.env:
        return _name(target, change), expected, found
    if change.path[-1] == APPEND and isinstance(change.value, dict):
        return f"variable {change.value['name']}", str(change.value["value"]), ABSENT
    entry = target.at(change.path[: len(target.env) + 1])
    name = nodes.text(nodes.get(entry, "name"))
    if change.is_repeated:
        times = sum(listed == name for _, listed, _ in variables.entries(target))
        return f"variable {name}", "listed once", f"listed {times} times"
    whole = len(change.path) == len(target.env) + 1
    return f"variable {name}", expected, _found(nodes.get(entry, "value")) if whole else found


def _name(target: Target, change: Change) -> str:
    steps = change.path[len(target.base) :]
    if change.path[: len(target.resources)] == target.resources:
        return " ".join(map(str, steps[-2:]))
    return f"annotation {steps[-1]}" if not target.is_instance else str(steps[-1])


def _shown(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _found(node: Node | None) -> str:
    """Return a short text for the value of a node in the cluster."""
    if node is None:
        return ABSENT
    if nodes.is_sequence(node):
        return ", ".join(nodes.text(item) or "?" for item in nodes.items(node)) or "empty"
    written = nodes.text(node)
    return written if written is not None else ", ".join(nodes.keys(node)) or "empty"
