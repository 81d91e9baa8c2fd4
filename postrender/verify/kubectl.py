"""Reads from the API server with `kubectl get --raw` or `oc get --raw`. A failed read also returns a response.

Raw paths need no discovery, so nothing is cached on disk, and the API server answers with 404 for a kind that it does
not serve.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
from types import MappingProxyType
from urllib.parse import quote

from postrender import programs
from postrender.errors import InputError, TooLarge, UsageError
from postrender.record import NamedTuple
from postrender.verify.json_fields import maps, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import Any

    from postrender.limits import Work
    from postrender.spk import kinds

PROGRAMS = ("kubectl", "oc")
GRACE = 5  #: extra seconds after a request's timeout, in case a login plugin does not end
NOT_A_PROGRAM = (errno.ENOENT, errno.EACCES, errno.ENOEXEC)
VALUE_SIGNS = (b",", b"[", b"{")  #: a JSON text contains at most one value more than the number of these characters
AT_ONCE = 8  #: the maximum number of programs that run in parallel
MESSAGE = 500  #: the maximum number of characters to show of another program's message
#: The causes of a failed read that need separate treatment.
FORBIDDEN, TIMED_OUT, NOT_SERVED = "forbidden", "timed out", "not served"
#: Substrings of the Go client's error messages that indicate a timeout.
TIMEOUTS = ("Client.Timeout", "context deadline exceeded", "i/o timeout", "handshake timeout", "(Timeout)")


class Access(NamedTuple):
    """The client program, its options, and the responses that were read in advance.

    `timeout` is the limit for each request, in seconds. Paths that the rows need are read in advance, in parallel;
    `answers` contains the responses, by path.
    """

    program: str
    work: Work
    context: str | None = None
    kubeconfig: str | None = None
    timeout: int = 30
    answers: Mapping[str, Response] = MappingProxyType({})


class Request(NamedTuple):
    """A path to read from the API server, and the permission that the read needs."""

    path: str
    needs: str


class Response(NamedTuple):
    """The result of a read: a JSON value, or None if the object does not exist or could not be read.

    Without a value, `unknown` is the reason why the read failed; it is empty if the object does not exist. With a
    value, `unknown` is the reason why there may be more objects than were read.
    """

    value: Any = None
    unknown: str = ""
    message: str = ""  #: the client program's own message
    cause: str = ""  #: FORBIDDEN, TIMED_OUT or NOT_SERVED, if it is one of these


class Kind(NamedTuple):
    """The API server's names for a kind of object."""

    group_version: str
    plural: str

    @property
    def root(self) -> str:
        """Return the API server's path for the group and version, such as `/apis/apps/v1`."""
        return f"/apis/{self.group_version}" if "/" in self.group_version else f"/api/{self.group_version}"


def kind_of(kind: kinds.Kind) -> Kind:
    """Return the API server's names for one of the product's kinds."""
    return Kind(kind.api_version, kind.plural)


def find(given: str | None) -> str:
    """Return the path of the client program; raise UsageError if there is none."""
    path = shutil.which(given) if given else on_path()
    if path:
        return path
    if given:
        raise UsageError(f"--kubectl {given}: no such program; give the path of kubectl or oc")
    raise UsageError("neither kubectl nor oc is on the PATH; install one, or use --kubectl PATH")


def on_path() -> str | None:
    """Return the path of kubectl or, if it is not installed, of oc; None if neither is installed."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


def require_reachable(access: Access) -> None:
    """Request the API server's version; raise InputError if the cluster does not answer."""
    answer = get(access, Request("/version", "get on /version"))
    if answer.value is None and answer.cause != FORBIDDEN:
        name = os.path.basename(access.program)
        raise InputError(f"{name}: {answer.message}; check --kubeconfig and --context, and that the cluster is up")


def of_every(kind: Kind, namespace: str | None = None, query: str = "") -> Request:
    """Return the request for the objects of a kind, in one namespace or in all namespaces."""
    where = f"/namespaces/{quote(namespace, safe='')}" if namespace else ""
    place = f" in namespace {namespace}" if namespace else ""
    return Request(f"{kind.root}{where}/{kind.plural}{query}", f"list on {kind.plural}{place}")


def every(access: Access, kind: Kind, namespace: str | None = None, query: str = "") -> Response:
    """Return the objects of a kind as a list, in one or all namespaces; None if the kind is not served."""
    answer = get(access, of_every(kind, namespace, query))
    if answer.value is None:
        return answer
    if not isinstance(answer.value.get("items"), list):
        return Response(unknown="the answer is not a list", message=f"the answer to {kind.plural} is not a list")
    return Response(maps(answer.value, "items"))


def of_discovery(kind: Kind) -> Request:
    """Return the request for the list of kinds in an API group."""
    return Request(kind.root, f"get on {kind.root}")


def discover(access: Access, kind: Kind) -> Response:
    """Return the API server's list of the kinds in an API group; None if the group does not exist."""
    return get(access, of_discovery(kind))


def serves(discovery: Response, kind: Kind) -> bool:
    """Report whether the API server serves a kind, according to its list of the kinds in the API group."""
    return any(text(found, "name") == kind.plural for found in maps(discovery.value, "resources"))


def of_one(kind: Kind, name: str, namespace: str | None = None) -> Request:
    """Return the request for one object."""
    where = f"/namespaces/{quote(namespace, safe='')}" if namespace else ""
    return Request(f"{kind.root}{where}/{kind.plural}/{quote(name, safe='')}", f"get on {kind.plural}")


def one(access: Access, kind: Kind, name: str, namespace: str | None = None) -> Response:
    """Return one object; None if the object or its kind does not exist."""
    return get(access, of_one(kind, name, namespace))


def of_kubelet(node: str) -> Request:
    """Return the request for the configuration of a node's kubelet."""
    return Request(f"/api/v1/nodes/{quote(node, safe='')}/proxy/configz", "get on nodes/proxy")


def read_ahead(access: Access, requests: Iterable[Request]) -> Access:
    """Read the requested paths in parallel; return an Access that includes the responses."""
    unread = [it for it in dict.fromkeys(requests) if it.path not in access.answers]
    answers = zip((it.path for it in unread), get_all(access, unread), strict=True)
    return access._replace(answers=MappingProxyType({**access.answers, **dict(answers)}))


def get(access: Access, request: Request) -> Response:
    """Return the API server's answer for a path."""
    return access.answers.get(request.path) or get_all(access, [request])[0]


def get_all(access: Access, requests: Sequence[Request]) -> list[Response]:
    """Return the API server's answer for each path; the programs run in parallel."""
    needs = {it.path: it.needs for it in requests}
    return _run_all(access, [*needs], lambda path, done: _response(access, Request(path, needs[path]), done))


def _response(access: Access, request: Request, done: programs.Ended | Exception) -> Response:
    if isinstance(done, Exception):
        return _without_end(access, done)
    if done.status:
        return _failed(_last_line(done.message), request.needs)
    try:
        # Each character that may begin a value is counted, because each value takes memory, even if the text is small.
        access.work.spend(sum(map(done.output.count, VALUE_SIGNS)), f"the answer to {request.path}")
        value = _parsed(done.output)
    except TooLarge as error:
        return Response(unknown=error.sentence, message=error.sentence)
    except (ValueError, RecursionError):
        return Response(unknown="the answer is not JSON", message=f"the answer to {request.path} is not JSON")
    if not isinstance(value, dict):
        return Response(unknown="the answer is not an object", message=f"the answer to {request.path} is not an object")
    return Response(value)


def _without_end(access: Access, error: Exception) -> Response:
    """Return a response with the reason why the program did not finish; raise UsageError if it could not start."""
    if isinstance(error, programs.TimedOut):
        message = f"{TIMED_OUT} after {access.timeout + GRACE} seconds"
        return Response(unknown=TIMED_OUT, message=message, cause=TIMED_OUT)
    if isinstance(error, OSError) and error.errno != errno.E2BIG:
        advice = "; use --kubectl PATH" if error.errno in NOT_A_PROGRAM else ""
        raise UsageError(f"cannot run {access.program}: {error.strerror}{advice}") from None
    why = error.sentence if isinstance(error, TooLarge) else "the object's name is too long for a request"
    return Response(unknown=why, message=why)


def _run_all(
    access: Access, paths: Sequence[str], each: Callable[[str, programs.Ended | Exception], Response]
) -> list[Response]:
    """Request the paths, call `each` as soon as an answer arrives, and return the results in the paths' order."""
    given = {"context": access.context, "kubeconfig": access.kubeconfig}
    options = [f"--{name}={value}" for name, value in given.items() if value]
    words = (f"--request-timeout={access.timeout}s", *options)
    commands = [
        programs.Command((access.program, "get", "--raw", path, *words), seconds=access.timeout + GRACE)
        for path in paths
    ]
    return programs.run_all(commands, AT_ONCE, lambda number, done: each(paths[number], done), access.work.limits)


def _parsed(data: bytes) -> Any:
    """Return the parsed JSON, with `?` for each half of a surrogate pair, because such a half cannot be printed."""
    text = data.decode("utf-8", "replace")
    value = json.loads(text)
    if "\\ud" not in text.lower():
        return value
    return json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))


def _last_line(stderr: bytes) -> str:
    """Return the last line of the program's message; warnings and log lines come before it."""
    lines = [line.strip() for line in stderr.decode("utf-8", "replace").splitlines() if line.strip()]
    return lines[-1].removeprefix("error: ")[:MESSAGE] if lines else "the program failed and printed nothing"


def _failed(message: str, needs: str) -> Response:
    if "(NotFound)" in message:
        return Response(message=message)
    if "(Forbidden)" in message:
        return Response(unknown=f"{FORBIDDEN} (needs {needs})", message=message, cause=FORBIDDEN)
    if any(words in message for words in TIMEOUTS):
        return Response(unknown=TIMED_OUT, message=message, cause=TIMED_OUT)
    return Response(unknown=message, message=message)
