"""The page's own way: a chart's values.yaml, converted as the rendered stream would be, by the same rules and proof.

The keys of TMM stand below `tmm` (charts of the 1.5 era, and the sub-chart's own file) or below `f5-tmm.tmm`.
Source: F5, Macvlan Network Configuration; public values files of SPK 1.5 and 2.1.
"""

from __future__ import annotations

from postrender.conversion import plan
from postrender.errors import InputError
from postrender.record import NamedTuple
from postrender.rules import (
    chart_networks,
    default_mtu,
    device_plugins,
    environment,
    resources,
    sriov_resources,
    sriov_variables,
    topology_manager,
    unset_variables,
    veths,
)
from postrender.rules.finding import WARNING, Finding
from postrender.spk.target import Target
from postrender.yamledit import edit, join, nodes, stream

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.config import Config
    from postrender.yamledit.change import Change
    from postrender.yamledit.nodes import Path
    from postrender.yamledit.stream import Parsed

LAYOUTS: tuple[Path, ...] = (("f5-tmm", "tmm"), ("tmm",))


def _device_plugins(target: Target, config: Config) -> Iterator[Change]:
    """Yield what that rule wants, but for a null: it takes away what the chart's own values.yaml says."""
    return (change for change in device_plugins.changes(target, config) if not nodes.is_null(target.at(change.path)))


RULES = (
    chart_networks.changes,
    topology_manager.changes,
    veths.changes,
    sriov_variables.changes,
    unset_variables.changes,
    environment.changes,
    sriov_resources.changes,
    _device_plugins,
    resources.changes,
    default_mtu.changes,
)


class Values(NamedTuple):
    """The converted values, what was changed in them, and what to know of it."""

    output: bytes
    changes: tuple[Change, ...]
    findings: tuple[Finding, ...]


def convert(data: bytes, config: Config) -> Values:
    """Convert a values file.

    Raises InputError where it cannot be read, has no layout that we know, or cannot be edited without changing
    something else, and ProofFailed where we were about to write something that was not planned.
    """
    found = located(only(data), config.tmm.namespace)
    changes = plan.planned(found, config, RULES)
    edited = edit.written(found.parsed, changes)
    findings = (*edited.findings, *_replaced_list(found))
    return Values(join.replaced(found.parsed, edited.text, edited.root).data, changes, findings)


def _replaced_list(found: Target) -> Iterator[Finding]:
    """Say that a new list takes the place of the chart's own: Helm merges maps, not lists."""
    if found.at(found.env) is None:
        message = (
            f"{'.'.join(map(str, found.env))} is new, and takes the place of the list in the chart's own values.yaml"
        )
        fix = "replace the file inside the chart by its converted one, or copy here what it lists"
        yield Finding("replaced-list", WARNING, message, fix, found.parsed.place())


def only(data: bytes) -> Parsed:
    """Return the one document of a values file; raise InputError where there is none, or more."""
    documents = stream.several(data, 2)
    if len(documents) == 1:
        return documents[0]
    raise InputError("more than one document, so no values file" if documents else f"empty; {_sought()}")


def located(parsed: Parsed, namespace: str | None) -> Target:
    """Return where the fields of TMM are in a values file; raise InputError where its layout is not known."""
    base = _layout(parsed)
    networks, env, resources_of = ((*base, key) for key in ("cniNetworks", "customEnvVars", "resources"))
    name = ".".join(map(str, base))
    return Target(parsed, "values", name, namespace, networks, env, resources_of, base=base)


def _layout(parsed: Parsed) -> Path:
    found = [layout for layout in LAYOUTS if nodes.get(parsed.root, str(layout[0])) is not None]
    if len(found) == 1:
        return found[0]
    if found:
        sentence = "holds tmm: and f5-tmm: side by side, and a chart reads only one of them; remove the other"
        raise InputError(sentence, parsed.place())
    keys = ", ".join(nodes.keys(parsed.root)[:10]) or "none"
    raise InputError(f"{_sought()}; its keys are: {keys}", parsed.place())


def _sought() -> str:
    return "a values file with TMM's keys below f5-tmm.tmm, or below tmm in older charts, is expected"
