"""Runs Helm and kustomize for `argocd`: confined, without writing to the checkout, and without values in messages."""

from __future__ import annotations

import contextlib
import glob
import os
import shutil
import tempfile
from typing import TYPE_CHECKING

from postrender import programs
from postrender.errors import InputError, ProgramFailed, TooLarge, UsageError
from postrender.hosts import checkout, messages
from postrender.programs import landlock
from postrender.record import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from postrender.hosts.checkout import Checkout

MESSAGE = 640  #: the maximum number of characters of a program's message that are shown
MIRRORED = 1 << 30  #: the maximum number of bytes of a checkout that are copied to build dependencies
#: Helm's message about a declared dependency that is missing. Source: Helm, action.CheckDependencies.
MISSING_DEPENDENCY = "found in Chart.yaml, but missing in charts/ directory"
#: Helm's messages about a repository that it does not know, with and without a Chart.lock.
UNKNOWN_REPOSITORY = ("no repository definition for", "no cached repository for")
#: The variables that contain parameters, as names or prefixes; Helm needs none of them.
PRIVATE = ("ARGOCD_APP_PARAMETERS", "ARGOCD_ENV_", "PARAM_", "KUBE_VERSION", "KUBE_API_VERSIONS")

#: The system files that programs read: libraries, other programs, network settings and certificates; nothing in /proc.
SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib64", "/nix/store")
SETTINGS = (
    *("/etc/hosts", "/etc/resolv.conf", "/etc/nsswitch.conf", "/etc/gai.conf", "/etc/services", "/etc/protocols"),
    *("/etc/ssl", "/etc/pki", "/etc/ca-certificates", "/etc/crypto-policies", "/etc/ld.so.cache", "/etc/mime.types"),
    *("/etc/passwd", "/etc/group", "/etc/localtime", "/etc/alternatives", "/etc/gitconfig", "/dev/urandom"),
)
#: Helm's folders, each with Helm's variable, the XDG specification's variable, and the XDG default.
HELM_FOLDERS = (
    ("HELM_CACHE_HOME", "XDG_CACHE_HOME", ".cache"),
    ("HELM_CONFIG_HOME", "XDG_CONFIG_HOME", ".config"),
    ("HELM_DATA_HOME", "XDG_DATA_HOME", ".local/share"),
)
#: Variables with the path of a file or folder that Helm reads, for example an administrator's certificates.
HELM_FILES = ("HELM_REPOSITORY_CONFIG", "HELM_REGISTRY_CONFIG", "HELM_PLUGINS", "SSL_CERT_FILE", "SSL_CERT_DIR")
HELM_CACHES = ("HELM_REPOSITORY_CACHE", "HELM_CONTENT_CACHE")


class _Run(NamedTuple):
    """The values shared by all runs of Helm or kustomize for one application."""

    program: str
    checkout: Checkout
    private: str  #: a folder that only this call uses


def kustomize(repo: Checkout) -> bytes:
    """Return the output of `kustomize build` for the application's folder; raise InputError if it fails."""
    network = checkout.require_kustomization_inside(repo)
    with _started("kustomize", repo) as run:
        return _output(run, ["build", os.curdir], network=network)


def helm(arguments: Sequence[str], values: str, repo: Checkout) -> bytes:
    """Return the output of `helm template` for the chart in the application's folder; raise InputError if it fails.

    `values` go to Helm's standard input. A missing dependency is built in a copy: nothing is written to the checkout.
    """
    checkout.require_chart_inside(repo)
    template = ["template", os.curdir, *arguments]
    with _started("helm", repo) as run:
        try:
            return _output(run, template, values)
        except ProgramFailed as error:
            if MISSING_DEPENDENCY not in error.sentence:
                raise
        copied = run._replace(checkout=_copied(repo, run.private))
        _build_dependencies(copied)
        checkout.require_chart_inside(copied.checkout)  # the fetched charts are not trusted either
        return _output(copied, template, values)


def is_confined() -> bool:
    """Report whether the kernel confines the programs."""
    return landlock.version() > 0


@contextlib.contextmanager
def _started(name: str, repo: Checkout) -> Iterator[_Run]:
    """Yield the context of a run; its files are removed afterwards, even if Argo CD ends this program."""
    program = _program(name, repo.root)
    with programs.ending(), _private_folder() as private:
        yield _Run(program, repo, private)


@contextlib.contextmanager
def _private_folder() -> Iterator[str]:
    """Yield a folder that is removed afterwards, even if SIGTERM arrives meanwhile; later signals are ignored."""
    private = tempfile.mkdtemp(prefix="spk-macvlan-")
    try:
        try:
            os.mkdir(os.path.join(private, "tmp"))
            yield private
        finally:
            shutil.rmtree(private, ignore_errors=True)
    except programs.Terminated:
        shutil.rmtree(private, ignore_errors=True)
        raise


def _program(name: str, root: str) -> str:
    """Return the path of a program that is on the PATH but not in the repository; raise UsageError if there is none."""
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        path = os.path.join(folder, name)
        foreign = os.path.isabs(folder) and not any(
            checkout.contains(root, os.path.realpath(it)) for it in (folder, path)
        )
        if foreign and os.path.isfile(path) and os.access(path, os.X_OK):
            return path
    raise UsageError(f"no {name} on the PATH; add it to the plugin's image")


def _output(run: _Run, arguments: Sequence[str], values: str = "", *, network: bool = False) -> bytes:
    """Return the output of a program; raise ProgramFailed with its reduced message if it fails."""
    name = os.path.basename(run.program)
    freely = network or _is_script(run.program)
    stdin, environment = values.encode("utf-8", "replace"), _environment(run, freely=freely)
    with landlock.confinement(_allowed(run, freely=freely, network=network)) as prepare:
        command = programs.Command((run.program, *arguments), stdin, environment, run.checkout.folder, prepare=prepare)
        try:
            done = programs.run(command, run.checkout.limits)
        except OSError as error:
            raise InputError(f"cannot run {name}: {error.strerror}") from None
    if done.status:
        raise ProgramFailed(f"{name}: {_reduced(done.message.decode('utf-8', 'replace'), run.checkout)}"[:MESSAGE])
    return done.output


def _environment(run: _Run, *, freely: bool) -> dict[str, str]:
    """Return the environment for a program: this process's, without the parameters and with private folders."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(PRIVATE)}
    folders = {} if freely else {own: os.path.join(run.private, own.lower()) for own, _, _ in HELM_FOLDERS}
    unused = () if freely else (*HELM_FILES, *HELM_CACHES)
    kept = {name: value for name, value in ours.items() if name not in unused}
    return {**kept, **folders, "PWD": run.checkout.folder, "TMPDIR": os.path.join(run.private, "tmp")}


def _is_script(program: str) -> bool:
    """Report whether a program is a script.

    Scripts run with fewer restrictions, because a wrapper script needs other programs and Helm's own folders.
    """
    with open(program, "rb") as opened:
        return opened.read(2) == b"#!"


# Confinement


def _allowed(run: _Run, *, freely: bool, network: bool) -> landlock.Allowed:
    """Return the access that Helm and kustomize need: the checkout, the system's files, and a private, writable folder.

    To fetch something, they also need Helm's own folders, and other programs such as git.
    """
    program = (run.program, os.path.realpath(run.program))
    if not freely:
        own = (*program, *glob.glob("/lib*/ld-*.so*"), *glob.glob("/lib/*/ld-*.so*"))
        return landlock.Allowed((run.checkout.root, *SYSTEM, *SETTINGS), own, (run.private, "/dev/null"))
    cache, *others = (_helm_folder(*names) for names in HELM_FOLDERS)
    named = [os.environ[name] for name in HELM_FILES if os.environ.get(name)]
    caches = [cache, *(os.environ[name] for name in HELM_CACHES if os.environ.get(name))]
    for folder in caches if network else ():
        with contextlib.suppress(OSError):  # Helm then reports that it cannot write there
            os.makedirs(folder, exist_ok=True)
    return landlock.Allowed(
        read=(run.checkout.root, *SETTINGS),
        run=(*SYSTEM, *program, *others, *named),
        write=(run.private, "/dev/null", *caches),
        network=network,
    )


def _helm_folder(own: str, xdg: str, default: str) -> str:
    if os.environ.get(own):
        return os.environ[own]
    home = os.environ.get("HOME", os.sep)
    return os.path.join(os.environ.get(xdg) or os.path.join(home, default), "helm")


# Dependencies


def _copied(repo: Checkout, private: str) -> Checkout:
    """Return a copy of the whole checkout for Helm to build in, because dependencies may be outside the chart."""
    root = os.path.join(os.path.realpath(private), "checkout")
    left = MIRRORED

    def copy(source: str, target: str) -> None:
        nonlocal left
        left -= os.lstat(source).st_size
        if left < 0:
            raise TooLarge("the repository is too large to build the chart's dependencies; vendor them in charts/")
        shutil.copyfile(source, target, follow_symlinks=False)

    shutil.copytree(repo.root, root, symlinks=True, ignore=_not_copied, copy_function=copy)
    return repo._replace(
        root=root, folder=os.path.normpath(os.path.join(root, os.path.relpath(repo.folder, repo.root)))
    )


def _not_copied(folder: str, names: list[str]) -> list[str]:
    """Return the names of entries that no chart needs: Git's data, and anything except files, folders and links."""
    paths = {name: os.path.join(folder, name) for name in names}
    return [
        name
        for name, path in paths.items()
        if name == ".git" or not (os.path.islink(path) or os.path.isdir(path) or os.path.isfile(path))
    ]


def _build_dependencies(run: _Run) -> None:
    """Build the chart's dependencies. If Helm does not know their repositories, add them in a folder of this run."""
    build = ["dependency", "build", os.curdir]
    try:
        _output(run, build, network=True)
        return
    except ProgramFailed as error:
        if not any(words in error.sentence for words in UNKNOWN_REPOSITORY):
            raise
    folder = os.path.join(run.private, "repositories")
    own = ["--repository-config", os.path.join(folder, "repositories.yaml"), "--repository-cache", folder]
    for number, url in enumerate(checkout.repositories(run.checkout)):
        _output(run, ["repo", "add", f"spk-macvlan-{number}", url, *own], network=True)
    _output(run, [*build, *own], network=True)


# Messages


def _reduced(message: str, repo: Checkout) -> str:
    words = _without_places(_own_words(message), repo)
    return (
        messages.remove_values(words, checkout.templates(repo), checkout.names(repo)) or "it failed and printed nothing"
    )


def _without_places(words: str, repo: Checkout) -> str:
    """Return a message without the path of the checkout, a folder that Argo CD creates for a single call."""
    for folder in (repo.folder, repo.root):
        words = words.replace(f"{folder}{os.sep}", "").replace(folder, os.curdir)
    return words


def _own_words(message: str) -> str:
    """Return a failed program's error without the warnings before it, because warnings may repeat values."""
    lines = message[: messages.LONGEST].splitlines()
    first = next((number for number, line in enumerate(lines) if line.startswith("Error:")), 0)
    words = " ".join(" ".join(lines[first:]).removeprefix("Error:").split())
    words = words.partition(" Use --debug flag to render out invalid YAML")[0]
    return words.replace("failed to parse -:", "failed to parse the parameter values:")  # `-` is standard input
