"""What a render does: the config and a stream in, the converted stream out, findings on standard error."""

from __future__ import annotations

import os

from postrender.cli import stdio

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from postrender.cli.arguments import Arguments
    from postrender.config import Config
    from postrender.conversion import Conversion, Options
    from postrender.rules.finding import Finding

CONFIG_VARIABLE = "SPK_MACVLAN_CONFIG"
CONFIG_FILE = "spk-macvlan.yaml"


def render(arguments: Arguments) -> int:
    """Manifests in, converted manifests out. The config comes first: its errors need no manifests."""
    from postrender.conversion import checks

    settings, _, converted = convert(arguments)
    return answer(converted.output, checks.findings(converted, settings, whole_stream=False))


def answer(output: bytes, findings: Sequence[Finding]) -> int:
    """Write the result, and say what was found."""
    stdio.say_all(findings)
    stdio.write(output)
    return 0


def convert(arguments: Arguments) -> tuple[Config, bytes, Conversion]:
    """Return the config, the stream on standard input, and its conversion."""
    settings, options = asked(arguments)
    before = stdio.read()
    converted = _converted(before, settings, options)
    if arguments.verbose:
        from postrender.report import verbose

        stdio.say_lines(verbose.of_conversion(before, converted, settings))
    return settings, before, converted


def _converted(before: bytes, settings: Config, options: Options) -> Conversion:
    """Convert a stream; only the user's patches hold expressions whose search may need a time limit."""
    from postrender import conversion

    if not settings.patches:
        return conversion.convert(before, settings, options)
    from postrender.cli import timer

    with timer.limited_searches():
        return conversion.convert(before, settings, options)


def asked(arguments: Arguments) -> tuple[Config, Options]:
    """Return the config, and how to convert by it."""
    from postrender import config, conversion

    settings = config.load(config_path(arguments.config))
    line = stdio.progress_line()
    return settings, conversion.Options(
        arguments.include_hooks, arguments.allow_no_target, line.documents if line else None
    )


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
