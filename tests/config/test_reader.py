from __future__ import annotations

import contextlib
from typing import Any

import pytest

from postrender import config
from postrender.config import Config, Network, Tmm, reader
from postrender.config.vlans import Vlan
from postrender.errors import ConfigError
from tests.configs import HEAD

NETWORK = HEAD + "spec:\n  networks:\n  - name: a\n    master: b\n"
EVERY_FIELD = (
    HEAD
    + """\
metadata:
  name: lab
  namespace: default
  labels: {any: label}
  annotations:
    config.kubernetes.io/local-config: "true"
spec:
  networks:
  - name: macvlan-internal
    master: ens224
    namespace: default
    mode: private
    mtu: 9000
    interface: net1
    cniVersion: 0.3.0
    create: false
    cni: {linkInContainer: false, deep: {list: [1, null, text, {a: -1}]}}
    labels: {b: "1", a: "2"}
    annotations: {c: ""}
    vlan:
      internal: true
      tag: 100
      selfIPv4: [10.1.1.100, 10.1.1.101]
      prefixLengthV4: 24
      selfIPv6: ["2001:db8::1"]
      prefixLengthV6: 64
  - {name: macvlan-external, master: ens256}
  tmm:
    workload: tmm-blue
    namespace: spk-ingress
    env: {TMM_DEFAULT_MTU: "9000", EMPTY: ""}
    unsetEnv: [DEBUG_*]
    unsetResources: [intel.com/*]
    topologyManager: true
    resources: {memory: 2Gi, hugepages-2Mi: 1572Mi, cpu: 1}
"""
)


def network(line: str) -> Network:
    """Return the network of the smallest config, with this line added."""
    return config.parse(f"{NETWORK}    {line}\n".encode()).networks[0]


def tmm(line: str) -> Tmm:
    """Return the `tmm` section of a config whose `tmm` section has only this line."""
    return config.parse(f"{NETWORK}  tmm:\n    {line}\n".encode()).tmm


def refusal(text: str | bytes) -> str:
    with pytest.raises(ConfigError) as raised:
        config.parse(text if isinstance(text, bytes) else text.encode(), "lab.yaml")
    return str(raised.value)


def test_every_field() -> None:
    internal = Network(
        name="macvlan-internal",
        master="ens224",
        namespace="default",
        mode="private",
        mtu=9000,
        interface="net1",
        cni_version="0.3.0",
        create=False,
        cni=(("linkInContainer", False), ("deep", {"list": [1, None, "text", {"a": -1}]})),
        labels=(("b", "1"), ("a", "2")),
        annotations=(("c", ""),),
        vlan=Vlan(True, 100, ("10.1.1.100", "10.1.1.101"), 24, ("2001:db8::1",), 64),
    )
    expected_tmm = Tmm(
        workload="tmm-blue",
        namespace="spk-ingress",
        env=(("TMM_DEFAULT_MTU", "9000"), ("EMPTY", "")),
        unset_env=("DEBUG_*",),
        unset_resources=("intel.com/*",),
        topology_manager=True,
        resources=(("cpu", 1), ("hugepages-2Mi", "1572Mi"), ("memory", "2Gi")),
    )
    found = config.parse(EVERY_FIELD.encode())
    assert found == Config((internal, Network("macvlan-external", "ens256")), expected_tmm)


def test_defaults() -> None:
    assert config.parse(NETWORK.encode()) == Config(
        networks=(Network("a", "b", None, "bridge", None, None, "0.3.1", True, (), (), (), None),),
        tmm=Tmm("f5-tmm", None, (), (), (), False, ()),
    )


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("\ufeff" + NETWORK, id="byte order mark"),
        pytest.param(NETWORK.replace("\n", "\r\n"), id="crlf"),
        pytest.param(f"# c\n---\n{NETWORK}...\n# c\n", id="markers and comments"),
        pytest.param(f"%YAML 1.1\n---\n{NETWORK}", id="directive"),
        pytest.param(NETWORK[:-1], id="no final newline"),
        pytest.param(
            f'{{"apiVersion": "{config.API_VERSION}", "kind": "{config.KIND}",'
            ' "spec": {"networks": [{"name": "a", "master": "b"}]}}',
            id="json",
        ),
    ],
)
def test_how_a_config_may_be_written(text: str) -> None:
    assert config.parse(text.encode()).networks == (Network("a", "b"),)


NETWORK_FIELDS = [
    ("namespace: default", {"namespace": "default"}),
    ("namespace: " + "n" * 63, {"namespace": "n" * 63}),
    ("mode: vepa", {"mode": "vepa"}),
    ("mode: passthru", {"mode": "passthru"}),
    ("mtu: 68", {"mtu": 68}),
    ("mtu: 65535", {"mtu": 65535}),
    ("interface: abcdefghijklmno", {"interface": "abcdefghijklmno"}),
    ("interface: Eth_0.1-x", {"interface": "Eth_0.1-x"}),
    ("cniVersion: 1.1.0", {"cni_version": "1.1.0"}),
    ("create: true", {"create": True}),
    ("cni: {}", {"cni": ()}),
    ("cni: {ipam: {type: static}}", {"cni": (("ipam", {"type": "static"}),)}),
    ("cni: {a: 0, b: -5, c: 9999999999}", {"cni": (("a", 0), ("b", -5), ("c", 9999999999))}),
    ("cni: {a: '1e3', b: \"null\"}", {"cni": (("a", "1e3"), ("b", "null"))}),
    ("labels: {}", {"labels": ()}),
    ("vlan: {}", {"vlan": Vlan()}),
    ("vlan: {tag: 4094, prefixLengthV6: 0}", {"vlan": Vlan(tag=4094, prefix_length_v6=0)}),
]


@pytest.mark.parametrize(("line", "expected"), NETWORK_FIELDS, ids=[row[0] for row in NETWORK_FIELDS])
def test_network_fields(line: str, expected: dict[str, Any]) -> None:
    assert network(line) == Network("a", "b")._replace(**expected)


@pytest.mark.parametrize("master", ["ens224", "br-int", "bond0.100", "n" * 127, "1e3", "10.1", "en@x"])
def test_masters(master: str) -> None:
    text = NETWORK.replace("master: b", f'master: "{master}"')
    assert config.parse(text.encode()).networks[0].master == master


TMM_FIELDS = [
    ("workload: 'f5-tmm-2'", {"workload": "f5-tmm-2"}),
    ("workload: f5-tmm.lab.2", {"workload": "f5-tmm.lab.2"}),
    ("namespace: '1'", {"namespace": "1"}),
    ("env: {A: $(POD_IP), 'b c': \"\"}", {"env": (("A", "$(POD_IP)"), ("b c", ""))}),
    ("env: {TMM_MAPRES_HUGEPAGES: '768'}", {"env": (("TMM_MAPRES_HUGEPAGES", "768"),)}),
    ("env: {OPENSHIFT_VFIO_RESOURCE: a}", {"env": (("OPENSHIFT_VFIO_RESOURCE", "a"),)}),
    ("unsetEnv: ['*_MS', \"[!A]?\"]", {"unset_env": ("*_MS", "[!A]?")}),
    ("unsetResources: []", {"unset_resources": ()}),
    ("topologyManager: false", {"topology_manager": False}),
    ("resources: {cpu: 1024}", {"resources": (("cpu", 1024),)}),
    ("resources: {cpu: '2'}", {"resources": (("cpu", "2"),)}),
    ("resources: {hugepages-2Mi: 3Gi}", {"resources": (("hugepages-2Mi", "3Gi"),)}),
    ("resources: {memory: 2049Mi}", {"resources": (("memory", "2049Mi"),)}),
    ("resources: {}", {"resources": ()}),
]


@pytest.mark.parametrize(("line", "expected"), TMM_FIELDS, ids=[row[0] for row in TMM_FIELDS])
def test_tmm_fields(line: str, expected: dict[str, Any]) -> None:
    assert tmm(line) == Tmm()._replace(**expected)


def test_topology_manager_lets_the_variable_be_dropped() -> None:
    lines = "topologyManager: true\n    unsetEnv: [TMM_MAPRES_*S]"
    assert tmm(lines).unset_env == ("TMM_MAPRES_*S",)


def test_one_name_may_be_in_two_namespaces() -> None:
    text = f"{NETWORK}  - name: a\n    master: c\n    namespace: default\n"
    assert [found.namespace for found in config.parse(text.encode()).networks] == [None, "default"]


LABEL = "must be a DNS label (at most 63 characters: a-z, 0-9 and -, but no - at either end), not "
SUBDOMAIN = "must be a DNS subdomain (a-z, 0-9, - and ., each part with a letter or digit at both ends), not "
MASTER = "must be the name of a NIC on the node, such as ens224"
INTERFACE = "must be an interface name of letters, digits, _, . and -, other than lo and eth0"
LENGTH = "must be an interface name of 1 to 15 characters"
MTU = "must be a whole number from 68 to 65535, not {}"
SWITCH = "must be true or false, not {}"
JSON_STRING = "must be a string (quote it) or a whole number of at most ten digits"
STRING = 'must be a string; quote it: "{0}"'
EMPTY = "must be {}, not empty; set it, or remove the key"
OWN = "has its own field in the network; set that field"
ADDRESS = "must be an IP address without a prefix length, not "


NETWORK_REFUSALS = [
    ("namespace: Default", 16, "namespace", f"{LABEL}Default"),
    ("namespace: a.b", 16, "namespace", LABEL),
    ("namespace: -k", 16, "namespace", LABEL),
    ("namespace: a-", 16, "namespace", LABEL),
    ("namespace: ''", 16, "namespace", LABEL),
    ("namespace: " + "n" * 64, 16, "namespace", f"{LABEL}{'n' * 60}…"),
    ("namespace: größe", 16, "namespace", LABEL),
    ("namespace: 1", 16, "namespace", STRING.format(1)),
    ("namespace: on", 16, "namespace", STRING.format("on")),
    ("namespace: 1e3", 16, "namespace", STRING.format("1e3")),
    ("namespace:", 15, "namespace", EMPTY.format("a string")),
    ("namespace: ~", 16, "namespace", EMPTY.format("a string")),
    ("namespace: null", 16, "namespace", EMPTY.format("a string")),
    ("namespace: [a]", 16, "namespace", "must be a string, not a list"),
    ("namespace: {a: b}", 16, "namespace", "must be a string, not a map"),
    ("mode: bride", 11, "mode", "must be bridge or private or vepa or passthru, not bride; did you mean bridge?"),
    ("mode: Bridge", 11, "mode", "must be bridge or private or vepa or passthru, not Bridge; did you mean bridge?"),
    (
        "mode: x",
        11,
        "mode",
        "must be bridge or private or vepa or passthru, not x; use one of bridge, private, vepa, passthru",
    ),
    ("mtu: 67", 10, "mtu", MTU.format(67)),
    ("mtu: 65536", 10, "mtu", MTU.format(65536)),
    ("mtu: '9000'", 10, "mtu", MTU.format("the string 9000")),
    ("mtu: 9_000", 10, "mtu", MTU.format("9_000")),
    ("mtu: 09000", 10, "mtu", MTU.format("09000")),
    ("mtu: 0x1000", 10, "mtu", MTU.format("0x1000")),
    ("mtu: 1500.0", 10, "mtu", MTU.format("1500.0")),
    ("mtu: +1500", 10, "mtu", MTU.format("+1500")),
    ("mtu: 99999999999", 10, "mtu", MTU.format("99999999999")),
    ("mtu: ", 9, "mtu", EMPTY.format("a whole number from 68 to 65535")),
    ("interface: ''", 16, "interface", LENGTH),
    ("interface: abcdefghijklmnop", 16, "interface", LENGTH),
    ("interface: a b", 16, "interface", INTERFACE),
    ("interface: a/b", 16, "interface", INTERFACE),
    ("interface: a@b", 16, "interface", INTERFACE),
    ("interface: ..", 16, "interface", INTERFACE),
    ("interface: lo", 16, "interface", INTERFACE),
    ("interface: eth0", 16, "interface", INTERFACE),
    ("cniVersion: 0.2.0", 17, "cniVersion", "must be 0.3.0 or 0.3.1 or 0.4.0 or 1.0.0 or 1.1.0, not 0.2.0; "),
    ("cniVersion: 1.0", 17, "cniVersion", STRING.format("1.0")),
    ("create: yes", 13, "create", SWITCH.format("yes")),
    ("create: 'true'", 13, "create", SWITCH.format("the string true")),
    ("create: True", 13, "create", SWITCH.format("True")),
    ("create: 1", 13, "create", SWITCH.format("1")),
    ("cni: []", 10, "cni", "must be a map, not a list"),
    ("cni: {type: ipvlan}", 11, "cni.type", "is always macvlan; remove it"),
    ("cni: {name: a}", 11, "cni.name", OWN),
    ("cni: {mtu: 1}", 11, "cni.mtu", OWN),
    ("cni: {a: 1.5}", 14, "cni.a", JSON_STRING),
    ("cni: {a: yes}", 14, "cni.a", JSON_STRING),
    ("cni: {a: {b: [0o17]}}", 19, "cni.a.b[0]", JSON_STRING),
    ("cni: {a: {b: 1, b: 2}}", 21, "cni.a.b", "is listed twice; remove one of them"),
    ("labels: {a: 1}", 17, "labels.a", STRING.format("1")),
    ("labels: {a: true}", 17, "labels.a", STRING.format("true")),
    ("labels: [a]", 13, "labels", "must be a map, not a list"),
    ("annotations: a", 18, "annotations", "must be a map, not a"),
    ("vlan: true", 11, "vlan", "must be a map, not true"),
    ("vlan: {tag: 4095}", 17, "vlan.tag", "must be a whole number from 0 to 4094, not 4095"),
    ("vlan: {tag: -1}", 17, "vlan.tag", "must be a whole number from 0 to 4094, not -1"),
    ("vlan: {selfIPv4: 10.1.1.100}", 22, "vlan.selfIPv4", "must be a list, not 10.1.1.100"),
    ("vlan: {selfIPv4: [10.1.1.0/24]}", 23, "vlan.selfIPv4[0]", ADDRESS + "10.1.1.0/24"),
    ("vlan: {selfIPv4: [10.1.1.01]}", 23, "vlan.selfIPv4[0]", ADDRESS + "10.1.1.01"),
    ("vlan: {selfIPv4: ['::1']}", 23, "vlan.selfIPv4[0]", "must be an IPv4 address"),
    ("vlan: {selfIPv6: [10.1.1.1]}", 23, "vlan.selfIPv6[0]", "must be an IPv6 address"),
    ("vlan: {selfIPv4: [10.1.1.1]}", 22, "vlan.selfIPv4", "requires prefixLengthV4; set it as well"),
    ("vlan: {prefixLengthV4: 33}", 28, "vlan.prefixLengthV4", "must be a whole number from 0 to 32, not 33"),
    ("vlan: {prefixLengthV6: 129}", 28, "vlan.prefixLengthV6", "must be a whole number from 0 to 128, not 129"),
    ("vlan: {selfIpv4: []}", 12, "vlan.selfIpv4", "unknown field; did you mean selfIPv4?"),
    ("nameSpace: a", 5, "nameSpace", "unknown field; did you mean namespace?"),
    ("name: c", 5, "name", "is listed twice; remove one of them"),
    ("zzz: 1", 5, "zzz", f"unknown field; use one of {', '.join(reader.NETWORK)}"),
]


@pytest.mark.parametrize(
    ("line", "column", "path", "sentence"), NETWORK_REFUSALS, ids=[row[0] for row in NETWORK_REFUSALS]
)
def test_network_refusals(line: str, column: int, path: str, sentence: str) -> None:
    assert refusal(f"{NETWORK}    {line}\n").startswith(f"lab.yaml:7:{column}: spec.networks[0].{path}: {sentence}")


@pytest.mark.parametrize(
    "master", ["''", "a b", "a/b", "'a\\b '", '"\\t"', '"\\x7f"', '"\\u00a0"', "n" * 128, '"a\\nb"']
)
def test_master_refusals(master: str) -> None:
    said = refusal(NETWORK.replace("master: b", f"master: {master}"))
    assert said.startswith(f"lab.yaml:6:13: spec.networks[0].master: {MASTER}, not ")
    assert len(said) < 200


CPU = "must be a whole number of CPUs"
AMOUNT = "must be a quantity in Mi or Gi, such as 2Gi"
CPU_RANGE = "must be a whole number from 1 to 1024, not {}"
ALWAYS = "is set here, but is removed as an SR-IOV variable or by unsetEnv; remove it here, or from unsetEnv"
NO_NAME = "is not a valid name for an environment variable; use printable ASCII without ="
NARROW = "matches {}, which the conversion sets; narrow the pattern"


TMM_REFUSALS = [
    ("workload: F5-TMM", 15, "workload", f"{SUBDOMAIN}F5-TMM"),
    ("workload: f5..tmm", 15, "workload", f"{SUBDOMAIN}f5..tmm"),
    ("workload: f5-.tmm", 15, "workload", f"{SUBDOMAIN}f5-.tmm"),
    ("workload: " + "n." * 127 + "n", 15, "workload", f"{SUBDOMAIN}{'n.' * 30}…"),
    ("namespace: ''", 16, "namespace", LABEL),
    ("env: [A]", 10, "env", "must be a map, not a list"),
    ("env: {A: 1}", 14, "env.A", STRING.format(1)),
    ("env: {A: TRUE}", 14, "env.A", STRING.format("TRUE")),
    ("env: {A: }", 14, "env.A", EMPTY.format("a string")),
    ("env: {'': a}", 11, "env.", NO_NAME),
    ("env: {'A=B': a}", 11, "env.A=B", NO_NAME),
    ("env: {größe: a}", 11, "env.größe", NO_NAME),
    (r'env: {"A\nB": a}', 11, r"env.A\nB", NO_NAME),
    (
        "env: {TMM_MAPRES_ADDL_VETHS_ON_DP: 'FALSE'}",
        10,
        "env.TMM_MAPRES_ADDL_VETHS_ON_DP",
        "TMM_MAPRES_ADDL_VETHS_ON_DP is always TRUE, as macvlan requires; remove it",
    ),
    ("env: {PCIDEVICE_A: a}", 10, "env.PCIDEVICE_A", ALWAYS),
    ("env: {OPENSHIFT_VFIO_RESOURCE_1: a}", 10, "env.OPENSHIFT_VFIO_RESOURCE_1", ALWAYS),
    ("env: {ROBIN_VFIO_RESOURCE_22: a}", 10, "env.ROBIN_VFIO_RESOURCE_22", ALWAYS),
    ("unsetEnv: A", 15, "unsetEnv", "must be a list, not A"),
    ("unsetEnv: ['']", 16, "unsetEnv[0]", "must not be empty"),
    ("unsetEnv: [A, 1]", 19, "unsetEnv[1]", STRING.format(1)),
    ("unsetEnv: [TMM_*]", 15, "unsetEnv", NARROW.format("TMM_MAPRES_ADDL_VETHS_ON_DP")),
    ("unsetEnv: ['*HUGEPAGES']", 15, "unsetEnv", NARROW.format("TMM_MAPRES_HUGEPAGES")),
    ("unsetResources: [1]", 22, "unsetResources[0]", STRING.format(1)),
    ("topologyManager: 'false'", 22, "topologyManager", SWITCH.format("the string false")),
    ("topologyManager: off", 22, "topologyManager", SWITCH.format("off")),
    ("resources: [cpu]", 16, "resources", "must be a map, not a list"),
    ("resources: {cpu: 0}", 22, "resources.cpu", CPU_RANGE.format(0)),
    ("resources: {cpu: 1025}", 22, "resources.cpu", CPU_RANGE.format(1025)),
    ("resources: {cpu: -1}", 22, "resources.cpu", CPU_RANGE.format(-1)),
    ("resources: {cpu: '1025'}", 22, "resources.cpu", CPU),
    ("resources: {cpu: '100000'}", 22, "resources.cpu", CPU),
    ("resources: {cpu: '0'}", 22, "resources.cpu", CPU),
    ("resources: {cpu: ''}", 22, "resources.cpu", CPU),
    ("resources: {cpu: 500m}", 22, "resources.cpu", CPU),
    ("resources: {cpu: '1.5'}", 22, "resources.cpu", CPU),
    ("resources: {cpu: '²'}", 22, "resources.cpu", CPU),
    ("resources: {cpu: 1.5}", 22, "resources.cpu", f"{CPU}, not 1.5"),
    ("resources: {memory: 2G}", 25, "resources.memory", AMOUNT),
    ("resources: {memory: '2Gi '}", 25, "resources.memory", AMOUNT),
    ("resources: {memory: 1.5Gi}", 25, "resources.memory", "must be a whole number of Mi or Gi; write 1536Mi"),
    ("resources: {memory: 02Gi}", 25, "resources.memory", AMOUNT),
    ("resources: {memory: 0Gi}", 25, "resources.memory", AMOUNT),
    ("resources: {memory: Gi}", 25, "resources.memory", AMOUNT),
    ("resources: {memory: ''}", 25, "resources.memory", AMOUNT),
    (
        "resources: {memory: 2147483648}",
        25,
        "resources.memory",
        "must be a quantity with a unit, such as 2147483648Mi",
    ),
    ("resources: {hugepages-2Mi: 1573Mi}", 32, "resources.hugepages-2Mi", "must be a multiple of 2Mi, the size of"),
    ("resources: {hugepages-1Gi: 1Gi}", 17, "resources.hugepages-1Gi", "unknown field; did you mean hugepages-2Mi?"),
    (
        "resources: {ephemeral-storage: 1Gi}",
        17,
        "resources.ephemeral-storage",
        "unknown field; use one of cpu, ",
    ),
    ("topologymanager: true", 5, "topologymanager", "unknown field; did you mean topologyManager?"),
]


@pytest.mark.parametrize(("line", "column", "path", "sentence"), TMM_REFUSALS, ids=[row[0] for row in TMM_REFUSALS])
def test_tmm_refusals(line: str, column: int, path: str, sentence: str) -> None:
    said = refusal(f"{NETWORK}  tmm:\n    {line}\n")
    assert said.startswith(f"lab.yaml:8:{column}: spec.tmm.{path}: {sentence}")


def test_every_interface_has_its_own_name() -> None:
    text = f"{NETWORK}  - name: c\n    master: d\n    interface: net1\n"
    assert refusal(text) == (
        "lab.yaml:7:5: spec.networks[1]: net1 is already another network's interface (by default net1, net2, …);"
        " interfaces must be unique"
    )


@pytest.mark.parametrize("namespace", ["", "    namespace: default\n"], ids=["silent", "said"])
def test_a_network_is_there_once(namespace: str) -> None:
    text = NETWORK + namespace + "  - name: a\n    master: c\n" + namespace
    assert f"spec.networks[1]: {'default/' if namespace else ''}a is listed twice; names must be unique" in refusal(
        text
    )


API = "must be spk-macvlan.internal/v1alpha1, not "
SUBDOMAIN = "must be a DNS subdomain (a-z, 0-9, - and ., each part with a letter or digit at both ends), not "
UNREADABLE = "; check the quotes, brackets and colons above"
WHOLE = {
    "nothing": ("", "lab.yaml: the config is empty; write one with `spk-macvlan init`"),
    "only comments": ("# c\n\n", "lab.yaml: the config is empty; write one with `spk-macvlan init`"),
    "an empty document": ("---\n", "lab.yaml:2:1: must be a map, not empty; set it, or remove the key"),
    "null": ("null\n", "lab.yaml:1:1: must be a map, not empty; set it, or remove the key"),
    "a word": ("lab\n", "lab.yaml:1:1: must be a map, not lab"),
    "a list": ("- a\n", "lab.yaml:1:1: must be a map, not a list"),
    "an empty map": ("{}", "lab.yaml:1:1: not an spk-macvlan config: apiVersion, kind and spec are missing"),
    "no kind": ("apiVersion: spk-macvlan.internal/v1alpha1\n", "lab.yaml:1:1: kind is missing"),
    "no spec": (HEAD, "lab.yaml:1:1: spec is missing"),
    "spec null": (f"{HEAD}spec:\n", "lab.yaml:3:6: spec: must be a map, not empty; set it, or remove the key"),
    "no networks": (f"{HEAD}spec: {{}}\n", "lab.yaml:3:7: spec: networks is missing"),
    "networks null": (f"{HEAD}spec: {{networks: ~}}\n", "lab.yaml:3:18: spec.networks: must be a list, not empty; "),
    "networks a map": (f"{HEAD}spec: {{networks: {{}}}}\n", "lab.yaml:3:18: spec.networks: must be a list, not a map"),
    "networks empty": (
        f"{HEAD}spec: {{networks: []}}\n",
        "lab.yaml:3:18: spec.networks: is empty; TMM needs at least one network",
    ),
    "a network of one word": (
        f"{HEAD}spec: {{networks: [ens224]}}\n",
        "lab.yaml:3:19: spec.networks[0]: must be a map, not ens224",
    ),
    "no master": (f"{HEAD}spec: {{networks: [{{name: a}}]}}\n", "lab.yaml:3:19: spec.networks[0]: master is missing"),
    "no name": (f"{HEAD}spec: {{networks: [{{master: a}}]}}\n", "lab.yaml:3:19: spec.networks[0]: name is missing"),
    "another apiVersion": (
        NETWORK.replace("v1alpha1", "v1"),
        f"lab.yaml:1:13: apiVersion: {API}spk-macvlan.internal/v1; did you mean spk-macvlan.internal/v1alpha1?",
    ),
    "another kind": (
        NETWORK.replace("MacvlanConversion", "Macvlan"),
        "lab.yaml:2:7: kind: must be MacvlanConversion, ",
    ),
    "another object": (f"{NETWORK}data: {{}}\n", "lab.yaml:7:1: data: unknown field; did you mean metadata?"),
    "a field of spec": (f"{NETWORK}  tm: {{}}\n", "lab.yaml:7:3: spec.tm: unknown field; did you mean tmm?"),
    "patches null": (f"{NETWORK}  patches:\n", "lab.yaml:7:11: spec.patches: must be a list, not empty; "),
    "a field of metadata": (
        f"{NETWORK}metadata: {{uid: a}}\n",
        "lab.yaml:7:12: metadata.uid: unknown field; use one of name, namespace, labels, annotations",
    ),
    "metadata null": (f"{NETWORK}metadata:\n", "lab.yaml:7:10: metadata: must be a map, not empty; "),
    "a name that is no string": (
        f"{NETWORK}metadata: {{name: 1}}\n",
        'lab.yaml:7:18: metadata.name: must be a string; quote it: "1"',
    ),
    "a repeated key": (
        f"{NETWORK}kind: MacvlanConversion\n",
        "lab.yaml:7:1: kind: is listed twice; remove one of them",
    ),
    "a key that is a list": (f"{NETWORK}? [a]\n: b\n", "lab.yaml:1:1: must have strings as keys"),
    "an alias": (
        f"{NETWORK}    labels: &l {{a: b}}\n    annotations: *l\n",
        "lab.yaml:7:13: an alias or a merge key refers to this value; repeat the value instead",
    ),
    "a merge": (
        f"x: &x {{name: a}}\n{HEAD}spec: {{networks: [{{<<: *x, master: b}}]}}\n",
        "lab.yaml:1:4: ",
    ),
    "a tag": (
        NETWORK.replace("master: b", "master: !!str b"),
        "lab.yaml:6:13: the tag tag:yaml.org,2002:str is not allowed; remove it",
    ),
    "a tag of one's own": (
        f"{NETWORK}  tmm: !x {{}}\n",
        "lab.yaml:7:8: the tag !x is not allowed; remove it",
    ),
    "two documents": (
        f"{NETWORK}---\n{NETWORK}",
        "lab.yaml:7:1: a second document starts here; the config must be one",
    ),
    "broken": (f"{NETWORK}  tmm: [\n", f"lab.yaml:8:1: did not find expected node content{UNREADABLE}"),
    "a wrong indentation": (
        f"{NETWORK}   tmm: {{}}\n",
        "lab.yaml:7:4: did not find expected key; check the indentation of this line and the line above",
    ),
    "a tab": (
        f"{NETWORK}\ttmm: {{}}\n",
        "lab.yaml:7:1: this line is indented with a tab; use spaces, as YAML requires",
    ),
    "an unknown alias": (f"{NETWORK}metadata: *x\n", "lab.yaml:7:11: found undefined alias; correct this line"),
    "a control character": (
        f"{NETWORK}# \x01\n",
        "lab.yaml:1:1: control characters are not allowed; correct this line",
    ),
}


@pytest.mark.parametrize(("text", "said"), WHOLE.values(), ids=WHOLE)
def test_documents_that_are_refused(text: str, said: str) -> None:
    assert refusal(text).startswith(said)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"a: \xff\n", id="latin-1"),
        pytest.param(NETWORK.encode("utf-16"), id="utf-16"),
        pytest.param(b"\x7fELF\x02\x01\x01\xb0", id="a program"),
    ],
)
def test_what_is_not_utf_8(data: bytes) -> None:
    assert refusal(data).startswith("lab.yaml: the config ")


def nested(depth: int) -> bytes:
    return f"{NETWORK}    cni: {{a: {'[' * depth}{']' * depth}}}\n".encode()


def test_depth_is_refused() -> None:
    assert refusal(nested(2000)).startswith("lab.yaml:")


@pytest.mark.parametrize("depth", range(200, 1000, 100))
def test_depth_that_only_some_interpreters_can_walk_is_loaded_or_refused(depth: int) -> None:
    with contextlib.suppress(ConfigError):
        assert config.parse(nested(depth)).networks[0].name == "a"


def test_a_refusal_is_one_line() -> None:
    said = refusal(NETWORK.replace("name: a", 'name: "a\\n\\e[31m"') + '    "no\\nfield": 1\n')
    assert "\n" not in said
    assert said.isprintable()
