from __future__ import annotations

import json

import pytest

from postrender import config, conversion
from postrender.errors import NOWHERE, Place
from postrender.report import formats
from postrender.rules.finding import ERROR, NOTE, WARNING, Finding, Reference
from tests.configs import HEAD

OBJECT = Reference(2, "Deployment", "spk", "f5-tmm", "spk/templates/tmm.yaml")
BAD = Finding("rule-a", ERROR, "100 % wrong", "fix it", Place("<stdin>", 7, 3, "spec.a"), OBJECT)
ODD = Finding("rule-b", WARNING, "is odd", "look", NOWHERE)
CONFIG = config.parse(f"{HEAD}spec: {{networks: [{{name: net-a, master: ens1}}]}}\n".encode())
TMM = b"""\
apiVersion: apps/v1
kind: Deployment
metadata: {name: f5-tmm}
spec:
  template:
    metadata:
      annotations: {k8s.v1.cni.cncf.io/networks: sriov}
    spec:
      containers:
      - name: f5-tmm
        env:
        - name: PCIDEVICE_X
          value: a
"""
CONVERTED = conversion.convert(TMM, CONFIG)


@pytest.mark.parametrize(
    ("levels", "counts"),
    [
        ([], "0 errors, 0 warnings, 0 notes"),
        ([ERROR], "1 error, 0 warnings, 0 notes"),
        ([WARNING, NOTE, WARNING], "0 errors, 2 warnings, 1 note"),
    ],
)
def test_findings_are_counted_in_the_last_line(levels: list[str], counts: str) -> None:
    found = [Finding("rule", level, "message", "fix") for level in levels]
    *lines, last = formats.findings_as_text(found).splitlines()
    assert (lines, last) == ([line for finding in found for line in finding.lines], counts)


def test_a_finding_as_json_has_its_object_and_its_place() -> None:
    first, second = json.loads(formats.findings_as_json([BAD, ODD]))["findings"]
    assert first == {
        "rule": "rule-a",
        "level": "error",
        "message": "100 % wrong",
        "fix": "fix it",
        "document": {
            "number": 3,
            "kind": "Deployment",
            "namespace": "spk",
            "name": "f5-tmm",
            "source": "spk/templates/tmm.yaml",
        },
        "file": None,
        "line": 7,
        "column": 3,
        "path": "spec.a",
    }
    assert [second[name] for name in ("document", "file", "line", "column", "path")] == [None] * 5


def test_a_finding_for_github_is_a_command_that_escapes_its_text() -> None:
    first, second = formats.findings_for_github([BAD, ODD]).splitlines()
    assert first == ("::error title=spk-macvlan rule-a,file=spk/templates/tmm.yaml::spec.a: 100 %25 wrong; fix it")
    assert second == "::warning title=spk-macvlan rule-b::is odd; look"


@pytest.mark.parametrize(
    ("place", "shown"),
    [
        pytest.param(Place("release.yaml", 7, 3, "spec.a"), ",file=release.yaml,line=7,col=3::spec.a: m", id="file"),
        pytest.param(Place("release.yaml"), ",file=release.yaml::m", id="no-line"),
        pytest.param(Place("<stdin>", 7, 3), "::<stdin>:7:3: m", id="standard-input"),
        pytest.param(NOWHERE, "::m", id="nowhere"),
    ],
)
def test_a_finding_for_github_says_where(place: Place, shown: str) -> None:
    assert formats.findings_for_github([Finding("r", ERROR, "m", "", place)]) == f"::error title=spk-macvlan r{shown}\n"


def test_a_property_for_github_cannot_hold_another() -> None:
    source = OBJECT._replace(source="a%b,line=1:c::d\n::error::e\r")
    (command,) = formats.findings_for_github([BAD._replace(document=source)]).splitlines()
    assert command.partition("file=")[2] == (
        r"a%25b%2Cline=1%3Ac%3A%3Ad\n%3A%3Aerror%3A%3Ae\r::spec.a: 100 %25 wrong; fix it"
    )


def test_a_summary_names_networks_first_and_then_each_change() -> None:
    assert [line for line, _ in formats.summary(CONVERTED)] == [
        "+ NetworkAttachmentDefinition net-a",
        "~ annotations k8s.v1.cni.cncf.io/networks: sriov → net-a",
        "- f5-tmm env PCIDEVICE_X",
        '+ f5-tmm env TMM_MAPRES_ADDL_VETHS_ON_DP: "TRUE"',
    ]


def test_a_difference_as_json_is_rfc_6902() -> None:
    found = json.loads(formats.difference_as_json([CONVERTED]))
    assert found["definitions"] == [{"file": None, "namespace": None, "name": "net-a"}]
    assert [(it["op"], it["path"].rpartition("/")[2], it["old"]) for it in found["changes"]] == [
        ("replace", "k8s.v1.cni.cncf.io~1networks", "sriov"),
        ("remove", "0", {"name": "PCIDEVICE_X", "value": "a"}),
        ("add", "-", None),
    ]
    tmm = {"number": 1, "kind": "Deployment", "namespace": None, "name": "f5-tmm", "source": None}
    assert all((it["document"], it["file"]) == (tmm, None) for it in found["changes"])
    assert all(it["rule"] and it["reason"] for it in found["changes"])


def test_where_nothing_changes_markdown_says_so() -> None:
    found = formats.difference_as_markdown(CONVERTED, [], ())
    assert found == "### spk-macvlan: `Deployment f5-tmm`\n\nNothing changes.\n"
