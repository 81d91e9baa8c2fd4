"""Attacks by a checkout that tries to reach another application's checkout, a server or another program.

Each class of attacks is a row of the table in docs/argocd-untrusted.md, which says which layers stop it.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import tarfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from tests.hosts.argocd.test_dependencies import CHART, PART

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
    server: str  #: the address of a web server, which notes what it is asked for

    def write(self, name: str, text: str) -> None:
        (self.app / name).parent.mkdir(parents=True, exist_ok=True)
        (self.app / name).write_text(text)

    def link(self, name: str, target: str | Path) -> None:
        (self.app / name).parent.mkdir(parents=True, exist_ok=True)
        (self.app / name).symlink_to(target)


Attack = Callable[[Place], None]


def depends(text: str) -> Attack:
    """Write a Chart.yaml with dependencies; SIBLING stands for the sibling's checkout, UP for a relative path to it."""
    return lambda place: place.write("Chart.yaml", CHART + _named(text, place))


def _named(text: str, place: Place) -> str:
    """Return a text with the names of what it attacks."""
    names = {"UP": UP, "SIBLING": str(place.sibling), "SERVER": place.server}
    for name, value in names.items():
        text = text.replace(name, value)
    return text


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
    return lambda place: place.write("values.schema.json", _named(json.dumps(value), place))


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


def kustomization(text: str) -> Attack:
    """Write a kustomization; SIBLING, UP and SERVER stand for what they say."""
    return lambda place: place.write("kustomization.yaml", _named(text, place))


def base_behind_a_link(place: Place) -> None:
    """The kernel resolves the link before `..`, but kustomize shortens the path as text first."""
    (place.repository / "apps/lab/a/b/c/d/e").mkdir(parents=True)
    place.link("deep", "a/b/c/d/e")
    place.write("kustomization.yaml", f"resources: ['deep/../{UP}']\n")


def nested_base(place: Place) -> None:
    place.write("kustomization.yaml", "resources: [../../beside]\n")
    (place.repository / "beside").mkdir()
    (place.repository / "beside/kustomization.yaml").write_text("resources: [../../sibling]\n")


def named_like_a_server(place: Place) -> None:
    """kustomize takes the path for an address before it looks whether there is such a folder."""
    place.write("github.com/acme/base/kustomization.yaml", "resources: []\n")
    place.write("kustomization.yaml", "resources: [github.com/acme/base]\n")


def template(text: str) -> Attack:
    return lambda place: place.write("templates/seen.yaml", _named(text, place))


class Class(NamedTuple):
    """A class of attacks: what the page says of it, the layers that each stop all of them, and the attacks."""

    what: str
    checks: bool  #: the plugin's checks alone
    landlock: bool
    seccomp: bool
    charts: Mapping[str, Attack] = {}
    kustomizations: Mapping[str, Attack] = {}


SPELLINGS = ("Resources", "RESOURCES", "re\u017fources", "component\u017f", "ba\u017fes")
OTHER_FOLDER = "dependencies: [{name: part, version: 0.1.0, repository: 'file://SIBLING'}]\n"
CLASSES = {
    "dependency": Class(
        "a dependency that is a folder outside the repository, in `Chart.yaml`, `Chart.lock`, `requirements.yaml` or "
        "`requirements.lock`, or whose name is a path",
        True, True, False,
        charts={
            "by-an-absolute-path": depends(OTHER_FOLDER),
            "by-a-relative-path": depends(OTHER_FOLDER.replace("SIBLING", "UP")),
            "by-its-name": depends("dependencies: [{name: ../UP, version: 0.1.0}]\n"),
            "in-the-lock": locked,
            "of-the-first-format": first_format,
        },
    ),
    "spelling": Class(
        "a field or an address in a spelling that only Helm or kustomize reads: other letter cases, `\u017f` for `s`, "
        "escapes, tags, anchors",
        True, True, False,
        charts={
            "keys-in-other-case": depends(
                "Dependencies: [{Name: part, Version: 0.1.0, Repository: 'file://SIBLING'}]\n"
            ),
            "keys-with-a-long-s": depends(OTHER_FOLDER.replace("dependencies", "dependencie\u017f")),
            "scheme-in-other-case": depends(OTHER_FOLDER.replace("file:", "FILE:")),
            "anchor-used-twice": depends("keywords: [&a x, &a y]\n" + OTHER_FOLDER),
            "merged-keys": depends("annotations: &a {a: b}\n<<: *a\n" + OTHER_FOLDER),
            "binary": depends(
                "dependencies: [{name: part, version: 0.1.0, repository: !!binary ZmlsZTovLy4uLy4uLy4uL3NpYmxpbmc=}]\n"
            ),
            "escapes": depends(
                'dependencies: [{name: part, version: 0.1.0, repository: "\\x66ile://SIBLING"}]\n'
            ),
            "two-documents": depends(OTHER_FOLDER + "---\n{}\n"),
            "line-separator": depends("description: a\u2028" + OTHER_FOLDER),
        },
        kustomizations={
            **{
                f"key-{number}": kustomization(f"{key}: [UP, templates/tmm.yaml]\n")
                for number, key in enumerate(SPELLINGS)
            },
            "transformers-with-a-long-s": kustomization("tran\u017fformers: [UP]\n"),
            "anchor-used-twice": kustomization("commonLabels: {a: &a x, b: &a y}\nresources: [UP]\n"),
        },
    ),
    "process": Class(
        "a path below `/proc` that leads to the files of another process",
        True, True, False,
        charts={
            "dependency": depends(OTHER_FOLDER.replace("SIBLING", f"/proc/{os.getppid()}/rootSIBLING")),
            "linked-file": linked(
                "leak", lambda place: Path(f"/proc/{os.getppid()}/root{place.sibling}/templates/part.yaml")
            ),
        },
        kustomizations={
            "base": kustomization(f"resources: ['../../../../../../../../../proc/{os.getppid()}/rootSIBLING']\n"),
        },
    ),
    "link": Class(
        "a link to a file or folder outside the repository, even through other links",
        True, True, False,
        charts={
            "to-a-file": linked("leak", lambda place: place.sibling / "templates/part.yaml"),
            "to-a-file-by-a-relative-path": linked("leak", lambda _: Path(UP) / "templates/part.yaml"),
            "to-a-folder": linked("templates/more", lambda place: place.sibling / "templates"),
            "to-a-link": linked_twice,
            "in-a-linked-folder": linked_beside,
        },
        kustomizations={"before-two-dots": base_behind_a_link},
    ),
    "schema": Class(
        "`values.schema.json` with a reference to a file, even in a packaged chart",
        True, True, False,
        charts={
            "by-an-address": schema({"$ref": "file://SIBLING/schema.json"}),
            "by-a-path": schema({"$ref": "SIBLING/schema.json"}),
            "with-its-own-base": schema({"$id": "file://SIBLING/x", "$ref": "schema.json"}),
            "deep-inside": schema({"properties": {"a": {"allOf": [{"$ref": "file://SIBLING/schema.json#/x"}]}}}),
            "as-dialect": schema({"$schema": "file://SIBLING/schema.json"}),
            "of-a-packaged-chart": packaged_schema("charts/part-0.1.0.tgz"),
            "of-a-packaged-chart-with-another-path": packaged_schema("charts/part-0.1.0.tgz", "./values.schema.json"),
            "of-a-chart-packaged-in-a-packaged-chart": packaged_in_packaged,
            "behind-a-linked-folder": linked_charts,
            "behind-a-broken-checksum": broken_checksum,
            "of-a-sparse-file": extended(
                {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.name": "part/values.schema.json"}
            ),
            "under-a-name-for-all": extended({"path": "part/README.md"}, for_all=True),
        },
    ),
    "schema-server": Class(
        "`values.schema.json` with a reference to a server",
        True, True, True,
        charts={
            "reference": schema({"$ref": "SERVER/schema.json"}),
            "dialect": schema({"$schema": "SERVER/schema.json"}),
        },
    ),
    "base": Class(
        "a kustomize base, component, patch or other file outside the repository, even through another base",
        True, True, False,
        kustomizations={
            "resources": kustomization("resources: [UP, templates/tmm.yaml]\n"),
            "components": kustomization("components: [UP]\n"),
            "bases": kustomization("bases: [UP]\n"),
            "crds": kustomization("crds: [UP/templates/part.yaml]\nresources: [templates/tmm.yaml]\n"),
            "patch": kustomization("patches: [{path: UP/templates/part.yaml}]\nresources: [UP/templates/part.yaml]\n"),
            "files": kustomization("configMapGenerator: [{name: a, files: [UP/templates/part.yaml]}]\n"),
            "files-with-a-key": kustomization("configMapGenerator: [{name: a, files: [a=UP/templates/part.yaml]}]\n"),
            "base-of-a-base": nested_base,
        },
    ),
    "address": Class(
        "a kustomize base, patch or other file at an address: https, http, ssh, git or `file://`, even with a line "
        "break, an option for git, or in a folder that is named like a server",
        True, True, True,
        kustomizations={
            "of-a-server": kustomization("resources: ['SERVER/part.yaml']\n"),
            "of-a-server-beside-others": kustomization("resources: [templates/tmm.yaml, 'SERVER/part.yaml']\n"),
            "with-a-line-break": kustomization('resources: ["file://SIBLING?ref=--upload-pack=touch%20ran\\n"]\n'),
            "local-repository": kustomization("resources: ['file://SIBLING']\n"),
            "local-repository-by-git": kustomization("resources: ['git::file://SIBLING']\n"),
            "over-ssh": kustomization("resources: ['git@example.com:owner/name']\n"),
            "option-for-git": kustomization("resources: ['https://example.com/a?ref=--upload-pack=touch%20ran']\n"),
            "patch": kustomization("resources: [templates/tmm.yaml]\npatches: [{path: 'SERVER/part.yaml'}]\n"),
            "old-patch": kustomization(
                "resources: [templates/tmm.yaml]\npatchesStrategicMerge: ['SERVER/part.yaml']\n"
            ),
            "openapi": kustomization("resources: [templates/tmm.yaml]\nopenapi: {path: 'SERVER/part.yaml'}\n"),
            "named-like-a-server": named_like_a_server,
        },
    ),
    "program": Class(
        "a program: a generator, transformer or validator of kustomize, its Helm, or a plugin of Helm",
        True, True, True,
        kustomizations={
            "generator": kustomization("resources: [templates/tmm.yaml]\ngenerators: [templates/tmm.yaml]\n"),
            "transformer": kustomization("resources: [templates/tmm.yaml]\ntransformers: [templates/tmm.yaml]\n"),
            "validator": kustomization("resources: [templates/tmm.yaml]\nvalidators: [templates/tmm.yaml]\n"),
            "helm": kustomization("helmCharts: [{name: part, repo: SERVER, version: 0.1.0}]\n"),
        },
    ),
}  # fmt: skip


def table() -> list[str]:
    """Return the rows of the page's table."""
    return [
        f"| {it.what} | {_cell(it.checks)} | {_cell(it.landlock)} | {_cell(it.seccomp)} |" for it in CLASSES.values()
    ]


def _cell(*stops: bool) -> str:
    return "stopped" if all(stops) else "not stopped"
