"""The standard streams: manifests in, the result out, sentences and progress for a person on standard error."""

from __future__ import annotations

import os
import sys

from postrender import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any

    from postrender.cli.progress import Line
    from postrender.limits import Limits
    from postrender.rules.finding import Finding

PROGRAM = "spk-macvlan"
VERSION = f"{PROGRAM} {__version__}\n"
CHUNK = 1 << 20  #: bytes that are read at once


def read(limits: Limits) -> bytes:
    """Read standard input to its end; raise TooLarge where it exceeds the limit of a stream."""
    from postrender.errors import InputError, TooLarge, UsageError

    pieces, left = [], limits.stream_size
    try:
        if os.isatty(0):
            raise UsageError(f"no manifests on standard input; pipe them in, for example `helm template … | {PROGRAM}`")
        chunk = min(max(os.fstat(0).st_size + 1, CHUNK), left + 1)  # a file is read at once; a pipe has no size
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


def write(data: bytes) -> None:
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


def answer(output: bytes, findings: Sequence[Finding]) -> None:
    """Write the result, and report the findings."""
    say_all(findings)
    write(output)


def _when_ready(transfer: Callable[[int, Any], Any], stream: int, what: object) -> Any:
    """Read or write once; wait if the caller made the stream non-blocking."""
    while True:
        try:
            return transfer(stream, what)
        except BlockingIOError:
            import select

            select.select([stream] if stream == 0 else [], [stream] if stream == 1 else [], [])


def _end_as_filters_do() -> None:
    """End by SIGPIPE, like any filter whose reader has closed the pipe."""
    import signal

    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    signal.raise_signal(signal.SIGPIPE)


def say(sentence: str) -> None:
    """Write a message to standard error; if that fails, the exit status still reports the outcome."""
    _clear_progress()
    try:
        os.write(2, f"{PROGRAM}: {sentence}\n".encode("utf-8", "backslashreplace"))
    except OSError:
        return


def say_lines(lines: Iterable[str]) -> None:
    """Write several messages, each on one line whatever it quotes."""
    from postrender.errors import one_line

    for line in lines:
        say(one_line(line))


def say_all(findings: Sequence[Finding]) -> None:
    """Report the findings of a conversion."""
    from postrender.rules.finding import NOTE

    for finding in findings:
        if finding.level != NOTE:
            say(str(finding))


def progress_line() -> Line | None:
    """Return the progress line, if standard error is a terminal."""
    if not os.isatty(2):
        return None
    from postrender.cli import progress

    return progress.line


def _clear_progress() -> None:
    progress = sys.modules.get("postrender.cli.progress")  # not loaded if nothing has been shown
    if progress:
        progress.line.clear()
