"""Time limits for regular-expression searches. A timer's signal affects the whole process, so no library sets one."""

from __future__ import annotations

import signal
import threading
import time
from contextlib import contextmanager
from functools import lru_cache

from postrender.errors import brief
from postrender.kubernetes import selector

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

# Limits in seconds of CPU time, which does not depend on the machine's load.
PATIENCE = 1.0  #: for one search
LEAST = 0.001  #: the minimum for a timer, because a timer of 0 seconds would never fire
ALTOGETHER = 5.0  #: for all searches of a run
CHOICES = "*+?{|"  #: characters at which a regular expression can backtrack
FEW = 2  #: the maximum number of these characters in a quick expression
SHORT = 253  #: characters of a value, as Kubernetes allows for a name


@contextmanager
def limited_searches() -> Iterator[None]:
    """Within this context, limit the time of each selector search, and of all searches together."""
    before = selector.search.set(_Searches().fullmatch)
    try:
        yield
    finally:
        selector.search.reset(before)


@lru_cache(maxsize=256)
def _is_quick(pattern: str) -> bool:
    """Report whether a regular expression can backtrack so little that it needs no time limit.

    A repeated group multiplies the backtracking, so an expression with a group is never quick.
    """
    return "(" not in pattern and sum(map(pattern.count, CHOICES)) <= FEW


class _Searches:
    """The regular-expression searches of a run, and the seconds left for them."""

    def __init__(self) -> None:
        self.left = ALTOGETHER

    def fullmatch(self, pattern: str, value: str) -> bool:
        """Report whether an expression matches a whole value; raise Endless if the search takes too long.

        There is no time limit for a quick expression, or without signals (on Windows, or outside the main thread).
        """
        if len(value) <= SHORT and _is_quick(pattern):
            return selector.fullmatch(pattern, value)
        if self.left <= 0:
            raise selector.Endless("all expressions together take too long; use fewer or simpler expressions")
        if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
            return selector.fullmatch(pattern, value)

        def give_up(*_: object) -> None:
            sentence = (
                f"the expression {brief(pattern)} takes too long to match {brief(value)}; avoid nested repetition"
            )
            raise selector.Endless(sentence)

        started = time.process_time()
        before = signal.signal(signal.SIGVTALRM, give_up)
        signal.setitimer(signal.ITIMER_VIRTUAL, max(min(PATIENCE, self.left), LEAST))
        try:
            return selector.fullmatch(pattern, value)
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
            signal.signal(signal.SIGVTALRM, before)
            self.left -= time.process_time() - started
