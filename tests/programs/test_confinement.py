"""Test what the kernel lets a confined program do: with Landlock alone, with seccomp alone, and with both."""

from __future__ import annotations

import errno
import os
import platform
import re
import socket
import sys
import sysconfig
from pathlib import Path
from types import SimpleNamespace

import pytest

from postrender import programs
from postrender.programs import Command, Ended, confinement, kernel, landlock, seccomp, syscalls
from postrender.programs.landlock import Allowed
from tests.machine import require_file, require_landlock, require_seccomp

PYTHON = os.path.realpath(sys.executable)
SYSTEM = ("/usr", "/bin", "/lib", "/lib64", "/etc/ld.so.cache", sys.base_prefix)
LAYERS = ("landlock", "seccomp", "both")


@pytest.fixture
def folders(tmp_path: Path) -> Path:
    """Create three folders with a file each: one for reading, one for writing, and one that may not be used."""
    for name in ("read", "write", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text(f"from {name}\n")
    (tmp_path / "write/link").symlink_to(tmp_path / "other/file")
    return tmp_path


@pytest.fixture(params=LAYERS)
def layers(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Switch a layer off, and return the name of what is left."""
    return only(str(request.param), monkeypatch)


def only(layers: str, monkeypatch: pytest.MonkeyPatch) -> str:
    if layers != "seccomp":
        require_landlock()
    if layers != "landlock":
        require_seccomp()
    if layers == "seccomp":
        monkeypatch.setattr(landlock, "version", lambda: 0)
    if layers == "landlock":
        monkeypatch.setattr(seccomp, "is_available", lambda: False)
    return layers


def python(folders: Path, code: str, *, network: bool = False) -> Ended:
    """Run Python code in a confined process."""
    allowed = Allowed((str(folders / "read"),), SYSTEM, (str(folders / "write"), "/dev/null"), network)
    argv = (PYTHON, "-I", "-S", "-c", code)
    with confinement.confined(argv, {"PATH": "/usr/bin:/bin"}, allowed) as prepare:
        return programs.run(Command(argv, folder=str(folders), prepare=prepare, seconds=60))


CALL = (
    "import ctypes, os; libc = ctypes.CDLL(None, use_errno=True); assert libc.{} >= 0, os.strerror(ctypes.get_errno())"
)
ALLOWED = {
    "reading": "print(open('read/file').read())",
    "listing": "import os; os.listdir('read')",
    "writing": "print('more', file=open('write/file', 'a'))",
    "new-files": "import os; open('write/b', 'w'); os.rename('write/b', 'write/c')",
    "new-folders": "import os; os.mkdir('write/a')",
    "removing": "import os; os.remove('write/file')",
    "throwing-away": "open('/dev/null', 'w').write('a')",
    "threads": "import threading; it = threading.Thread(target=print); it.start(); it.join()",
    "memory": "len(bytearray(300_000_000))",
    "time-and-chance": "import os, time; time.sleep(0.001); os.urandom(8); os.getpid()",
}
#: What Landlock denies.
OF_FILES = {
    "reading": "open('other/file')",
    "reading-by-a-link": "open('write/link')",
    "listing": "import os; os.listdir('.')",
    "writing-where-it-reads": "open('read/file', 'a')",
    "new-files-where-it-reads": "import os; os.mkdir('read/a')",
    "removing-where-it-reads": "import os; os.remove('read/file')",
    "processes": "open('/proc/self/status')",
    "environments-of-processes": "open('/proc/1/environ')",
}
#: What seccomp denies.
OF_CALLS = {
    "new-processes": "import os; os.fork()",
    "new-processes-by-vfork": CALL.format("vfork()"),
    "other-programs": "import os; os.execv('/bin/true', ['true'])",
    "other-programs-by-descriptor": "import os; os.execve(os.open('/bin/true', os.O_RDONLY), ['true'], {})",
    "children": "import subprocess; subprocess.run(['/bin/true'])",
    "sessions": "import os; os.setsid()",
    "signals": "import os; os.kill(os.getppid(), 0)",
    "signals-to-itself": "import os; os.kill(os.getpid(), 0)",
    "tracing": CALL.format("ptrace(0, 0, 0, 0)"),
    "limits-of-others": "import os, resource; resource.prlimit(os.getppid(), resource.RLIMIT_CORE)",
    "shared-memory": CALL.format("shmget(0, 4096, 0o1600)"),
    "semaphores": CALL.format("semget(0, 1, 0o1600)"),
    "message-queues": CALL.format("msgget(0, 0o1600)"),
    "namespaces": CALL.format("unshare(0x10000000)"),
    "mounts": CALL.format("mount(b'none', b'write', b'tmpfs', 0, None)"),
    "memory-files": "import os; os.memfd_create('a')",
    "keys": CALL.format("syscall(250 if os.uname().machine == 'x86_64' else 219, 0, -3, 0)"),
    "memory-of-others": CALL.format("process_vm_readv(os.getppid(), None, 0, None, 0, 0)"),
    "io-rings": CALL.format("syscall(425, 1, bytes(120))"),
    "descriptors-of-processes": "import os; os.pidfd_open(os.getppid())",
    "sockets": "import socket; socket.socket()",
    "unconnected-sockets": "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
    "local-sockets": "import socket; socket.socket(socket.AF_UNIX)",
    "pairs-of-sockets": "import socket; socket.socketpair()",
    "sockets-of-the-kernel": "import socket; socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)",
    "another-kind-of-program": CALL.format("personality(8)"),
    "leaving-the-root": "import os; os.chroot('write')",
    "other-users": "import os; os.setuid(os.getuid())",
    "inputs-of-a-terminal": "import fcntl; fcntl.ioctl(0, 0x5412, b'a')",
}
#: What the network step allows beside what rendering allows, and what it denies nevertheless.
WITH_NETWORK = {
    "local-sockets": "import socket; socket.socket(socket.AF_UNIX)",
    "sockets-of-the-kernel": "import socket; socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)",
    "raw-packets": "import socket; socket.socket(socket.AF_PACKET, socket.SOCK_RAW)",
    "pairs-of-sockets": "import socket; socket.socketpair()",
    "new-processes": "import os; os.fork()",
    "waiting-for-connections": "import socket; it = socket.socket(); it.bind(('127.0.0.1', 0)); it.listen()",
}


def each(table: dict[str, str]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("code", [pytest.param(code, id=name) for name, code in table.items()])


@each(ALLOWED)
def test_what_is_allowed_works(folders: Path, layers: str, code: str) -> None:
    assert python(folders, code)[::2] == (0, b"")


@each(OF_FILES)
@pytest.mark.parametrize("layers", ["landlock", "both"], indirect=True)
def test_what_landlock_denies(folders: Path, layers: str, code: str) -> None:
    done = python(folders, code)
    assert done.status != 0
    assert b"denied" in done.message
    assert (folders / "read/file").read_text() == "from read\n"


@pytest.mark.parametrize("layers", ["landlock", "both"], indirect=True)
def test_a_program_that_was_written_does_not_start(folders: Path, layers: str) -> None:
    (folders / "write/true").write_bytes(Path("/bin/true").read_bytes())
    (folders / "write/true").chmod(0o755)
    assert python(folders, "import os; os.execv('write/true', ['true'])").status != 0


@each(OF_CALLS)
@pytest.mark.parametrize("layers", ["seccomp", "both"], indirect=True)
def test_what_seccomp_denies(folders: Path, layers: str, code: str) -> None:
    done = python(folders, code)
    assert done.status != 0
    assert b"not implemented" in done.message or b"not permitted" in done.message or not done.message, done.message


@each(WITH_NETWORK)
@pytest.mark.parametrize("layers", ["seccomp", "both"], indirect=True)
def test_what_seccomp_denies_even_with_the_network(folders: Path, layers: str, code: str) -> None:
    assert python(folders, code, network=True).status != 0


@pytest.mark.parametrize(("network", "said"), [(False, None), (True, "ECONNREFUSED")])
def test_the_network_is_allowed_or_not(folders: Path, layers: str, network: bool, said: str | None) -> None:
    if layers == "landlock" and landlock.version() < landlock.WITH_TCP:
        pytest.skip("this version of Landlock does not know the network")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # no program listens on it
        connect = f"import socket, errno; print(errno.errorcode[socket.socket().connect_ex({taken.getsockname()!r})])"
        done = python(folders, connect, network=network)
    assert done.output.decode().strip() in ((said,) if said else ("", "EACCES")), done.message


def test_the_memory_is_limited(folders: Path, layers: str) -> None:
    assert b"MemoryError" in python(folders, "bytearray(3 << 30)").message


def test_a_large_file_is_not_written(folders: Path, layers: str) -> None:
    assert python(folders, "open('write/a', 'wb').truncate(2 << 30)").status != 0


def test_no_descriptor_of_the_start_can_be_used_again(folders: Path, layers: str) -> None:
    """seccomp allows to start the descriptor that was the program, so nothing may be opened under its number."""
    code = (
        "import errno, os, resource\n"
        "last = resource.getrlimit(resource.RLIMIT_NOFILE)[0]\n"
        "for copied in (last - 1, last):\n"
        "    try: os.dup2(0, copied)\n"
        "    except OSError as error: print(copied - last, errno.errorcode[error.errno])\n"
    )
    assert python(folders, code).output == b"0 EBADF\n"


@pytest.mark.parametrize("layers", ["seccomp", "both"], indirect=True)
def test_the_limits_cannot_be_raised(folders: Path, layers: str) -> None:
    code = "import resource; resource.setrlimit(resource.RLIMIT_DATA, (4 << 30, 4 << 30))"
    assert python(folders, code).status != 0


def test_this_process_stays_as_it_was(folders: Path, layers: str) -> None:
    python(folders, "pass")
    assert (folders / "other/file").read_text() == "from other\n"
    assert programs.run(Command(("/bin/true",))).status == 0


@pytest.mark.parametrize("layers", ["landlock"], indirect=True)
def test_a_path_that_does_not_exist_allows_nothing(folders: Path, layers: str) -> None:
    allowed = Allowed(read=(str(folders / "nowhere"),), run=SYSTEM)
    with confinement.confined(("/bin/true",), {}, allowed) as prepare:
        assert programs.run(Command(("/bin/true",), prepare=prepare)).status == 0


def test_a_kernel_without_any_layer_starts_the_program(folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landlock, "version", lambda: 0)
    monkeypatch.setattr(seccomp, "is_available", lambda: False)
    assert confinement.missing() == ("Landlock", "seccomp")
    assert python(folders, "print(open('other/file').read(), end='')").output == b"from other\n"


@pytest.mark.parametrize("found", range(1, landlock.version() + 1))
def test_every_version_of_landlock_confines(folders: Path, monkeypatch: pytest.MonkeyPatch, found: int) -> None:
    """A newer kernel accepts the rules of every older version."""
    monkeypatch.setattr(landlock, "version", lambda: found)
    assert python(folders, "open('read/file')").status == 0
    assert python(folders, "open('other/file')").status != 0


def test_a_version_that_the_kernel_reports_but_does_not_accept_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """RHEL 9 has kernels that report version 6 and refuse the size of its rules."""

    def call(_: int, rules: bytes, *__: object) -> int:
        if len(rules) > 16:
            raise OSError(errno.EINVAL, "Invalid argument")
        return os.open(os.devnull, os.O_RDONLY)

    monkeypatch.setattr(kernel, "call", call)
    monkeypatch.setattr(kernel, "libc", lambda: SimpleNamespace(syscall=lambda *_: 6))
    assert landlock.version() == 5


def test_a_kernel_that_accepts_no_version_has_no_landlock(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> int:
        raise OSError(errno.EINVAL, "Invalid argument")

    monkeypatch.setattr(kernel, "call", refuse)
    monkeypatch.setattr(kernel, "libc", lambda: SimpleNamespace(syscall=lambda *_: 6))
    assert landlock.version() == 0


def test_a_program_that_cannot_be_confined_does_not_start(tmp_path: Path) -> None:
    def fail() -> None:
        raise OSError("the process cannot be confined")

    with pytest.raises(OSError, match="could not be prepared"):
        programs.run(Command(("/usr/bin/touch", str(tmp_path / "started")), prepare=fail))
    assert not (tmp_path / "started").exists()


# Tests of the numbers, against the kernel's own headers.

TABLES = {**syscalls.FILES, **syscalls.MEMORY_AND_TIME, **syscalls.CHECKED, **syscalls.NETWORK}
DEFINED = re.compile(r"#define __NR(?:3264)?_(\w+) (\d+)")
#: Names that the header of 64-bit machines gives to calls with another name elsewhere.
ALSO = {"fstatat": "newfstatat"}
HEADERS = {
    "x86_64": Path(f"/usr/include/{sysconfig.get_config_var('MULTIARCH')}/asm/unistd_64.h"),
    "aarch64": Path("/usr/include/asm-generic/unistd.h"),
}


@pytest.mark.parametrize("machine", HEADERS)
def test_the_numbers_are_the_kernels(machine: str) -> None:
    if machine == "x86_64" and platform.machine() != machine:
        pytest.skip("this machine has no headers of the other one")
    file = require_file(HEADERS[machine], "the kernel's headers", "install linux-libc-dev")
    defined = {ALSO.get(name, name): int(number) for name, number in DEFINED.findall(file.read_text())}
    which = [*syscalls.MACHINES].index(machine)
    ours = {name: numbers[which] for name, numbers in TABLES.items()}
    known = {name: number for name, number in ours.items() if name in defined or number is not None}
    assert known == {name: defined.get(name) for name in known}
