"""Steps that several verbs share, such as finding the config, loading it, and converting the input."""

from __future__ import annotations

import os

from postrender.cli import stdio

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from postrender.cli.sources import Source
    from postrender.config import Config
    from postrender.conversion import Conversion, Options
    from postrender.limits import Limits
    from postrender.rules.finding import Finding

CONFIG_VARIABLE = "SPK_MACVLAN_CONFIG"
CONFIG_FILE = "spk-macvlan.yaml"
OTHER_ENDING = "spk-macvlan.yml"
STANDARD_INPUT = ("-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0")


def config_path(given: str | None) -> str:
    """Return the config's path: `--config`, $SPK_MACVLAN_CONFIG, or spk-macvlan.yaml in the working directory."""
    path = given or os.environ.get(CONFIG_VARIABLE) or CONFIG_FILE
    if stdio.is_output(path):
        from postrender.errors import UsageError

        raise UsageError(
            f"standard output is redirected to the config {path}, which the shell has emptied; restore the"
            " config, and write to another file"
        )
    if path in STANDARD_INPUT:
        from postrender.errors import UsageError

        raise UsageError(f"--config {path}: the manifests come from standard input, so the config must be a file")
    if path == CONFIG_FILE and not given and not os.path.lexists(path):
        from postrender.errors import UsageError

        if os.path.lexists(OTHER_ENDING):
            raise UsageError(f"no config found, but {OTHER_ENDING} exists; rename it to {CONFIG_FILE}, or use --config")
        raise UsageError(
            f"no config found; use --config FILE or ${CONFIG_VARIABLE}, or write {CONFIG_FILE} here with"
            f" `{stdio.PROGRAM} init > {CONFIG_FILE}`"
        )
    return path


def settings(given: str | None, limits: Limits, namespace: str | None = None) -> Config:
    """Return the config to use; `namespace`, from the command line, overrides spec.tmm.namespace."""
    from postrender import config

    found = config.load(config_path(given), limits)
    return _with_namespace(found, namespace) if namespace else found


def _with_namespace(found: Config, namespace: str) -> Config:
    from postrender import config
    from postrender.errors import UsageError, brief
    from postrender.kubernetes import LABEL_LENGTH

    is_known = config.NAME_CHARS.issuperset(namespace) and "-" not in (namespace[0], namespace[-1])
    if not is_known or len(namespace) > LABEL_LENGTH:
        raise UsageError(
            f"--namespace {brief(namespace)}: not a valid namespace; use at most 63 characters: a-z, 0-9 and -"
        )
    return found._replace(tmm=found.tmm._replace(namespace=namespace))


def make_options(include_hooks: bool, limits: Limits) -> Options:
    """Return the options of a conversion, with a callback for progress."""
    from postrender import conversion

    line = stdio.progress_line()
    return conversion.Options(include_hooks, line.documents if line else None, limits=limits)


def convert(config: Config, options: Options, allow_no_target: bool, verbose: bool) -> Conversion:
    """Return the conversion of standard input; with --verbose, report what was found and changed."""
    return _reported(_converted(stdio.read(options.limits), config, options, allow_no_target), config, verbose)


def convert_all(
    config: Config, options: Options, sources: Sequence[Source], allow_no_target: bool, verbose: bool
) -> list[Conversion]:
    """Convert each input as a separate stream, and return the conversions.

    If there are several files, such as those that Helm writes to a folder, at least one must contain a TMM.
    """
    from postrender.conversion import Unchanged
    from postrender.errors import NoTarget

    allowed = allow_no_target or len(sources) > 1
    named = [options._replace(source=it.file) if it.file else options for it in sources]
    pairs = zip(sources, named, strict=True)
    done = [_reported(_converted(it.data, config, own, allowed), config, verbose) for it, own in pairs]
    if not allow_no_target and all(isinstance(it, Unchanged) for it in done):
        raise NoTarget(
            f"none of the {len(done)} files contains a TMM; add the sub-charts' files, or check spec.tmm in the config"
        )
    return done


def _reported(converted: Conversion, config: Config, verbose: bool) -> Conversion:
    """Return the given conversion; with --verbose, first report what was found and changed."""
    if verbose:
        from postrender.report import verbose as report

        stdio.say_lines(report.of_conversion(converted, config))
    return converted


def _converted(before: bytes, config: Config, options: Options, allow_no_target: bool) -> Conversion:
    """Convert a stream. If the config has patches, limit the time of regular-expression searches.

    Only the targets of patches contain regular expressions.
    """
    from postrender import conversion

    apply = conversion.convert_or_pass if allow_no_target else conversion.convert
    if not config.patches:
        return apply(before, config, options)
    from postrender.cli import timer

    with timer.limited_searches():
        return apply(before, config, options)


def resolve_places(findings: Iterable[Finding], path: str) -> tuple[Finding, ...]:
    """Return the findings; add the file, line and column to those about the config."""
    from postrender import config

    return tuple(
        it._replace(place=config.place_of(path, it.place.path)) if it.in_config and it.place.path else it
        for it in findings
    )
