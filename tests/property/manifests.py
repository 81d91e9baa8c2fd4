"""Generate streams with a TMM among other documents, and configs for them."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import yaml
from hypothesis import assume
from hypothesis import strategies as st

from postrender import config
from postrender.config import Config
from postrender.yamledit import nodes
from tests.property.styles import ORDINARY, WILD, Style, Writer

NAMES = ["TMM_MAPRES_ADDL_VETHS_ON_DP", "TMM_MAPRES_HUGEPAGES", "TMM_DEFAULT_MTU", "OPENSHIFT_VFIO_RESOURCE_1"]
NAMES += ["ROBIN_VFIO_RESOURCE_2", "PCIDEVICE_X", "OLD_1", "OLD_2", "POD_IP", "A", "USE_PHYS_MEM"]
TEXTS = [
    "TRUE",
    "1536",
    "786",
    "9000",
    "on",
    "two words",
    "",
    "$(POD_IP)",
    "a: b # c",
    "first\nsecond\n",
    "kept\n\n",
    "é😀",
]
FIELD = {"fieldRef": {"fieldPath": "status.podIP"}}
SCRIPT = "for link in x*; do\n  # rename\n  ip link set $link\ndone\n"


def mapping(**entries: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Draw maps with any of these entries in any order; an underscore in a name becomes a hyphen."""
    strategies = {name.replace("_", "-"): entry for name, entry in entries.items()}
    return st.fixed_dictionaries({}, optional=strategies).flatmap(shuffled)


def shuffled(value: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.permutations(list(value.items())).map(dict)


def nothing_or(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Draw None in some cases. If a value is not set, templates leave None, an empty map or an empty list."""
    return st.one_of(st.none(), strategy)


VARIABLE = st.one_of(
    st.builds(lambda name, value: {"name": name, "value": value}, st.sampled_from(NAMES), st.sampled_from(TEXTS)),
    st.builds(lambda name: {"name": name, "valueFrom": FIELD}, st.sampled_from(NAMES)),
    st.builds(lambda name: {"name": name}, st.sampled_from(NAMES)),
)
WILD_VARIABLE = st.one_of(
    VARIABLE.flatmap(shuffled), st.builds(lambda name: {"valueFrom": FIELD, "name": name}, st.sampled_from(NAMES))
)
AMOUNTS = st.fixed_dictionaries(
    {},
    optional={
        "cpu": st.sampled_from([1, 2, "1", "500m"]),
        "hugepages-2Mi": st.sampled_from(["3Gi", "1572Mi"]),
        "memory": st.sampled_from(["2Gi", "4Gi"]),
        "openshift.io/x": st.sampled_from([1, "1"]),
        "intel.com/y": st.just(1),
    },
)
RESOURCES = nothing_or(mapping(limits=nothing_or(AMOUNTS), requests=nothing_or(AMOUNTS)))
ANNOTATIONS = nothing_or(
    st.fixed_dictionaries(
        {},
        optional={
            "k8s.v1.cni.cncf.io/networks": st.sampled_from(
                ["default/a,default/b", "sriov-a, sriov-b", "lab/net-a", None]
            ),
            "robin.io/networks": st.sampled_from(["sriov-a", None]),
            "openshift.io/scc": st.just("privileged"),
        },
    )
)
LIFECYCLE = st.just({"preStop": {"exec": {"command": ["/bin/sh", "-c", SCRIPT]}}})


@st.composite
def containers(draw: st.DrawFn, variables: st.SearchStrategy[dict[str, Any]]) -> list[dict[str, Any]]:
    """Draw the TMM container, before or after its sidecars."""
    environment = nothing_or(st.lists(variables, max_size=6))
    rest = draw(mapping(env=environment, resources=RESOURCES, lifecycle=LIFECYCLE, args=st.just(["-a", "b"])))
    tmm = {"name": "f5-tmm", **rest}
    sidecar = {
        "name": "debug",
        "env": [{"name": "PCIDEVICE_X", "value": "1"}],
        "resources": {"limits": {"openshift.io/x": 1}},
    }
    return draw(st.sampled_from([[tmm], [tmm, sidecar], [sidecar, tmm]]))


@st.composite
def workloads(draw: st.DrawFn, variables: st.SearchStrategy[dict[str, Any]]) -> dict[str, Any]:
    metadata: dict[str, Any] = {
        "name": "f5-tmm",
        **draw(mapping(namespace=st.just("spk"), labels=st.just({"app": "f5-tmm"}))),
    }
    if draw(st.booleans()):
        metadata["annotations"] = {"toda.f5.com/tmm-name": "f5-tmm"}
    pod = {
        "containers": draw(containers(variables)),
        **draw(mapping(hostNetwork=st.just(False), volumes=st.just([{"name": "v"}]))),
    }
    template = draw(
        shuffled({"metadata": draw(mapping(annotations=ANNOTATIONS, labels=st.just({"a": "b"}))), "spec": pod})
    )
    spec = draw(shuffled({"replicas": 1, "template": template}))
    kind = draw(st.sampled_from(["Deployment", "DaemonSet"]))
    workload = {"apiVersion": "apps/v1", "kind": kind, "metadata": metadata, "spec": spec}
    if draw(st.integers(0, 9)) == 9:
        return {"apiVersion": "v1", "kind": "List", "items": [{"apiVersion": "v1", "kind": "Service"}, workload]}
    return workload


# Texts.


@st.composite
def ordinary_documents(draw: st.DrawFn) -> str:
    """Draw the TMM's text as a template, Helm's toYaml or a JSON tool writes it."""
    value = draw(workloads(VARIABLE))
    form = draw(st.sampled_from(["template", "template", "template", "toYaml", "json", "indented json"]))
    if form == "template":
        text = Writer(draw, draw(ORDINARY)).text(value)
        return text.replace("\n", draw(st.sampled_from(["\n", "\n", "\r\n"])))
    if form == "toYaml":
        unshared = json.loads(json.dumps(value))  # PyYAML would write shared values as aliases
        return yaml.safe_dump(unshared, sort_keys=True, width=1 << 20, allow_unicode=True)
    return json.dumps(value, ensure_ascii=False, indent=2 if form == "indented json" else None) + "\n"


@st.composite
def wild_documents(draw: st.DrawFn) -> str:
    """Draw the TMM's text in any style that YAML allows."""
    style: Style = draw(WILD)
    text = (
        Writer(draw, style)
        .text(draw(workloads(WILD_VARIABLE)))
        .replace("\n", draw(st.sampled_from(["\n", "\n", "\r\n", "\r"])))
    )
    assume(is_yaml(text))
    return text


def is_yaml(text: str) -> bool:
    try:
        return nodes.compose(text) is not None
    except nodes.Unreadable:
        return False


DEFINITION = (
    "apiVersion: k8s.cni.cncf.io/v1\nkind: NetworkAttachmentDefinition\nmetadata: {name: other}\nspec: {config: '{}'}\n"
)
OTHERS = [
    "# Source: spk/templates/service.yaml\napiVersion: v1\nkind: Service\nmetadata: {name: f5-tmm}\n",
    "kind: Deployment\nmetadata: {name: f5-tmm}\n",
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: f5-tmm, annotations: {helm.sh/hook: test}}\n",
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: controller}  # not f5-tmm\n",
    "kind: ConfigMap\ndata:\n  a: |\n    kind: Deployment\n    name: f5-tmm\n\n\n",
    "kind: List\nitems: []\n",
    DEFINITION,
    'a: "\\x41\\u0042"\n',
    "a: &x b\nc: &x d\n",
    "a: [b, # a Service\n",
    "a:\r\n  - b\r\n",
    "a: b\x85c: d\u2028\n",
    "\ta: '\n",
    "# nothing\n",
    "\n\n",
    "",
]


@st.composite
def other_documents(draw: st.DrawFn) -> str:
    """Draw other documents, each after its own marker."""
    texts = draw(st.lists(st.sampled_from(OTHERS), max_size=3))
    return "".join(draw(st.sampled_from(["---\n", "--- # c\n", "---\n# c\n\n", "...\n---\n"])) + text for text in texts)


class Case(NamedTuple):
    """A stream in three parts, and a config for it."""

    before: bytes
    tmm: str
    after: bytes
    config: Config

    @property
    def stream(self) -> bytes:
        return self.before + self.tmm.encode() + self.after


@st.composite
def cases(draw: st.DrawFn, documents: st.SearchStrategy[str]) -> Case:
    before, tmm, after = draw(other_documents()), draw(documents), draw(other_documents())
    before = before.removeprefix("...\n")
    if before and not tmm.startswith(("---", "%")):
        tmm = "---\n" + tmm
    if not after and draw(st.booleans()):
        tmm = tmm.rstrip("\r\n")
    directives = before and tmm.startswith("%")
    before = draw(st.sampled_from(["", "", "", "\ufeff"])) + before + ("...\n" if directives else "")
    return Case(before.encode(), tmm, after.encode(), draw(configs()))


# Configs.

NETWORK = st.fixed_dictionaries(
    {"master": st.just("ens224")},
    optional={
        "namespace": st.just("lab"),
        "create": st.booleans(),
        "mode": st.just("private"),
        "mtu": st.just(9000),
        "labels": st.just({"on": "off"}),
        "cni": st.just({"linkInContainer": False}),
    },
)
TMM = st.fixed_dictionaries(
    {},
    optional={
        "env": st.dictionaries(
            st.sampled_from(["TMM_DEFAULT_MTU", "A", "NEW", "USE_PHYS_MEM"]), st.sampled_from(["1", "on", "é"])
        ),
        "unsetEnv": st.sampled_from([[], ["OLD_*"], ["OLD_1"]]),
        "unsetResources": st.sampled_from([[], ["intel.com/*"]]),
        "topologyManager": st.booleans(),
        "resources": st.sampled_from([{}, {"cpu": 1}, {"cpu": 1, "hugepages-2Mi": "1572Mi", "memory": "2Gi"}]),
    },
)


@st.composite
def configs(draw: st.DrawFn) -> Config:
    names = draw(st.lists(st.sampled_from(["net-a", "net-b", "net-c"]), min_size=1, max_size=3, unique=True))
    networks = [{"name": name, **draw(NETWORK)} for name in names]
    spec = {"networks": networks, "tmm": draw(TMM)}
    head = {"apiVersion": config.API_VERSION, "kind": config.KIND}
    return config.parse(json.dumps({**head, "spec": spec}, ensure_ascii=False).encode())
