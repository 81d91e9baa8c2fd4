"""Checks the repository that Argo CD checked out. It is not trusted, so nothing in it may point to a file outside.

These checks read the checkout before Helm or kustomize does, and refuse anything that points outside. They do not
depend on the kernel, which also confines the programs if it can (postrender.programs.landlock). Sources: Helm 3.19
and 4.2 (internal/resolver, pkg/downloader, pkg/chart/loader, pkg/chartutil), kustomize 5.6 (api/loader).
"""

from __future__ import annotations

import contextlib
import os
import re

from postrender import files
from postrender.errors import InputError, Place, TooLarge
from postrender.hosts import archives, schemas
from postrender.record import NamedTuple
from postrender.yamledit import nodes, stream

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from postrender.limits import Limits
    from postrender.yamledit.nodes import Node

FILE = "file:"  #: the prefix of a dependency that is a local folder
#: The files in which Helm looks for dependencies; charts with apiVersion v1 list them in requirements.yaml.
METADATA = ("Chart.yaml", "Chart.lock", "requirements.yaml", "requirements.lock")
SERVER = re.compile(r"https?://")
BASES = ("resources", "bases", "components", "generators", "transformers", "validators")
LOCAL = re.compile(r"[\w.+~ /-]*")
#: A base on a server: `https://host/owner/name//folder?ref=v1`; the scheme is optional. No part can be a git option.
REMOTE = re.compile(
    r"(?:https://)?[A-Za-z0-9][\w-]*(?:\.[\w-]+)+(?::\d+)?(?:/+[A-Za-z0-9_.~][\w.+~-]*)+/?"
    r"(?:\?(?:ref|version)=[A-Za-z0-9_][\w./-]*)?"
)
KUSTOMIZATIONS = ("kustomization.yaml", "kustomization.yml", "Kustomization")


class Checkout(NamedTuple):
    """A checkout: its root with links resolved, the application's folder in it, and the limits that apply."""

    root: str
    folder: str
    limits: Limits

    def holds(self, path: str) -> bool:
        """Report whether a path is the root or inside it, after links are resolved."""
        return contains(self.root, os.path.realpath(path))

    def shown(self, path: str) -> str:
        """Return a path as messages show it: relative to the application's folder."""
        return os.path.relpath(path, self.folder)


def contains(root: str, path: str) -> bool:
    """Report whether a resolved path is `root` or inside it."""
    return os.path.commonpath((root, path)) == root


def detect(source_path: str, limits: Limits) -> Checkout:
    """Return the checkout that contains the working directory, which is the application's folder.

    The checkout's root is the working directory without `source_path`, the application's path in the repository.
    """
    here = os.path.realpath(os.curdir)
    steps = [step for step in os.path.normpath(source_path).split(os.sep) if step not in ("", ".")]
    parts = here.split(os.sep)
    known = steps and ".." not in steps and parts[-len(steps) :] == steps
    root = os.sep.join(parts[: -len(steps)]) if known else here
    return Checkout(root or here, here, limits)


def require_chart_inside(checkout: Checkout) -> None:
    """Raise InputError if the chart, or a local chart among its dependencies, points outside the checkout."""
    waiting, seen = [checkout.folder], set()
    while waiting:
        chart = os.path.realpath(waiting.pop())
        if chart in seen:
            continue
        seen.add(chart)
        for file, data in _contents(checkout, chart, _is_schema):
            schemas.require_local(data, file)
        waiting += _local_dependencies(checkout, chart)


def require_kustomization_inside(checkout: Checkout) -> bool:
    """Report whether the kustomization needs network access; raise InputError if it points outside the checkout."""
    waiting, seen, remote = [checkout.folder], set(), False
    while waiting:
        folder = os.path.realpath(waiting.pop())
        if folder in seen:
            continue
        seen.add(folder)
        for _ in _files(checkout, folder):
            pass  # `_files` checks each link below the folder
        for name in _present(folder, KUSTOMIZATIONS):
            file = os.path.join(folder, name)
            for value in dict.fromkeys(_scalars(checkout, file)):
                path = os.path.join(folder, value)
                _require_inside(checkout, file, path)
                waiting += [path] if os.path.isdir(path) else []
            for value in _bases(checkout, file):
                remote = _is_remote(checkout, file, value) or remote
    return remote


def _bases(checkout: Checkout, file: str) -> Iterator[str]:
    """Yield the strings that kustomize may treat as Git addresses; it passes parts of them to `git`."""
    root = _composed(checkout, file)
    for node in nodes.walk(root) if root else ():
        for key, value in node.value if nodes.is_mapping(node) else ():
            if nodes.is_scalar(key) and key.value.lower() in BASES:
                yield from (item.value for item in (value, *nodes.items(value)) if nodes.is_scalar(item))


def _is_remote(checkout: Checkout, file: str, value: str) -> bool:
    """Report whether a base needs network access; raise InputError unless it is a path or a plain address."""
    if REMOTE.fullmatch(value):
        return not os.path.exists(os.path.join(os.path.dirname(file), value))
    if not LOCAL.fullmatch(value) and "\n" not in value:  # a string of several lines is an inline object
        sentence = "has a base that is neither a path nor an https address with a plain ref; use one of the two"
        raise InputError(sentence, Place(checkout.shown(file)))
    return False


def templates(checkout: Checkout) -> dict[str, str]:
    """Return the text of each of the chart's templates, by path, including the templates of packaged charts."""
    found = _contents(checkout, checkout.folder, _is_template)
    return {_in_chart(path): data.decode("utf-8", "replace") for path, data in found}


def _in_chart(shown: str) -> str:
    """Return the path that Helm's messages use for a file; `charts/x.tgz: part/a` becomes charts/part/a."""
    path, *inner = shown.split(archives.INSIDE)
    for within in inner:
        path = os.path.join(os.path.dirname(path), within)
    return path


def _is_schema(path: str) -> bool:
    return os.path.basename(path) == schemas.NAME


def _is_template(path: str) -> bool:
    return "templates" in path.split(os.sep)[:-1]


def _contents(checkout: Checkout, folder: str, wanted: Callable[[str], bool]) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the content of each wanted file below a folder and in the packaged charts there."""
    for file in _files(checkout, folder):
        shown = checkout.shown(file)
        if wanted(file):
            yield shown, _read(checkout, file)
        elif archives.is_packaged_chart(file):
            yield from archives.contents(file, shown, wanted, checkout.limits)


def _present(folder: str, names: tuple[str, ...]) -> list[str]:
    return [name for name in names if os.path.lexists(os.path.join(folder, name))]


def _files(checkout: Checkout, folder: str) -> Iterator[str]:
    """Yield the files below a folder, including those behind links; raise InputError for a link that points outside."""
    waiting, seen = [folder], set()
    while waiting:
        current = waiting.pop()
        place = os.path.realpath(current), "charts" in current.split(os.sep)  # Helm treats `charts` differently
        if place in seen:
            continue
        seen.add(place)
        for name in sorted(os.listdir(current)):
            path = os.path.join(current, name)
            if os.path.islink(path):
                _require_inside(checkout, path, path)
            if os.path.isdir(path):
                waiting.append(path)
            elif os.path.isfile(path):
                yield path


def _require_inside(checkout: Checkout, file: str, path: str) -> None:
    """Raise InputError if a path in `file` points outside the checkout, even if the target does not exist yet."""
    if "\0" in path:  # no program can open such a path
        return
    # The kernel resolves links before `..`; Helm and kustomize first shorten the path as text.
    if not (checkout.holds(path) and checkout.holds(os.path.normpath(path))):
        sentence = "points to a file outside the repository, which is never read; keep the file in the repository"
        raise InputError(sentence, Place(checkout.shown(file)))


# Dependencies of a chart


def _local_dependencies(checkout: Checkout, chart: str) -> Iterator[str]:
    """Yield the local folders that a chart depends on. Every string in its metadata files is checked, under any key."""
    for name in _present(chart, METADATA):
        file = os.path.join(chart, name)
        for value in dict.fromkeys(_scalars(checkout, file)):
            if value.strip().lower().startswith(FILE):
                path = os.path.join(chart, value.strip()[len(FILE) :].removeprefix("//"))
                _require_inside(checkout, file, path)
                yield from [path] if os.path.isdir(path) else []
            elif ".." in value.split("/"):  # Helm also resolves a dependency's name as a path below charts/
                _require_inside(checkout, file, os.path.join(chart, "charts", value))


def _scalars(checkout: Checkout, file: str) -> list[str]:
    """Return the strings in a YAML file; raise InputError if another YAML reader may find other strings."""
    root = _composed(checkout, file)
    return [_text(checkout, file, node) for node in nodes.walk(root) if nodes.is_scalar(node)] if root else []


def _composed(checkout: Checkout, file: str) -> Node | None:
    try:
        return nodes.compose(_read(checkout, file).decode())
    except (UnicodeDecodeError, nodes.Unreadable):
        sentence = "is not one plain YAML document, so its dependencies cannot be checked; write one without anchors"
        raise InputError(sentence, Place(checkout.shown(file))) from None


def _text(checkout: Checkout, file: str, node: Node) -> str:
    if node.tag != nodes.PLAIN and node.tag not in nodes.STRINGS:
        place = Place(checkout.shown(file), node.start_mark.line + 1, node.start_mark.column + 1)
        raise InputError("has a tag, so its dependencies cannot be checked; remove the tag", place)
    return str(node.value)


def _read(checkout: Checkout, file: str) -> bytes:
    try:
        data = files.read(file, checkout.limits.document_size)
        exceeded = stream.limit_exceeded(data, checkout.limits)
    except files.Exceeded:
        exceeded = "document_size"
    if exceeded:
        raise TooLarge(f"the file has {checkout.limits.exceeded(exceeded)}", Place(checkout.shown(file)))
    return data


def repositories(checkout: Checkout) -> list[str]:
    """Return the URLs of the servers that the chart's dependencies come from, each once."""
    urls: list[str] = []
    for name in _present(checkout.folder, METADATA):
        urls += (value for value in _scalars(checkout, os.path.join(checkout.folder, name)) if SERVER.match(value))
    return list(dict.fromkeys(urls))


# Names that messages may repeat


def names(checkout: Checkout) -> Callable[[str], bool]:
    """Return a function that reports whether a word is a file's name, or a dependency's name, version or server."""
    known = {*METADATA, *KUSTOMIZATIONS, "values.yaml", *_dependencies(checkout)}

    def is_name(word: str) -> bool:
        if word in known:
            return True
        path = os.path.normpath(os.path.join(checkout.folder, word))
        return ("." in word or "/" in word) and contains(checkout.root, path) and os.path.lexists(path)

    return is_name


def _dependencies(checkout: Checkout) -> Iterator[str]:
    """Yield the name, version, alias and server of each dependency of the chart."""
    for name in _present(checkout.folder, METADATA):
        with contextlib.suppress(InputError):
            root = _composed(checkout, os.path.join(checkout.folder, name))
            for dependency in nodes.items(nodes.get(root, "dependencies")):
                texts = (nodes.text(nodes.get(dependency, key)) for key in ("name", "version", "alias", "repository"))
                yield from (_place(text) for text in texts if text)


def _place(text: str) -> str:
    """Return the host and port of a URL, without credentials; the path of a `file:` dependency; or the text itself."""
    if text.startswith(FILE):
        return text[len(FILE) :].removeprefix("//")
    return text.partition("://")[2].partition("/")[0].rpartition("@")[2] if "://" in text else text
