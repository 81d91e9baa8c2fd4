"""Test the output of `compile --format guard` and `--format policy`, and their input; tests/cluster runs the output."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from postrender import conversion, policies
from postrender.config import parse
from tests.configs import HEAD
from tests.conftest import Program

CONFIG = HEAD + (
    "spec:\n"
    "  networks:\n"
    "  - {name: macvlan-internal, master: ens224, vlan: {internal: true, selfIPv4: [10.1.1.100], prefixLengthV4: 24}}\n"
    "  - {name: shared, master: ens256, namespace: labs, create: false, interface: external0}\n"
    "  tmm:\n"
    "    namespace: spk\n"
    "    env: {TMM_CALICO_ROUTER: default, TMM_EMPTY: ''}\n"
    "    unsetEnv: [PAL_*, 'OLD_[0-9]']\n"
    "    unsetResources: [intel.com/*]\n"
    "    resources: {cpu: 1, hugepages-2Mi: 1572Mi, memory: 2Gi}\n"
)
TMM = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: f5-tmm, namespace: spk}
spec: {template: {spec: {containers: [{name: f5-tmm, env: [{name: A, value: x}, {name: A, value: x}]}]}}}
"""
INSTANCE = "apiVersion: k8s.f5.com/v1\nkind: CNEInstance\nmetadata: {name: bnk}\nspec: {}\n"
GOLDEN = Path(__file__).with_name("golden")


@pytest.mark.parametrize("name", ["guard.yaml", "policy.yaml"])
def test_the_text(name: str, request: pytest.FixtureRequest) -> None:
    config = parse(CONFIG.encode())
    converted = conversion.convert(TMM.encode(), config)
    made = policies.guard(config) if name == "guard.yaml" else policies.converter(converted, config)
    text = made.stream.data.decode()
    if request.config.getoption("--update-cases"):
        (GOLDEN / name).write_text(text)
    assert text == (GOLDEN / name).read_text()


@pytest.mark.parametrize("name", ["kustomization.yaml", "policies.yaml", "references.yaml", "replacements.yaml"])
def test_the_folder(name: str, request: pytest.FixtureRequest) -> None:
    config = parse(CONFIG.encode())
    made = policies.converter(conversion.convert(TMM.encode(), config), config, follows=True)
    text = made.folder()[name].data.decode()
    if request.config.getoption("--update-cases"):
        (GOLDEN / "folder").mkdir(exist_ok=True)
        (GOLDEN / "folder" / name).write_text(text)
    assert text == (GOLDEN / "folder" / name).read_text()


def test_a_guard_names_no_network_of_its_folder() -> None:
    made = policies.guard(parse(CONFIG.encode()))
    assert made.folder()["policies.yaml"].data == made.stream.data
    assert "replacements.yaml" not in made.folder()


def test_a_guard_needs_no_manifests(called: Program, tmp_path: Path) -> None:
    (tmp_path / "spk-macvlan.yaml").write_text(CONFIG)
    done = called("compile", "--format", "guard")
    assert done.stdout == policies.guard(parse(CONFIG.encode())).stream.data


def test_a_policy_that_the_api_server_could_not_store_is_refused(called: Program, tmp_path: Path) -> None:
    variables = ", ".join(f"V{number}: {'x' * 3_000}" for number in range(290))
    (tmp_path / "spk-macvlan.yaml").write_text(
        f"{HEAD}spec: {{networks: [{{name: a, master: e}}], tmm: {{env: {{{variables}}}}}}}\n"
    )
    done = called("compile", "--format", "guard")
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"bytes, but the API server stores at most 1,572,864; use fewer networks" in done.stderr


@pytest.mark.parametrize("form", ["guard", "policy"])
def test_it_warns_in_place_of_denying(called: Program, tmp_path: Path, form: str) -> None:
    (tmp_path / "spk-macvlan.yaml").write_text(CONFIG)
    usual, warning = (
        actions(called("compile", "--format", form, *words, input=TMM.encode()).stdout) for words in ([], ["--warn"])
    )
    assert (usual, warning) == ([["Deny"]] * 2, [["Warn", "Audit"]] * 2)


def actions(stream: bytes) -> list[list[str]]:
    found = yaml.safe_load_all(stream)
    return [it["spec"]["validationActions"] for it in found if it["kind"] == "ValidatingAdmissionPolicyBinding"]


def test_the_version_of_the_api(called: Program, tmp_path: Path) -> None:
    (tmp_path / "spk-macvlan.yaml").write_text(CONFIG)
    done = called("compile", "--format", "policy", "--policy-version", "v1beta1", input=TMM.encode())
    versions = {it["kind"]: it["apiVersion"].rpartition("/")[2] for it in yaml.safe_load_all(done.stdout)}
    assert versions["MutatingAdmissionPolicy"] == versions["MutatingAdmissionPolicyBinding"] == "v1beta1"
    assert versions["ValidatingAdmissionPolicy"] == "v1"


def test_what_a_policy_leaves_is_said(called: Program, tmp_path: Path) -> None:
    patches = "  patches:\n  - {target: {kind: Service}, patch: [{op: add, path: /metadata/labels, value: {a: b}}]}\n"
    (tmp_path / "spk-macvlan.yaml").write_text(CONFIG + patches)
    service = "---\napiVersion: v1\nkind: Service\nmetadata: {name: a}\n"
    done = called("compile", "--format", "policy", input=(TMM + service).encode())
    said = done.stderr.decode().splitlines()
    assert done.returncode == 0
    assert [line.rpartition("[")[2] for line in said if "fix: " not in line] == ["repeated-variables]", "policy]"]


def test_interface_names_that_a_policy_cannot_read_are_said(called: Program, tmp_path: Path) -> None:
    (tmp_path / "spk-macvlan.yaml").write_text(CONFIG)
    in_json = '\'[{"name": "a", "interface": "eth1"}, {"name": "b"}]\''
    pod = "template: {metadata: {annotations: {k8s.v1.cni.cncf.io/networks: %s}}, "
    short, long = (TMM.replace("template: {", pod % it) for it in ("'a@eth1,b'", in_json))
    assert b"interface names" not in called("compile", "--format", "policy", input=short.encode()).stderr
    done = called("compile", "--format", "policy", input=long.encode())
    assert b"so it does not keep the interface names in it [policy]" in done.stderr


@pytest.mark.parametrize(
    ("words", "stdin", "refusal"),
    [
        (["policy"], "kind: A\napiVersion: v1\n", (4, "no Deployment or DaemonSet f5-tmm")),
        (["policy"], INSTANCE, (3, "the TMM is a CNEInstance, which no policy can convert")),
        (["guard", "--policy-version", "v1"], "", (2, "compile --format guard does not accept --policy-version")),
        (["guard", "--include-hooks"], "", (2, "compile --format guard does not accept --include-hooks")),
        (["flux", "--warn"], TMM, (2, "compile --format flux does not accept --warn")),
        (["flux", "folder"], TMM, (2, "compile --format flux does not accept DIR")),
        (["guard", "--force"], "", (2, "--force is for a directory; add DIR, or remove --force")),
    ],
)
def test_what_is_refused(
    called: Program, tmp_path: Path, words: list[str], stdin: str, refusal: tuple[int, str]
) -> None:
    (tmp_path / "spk-macvlan.yaml").write_text(CONFIG.replace("    namespace: spk\n", ""))
    done = called("compile", "--format", *words, input=stdin.encode())
    assert (done.returncode, done.stdout) == (refusal[0], b"")
    assert refusal[1] in done.stderr.decode()


def test_no_two_labs_have_policies_of_one_name() -> None:
    labs = [
        "namespace: a-b",
        "namespace: a, workload: b",
        "workload: a-b",
        "workload: in.a",
        "namespace: of, workload: x",
    ]
    labs += ["workload: of.x", "namespace: a", "{}".strip("{}"), f"namespace: a, workload: {'.'.join(['n' * 60] * 4)}"]
    names = []
    for lab in labs:
        config = parse(f"{HEAD}spec: {{networks: [{{name: a, master: b}}], tmm: {{{lab}}}}}\n".encode())
        names += [
            it["metadata"]["name"]
            for it in yaml.safe_load_all(policies.guard(config).stream.data)
            if "Binding" in it["kind"]
        ]
    assert len(set(names)) == len(names) == 2 * len(labs)
    assert max(map(len, names)) <= 253
