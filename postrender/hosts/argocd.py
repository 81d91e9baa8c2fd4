"""The Argo CD config management plugin: turns parameters into Helm's arguments, renders, and converts the result.

The parameters are JSON in one environment variable. They are only data: Helm gets them as an argument list, never
through a shell. The checkout is not trusted: `checkout` copies only the files that the application needs, `chart` and
`kustomization` check the files that name others, and `rendering` has the kernel confine the programs. Source: Argo CD
3.5, reposerver and cmpserver, and the way it calls Helm itself (util/helm).
"""

from __future__ import annotations

import functools
import os
import posixpath

from postrender.errors import ConfigError, Place, UsageError, WithoutValues, brief
from postrender.hosts import Answer, checkout, parameters, rendering
from postrender.limits import DEFAULTS
from postrender.programs import confinement

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from postrender.config import Config
    from postrender.hosts.checkout import Checkout
    from postrender.hosts.parameters import Parameters
    from postrender.limits import Limits
    from postrender.rules.finding import Finding

CONFIG = "spk-macvlan.yaml"  #: the config's name if no parameter names it
NAME_LENGTH = 53  #: the maximum length of a release name; leaves space for the suffixes that charts add
NAME_CHARS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-.")


def generate(environment: Mapping[str, str], limits: Limits = DEFAULTS) -> Answer:
    """Render the application in the working directory and convert it.

    Raises UsageError for wrong parameters, ConfigError for a wrong config, InputError if Helm or kustomize fails, and
    the errors of the conversion. No message or finding repeats a value, because Argo CD shows them to users who may not
    see secrets.
    """
    with WithoutValues():
        return _generated(environment, limits)


def _generated(environment: Mapping[str, str], limits: Limits) -> Answer:
    given = parameters.parse(environment.get(parameters.VARIABLE, ""))
    application = checkout.detect(environment.get("ARGOCD_APP_SOURCE_PATH", ""), limits)
    ready = functools.cache(functools.partial(_ready, *_config(given, application), limits))
    if given.kustomize:
        rendered = rendering.kustomize(application, ready)
    else:
        files = [_inside(path, application, "values-files") for path in given.values_files]
        arguments = [*_arguments(given, environment)]
        rendered = rendering.helm(arguments, files, given.values, application, ready)
    return _converted(rendered, given, ready(), limits)


def _ready(text: bytes, shown: str, limits: Limits) -> Config:
    """Do what needs no rendered manifests, and return the config: this runs while the other program renders."""
    from postrender import config
    from postrender.conversion import checks  # noqa: F401  takes time to load

    return config.parse(text, shown, limits)


def _converted(rendered: bytes, given: Parameters, settings: Config, limits: Limits) -> Answer:
    """Convert rendered manifests, and check them."""
    from postrender import conversion
    from postrender.conversion import checks

    source = "kustomize's output" if given.kustomize else "Helm's output"
    converted = conversion.convert(rendered, settings, conversion.Options(source=source, limits=limits))
    broken = checks.of_render(converted, settings, strict=given.strict)
    findings = tuple(finding.without_values() for finding in broken)
    checks.refuse_if_strict(findings, settings, strict=given.strict)
    return Answer(converted.output, (*findings, *_unconfined()))


def _unconfined() -> Iterator[Finding]:
    """Yield a warning if the kernel cannot confine the programs completely."""
    missing = confinement.missing()
    if missing:
        from postrender.rules import confinement as confinement_rule
        from postrender.rules.finding import Finding

        message = f"this kernel has no {' and no '.join(missing)}, so Helm and kustomize were not confined completely"
        yield Finding(confinement_rule.ID, confinement_rule.LEVEL, message, "run the plugin on Linux 5.13 or later")


def _config(given: Parameters, repo: Checkout) -> tuple[bytes, str]:
    """Return the text of the config, and the name that messages give it."""
    if given.config and given.config_file:
        raise UsageError("the parameters config and config-file are both set; remove one of them")
    if given.config:
        return given.config.encode("utf-8", "replace"), "config"
    path = given.config_file or CONFIG
    if not given.config_file and not os.path.lexists(path):
        raise ConfigError(
            f"no config: the application's folder has no {path}; add it, or set the parameter config or config-file"
        )
    real = _inside(path, repo, "config-file" if given.config_file else CONFIG)
    shown = repo.shown(real)
    return checkout.read(repo, real, Place(shown)), shown


def _arguments(given: Parameters, environment: Mapping[str, str]) -> Iterator[str]:
    """Yield Helm's arguments, except for the chart and its values."""
    yield from ("--name-template", _release(given, environment))
    namespace = given.namespace or environment.get("ARGOCD_APP_NAMESPACE", "")
    if namespace:
        yield from ("--namespace", namespace)
    kube_version = given.kube_version or environment.get("KUBE_VERSION", "")
    if kube_version:
        yield from ("--kube-version", kube_version)
    for name, value in given.set:
        yield from ("--set", f"{name}={_with_commas_escaped(value)}")
    for version in given.api_versions or _of_the_cluster(environment):
        yield from ("--api-versions", version)
    if not given.skip_crds:
        yield "--include-crds"
    if given.skip_tests:
        yield "--skip-tests"


def _of_the_cluster(environment: Mapping[str, str]) -> list[str]:
    """Return the API versions that Argo CD found in the cluster, such as `apps/v1` and `apps/v1/Deployment`."""
    return [version for version in environment.get("KUBE_API_VERSIONS", "").split(",") if version]


def _release(given: Parameters, environment: Mapping[str, str]) -> str:
    """Return the release's name; raise UsageError if it is not valid, because Helm would evaluate it as a template."""
    name = given.release_name or parameters.application(environment)
    if not name:
        raise UsageError("no release name; set the parameter release-name, or $ARGOCD_APP_NAME")
    if len(name) > NAME_LENGTH or not NAME_CHARS.issuperset(name) or not (name[0].isalnum() and name[-1].isalnum()):
        advice = f"use at most {NAME_LENGTH} characters: a-z, 0-9, - and ."
        raise UsageError(f"release-name {brief(name)} is not a valid name; {advice}")
    return name


def _inside(path: str, repo: Checkout, parameter: str) -> str:
    """Return a resolved path relative to the repository's root; raise UsageError if it is not a file in it."""
    if "://" in path:
        raise UsageError(f"{parameter}: {brief(path)} is a URL; keep the file in the repository")
    resolved = os.path.realpath(path)
    if not checkout.contains(repo.root, resolved):
        raise UsageError(f"{parameter}: {brief(path)} is outside the repository; use a file in it")
    if not os.path.isfile(resolved):
        sentence = "is not a file in the repository; give a path relative to the application's folder"
        raise UsageError(f"{parameter}: {brief(path)} {sentence}")
    return posixpath.relpath(resolved, repo.root)


def _with_commas_escaped(value: str) -> str:
    """Return a value with its commas escaped, as Argo CD does, except in braces, where commas separate list items."""
    if value.startswith("{") and value.endswith("}"):
        return value
    return value.replace("\\,", ",").replace(",", "\\,")
