"""Test a checkout that tries to read another application's checkout.

Each attack meets our checks, the kernel's confinement, and both.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from postrender.errors import Failure
from postrender.hosts import argocd, checkout
from postrender.hosts.argocd import UNCONFINED
from postrender.programs import landlock
from tests.hosts.argocd.cmpserver import Plugin, request
from tests.hosts.argocd.support import APP, CHARTS, parameters
from tests.hosts.argocd.test_dependencies import CHART, PART, write
from tests.hosts.helm.objects import CONFIG

pytestmark = pytest.mark.hosts

CANARY = "n31ghb0ur"
UP = "../../../sibling"  #: the path from the application's folder to the sibling's checkout
OTHER = {
    "Chart.yaml": "apiVersion: v2\nname: part\nversion: 0.1.0\n",
    "templates/part.yaml": f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: part}}\ndata: {{a: {CANARY}}}\n",
    "kustomization.yaml": "resources: [templates/part.yaml]\n",
    "schema.json": json.dumps({"properties": {"password": {"const": CANARY}}}),
}
FILES_GET = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: seen}\ndata: {a: {{ .Files.Get "leak" | quote }}}\n'


class Place(NamedTuple):
    """The location of an attack: the application's folder, its repository, and the sibling's checkout."""

    app: Path
    repository: Path
    sibling: Path

    def write(self, name: str, text: str) -> None:
        (self.app / name).parent.mkdir(parents=True, exist_ok=True)
        (self.app / name).write_text(text)

    def link(self, name: str, target: str | Path) -> None:
        (self.app / name).parent.mkdir(parents=True, exist_ok=True)
        (self.app / name).symlink_to(target)


Attack = Callable[[Place], None]


def depends(text: str) -> Attack:
    """Write a Chart.yaml with dependencies; SIBLING stands for the sibling's checkout, UP for a relative path to it."""
    return lambda place: place.write(
        "Chart.yaml", CHART + text.replace("UP", UP).replace("SIBLING", str(place.sibling))
    )


def locked(place: Place) -> None:
    """Write a harmless Chart.yaml, and a Chart.lock that leads elsewhere:

    Helm builds dependencies from the lock file.
    """
    wanted = {"name": "part", "version": "0.1.0", "repository": "https://charts.example.com"}
    place.write("Chart.yaml", CHART + f"dependencies: [{json.dumps(wanted)}]\n")
    place.write(
        "Chart.lock",
        f"dependencies: [{{name: part, version: 0.1.0, repository: 'file://{place.sibling}'}}]\ndigest: x\n",
    )


def first_format(place: Place) -> None:
    place.write("Chart.yaml", "apiVersion: v1\nname: probe\nversion: 0.1.0\n")
    text = f"dependencies: [{{name: part, version: 0.1.0, repository: 'file://{place.sibling}'}}]\n"
    place.write("requirements.yaml", text)


def schema(value: object) -> Attack:
    """Write a values schema; SIBLING stands for the sibling's checkout."""
    return lambda place: place.write("values.schema.json", json.dumps(value).replace("SIBLING", str(place.sibling)))


def packaged_schema(name: str, schema_name: str = "values.schema.json") -> Attack:
    """Vendor a chart as an archive whose schema refers to the sibling's checkout."""

    def pack(place: Place) -> None:
        text = json.dumps({"$ref": f"file://{place.sibling}/schema.json"})
        files = {**PART, schema_name: text}
        place.write("Chart.yaml", CHART + "dependencies: [{name: part, version: 0.1.0}]\n")
        (place.app / name).parent.mkdir(parents=True, exist_ok=True)
        (place.app / name).write_bytes(archive({f"part/{path}": data.encode() for path, data in files.items()}))

    return pack


def archive(files: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w:gz") as opened:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            opened.addfile(member, io.BytesIO(data))
    return held.getvalue()


def packaged_in_packaged(place: Place) -> None:
    inner = {**PART, "values.schema.json": json.dumps({"$ref": f"file://{place.sibling}/schema.json"})}
    within = archive({f"part/{path}": data.encode() for path, data in inner.items()})
    outer = {"Chart.yaml": "apiVersion: v2\nname: outer\nversion: 0.1.0\n"}
    files = {**{f"outer/{path}": data.encode() for path, data in outer.items()}, "outer/charts/part-0.1.0.tgz": within}
    place.write("Chart.yaml", CHART + "dependencies: [{name: outer, version: 0.1.0}]\n")
    (place.app / "charts").mkdir()
    (place.app / "charts/outer-0.1.0.tgz").write_bytes(archive(files))


def linked_charts(place: Place) -> None:
    """Put the packaged chart into another folder, and make charts/ a link to this folder."""
    packaged_schema("vendored/part-0.1.0.tgz")(place)
    place.link("charts", "vendored")


def broken_checksum(place: Place) -> None:
    """Go reads a tar header whose checksum starts with NUL; Python's tarfile takes it for the end of the archive."""
    packaged_schema("charts/part-0.1.0.tgz")(place)
    file = place.app / "charts/part-0.1.0.tgz"
    data = bytearray(gzip.decompress(file.read_bytes()))
    at = data.index(b"part/values.schema.json")
    data[at + 148 : at + 156] = b"\0" + data[at + 148 : at + 154] + b"\0"
    file.write_bytes(gzip.compress(bytes(data)))


def extended(headers: dict[str, str], *, for_all: bool = False) -> Attack:
    """Package a chart whose schema gets another name from an extended tar header."""

    def pack(place: Place) -> None:
        packaged_schema("charts/part-0.1.0.tgz")(place)
        schema = json.dumps({"$ref": f"file://{place.sibling}/schema.json"}).encode()
        held = io.BytesIO()
        with tarfile.open(
            fileobj=held, mode="w:gz", format=tarfile.PAX_FORMAT, pax_headers=headers if for_all else {}
        ) as opened:
            for name, text in (*PART.items(), ("values.schema.json", schema.decode())):
                member = tarfile.TarInfo(f"part/{name}")
                member.size = len(text.encode())
                if name == "values.schema.json":
                    member.pax_headers = {} if for_all else headers
                opened.addfile(member, io.BytesIO(text.encode()))
        (place.app / "charts/part-0.1.0.tgz").write_bytes(held.getvalue())

    return pack


def linked(name: str, target: Callable[[Place], Path]) -> Attack:
    def link(place: Place) -> None:
        place.write("templates/seen.yaml", FILES_GET)
        place.link(name, target(place))

    return link


def linked_twice(place: Place) -> None:
    place.write("templates/seen.yaml", FILES_GET)
    place.link("leak", "one")
    place.link("one", f"{UP}/templates/part.yaml")


def linked_beside(place: Place) -> None:
    """The chart links to another folder of the repository; this folder contains the link out of the repository."""
    place.write("templates/seen.yaml", FILES_GET.replace('"leak"', '"beside/leak"'))
    (place.repository / "beside").mkdir()
    (place.repository / "beside/leak").symlink_to(place.sibling / "templates/part.yaml")
    place.link("beside", "../../beside")


def base(text: str) -> Attack:
    return lambda place: place.write(
        "kustomization.yaml", text.replace("UP", UP).replace("SIBLING", str(place.sibling))
    )


def base_behind_a_link(place: Place) -> None:
    """The kernel resolves the link before `..`, but kustomize shortens the path as text first."""
    (place.repository / "apps/lab/a/b/c/d/e").mkdir(parents=True)
    place.link("deep", "a/b/c/d/e")
    place.write("kustomization.yaml", f"resources: ['deep/../{UP}']\n")


def nested_base(place: Place) -> None:
    place.write("kustomization.yaml", "resources: [../../beside]\n")
    (place.repository / "beside").mkdir()
    (place.repository / "beside/kustomization.yaml").write_text("resources: [../../sibling]\n")


HELM: dict[str, Attack] = {
    "dependency": depends("dependencies: [{name: part, version: 0.1.0, repository: 'file://SIBLING'}]\n"),
    "dependency-by-a-relative-path": depends("dependencies: [{name: part, version: 0.1.0, repository: 'file://UP'}]\n"),
    "dependency-with-keys-in-other-case": depends(
        "Dependencies: [{Name: part, Version: 0.1.0, Repository: 'file://SIBLING'}]\n"
    ),
    "dependency-with-its-scheme-in-other-case": depends(
        "dependencies: [{name: part, version: 0.1.0, repository: 'FILE://SIBLING'}]\n"
    ),
    "dependency-beside-an-anchor-used-twice": depends(
        "keywords: [&a x, &a y]\ndependencies: [{name: part, version: 0.1.0, repository: 'file://SIBLING'}]\n"
    ),
    "dependency-in-binary": depends(
        "dependencies: [{name: part, version: 0.1.0, repository: !!binary ZmlsZTovLy4uLy4uLy4uL3NpYmxpbmc=}]\n"
    ),
    "dependency-with-escapes": depends(
        'dependencies: [{name: part, version: 0.1.0, repository: "\\x66ile://SIBLING"}]\n'
    ),
    "dependency-by-its-name": depends("dependencies: [{name: ../UP, version: 0.1.0}]\n"),
    "dependency-of-a-process": depends(
        f"dependencies: [{{name: part, version: 0.1.0, repository: 'file:///proc/{os.getppid()}/rootSIBLING'}}]\n"
    ),
    "dependency-in-the-lock": locked,
    "dependency-of-the-first-format": first_format,
    "schema": schema({"$ref": "file://SIBLING/schema.json"}),
    "schema-without-scheme": schema({"$ref": "SIBLING/schema.json"}),
    "schema-with-its-own-base": schema({"$id": "file://SIBLING/x", "$ref": "schema.json"}),
    "schema-deep-inside": schema({"properties": {"a": {"allOf": [{"$ref": "file://SIBLING/schema.json#/x"}]}}}),
    "schema-as-dialect": schema({"$schema": "file://SIBLING/schema.json"}),
    "schema-of-a-packaged-chart": packaged_schema("charts/part-0.1.0.tgz"),
    "schema-of-a-packaged-chart-with-another-path": packaged_schema("charts/part-0.1.0.tgz", "./values.schema.json"),
    "schema-of-a-chart-packaged-in-a-packaged-chart": packaged_in_packaged,
    "schema-behind-a-linked-folder": linked_charts,
    "schema-behind-a-broken-checksum": broken_checksum,
    "schema-of-a-sparse-file": extended(
        {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.name": "part/values.schema.json"}
    ),
    "schema-under-a-name-for-all": extended({"path": "part/README.md"}, for_all=True),
    "linked-file": linked("leak", lambda place: place.sibling / "templates/part.yaml"),
    "linked-file-by-a-relative-path": linked("leak", lambda _: Path(UP) / "templates/part.yaml"),
    "linked-folder": linked("templates/more", lambda place: place.sibling / "templates"),
    "linked-file-of-a-process": linked(
        "leak", lambda place: Path(f"/proc/{os.getppid()}/root{place.sibling}/templates/part.yaml")
    ),
    "link-to-a-link": linked_twice,
    "link-in-a-linked-folder": linked_beside,
}  # fmt: skip
KUSTOMIZE: dict[str, Attack] = {
    "base": base("resources: [UP]\n"),
    "base-as-components": base("components: [UP]\n"),
    "base-by-an-old-field": base("bases: [UP]\n"),
    "base-of-a-process": base(f"resources: ['../../../../../../../../../proc/{os.getppid()}/rootSIBLING']\n"),
    "base-beside-an-anchor-used-twice": base("commonLabels: {a: &a x, b: &a y}\nresources: [UP]\n"),
    "base-behind-a-link": base_behind_a_link,
    "base-that-is-a-local-repository": base("resources: ['file://SIBLING']\n"),
    "base-that-is-a-local-repository-by-git": base("resources: ['git::file://SIBLING']\n"),
    "base-over-ssh": base("resources: ['git@example.com:owner/name']\n"),
    "base-with-an-option-for-git": base(
        "Resources: ['https://example.com/a/b?ref=--upload-pack=touch%20SIBLING/ran']\n"
    ),
    "base-of-a-base": nested_base,
}


@pytest.fixture
def place(repository: Path, tmp_path: Path, with_kustomize: Plugin, monkeypatch: pytest.MonkeyPatch) -> Place:
    """Set up both checkouts, and make this process the sidecar, which is rendering another application."""
    write(tmp_path / "sibling", OTHER)
    for name, value in with_kustomize.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("ARGOCD_APP_NAME", "lab")
    monkeypatch.setenv("ARGOCD_APP_SOURCE_PATH", APP)
    return Place(repository / APP, repository, tmp_path / "sibling")


def generated(place: Place, monkeypatch: pytest.MonkeyPatch, **given: str) -> str:
    """Return all output, findings and errors of a run."""
    monkeypatch.setenv("ARGOCD_APP_PARAMETERS", json.dumps(parameters(**given)))
    monkeypatch.chdir(place.app)
    try:
        answer = argocd.generate(os.environ)
        return answer.output.decode() + "".join(map(str, answer.findings))
    except Failure as failure:
        return str(failure)


def without_the_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landlock, "version", lambda: 0)


def without_our_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkout, "require_chart_inside", lambda _: None)
    monkeypatch.setattr(checkout, "require_kustomization_inside", lambda _: False)


REFUSED = (
    *("outside the repository", "cannot be checked", "refers to another schema", "cannot be read as a packaged chart"),
    "neither a path nor an https address",
)


def attacks(table: dict[str, Attack]) -> list[object]:
    return [pytest.param(attack, id=name) for name, attack in table.items()]


@pytest.mark.parametrize("attack", attacks(HELM))
def test_our_checks_alone_refuse_a_chart(place: Place, monkeypatch: pytest.MonkeyPatch, attack: Attack) -> None:
    attack(place)
    without_the_kernel(monkeypatch)
    monkeypatch.setattr("postrender.hosts.rendering._started", None)  # fails if a program starts
    said = generated(place, monkeypatch)
    assert CANARY not in said
    assert any(words in said for words in REFUSED), said


@pytest.mark.parametrize("attack", attacks(KUSTOMIZE))
def test_our_checks_alone_refuse_a_kustomization(place: Place, monkeypatch: pytest.MonkeyPatch, attack: Attack) -> None:
    attack(place)
    without_the_kernel(monkeypatch)
    monkeypatch.setattr("postrender.hosts.rendering._started", None)
    said = generated(place, monkeypatch, kustomize="true")
    assert CANARY not in said
    assert any(words in said for words in REFUSED), said


@pytest.mark.parametrize("attack", attacks(HELM))
def test_the_kernel_alone_keeps_a_chart_inside(place: Place, monkeypatch: pytest.MonkeyPatch, attack: Attack) -> None:
    attack(place)
    without_our_checks(monkeypatch)
    said = generated(place, monkeypatch)
    assert CANARY not in said


@pytest.mark.parametrize("attack", attacks(KUSTOMIZE))
def test_the_kernel_alone_keeps_a_kustomization_inside(
    place: Place, monkeypatch: pytest.MonkeyPatch, attack: Attack
) -> None:
    attack(place)
    without_our_checks(monkeypatch)
    assert CANARY not in generated(place, monkeypatch, kustomize="true")


def test_without_both_layers_the_attacks_succeed(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the attacks failed even without protection, the other tests would prove nothing."""
    without_the_kernel(monkeypatch)
    without_our_checks(monkeypatch)
    succeeded = []
    for name, attack in HELM.items():
        shutil.rmtree(place.app)
        shutil.copytree(CHARTS / "probe", place.app)
        shutil.copy(CONFIG, place.app)
        shutil.rmtree(place.repository / "beside", ignore_errors=True)
        attack(place)
        monkeypatch.setattr("postrender.hosts.messages.remove_values", lambda message, *_: message)
        given = {"values": "password: x\n"}
        succeeded += [name] if CANARY in generated(place, monkeypatch, **given) else []
    assert {"dependency", "dependency-with-keys-in-other-case", "schema", "linked-file"} <= {*succeeded}


def test_a_kernel_without_landlock_is_told_in_the_log(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    without_the_kernel(monkeypatch)
    assert str(UNCONFINED) in generated(place, monkeypatch)


def test_with_landlock_there_is_nothing_to_tell(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    if not landlock.version():
        pytest.fail("this kernel has no Landlock, so half of this file shows nothing")
    assert "confinement" not in generated(place, monkeypatch)


def test_what_stays_inside_is_no_attack(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Links, dependencies and references that stay within the repository work."""
    write(place.repository / "libraries/part", PART)
    place.write(
        "Chart.yaml",
        CHART + "dependencies: [{name: part, version: 0.1.0, repository: 'file://../../libraries/part'}]\n",
    )
    place.write(
        "values.schema.json",
        json.dumps({"$schema": "http://json-schema.org/draft-07/schema#", "$defs": {"a": {}}, "$ref": "#/$defs/a"}),
    )
    (place.repository / "notes").write_text("in the repository")
    place.write("templates/seen.yaml", FILES_GET)
    place.link("leak", "../../notes")
    said = generated(place, monkeypatch)
    assert "in the repository" in said
    assert "name: part" in said
    assert not (place.app / "charts").exists()


def test_the_plugin_refuses_as_well(plugin: Plugin, repository: Path, tmp_path: Path) -> None:
    """Attack once from outside, through the interface that Argo CD uses."""
    write(tmp_path / "sibling", OTHER)
    (repository / APP / "leak").symlink_to(tmp_path / "sibling")
    answer = plugin.start(repository, request(path=APP), APP).answer()
    assert (answer.status, answer.stdout) == (3, "")
    assert answer.stderr.startswith("spk-macvlan: leak: points to a file outside the repository")
