"""The command line: parse, call the verb, map errors to exit statuses.

Nothing is imported here before it is needed: this runs on every render, and most of its time is start-up.
"""

from __future__ import annotations

import gc
import os
import sys

TYPE_CHECKING = False  # typing's own costs an import
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import NoReturn


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
    from postrender.yamledit import libyaml

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


def _dispatch(words: Sequence[str]) -> int:
    if "--version" in words:
        return _version()
    from postrender.cli import render, stdio
    from postrender.cli.arguments import Help, parse

    try:
        arguments = parse(words)
    except Help as help_asked:
        stdio.write(str(help_asked).encode())
        return 0
    if arguments.verb == "render":
        return render.render(arguments)
    from postrender.cli.verbs import VERBS

    return VERBS[arguments.verb](arguments)


def _version() -> int:
    from postrender import __version__
    from postrender.cli import stdio

    stdio.write(f"{stdio.PROGRAM} {__version__}\n".encode())
    return 0


def _failed(error: Exception, words: Sequence[str]) -> int:
    """Say what is wrong in one line, and return the exit status."""
    from postrender import errors
    from postrender.cli import stdio

    if "--debug" in words:
        import traceback

        traceback.print_exception(error)
    if isinstance(error, RecursionError):
        error = _too_much("is nested too deeply to be read")
    known = isinstance(error, errors.Failure)
    sentence = str(error) if known else f"internal error, nothing was written: {error!r}; please report it"
    if "--on-error-document" in words and (words[0].startswith("-") or words[0] == "render"):
        return _say_in_a_document(sentence)
    stdio.say(sentence)
    return error.status if isinstance(error, errors.Failure) else errors.INTERNAL


def _say_in_a_document(sentence: str) -> int:
    """Say it to Helm 4, which hides standard error. That is exit status 0, so no other verb may do it."""
    from postrender import errors
    from postrender.cli import stdio
    from postrender.hosts import helm

    try:
        stdio.write(helm.error_document(f"{stdio.PROGRAM}: {sentence}"))
    except errors.Failure as failure:
        stdio.say(str(failure))
        return failure.status
    return errors.OK


def _too_much(problem: str) -> Exception:
    from postrender.errors import InputError

    return InputError(f"the input {problem}; nothing was written")


def _interrupted() -> int:
    from postrender.errors import INTERRUPTED

    return INTERRUPTED
