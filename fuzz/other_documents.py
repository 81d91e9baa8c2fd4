"""The documents around the TMM's: all features of YAML, and some text that is not YAML."""

from __future__ import annotations

from random import Random

from tests.property.manifests import OTHERS

PEM = "-----BEGIN CERTIFICATE-----\n    MIIBszCCAVmgAwIBAgIUX0x\n    -----END CERTIFICATE-----"
KINDS = [
    *OTHERS,
    f"kind: Secret\nstringData:\n  tls.crt: |\n    {PEM}\n  tls.key: |-\n    {PEM}\n",
    f"kind: Secret\nstringData:\n  tls.crt: |2+\n      {PEM}\n\n\n",
    "a: |\n  ----\n  ---x\n   ---\n  ...x\n",
    "----\n---x: y\n...x\n",
    "text: >-\n  folded\n  text\n\n    more\n\nb: >+\n  kept\n\n",
    "text: |1\n  one\n two\n",
    "a: &anchor {b: c}\nd: *anchor\ne: {<<: *anchor, f: g}\n",
    "base: &base\n  a: 1\nmerged:\n  <<: [*base, *base]\n  b: !!str 2\n",
    "!!map {a: !local b, c: !!binary aGk=, ? d : e}\n",
    "? complex\n: value\n? [a, b]\n: - c\n?\n",
    '{"apiVersion": "v1", "kind": "ConfigMap", "data": {"a": "b\\n"}}\n',
    '{\n  "kind": "List",\n  "items": [\n    {"kind": "Service"}\n  ]\n}\n',
    "apiVersion: v1\nkind: List\nitems:\n- kind: Service\n  metadata: {name: f5-tmm}\n- kind: ConfigMap\n",
    "a:\tb\nc:\t# tab\n  d: \t e\t\n",
    "a: [b, # comment\n  c: d, # another\n]\n# end\n",
    "a: 'it''s\n  two lines'\nb: \"x\\\n  y\\u2028\"\n",
    "a: \U0001f600\U0001d11e\nb: 'é\U0010fffd'\n",
    "a: b\x85\nc: d\u2028e\u2029\n",
    "# only\n  # comments\n\n",
    "just text\n",
    "- a\n-\n- - b\n",
    "'---': \"...\"\n",
    "a: b\n \t \n",
    "\t\n",
    "kind: Deployment\nname: f5-tmm\napps/v1\n",
    "a\rb: c\r\rd: e\r",
]
#: Kubernetes objects, one per document, that every reader can read.
OBJECTS = [
    "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: lab\n",
    "# Source: spk/templates/a.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  a: |\n    text\n\n",
    '{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "b"}, "data": {"a": "b\\n"}}\n',
    "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Service, metadata: {name: c}}\n# last\n",
    "apiVersion: v1\nkind: Secret\nmetadata: {name: d}\nstringData:\n  a: |+\n    ----\n\n\n",
    "apiVersion: v1\nkind: Service\nmetadata: {name: f5-tmm}\nspec: {ports: [{port: 80}, # c\n  {port: 81}]}\n",
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: e}\ndata: {a: '---', b: \"...\"} # \u2028--- \n",
]
SEPARATORS = [
    "---\n",
    "---\n",
    "---\n",
    "--- # c\n",
    "---\n# c\n\n",
    "---\t\n",
    "--- \n",
    "...\n---\n",
    "...\n# behind\n---\n",
]
RARE = [
    "...\n%YAML 1.1\n---\n",
    "...\n%TAG ! tag:x,2000:\n# c\n---\n",
    "...\n...\n---\n",
    "--- !!map\n",
    "---\n---\n",
    "... # c\n---\n",
]
MARKED = [
    "--- {a: b}\n",
    "--- |\n  text\n  ----\n",
    "--- text\n",
    "--- [a,\n  b]\n",
    "--- &a b\n",
    "---\u2028\n",
    '--- {"kind": "Pod"}\n',
]


def documents(source: Random, most: int) -> str:
    """Return up to `most` random documents, each after a marker."""
    return "".join(_document(source) for _ in range(source.randint(0, most)))


def objects(source: Random, most: int) -> str:
    """Return up to `most` random Kubernetes objects, one per document, that every reader accepts and kubectl prints."""
    count = source.randint(0, most)
    return "".join(source.choice(SEPARATORS) + source.choice(OBJECTS) for _ in range(count))


def _document(source: Random) -> str:
    if source.random() < 0.12:
        return source.choice(MARKED)
    text = source.choice(KINDS)
    if not text.endswith(("\n", "\r")) and text:
        text += "\n"
    bom = "\ufeff" if source.random() < 0.02 else ""
    return bom + source.choice(SEPARATORS if source.random() < 0.85 else RARE) + text
