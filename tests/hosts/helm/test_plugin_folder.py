from __future__ import annotations

import os
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import postrender
from postrender.errors import Failure, UsageError
from postrender.hosts import helm


def shipped_plugin() -> dict[str, object]:
    content = yaml.safe_load(Path(helm.plugin_folder(), "plugin.yaml").read_text(encoding="utf-8"))
    assert isinstance(content, dict)
    return content


def test_the_plugin_says_nothing_that_helm_4_does_not_know() -> None:
    assert shipped_plugin() == {
        "apiVersion": "v1",
        "type": "postrenderer/v1",
        "name": "spk-macvlan",
        "version": postrender.__version__,
        "runtime": "subprocess",
        "runtimeConfig": {"platformCommand": [{"command": "spk-macvlan", "args": ["--on-error-document"]}]},
    }


def test_the_plugin_folder_is_written_whole(tmp_path: Path) -> None:
    folder = helm.write_plugin(str(tmp_path / "a folder" / "plugins"))
    assert folder == str(tmp_path / "a folder" / "plugins" / "spk-macvlan")
    assert os.listdir(folder) == ["plugin.yaml"]
    assert Path(folder, "plugin.yaml").read_bytes() == Path(helm.plugin_folder(), "plugin.yaml").read_bytes()


def test_writing_it_again_replaces_the_file_and_nothing_else(tmp_path: Path) -> None:
    folder = Path(helm.write_plugin(str(tmp_path)))
    (folder / "plugin.yaml").write_text("old")
    (folder / "README").write_text("of the user")
    helm.write_plugin(str(tmp_path))
    assert yaml.safe_load((folder / "plugin.yaml").read_text())["name"] == "spk-macvlan"
    assert sorted(os.listdir(folder)) == ["README", "plugin.yaml"]


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UsageError) as raised:
        helm.write_plugin(str(tmp_path / "file"))
    assert str(raised.value) == f"cannot write the plugin folder {tmp_path}/file/spk-macvlan: Not a directory"


def test_a_failure_leaves_no_partial_file(tmp_path: Path) -> None:
    (tmp_path / "spk-macvlan" / "plugin.yaml").mkdir(parents=True)
    with pytest.raises(UsageError, match=r"cannot write the plugin folder .*: Is a directory"):
        helm.write_plugin(str(tmp_path))
    assert os.listdir(tmp_path / "spk-macvlan") == ["plugin.yaml"]


@pytest.mark.parametrize(
    "line",
    ["plain", "a: b", "# c", "- d", "{{ e }}", "\"f\" 'g'", "h: [i", "größe 🚀", "---", "*k &l !m %n @o `p", "tab\\t"],
)
def test_an_error_document_says_the_line_and_nothing_else(line: str) -> None:
    document = helm.error_document([f"spk-macvlan: {line}"])
    assert yaml.safe_load(document) == f"spk-macvlan: {line}"
    assert document.startswith(b"|-\n  ")


@given(st.text(max_size=200))
def test_any_failure_is_a_document_that_yaml_can_read(sentence: str) -> None:
    line = f"spk-macvlan: {Failure(f'{sentence}.')}"
    assert yaml.safe_load(helm.error_document([line])) == line
