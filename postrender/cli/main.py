"""Parses the command line, runs the verb, and turns errors into exit statuses.

Nothing is imported here before it is needed: this module runs on every render, and start-up takes most of the time.
"""

from __future__ import annotations

import gc
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import NoReturn

    from postrender.cli.commands import Command, Reporting
    from postrender.errors import Failure


def run() -> NoReturn:
    """Run as the program `spk-macvlan`."""
    _run(sys.argv[1:])


def run_krm() -> NoReturn:
    """Run as the program `spk-macvlan-krm`: kustomize 5.6 cannot pass arguments to a function."""
    _run(["krm", *sys.argv[1:]])


def _run(argv: Sequence[str]) -> NoReturn:
    """Run the command line, and end the process.

    All output is written unbuffered, so nothing is left to clean up. Skipping garbage collection and the interpreter's
    shutdown saves a seventh of the time.
    """
    _trust_only_installed_code()
    from postrender.yamledit import libyaml

    libyaml.alone = True
    gc.disable()
    os._exit(main(argv))


def _trust_only_installed_code() -> None:
    """Remove the working directory, which Argo CD users control, from the import path (`PYTHONPATH=:` adds it)."""
    here = _identity(os.curdir)  # None if the folder was removed; then nothing can be imported from it
    sys.path[:] = [entry for entry in sys.path if entry and (here is None or _identity(entry) != here)]


def _identity(path: str) -> tuple[int, int] | None:
    """Return a folder's device and inode as its identity; comparing resolved paths would take ten times as long."""
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_dev, status.st_ino


def main(argv: Sequence[str]) -> int:
    """Run one command line and return its exit status."""
    reporting = None
    try:
        command = _read(argv)
        reporting = command.reporting if command else None
        return _called(command) if command else 0
    except KeyboardInterrupt:
        from postrender.errors import INTERRUPTED

        return INTERRUPTED
    except MemoryError:
        pass  # leaving this block frees the traceback and the memory that it refers to
    except Exception as error:
        return _failed(error, reporting)
    return _failed(_too_much("needs more memory than is available"), reporting)


def _read(words: Sequence[str]) -> Command | None:
    """Parse the command line; return None after printing help or the version.

    A plain render, `cmp generate` and `--version` alone are parsed without argparse, which would take longer than the
    rest of the run.
    """
    from postrender.cli import stdio

    if words == ["--version"]:
        _refuse_helm("--version")
        stdio.write(stdio.VERSION.encode())
        return None
    if words == ["cmp", "generate"]:
        from postrender.cli.commands import Command, cmp

        return Command("cmp", cmp.Arguments("generate"))
    from postrender.cli.commands import render

    return render.read_by_hand(words) or _parsed(words)


def _parsed(words: Sequence[str]) -> Command | None:
    from postrender.cli import arguments, stdio

    try:
        return arguments.parse(words)
    except arguments.Information as asked:
        _refuse_helm("--help or --version")
        stdio.write(str(asked).encode())
        return None


def _refuse_helm(word: str) -> None:
    from postrender.cli import unread

    unread.refuse_helm(word)


def _called(command: Command) -> int:
    """Run the verb and return its exit status."""
    from postrender.cli import commands

    if command.verb not in commands.PRINTS_MANIFESTS:
        _refuse_helm(command.verb)
    if command.verb in commands.WITHOUT_INPUT:
        from postrender.cli import unread

        unread.refuse_manifests(command.verb)
    return commands.load(command.verb).run(command.arguments)


def _failed(error: Exception, reporting: Reporting | None) -> int:
    """Report an error, and return its exit status."""
    from postrender import errors
    from postrender.cli import commands, stdio

    chosen = error.reporting if isinstance(error, commands.Misuse) else reporting or commands.Reporting()
    if chosen.debug:
        stdio.trace(error)
    if isinstance(error, RecursionError):
        error = _too_much("is nested too deeply")
    failure = error if isinstance(error, errors.Failure) else _bug(error)
    if chosen.on_error_document:
        return _say_in_a_document(failure.messages)
    for message in failure.messages:
        stdio.say(*message)
    if chosen.format:
        _report([failure], chosen.format)
    return failure.status


def _report(failed: Sequence[Failure], form: str) -> None:
    """Also report errors on standard output, in the format that the calling program reads."""
    from postrender.cli import stdio
    from postrender.errors import InputError
    from postrender.report import failures

    try:
        stdio.write(failures.serialize(failed, form).encode())
    except InputError:
        return  # standard output is not writable, which may be the very failure being reported


def _say_in_a_document(messages: Sequence[Sequence[str]]) -> int:
    """Print an error as a document for Helm 4, which hides standard error, and return the exit status.

    The exit status is 0 if the document is written, so only renders may do this.
    """
    from postrender import errors
    from postrender.cli import stdio
    from postrender.hosts import helm

    try:
        stdio.write(
            helm.error_document([line for first, *more in messages for line in (stdio.with_program_name(first), *more)])
        )
    except errors.Failure as failure:
        stdio.say(str(failure))
        return failure.status
    return errors.OK


def _bug(error: Exception) -> Failure:
    """Return the error for a bug, with its place in the program: the exception's text may contain values."""
    from postrender.errors import Failure

    place = error.__traceback__
    while place and place.tb_next:
        place = place.tb_next
    where = f" in {place.tb_frame.f_globals['__name__']}, line {place.tb_lineno}" if place else ""
    return Failure(f"internal error, nothing was written: {type(error).__name__}{where}; please report it")


def _too_much(problem: str) -> Exception:
    from postrender.errors import InputError

    return InputError(f"the input {problem}; nothing was written")
