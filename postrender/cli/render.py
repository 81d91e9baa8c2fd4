"""What a render does: the config and a stream in, the converted stream out, findings on standard error."""

from __future__ import annotations

import os

from postrender.cli import stdio

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from postrender.cli.arguments import Arguments
    from postrender.config import Config
    from postrender.conversion import Options
    from postrender.conversion.pipeline import Conversion
    from postrender.limits import Limits
    from postrender.rules.finding import Finding

CONFIG_VARIABLE = "SPK_MACVLAN_CONFIG"
CONFIG_FILE = "spk-macvlan.yaml"


def render(arguments: Arguments) -> int:
    """Manifests in, converted manifests out. The config comes first: its errors need no manifests."""
    from postrender.conversion import checks

    settings, converted = convert(arguments)
    return answer(converted.output, checks.findings(converted, settings, whole_stream=False))


def answer(output: bytes, findings: Sequence[Finding]) -> int:
    """Write the result, and say what was found."""
    stdio.say_all(findings)
    stdio.write(output)
    return 0


def convert(arguments: Arguments) -> tuple[Config, Conversion]:
    """Return the config, and the conversion of the stream on standard input."""
    from postrender import conversion

    settings, options = asked(arguments)
    converted = conversion.convert(stdio.read(options.limits), settings, options)
    if arguments.verbose:
        from postrender.report import verbose

        stdio.say_lines(verbose.of_conversion(converted, settings))
    return settings, converted


def asked(arguments: Arguments) -> tuple[Config, Options]:
    """Return the config, and how to convert by it."""
    from postrender import config, conversion

    limits = limits_of(arguments)
    settings = config.load(config_path(arguments.config), limits)
    shown = stdio.progress_shown()
    progress = shown.documents if shown else None
    return settings, conversion.Options(arguments.include_hooks, arguments.allow_no_target, progress, limits=limits)


def limits_of(arguments: Arguments) -> Limits:
    """Return how much is read."""
    from postrender import limits

    return limits.parsed(arguments.limit)


def config_path(given: str | None) -> str:
    """Return where the config is: `--config`, else $SPK_MACVLAN_CONFIG, else spk-macvlan.yaml here."""
    from postrender.errors import UsageError

    path = given or os.environ.get(CONFIG_VARIABLE) or CONFIG_FILE
    if path == CONFIG_FILE and not given and not os.path.lexists(path):
        raise UsageError(
            f"no config: give --config FILE or ${CONFIG_VARIABLE}, or write {CONFIG_FILE} here with"
            f" `{stdio.PROGRAM} init > {CONFIG_FILE}`"
        )
    return path
