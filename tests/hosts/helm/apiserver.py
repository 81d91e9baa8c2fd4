"""A Kubernetes API server for Helm and kubectl, in memory: discovery, objects, patches and watches.

There are no controllers, no default values, no admission and no pods. The server stores what it receives, and records
the order.
"""

from __future__ import annotations

import base64
import copy
import json
import re
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from socketserver import ThreadingMixIn
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qs, unquote
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

if TYPE_CHECKING:
    from pathlib import Path

Object = dict[str, Any]


class Resource(NamedTuple):
    group_version: str
    plural: str
    kind: str
    namespaced: bool = True


RESOURCES = [
    Resource("v1", "configmaps", "ConfigMap"),
    Resource("v1", "endpoints", "Endpoints"),
    Resource("v1", "limitranges", "LimitRange"),
    Resource("v1", "namespaces", "Namespace", namespaced=False),
    Resource("v1", "persistentvolumeclaims", "PersistentVolumeClaim"),
    Resource("v1", "persistentvolumes", "PersistentVolume", namespaced=False),
    Resource("v1", "pods", "Pod"),
    Resource("v1", "resourcequotas", "ResourceQuota"),
    Resource("v1", "secrets", "Secret"),
    Resource("v1", "serviceaccounts", "ServiceAccount"),
    Resource("v1", "services", "Service"),
    Resource("admissionregistration.k8s.io/v1", "mutatingwebhookconfigurations", "MutatingWebhookConfiguration", False),
    Resource(
        "admissionregistration.k8s.io/v1", "validatingwebhookconfigurations", "ValidatingWebhookConfiguration", False
    ),
    Resource("apiextensions.k8s.io/v1", "customresourcedefinitions", "CustomResourceDefinition", False),
    Resource("apps/v1", "daemonsets", "DaemonSet"),
    Resource("apps/v1", "deployments", "Deployment"),
    Resource("apps/v1", "replicasets", "ReplicaSet"),
    Resource("apps/v1", "statefulsets", "StatefulSet"),
    Resource("autoscaling/v2", "horizontalpodautoscalers", "HorizontalPodAutoscaler"),
    Resource("batch/v1", "cronjobs", "CronJob"),
    Resource("batch/v1", "jobs", "Job"),
    Resource("k8s.cni.cncf.io/v1", "network-attachment-definitions", "NetworkAttachmentDefinition"),
    Resource("networking.k8s.io/v1", "networkpolicies", "NetworkPolicy"),
    Resource("policy/v1", "poddisruptionbudgets", "PodDisruptionBudget"),
    Resource("rbac.authorization.k8s.io/v1", "clusterrolebindings", "ClusterRoleBinding", False),
    Resource("rbac.authorization.k8s.io/v1", "clusterroles", "ClusterRole", False),
    Resource("rbac.authorization.k8s.io/v1", "rolebindings", "RoleBinding"),
    Resource("rbac.authorization.k8s.io/v1", "roles", "Role"),
]

# Resources that some clusters serve. They are not served by default, because charts depend on what the cluster serves.
OPENSHIFT = [
    Resource("gateway.networking.k8s.io/v1", "gateways", "Gateway"),
    Resource("config.openshift.io/v1", "networks", "Network", namespaced=False),
    Resource("k8s.f5.com/v1", "bnkgatewayclasses", "BNKGatewayClass"),
    Resource("k8s.f5.com/v1", "cneinstances", "CNEInstance"),
    Resource("k8s.f5net.com/v1", "f5-spk-vlans", "F5SPKVlan"),
    Resource("gateway.k8s.f5.com/v1alpha1", "infras", "Infra"),
    Resource("nmstate.io/v1beta1", "nodenetworkstates", "NodeNetworkState", namespaced=False),
    *(
        Resource(
            f"admissionregistration.k8s.io/{version}", f"{kind.lower()}{plural}", f"{kind}{name}", namespaced=False
        )
        for version, kind in (("v1", "ValidatingAdmission"), ("v1beta1", "MutatingAdmission"))
        for plural, name in (("policies", "Policy"), ("policybindings", "PolicyBinding"))
    ),
    Resource("v1", "nodes", "Node", namespaced=False),
]

# The status for which Helm waits even without --wait: that of Jobs among its hooks, and of definitions in a chart's
# crds/.
READY = {
    "CustomResourceDefinition": {"conditions": [{"type": "Established", "status": "True"}]},
    "Job": {"conditions": [{"type": "Complete", "status": "True"}]},
}


class Key(NamedTuple):
    kind: str
    namespace: str
    name: str


class Call(NamedTuple):
    verb: str  # create, update, patch, apply or delete
    kind: str
    namespace: str
    name: str


@dataclass
class Cluster:
    """The objects on the server, and all changes that it has made, in order."""

    kubeconfig: Path
    objects: dict[Key, Object] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    events: list[Object] = field(default_factory=list)
    resources: list[Resource] = field(default_factory=RESOURCES.copy)
    raw: dict[str, Object] = field(default_factory=dict)  # responses for paths that belong to no kind
    # The method and path of each request, including reads.
    requests: list[tuple[str, str]] = field(default_factory=list)
    forbidden: set[str] = field(default_factory=set)  # plural names or paths that nobody may read
    hanging: set[str] = field(default_factory=set)  # plural names or paths that get no response
    changed: threading.Condition = field(default_factory=threading.Condition)
    closed: bool = False


@contextmanager
def serve(directory: Path) -> Iterator[Cluster]:
    """Run a server on a free port of the loopback interface, and write a kubeconfig for it to the directory."""
    cluster = Cluster(directory / "kubeconfig")
    with make_server("127.0.0.1", 0, _application(cluster), _Server, _QuietHandler) as server:
        _write_kubeconfig(cluster.kubeconfig, f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield cluster
        finally:
            _end_watches(cluster)
            server.shutdown()
            thread.join()


def _write_kubeconfig(path: Path, server: str) -> None:
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "fake", "cluster": {"server": server}}],
        "users": [{"name": "nobody", "user": {}}],
        "contexts": [{"name": "fake", "context": {"cluster": "fake", "user": "nobody"}}],
        "current-context": "fake",
    }
    path.touch(mode=0o600)
    path.write_text(json.dumps(config))


def _end_watches(cluster: Cluster) -> None:
    with cluster.changed:
        cluster.closed = True
        cluster.changed.notify_all()


# HTTP requests.


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    # Helm requests all API groups at once; with the default of 5, the others would arrive a second later.
    request_queue_size = 64


class _QuietHandler(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


class ApiError(Exception):
    def __init__(self, code: int, reason: str, message: str) -> None:
        super().__init__(message)
        self.line = f"{code} {reason}"
        self.status = {"apiVersion": "v1", "kind": "Status", "code": code, "reason": reason, "message": message}


class Request(NamedTuple):
    method: str
    resource: Resource
    namespace: str
    name: str
    query: dict[str, str]
    media_type: str
    body: Object


_Application = Callable[[Object, Callable[[str, list[tuple[str, str]]], object]], Iterable[bytes]]


def _application(cluster: Cluster) -> _Application:
    def application(environ: Object, start_response: Callable[[str, list[tuple[str, str]]], object]) -> Iterator[bytes]:
        line = "200 OK"
        try:
            answers = _answers(cluster, environ)
        except ApiError as error:
            line, answers = error.line, iter([error.status])
        start_response(line, [("Content-Type", "application/json")])
        return (json.dumps(answer).encode() + b"\n" for answer in answers)

    return application


def read(cluster: Cluster, path: str) -> Object:
    """Return what a client gets from a path, without HTTP; raise ApiError if the server refuses the request."""
    place, _, query = path.partition("?")
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": unquote(place), "QUERY_STRING": query, "wsgi.input": BytesIO()}
    (answer,) = _answers(cluster, environ)
    return answer


def _answers(cluster: Cluster, environ: Object) -> Iterator[Object]:
    path = environ["PATH_INFO"]
    cluster.requests.append((environ["REQUEST_METHOD"], path))
    # Helm validates hooks despite --disable-openapi-validation. An empty response is a protobuf message that describes
    # no kinds, so Helm validates nothing.
    if path == "/openapi/v2":
        return iter([])
    discovery = _discovery(cluster.resources)
    _hinder(cluster, path)
    for answers in (discovery, cluster.raw):
        if path in answers:
            return iter([answers[path]])
    request = _request(cluster, path, environ)
    if "watch" in request.query:
        return _watch(cluster, request)
    with cluster.changed:
        return iter([_VERBS[request.method](cluster, request)])


def is_hanging(cluster: Cluster, path: str) -> bool:
    """Report whether requests for a path get no response."""
    return bool(_names(path.partition("?")[0]) & cluster.hanging)


def _names(path: str) -> set[str]:
    """Return the names by which a request can be blocked: its path, and the plural name of its kind."""
    found = _PATH.fullmatch(path)
    return {path, found["plural"] if found else path}


def _hinder(cluster: Cluster, path: str) -> None:
    """Block a request until the server ends, or refuse it as if the user lacked the right."""
    names = _names(path)
    if names & cluster.hanging:
        with cluster.changed:
            cluster.changed.wait_for(lambda: cluster.closed)
    if names & cluster.forbidden:
        raise ApiError(403, "Forbidden", f"{path} is forbidden: nobody may look at it")


_PATH = re.compile(
    r"/(?:api|apis)/(?P<group_version>v1|[^/]+/[^/]+)"
    r"(?:/namespaces/(?P<namespace>[^/]+))?/(?P<plural>[^/]+)(?:/(?P<name>[^/]+))?"
)


def _request(cluster: Cluster, path: str, environ: Object) -> Request:
    found = _PATH.fullmatch(path)
    resources = {(it.group_version, it.plural): it for it in cluster.resources}
    if found is None or (found["group_version"], found["plural"]) not in resources:
        raise ApiError(404, "NotFound", f"this server has no {path}")
    resource = resources[found["group_version"], found["plural"]]
    query = {name: values[-1] for name, values in parse_qs(environ["QUERY_STRING"]).items()}
    method, media_type = environ["REQUEST_METHOD"], environ.get("CONTENT_TYPE", "")
    return Request(method, resource, found["namespace"] or "", found["name"] or "", query, media_type, _body(environ))


def _body(environ: Object) -> Object:
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    if environ["REQUEST_METHOD"] not in ("POST", "PUT", "PATCH"):
        return {}
    content: Object = _secret(body) if body.startswith(_PROTOBUF) else json.loads(body)
    return content


# Discovery of the served kinds.


def _discovery(resources: list[Resource]) -> dict[str, Object]:
    group_versions = sorted({it.group_version for it in resources})
    return {
        "/version": {"major": "1", "minor": "34", "gitVersion": "v1.34.0"},
        "/api": {"kind": "APIVersions", "versions": ["v1"]},
        "/apis": {"kind": "APIGroupList", "groups": [_group(it) for it in group_versions if "/" in it]},
        **{f"/apis/{it}" if "/" in it else f"/api/{it}": _kinds(it, resources) for it in group_versions},
    }


def _group(group_version: str) -> Object:
    group, version = group_version.split("/")
    named = {"groupVersion": group_version, "version": version}
    return {"name": group, "versions": [named], "preferredVersion": named}


def _kinds(group_version: str, served: list[Resource]) -> Object:
    verbs = ["create", "delete", "get", "list", "patch", "update", "watch"]
    kinds = [
        {"name": it.plural, "singularName": "", "kind": it.kind, "namespaced": it.namespaced, "verbs": verbs}
        for it in served
        if it.group_version == group_version
    ]
    return {"kind": "APIResourceList", "groupVersion": group_version, "resources": kinds}


# Requests for objects.


def _get(cluster: Cluster, request: Request) -> Object:
    if request.name:
        return _existing(cluster, request)
    return {
        "apiVersion": request.resource.group_version,
        "kind": request.resource.kind + "List",
        "metadata": {"resourceVersion": str(len(cluster.events))},
        "items": [it for it in cluster.objects.values() if _is_selected(it, request)],
    }


def _read(cluster: Cluster, request: Request) -> Object:
    """Return an object or a list for a client.

    In a list of a built-in kind, a real server omits the kind of each item.
    """
    found = _get(cluster, request)
    if request.name or request.resource.group_version not in ("v1", "apps/v1"):
        return found
    items = [{name: it[name] for name in it if name not in ("apiVersion", "kind")} for it in found["items"]]
    return {**found, "items": items}


def _create(cluster: Cluster, request: Request) -> Object:
    if _key(request) in cluster.objects:
        raise ApiError(409, "AlreadyExists", f"{_key(request)} already exists")
    return _store(cluster, request, "create", request.body)


def _update(cluster: Cluster, request: Request) -> Object:
    _existing(cluster, request)
    return _store(cluster, request, "update", request.body)


def _patch(cluster: Cluster, request: Request) -> Object:
    # Only Helm 4 uses server-side apply here, so no other client owns a field; a field that Helm omits is removed.
    if request.media_type != "application/apply-patch+yaml":
        raise ApiError(501, "NotImplemented", f"this server does not know patches of the type {request.media_type}")
    return _store(cluster, request, "apply", request.body)


def _delete(cluster: Cluster, request: Request) -> Object:
    gone = copy.deepcopy(_existing(cluster, request))
    if "dryRun" not in request.query:
        del cluster.objects[_key(request)]
        _record(cluster, "delete", _key(request), "DELETED", gone)
    return {"apiVersion": "v1", "kind": "Status", "status": "Success"}


_VERBS = {"GET": _read, "POST": _create, "PUT": _update, "PATCH": _patch, "DELETE": _delete}


def _key(request: Request) -> Key:
    return Key(request.resource.kind, request.namespace, request.name or request.body["metadata"]["name"])


def _existing(cluster: Cluster, request: Request) -> Object:
    if _key(request) not in cluster.objects:
        raise ApiError(404, "NotFound", f"{_key(request)} not found")
    return cluster.objects[_key(request)]


def _store(cluster: Cluster, request: Request, verb: str, content: Object) -> Object:
    key, stored = _key(request), copy.deepcopy(content)
    new = key not in cluster.objects
    born = {"uid": f"uid-{len(cluster.events)}", "creationTimestamp": "2026-01-01T00:00:00Z"}
    old = born if new else cluster.objects[key]["metadata"]
    stored["metadata"] |= {name: old[name] for name in born}
    if request.namespace:
        stored["metadata"]["namespace"] = request.namespace
    if key.kind in READY:
        stored["status"] = READY[key.kind]
    if "dryRun" not in request.query:
        cluster.objects[key] = stored
        _record(cluster, verb, key, "ADDED" if new else "MODIFIED", stored)
    return stored


def _record(cluster: Cluster, verb: str, key: Key, change: str, changed: Object) -> None:
    cluster.calls.append(Call(verb, *key))
    changed["metadata"]["resourceVersion"] = str(len(cluster.events) + 1)
    cluster.events.append({"type": change, "object": changed})
    cluster.changed.notify_all()


def _is_selected(stored: Object, request: Request) -> bool:
    metadata = stored["metadata"]
    fields = {"metadata.name": metadata["name"], "metadata.namespace": metadata.get("namespace", "")}
    return (
        stored["kind"] == request.resource.kind
        and request.namespace in ("", metadata.get("namespace"))
        and _matches(request.query.get("fieldSelector", ""), fields)
        and _matches(request.query.get("labelSelector", ""), metadata.get("labels", {}))
    )


def _matches(selector: str, values: dict[str, str]) -> bool:
    wanted = [term.split("=") for term in selector.split(",") if term]
    return all(values.get(name) == value for name, value in wanted)


# Requests that watch objects.


def _watch(cluster: Cluster, request: Request) -> Iterator[Object]:
    """Yield events until the server stops.

    The server notices that a client has disconnected when it sends the next event.
    """
    with cluster.changed:
        listed = _get(cluster, request)
    version = listed["metadata"]["resourceVersion"]
    # Helm 4 does not list its hooks before it watches them: it expects the list as events, followed by a bookmark.
    if "sendInitialEvents" in request.query:
        yield from ({"type": "ADDED", "object": it} for it in listed["items"])
        yield _end_of_list(request.resource, version)
    else:
        version = request.query.get("resourceVersion", version)
    yield from (it for it in _events_after(cluster, int(version)) if _is_selected(it["object"], request))


def _end_of_list(resource: Resource, version: str) -> Object:
    metadata = {"resourceVersion": version, "annotations": {"k8s.io/initial-events-end": "true"}}
    marked = {"apiVersion": resource.group_version, "kind": resource.kind, "metadata": metadata}
    return {"type": "BOOKMARK", "object": marked}


def _events_after(cluster: Cluster, seen: int) -> Iterator[Object]:
    while not cluster.closed:
        with cluster.changed:
            while len(cluster.events) == seen and not cluster.closed:
                cluster.changed.wait()
            news, seen = cluster.events[seen:], len(cluster.events)
        yield from news


# Protobuf: Helm sends a release's Secret only in this format, and does not retry with JSON after status 415.


_PROTOBUF = b"k8s\0"


def _secret(body: bytes) -> Object:
    secret = _fields(_fields(body.removeprefix(_PROTOBUF))[2][0])
    metadata = _fields(secret[1][0])
    labels = {name: value.decode() for name, value in _map(metadata[11])}
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": metadata[1][0].decode(), "labels": labels},
        "data": {name: base64.b64encode(value).decode() for name, value in _map(secret[2])},
        "type": secret[3][0].decode(),
    }


def _map(entries: list[bytes]) -> Iterator[tuple[str, bytes]]:
    for entry in map(_fields, entries):
        yield entry[1][0].decode(), entry[2][0]


def _fields(message: bytes) -> dict[int, list[bytes]]:
    """Return the strings, bytes and messages in a protobuf message, by field number; skip its numbers."""
    fields = defaultdict(list)
    stream = BytesIO(message)
    while tag := _varint(stream):
        value = _varint(stream)
        if tag & 7 == 2:
            fields[tag >> 3].append(stream.read(value))
    return fields


def _varint(stream: BytesIO) -> int:
    value = shift = 0
    while byte := stream.read(1):
        value |= (byte[0] & 127) << shift
        shift += 7
        if byte[0] < 128:
            break
    return value
