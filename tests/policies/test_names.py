"""Test how a policy refers to its networks: with names as text, or with variables that kustomize sets."""

from __future__ import annotations

import pytest

from postrender.config import Network, Tmm
from postrender.policies import cel
from postrender.policies.cel import Variable
from postrender.policies.names import UNSET, Names, Source

PLAIN = Network("net-a", "ens1")
PLACED = Network("net-b", "ens2", namespace="labs", interface="net1")
APART = Network("net-c", "ens3", namespace="labs", create=False)
NAMES = Names(((PLAIN, "spk"), (PLACED, "labs")))


def source(name: str, network: Network, namespace: str | None, field: str) -> Source:
    return Source(Variable(name, UNSET.format(name)), network, namespace, field)


SOURCES = [
    source("network0Name", PLAIN, "spk", "name"),
    source("network0Namespace", PLAIN, "spk", "namespace"),
    source("network1Name", PLACED, "labs", "name"),
    source("network1Namespace", PLACED, "labs", "namespace"),
]


def test_without_followed_networks_names_are_text() -> None:
    expressions = [Names().expression(it) for it in (PLAIN, PLACED, APART)]
    assert expressions == ['"net-a"', '"labs/net-b@net1"', '"labs/net-c"']
    assert (Names().variables(), [*Names().sources()]) == ({}, [])


def test_the_names_of_followed_networks_are_variables() -> None:
    assert [NAMES.expression(it) for it in (PLAIN, PLACED, APART)] == [
        "variables.network0Name",
        'variables.network1Namespace + "/" + variables.network1Name + "@net1"',
        '"labs/net-c"',
    ]
    assert [*NAMES.sources()] == SOURCES
    assert [*NAMES.variables()] == [it.variable.name for it in SOURCES]


def test_a_network_without_a_namespace_has_no_variable_for_it() -> None:
    assert [*Names(((PLAIN, None),)).sources()] == [source("network0Name", PLAIN, None, "name")]


@pytest.mark.parametrize(
    ("names", "namespace", "expected"),
    [
        pytest.param(NAMES, "spk", SOURCES[1], id="of-a-network-beside-tmm"),
        pytest.param(NAMES, "labs", SOURCES[3], id="of-a-network-with-a-namespace-of-its-own"),
        pytest.param(NAMES, "other", "other", id="no-network-beside-tmm"),
        pytest.param(Names(), "spk", "spk", id="nothing-follows"),
        pytest.param(NAMES, None, None, id="of-no-namespace"),
    ],
)
def test_the_namespace_of_tmm(names: Names, namespace: str | None, expected: object) -> None:
    assert names.tmm_namespace(Tmm(namespace=namespace)) == expected


@pytest.mark.parametrize(
    ("parts", "expression"),
    [
        ([], '""'),
        (["a", "b"], '"ab"'),
        ([SOURCES[0].variable], "variables.network0Name"),
        (["/", SOURCES[0].variable, "@", "x"], '"/" + variables.network0Name + "@x"'),
    ],
)
def test_texts_and_variables_become_one_expression(parts: list[cel.Part], expression: str) -> None:
    assert cel.joined(parts) == expression
