"""Test that Helm prints the messages in tests/manual/recorded.txt, so that `explain` is tested with real messages."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.hosts.helm.apiserver import RESOURCES, Cluster
from tests.hosts.helm.objects import CHARTS, CONFIG, EXAMPLE, POST_RENDERED, Done, Run
from tests.manual.recorded import Recorded, of

pytestmark = [pytest.mark.hosts, pytest.mark.usefixtures("helm_4_plugin")]

SMALL = str(CHARTS / "life")
TEMPLATE = ("template", "rel", EXAMPLE)
ARGUMENTS = ("--post-renderer-args", "--config", "spk-macvlan.yaml")
PLUGIN = """\
apiVersion: v1
type: postrenderer/v1
name: {}
version: 0.1.0
{}runtime: subprocess
runtimeConfig: {{platformCommand: [{{command: "{}"}}]}}
"""


class Lab:
    """A version of Helm in a folder of its own."""

    def __init__(self, run: Run, version: str, folder: Path, cluster: Cluster) -> None:
        self._run = run
        self._version = version
        self.folder = folder
        self.cluster = cluster
        self.program = folder / "bin" / "spk-macvlan"

    def helm(self, *words: str, **variables: str) -> Done:
        return self._run(self._version, *words, **variables)

    def rendered(self, *words: str, **variables: str) -> Done:
        return self.helm(*TEMPLATE, *POST_RENDERED, *words, **variables)

    def with_plugin(self, name: str, command: str, more: str = "") -> Done:
        """Render with another plugin."""
        folder = self.folder / name / "e"
        folder.mkdir(parents=True)
        (folder / "plugin.yaml").write_text(PLUGIN.format(name, more, command))
        return self.helm(*TEMPLATE, "--post-renderer", name, HELM_PLUGINS=name)

    def installed(self, name: str, **variables: str) -> Done:
        return self.helm("install", name, SMALL, *POST_RENDERED, SPK_MACVLAN_CONFIG=CONFIG, **variables)

    def packaged(self, *words: str) -> Done:
        self._run("spk-macvlan", "helm-plugin", "plugins")
        self.helm("plugin", "package", "plugins/spk-macvlan", "--sign=false")
        return self.helm("plugin", "install", "spk-macvlan-0.1.0.tgz", *words)

    def without_multus(self) -> Done:
        self.cluster.resources = [it for it in RESOURCES if it.kind != "NetworkAttachmentDefinition"]
        return self.installed("rel")

    def twice(self) -> Done:
        self.installed("rel")
        return self.installed("rel2")

    def updated(self) -> Done:
        self.packaged("--verify=false")
        return self.helm("plugin", "update", "spk-macvlan", HELM_PLUGINS=str(self.folder / "helm/data/plugins"))

    def elsewhere(self) -> Done:
        (self.folder / "other").mkdir()
        self._run("spk-macvlan", "helm-plugin", "other/plugins")
        return self.rendered(HELM_PLUGINS="plugins")


#: The commands, by their description in recorded.txt.
ASKED: dict[str, Callable[[Lab], Done]] = {
    "template, HELM_PLUGINS not set": lambda it: it.rendered(HELM_PLUGINS=""),
    "template, HELM_PLUGINS relative, in another folder": Lab.elsewhere,
    "template, the path of a program": lambda it: it.helm(*TEMPLATE, "--post-renderer", str(it.program)),
    "template, the name of no program": lambda it: it.rendered(PATH="/usr/bin:/bin", HELM_PLUGINS=""),
    "template, the path of no program": lambda it: it.helm(*TEMPLATE, "--post-renderer", "./nope", HELM_PLUGINS=""),
    "template, the plugin without its program": lambda it: it.rendered(PATH="/usr/bin:/bin"),
    "template, a post-renderer that says nothing": lambda it: it.helm(
        *TEMPLATE, "--post-renderer", "/usr/bin/false", HELM_PLUGINS=""
    ),
    "install --post-renderer-args --config spk-macvlan.yaml": lambda it: it.helm(
        "install", "rel", EXAMPLE, *POST_RENDERED, *ARGUMENTS, HELM_PLUGINS=""
    ),
    "template --post-renderer-args --config spk-macvlan.yaml": lambda it: it.rendered(*ARGUMENTS),
    "upgrade --post-renderer-args --config spk-macvlan.yaml": lambda it: it.helm(
        "upgrade", "rel", EXAMPLE, *POST_RENDERED, *ARGUMENTS
    ),
    "template --post-renderer-args": lambda it: it.rendered("--post-renderer-args"),
    "template --post-renderer-args=check": lambda it: it.rendered("--post-renderer-args=check"),
    "template --post-renderer spk-macvlan --post-renderer spk-macvlan": lambda it: it.rendered(*POST_RENDERED),
    "template, with a plugin of Helm 4 in HELM_PLUGINS": lambda it: it.rendered(
        "--show-only", "none", SPK_MACVLAN_CONFIG=CONFIG
    ),
    "template, a plugin.yaml with another field": lambda it: it.with_plugin("bad", "true", "description: x\n"),
    "template, a plugin that prints nothing": lambda it: it.with_plugin("empty", "true"),
    "template, a plugin that fails": lambda it: it.with_plugin("exits", "false"),
    "template, without a config": lambda it: it.rendered(),
    "template --show-only, without the post-renderer": lambda it: it.helm(
        *TEMPLATE, "--show-only", "templates/spk-macvlan-nads.yaml"
    ),
    "install, a cluster without Multus": Lab.without_multus,
    "install, a second release in the namespace": Lab.twice,
    "plugin install, a file without its signature": Lab.packaged,
    "plugin install, twice": lambda it: [it.packaged("--verify=false"), it.packaged("--verify=false")][1],
    "plugin update": Lab.updated,
}
CASES = [it for it in of("Helm") if it.asked in ASKED]


def test_most_of_what_helm_says_is_asked_anew() -> None:
    assert {it.asked for it in CASES} == ASKED.keys()


@pytest.mark.parametrize("said", [pytest.param(it, id=f"{it.program}: {it.asked}") for it in CASES])
def test_helm_says_so(run: Run, tmp_path: Path, cluster: Cluster, said: Recorded) -> None:
    lab = Lab(run, said.program.lower().replace(" ", "-"), tmp_path, cluster)
    text = ASKED[said.asked](lab).stderr
    assert said.text in without_folders(text, tmp_path)


def without_folders(text: str, folder: Path) -> str:
    """Return Helm's message with the folder names of recorded.txt."""
    programs = Path(sys.executable).parent
    names = {programs: "/home/lab/bin", folder / "helm" / "data": "/home/lab", folder: "/home/lab"}
    for path, name in names.items():
        text = text.replace(str(path), name)
    return text
