"""Test what remains of other programs' messages: fixed phrases, locations, and messages of the chart's templates."""

from __future__ import annotations

import pytest

from postrender.hosts import messages

TEMPLATES = {
    "templates/seen.yaml": '{{ fail "say which site" }}\n{{ required "site" .Values.site }}\n',
    "charts/part/templates/a.yaml": (
        '{{ fail (printf "%s is not allowed for port %v" .Values.name .Values.port) }}\n{{ .Values.a.b | quote }}\n'
    ),
}
OPENED = ("apps/lab/templates/seen.yaml", "apps/lab/charts/part/templates/a.yaml", "apps/lab/values.yaml")
AT = "execution error at (probe/templates/seen.yaml:1:3):"
LEFT = "execution error at (…/templates/seen.yaml:1:3):"

# Messages of Helm 3.19.0 and 4.2.3, and what remains of each.
MESSAGES = {
    "sentence-of-the-chart": (f"{AT} say which site", f"{LEFT} say which site"),
    "sentence-of-one-word": (f"{AT} site", f"{LEFT} site"),
    "sentence-with-values": (f"{AT} s3cr3t is not allowed for port 8443", f"{LEFT} … is not allowed for port …"),
    "sentence-of-values": (f"{AT} s3cr3t word", f"{LEFT} …"),
    "parsing": (
        'parse error at (probe/templates/seen.yaml:1): function "env" not defined',
        'parse error at (…/templates/seen.yaml:1): function … not defined',
    ),
    "parsing-of-a-value": (
        'error calling tpl: cannot parse template "s3cr3t {{ end": template: gotpl:1: unclosed action',
        "error calling tpl: cannot parse template … template: … unclosed action",
    ),
    "expression": (
        'executing "probe/charts/part/templates/a.yaml" at <.Values.a.b>: nil pointer evaluating interface {}.b',
        'executing "…/charts/part/templates/a.yaml" at … nil pointer evaluating interface {}.…',
    ),
    "expression-that-is-not-in-a-template": ("executing … at <s3cr3t>: x", "executing … at …"),
    "yaml": (
        "YAML parse error on probe/templates/seen.yaml: error converting YAML to JSON: yaml: line 3: did not find x",
        "YAML parse error on …/templates/seen.yaml: error converting YAML to JSON: yaml: line 3: …",
    ),
    "yaml-with-a-value": ("yaml: unknown anchor 's3cr3t' referenced", "yaml: unknown anchor … referenced"),
    "schema": (
        "- at '/password': 's3cr3t' does not match pattern '^[A-Z]*$' - at '/port': maximum: got 80, want 5",
        "- at … does not match pattern … - at … maximum: got …, want …",
    ),
    "address": (
        'Get "https://u:t0ken@charts.example.com:8443/t0ken/index.yaml": dial tcp 10.0.0.1:8443: i/o timeout',
        "Get … dial tcp … i/o timeout",
    ),
    "address-of-a-value": ("Get https://s3cr3t.example.com: no such host", "Get … no such host"),
    "dependency": (
        "found in Chart.yaml, but missing in charts/ directory: part, other",
        "found in Chart.yaml, but missing in charts/ directory: …",
    ),
    "nothing": ("", ""),
    # Values that look like parts of a message.
    "a-template": (f"{AT} s3cr3t/templates/seen.txt", f"{LEFT} …"),
    "a-template-in-a-url": (f"{AT} https://x.example.com/templates/T0KEN", f"{LEFT} …"),
    "a-status": (f"{AT} 404 Not Found", f"{LEFT} …"),
    "an-address": (f"{AT} 512 Hunter Lane", f"{LEFT} …"),
    "an-address-elsewhere": ("error calling tpl: 512 Hunter Lane", "error calling tpl: …"),
    "a-pass-phrase": ("error calling tpl: tls: correct horse battery staple", "error calling tpl: …"),
    "another-pass-phrase": (f"{AT} while parsing a correct horse", f"{LEFT} …"),
    "a-type": ("error calling tpl: got secret.Password, want my.Pass", "error calling tpl: … …, want …"),
}  # fmt: skip


@pytest.mark.parametrize(("message", "left"), [pytest.param(*it, id=name) for name, it in MESSAGES.items()])
def test_what_may_be_a_value_is_cut(message: str, left: str) -> None:
    assert messages.remove_values(message, TEMPLATES, OPENED) == left


def test_a_message_without_end_is_examined_to_a_limit() -> None:
    assert len(messages.remove_values("say which " * 200_000, TEMPLATES, OPENED)) <= messages.LONGEST
