"""Test that messages of any kustomize and kubectl lead to the entries that tests/manual/recorded.txt names."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from postrender.manual import search
from tests.hosts.helm.objects import CONFIG
from tests.hosts.kustomize.builds import (
    BUILD,
    BUILDABLE,
    KUBECTL,
    KUSTOMIZE,
    ROOT,
    WITH_FUNCTIONS,
    build,
    called,
    kustomization,
    rendered,
    run,
    written,
)
from tests.manual.recorded import Recorded, of
from tools.binaries import binary

pytestmark = pytest.mark.hosts

BUILDERS = {"kustomize 5.8.1": KUSTOMIZE, "kubectl 1.37.1": KUBECTL}
HERE = "/home/lab"
FUNCTION = ROOT / "kustomize" / "function"
ACCOUNT = "---\napiVersion: v1\nkind: ServiceAccount\nmetadata: {name: a}\n"


class Lab:
    """A builder, and a folder with manifests and a Component that was compiled for other manifests."""

    def __init__(self, builder: str, folder: Path) -> None:
        self._builder = builder
        self._folder = folder

    def function(self, *flags: str, **variables: str) -> str:
        return run(binary(self._builder), BUILD[self._builder], str(FUNCTION), *flags, cwd=ROOT, **variables).stderr

    def manifests(self, text: str, **fields: list[str]) -> str:
        written(self._folder, {"manifests.yaml": text})
        written(self._folder, {"kustomization.yaml": kustomization(resources=["manifests.yaml"], **fields)})
        return build(self._builder, self._folder).stderr.replace(str(self._folder), HERE)

    def component(self, old: str, new: str) -> str:
        stream = rendered("--no-hooks", BUILDABLE)
        assert old in stream
        return self.compiled(stream, stream.replace(old, new))

    def compiled(self, stream: str, text: str) -> str:
        target = str(self._folder / "component")
        done = called("compile", "--config", CONFIG, "--format", "kustomize", target, stdin=stream)
        assert done.returncode == 0, done.stderr
        return self.manifests(text, components=["component"])


ASKED: dict[str, Callable[[Lab], str]] = {
    "build, the function without a flag": lambda it: it.function(),
    "kustomize, the function without a flag": lambda it: it.function(),
    "kustomize --enable-exec": lambda it: it.function(*WITH_FUNCTIONS),
    "build, the function without its program": lambda it: it.function(*WITH_FUNCTIONS, PATH="/usr/bin"),
    "build, a chart that repeats a key": lambda it: it.compiled(rendered("--no-hooks"), rendered("--no-hooks")),
    "kustomize, a Component for another chart: a variable has another name": lambda it: it.component(
        "TMM_MAPRES_HUGEPAGES", "TMM_OTHER"
    ),
    "build, a Component for another chart: a variable is missing": lambda it: it.component(
        '        - name: OPENSHIFT_VFIO_RESOURCE_2\n          value: "sriovInternal"\n', ""
    ),
    "build, a Component for another chart: TMM has another name": lambda it: it.component(
        "name: f5-tmm\n", "name: f6-tmm\n"
    ),
    "build, a hook with the name of a template": lambda it: it.manifests(ACCOUNT + ACCOUNT),
}
CASES = [it for program in ("kustomize", "kubectl") for it in of(program) if it.asked in ASKED]


def test_most_of_what_they_say_is_asked_anew() -> None:
    assert {it.asked for it in CASES} == ASKED.keys()


@pytest.mark.parametrize("said", [pytest.param(it, id=f"{it.program}: {it.asked}") for it in CASES])
def test_what_they_say_leads_to_its_entry(tmp_path: Path, said: Recorded) -> None:
    text = ASKED[said.asked](Lab(BUILDERS[said.program], tmp_path))
    assert search.known(text)[0].seen[0].startswith(said.entry)
    # The message may come from another version of kustomize.
    assert said.program.startswith(KUSTOMIZE) or said.text in text
