"""The standard streams: manifests in, the result out, messages and progress on standard error."""

from __future__ import annotations

import os
import stat
import sys

from postrender import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any

    from postrender.cli.progress import Line
    from postrender.cli.terminal import Colours
    from postrender.limits import Limits
    from postrender.rules.finding import Finding

PROGRAM = "spk-macvlan"
VERSION = f"{PROGRAM} {__version__}\n"
MANIFESTS = f"no manifests on standard input; pipe them in, for example `helm template … | {PROGRAM}`"
CHUNK = 1 << 20  #: bytes per read


def read(limits: Limits, needs: str = MANIFESTS) -> bytes:
    """Return all of standard input; raise TooLarge if it exceeds the limit for a stream.

    If standard input is a terminal, raise UsageError with the text `needs`; if `needs` is empty, read the terminal.
    """
    from postrender.errors import InputError, TooLarge, UsageError

    if is_output(0):
        raise UsageError("input and output are the same file, which the shell has emptied; write to another file")
    pieces, left = [], limits.stream_size
    try:
        if needs and os.isatty(0):
            raise UsageError(needs)
        chunk = min(max(os.fstat(0).st_size + 1, CHUNK), left + 1)  # reads a whole file at once; a pipe has size 0
        line = progress_line()
        while piece := _when_ready(os.read, 0, chunk):
            pieces.append(piece)
            left -= len(piece)
            if line:
                line.show(f"{(limits.stream_size - left) >> 20} MiB read")
            if left < 0:
                raise TooLarge(f"standard input has {limits.exceeded('stream_size')}")
    except OSError as error:
        raise InputError(f"cannot read standard input: {error.strerror}") from None
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def is_output(file: int | str) -> bool:
    """Report whether `file` (a path or a descriptor) is the file on standard output, which the shell has emptied."""
    try:
        one, other = os.stat(file), os.stat(1)
    except OSError:
        return False
    return other.st_size == 0 and os.path.samestat(one, other) and stat.S_ISREG(other.st_mode)


def write(data: bytes, colours: Colours = (), when: str = "auto") -> None:
    """Write the whole result to standard output, unbuffered, so that an error occurs here and nowhere else.

    Every result passes through here, so a terminal never receives a control character from a manifest or a cluster.
    Only a terminal gets color, unless `when` is always.
    """
    _clear_progress()
    if os.isatty(1) or when == "always":
        from postrender.cli import terminal

        data = terminal.present(data, colours, when)
    view = memoryview(data)
    try:
        while view:
            view = view[_when_ready(os.write, 1, view) :]
    except BrokenPipeError:
        _end_as_filters_do()
    except OSError as error:
        from postrender.errors import InputError

        raise InputError(f"cannot write the result: {error.strerror}") from None


def answer(output: bytes, findings: Sequence[Finding]) -> None:
    """Report the findings on standard error, and write the result to standard output."""
    say_all(findings)
    write(output)


def _when_ready(transfer: Callable[[int, Any], Any], stream: int, what: object) -> Any:
    """Return the result of one read or write; if the stream is non-blocking, first wait until it is ready."""
    while True:
        try:
            return transfer(stream, what)
        except BlockingIOError:
            import select

            select.select([stream] if stream == 0 else [], [stream] if stream == 1 else [], [])


def _end_as_filters_do() -> None:
    """End this process with SIGPIPE, like any filter whose reader has closed the pipe."""
    import signal

    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    signal.raise_signal(signal.SIGPIPE)


def say(sentence: str, *more: str) -> None:
    """Write a message to standard error, a line for each argument: line breaks within an argument are escaped."""
    _tell(with_program_name(sentence), *more)


def with_program_name(sentence: str) -> str:
    """Return a sentence as the first line of a message, after the program's name."""
    return f"{PROGRAM}: {sentence}"


def say_lines(lines: Iterable[str]) -> None:
    """Write several messages."""
    for line in lines:
        say(line)


def trace(error: Exception) -> None:
    """Write the traceback of an error to standard error."""
    import traceback

    _tell(*"".join(traceback.format_exception(error)).rstrip("\n").split("\n"))


def _tell(*lines: str) -> None:
    """Write lines to standard error, with control characters escaped.

    A failure to write is ignored, because the exit status still reports the outcome.
    """
    from postrender.errors import one_line

    _clear_progress()
    try:
        os.write(2, "".join(f"{one_line(line)}\n" for line in lines).encode())
    except OSError:
        return


def say_all(findings: Sequence[Finding]) -> None:
    """Report the findings of a conversion, except notes."""
    from postrender.rules.finding import NOTE

    for finding in findings:
        if finding.level != NOTE:
            say(*finding.lines)


def progress_line() -> Line | None:
    """Return the progress line, if standard error is a terminal that can erase it."""
    if not os.isatty(2):
        return None
    from postrender.cli import progress, terminal

    return None if terminal.is_dumb() else progress.line


def _clear_progress() -> None:
    progress = sys.modules.get("postrender.cli.progress")  # loaded only if a progress line may appear
    if progress:
        progress.line.clear()
