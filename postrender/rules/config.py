"""The config is what its schema says.

What: the config is there, is YAML, and has the fields and values of its schema, `spk-macvlan schema`. `check`, `diff`
and `verify` list each mistake under this name in JSON, and `check` for GitHub; the exit status is 2.

Why: a field that is misspelled would otherwise have no effect, and nobody would see it.

Fix: correct the field at this line and column; `check spk-macvlan.yaml` needs no manifests.

Source: the config's JSON Schema.
"""

from __future__ import annotations

from postrender.rules.finding import ERROR

ID = "config"
LEVEL = ERROR
