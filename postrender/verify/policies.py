"""Checks that the cluster has a binding for each policy that `compile` wrote: without one, a policy has no effect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.kubernetes.admission import (
    CONVERTER,
    GROUP,
    GUARD,
    INSTANCE_GUARD,
    MUTATING,
    NAMESPACE_LABEL,
    PREFIX,
    VALIDATING,
)
from postrender.record import NamedTuple
from postrender.verify import kubectl, rows
from postrender.verify.json_fields import name_of, text
from postrender.verify.kubectl import Kind, Response
from postrender.verify.live import may_hide
from postrender.verify.rows import CONFIGURATION, Question

if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.verify.json_fields import Object
    from postrender.verify.kubectl import Access
    from postrender.verify.live import Live
    from postrender.verify.rows import Row

SECTION = "Admission policies"  #: shown in place of a section of F5's macvlan guide
NAMESPACE = ("spec", "matchResources", "namespaceSelector", "matchLabels", NAMESPACE_LABEL)
REPAIR = "compile again and apply the output; inside a kustomization, use `compile --format policy DIR`"


class PolicyKind(NamedTuple):
    """A kind of policy, its API versions, and the names of this program's policies of that kind."""

    name: str
    stem: str  #: the beginning of the API's names for the policies and the bindings
    versions: tuple[str, ...]
    ours: tuple[str, ...]  #: what follows the common prefix of their names

    def kinds(self, version: str) -> tuple[Kind, Kind]:
        """Return the API server's names for the policies and for their bindings."""
        group = f"{GROUP}/{version}"
        return Kind(group, f"{self.stem}policies"), Kind(group, f"{self.stem}policybindings")

    def is_ours(self, name: str) -> bool:
        """Report whether this program wrote a policy of that name. kustomize may have added a prefix or a suffix."""
        return any(f"{PREFIX}{it}" in name for it in self.ours)


KINDS = (
    PolicyKind(VALIDATING, "validatingadmission", ("v1",), (GUARD, INSTANCE_GUARD)),
    PolicyKind(MUTATING, "mutatingadmission", ("v1", "v1beta1"), (CONVERTER,)),
)


def requests() -> list[kubectl.Request]:
    """Return the requests that are the same for every cluster."""
    return [kubectl.of_every(it) for kind in KINDS for it in kind.kinds(kind.versions[0])]


def rows_of(live: Live) -> Iterator[Row]:
    """Yield a row for each of this program's policies, and for each binding without one; skip other namespaces."""
    for kind in KINDS:
        policies, bindings = _served(live, kind)
        names = [name for name in map(name_of, policies.value or ()) if kind.is_ours(name)]
        if policies.unknown:
            yield rows.unknown(_question(f"{kind.name} of spk-macvlan"), policies.unknown)
        yield from filter(None, (_policy(live, f"{kind.name} {name}", name, bindings) for name in names))
        for binding in bindings.value or ():
            policy = text(binding, "spec", "policyName")
            if kind.is_ours(policy) and policy not in names and not policies.unknown and _concerns(binding, live):
                yield _lost(f"{kind.name}Binding {name_of(binding)}", policy)


def _served(live: Live, kind: PolicyKind) -> tuple[Response, Response]:
    """Return the policies and the bindings, in the first version that the cluster serves."""
    for version in kind.versions:
        policies, bindings = (_every(live.access, it) for it in kind.kinds(version))
        if policies.value is not None or policies.unknown:
            break
    return policies, bindings


def _every(access: Access, kind: Kind) -> Response:
    """Return the objects of a kind. If the cluster does not serve it, the response is empty, even if forbidden."""
    answer = kubectl.every(access, kind)
    return answer if answer.value is not None or may_hide(access, kind, answer) else Response()


def _policy(live: Live, what: str, name: str, bindings: Response) -> Row | None:
    bound = [it for it in bindings.value or () if text(it, "spec", "policyName") == name]
    if not bound:
        why = bindings.unknown
        return rows.unknown(_question(what), why) if why else rows.differs(_question(what), "no binding", REPAIR)
    ours = [name_of(it) for it in bound if _concerns(it, live)]
    return rows.ok(_question(what), f"bound by {rows.shorten(ours)}") if ours else None


def _lost(what: str, policy: str) -> Row:
    return rows.differs(Question(CONFIGURATION, what, "its policy exists", SECTION), f"{policy} does not exist", REPAIR)


def _concerns(binding: Object, live: Live) -> bool:
    """Report whether a binding is for the TMM's namespace, or for all namespaces."""
    return text(binding, *NAMESPACE) in ("", live.namespace)


def _question(what: str) -> Question:
    return Question(CONFIGURATION, what, "has a binding", SECTION)
