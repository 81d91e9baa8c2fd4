"""Reads the files of a packaged chart (`.tgz`) and of the packaged charts inside it. Nothing is unpacked to disk."""

from __future__ import annotations

import gzip
import io
import posixpath
import tarfile
from typing import TYPE_CHECKING

from postrender.errors import InputError, Place, TooLarge

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import IO, Any

    from postrender.limits import Limits

INSIDE = ": "  #: separates an archive's name from the path inside it
CHUNK = 1 << 16  #: bytes per read
NESTED = 5  #: the maximum number of levels of nested archives; a chart with its dependencies has two


def is_packaged(path: str) -> bool:
    """Report whether Helm reads a file as a packaged chart."""
    return path.endswith(".tgz") and "charts" in path.split("/")[:-1]


def contents(data: bytes, shown: str, wanted: Callable[[str], bool], limits: Limits) -> Iterator[tuple[str, bytes]]:
    """Yield the path and the content of each wanted file; raise InputError if the archive cannot be read completely."""
    try:
        yield from _members(io.BytesIO(data), shown, wanted, _Budget(limits, shown), NESTED)
    except (tarfile.TarError, EOFError, OSError, ValueError):
        raise InputError("cannot be read as a packaged chart; create it with `helm package`", Place(shown)) from None


class _Budget:
    """A limit on the unpacked bytes, because a small archive can expand to a huge size."""

    def __init__(self, limits: Limits, shown: str) -> None:
        self.limits = limits
        self.shown = shown
        self.left = limits.stream_size

    def take(self, size: int) -> None:
        """Subtract `size` from the bytes that are left; raise TooLarge if too few are left."""
        self.left -= size
        if self.left < 0:
            raise TooLarge(f"the unpacked archive has {self.limits.exceeded('stream_size')}", Place(self.shown))


class _Unpacked:
    """The uncompressed content of a gzip file, whose bytes are counted as they are read."""

    def __init__(self, archive: IO[bytes], budget: _Budget) -> None:
        self.plain = gzip.GzipFile(fileobj=archive)
        self.budget = budget

    def read(self, size: int) -> bytes:
        data = self.plain.read(size)
        self.budget.take(len(data))
        return data


def _members(
    archive: IO[bytes], shown: str, wanted: Callable[[str], bool], budget: _Budget, depth: int
) -> Iterator[tuple[str, bytes]]:
    if not depth:
        raise InputError("nests packaged charts too deeply; unpack the inner ones", Place(shown))
    with tarfile.open(fileobj=_Unpacked(archive, budget), mode="r|") as members:  # type: ignore[call-overload]
        for member in members:
            _require_plain(members, member)
            path = posixpath.normpath(member.name.replace("\\", "/"))
            place = f"{shown}{INSIDE}{path}"
            content = _content(members, member)
            if content and is_packaged(path):
                yield from _members(content, place, wanted, budget, depth - 1)
            elif content and wanted(path):
                yield place, content.read()
        _require_end(members)


def _require_plain(members: tarfile.TarFile, member: tarfile.TarInfo) -> None:
    """Raise ValueError if Go may read a different name or different content than tarfile does."""
    sparse = member.issparse() or any(key.startswith("GNU.sparse.") for key in member.pax_headers)
    if sparse or members.pax_headers.keys() - {"comment"}:  # `git archive` writes a global comment
        raise ValueError("a tar extension that Go and Python interpret differently")


def _require_end(members: tarfile.TarFile) -> None:
    """Raise ValueError if data follows the point where tarfile stops; tarfile also stops at a broken header."""
    stream: Any = members.fileobj
    while rest := stream.read(CHUNK):
        if rest.strip(b"\0"):
            raise ValueError("data after the end of the archive")


def _content(members: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes] | None:
    """Return a member's content if Go reads the member as a file, else None; Go reads unknown types as files."""
    is_file = member.isreg() or member.type not in tarfile.SUPPORTED_TYPES
    return members.extractfile(member) if is_file else None
