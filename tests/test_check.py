"""Test the verb `check` from outside, and the findings of a render: exit statuses, both outputs, and all formats."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from tests import terminals
from tests.configs import HEAD

Program = Callable[..., CompletedProcess[bytes]]

CONFIG = (
    HEAD
    + """\
spec:
  networks:
  - {name: net-a, master: ens1, namespace: spk}
"""
)
CLEAN = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: f5-tmm
  namespace: spk
spec:
  template:
    spec:
      containers:
      - name: f5-tmm
        env:
        - {name: A, value: a}
        resources:
          limits: {cpu: 1, memory: 2Gi}
  strategy: {type: Recreate}
"""
WARNED = CLEAN.replace("      containers:", "      runtimeClassName: performance-x\n      containers:")
BROKEN = WARNED.replace("{name: A, value: a}", '{name: PAL_CPU_SET, value: "0,1"}')
TMM, POD = r"\S+:\d+:\d+: Deployment spk/f5-tmm", r"spec\.template\.spec"
NOTES = [("interfaces", "note")]
WARNING, ERROR = ("runtime-class", "warning"), ("pal-cpu-set", "error")
FORMATS = pytest.mark.parametrize("form", ["text", "json", "github"])


@pytest.fixture
def config(tmp_path: Path) -> str:
    file = tmp_path / "lab.yaml"
    file.write_text(CONFIG, encoding="utf-8")
    return str(file)


@pytest.fixture
def check(program: Program, config: str) -> Program:
    """Return a function that runs `check` on a stream with these arguments."""

    def run(stream: str, *words: str, **settings: Any) -> CompletedProcess[bytes]:
        return program("check", "--config", config, *words, input=stream.encode(), **settings)

    return run


def report(done: CompletedProcess[bytes]) -> list[dict[str, Any]]:
    """Return the findings in a JSON report; each must have its keys in order."""
    assert done.stderr == b""
    parsed = json.loads(done.stdout)
    assert list(parsed) == ["findings", "summary"]
    for finding in parsed["findings"]:
        assert list(finding) == ["rule", "level", "message", "fix", "document", "file", "line", "column", "path"]
    return list(parsed["findings"])


def rules(done: CompletedProcess[bytes]) -> list[tuple[str, str]]:
    return [(finding["rule"], finding["level"]) for finding in report(done)]


# Tests of exit statuses.


@FORMATS
@pytest.mark.parametrize(
    ("stream", "strict", "status"),
    [
        pytest.param(CLEAN, [], 0, id="notes"),
        pytest.param(CLEAN, ["--strict"], 0, id="notes-strictly"),
        pytest.param(WARNED, [], 0, id="a-warning"),
        pytest.param(WARNED, ["--strict"], 1, id="a-warning-strictly"),
        pytest.param(BROKEN, [], 1, id="an-error"),
        pytest.param(BROKEN, ["--strict"], 1, id="an-error-strictly"),
    ],
)
def test_the_exit_status_tells_the_worst(
    check: Program, form: str, stream: str, strict: list[str], status: int
) -> None:
    done = check(stream, "--format", form, *strict)
    assert (done.returncode, done.stderr) == (status, b"")
    assert done.stdout


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        pytest.param(["--format", "xml"], "--format", id="format"),
        pytest.param(["--format", "markdown"], "--format", id="format-of-diff"),
        pytest.param(["--ignore"], "--ignore", id="ignore-nothing"),
        pytest.param(["--lax"], "--lax", id="unknown"),
        pytest.param(["--config", "missing.yaml"], "--config is given twice", id="config"),
    ],
)
def test_usage_is_2(check: Program, words: list[str], sentence: str) -> None:
    done = check(BROKEN, *words)
    assert (done.returncode, done.stdout) == (2, b"")
    assert re.fullmatch(r"spk-macvlan: [^\n]+\n", done.stderr.decode())
    assert sentence in done.stderr.decode()


def test_a_config_that_is_wrong_is_2(check: Program, config: str) -> None:
    Path(config).write_text(CONFIG.replace("master", "nic"), encoding="utf-8")
    done = check(BROKEN)
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"lab.yaml:5:" in done.stderr


@pytest.mark.parametrize(
    ("stream", "status"),
    [
        pytest.param("a: [\n", 3, id="not-yaml"),
        pytest.param(f"{CLEAN}---\n{CLEAN}", 3, id="two"),
        pytest.param("kind: Service\n", 4, id="no-tmm"),
        pytest.param("", 4, id="nothing"),
        pytest.param(
            CLEAN.replace("  name: f5-tmm\n  ", "  annotations: {helm.sh/hook: x}\n  name: f5-tmm\n  "), 4, id="hook"
        ),
    ],
)
@FORMATS
def test_input_is_3_and_no_tmm_is_4(check: Program, form: str, stream: str, status: int) -> None:
    done = check(stream, "--format", form)
    assert (done.returncode, bool(done.stdout)) == (status, form != "text")
    assert re.fullmatch(r"spk-macvlan: [^\n]+\n", done.stderr.decode())


def test_a_stream_without_tmm_may_be_allowed(check: Program) -> None:
    done = check("kind: Service\n", "--allow-no-target", "--format", "json")
    assert (done.returncode, report(done)) == (0, [])


def test_a_hook_may_be_included(check: Program) -> None:
    hook = BROKEN.replace("  name: f5-tmm\n  ", "  annotations: {helm.sh/hook: x}\n  name: f5-tmm\n  ")
    assert rules(check(hook, "--include-hooks", "--format", "json")) == [ERROR, WARNING, *NOTES]


# Tests of failures in machine-readable formats.


@pytest.mark.parametrize(
    ("text", "stream", "failure"),
    [
        pytest.param(CONFIG.replace("namespace", "namespce"), CLEAN, (2, "config", 5, 33), id="config"),
        pytest.param(CONFIG, "a: [\n", (3, "input", 2, 1), id="input"),
        pytest.param(CONFIG, "kind: Service\n", (4, "no-target", None, None), id="no-tmm"),
    ],
)
def test_a_failure_is_a_finding_for_a_program_too(
    check: Program, config: str, text: str, stream: str, failure: tuple[int, str, int | None, int | None]
) -> None:
    Path(config).write_text(text, encoding="utf-8")
    done = check(stream, "--format", "json")
    (finding,) = json.loads(done.stdout)["findings"]
    assert (done.returncode, *(finding[name] for name in ("rule", "line", "column"))) == failure
    assert (finding["level"], finding["file"]) == ("error", config if finding["rule"] == "config" else None)
    assert check(stream, "--format", "text").stderr == done.stderr
    assert done.stderr.decode().endswith(f": {finding['message']}\n")


def test_a_broken_config_is_shown_at_its_line_by_github(check: Program, config: str) -> None:
    Path(config).write_text(CONFIG.replace("namespace", "namespce"), encoding="utf-8")
    done = check(CLEAN, "--format", "github")
    head = f"::error title=spk-macvlan config,file={config},line=5,col=33::spec.networks[0].namespce: "
    assert done.returncode == 2
    assert done.stdout.decode() == f"{head}unknown field; did you mean namespace?\n"


def test_each_mistake_of_a_config_is_a_finding(check: Program, config: str) -> None:
    Path(config).write_text(CONFIG.replace("master", "mastr").replace("namespace", "namespce"), encoding="utf-8")
    done = check(CLEAN, "--format", "json")
    found = json.loads(done.stdout)
    assert [(it["line"], it["column"]) for it in found["findings"]] == [(5, 19), (5, 32)]
    assert found["summary"]["error"] == len(done.stderr.splitlines()) == 2
    assert len(check(CLEAN, "--format", "github").stdout.splitlines()) == 2


@pytest.mark.parametrize("form", ["json", "github"])
def test_configs_that_are_only_validated_are_reported_too(check: Program, tmp_path: Path, form: str) -> None:
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text(CONFIG.replace("namespace", "namespce"), encoding="utf-8")
    done = check("", "--format", form, "a.yaml", "b.yaml")
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 2
    if form == "json":
        assert [(it["rule"], it["file"]) for it in json.loads(done.stdout)["findings"]] == [
            ("config", "a.yaml"),
            ("config", "b.yaml"),
        ]
    else:
        assert [line.partition(",line")[0] for line in done.stdout.decode().splitlines()] == [
            f"::error title=spk-macvlan config,file={name}" for name in ("a.yaml", "b.yaml")
        ]


def test_a_mistake_behind_the_format_is_reported_too(check: Program) -> None:
    done = check(CLEAN, "--format", "json", "--lax")
    assert [it["rule"] for it in json.loads(done.stdout)["findings"]] == ["usage"]


def test_a_bug_is_reported_too(check: Program, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "from postrender.conversion import plan\ndef bug(*arguments):\n    raise ValueError('x')\nplan.collect = bug\n"
    )
    done = check(CLEAN, "--format", "json", variables={"PYTHONPATH": str(tmp_path)})
    (finding,) = json.loads(done.stdout)["findings"]
    assert (done.returncode, finding["rule"]) == (70, "internal")
    assert (
        finding["message"]
        == "internal error, nothing was written: ValueError in sitecustomize, line 3; please report it"
    )


def test_output_that_cannot_be_written_is_said_once(check: Program) -> None:
    with Path("/dev/full").open("wb") as full:
        done = check(CLEAN, "--format", "json", stdout=full, stderr=subprocess.PIPE, capture_output=False)
    assert done.returncode == 3
    assert done.stderr == b"spk-macvlan: cannot write the result: No space left on device\n"


# Tests of --ignore.


@pytest.mark.parametrize(
    ("ignored", "left", "status"),
    [
        pytest.param([], [ERROR, WARNING, *NOTES], 1, id="nothing"),
        pytest.param(["pal-cpu-set"], [WARNING, *NOTES], 1, id="the-error"),
        pytest.param(["runtime-class"], [ERROR, *NOTES], 1, id="the-warning"),
        pytest.param(["pal-cpu-set", "runtime-class"], NOTES, 0, id="two"),
        pytest.param(["pal-cpu-set", "runtime-class", "interfaces"], [], 0, id="all"),
        pytest.param(["mtu"], [ERROR, WARNING, *NOTES], 1, id="one-that-is-silent"),
    ],
)
def test_rules_are_left_out(check: Program, ignored: list[str], left: list[tuple[str, str]], status: int) -> None:
    words = [word for rule in ignored for word in ("--ignore", rule)]
    done = check(BROKEN, "--strict", "--format", "json", *words)
    assert (done.returncode, rules(done)) == (status, left)


# If a misspelled rule were accepted, its findings would still be reported, and the user would not know why.
@pytest.mark.parametrize("rule", ["pal-cpu", "PAL-CPU-SET", "pal-cpu-set,runtime-class"])
def test_a_rule_that_does_not_exist_is_a_usage_error(check: Program, rule: str) -> None:
    done = check(BROKEN, f"--ignore={rule}")
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"--ignore" in done.stderr


# Tests of the report.


def test_json_says_where(check: Program) -> None:
    source = "# Source: spk/charts/f5-tmm/templates/tmm-deployment.yaml\n"
    stream = f"---\nkind: ConfigMap\n---\n{source}{BROKEN}".encode()
    error, warning, *_ = report(check(stream.decode(), "--format", "json"))
    lines = stream.decode().splitlines()
    document = {
        "number": 2,
        "kind": "Deployment",
        "namespace": "spk",
        "name": "f5-tmm",
        "source": "spk/charts/f5-tmm/templates/tmm-deployment.yaml",
    }
    assert error["document"] == warning["document"] == document
    assert list(error["document"]) == list(document)
    assert (error["path"], warning["path"]) == (
        "spec.template.spec.containers.0.env.0",
        "spec.template.spec.runtimeClassName",
    )
    assert lines[error["line"] - 1][error["column"] - 1 :].startswith("{name: PAL_CPU_SET")
    assert lines[warning["line"] - 1][warning["column"] - 1 :] == "performance-x"
    assert error["file"] is None


def test_json_counts_each_level(check: Program) -> None:
    assert json.loads(check(BROKEN, "--format", "json").stdout)["summary"] == {"error": 1, "warning": 1, "note": 1}


def test_json_of_a_finding_on_the_config_has_no_document(check: Program) -> None:
    (interfaces,) = report(check(CLEAN, "--format", "json"))
    assert interfaces == {
        "rule": "interfaces",
        "level": "note",
        "message": "TMM interface 1.1 is net-a (net1)",
        "fix": interfaces["fix"],
        "document": None,
        "file": interfaces["file"],
        "line": 5,
        "column": 3,
        "path": "spec.networks",
    }


def test_json_is_utf_8_whatever_the_locale(check: Program) -> None:
    stream = CLEAN.replace("containers:\n", "containers:\n      - {name: größe}\n")
    done = check(stream, "--format", "json", variables={"LC_ALL": "C", "PYTHONUTF8": "0"})
    assert "container größe" in done.stdout.decode()
    assert json.loads(done.stdout)["findings"][0]["rule"] == "guaranteed-qos"


def test_text_is_a_line_for_each_and_a_count(check: Program) -> None:
    *lines, count = check(BROKEN).stdout.decode().splitlines()
    patterns = [
        rf"{TMM}: {POD}\.containers\.0\.env\.0: error: PAL_CPU_SET 0,1 .* \[pal-cpu-set\]",
        rf"{TMM}: {POD}\.runtimeClassName: warning: .* \[runtime-class\]",
        r".+:\d+:\d+: spec\.networks: note: TMM interface 1\.1 is net-a \(net1\) \[interfaces\]",
    ]
    assert [bool(re.fullmatch(*pair)) for pair in zip(patterns, lines[::2], strict=True)] == [True] * 3
    assert all(fix.startswith("  fix: ") for fix in lines[1::2])
    assert count == "1 error, 1 warning, 1 note"


def test_text_counts_nothing_too(check: Program) -> None:
    words = [f"--ignore={rule}" for rule, _ in NOTES]
    assert check(CLEAN, *words).stdout == b"0 errors, 0 warnings, 0 notes\n"


def test_text_is_the_usual_format(check: Program) -> None:
    assert check(BROKEN).stdout == check(BROKEN, "--format", "text").stdout


def test_github_gets_a_command_for_each(check: Program, config: str) -> None:
    lines = check(f"# Source: spk/templates/tmm.yaml\n{BROKEN}", "--format", "github").stdout.decode().splitlines()
    heads = [line.split("::")[1] for line in lines]
    assert heads == [
        "error title=spk-macvlan pal-cpu-set,file=spk/templates/tmm.yaml",
        "warning title=spk-macvlan runtime-class,file=spk/templates/tmm.yaml",
        f"notice title=spk-macvlan interfaces,file={config},line=5,col=3",
    ]
    assert lines[0].split("::", 2)[2].startswith("spec.template.spec.containers.0.env.0: PAL_CPU_SET 0,1 lists 2 CPUs")


def test_github_commands_are_escaped(check: Program) -> None:
    name = r'"a%\n::error::b\r,c"'
    stream = f"# Source: spk/a,b:c%d.yaml\n{CLEAN}".replace("containers:\n", f"containers:\n      - {{name: {name}}}\n")
    first, *_ = check(stream, "--format", "github").stdout.decode().split("\n")
    assert ",file=spk/a%2Cb%3Ac%25d.yaml::" in first
    assert r"container a%25\n::error::b\r,c has no cpu limit" in first
    assert "\r" not in first


def test_nothing_to_say_is_nothing_for_github(check: Program) -> None:
    assert check(CLEAN, "--format", "github", *(f"--ignore={rule}" for rule, _ in NOTES)).stdout == b""


@pytest.mark.parametrize("char", [r"\n", r"\r", r"\e", r"\N", r"\L"], ids=["lf", "cr", "escape", "nel", "separator"])
def test_text_of_one_finding_is_one_harmless_line(check: Program, char: str) -> None:
    name = f'"a{char}error: b"'
    done = check(CLEAN.replace("containers:\n", f"containers:\n      - {{name: {name}}}\n"))
    lines = done.stdout.decode().split("\n")
    assert len(lines) == 2 * (2 + len(NOTES)) + 2
    assert all(line.isprintable() for line in lines)


# Tests of renders.


@pytest.mark.parametrize(
    ("stream", "said"),
    [(CLEAN, []), (WARNED, [WARNING]), (BROKEN, [ERROR, WARNING])],
    ids=["clean", "warned", "broken"],
)
def test_a_render_says_errors_and_warnings_and_no_notes(
    program: Program, config: str, stream: str, said: list[tuple[str, str]]
) -> None:
    done = program("--config", config, input=stream.encode())
    assert done.returncode == 0
    lines = done.stderr.decode().splitlines()
    assert len(lines) == 2 * len(said)
    for line, fix, (rule, level) in zip(lines[::2], lines[1::2], said, strict=True):
        assert re.fullmatch(rf"spk-macvlan: .*: {level}: .* \[{rule}\]", line)
        assert re.fullmatch(r"  fix: \S.*", fix)


def test_what_a_render_says_is_not_in_its_output(program: Program, config: str) -> None:
    done = program("--config", config, input=BROKEN.encode())
    clean = program("--config", config, input=CLEAN.encode())
    old, new = "      containers:", "      runtimeClassName: performance-x\n      containers:"
    edited = clean.stdout.decode().replace(old, new).replace("{name: A, value: a}", '{name: PAL_CPU_SET, value: "0,1"}')
    assert done.stdout.decode() == edited


@pytest.mark.parametrize("char", [r"\n", r"\r", r"\e"], ids=["lf", "cr", "escape"])
def test_what_a_render_says_is_one_harmless_line_each(program: Program, config: str, char: str) -> None:
    name = f'"a{char}error: b"'
    container = f"{{name: {name}, resources: {{limits: {{lab/x: 1}}}}}}"
    stream = CLEAN.replace("containers:\n", f"containers:\n      - {container}\n")
    lines = program("--config", config, input=stream.encode()).stderr.decode().split("\n")
    assert len(lines) == 3
    assert all(line.isprintable() for line in lines)


def test_a_check_reads_what_a_render_passes_over(check: Program, program: Program, config: str) -> None:
    container = "{name: c, env: [{name: USE_VFIO, value: 'true'}]}"
    other = f"apiVersion: apps/v1\nkind: Deployment\nspec: {{template: {{spec: {{containers: [{container}]}}}}}}\n"
    stream = f"{CLEAN}---\n{other}"
    assert rules(check(stream, "--format", "json")) == [("controller-variables", "warning"), *NOTES]
    assert program("--config", config, input=stream.encode()).stderr == b""


def test_what_the_config_covers_is_no_finding(check: Program, config: str) -> None:
    stream = CLEAN.replace("memory: 2Gi}", "memory: 2Gi, openshift.io/a: 1, intel.com/b: 1}")
    assert rules(check(stream, "--format", "json"))[:-1] == [("sriov-leftovers", "error")]
    Path(config).write_text(f"{CONFIG}  tmm: {{unsetResources: [intel.com/*]}}\n", encoding="utf-8")
    assert rules(check(stream, "--format", "json")) == NOTES


def test_the_users_patches_come_before_the_check(check: Program, config: str) -> None:
    operation = "{op: add, path: /spec/template/spec/runtimeClassName, value: performance-x}"
    Path(config).write_text(
        f"{CONFIG}  patches:\n  - {{target: {{name: f5-tmm}}, patch: [{operation}]}}\n", encoding="utf-8"
    )
    assert rules(check(CLEAN, "--format", "json")) == [WARNING, *NOTES]


def test_a_new_layout_is_a_finding(check: Program) -> None:
    stream = CLEAN.replace("        env:\n", "        env: &env\n").replace(
        "      containers:", "      hostname: x\n      containers:"
    )
    assert ("layout", "warning") in rules(check(stream, "--format", "json"))


# Tests of files.


def test_files_of_manifests_are_read_and_named(check: Program, tmp_path: Path) -> None:
    (tmp_path / "release.yaml").write_text(BROKEN, encoding="utf-8")
    done = check("", "release.yaml")
    assert done.returncode == 1
    assert done.stdout.decode().startswith("release.yaml:13:11: Deployment spk/f5-tmm: ")
    assert check(BROKEN, "-").stdout == done.stdout.replace(b"release.yaml:", b"<stdin>:")


@pytest.mark.parametrize("name", ["spk-macvlan.yaml", "other.yaml"], ids=["by-its-name", "by-its-kind"])
def test_a_config_is_validated(check: Program, tmp_path: Path, name: str) -> None:
    text = CONFIG if name == "other.yaml" else CONFIG.replace("kind: MacvlanConversion\n", "")
    (tmp_path / name).write_text(text.replace("master", "mastr"), encoding="utf-8")
    done = check("", name)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode().startswith(f"spk-macvlan: {name}:")


def test_a_config_beside_manifests_is_the_config_to_check_them_with(check: Program, tmp_path: Path) -> None:
    (tmp_path / "release.yaml").write_text(CLEAN, encoding="utf-8")
    (tmp_path / "other.yaml").write_text(CONFIG, encoding="utf-8")
    done = check("", "other.yaml", "release.yaml")
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"other.yaml is a config; to check manifests with it, use --config other.yaml" in done.stderr


def test_manifests_may_be_called_like_a_config(check: Program, tmp_path: Path) -> None:
    (tmp_path / "spk-macvlan-release.yaml").write_text(CLEAN, encoding="utf-8")
    assert check("", "spk-macvlan-release.yaml").returncode == 0


def test_a_pipe_is_read_once(check: Program, tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.write(writing, BROKEN.encode())
    os.close(writing)
    done = check("", f"/dev/fd/{reading}", pass_fds=(reading,))
    os.close(reading)
    assert done.returncode == 1
    assert b"PAL_CPU_SET" in done.stdout


def test_a_config_alone_gives_an_empty_report(check: Program, config: str) -> None:
    assert [check("", *words, config).stdout for words in ([], ["--format=github"])] == [b"", b""]
    nothing = {"findings": [], "summary": {"error": 0, "warning": 0, "note": 0}}
    assert json.loads(check("", "--format=json", config).stdout) == nothing


def test_self_ips_that_do_not_fit_the_product_are_no_valid_config(check: Program, tmp_path: Path) -> None:
    pool = "vlan: {pool: {rangeStart: 10.1.1.1, rangeEnd: 10.1.1.99}}"
    text = f"{HEAD}spec: {{product: SPK, networks: [{{name: a, master: e, {pool}}}]}}\n"
    (tmp_path / "lab-of-spk.yaml").write_text(text, encoding="utf-8")
    done = check("", "lab-of-spk.yaml")
    assert done.returncode == 2
    assert b"lab-of-spk.yaml: spec.networks[0].vlan: SPK does not support pools" in done.stderr


def test_a_fix_to_be_copied_is_not_cut(check: Program) -> None:
    text = check(CLEAN.replace("  strategy: {type: Recreate}\n", "")).stdout.decode()
    start = (
        "  fix: if the lab does not have these, paste into spec.patches: - {target: {kind: Deployment, name: f5-tmm}, "
    )
    (fix,) = (line for line in text.splitlines() if line.startswith(start))
    assert fix.endswith("value: {type: Recreate}}]}")


def test_a_terminal_gets_the_colours_of_levels(program: Program, config: str, tmp_path: Path) -> None:
    words = ("check", "--config", config)
    variables = {"TERM": "xterm", "NO_COLOR": ""}
    shown = terminals.shown(program, *words, data=BROKEN.encode(), outputs=("stdout",), variables=variables)
    assert [line[:5] for line in shown.splitlines()[:6:2]] == [b"\x1b[31m", b"\x1b[33m", b"\x1b[36m"]


VALUES = """\
# the lab's values
f5-tmm:
  tmm:
    cniNetworks: spk/net-a
    customEnvVars:
    - {name: TMM_MAPRES_ADDL_VETHS_ON_DP, value: "FALSE"}
    - {name: PAL_CPU_SET, value: "0,1"}
    topologyManager: true
    resources:
      limits: {cpu: 1, hugepages-2Mi: 1572Mi, memory: 1Gi}
"""


def test_a_values_file_is_checked_at_its_own_lines(check: Program, tmp_path: Path) -> None:
    (tmp_path / "values.yaml").write_text(VALUES, encoding="utf-8")
    done = check("", "--format", "json", "values.yaml")
    assert done.returncode == 1
    shown = [(it["rule"], it["level"], it["file"], it["line"]) for it in json.loads(done.stdout)["findings"]]
    assert ("pal-cpu-set", "error", "values.yaml", 7) in shown
    assert ("memory", "warning", "values.yaml", 10) in shown
    assert ("veths-off", "warning", "values.yaml", 6) in shown
    assert [it for it in shown if it[0] == "values-only"] == [("values-only", "note", "values.yaml", 1)] * 2


def test_a_converted_values_file_needs_no_change(check: Program, program: Program, config: str) -> None:
    values = "f5-tmm:\n  tmm: {resources: {limits: {cpu: 1, memory: 2Gi}}, customEnvVars: []}\n"
    converted = program("--config", config, "values", input=values.encode()).stdout.decode()
    done = check(converted)
    assert done.returncode == 0
    assert b"the file needs" not in done.stdout
    assert b"the file needs" in check(values).stdout


def test_a_values_file_beside_manifests(check: Program, tmp_path: Path) -> None:
    (tmp_path / "values.yaml").write_text(VALUES, encoding="utf-8")
    (tmp_path / "clean.yaml").write_text(CLEAN, encoding="utf-8")
    rules = {
        it["rule"]: it["file"]
        for it in json.loads(check("", "--format", "json", "values.yaml", "clean.yaml").stdout)["findings"]
    }
    assert rules["pal-cpu-set"] == "values.yaml"


def test_the_notes_on_a_values_file_can_be_ignored(check: Program) -> None:
    assert b"values-only" not in check(VALUES, "--ignore", "values-only").stdout


def test_a_values_file_that_no_chart_reads_is_refused(check: Program) -> None:
    done = check("f5-tmm: {tmm: {}}\ntmm: {}\n")
    assert (done.returncode, done.stdout) == (3, b"")
    assert b"both tmm and f5-tmm are set" in done.stderr
