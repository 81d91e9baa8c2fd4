"""Selects the objects that a patch applies to, as kustomize's `target` does.

Group, version, kind, name and namespace are regular expressions that must match the whole value; a missing expression
matches any value. Expressions may use only syntax that means the same in Python and in Go, which kustomize uses. An
object without a namespace is treated as being in `default`, as in kustomize. Source: kustomize 5.6.0 and 5.8.1.

Matching takes linear time in Go, but can take exponential time in Python. The caller can therefore replace `fullmatch`
with a search that has a time limit.
"""

from __future__ import annotations

from contextvars import ContextVar
from functools import lru_cache
from typing import TYPE_CHECKING

from postrender.errors import brief
from postrender.record import NamedTuple
from postrender.yamledit import nodes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any

    from postrender.kubernetes.objects import Object

    Search = Callable[[str, str], bool]

QUANTIFIER = r"(?:[*+?]|\{[0-9]{1,2}(?:,(?:[0-9]{1,2})?)?\})?"
#: What an expression may consist of. Character classes list ASCII characters; `\d` and similar escapes are refused.
#: `re.compile` checks the rest.
PARTS = (
    rf"[A-Za-z0-9_/:@%,;=<>!~ -]{QUANTIFIER}",
    rf"\\[!-/:-@\[-`{{-~]{QUANTIFIER}",
    rf"\.{QUANTIFIER}",
    rf"\[\^?-?(?:[A-Za-z0-9]-[A-Za-z0-9]|[A-Za-z0-9_./:@%,;=<>! ])+-?\]{QUANTIFIER}",
    r"\((?:\?:)?",
    r"\)[*+?]?",
    r"[|^$]",
)
EXPRESSION = f"(?:{'|'.join(PARTS)})+"
#: The syntax of an expression, for an error message.
SYNTAX = "letters, digits, ., [a-z], (), |, *, +, ?, {n,m} after a character, and \\ before punctuation"
DEFAULT_NAMESPACE = "default"
#: The kinds that kustomize knows to be cluster-scoped. It treats all other kinds as namespaced.
CLUSTER_SCOPED = frozenset(
    (group, kind)
    for group, kinds in {
        "": ("ComponentStatus", "Namespace", "Node", "PersistentVolume"),
        "admissionregistration.k8s.io": ("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"),
        "apiextensions.k8s.io": ("CustomResourceDefinition",),
        "apiregistration.k8s.io": ("APIService",),
        "certificates.k8s.io": ("CertificateSigningRequest",),
        "networking.k8s.io": ("IngressClass",),
        "node.k8s.io": ("RuntimeClass",),
        "policy": ("PodSecurityPolicy",),
        "rbac.authorization.k8s.io": ("ClusterRole", "ClusterRoleBinding"),
        "scheduling.k8s.io": ("PriorityClass",),
        "storage.k8s.io": ("CSIDriver", "CSINode", "StorageClass", "VolumeAttachment"),
    }.items()
    for kind in kinds
)
FIELDS = 5  #: how many fields of a selector, from the first, are expressions; an identity starts with the same fields
NO_NAMESPACE = "_non_namespaceable_"  #: the namespace that kustomize gives to cluster-scoped objects


class Endless(Exception):
    """An expression takes too long to match. Only a search with a time limit raises this."""


def fullmatch(pattern: str, value: str) -> bool:
    """Report whether an expression matches a whole value, without a time limit."""
    import re

    return re.fullmatch(pattern, value) is not None


#: The function with which `matches` searches. Setting it in one context does not affect a caller or another thread.
search: ContextVar[Search] = ContextVar("search", default=fullmatch)


class Selector(NamedTuple):
    """A patch's target, as written in the config."""

    group: str = ""
    version: str = ""
    kind: str = ""
    name: str = ""
    namespace: str = ""
    label_selector: str = ""

    def __str__(self) -> str:
        pairs = zip(self._fields, self, strict=True)
        return ", ".join(
            f"{field.replace('label_selector', 'labelSelector')}: {value}" for field, value in pairs if value
        )


class Identity(NamedTuple):
    """The fields and labels of an object that are compared with a selector."""

    group: str
    version: str
    kind: str
    name: str
    namespace: str
    labels: Mapping[str, str] = {}


def identity(obj: Object) -> Identity:
    """Return the identity of an object, as kustomize sees it."""
    node = nodes.find(obj.node, ("metadata", "labels"))
    labels = {key: nodes.text(nodes.get(node, key)) or "" for key in nodes.keys(node)}
    return _identity(obj.api_version, obj.kind, obj.name, obj.namespace, labels)


def identity_of(value: Mapping[str, Any]) -> Identity:
    """Return the identity of an object that is given as a map."""
    metadata = map_of(value, "metadata")
    api_version, kind, name = (
        str(it or "") for it in (value.get("apiVersion"), value.get("kind"), metadata.get("name"))
    )
    labels = {key: "" if it is None else str(it) for key, it in map_of(metadata, "labels").items()}
    return _identity(api_version, kind, name, str(metadata.get("namespace") or ""), labels)


def map_of(value: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """Return a key's value if it is a map, otherwise an empty map: a patch may have written any value."""
    found = value.get(key)
    return found if isinstance(found, dict) else {}


def _identity(api_version: str, kind: str, name: str, namespace: str | None, labels: Mapping[str, str]) -> Identity:
    group, _, version = api_version.rpartition("/")
    place = NO_NAMESPACE if (group, kind) in CLUSTER_SCOPED else namespace or DEFAULT_NAMESPACE
    return Identity(group, version, kind, name, place, labels)


def is_plain(pattern: str) -> bool:
    """Report whether an expression is a plain word, which matches only itself."""
    return pattern.isascii() and pattern.replace("-", "").replace("/", "").isalnum()


def matches(selector: Selector, it: Identity) -> bool:
    """Report whether the selector matches an object; raise Endless if an expression takes too long."""
    words, expressions = _fields(selector)
    for number, word in words:  # plain loops for speed: a patch is compared with every object of a stream
        if it[number] != word:
            return False
    for number, expression in expressions:
        if not search.get()(expression, str(it[number])):
            return False
    return all(_holds(requirement, it.labels) for requirement in _requirements(selector.label_selector))


def cost(selector: Selector) -> int:
    """Return the cost of matching an object against the selector, in steps of work."""
    return 2 + sum(map(len, selector[:FIELDS])) // 200 + 2 * len(_requirements(selector.label_selector))


@lru_cache(maxsize=256)
def _requirements(selector: str) -> tuple[tuple[str, str, frozenset[str]], ...]:
    parsed = (parse_requirement(requirement) for requirement in requirements(selector))
    return tuple((key, operator, frozenset(values)) for key, operator, values in parsed)


@lru_cache(maxsize=256)
def _fields(selector: Selector) -> tuple[tuple[tuple[int, str], ...], tuple[tuple[int, str], ...]]:
    """Return the index and value of each field to compare as a plain word, and of each to match as an expression."""
    given = [pair for pair in enumerate(selector[:FIELDS]) if pair[1]]
    return tuple(it for it in given if is_plain(it[1])), tuple(it for it in given if not is_plain(it[1]))


def requirements(selector: str) -> Iterator[str]:
    """Yield the requirements of a label selector: its parts between commas. Raises ValueError if it is invalid."""
    depth, start = 0, 0
    for at, char in enumerate(selector + ","):
        depth += (char == "(") - (char == ")")
        if char == "," and depth == 0:
            requirement = selector[start:at].strip()
            if requirement:
                yield requirement
            elif selector.strip():
                raise ValueError(f"{brief(selector)} is not a label selector: nothing is between two commas")
            start = at + 1
    if depth:
        raise ValueError(f"{brief(selector)} is not a label selector: its parentheses do not match")


def _holds(requirement: tuple[str, str, frozenset[str]], labels: Mapping[str, str]) -> bool:
    """Report whether labels satisfy one requirement: a=b, a!=b, a in (b,c), a notin (b,c), a, !a."""
    key, operator, values = requirement
    value = labels.get(key)
    if operator == "exists":
        return value is not None
    if operator == "missing":
        return value is None
    return (value in values) == (operator == "in")


def parse_requirement(requirement: str) -> tuple[str, str, tuple[str, ...]]:
    """Return a requirement's key, operator (in, notin, exists, missing) and values; raise ValueError if invalid."""
    import re

    match = re.fullmatch(r"([\w./-]+)\s+(in|notin)\s*\(([^()]*)\)", requirement, re.ASCII)
    if match:
        return match[1], match[2], tuple(value.strip() for value in match[3].split(","))
    match = re.fullmatch(r"([\w./-]+)\s*(!=|==|=)\s*([\w.-]*)", requirement, re.ASCII)
    if match:
        return match[1], "notin" if match[2] == "!=" else "in", (match[3],)
    match = re.fullmatch(r"(!?)\s*([\w./-]+)", requirement, re.ASCII)
    if match:
        return match[2], "missing" if match[1] else "exists", ()
    raise ValueError(f"{brief(requirement)} is not a label requirement")
