"""Test beginners' mistakes and the messages about them. Each mistake once gave no message, or a misleading one."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from tests.configs import HEAD
from tests.conftest import PROGRAM, Program

TWO = "[{name: macvlan-internal, master: ens224}, {name: macvlan-external, master: ens256}]"
TMM = """\
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: f5-tmm, namespace: lab}
spec:
  strategy: {type: Recreate}
  template:
    metadata:
      annotations: {k8s.v1.cni.cncf.io/networks: "sriov-internal,sriov-external"}
    spec:
      containers:
      - {name: f5-tmm, resources: {limits: {cpu: 1, memory: 2Gi}}}
"""


def config(folder: Path, spec: str) -> str:
    file = folder / "lab.yaml"
    file.write_text(f"{HEAD}spec: {spec}\n")
    return str(file)


def said(done: CompletedProcess[bytes], status: int) -> list[str]:
    """Return the lines of standard error; standard output must be empty."""
    assert (done.returncode, done.stdout) == (status, b"")
    return [line.removeprefix("spk-macvlan: ") for line in done.stderr.decode().splitlines()]


def found(called: Program, file: str, stream: str = TMM) -> list[tuple[str, str, str, str]]:
    """Return the rule, level, message and path of each finding of `check`, without the notes that every TMM gets."""
    done = called("check", "--config", file, "--format", "json", input=stream.encode())
    findings: list[dict[str, Any]] = json.loads(done.stdout)["findings"]
    return [(it["rule"], it["level"], it["message"], it["path"]) for it in findings if it["rule"] != "interfaces"]


# Tests of `init`.


@pytest.mark.parametrize(
    ("words", "advice"),
    [
        (["ens224=macvlan-internal"], "macvlan-internal=ens224"),
        (["ens1=macvlan-internal", "ens2=macvlan-external"], "macvlan-internal=ens1"),
        (["lan=macvlan-internal", "macvlan-internal=ens2"], "macvlan-internal=lan"),
        (["bond0=inside"], "inside=bond0"),
    ],
)
def test_a_nic_and_its_network_the_wrong_way_round(called: Program, words: list[str], advice: str) -> None:
    (line,) = said(called("init", *(f"--network={it}" for it in words)), 2)
    assert line == f"--network {words[0]}: the network comes first, then the NIC; write --network {advice}"


@pytest.mark.parametrize("name", ["sriov-internal", "macvlan-internal"], ids=["of-the-chart", "proposed"])
def test_the_wrong_way_round_for_a_network_of_the_chart(called: Program, tmp_path: Path, name: str) -> None:
    (tmp_path / "rendered.yaml").write_text(TMM)
    (line,) = said(called("init", "--from", "rendered.yaml", "--network", f"lan={name}"), 2)
    assert line.endswith(f"write --network {name}=lan")


@pytest.mark.parametrize("network", ["lan=uplink", "macvlan-internal=ens224", "eth-net=br0", "ens224=ens256"])
def test_what_may_be_meant_is_accepted(called: Program, network: str) -> None:
    assert called("init", "--network", network).returncode == 0


REPEATED = """[{name: A, value: a}, {name: D, value: "1"}, {name: A, value: "two: words"}, {name: V, value: v},
        {name: V, valueFrom: {fieldRef: {fieldPath: metadata.name}}}, {name: TMM_MAPRES_HUGEPAGES, value: "1"},
        {name: TMM_MAPRES_HUGEPAGES, value: "2"}, {name: PCIDEVICE_A, value: a}, {name: PCIDEVICE_A, value: b}]"""


def test_a_variable_that_the_chart_lists_twice_is_proposed_once(called: Program, tmp_path: Path) -> None:
    stream = TMM.replace("{name: f5-tmm, resources", f"{{name: f5-tmm, env: {REPEATED}, resources")
    (tmp_path / "rendered.yaml").write_text(stream)
    nics = ["--network=sriov-internal=ens224", "--network=sriov-external=ens256"]
    text = called("init", "--from", "rendered.yaml", *nics).stdout.decode()
    assert "    # The chart lists A twice, but Helm 4 (server-side apply) refuses duplicates; setting" in text
    assert '    env: {"A": "two: words"}\n' in text
    (tmp_path / "lab.yaml").write_text(text)
    converted = called("--config", "lab.yaml", input=stream.encode()).stdout.decode()
    assert converted.count("name: A,") == 1
    # The variable V is repeated, too, but has no plain value.
    assert "repeated-variables" in str(found(called, "lab.yaml", stream))


# Tests of the config.


def test_every_mistake_is_a_line(called: Program, tmp_path: Path) -> None:
    networks = "[{name: a_b, master: ens1, mtu: 10, modes: x}, {name: b}]"
    file = config(tmp_path, f"{{networks: {networks}, tmm: {{env: {{A: 1}}}}, patches: {{}}, strict: yes}}")
    lines = said(called("--config", file), 2)
    assert [line.split(": ")[1] for line in lines] == [
        "spec.networks[0].modes",
        "spec.networks[0].name",
        "spec.networks[0].mtu",
        "spec.networks[1]",
        "spec.tmm.env.A",
        "spec.patches",
        "spec.strict",
    ]
    assert said(called("check", file), 2) == lines
    document = called("--config", file, "--on-error-document")
    assert document.returncode == 0
    assert [line.strip().removeprefix("spk-macvlan: ") for line in document.stdout.decode().splitlines()[1:]] == lines


def test_twenty_mistakes_are_told_and_the_others_counted(called: Program, tmp_path: Path) -> None:
    networks = ", ".join("{name: A}" for _ in range(15))
    *lines, last = said(called("--config", config(tmp_path, f"{{networks: [{networks}]}}")), 2)
    assert (len(lines), last) == (20, "10 more mistakes; correct those above first")


def test_a_list_of_networks_below_tmm(called: Program, tmp_path: Path) -> None:
    (line,) = said(called("--config", config(tmp_path, "{networks: , tmm: [{name: a, master: b}]}")), 2)
    assert line.endswith("spec.tmm: this list is under tmm, but networks is empty; move the list under networks")


@pytest.mark.parametrize(("amount", "advice"), [("1.5Gi", "1536Mi"), ("0.5Gi", "512Mi"), ("2.0Gi", "2048Mi")])
def test_a_fraction_is_written_without_one(called: Program, tmp_path: Path, amount: str, advice: str) -> None:
    file = config(tmp_path, f"{{networks: {TWO}, tmm: {{resources: {{memory: {amount}}}}}}}")
    (line,) = said(called("--config", file), 2)
    assert line.endswith(f"must be a whole number of Mi or Gi; write {advice}, not {amount}")


@pytest.mark.parametrize("path", ["-", "/dev/stdin"])
def test_a_config_on_standard_input(called: Program, path: str) -> None:
    (line,) = said(called("--config", path), 2)
    assert line == f"--config {path}: the manifests come from standard input, so the config must be a file"


def test_a_config_in_the_place_of_manifests(called: Program, tmp_path: Path) -> None:
    file = config(tmp_path, f"{{networks: {TWO}}}")
    (line,) = said(called("--config", file, input=Path(file).read_bytes()), 4)
    assert line.startswith("this is an spk-macvlan config, not manifests; pass it with --config FILE")


@pytest.mark.parametrize("words", [[], ["diff"], ["check"]], ids=["render", "diff", "check"])
def test_a_config_given_twice(called: Program, words: list[str]) -> None:
    (line,) = said(called(*words, "--config", "a", "--config=b"), 2)
    assert line.startswith("--config is given twice; give it once")


UTF_16 = "is UTF-16, as PowerShell's `>` writes it; convert it to UTF-8"
LATIN = "is not UTF-8; convert it, perhaps from Latin-1 or Windows-1252"


@pytest.mark.parametrize(
    ("encoding", "problem"), [("utf-16", UTF_16), ("utf-16-le", UTF_16), ("utf-16-be", UTF_16), ("latin-1", LATIN)]
)
def test_another_encoding_is_named(called: Program, tmp_path: Path, encoding: str, problem: str) -> None:
    text = f"# für Labore\n{HEAD}spec: {{networks: {TWO}}}\n"
    (tmp_path / "odd.yaml").write_bytes(text.encode(encoding))
    (line,) = said(called("--config", "odd.yaml"), 2)
    assert f"the config {problem}" in line or "control characters" in line
    file = config(tmp_path, f"{{networks: {TWO}}}")
    (line,) = said(called("--config", file, input=f"# für Labore\n{TMM}".encode(encoding)), 3)
    assert line.endswith(f"the stream {problem}")


def test_a_tab_in_a_manifest_is_named(called: Program, tmp_path: Path) -> None:
    stream = TMM.replace("  strategy:", "\tstrategy:")
    (line,) = said(called("--config", config(tmp_path, f"{{networks: {TWO}}}"), input=stream.encode()), 3)
    assert line.startswith("<stdin>:6:")
    assert line.endswith("; the line is indented with a tab: use spaces, as YAML requires")


def test_a_tab_elsewhere_is_not_blamed(called: Program, tmp_path: Path) -> None:
    stream = TMM.replace("  strategy:", "  a: |\n    x\n    \ttab\n  b: {\n  strategy:")
    (line,) = said(called("--config", config(tmp_path, f"{{networks: {TWO}}}"), input=stream.encode()), 3)
    assert "indented with a tab" not in line


# Tests of checks.


def test_the_chart_has_another_order(called: Program, tmp_path: Path) -> None:
    networks = "[{name: macvlan-external, master: ens256}, {name: macvlan-internal, master: ens224}]"
    both = "1.1 sriov-internal, 1.2 sriov-external, but the config attaches 1.1 macvlan-external, 1.2 macvlan-internal"
    wanted = ("network-order", "warning", f"the chart attaches {both}", "spec.networks")
    assert found(called, config(tmp_path, f"{{networks: {networks}}}")) == [wanted]


def test_names_of_the_users_own_tell_the_sides_too(called: Program, tmp_path: Path) -> None:
    networks = "[{name: my-external, master: ens256}, {name: the-internal-one, master: ens224}]"
    assert [it[0] for it in found(called, config(tmp_path, f"{{networks: {networks}}}"))] == ["network-order"]


@pytest.mark.parametrize(
    ("networks", "level"),
    [
        ("[{name: macvlan-internal, master: ens224}]", "warning"),
        ("[{name: lan, master: ens224}]", "warning"),
        (f"{TWO[:-1]}, {{name: more, master: ens3}}]", "note"),
    ],
    ids=["one-is-missing", "one-of-another-name", "one-more"],
)
def test_the_chart_has_another_number(called: Program, tmp_path: Path, networks: str, level: str) -> None:
    assert [it[:2] for it in found(called, config(tmp_path, f"{{networks: {networks}}}"))] == [("network-order", level)]


@pytest.mark.parametrize("annotation", ["a,b", "[", "macvlan-internal,macvlan-external"])
def test_an_order_that_is_not_known_or_the_same_is_silent(called: Program, tmp_path: Path, annotation: str) -> None:
    stream = TMM.replace("sriov-internal,sriov-external", annotation)
    rules = [it[0] for it in found(called, config(tmp_path, f"{{networks: {TWO}}}"), stream)]
    assert "network-order" not in rules


ONE_NIC = "[{{name: macvlan-internal, master: ens224{}}}, {{name: macvlan-external, master: ens224{}}}]"
VLANS = """\
---
apiVersion: k8s.f5net.com/v1
kind: F5SPKVlan
metadata: {name: in, namespace: lab}
spec: {internal: true, tag: 10, interfaces: ["1.1"], selfip_v4s: [10.0.0.1], prefixlen_v4: 24}
---
apiVersion: k8s.f5net.com/v1
kind: F5SPKVlan
metadata: {name: out, namespace: lab}
spec: {tag: 20, interfaces: ["1.2"], selfip_v4s: [10.0.1.1], prefixlen_v4: 24}
"""


def test_one_nic_for_two_networks(called: Program, tmp_path: Path) -> None:
    ((rule, level, message, path),) = found(called, config(tmp_path, f"{{networks: {ONE_NIC.format('', '')}}}"))
    assert (rule, level, path) == ("shared-nic", "warning", "spec.networks[1].master")
    assert message == "macvlan-external and macvlan-internal share the NIC ens224, so they are on one wire"


def test_one_nic_with_two_tags_is_fine(called: Program, tmp_path: Path) -> None:
    tagged = ONE_NIC.format(", vlan: {internal: true, tag: 10}", ", vlan: {tag: 20}")
    assert found(called, config(tmp_path, f"{{networks: {tagged}}}")) == []
    assert found(called, config(tmp_path, f"{{networks: {ONE_NIC.format('', '')}}}"), TMM + VLANS) == []


def test_one_nic_with_one_tag_is_not(called: Program, tmp_path: Path) -> None:
    tagged = ONE_NIC.format(", vlan: {internal: true, tag: 10}", ", vlan: {tag: 10}")
    assert [it[0] for it in found(called, config(tmp_path, f"{{networks: {tagged}}}"))] == ["shared-nic"]
    half = ONE_NIC.format(", vlan: {internal: true, tag: 10}", "")
    assert [it[0] for it in found(called, config(tmp_path, f"{{networks: {half}}}"))] == ["shared-nic"]


@pytest.mark.parametrize(
    ("networks", "message"),
    [
        (
            "[{name: ens224, master: macvlan-internal}]",
            "network ens224 is named like a NIC, but its master macvlan-internal is not",
        ),
        (
            "[{name: inside, master: nic-of-the-inner-side}]",
            "nic-of-the-inner-side has 21 characters, so it can only be a NIC's alternative name",
        ),
    ],
)
def test_a_master_that_is_no_nics_name(called: Program, tmp_path: Path, networks: str, message: str) -> None:
    stream = TMM.replace("sriov-internal,sriov-external", "lan")
    file = config(tmp_path, f"{{networks: {networks}}}")
    assert found(called, file, stream) == [("master-name", "warning", message, "spec.networks[0].master")]


def vlan(*addresses: str, length: int = 24, internal: bool = False) -> str:
    listed = f"selfIPv4: [{', '.join(addresses)}], prefixLengthV4: {length}"
    return f", vlan: {{internal: {str(internal).lower()}, {listed}}}"


def with_vlans(folder: Path, first: str, second: str) -> str:
    networks = (
        f"[{{name: macvlan-internal, master: ens224{first}}}, {{name: macvlan-external, master: ens256{second}}}]"
    )
    return config(folder, f"{{networks: {networks}}}")


@pytest.mark.parametrize(
    ("addresses", "message", "path"),
    [
        (
            (["10.0.0.1"], ["10.0.1.1", "10.0.0.1"]),
            "10.0.0.1 is a self IP of both macvlan-internal and macvlan-external",
            "spec.networks[1].vlan.selfIPv4[1]",
        ),
        (
            (["10.0.0.1", "10.0.0.1"], ["10.0.1.1"]),
            "10.0.0.1 is listed twice in macvlan-internal",
            "spec.networks[0].vlan.selfIPv4[1]",
        ),
        (
            (["10.0.0.1", "10.0.1.2"], ["10.0.2.1"]),
            "10.0.1.2 is not in 10.0.0.0/24, the subnet of 10.0.0.1",
            "spec.networks[0].vlan.selfIPv4[1]",
        ),
    ],
    ids=["on-two-networks", "twice-on-one", "in-two-subnets"],
)
def test_self_ips_that_contradict_each_other(
    called: Program, tmp_path: Path, addresses: tuple[list[str], list[str]], message: str, path: str
) -> None:
    first, second = addresses
    file = with_vlans(tmp_path, vlan(*first, internal=True), vlan(*second))
    errors = [it for it in found(called, file) if it[0] == "self-ips"]
    assert ("self-ips", "error", message, path) in errors
    assert {it[3] for it in errors if "subnet" not in it[2]} <= {path}
    assert called("--strict", "--config", file, input=TMM.encode()).returncode == 1
    assert called("--config", file, input=TMM.encode()).returncode == 0


def test_a_self_ip_of_the_config_in_another_object_of_the_stream(called: Program, tmp_path: Path) -> None:
    file = with_vlans(tmp_path, vlan("10.0.0.1", internal=True), vlan("10.0.1.9"))
    (it,) = (it for it in found(called, file, TMM + VLANS) if it[0] == "self-ips")
    assert it[1:] == (
        "error",
        "10.0.0.1 is a self IP of both macvlan-internal and F5SPKVlan in",
        "spec.selfip_v4s.0",
    )


def test_the_networks_own_object_has_its_self_ips(called: Program, tmp_path: Path) -> None:
    file = with_vlans(tmp_path, vlan("10.0.0.1", internal=True), vlan("10.0.1.9"))
    own = VLANS.replace("name: in,", "name: macvlan-internal,")
    assert not [it for it in found(called, file, TMM + own) if it[0] == "self-ips"]


def test_ipv6_addresses_are_compared_by_their_value(called: Program, tmp_path: Path) -> None:
    first, second = (f", vlan: {{selfIPv6: ['{it}'], prefixLengthV6: 64}}" for it in ("fd00::1", "fd00:0::0:1"))
    file = with_vlans(tmp_path, first, second)
    assert "fd00:0::0:1 is a self IP of both macvlan-internal and macvlan-external" in [
        it[2] for it in found(called, file)
    ]


# Tests of streams and pipes.


REPORT = f"NAME: spk\nLAST DEPLOYED: Mon Nov 30\nNAMESPACE: lab\nSTATUS: pending-install\nHOOKS:\nMANIFEST:\n{TMM}"


@pytest.mark.parametrize(
    "stream",
    [REPORT, f"{REPORT}\nNOTES:\nThank you.\n", f"{TMM}\nNOTES:\nThank you.\n", REPORT.replace("\n", "\r\n")],
    ids=["above", "both", "below", "crlf"],
)
@pytest.mark.parametrize("words", [[], ["--allow-no-target"], ["diff"]], ids=["render", "allow", "diff"])
def test_helms_report_around_manifests(called: Program, tmp_path: Path, stream: str, words: list[str]) -> None:
    file = config(tmp_path, f"{{networks: {TWO}}}")
    (line,) = said(called(*words, "--config", file, input=stream.encode()), 3)
    assert line.endswith("not only its manifests; pipe in the output of `helm template` or `helm get manifest`")


def test_a_value_that_looks_like_a_report_is_none(called: Program, tmp_path: Path) -> None:
    notes = "---\nkind: ConfigMap\ndata:\n  NOTES: |\n    NOTES:\n    HOOKS:\n    MANIFEST:\n"
    done = called("--config", config(tmp_path, f"{{networks: {TWO}}}"), input=f"{notes}{TMM}{notes}".encode())
    assert done.returncode == 0


@pytest.mark.parametrize("verb", ["networks", "vlans", "schema", "helm-plugin", "explain"])
def test_a_verb_that_leaves_manifests_unread(tmp_path: Path, environment: dict[str, str], verb: str) -> None:
    """Helm 3 would use the output of this verb as the release, and show nothing else."""
    (tmp_path / "spk-macvlan.yaml").write_text(f"{HEAD}spec: {{networks: {TWO}}}\n")
    done = piped(tmp_path, environment, [verb], TMM)
    (line,) = said(done, 2)
    assert line.startswith(f"{verb} does not read the manifests on standard input; ")


def test_a_pipe_that_holds_something_else_is_left_alone(tmp_path: Path, environment: dict[str, str]) -> None:
    (tmp_path / "spk-macvlan.yaml").write_text(f"{HEAD}spec: {{networks: {TWO}}}\n")
    script = 'while read -r place; do "$0" networks --namespace "$place"; done'
    done = piped(tmp_path, environment, ["networks"], "one\ntwo\n", script)
    assert done.stdout.count(b"namespace: one") == done.stdout.count(b"namespace: two") == 2


def piped(
    folder: Path, environment: dict[str, str], words: list[str], stream: str, script: str = '"$0" "$@"'
) -> CompletedProcess[bytes]:
    """Run a program whose standard input is a pipe that already contains a text."""
    done = subprocess.Popen(
        ["bash", "-c", f"read -r; {script}", PROGRAM, *words],
        cwd=folder,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    output, errors = done.communicate(f"go\n{stream}".encode())
    return CompletedProcess(words, done.returncode, output, errors)
