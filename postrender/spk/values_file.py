"""Where TMM's keys are in a chart's values file.

They stand below `tmm` (charts of the 1.5 era, and the sub-chart's own file) or below `f5-tmm.tmm`. Source: public
values files of SPK 1.5 and 2.1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.errors import InputError
from postrender.spk.target import Target
from postrender.yamledit import nodes, stream

if TYPE_CHECKING:
    from postrender.yamledit.nodes import Path
    from postrender.yamledit.stream import Parsed, Stream

LAYOUTS: tuple[Path, ...] = (("f5-tmm", "tmm"), ("tmm",))


def only(manifests: Stream) -> Parsed:
    """Return the one document of a values file; raise InputError unless there is exactly one."""
    documents = stream.several(manifests, 2)
    if len(documents) == 1:
        return documents[0]
    raise InputError("not a values file: it holds more than one document" if documents else f"empty; {_sought()}")


def located(parsed: Parsed, namespace: str | None) -> Target:
    """Return where the fields of TMM are in a values file; raise InputError where its layout is not known."""
    base = _layout(parsed)
    networks, env, resources = ((*base, key) for key in ("cniNetworks", "customEnvVars", "resources"))
    name = ".".join(map(str, base))
    return Target(parsed, "values", name, namespace, networks, env, resources, base=base)


def _layout(parsed: Parsed) -> Path:
    found = [layout for layout in LAYOUTS if nodes.get(parsed.root, str(layout[0])) is not None]
    if len(found) == 1:
        return found[0]
    if found:
        sentence = "both tmm and f5-tmm are set, and a chart reads only one of them; remove the other"
        raise InputError(sentence, parsed.place())
    keys = ", ".join(nodes.keys(parsed.root)[:10]) or "none"
    raise InputError(f"{_sought()}; its keys are: {keys}", parsed.place())


def _sought() -> str:
    return "expected a values file with TMM's keys below f5-tmm.tmm (in older charts, below tmm)"
