"""Test that the file of each verb has the interface that the program expects.

The type checker compares these tables with the protocols.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.cli import commands
from postrender.cli.commands import (
    check,
    cmp,
    completion,
    diff,
    explain,
    helm_plugin,
    init,
    krm,
    networks,
    render,
    schema,
    values,
    verify,
    vlans,
)
from postrender.cli.commands import compile as compiling

if TYPE_CHECKING:
    from postrender.cli.commands import Verb

VERBS: dict[str, Verb] = {
    "render": render,
    "values": values,
    "compile": compiling,
    "diff": diff,
    "check": check,
    "verify": verify,
    "explain": explain,
    "init": init,
    "networks": networks,
    "vlans": vlans,
    "schema": schema,
    "completion": completion,
    "helm-plugin": helm_plugin,
    "cmp": cmp,
    "krm": krm,
}


def test_the_table_has_every_verb() -> None:
    assert VERBS.keys() == {*commands.VERBS}
    assert all(commands.load(verb) is file for verb, file in VERBS.items())
