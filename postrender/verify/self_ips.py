"""Compares the self IPs that `vlans` prints with the cluster, and reports whether the product accepted them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.conversion import self_ips
from postrender.errors import UsageError
from postrender.spk import infra
from postrender.spk.kinds import INFRA, VLAN
from postrender.spk.product import SETTINGS_FLAG
from postrender.verify import kubectl, rollout, rows
from postrender.verify.json_fields import mapping, maps, name_of, text
from postrender.verify.kubectl import Kind
from postrender.verify.rows import ABSENT, RESULT, Question

if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.verify.json_fields import Object
    from postrender.verify.kubectl import Response
    from postrender.verify.live import Live
    from postrender.verify.rows import Row

SECTION = "Next steps"
APPLY = "apply the output of `spk-macvlan vlans`"
VLANS, INFRAS = kubectl.kind_of(VLAN), kubectl.kind_of(INFRA)
#: The defaults of a VLAN's fields.
DEFAULTS = {"tag": 0, "internal": False, "mtu": 1500}
#: The fields that `vlans` prints; other fields are not compared.
ADDRESSES = ("selfip_v4s", "prefixlen_v4", "selfip_v6s", "prefixlen_v6")
KEYS = ("name", "tag", "interfaces", "internal", *ADDRESSES, "mtu")
INFRA_KEYS = ("networkAttachments", "ipams", "networks", "egressDefaults")
CONDITIONS = ("Accepted", "ResolvedRefs", "Programmed")


def requests(live: Live) -> list[kubectl.Request]:
    """Return the requests for the TMM's namespace."""
    if not live.namespace or not any(network.vlan for network in live.config.networks):
        return []
    if _takes_infra(live):
        return [kubectl.of_every(INFRAS, live.namespace)]
    return [kubectl.of_every(VLANS, live.namespace)] if self_ips.kind(live.config) == VLAN.name else []


def rows_of(live: Live) -> Iterator[Row]:
    """Yield a row for each object that `vlans` would print."""
    kind = infra.KIND if _takes_infra(live) else self_ips.kind(live.config)
    if not any(network.vlan for network in live.config.networks):
        question = Question(RESULT, kind, "one object for each network", SECTION)
        where = f"find the plural of {kind} with `kubectl api-resources`, then run `kubectl get PLURAL -A`"
        yield rows.manual(question, "the config has no vlan", where)
        return
    try:
        wanted = self_ips.objects(live.config)
    except UsageError as error:
        yield rows.unknown(Question(RESULT, kind, "an object that the product accepts", SECTION), error.sentence)
        return
    answer = _read(live, kind)
    for made in wanted:
        question = Question(RESULT, f"{kind} {name_of(made)}", _expected(made), SECTION)
        yield from _infra(question, made, answer) if kind == infra.KIND else _vlan(question, made, answer)


def _takes_infra(live: Live) -> bool:
    if live.config.product:
        return bool(live.config.product.takes_infra)
    return live.config.has_pools


def _read(live: Live, kind: str) -> Response:
    if live.namespace is None:
        return kubectl.Response(unknown="no namespace (use --namespace)")
    served = {VLAN.name: VLANS, INFRA.name: INFRAS}.get(kind) or _discovered(live, kind)
    answer = kubectl.every(live.access, served, live.namespace)
    if answer.value is None and not answer.unknown:
        return kubectl.Response(unknown=f"{served.plural} are not served", cause=kubectl.NOT_SERVED)
    return answer


def _discovered(live: Live, kind: str) -> Kind:
    """Return the API server's names for a kind; the program does not know the plural of F5BigNetVlan."""
    found = kubectl.discover(live.access, VLANS).value
    named = (text(it, "name") for it in maps(found, "resources") if text(it, "kind") == kind)
    return Kind(VLANS.group_version, next((it for it in named if it and "/" not in it), f"{kind}s".lower()))


def _missing(question: Question, wanted: Object, answer: Response) -> Row | None:
    """Return the row for an object that does not exist or could not be read; None for an object that was read."""
    if answer.value is None:
        first = "install the product, which includes the definition of this kind, then "
        advice = f"{first}{APPLY}" if answer.cause == kubectl.NOT_SERVED else ""
        return rows.unknown(question, answer.unknown, advice)
    if _named(answer, wanted) is None:
        return rows.differs(question, ABSENT, APPLY)
    return None


def _named(answer: Response, wanted: Object) -> Object | None:
    return next((it for it in answer.value if name_of(it) == name_of(wanted)), None)


def _vlan(question: Question, wanted: Object, answer: Response) -> Iterator[Row]:
    missing = _missing(question, wanted, answer)
    if missing:
        yield missing
        return
    there, meant = (_meant(mapping(it, "spec")) for it in (_named(answer, wanted), wanted))
    differing = {key: there.get(key) for key in KEYS if there.get(key) != meant.get(key)}
    yield rows.differs(question, _spec(differing), APPLY) if differing else rows.ok(question, "the same")


def _infra(question: Question, wanted: Object, answer: Response) -> Iterator[Row]:
    missing = _missing(question, wanted, answer)
    if missing:
        yield missing
        return
    found = _named(answer, wanted) or {}
    differing = [key for key in INFRA_KEYS if mapping(found, "spec").get(key) != wanted["spec"].get(key)]
    other = f"different {', '.join(differing)}"
    yield rows.differs(question, other, APPLY) if differing else rows.ok(question, "the same")
    yield _taken(found)


def _taken(vlan: Object) -> Row:
    """Return the row about the conditions of an Infra object, which show whether the controller has programmed it."""
    question = Question(RESULT, f"conditions of Infra {name_of(vlan)}", ", ".join(CONDITIONS), SECTION)
    for name in CONDITIONS:
        condition = rollout.condition(vlan, name)
        status, reason, message = (text(condition, key) or "" for key in ("status", "reason", "message"))
        if status != "True":
            said = f"{name} is {status or ABSENT}: {reason or 'no reason'}" + (f", {message}" if message else "")
            return rows.differs(question, said, _advice(status, reason))
    return rows.ok(question, "all true")


def _advice(status: str, reason: str) -> str:
    if status in ("", "Unknown"):
        return f"set {SETTINGS_FLAG} to true on the controller, and apply its GatewayClass"
    if "Egress" in reason:
        return "set spec.egressSubnet to a subnet that nothing else uses"
    return "check the controller's log"


def _meant(spec: Object) -> Object:
    """Return a spec with its defaults and without empty fields, so that equivalent specs are equal."""
    return {**DEFAULTS, **{key: value for key, value in spec.items() if value not in (None, [])}}


def _expected(made: Object) -> str:
    if made["kind"] == infra.KIND:
        return f"pools of {', '.join(it['name'] for it in made['spec']['networks'])}"
    return _spec(made["spec"])


def _spec(spec: Object) -> str:
    return ", ".join(f"{key} {_text(value)}" for key, value in spec.items())


def _text(value: object) -> str:
    if isinstance(value, list):
        return " ".join(map(str, value))
    return ABSENT if value is None else str(value).lower() if isinstance(value, bool) else str(value)
