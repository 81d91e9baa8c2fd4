"""The repository that Argo CD checked out, and the private copy of the files in it that Helm or kustomize may read.

The checkout is not trusted. One function opens files in it: only regular files inside the repository, up to a size, and
never a file that blocks. What a chart or a kustomization needs is copied; Helm and kustomize run in the copy, so a file
that was not opened and checked is not there.
"""

from __future__ import annotations

import os
import posixpath
import stat

from postrender.errors import InputError, Place, TooLarge
from postrender.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.limits import Limits

LINKS = 40  #: the maximum number of links on the way to a file, as in Linux
FILES = 100_000  #: the maximum number of files that are copied
FOLDER = os.O_RDONLY | os.O_CLOEXEC | os.O_DIRECTORY | os.O_NOFOLLOW
FILE = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY


class Checkout(NamedTuple):
    """A checkout: its root with links resolved, the application's folder relative to it, and the limits that apply."""

    root: str
    folder: str
    limits: Limits

    def shown(self, path: str) -> str:
        """Return a path in the repository as messages show it: relative to the application's folder."""
        return posixpath.relpath(path or ".", self.folder or ".")


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
    root = (os.sep.join(parts[: -len(steps)]) or here) if known else here
    return Checkout(root, posixpath.relpath(here, root) if root != here else "", limits)


class Copy:
    """A private copy of files of a checkout, at the same relative paths. Links are copied as links."""

    def __init__(self, checkout: Checkout, root: str) -> None:
        self.checkout = checkout
        self.root = root
        self.opened: set[str] = set()  #: the resolved paths of the copied files, relative to the checkout's root
        self.seen: set[str] = set()  #: the paths of the files in copied folders, as a program sees them through links
        self._folders: set[str] = set()
        self._left = checkout.limits.stream_size
        self._make_folder(checkout.folder)

    @property
    def folder(self) -> str:
        """Return the path of the application's folder in this copy of the checkout."""
        return os.path.normpath(os.path.join(self.root, self.checkout.folder))

    def real(self, path: str, place: Place) -> str:
        """Return a path in the repository with links resolved, and copy these links.

        Raises InputError if the path or a link leads out of the repository; the error's place is `place`.
        """
        rest, steps, links = path.split("/")[::-1], list[str](), 0
        while rest:
            step = rest.pop()
            if step == ".." and not steps:
                raise _outside(place)
            if step == "..":
                steps.pop()
            elif step not in ("", "."):
                steps.append(step)
                target = _target(os.path.join(self.checkout.root, *steps))
                if target is not None:
                    links += 1
                    if target.startswith("/") or links > LINKS:
                        raise _outside(place)
                    self._link("/".join(steps), target)
                    steps.pop()
                    rest += target.split("/")[::-1]
        return "/".join(steps)

    def is_folder(self, real: str) -> bool:
        """Report whether a resolved path is a folder."""
        return os.path.isdir(os.path.join(self.checkout.root, real))

    def exists(self, real: str) -> bool:
        """Report whether there is anything at a resolved path."""
        return os.path.lexists(os.path.join(self.checkout.root, real))

    def file(self, real: str, place: Place) -> bytes:
        """Copy the file at a resolved path, and return its content.

        Raises InputError if it is not a regular file or cannot be read, and TooLarge if it exceeds a limit.
        """
        data = read(self.checkout, real, place)
        if real not in self.opened:
            self.opened.add(real)
            self._left -= len(data)
            if self._left < 0 or len(self.opened) > FILES:
                raise TooLarge(_too_much(self.checkout.limits), place)
            self._make_folder(posixpath.dirname(real))
            with open(os.path.join(self.root, real), "xb") as file:
                file.write(data)
        return data

    def tree(self, folder: str) -> Iterator[tuple[str, bytes]]:
        """Copy the files below a folder; yield the path of each as a program sees it, through links, and its content.

        Helm follows links. A link to a folder may therefore not lead to another link to a folder: following these could
        take forever.
        """
        waiting = [(folder, self.real(folder, Place(self.checkout.shown(folder))), False)]
        while waiting:
            seen, real, linked = waiting.pop()
            self._make_folder(real)
            for name in sorted(_names(self.checkout, real)):
                path = posixpath.join(seen, name)
                place = Place(self.checkout.shown(path))
                target = self._below(real, name, place)
                if not self.is_folder(target):
                    self.seen.add(path)
                    yield path, self.file(target, place)
                elif target == posixpath.join(real, name):
                    waiting.append((path, target, linked))
                elif linked:
                    raise InputError(
                        "is a link to a folder, in a folder behind a link; replace one of the links", place
                    )
                else:
                    waiting.append((path, target, True))

    def _below(self, real: str, name: str, place: Place) -> str:
        """Return a path in a resolved folder with links resolved."""
        path = posixpath.join(real, name)
        is_link = _target(os.path.join(self.checkout.root, path)) is not None
        return self.real(path, place) if is_link else path

    def _make_folder(self, real: str) -> None:
        if real not in self._folders:
            os.makedirs(os.path.join(self.root, real), exist_ok=True)
            self._folders.add(real)

    def _link(self, path: str, target: str) -> None:
        if path not in self._folders:
            self._make_folder(posixpath.dirname(path))
            os.symlink(target, os.path.join(self.root, path))
            self._folders.add(path)


def read(checkout: Checkout, real: str, place: Place) -> bytes:
    """Return the content of the file at a resolved path in the repository.

    Raises InputError if it is not a regular file or cannot be read, and TooLarge if it exceeds the limit of a stream.
    """
    most = checkout.limits.stream_size
    try:
        with open(_open(checkout, real, FILE), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise InputError("is not a regular file; replace or remove it", place)
            data = file.read(most + 1)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", place) from None
    if len(data) > most:
        raise TooLarge(f"the file has {checkout.limits.exceeded('stream_size')}", place)
    return data


def _names(checkout: Checkout, real: str) -> list[str]:
    """Return the names in a folder, without Git's own data, which no program needs."""
    try:
        folder = _open(checkout, real, FOLDER)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", Place(checkout.shown(real))) from None
    try:
        return [name for name in os.listdir(folder) if name != ".git"]
    finally:
        os.close(folder)


def _open(checkout: Checkout, real: str, flags: int) -> int:
    """Open a resolved path step by step, so that no link is followed on the way."""
    steps = [step for step in real.split("/") if step]
    here = os.open(checkout.root, FOLDER)
    for number, step in enumerate(steps, 1):
        try:
            below = os.open(step, flags if number == len(steps) else FOLDER, dir_fd=here)
        finally:
            os.close(here)
        here = below
    return here


def _target(path: str) -> str | None:
    """Return the target of a link; None for anything else."""
    try:
        return os.readlink(path)
    except (OSError, ValueError):
        return None


def _outside(place: Place) -> InputError:
    return InputError(
        "points to a file outside the repository, which is never read; keep the file in the repository", place
    )


def _too_much(limits: Limits) -> str:
    return f"the application has more than {FILES} files, or its files have {limits.exceeded('stream_size')}"
