"""The API of admission policies, and the names of the policies that `compile` writes."""

GROUP = "admissionregistration.k8s.io"
VALIDATING, MUTATING = "ValidatingAdmissionPolicy", "MutatingAdmissionPolicy"
NAMESPACE_LABEL = "kubernetes.io/metadata.name"  #: the API server sets it on every namespace
PREFIX = "spk-macvlan-"  #: of the name of each policy that `compile` writes
GUARD, INSTANCE_GUARD, CONVERTER = "guard", "instance-guard", "converter"  #: what follows the prefix
