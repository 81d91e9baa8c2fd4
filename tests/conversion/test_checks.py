"""Test every rule that checks: when it reports a finding, when it does not, and in which order findings come."""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import Any

import pytest

from postrender import config, conversion
from postrender.config import Config
from postrender.conversion import Conversion, Converted, Unchanged, checks
from postrender.kubernetes.objects import Object, objects
from postrender.rules import Rule
from postrender.rules.finding import ERROR, NOTE, WARNING, Finding, Reference
from postrender.spk import target
from postrender.yamledit import stream as stream_of
from tests.configs import HEAD, TMM_NAME

TWO = "[{name: net-a, master: ens1}, {name: net-b, master: ens2}]"
MEMORY = "hugepages-2Mi: 1572Mi, memory: 2Gi"
AMOUNTS = f"{{cpu: 1, {MEMORY}}}"
QUIET = "name: debug, resources: {limits: {cpu: 500m, memory: 1Gi}}"
NOTES = ["interfaces"]  #: the rules that report a note on every TMM
POD = "spec.template.spec"
ENV, RESOURCES = f"{POD}.containers.0.env", f"{POD}.containers.0.resources"

#: The rule, the level, the path, and the line number of a finding.
Said = tuple[str, str, str, int]


def tmm(  # noqa: PLR0913, PLR0917
    env: str = "[]",
    limits: str = AMOUNTS,
    requests: str | None = None,
    sidecar: str = QUIET,
    init: str = "[]",
    pod: str = "hostNetwork: false",
    replicas: str = "replicas: 1",
    kind: str = "Deployment",
    metadata: str = "namespace: spk",
) -> str:
    """Return a TMM without any problem.

    Each argument keeps its line number: env 12, limits 14, requests 15, sidecar 16.
    """
    return f"""\
apiVersion: apps/v1
kind: {kind}
metadata: {{name: f5-tmm, {metadata}}}
spec:
  {replicas}
  template:
    spec:
      {pod}
      initContainers: {init}
      containers:
      - name: f5-tmm
        env: {env}
        resources:
          limits: {limits}
          requests: {limits if requests is None else requests}
      - {{{sidecar}}}
  strategy: {{type: Recreate}}
"""


def instance(resources: str = "{}", env: str = "[]", namespace: str = "bnk") -> str:
    return f"""\
apiVersion: k8s.f5.com/v1
kind: CNEInstance
metadata: {{name: bnk, namespace: {namespace}}}
spec:
  networkAttachments: [net-a, net-b]
  advanced:
    tmm:
      env: {env}
      resources: {resources}
    demoMode: {{enabled: true}}
"""


def variable(name: str, value: str) -> str:
    return f'[{{name: {name}, value: "{value}"}}]'


def controller(env: str, name: str = "rel-f5ingress") -> str:
    container = f"{{name: c, env: {env}}}"
    return f"""\
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}}}
spec: {{template: {{spec: {{containers: [{container}]}}}}}}
"""


def autoscaler(kind: str = "Deployment", name: str = TMM_NAME, namespace: str = "spk") -> str:
    return f"""\
---
kind: HorizontalPodAutoscaler
metadata: {{name: hpa, namespace: {namespace}}}
spec:
  scaleTargetRef: {{kind: {kind}, name: {name}}}
"""


def definition(annotations: str, name: str = "net-a", namespace: str = "spk") -> str:
    return f"""\
---
kind: NetworkAttachmentDefinition
metadata:
  name: {name}
  namespace: {namespace}
  annotations: {annotations}
"""


def vlan(interfaces: str = '["1.1"]', tag: str = "tag: 0", name: str = "other", namespace: str = "spk") -> str:
    return f"""\
---
kind: F5SPKVlan
metadata: {{name: {name}, namespace: {namespace}}}
spec:
  {tag}
  interfaces: {interfaces}
"""


def settings(networks: str = TWO, tmm: str = "{}") -> Config:
    return config.parse(f"{HEAD}spec: {{networks: {networks}, tmm: {tmm}}}\n".encode())


def of_stream(data: bytes, given: Config, include_hooks: bool = False, **more: Any) -> Conversion:
    """Return a conversion whose output is this stream, unchanged.

    Rules can thus be tested on input that no real conversion would leave.
    """
    manifests = stream_of.read(data)
    every = (found for parsed in stream_of.readable(manifests) for found in objects(parsed))
    found = [it for it in every if target.is_target(it, given.tmm.workload, given.tmm.namespace, include_hooks)]
    if not found:
        return Unchanged(manifests, data)
    located = target.locate(found[0])
    return Converted(manifests, manifests, located, located, **more)


def findings(stream: str, given: Config) -> tuple[Finding, ...]:
    return checks.findings(of_stream(stream.encode(), given), given, whole_stream=True)


def of(rules: Container[str], found: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return the findings of the tested rules only; the test does not depend on the findings of other rules."""
    return tuple(finding for finding in found if finding.rule in rules)


def told(found: Sequence[Finding]) -> list[Said]:
    """Return the main fields of each finding."""
    return [(finding.rule, finding.level, finding.place.path, finding.place.line) for finding in found]


def names(found: Sequence[Finding]) -> list[str]:
    return [finding.rule for finding in found]


def rule_of(case: Any) -> str:
    """Return the rule that a case tests, from the case's id, which has the form `RULE/CASE`."""
    return str(case.id).split("/")[0]


NEXT = tmm().count("\n") + 1  #: the line number of the `---` that follows a TMM
RESOURCE_NAME = "k8s.v1.cni.cncf.io/resourceName"
ATTACHMENT = "TMM_NETWORK_ATTACHMENT_DEFINITIONNAME"
PASSTHRU = "[{name: net-a, master: ens1, mode: passthru}, {name: net-b, master: %s}]"
ADDRESSES = "[{name: net-a, master: ens1, vlan: {selfIPv4: [10.1.1.1, 10.1.1.2], prefixLengthV4: 24}}]"
V6 = '[{name: net-a, master: e}, {name: net-b, master: f, vlan: {selfIPv6: ["fd00::1"], prefixLengthV6: 64}}]'
UNTAGGED = "[{name: net-a, master: ens1, vlan: {}}]"
ELSEWHERE = "[{name: net-a, master: ens1}, {name: net-b, master: ens2, namespace: lab}]"
MTU = "[{name: net-a, master: ens1, mtu: 1500}, {name: net-b, master: ens2, mtu: 9000}]"
PAGES = "TMM_MAPRES_HUGEPAGES"

FIRES = [
    pytest.param(
        tmm(sidecar=f"{QUIET[:-1]}, requests: {{cpu: 100m, memory: 1Gi}}}}"),
        settings(),
        [("guaranteed-qos", ERROR, f"{POD}.containers.1.resources", 16)],
        "container debug has a cpu limit of 500m but a request of 100m",
        id="guaranteed-qos/another-container",
    ),
    pytest.param(
        tmm(init="[{name: setup, resources: {limits: {cpu: 1}}}]"),
        settings(),
        [("guaranteed-qos", ERROR, f"{POD}.initContainers.0.resources", 9)],
        "container setup has no memory limit",
        id="guaranteed-qos/init-container",
    ),
    pytest.param(
        tmm(sidecar="name: debug"),
        settings(),
        [("guaranteed-qos", ERROR, f"{POD}.containers.1.resources", 16)] * 2,
        "container debug has no cpu limit",
        id="guaranteed-qos/no-resources",
    ),
    pytest.param(
        tmm(sidecar="name: debug, resources: {requests: {cpu: 1, memory: 1Gi}}"),
        settings(),
        [("guaranteed-qos", ERROR, f"{POD}.containers.1.resources", 16)] * 2,
        "has no cpu limit",
        id="guaranteed-qos/only-requests",
    ),
    pytest.param(
        tmm(sidecar="name: debug, resources: {limits: {cpu: null, memory: 1Gi}}"),
        settings(),
        [("guaranteed-qos", ERROR, f"{POD}.containers.1.resources", 16)],
        "container debug has no cpu limit",
        id="guaranteed-qos/a-null",
    ),
    pytest.param(
        tmm(requests=f"{{cpu: 999m, {MEMORY}}}"),
        settings(),
        [("guaranteed-qos", ERROR, RESOURCES, 14)],
        "container f5-tmm has a cpu limit of 1 but a request of 999m",
        id="guaranteed-qos/one-thousandth-less",
    ),
    pytest.param(
        tmm(requests="{cpu: 1, hugepages-2Mi: 1572Mi, memory: 2047Mi}"),
        settings(),
        [("guaranteed-qos", ERROR, RESOURCES, 14)],
        "container f5-tmm has a memory limit of 2Gi but a request of 2047Mi",
        id="guaranteed-qos/memory",
    ),
    pytest.param(
        tmm(limits="{cpu: 1500m, hugepages-2Mi: 3Gi, memory: 2Gi}"),
        settings(),
        [("guaranteed-qos", ERROR, RESOURCES, 14)],
        "cpu of the TMM container is 1500m, but only whole CPUs can be pinned",
        id="guaranteed-qos/millicpu",
    ),
    pytest.param(
        tmm(limits=f"{{cpu: 0.5, {MEMORY}}}"),
        settings(),
        [("guaranteed-qos", ERROR, RESOURCES, 14)],
        "cpu of the TMM container is 0.5",
        id="guaranteed-qos/half-a-cpu",
    ),
    # Kubernetes also accepts exponents.
    pytest.param(
        tmm(sidecar="name: debug, resources: {limits: {cpu: 1, memory: 129e6}, requests: {memory: 128e6}}"),
        settings(),
        [("guaranteed-qos", ERROR, f"{POD}.containers.1.resources", 16)],
        "container debug has a memory limit of 129e6 but a request of 128e6",
        id="guaranteed-qos/exponents",
    ),
    pytest.param(
        tmm(sidecar="name: debug, resources: {limits: {cpu: 1, memory: 1P}, requests: {memory: 2P}}"),
        settings(),
        [("guaranteed-qos", ERROR, f"{POD}.containers.1.resources", 16)],
        "container debug has a memory limit of 1P but a request of 2P",
        id="guaranteed-qos/rare-units",
    ),
    pytest.param(
        tmm(limits="{cpu: 1, hugepages-2Mi: 1572Mi, memory: 2G}"),
        settings(),
        [("resource-units", ERROR, RESOURCES, 14)],
        "memory of the TMM container is 2G, but must be in Mi or Gi",
        id="resource-units/gigabytes",
    ),
    pytest.param(
        tmm(limits="{cpu: 1, hugepages-2Mi: 1572Mi, memory: 2147483648}"),
        settings(),
        [("resource-units", ERROR, RESOURCES, 14)],
        "memory of the TMM container is 2147483648",
        id="resource-units/bytes",
    ),
    pytest.param(
        tmm(requests="{cpu: 1, hugepages-2Mi: 1572Mi, memory: 2147483648}"),
        settings(),
        [("resource-units", ERROR, RESOURCES, 14)],
        "memory of the TMM container is 2147483648",
        id="resource-units/bytes-in-the-request",
    ),
    pytest.param(
        tmm(limits="{cpu: 1, hugepages-2Mi: 2097152Ki, memory: 2Gi}"),
        settings(),
        [("resource-units", ERROR, RESOURCES, 14)],
        "hugepages-2Mi of the TMM container is 2097152Ki",
        id="resource-units/hugepages-in-Ki",
    ),
    pytest.param(
        tmm(limits="{cpu: 1, hugepages-2Mi: 1573Mi, memory: 2Gi}"),
        settings(),
        [("resource-units", ERROR, RESOURCES, 14)],
        "hugepages-2Mi of the TMM container is 1573Mi, but must be a multiple of 2Mi",
        id="resource-units/half-a-page",
    ),
    pytest.param(
        tmm(requests="{cpu: 1, hugepages-2Mi: 1570Mi, memory: 2Gi}"),
        settings(),
        [("resource-units", ERROR, RESOURCES, 14)],
        "hugepages-2Mi of the TMM container has a limit of 1572Mi but a request of 1570Mi",
        id="resource-units/hugepages-differ",
    ),
    pytest.param(
        instance("{limits: {memory: 2G}}"),
        settings(),
        [("resource-units", ERROR, "spec.advanced.tmm.resources", 9)],
        "memory of the TMM container is 2G",
        id="resource-units/instance",
    ),
    pytest.param(
        tmm(variable("PAL_CPU_SET", "0,1")),
        settings(),
        [("pal-cpu-set", ERROR, f"{ENV}.0", 12)],
        "PAL_CPU_SET 0,1 lists 2 CPUs, but the TMM container has cpu 1",
        id="pal-cpu-set/list",
    ),
    pytest.param(
        tmm(variable("PAL_CPU_SET", "0-2, 7"), limits="{cpu: 3, hugepages-2Mi: 6Gi, memory: 2Gi}"),
        settings(),
        [("pal-cpu-set", ERROR, f"{ENV}.0", 12)],
        "PAL_CPU_SET 0-2, 7 lists 4 CPUs, but the TMM container has cpu 3",
        id="pal-cpu-set/range",
    ),
    pytest.param(
        tmm("[{name: PAL_CPU_SET, value: '0'}, {name: PAL_CPU_SET, value: '0-1'}]"),
        settings(),
        [("pal-cpu-set", ERROR, f"{ENV}.1", 12)],
        "PAL_CPU_SET 0-1 lists 2 CPUs",
        id="pal-cpu-set/last-one-wins",
    ),
    pytest.param(
        tmm(limits=f"{{cpu: 1, {MEMORY}, intel.com/sriov: 1}}"),
        settings(),
        [("sriov-leftovers", ERROR, f"{RESOURCES}.limits.intel.com/sriov", 14)],
        "container f5-tmm requests intel.com/sriov",
        id="sriov-leftovers/resource",
    ),
    pytest.param(
        tmm("[{name: A, value: a}, {name: OPENSHIFT_VFIO_RESOURCE_1, value: x}]"),
        settings(),
        [("sriov-leftovers", ERROR, f"{ENV}.1", 12)],
        "still has OPENSHIFT_VFIO_RESOURCE_1",
        id="sriov-leftovers/openshift",
    ),
    pytest.param(
        tmm(variable("ROBIN_VFIO_RESOURCE_12", "x")),
        settings(),
        [("sriov-leftovers", ERROR, f"{ENV}.0", 12)],
        "still has ROBIN_VFIO_RESOURCE_12",
        id="sriov-leftovers/robin",
    ),
    pytest.param(
        tmm(variable("PCIDEVICE_INTEL_COM_X", "0000:3b:02.0")),
        settings(),
        [("sriov-leftovers", ERROR, f"{ENV}.0", 12)],
        "still has PCIDEVICE_INTEL_COM_X",
        id="sriov-leftovers/pci-address",
    ),
    pytest.param(
        tmm(variable("TMM_DEFAULT_MTU", "9000")),
        settings(MTU),
        [("mtu", ERROR, "spec.networks[0].mtu", 0)],
        "mtu of net-a is 1500, but TMM_DEFAULT_MTU is 9000",
        id="mtu/lower",
    ),
    pytest.param(
        tmm("[{name: TMM_DEFAULT_MTU, value: '9000'}]"),
        settings("[{name: net-a, master: ens1, mtu: 9000}, {name: net-b, master: ens2, mtu: 1400}]"),
        [("mtu", ERROR, "spec.networks[1].mtu", 0)],
        "mtu of net-b is 1400, but TMM_DEFAULT_MTU is 9000",
        id="mtu/of-the-second-alone",
    ),
    pytest.param(
        tmm("[{name: TMM_DEFAULT_MTU, value: '1500'}, {name: TMM_DEFAULT_MTU, value: '9000'}]"),
        settings(MTU),
        [("mtu", ERROR, "spec.networks[0].mtu", 0)],
        "mtu of net-a is 1500, but TMM_DEFAULT_MTU is 9000",
        id="mtu/last-one-wins",
    ),
    pytest.param(
        instance(env=variable("TMM_DEFAULT_MTU", "9000")),
        settings(MTU),
        [("mtu", ERROR, "spec.networks[0].mtu", 0)],
        "mtu of net-a is 1500",
        id="mtu/instance",
    ),
    pytest.param(
        tmm(),
        settings(PASSTHRU % "ens1"),
        [("shared-master", ERROR, "spec.networks[1].master", 0)],
        "net-b and net-a share ens1",
        id="shared-master/the-first-in-passthru",
    ),
    pytest.param(
        tmm(),
        settings("[{name: a, master: e}, {name: b, master: f}, {name: c, master: e, mode: passthru}]"),
        [("shared-master", ERROR, "spec.networks[2].master", 0)],
        "c and a share e",
        id="shared-master/the-last-in-passthru",
    ),
    pytest.param(
        tmm(),
        settings("[{name: a, master: e}, {name: b, master: e}]"),
        [("shared-nic", WARNING, "spec.networks[1].master", 0)],
        "b and a share the NIC e, so they are on one wire",
        id="shared-nic/bridge",
    ),
    pytest.param(
        tmm(replicas="replicas: 3"),
        settings(ADDRESSES),
        [("self-ips", ERROR, "spec.networks[0].vlan.selfIPv4", 0)],
        "selfIPv4 of net-a has too few addresses: 2 for 3 replicas",
        id="self-ips/v4",
    ),
    pytest.param(
        tmm(replicas="replicas: 2"),
        settings(V6),
        [("self-ips", ERROR, "spec.networks[1].vlan.selfIPv6", 0)],
        "for 2 replicas",
        id="self-ips/v6",
    ),
    pytest.param(
        instance(),
        settings(ELSEWHERE),
        [("instance-namespace", ERROR, "spec.networks[1].namespace", 0)],
        "net-b is in namespace lab, not in the CNEInstance's namespace",
        id="instance-namespace/elsewhere",
    ),
    # The namespace `default` is no exception here: on a CNEInstance object, networks have no namespace.
    pytest.param(
        instance(),
        settings("[{name: net-a, master: e, namespace: default}, {name: net-b, master: f}]"),
        [("instance-namespace", ERROR, "spec.networks[0].namespace", 0)],
        "net-a is in namespace default",
        id="instance-namespace/default",
    ),
    pytest.param(
        tmm(limits="{cpu: 2, hugepages-2Mi: 3070Mi, memory: 2Gi}"),
        settings(),
        [("hugepages-per-cpu", WARNING, RESOURCES, 14)],
        "hugepages-2Mi is 3070Mi and cpu is 2, but TMM needs 1.5Gi for each CPU",
        id="hugepages-per-cpu/a-page-less",
    ),
    pytest.param(
        tmm(limits="{cpu: 1, hugepages-2Mi: 1572Mi, memory: 2047Mi}"),
        settings(),
        [("memory", WARNING, RESOURCES, 14)],
        "memory is 2047Mi, but F5 specifies 2Gi",
        id="memory/a-mebibyte-less",
    ),
    pytest.param(
        tmm(replicas="replicas: many"),
        settings(V6),
        [("replicas", ERROR, "spec.replicas", 5)],
        "replicas is many, but must be a whole number",
        id="replicas/no-number",
    ),
    pytest.param(
        tmm(variable(PAGES, "1536")),
        settings(),
        [("hugepages-variable", WARNING, f"{ENV}.0", 12)],
        "TMM_MAPRES_HUGEPAGES is 1536 pages, but hugepages-2Mi is 1572Mi",
        id="hugepages-variable/more",
    ),
    pytest.param(
        tmm(variable(PAGES, "768")),
        settings(),
        [("hugepages-variable", WARNING, f"{ENV}.0", 12)],
        "TMM_MAPRES_HUGEPAGES is 768",
        id="hugepages-variable/less",
    ),
    pytest.param(
        tmm(variable(PAGES, "1572Mi")),
        settings(),
        [("hugepages-variable", WARNING, f"{ENV}.0", 12)],
        "TMM_MAPRES_HUGEPAGES is 1572Mi",
        id="hugepages-variable/no-number",
    ),
    pytest.param(
        tmm(pod="runtimeClassName: performance-spk"),
        settings(),
        [("runtime-class", WARNING, f"{POD}.runtimeClassName", 8)],
        "runtimeClassName is performance-spk",
        id="runtime-class/performance",
    ),
    pytest.param(
        tmm() + controller(variable("USE_VFIO", "true")),
        settings(),
        [("controller-variables", WARNING, f"{ENV}.0", NEXT + 4)],
        "USE_VFIO is true on the controller",
        id="controller-variables/vfio",
    ),
    pytest.param(
        tmm() + controller(variable("USE_VFIO", "TRUE")),
        settings(),
        [("controller-variables", WARNING, f"{ENV}.0", NEXT + 4)],
        "USE_VFIO is TRUE on the controller",
        id="controller-variables/in-upper-case",
    ),
    pytest.param(
        controller(f"[{{name: A}}, {{name: {ATTACHMENT}, value: sriov}}]") + "---\n" + tmm(),
        settings(),
        [("controller-variables", WARNING, f"{ENV}.1", 5)],
        f"{ATTACHMENT} is sriov on the controller",
        id="controller-variables/attachment",
    ),
    pytest.param(
        tmm(replicas="replicas: 2"),
        settings(PASSTHRU % "ens2"),
        [("passthru-replicas", WARNING, "spec.networks[0].mode", 0)],
        "net-a has mode passthru, but the TMM has 2 replicas",
        id="passthru-replicas/two",
    ),
    pytest.param(
        tmm(),
        settings(ELSEWHERE),
        [("network-namespace", WARNING, "spec.networks[1].namespace", 0)],
        "net-b is in namespace lab, which OpenShift isolates from spk",
        id="network-namespace/elsewhere",
    ),
    pytest.param(
        tmm(),
        settings("[{name: net-a, master: br-ex}]"),
        [("ovn-bridge", WARNING, "spec.networks[0].master", 0)],
        "the master of net-a is br-ex",
        id="ovn-bridge/br-ex",
    ),
    pytest.param(
        tmm() + autoscaler(),
        settings(),
        [("autoscaler", WARNING, "spec.scaleTargetRef", NEXT + 4)],
        "an autoscaler can add replicas of f5-tmm",
        id="autoscaler/of-the-tmm",
    ),
    pytest.param(
        tmm() + definition(f"{{{RESOURCE_NAME}: openshift.io/sriov}}"),
        settings(),
        [("resource-name", WARNING, f"metadata.annotations.{RESOURCE_NAME}", NEXT + 5)],
        "net-a has the resource name openshift.io/sriov",
        id="resource-name/annotated",
    ),
    pytest.param(
        tmm() + vlan(),
        settings(UNTAGGED),
        [("untagged-vlans", WARNING, "spec.interfaces", NEXT + 5)],
        "other and net-a are both untagged on interface 1.1",
        id="untagged-vlans/the-configs-and-one",
    ),
    pytest.param(
        tmm() + vlan(tag="tag: 7", name="one") + vlan(name="two"),
        settings(UNTAGGED),
        [("untagged-vlans", WARNING, "spec.interfaces", NEXT + 11)],
        "two and net-a are both untagged on interface 1.1",
        id="untagged-vlans/behind-a-tagged-one",
    ),
    pytest.param(
        tmm() + vlan('["1.1"]', name="one") + vlan('["1.2", "1.1"]', "bonded: false", name="two"),
        settings(),
        [("untagged-vlans", WARNING, "spec.interfaces", NEXT + 11)],
        "two and one are both untagged on interface 1.1",
        id="untagged-vlans/two-of-the-stream",
    ),
    pytest.param(
        instance(),
        settings(tmm="{resources: {cpu: 1}}"),
        [("instance-resources", WARNING, "spec.tmm.resources", 0)],
        "may override these resources",
        id="instance-resources/given",
    ),
    pytest.param(
        instance(),
        settings("[{name: net-a, master: e}, {name: macvlan-internal, master: f}]"),
        [("reserved-name", WARNING, "spec.networks[1].name", 0)],
        "on IBM Cloud, BIG-IP Next for Kubernetes 2.4 itself creates a network named macvlan-internal",
        id="reserved-name/macvlan-internal",
    ),
]

SILENT = [
    pytest.param(tmm(), settings(), id="guaranteed-qos/equal"),
    pytest.param(tmm(requests="{}"), settings(), id="guaranteed-qos/missing-requests-are-the-limits"),
    pytest.param(tmm(requests="null"), settings(), id="guaranteed-qos/no-requests"),
    pytest.param(
        tmm(requests="{cpu: 1000m, hugepages-2Mi: 1572Mi, memory: 2048Mi}"), settings(), id="guaranteed-qos/other-units"
    ),
    pytest.param(
        tmm(sidecar="name: debug, resources: {limits: {cpu: 0.5, memory: 1G}, requests: {cpu: 500m, memory: '1000M'}}"),
        settings(),
        id="guaranteed-qos/millicpu-beside-the-tmm",
    ),
    pytest.param(
        tmm(init="[{name: setup, resources: {limits: {cpu: 1, memory: 1Gi}}}]"), settings(), id="guaranteed-qos/init"
    ),
    pytest.param(tmm(kind="DaemonSet", replicas="minReadySeconds: 1"), settings(), id="guaranteed-qos/daemonset"),
    pytest.param(tmm(limits=f"{{cpu: 1000m, {MEMORY}}}"), settings(), id="guaranteed-qos/a-whole-cpu-in-thousandths"),
    pytest.param(tmm(limits=f"{{cpu: '1.0', {MEMORY}}}"), settings(), id="guaranteed-qos/a-whole-cpu-with-a-point"),
    # The quality of service class depends only on cpu and memory.
    pytest.param(
        tmm(sidecar=f"{QUIET[:-1]}, requests: {{ephemeral-storage: 1Gi}}}}"), settings(), id="guaranteed-qos/storage"
    ),
    pytest.param(
        tmm(requests="{cpu: 1, hugepages-2Mi: 1572Mi, memory: 2048Mi}"), settings(), id="resource-units/Mi-and-Gi"
    ),
    pytest.param(
        tmm(limits="{cpu: 1, hugepages-2Mi: 3Gi, memory: 2Gi}", requests="{hugepages-2Mi: 3072Mi}"),
        settings(),
        id="resource-units/equal-hugepages",
    ),
    pytest.param(
        tmm(limits="{cpu: 1, hugepages-2Mi: 1.5Gi, memory: 2Gi}"),
        settings(),
        id="resource-units/whole-pages-all-the-same",
    ),
    pytest.param(tmm(limits="{cpu: 1, memory: 2Gi}"), settings(), id="resource-units/no-hugepages"),
    pytest.param(
        tmm(sidecar="name: debug, resources: {limits: {cpu: 1, memory: 1G}}"), settings(), id="resource-units/sidecar"
    ),
    pytest.param(tmm(variable("PAL_CPU_SET", "0")), settings(), id="pal-cpu-set/as-many"),
    pytest.param(
        tmm(variable("PAL_CPU_SET", "0-3"), limits="{cpu: 4, hugepages-2Mi: 6Gi, memory: 2Gi}"),
        settings(),
        id="pal-cpu-set/range",
    ),
    pytest.param(
        tmm(variable("PAL_CPU_SET", "0-1,1"), limits="{cpu: 2, hugepages-2Mi: 3Gi, memory: 2Gi}"),
        settings(),
        id="pal-cpu-set/one-named-twice",
    ),
    pytest.param(tmm(variable("PAL_CPU_SET", "all")), settings(), id="pal-cpu-set/no-set"),
    pytest.param(tmm(variable("PAL_CPU_SET", "0-x")), settings(), id="pal-cpu-set/no-last"),
    pytest.param(tmm(variable("PAL_CPU_SET", "x-9")), settings(), id="pal-cpu-set/no-first"),
    pytest.param(tmm("[{name: PAL_CPU_SET, valueFrom: {}}]"), settings(), id="pal-cpu-set/unknown"),
    pytest.param(
        tmm(sidecar=f"{QUIET}, env: [{{name: PAL_CPU_SET, value: 0-9}}]"), settings(), id="pal-cpu-set/sidecar"
    ),
    pytest.param(
        tmm("[{name: OPENSHIFT_VFIO_RESOURCE, value: x}, {name: MY_PCIDEVICE_X, value: x}]"),
        settings(),
        id="sriov-leftovers/other-names",
    ),
    pytest.param(
        instance("{limits: {intel.com/sriov: 1}}", variable("PCIDEVICE_INTEL_COM_X", "0000:3b:02.0")),
        settings(),
        id="sriov-leftovers/instance",
    ),
    pytest.param(
        tmm(variable("TMM_DEFAULT_MTU", "9000")),
        settings("[{name: net-a, master: e, mtu: 9000}, {name: net-b, master: f, mtu: 9216}]"),
        id="mtu/equal-or-larger",
    ),
    pytest.param(tmm(), settings("[{name: net-a, master: e, mtu: 9000}]"), id="mtu/no-variable"),
    pytest.param(tmm("[{name: TMM_DEFAULT_MTU, valueFrom: {}}]"), settings(MTU), id="mtu/unknown"),
    pytest.param(tmm(), settings(PASSTHRU % "ens2"), id="shared-master/two-nics"),
    pytest.param(tmm(), settings("[{name: a, master: e}, {name: b, master: f}]"), id="shared-nic/two-nics"),
    pytest.param(tmm(replicas="replicas: 2"), settings(ADDRESSES), id="self-ips/as-many"),
    pytest.param(tmm(replicas="replicas: 1"), settings(ADDRESSES), id="self-ips/more"),
    pytest.param(tmm(replicas="replicas: 0"), settings(V6), id="self-ips/no-replicas"),
    pytest.param(tmm(replicas="paused: false"), settings(V6), id="self-ips/one-by-default"),
    pytest.param(tmm(replicas="replicas: null"), settings(V6), id="replicas/null"),
    pytest.param(tmm(limits="{cpu: 1, hugepages-2Mi: 1572Mi, memory: 2048Mi}"), settings(), id="memory/other-unit"),
    pytest.param(tmm(limits="{cpu: 1, hugepages-2Mi: 1572Mi, memory: 8Gi}"), settings(), id="memory/more"),
    pytest.param(tmm(replicas="replicas: 9"), settings(UNTAGGED), id="self-ips/no-addresses"),
    pytest.param(tmm(kind="DaemonSet", replicas="minReadySeconds: 1"), settings(ADDRESSES), id="self-ips/daemonset"),
    pytest.param(
        instance(),
        settings("[{name: net-a, master: e, namespace: bnk}, {name: net-b, master: f}]"),
        id="instance-namespace/its-own",
    ),
    pytest.param(instance(), settings(), id="instance-namespace/none"),
    pytest.param(tmm(limits="{cpu: 2, hugepages-2Mi: 3Gi, memory: 2Gi}"), settings(), id="hugepages-per-cpu/exact"),
    pytest.param(
        tmm(limits="{cpu: 2000m, hugepages-2Mi: 3072Mi, memory: 2Gi}"), settings(), id="hugepages-per-cpu/other-units"
    ),
    pytest.param(
        tmm(limits="{cpu: 1, hugepages-2Mi: 1536Mi, memory: 2Gi}"), settings(), id="hugepages-per-cpu/exact-for-one"
    ),
    pytest.param(tmm(variable(PAGES, "786")), settings(), id="hugepages-variable/equal"),
    pytest.param(
        tmm(variable(PAGES, "1536"), limits="{cpu: 1, memory: 2Gi}"), settings(), id="hugepages-variable/no-hugepages"
    ),
    pytest.param(
        instance("{limits: {hugepages-2Mi: 3Gi}}", variable(PAGES, "768")), settings(), id="hugepages-variable/instance"
    ),
    pytest.param(tmm(pod="runtimeClassName: kata"), settings(), id="runtime-class/another"),
    pytest.param(tmm(pod='runtimeClassName: ""'), settings(), id="runtime-class/empty"),
    pytest.param(tmm(pod="runtimeClassName: high-performance-x"), settings(), id="runtime-class/in-the-middle"),
    pytest.param(tmm() + controller(variable("USE_VFIO", "false")), settings(), id="controller-variables/off"),
    pytest.param(tmm() + controller(variable(ATTACHMENT, "")), settings(), id="controller-variables/empty"),
    pytest.param(tmm(variable("USE_VFIO", "true")), settings(), id="controller-variables/the-tmm-itself"),
    pytest.param(tmm() + controller(variable("ANOTHER_FLAG", "true")), settings(), id="controller-variables/another"),
    pytest.param(tmm() + controller(variable("Z_FLAG", "true")), settings(), id="controller-variables/another-behind"),
    pytest.param(tmm(), settings(PASSTHRU % "ens2"), id="passthru-replicas/one"),
    pytest.param(tmm(replicas="replicas: 2"), settings(), id="passthru-replicas/bridge"),
    pytest.param(
        tmm(kind="DaemonSet", replicas="minReadySeconds: 1"), settings(PASSTHRU % "e"), id="passthru-replicas/daemonset"
    ),
    pytest.param(
        tmm(),
        settings("[{name: a, master: e, namespace: default}, {name: b, master: f, namespace: spk}]"),
        id="network-namespace/default-and-its-own",
    ),
    pytest.param(tmm(metadata="labels: {}"), settings(ELSEWHERE), id="network-namespace/the-releases"),
    pytest.param(tmm(), settings("[{name: net-a, master: br-ex1}]"), id="ovn-bridge/another-bridge"),
    pytest.param(tmm() + autoscaler(name="other"), settings(), id="autoscaler/of-another"),
    pytest.param(tmm() + autoscaler(name="a"), settings(), id="autoscaler/of-an-earlier-one"),
    pytest.param(tmm() + autoscaler(kind="StatefulSet"), settings(), id="autoscaler/of-another-kind"),
    pytest.param(tmm() + autoscaler(namespace="lab"), settings(), id="autoscaler/in-another-namespace"),
    pytest.param(tmm() + definition("{a: b}"), settings(), id="resource-name/another-annotation"),
    pytest.param(
        tmm() + definition(f"{{{RESOURCE_NAME}: x}}", name="sriov"), settings(), id="resource-name/another-network"
    ),
    pytest.param(
        tmm() + definition(f"{{{RESOURCE_NAME}: x}}", namespace="lab"),
        settings(),
        id="resource-name/in-another-namespace",
    ),
    pytest.param(tmm() + vlan(tag="tag: 7"), settings(UNTAGGED), id="untagged-vlans/tagged"),
    pytest.param(tmm() + vlan('["1.2"]'), settings(UNTAGGED), id="untagged-vlans/another-interface"),
    pytest.param(
        tmm() + vlan('["1.2"]', "mtu: 9000"),
        settings("[{name: net-a, master: ens1, mtu: 1500}]"),
        id="mtu/of-a-vlan-on-another-interface",
    ),
    # YAML reads 1.10 as the number 1.1, which is another interface to TMM.
    pytest.param(tmm() + vlan("[1.10]"), settings(UNTAGGED), id="untagged-vlans/a-trailing-zero"),
    pytest.param(tmm() + vlan(name="net-a"), settings(UNTAGGED), id="untagged-vlans/the-configs-own"),
    pytest.param(
        tmm() + vlan(), settings("[{name: net-a, master: e, vlan: {tag: 7}}]"), id="untagged-vlans/tagged-in-the-config"
    ),
    pytest.param(tmm() + vlan(), settings(), id="untagged-vlans/none-in-the-config"),
    pytest.param(tmm() + vlan(namespace="lab"), settings(UNTAGGED), id="untagged-vlans/in-another-namespace"),
    pytest.param(tmm(), settings(tmm="{resources: {cpu: 1}}"), id="instance-resources/workload"),
    pytest.param(instance(), settings(tmm="{env: {A: b}}"), id="instance-resources/none"),
    pytest.param(instance(), settings(), id="reserved-name/another"),
    pytest.param(tmm(), settings("[{name: macvlan-internal, master: e}]"), id="reserved-name/workload"),
]


@pytest.mark.parametrize(
    ("rule", "stream", "given", "wanted", "message"),
    [pytest.param(rule_of(case), *case.values, id=case.id) for case in FIRES],
)
def test_it_fires(rule: str, stream: str, given: Config, wanted: list[Said], message: str) -> None:
    found = of([rule], findings(stream, given))
    assert told(found) == wanted
    assert any(message in finding.message for finding in found)
    assert all(finding.fix for finding in found)


@pytest.mark.parametrize(
    ("rule", "stream", "given"), [pytest.param(rule_of(case), *case.values, id=case.id) for case in SILENT]
)
def test_it_is_silent(rule: str, stream: str, given: Config) -> None:
    assert of([rule], findings(stream, given)) == ()


def test_a_rule_with_cases_has_one_that_fires_and_one_that_does_not() -> None:
    """A new rule may lack cases here, because `tests/rules/test_examples.py` tests its examples."""
    fires, silent = ({rule_of(case) for case in cases} for cases in (FIRES, SILENT))
    assert fires == silent
    assert fires <= {rule.id for rule in checks.CHECKS} - set(NOTES)


@pytest.mark.parametrize(("stream", "given"), [*SILENT, *((case.values[0], case.values[1]) for case in FIRES)])
def test_a_rule_that_is_not_asked_would_find_nothing(
    monkeypatch: pytest.MonkeyPatch, stream: str, given: Config
) -> None:
    asked = findings(stream, given)
    monkeypatch.setattr(checks, "CHECKS", tuple(rule._replace(when=None) for rule in checks.CHECKS))
    assert findings(stream, given) == asked


# Tests of notes.


def test_notes_say_which_network_became_which_interface() -> None:
    networks = "[{name: b, master: e}, {name: a, master: f, interface: ext0}, {name: c, master: g}]"
    (order,) = of(NOTES, findings(tmm(), settings(networks)))
    assert (order.rule, order.level, order.place.path) == ("interfaces", NOTE, "spec.networks")
    assert order.message == "TMM interface 1.1 is b (net1), 1.2 is a (ext0), 1.3 is c (net3)"


def test_without_a_tmm_nothing_is_said() -> None:
    assert findings(controller(variable("USE_VFIO", "true")), settings()) == ()


# Tests of the location of a finding.


def test_a_finding_names_its_document() -> None:
    stream = "apiVersion: v1\nkind: Service\n---\n# Source: spk/templates/tmm.yaml\n" + tmm(
        pod="runtimeClassName: performance-x"
    )
    (found,) = of(["runtime-class"], findings(stream, settings()))
    path = ("spec", "template", "spec", "runtimeClassName")
    assert found.document == Reference(1, "Deployment", "spk", "f5-tmm", "spk/templates/tmm.yaml", path, "apps/v1")
    assert (found.place.line, found.place.column) == (12, 25)


def test_a_finding_on_the_config_has_no_document() -> None:
    (found,) = of(["ovn-bridge"], findings(tmm(), settings("[{name: net-a, master: br-ex}]")))
    assert found.document is None


def test_a_finding_in_a_list_has_the_items_path_and_name() -> None:
    lines = (controller(variable("USE_VFIO", "true")) + tmm(variable("PAL_CPU_SET", "0,1"))).splitlines()[1:]
    indented = ["- " + line if line.startswith("apiVersion") else "  " + line for line in lines]
    every = findings("\n".join(["kind: List", "items:", *indented, ""]), settings())
    found = of(["pal-cpu-set", "controller-variables"], every)
    assert told(found) == [
        ("pal-cpu-set", ERROR, f"items.1.{ENV}.0", 18),
        ("controller-variables", WARNING, f"items.0.{ENV}.0", 6),
    ]
    assert [finding.document and finding.document.name for finding in found] == ["f5-tmm", "rel-f5ingress"]


def test_the_line_of_what_is_missing_is_that_of_what_would_hold_it() -> None:
    block = tmm().replace(f"{{{QUIET}}}", "name: debug\n        image: x")
    found = of(["guaranteed-qos"], findings(block, settings()))
    assert told(found) == [("guaranteed-qos", ERROR, f"{POD}.containers.1.resources", 16)] * 2


# Tests of the order of findings, and of the documents that a rule checks.


def test_the_worst_comes_first() -> None:
    stream = tmm(variable("PAL_CPU_SET", "0,1"), pod="runtimeClassName: performance-x", replicas="replicas: 2")
    wanted = ["pal-cpu-set", "self-ips", "autoscaler", "runtime-class", *NOTES]
    assert names(of(wanted, findings(stream + autoscaler(), settings(V6)))) == wanted


def test_what_the_conversion_had_to_say_comes_along_by_level() -> None:
    warning, note = Finding("layout", WARNING, "m", "f"), Finding("x", NOTE, "m", "f")
    converted = of_stream(tmm(variable("PAL_CPU_SET", "0,1")).encode(), settings(), findings=(note, warning))
    found = checks.findings(converted, settings(), whole_stream=True)
    wanted = ["pal-cpu-set", "layout", "x", *NOTES]
    assert names(of(wanted, found)) == wanted


def test_without_a_tmm_nothing_is_found() -> None:
    unchanged = Unchanged(stream_of.read(b"kind: X\n"), b"kind: X\n")
    assert checks.findings(unchanged, settings(), whole_stream=True) == ()


def test_a_check_reads_the_whole_stream_and_a_render_what_concerns_the_tmm() -> None:
    stream = tmm(pod="runtimeClassName: performance-x") + controller(variable("USE_VFIO", "true"))
    converted = of_stream(stream.encode(), settings())
    wanted = ["controller-variables", "runtime-class", *NOTES]
    whole, part = (names(of(wanted, checks.findings(converted, settings(), it))) for it in (True, False))
    assert whole == wanted
    assert part == ["runtime-class"]


@pytest.mark.parametrize("include_hooks", [False, True])
def test_a_hook_is_looked_at_where_hooks_are_included(include_hooks: bool) -> None:
    stream = tmm(pod="runtimeClassName: performance-x", metadata="annotations: {helm.sh/hook: pre-install}")
    converted = of_stream(stream.encode(), settings(), include_hooks)
    found = checks.findings(converted, settings(), whole_stream=True)
    assert ("runtime-class" in names(found)) is bool(found) is include_hooks


def test_the_tmm_is_that_of_the_configs_namespace() -> None:
    stream = (
        tmm(pod="runtimeClassName: performance-x")
        + "---\n"
        + tmm(variable("PAL_CPU_SET", "0,1"), metadata="namespace: lab")
    )
    found = of(["runtime-class", "pal-cpu-set"], findings(stream, settings(tmm="{namespace: lab}")))
    assert told(found) == [("pal-cpu-set", ERROR, f"{ENV}.0", NEXT + 12)]


def test_a_document_that_is_not_yaml_is_passed_over() -> None:
    found = findings(tmm(variable("PAL_CPU_SET", "0,1")) + "---\na: [\n", settings())
    assert told(of(["pal-cpu-set"], found)) == [("pal-cpu-set", ERROR, f"{ENV}.0", 12)]


# Very large numbers, and digits that are not ASCII, must not end a run.


@pytest.mark.parametrize("value", ["²", "٣", "9" * 5000], ids=["superscript", "arabic", "5000-digits"])
@pytest.mark.parametrize("name", ["PAL_CPU_SET", PAGES, "TMM_DEFAULT_MTU"])
def test_a_variable_may_hold_any_digits(name: str, value: str) -> None:
    assert names(of(NOTES, findings(tmm(variable(name, value)), settings(MTU)))) == NOTES


@pytest.mark.parametrize(
    "stream",
    [tmm(replicas=f"replicas: {'9' * 5000}"), tmm(limits=f"{{cpu: {'9' * 5000}, memory: 2Gi}}")],
    ids=["replicas", "cpu"],
)
def test_a_number_may_be_long(stream: str) -> None:
    assert names(of(NOTES, findings(stream, settings(ADDRESSES)))) == NOTES


def test_a_request_for_hugepages_without_a_limit_is_said_in_words() -> None:
    found = findings(tmm(limits="{cpu: 1, memory: 2Gi}", requests="{hugepages-2Mi: 3Gi}"), settings())
    assert "resource-units" in names(found)
    assert not [finding.message for finding in found if "None" in finding.message]


def test_what_is_silent_counts_no_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    # `place` counts all lines above an object, so calling it for each object would take quadratic time.
    monkeypatch.setattr(Object, "place", None)
    assert {finding.level for finding in findings(tmm() + controller("[]") * 3, settings())} == {NOTE}


def test_an_ignored_rule_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(Rule, "findings", lambda rule, _: asked.append(rule.id) or ())
    converted = of_stream(tmm().encode(), settings())
    checks.findings(converted, settings(), whole_stream=True, ignored=["shared-nic", "sriov-leftovers"])
    assert "interfaces" in asked
    assert {"shared-nic", "sriov-leftovers"} & set(asked) == set()


ORDERED = "[{name: macvlan-a, master: ens1}, {name: macvlan-b, master: ens2}]"


def orders(stream: str, networks: str = ORDERED) -> list[str]:
    """Return the messages about the order of the networks."""
    converted = conversion.convert(stream.encode(), settings(networks))
    asked = checks.findings(converted, settings(networks), whole_stream=True)
    return [it.message for it in asked if it.rule == "network-order"]


def of_both(chart: str, here: str = "1.1 macvlan-a, 1.2 macvlan-b") -> list[str]:
    return [f"the chart attaches {chart}, but the config attaches {here}"]


@pytest.mark.parametrize(
    ("before", "said"),
    [
        ("spk/sriov-b, spk/sriov-a@net1", of_both("1.1 sriov-b, 1.2 sriov-a")),
        ("spk/sriov-a,spk/sriov-b", []),
        ("spk/sriov-c,spk/sriov-a", []),
        ('[{"name": "sriov-b"}, {"name": "sriov-a"}]', of_both("1.1 sriov-b, 1.2 sriov-a")),
        ("[{", []),
        ("spk/sriov-b", of_both("1.1 sriov-b")),
    ],
)
def test_where_the_chart_has_another_order(before: str, said: list[str]) -> None:
    annotations = f"    metadata: {{annotations: {{k8s.v1.cni.cncf.io/networks: '{before}'}}}}\n"
    assert orders(tmm().replace("    spec:\n", f"{annotations}    spec:\n", 1)) == said


def test_another_order_may_be_the_alphabet_s() -> None:
    swapped = "[{name: macvlan-b, master: ens1}, {name: macvlan-a, master: ens2}]"
    stream = instance().replace("[net-a, net-b]", "[sriov-a, sriov-b]")
    assert orders(stream, swapped) == of_both("1.1 sriov-a, 1.2 sriov-b", "1.1 macvlan-b, 1.2 macvlan-a")


def test_an_instance_has_an_order_too() -> None:
    assert orders(instance().replace("[net-a, net-b]", "[sriov-b, sriov-a]")) == of_both("1.1 sriov-b, 1.2 sriov-a")
