"""Test attacks by an application or its repository: parameters are only data, and the checkout is not trusted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import PROGRAM
from tests.hosts.argocd.cmpserver import Answer, Plugin, request
from tests.hosts.argocd.support import APP, Generate, named, parameters, seen
from tools.binaries import binary

pytestmark = pytest.mark.hosts


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    """Return the path of a file that exists only if an attack ran a command."""
    return tmp_path / "canary"


def texts(canary: Path) -> list[str]:
    """Return texts that a shell, Helm's templates or an option parser could interpret."""
    command = f"touch {canary}"
    return [
        f"$({command})",
        f"`{command}`",
        f"; {command};",
        f"a\n{command}\n",
        f"' || {command} || '",
        f'" | {command} #',
        f"--post-renderer={canary}",
        "--help",
        "-",
        '{{ env "HOME" }}',
        "\x1b[31mGröße",
    ]


HOSTILE = [pytest.param(number, id=f"text-{number}") for number in range(len(texts(Path())))]

each_text = pytest.mark.parametrize("number", HOSTILE)


@each_text
def test_a_parameter_is_never_executed(generate: Generate, canary: Path, number: int) -> None:
    """Try each text in a third of the parameters, and each parameter with a third of the texts.

    Each try starts Helm, so trying all combinations would take too long.
    """
    text = texts(canary)[number]
    strings = ("release-name", "config-file", "config", "namespace", "kube-version", "values", "skip-crds")
    places: list[dict[str, Any]] = [
        *({"name": name, "string": text} for name in strings),
        *({"name": name, "array": [text]} for name in ("values-files", "api-versions")),
        {"name": "set", "map": {"a": text}},
        {"name": "set", "map": {text: "a"}},
        {"name": text, "string": "a"},
    ]
    for place in places[number % 3 :: 3]:
        assert_harmless(generate([place]), canary)


def assert_harmless(answer: Answer, canary: Path) -> None:
    assert not canary.exists()
    assert (answer.changed, answer.alive) == ([], [])
    assert answer.status in (0, 2, 3), answer.stderr
    if answer.status:
        assert answer.stdout == ""
        assert answer.stderr.startswith("spk-macvlan: ")
        assert len(answer.stderr.splitlines()) == 1
        assert len(answer.stderr) <= 700


@each_text
def test_a_value_arrives_as_it_is(generate: Generate, canary: Path, number: int) -> None:
    text = texts(canary)[number]
    value = f"x{text}" if text.startswith("{") else text  # Helm reads braces as a list
    assert seen(generate(parameters(set={"a": value})))["values"]["a"] == value
    told = seen(generate(parameters(values=json.dumps({"a": text, "b": "{{ .Release.Name }}"}))))["values"]
    assert (told["a"], told["b"]) == (text, "{{ .Release.Name }}")


NO_RELEASES = [
    '{{ env "HOME" }}',
    '{{ "x" }}',
    "a{{/* */}}",
    "lab lab",
    "--help",
    "-lab",
    "lab-",
    "Lab",
    "lab_lab",
    "lab/lab",
    "lab\nlab",
    "größe",
    "..",
    "x" * 54,
]


@pytest.mark.parametrize("name", NO_RELEASES)
def test_what_is_no_release_name_is_refused(generate: Generate, name: str) -> None:
    answer = generate(parameters(release_name=name))
    assert (answer.status, answer.stdout) == (2, "")
    assert "release-name" in answer.stderr


@pytest.mark.parametrize("name", ['ns_{{ env "HOME" }}', '{{ env "HOME" }}', "ns_--help", "ns_a_b", ""])
def test_what_is_no_release_name_is_refused_as_an_applications_too(generate: Generate, name: str) -> None:
    answer = generate(ARGOCD_APP_NAME=name)
    assert (answer.status, answer.stdout) == (2, "")


# Tests of files.


@pytest.fixture
def outside(home: Path, repository: Path) -> Path:
    """Create a file outside the checkout, and links in the repository that lead to it.

    The file could belong to another application.
    """
    file = home / "outside.yaml"
    file.write_text("from: outside\n")
    (repository / APP / "link.yaml").symlink_to(file)
    (repository / APP / "chain.yaml").symlink_to("link.yaml")
    (repository / APP / "folder").symlink_to("../../../..")
    return file


# OUTSIDE stands for the path of this file.
WAYS = {
    "absolute": "OUTSIDE",
    "relative": "../../../../outside.yaml",
    "relative-from-within": "templates/../../../../../outside.yaml",
    "link": "link.yaml",
    "chain-of-links": "chain.yaml",
    "linked-folder": "folder/outside.yaml",
    "file-url": "file://OUTSIDE",
    "file-url-in-capitals": "FILE://OUTSIDE",
    "http": "http://127.0.0.1:9/values.yaml",
    "https": "HTTPS://127.0.0.1:9/values.yaml",
    "plugin-of-helm": "secrets://OUTSIDE",
    "device": "/dev/stdin",
    "process": "/proc/self/environ",
    "standard-input": "-",
    "folder": "templates",
    "missing": "values-lab.yaml",
    "none": "",
}


@pytest.mark.parametrize("way", [pytest.param(way, id=name) for name, way in WAYS.items()])
def test_only_a_file_of_the_repository_is_read(generate: Generate, outside: Path, way: str) -> None:
    path = way.replace("OUTSIDE", str(outside))
    given = [parameters(values_files=["values.yaml", path]), *([parameters(config_file=path)] if path else [])]
    for it in given:
        answer = generate(it)
        assert (answer.status, answer.stdout) == (2, "")
        assert str(it[0]["name"]) in answer.stderr
        assert ("is a URL" in answer.stderr) == ("://" in way)
        assert "from: outside" not in answer.stderr


def test_a_link_does_not_lead_out_by_the_default_name_either(
    generate: Generate, outside: Path, repository: Path
) -> None:
    config = repository / APP / "spk-macvlan.yaml"
    outside.write_bytes(config.read_bytes())
    config.unlink()
    config.symlink_to(outside)
    assert generate().status == 2


def test_the_root_of_the_repository_does_not_follow_a_wrong_path(generate: Generate, outside: Path) -> None:
    for path in ("..", "/", "../..", "a/../../../..", "wrong"):
        answer = generate(parameters(values_files=["../../../../outside.yaml"]), ARGOCD_APP_SOURCE_PATH=path)
        assert (answer.status, answer.stdout) == (2, "")


NAMES = [
    "a,b.yaml",
    'a"b.yaml',
    '"ab".yaml',
    '","',
    "a b.yaml",
    " a.yaml",
    "a.yaml ",
    "-a.yaml",
    "--values=a.yaml",
    "a'b.yaml",
    "$(a).yaml",
    "*.yaml",
    "a\\b.yaml",
    "http:a.yaml",
    "größe.yaml",
    "-",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_file_may_have_any_name(generate: Generate, repository: Path, name: str) -> None:
    (repository / APP / name).write_text("from: file\n")
    (repository / APP / "after.yaml").write_text("after: 1\n")
    told = seen(generate(parameters(values_files=[name, "after.yaml"])))["values"]
    assert (told["from"], told["after"]) == ("file", 1)


@pytest.mark.parametrize("name", ["a\nb.yaml", "a\rb.yaml", "a\x7f.yaml"], ids=["newline", "return", "delete"])
def test_a_name_that_helm_cannot_take_is_harmless(
    generate: Generate, repository: Path, canary: Path, name: str
) -> None:
    (repository / APP / name).write_text("from: file\n")
    answer = generate(parameters(values_files=[name]))
    assert answer.status in (2, 3)
    assert_harmless(answer, canary)


@pytest.mark.parametrize("name", [*NAMES, "a\nb.yaml"])
def test_the_config_may_have_any_name(generate: Generate, repository: Path, name: str) -> None:
    (repository / APP / "spk-macvlan.yaml").rename(repository / APP / name)
    assert named(generate(parameters(config_file=name)), "macvlan-internal")


# Tests of programs.


@pytest.fixture
def planted(repository: Path, canary: Path) -> None:
    """Put programs and modules with commonly used names into many folders of the repository."""
    for folder in (repository, repository / APP, repository / APP / "bin", repository / "bin"):
        folder.mkdir(exist_ok=True)
        for name in ("helm", "kustomize", "git"):
            (folder / name).write_text(f"#!/bin/sh\ntouch {canary}\n")
            (folder / name).chmod(0o755)
        for name in ("json", "yaml", "signal", "subprocess", "tempfile", "shutil", "sitecustomize", "postrender"):
            (folder / f"{name}.py").write_text(f"open({str(canary)!r}, 'w')\n")


KEEPING = "spec:\n  preserveFileMode: true\n"


@pytest.fixture
def keeping(monkeypatch: pytest.MonkeyPatch, plugin: Plugin, tmp_path: Path) -> Plugin:
    """Return a plugin that keeps programs of the repository executable, in a folder that an attacker guessed."""
    file = tmp_path / "plugin.yaml"
    file.write_text(plugin.file.read_text().replace("spec:\n", KEEPING, 1))
    monkeypatch.setattr("secrets.token_hex", lambda _: "guessed")
    (tmp_path / "link").symlink_to(plugin.workdir / "_cmp_server/guessed/bin")
    (tmp_path / "links").mkdir()
    for name in ("helm", "kustomize"):
        (tmp_path / "links" / name).symlink_to(plugin.workdir / "_cmp_server/guessed/bin" / name)
    return plugin._replace(file=file)


PATHS = {
    "as-it-is": "{path}",
    "working-directory": ".:{path}",
    "empty-entries": ":{path}:",
    "relative": "bin:../../bin:{path}",
    "the-repository-itself": "{tmp}/_cmp_server/guessed:{tmp}/_cmp_server/guessed/bin:{path}",
    "the-application-itself": "{tmp}/_cmp_server/guessed/apps/lab:{path}",
    "linked-folder": "{tmp}/../link:{path}",
    "linked-program": "{tmp}/../links:{path}",
}


@pytest.mark.usefixtures("planted")
@pytest.mark.parametrize("path", [pytest.param(path, id=name) for name, path in PATHS.items()])
def test_no_program_comes_from_the_repository(keeping: Plugin, repository: Path, canary: Path, path: str) -> None:
    entries = path.format(path=keeping.environment["PATH"], tmp=keeping.workdir)
    answer = on_path(keeping, entries).start(repository, request(path=APP), APP).answer()
    assert named(answer, "macvlan-internal")
    assert not canary.exists()


@pytest.mark.usefixtures("planted")
def test_kustomize_does_not_come_from_the_repository(keeping: Plugin, repository: Path, canary: Path) -> None:
    (repository / APP / "kustomization.yaml").write_text("resources: [templates/tmm.yaml]\n")
    real = binary("kustomize").parent
    entries = f".::bin:{keeping.workdir}/_cmp_server/guessed:{real}:{keeping.environment['PATH']}"
    answer = on_path(keeping, entries).start(repository, request(parameters(kustomize="true"), path=APP), APP).answer()
    assert named(answer, "macvlan-internal")
    assert not canary.exists()


def on_path(plugin: Plugin, entries: str) -> Plugin:
    return plugin._replace(environment={**plugin.environment, "PATH": entries})


@pytest.mark.usefixtures("planted")
def test_no_module_comes_from_the_repository(keeping: Plugin, repository: Path, canary: Path) -> None:
    answer = keeping.start(repository, request(path=APP, PYTHONPATH=":"), APP).answer()
    assert named(answer, "macvlan-internal")
    assert not canary.exists()


@pytest.mark.usefixtures("planted")
@pytest.mark.parametrize("name", ["helm", "kustomize"])
def test_no_program_at_all_is_said(keeping: Plugin, repository: Path, canary: Path, name: str) -> None:
    alone = on_path(keeping, f"{Path(PROGRAM).parent}:.:{keeping.workdir}/_cmp_server/guessed")
    given = parameters(kustomize="true") if name == "kustomize" else None
    answer = alone.start(repository, request(given, path=APP), APP).answer()
    assert (answer.status, answer.stdout) == (2, "")
    assert f"no {name} on the PATH" in answer.stderr
    assert not canary.exists()
