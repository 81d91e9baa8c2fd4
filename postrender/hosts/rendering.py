"""Runs Helm and kustomize for `argocd`: confined, in a private copy of the files, and without values in messages.

Rendering never has the network. Only fetching a chart's dependencies has it; that is a run of its own, and what it
brought is checked like the checkout before anything is rendered.
"""

from __future__ import annotations

import contextlib
import os
import posixpath
from functools import partial

from postrender import programs
from postrender.errors import InputError, Place, ProgramFailed, UsageError
from postrender.hosts import chart, checkout
from postrender.hosts.checkout import Copy
from postrender.programs import confinement, reaper
from postrender.programs.landlock import Allowed
from postrender.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

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
#: Settings of Go's garbage collector: without collections of small heaps, a program takes a sixth less time.
COLLECTION = {"GOGC": "off", "GOMEMLIMIT": "256MiB"}
#: The variables of this process that programs get: always, and for fetching. All others are left out.
VARIABLES = ("TZ",)
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy")
CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR")
#: In the private folder: the copied checkout, the copied values files, and the values of the parameter.
CHECKOUT, VALUES_FILES, VALUES = "checkout", "values-files", "values"
#: Helm's folders, all in the private folder: it finds no settings, no credentials and no plugins there.
HELM_FOLDERS = ("HELM_CACHE_HOME", "HELM_CONFIG_HOME", "HELM_DATA_HOME")


class _Run(NamedTuple):
    """The values shared by all runs of Helm or kustomize for one application."""

    program: str
    files: Copy
    private: str  #: a folder that only this call uses


def kustomize(repo: Checkout, meanwhile: Callable[[], object]) -> bytes:
    """Return the output of `kustomize build` for the application's folder; raise InputError if it fails.

    `meanwhile` is called while kustomize runs.
    """
    from postrender.hosts import kustomization

    with _started("kustomize", repo) as run:
        kustomization.copy(run.files)
        _put_in_place(run)
        return _output(run, ["build", os.curdir], folder=run.files.folder, meanwhile=meanwhile)


def helm(
    arguments: Sequence[str],
    values_files: Sequence[str],
    values: str,
    repo: Checkout,
    meanwhile: Callable[[], object],
) -> bytes:
    """Return the output of `helm template` for the chart in the application's folder; raise InputError if it fails.

    `values_files` are paths relative to the checkout's root; `values` override them. `meanwhile` is called while Helm
    runs.
    """
    template = [*_template(repo, values_files), *arguments]
    with _started("helm", repo) as run:
        _copy_values(run, values_files, values)
        try:
            return _output(run, template, meanwhile=partial(_fill, run, meanwhile))
        except ProgramFailed as error:
            if MISSING_DEPENDENCY not in error.sentence:
                raise
        _fetch(run)
        fetched = run.files.checkout._replace(root=run.files.root)
        checked = run._replace(files=Copy(fetched, os.path.join(run.private, "fetched")))
        _copy_values(checked, values_files, values)
        return _output(checked, template, meanwhile=partial(_fill, checked))


def _template(repo: Checkout, values_files: Sequence[str]) -> Iterator[str]:
    """Yield Helm's arguments for the chart and the values, relative to the private folder.

    Helm reads the values first, and waits for standard input.
    """
    yield from ("template", posixpath.join(CHECKOUT, repo.folder))
    yield from ("--values", "-")
    for path in values_files:
        yield from ("--values", _as_one_of_a_list(posixpath.join(VALUES_FILES, path)))
    yield from ("--values", VALUES)


def _as_one_of_a_list(path: str) -> str:
    """Return a path as a CSV field, because Helm reads `--values` as CSV."""
    return '"' + path.replace('"', '""') + '"' if set(path) & set(',"\r\n') else path


def _copy_values(run: _Run, values_files: Sequence[str], values: str) -> None:
    """Copy the values files, and write the parameter's values, which override them."""
    files = Copy(run.files.checkout, os.path.join(run.private, VALUES_FILES))
    for path in values_files:
        files.file(path, Place(run.files.checkout.shown(path)))
    with open(os.path.join(run.private, VALUES), "wb") as file:
        file.write(values.encode("utf-8", "replace"))


def _fill(run: _Run, meanwhile: Callable[[], object] | None = None) -> None:
    """Copy the chart while Helm starts, which takes longer.

    Helm finds the chart complete or not at all, and gets no standard input before.
    """
    chart.copy(run.files)
    _put_in_place(run)
    if meanwhile:
        meanwhile()


def _put_in_place(run: _Run) -> None:
    """Make the finished copy the folder that the program reads."""
    place = os.path.join(run.private, CHECKOUT)
    os.rename(place, f"{run.files.root}-before")
    os.rename(run.files.root, place)
    run.files.root = place


@contextlib.contextmanager
def _started(name: str, repo: Checkout) -> Iterator[_Run]:
    """Yield the context of a run. Nothing of it is left afterwards: no process and no file, even after SIGTERM."""
    program = _program(name, repo.root)
    with programs.ending(), _private_folder() as private, reaper.reaping():
        os.makedirs(os.path.join(private, CHECKOUT, repo.folder))
        yield _Run(program, Copy(repo, os.path.join(private, "copied")), private)


@contextlib.contextmanager
def _private_folder() -> Iterator[str]:
    """Yield a folder that is removed afterwards, even if SIGTERM arrives meanwhile; later signals are ignored."""
    around = os.path.realpath(os.environ.get("TMPDIR") or "/tmp")  # noqa: S108  mkdir fails if the name is taken
    private = os.path.join(around, f"spk-macvlan-{os.urandom(8).hex()}")
    os.mkdir(private, 0o700)
    try:
        try:
            for name in ("tmp", "home"):
                os.mkdir(os.path.join(private, name))
            yield private
        finally:
            _remove(private)
    except programs.Terminated:
        _remove(private)
        raise


def _remove(folder: str) -> None:
    import shutil  # loads compression libraries; while the program runs, there is time for this

    shutil.rmtree(folder, ignore_errors=True)


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


def _output(
    run: _Run,
    arguments: Sequence[str],
    *,
    folder: str = "",
    network: bool = False,
    meanwhile: Callable[[], object] | None = None,
) -> bytes:
    """Return the output of a program; raise ProgramFailed with its reduced message if it fails.

    The program runs in the folder, by default in the private one. It gets an empty line as its input, after `meanwhile`
    was called.
    """
    name, folder = os.path.basename(run.program), folder or run.private
    argv, environment = (run.program, *arguments), _environment(run, folder, network=network)
    try:
        with confinement.confined(argv, environment, _allowed(run, network=network)) as prepare:
            command = programs.Command(
                argv, b"\n", environment, folder, prepare=prepare, meanwhile=partial(_while_it_runs, meanwhile)
            )
            done = programs.run(command, run.files.checkout.limits)
    except OSError as error:
        raise InputError(f"cannot run {name}: {error.strerror}") from None
    if done.status:
        raise ProgramFailed(f"{name}: {_reduced(done.message.decode('utf-8', 'replace'), run)}"[:MESSAGE])
    return done.output


def _while_it_runs(meanwhile: Callable[[], object] | None) -> None:
    import shutil  # noqa: F401  `_remove` needs it, and it takes time to load

    if meanwhile:
        meanwhile()


def _environment(run: _Run, folder: str, *, network: bool) -> dict[str, str]:
    """Return the variables for a program: private folders, and few of this process's variables."""
    kept = (*VARIABLES, *PROXIES, *CERTIFICATES) if network else VARIABLES
    home = os.path.join(run.private, "home")
    return {
        **{name: os.environ[name] for name in kept if name in os.environ},
        **{name: os.path.join(home, name.lower()) for name in HELM_FOLDERS},
        **COLLECTION,
        "PATH": "",
        "HOME": home,
        "TMPDIR": os.path.join(run.private, "tmp"),
        "PWD": folder,
    }


def _allowed(run: _Run, *, network: bool) -> Allowed:
    """Return the access that a program needs: itself, libraries, and the private folder."""
    own = (run.program, os.path.realpath(run.program), *_loaders())
    certificates = [os.environ[name] for name in CERTIFICATES if os.environ.get(name)]
    read = (*SYSTEM, *NETWORK, *certificates) if network else SYSTEM
    return Allowed(read, own, (run.private, "/dev/null"), network)


def _loaders() -> Iterator[str]:
    """Yield the paths of the programs that load dynamically linked programs, of glibc and of musl."""
    for folder in ("/lib", "/lib64"):
        with contextlib.suppress(OSError):
            yield from (os.path.join(folder, name) for name in os.listdir(folder) if name.startswith("ld-"))


def _fetch(run: _Run) -> None:
    """Fetch the chart's dependencies into the copy, with repositories and caches that only this call uses."""
    folder = os.path.join(run.private, "repositories")
    own = ["--repository-config", os.path.join(folder, "repositories.yaml"), "--repository-cache", folder]
    for number, url in enumerate(chart.servers(run.files)):
        _output(run, ["repo", "add", f"repository-{number}", url, *own], network=True)
    _output(run, ["dependency", "build", posixpath.join(CHECKOUT, run.files.checkout.folder), *own], network=True)


def _reduced(message: str, run: _Run) -> str:
    from postrender.hosts import messages  # slow to load, and only a failure needs it

    words = _without_places(messages.own_words(message), run.files)
    templates = dict(chart.templates(run.files))
    return messages.remove_values(words, templates, run.files.opened) or "it failed and printed nothing"


def _without_places(words: str, files: Copy) -> str:
    """Return a message without the paths of this call's folders, which nobody can open afterwards."""
    folders = (files.root, CHECKOUT, VALUES_FILES)
    for folder in (*(os.path.join(it, files.checkout.folder) for it in folders), *folders):
        words = words.replace(f"{posixpath.normpath(folder)}/", "")
    return words.replace(f"failed to parse {VALUES}:", "failed to parse the parameter values:")
