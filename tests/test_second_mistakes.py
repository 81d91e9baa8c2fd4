"""Test more beginners' mistakes: wrong files, options of other programs, and the output of other Helm commands."""

from __future__ import annotations

import gzip
import os
import subprocess
from pathlib import Path

import pytest

from tests.configs import HEAD
from tests.conftest import PROGRAM, Program
from tests.test_mistakes import TMM, TWO, config, found, said

TEMPLATE = '---\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  {{- include "labels" . }}\n'


@pytest.mark.parametrize(
    ("words", "advice"),
    [
        (["convert"], "convert is not a verb; to convert a file, use `spk-macvlan < FILE`"),
        (["validate"], "validate is not a verb; did you mean check?"),
        (["--dry-run"], "unknown option --dry-run; use the verb diff"),
        (["check", "-n", "lab"], "check has no option -n; set spec.tmm.namespace in the config"),
        (["init", "rendered.yaml"], "use --from FILE for a chart's values file or rendered manifests"),
        (["init", "--network", "a=b", "c=d"], "give each network its own --network c=d"),
        (["init", "--network", "a", "ens1"], "write --network a=ens1;"),
        (["init", "--network", "a", "=", "ens1"], "write --network a=ens1;"),
        (["init", "--network", "a=", "ens1"], "write --network a=ens1;"),
        (["init", "--network", "a=ens1", "--network", "a=ens2"], "a: has two NICs, ens1 and ens2; keep one of them"),
        (["diff", "--json"], "unknown option --json; write --format json"),
        (["revert"], "to undo the conversion, run `helm upgrade` without --post-renderer"),
        (["install", "spk"], "install is a Helm command"),
        (["init", "--network", "a=ens1,b=ens2"], "names more than one network; repeat --network for each"),
    ],
)
def test_words_of_other_programs(called: Program, words: list[str], advice: str) -> None:
    (line,) = said(called(*words), 2)
    assert advice in line


@pytest.mark.parametrize("verb", ["diff", "check"])
def test_a_config_among_the_manifests(called: Program, tmp_path: Path, verb: str) -> None:
    (tmp_path / "rendered.yaml").write_text(TMM)
    config(tmp_path, f"{{networks: {TWO}}}")
    (line,) = said(called(verb, "lab.yaml", "rendered.yaml"), 2)
    assert line.startswith("lab.yaml is a config; ")
    assert line.endswith("use --config lab.yaml")


def test_a_config_of_another_version_is_still_one(called: Program, tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text(f"{HEAD}spec: {{networks: {TWO}}}\n".replace("v1alpha1", "v7"))
    (line,) = said(called("check", "c.yaml"), 2)
    assert "apiVersion: must be " in line


def test_a_file_that_is_unchanged_among_several_is_named(called: Program, tmp_path: Path) -> None:
    file = config(tmp_path, f"{{networks: {TWO}}}")
    (tmp_path / "before.yaml").write_text(TMM)
    (tmp_path / "after.yaml").write_bytes(called("--config", file, input=TMM.encode()).stdout)
    done = called("diff", "--config", file, "before.yaml", "after.yaml")
    assert done.stderr == b"spk-macvlan: after.yaml: nothing changes\n"
    assert done.returncode == 1


def test_manifests_in_the_place_of_the_config(called: Program, tmp_path: Path) -> None:
    (tmp_path / "rendered.yaml").write_text(f"{TMM}{TMM}")
    (line,) = said(called("--config", "rendered.yaml"), 2)
    assert line.endswith("this file contains manifests, not an spk-macvlan config; pass it on standard input")


@pytest.mark.parametrize(
    ("data", "status", "advice"),
    [
        (gzip.compress(TMM.encode()), 3, "is compressed (gzip); if it is a packaged chart, render it first"),
        (TEMPLATE.encode(), 3, "; the line is from a template: render it first"),
        (
            b"==> Linting chart: a: b\n",
            3,
            "the document contains no Kubernetes object: check the command before the pipe",
        ),
        (b"a: b\n", 4, "no Kubernetes object on standard input; check the command before the pipe"),
    ],
    ids=["packaged", "template", "text", "values"],
)
def test_what_is_no_manifests(called: Program, tmp_path: Path, data: bytes, status: int, advice: str) -> None:
    (line,) = said(called("--config", config(tmp_path, f"{{networks: {TWO}}}"), input=data), status)
    assert line.endswith(advice)


def test_a_charts_own_file(called: Program, tmp_path: Path) -> None:
    (tmp_path / "values.yaml").write_text("replicas: 1\n")
    (line,) = said(called("diff", "--config", config(tmp_path, f"{{networks: {TWO}}}"), "values.yaml"), 4)
    assert line.startswith("no Kubernetes object in values.yaml; pass the output of `helm template`")


@pytest.mark.parametrize(
    "text",
    [
        "failed to load plugins: error unmarshaling\n",
        "WARNING: Kubernetes configuration file is group-readable. Location: /a\n",
        "install.go:200: [debug] Original chart version\n",
        "hello world\n",
    ],
)
def test_text_before_the_stream(called: Program, tmp_path: Path, text: str) -> None:
    file = config(tmp_path, f"{{networks: {TWO}}}")
    ((rule, level, message, _),) = found(called, file, text + TMM)
    assert (rule, level) == ("text", "error")
    assert message.startswith(f"this is not a Kubernetes object: {text.strip()[:60]}")
    done = called("--config", file, input=(text + TMM).encode())
    assert done.returncode == 0
    assert b"<stdin>:1:1: error: this is not a Kubernetes object: " in done.stderr
    assert called("--strict", "--config", file, input=(text + TMM).encode()).returncode == 1


@pytest.mark.parametrize("head", ["# a comment: of Helm's\n", "\n\n", "%YAML 1.1\n", "a: 1\n", "...\n"])
def test_what_may_stand_before_the_stream(called: Program, tmp_path: Path, head: str) -> None:
    done = called("--config", config(tmp_path, f"{{networks: {TWO}}}"), input=(head + TMM).encode())
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_config_with_another_ending(called: Program, tmp_path: Path) -> None:
    (tmp_path / "spk-macvlan.yml").write_text(f"{HEAD}spec: {{networks: {TWO}}}\n")
    (line,) = said(called(), 2)
    assert line == "no config found, but spk-macvlan.yml exists; rename it to spk-macvlan.yaml, or use --config"


def test_a_key_without_a_space_after_its_colon(called: Program, tmp_path: Path) -> None:
    (tmp_path / "odd.yaml").write_text(f"{HEAD}spec:\n  networks:\n  - name:macvlan-internal\n    master: ens224\n")
    (line,) = said(called("--config", "odd.yaml"), 2)
    assert line.endswith("a key on this line or the line above has no space after its colon; add a space")


@pytest.mark.parametrize(
    ("spec", "advice"),
    [
        ("tmm: {resources: {hugepages-2Mi: 1572}}", "must be a quantity with a unit, such as 1572Mi"),
        ("patches: [{target: {kind: A}, patch: '- op: remove'}]", "must be a list of operations, not a string; "),
    ],
)
def test_values_in_a_usual_other_form(called: Program, tmp_path: Path, spec: str, advice: str) -> None:
    (line,) = said(called("--config", config(tmp_path, f"{{networks: {TWO}, {spec}}}")), 2)
    assert advice in line


def test_an_ipam_of_its_own(called: Program, tmp_path: Path) -> None:
    networks = TWO.replace("ens224}", "ens224, cni: {ipam: {type: whereabouts}}}")
    ((rule, level, _, path),) = found(called, config(tmp_path, f"{{networks: {networks}}}"))
    assert (rule, level, path) == ("network-ipam", "warning", "spec.networks[0].cni.ipam")


def test_the_values_way_of_a_variable_that_the_chart_lists(called: Program, tmp_path: Path) -> None:
    file = config(tmp_path, f'{{networks: {TWO}, tmm: {{env: {{TMM_MAPRES_DELAY_MS: "1", OTHER: a}}}}}}')
    done = called("values", "--config", file, input=b"f5-tmm: {tmm: {customEnvVars: [{name: A, value: b}]}}\n")
    assert done.returncode == 0
    assert done.stderr.count(b"[repeated-variables]") == 1
    assert b"the chart's template also lists TMM_MAPRES_DELAY_MS" in done.stderr


# Tests of what the shell and Helm do.


@pytest.mark.parametrize(
    "words", ['"$0" --config lab.yaml < same > same', '"$0" init > lab.yaml; "$0" --config lab.yaml > lab.yaml']
)
def test_a_shell_that_has_emptied_the_input(environment: dict[str, str], tmp_path: Path, words: str) -> None:
    config(tmp_path, f"{{networks: {TWO}}}")
    (tmp_path / "same").write_text(TMM)
    command = ["bash", "-c", words, PROGRAM]
    done = subprocess.run(command, cwd=tmp_path, env=environment, input=b"", capture_output=True, check=False)
    assert b"which the shell has emptied" in done.stderr
    assert done.returncode == 2


@pytest.mark.parametrize("words", [["check"], ["init"], ["--help"], ["--version"], ["diff"], ["networks"]])
def test_helm_as_the_parent(environment: dict[str, str], tmp_path: Path, words: list[str]) -> None:
    """A program called helm starts ours, as Helm 3 starts a post-renderer whose arguments name a verb."""
    helm = tmp_path / "helm"
    os.symlink("/bin/bash", helm)
    command = [str(helm), "-c", '"$0" "$@"; exit $?', PROGRAM, *words]
    done = subprocess.run(command, cwd=tmp_path, env=environment, input=TMM.encode(), capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"Helm uses the output as the release; remove " in done.stderr


def test_a_config_is_no_chart(called: Program, tmp_path: Path) -> None:
    (line,) = said(called("init", "--from", config(tmp_path, f"{{networks: {TWO}}}")), 2)
    assert line.endswith("pass it to another verb with --config")


def test_a_file_in_the_place_of_the_directory(called: Program, tmp_path: Path) -> None:
    (tmp_path / "rendered.yaml").write_text(TMM)
    words = ("--config", config(tmp_path, f"{{networks: {TWO}}}"), "--format", "kustomize", "rendered.yaml")
    (line,) = said(called("compile", *words), 2)
    assert line.startswith("rendered.yaml is a file, but compile writes to a directory; ")


@pytest.mark.parametrize(
    ("vlan", "problem"),
    [
        ("selfIPv4: [10.1.1.0], prefixLengthV4: 24", "10.1.1.0 is the network address of its /24 subnet"),
        ("selfIPv4: [10.1.1.1, 10.1.1.255], prefixLengthV4: 24", "10.1.1.255 is the broadcast address of its /24"),
        ("selfIPv4: [127.0.0.1], prefixLengthV4: 8", "127.0.0.1 is a loopback address"),
        ("selfIPv4: [224.0.0.5], prefixLengthV4: 24", "224.0.0.5 is a reserved or multicast address"),
        ('selfIPv6: ["::1"], prefixLengthV6: 64', "::1 is a loopback address"),
        ('selfIPv6: ["FF02::1"], prefixLengthV6: 64', "FF02::1 is a reserved or multicast address"),
    ],
)
def test_a_self_ip_that_no_interface_can_have(called: Program, tmp_path: Path, vlan: str, problem: str) -> None:
    networks = f"[{{name: a, master: ens1, vlan: {{{vlan}}}}}]"
    (line,) = said(called("vlans", "--config", config(tmp_path, f"{{networks: {networks}}}")), 2)
    assert f"vlan.selfIP{vlan[6:8]}[" in line
    assert f": {problem}" in line


@pytest.mark.parametrize(
    "vlan", ["10.1.1.0], prefixLengthV4: 31", "10.1.1.7], prefixLengthV4: 32", "10.1.0.255], prefixLengthV4: 16"]
)
def test_a_self_ip_that_only_looks_odd(called: Program, tmp_path: Path, vlan: str) -> None:
    networks = f"[{{name: a, master: ens1, vlan: {{selfIPv4: [{vlan}}}}}]"
    assert called("vlans", "--config", config(tmp_path, f"{{networks: {networks}}}")).returncode == 0


@pytest.mark.parametrize(
    ("master", "what"),
    [
        ("net2", "an interface in the pod"),
        ("sriovInternal", "an SR-IOV resource"),
        ("sriov-internal", "an SR-IOV resource"),
        ("<ens256>", "a placeholder"),
        ("your-nic-here", "a placeholder"),
    ],
)
def test_a_master_that_is_no_nic(called: Program, tmp_path: Path, master: str, what: str) -> None:
    file = config(tmp_path, f"{{networks: [{{name: a, master: {master}}}]}}")
    reported = [it for it in found(called, file, TMM) if it[0] == "master-name"]
    ((_, level, message, _),) = reported
    assert level == "warning"
    name = master.strip("'")
    assert message == f"{name} looks like {what}, not like a NIC of the node"


@pytest.mark.parametrize("master", ["network0", "netdev1", "br-ex", "bond0.100", "lan", "nic1"])
def test_a_master_with_an_unusual_name(called: Program, tmp_path: Path, master: str) -> None:
    file = config(tmp_path, f"{{networks: [{{name: a, master: {master}}}]}}")
    assert [it for it in found(called, file, TMM) if it[0] == "master-name"] == []


def test_the_type_of_the_cni_config(called: Program, tmp_path: Path) -> None:
    file = config(tmp_path, "{networks: [{name: a, master: ens1, cni: {type: ipvlan}}]}")
    (line,) = said(called("vlans", "--config", file), 2)
    assert ".cni.type: is always macvlan; remove it" in line


def test_a_no_break_space_is_no_indentation(called: Program, tmp_path: Path) -> None:
    (tmp_path / "odd.yaml").write_text(
        f"{HEAD}spec:\n  networks:\n  - name: a\n    master: ens1\n   \xa0mode: bridge\n"
    )
    (line,) = said(called("networks", "--config", "odd.yaml"), 2)
    assert " is indented with a no-break space (U+00A0); use spaces, as YAML requires" in line


def test_a_list_that_is_less_indented_than_the_last_one(called: Program, tmp_path: Path) -> None:
    (tmp_path / "odd.yaml").write_text(f"{HEAD}spec:\nnetworks:\n  - name: a\n    master: ens1\n  tmm: {{}}\n")
    (line,) = said(called("networks", "--config", "odd.yaml"), 2)
    assert "this line is indented less than the list above it" in line


def test_manifests_that_init_would_leave_unread(program: Program, tmp_path: Path) -> None:
    file = tmp_path / "rendered.yaml"
    file.write_text(TMM)
    with file.open("rb") as given:
        done = subprocess.run([PROGRAM, "init"], stdin=given, capture_output=True, cwd=tmp_path, check=False)
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"to propose a config from them, add --from -" in done.stderr


@pytest.mark.parametrize("line", ["Error: something failed", "WARNING: this chart is deprecated"])
def test_text_below_the_stream(called: Program, tmp_path: Path, line: str) -> None:
    file = config(tmp_path, f"{{networks: {TWO}}}")
    for end in ("\n", "\n\n", ""):
        ((rule, level, message, _),) = found(called, file, TMM + line + end)
        assert (rule, level, message) == ("text", "error", f"this is not a Kubernetes object: {line}")
    done = called("check", "--config", file, input=(TMM + line).encode())
    assert f"<stdin>:{TMM.count(chr(10)) + 1}:1: error: " in done.stdout.decode()


def test_replicas_that_are_no_number(called: Program, tmp_path: Path) -> None:
    file = config(tmp_path, f"{{networks: {TWO}}}")
    stream = TMM.replace("spec:\n", "spec:\n  replicas: abc\n", 1)
    assert ("replicas", "error", "replicas is abc, but must be a whole number") in [
        it[:3] for it in found(called, file, stream)
    ]
    for good in ("2", "null", "~", ""):
        assert [it for it in found(called, file, stream.replace("abc", good)) if it[0] == "replicas"] == []


def test_a_network_has_one_nic(called: Program, tmp_path: Path) -> None:
    file = config(tmp_path, "{networks: [{name: a, master: 'eth0,eth1'}]}")
    (line,) = said(called("--config", file, input=TMM.encode()), 2)
    assert line.endswith("master: eth0,eth1 is a list, but a network has one NIC; add a network for each NIC")
