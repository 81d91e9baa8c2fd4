"""`compile`: the conversion as patches, for kustomize or Flux, or as admission policies."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from postrender.cli import conversions, options, stdio
from postrender.errors import UsageError, full_name
from postrender.limits import DEFAULTS
from postrender.record import NamedTuple

if TYPE_CHECKING:
    import argparse

    from postrender.config import Config
    from postrender.conversion import Converted
    from postrender.hosts.guarded_patches import Compiled
    from postrender.limits import Limits
    from postrender.policies import Policies
    from postrender.yamledit.stream import Stream

SUMMARY = "write the conversion as patches or admission policies that work without this program"
EXAMPLE = "helm template NAME CHART | spk-macvlan compile --format kustomize component"
FORMATS = KUSTOMIZE, FLUX, GUARD, POLICY = ("kustomize", "flux", "guard", "policy")
POLICY_VERSIONS = ("v1", "v1beta1")
PARTS = NETWORKS, RELEASE = ("networks", "release")


class Arguments(NamedTuple):
    """The arguments of `compile`."""

    config: str | None = None
    include_hooks: bool = False
    format: str = ""
    directory: str | None = None
    force: bool = False
    helm_release: str | None = None
    flux_version: str | None = None
    only: str | None = None
    warn: bool = False
    policy_version: str | None = None
    limits: Limits = DEFAULTS


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of `compile`. There is no --allow-no-target: without a TMM, the patches would do nothing."""
    options.add_common(parser, "--include-hooks", "--debug")
    parser.add_argument("--format", choices=FORMATS, required=True, help="the output format")
    parser.add_argument(
        "directory",
        nargs="?",
        metavar="DIR",
        help="with --format kustomize, guard or policy: the folder to write, which kustomize can build",
    )
    parser.add_argument("--force", action="store_true", help="with DIR: write even if the folder contains other files")
    parser.add_argument(
        "--helm-release", metavar="FILE", help="with --format flux: print this file with its HelmRelease edited"
    )
    parser.add_argument(
        "--flux-version", metavar="VERSION", help="with --format flux: the version of Flux (default: 2.9)"
    )
    parser.add_argument("--only", choices=PARTS, help="with --format flux: print only this part")
    parser.add_argument(
        "--warn",
        action="store_true",
        help="with --format guard or policy: admit an unconverted TMM, with a warning",
    )
    parser.add_argument(
        "--policy-version",
        choices=POLICY_VERSIONS,
        help="with --format policy: the API version of the policies (default: v1, which needs Kubernetes 1.36)",
    )


def run(arguments: Arguments) -> int:
    """Write the compiled conversion to a folder, or print it. The format `guard` reads no manifests."""
    _require_options_of_the_format(arguments)
    made = _policies(arguments) if arguments.format in (GUARD, POLICY) else None
    if not arguments.directory:
        stdio.write((made.stream if made else _for_flux(_compiled(arguments), arguments)).data)
        return 0
    from postrender.hosts import component, folder

    contents = made.folder() if made else component.files(_compiled(arguments))
    folder.write(contents, arguments.directory, arguments.force)
    return 0


def _compiled(arguments: Arguments) -> Compiled:
    from postrender.cli import timer
    from postrender.hosts import guarded_patches
    from postrender.rules import repeated_keys

    settings = conversions.settings(arguments.config, arguments.limits)
    options_given = conversions.make_options(arguments.include_hooks, arguments.limits)
    data = stdio.read(arguments.limits)
    with timer.limited_searches():
        made = guarded_patches.compile_patches(data, settings, options_given)
        _refuse_if_strict(made.converted, settings)
    networks_alone = arguments.only == NETWORKS  # then, repeated keys in the chart do no harm
    stdio.say_all([it for it in made.findings if not (networks_alone and it.rule == repeated_keys.ID)])
    return made


def _refuse_if_strict(converted: Converted, settings: Config) -> None:
    """If the config is strict, raise a render's errors, because the compiled output makes the same changes."""
    if settings.strict:
        from postrender.conversion import checks

        checks.refuse_if_strict(checks.of_render(converted, settings), settings)


def _require_options_of_the_format(arguments: Arguments) -> None:
    options: dict[str, tuple[object, tuple[str, ...]]] = {
        "DIR": (arguments.directory, (KUSTOMIZE, GUARD, POLICY)),
        "--force": (arguments.force, (KUSTOMIZE, GUARD, POLICY)),
        "--helm-release": (arguments.helm_release, (FLUX,)),
        "--flux-version": (arguments.flux_version, (FLUX,)),
        "--only": (arguments.only, (FLUX,)),
        "--include-hooks": (arguments.include_hooks, (KUSTOMIZE, FLUX)),
        "--warn": (arguments.warn, (GUARD, POLICY)),
        "--policy-version": (arguments.policy_version, (POLICY,)),
    }
    if arguments.format == KUSTOMIZE and not arguments.directory:
        raise UsageError("compile --format kustomize needs a directory; add DIR")
    if arguments.directory and os.path.isfile(arguments.directory):
        sentence = "is a file, but compile writes to a directory; pass the manifests on standard input"
        raise UsageError(f"{full_name(arguments.directory)} {sentence}")
    for name, (given, formats) in options.items():
        if given and arguments.format not in formats:
            raise UsageError(f"compile --format {arguments.format} does not accept {name}; remove it")
    if arguments.force and not arguments.directory:
        raise UsageError("--force is for a directory; add DIR, or remove --force")
    if arguments.only == NETWORKS and arguments.helm_release:
        raise UsageError("compile --only networks does not accept --helm-release; use --only release")


def _policies(arguments: Arguments) -> Policies:
    from postrender import conversion, policies
    from postrender.cli import timer

    settings = conversions.settings(arguments.config, arguments.limits)
    if arguments.format == GUARD:
        return policies.guard(settings, warns=arguments.warn)
    options_given = conversions.make_options(include_hooks=False, limits=arguments.limits)
    data = stdio.read(arguments.limits)
    with timer.limited_searches():
        converted = conversion.convert(data, settings, options_given)
    _refuse_if_strict(converted, settings)
    policies.require_workload(converted)
    stdio.say_all([*policies.limitations(converted, settings)])
    version = arguments.policy_version or policies.NEWEST
    follows = arguments.directory is not None
    return policies.converter(converted, settings, version=version, warns=arguments.warn, follows=follows)


def _for_flux(made: Compiled, arguments: Arguments) -> Stream:
    from postrender.hosts import flux
    from postrender.yamledit import join

    version = flux.parsed_version(arguments.flux_version or flux.NEWEST)
    if arguments.helm_release is not None:
        release = flux.edited_release(made, version, arguments.helm_release, arguments.limits)
        return release if arguments.only == RELEASE else flux.with_networks(made, release)
    networks = () if arguments.only == RELEASE else flux.networks(made)
    releases = () if arguments.only == NETWORKS else (flux.partial_release(made, version),)
    return join.write((*networks, *releases), [made.mark])
