from __future__ import annotations

from postrender import config
from postrender.rules import default_mtu
from tests.configs import HEAD


def test_the_mtu_of_the_variables_is_the_charts() -> None:
    given = '{networks: [{name: net-a, master: ens1}], tmm: {env: {TMM_DEFAULT_MTU: "9000"}}}'
    assert default_mtu._mtu(config.parse(f"{HEAD}spec: {given}\n".encode())) == 9000


def test_an_mtu_may_have_five_digits() -> None:
    given = '{networks: [{name: net-a, master: ens1}], tmm: {env: {TMM_DEFAULT_MTU: "65535"}}}'
    assert default_mtu._mtu(config.parse(f"{HEAD}spec: {given}\n".encode())) == 65535
