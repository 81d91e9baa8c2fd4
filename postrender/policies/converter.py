"""A MutatingAdmissionPolicy that converts a TMM when it is created or changed, and its binding.

Its mutations are JSON patches, because a merge would not remove entries from a list. The API server applies each
mutation to the result of the previous ones, and drops empty values in between, so one mutation must both create and
fill a map or list. A `test` that fails is not an error but skips the mutation, so no `test` is used here. The policy
does not match a TMM that it cannot convert; the guard then denies that TMM. Values are scalars, maps of strings, or
empty: a list of typed objects makes some API servers crash. Source: Kubernetes 1.34 and 1.36 (`make test-cluster`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from postrender import spk
from postrender.config import INTERFACE_LENGTH, RESERVED_INTERFACES
from postrender.kubernetes.admission import CONVERTER, GROUP
from postrender.kubernetes.admission import MUTATING as KIND
from postrender.policies import cel, objects
from postrender.policies.tmm import ANNOTATIONS, Tmm, qualified_name, workload
from postrender.yamledit.change import escape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.config import Config
    from postrender.policies.names import Names

NEWEST = "v1"
TEMPLATE = "/spec/template/metadata/annotations"
CONTAINER = "'/spec/template/spec/containers/' + string(variables.index)"
KEEP = "[]"  #: no operation


def build(config: Config, names: Names, version: str = NEWEST, *, qualifies: bool = True) -> list[dict[str, Any]]:
    """Return the policy and its binding.

    If the chart sets the TMM's namespace, the post-renderer writes that namespace before each network's name, and the
    policy does the same. If a release passes through both, even a different spelling would restart its pods.
    """
    api_version = f"{GROUP}/{version}"
    tmm = workload(config, names)
    definitions = [
        qualified_name(it, names) if qualifies else cel.joined(names.reference(it)) for it in config.networks
    ]
    references = [f"{name} + variables.interfaces[{index}]" for index, name in enumerate(definitions)]
    policy = objects.policy(config, KIND, api_version, CONVERTER, _spec(config, tmm, " + ',' + ".join(references)))
    return [policy, objects.binding(policy, names.tmm_namespace(config.tmm))]


def _spec(config: Config, tmm: Tmm, networks: str) -> dict[str, Any]:
    index = f"object.spec.template.spec.containers.map(c, c.name).indexOf({tmm.container_name})"
    return {
        "failurePolicy": "Fail",
        # The policy runs only once for a request. If a webhook changes the TMM later, the guard checks the result.
        "reinvocationPolicy": "Never",
        "matchConstraints": objects.match_constraints(tmm.group, tmm.version, tmm.resources),
        "matchConditions": objects.named_expressions({**tmm.conditions, "clear": tmm.has_one_container}),
        "variables": objects.named_expressions(
            {"index": index, **tmm.variables, **_interfaces(config), "names": "variables.env.map(e, e.name)"}
        ),
        "mutations": [
            {"patchType": "JSONPatch", "jsonPatch": {"expression": objects.text(expression)}}
            for expression in (_networks(tmm, networks), *_mutations(config, tmm))
        ],
    }


def _interfaces(config: Config) -> dict[str, str]:
    """Return the policy's variables for the interface names to write, each with `@`, as `rules.networks` chooses them.

    `kept` contains the names of the config and, where it has none, those of the annotation. If two interfaces would
    have the same name, `interfaces` contains only those of the config.
    """
    given = [f"@{network.interface}" if network.interface else "" for network in config.networks]
    kept = [cel.literal(name) if name else _interface_at(index) for index, name in enumerate(given)]
    named = [f"variables.kept[{index}]" for index in range(len(given))]
    in_pod = [f"({name} == '' ? '@net{number}' : {name})" for number, name in enumerate(named, 1)]
    return {
        "kept": f"[{', '.join(kept)}]",
        "inPod": f"[{', '.join(in_pod)}]",
        "interfaces": "variables.inPod.all(n, variables.inPod.filter(m, m == n).size() == 1) ? variables.kept : "
        f"{cel.literals(given)}",
    }


def _interface_at(index: int) -> str:
    """Return an expression for the interface name at a position of the annotation, or for an empty string."""
    entry = f"variables.networks[{index}]"
    valid = f"{entry}.matches({cel.literal(f'^[^@]*@[A-Za-z0-9_.-]{{1,{INTERFACE_LENGTH}}}$')})"
    name = f"'@' + {entry}.split('@')[1]"
    reserved = cel.literals(f"@{name}" for name in RESERVED_INTERFACES)
    return f"(variables.networks.size() > {index} && {valid} && !({name} in {reserved}) ? {name} : '')"


def _mutations(config: Config, tmm: Tmm) -> Iterator[str]:
    """Yield lists of operations on the TMM container, in the order of the conversion's rules."""
    yield _without(config, tmm)
    for group in ("limits", "requests"):  # first, because the number of pages depends on the quantities
        yield _group(config, tmm, group)
    for name, value in sorted(_assigned(config).items()):
        yield _assign(name, value)


def _networks(tmm: Tmm, value: str) -> str:
    """Return operations that write Multus' annotation, unless it already lists the networks, and remove Robin's."""
    robin = cel.literal(spk.ROBIN_NETWORKS)
    remove = _remove(cel.literal(f"{TEMPLATE}/{escape(spk.ROBIN_NETWORKS)}"))
    make = _where(f"!has({ANNOTATIONS})", _add(cel.literal(TEMPLATE), "{}"))
    add = f"{make} + {_add(cel.literal(f'{TEMPLATE}/{escape(spk.NETWORKS)}'), value)}"
    return f"{_where(f'!({tmm.is_attached})', add)} + {_where(f'{robin} in variables.annotations', remove)}"


def _without(config: Config, tmm: Tmm) -> str:
    """Return operations that remove unwanted variables, and repeated entries of the variables that the policy sets.

    CEL cannot iterate backwards, so each index is reduced by the number of entries that were removed before it.
    """
    assigned = f"n in {cel.literals(_assigned(config))}"
    if _sets_pages(config):
        assigned += f" && (n != {cel.literal(spk.HUGEPAGES_VARIABLE)} || variables.pages != '')"
    unwanted = f"({tmm.is_dropped('n')}) || ({assigned} && variables.names.indexOf(n) < i)"
    gone = f"variables.names.transformList(i, n, {unwanted}, i)"
    return f"{gone}.transformList(k, i, {_remove(_at('/env/') + ' + string(i - k)')}[0])"


def _assigned(config: Config) -> dict[str, str]:
    """Return the variables that the policy sets, with an expression for each value."""
    assigned = {spk.VETHS_FLAG: "TRUE", **dict(config.tmm.env)}
    pages = {spk.HUGEPAGES_VARIABLE: "variables.pages"} if _sets_pages(config) else {}
    return {**{name: cel.literal(value) for name, value in assigned.items()}, **pages}


def _sets_pages(config: Config) -> bool:
    return not config.tmm.topology_manager and spk.HUGEPAGES_VARIABLE not in dict(config.tmm.env)


def _assign(name: str, value: str) -> str:
    """Return operations that set a variable, in its existing entry or in a new entry at the end."""
    named = cel.literal(name)
    at = f"variables.names.indexOf({named})"
    path = f"{_at('/env/')} + string({at})"
    remove = _where(f"has(variables.env[{at}].valueFrom)", _remove(_under(path, "/valueFrom")))
    change = f"{remove} + {_add(_under(path, '/value'), value)}"
    make = _where("!has(variables.containers[0].env)", _add(_at("/env"), "[]"))
    entry = f"{{'name': {named}, 'value': {value}}}"
    new = f"{make} + {_add(_at('/env/-'), entry)}"
    chosen = f"{at} >= 0 ? {change} : {new}"
    return f"{value} == '' ? {KEEP} : ({chosen})" if value == "variables.pages" else chosen


def _group(config: Config, tmm: Tmm, group: str) -> str:
    """Return operations for limits or requests: remove device-plugin resources, and write the config's quantities."""
    path = _at(f"/resources/{group}")
    devices = f"variables.{group}.map(k, k).filter(k, {tmm.is_device('k')})"
    removed = f"{devices}.map(k, {_remove(_under(path, '/') + ' + jsonpatch.escapeKey(k)')}[0])"
    amounts = [_amount(tmm, group, *amount) for amount in config.tmm.resources]
    if not amounts:
        return removed
    container = "variables.containers[0]"
    made = _where(f"!has({container}.resources)", _add(_at("/resources"), "{}"))
    made += f" + {_where(f'!has({container}.resources) || !has({container}.resources.{group})', _add(path, '{}'))}"
    return " + ".join([removed, made, *amounts])


def _amount(tmm: Tmm, group: str, name: str, amount: int | str) -> str:
    """Return operations that write a quantity, unless it is there; for hugepages, only if the chart enables them."""
    path = _at(f"/resources/{group}/{escape(name)}")
    written = _where(f"!({cel.is_amount(group, name, amount)})", _add(path, cel.literal(str(amount))))
    return _where(tmm.has_hugepages, written) if name == spk.HUGEPAGES else written


# Operations.


def _at(path: str) -> str:
    """Return an expression for a path in the TMM container."""
    return _under(CONTAINER, path)


def _under(path: str, rest: str) -> str:
    return f"{path} + {cel.literal(rest)}"


def _add(path: str, value: str) -> str:
    return f"[JSONPatch{{op: 'add', path: {path}, value: {value}}}]"


def _remove(path: str) -> str:
    return f"[JSONPatch{{op: 'remove', path: {path}}}]"


def _where(condition: str, operations: str) -> str:
    return f"({condition} ? {operations} : {KEEP})"
