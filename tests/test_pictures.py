"""Test that Mermaid can draw every diagram of the program and of the documentation."""

from __future__ import annotations

import pytest

from postrender import config, conversion
from postrender.report import formats, unified_diff
from tests.configs import HEAD
from tests.docs import ROOT, blocks
from tests.mermaid import refusals

pytestmark = pytest.mark.hosts

PAGES = sorted(str(page.relative_to(ROOT)) for page in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")))
TMM = """\
apiVersion: apps/v1
kind: Deployment
metadata: {{name: f5-tmm}}
spec:
  template:
    metadata: {{annotations: {{k8s.v1.cni.cncf.io/networks: {networks}}}}}
    spec: {{containers: [{{name: f5-tmm}}]}}
"""
CONFIGS = {
    "two": "[{name: a, master: e}, {name: b, master: f}]",
    "one-nic": "[{name: a, master: e}, {name: b, master: e}]",
    "exists": "[{name: a, master: e, create: false, vlan: {tag: 7}}]",
    "odd-nic": "[{name: end, master: 'a\"];b-->c;@#<i>', interface: net_1.0}]",
    "keywords": "[{name: end, master: end}, {name: graph, master: subgraph}]",
}
ATTACHED = ["'spk/sriov-a, sriov-b@ext'", '\'[{"name": "a\\"]; end"}]\'', "'[{'", "''", "end"]


def picture(networks: str, attached: str) -> str:
    given = config.parse(f"{HEAD}spec: {{networks: {networks}}}\n".encode())
    converted = conversion.convert(TMM.format(networks=attached).encode(), given)
    written = formats.difference_as_markdown(converted, unified_diff.hunks(converted), given.networks)
    return written.partition("```mermaid\n")[2].partition("```")[0]


def test_the_programs_pictures_are_drawn() -> None:
    pictures = [picture(networks, attached) for networks in CONFIGS.values() for attached in ATTACHED]
    assert [it for it in zip(refusals(pictures), pictures, strict=True) if it[0]] == []


def test_the_pages_pictures_are_drawn() -> None:
    pictures = [block.text for page in PAGES for block in blocks(page) if block.language == "mermaid"]
    assert len(pictures) > 1
    assert [it for it in refusals(pictures) if it] == []


def test_mermaid_can_refuse_one() -> None:
    (refusal,) = refusals(['graph LR\n  a["x" --> b\n'])
    assert "Parse error" in refusal


def test_two_networks_on_one_nic_share_its_box() -> None:
    edges = [line.strip() for line in picture(CONFIGS["one-nic"], "''").splitlines() if "NIC" in line]
    assert [line.partition(" -->")[0] for line in edges] == ['n1["NIC e"]', 'n1["NIC e"]']


def test_a_network_that_exists_is_marked() -> None:
    assert "macvlan bridge, already exists<br/>a" in picture(CONFIGS["exists"], "''")


def test_what_tmm_was_attached_to_stands_before() -> None:
    before = picture(CONFIGS["two"], ATTACHED[0]).partition("subgraph after")[0]
    assert 'b1["network spk/sriov-a"] --> o1["TMM 1.1<br/>net1"]' in before
    assert 'b2["network sriov-b"] --> o2["TMM 1.2<br/>ext"]' in before
