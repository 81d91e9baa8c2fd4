"""Running helm and kustomize for `argocd`, with the arguments it made; output is kept until all is done."""

from __future__ import annotations

import os
import re
import signal

from postrender import programs
from postrender.errors import InputError, Place, ProgramFailed, UsageError, one_line
from postrender.yamledit import emit, nodes, stream

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from types import FrameType

    from postrender.limits import Limits

    Secrets = Callable[[], Iterable[str]]

MESSAGE = 680  #: characters of a foreign message that are repeated; with our own words it stays below 700
HEARD = 1 << 20  #: bytes of it that are looked at
SECRET = 6  #: characters; a shorter value may be any word, such as false
QUOTED = "`[^`]*`"  #: how YAML libraries quote a part of what they could not read
HIDDEN = "…"
FILE = "file://"  #: of a dependency in a folder
#: What Helm says of a dependency that is declared and not there. Source: Helm, action.CheckDependencies.
MISSING_DEPENDENCY = "found in Chart.yaml, but missing in charts/ directory"
#: What Helm says of a repository that it was not told of, with a Chart.lock and without.
UNKNOWN_REPOSITORY = ("no repository definition for", "no cached repository for")
#: Variables that hold parameters; Helm needs none of them.
PRIVATE = ("ARGOCD_APP_PARAMETERS", "ARGOCD_ENV_", "PARAM_", "KUBE_VERSION", "KUBE_API_VERSIONS")


class Terminated(BaseException):
    """Argo CD ends us: its time is over."""


def kustomize(root: str, limits: Limits) -> bytes:
    """Return what `kustomize build` makes of the working directory; raise InputError where it fails."""
    with _Ending():
        return _run([_program("kustomize", root), "build", os.curdir], root, limits)


def helm(arguments: Sequence[str], values: str, root: str, secrets: Secrets, limits: Limits) -> bytes:
    """Return what `helm template` makes of the chart in the working directory; raise InputError where it fails.

    `values` go to Helm's standard input. A missing dependency is built, and what that leaves in the chart is removed.
    `secrets` yields, once something failed, what its message must not repeat.
    """
    program = _program("helm", root)
    command = [program, "template", os.curdir, *arguments]
    with _Ending():
        try:
            return _run(command, root, limits, values, secrets)
        except InputError as error:
            if MISSING_DEPENDENCY not in error.sentence:
                raise
        with _Leavings():
            _build_dependencies(program, root, limits)
            return _run(command, root, limits, values, secrets)


def lies_in(root: str, path: str) -> bool:
    """Report whether a resolved path is the folder or is inside it."""
    return os.path.commonpath((root, path)) == root


def _program(name: str, root: str) -> str:
    """Return a program on the PATH, unless it lies in the repository."""
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        path = os.path.join(folder, name)
        foreign = os.path.isabs(folder) and not any(lies_in(root, os.path.realpath(it)) for it in (folder, path))
        if foreign and os.path.isfile(path) and os.access(path, os.X_OK):
            return path
    raise UsageError(f"no {name} on the PATH; the plugin's image must bring it")


def _run(command: Sequence[str], root: str, limits: Limits, values: str = "", secrets: Secrets = tuple) -> bytes:
    """Return what a program prints; raise InputError with its own message where it fails."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(PRIVATE)}
    try:
        done = programs.run(programs.Command(tuple(command), values.encode("utf-8", "replace"), environment), limits)
    except OSError as error:
        raise InputError(f"cannot run {os.path.basename(command[0])}: {error.strerror}") from None
    if done.status:
        words = _without_places(_own_words(done.message[:HEARD].decode("utf-8", "replace")), root)
        raise ProgramFailed(one_line(f"{os.path.basename(command[0])}: {_without(secrets(), words)}")[:MESSAGE])
    return done.output


def _own_words(message: str) -> str:
    """Return a failed program's own words, from its error on: warnings above it may repeat values."""
    lines = message.splitlines()
    first = next((number for number, line in enumerate(lines) if line.startswith("Error:")), 0)
    words = " ".join(" ".join(lines[first:]).removeprefix("Error:").split())
    words = words.partition(" Use --debug flag to render out invalid YAML")[0]
    words = words.replace("failed to parse -:", "failed to parse the parameter values:")  # its standard input
    return re.sub(QUOTED, HIDDEN, words) or "it failed and printed nothing"


def _without_places(words: str, root: str) -> str:
    """Leave out where the checkout is: a folder that Argo CD makes for one call."""
    for folder in (os.path.realpath(os.curdir), root):
        words = words.replace(f"{folder}{os.sep}", "").replace(folder, os.curdir)
    return words


def _without(secrets: Iterable[str], words: str) -> str:
    """Hide values, as they are and as Go's %q quotes them."""
    forms = {form for secret in secrets for form in (" ".join(secret.split()), emit.quoted(secret)[1:-1])}
    for form in sorted(forms, key=len, reverse=True):
        if len(form) >= SECRET:
            words = words.replace(form, HIDDEN)
    return words


# Dependencies.


def _build_dependencies(program: str, root: str, limits: Limits) -> None:
    """Build the chart's dependencies. Repositories that Helm was not told of are added in a folder of this run."""
    repositories = _repositories()
    for url in repositories:
        if url.startswith(FILE) and not lies_in(root, os.path.realpath(url.removeprefix(FILE))):
            raise InputError(
                "a dependency of the chart is a folder outside the repository; vendor it", Place("Chart.yaml", path=url)
            )
    build = [program, "dependency", "build", os.curdir]
    try:
        _run(build, root, limits)
        return
    except InputError as error:
        if not any(words in error.sentence for words in UNKNOWN_REPOSITORY):
            raise
    import tempfile

    with tempfile.TemporaryDirectory(prefix="spk-macvlan-") as folder:
        own = ["--repository-config", os.path.join(folder, "repositories.yaml"), "--repository-cache", folder]
        for number, url in enumerate(url for url in repositories if url.startswith(("http://", "https://"))):
            _run([program, "repo", "add", f"spk-macvlan-{number}", url, *own], root, limits)
        _run([*build, *own], root, limits)


def _repositories() -> list[str]:
    """Return the repositories that the chart names, each once; charts of the first format have a file for them."""
    urls: list[str] = []
    for file in ("Chart.yaml", "requirements.yaml"):
        if os.path.isfile(file):
            with open(file, "rb") as opened:
                data = opened.read()
            for parsed in stream.readable(stream.read(data)):
                found = nodes.items(nodes.get(parsed.root, "dependencies"))
                urls += [nodes.text(nodes.get(dependency, "repository")) or "" for dependency in found]
    return list(dict.fromkeys(urls))


class _Leavings:
    """Removes what a build of dependencies adds to the chart: the folder may be a person's."""

    def __enter__(self) -> None:
        self.before = {*_entries()}

    def __exit__(self, *_: object) -> None:
        import shutil

        for path in sorted({*_entries()} - self.before):
            if os.path.isdir(path) and not os.path.islink(path):
                shutil.rmtree(path, ignore_errors=True)
            elif os.path.lexists(path):
                os.unlink(path)


def _entries() -> Iterator[str]:
    """Yield the paths that Helm may add."""
    for name in os.listdir(os.curdir):
        if name in ("charts", "Chart.lock", "requirements.lock") or name.startswith("tmpcharts"):
            yield name
    if os.path.isdir("charts"):
        yield from (os.path.join("charts", name) for name in os.listdir("charts"))


# Signals.


class _Ending:
    """Makes TERM an exception, so that children are ended and files removed; the program then ends by the signal."""

    def __enter__(self) -> None:
        self.before = signal.signal(signal.SIGTERM, _terminated)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        signal.signal(signal.SIGTERM, self.before)
        if kind is Terminated:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            signal.raise_signal(signal.SIGTERM)


def _terminated(_signum: int, _frame: FrameType | None) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # ending is under way
    raise Terminated
