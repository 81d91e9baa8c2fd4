"""General Kubernetes code, independent of SPK: objects in a stream, Helm's marks on them, selectors and quantities."""

from __future__ import annotations

from postrender.errors import full_name

LABEL_LENGTH = 63  #: the maximum length of a DNS label (RFC 1123), such as a namespace's name


def title(kind: str, namespace: str | None, name: str) -> str:
    """Return an object's name for messages: `Kind namespace/name`, without empty parts."""
    return f"{full_name(kind)} {f'{full_name(namespace)}/' if namespace else ''}{full_name(name)}".strip()
