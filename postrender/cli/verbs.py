"""What each verb but a render does. Every one takes the arguments and returns the exit status."""

from __future__ import annotations

import os

from postrender.cli import render, stdio

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from postrender.cli.arguments import Arguments
    from postrender.conversion.values import Values
    from postrender.hosts.guarded_patches import Compiled
    from postrender.rules.finding import Finding


def _check(arguments: Arguments) -> int:
    """Say what is wrong with the converted stream and the config."""
    from postrender import errors
    from postrender.conversion import checks
    from postrender.report import formats as report

    checks.require_known(arguments.ignore)
    if arguments.configs:
        return _check_configs(arguments)
    settings, _, converted = render.convert(arguments)
    path = render.config_path(arguments.config)
    asked = checks.findings(converted, settings, whole_stream=True, ignored=arguments.ignore)
    found = tuple(_located(finding, path) for finding in asked)
    written = {"json": report.findings_as_json, "github": report.findings_for_github, "text": report.findings_as_text}
    stdio.write(written[arguments.format](found).encode())
    counting = ("error", "warning") if arguments.strict else ("error",)
    return errors.DIFFERENCES if any(finding.level in counting for finding in found) else errors.OK


def _check_configs(arguments: Arguments) -> int:
    """Load each config, and say nothing where all are well. Standard input is not read."""
    from postrender import errors

    given = {"--config": arguments.config, "--strict": arguments.strict, "--ignore": arguments.ignore}
    given["--format"] = arguments.format != "text"
    for option, value in given.items():
        if value:
            raise errors.UsageError(f"check takes no {option} with CONFIGs: it only says whether they are configs")
    found = [problem for path in arguments.configs for problem in _problems(path)]
    stdio.say_lines(map(str, found))
    return errors.USAGE if found else errors.OK


def _problems(path: str) -> Iterator[Exception]:
    """Yield what is wrong with a config."""
    from postrender import config, errors

    try:
        config.load(path)
    except errors.Failure as failure:
        yield failure


def _located(finding: Finding, path: str) -> Finding:
    """Return a finding on the config with the file and the line that it is about."""
    from postrender import config

    if finding.document is not None or not finding.place.path:
        return finding
    return finding._replace(place=finding.place._replace(file=path, line=config.line_of(path, finding.place.path)))


def _diff(arguments: Arguments) -> int:
    """Show what the conversion changes."""
    from postrender import errors
    from postrender.report import formats as report
    from postrender.report import unified_diff

    settings, before, converted = render.convert(arguments)
    hunks = unified_diff.hunks(before, converted)
    if arguments.format == "json":
        text = report.difference_as_json(converted)
    elif arguments.format == "markdown":
        text = report.difference_as_markdown(converted, hunks, settings.networks)
    else:
        text = report.difference_as_text(hunks, colour=os.isatty(1) and not os.environ.get("NO_COLOR"))
    stdio.write(text.encode())
    return errors.DIFFERENCES if hunks else errors.OK


def _init(arguments: Arguments) -> int:
    from postrender.config import template

    written = template.text(arguments.network) if arguments.source is None else _proposed(arguments)
    stdio.write(written.encode())
    return 0


def _proposed(arguments: Arguments) -> str:
    from postrender.config import proposal, template
    from postrender.hosts import files

    path = None if arguments.source == "-" else arguments.source
    data = stdio.read() if path is None else files.read(path)
    return template.proposed(_said_of(path, lambda: proposal.proposed(data, arguments.network)))


def _said_of(path: str | None, work: Callable[[], Any]) -> Any:
    """Do some work on a file's content; what is wrong with it is said of that file."""
    from postrender.errors import InputError

    try:
        return work()
    except InputError as error:
        error.place = error.place if path is None else error.place._replace(file=path)
        raise


def _schema(arguments: Arguments) -> int:
    from postrender.hosts import package_files

    stdio.write(package_files.read("schemas", "config.schema.json"))
    return 0


def _completion(arguments: Arguments) -> int:
    from postrender.cli import completion

    stdio.write(completion.script(arguments.shell).encode())
    return 0


def _vlans(arguments: Arguments) -> int:
    from postrender import config
    from postrender.conversion import self_ips

    stdio.write(self_ips.text(config.load(render.config_path(arguments.config))).encode())
    return 0


def _values(arguments: Arguments) -> int:
    """Convert a chart's values file, from standard input or from a file, which it may replace."""
    from postrender import config
    from postrender.conversion import values
    from postrender.errors import UsageError
    from postrender.hosts import files

    path = None if arguments.values == "-" else arguments.values
    if arguments.in_place and path is None:
        raise UsageError("values --in-place needs the FILE to replace")
    settings = config.load(render.config_path(arguments.config))
    before = stdio.read() if path is None else files.read(path)
    done: Values = _said_of(path, lambda: values.convert(before, settings))
    stdio.say_all([it if path is None else it._replace(place=it.place._replace(file=path)) for it in done.findings])
    if arguments.verbose:
        from postrender.report import verbose

        stdio.say_lines([verbose.of_changes(done.changes)])
    if path is None or not arguments.in_place:
        stdio.write(done.output)
    elif done.output != before:
        files.replace(path, done.output)
        if arguments.verbose:
            stdio.say_lines([f"replaced {path}"])
    return 0


def _verify(arguments: Arguments) -> int:
    """Compare a live cluster with the config. Standard input is not read."""
    from postrender import config, errors
    from postrender import verify as cluster
    from postrender.verify import kubectl, next_steps, rows, table

    settings = cluster.placed(config.load(render.config_path(arguments.config)), arguments.namespace)
    if arguments.explain:
        stdio.write(next_steps.written(settings, arguments.format).encode())
        return errors.OK
    program = kubectl.find(arguments.kubectl)
    access = kubectl.Access(program, arguments.context, arguments.kubeconfig, arguments.timeout)
    found = cluster.verify(settings, access)
    stdio.write(table.written(found, arguments.format).encode("utf-8", "backslashreplace"))
    return errors.DIFFERENCES if rows.differ(found, strict=arguments.strict) else errors.OK


def _compile(arguments: Arguments) -> int:
    """Write the conversion as patches."""
    from postrender.cli import timer
    from postrender.hosts import guarded_patches

    _require_options_of_the_format(arguments)
    settings, options = render.asked(arguments)
    data = stdio.read()
    with timer.limited_searches():
        made = guarded_patches.compiled(data, settings, options)
    networks_alone = arguments.only == "networks"  # kustomize then reads nothing of the chart's
    stdio.say_all([it for it in made.findings if not (networks_alone and it.rule == guarded_patches.REPEATED_KEY)])
    if arguments.directory:
        from postrender.hosts import component

        component.write(made, arguments.directory, arguments.force)
    else:
        stdio.write(_for_flux(made, arguments).encode())
    return 0


def _require_options_of_the_format(arguments: Arguments) -> None:
    from postrender.errors import UsageError

    kustomizes = {"DIR": arguments.directory, "--force": arguments.force}
    fluxs = {
        "--helm-release": arguments.helm_release,
        "--flux-version": arguments.flux_version,
        "--only": arguments.only,
    }
    if arguments.format == "kustomize" and not arguments.directory:
        raise UsageError("compile --format kustomize needs the directory to write to")
    for name, given in (fluxs if arguments.format == "kustomize" else kustomizes).items():
        if given:
            raise UsageError(f"compile --format {arguments.format} takes no {name}")
    if arguments.only == "networks" and arguments.helm_release:
        raise UsageError("compile --only networks takes no --helm-release, which is the release")


def _for_flux(made: Compiled, arguments: Arguments) -> str:
    from postrender.hosts import flux

    version = flux.parsed_version(arguments.flux_version or flux.NEWEST)
    networks = "" if arguments.only == "release" else flux.networks(made)
    if arguments.only == "networks":
        return networks
    if arguments.helm_release is None:
        return networks + flux.partial_release(made, version)
    return networks + flux.edited_release(made, version, arguments.helm_release)


def _helm_plugin(arguments: Arguments) -> int:
    from postrender.hosts import helm

    folder = helm.write_plugin(arguments.directory) if arguments.directory else helm.plugin_folder()
    stdio.write(os.fsencode(folder) + b"\n")
    return 0


def _cmp(arguments: Arguments) -> int:
    """Do what Argo CD asks its plugin for."""
    if arguments.action == "parameters":
        import json

        from postrender.hosts import parameters

        stdio.write(json.dumps(parameters.announcements(os.environ), indent=2).encode() + b"\n")
        return 0
    from postrender.cli import timer
    from postrender.hosts import argocd

    with timer.limited_searches():
        answer = argocd.generate(os.environ)
    return render.answer(*answer)


def _krm(arguments: Arguments) -> int:
    """Do what kustomize asks its function for, or its older plugin."""
    from postrender import config
    from postrender.cli import timer
    from postrender.hosts import kustomize

    data = stdio.read()
    with timer.limited_searches():
        if arguments.plugin_config is None:
            answer = kustomize.function(data)
        else:
            answer = kustomize.plugin(data, config.load(arguments.plugin_config))
    return render.answer(*answer)


VERBS = {
    "init": _init,
    "check": _check,
    "diff": _diff,
    "vlans": _vlans,
    "values": _values,
    "verify": _verify,
    "compile": _compile,
    "cmp": _cmp,
    "krm": _krm,
    "helm-plugin": _helm_plugin,
    "schema": _schema,
    "completion": _completion,
}
