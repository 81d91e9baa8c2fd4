"""The pipelines: what another tool makes of manifests, on its own and together with spk-macvlan."""

from __future__ import annotations

import functools
import json
import re
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from postrender.errors import INPUT, NO_TARGET
from tests.hosts.equivalence.cases import EXAMPLE, Case
from tests.hosts.equivalence.running import HELM_4, KUBECTL, KUSTOMIZE, OURS, Done, called, required, run

RELEASE, NAMESPACE = "rel", "spk"

# A chart that renders one file unchanged.
CHART = {
    "Chart.yaml": "apiVersion: v2\nname: golden\nversion: 0.1.0\n",
    "templates/manifests.yaml": '{{ .Files.Get "manifests.yaml" }}',
}
SENTINEL = {"apiVersion": "spk-macvlan.invalid/v1", "kind": "SpkMacvlanDidNotRun", "metadata": {"name": "did-not-run"}}
FUNCTION = """\
metadata:
  name: lab
  annotations:
    config.kubernetes.io/function: |
      exec:
        path: {program}
"""
BUILD = ("build", "--enable-alpha-plugins", "--enable-exec", ".")
KNOWN_RESULT = Path(__file__).with_name("known_result.py")


class Site(NamedTuple):
    """A case in a folder: Argo CD's checkout of the application, and Helm's input for Flux's post-renderer."""

    case: Case
    folder: Path

    @property
    def app(self) -> Path:
        return self.folder / "repository" / "app"

    @property
    def config(self) -> Path:
        return self.app / "spk-macvlan.yaml"

    @property
    def released(self) -> Path:
        """Return the folder of the manifests without hooks and without the folder crds."""
        return self.folder / "released" if self.case.manifests is None else self.app


class Pipeline(NamedTuple):
    name: str
    ours: Callable[[Site], Done]
    alone: Callable[[Site], Done]  # the tool without spk-macvlan
    again: Callable[[Site, bytes], Done] | None = None  # the tool on the filter's output, if the tool also reads that
    has_hooks: bool = True
    takes_golden: Callable[[Case], bool] = lambda case: True
    runs_helm: bool = False
    flags: frozenset[str] = frozenset()  # the filter's flags that the pipeline supports

    def takes(self, case: Case) -> bool:
        """Report whether the pipeline runs on a case.

        The output of two Helm versions differs only in blank lines and in documents that contain only comments. For a
        pipeline that does not run Helm, this difference does not depend on the values. Such a pipeline therefore gets
        the output of both versions only for the chart's default values, and the newer version's output for other
        values.
        """
        is_ours = self.runs_helm or case.helm == HELM_4 or not case.values
        return is_ours and (not case.is_golden or self.takes_golden(case))

    def manifests(self, site: Site) -> bytes:
        folder = site.app if self.has_hooks else site.released
        return (folder / "manifests.yaml").read_bytes()


def build_site(case: Case, folder: Path) -> Site:
    site = Site(case, folder)
    if case.manifests is None:
        shutil.copytree(EXAMPLE, site.app)
        _write_resources(site.app, required(_helm(site)))
        _write_resources(site.released, required(_template(site, "--no-hooks")))
    else:
        for name, text in CHART.items():
            _write(site.app / name, text)
        _write_resources(site.app, case.manifests)
    _write(site.config, case.config)
    return site


def _write(file: Path, content: str | bytes | Mapping[str, Any]) -> None:
    """Write text, bytes, or an object as JSON, which is also YAML."""
    text = json.dumps(content) if isinstance(content, Mapping) else content
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode() if isinstance(text, str) else text)


def _write_resources(folder: Path, manifests: bytes) -> None:
    _write(folder / "manifests.yaml", manifests)
    _write(folder / "kustomization.yaml", {"resources": ["manifests.yaml"]})


@functools.cache
def filtered(site: Site, manifests: bytes) -> Done:
    """Return the filter's output for these manifests."""
    if site.case.converted is not None and manifests == site.case.manifests:
        return Done(OURS, 0, site.case.converted)
    done = called("--config", str(site.config), *site.case.flags, cwd=site.folder, stdin=manifests)
    assert done.status in (0, INPUT, NO_TARGET), done.stderr
    return done


# Pipelines of Argo CD.


def _helm(site: Site) -> Done:
    return _template(site, "--include-crds")


def _template(site: Site, *words: str) -> Done:
    case = site.case
    values = [f"--values={file}" for file in case.values] + [f"--set={name}={value}" for name, value in case.settings]
    release = ("--name-template", RELEASE, "--namespace", NAMESPACE)
    return run(case.helm, "template", ".", *release, *values, *words, cwd=site.app)


def _cmp_helm(site: Site) -> Done:
    values = {"name": "values-files", "array": site.case.values}
    return _cmp(site, [values, {"name": "set", "map": dict(site.case.settings)}])


def _cmp_kustomize(site: Site) -> Done:
    return _cmp(site, [{"name": "kustomize", "string": "true"}])


def _cmp(site: Site, parameters: Sequence[Mapping[str, Any]]) -> Done:
    variables = {
        "ARGOCD_APP_NAME": f"argocd_{RELEASE}",
        "ARGOCD_APP_NAMESPACE": NAMESPACE,
        "ARGOCD_APP_SOURCE_PATH": site.app.name,
        "ARGOCD_APP_PARAMETERS": json.dumps(parameters),
    }
    return run(OURS, "cmp", "generate", cwd=site.app, path=(site.case.helm, KUSTOMIZE), variables=variables)


# Pipelines of kustomize.


@functools.cache
def _kustomize(site: Site) -> Done:
    return run(KUSTOMIZE, "build", ".", cwd=site.app)


def _krm(site: Site) -> Done:
    config = re.sub(r"^metadata:\n(  .*\n)+", "", site.case.config, flags=re.MULTILINE)
    _write(site.folder / "function" / "sentinel.yaml", SENTINEL)
    return _with_function(site, "function", "spk-macvlan-krm", config, "sentinel.yaml")


def _krm_alone(site: Site) -> Done:
    """Run kustomize with a function that changes nothing, because kustomize is stricter with a function's output."""
    alone = _kustomize(site)
    return alone if alone.failed else _with_function(site, "cat", "cat")


def _krm_again(site: Site, result: bytes) -> Done:
    """Run kustomize with a function that returns this known result."""
    _write(site.folder / "known" / "result.yaml", result)
    _write(site.folder / "known" / "function", f"#!/bin/sh\nexec {sys.executable} {KNOWN_RESULT}\n")
    (site.folder / "known" / "function").chmod(0o755)
    done = _with_function(site, "known", "./function")
    assert "Traceback" not in done.stderr, done.stderr
    return done


def _with_function(site: Site, *arguments: str) -> Done:
    return run(KUSTOMIZE, *BUILD, cwd=_function(site, *arguments))


def _function(site: Site, name: str, program: str, config: str = "kind: None\n", *resources: str) -> Path:
    """Write a kustomization with a function, and return its folder."""
    folder = site.folder / name
    kustomization = {"resources": ["../repository/app", *resources], "transformers": ["function.yaml"]}
    _write(folder / "kustomization.yaml", kustomization)
    _write(folder / "function.yaml", config + FUNCTION.format(program=program))
    return folder


# Pipelines of compiled patches.


def _compile(site: Site, *words: str) -> Done:
    command = ("--config", str(site.config), *site.case.flags, "compile", "--format", *words)
    return called(*command, cwd=site.folder, stdin=(site.app / "manifests.yaml").read_bytes())


def _kubectl(folder: Path) -> Done:
    return run(KUBECTL, "kustomize", "--load-restrictor=LoadRestrictionsNone", ".", cwd=folder)


_kubectl_alone = functools.cache(_kubectl)


def _kubectl_again(site: Site, result: bytes) -> Done:
    _write_resources(site.folder / "again", result)
    return _kubectl(site.folder / "again")


def _component(site: Site) -> Done:
    made = _compile(site, "kustomize", "component")
    folder = site.folder / "with-component"
    _write(folder / "kustomization.yaml", {"resources": ["../repository/app"], "components": ["../component"]})
    return made if made.failed else _kubectl(folder)


def _flux(site: Site) -> Done:
    """Build as Flux's helm-controller does: one file of manifests, and the patches of the HelmRelease.

    The patches are copied as text, so that kustomize's own YAML reader reads them.
    """
    made = _compile(site, "flux")
    if made.failed:
        return made
    *networks, release = re.split(rb"^(?=---\n)", made.stdout, flags=re.MULTILINE)
    patches = release.decode().partition("patches:\n")[2]
    manifests = site.released.relative_to(site.folder) / "manifests.yaml"
    _write(site.folder / "flux" / "kustomization.yaml", f"resources: [../{manifests}]\npatches:\n{patches}")
    built = _kubectl(site.folder / "flux")
    return built if built.failed else built._replace(stdout=built.stdout + b"".join(networks))


# Patches compiled from an empty stream would change nothing, so `compile` has no --allow-no-target.
COMPILER = frozenset({"--include-hooks"})

PIPELINES = (
    # A conversion does not depend on who renders or who calls it, so golden cases test only the compiled patches.
    Pipeline("cmp-helm", _cmp_helm, _helm, runs_helm=True, takes_golden=lambda case: False),
    Pipeline("cmp-kustomize", _cmp_kustomize, _kustomize, takes_golden=lambda case: False),
    Pipeline("krm", _krm, _krm_alone, _krm_again, takes_golden=lambda case: False),
    Pipeline("component", _component, lambda site: _kubectl_alone(site.app), _kubectl_again, flags=COMPILER),
    # For most golden cases, Flux gets the same patches and networks as the Component, as a test asserts, and kustomize
    # builds both. If the config patches the networks, Flux gets patched networks.
    Pipeline(
        "flux",
        _flux,
        lambda site: _kubectl_alone(site.released),
        _kubectl_again,
        has_hooks=False,
        takes_golden=lambda case: case.patches_networks,
        flags=COMPILER,
    ),
)
