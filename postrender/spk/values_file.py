"""The paths of TMM's keys in a chart's values file.

The keys are under `tmm` (in charts of the 1.5 era, and in the sub-chart's own values file) or under `f5-tmm.tmm`.
Source: public values files of SPK 1.5 and 2.1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.errors import InputError, dotted
from postrender.spk.target import Target
from postrender.yamledit import nodes, stream

if TYPE_CHECKING:
    from postrender.yamledit.nodes import Path
    from postrender.yamledit.stream import Parsed, Stream

RENDERED = "convert the output of `helm template`"  #: the alternative to a values file, for messages
#: Variables that the chart's own template lists before the variables from a user's values. `TMM_DEFAULT_MTU` is not one
#: of them: the template does not repeat it. Source: a chart of the 2.1 era.
CHART_VARIABLES = (
    "CONF_TRANSPORT",
    "CONTAINER_NAME",
    "EXPORT_TELEMETRY",
    "GRPC_CA_BASE",
    "GRPC_DNS",
    "GRPC_SRV_ADDR",
    "GRPC_SSL_PATH",
    "GRPC_SSL_TUPLE",
    "GRPC_STATS_ADDR",
    "GRPC_STATS_PORT",
    "GRPC_USE_VAULT",
    "K8S_LIVENESS_PORT",
    "K8S_METRICS_PORT",
    "NAT_IP_RESERVATION_TIMEOUT",
    "PROCESS_NAME",
    "SESSIONDB_EXTERNAL_RETRY_WAIT_SEC",
    "SESSIONDB_EXTERNAL_STORAGE",
    "SPK_QKVIEW_ENABLED",
    "TMM_K8S_ROUTES",
    "TMM_LOG_LEVEL",
    "TMM_MAPRES_DELAY_MS",
    "TMM_VETH_MTU_EN",
    "USE_PHYS_MEM",
    "ZXFRD_ADDR",
    "ZXFRD_PORT",
)
LAYOUTS: tuple[Path, ...] = (("f5-tmm", "tmm"), ("tmm",))


def only(manifests: Stream, instead: str = RENDERED) -> Parsed:
    """Return the one document of a values file; raise InputError unless there is exactly one.

    `instead` is the alternative that a message suggests to a user whose values file has no TMM keys.
    """
    documents = stream.several(manifests, 2)
    if len(documents) == 1:
        return documents[0]
    if documents:
        raise InputError("not a values file: it has more than one document; pass a file with only one")
    raise InputError(f"the file has no content; pass the file that sets TMM's keys, or {instead}")


def is_values_file(manifests: Stream) -> bool:
    """Report whether a stream is a chart's values file: one map with TMM's keys, but without `kind`."""
    documents = stream.several(manifests, 2)
    root = documents[0].root if len(documents) == 1 else None
    return nodes.get(root, "kind") is None and any(nodes.get(root, str(key)) is not None for key, *_ in LAYOUTS)


def locate(parsed: Parsed, namespace: str | None, instead: str = RENDERED) -> Target:
    """Return the paths of TMM's fields in a values file; raise InputError if its layout is not known."""
    base = _layout(parsed, instead)
    networks, env, resources = ((*base, key) for key in ("cniNetworks", "customEnvVars", "resources"))
    name = dotted(base)
    return Target(parsed, "values", name, namespace, networks, env, resources, base=base)


def _layout(parsed: Parsed, instead: str) -> Path:
    layouts = [layout for layout in LAYOUTS if nodes.get(parsed.root, str(layout[0])) is not None]
    if len(layouts) == 1:
        return layouts[0]
    if layouts:
        sentence = "both tmm and f5-tmm are set, but a chart reads only one of them; remove the other"
        raise InputError(sentence, parsed.place())
    missing = "this values file has no TMM keys (under f5-tmm.tmm, or under tmm in older charts)"
    raise InputError(f"{missing}; pass the file that sets them, or {instead}", parsed.place())
