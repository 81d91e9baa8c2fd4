"""Reads a chart from a checkout: every file that Helm would read is copied, and the files that name others are checked.

Chart.yaml, Chart.lock and the requirements of older charts have Helm's own fields (Helm 3.19 and 4.3, pkg/chart), and
nothing else. A dependency comes from a folder of the repository or from a server; no field may hold credentials.
"""

from __future__ import annotations

import posixpath
import re

from postrender.errors import InputError, Place, brief
from postrender.hosts import schemas, shapes
from postrender.hosts.shapes import ANY, TEXT, Each

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from postrender.hosts.checkout import Copy
    from postrender.hosts.shapes import Leaf, Shape

NAME, REPOSITORY = "name", "repository"  #: kinds of scalars: the name of a chart, and where a dependency comes from
FILE = "file://"  #: the start of a repository that is a folder
_DEPENDENCY: dict[str, Shape] = {
    "name": NAME,
    "version": TEXT,
    "repository": REPOSITORY,
    "alias": NAME,
    "condition": TEXT,
    "tags": [TEXT],
    "enabled": TEXT,
    "import-values": ANY,
}
_CHART: dict[str, Shape] = {
    "apiVersion": TEXT,
    "name": NAME,
    "version": TEXT,
    "kubeVersion": TEXT,
    "description": TEXT,
    "type": TEXT,
    "keywords": [TEXT],
    "home": TEXT,
    "sources": [TEXT],
    "icon": TEXT,
    "appVersion": TEXT,
    "deprecated": TEXT,
    "annotations": Each(TEXT),
    "condition": TEXT,
    "tags": TEXT,
    "engine": TEXT,
    "tillerVersion": TEXT,
    "maintainers": [{"name": TEXT, "email": TEXT, "url": TEXT}],
    "dependencies": [_DEPENDENCY],
}
_LOCK: dict[str, Shape] = {"dependencies": [_DEPENDENCY], "digest": TEXT, "generated": TEXT}
#: The files that list dependencies; charts with apiVersion v1 have requirements.yaml.
METADATA: dict[str, Shape] = {
    "Chart.yaml": _CHART,
    "Chart.lock": _LOCK,
    "requirements.yaml": {"dependencies": [_DEPENDENCY]},
    "requirements.lock": _LOCK,
}
#: The folder of a chart or of one of its sub-charts, relative to the chart's folder.
OF_A_CHART = re.compile(r"(?:charts/[^/]+/)*[^/]+")
PLAIN_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*")
SERVER = re.compile(r"(?:https?|oci)://[A-Za-z0-9.\[\]:-]+(?:/[\w.+~%/?=&-]*)?", re.ASCII)
NAMED = re.compile(r"(?:@|alias:)[A-Za-z0-9._-]+")  #: a repository by the name that somebody's Helm has for it
FOLDER = re.compile(rf"{FILE}\.{{1,2}}(?:/[\w.+~ -]+)*/?", re.ASCII)


def copy(files: Copy) -> None:
    """Copy the chart in the application's folder.

    Raises InputError if there is none, if a file that names others cannot be checked, or if a dependency is outside the
    repository.
    """
    _copy(files, files.checkout.folder)
    if posixpath.join(files.checkout.folder, "Chart.yaml") not in files.seen:
        sentence = "is not in the application's folder, so there is no chart to render; add it, or correct the path"
        raise InputError(f"{sentence} of the application's source", Place("Chart.yaml"))
    for leaf in _repositories(files):
        if leaf.text.startswith(FILE):
            _real(files, leaf)


def _real(files: Copy, leaf: Leaf) -> str:
    """Return the resolved path of a dependency's folder, which Helm reads relative to the chart's folder."""
    path = posixpath.join(files.checkout.folder, leaf.text.removeprefix(FILE))
    return files.real(posixpath.normpath(path), leaf.place)


def _copy(files: Copy, folder: str) -> None:
    for path, data in files.tree(folder):
        within, shown = posixpath.relpath(path, folder or "."), files.checkout.shown(path)
        if OF_A_CHART.fullmatch(within):
            _check(posixpath.basename(within), data, shown)
        elif _is_packaged(within):
            for member, content in _members(files, data, shown, _names_others):
                _check(posixpath.basename(member), content, member)


def _check(name: str, data: bytes, shown: str) -> None:
    """Check a file that names others: its fields, and what the fields name."""
    if name == schemas.NAME:
        schemas.require_local(data, shown)
    for leaf in shapes.leaves(data, shown, METADATA[name]) if name in METADATA else ():
        _require_plain(leaf)


def _require_plain(leaf: Leaf) -> None:
    if leaf.kind == NAME and not PLAIN_NAME.fullmatch(leaf.text):
        sentence = "is not the name of a chart; use letters, digits and the characters . _ -"
        raise InputError(f"{brief(leaf.text)} {sentence}", leaf.place)
    patterns = (SERVER, NAMED, FOLDER)
    if leaf.kind == REPOSITORY and leaf.text and not any(pattern.fullmatch(leaf.text) for pattern in patterns):
        ways = "an https, http or oci address without credentials, or file:// and a path that starts with ./ or ../"
        raise InputError(f"{brief(leaf.text)} is not a repository; use {ways}", leaf.place)


def _is_packaged(path: str) -> bool:
    """Report whether Helm reads a file as a packaged chart."""
    return path.endswith(".tgz") and "charts" in path.split("/")[:-1]


def _names_others(path: str) -> bool:
    return posixpath.basename(path) in (*METADATA, schemas.NAME)


def _is_template(path: str) -> bool:
    return "templates" in path.split("/")[:-1]


def _members(files: Copy, data: bytes, shown: str, wanted: Callable[[str], bool]) -> Iterator[tuple[str, bytes]]:
    from postrender.hosts import archives  # slow to load, and most charts have no packaged chart

    return archives.contents(data, shown, wanted, files.checkout.limits)


def servers(files: Copy) -> list[str]:
    """Copy the folders among the chart's dependencies, and return the addresses of the https and http servers.

    Raises InputError for a repository that only somebody's Helm knows, and for a folder outside the repository.
    """
    addresses: list[str] = []
    for leaf in _repositories(files):
        if leaf.text.startswith(FILE):
            _copy(files, _real(files, leaf))
        elif NAMED.fullmatch(leaf.text):
            sentence = (
                "is the name of a repository in Helm's settings, which are not used; write the repository's address"
            )
            raise InputError(f"{brief(leaf.text)} {sentence}", leaf.place)
        elif leaf.text.startswith("http"):
            addresses.append(leaf.text)
    return list(dict.fromkeys(addresses))


def _repositories(files: Copy) -> Iterator[Leaf]:
    folder = files.checkout.folder
    for name, shape in METADATA.items():
        path = posixpath.join(folder, name)
        if path in files.seen:
            shown = files.checkout.shown(path)
            leaves = shapes.leaves(_read(files, path), shown, shape)
            yield from (leaf for leaf in leaves if leaf.kind == REPOSITORY and leaf.text)


def templates(files: Copy) -> Iterator[tuple[str, str]]:
    """Yield each template that was copied: its path as Helm's messages write it, without the chart's name; its text."""
    for path in sorted(files.seen):
        shown = files.checkout.shown(path)
        if _is_template(shown):
            yield shown, _read(files, path).decode("utf-8", "replace")
        elif _is_packaged(shown):
            for member, content in _members(files, _read(files, path), shown, _is_template):
                inside = member.rpartition(": ")[2]
                yield posixpath.join(posixpath.dirname(shown), inside), content.decode("utf-8", "replace")


def _read(files: Copy, path: str) -> bytes:
    place = Place(files.checkout.shown(path))
    return files.file(files.real(path, place), place)
