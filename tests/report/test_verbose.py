from __future__ import annotations

import pytest

from postrender import config, conversion
from postrender.report import verbose
from postrender.yamledit.change import ADD, Change
from tests.configs import HEAD

NETWORKS = "spec: {networks: [{name: net-a, master: ens1}, {name: net-b, master: ens2, interface: ext0}]}\n"
TMM = b"""\
---
kind: Service
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: f5-tmm, namespace: spk}
spec: {template: {spec: {containers: [{name: f5-tmm}]}}}
"""


def lines(stream: bytes) -> list[str]:
    given = config.parse(f"{HEAD}{NETWORKS}".encode())
    return [*verbose.of_conversion(conversion.convert_or_pass(stream, given), given)]


def test_it_says_what_was_found_and_what_was_done() -> None:
    read, first, second, labs, added, changed = lines(TMM)
    assert read == "read 2 documents; TMM is Deployment spk/f5-tmm, document 2, <stdin>:4:1"
    assert first == "interface 1.1 is net1 in the pod: spk/net-a on ens1"
    assert second == "interface 1.2 is ext0 in the pod: spk/net-b on ens2"
    assert labs == "SPK on macvlan is for labs; F5 does not support it in production"
    assert added == "network attachments added: net-a, net-b"
    assert changed == "2 changes made and verified, by networks, veths; `spk-macvlan diff` shows each"


def test_it_says_that_nothing_was_changed() -> None:
    assert lines(b"kind: Service\n") == ["read 1 document and found no TMM, so nothing was changed"]


@pytest.mark.parametrize(
    ("rules", "line"),
    [
        ([], "nothing was changed: the stream is already converted"),
        (["a"], "1 change made and verified, by a"),
        (["a", "b", "a"], "3 changes made and verified, by a, b"),
    ],
)
def test_changes_are_counted_and_each_rule_is_named_once(rules: list[str], line: str) -> None:
    assert verbose.of_changes([Change(ADD, ("key",), "value", rule, "reason") for rule in rules]) == line
