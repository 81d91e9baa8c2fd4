"""Test which modules a render imports and which documents it parses.

Start-up takes most of a render's time, so these tests compare the list of modules instead of measuring time.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from postrender import config, conversion
from postrender.yamledit import nodes
from tests.configs import HEAD

Program = Callable[..., subprocess.CompletedProcess[bytes]]

CONFIG = (
    HEAD
    + """\
spec:
  networks:
  - {name: net-a, master: ens1, namespace: lab}
  tmm:
    env: {TMM_DEFAULT_MTU: "9000"}
    unsetEnv: [OLD_*]
    unsetResources: [intel.com/*]
    resources: {cpu: 1, hugepages-2Mi: 1572Mi, memory: 2Gi}
"""
)
TMM = """\
---
# Source: spk/templates/tmm.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: f5-tmm
spec:
  template:
    spec:
      containers:
      - name: f5-tmm
        env:
        - name: PCIDEVICE_X
          value: "1"
        resources:
          limits:
            hugepages-2Mi: 3Gi
            openshift.io/x: 1
"""
OTHER = """\
---
# Source: spk/templates/other-{number}.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: other-{number}
data:
  key: "a \\"quoted\\" text"
"""
RULES = [
    "device_plugins",
    "environment",
    "hugepages",
    "networks",
    "resources",
    "sriov_variables",
    "veths",
    "definitions",
    "unset_variables",
]
CHECKS = ["network_namespace", "resource_units", "sriov_leftovers", "hugepages_per_cpu", "hugepages_variable"]
RENDER = [
    *("cli", *(f"cli.{name}" for name in ("commands", "commands.render", "conversions", "main", "stdio"))),
    *("config", *(f"config.{name}" for name in ("network_definitions", "patterns", "reader", "strict"))),
    *("conversion", *(f"conversion.{name}" for name in ("checks", "new_documents", "pipeline", "plan", "prefilter"))),
    *("errors", "files", "kubernetes", "kubernetes.objects", "kubernetes.quantity", "limits", "record"),
    *("rules", "rules.finding", "rules.registry", "rules.subject", *(f"rules.{rule}" for rule in (*RULES, *CHECKS))),
    *("spk", *(f"spk.{name}" for name in ("kinds", "target", "variables"))),
    *("yamledit", *(f"yamledit.{name}" for name in ("change", "edit", "emit", "join", "libyaml", "marks"))),
    *(f"yamledit.{name}" for name in ("nodes", "proof", "search", "splice", "stream")),
]
HEAVY = {
    *("typing", "re", "json", "argparse", "dataclasses", "pathlib", "enum", "functools", "collections", "inspect"),
    *(
        "jsonschema",
        "jsonpatch",
        "jsonpointer",
        "ruamel",
        "shtab",
        "difflib",
        "fnmatch",
        "traceback",
        "logging",
        "importlib.metadata",
    ),
    *("yaml", "yaml.reader", "yaml.scanner", "yaml.parser", "yaml.composer", "yaml.resolver", "yaml.constructor"),
}


@pytest.fixture
def stream() -> bytes:
    others = "".join(OTHER.format(number=number) for number in range(200))
    return (others + TMM + others).encode()


@pytest.fixture
def loaded(program: Program, environment: dict[str, str], tmp_path: Path) -> Callable[..., set[str]]:
    """Return a function that runs the program and returns the modules that the program itself loaded."""
    (tmp_path / "spk-macvlan.yaml").write_text(CONFIG, encoding="utf-8")

    def run(*words: str, **settings: bytes) -> set[str]:
        done = program(*words, env={**environment, "PYTHONPROFILEIMPORTTIME": "1"}, **settings)
        assert done.returncode == 0, done.stderr
        names = [line.rpartition("|")[2].strip() for line in done.stderr.decode().splitlines()]
        return set(names[names.index("site") + 1 :])

    return run


def ours(names: set[str]) -> list[str]:
    return sorted(name.removeprefix("postrender.") for name in names if name.startswith("postrender."))


def test_a_render_loads_exactly_what_it_needs(loaded: Callable[..., set[str]], stream: bytes) -> None:
    names = loaded(input=stream)
    assert ours(names) == sorted(RENDER)
    assert names & HEAVY == set()
    assert sorted(name for name in names if name.partition(".")[0] == "yaml") == [
        *("yaml._yaml", "yaml.error", "yaml.events", "yaml.nodes")
    ]


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["--config", "spk-macvlan.yaml"], id="config-given"),
        pytest.param(["--allow-no-target", "--include-hooks", "--on-error-document"], id="flags"),
    ],
)
def test_options_of_a_render_cost_nothing(loaded: Callable[..., set[str]], stream: bytes, words: list[str]) -> None:
    names = loaded(*words, input=stream)
    assert set(ours(names)) <= set(RENDER)
    assert names & HEAVY == set()


def test_a_stream_without_target_loads_no_more(loaded: Callable[..., set[str]], stream: bytes) -> None:
    names = loaded("--allow-no-target", input=stream.replace(TMM.encode(), b""))
    assert set(ours(names)) <= set(RENDER)
    assert names & HEAVY == set()


@pytest.mark.parametrize("words", [["--version"], ["--help"], ["helm-plugin", "."], ["schema"]], ids=" ".join)
def test_what_parses_no_yaml_loads_no_yaml_library(loaded: Callable[..., set[str]], words: list[str]) -> None:
    names = loaded(*words)
    assert not {name for name in names if name.partition(".")[0] in ("yaml", "ruamel", "_yaml")}
    assert not {"nodes", "config", "conversion"} & set(ours(names))


def test_the_version_loads_no_parser_of_arguments(loaded: Callable[..., set[str]]) -> None:
    names = loaded("--version")
    assert names & HEAVY == set()
    assert "cli.arguments" not in ours(names)


@pytest.mark.parametrize("verb", ["check", "init", "schema"])
def test_a_verb_loads_no_other(loaded: Callable[..., set[str]], stream: bytes, verb: str) -> None:
    names = {
        name
        for name in ours(loaded(verb, input=stream if verb == "check" else b""))
        if name.startswith("cli.commands.")
    }
    assert names == {"cli.commands.render", f"cli.commands.{verb}"}  # the program always tries `render` first


@pytest.fixture
def composed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Record each text that is composed, and return the list."""
    texts: list[str] = []
    compose = nodes.compose
    monkeypatch.setattr(nodes, "compose", lambda text: texts.append(text) or compose(text))
    return texts


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Record each text that is parsed but not composed, and return the list."""
    texts: list[str] = []
    check = nodes.check
    monkeypatch.setattr(nodes, "check", lambda text: texts.append(text) or check(text))
    return texts


def test_only_the_tmm_is_parsed_and_once_more_for_the_proof(
    stream: bytes, composed: list[str], checked: list[str]
) -> None:
    settings = config.parse(CONFIG.encode())
    composed.clear()
    conversion.convert(stream, settings)
    assert [text == TMM for text in composed] == [True, False, False]
    assert composed[1].startswith(TMM[:80])
    assert "NetworkAttachmentDefinition" in composed[2]
    assert checked == []


def test_what_is_converted_already_is_parsed_once(stream: bytes, composed: list[str], checked: list[str]) -> None:
    settings = config.parse(CONFIG.encode())
    output = conversion.convert(stream, settings).output
    composed.clear()
    assert conversion.convert(output, settings).output == output
    assert ["kind: Deployment" in text for text in composed] == [False, True]
    assert checked == []


def test_without_a_target_all_is_checked_and_nothing_composed(
    stream: bytes, composed: list[str], checked: list[str]
) -> None:
    settings = config.parse(CONFIG.encode())
    composed.clear()
    others = stream.replace(TMM.encode(), b"")
    assert conversion.convert_or_pass(others, settings).output == others
    assert composed == []
    assert len(checked) == 400
