"""How a policy names its networks: as text, or as variables of kustomize."""

from __future__ import annotations

import json

import pytest

from postrender.config import Network, Tmm
from postrender.policies import cel
from postrender.policies.cel import Variable
from postrender.policies.names import Names

PLAIN = Network("net-a", "ens1")
PLACED = Network("net-b", "ens2", namespace="labs", interface="net1")
APART = Network("net-c", "ens3", namespace="labs", create=False)
NAMES = Names(((PLAIN, "spk"), (PLACED, "labs")))
OF_PLAIN = "NetworkAttachmentDefinition/spk/net-a/metadata"
OF_PLACED = "NetworkAttachmentDefinition/labs/net-b/metadata"


def test_without_followed_networks_names_are_text() -> None:
    assert [cel.literal(*Names().reference(it)) for it in (PLAIN, PLACED, APART)] == [
        '"net-a"',
        '"labs/net-b@net1"',
        '"labs/net-c"',
    ]
    assert Names().variables() == []


def test_the_names_of_followed_networks_are_variables() -> None:
    assert NAMES.reference(PLAIN) == [Variable(f"{OF_PLAIN}.name")]
    assert NAMES.reference(PLACED) == [
        Variable(f"{OF_PLACED}.namespace"),
        "/",
        Variable(f"{OF_PLACED}.name"),
        "@net1",
    ]
    assert NAMES.reference(APART) == ["labs", "/", "net-c"]


@pytest.mark.parametrize(
    ("names", "namespace", "expected"),
    [
        pytest.param(NAMES, "spk", Variable(f"{OF_PLAIN}.namespace"), id="of-a-network-beside-tmm"),
        pytest.param(Names(((PLACED, "labs"),)), "spk", "spk", id="no-network-beside-tmm"),
        pytest.param(Names(), "spk", "spk", id="nothing-follows"),
        pytest.param(NAMES, None, None, id="of-no-namespace"),
    ],
)
def test_the_namespace_of_tmm(names: Names, namespace: str | None, expected: object) -> None:
    assert names.tmm_namespace(Tmm(namespace=namespace)) == expected


def test_a_variable_for_each_field_of_a_definition() -> None:
    names = Names(((PLAIN, None), (PLACED, "labs")))
    found = [(it["name"], it["objref"].get("namespace"), it["fieldref"]["fieldpath"]) for it in names.variables()]
    assert found == [
        ("NetworkAttachmentDefinition/net-a/metadata.name", None, "metadata.name"),
        (f"{OF_PLACED}.name", "labs", "metadata.name"),
        (f"{OF_PLACED}.namespace", "labs", "metadata.namespace"),
    ]
    assert {it["objref"]["name"] for it in names.variables()} == {"net-a", "net-b"}


def test_the_cni_config_follows_too_and_hides_other_dollar_signs() -> None:
    network = PLAIN._replace(cni=(("note", "$(X) $$ $"),))
    text = Names(((network, None),)).cni_config(network)
    assert '"name": "$(NetworkAttachmentDefinition/net-a/metadata.name)"' in text
    assert text.count("$(") == 1
    assert "$$" not in text
    assert json.loads(text)["note"] == "$(X) $$ $"
    assert json.loads(Names().cni_config(network)) == {**json.loads(text), "name": "net-a"}


@pytest.mark.parametrize(
    ("text", "literal"),
    [
        ("$(A)", r'"\u0024(A)"'),
        ("$$", r'"\u0024\u0024"'),
        ("$$(A)", r'"\u0024\u0024(A)"'),
        ("$$$(", r'"\u0024\u0024\u0024("'),
        ("$A $", '"$A $"'),
    ],
)
def test_a_literal_has_nothing_that_kustomize_replaces(text: str, literal: str) -> None:
    assert cel.literal(text) == literal
    assert cel.literal(Variable("V"), text) == f'"$(V){literal[1:]}'
