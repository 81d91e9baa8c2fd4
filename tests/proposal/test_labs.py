"""`init --from` for labs that are on macvlan already, and for input whose names or VLANs a config must fit."""

from __future__ import annotations

import pytest
import yaml

from postrender import config, conversion, proposal
from postrender.config import template
from postrender.conversion import self_ips
from postrender.errors import UsageError
from postrender.yamledit import stream
from tests.proposal.test_proposal import spec

MACVLAN = '{"cniVersion": "0.3.1", "name": "%s", "type": "macvlan", "master": "ens7", "mode": "bridge", "ipam": {}}'
FLAG = "{name: TMM_MAPRES_ADDL_VETHS_ON_DP, value: 'TRUE'}"


def network(name: str, cni: str) -> str:
    return f"""---
apiVersion: k8s.cni.cncf.io/v1
kind: NetworkAttachmentDefinition
metadata: {{name: {name}, namespace: spk}}
spec: {{config: '{cni}'}}
"""


def tmm(networks: str, env: str = FLAG, resources: str = "{}", more: str = "") -> str:
    return f"""---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: f5-tmm, namespace: spk}}
spec:
  template:
    metadata: {{annotations: {{k8s.v1.cni.cncf.io/networks: '{networks}'}}}}
    spec: {{containers: [{{name: f5-tmm, env: [{env}], resources: {resources}}}]{more}}}
"""


def instance(networks: str, advanced: str = "") -> str:
    return f"""---
apiVersion: k8s.f5.com/v1
kind: CNEInstance
metadata: {{name: bnk, namespace: spk}}
spec: {{networkAttachments: [{networks}], advanced: {{tmm: {{env: [{FLAG}]{advanced}}}}}}}
"""


def vlan(name: str, fields: str, kind: str = "F5SPKVlan") -> str:
    return f"""---
apiVersion: k8s.f5net.com/v1
kind: {kind}
metadata: {{name: {name}, namespace: spk}}
spec: {{name: {name}, {fields}}}
"""


def proposed(text: str, *masters: str) -> str:
    return template.fill(proposal.propose(stream.read(text.encode()), masters))


def remarks(text: str) -> list[str]:
    return [*proposal.propose(stream.read(text.encode()), ()).remarks]


HUGEPAGES = "{limits: {cpu: 1, hugepages-2Mi: 2Gi, memory: 2Gi}, requests: {cpu: 1, hugepages-2Mi: 2Gi, memory: 2Gi}}"
HOST_DEVICE = '{"cniVersion": "0.3.1", "type": "host-device", "device": "ens9"}'
LABS = {
    "defined": network("lab-a", MACVLAN % "lab-a") + tmm("lab-a"),
    "defined-with-more-than-a-config-has": network("a", MACVLAN[:-1] % "a" + ', "linkInContainer": 1}') + tmm("a"),
    "existing-networks": tmm("spk/lab-a@int,default/lab-b"),
    "host-device": network("host-b", HOST_DEVICE) + tmm("host-b"),
    "hugepages-with-topology-manager": tmm("lab-a", resources=HUGEPAGES),
    "limits-without-requests": tmm("lab-a", resources=HUGEPAGES.partition(", requests")[0] + "}").replace(
        "2Gi", "2048Mi"
    ),
    "amounts-that-no-config-has": tmm("lab-a", resources="{limits: {cpu: 1500m}, requests: {cpu: 1500m}}"),
    "a-repeated-variable": tmm("lab-a", f"{FLAG}, {{name: A, value: x}}, {{name: A, value: y}}"),
    "an-mtu": tmm("lab-a", f"{FLAG}, {{name: TMM_DEFAULT_MTU, value: '9000'}}"),
    "an-instance": instance("lab-a, lab-b"),
    "an-instance-with-limits": instance("lab-a", f", resources: {HUGEPAGES.partition(', requests')[0]}}}"),
    "an-instance-with-an-annotation": instance(
        "lab-a, lab-b", ", annotations: {k8s.v1.cni.cncf.io/networks: 'lab-a@one, lab-b@two'}"
    ),
    "an-instance-with-sriov-variables": instance("lab-a").replace(
        FLAG, f"{FLAG}, {{name: ROBIN_VFIO_RESOURCE_1, value: x}}"
    ),
}


@pytest.mark.parametrize("lab", LABS.values(), ids=LABS)
def test_a_lab_on_macvlan_already_stays_as_it_is(lab: str) -> None:
    settings = config.parse(proposed(lab).replace("FILL-IN", "ens1").encode())
    assert conversion.convert(lab.encode(), settings).output == lab.encode()


def test_the_nic_of_a_host_device_network_is_known() -> None:
    assert spec((network("host-b", HOST_DEVICE) + tmm("host-b")).encode())["networks"] == [
        {"name": "host-b", "master": "ens9", "create": False}
    ]


def test_a_repeated_variable_of_a_lab_on_macvlan_is_only_a_comment() -> None:
    text = proposed(LABS["a-repeated-variable"])
    assert "    # The chart lists A twice, but Helm 4 (server-side apply) refuses duplicates; remove one entry" in text
    assert "env" not in yaml.safe_load(text)["spec"]["tmm"]


def test_a_value_that_depends_on_its_position_is_not_proposed() -> None:
    text = proposed(tmm("sriov-a", "{name: A, value: x}, {name: B, value: y}, {name: A, value: $(B)}"))
    assert "The chart lists A twice" in text
    assert "env" not in yaml.safe_load(text)["spec"]["tmm"]


LONG = "n" * 55
SRIOV = '{"type": "sriov"}'


@pytest.mark.parametrize(
    ("text", "names"),
    [
        pytest.param(tmm("sriov-a,macvlan-a", ""), ["macvlan-a-2", "macvlan-a"], id="another-network-of-the-tmm"),
        pytest.param(tmm("sriov-a,sriov-a", ""), ["macvlan-a", "macvlan-a-2"], id="one-network-twice"),
        pytest.param(
            network("macvlan-a", SRIOV) + tmm("macvlan-a", ""), ["macvlan-a-2"], id="an-sriov-network-of-that-name"
        ),
        pytest.param(network("macvlan-a", SRIOV) + tmm("sriov-a", ""), ["macvlan-a-2"], id="an-sriov-definition"),
        pytest.param(vlan("x", "about: [on macvlan-a!]") + tmm("sriov-a", ""), ["macvlan-a-2"], id="a-word"),
        pytest.param(vlan("x", "a: macvlan-ab # macvlan-a") + tmm("sriov-a", ""), ["macvlan-a"], id="a-longer-word"),
        pytest.param(
            vlan("x", f"a: {'n' * 55}-macvlan") + tmm("n" * 60, ""), ["n" * 55 + "-macvl-2"], id="a-long-name"
        ),
    ],
)
def test_a_new_name_is_used_by_nothing_else(text: str, names: list[str]) -> None:
    assert [it["name"] for it in spec(text.encode())["networks"]] == names


def test_a_nic_must_not_contradict_a_definition_of_the_stream() -> None:
    lab = LABS["defined"]
    with pytest.raises(UsageError, match="the stream defines lab-a on ens7; leave out the option, or rename") as raised:
        proposed(lab, "lab-a=ens8")
    assert raised.value.sentence.startswith("--network lab-a=ens8: ")
    assert proposed(lab, "lab-a=ens7") == proposed(lab)
    (renamed,) = spec(lab.encode(), "lab-a=lab-b:ens8")["networks"]
    assert renamed == {"name": "lab-b", "master": "ens8", "cniVersion": "0.3.1"}


def test_a_values_file_s_annotation_of_the_pod_is_read() -> None:
    values = b"tmm: {pod: {annotations: {k8s.v1.cni.cncf.io/networks: 'lab/sriov-ext@eth1,lab/sriov-int'}}}\n"
    assert spec(values)["networks"] == [
        {"name": "macvlan-ext", "master": "FILL-IN", "namespace": "lab", "interface": "eth1"},
        {"name": "macvlan-int", "master": "FILL-IN", "namespace": "lab"},
    ]


# VLANs.

SELF_IPS = "tag: 5, interfaces: ['1.1'], internal: true, selfip_v4s: [10.1.1.1, 10.1.1.2], prefixlen_v4: 24"
SELF_IPS_V6 = "tag: 0, interfaces: ['1.2'], internal: false, selfip_v6s: ['fd00::1'], prefixlen_v6: 64"


@pytest.mark.parametrize("kind", ["F5SPKVlan", "F5BigNetVlan"])
def test_vlans_gives_the_objects_of_the_stream_back(kind: str) -> None:
    made = vlan("lab-a", SELF_IPS, kind) + vlan("lab-b", SELF_IPS_V6, kind)
    text = made + tmm("lab-a,lab-b")
    settings = config.parse(proposed(text).replace("FILL-IN", "ens1").encode())
    assert self_ips.objects(settings) == [*yaml.safe_load_all(made)]
    assert remarks(text) == []


@pytest.mark.parametrize(
    ("made", "remark"),
    [
        (vlan("x", SELF_IPS), "F5SPKVlan x: `vlans` writes it under the name lab-a; apply only one of them"),
        (vlan("lab-a", SELF_IPS + ", mtu: 1400"), "F5SPKVlan lab-a has mtu 1400, but `vlans` writes none"),
        (vlan("lab-a", SELF_IPS + ", a: {b: c}"), "F5SPKVlan lab-a has a {…}, but `vlans` writes none"),
        (
            vlan("lab-a", SELF_IPS) + vlan("b", SELF_IPS),
            "F5SPKVlan b is left out: a network has at most one vlan, and 1.1 has one already",
        ),
        (
            vlan("a", "interfaces: ['1.1', '1.2']"),
            "F5SPKVlan a is left out: its interfaces are not exactly one of TMM's networks",
        ),
        (
            vlan("a", "interfaces: ['1.7']"),
            "F5SPKVlan a is left out: its interfaces are not exactly one of TMM's networks",
        ),
        (
            vlan("lab-a", "interfaces: ['1.1'], selfip_v4s: [10.1.1.255], prefixlen_v4: 24"),
            "F5SPKVlan lab-a is left out: 10.1.1.255 is the broadcast address of its /24 subnet; use a host address",
        ),
        (vlan("a\\nb", SELF_IPS).replace("a\\nb", '"a\\nb"'), None),
    ],
    ids=["name", "mtu", "map", "second", "two-interfaces", "no-network", "no-host-address", "line-break"],
)
def test_what_no_config_can_express_of_a_vlan_is_a_comment(made: str, remark: str | None) -> None:
    text = made + tmm("lab-a,lab-b")
    lines = [line for line in proposed(text).splitlines() if line.startswith("  # F5SPKVlan")]
    assert lines == ([f"  # {remark}"] if remark else lines)
    config.parse(proposed(text).replace("FILL-IN", "ens1").encode())


def test_a_vlan_of_the_stream_replaces_the_comment_about_it() -> None:
    text = vlan("lab-a", SELF_IPS) + tmm("lab-a,lab-b")
    assert proposed(text).count("selfIPv4") == 1
    assert proposed(tmm("lab-a,lab-b")).count("selfIPv4") == 1


@pytest.mark.parametrize(("release", "name"), [("2.3.0", "macvlan-internal"), ("2.4.0", "macvlan-internal-2")])
def test_a_name_that_the_product_may_use_is_not_proposed(release: str, name: str) -> None:
    text = instance("sriov-internal").replace("spec: {", f"spec: {{manifestVersion: {release}, ")
    assert spec(text.replace("TRUE", "FALSE").encode())["networks"][0]["name"] == name


def test_a_vlan_of_another_namespace_belongs_to_another_tmm() -> None:
    text = vlan("lab-a", SELF_IPS).replace("namespace: spk", "namespace: other") + tmm("lab-a")
    assert "vlan" not in spec(text.encode())["networks"][0]


RENAMED = ": `vlans` writes it under the name lab-b; apply only one of them"
EXPECTED = "must be an IPv4 subnet such as 198.18.0.0/16"
NO_SUBNET = "198.18.0.1/16"  # an address in a subnet
INFRA = """---
apiVersion: gateway.k8s.f5.com/v1alpha1
kind: Infra
metadata: {name: infra, namespace: spk}
spec:
  networkAttachments:
  - {name: lab-a, networkAttachmentDefinitions: [{name: lab-a}]}
  - {name: lab-b, networkAttachmentDefinitions: [{name: lab-b}]}
  ipams:
  - {name: lab-a-self-ips, ipPools: [{rangeStart: 10.1.1.64, rangeEnd: 10.1.1.95}]}
  - {name: lab-b-self-ips, ipPools: [{rangeStart: 10.1.2.64, rangeEnd: 10.1.2.95}]}
  networks:
  - {name: lab-a, type: vlan, vlan: {networkAttachmentRef: {name: lab-a}, ipamRefs: [{name: lab-a-self-ips}], tag: 0}}
  - {name: lab-b, type: vlan, vlan: {networkAttachmentRef: {name: lab-b}, ipamRefs: [{name: lab-b-self-ips}], tag: 7}}
  egressDefaults: {networkRef: {name: lab-a}, subnet: 198.18.0.0/16, port: 4789}
"""


def test_vlans_gives_the_infra_of_the_stream_back() -> None:
    text = INFRA + instance("lab-a, lab-b")
    settings = config.parse(proposed(text).replace("FILL-IN", "ens1").encode())
    assert self_ips.objects(settings) == [yaml.safe_load(INFRA)]
    assert remarks(text) == []


@pytest.mark.parametrize(
    ("old", "new", "remark"),
    [
        ("{name: lab-b, type", "{name: ext, type", f"Infra infra: network ext{RENAMED}"),
        ("tag: 7", "tag: 7, mtu: 1400", "Infra infra: network lab-b has mtu 1400, but `vlans` writes none"),
        (
            "{rangeStart: 10.1.2.64, rangeEnd: 10.1.2.95}",
            "{cidr: 10.1.2.0/24}",
            "Infra infra: network lab-b is left out: a vlan has one pool with rangeStart and rangeEnd",
        ),
        (
            "[{name: lab-b}]}",
            "[{name: other}]}",
            "Infra infra: network lab-b is left out: it needs exactly one of TMM's networks, without another vlan",
        ),
        (
            "198.18.0.0/16",
            NO_SUBNET,
            f"Infra infra: egressDefaults.subnet is left out: {EXPECTED}, not {NO_SUBNET}",
        ),
    ],
    ids=["name", "mtu", "cidr", "another-network", "subnet"],
)
def test_what_no_config_can_express_of_an_infra_is_a_comment(old: str, new: str, remark: str) -> None:
    text = INFRA.replace(old, new) + instance("lab-a, lab-b")
    assert [line for line in proposed(text).splitlines() if line.startswith("  # Infra")] == [f"  # {remark}"]
