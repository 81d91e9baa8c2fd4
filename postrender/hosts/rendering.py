"""Runs Helm and kustomize for `argocd`: confined, in a private copy of the files, and without values in messages.

Rendering never has the network. Only fetching a chart's dependencies has it; that is a run of its own, and what it
brought is checked like the checkout before anything is rendered.
"""

from __future__ import annotations

import contextlib
import glob
import os
import shutil
import tempfile
from typing import TYPE_CHECKING

from postrender import programs
from postrender.errors import InputError, Place, ProgramFailed, UsageError
from postrender.hosts import chart, checkout, kustomization
from postrender.hosts.checkout import Copy
from postrender.programs import confinement, reaper
from postrender.programs.landlock import Allowed
from postrender.record import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from postrender.hosts.checkout import Checkout

MESSAGE = 640  #: the maximum number of characters of a program's message that are shown
#: Helm's message about a declared dependency that is missing. Source: Helm, action.CheckDependencies.
MISSING_DEPENDENCY = "found in Chart.yaml, but missing in charts/ directory"
#: The system's files that programs read: libraries and time zones. Neither program reads anything in /proc.
SYSTEM = (
    *("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/nix/store", "/etc/ld.so.cache"),
    *("/usr/share/zoneinfo", "/etc/localtime", "/etc/mime.types", "/dev/urandom"),
)
#: The settings that fetching needs: names, and certificates.
NETWORK = (
    *("/etc/hosts", "/etc/resolv.conf", "/etc/nsswitch.conf", "/etc/gai.conf", "/etc/services", "/etc/protocols"),
    *("/etc/ssl", "/etc/pki", "/etc/ca-certificates", "/etc/crypto-policies", "/usr/share/ca-certificates"),
)
#: The variables of this process that programs get: always, and for fetching. All others are left out.
VARIABLES = ("TZ",)
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy")
CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR")
#: Helm's folders, all in the private folder: it finds no settings, no credentials and no plugins there.
HELM_FOLDERS = ("HELM_CACHE_HOME", "HELM_CONFIG_HOME", "HELM_DATA_HOME")


class _Run(NamedTuple):
    """The values shared by all runs of Helm or kustomize for one application."""

    program: str
    files: Copy
    private: str  #: a folder that only this call uses


def kustomize(repo: Checkout) -> bytes:
    """Return the output of `kustomize build` for the application's folder; raise InputError if it fails."""
    with _started("kustomize", repo) as run:
        kustomization.copy(run.files)
        return _output(run, ["build", os.curdir])


def helm(arguments: Sequence[str], values_files: Sequence[str], values: str, repo: Checkout) -> bytes:
    """Return the output of `helm template` for the chart in the application's folder; raise InputError if it fails.

    `values_files` are paths relative to the checkout's root, which the arguments name; `values` go to standard input.
    """
    template = ["template", os.curdir, *arguments]
    with _started("helm", repo) as run:
        chart.copy(run.files)
        for path in values_files:
            run.files.file(path, Place(repo.shown(path)))
        try:
            return _output(run, template, values)
        except ProgramFailed as error:
            if MISSING_DEPENDENCY not in error.sentence:
                raise
        _fetch(run)
        fetched = run.files.checkout._replace(root=run.files.root)
        checked = run._replace(files=Copy(fetched, os.path.join(run.private, "fetched")))
        chart.copy(checked.files)
        for path in values_files:
            checked.files.file(path, Place(repo.shown(path)))
        return _output(checked, template, values)


@contextlib.contextmanager
def _started(name: str, repo: Checkout) -> Iterator[_Run]:
    """Yield the context of a run. Nothing of it is left afterwards: no process and no file, even after SIGTERM."""
    program = _program(name, repo.root)
    with programs.ending(), _private_folder() as private, reaper.reaping():
        yield _Run(program, Copy(repo, os.path.join(private, "checkout")), private)


@contextlib.contextmanager
def _private_folder() -> Iterator[str]:
    """Yield a folder that is removed afterwards, even if SIGTERM arrives meanwhile; later signals are ignored."""
    private = os.path.realpath(tempfile.mkdtemp(prefix="spk-macvlan-"))
    try:
        try:
            for name in ("tmp", "home", "checkout", "fetched"):
                os.mkdir(os.path.join(private, name))
            yield private
        finally:
            shutil.rmtree(private, ignore_errors=True)
    except programs.Terminated:
        shutil.rmtree(private, ignore_errors=True)
        raise


def _program(name: str, root: str) -> str:
    """Return the path of a program that is on the PATH but not in the repository.

    Raises UsageError if there is none, or if it is a script: a script needs other programs, and none may be started.
    """
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        path = os.path.join(folder, name)
        foreign = os.path.isabs(folder) and not any(
            checkout.contains(root, os.path.realpath(it)) for it in (folder, path)
        )
        if foreign and os.path.isfile(path) and os.access(path, os.X_OK):
            with open(path, "rb") as opened:
                if opened.read(2) == b"#!":
                    sentence = "is a script, but no other program may run beside it; put the program itself on the PATH"
                    raise UsageError(f"{name} on the PATH {sentence}")
            return path
    raise UsageError(f"no {name} on the PATH; add it to the plugin's image")


def _output(run: _Run, arguments: Sequence[str], values: str = "", *, network: bool = False) -> bytes:
    """Return the output of a program; raise ProgramFailed with its reduced message if it fails."""
    name, stdin = os.path.basename(run.program), values.encode("utf-8", "replace")
    argv, environment = (run.program, *arguments), _environment(run, network=network)
    try:
        with confinement.confined(argv, environment, _allowed(run, network=network)) as prepare:
            command = programs.Command(argv, stdin, environment, run.files.folder, prepare=prepare)
            done = programs.run(command, run.files.checkout.limits)
    except OSError as error:
        raise InputError(f"cannot run {name}: {error.strerror}") from None
    if done.status:
        raise ProgramFailed(f"{name}: {_reduced(done.message.decode('utf-8', 'replace'), run)}"[:MESSAGE])
    return done.output


def _environment(run: _Run, *, network: bool) -> dict[str, str]:
    """Return the variables for a program: private folders, and few of this process's variables."""
    kept = (*VARIABLES, *PROXIES, *CERTIFICATES) if network else VARIABLES
    home = os.path.join(run.private, "home")
    return {
        **{name: os.environ[name] for name in kept if name in os.environ},
        **{name: os.path.join(home, name.lower()) for name in HELM_FOLDERS},
        "PATH": "",
        "HOME": home,
        "TMPDIR": os.path.join(run.private, "tmp"),
        "PWD": run.files.folder,
    }


def _allowed(run: _Run, *, network: bool) -> Allowed:
    """Return the access that a program needs: itself, libraries, and the private folder."""
    own = (run.program, os.path.realpath(run.program), *glob.glob("/lib*/ld-*.so*"), *glob.glob("/lib/*/ld-*.so*"))
    certificates = [os.environ[name] for name in CERTIFICATES if os.environ.get(name)]
    read = (*SYSTEM, *NETWORK, *certificates) if network else SYSTEM
    return Allowed(read, own, (run.private, "/dev/null"), network)


def _fetch(run: _Run) -> None:
    """Fetch the chart's dependencies into the copy, with repositories and caches that only this call uses."""
    folder = os.path.join(run.private, "repositories")
    own = ["--repository-config", os.path.join(folder, "repositories.yaml"), "--repository-cache", folder]
    for number, url in enumerate(chart.servers(run.files)):
        _output(run, ["repo", "add", f"repository-{number}", url, *own], network=True)
    _output(run, ["dependency", "build", os.curdir, *own], network=True)


def _reduced(message: str, run: _Run) -> str:
    from postrender.hosts import messages  # slow to load, and only a failure needs it

    words = _without_places(messages.own_words(message), run.files)
    templates = dict(chart.templates(run.files))
    return messages.remove_values(words, templates, run.files.opened) or "it failed and printed nothing"


def _without_places(words: str, files: Copy) -> str:
    """Return a message without the paths of this call's copy, which nobody can open afterwards."""
    for folder in (files.folder, files.root):
        words = words.replace(f"{folder}{os.sep}", "").replace(folder, os.curdir)
    return words
