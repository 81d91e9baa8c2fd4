"""Test every verb with streams, disks, memory, folders, signals and other programs that fail."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.conftest import PROGRAM, SAID_OF_NO_FOLDER
from tests.hostile.program import (
    LAB,
    MIB,
    READING,
    TMM,
    VALUING,
    Run,
    asked,
    begin,
    refusal,
    result,
)
from tests.patience import HANG

WAYS = {
    "check": READING["check"],
    "diff": READING["diff"],
    "vlans": ("vlans", *LAB),
    "compile": VALUING["compile for Flux"],
    "krm": ("krm",),
    "parameters": ("cmp", "parameters"),
}
each_way = pytest.mark.parametrize("way", WAYS)

# Tests of standard streams; tests/test_cli.py tests the streams of a conversion.


@each_way
def test_the_reader_has_gone(hostile: Run, way: str) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = hostile(*WAYS[way], data=asked(way, TMM), stdout=writing)
    os.close(writing)
    assert (done.returncode, done.stderr) == (-signal.SIGPIPE, b"")


@each_way
@pytest.mark.parametrize(
    ("redirection", "reason"),
    [("> /dev/full", "No space left on device"), (">&-", "Bad file descriptor")],
    ids=["full", "closed"],
)
def test_the_result_cannot_be_written(hostile: Run, way: str, redirection: str, reason: str) -> None:
    done = in_shell(hostile, f'exec "$0" "$@" {redirection}', *WAYS[way], data=asked(way, TMM))
    assert refusal(done, 3) == f"cannot write the result: {reason}"


def in_shell(hostile: Run, script: str, *words: str, **settings: object) -> subprocess.CompletedProcess[bytes]:
    """Run a line of sh in which $0 is the program and $@ its arguments."""
    shell = shutil.which("sh")
    assert shell
    return hostile("-c", script, PROGRAM, *words, executable=shell, **settings)


@pytest.mark.parametrize("way", ["check", "compile", "krm"])
def test_no_stream_at_all(hostile: Run, way: str) -> None:
    done = in_shell(hostile, 'exec "$0" "$@" <&- >&- 2>&-', *WAYS[way])
    assert (done.returncode, done.stdout, done.stderr) == (3, b"", b"")


@pytest.mark.parametrize("way", ["check", "diff", "compile", "krm"])
def test_a_result_without_standard_error(hostile: Run, way: str) -> None:
    usual, silent = (
        in_shell(hostile, f'exec "$0" "$@" {redirection}', *WAYS[way], data=asked(way, TMM))
        for redirection in ("", "2>&-")
    )
    assert (silent.returncode, silent.stdout) == (usual.returncode, usual.stdout)


def test_standard_input_that_cannot_be_read(hostile: Run) -> None:
    with open(os.devnull, "wb") as writable:
        said = refusal(hostile(*LAB, stdin=writable), 3)
    assert said == "cannot read standard input: Bad file descriptor"


# Tests of a full disk and of too little memory.


def largest_file(size: int) -> Callable[[], None]:
    return partial(resource.setrlimit, resource.RLIMIT_FSIZE, (size, size))


def test_a_file_that_may_not_grow_ends_in_a_line(hostile: Run, environment: dict[str, str], tmp_path: Path) -> None:
    environment["PYTHONDONTWRITEBYTECODE"] = "1"  # otherwise, Python would write incomplete bytecode files
    with open(tmp_path / "result", "wb") as file:
        done = hostile(*LAB, data=TMM + b"#" * MIB, stdout=file, preexec_fn=largest_file(4096))
    assert (done.returncode, done.stderr) == (3, b"spk-macvlan: cannot write the result: File too large\n")


def test_a_component_that_does_not_fit_leaves_no_part(
    hostile: Run, environment: dict[str, str], tmp_path: Path
) -> None:
    environment["PYTHONDONTWRITEBYTECODE"] = "1"  # otherwise, Python would write incomplete bytecode files
    words = VALUING["compile for kustomize"]
    refusal(hostile(*words, data=TMM, preexec_fn=largest_file(100)), 2)
    assert not list((tmp_path / "out").iterdir())
    assert result(hostile(*words, data=TMM)) == b""


@pytest.mark.parametrize("way", ["render", "check", "compile"])
def test_memory_that_is_too_little_ends_in_a_line(hostile: Run, way: str) -> None:
    words = {**WAYS, **READING}[way]
    data = TMM + b"---\nx: " + b"a" * (64 * MIB) + b"\n"
    said = refusal(hostile(*words, data=data, memory=96 * MIB), 3)
    assert said == "the input needs more memory than is available; nothing was written"


# Tests of signals.


@pytest.fixture
def reading(
    hostile: Run, environment: dict[str, str], tmp_path: Path
) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Return a function that starts the program, and returns the process after it has read part of its input."""
    started: list[subprocess.Popen[bytes]] = []

    def begin_reading(*words: str) -> subprocess.Popen[bytes]:
        process = begin(tmp_path, environment, *words)
        started.append(process)
        assert process.stdin
        process.stdin.write(b"x: " + b"a" * MIB)  # more than a pipe holds, so the program has read some of it
        process.stdin.flush()
        return process

    yield begin_reading
    for process in started:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("way", ["render", "check", "compile", "krm"])
@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, -signal.SIGTERM), (signal.SIGHUP, -signal.SIGHUP)]
)
def test_a_signal_while_it_reads(
    reading: Callable[..., subprocess.Popen[bytes]], way: str, number: signal.Signals, status: int
) -> None:
    process = reading(*{**WAYS, **READING}[way])
    process.send_signal(number)
    assert process.communicate(timeout=HANG) == (b"", b"")
    assert process.returncode == status


def test_ctrl_c_while_it_works(reading: Callable[..., subprocess.Popen[bytes]]) -> None:
    process = reading(*LAB, "--limit", "entries=10000000")
    assert process.stdin
    process.stdin.write(b"\n" + TMM + b"x: [" + b"[]," * 1_000_000 + b"]\n")
    process.stdin.close()
    process.stdin = None
    time.sleep(0.2)  # the program would need five seconds
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=HANG) == (b"", b"")
    assert process.returncode == 130


# Tests of folders and environment variables.


@each_way
def test_a_working_directory_that_is_gone(hostile: Run, tmp_path: Path, way: str) -> None:
    (tmp_path / "gone").mkdir()
    usual = hostile(*WAYS[way], data=asked(way, TMM))
    words = [str(tmp_path / word) if word == "lab.yaml" else word for word in WAYS[way]]
    done = in_shell(hostile, 'cd gone && rmdir ../gone && exec "$0" "$@"', *words, data=asked(way, TMM))
    assert done.returncode == usual.returncode
    assert done.stderr.replace(SAID_OF_NO_FOLDER, b"") == b""
    assert done.stdout.replace(f"{tmp_path}/".encode(), b"") == usual.stdout


@pytest.mark.parametrize("directory", ["out", "out/further", "../out", "/proc/out", "f", "f/out", "loop", "n" * 300])
def test_a_component_that_cannot_be_written(hostile: Run, tmp_path: Path, directory: str) -> None:
    """Not even root can write to these folders."""
    (tmp_path / "f").touch()
    (tmp_path / "loop").symlink_to("loop")
    cwd = "/proc" if directory.startswith(("out", "..")) else tmp_path
    below = "/proc/self/out" if directory == "../out" else directory
    words = ("compile", "--format", "kustomize", "--config", str(tmp_path / "lab.yaml"), below)
    said = refusal(hostile(*words, data=TMM, cwd=cwd), 2)
    assert said.startswith(("cannot write to ", "f is a file, but compile writes to a directory"))


ENVIRONMENTS = {
    "nothing": {},
    "ascii": {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
    "unknown locale": {"LC_ALL": "xx_YY.nonsense", "LANGUAGE": "xx"},
    "utf-16": {"PYTHONIOENCODING": "utf-16"},
    "strict ascii": {"PYTHONIOENCODING": "ascii:strict", "LC_ALL": "C"},
    "no folders": {"HOME": "/nonexistent", "TMPDIR": "/nonexistent", "PATH": ""},
    "interpreter": {"PYTHONOPTIMIZE": "2", "PYTHONHASHSEED": "7", "PYTHONINSPECT": "1", "PYTHONSTARTUP": "x.py"},
}


@pytest.mark.parametrize("way", ["check", "diff", "compile"])
@pytest.mark.parametrize("variables", ENVIRONMENTS.values(), ids=ENVIRONMENTS)
def test_the_environment_does_not_matter(hostile: Run, way: str, variables: dict[str, str]) -> None:
    annotations = b"      annotations:\n        robin.io/networks: gr\xc3\xb6\xc3\x9fe \xf0\x9f\x9a\x80\n"
    data = TMM.replace(b"      annotations:\n", annotations)
    usual, done = (hostile(*WAYS[way], data=data, **other) for other in ({}, {"env": variables}))
    assert (done.returncode, done.stdout, done.stderr) == (usual.returncode, usual.stdout, usual.stderr)
    assert "größe 🚀".encode() in done.stdout or way != "diff"


MODULES = [
    "argparse",
    "copy",
    "decimal",
    "difflib",
    "json",
    "jsonpatch",
    "jsonpointer",
    "postrender",
    "re",
    "sitecustomize",
]
MODULES += ["ruamel", "select", "shlex", "signal", "string", "subprocess", "tempfile", "traceback", "typing", "yaml"]


@pytest.mark.parametrize("way", [*WAYS, *VALUING])
def test_code_in_the_working_directory_never_runs(hostile: Run, tmp_path: Path, way: str) -> None:
    for name in MODULES:
        (tmp_path / f"{name}.py").write_text("open('ran', 'w').close()\nraise SystemExit(99)\n")
    done = hostile(*{**WAYS, **VALUING}[way], data=asked(way, TMM))
    assert done.returncode in (0, 1)
    assert done.stderr == b""
    assert not (tmp_path / "ran").exists()
