"""Test an installed program: its wheel in an empty environment, shell completion, and the pre-commit hook."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path
from typing import Any

import pytest
import yaml

from postrender import __version__
from postrender.cli import commands
from postrender.cli.commands.completion import SHELLS
from tests.conftest import PROGRAM, Program
from tests.patience import HANG

ROOT = Path(__file__).parent.parent
CONFIG = ROOT / "examples/spk-macvlan.yaml"


# Tests of the wheel.


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel into a new environment, as pipx does, and return the environment's folder of programs."""
    folder = tmp_path_factory.mktemp("installed")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    venv.create(folder / "venv", symlinks=True)
    new = folder / "venv" / "bin"
    pip = [sys.executable, "-m", "pip", "--python", str(new / "python"), "install", "--no-deps", "--no-index"]
    subprocess.run([*pip, str(wheel)], check=True, capture_output=True)
    return new


@pytest.mark.parametrize(
    ("words", "begins"),
    [
        pytest.param(["spk-macvlan", "--version"], f"spk-macvlan {__version__}\n", id="spk-macvlan"),
        pytest.param(["spk-macvlan-krm", "--help"], "usage: spk-macvlan krm ", id="spk-macvlan-krm"),
        pytest.param(["spk-macvlan", "init"], "# ", id="a-config"),
        pytest.param(["spk-macvlan", "explain", "veths"], "veths (change)\n\nTMM takes over", id="the-manual"),
        pytest.param(["spk-macvlan", "completion", "zsh"], "#compdef spk-macvlan\n", id="completion"),
    ],
)
def test_both_programs_run_from_an_environment_of_their_own(
    programs: Path, environment: dict[str, str], tmp_path: Path, words: list[str], begins: str
) -> None:
    # The dependencies come from the tests' environment, because the package index may be unreachable. Our own package
    # is not found there: an editable install is a .pth file, and PYTHONPATH ignores .pth files.
    libraries = {**environment, "PYTHONPATH": sysconfig.get_path("platlib")}
    program, *rest = words
    command = [str(programs / program), *rest]
    done = subprocess.run(command, env=libraries, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.startswith(begins)


# Tests of shell completion.


def completed(line: str, folder: Path, environment: dict[str, str]) -> list[str]:
    """Return what a real bash offers for the last word of a line."""
    script = """\
source <("$PROGRAM" completion bash)
read -ra words <<< "$LINE"
[[ $LINE == *" " ]] && words+=("")
COMP_WORDS=("${words[@]}") COMP_CWORD=$((${#words[@]} - 1)) COMP_LINE=$LINE COMP_POINT=${#LINE}
registered=$(complete -p spk-macvlan)
[[ $registered =~ -F\\ ([^ ]+) ]]
"${BASH_REMATCH[1]}" spk-macvlan
printf '%s\\n' "${COMPREPLY[@]}"
"""
    variables = {**environment, "PROGRAM": PROGRAM, "LINE": line}
    bash = ["bash", "--norc", "-c", script]
    done = subprocess.run(bash, cwd=folder, env=variables, capture_output=True, text=True, timeout=HANG, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.split()


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        pytest.param("spk-macvlan che", ["check"], id="a-verb"),
        pytest.param("spk-macvlan --debug che", ["check"], id="a-verb-behind-an-option"),
        pytest.param("spk-macvlan check --s", ["--strict"], id="an-option-of-a-verb"),
        pytest.param("spk-macvlan vlans --s", [], id="no-option-of-another-verb"),
        pytest.param("spk-macvlan check --format ", ["text", "json", "github"], id="what-an-option-takes"),
        pytest.param("spk-macvlan --config la", ["lab.yaml", "labs"], id="files"),
        pytest.param("spk-macvlan diff --config la", ["lab.yaml", "labs"], id="files-behind-a-verb"),
        pytest.param("spk-macvlan check la", ["lab.yaml", "labs"], id="files-as-such"),
        pytest.param("spk-macvlan helm-plugin la", ["labs"], id="folders-only"),
        pytest.param("spk-macvlan completion ", list(SHELLS), id="the-shells"),
        pytest.param("spk-macvlan explain pal", ["pal-cpu-set"], id="a-rule"),
        pytest.param("spk-macvlan explain pal-cpu-set lay", ["layout"], id="another-rule"),
        pytest.param("spk-macvlan check --ignore vlan-", ["vlan-mtu", "vlan-side"], id="a-rule-to-ignore"),
        pytest.param("spk-macvlan check --ignore default-", [], id="no-rule-that-changes-something"),
        pytest.param("spk-macvlan --limit doc", ["document-size=", "documents="], id="a-limit"),
        pytest.param("spk-macvlan diff --limit net", ["networks="], id="a-limit-behind-a-verb"),
    ],
)
def test_bash_completes(line: str, offered: list[str], tmp_path: Path, environment: dict[str, str]) -> None:
    (tmp_path / "lab.yaml").touch()
    (tmp_path / "labs").mkdir()
    assert sorted(completed(line, tmp_path, environment)) == sorted(offered)


@pytest.mark.parametrize("shell", SHELLS)
def test_the_script_of_a_shell_names_every_verb(program: Program, shell: str) -> None:
    done = program("completion", shell)
    assert (done.returncode, done.stderr) == (0, b"")
    words = set(re.findall(r"[a-z][a-z-]*", done.stdout.decode()))
    assert set(commands.VERBS) <= words
    assert done.stdout.endswith(b"\n")


def test_another_shell_is_refused(program: Program) -> None:
    done = program("completion", "ksh")
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"must be bash or fish or powershell or tcsh or zsh, not ksh" in done.stderr


# Tests of the pre-commit hook.


def hooks() -> list[dict[str, object]]:
    return list(yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text()))


@pytest.fixture
def repository(tmp_path: Path, environment: dict[str, str]) -> Path:
    """Return a repository that uses the hook.

    The hook runs the installed program, because a new environment would need a package index.
    """
    folder = tmp_path / "repository"
    folder.mkdir()
    subprocess.run(["git", "init", "-q", str(folder)], check=True, capture_output=True, env=environment)
    mine = [{**hook, "language": "system"} for hook in hooks()]
    (folder / ".pre-commit-config.yaml").write_text(yaml.safe_dump({"repos": [{"repo": "local", "hooks": mine}]}))
    shutil.copy(CONFIG, folder)
    (folder / "values.yaml").write_text("a: 1\n")
    return folder


def pre_commit(repository: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([str(Path(PROGRAM).parent), environment["PATH"]])
    mine = {**environment, "PATH": path, "PRE_COMMIT_HOME": str(repository.parent / "cache")}
    settings: dict[str, Any] = {"cwd": repository, "env": mine, "capture_output": True, "text": True, "timeout": HANG}
    subprocess.run(["git", "add", "--all"], check=True, **settings)
    command = [sys.executable, "-m", "pre_commit", "run", "--color=never"]
    done: subprocess.CompletedProcess[str] = subprocess.run(command, check=False, **settings)
    return done


def test_pre_commit_reads_the_hooks(environment: dict[str, str]) -> None:
    command = [sys.executable, "-m", "pre_commit", "validate-manifest", str(ROOT / ".pre-commit-hooks.yaml")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_pre_commit_passes_good_configs(repository: Path, environment: dict[str, str]) -> None:
    shutil.copy(CONFIG, repository / "spk-macvlan-lab2.yml")
    done = pre_commit(repository, environment)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Passed" in done.stdout


def test_pre_commit_shows_where_a_config_is_wrong(repository: Path, environment: dict[str, str]) -> None:
    (repository / "labs").mkdir()
    wrong = CONFIG.read_text().replace("master:", "mastr:", 1)
    (repository / "labs" / "spk-macvlan.yaml").write_text(wrong)
    done = pre_commit(repository, environment)
    assert done.returncode == 1
    assert re.search(
        r"^spk-macvlan: labs/spk-macvlan\.yaml:\d+:\d+: spec\.networks\S*mastr: ", done.stdout, re.MULTILINE
    )


def test_pre_commit_leaves_other_files_alone(repository: Path, environment: dict[str, str]) -> None:
    (repository / "spk-macvlan.yaml").unlink()
    done = pre_commit(repository, environment)
    assert (done.returncode, done.stderr) == (0, "")
    assert "no files to check" in done.stdout


# Tests of `check` with configs, as the hook runs it.


def test_check_of_configs_reads_no_manifests(program: Program) -> None:
    done = program("check", str(CONFIG), str(CONFIG), input=b"{")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        pytest.param(["none.yaml"], 3, b"none.yaml: cannot be read", id="manifests-by-their-name"),
        pytest.param([str(CONFIG), "none.yaml"], 3, b"none.yaml: cannot be read", id="the-second"),
    ],
)
def test_check_of_files_refuses(program: Program, words: list[str], status: int, said: bytes) -> None:
    done = program("check", *words)
    assert (done.returncode, done.stdout) == (status, b"")
    assert done.stderr.startswith(b"spk-macvlan: " + said)
    assert done.stderr.count(b"\n") == 1


def test_check_of_configs_names_every_bad_one(program: Program, tmp_path: Path) -> None:
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text(CONFIG.read_text().replace("master:", "mastr:"))
    done = program("check", "a.yaml", str(CONFIG), "b.yaml")
    assert done.returncode == 2
    files = [line.split(":")[1] for line in done.stderr.decode().splitlines()]
    assert [*dict.fromkeys(files)] == [" a.yaml", " b.yaml"]
