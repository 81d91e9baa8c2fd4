from __future__ import annotations

from postrender import config
from postrender.rules import definitions
from postrender.spk import target
from postrender.yamledit import stream


def test_a_definition_of_another_name_is_not_ours() -> None:
    head = "apiVersion: spk-macvlan.internal/v1alpha1\nkind: MacvlanConversion\n"
    given = config.parse(f"{head}spec: {{networks: [{{name: net-a, master: ens1}}]}}\n".encode())
    for name, ours in (("net-a", True), ("net-b", False)):
        data = f"metadata: {{name: {name}}}\n".encode()
        (found,) = target.objects(stream.parse(data, stream.split(data)[0]))
        assert definitions.has_name_of(given, found) is ours
