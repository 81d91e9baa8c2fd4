"""The command line: parse, call one function per verb, map errors to exit statuses.

Nothing is imported here before it is needed: this runs on every render, and most of its time is start-up.
"""

from __future__ import annotations

import gc
import os
import sys

TYPE_CHECKING = False  # typing's own costs an import
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from types import ModuleType
    from typing import Any, NoReturn

    from postrender.arguments import Arguments
    from postrender.compiled import Compiled
    from postrender.config import Config
    from postrender.conversion import Conversion, Options
    from postrender.finding import Finding
    from postrender.values import Values

PROGRAM = "spk-macvlan"
CONFIG_VARIABLE = "SPK_MACVLAN_CONFIG"
CONFIG_FILE = "spk-macvlan.yaml"
CHUNK = 1 << 20  #: bytes that are read at once


def run() -> NoReturn:
    """Run as the program `spk-macvlan`."""
    _run(sys.argv[1:])


def run_krm() -> NoReturn:
    """Run as the program `spk-macvlan-krm`: kustomize 5.6 can give a function no arguments."""
    _run(["krm", *sys.argv[1:]])


def _run(argv: Sequence[str]) -> NoReturn:
    """Run and end the process.

    All output is written unbuffered, so there is nothing to tidy up: without collecting garbage and taking the
    interpreter apart, a run takes a seventh less time.
    """
    _trust_only_installed_code()
    from postrender import libyaml

    libyaml.alone = True
    gc.disable()
    os._exit(main(argv))


def _trust_only_installed_code() -> None:
    """Take the working directory off the import path: in a CMP it is an untrusted checkout (`PYTHONPATH=:` adds it)."""
    here = _identity(os.curdir)  # None where it is gone, so nothing can be imported from it
    sys.path[:] = [entry for entry in sys.path if entry and (here is None or _identity(entry) != here)]


def _identity(path: str) -> tuple[int, int] | None:
    """Return what tells a folder from all others; comparing real paths would take ten times as long."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def main(argv: Sequence[str]) -> int:
    """Run one command line and return its exit status."""
    words = [word for word in argv if word]  # Helm 4 passes an unset variable in plugin.yaml as an empty word
    try:
        return _dispatch(words)
    except KeyboardInterrupt:
        return _interrupted()
    except MemoryError:
        pass  # beyond this block its traceback is gone, and with it what took the memory
    except Exception as error:
        return _failed(error, words)
    return _failed(_too_much("takes more memory than there is"), words)


def _too_much(problem: str) -> Exception:
    from postrender.errors import InputError

    return InputError(f"the input {problem}; nothing was written")


def _dispatch(words: Sequence[str]) -> int:
    if "--version" in words:
        return _version()
    from postrender.arguments import Help, parse

    try:
        arguments = parse(words)
    except Help as help_asked:
        _write(str(help_asked).encode())
        return 0
    if arguments.limit:
        from postrender import limits

        limits.set_from(arguments.limit)
    return VERBS[arguments.verb](arguments)


def _version() -> int:
    from postrender import __version__

    _write(f"{PROGRAM} {__version__}\n".encode())
    return 0


def _render(arguments: Arguments) -> int:
    """Manifests in, converted manifests out. The config comes first: its errors need no manifests."""
    from postrender import checks

    settings, _, converted = _converted(arguments)
    return _answer(converted.output, checks.findings(converted, settings, whole_stream=False))


def _answer(output: bytes, findings: Sequence[Finding]) -> int:
    _say_all(findings)
    _write(output)
    return 0


def _say_all(findings: Sequence[Finding]) -> None:
    """Say what is worth a person's time."""
    from postrender.finding import NOTE

    for finding in findings:
        if finding.level != NOTE:
            _say(str(finding))


def _check(arguments: Arguments) -> int:
    """Say what is wrong with the converted stream and the config."""
    from postrender import checks, errors, report

    checks.require_known(arguments.ignore)
    if arguments.configs:
        return _check_configs(arguments)
    settings, _, converted = _converted(arguments)
    found = checks.findings(converted, settings, whole_stream=True)
    path = config_path(arguments.config)
    found = tuple(_located(finding, path) for finding in found if finding.rule not in arguments.ignore)
    written = {"json": report.findings_as_json, "github": report.findings_for_github, "text": report.findings_as_text}
    _write(written[arguments.format](found).encode())
    counting = ("error", "warning") if arguments.strict else ("error",)
    return errors.DIFFERENCES if any(finding.level in counting for finding in found) else errors.OK


def _check_configs(arguments: Arguments) -> int:
    """Load each config, and say nothing where all are well. Standard input is not read."""
    from postrender import config
    from postrender.errors import UsageError

    if arguments.config:
        raise UsageError("check takes either --config FILE and manifests, or CONFIGs alone")
    for path in arguments.configs:
        config.load(path)
    return 0


def _located(finding: Finding, path: str) -> Finding:
    """Return a finding on the config with the file and the line that it is about."""
    from postrender import config

    if finding.document is not None or not finding.place.path:
        return finding
    return finding._replace(place=finding.place._replace(file=path, line=config.line_of(path, finding.place.path)))


def _diff(arguments: Arguments) -> int:
    """Show what the conversion changes."""
    from postrender import difference, errors, report

    settings, before, converted = _converted(arguments)
    hunks = difference.hunks(before, converted)
    if arguments.format == "json":
        text = report.difference_as_json(converted)
    elif arguments.format == "markdown":
        text = report.difference_as_markdown(converted, hunks, settings.networks)
    else:
        text = report.difference_as_text(hunks, colour=os.isatty(1) and not os.environ.get("NO_COLOR"))
    _write(text.encode())
    return errors.DIFFERENCES if hunks else errors.OK


def _converted(arguments: Arguments) -> tuple[Config, bytes, Conversion]:
    """Return the config, the stream on standard input, and its conversion."""
    from postrender import conversion

    settings, options = _asked(arguments)
    before = _read()
    converted = conversion.convert(before, settings, options)
    if arguments.verbose:
        from postrender import narration

        _say_lines(narration.of_conversion(before, converted, settings))
    return settings, before, converted


def _asked(arguments: Arguments) -> tuple[Config, Options]:
    from postrender import config, conversion

    settings = config.load(config_path(arguments.config))
    shown = _progress()
    return settings, conversion.Options(
        arguments.include_hooks, arguments.allow_no_target, shown.documents if shown else None
    )


def _progress() -> ModuleType | None:
    """Return what shows how far a long run is, where there is a terminal to show it on."""
    if not os.isatty(2):
        return None
    from postrender import progress

    return progress


def _say_lines(lines: Iterable[str]) -> None:
    from postrender.errors import one_line

    for line in lines:
        _say(one_line(line))


def _vlans(arguments: Arguments) -> int:
    from postrender import config, vlans

    _write(vlans.text(config.load(config_path(arguments.config))).encode())
    return 0


def _values(arguments: Arguments) -> int:
    """Convert a chart's values file, from standard input or from a file, which it may replace."""
    from postrender import config, files, values
    from postrender.errors import UsageError

    path = arguments.values
    if arguments.in_place and path is None:
        raise UsageError("values --in-place needs the FILE to replace")
    settings = config.load(config_path(arguments.config))
    before = _read() if path is None else files.read(path)
    done: Values = _said_of(path, lambda: values.convert(before, settings))
    _say_all([it if path is None else it._replace(place=it.place._replace(file=path)) for it in done.findings])
    if arguments.verbose:
        from postrender import narration

        _say_lines([narration.of_changes(done.changes)])
    if path is None or not arguments.in_place:
        _write(done.output)
    elif done.output != before:
        files.replace(path, done.output)
    return 0


def _verify(arguments: Arguments) -> int:
    """Compare a live cluster with the config. Standard input is not read."""
    from postrender import config, errors
    from postrender.hosts import cluster
    from postrender.hosts.cluster import explain, kubectl, rows, table

    settings = cluster.placed(config.load(config_path(arguments.config)), arguments.namespace)
    if arguments.explain:
        _write(explain.written(settings, arguments.format).encode())
        return errors.OK
    program = kubectl.find(arguments.kubectl)
    access = kubectl.Access(program, arguments.context, arguments.kubeconfig, arguments.timeout)
    found = cluster.verify(settings, access)
    _write(table.written(found, arguments.format).encode("utf-8", "backslashreplace"))
    return errors.DIFFERENCES if rows.differ(found) else errors.OK


def _compile(arguments: Arguments) -> int:
    """Write the conversion as patches."""
    from postrender import compiled

    _require_options_of_the_format(arguments)
    settings, options = _asked(arguments)
    made = compiled.compiled(_read(), settings, options)
    _say_all(made.findings)
    if arguments.directory:
        from postrender.hosts import component

        component.write(made, arguments.directory, arguments.force)
    else:
        _write(_for_flux(made, arguments).encode())
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


def _for_flux(made: Compiled, arguments: Arguments) -> str:
    from postrender.hosts import flux

    version = flux.parsed_version(arguments.flux_version or flux.NEWEST)
    networks = "" if arguments.only == "release" else flux.networks(made)
    if arguments.only == "networks":
        return networks
    if arguments.helm_release is None:
        return networks + flux.partial_release(made, version)
    return networks + flux.edited_release(made, version, arguments.helm_release)


def _cmp(arguments: Arguments) -> int:
    """Do what Argo CD asks its plugin for."""
    if arguments.action == "parameters":
        import json

        from postrender.hosts import parameters

        _write(json.dumps(parameters.announcements(os.environ), indent=2).encode() + b"\n")
        return 0
    from postrender.hosts import argocd

    return _answer(*argocd.generate(os.environ))


def _krm(arguments: Arguments) -> int:
    """Do what kustomize asks its function for, or its older plugin."""
    from postrender import config
    from postrender.hosts import kustomize

    if arguments.plugin_config is None:
        answer = kustomize.function(_read())
    else:
        answer = kustomize.plugin(_read(), config.load(arguments.plugin_config))
    return _answer(*answer)


def config_path(given: str | None) -> str:
    """Return where the config is: `--config`, else $SPK_MACVLAN_CONFIG, else spk-macvlan.yaml here."""
    from postrender.errors import UsageError

    path = given or os.environ.get(CONFIG_VARIABLE) or CONFIG_FILE
    if path == CONFIG_FILE and not given and not os.path.lexists(path):
        raise UsageError(
            f"no config: give --config FILE or ${CONFIG_VARIABLE}, or write {CONFIG_FILE} here with"
            f" `{PROGRAM} init > {CONFIG_FILE}`"
        )
    return path


def _init(arguments: Arguments) -> int:
    from postrender import starter

    written = starter.text(arguments.network) if arguments.source is None else _proposed(arguments)
    _write(written.encode())
    return 0


def _proposed(arguments: Arguments) -> str:
    from postrender import files, proposal, starter

    path = None if arguments.source == "-" else arguments.source
    data = _read() if path is None else files.read(path)
    return starter.proposed(_said_of(path, lambda: proposal.proposed(data, arguments.network)))


def _said_of(path: str | None, work: Callable[[], Any]) -> Any:
    """Do some work on a file's content; what is wrong with it is said of that file."""
    from postrender.errors import InputError

    try:
        return work()
    except InputError as error:
        error.place = error.place if path is None else error.place._replace(file=path)
        raise


def _helm_plugin(arguments: Arguments) -> int:
    from postrender.hosts import helm

    folder = helm.write_plugin(arguments.directory) if arguments.directory else helm.plugin_folder()
    _write(os.fsencode(folder) + b"\n")
    return 0


def _schema(arguments: Arguments) -> int:
    from postrender import shipped

    _write(shipped.read("schemas", "config.schema.json"))
    return 0


def _completion(arguments: Arguments) -> int:
    from postrender import completion

    _write(completion.script(arguments.shell).encode())
    return 0


VERBS = {
    "render": _render,
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


def _read() -> bytes:
    """Read standard input to its end."""
    from postrender import limits
    from postrender.errors import InputError, TooLarge, UsageError

    pieces, left = [], limits.amounts[limits.STREAM]
    try:
        if os.isatty(0):
            raise UsageError(f"manifests are expected on standard input, such as `helm template … | {PROGRAM}`")
        chunk = min(max(os.fstat(0).st_size + 1, CHUNK), left + 1)  # a file is read at once; a pipe has no size
        shown = _progress()
        while piece := _when_ready(os.read, 0, chunk):
            pieces.append(piece)
            left -= len(piece)
            if shown:
                shown.show(f"{(limits.amounts[limits.STREAM] - left) >> 20} MiB read")
            if left < 0:
                raise TooLarge(f"standard input has {limits.exceeded(limits.STREAM)}")
    except OSError as error:
        raise InputError(f"cannot read standard input: {error.strerror}") from None
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def _write(data: bytes) -> None:
    """Write the whole result to standard output, unbuffered, so that an error shows here and nowhere else."""
    _clear_progress()
    view = memoryview(data)
    try:
        while view:
            view = view[_when_ready(os.write, 1, view) :]
    except BrokenPipeError:
        _end_as_filters_do()
    except OSError as error:
        from postrender.errors import InputError

        raise InputError(f"cannot write the result: {error.strerror}") from None


def _when_ready(transfer: Callable[[int, Any], Any], stream: int, what: object) -> Any:
    """Read or write once; a caller may have left our streams non-blocking, and they are its to keep so."""
    while True:
        try:
            return transfer(stream, what)
        except BlockingIOError:
            import select

            select.select([stream] if stream == 0 else [], [stream] if stream == 1 else [], [])


def _end_as_filters_do() -> None:
    """Die of SIGPIPE, as any filter does whose reader has gone."""
    import signal

    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    signal.raise_signal(signal.SIGPIPE)


def _clear_progress() -> None:
    shown = sys.modules.get("postrender.progress")
    if shown:
        shown.clear()


def _say(sentence: str) -> None:
    """Say something to a person, on standard error; where nobody can hear it, the exit status still tells."""
    _clear_progress()
    try:
        os.write(2, f"{PROGRAM}: {sentence}\n".encode("utf-8", "backslashreplace"))
    except OSError:
        return


def _interrupted() -> int:
    from postrender.errors import INTERRUPTED

    return INTERRUPTED


def _failed(error: Exception, words: Sequence[str]) -> int:
    """Say what is wrong in one line. Helm 4 hides standard error, so its plugin asks for a document instead."""
    from postrender import errors

    if "--debug" in words:
        import traceback

        traceback.print_exception(error)
    if isinstance(error, RecursionError):
        error = _too_much("is nested too deeply to be read")
    known = isinstance(error, errors.Failure)
    sentence = str(error) if known else f"internal error, nothing was written: {error!r}; please report it"
    if "--on-error-document" in words:
        from postrender.hosts import helm

        try:
            _write(helm.error_document(f"{PROGRAM}: {sentence}"))
        except errors.Failure as failure:
            _say(str(failure))
            return failure.status
        return errors.OK
    _say(sentence)
    return error.status if isinstance(error, errors.Failure) else errors.INTERNAL
