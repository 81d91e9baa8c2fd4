"""Test what a user of Argo CD sees after an error: one clear line, no manifests, no leftover files and no secrets."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.configs import HEAD
from tests.hosts.argocd.cmpserver import Answer, Plugin, request
from tests.hosts.argocd.support import APP, Generate, parameters
from tests.hosts.helm.objects import CONFIG

pytestmark = pytest.mark.hosts

LONGEST = 700


def assert_fails(answer: Answer, status: int, sentence: str) -> None:
    """Require one short line that starts with our name, and contains neither a command nor a folder of this run."""
    assert answer.status == status, answer.stderr or answer.stdout
    assert sentence in answer.stderr
    assert (answer.stdout, answer.changed, answer.alive) == ("", [], [])
    assert answer.stderr.startswith("spk-macvlan: ")
    assert len(answer.stderr.splitlines()) == 1
    assert len(answer.stderr) <= LONGEST
    assert "_cmp_server" not in answer.stderr
    assert "--name-template" not in answer.stderr


# Tests of parameters.


def one(name: str, **value: Any) -> str:
    return json.dumps([{"name": name, **value}])


WRONG = {
    "no-json": ("{", "is not JSON"),
    "a-string": ('"values"', "must be a list"),
    "an-object": ('{"name": "values", "string": "a: b"}', "must be a list"),
    "a-list-of-strings": ('["values"]', "must be a list of objects"),
    "nested-without-end": ("[" * 100_000, "is not JSON"),
    "without-name": ('[{"string": "a"}]', "unknown parameter"),
    "unknown": (one("vaules", string="a: b"), "unknown parameter …; use one of config-file, "),
    "unknown-by-case": (one("Values", string="a: b"), "unknown parameter …"),
    "name-of-no-string": (one(["values"], string="a"), "unknown parameter"),  # type: ignore[arg-type]
    "twice": (json.dumps([{"name": "values", "string": "a: b"}] * 2), "parameter values is listed twice"),
    "half-a-pair": (one("release-name", string="\ud800"), "release-name contains half of a surrogate pair"),
    "half-a-pair-in-a-list": (one("values-files", array=["\udfff"]), "values-files contains half of a surrogate pair"),
    "half-a-pair-in-a-key": (one("set", map={"\ud800": "b"}), "set contains half of a surrogate pair"),
    "array-for-a-string": (one("values", array=["a: b"]), "values must be given as string, not array"),
    "map-for-a-string": (one("config", map={"a": "b"}), "config must be given as string, not map"),
    "string-for-an-array": (one("values-files", string="a.yaml"), "values-files must be given as array, not string"),
    "string-for-a-map": (one("set", string="a=b"), "set must be given as map, not string"),
    "both": (one("set", string="a=b", map={"a": "b"}), "set must be given as map, not string"),
    "number": (one("kube-version", string=1.31), "kube-version must be a string"),
    "number-in-an-array": (one("values-files", array=["a.yaml", 1]), "values-files must be a string"),
    "number-in-a-map": (one("set", map={"a": 1}), "set must be a string"),
    "object-for-an-array": (one("values-files", array={"a": "b"}), "values-files must be a list of strings"),
    "list-for-a-map": (one("set", map=["a=b"]), "set must be a map of strings"),
    "switch": (one("skip-crds", string="yes"), "skip-crds must be the string true or false"),
    "switch-as-boolean": (one("skip-tests", string=True), "skip-tests must be the string true or false"),
    "nul": (one("values", string="a: \0"), "NUL"),
    "config-and-config-file": (
        json.dumps(parameters(config="a: b", config_file="spk-macvlan.yaml")),
        "config and config-file are both set",
    ),
}


@pytest.mark.parametrize(("text", "sentence"), [pytest.param(*it, id=name) for name, it in WRONG.items()])
def test_wrong_parameters_are_named(generate: Generate, text: str, sentence: str) -> None:
    assert_fails(generate(ARGOCD_APP_PARAMETERS=text), 2, sentence)


HELMS = {
    "release-name": "a",
    "namespace": "a",
    "values-files": ["values.yaml"],
    "values": "a: b",
    "set": {"a": "b"},
    "kube-version": "1.31.0",
    "api-versions": ["v1"],
    "skip-crds": "true",
    "skip-tests": "true",
}


@pytest.mark.parametrize("name", HELMS)
def test_a_parameter_of_helms_beside_kustomize_is_refused(generate: Generate, name: str) -> None:
    answer = generate(parameters(kustomize="true", **{name: HELMS[name]}))  # type: ignore[arg-type]
    assert_fails(answer, 2, f"parameter {name} applies only to Helm")


# Tests of the config.


def test_no_config_at_all_is_said(generate: Generate, repository: Path) -> None:
    (repository / APP / "spk-macvlan.yaml").unlink()
    assert_fails(generate(), 2, "no config: the application's folder has no spk-macvlan.yaml; add it")


BROKEN = Path(CONFIG).read_text().replace("networks:", "netwroks:", 1)
TYPO = "spec.…: unknown field; did you mean networks?"


def test_a_wrong_config_is_named_as_the_application_names_it(generate: Generate, repository: Path) -> None:
    (repository / APP / "spk-macvlan.yaml").write_text(BROKEN)
    assert_fails(generate(), 2, "spk-macvlan.yaml:7:3: " + TYPO)
    (repository / "shared.yaml").write_text(BROKEN)
    assert_fails(generate(parameters(config_file="../../shared.yaml")), 2, "../../shared.yaml:7:3: " + TYPO)
    assert_fails(generate(parameters(config=BROKEN)), 2, "config:7:3: " + TYPO)


# Tests of the chart.


def test_a_folder_without_chart_is_said(generate: Generate, repository: Path) -> None:
    (repository / APP / "Chart.yaml").unlink()
    assert_fails(generate(), 3, "spk-macvlan: Chart.yaml: is not in the application's folder")


class Broken(NamedTuple):
    """A broken chart: one of its files, the text of this file, and the expected exit status and message."""

    file: str
    text: str
    status: int
    sentence: str


TMM = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: f5-tmm, namespace: lab-2}\n"
CHARTS = {
    "demand": Broken(
        "templates/seen.yaml", '{{ required "say which site" .Values.site }}', 3, "say which site"
    ),
    "demand-of-many-words": Broken(
        "templates/seen.yaml", '{{ fail "' + "word " * 2000 + '" }}', 3, "word word"
    ),
    "demand-of-many-lines": Broken("templates/seen.yaml", '{{ fail "one\\ntwo \\x1b[31m" }}', 3, "one two"),
    "demand-of-megabytes": Broken("templates/seen.yaml", '{{ fail (repeat 5000000 "x") }}', 3, "helm: "),
    "template": Broken("templates/seen.yaml", "{{ if }}", 3, "missing value for if"),
    "function": Broken("templates/seen.yaml", '{{ env "HOME" }}', 3, "function … not defined"),
    "yaml": Broken("templates/seen.yaml", "a: b: c\n", 3, "mapping values are not allowed"),
    "chart": Broken("Chart.yaml", "name: [", 3, "Chart.yaml:2:1: is not one plain YAML document"),
    "values": Broken("values.yaml", "a: [", 3, "helm: "),
    "two-tmms": Broken("templates/second.yaml", TMM, 3, "2 TMM workloads"),
    "no-tmm": Broken("templates/tmm.yaml", "", 4, "no Deployment or DaemonSet … in the stream"),
    "foreign-network": Broken(
        "templates/network.yaml",
        "apiVersion: k8s.cni.cncf.io/v1\nkind: NetworkAttachmentDefinition\n"
        "metadata: {name: macvlan-internal, namespace: default}\nspec: {config: '{\"type\": \"bridge\"}'}\n",
        3,
        "the stream already defines …",
    ),
}  # fmt: skip


@pytest.mark.parametrize("broken", [pytest.param(broken, id=name) for name, broken in CHARTS.items()])
def test_what_is_wrong_with_a_chart_is_said(generate: Generate, repository: Path, broken: Broken) -> None:
    (repository / APP / broken.file).write_text(broken.text)
    assert_fails(generate(), broken.status, broken.sentence)


def test_a_chart_that_renders_nothing_is_no_success(generate: Generate, repository: Path) -> None:
    shutil.rmtree(repository / APP / "templates")
    shutil.rmtree(repository / APP / "crds")
    assert_fails(generate(), 4, "spk-macvlan: ")


def test_values_that_are_no_yaml_are_named(generate: Generate, repository: Path) -> None:
    assert_fails(generate(parameters(values="a: [")), 3, "failed to parse the parameter values: ")
    (repository / APP / "broken.yaml").write_text("a: [")
    assert_fails(generate(parameters(values_files=["broken.yaml"])), 3, "broken.yaml")


def test_a_version_that_is_none_is_named(generate: Generate) -> None:
    assert_fails(generate(parameters(kube_version="newest")), 3, "helm: invalid kube version")


def test_a_folder_without_kustomization_is_said(with_kustomize: Plugin, repository: Path) -> None:
    sent = request(parameters(kustomize="true"), path=APP)
    assert_fails(with_kustomize.start(repository, sent, APP).answer(), 3, ".: has none of kustomization.yaml")


def test_argo_cd_shows_our_line(generate: Generate, repository: Path) -> None:
    (repository / APP / "spk-macvlan.yaml").unlink()
    answer = generate()
    assert answer.error.startswith("`")
    assert answer.error.endswith(f" cmp generate` failed exit status 2: {answer.stderr}")


# Tests of secrets.

SECRET = "s3cr3t-Pa55word"
SEEN = "templates/seen.yaml"
# Charts that make Helm repeat a value in its error message.
LEAKS = {
    "schema": ("values.schema.json", '{"properties": {"password": {"pattern": "^[A-Z]*$"}}}'),
    "template": (SEEN, '{{ tpl (printf "%s {{ end" .Values.password) . }}'),
    "name-of-a-template": (SEEN, "{{ include .Values.password . }}"),
    "words-of-the-chart": (SEEN, '{{ fail (printf "%s is too short" .Values.password) }}'),
    "quoted-by-the-chart": (SEEN, '{{ fail (printf "%q is too short" .Values.password) }}'),
    "date": (SEEN, '{{ mustToDate "2006" .Values.password }}'),
    "range": (SEEN, "{{ range $it := .Values.password }}{{ end }}"),
    "rendered": (SEEN, "a: *{{ .Values.password }}\n"),
}
# Ways to write a value in YAML.
VALUES = {
    "plain": f"password: {SECRET}\n",
    "quoted": f'password: "{SECRET}"\n',
    "with-comment": f"password: {SECRET}  # since May\n",
    "block": f"password: |-\n  {SECRET}\n",
    "next-line": f"password:\n  {SECRET}\n",
    "flow": f"{{password: {SECRET}, other: 1}}\n",
    "json": json.dumps({"password": SECRET, "other": 1}),
    "alias": f"x: &x {SECRET}\npassword: *x\n",
}


@pytest.mark.parametrize(("file", "text"), [pytest.param(*it, id=name) for name, it in LEAKS.items()])
def test_no_error_repeats_a_value(generate: Generate, repository: Path, file: str, text: str) -> None:
    (repository / APP / file).write_text(text)
    for given in (parameters(set={"password": SECRET}), parameters(values=VALUES["plain"])):
        assert_hidden(generate(given), SECRET)


def assert_hidden(answer: Answer, secret: str) -> None:
    assert secret not in answer.stderr
    assert_fails(answer, 3, "helm: ")


@pytest.mark.parametrize("values", [pytest.param(values, id=name) for name, values in VALUES.items()])
def test_no_error_repeats_a_value_however_it_is_written(generate: Generate, repository: Path, values: str) -> None:
    for file, text in (LEAKS["words-of-the-chart"], LEAKS["schema"]):
        (repository / APP / file).write_text(text)
        assert_hidden(generate(parameters(values=values)), SECRET)


def test_no_error_repeats_a_value_of_a_file(generate: Generate, repository: Path) -> None:
    (repository / APP / "secret.yaml").write_text(VALUES["plain"])
    (repository / APP / SEEN).write_text(LEAKS["words-of-the-chart"][1])
    assert_hidden(generate(parameters(values_files=["secret.yaml"])), SECRET)


def test_no_error_repeats_a_value_with_escapes(generate: Generate, repository: Path) -> None:
    secret = 's3cr3t"Pa55\\word'
    (repository / APP / SEEN).write_text(LEAKS["quoted-by-the-chart"][1])
    answer = generate(parameters(values=json.dumps({"password": secret})))
    assert_hidden(answer, r"s3cr3t\"Pa55\\word")


@pytest.mark.parametrize("values", ["password: [s3cr3t-Pa55word", "password: s3cr3t-Pa55word\n  a: b: c\n- d"])
def test_no_error_repeats_values_that_are_no_yaml(generate: Generate, values: str) -> None:
    assert_hidden(generate(parameters(values=values)), SECRET)


def test_a_switch_or_number_among_the_values_hides_nothing(generate: Generate, repository: Path) -> None:
    (repository / APP / SEEN).write_text('{{ fail "false or 1 is wrong, say true" }}')
    answer = generate(parameters(values="a: false\nb: 1\nc: true\n", set={"d": "true"}))
    assert_fails(answer, 3, "false or 1 is wrong, say true")


# Other values that a message could quote: the chart's files, the parameters, and the text that must not appear.
QUOTED = {
    "a-quote-against-a-pattern": (
        {"values.schema.json": '{"properties": {"password": {"pattern": "^[A-Z]*$"}}}'},
        {"values": "password: it's s3cr3t-Pa55word\n"},
    ),
    "an-item-of-a-list": (
        {SEEN: '{{ fail (printf "%s is too short" (index .Values.passwords 1)) }}'},
        {"set": {"passwords": f"{{first,{SECRET}}}"}},
    ),
    "a-comma-with-an-escape": (
        {SEEN: '{{ fail (printf "%s is too short" .Values.password) }}'},
        {"set": {"password": f"a\\,{SECRET}"}},
    ),
    "a-number-that-go-prints-otherwise": (
        {SEEN: '{{ fail (printf "%v is too short" .Values.password) }}'},
        {"values": "password: 7730918264550\n"},
    ),
    "a-line-of-many": (
        {SEEN: '{{ fail (printf "%s is no key" (index (splitList "\\n" .Values.password) 1)) }}'},
        {"values": f"password: |\n  -----BEGIN KEY-----\n  {SECRET}\n  -----END KEY-----\n"},
    ),
    "a-key-of-a-map": (
        {"values.schema.json": '{"properties": {"users": {"additionalProperties": false}}}'},
        {"values": f"users: {{{SECRET}: 1}}\n"},
    ),
    "the-charts-own-values": (
        {SEEN: '{{ fail (printf "%s is too short" .Values.password) }}', "values.yaml": f"password: {SECRET}\n"},
        {},
    ),
    "rendered-text": ({SEEN: f'a: *{{{{ "{SECRET}" }}}}\n'}, {}),
    "a-key-set": ({}, {"set": {f"a[{SECRET}]": "1"}}),
}
NUMBERS = ("7.73", "7730918264550")


@pytest.mark.parametrize(("files", "given"), [pytest.param(*it, id=name) for name, it in QUOTED.items()])
def test_no_error_repeats_anything_given_or_rendered(
    generate: Generate, repository: Path, files: dict[str, str], given: dict[str, Any]
) -> None:
    for name, text in files.items():
        (repository / APP / name).write_text(text)
    answer = generate(parameters(**given))
    assert SECRET not in answer.stderr
    assert not any(number in answer.stderr for number in NUMBERS)
    assert_fails(answer, 3, "helm: ")


# Our own messages about rendered objects: the pod template, and the expected message.
TMM_OF = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: f5-tmm}\nspec: {template: TEMPLATE}\n"
LIMITS = "resources: {limits: {hugepages-2Mi: VALUE}}"
OWN = {
    "a-value-that-must-be-a-map": (
        "{metadata: {annotations: VALUE}, spec: {containers: [{name: f5-tmm}]}}",
        "must be a map",
    ),
    "the-name-of-a-container": ("{spec: {containers: [{name: VALUE}]}}", "no container"),
    "an-amount-of-hugepages": (f"{{spec: {{containers: [{{name: f5-tmm, {LIMITS}}}]}}}}", "hugepages-2Mi is …"),
}


@pytest.mark.parametrize(("text", "sentence"), [pytest.param(*it, id=name) for name, it in OWN.items()])
def test_our_own_error_repeats_nothing_that_was_rendered(
    generate: Generate, repository: Path, text: str, sentence: str
) -> None:
    tmm = TMM_OF.replace("TEMPLATE", text).replace("VALUE", "{{ .Values.password }}")
    (repository / APP / "templates/tmm.yaml").write_text(tmm)
    answer = generate(parameters(values=f"password: {SECRET}\n", config=WITHOUT_RESOURCES))
    assert SECRET not in answer.stderr
    assert_fails(answer, 3, sentence)


WITHOUT_RESOURCES = f"{HEAD}spec: {{networks: [{{name: net-a, master: ens1}}]}}\n"
CONFIGURED = HEAD + "spec: {{networks: [{{name: net-a, master: ens1}}], tmm: {{env: {}}}}}\n"
# Messages that could repeat a parameter or a field of the config.
GIVEN: dict[str, tuple[dict[str, Any], str]] = {
    "a-url-with-a-token": ({"values_files": [f"https://{SECRET}@example.com/values.yaml"]}, "values-files: … is a URL"),
    "a-switch": ({"skip_crds": SECRET}, "must be the string true or false"),
    "a-variable-of-the-config": ({"config": CONFIGURED.format(f"{{A: [{SECRET}]}}")}, "config:"),
    "a-config-that-is-no-yaml": ({"config": f"a: [{SECRET}"}, "config:"),
    "a-string-without-quotes": ({"config": CONFIGURED.format("{A: 7730918264550}")}, "must be a string"),
}


@pytest.mark.parametrize(("given", "sentence"), [pytest.param(*it, id=name) for name, it in GIVEN.items()])
def test_our_own_error_repeats_nothing_that_was_given(generate: Generate, given: dict[str, Any], sentence: str) -> None:
    answer = generate(parameters(**given))
    assert SECRET not in answer.stderr
    assert not any(number in answer.stderr for number in NUMBERS)
    assert_fails(answer, 2, sentence)
