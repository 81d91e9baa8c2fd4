"""The commands from "Next steps" in F5's macvlan guide, with the names from a config. No cluster is contacted."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING

from postrender.errors import one_line
from postrender.record import NamedTuple
from postrender.report import json_document, markdown
from postrender.spk import NETWORKS
from postrender.verify import client

if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.config import Config, Network
    from postrender.verify.client import Client

NOTE = "Replace the words in capitals. Except for `oc debug`, `kubectl` works in place of `oc`."
CLIENT = "Client"
OVN = "openshift-ovn-kubernetes"


class Step(NamedTuple):
    """A command, and what it shows."""

    title: str
    command: str


def format_steps(config: Config, program: Client | None, form: str) -> str:
    """Return the steps, and the client program that `verify` would use, in the given format."""
    each = [*steps(config)]
    if form == "json":
        return json_document.serialize({"client": _fields(program), "steps": [*map(_fields, each)]})
    said = one_line(str(program or client.NONE))
    lines = "".join(f"# {step.title}\n{step.command}\n\n" for step in each)
    if form == "markdown":
        return f"{NOTE} {CLIENT}: {markdown.code(said)}.\n\n{markdown.block(lines[:-1], 'text')}"
    return f"# {CLIENT}: {said}\n\n{lines}# {NOTE}\n"


def _fields(record: Client | Step | None) -> dict[str, str | None] | None:
    return dict(zip(record._fields, record, strict=True)) if record else None


def steps(config: Config) -> Iterator[Step]:
    """Yield the steps that check the definitions, the pods, the traffic and the routes."""
    place = quote(config.tmm.namespace or "NAMESPACE")
    yield from _definitions(config, place)
    yield from _pods(config, place)
    yield from _traffic(config, place)
    yield from _routes(config, place)


def _definitions(config: Config, place: str) -> Iterator[Step]:
    for namespace in dict.fromkeys(_place(network, place) for network in config.networks):
        yield Step(f"The network attachment definitions in {namespace}", f"oc get net-attach-def -n {namespace}")
    for network in config.networks:
        where = f"-n {_place(network, place)}"
        yield Step(
            f"The definition of the network {network.name}", f"oc describe net-attach-def {quote(network.name)} {where}"
        )


def _place(network: Network, place: str) -> str:
    return quote(network.namespace) if network.namespace else place


def _pods(config: Config, place: str) -> Iterator[Step]:
    pods = _tmm_pods(config, place)
    yield Step("The TMM pods and their nodes", f"{pods} -o wide")
    yield Step("The quality of service of the pods (must be Guaranteed)", f"{pods} -o jsonpath='{{..qosClass}}'")
    key = NETWORKS.replace(".", "\\.").replace("networks", "network-status")
    order = ", ".join(network.name for network in config.networks)
    status = f"{pods} -o jsonpath='{{.items[*].metadata.annotations.{key}}}'"
    yield Step(f"The networks that Multus reports for the pods (must be {order}, in this order)", status)


def _tmm_pods(config: Config, place: str) -> str:
    label = quote(f"app={config.tmm.workload}")
    return f"oc get pods -n {place} -l {label}"


def _traffic(config: Config, place: str) -> Iterator[Step]:
    for master in dict.fromkeys(network.master for network in config.networks):
        command = f"oc debug node/NODE -- chroot /host tcpdump -i {quote(master)} -nn"
        yield Step(f"The traffic on {master}, on the pod's node", command)
    workload = quote(f"deploy/{config.tmm.workload}")
    debug = f"oc exec -it {workload} -n {place} -c debug --"
    yield Step("TMM's interfaces and self IPs, in its debug sidecar (for a DaemonSet, use ds/)", f"{debug} ip addr")
    for network in config.networks:
        if network.vlan is not None:
            yield Step(f"The traffic on TMM's VLAN {network.name}", f"{debug} tcpdump -i {quote(network.name)} -nn")
    yield Step("The VLANs", f"oc get f5-spk-vlans.k8s.f5net.com -n {place} -o yaml")


def _routes(config: Config, place: str) -> Iterator[Step]:
    pods = _tmm_pods(config, place)
    wanted = "k8s.ovn.org/routing-namespaces and k8s.ovn.org/routing-network"
    yield Step(f"The annotations for OVN's routes through TMM: {wanted}", f"{pods} -o yaml | grep k8s.ovn.org/routing-")
    yield Step("The OVN pod on the application's node", f"oc get pods -n {OVN} --field-selector spec.nodeName=NODE")
    command = f"oc exec -n {OVN} OVNKUBE_POD -c nbdb -- ovn-nbctl lr-route-list GR_NODE"
    yield Step("The routes of that node's gateway router, whose name is GR_ followed by the node's name", command)
