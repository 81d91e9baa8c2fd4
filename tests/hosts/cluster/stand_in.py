"""A stand-in for kubectl that calls the tests' API server within this process; test_stand_in.py compares both."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from postrender.programs import Ended
from postrender.verify.kubectl import Access, Response
from tests.hosts.helm.apiserver import ApiError, Cluster, is_hanging, read

#: kubectl's messages for a raw path, which do not depend on the server's own message.
SENTENCES = {"Forbidden": "unknown", "NotFound": "the server could not find the requested resource"}

#: The last line of kubectl's error message if a response does not arrive in time.
TIMED_OUT = b"Unable to connect to the server: context deadline exceeded (Client.Timeout exceeded)\n"

RunAll = Callable[[Access, Sequence[str], Callable[[str, Ended], Response]], list[Response]]


def kubectl(cluster: Cluster) -> RunAll:
    """Return a function that does the same as `kubectl get --raw` on a cluster, for each of several paths."""

    def run(path: str) -> Ended:
        if is_hanging(cluster, path):
            return Ended(1, b"", TIMED_OUT)
        try:
            answer = read(cluster, path)
        except ApiError as error:
            return Ended(1, b"", _said(error).encode())
        return Ended(0, json.dumps(answer).encode() + b"\n", b"")

    return lambda _access, paths, each: [each(path, run(path)) for path in paths]


def _said(error: ApiError) -> str:
    reason = str(error.status["reason"])
    return f"Error from server ({reason}): {SENTENCES[reason]}\n"
