"""Inputs of any size: one function for each dimension in which the program's input can grow."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

HEAD = "apiVersion: spk-macvlan.internal/v1alpha1\nkind: MacvlanConversion\n"
NETWORK = "spec:\n  networks:\n  - {name: net-a, master: ens224}\n"


class Input(NamedTuple):
    """A stream, and a config for it."""

    stream: str
    config: str = NETWORK


def _tmm(above: str = "", annotations: str = "", env: str = "", limits: str = "", containers: str = "") -> str:
    return (
        f"---\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: f5-tmm\n{above}"
        f"spec:\n  template:\n    metadata:\n      annotations:\n        a: b\n{annotations}"
        f"    spec:\n      containers:\n      - name: f5-tmm\n        env:\n        - {{name: A, value: b}}\n{env}"
        f"        resources:\n          limits:\n            cpu: 1\n            hugepages-2Mi: 1572Mi\n{limits}"
        f"{containers}"
    )


def _lines(number: int, line: str) -> str:
    return "".join(line.format(it) for it in range(number))


def documents(number: int) -> Input:
    """Return an input with many documents that are not the TMM."""
    document = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c{0}}}\ndata: {{a: b}}\n"
    return Input(_lines(number // 2, document) + _tmm())


def variables(number: int) -> Input:
    """Return an input with many variables of TMM, of which the config sets one in ten."""
    own = NETWORK + "  tmm:\n    env:\n" + _lines(number // 20, '      V{0}: "x"\n')
    return Input(_tmm(env=_lines(number // 2, "        - {{name: V{0}, value: y}}\n")), own)


def repeated_variables(number: int) -> Input:
    """Return an input with many variables that are listed twice."""
    entry = "        - {{name: V{0}, value: y}}\n        - {{name: V{0}, value: z}}\n"
    return Input(_tmm(env=_lines(number // 4, entry)))


def resources(number: int) -> Input:
    """Return an input with many device-plugin resources."""
    return Input(_tmm(limits=_lines(number, "            openshift.io/d{0}: 1\n")))


def pod_annotations(number: int) -> Input:
    """Return an input with many annotations of the pod template."""
    return Input(_tmm(annotations=_lines(number, "        a{0}: b\n")))


def sidecars(number: int) -> Input:
    """Return an input with many sidecars, each with a problem to find."""
    entry = "      - name: s{0}\n        resources: {{limits: {{openshift.io/a: 1, cpu: 500m}}}}\n"
    return Input(_tmm(containers=_lines(number // 4, entry)))


def networks(number: int) -> Input:
    """Return an input with many definitions of networks that the config does not name."""
    document = (
        "---\napiVersion: k8s.cni.cncf.io/v1\nkind: NetworkAttachmentDefinition\n"
        "metadata: {{name: n{0}}}\nspec: {{config: '{{}}'}}\n"
    )
    return Input(_lines(number // 4, document) + _tmm())


def findings(number: int) -> Input:
    """Return an input with many VLAN objects in one List, each with an MTU that is too large."""
    item = (
        "- apiVersion: k8s.f5net.com/v1\n  kind: F5SPKVlan\n  metadata: {{name: v{0}}}\n"
        "  spec: {{name: v{0}, mtu: 9000}}\n"
    )
    return Input(_tmm() + "---\napiVersion: v1\nkind: List\nitems:\n" + _lines(number // 4, item))


def pools(number: int) -> Input:
    """Return an input with an Infra object of many pools, each with too few addresses."""
    pool = "  - {{name: p{0}, ipPools: [{{cidr: '10.0.0.0/30'}}]}}\n"
    head = "---\napiVersion: gateway.k8s.f5.com/v1alpha1\nkind: Infra\nmetadata: {name: infra}\nspec:\n  ipams:\n"
    return Input(_tmm() + head + _lines(number // 4, pool))


def merges(number: int) -> Input:
    """Return an input with many maps that merge the same map."""
    return Input(_tmm(above="  m: &m {a: 1, b: 2}\n" + _lines(number // 4, "  x{0}:\n    <<: *m\n")))


def merge_chain(number: int) -> Input:
    """Return an input with many maps, each of which merges the previous one."""
    chain = "  x0: &x0 {a: 1}\n" + "".join(f"  x{it}: &x{it}\n    <<: *x{it - 1}\n" for it in range(1, number // 4))
    return Input(_tmm(above=chain))


def nesting(number: int) -> Input:
    """Return an input with deeply nested lists."""
    depth = min(number // 8, 900)
    return Input(_tmm(above=f"  deep: {'[' * depth}{']' * depth}\n"))


def comments(number: int) -> Input:
    """Return an input with many comments, above the TMM's document and in it."""
    return Input("# x\n" * number + _tmm(env="        # y\n" * number))


def patches(number: int) -> Input:
    """Return an input with many objects, and a config with ten patches for each of them."""
    own = (
        NETWORK
        + "  patches:\n"
        + _lines(10, "  - {{target: {{kind: ConfigMap}}, patch: [{{op: add, path: /data/k{0}, value: x}}]}}\n")
    )
    return Input(documents(number // 4).stream, own)


def patched_values(number: int) -> Input:
    """Return an input with a large document, and a config with a hundred operations that each add a value to it."""
    own = (
        NETWORK
        + "  patches:\n  - target: {kind: Deployment}\n    patch:\n"
        + _lines(100, "    - {{op: add, path: /metadata/k{0}, value: x}}\n")
    )
    return Input(pod_annotations(number).stream, own)


def globs(number: int) -> Input:
    """Return an input with many variables, each of which is compared with a hundred globs."""
    own = NETWORK + "  tmm:\n    unsetEnv:\n" + _lines(100, '    - "?W{0}*"\n')
    return Input(variables(number).stream, own)


def targets(number: int) -> Input:
    """Return an input with many objects, and a config with a hundred patches whose targets are expressions."""
    patch = "  - {{target: {{name: 'tmm|.*x{0}'}}, patch: [{{op: add, path: /metadata/labels, value: {{a: b}}}}]}}\n"
    own = NETWORK + "  patches:\n" + _lines(100, patch)
    return Input(documents(number // 4).stream.replace("c0", "tmm"), own)


def large_patches(number: int) -> Input:
    """Return an input with many objects, and a config with a patch that adds a large value to each of them."""
    value = "{" + ", ".join(f"k{it}: x" for it in range(100)) + "}"
    own = (
        NETWORK
        + f"  patches:\n  - {{target: {{kind: ConfigMap}}, patch: [{{op: add, path: /data, value: {value}}}]}}\n"
    )
    return Input(documents(number // 16).stream, own)


DIMENSIONS: dict[str, Callable[[int], Input]] = {
    it.__name__: it
    for it in (
        *(documents, variables, repeated_variables, resources, pod_annotations, sidecars, networks, findings),
        *(pools, merges, merge_chain, nesting, comments, patches, patched_values, globs, targets, large_patches),
    )
}
VERBS: dict[str, tuple[str, ...]] = {
    "render": (),
    "check": ("check",),
    "diff": ("diff", "--format", "text"),
    "compile": ("compile", "--format", "flux"),
    "policy": ("compile", "--format", "policy"),
    "init": ("init", "--from", "-"),
}
