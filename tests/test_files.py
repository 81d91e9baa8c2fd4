"""Test that a file is written completely or not at all, and that other users of its folder cannot divert the write."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from postrender import config, files
from postrender.conversion import DEFAULTS
from postrender.errors import InputError
from postrender.hosts import component, folder, guarded_patches, helm
from tests.configs import HEAD

WAYS = [
    pytest.param(lambda path: files.write(str(path), b"new"), id="write"),
    pytest.param(lambda path: files.replace(str(path), b"new"), id="replace"),
]
Way = Callable[[Path], None]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return the path of a file in its own folder; another user's file is beside this folder."""
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "file").write_bytes(b"old")
    (tmp_path / "others").write_bytes(b"others")
    return folder / "file"


def holds(file: Path, content: bytes) -> bool:
    others = (file.parent.parent / "others").read_bytes()
    return (file.read_bytes(), others, os.listdir(file.parent)) == (content, b"others", ["file"])


@pytest.mark.parametrize("write", WAYS)
def test_a_link_under_the_name_of_the_process_is_not_followed(file: Path, write: Way) -> None:
    trap = file.with_name(f".file.{os.getpid()}")
    trap.symlink_to("../others")
    write(file)
    assert trap.is_symlink()
    trap.unlink()
    assert holds(file, b"new")


@pytest.mark.parametrize("write", WAYS)
def test_a_name_that_is_taken_is_left_alone(file: Path, write: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "urandom", bytes)
    trap = file.with_name(f".spk-macvlan-{'00' * 8}")
    trap.symlink_to("../others")
    with pytest.raises((OSError, InputError)):
        write(file)
    assert trap.is_symlink()
    trap.unlink()
    assert holds(file, b"old")


@pytest.mark.parametrize("write", WAYS)
@pytest.mark.parametrize("problem", [OSError(28, "no space left"), KeyboardInterrupt()], ids=["full", "interrupted"])
def test_nothing_is_left_of_a_failure(
    file: Path, write: Way, problem: BaseException, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise problem

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises((OSError, InputError, KeyboardInterrupt)):
        write(file)
    assert holds(file, b"old")


def test_a_name_may_be_as_long_as_a_folder_allows(file: Path) -> None:
    long = file.with_name("n" * 255)
    files.write(str(long), b"new")
    assert long.read_bytes() == b"new"


def test_a_link_is_replaced_by_what_is_written(file: Path) -> None:
    file.unlink()
    file.symlink_to("../others")
    files.write(str(file), b"new")
    assert not file.is_symlink()
    assert holds(file, b"new")


def test_a_private_file_is_private_from_its_beginning(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.chmod(0o600)
    modes: list[int] = []
    change = os.fchmod
    monkeypatch.setattr(
        os, "fchmod", lambda new, mode: modes.append(os.fstat(new).st_mode & 0o777) or change(new, mode)
    )
    files.replace(str(file), b"new")
    assert modes == [0o600]


def test_a_file_of_somebody_else_stays_where_only_root_could_keep_the_owner(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    of_another = list(file.stat())
    of_another[stat.ST_UID] += 1

    def forbid(*_: object) -> None:
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    with monkeypatch.context() as patch:
        patch.setattr(os, "stat", lambda _: os.stat_result(of_another))
        patch.setattr(os, "fchown", forbid)
        refusal = r"cannot be replaced: this user may not set its owner and group; the file was not changed$"
        with pytest.raises(InputError, match=refusal):
            files.replace(str(file), b"new")
    assert holds(file, b"old")


@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o027, 0o640), (0o077, 0o600)])
def test_a_new_file_has_the_mode_that_the_umask_leaves(file: Path, umask: int, mode: int) -> None:
    before = os.umask(umask)
    try:
        files.write(str(file.with_name("new")), b"new")
    finally:
        os.umask(before)
    assert file.with_name("new").stat().st_mode & 0o777 == mode


TMM = b"""\
apiVersion: apps/v1
kind: Deployment
metadata: {name: f5-tmm}
spec: {template: {spec: {containers: [{name: f5-tmm}]}}}
"""
CONFIG = config.parse(f"{HEAD}spec: {{networks: [{{name: net-a, master: ens224, create: false}}]}}\n".encode())


def test_a_plugin_and_a_component_are_written_that_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []
    monkeypatch.setattr(files, "write", lambda path, _data: written.append(Path(path).name))
    helm.write_plugin(str(tmp_path))
    compiled = guarded_patches.compile_patches(TMM, CONFIG, DEFAULTS)
    folder.write(component.files(compiled), str(tmp_path / "component"), force=True)
    assert written == ["plugin.yaml", "kustomization.yaml"]
