"""Test configs that cannot work: the program refuses them if it can know, and otherwise the plugin refuses the pod."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from tests.network.emitted import INTERNAL, TMM, Attachment, Emit, config
from tests.network.lab import Lab, Refused

pytestmark = pytest.mark.root

Program = Callable[..., CompletedProcess[bytes]]
Said = Callable[[str, object], None]


@pytest.fixture
def run(program: Program, tmp_path: Path) -> Program:
    """Return a function that runs a verb with a config whose only network has these fields, on the usual TMM."""

    def run(*words: str, **fields: object) -> CompletedProcess[bytes]:
        (tmp_path / "lab.yaml").write_text(config({**INTERNAL, **fields}), encoding="utf-8")
        return program(*words, "--config", "lab.yaml", input=TMM.encode())

    return run


@pytest.fixture
def require_said(run: Program) -> Said:
    """Require that `render` and `check` refuse this value for a field of a network, and name its location."""

    def require(field: str, value: object) -> None:
        for verb in ("render", "check"):
            done = run(verb, **{field: value})
            assert (done.returncode, done.stdout) == (2, b"")
            assert f"spec.networks[0].{field}: ".encode() in done.stderr

    return require


@pytest.fixture
def usual(emit: Emit) -> Attachment:
    return emit(INTERNAL).attachments[0]


def changed(attachment: Attachment, **fields: object) -> Attachment:
    """Return the attachment as it would be if the program accepted a value."""
    kept: dict[str, Any] = {**json.loads(attachment.config), **fields}
    return Attachment(attachment.interface, json.dumps(kept))


def require_refused(lab: Lab, attachment: Attachment, message: str) -> None:
    """Require that the plugin refuses the attachment with this message, and leaves the pod unchanged."""
    pod = lab.namespace()
    with pytest.raises(Refused, match=message):
        lab.add(pod, attachment)
    assert pod.interfaces() == []


@pytest.mark.parametrize("mode", ["source", "passthrough", "Bridge"])
def test_a_mode_that_the_plugin_does_not_know(lab: Lab, require_said: Said, usual: Attachment, mode: str) -> None:
    require_said("mode", mode)
    lab.wire("ens224")
    require_refused(lab, changed(usual, mode=mode), f'unknown macvlan mode: "{mode}"')


@pytest.mark.parametrize(
    ("name", "message"),
    [
        pytest.param("sixteen-letters-", "interface name is too long", id="too long"),
        pytest.param("a/b", "interface name contains / or : or whitespace", id="slash"),
        pytest.param("a:b", "interface name contains / or : or whitespace", id="colon"),
        pytest.param("a b", "interface name contains / or : or whitespace", id="space"),
        pytest.param(".", r"interface name is \. or \.\.", id="dot"),
        pytest.param("..", r"interface name is \. or \.\.", id="two dots"),
        pytest.param("", r"\[CNI_IFNAME\] missing", id="empty"),
        pytest.param("lo", 'failed to rename macvlan to "lo": file exists', id="the pod's own lo"),
    ],
)
def test_an_interface_name_that_the_plugin_refuses(
    lab: Lab, require_said: Said, usual: Attachment, name: str, message: str
) -> None:
    require_said("interface", name)
    lab.wire("ens224")
    require_refused(lab, usual._replace(interface=name), message)


def test_the_pods_own_eth0_is_taken(lab: Lab, require_said: Said, usual: Attachment) -> None:
    require_said("interface", "eth0")
    lab.wire("ens224")
    pod = lab.namespace()
    pod.netlink.link("add", ifname="eth0", kind="bridge")
    own = pod.index("eth0")
    with pytest.raises(Refused, match='failed to rename macvlan to "eth0": file exists'):
        lab.add(pod, usual._replace(interface="eth0"))
    assert (pod.interfaces(), pod.index("eth0")) == (["eth0"], own)


@pytest.mark.parametrize(
    ("mtu", "message"),
    [
        pytest.param(67, "failed to create macvlan: invalid argument", id="below the kernel's least"),
        pytest.param(65536, "invalid MTU 65536, must be [0, master MTU(65535)]", id="above the kernel's largest"),
        pytest.param(-1, "invalid MTU -1, must be [0, master MTU(65535)]", id="negative"),
    ],
)
def test_an_mtu_that_no_nic_has(lab: Lab, require_said: Said, usual: Attachment, mtu: int, message: str) -> None:
    require_said("mtu", mtu)
    lab.wire("ens224", mtu=65535)
    require_refused(lab, changed(usual, mtu=mtu), re.escape(message))


@pytest.mark.parametrize("version", ["0.1.0", "0.2.0"])
def test_a_version_whose_answer_needs_an_address(lab: Lab, require_said: Said, usual: Attachment, version: str) -> None:
    require_said("cniVersion", version)
    lab.wire("ens224")
    with pytest.raises(Refused, match="cannot convert: no valid IP addresses"):
        lab.add(lab.namespace(), changed(usual, cniVersion=version))


def test_the_name_is_not_left_to_multus(lab: Lab, usual: Attachment) -> None:
    lab.wire("ens224")
    require_refused(lab, changed(usual, name=""), "missing network name")


# Tests of mistakes that only a node can detect, so the program cannot report them earlier.


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        pytest.param({"master": "ens999"}, "Link not found", id="no such NIC"),
        pytest.param({"mtu": 9000}, "invalid MTU 9000, must be [0, master MTU(1500)]", id="an mtu above the NIC's"),
    ],
)
def test_what_the_node_lacks_only_the_plugin_can_say(
    lab: Lab, emit: Emit, run: Program, fields: dict[str, object], message: str
) -> None:
    done = run("check", "--strict", "--ignore", "network-order", **fields)  # the config needs only one network here
    assert done.returncode == 0
    lab.wire("ens224")
    require_refused(lab, emit({**INTERNAL, **fields}).attachments[0], re.escape(message))
