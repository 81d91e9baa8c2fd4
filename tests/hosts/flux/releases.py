"""Helpers of the Flux tests: run `compile`, and apply its output as Flux does."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import yaml

from tests.hosts.helm.objects import CONFIG, Object
from tests.hosts.kustomize.builds import BUILDABLE, KUBECTL, build, compiled, decoded, kustomization, output, written

TO_FLUX = ("--format", "flux")
#: Options that make Helm print what Flux sends to a post-renderer: no hooks.
SENT = (BUILDABLE, "--no-hooks")
SUBSTITUTE = "kustomize.toolkit.fluxcd.io/substitute"


def networks(stream: str, *words: str, config: str | Path = CONFIG) -> str:
    return output(compiled(stream, *TO_FLUX, "--only", "networks", *words, config=config))


def release_text(stream: str, *words: str, config: str | Path = CONFIG) -> str:
    return output(compiled(stream, *TO_FLUX, "--only", "release", *words, config=config))


def release(stream: str, *words: str, config: str | Path = CONFIG) -> Object:
    return release_of(release_text(stream, *words, config=config))


def release_of(text: str) -> Object:
    (found,) = (it for it in yaml.load_all(text, yaml.CSafeLoader) if it and it["kind"] == "HelmRelease")
    assert isinstance(found, dict)
    return found


def post_rendered(folder: Path, stream: str, helm_release: Object) -> str:
    """Apply the post-renderers to Helm's output as helm-controller does: one kustomize build for each, in order.

    kubectl 1.37.1 contains the same version of kustomize as Flux 2.9.
    """
    for renderer in helm_release["spec"]["postRenderers"]:
        assert set(renderer["kustomize"]) <= {"patches", "images"}
        fields = kustomization(resources=["helm-output.yaml"], **renderer["kustomize"])
        written(folder, {"kustomization.yaml": fields, "helm-output.yaml": stream})
        stream = output(build(KUBECTL, folder, "--load-restrictor", "LoadRestrictionsNone"))
    return stream


def substituted(stream: str, value: str = "SUBSTITUTED") -> list[Object]:
    """Return the objects of a stream as a Kustomization with `postBuild` applies them.

    `${name}` becomes a value, `$${name}` becomes `${name}`, and other text stays. An object can disable substitution.
    """
    return [it if is_left_alone(it) else json.loads(envsubst(json.dumps(it), value)) for it in decoded(stream)]


def is_left_alone(item: Object) -> bool:
    marks: list[dict[str, Any]] = [item["metadata"].get(holder, {}) for holder in ("labels", "annotations")]
    return any(mark.get(SUBSTITUTE) == "disabled" for mark in marks)


def envsubst(text: str, value: str) -> str:
    return re.sub(r"(\$?)(\$\{[^}]*\})", lambda found: found[2] if found[1] else value, text)
