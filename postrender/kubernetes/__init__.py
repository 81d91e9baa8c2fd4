"""General Kubernetes code: objects in a stream, Helm's marks on them, selectors, quantities. Nothing depends on SPK."""

from __future__ import annotations

from postrender.errors import full_name

LABEL_LENGTH = 63  #: characters of a DNS label, such as the name of a namespace: RFC 1123


def title(kind: str, namespace: str | None, name: str) -> str:
    """Return an object's name in messages: `Kind namespace/name`, with the parts that are given."""
    return f"{full_name(kind)} {f'{full_name(namespace)}/' if namespace else ''}{full_name(name)}".strip()
