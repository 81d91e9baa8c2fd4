"""Every rule and what it declares, in order. Generated from the rules by `make docs`; do not edit."""

from __future__ import annotations

from postrender.rules import NetworkHas, Rule, TextHas, TmmHas

# fmt: off
RULES = (
    Rule("chart-networks", "change", ("values",), "tmm", None),
    Rule("instance-networks", "change", ("instance",), "tmm", None),
    Rule("networks", "change", ("workload",), "tmm", None),
    Rule("topology-manager", "change", ("values",), "tmm", None),
    Rule("veths", "change", ("workload", "instance", "values"), "tmm", None),
    Rule("sriov-variables", "change", ("workload", "values"), "tmm", None),
    Rule("unset-variables", "change", ("workload", "instance", "values"), "tmm", TmmHas(field="unset_env")),
    Rule("environment", "change", ("workload", "instance", "values"), "tmm", TmmHas(field="env")),
    Rule("sriov-resources", "change", ("values",), "tmm", None),
    Rule("device-plugins", "change", ("workload", "values"), "tmm", None),
    Rule("resources", "change", ("workload", "instance", "values"), "tmm", TmmHas(field="resources")),
    Rule("hugepages", "change", ("workload",), "tmm", None),
    Rule("default-mtu", "change", ("values",), "tmm", None),
    Rule("resource-units", "error", ("workload", "instance"), "tmm", None),
    Rule("pal-cpu-set", "error", ("workload", "instance"), "tmm", TextHas(word="PAL_CPU_SET")),
    Rule("sriov-leftovers", "error", ("workload",), "tmm", None),
    Rule("mtu", "error", ("workload", "instance"), "tmm", NetworkHas(field="mtu")),
    Rule("shared-master", "error", ("workload", "instance"), "tmm", NetworkHas(field="mode", value="passthru")),
    Rule("self-ips", "error", ("workload", "instance"), "tmm", NetworkHas(field="vlan")),
    Rule("instance-namespace", "error", ("instance",), "tmm", NetworkHas(field="namespace")),
    Rule("hugepages-per-cpu", "warning", ("workload", "instance"), "tmm", None),
    Rule("hugepages-variable", "warning", ("workload",), "tmm", None),
    Rule("runtime-class", "warning", ("workload",), "tmm", TextHas(word="performance-")),
    Rule("passthru-replicas", "warning", ("workload", "instance"), "tmm", NetworkHas(field="mode", value="passthru")),
    Rule("network-namespace", "warning", ("workload",), "tmm", NetworkHas(field="namespace", other_than="default")),
    Rule("ovn-bridge", "warning", ("workload", "instance"), "tmm", NetworkHas(field="master", value="br-ex")),
    Rule("instance-resources", "warning", ("instance",), "tmm", TmmHas(field="resources")),
    Rule("reserved-name", "warning", ("instance",), "tmm", NetworkHas(field="name", value="macvlan-internal")),
    Rule("autoscaler", "warning", ("workload", "instance"), "stream", None),
    Rule("controller-variables", "warning", ("workload", "instance"), "stream", None),
    Rule("repeated-variables", "warning", ("workload",), "stream", None),
    Rule("guaranteed-qos", "error", ("workload", "instance"), "stream", None),
    Rule("resource-name", "warning", ("workload", "instance"), "stream", None),
    Rule("untagged-vlans", "warning", ("workload", "instance"), "stream", None),
    Rule("interfaces", "note", ("workload", "instance"), "stream", None),
    Rule("labs-only", "note", ("workload", "instance"), "stream", None),
)
