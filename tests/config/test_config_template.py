from __future__ import annotations

import json
import re

import jsonschema
import pytest
import yaml

from postrender import config, files
from postrender.config import Config, Network, Tmm, reader, template
from postrender.errors import ConfigError, UsageError

PAGE_RESOURCES = (("cpu", 1), ("hugepages-2Mi", "1572Mi"), ("memory", "2Gi"))
COMMENTED_FIELD = re.compile(r"^( *)# ( *\w+:)", re.MULTILINE)


def uncommented(text: str) -> str:
    """Return the template with every commented field enabled."""
    head, spec = text.split("spec:\n")
    used = COMMENTED_FIELD.sub(r"\1\2", spec)
    return f"{head}spec:\n{used}"


PAGE = ("macvlan-internal=ens224", "macvlan-external=ens256")


def test_without_networks_it_has_the_names_of_the_page_and_no_network_card() -> None:
    written = template.text(())
    assert written.count("master: FILL-IN") == 2
    with pytest.raises(ConfigError, match=r"spec\.networks\[0\]\.master: is still the placeholder FILL-IN"):
        config.parse(written.encode())
    filled = written.replace("FILL-IN", "ens224", 1).replace("FILL-IN", "ens256", 1)
    assert config.parse(filled.encode()) == config.parse(template.text(PAGE).encode())


def test_with_the_networks_of_the_page_it_is_the_page() -> None:
    page = Config(
        networks=(
            Network("macvlan-internal", "ens224", "default"),
            Network("macvlan-external", "ens256", "default"),
        ),
        tmm=Tmm(resources=PAGE_RESOURCES),
    )
    assert config.parse(template.text(PAGE).encode()) == page


def test_it_is_the_example_s_twin() -> None:
    example = files.read_shipped("examples", "spk-macvlan.yaml")
    assert config.parse(template.text(PAGE).encode()) == config.parse(example)


@pytest.mark.parametrize(
    "networks",
    [
        pytest.param(["lab=eth1"], id="one"),
        pytest.param(["a=ens1", "b=ens2", "c=br-int.100"], id="three"),
        pytest.param(["a=1e3", "no=on", "b=k=v"], id="words that want quotes"),
        pytest.param(["a=x;y", "b=#", "c='\"", "d={}", "e=@", "f=%"], id="characters that want quotes"),
    ],
)
def test_networks_of_the_command_line(networks: list[str]) -> None:
    found = config.parse(template.text(networks).encode()).networks
    assert [f"{network.name}={network.master}" for network in found] == networks
    assert {network.namespace for network in found} == {"default"}


@pytest.mark.parametrize("networks", [["a=ens1"], ["a=ens1", "b=1e3"]], ids=["one", "two"])
def test_it_says_what_the_schema_says(networks: list[str]) -> None:
    schema = json.loads(files.read_shipped("schemas", "config.schema.json"))
    jsonschema.validate(yaml.safe_load(template.text(networks)), schema)


def test_every_field_is_shown() -> None:
    spec = yaml.safe_load(uncommented(template.text(["a=ens1"])))["spec"]
    assert spec["networks"][0].keys() == reader.NETWORK.keys()
    assert spec["tmm"].keys() == reader.TMM.keys()


def test_every_commented_field_is_valid() -> None:
    found = config.parse(uncommented(template.text(["a=ens1"])).encode())
    assert found.networks[0].mtu == 9000
    assert found.networks[0].vlan is not None
    assert found.tmm.unset_resources == ("intel.com/*",)


@pytest.mark.parametrize(
    ("networks", "said"),
    [
        (["a"], "--network a: must be NAME=MASTER, such as macvlan-internal=ens224"),
        (["a="], "--network a=: must be NAME=MASTER, such as macvlan-internal=ens224"),
        (["=ens1"], "--network =ens1: must be NAME=MASTER, such as macvlan-internal=ens224"),
        (
            ["Lab=ens1"],
            "--network: spec.networks[0].name: must be a DNS label (at most 63 characters: a-z, 0-9 and -, but no - ",
        ),
        (["a=ens1", "b=ens 2"], "--network: spec.networks[1].master: must be the name of a NIC on the node, such as "),
        (["a=ens1", "a=ens2"], "--network a: has two NICs, ens1 and ens2; keep one of them"),
        (["a=x\ny"], "--network: spec.networks[0].master: must be the name of a NIC on the node, such as ens224"),
    ],
    ids=repr,
)
def test_networks_that_are_refused(networks: list[str], said: str) -> None:
    with pytest.raises(UsageError) as raised:
        template.text(networks)
    assert str(raised.value).startswith(said)
