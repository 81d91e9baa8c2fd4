"""Test the folder of compiled files: a new run replaces files of an earlier run, and keeps all other files."""

from __future__ import annotations

from pathlib import Path

import pytest

from postrender.errors import UsageError
from postrender.hosts import folder
from postrender.yamledit import join
from postrender.yamledit.stream import Stream

MARK = "# Written by spk-macvlan 1.0 compile."


def file_of(text: str) -> Stream:
    return join.write([{"a": text}], [MARK])


def contents(place: Path) -> dict[str, str]:
    return {it.name: it.read_text() for it in place.iterdir()}


def test_a_folder_is_made_and_written(tmp_path: Path) -> None:
    folder.write({folder.POLICIES: file_of("x")}, str(tmp_path / "new" / "one"), force=False)
    assert contents(tmp_path / "new" / "one") == {"policies.yaml": file_of("x").data.decode()}


def test_files_of_an_earlier_run_are_replaced_or_removed(tmp_path: Path) -> None:
    folder.write({folder.POLICIES: file_of("x"), folder.KUSTOMIZATION: file_of("y")}, str(tmp_path), force=False)
    folder.write({folder.KUSTOMIZATION: file_of("z")}, str(tmp_path), force=False)
    assert contents(tmp_path) == {"kustomization.yaml": file_of("z").data.decode()}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        pytest.param("networks.yaml", "kind: A\n", id="our-name-without-the-mark"),
        pytest.param("guard.yaml", f"{MARK}\n", id="the-mark-under-another-name"),
    ],
)
def test_files_of_others_stay(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    refusal = f"{name} was not written by spk-macvlan; use an empty directory, or --force to write to this one"
    with pytest.raises(UsageError, match=refusal):
        folder.write({folder.KUSTOMIZATION: file_of("x")}, str(tmp_path), force=False)
    assert contents(tmp_path) == {name: text}
    folder.write({folder.KUSTOMIZATION: file_of("x")}, str(tmp_path), force=True)
    assert contents(tmp_path) == {name: text, "kustomization.yaml": file_of("x").data.decode()}


def test_a_folder_of_our_name_is_not_ours(tmp_path: Path) -> None:
    (tmp_path / "networks.yaml").mkdir()
    with pytest.raises(UsageError, match=r"networks\.yaml was not written by spk-macvlan"):
        folder.write({}, str(tmp_path), force=False)


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match=r"^cannot write to .*file/x: Not a directory$"):
        folder.write({}, str(tmp_path / "file" / "x"), force=False)
