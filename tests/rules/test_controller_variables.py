from __future__ import annotations

import pytest

from postrender.rules import controller_variables


@pytest.mark.parametrize("name", ["ANOTHER_FLAG", "Z_FLAG"])
def test_another_flag_of_the_controller_may_be_on(name: str) -> None:
    assert controller_variables._expects_sriov("USE_VFIO", "true")
    assert not controller_variables._expects_sriov(name, "true")
