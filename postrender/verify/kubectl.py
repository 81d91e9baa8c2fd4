"""Running kubectl or oc, for `get --raw` and nothing else; what came of it is an answer, not an exception.

Raw paths need no discovery, so nothing is cached on disk, and what a cluster does not serve is a plain 404.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import selectors
import shutil
import signal
import subprocess
import time
from urllib.parse import quote

from postrender.errors import InputError, TooLarge, UsageError
from postrender.limits import DEFAULTS
from postrender.record import NamedTuple
from postrender.verify.json_fields import maps, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import IO, Any

    from postrender.limits import Limits

PROGRAMS = ("kubectl", "oc")
CHUNK = 1 << 16  #: bytes that are read at once
GRACE = 5  #: seconds beyond the request's own, for a login plugin that does not end
MESSAGE = 500  #: characters of a foreign message that are repeated
FORBIDDEN = "forbidden"
TIMED_OUT = "timed out"
#: How the Go client says that its time is over.
TIMEOUTS = ("Client.Timeout", "context deadline exceeded", "i/o timeout", "handshake timeout", "(Timeout)")


class Access(NamedTuple):
    """The program, and what it is told of the cluster; the timeout is in seconds, for one request."""

    program: str
    context: str | None = None
    kubeconfig: str | None = None
    timeout: int = 30
    limits: Limits = DEFAULTS


class Response(NamedTuple):
    """What a read gave: JSON; or None, because there is no such thing; or None, and why that is not known.

    With a value, `unknown` says why there may be more than was read.
    """

    value: Any = None
    unknown: str = ""
    message: str = ""  #: the program's own words


class Kind(NamedTuple):
    """What the API server calls a kind of object."""

    group_version: str
    plural: str

    @property
    def root(self) -> str:
        """Return where the API server serves the group."""
        return f"/apis/{self.group_version}" if "/" in self.group_version else f"/api/{self.group_version}"


def find(given: str | None) -> str:
    """Return the path of the program; raise UsageError where there is none."""
    for name in (given,) if given else PROGRAMS:
        path = shutil.which(name)
        if path:
            return path
    if given:
        raise UsageError(f"--kubectl {given}: no such program; give the path of kubectl or oc")
    raise UsageError("no kubectl and no oc on the PATH; install one, or give --kubectl PATH")


def require_reachable(access: Access) -> None:
    """Make the first read; raise InputError where the cluster does not answer at all."""
    answer = get(access, "/version", "get on /version")
    if answer.value is None and not answer.unknown.startswith(FORBIDDEN):
        name = os.path.basename(access.program)
        raise InputError(f"{name}: {answer.message}; check --kubeconfig, --context and that the cluster is up")


def every(access: Access, kind: Kind, namespace: str | None = None, query: str = "") -> Response:
    """Return the objects of a kind as a list, in one namespace or in all; None where the kind is not served."""
    where = f"/namespaces/{quote(namespace, safe='')}" if namespace else ""
    place = f" in namespace {namespace}" if namespace else ""
    answer = get(access, f"{kind.root}{where}/{kind.plural}{query}", f"list on {kind.plural}{place}")
    if answer.value is None:
        return answer
    if not isinstance(answer.value.get("items"), list):
        return Response(unknown="the answer is not a list", message=f"the answer to {kind.plural} is not a list")
    return Response(maps(answer.value, "items"))


def discovered(access: Access, kind: Kind) -> Response:
    """Return what the API server says of the kinds of a group; None where it has no such group."""
    return get(access, kind.root, f"get on {kind.root}")


def serves(discovery: Response, kind: Kind) -> bool:
    """Report whether a kind is among those of its group."""
    return any(text(found, "name") == kind.plural for found in maps(discovery.value, "resources"))


def one(access: Access, kind: Kind, name: str, namespace: str | None = None) -> Response:
    """Return one object; None where it, or its kind, is not there."""
    where = f"/namespaces/{quote(namespace, safe='')}" if namespace else ""
    return get(access, f"{kind.root}{where}/{kind.plural}/{quote(name, safe='')}", f"get on {kind.plural}")


def kubelet(access: Access, node: str) -> Response:
    """Return how a node's kubelet is configured."""
    return get(access, f"/api/v1/nodes/{quote(node, safe='')}/proxy/configz", "get on nodes/proxy")


def get(access: Access, path: str, needs: str) -> Response:
    """Return what the API server has at a path; `needs` is the right that reading it takes."""
    try:
        done = _run(access, path)
    except subprocess.TimeoutExpired:
        return Response(unknown=TIMED_OUT, message=f"{TIMED_OUT} after {access.timeout + GRACE} seconds")
    except TooLarge as error:
        return Response(unknown=error.sentence, message=error.sentence)
    if done.returncode:
        return _failed(_last_line(done.stderr), needs)
    try:
        value = _parsed(done.stdout)
    except (ValueError, RecursionError):
        return Response(unknown="the answer is not JSON", message=f"the answer to {path} is not JSON")
    if not isinstance(value, dict):
        return Response(unknown="the answer is not an object", message=f"the answer to {path} is not an object")
    return Response(value)


def _run(access: Access, path: str) -> subprocess.CompletedProcess[bytes]:
    given = {"context": access.context, "kubeconfig": access.kubeconfig}
    options = [f"--{name}={value}" for name, value in given.items() if value]
    command = [access.program, "get", "--raw", path, f"--request-timeout={access.timeout}s", *options]
    try:
        started = _started(command)
    except OSError as error:
        if error.errno == errno.E2BIG:
            raise TooLarge("its name is too long to ask for") from None
        raise UsageError(f"cannot run {access.program}: {error.strerror}; give --kubectl PATH") from None
    with started:
        try:
            out, err = _heard(started, access.timeout + GRACE, access.limits)
        except BaseException:  # also Ctrl-C, which does not reach another session
            _end(started)
            raise
    return subprocess.CompletedProcess(command, started.returncode, out, err)


def _started(command: list[str]) -> subprocess.Popen[bytes]:
    """Start the program in a session of its own, so that it can be ended together with its login plugin."""
    pipe, nothing = subprocess.PIPE, subprocess.DEVNULL
    return subprocess.Popen(command, stdin=nothing, stdout=pipe, stderr=pipe, start_new_session=True)  # noqa: S603 - an argument list


def _heard(started: subprocess.Popen[bytes], seconds: int, limits: Limits) -> tuple[bytes, bytes]:
    """Return what a program prints, and what it says beside it.

    Raises TimeoutExpired where its time is over, TooLarge where it has more to say than any stream may hold.
    """
    until = time.monotonic() + seconds
    heard = {end: bytearray() for end in (started.stdout, started.stderr) if end}
    with selectors.DefaultSelector() as waiting:
        for end in heard:
            waiting.register(end, selectors.EVENT_READ)
        while waiting.get_map():
            for end in _ready(waiting, until - time.monotonic(), seconds):
                piece = os.read(end.fileno(), CHUNK)
                heard[end] += piece
                if not piece:
                    waiting.unregister(end)
            if sum(map(len, heard.values())) > limits.stream_size:
                raise TooLarge(f"the answer has {limits.exceeded('stream_size')}")
    started.wait(max(0.0, until - time.monotonic()))
    out, err = heard.values()
    return bytes(out), bytes(err)


def _ready(waiting: selectors.BaseSelector, left: float, seconds: int) -> list[IO[bytes]]:
    """Return the ends that can be read."""
    ready = waiting.select(left) if left > 0 else []
    if not ready:
        raise subprocess.TimeoutExpired("get", seconds)
    return [key.fileobj for key, _ in ready]  # type: ignore[misc]


def _end(started: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(started.pid, signal.SIGKILL)


def _parsed(data: bytes) -> Any:
    """Read JSON. Half of a surrogate pair, which JSON can escape, is not text that could be printed."""
    text = data.decode("utf-8", "replace")
    value = json.loads(text)
    if "\\ud" not in text.lower():
        return value
    return json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))


def _last_line(stderr: bytes) -> str:
    """Return the program's last word; warnings and log lines stand above it."""
    lines = [line.strip() for line in stderr.decode("utf-8", "replace").splitlines() if line.strip()]
    return lines[-1].removeprefix("error: ")[:MESSAGE] if lines else "it failed and printed nothing"


def _failed(message: str, needs: str) -> Response:
    if "(NotFound)" in message:
        return Response(message=message)
    if "(Forbidden)" in message:
        return Response(unknown=f"{FORBIDDEN} (needs {needs})", message=message)
    if any(words in message for words in TIMEOUTS):
        return Response(unknown=TIMED_OUT, message=message)
    return Response(unknown=message, message=message)
