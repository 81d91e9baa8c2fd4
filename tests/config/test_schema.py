"""Test that the config's loader and the published JSON Schema accept the same documents.

The tests generate documents as JSON, which is also YAML. RELATIONS lists the few rules that a schema cannot express.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase
from ipaddress import IPv4Address, IPv4Interface, IPv6Interface, ip_interface, ip_network
from typing import Any

import jsonschema
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from postrender import config, files
from postrender.config import reader, vlans
from postrender.errors import ConfigError

SCHEMA = json.loads(files.read_shipped("schemas", "config.schema.json"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.FormatChecker(["ipv4", "ipv6"]))

Document = dict[str, Any]
Strategy = st.SearchStrategy[Any]


# The rules that a schema cannot express.


def repeats_a_network(document: Document) -> bool:
    return repeated([(network.get("namespace"), network["name"]) for network in document["spec"]["networks"]])


def has_an_address_of_no_interface(document: Document) -> bool:
    given = [vlan for network in document["spec"]["networks"] if (vlan := network.get("vlan"))]
    pairs = [
        (ip_interface(f"{address}/{vlan[f'prefixLengthV{family}']}"))
        for vlan in given
        for family in (4, 6)
        for address in vlan.get(f"selfIPv{family}", ())
    ]
    return any(it.is_loopback or it.is_multicast or is_reserved(it) or is_an_end(it) for it in pairs)


def is_reserved(it: IPv4Interface | IPv6Interface) -> bool:
    return it.ip.is_unspecified or (it.version == 4 and (it.packed[0] == 0 or it.packed[0] >= 240))


def is_an_end(it: IPv4Interface | IPv6Interface) -> bool:
    ends = (it.network.network_address, it.network.broadcast_address)
    return it.version == 4 and it.network.num_addresses > 2 and it.ip in ends


def repeats_an_interface(document: Document) -> bool:
    numbered = enumerate(document["spec"]["networks"], 1)
    return repeated([network.get("interface", f"net{number}") for number, network in numbered])


def unsets_what_it_sets(document: Document) -> bool:
    tmm = document["spec"].get("tmm") or {}
    return matched(tmm.get("env", {}), tmm.get("unsetEnv", []))


def unsets_what_is_always_set(document: Document) -> bool:
    tmm = document["spec"].get("tmm") or {}
    always = ["TMM_MAPRES_ADDL_VETHS_ON_DP", *([] if tmm.get("topologyManager") else ["TMM_MAPRES_HUGEPAGES"])]
    return matched(always, tmm.get("unsetEnv", []))


def unsets_a_resource_that_it_sets(document: Document) -> bool:
    tmm = document["spec"].get("tmm") or {}
    return matched(tmm.get("resources", {}), tmm.get("unsetResources", []))


def swaps_a_range(document: Document) -> bool:
    pools = [network.get("vlan", {}).get("pool") for network in document["spec"]["networks"]]
    return any(IPv4Address(pool["rangeEnd"]) < IPv4Address(pool["rangeStart"]) for pool in pools if pool)


def has_a_subnet_with_an_address_in_it(document: Document) -> bool:
    try:
        return bool(ip_network(document["spec"].get("egressSubnet", "10.0.0.0/16")) is None)
    except ValueError:
        return True


def repeated(values: Sequence[object]) -> bool:
    return any(value in values[:number] for number, value in enumerate(values))


def matched(names: Sequence[str], patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(name, pattern) for name in names for pattern in patterns)


def spec(networks: list[Document], **tmm: Any) -> Document:
    return {
        "apiVersion": config.API_VERSION,
        "kind": config.KIND,
        "spec": {"networks": networks, **({"tmm": tmm} if tmm else {})},
    }


A = {"name": "a", "master": "ens1"}
B = {"name": "b", "master": "ens2"}
RELATIONS: dict[str, tuple[Callable[[Document], bool], Document]] = {
    "a network is there once": (repeats_a_network, spec([A, A])),
    "an interface has one network": (repeats_an_interface, spec([A, {**B, "interface": "net1"}])),
    "a variable is set or unset": (unsets_what_it_sets, spec([A], env={"X": "1"}, unsetEnv=["?"])),
    "what is always set stays": (unsets_what_is_always_set, spec([A], unsetEnv=["TMM_MAPRES_*"])),
    "a self IP is one of an interface": (
        has_an_address_of_no_interface,
        spec([{**A, "vlan": {"selfIPv4": ["10.1.1.255"], "prefixLengthV4": 24}}]),
    ),
    "a range starts before it ends": (
        swaps_a_range,
        spec([{**A, "vlan": {"pool": {"rangeStart": "10.1.1.9", "rangeEnd": "10.1.1.8"}}}]),
    ),
    "a subnet is one": (
        has_a_subnet_with_an_address_in_it,
        {**spec([A]), "spec": {"networks": [A], "egressSubnet": "10.0.0.1/16"}},
    ),
    "a resource is set or unset": (
        unsets_a_resource_that_it_sets,
        spec([A], resources={"cpu": 1}, unsetResources=["*"]),
    ),
}


# Generated documents: most fields are valid, and a few are invalid.

#: Excludes the characters that JSON writes literally and YAML refuses, and line breaks, because Python's `$` also
#: matches before a final line break.
TEXT = st.text(st.characters(min_codepoint=32, max_codepoint=0xD7FF, exclude_categories=["C", "Zl", "Zp"]), max_size=8)
#: Excludes 1.0, which JSON Schema treats as an integer and the loader does not.
JUNK: Strategy = st.sampled_from(
    [None, True, 0, -1, 1.5, 10**11, "", " ", "1", "a b", "größe", [], [1], ["a"], {}, {"a": 1}, {"a": "b"}]
)


def mostly(valid: Strategy | Sequence[object], odd: Strategy | Sequence[object] = JUNK, odds: int = 30) -> Strategy:
    """Draw a valid value in most cases, and an odd value once in `odds` cases."""
    usual, unusual = (one if isinstance(one, st.SearchStrategy) else st.sampled_from(one) for one in (valid, odd))
    return st.integers(1, odds).flatmap(lambda choice: unusual if choice == odds else usual)


def integers(low: int, high: int) -> Strategy:
    return mostly(st.integers(low, high), [low - 1, high + 1, 10 * high])


def record(required: dict[str, Strategy], optional: dict[str, Strategy]) -> Strategy:
    """Draw an object with some of its optional fields; rarely, a field is missing, unknown or of another type."""
    fields = {key: mostly(value) for key, value in {**required, **optional}.items()}
    whole = st.fixed_dictionaries(
        {key: fields[key] for key in required}, optional={key: fields[key] for key in optional}
    )
    return mostly(whole, st.fixed_dictionaries({}, optional={**fields, "unknown": JUNK}))


LABELS = mostly(["a", "b", "c-1", "0", "n" * 63], ["n" * 64, "-a", "a-", "A", "a.b", ""])
MAPS = st.dictionaries(TEXT, TEXT, max_size=2)
VALUES = st.recursive(
    mostly(st.none() | st.booleans() | st.integers(-(10**9), 10**9) | TEXT),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXT, inner, max_size=2),
    max_leaves=4,
)
DEVICES = [f"{stem}_VFIO_RESOURCE_{end}" for stem in ("OPENSHIFT", "ROBIN", "OTHER") for end in ("1", "", "1a", "22")]
NAMES = mostly(
    ["A", "B C", "TMM_MAPRES_HUGEPAGES", "OTHER_VFIO_RESOURCE_1", "ROBIN_VFIO_RESOURCE_"],
    ["A=B", "", "ä", "TMM_MAPRES_ADDL_VETHS_ON_DP", "PCIDEVICE_", "PCIDEVICE_A", *DEVICES],
)
PATTERNS = st.lists(
    mostly(["X", "x/*", "[!A-Zcmh]*", "TMM_?"], ["A", "*", "?", "TMM_*", "cpu", "mem*", ""], 8), max_size=2
)
ADDRESSES = ["10.1.1.64", "10.1.1.95", "10.1.2.0"]
IPV4 = st.lists(
    mostly(["10.1.1.100", "0.0.0.0"], ["10.1.1.0/24", "10.1.1", "010.1.1.1", "::1", "1.2.3.4 "]), max_size=2
)
IPV6 = st.lists(mostly(["2001:db8::1", "::", "::ffff:1.2.3.4"], ["fe80::1%eth0", "10.1.1.1", "::1/64"]), max_size=2)
AMOUNTS = mostly(["2Gi", "1572Mi", "1574Mi"], ["1573Mi", "0Gi", "02Gi", "2G", "Gi", "1.5Gi", "2gi", "12Mi ", "-2Gi"])
CNI_VERSIONS = ["0.3.0", "0.3.1", "0.4.0", "1.0.0", "1.1.0"]
VLAN = record(
    {},
    {
        "internal": st.booleans(),
        "tag": integers(0, 4094),
        "selfIPv4": IPV4,
        "prefixLengthV4": integers(0, 32),
        "selfIPv6": IPV6,
        "prefixLengthV6": integers(0, 128),
    },
)
POOL = record({"rangeStart": mostly(ADDRESSES), "rangeEnd": mostly(ADDRESSES)}, {})
POOLED = record({"pool": POOL}, {"tag": integers(0, 4094), "prefixLengthV6": st.just(64)})
NETWORK = record(
    {
        "name": LABELS,
        "master": mostly(
            ["ens224", "br-int", "m" * 127, "a:b"], TEXT | st.sampled_from(["m" * 128, "a/b", "a b", "a,b"])
        ),
    },
    {
        "namespace": LABELS,
        "mode": mostly(["bridge", "private", "vepa", "passthru"], ["Bridge", ""]),
        "mtu": integers(68, 65535),
        "interface": mostly(["net1", "net7", "i" * 15, "a_B.-"], ["i" * 16, "lo", "eth0", ".", "..", "a@b", ""]),
        "cniVersion": mostly(CNI_VERSIONS, ["0.2.0", "1.0"]),
        "create": st.booleans(),
        "cni": st.dictionaries(mostly(["ipam", "x", "y"], ["name", "mtu", "cniVersion"]), VALUES, max_size=2),
        "labels": MAPS,
        "annotations": MAPS,
        "vlan": VLAN | POOLED,
    },
)
CPU = st.one_of(integers(1, 1024), mostly(["1", "1024"], ["1025", "01", "0", "1m", "10000"]))
TMM = record(
    {},
    {
        "workload": LABELS,
        "namespace": LABELS,
        "env": st.dictionaries(NAMES, TEXT, max_size=3),
        "unsetEnv": PATTERNS,
        "unsetResources": PATTERNS,
        "topologyManager": st.booleans(),
        "resources": record({}, {"cpu": CPU, "hugepages-2Mi": AMOUNTS, "memory": AMOUNTS}),
    },
)
PRODUCTS = mostly(["SPK", "CNF", "BNK 2.4", "BNK 10.0"], ["spk", "BNK", "BNK 2", "BNK 2.4.0", "BNK 02.4", "CNF 2.0"])
SUBNETS = mostly(
    ["198.18.0.0/16", "10.0.0.0/8"], ["10.0.0.1/8", "10.0.0.0", "10.0.0.0/33", "::/0", "10.0.0.0/255.0.0.0"]
)
DOCUMENTS = record(
    {
        "apiVersion": st.just(config.API_VERSION),
        "kind": st.just(config.KIND),
        "spec": record(
            {"networks": st.lists(NETWORK, min_size=1, max_size=2)},
            {"tmm": st.none() | TMM, "product": PRODUCTS, "egressSubnet": SUBNETS, "strict": st.booleans()},
        ),
    },
    {"metadata": record({}, {"name": TEXT, "namespace": TEXT, "labels": MAPS, "annotations": MAPS})},
)


def is_loaded(document: object) -> bool:
    try:
        config.parse(json.dumps(document, ensure_ascii=False).encode())
    except ConfigError:
        return False
    return True


def is_expected(document: Any) -> bool:
    """Return whether the schema accepts the document and the document breaks none of RELATIONS."""
    return VALIDATOR.is_valid(document) and not any(breaks(document) for breaks, _ in RELATIONS.values())


def test_the_schema_is_a_schema() -> None:
    VALIDATOR.check_schema(SCHEMA)


@given(DOCUMENTS)
@settings(max_examples=500)
def test_both_accept_the_same_documents(document: object) -> None:
    expected = is_expected(document)
    event("accepted" if expected else "refused")
    assert is_loaded(document) == expected


@pytest.mark.parametrize(("breaks", "document"), RELATIONS.values(), ids=RELATIONS)
def test_what_a_schema_cannot_say(breaks: Callable[[Document], bool], document: Document) -> None:
    assert breaks(document)
    assert VALIDATOR.is_valid(document)
    assert not is_loaded(document)


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(spec([{**A, "vlan": {"selfIPv4": [], "prefixLengthV4": 24}}]), id="no address at all"),
        pytest.param(
            spec([{**A, "vlan": {"selfIPv6": ["fe80::1%eth0"], "prefixLengthV6": 64}}]), id="address with zone"
        ),
        pytest.param(spec([{**A, "vlan": {"selfIPv4": ["10.1.1.1"]}}]), id="address without prefix length"),
        pytest.param(spec([{"name": "a", "master": "größe"}]), id="master beyond ascii"),
        pytest.param(spec([{**A, "cni": {"x": 1.5}}]), id="fraction in the cni config"),
        pytest.param(spec([{**A, "cni": {"x": 10**10}}]), id="large number in the cni config"),
        pytest.param(spec([A], resources={"cpu": "1025"}), id="cpus as text"),
        pytest.param(spec([A], resources={"hugepages-2Mi": "3Mi"}), id="odd hugepages"),
        pytest.param(spec([A], env={"A B": ""}), id="space in a variable"),
        pytest.param(spec([A], env={"PCIDEVICE_A": ""}), id="device variable"),
        pytest.param(spec([A], unsetEnv=[""]), id="empty pattern"),
        pytest.param(spec([]), id="no networks"),
    ],
)
def test_both_agree_at_the_edges(document: Document) -> None:
    assert is_loaded(document) == is_expected(document)


def test_every_field_of_the_loader_is_in_the_schema() -> None:
    definitions = SCHEMA["$defs"]
    assert definitions["network"]["properties"].keys() == reader.NETWORK.keys()
    assert definitions["vlan"]["properties"].keys() == vlans.VLAN.keys()
    assert definitions["tmm"]["properties"].keys() == reader.TMM.keys()
    assert definitions["tmm"]["properties"]["resources"]["properties"].keys() == reader.RESOURCE.keys()
