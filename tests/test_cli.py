"""Test the command line from outside: the installed program, its exit status, and the bytes of both outputs."""

from __future__ import annotations

import json
import os
import pty
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest
import yaml

import postrender
from postrender import errors
from tests.configs import HEAD
from tests.conftest import SAID_OF_NO_FOLDER
from tests.patience import HANG

PROGRAM = str(Path(sys.executable).with_name("spk-macvlan"))
Program = Callable[..., CompletedProcess[bytes]]

CONFIG = (
    HEAD.encode()
    + b"""\
spec:
  networks:
  - name: macvlan-internal
    master: ens224
    create: false
"""
)
TMM = b"""\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: f5-tmm
spec:
  template:
    metadata:
      annotations:
        k8s.v1.cni.cncf.io/networks: spk/sriov
    spec:
      containers:
      - name: f5-tmm
        env:
        - name: TMM_MAPRES_ADDL_VETHS_ON_DP
          value: "TRUE"
"""
WITH_HUGEPAGES = TMM + b"        resources: {limits: {hugepages-2Mi: 3Gi}}\n"
CONVERTED = TMM.replace(b"spk/sriov", b"macvlan-internal")
#: The anchor is at a collection that grows, so the program needs both an edit in place and ruamel.yaml.
NEEDS_EVERYTHING = TMM.replace(b"annotations:\n", b"annotations: &a\n        robin.io/networks: x\n")
SERVICE = b"apiVersion: v1\nkind: Service\nmetadata:\n  name: f5-tmm\n"


@pytest.fixture
def config(tmp_path: Path) -> str:
    file = tmp_path / "lab.yaml"
    file.write_bytes(CONFIG)
    return str(file)


def succeeds(done: CompletedProcess[bytes]) -> bytes:
    assert done.stderr == b""
    assert done.returncode == 0
    return done.stdout


def fails(done: CompletedProcess[bytes], status: int) -> str:
    """Return the only line on standard error; standard output must be empty."""
    assert done.stdout == b""
    assert re.fullmatch(rb"spk-macvlan: [^\n]+\n", done.stderr)
    assert done.returncode == status
    return done.stderr.decode().rstrip("\n")


# Tests of the config's location.


@pytest.mark.parametrize(
    "words",
    [
        ["--config", "lab.yaml"],
        ["--config=lab.yaml"],
        ["render", "--config", "lab.yaml"],
        ["--config", "lab.yaml", "render"],
        ["", "--config", "lab.yaml", ""],
        ["--config", "lab.yaml", "--debug", "--include-hooks", "--allow-no-target", "--on-error-document"],
    ],
    ids=" ".join,
)
def test_render(program: Program, config: str, words: list[str]) -> None:
    assert succeeds(program(*words, input=TMM)) == CONVERTED


@pytest.mark.parametrize("words", [[], ["render"], ["render", ""]], ids=["no verb", "render", "empty word"])
def test_the_config_of_the_environment(program: Program, config: str, words: list[str]) -> None:
    assert succeeds(program(*words, input=TMM, variables={"SPK_MACVLAN_CONFIG": config})) == CONVERTED


def test_the_config_in_the_working_directory(program: Program, tmp_path: Path) -> None:
    (tmp_path / "spk-macvlan.yaml").write_bytes(CONFIG)
    assert succeeds(program(input=TMM)) == CONVERTED


def test_the_option_wins_over_the_environment_and_that_over_the_working_directory(
    program: Program, config: str, tmp_path: Path
) -> None:
    (tmp_path / "spk-macvlan.yaml").write_text("not a config")
    named = {"SPK_MACVLAN_CONFIG": config}
    assert succeeds(program(input=TMM, variables=named)) == CONVERTED
    said = fails(program("--config", "nowhere.yaml", input=TMM, variables=named), 2)
    assert said.startswith("spk-macvlan: nowhere.yaml: cannot read the config: No such file or directory")


def test_an_empty_variable_is_none(program: Program, tmp_path: Path) -> None:
    (tmp_path / "spk-macvlan.yaml").write_bytes(CONFIG)
    assert succeeds(program(input=TMM, variables={"SPK_MACVLAN_CONFIG": ""})) == CONVERTED


def test_without_a_config_it_says_how_to_make_one(program: Program) -> None:
    assert fails(program(input=TMM), 2) == (
        "spk-macvlan: no config found; use --config FILE or $SPK_MACVLAN_CONFIG, or write spk-macvlan.yaml here with"
        " `spk-macvlan init > spk-macvlan.yaml`"
    )


def test_what_it_says_to_do_works(program: Program, tmp_path: Path) -> None:
    """Run `init`, and then fill in the names of the nodes' NICs, which the program does not guess."""
    started = succeeds(program("init"))
    (tmp_path / "spk-macvlan.yaml").write_bytes(started)
    done = program(input=TMM)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.count(b"is still the placeholder FILL-IN; set it to the nodes' NIC") == 2
    (tmp_path / "spk-macvlan.yaml").write_bytes(
        started.replace(b"FILL-IN", b"ens224", 1).replace(b"FILL-IN", b"ens256")
    )
    output = succeeds(program(input=WITH_HUGEPAGES))
    assert b'k8s.v1.cni.cncf.io/networks: "default/macvlan-internal,default/macvlan-external"\n' in output


def test_a_config_through_a_pipe(program: Program, tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.write(writing, CONFIG)
    os.close(writing)
    done = program("--config", f"/dev/fd/{reading}", input=TMM, pass_fds=[reading])
    os.close(reading)
    assert succeeds(done) == CONVERTED


def test_the_config_is_read_before_the_manifests(program: Program, tmp_path: Path) -> None:
    reading, writing = os.pipe()  # the pipe never delivers data
    try:
        assert "nowhere.yaml" in fails(program("--config", "nowhere.yaml", stdin=reading), 2)
    finally:
        os.close(reading)
        os.close(writing)


# Tests of verbs and arguments.


@pytest.mark.parametrize("words", [["--version"], ["render", "--version"], ["--version", "--unknown"]], ids=" ".join)
def test_version(program: Program, words: list[str]) -> None:
    assert succeeds(program(*words)) == f"spk-macvlan {postrender.__version__}\n".encode()


@pytest.mark.parametrize("words", [["--help"], ["-h"], ["init", "--help"], ["render", "-h"]], ids=" ".join)
def test_help(program: Program, words: list[str]) -> None:
    assert succeeds(program(*words)).startswith(b"usage: spk-macvlan ")


def test_help_lists_every_verb_option_and_status(program: Program) -> None:
    text = succeeds(program("--help")).decode()
    for word in ("render", "init", "helm-plugin", "schema", "--config FILE", "--include-hooks", "--allow-no-target"):
        assert f" {word}" in text
    for number, meaning in errors.STATUSES:
        assert f"  {number:<4} {meaning}\n" in text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["rendr"], "rendr is not a verb; did you mean render?"),
        (["--unknown"], "unknown option --unknown"),
        (["--conf=lab.yaml"], "unknown option --conf; did you mean --config?"),
        (["render", "lab.yaml"], "render does not take the argument lab.yaml"),
        (["--config"], "argument --config: expected one argument"),
        (["--config="], "--config has no value, perhaps because a variable is not set"),
        (["--config", ""], "--config has no value, perhaps because a variable is not set"),
        (["--config", "", "lab.yaml"], "lab.yaml is not a verb"),
        (["check", "--config", "", "lab.yaml"], "--config has no value, perhaps because a variable is not set"),
        (["--config", "", "--allow-no-target"], "--config has no value, perhaps because a variable is not set"),
        (["init", "--from", ""], "--from has no value, perhaps because a variable is not set"),
        (["schema", "extra"], "schema does not take the argument extra"),
        (["a\nb\x1b[31m"], r"a\nb\x1b[31m is not a verb"),
    ],
    ids=str,
)
def test_mistakes_on_the_command_line(program: Program, words: list[str], said: str) -> None:
    line = fails(program(*words), 2)
    assert line.startswith(f"spk-macvlan: {said}")
    assert re.search(r"; see `spk-macvlan( \w+)? --help`$", line)


def test_init(program: Program, tmp_path: Path) -> None:
    text = succeeds(program("init", "--network", "lab-a=eth1", "--network=lab-b=eth2"))
    networks = yaml.safe_load(text)["spec"]["networks"]
    assert [(network["name"], network["master"]) for network in networks] == [("lab-a", "eth1"), ("lab-b", "eth2")]
    (tmp_path / "lab.yaml").write_bytes(text)
    assert b"default/lab-a,default/lab-b" in succeeds(program("--config", "lab.yaml", input=WITH_HUGEPAGES))


def test_init_with_a_network_that_cannot_be(program: Program) -> None:
    assert fails(program("init", "--network", "Lab=eth1"), 2).startswith(
        "spk-macvlan: --network: spec.networks[0].name: must be a DNS label"
    )


def test_schema(program: Program) -> None:
    shipped = Path(postrender.__file__).parents[1] / "schemas" / "config.schema.json"
    output = succeeds(program("schema"))
    assert output == shipped.read_bytes()
    assert json.loads(output)["title"] == "MacvlanConversion"


@pytest.mark.parametrize("folder", ["plugins", "a folder/with spaces", "größe"])
def test_helm_plugin_writes_a_folder(program: Program, tmp_path: Path, folder: str) -> None:
    for _ in range(2):
        assert succeeds(program("helm-plugin", folder)) == f"{folder}/spk-macvlan\n".encode()
    written = yaml.safe_load((tmp_path / folder / "spk-macvlan" / "plugin.yaml").read_text())
    assert (written["name"], written["version"]) == ("spk-macvlan", postrender.__version__)


def test_helm_plugin_finds_the_shipped_folder(program: Program) -> None:
    folder = succeeds(program("helm-plugin")).decode().rstrip("\n")
    assert Path(folder).is_absolute()
    assert yaml.safe_load(Path(folder, "plugin.yaml").read_text())["type"] == "postrenderer/v1"


def test_helm_plugin_cannot_write(program: Program, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    said = fails(program("helm-plugin", "file"), 2)
    assert said == "spk-macvlan: cannot write the plugin folder file/spk-macvlan: Not a directory"


# Tests of errors as a document, for Helm 4.

NOWHERE = ["--config", "nowhere.yaml"]
LAB = ["--config", "lab.yaml"]
ERRORS = {
    "usage": (["--unknown"], b"", 2),
    "no config": ([], b"", 2),
    "config": (NOWHERE, b"", 2),
    "input": (LAB, b"a: \xff", 3),
    "broken": (LAB, b"a: [", 3),
    "two targets": (LAB, TMM + b"---\n" + TMM, 3),
    "hostile text": (LAB, TMM.replace(b"        env:\n", b'        env: "# {a: b}\\n\\e[0m"\n        x:\n'), 3),
    "no target": (LAB, SERVICE, 4),
}


@pytest.mark.parametrize(("words", "manifests", "status"), ERRORS.values(), ids=ERRORS)
def test_an_error_document_says_what_the_error_says(
    program: Program, config: str, words: list[str], manifests: bytes, status: int
) -> None:
    said = fails(program(*words, input=manifests), status)
    document = succeeds(program(*words, "--on-error-document", input=manifests))
    assert document.startswith(b"|-\n")
    assert yaml.safe_load(document) == said


@pytest.mark.parametrize(
    ("words", "variable"),
    [(["--on-error-document", "--config", "nowhere.yaml"], ""), (["--on-error-document"], "nowhere.yaml")],
    ids=["option", "environment"],
)
def test_a_config_error_is_a_document_too(program: Program, words: list[str], variable: str) -> None:
    document = succeeds(program(*words, variables={"SPK_MACVLAN_CONFIG": variable}))
    assert yaml.safe_load(document).startswith("spk-macvlan: nowhere.yaml: cannot read the config: ")


def test_where_all_is_well_there_is_no_document(program: Program, config: str) -> None:
    assert succeeds(program("--on-error-document", *LAB, input=TMM)) == CONVERTED


@pytest.mark.parametrize("verb", ["check", "verify", "values"])
def test_no_other_verb_hides_an_error_in_a_document(program: Program, verb: str) -> None:
    done = program(verb, "--on-error-document", *LAB, input=TMM)
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"does not take --on-error-document" in done.stderr


def test_nor_where_the_option_stands_before_it(program: Program, config: str) -> None:
    """Helm would use the output of `check` as the release, so the error must be a document for Helm."""
    done = program("--on-error-document", *LAB, "check", input=SERVICE)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(b"|-\n  spk-macvlan: Helm would use the output of check as the release; remove check")


# Tests of internal errors.


@pytest.fixture
def broken(tmp_path: Path) -> dict[str, str]:
    """Return environment variables that put a bug into the conversion."""
    (tmp_path / "bug").mkdir()
    (tmp_path / "bug" / "sitecustomize.py").write_text(
        "from postrender.conversion import plan\n"
        "def bug(*arguments):\n"
        "    raise LookupError('a bug\\nof two lines')\n"
        "plan.collect = bug\n"
    )
    return {"PYTHONPATH": str(tmp_path / "bug")}


def test_an_internal_error_is_one_line(program: Program, config: str, broken: dict[str, str]) -> None:
    assert fails(program(*LAB, input=TMM, variables=broken), 70) == (
        "spk-macvlan: internal error, nothing was written: LookupError in sitecustomize, line 3; please report it"
    )


def test_an_internal_error_with_its_traceback(program: Program, config: str, broken: dict[str, str]) -> None:
    done = program(*LAB, "--debug", input=TMM, variables=broken)
    assert done.stdout == b""
    assert done.stderr.startswith(b"Traceback (most recent call last):\n")
    assert done.stderr.splitlines()[-1].startswith(b"spk-macvlan: internal error, nothing was written: LookupError in ")
    assert done.returncode == 70


def test_an_internal_error_as_a_document(program: Program, config: str, broken: dict[str, str]) -> None:
    document = succeeds(program(*LAB, "--on-error-document", input=TMM, variables=broken))
    assert yaml.safe_load(document).startswith("spk-macvlan: internal error, nothing was written: LookupError in ")


def test_debug_shows_where_any_error_comes_from(program: Program) -> None:
    done = program("--debug", *NOWHERE)
    assert b"Traceback" in done.stderr
    assert done.stderr.splitlines()[-1].startswith(b"spk-macvlan: nowhere.yaml: cannot read the config: ")
    assert done.returncode == 2


# Tests of standard input and output.


def shell(program: Program, script: str, **settings: object) -> CompletedProcess[bytes]:
    """Run a line of sh in which $0 is the program."""
    bash = shutil.which("bash")
    assert bash
    return program("-c", script, PROGRAM, executable=bash, **settings)


def test_standard_input_is_closed(program: Program, config: str) -> None:
    said = fails(shell(program, '"$0" --config lab.yaml <&-'), 3)
    assert said == "spk-macvlan: cannot read standard input: Bad file descriptor"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "no manifests on standard input; pipe them in, for example `helm template … | spk-macvlan`"),
        ("check", "no manifests on standard input; pipe them in, for example `helm template … | spk-macvlan`"),
        ("values", "no values file; pass one, or pipe it in"),
        ("init --from -", "no chart; pass a values file, or pipe in the output of `helm template`"),
        ("krm", "no ResourceList on standard input; kustomize runs this verb as a function"),
    ],
)
def test_standard_input_is_a_terminal(program: Program, config: str, words: str, said: str) -> None:
    leader, follower = pty.openpty()
    given = [] if words in ("init --from -", "krm") else LAB
    try:
        assert fails(program(*given, *words.split(), stdin=follower), 2) == f"spk-macvlan: {said}"
    finally:
        os.close(leader)
        os.close(follower)


@pytest.mark.parametrize("values", [b"f5-tmm: {tmm: {}}\n", b"tmm:\n  cniNetworks: a\n"], ids=["2.1", "1.5"])
def test_a_values_file_is_recognized(program: Program, config: str, values: bytes) -> None:
    said = fails(program(*LAB, input=values), 4)
    assert said.startswith(
        "spk-macvlan: this is a chart's values file, not manifests; pipe in the output of `helm template`"
    )


@pytest.mark.parametrize("words", ["--config lab.yaml", "--version", "--help", "init", "schema", "helm-plugin"])
@pytest.mark.parametrize(
    ("output", "reason"), [(">&-", "Bad file descriptor"), ("> /dev/full", "No space left on device")]
)
def test_standard_output_cannot_be_written(program: Program, config: str, words: str, output: str, reason: str) -> None:
    said = fails(shell(program, f'"$0" {words} {output}', input=TMM if "lab" in words else b""), 3)
    assert said == f"spk-macvlan: cannot write the result: {reason}"


@pytest.mark.parametrize("words", ["--config lab.yaml", "--version", "--help", "init < /dev/null"])
def test_the_reader_has_gone(program: Program, config: str, words: str) -> None:
    done = shell(program, f'(sleep 0.3; exec "$0" {words}) | true; exit ${{PIPESTATUS[0]}}', input=TMM)
    assert done.returncode == 128 + signal.SIGPIPE
    assert done.stderr == b""


def test_the_reader_goes_half_way(program: Program, config: str) -> None:
    script = f'"$0" {" ".join(LAB)} | head -c 10; exit ${{PIPESTATUS[0]}}'
    done = shell(program, script, input=TMM + b"# " + b"x" * 1_000_000)
    assert done.stdout == CONVERTED[:10]
    assert done.returncode == 128 + signal.SIGPIPE


def test_a_reader_may_be_slow(program: Program, config: str) -> None:
    manifests = TMM + b"# " + b"x" * 1_000_000 + b"\n"
    done = shell(program, f'"$0" {" ".join(LAB)} | (sleep 0.3; cat)', input=manifests)
    assert succeeds(done) == manifests.replace(TMM, CONVERTED)


def slowly(pipe: int, data: bytes) -> None:
    """Write the data in two halves, with a pause before each half, and then close the pipe."""
    for half in (data[: len(data) // 2], data[len(data) // 2 :]):
        time.sleep(0.2)
        os.write(pipe, half)
    os.close(pipe)


def test_standard_input_may_be_non_blocking(program: Program, config: str) -> None:
    """Another process can make a shared pipe non-blocking; a read then sometimes finds no data."""
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    with ThreadPoolExecutor(1) as other:
        other.submit(slowly, writing, TMM)
        done = program(*LAB, stdin=reading)
        os.close(reading)
    assert succeeds(done) == CONVERTED


def read_late(pipe: int) -> bytes:
    time.sleep(0.3)
    with os.fdopen(pipe, "rb") as reader:
        return reader.read()


def test_standard_output_may_be_non_blocking(program: Program, config: str) -> None:
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    long = TMM + b"# " + b"x" * 1_000_000
    with ThreadPoolExecutor(1) as other:
        found = other.submit(read_late, reading)
        done = program(*LAB, input=long, stdout=writing, stderr=subprocess.PIPE, capture_output=False)
        os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")
    assert found.result() == long.replace(TMM, CONVERTED)


@pytest.mark.parametrize("closed", ["2>&-", "2> /dev/full"])
def test_standard_error_cannot_be_written(program: Program, closed: str) -> None:
    done = shell(program, f'"$0" --config nowhere.yaml {closed}')
    assert (done.stdout, done.stderr, done.returncode) == (b"", b"", 2)


@pytest.fixture
def waiting(environment: dict[str, str], tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Yield the program while it reads its config from a pipe that stays open."""
    os.mkfifo(tmp_path / "fifo")
    outputs: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen([PROGRAM, "--config", str(tmp_path / "fifo")], env=environment, **outputs) as process:
        with open(tmp_path / "fifo", "wb"):
            yield process
        process.kill()


def test_ctrl_c(waiting: subprocess.Popen[bytes]) -> None:
    waiting.send_signal(signal.SIGINT)
    assert waiting.communicate(timeout=HANG) == (b"", b"")
    assert waiting.returncode == 130


def test_a_polite_end(waiting: subprocess.Popen[bytes]) -> None:
    waiting.terminate()
    assert waiting.communicate(timeout=HANG) == (b"", b"")
    assert waiting.returncode == -signal.SIGTERM


# Tests of the working directory and the environment.


@pytest.mark.parametrize(
    "extra",
    [
        pytest.param({"LANG": "C"}, id="LANG=C"),
        pytest.param({"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}, id="ascii"),
        pytest.param({"LC_ALL": "POSIX", "PYTHONIOENCODING": "latin-1"}, id="latin-1"),
        pytest.param({"PYTHONUTF8": "1"}, id="utf-8"),
        pytest.param({"PYTHONWARNINGS": "error", "PYTHONDEVMODE": "1"}, id="development mode"),
        pytest.param({"PYTHONSAFEPATH": "1"}, id="safe path"),
    ],
)
def test_locale_and_interpreter_do_not_matter(program: Program, config: str, extra: dict[str, str]) -> None:
    manifests = TMM + "# größe 日本語 🚀\n".encode()
    assert succeeds(program(*LAB, input=manifests, variables=extra)) == manifests.replace(TMM, CONVERTED)
    said = fails(program(*LAB, input=TMM.replace(b"- name: f5-tmm", "- name: größe 🚀".encode()), variables=extra), 3)
    assert "; its containers: größe 🚀; " in said


def test_an_environment_with_nothing_in_it(program: Program, config: str) -> None:
    assert succeeds(program(*LAB, input=TMM, env={})) == CONVERTED


def test_a_home_that_is_not_there(program: Program, config: str) -> None:
    nowhere = {"HOME": "/nonexistent", "XDG_CONFIG_HOME": "/nonexistent"}
    assert succeeds(program(*LAB, input=TMM, variables=nowhere)) == CONVERTED


def test_a_working_directory_that_is_gone(program: Program, config: str, tmp_path: Path) -> None:
    (tmp_path / "gone").mkdir()
    done = shell(program, f'cd gone && rmdir ../gone && exec "$0" --config {shlex.quote(config)}', input=TMM)
    assert (done.stdout, done.stderr.replace(SAID_OF_NO_FOLDER, b"")) == (CONVERTED, b"")


def test_a_working_directory_that_cannot_be_written(program: Program, config: str, tmp_path: Path) -> None:
    folder = tmp_path / "read-only"
    folder.mkdir(mode=0o500)
    assert succeeds(program("--config", config, input=TMM, cwd=folder)) == CONVERTED
    assert list(folder.iterdir()) == []


FROZEN_MODULES = ["os.py"]  # frozen into Python itself since 3.11
MODULES = ["yaml.py", "json.py", "re.py", "argparse.py", "typing.py", "ruamel/__init__.py"]
#: If PYTHONPATH names the working directory, Python itself imports these modules before any of our code runs.
FIRST_MODULES = ["postrender/__init__.py", "sitecustomize.py"]
(FIRST_MODULES if sys.version_info < (3, 11) else MODULES).extend(FROZEN_MODULES)


@pytest.mark.parametrize(
    ("variables", "module"),
    [
        *(({"PYTHONPATH": path}, module) for path in (":", ".", "") for module in MODULES),
        *(({}, module) for module in MODULES + FIRST_MODULES),
    ],
    ids=str,
)
def test_code_in_the_working_directory_never_runs(
    program: Program, tmp_path: Path, variables: dict[str, str], module: str
) -> None:
    (tmp_path / "spk-macvlan.yaml").write_bytes(CONFIG)
    (tmp_path / module).parent.mkdir(exist_ok=True)
    (tmp_path / module).write_text("open('ran', 'w').close()\nraise SystemExit(99)\n")
    for words in ([], ["init", "--from=-"]):
        assert program(*words, input=NEEDS_EVERYTHING, variables=variables).returncode == 0
    assert not (tmp_path / "ran").exists()


# Tests of `compile`; tests/hosts/kustomize and tests/hosts/flux test its output.


@pytest.mark.parametrize(("words", "warnings"), [([], 1), (["--only", "release"], 1), (["--only", "networks"], 0)])
def test_a_key_that_kustomize_refuses_is_said_where_kustomize_reads_it(
    program: Program, config: str, words: list[str], warnings: int
) -> None:
    twice = TMM + b"---\nkind: Pod\nspec: {volumes: [], volumes: []}\n"
    done = program("compile", "--format", "flux", "--config", config, *words, input=twice)
    assert done.returncode == 0
    said = done.stderr.decode().splitlines()
    assert sum("the key volumes is listed twice, which kustomize" in line for line in said) == warnings
    assert len(said) == 2 * warnings  # each warning has a fix on the next line


ODD = {
    "annotations-null": "{op: replace, path: /metadata/annotations, value: null}",
    "annotations-a-text": "{op: replace, path: /metadata/annotations, value: x}",
    "annotations-a-list": "{op: replace, path: /metadata/annotations, value: [a]}",
}
NAMELESS = {
    "metadata-null": "{op: replace, path: /metadata, value: null}",
    "metadata-a-list": "{op: replace, path: /metadata, value: []}",
    "no-metadata": "{op: remove, path: /metadata}",
}


@pytest.mark.parametrize("operation", ODD.values(), ids=ODD)
def test_a_patch_may_make_a_definition_odd(program: Program, tmp_path: Path, operation: str) -> None:
    patched = CONFIG.decode().replace("    create: false\n", '    annotations: {x: "z"}\n')
    patched += f"  patches: [{{target: {{kind: NetworkAttachmentDefinition}}, patch: [{operation}]}}]\n"
    (tmp_path / "odd.yaml").write_text(patched)
    done = program("compile", "--format", "flux", "--only", "networks", "--config", "odd.yaml", input=TMM)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"kind: NetworkAttachmentDefinition" in done.stdout


@pytest.mark.parametrize("operation", NAMELESS.values(), ids=NAMELESS)
def test_compile_refuses_a_patch_that_removes_a_name(program: Program, tmp_path: Path, operation: str) -> None:
    patched = CONFIG.decode().replace("    create: false\n", "")
    patched += f"  patches: [{{target: {{kind: NetworkAttachmentDefinition}}, patch: [{operation}]}}]\n"
    (tmp_path / "odd.yaml").write_text(patched)
    done = program("compile", "--format", "flux", "--config", "odd.yaml", input=TMM)
    assert (done.returncode, done.stdout) == (3, b"")
    assert b"spec.patches[0] changes the version, kind, name or namespace of NetworkAttachmentDefinition" in done.stderr


def test_networks_alone_take_no_release(program: Program) -> None:
    words = ["compile", "--format", "flux", "--only", "networks", "--helm-release", "nowhere.yaml"]
    done = program(*words, *LAB, input=TMM)
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"does not accept --helm-release" in done.stderr
