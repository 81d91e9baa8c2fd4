"""Test malicious configs: a config file, a KRM function's config, and a HelmRelease to edit."""

from __future__ import annotations

from pathlib import Path

import pytest

from postrender.errors import MISTAKES
from postrender.limits import DEFAULTS
from tests.hostile.program import (
    CONFIG,
    CONVERTED,
    MIB,
    PATCHES,
    TMM,
    Run,
    bomb,
    brackets,
    indented,
    listed,
    refusal,
    result,
)

HEAD = CONFIG[: CONFIG.index(b"  networks:")]
VALUE = b"{a: b}"
VERBS = {
    "render": (),
    "check": ("check",),
    "diff": ("diff",),
    "vlans": ("vlans",),
    "compile for Flux": ("compile", "--format", "flux"),
    "compile for kustomize": ("compile", "--format", "kustomize", "out"),
}


def patched(value: bytes) -> bytes:
    """Return a config with a patch that sets this value."""
    return CONFIG + PATCHES.replace(VALUE, value)


FLOW_BOMB = b"{x0: &x0 y, " + b", ".join(b"x%d: &x%d [*x%d, *x%d]" % (n, n, n - 1, n - 1) for n in range(1, 60)) + b"}"
HARMFUL = {
    "alias bomb": CONFIG + bomb(),
    "alias bomb in cni": CONFIG + b"    cni:\n" + indented(bomb(), b"      "),
    "alias bomb in patches": patched(FLOW_BOMB),
    "alias bomb in labels": CONFIG + b"    labels: " + FLOW_BOMB + b"\n",
    "cycle": CONFIG + b"    cni: &a {a: *a}\n",
    "cycle in patches": patched(b"&a [*a]"),
    "cyclic merge": CONFIG + b"    cni: &a {<<: *a}\n",
    "merge": CONFIG.replace(b"  - name", b"  - <<: {mode: bridge}\n    name"),
    "tag of Python": CONFIG + b"    cni: {a: !!python/object/apply:os.system ['touch ran']}\n",
    "tag of Python in patches": patched(b"!!python/object/apply:os.system ['touch ran']"),
    "nested": CONFIG + b"    cni: {a: " + brackets(900) + b"}\n",
    "nested in patches": patched(brackets(900)),
    "nested in labels": CONFIG + b"    labels: " + brackets(900) + b"\n",
    "nested beyond YAML": CONFIG + b"    cni: {a: " + brackets(10_000) + b"}\n",
    "nested beyond YAML in patches": patched(brackets(10_000)),
    "nested in blocks": CONFIG + b"    cni:\n      a:\n      " + b"- " * 10_000 + b"b\n",
    "many keys": CONFIG + b"".join(b"k%d: 1\n" % n for n in range(8000)),
    "long key": CONFIG + b'  ? "' + b"n" * 100_000 + b'"\n  : 1\n',
    "long name": CONFIG.replace(b"macvlan-internal", b"a" * 100_000),
    "long number": CONFIG.replace(b"tag: 0", b"tag: 1" + b"0" * 100_000),
    "long pointer": CONFIG + PATCHES.replace(b"/metadata/labels", b"/a" * 40_000),
}
#: In a KRM function, each of these makes the whole input invalid YAML, so the error names the input, not the config.
UNREADABLE = ("nested beyond YAML", "nested beyond YAML in patches", "nested in blocks")


@pytest.mark.parametrize("config", HARMFUL.values(), ids=HARMFUL)
def test_a_harmful_config_is_refused(hostile: Run, tmp_path: Path, config: bytes) -> None:
    (tmp_path / "harmful.yaml").write_bytes(config)
    done = hostile("--config", "harmful.yaml", data=TMM)
    said = refusal(done, 3 if config is HARMFUL["long pointer"] else 2, most=MISTAKES + 1)
    assert len(said) < 200_000
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb != "render"])
@pytest.mark.parametrize("name", ["alias bomb in patches", "cycle in patches", "nested", "tag of Python"])
def test_a_harmful_config_is_refused_by_every_verb(hostile: Run, tmp_path: Path, name: str, verb: str) -> None:
    (tmp_path / "harmful.yaml").write_bytes(HARMFUL[name])
    refusal(hostile(*VERBS[verb], "--config", "harmful.yaml", data=TMM), 2)
    assert not (tmp_path / "out").exists()
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("name", HARMFUL)
def test_a_harmful_config_of_a_function_is_refused(hostile: Run, tmp_path: Path, name: str) -> None:
    done = hostile("krm", data=listed(TMM, HARMFUL[name]))
    refusal(done, 3 if name in UNREADABLE or name == "long pointer" else 2, most=MISTAKES + 1)
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("field", ["cni", "patches"])
@pytest.mark.parametrize("depth", [100, 300, 450, 600])
def test_a_config_nested_less_deeply_is_no_bug(hostile: Run, tmp_path: Path, depth: int, field: str) -> None:
    config = patched(brackets(depth)) if field == "patches" else CONFIG + b"    cni: {a: " + brackets(depth) + b"}\n"
    (tmp_path / "deep.yaml").write_bytes(config)
    for words, data in (("--config", "deep.yaml"), TMM), (("krm",), listed(TMM, config)):
        done = hostile(*words, data=data)
        assert done.returncode == 0 or refusal(done, done.returncode)
        assert done.returncode in (0, 2, 3)


# Configs with far more items than anybody needs.

NETWORKS = HEAD + b"  networks:\n" + b"".join(b"  - {name: n%d, master: e}\n" % n for n in range(5000))
OPERATIONS = b"".join(b"    - {op: add, path: /x%d, value: a}\n" % n for n in range(3000))
MANY = {
    "networks": NETWORKS,
    "operations": CONFIG + b"  patches:\n  - target: {name: f5-tmm}\n    patch:\n" + OPERATIONS,
    "patches": CONFIG
    + b"  patches:\n"
    + b"".join(b"  - {target: {name: f5-tmm}, patch: [{op: add, path: /x%d, value: a}]}\n" % n for n in range(1500)),
}


@pytest.mark.parametrize("name", MANY)
def test_more_than_a_limit_is_refused_by_its_name(hostile: Run, tmp_path: Path, name: str) -> None:
    (tmp_path / "many.yaml").write_bytes(MANY[name])
    limit = "networks" if name == "networks" else "operations"
    raised = ("--limit", "config-size=2Mi", "--limit", "document-size=2Mi")
    for words, data in (("--config", "many.yaml"), TMM), (("krm",), listed(TMM, MANY[name])):
        said = refusal(hostile(*raised, *words, data=data), 2)
        assert f"--limit {limit}=" in said
        assert DEFAULTS.shown(limit) in said


def test_five_thousand_networks_where_the_limits_are_raised(hostile: Run, tmp_path: Path) -> None:
    (tmp_path / "many.yaml").write_bytes(NETWORKS)
    raised = ("--limit", "networks=5000", "--limit", "config-size=2Mi")
    done = hostile("--config", "many.yaml", *raised, data=TMM)
    assert result(done).count(b"\nkind: NetworkAttachmentDefinition\n") == 5000


def test_copies_of_copies_are_refused_before_they_take_all_memory(hostile: Run, tmp_path: Path) -> None:
    copies = b"".join(b"    - {op: copy, from: /x, path: /x/k%d}\n" % number for number in range(60))
    start = b"  patches:\n  - target: {kind: Deployment}\n    patch:\n    - {op: add, path: /x, value: {}}\n"
    (tmp_path / "copies.yaml").write_bytes(CONFIG + start + copies)
    words = ("--config", "copies.yaml", "--limit", "entries=20000")  # reaching the default limit would take longer
    said = refusal(hostile(*words, data=TMM), 3)
    assert "document 1, after the patches, has more than " in said


@pytest.mark.parametrize("way", ["render", "krm"])
def test_as_much_as_the_limits_allow_ends(hostile: Run, tmp_path: Path, way: str) -> None:
    networks = b"".join(b"  - {name: n%d, master: e}\n" % n for n in range(DEFAULTS.networks))
    operations = b"".join(b"    - {op: add, path: /x%d, value: a}\n" % n for n in range(DEFAULTS.operations))
    config = HEAD + b"  networks:\n" + networks + b"  patches:\n  - target: {name: f5-tmm}\n    patch:\n" + operations
    (tmp_path / "many.yaml").write_bytes(config)
    words, data = (("--config", "many.yaml"), TMM) if way == "render" else (("krm",), listed(TMM, config))
    text = result(hostile(*words, data=data))
    assert text.count(b"kind: NetworkAttachmentDefinition\n") == DEFAULTS.networks
    assert b"x%d: a\n" % (DEFAULTS.operations - 1) in text


@pytest.mark.parametrize(
    "tmm",
    [
        pytest.param(b"    unsetEnv: [" + b",".join(b"A%d*" % n for n in range(200)) + b"]\n", id="patterns"),
        pytest.param(b'    unsetEnv: ["' + b"*A" * 158 + b'"]\n', id="stars"),
        pytest.param(b"    unsetResources: [" + b",".join(b"a%d/*" % n for n in range(200)) + b"]\n", id="resources"),
    ],
)
def test_many_patterns_end_soon(hostile: Run, tmp_path: Path, tmm: bytes) -> None:
    (tmp_path / "many.yaml").write_bytes(CONFIG + b"  tmm:\n" + tmm)
    variable = b"        - {name: " + b"A" * 20_000 + b"B, value: a}\n"
    done = hostile("--config", "many.yaml", data=TMM + variable * 20)
    assert result(done) == CONVERTED + variable * 20


@pytest.mark.parametrize(
    "tmm",
    [
        pytest.param(b"    unsetEnv: [" + b",".join(b"A%d*" % n for n in range(201)) + b"]\n", id="patterns"),
        pytest.param(b'    unsetEnv: ["' + b"*A" * 159 + b'"]\n', id="a-long-pattern"),
    ],
)
def test_more_patterns_than_a_config_needs_are_refused(hostile: Run, tmp_path: Path, tmm: bytes) -> None:
    (tmp_path / "many.yaml").write_bytes(CONFIG + b"  tmm:\n" + tmm)
    assert "spec.tmm.unsetEnv" in refusal(hostile("--config", "many.yaml", data=TMM), 2)


@pytest.mark.parametrize("expression", ["(f|ff)+X|f5-tmm", "(.*)*X|f5-tmm"])
def test_an_expression_with_many_ways_to_fail_ends_soon(hostile: Run, tmp_path: Path, expression: str) -> None:
    config = CONFIG + PATCHES.replace(b"name: f5-tmm", f"name: '{expression}'".encode())
    (tmp_path / "odd.yaml").write_bytes(config)
    other = b"---\nkind: Deployment\napiVersion: apps/v1\nmetadata: {name: " + b"f" * 63 + b"}\n"
    done = hostile("--config", "odd.yaml", data=TMM + other)
    assert done.returncode == 0 or refusal(done, 3)


# Paths that do not lead to a regular file.

ODD = {"zeros": "/dev/zero", "folder": ".", "below a file": "lab.yaml/x", "loop": "loop", "missing": "nowhere"}


@pytest.mark.parametrize("verb", ["check", "vlans", "compile for kustomize"])
@pytest.mark.parametrize("path", ODD.values(), ids=ODD)
def test_a_config_that_is_no_file(hostile: Run, tmp_path: Path, path: str, verb: str) -> None:
    (tmp_path / "loop").symlink_to("loop")
    said = refusal(hostile(*VERBS[verb], "--config", path, data=b"" if verb == "vlans" else TMM), 2)
    assert said.startswith(f"{path}: ")
    assert not (tmp_path / "out").exists()


def test_a_config_of_two_mebibytes(hostile: Run, tmp_path: Path) -> None:
    config = CONFIG + b"#" * (2 * MIB) + b"\n"
    (tmp_path / "large.yaml").write_bytes(config)
    said = refusal(hostile("--config", "large.yaml", data=TMM), 2)
    assert "--limit config-size=" in said
    assert result(hostile("--config", "large.yaml", "--limit", "config-size=3Mi", data=TMM)) == CONVERTED


# Tests of a HelmRelease to edit.

FLUX = ("compile", "--format", "flux", "--config", "lab.yaml", "--helm-release")
RELEASE = b"""\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: lab}
spec:
  chart: {}
"""
PASSES = {
    "alias bomb": RELEASE + bomb(),
    "cycles": RELEASE + b"x: &a [*a]\ny: &b {<<: *b}\n",
    "tag of Python": RELEASE + b"x: !!python/object/apply:os.system ['touch ran']\n",
    "empty documents": b"---\n" * 20_000 + RELEASE,
    "keys": RELEASE + b"".join(b"k%d: 1\n" % n for n in range(20_000)),
    "post renderers": RELEASE + b"  postRenderers:\n" + b"  - kustomize: {patches: []}\n" * 5000,
}
REFUSED = {
    "nested": RELEASE + b"x: " + brackets(10_000) + b"\n",
    "cyclic root": b"--- &a\n" + RELEASE + b"x: *a\n",
    "cyclic spec": RELEASE.replace(b"spec:\n", b"spec: &a\n  <<: *a\n"),
    "cyclic list": RELEASE + b"  postRenderers: &a\n  - *a\n",
    "binary": bytes(range(256)),
    "utf-16": RELEASE.decode().encode("utf-16"),
}


@pytest.mark.parametrize("text", PASSES.values(), ids=PASSES)
def test_a_release_keeps_its_text(hostile: Run, tmp_path: Path, text: bytes) -> None:
    (tmp_path / "release.yaml").write_bytes(text)
    lines = iter(result(hostile(*FLUX, "release.yaml", data=TMM)).splitlines())
    assert all(line in lines for line in text.splitlines())  # all lines are present, in this order
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_a_release_that_cannot_be_edited(hostile: Run, tmp_path: Path, text: bytes) -> None:
    (tmp_path / "release.yaml").write_bytes(text)
    assert refusal(hostile(*FLUX, "release.yaml", data=TMM), 3).startswith("release.yaml:")


@pytest.mark.parametrize("path", ODD.values(), ids=ODD)
def test_a_release_that_is_no_file(hostile: Run, tmp_path: Path, path: str) -> None:
    (tmp_path / "loop").symlink_to("loop")
    assert refusal(hostile(*FLUX, path, data=TMM), 3).startswith(f"{path}: ")
