"""The older kind of plugin: the only code of ours that `kubectl kustomize` runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import PROGRAM
from tests.hosts.helm.objects import CONFIG, Done, Object
from tests.hosts.kustomize.builds import (
    BUILDABLE,
    SENTINEL,
    WITH_PLUGINS,
    build,
    every_builder,
    filtered,
    kustomization,
    output,
    rendered,
    run,
    same,
    written,
)

pytestmark = pytest.mark.hosts

PLACE = "spk-macvlan.internal/v1alpha1/macvlanconversion/MacvlanConversion"
FILES: dict[str, str | Object] = {
    "kustomization.yaml": kustomization(
        resources=["manifests.yaml", "sentinel.yaml"], transformers=["spk-macvlan.yaml"]
    ),
    "sentinel.yaml": SENTINEL,
    "spk-macvlan.yaml": Path(CONFIG).read_text(encoding="utf-8"),
}


@pytest.fixture
def plugins(tmp_path: Path) -> str:
    """What KUSTOMIZE_PLUGIN_HOME has to be, with the program where kustomize looks for it."""
    place = tmp_path / "plugins" / PLACE
    place.parent.mkdir(parents=True)
    place.symlink_to(f"{PROGRAM}-krm")
    return str(tmp_path / "plugins")


@every_builder
@pytest.mark.parametrize("hooks", [(), ("--no-hooks",)], ids=["with-hooks", "without-hooks"])
def test_it_gives_the_objects_of_the_filter(tmp_path: Path, plugins: str, builder: str, hooks: tuple[str, ...]) -> None:
    stream = rendered(BUILDABLE, *hooks)
    folder = written(tmp_path / "app", {**FILES, "manifests.yaml": stream})
    built = output(build(builder, folder, WITH_PLUGINS, KUSTOMIZE_PLUGIN_HOME=plugins))
    assert same(built) == same(filtered(stream))
    assert "config.kubernetes.io" not in built


def without_plugin(builder: str, folder: Path, plugins: str) -> Done:
    (Path(plugins) / PLACE).unlink()
    return build(builder, folder, WITH_PLUGINS, KUSTOMIZE_PLUGIN_HOME=plugins)


@every_builder
def test_without_the_program_nothing_is_built(tmp_path: Path, plugins: str, builder: str) -> None:
    folder = written(tmp_path / "app", {**FILES, "manifests.yaml": rendered(BUILDABLE)})
    done = without_plugin(builder, folder, plugins)
    assert (done.returncode, done.stdout) == (1, "")


BAD = {
    "config": {"spk-macvlan.yaml": Path(CONFIG).read_text(encoding="utf-8").replace("master:", "mastre:", 1)},
    "no-tmm": {"manifests.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n"},
}


@every_builder
@pytest.mark.parametrize("files", BAD.values(), ids=BAD)
def test_what_it_refuses_ends_the_build(tmp_path: Path, plugins: str, builder: str, files: dict[str, str]) -> None:
    folder = written(tmp_path / "app", {**FILES, "manifests.yaml": rendered(BUILDABLE), **files})
    done = build(builder, folder, WITH_PLUGINS, KUSTOMIZE_PLUGIN_HOME=plugins)
    assert (done.returncode, done.stdout) == (1, "")
    assert "spk-macvlan: " in done.stderr


# The program alone, with a config as its argument


def test_a_stream_goes_in_and_out_as_through_the_filter() -> None:
    stream = rendered()
    assert output(run(f"{PROGRAM}-krm", CONFIG, stdin=stream)) == filtered(stream)
    assert output(run(PROGRAM, "krm", CONFIG, stdin=stream)) == filtered(stream)


def test_the_variable_is_no_config(tmp_path: Path) -> None:
    broken = str(written(tmp_path, {"broken.yaml": "broken"}) / "broken.yaml")
    stream = rendered()
    assert output(run(f"{PROGRAM}-krm", CONFIG, stdin=stream, SPK_MACVLAN_CONFIG=broken)) == filtered(stream)


STREAM = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: f5-tmm
spec:
  template:
    spec:
      containers:
      - name: f5-tmm
"""
SENTINEL_TEXT = "apiVersion: spk-macvlan.invalid/v1\nkind: SpkMacvlanDidNotRun\nmetadata:\n  name: sentinel\n"


@pytest.mark.parametrize(
    "stream",
    [
        f"{SENTINEL_TEXT}---\n{STREAM}",
        f"---\n{SENTINEL_TEXT}---\n{STREAM}",
        f"{STREAM}---\n{SENTINEL_TEXT}",
        f"{STREAM}---\n{SENTINEL_TEXT}---\n{SENTINEL_TEXT}",
    ],
    ids=["first", "first-below-a-separator", "last", "twice"],
)
def test_the_sentinel_is_cut_out_wherever_it_stands(stream: str) -> None:
    assert same(output(run(f"{PROGRAM}-krm", CONFIG, stdin=stream))) == same(filtered(STREAM))


def test_only_the_sentinel_is_cut_out() -> None:
    other = SENTINEL_TEXT.replace("spk-macvlan.invalid", "other.invalid")
    stream = f"{other}---\n{STREAM}"
    assert output(run(f"{PROGRAM}-krm", CONFIG, stdin=stream)) == filtered(stream)


@pytest.mark.parametrize(
    ("status", "stdin"),
    [
        (3, STREAM + "---\n" + STREAM.replace("metadata:", "metadata:\n  namespace: other")),
        (4, SENTINEL_TEXT),
        (4, ""),
    ],
    ids=["two-tmms", "no-tmm", "nothing"],
)
def test_what_the_program_refuses(status: int, stdin: str) -> None:
    done = run(f"{PROGRAM}-krm", CONFIG, stdin=stdin)
    assert (done.returncode, done.stdout) == (status, "")


def test_a_config_that_is_not_there() -> None:
    done = run(f"{PROGRAM}-krm", "missing.yaml", stdin=STREAM)
    assert (done.returncode, done.stdout) == (2, "")
    assert "missing.yaml" in done.stderr
