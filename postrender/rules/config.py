"""The config matches its schema.

What: the config exists, is valid YAML, and has the fields and values that its schema allows (`spk-macvlan schema`). In
JSON output, `check`, `diff` and `verify` report each mistake as `config`; `check` also does so in its GitHub
annotations. The exit status is 2.

Why: a misspelled field would otherwise have no effect, and nobody would notice.

Fix: correct the field at the reported line and column. To check a config without manifests, use `check
spk-macvlan.yaml`.

Source: the config's JSON Schema.

Confidence: this program.
"""

from __future__ import annotations

from postrender.rules.finding import ERROR

ID = "config"
LEVEL = ERROR
