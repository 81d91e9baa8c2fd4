"""Test the proposal of `init --from`: it contains all that the chart specifies, and never guesses a master."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from postrender import config, conversion, proposal
from postrender.config import template
from postrender.errors import ConfigError, Failure, InputError, UsageError
from postrender.yamledit import stream

Program = Callable[..., subprocess.CompletedProcess[bytes]]

EXAMPLES = Path(__file__).parents[2] / "examples" / "spk"
TMM = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: f5-tmm
  namespace: spk-ingress
spec:
  template:
    metadata:
      annotations:
        k8s.v1.cni.cncf.io/networks: {networks}
    spec:
      containers:
      - name: f5-tmm
        env:
        - {{name: TMM_DEFAULT_MTU, value: "1400"}}
        - {{name: TMM_DEFAULT_MTU, value: "{mtu}"}}
        resources:
          limits: {{cpu: "2", hugepages-2Mi: 3Gi, memory: 2Gi, intel.com/a: 1, example.com/b: 1, openshift.io/c: 1}}
"""
DEFINITION = """\
---
apiVersion: k8s.cni.cncf.io/v1
kind: NetworkAttachmentDefinition
metadata: {name: net-a, namespace: %s}
spec: {config: '%s'}
"""


def rendered(networks: str = "lab/net-a, net-b@ext", mtu: str = "9000") -> bytes:
    return TMM.format(networks=networks, mtu=mtu).encode()


def defined(cni: str, namespace: str = "lab") -> bytes:
    return (DEFINITION % (namespace, cni)).encode()


def spec(data: bytes, *masters: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(template.fill(proposal.propose(stream.read(data), masters)))["spec"]
    return found


def names(data: bytes) -> list[str]:
    return [network["name"] for network in spec(data)["networks"]]


def test_a_rendered_stream_says_all() -> None:
    assert spec(rendered()) == {
        "networks": [
            {"name": "net-a-macvlan", "master": "FILL-IN", "namespace": "lab", "mtu": 9000},
            {"name": "net-b-macvlan", "master": "FILL-IN", "interface": "ext", "mtu": 9000},
        ],
        "tmm": {
            "namespace": "spk-ingress",
            "env": {"TMM_DEFAULT_MTU": "9000"},
            "unsetResources": ["example.com/*", "intel.com/*"],
            "resources": {"cpu": 2, "hugepages-2Mi": "3Gi", "memory": "2Gi"},
        },
    }


@pytest.mark.parametrize(
    ("networks", "found"),
    [
        ("sriov-external", ["macvlan-external"]),
        (
            '\'[{"name": "a", "namespace": "x", "interface": "e"}, {"name": "b"}, {"x": 1}]\'',
            ["a-macvlan", "b-macvlan"],
        ),
        ('\'{"name": "a"}\'', ["a-macvlan"]),
        ("lab/macvlan-a", ["macvlan-a"]),
        ("n" * 60, ["n" * 55 + "-macvlan"]),
        ("''", ["macvlan-internal", "macvlan-external"]),
        ("' , '", ["macvlan-internal", "macvlan-external"]),
    ],
    ids=["sriov", "json", "one-in-json", "macvlan-already", "long", "none", "blank"],
)
def test_the_networks_keep_their_order(networks: str, found: list[str]) -> None:
    assert names(rendered(networks)) == found


def test_a_usual_mtu_is_not_said() -> None:
    said = spec(rendered(mtu="1500"))
    assert "mtu" not in said["networks"][0]


def test_what_the_stream_defines_on_macvlan_is_known() -> None:
    cni = '{"type": "macvlan", "master": "ens7", "mode": "vepa", "cniVersion": "0.3.0", "mtu": 1400}'
    known = {"name": "net-a", "master": "ens7", "namespace": "lab", "mode": "vepa", "mtu": 1400, "cniVersion": "0.3.0"}
    assert spec(rendered() + defined(cni))["networks"][0] == known


def test_a_network_of_that_name_in_another_namespace_is_another() -> None:
    here = '{"cniVersion": "0.3.1", "type": "macvlan", "mode": "bridge", "master": "x"}'
    there = here.replace('"x"', '"y"')
    found = spec(rendered() + defined(here) + defined(there, "other") + defined(there))["networks"][0]
    assert found == {"name": "net-a", "master": "x", "namespace": "lab", "cniVersion": "0.3.1"}


def test_a_network_of_which_no_config_can_say_all_is_only_referred_to() -> None:
    cni = '{"cniVersion": "0.3.1", "type": "macvlan", "mode": "bridge", "master": "x", "ipam": {"type": "dhcp"}}'
    data = rendered() + defined(cni)
    assert spec(data)["networks"][0]["create"] is False
    written = template.fill(proposal.propose(stream.read(data), ["net-b=ens9"])).encode()
    assert conversion.convert(data, config.parse(written)).output


@pytest.mark.parametrize("cni", ['{"type": "sriov", "master": "ens7"}', '{"type": "macvlan"}', "not JSON", "[]"])
def test_another_definition_says_nothing(cni: str) -> None:
    assert spec(rendered() + defined(cni))["networks"][0]["master"] == "FILL-IN"


def test_masters_of_the_command_line_are_known() -> None:
    networks = spec(rendered(), "net-b=ens9")["networks"]
    assert [network["master"] for network in networks] == ["FILL-IN", "ens9"]


def test_a_values_file_says_it_too() -> None:
    said = spec((EXAMPLES / "eras" / "values-2.1.yaml").read_bytes())
    assert [network["name"] for network in said["networks"]] == ["macvlan-external", "macvlan-internal"]
    assert said["networks"][0]["namespace"] == "spk-ingress"
    assert said["tmm"]["env"] == {"TMM_DEFAULT_MTU": "9000"}
    assert said["tmm"]["resources"] == {"cpu": 4, "hugepages-2Mi": "6Gi", "memory": "2Gi"}


def test_resources_of_a_device_plugin_in_a_values_file() -> None:
    assert spec((EXAMPLES / "switches" / "intel.yaml").read_bytes())["tmm"]["unsetResources"] == ["intel.com/*"]


def test_another_name_of_the_workload() -> None:
    assert spec(b"tmm: {name: my-tmm}\n")["tmm"]["workload"] == "my-tmm"


def test_an_instance() -> None:
    data = b"apiVersion: k8s.f5.com/v1\nkind: CNEInstance\nmetadata: {name: x}\nspec: {networkAttachments: [a, b]}\n"
    assert names(data) == ["a-macvlan", "b-macvlan"]


@pytest.mark.parametrize(
    ("instance", "product"),
    [
        pytest.param("kind: CNEInstance\nspec: {manifestVersion: 2.4.0-EA-1}", "BNK 2.4", id="2.4"),
        pytest.param("kind: CNEInstance\nspec: {manifestVersion: 2.3.1-3.2598.3-0.0.17}", "BNK 2.3", id="2.3"),
        pytest.param("kind: CNEInstance\nspec: {manifestVersion: latest}", None, id="no-version"),
        pytest.param("kind: CNEInstance\nspec: {deploymentSize: Tiny}", "BNK 2.4", id="a-size-of-2.4"),
        pytest.param("kind: CNEInstance", None, id="nothing"),
        pytest.param("kind: BNKGatewayClass", "BNK 2.1", id="the-kind-of-2.1"),
    ],
)
def test_the_product_is_proposed_where_the_stream_says_it(instance: str, product: str | None) -> None:
    found = spec(f"apiVersion: k8s.f5.com/v1\nmetadata: {{name: x}}\n{instance}\n".encode())
    assert found.get("product") == product


def test_objects_of_a_cnf_say_so() -> None:
    beside = b"---\napiVersion: k8s.f5net.com/v1\nkind: F5BigNetVlan\nmetadata: {name: x}\n"
    assert [spec(data).get("product") for data in (rendered(), rendered() + beside)] == [None, "CNF"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"apiVersion: v1\nkind: Service\n", "or annotated toda.f5.com/tmm-name, and no CNEInstance"),
        (
            b"apiVersion: charts.k8s.f5net.com/v1alpha1\nkind: SPKInstance\nmetadata: {name: a}\n",
            "of BNK 2.0-LA, which this program does not convert",
        ),
        (b"a: 1\n", "pass the file that sets them, or the output of `helm template` with that file"),
        (b"", "the file has no content; pass the file that sets TMM's keys, or the output of `helm template`"),
        (rendered("'[{'"), "the TMM's networks are not JSON that Multus accepts; correct them in the chart"),
        (
            rendered("A_b"),
            "the chart has a value that a config does not accept: spec.networks[0].name: must be a DNS label",
        ),
        (rendered(",".join(["a"] * 51)), "the TMM has 51 networks, but a config has at most 50"),
        (rendered() + b"---\n" + rendered(), "pass manifests with only one TMM"),
    ],
    ids=["no-tmm", "of-2.0-la", "neither", "empty", "no-json", "no-name", "too-many", "two-tmms"],
)
def test_what_makes_no_config_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(Failure) as raised:
        proposal.propose(stream.read(data), ())
    assert said in str(raised.value)


def test_a_network_is_given_a_new_name_and_a_master_by_either_of_its_names() -> None:
    found = spec(rendered(), "net-a=inside:ens1", "net-b-macvlan=outside:")["networks"]
    assert [(it["name"], it["master"]) for it in found] == [("inside", "ens1"), ("outside", "FILL-IN")]


def test_a_master_of_no_network_is_refused() -> None:
    with pytest.raises(
        UsageError,
        match=r"--network net-c: not a network of the chart; use one of net-a-macvlan, net-b-macvlan",
    ):
        proposal.propose(stream.read(rendered()), ["net-c=ens1"])


def test_a_master_that_no_config_takes_is_the_command_line_s_fault() -> None:
    with pytest.raises(UsageError, match=r"^--network: spec.networks\[0\].master: "):
        proposal.propose(stream.read(rendered()), ["net-a=bad nic"])


@pytest.mark.parametrize("networks", ["FILL-IN/a", "FILL-IN", "a@b,FILL-IN/c"])
def test_only_a_master_is_filled_in(networks: str) -> None:
    with pytest.raises(InputError, match="the chart has a value that a config does not accept"):
        proposal.propose(stream.read(rendered(networks)), ())


def test_an_interface_may_have_the_placeholder_s_name() -> None:
    assert [network["interface"] for network in spec(rendered("a@FILL-IN,b@nic"))["networks"]] == ["FILL-IN", "nic"]


def test_a_tmm_of_another_name_is_told_by_its_annotation() -> None:
    named = rendered().replace(
        b"name: f5-tmm\n  n", b"name: my-tmm\n  annotations: {toda.f5.com/tmm-name: f5-tmm}\n  n"
    )
    assert spec(named)["tmm"]["workload"] == "my-tmm"


@pytest.mark.parametrize(
    "limits", ["cpu: 4, hugepages-2Mi: 6Gi, memory: 8192M", "cpu: 4", "cpu: 0, hugepages-2Mi: 3Mi, memory: 0Gi", ""]
)
def test_amounts_that_no_config_can_say_stay_the_chart_s(limits: str) -> None:
    data = f"tmm: {{cniNetworks: a, resources: {{limits: {{{limits}}}}}}}\n".encode()
    assert spec(data)["tmm"] is None
    written = template.fill(proposal.propose(stream.read(data), ["a=ens1"]))
    assert config.parse(written.encode()).tmm.resources == ()
    assert "    # resources:  # written to both limits" in written


def test_no_verb_takes_the_placeholder() -> None:
    written = template.fill(proposal.propose(stream.read(rendered()), ["net-a=ens1"]))
    with pytest.raises(ConfigError) as raised:
        config.parse(written.encode(), "lab.yaml")
    said = "spec.networks[1].master: is still the placeholder FILL-IN; set it to the nodes' NIC for net-b-macvlan"
    assert str(raised.value).endswith(said)
    assert str(raised.value).startswith("lab.yaml:")


def test_check_refuses_it_by_its_name(program: Program, tmp_path: Path) -> None:
    (tmp_path / "values.yaml").write_bytes(b"tmm: {cniNetworks: sriov-a}\n")
    made = program("init", "--from", "values.yaml")
    assert (made.returncode, made.stderr) == (0, b"")
    (tmp_path / "spk-macvlan.yaml").write_bytes(made.stdout)
    done = program("check", input=rendered())
    assert done.returncode == 2
    assert b"is still the placeholder FILL-IN; set it to the nodes' NIC for macvlan-a\n" in done.stderr


def test_standard_input_is_read(program: Program) -> None:
    assert b"name: net-b-macvlan  # replaces net-b\n" in program("init", "--from", "-", input=rendered()).stdout


@pytest.mark.parametrize("name", ["nowhere.yaml", "."])
def test_a_file_that_cannot_be_read(program: Program, name: str) -> None:
    done = program("init", "--from", name)
    assert (done.returncode, done.stdout) == (3, b"")
    assert done.stderr.startswith(f"spk-macvlan: {name}: cannot be read: ".encode())
