"""Test the verb `vlans` from outside, and validate its output and every CNI config against independent schemas."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import jsonschema
import pytest
import yaml

from postrender import config as configs
from postrender import conversion
from postrender.errors import ConfigError
from postrender.yamledit import stream
from tests.configs import HEAD, TMM_NAME
from tools import case

Program = Callable[..., CompletedProcess[bytes]]

ROOT = Path(__file__).parent.parent
CONFIGS = [folder / "config.yaml" for folder in case.every()] + sorted(ROOT.glob("examples/*.yaml"))
DEFINITION = "NetworkAttachmentDefinition"
FORMATS = jsonschema.FormatChecker(["ipv4", "ipv6"])

CONFIG = (
    HEAD
    + """\
spec:
  tmm:
    namespace: spk-ingress
  networks:
  - name: macvlan-internal
    master: ens224
    mtu: 9000
    vlan:
      internal: true
      selfIPv4: [10.1.1.100, 10.1.1.101]
      prefixLengthV4: 24
      selfIPv6: ["2001:db8::100", "::ffff:10.1.1.101"]
      prefixLengthV6: 64
  - name: macvlan-storage
    master: ens225
  - name: macvlan-external
    master: ens256
    mtu: 1500
    vlan:
      tag: 7
"""
)
OBJECTS = """\
---
apiVersion: k8s.f5net.com/v1
kind: F5SPKVlan
metadata:
  name: macvlan-internal
  namespace: spk-ingress
spec:
  name: macvlan-internal
  tag: 0
  interfaces:
    - "1.1"
  internal: true
  selfip_v4s:
    - "10.1.1.100"
    - "10.1.1.101"
  prefixlen_v4: 24
  selfip_v6s:
    - "2001:db8::100"
    - "::ffff:10.1.1.101"
  prefixlen_v6: 64
  mtu: 9000
---
apiVersion: k8s.f5net.com/v1
kind: F5SPKVlan
metadata:
  name: macvlan-external
  namespace: spk-ingress
spec:
  name: macvlan-external
  tag: 7
  interfaces:
    - "1.3"
  internal: false
  mtu: 1500
"""


def schema(name: str) -> jsonschema.Draft202012Validator:
    parsed = json.loads((ROOT / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(parsed)
    return jsonschema.Draft202012Validator(parsed, format_checker=FORMATS)


VLAN, CNI = schema("f5spkvlan"), schema("macvlan-cni")


def problems(validator: jsonschema.Draft202012Validator, instance: Any) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(instance)]


def crd() -> jsonschema.Draft202012Validator:
    """Return the schema of a VLAN in the example's custom resource definition."""
    text = (ROOT / "examples/spk/crds/f5-spk-vlans.yaml").read_text(encoding="utf-8")
    (version,) = yaml.safe_load(text)["spec"]["versions"]
    return jsonschema.Draft202012Validator(version["schema"]["openAPIV3Schema"])


@pytest.fixture
def printed(program: Program, tmp_path: Path) -> Callable[[str], CompletedProcess[bytes]]:
    """Return a function that runs `vlans` with a config."""

    def run(config: str) -> CompletedProcess[bytes]:
        (tmp_path / "lab.yaml").write_text(config, encoding="utf-8")
        return program("vlans", "--config", "lab.yaml")

    return run


# Tests of the verb.


def test_the_objects_are_printed(printed: Callable[[str], CompletedProcess[bytes]]) -> None:
    done = printed(CONFIG)
    assert (done.returncode, done.stderr, done.stdout.decode()) == (0, b"", OBJECTS)


def test_what_is_printed_validates(printed: Callable[[str], CompletedProcess[bytes]]) -> None:
    objects = list(yaml.safe_load_all(printed(CONFIG).stdout))
    assert [problems(VLAN, found) for found in objects] == [[], []]
    assert [problems(crd(), found) for found in objects] == [[], []]


def test_standard_input_is_not_read(program: Program, tmp_path: Path) -> None:
    (tmp_path / "lab.yaml").write_text(CONFIG, encoding="utf-8")
    assert program("--config", "lab.yaml", "vlans", input=b"a: [").stdout.decode() == OBJECTS


def test_a_namespace_of_the_command_line_wins(program: Program, tmp_path: Path) -> None:
    (tmp_path / "spk-macvlan.yaml").write_text(CONFIG, encoding="utf-8")
    done = program("vlans", "--namespace", "other")
    assert done.stdout.decode() == OBJECTS.replace("namespace: spk-ingress", "namespace: other")


@pytest.mark.parametrize("namespace", ["a_b", "-a", "a-", "n" * 64])
def test_what_is_no_namespace_is_2(program: Program, tmp_path: Path, namespace: str) -> None:
    (tmp_path / "spk-macvlan.yaml").write_text(CONFIG, encoding="utf-8")
    done = program("vlans", f"--namespace={namespace}")
    assert (done.returncode, done.stdout) == (2, b"")
    assert "not a valid namespace" in done.stderr.decode()


@pytest.mark.parametrize(
    ("config", "sentence"),
    [
        pytest.param(CONFIG.replace("vlan:", "labels:").split("    labels:")[0], "spec.networks[].vlan", id="no-vlan"),
        pytest.param(CONFIG.replace("10.1.1.100,", "10.1.1.100/24,"), "without a prefix", id="a-prefix"),
        pytest.param(CONFIG.replace("10.1.1.100,", "'fd00::1',"), "IPv4", id="another-family"),
        pytest.param(CONFIG.replace("      prefixLengthV6: 64\n", ""), "prefixLengthV6", id="no-length"),
        pytest.param(CONFIG.replace("tag: 7", "tag: 4095"), "tag", id="tag"),
    ],
)
def test_what_cannot_be_printed_is_2(
    printed: Callable[[str], CompletedProcess[bytes]], config: str, sentence: str
) -> None:
    done = printed(config)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.count(b"\n") == 1
    assert sentence in done.stderr.decode()


# F5 documents 1500 to 9000; labs also use smaller values.
@pytest.mark.parametrize("mtu", [1280, 1350, 1500, 9000])
def test_the_mtu_of_a_lab_validates(printed: Callable[[str], CompletedProcess[bytes]], mtu: int) -> None:
    objects = yaml.safe_load_all(printed(CONFIG.replace("mtu: 9000", f"mtu: {mtu}")).stdout)
    assert [problem for found in objects for problem in problems(VLAN, found)] == []


# Tests that the schemas can refuse an object.


def altered(given: str, old: str, new: str) -> Any:
    assert old in given
    return yaml.safe_load(given.replace(old, new, 1))


ONE = OBJECTS.split("---\n")[1]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param('"1.1"', "1.1", id="a-number-for-an-interface"),
        pytest.param('"1.1"', "net1", id="the-pods-interface"),
        pytest.param('"10.1.1.100"', "10.1.1.100/24", id="a-prefix"),
        pytest.param('"10.1.1.100"', "10.1.1.300", id="no-address"),
        pytest.param('"2001:db8::100"', "10.1.1.100", id="another-family"),
        pytest.param("prefixlen_v4: 24", "prefixlen_v4: 33", id="length"),
        pytest.param("  prefixlen_v6: 64\n", "", id="no-length"),
        pytest.param("tag: 0", "tag: 4095", id="tag"),
        pytest.param("tag: 0", 'tag: "0"', id="a-text-for-a-tag"),
        pytest.param("internal: true", "internal: 1", id="internal"),
        pytest.param("mtu: 9000", "mtu: 9001", id="mtu"),
        pytest.param("mtu: 9000", "MTU: 9000", id="unknown-key"),
        pytest.param("kind: F5SPKVlan", "kind: F5BigNetVlan", id="kind"),
        pytest.param("k8s.f5net.com/v1", "k8s.f5.com/v1", id="group"),
        pytest.param("namespace: spk-ingress", "namespace: spk_ingress", id="namespace"),
    ],
)
def test_the_schema_of_vlans_refuses(old: str, new: str) -> None:
    assert problems(VLAN, yaml.safe_load(ONE)) == []
    assert problems(VLAN, altered(ONE, old, new))


SIMPLE = "{cniVersion: 0.3.1, name: a, type: macvlan, master: e, mode: bridge, mtu: 9000, bcqueuelen: 9, ipam: {}}"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("0.3.1", "0.2.0", id="version"),
        pytest.param("cniVersion: 0.3.1, ", "", id="no-version"),
        pytest.param("name: a, ", "", id="no-name"),
        pytest.param("name: a", "name: a.b", id="name"),
        pytest.param("type: macvlan", "type: ipvlan", id="type"),
        pytest.param("master: e, ", "", id="no-master"),
        pytest.param("mode: bridge", "mode: l2", id="mode"),
        pytest.param("mtu: 9000", 'mtu: "9000"', id="a-text-for-an-mtu"),
        pytest.param("bcqueuelen: 9", "bcqueuelen: -1", id="bcqueuelen"),
        pytest.param("bcqueuelen: 9", "linkInContainer: 'true'", id="linkInContainer"),
        pytest.param("bcqueuelen: 9", "mac: aa-bb-cc-dd-ee-ff", id="mac"),
        pytest.param("ipam: {}", "ipam: null", id="ipam"),
        pytest.param("ipam: {}", "ipam: []", id="a-list-for-ipam"),
    ],
)
def test_the_schema_of_cni_configs_refuses(old: str, new: str) -> None:
    assert problems(CNI, yaml.safe_load(SIMPLE)) == []
    assert problems(CNI, altered(SIMPLE, old, new))


# Tests of every definition.


def definitions(data: bytes) -> Iterator[dict[str, Any]]:
    """Yield the definitions. Documents that cannot contain one are not parsed, because some are invalid on purpose."""
    for _, start, end in stream.split(data):
        text = data[start:end]
        document = yaml.load(text, yaml.CSafeLoader) if DEFINITION.encode() in text else None
        objects = document.get("items", [document]) if isinstance(document, dict) else []
        yield from (found for found in objects if found["kind"] == DEFINITION)


def added(folder: Path) -> list[dict[str, Any]]:
    """Return the definitions that a golden case's output adds to its input."""
    result, given = (folder / name for name in ("expected.yaml", "input.yaml"))
    if not result.exists():
        return []
    present = [*definitions(given.read_bytes())]
    return [found for found in definitions(result.read_bytes()) if found not in present]


def test_every_golden_definition_validates() -> None:
    defining = {folder: found for folder in case.every() if (found := added(folder))}
    assert len(defining) > 5
    for folder, found in defining.items():
        for definition in found:
            assert definition["apiVersion"] == "k8s.cni.cncf.io/v1", folder
            cni = json.loads(definition["spec"]["config"])
            assert problems(CNI, cni) == [], folder
            assert cni["name"] == definition["metadata"]["name"], folder


TMM = b"""\
apiVersion: apps/v1
kind: Deployment
metadata: {name: %s, namespace: %s}
spec: {template: {spec: {containers: [{name: %s}]}}}
"""


def loaded(file: Path) -> configs.Config | None:
    try:
        return configs.load(str(file))
    except ConfigError:
        return None


def test_what_any_config_defines_validates() -> None:
    usable = [(file, given) for file in CONFIGS if (given := loaded(file))]
    assert len(usable) > 500
    for file, given in usable:
        cnis = defined(given)
        assert len(cnis) == sum(network.create for network in given.networks), file
        assert [problem for cni in cnis for problem in problems(CNI, cni)] == [], file


def defined(given: configs.Config) -> list[Any]:
    """Return the CNI configs of a config's networks, converted with the smallest TMM that matches.

    The patches are removed, because they would need other objects.
    """
    name, container = given.tmm.workload.encode(), (given.tmm.container or TMM_NAME).encode()
    manifests = TMM % (name, (given.tmm.namespace or "spk").encode(), container)
    converted = conversion.convert(manifests, given._replace(patches=())).output
    return [json.loads(found["spec"]["config"]) for found in definitions(converted)]


@pytest.mark.parametrize(
    ("network", "cni"),
    [
        pytest.param("mode: vepa, mtu: 68", {"mode": "vepa", "mtu": 68}, id="mode-and-mtu"),
        pytest.param("cniVersion: 1.1.0", {"cniVersion": "1.1.0"}, id="version"),
        pytest.param("cni: {bcqueuelen: 1000, linkInContainer: true}", {"bcqueuelen": 1000}, id="further-keys"),
        pytest.param("cni: {ipam: {type: static}}", {"ipam": {"type": "static"}}, id="ipam"),
        pytest.param("cni: {logFile: /tmp/x}", {"logFile": "/tmp/x"}, id="a-key-of-a-tool"),
    ],
)
def test_a_cni_config_says_what_the_network_says(network: str, cni: dict[str, Any]) -> None:
    given = configs.parse(f"{HEAD}spec: {{networks: [{{name: a, master: e, {network}}}]}}\n".encode())
    (found,) = definitions(conversion.convert(TMM % (b"f5-tmm", b"spk", b"f5-tmm"), given).output)
    written = json.loads(found["spec"]["config"])
    assert problems(CNI, written) == []
    assert written | cni == written
