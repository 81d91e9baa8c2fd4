from __future__ import annotations

from postrender import config
from postrender.kubernetes.objects import objects
from postrender.rules import definitions
from postrender.yamledit import stream
from tests.configs import HEAD


def test_a_definition_of_another_name_is_not_ours() -> None:
    given = config.parse(f"{HEAD}spec: {{networks: [{{name: net-a, master: ens1}}]}}\n".encode())
    for name, ours in (("net-a", True), ("net-b", False)):
        data = f"metadata: {{name: {name}}}\n".encode()
        (found,) = objects(stream.parse(stream.read(data), stream.split(data)[0]))
        assert definitions.has_name_of(given, found) is ours
