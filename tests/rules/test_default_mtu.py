from __future__ import annotations

import pytest

from postrender import config
from postrender.conversion import values
from postrender.yamledit import stream
from tests.configs import HEAD


@pytest.mark.parametrize(
    ("mtu", "wanted"),
    [("9000", "9000"), ("65535", "65535"), ("655350", "1500"), ("jumbo", "1500"), ("", "1500")],
)
def test_the_mtu_of_the_variables_is_the_charts(mtu: str, wanted: str) -> None:
    given = f'{{networks: [{{name: net-a, master: ens1, mtu: 9000}}], tmm: {{env: {{TMM_DEFAULT_MTU: "{mtu}"}}}}}}'
    chart = b"global: {tmmDefaultMTU: 1500}\nf5-tmm: {tmm: {}}\n"
    converted = values.convert(stream.read(chart), config.parse(f"{HEAD}spec: {given}\n".encode()))
    assert converted.output.decode().splitlines()[0] == f"global: {{tmmDefaultMTU: {wanted}}}"


def test_the_mtu_of_a_network_alone_changes_nothing() -> None:
    given = config.parse(f"{HEAD}spec: {{networks: [{{name: net-a, master: ens1, mtu: 9000}}]}}\n".encode())
    converted = values.convert(stream.read(b"f5-tmm: {tmm: {}}\n"), given)
    assert b"9000" not in converted.output
