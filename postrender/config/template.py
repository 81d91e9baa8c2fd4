"""The config that `init` writes: values from F5's macvlan guide or from a chart, and a comment for each field."""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender import config, spk
from postrender.config import PLACEHOLDER
from postrender.errors import ConfigError, UsageError, brief, full_name, one_line
from postrender.record import NamedTuple
from postrender.yamledit import emit

if TYPE_CHECKING:
    from collections.abc import Sequence

ANY_NIC = "nic"
PAGE = ("macvlan-internal", "macvlan-external")
EXAMPLE = f"{PAGE[0]}=ens224"

HEAD = f"""\
# yaml-language-server: $schema=spk-macvlan.schema.json
# (for editors: `spk-macvlan schema > spk-macvlan.schema.json`)
# The config of spk-macvlan: how to run SPK on macvlan. For labs: F5 does not support this in production.
apiVersion: {config.API_VERSION}
kind: {config.KIND}
metadata:
  name: lab
spec:
  # In order: the first network becomes TMM interface 1.1 (net1 in the pod), the second 1.2 (net2), …
  networks:
"""
FIRST_MASTER = "NIC on every node that runs TMM; needs promiscuous mode on a virtual machine"
#: For each field that a network can have, a comment that shows it.
MORE = {
    "mode": "    # mode: bridge  # or private, vepa, passthru\n",
    "mtu": "    # mtu: 9000  # bytes; at most the NIC's MTU\n",
    "interface": "    # interface: net1  # name in the pod, at most 15 characters\n",
    "cniVersion": "    # cniVersion: 0.3.1\n",
    "create": "    # create: false  # the NetworkAttachmentDefinition already exists; only refer to it\n",
    "cni": "    # cni: {linkInContainer: false}  # more keys of the CNI config\n",
    "labels": "    # labels: {}  # of the NetworkAttachmentDefinition\n",
    "annotations": "    # annotations: {}  # of the NetworkAttachmentDefinition\n",
    "vlan": """\
    # vlan:  # TMM's VLAN on this network, which `spk-macvlan vlans` prints
    #   internal: true
    #   tag: 0  # untagged
    #   selfIPv4: [10.1.1.100]  # one for each TMM replica, without a prefix length
    #   prefixLengthV4: 24  # or, from BNK 2.4, `pool: {rangeStart: 10.1.1.64, rangeEnd: 10.1.1.95}` instead of both
""",
}
TMM = {
    "workload": "    # workload: f5-tmm  # name of the Deployment or DaemonSet\n",
    "container": "    # container: f5-tmm  # name of the TMM container, if no F5 annotation names it\n",
    "namespace": "    # namespace: spk-ingress  # needed only if the stream contains two TMMs\n",
    "env": '    # env: {TMM_DEFAULT_MTU: "1500"}  # more variables to set; TMM_MAPRES_ADDL_VETHS_ON_DP is always set\n',
    "unsetEnv": "    # unsetEnv: []  # more variables to drop, as globs; SR-IOV variables are always dropped\n",
    "unsetResources": (
        "    # unsetResources: [intel.com/*]"
        "  # more device-plugin resources to drop; openshift.io/* is always dropped\n"
    ),
    "topologyManager": (
        "    # topologyManager: true  # keep TMM_MAPRES_HUGEPAGES as rendered; false: set it from hugepages-2Mi\n"
    ),
}
SAID = {"namespace": "  # from the manifests; remove it if releases in other namespaces use this config"}
RESOURCES = """\
    resources:  # written to both limits and requests; without this field, the chart's values stay
      cpu: 1  # whole CPUs
      hugepages-2Mi: 1572Mi  # at least 1.5Gi for each CPU
      memory: 2Gi
"""
CHART_STAYS = """\
    # Without resources, TMM's quantities stay. This field accepts only whole CPUs, Mi and Gi; F5's macvlan guide uses:
"""
STRICT = "  # strict: true  # a conversion fails if `spk-macvlan check` finds an error\n"
PRODUCT = """\
  # product: SPK  # or CNF, or BNK with its version, such as BNK 2.4: decides what `spk-macvlan vlans` prints
"""
TAIL = """\
  # patches: [{target: {kind: Deployment}, patch: [{op: replace, path: /spec/replicas, value: 2}]}]  # a list
"""


class Proposal(NamedTuple):
    """A proposed config: the fields of each network and of TMM, spelled as in the config.

    An unknown master is PLACEHOLDER, which no verb accepts.
    """

    networks: tuple[dict[str, object], ...]
    tmm: tuple[tuple[str, object], ...] = ()
    in_chart: tuple[str, ...] = ()  #: for each network, the name of the chart's network that it replaces
    product: str = ""
    env_remarks: tuple[str, ...] = ()  #: comments above `tmm.env`
    remarks: tuple[str, ...] = ()  #: comments below the networks
    egress_subnet: str = ""
    is_of_chart: bool = False  #: whether the chart's quantities stay if `tmm` sets none; otherwise, F5's are used


def text(networks: Sequence[str]) -> str:
    """Return a commented config for networks given as NAME=MASTER; raise UsageError if one is not valid.

    Without networks, the config has the names from F5's macvlan guide, and placeholders for the NICs.
    """
    if not networks:
        return fill(Proposal(tuple(_in_default(name, PLACEHOLDER) for name in PAGE)))
    named = named_masters(networks)
    refuse_reversed(named, [name for name, _ in named])
    written = fill(Proposal(tuple(_in_default(*it) for it in named)))
    try:
        config.parse(written.encode())
    except ConfigError as error:
        raise UsageError(f"--network: {error.place.path}: {error.sentence}") from None
    return written


def _in_default(name: str, master: str) -> dict[str, object]:
    return {"name": name, "master": master, "namespace": "default"}


def named_masters(networks: Sequence[str]) -> list[tuple[str, str]]:
    """Return the name and NIC in each NAME=MASTER; raise UsageError for any other form, or two NICs for a name."""
    named = [*map(_named_master, networks)]
    masters: dict[str, str] = {}
    for name, master in named:
        if masters.setdefault(name, master) != master:
            sentence = f"has two NICs, {brief(masters[name])} and {brief(master)}; keep one of them"
            raise UsageError(f"--network {full_name(name)}: {sentence}")
    return named


def _named_master(network: str) -> tuple[str, str]:
    """Return the name and NIC in NAME=MASTER; raise UsageError for any other form."""
    name, equals, master = network.partition("=")
    if not (name and equals and master):
        raise UsageError(f"--network {brief(network)}: must be NAME=MASTER, such as {EXAMPLE}")
    if "," in master:
        raise UsageError(f"--network {brief(network)}: names more than one network; repeat --network for each")
    return name, master


def refuse_reversed(named: Sequence[tuple[str, str]], networks: Sequence[str]) -> None:
    """Raise UsageError for NIC=NAME: the right side is a network, or only the left side looks like a NIC."""
    for name, master in named:
        if master in networks or (spk.is_usual_nic(name) and not spk.is_usual_nic(master)):
            given = brief(f"{name}={master}")
            sentence = "the network comes first, then the NIC"
            raise UsageError(f"--network {given}: {sentence}; write --network {brief(master)}={brief(name)}")


def fill(proposal: Proposal) -> str:
    """Return a commented config for a proposal."""
    in_chart = proposal.in_chart or ("",) * len(proposal.networks)
    networks = [_network(number, *each) for number, each in enumerate(zip(proposal.networks, in_chart, strict=True))]
    product = f"  product: {proposal.product}\n" if proposal.product else PRODUCT
    remarks = [f"  # {one_line(remark)}\n" for remark in proposal.remarks]
    egress = f"  egressSubnet: {emit.inline(proposal.egress_subnet)}\n" if proposal.egress_subnet else ""
    return "".join((HEAD, *networks, *remarks, _tmm(proposal), product, egress, STRICT, TAIL))


def with_any_nic(proposal: Proposal) -> Proposal:
    """Return a proposal with a name in place of each unknown NIC, so that the config can be read."""
    networks = ({**it, "master": ANY_NIC if it["master"] == PLACEHOLDER else it["master"]} for it in proposal.networks)
    return proposal._replace(networks=tuple(networks))


def _network(number: int, fields: dict[str, object], in_chart: str) -> str:
    """Return the text of a network. The first network also has a comment for each field that it does not set."""
    remark = f"replaces {in_chart}" if in_chart not in ("", *fields.values()) else ""
    comments = {"name": remark or "of the NetworkAttachmentDefinition", "master": FIRST_MASTER}
    comments["namespace"] = "of the NetworkAttachmentDefinition; default: the TMM's namespace"
    lines = []
    for key, value in fields.items():
        comment = comments.get(key, "") if number == 0 or (key == "name" and remark) else ""
        comment = "bytes; at most the NIC's MTU" if key == "mtu" else comment
        comment = f"set this to the {FIRST_MASTER}" if (key, value) == ("master", PLACEHOLDER) else comment
        lines.append(f"    {key}: {emit.inline(value)}{f'  # {comment}' if comment else ''}\n")
    more = [comment for key, comment in MORE.items() if key not in fields] if number == 0 else []
    return f"  - {lines[0].lstrip()}" + "".join([*lines[1:], *more])


def _tmm(proposal: Proposal) -> str:
    fields = dict(proposal.tmm)
    above = {"env": "".join(f"    # {one_line(remark)}\n" for remark in proposal.env_remarks)}
    written = "".join(
        above.get(key, "")
        + (f"    {key}: {emit.inline(fields[key])}{SAID.get(key, '')}\n" if key in fields else comment)
        for key, comment in TMM.items()
    )
    return "  tmm:\n" + written + _resources(fields.get("resources"), proposal.is_of_chart)


def _resources(amounts: object, is_of_chart: bool) -> str:
    """Return the text of `resources`: the chart's quantities, or F5's (as a comment if the chart's quantities stay)."""
    if isinstance(amounts, dict):
        head = "    resources:  # from the chart; F5's macvlan guide uses cpu 1, hugepages-2Mi 1572Mi, memory 2Gi\n"
        return head + "".join(f"{line}\n" for line in emit.block(amounts, 6))
    if not is_of_chart:
        return RESOURCES
    return CHART_STAYS + "".join(f"    # {line[4:]}" for line in RESOURCES.splitlines(keepends=True))
