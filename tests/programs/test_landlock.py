"""Test what the kernel lets a confined program do."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

import pytest

from postrender import programs
from postrender.programs import Command, Ended, landlock
from postrender.programs.landlock import Allowed, confinement
from tests.machine import require_landlock

SYSTEM = ("/usr", "/bin", "/lib", "/lib64", sys.base_prefix)


@pytest.fixture
def folders(tmp_path: Path) -> Path:
    """Create three folders with a file each: one for reading, one for writing, and one that may not be used."""
    for name in ("read", "write", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text(f"from {name}\n")
    return tmp_path


def shell(folders: Path, script: str, *, network: bool = False) -> Ended:
    require_landlock()
    allowed = Allowed((str(folders / "read"),), SYSTEM, (str(folders / "write"), "/dev/null"), network)
    with confinement(allowed) as prepare:
        return programs.run(Command(("/bin/sh", "-c", script), folder=str(folders), prepare=prepare))


ALLOWED = {
    "reading": "cat read/file",
    "listing": "ls read",
    "writing": "echo more >> write/file && cat write/file",
    "new-files-and-folders": "mkdir write/a && echo b > write/a/b && mv write/a/b write/c && rm -r write/a",
    "throwing-away": "echo a > /dev/null",
    "signals-to-its-own": "sleep 60 & kill $!",
}
DENIED = {
    "reading": "cat other/file",
    "reading-by-a-link": "cat write/link",
    "listing": "ls .",
    "writing-where-it-reads": "echo more >> read/file",
    "new-files-where-it-reads": "mkdir read/a",
    "removing-where-it-reads": "rm read/file",
    "executing-what-it-wrote": "cp /bin/true write/true && chmod +x write/true && write/true",
    "processes": "cat /proc/self/status",
    "signals-to-others": f"kill -0 {os.getpid()}",
}


@pytest.mark.parametrize("script", [pytest.param(script, id=name) for name, script in ALLOWED.items()])
def test_what_is_allowed_works(folders: Path, script: str) -> None:
    assert shell(folders, script)[::2] == (0, b"")


@pytest.mark.parametrize("script", [pytest.param(script, id=name) for name, script in DENIED.items()])
def test_what_is_not_allowed_is_denied(folders: Path, script: str) -> None:
    (folders / "write/link").symlink_to(folders / "other/file")
    done = shell(folders, script)
    assert done.status != 0
    assert b"denied" in done.message or b"not permitted" in done.message
    assert (folders / "read/file").read_text() == "from read\n"


@pytest.mark.parametrize(("network", "said"), [(False, "EACCES"), (True, "ECONNREFUSED")])
def test_the_network_is_allowed_or_not(folders: Path, network: bool, said: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # no program listens on it
        connect = f"import socket, errno; print(errno.errorcode[socket.socket().connect_ex({taken.getsockname()!r})])"
        python = os.path.realpath(sys.executable)
        done = shell(folders, f'{python} -I -c "{connect}"', network=network)
    assert done.output.decode().strip() == said, done.message


def test_it_holds_for_what_the_program_starts(folders: Path) -> None:
    assert shell(folders, "sh -c 'sh -c \"cat other/file\"'").status != 0


def test_this_process_stays_as_it_was(folders: Path) -> None:
    shell(folders, "true")
    assert (folders / "other/file").read_text() == "from other\n"


def test_a_path_that_does_not_exist_allows_nothing(folders: Path) -> None:
    with confinement(Allowed(read=(str(folders / "nowhere"),), run=SYSTEM)) as prepare:
        assert programs.run(Command(("/bin/true",), prepare=prepare)).status == 0


def test_a_kernel_without_it_confines_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landlock, "version", lambda: 0)
    with confinement(Allowed()) as prepare:
        assert prepare is None


@pytest.mark.parametrize("found", range(1, landlock.version() + 1))
def test_every_version_of_the_interface_confines(folders: Path, monkeypatch: pytest.MonkeyPatch, found: int) -> None:
    """A newer kernel accepts the rules of every older version."""
    monkeypatch.setattr(landlock, "version", lambda: found)
    assert shell(folders, "cat read/file").status == 0
    assert shell(folders, "cat other/file").status != 0


def test_a_program_that_cannot_be_confined_does_not_start(tmp_path: Path) -> None:
    def fail() -> None:
        raise OSError("the process cannot be confined")

    with pytest.raises(OSError, match="could not be prepared"):
        programs.run(Command(("/usr/bin/touch", str(tmp_path / "started")), prepare=fail))
    assert not (tmp_path / "started").exists()
