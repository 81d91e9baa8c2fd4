"""Test the verb `values` on files: what it reads, reports, replaces, and leaves unchanged."""

from __future__ import annotations

import os
import resource
import stat
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.configs import HEAD

Program = Callable[..., subprocess.CompletedProcess[bytes]]

CONFIG = (
    HEAD
    + """\
spec:
  networks: [{name: net-a, master: ens1, namespace: lab}]
"""
)
BEFORE = b"# of ours\r\ntmm:\r\n  customEnvVars: []\r\n  cniNetworks: x  # two\r\n"
AFTER = (
    b"# of ours\r\ntmm:\r\n"
    b'  customEnvVars: [{"name": "TMM_MAPRES_ADDL_VETHS_ON_DP", "value": "TRUE"}]\r\n'
    b"  cniNetworks: lab/net-a  # two\r\n  topologyManager: false\r\n"
)


@pytest.fixture(autouse=True)
def config(tmp_path: Path) -> None:
    (tmp_path / "spk-macvlan.yaml").write_text(CONFIG)


def test_a_file_is_read_and_stays(program: Program, tmp_path: Path) -> None:
    (tmp_path / "values.yaml").write_bytes(BEFORE)
    done = program("values", "values.yaml")
    assert (done.returncode, done.stderr, done.stdout) == (0, b"", AFTER)
    assert (tmp_path / "values.yaml").read_bytes() == BEFORE


def test_standard_input_is_read_where_no_file_is_named(program: Program, tmp_path: Path) -> None:
    (tmp_path / "values.yaml").write_bytes(BEFORE)
    assert program("values", input=BEFORE).stdout == program("values", "values.yaml").stdout
    assert program("values", "-", input=BEFORE).stdout == program("values", "values.yaml").stdout


def test_in_place_the_mode_and_the_owner_stay(program: Program, tmp_path: Path) -> None:
    """When a user other than root writes to a file, the kernel clears the file's set-user-ID bit."""
    file = tmp_path / "values.yaml"
    file.write_bytes(BEFORE)
    file.chmod(0o4640)
    if os.geteuid() == 0:  # only root can give a file to another user
        os.chown(file, 1234, 4321)
        file.chmod(0o4640)
    before = file.stat()
    done = program("values", "--in-place", "values.yaml")
    after = file.stat()
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert file.read_bytes() != BEFORE
    assert (after.st_uid, after.st_gid, stat.S_IMODE(after.st_mode)) == (before.st_uid, before.st_gid, 0o4640)
    assert sorted(os.listdir(tmp_path)) == ["spk-macvlan.yaml", "values.yaml"]


def test_in_place_again_does_not_touch_it(program: Program, tmp_path: Path) -> None:
    file = tmp_path / "values.yaml"
    file.write_bytes(BEFORE)
    program("values", "--in-place", "values.yaml")
    before = file.stat()
    assert program("values", "--in-place", "values.yaml").returncode == 0
    after = file.stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_in_place_a_link_stays_one(program: Program, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    target = tmp_path / "folder" / "real.yaml"
    target.write_bytes(BEFORE)
    (tmp_path / "values.yaml").symlink_to("folder/real.yaml")
    assert program("values", "values.yaml", "--in-place").returncode == 0
    assert (tmp_path / "values.yaml").is_symlink()
    assert target.read_bytes() != BEFORE


def test_a_refused_file_stays_as_it_was_and_is_named(program: Program, tmp_path: Path) -> None:
    (tmp_path / "values.yaml").write_bytes(b"tmm:\n  customEnvVars: none\n")
    done = program("values", "--in-place", "values.yaml")
    said = b"spk-macvlan: values.yaml:2:18: tmm.customEnvVars: is none, but must be a list; fix the chart's values\n"
    assert (done.returncode, done.stdout, done.stderr) == (3, b"", said)
    assert (tmp_path / "values.yaml").read_bytes() == b"tmm:\n  customEnvVars: none\n"


def test_a_file_that_cannot_be_replaced_stays_as_it_was(program: Program, tmp_path: Path) -> None:
    (tmp_path / "values.yaml").write_bytes(BEFORE)
    done = program("values", "--in-place", "values.yaml", preexec_fn=without_files)
    assert done.returncode == 3
    assert b"cannot be replaced: File too large; the file was not changed\n" in done.stderr
    assert (tmp_path / "values.yaml").read_bytes() == BEFORE
    assert sorted(os.listdir(tmp_path)) == ["spk-macvlan.yaml", "values.yaml"]


def without_files() -> None:
    """Forbid the process to write to any file, as on a full disk."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def test_a_name_may_be_as_long_as_a_folder_allows(program: Program, tmp_path: Path) -> None:
    name = "v" * 250 + ".yaml"
    (tmp_path / name).write_bytes(BEFORE)
    assert program("values", "--in-place", name).returncode == 0
    assert (tmp_path / name).read_bytes() != BEFORE


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["--in-place"], 2, "values --in-place needs a file to replace; add FILE\n"),
        (["nowhere.yaml"], 3, "nowhere.yaml: cannot be read: No such file or directory\n"),
        (["."], 3, ".: cannot be read: Is a directory; for a chart, pass the output of `helm template`\n"),
        (
            ["--limit", "stream-size=5", "spk-macvlan.yaml"],
            3,
            "spk-macvlan.yaml: the file has more than the limit of 5 bytes; ",
        ),
    ],
    ids=["nothing-to-replace", "no-file", "a-folder", "too-large"],
)
def test_what_cannot_be_read(program: Program, words: list[str], status: int, said: str) -> None:
    done = program("values", *words)
    assert (done.returncode, done.stdout) == (status, b"")
    assert done.stderr.decode().startswith(f"spk-macvlan: {said}")
    assert done.stderr.count(b"\n") == 1


def test_what_is_no_regular_file_is_not_replaced(program: Program, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    writer = threading.Thread(target=(tmp_path / "pipe").write_bytes, args=(BEFORE,))
    writer.start()
    done = program("values", "--in-place", "pipe")
    writer.join()
    assert (done.returncode, done.stdout) == (3, b"")
    assert done.stderr == b"spk-macvlan: pipe: cannot be replaced: it is not a regular file\n"
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)
