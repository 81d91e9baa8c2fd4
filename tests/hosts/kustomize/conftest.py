from __future__ import annotations

import pytest

from tests.hosts.kustomize.builds import KUSTOMIZE, WITH_FUNCTIONS, build, copied, output, written


@pytest.fixture(scope="session")
def sent(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the ResourceList that kustomize sends to the shipped function."""
    function = copied("kustomize", tmp_path_factory.mktemp("sent")) / "function"
    config = (function / "spk-macvlan.yaml").read_text(encoding="utf-8")
    written(function, {"spk-macvlan.yaml": config.replace("spk-macvlan-krm", "./record"), "record": RECORD})
    (function / "record").chmod(0o755)
    output(build(KUSTOMIZE, function, *WITH_FUNCTIONS))
    return (function / "recorded.yaml").read_text(encoding="utf-8").replace("./record", "spk-macvlan-krm")


RECORD = "#!/bin/sh\nexec tee recorded.yaml\n"
