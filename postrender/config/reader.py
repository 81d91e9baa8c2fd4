"""Reads spk-macvlan.yaml into a Config. An unknown field is an error, reported with its line, column and path.

`schemas/config.schema.json` publishes the same rules as JSON Schema; a property test keeps the two in agreement.
The rules are repeated here, because loading a schema library takes longer than the whole conversion.
"""

from __future__ import annotations

import os

from postrender import files
from postrender.config import strict
from postrender.config.patterns import matcher
from postrender.errors import ConfigError, Place, brief, full_name
from postrender.kubernetes import LABEL_LENGTH
from postrender.limits import DEFAULTS, whole_number
from postrender.record import NamedTuple
from postrender.spk import HUGEPAGES, HUGEPAGES_VARIABLE, VETHS_FLAG, is_sriov_variable
from postrender.yamledit import nodes
from postrender.yamledit.stream import BOM

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from postrender.config.patches import Patch
    from postrender.config.vlans import Vlan
    from postrender.limits import Limits
    from postrender.spk.product import Product

API_VERSION = "spk-macvlan.internal/v1alpha1"
KIND = "MacvlanConversion"
MODES = ("bridge", "private", "vepa", "passthru")  #: the modes of the macvlan plugin
CNI_VERSIONS = ("0.3.0", "0.3.1", "0.4.0", "1.0.0", "1.1.0")  #: older versions require a result with addresses
OWN_CNI_KEYS = ("name", "type", "master", "mode", "mtu", "cniVersion")  #: keys that `cni` must not contain
SUBDOMAIN_LENGTH = 253
KEY_LENGTH = 317  #: the maximum for a label or annotation: a domain of 253 characters, a slash, and 63 more
RESERVED_INTERFACES = (".", "..", "lo", "eth0")  #: `lo` and `eth0` exist in every pod; the kernel refuses the others
INTERFACE_LENGTH = 15  #: IFNAMSIZ without the final NUL
PLACEHOLDER = "FILL-IN"  #: what `init` writes for an unknown master; no verb accepts it
MASTER_LENGTH = 127  #: ALTIFNAMSIZ without the final NUL; `master` may be an alternative name of a NIC
MAX_CPUS = 1024
MAX_PATTERNS = 200  #: the maximum number of patterns in unsetEnv or in unsetResources
AMOUNT = "must be a quantity in Mi or Gi, such as 2Gi"
MTU = (68, 65535)  #: the lowest and highest MTU that the kernel accepts for macvlan
SPEC = ("networks", "tmm", "patches", "product", "egressSubnet", "strict")  #: the fields of `spec`
RESOURCES: tuple[str, ...] = ("cpu", HUGEPAGES, "memory")

NAME_CHARS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")
INTERFACE_CHARS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-")


class Network(NamedTuple):
    """One macvlan network: its NetworkAttachmentDefinition, and TMM's interface to it. `mtu` is in bytes."""

    name: str
    master: str
    namespace: str | None = None
    mode: str = "bridge"
    mtu: int | None = None
    interface: str | None = None
    cni_version: str = "0.3.1"
    create: bool = True
    cni: tuple[tuple[str, object], ...] = ()
    labels: tuple[tuple[str, str], ...] = ()
    annotations: tuple[tuple[str, str], ...] = ()
    vlan: Vlan | None = None


class Tmm(NamedTuple):
    """How to find the TMM workload, and what to change in it. Quantities are spelled as in the config."""

    workload: str = "f5-tmm"
    namespace: str | None = None
    env: tuple[tuple[str, str], ...] = ()
    unset_env: tuple[str, ...] = ()
    unset_resources: tuple[str, ...] = ()
    topology_manager: bool = False
    resources: tuple[tuple[str, int | str], ...] = ()
    container: str | None = None  #: the TMM container's name; default: from F5's annotation, else f5-tmm


class Config(NamedTuple):
    """The whole config. The networks are in the order of TMM's interfaces: 1.1, 1.2 and so on."""

    networks: tuple[Network, ...]
    tmm: Tmm = Tmm()
    patches: tuple[Patch, ...] = ()
    product: Product | None = None  #: the product that the TMM belongs to, if the config names it
    egress_subnet: str | None = None  #: the subnet for the egress tunnels of BNK's Infra object
    strict: bool = False  #: if true, a conversion fails if `check` would report an error

    @property
    def has_pools(self) -> bool:
        """Report whether any network takes its self IPs from a pool."""
        return any(network.vlan and network.vlan.pool for network in self.networks)


def load(path: str, limits: Limits = DEFAULTS) -> Config:
    """Return the config in a file; raise ConfigError with the line and column of a mistake."""
    return parse(_read(path, limits), path, limits)


def place_of(file: str, path: str) -> Place:
    """Return the line and column of a path such as spec.networks[0].mtu, or of its nearest parent that exists.

    If the file cannot be read or parsed, the returned place has no line.
    """
    unknown = Place(file, path=path)
    if not os.path.isfile(file):  # a pipe can be read only once, and opening it again would wait for another writer
        return unknown
    try:
        node = nodes.compose(_read(file, DEFAULTS).removeprefix(BOM).decode())
    except (ConfigError, ValueError, nodes.Unreadable):
        return unknown
    for word in path.replace("[", ".").replace("]", "").split("."):
        deeper = nodes.find(node, (int(word) if word.isdigit() else word,))
        node = deeper or node
    if node is None:
        return unknown
    return unknown._replace(line=node.start_mark.line + 1, column=node.start_mark.column + 1)


def _read(path: str, limits: Limits) -> bytes:
    try:
        return files.read(path, limits.config_size)
    except OSError as error:
        hint = "; write one with `spk-macvlan init`" if isinstance(error, FileNotFoundError) else ""
        raise ConfigError(f"cannot read the config: {error.strerror}{hint}", Place(path)) from None
    except files.Exceeded:
        hint = "check the path, or use --limit config-size=AMOUNT"
        sentence = f"larger than {limits.shown('config_size')}, so it is not an spk-macvlan config; {hint}"
        raise ConfigError(sentence, Place(path)) from None


def parse(data: bytes, file: str = "<config>", limits: Limits = DEFAULTS) -> Config:
    """Return the config in `data`; raise ConfigError with the line and column of a mistake."""
    try:
        root = nodes.compose(data.removeprefix(BOM).decode())
    except UnicodeDecodeError:
        from postrender.yamledit import encoding

        raise ConfigError(f"the config {encoding.describe(data)}", Place(file)) from None
    except nodes.Unreadable as error:
        raise ConfigError(_not_yaml(error, data), Place(file, error.line + 1, error.column + 1)) from None
    if root is None:
        raise ConfigError("the config is empty; write one with `spk-macvlan init`", Place(file))
    return read(strict.Item(root, "", file), limits)


def _not_yaml(error: nodes.Unreadable, data: bytes) -> str:
    """Return the message for a config that is not valid YAML: what is wrong, and what to do."""
    if b"\nkind:" in b"\n" + data and KIND.encode() not in data:
        return "this file contains manifests, not an spk-macvlan config; pass it on standard input"
    if "another document" in error.problem:
        return "a second document starts here; the config must be one YAML document"
    return _of_lines(error, data) or _of_parser(error.problem)


def _of_lines(error: nodes.Unreadable, data: bytes) -> str:
    """Return the message for a mistake on the reported line or the line above; an empty string if none is found."""
    from postrender.yamledit import encoding

    above, line = [b"", *data.splitlines(), b""][error.line : error.line + 2]
    if encoding.is_indented_with_a_tab(line):
        return f"this line is indented with a tab; use spaces, as YAML requires ({error.problem})"
    for text, where in ((above, "the line above"), (line, "this line")):
        space = encoding.indented_with(text)
        if space:
            return f"{where} is indented with {space}; use spaces, as YAML requires"
    if any(map(encoding.lacks_a_space_after_its_colon, (above, line))):
        return "a key on this line or the line above has no space after its colon; add a space"
    return ""


def _of_parser(problem: str) -> str:
    if problem.startswith("did not find expected '-'"):
        return f"{problem}: this line is indented less than the list above it; align it with the list or with its key"
    if problem.startswith(("did not find expected key", "mapping values")):
        return f"{problem}; check the indentation of this line and the line above"
    if problem.startswith(("did not find", "could not find", "found unexpected")):
        return f"{problem}; check the quotes, brackets and colons above"
    return f"{problem}; correct this line"


def read(root: strict.Item, limits: Limits = DEFAULTS) -> Config:
    """Return the config in a parsed YAML tree; raise ConfigError with the line and column of a mistake."""
    strict.refuse_aliases_and_tags(root)
    _refuse_outside_of_spec(root)
    readers: strict.Readers = {
        "apiVersion": ("api_version", lambda item: strict.one_of(item, (API_VERSION,))),
        "kind": ("kind", lambda item: strict.one_of(item, (KIND,))),
        "metadata": ("metadata", _metadata),
        "spec": ("spec", lambda item: _spec(item, limits)),
    }
    config: Config = strict.record(root, readers, ("apiVersion", "kind", "spec"))["spec"]
    return config


def _spec(item: strict.Item, limits: Limits) -> Config:
    _refuse_networks_elsewhere(item)
    readers: strict.Readers = {
        "networks": ("networks", lambda item: _networks(item, limits)),
        "tmm": ("tmm", lambda item: Tmm() if nodes.is_null(item.node) else _tmm(item)),
        "patches": ("patches", lambda item: _patches(item, limits)),
        "product": ("product", _product),
        "egressSubnet": ("egress_subnet", _subnet),
        "strict": ("strict", strict.boolean),
    }
    return Config(**strict.record(item, readers, ("networks",)))


def _refuse_networks_elsewhere(item: strict.Item) -> None:
    """Refuse a list of networks under `tmm`. Without this check, the error would only report a wrong type."""
    networks, tmm = (nodes.get(item.node, key) for key in ("networks", "tmm"))
    if nodes.is_null(networks) and nodes.is_sequence(tmm):
        listed = strict.Item(tmm, f"{item.path}.tmm", item.file)
        raise strict.wrong(listed, "this list is under tmm, but networks is empty; move the list under networks")


def _refuse_outside_of_spec(root: strict.Item) -> None:
    """Refuse a file that is not a config, and fields of `spec` at the top level.

    Without this check, every field would be reported as unknown.
    """
    for key in nodes.keys(root.node):
        if key in SPEC:
            raise strict.wrong(root, f"{key} belongs under spec; indent it and its content")
    kind = nodes.get(root.node, "kind")
    if kind is not None and nodes.text(kind) != KIND:
        path = ".".join(filter(None, (root.path, "kind")))
        strict.one_of(strict.Item(kind, path, root.file), (KIND,))
    if nodes.is_mapping(root.node) and not {"apiVersion", "kind", "spec"}.intersection(nodes.keys(root.node)):
        advice = "check the path, or write a config with `spk-macvlan init`"
        raise strict.wrong(root, f"not an spk-macvlan config: apiVersion, kind and spec are missing; {advice}")


def _product(item: strict.Item) -> Product:
    from postrender.spk import product

    written = strict.string(item)
    found = product.parse(written)
    if found is None:
        raise strict.wrong(item, f"must be SPK, CNF, or BNK with its version, such as BNK 2.4, not {brief(written)}")
    return found


def _subnet(item: strict.Item) -> str:
    from postrender.config import vlans

    return vlans.subnet(item)


def _metadata(item: strict.Item) -> None:
    """Check the metadata. The program does not use it, but kustomize requires a name and adds annotations."""
    fields = strict.members(item, ("name", "namespace", "labels", "annotations"))
    for key, check in (
        ("name", strict.string),
        ("namespace", strict.string),
        ("labels", _strings),
        ("annotations", _strings),
    ):
        if key in fields:
            check(fields[key])


def _patches(item: strict.Item, limits: Limits) -> tuple[Patch, ...]:
    from postrender.config import patches  # imported here, so that a config without patches does not load it

    return patches.read(item, limits)


def _networks(item: strict.Item, limits: Limits) -> tuple[Network, ...]:
    entries = strict.entries(item)
    if not entries:
        raise strict.wrong(item, "is empty; TMM needs at least one network")
    strict.require_few(item, len(entries), limits, "networks")
    networks = strict.each(entries, _network)
    names = [f"{network.namespace}/{network.name}" if network.namespace else network.name for network in networks]
    _refuse_repeats(entries, names, "is listed twice; names must be unique")
    interfaces = [network.interface or f"net{number}" for number, network in enumerate(networks, 1)]
    sentence = "is already another network's interface (by default net1, net2, …); interfaces must be unique"
    _refuse_repeats(entries, interfaces, sentence)
    return networks


def _refuse_repeats(entries: Sequence[strict.Item], values: Sequence[str], sentence: str) -> None:
    seen = set()
    for entry, value in zip(entries, values, strict=True):
        if value in seen:
            raise strict.wrong(entry, f"{full_name(value)} {sentence}")
        seen.add(value)


def _network(item: strict.Item) -> Network:
    network = Network(**strict.record(item, NETWORK, ("name", "master")))
    if network.master == PLACEHOLDER:
        problem = f"is still the placeholder {PLACEHOLDER}; set it to the nodes' NIC for {network.name}"
        raise strict.wrong(strict.members(item, tuple(NETWORK))["master"], problem)
    return network


def _vlan(item: strict.Item) -> Vlan:
    from postrender.config import vlans  # imported here, so that a config without VLANs does not load it

    return vlans.read(item)


def _tmm(item: strict.Item) -> Tmm:
    tmm = Tmm(**strict.record(item, TMM))
    fields = strict.members(item, tuple(TMM))
    mistakes = strict.Mistakes()
    if "env" in fields:
        mistakes.read(lambda env: _check_env(env, tmm), fields["env"])
    mistakes.read(lambda _: _refuse_unset_what_is_set(fields, tmm), item)
    mistakes.refuse()
    return tmm


def _check_env(item: strict.Item, tmm: Tmm) -> None:
    is_unset = matcher(tmm.unset_env)
    for name, _ in tmm.env:
        if name == VETHS_FLAG:
            raise strict.wrong(item, f"{VETHS_FLAG} is always TRUE, as macvlan requires; remove it", name)
        if is_sriov_variable(name) or is_unset(name):
            raise strict.wrong(
                item,
                "is set here, but is removed as an SR-IOV variable or by unsetEnv; remove it here, or from unsetEnv",
                name,
            )


def _refuse_unset_what_is_set(fields: dict[str, strict.Item], tmm: Tmm) -> None:
    always = (VETHS_FLAG,) if tmm.topology_manager else (VETHS_FLAG, HUGEPAGES_VARIABLE)
    for key, patterns, names in (
        ("unsetEnv", tmm.unset_env, always),
        ("unsetResources", tmm.unset_resources, tuple(name for name, _ in tmm.resources)),
    ):
        is_unset = matcher(patterns)
        for name in names:
            if is_unset(name):
                raise strict.wrong(fields[key], f"matches {name}, which the conversion sets; narrow the pattern")


def _name(item: strict.Item) -> str:
    """Return a name; refuse one that is not a DNS label, because Multus accepts nothing else in its annotation."""
    value = strict.string(item)
    if not _is_label(value):
        sentence = "must be a DNS label (at most 63 characters: a-z, 0-9 and -, but no - at either end)"
        raise strict.wrong(item, f"{sentence}, not {brief(value) or 'empty'}")
    return value


def _workload(item: strict.Item) -> str:
    """Return a workload's name, which must be a DNS subdomain, as the API server requires."""
    value = strict.string(item)
    if len(value) > SUBDOMAIN_LENGTH or not all(map(_is_label, value.split("."))):
        sentence = "must be a DNS subdomain (a-z, 0-9, - and ., each part with a letter or digit at both ends)"
        raise strict.wrong(item, f"{sentence}, not {brief(value) or 'empty'}")
    return value


def _is_label(text: str) -> bool:
    return NAME_CHARS.issuperset(text) and 0 < len(text) <= LABEL_LENGTH and text[0] != "-" != text[-1]


def is_interface_name(text: str) -> bool:
    """Report whether the config accepts a name for an interface in the pod."""
    is_short = 0 < len(text) <= INTERFACE_LENGTH
    return is_short and INTERFACE_CHARS.issuperset(text) and text not in RESERVED_INTERFACES


def _interface(item: strict.Item) -> str:
    value = strict.string(item)
    if not value or len(value) > INTERFACE_LENGTH:
        raise strict.wrong(
            item, f"must be an interface name of 1 to {INTERFACE_LENGTH} characters{strict.not_value(item.node)}"
        )
    if not is_interface_name(value):
        sentence = "must be an interface name of letters, digits, _, . and -, other than lo and eth0"
        raise strict.wrong(item, sentence + strict.not_value(item.node))
    return value


def _master(item: strict.Item) -> str:
    value = strict.string(item)
    if not (value and len(value) <= MASTER_LENGTH and value.isascii() and value.isprintable()) or set(value) & set(
        " /"
    ):
        raise strict.wrong(item, "must be the name of a NIC on the node, such as ens224" + strict.not_value(item.node))
    if "," in value:
        raise strict.wrong(item, f"{brief(value)} is a list, but a network has one NIC; add a network for each NIC")
    if ":" in value:  # the kernel accepts no colon in the name of a link. Source: Multus, issue 720
        nic = value.partition(":")[0]
        raise strict.wrong(
            item, f"{brief(value)} is an interface alias, which macvlan cannot use; use its NIC, {brief(nic)}"
        )
    return value


def _strings(item: strict.Item) -> tuple[tuple[str, str], ...]:
    """Return the entries of a map of strings, such as labels or annotations."""
    for key, _ in strict.pairs(item):
        if not 0 < len(key.node.value) <= KEY_LENGTH:
            raise strict.wrong(key, f"must be a key of 1 to {KEY_LENGTH} characters")
    return tuple((str(key.node.value), strict.string(value)) for key, value in strict.pairs(item))


def _env(item: strict.Item) -> tuple[tuple[str, str], ...]:
    for key, _ in strict.pairs(item):
        name = key.node.value
        if not name or "=" in name or not (name.isascii() and name.isprintable()):
            raise strict.wrong(key, "is not a valid name for an environment variable; use printable ASCII without =")
    return _strings(item)


def _patterns(item: strict.Item) -> tuple[str, ...]:
    """Return a list of globs. Their number is limited, because every glob is compared with every name."""
    entries = strict.entries(item)
    if len(entries) > MAX_PATTERNS:
        raise strict.wrong(item, f"has more than {MAX_PATTERNS} patterns; combine some of them with *")
    return strict.each(entries, _pattern)


def _pattern(item: strict.Item) -> str:
    value = strict.text(item)
    if len(value) > KEY_LENGTH:
        raise strict.wrong(item, f"must be a pattern of at most {KEY_LENGTH} characters")
    return value


def _cpu(item: strict.Item) -> int | str:
    """Return a whole number of CPUs: F5 documents no fractions, and the static CPU manager pins only whole CPUs."""
    if strict.whole_number(item.node) is not None:
        return strict.integer(1, MAX_CPUS)(item)
    value = str(item.node.value) if nodes.is_scalar(item.node) else strict.string(item)
    if value.startswith("0") or not 0 < (whole_number(value, len(str(MAX_CPUS))) or 0) <= MAX_CPUS:
        raise strict.wrong(item, "must be a whole number of CPUs" + strict.not_value(item.node))
    return value


def _mebibytes(item: strict.Item) -> str:
    """Return a quantity in Mi or Gi, the only units that F5 documents for TMM."""
    if strict.whole_number(item.node) is not None:
        raise strict.wrong(item, f"must be a quantity with a unit, such as {brief(item.node.value)}Mi")
    value = strict.string(item)
    digits = value[:-2]
    if value[-2:] not in ("Mi", "Gi") or not (digits.isascii() and digits.isdigit()) or digits[0] == "0":
        raise strict.wrong(item, _whole_amount(value) + strict.not_value(item.node))
    return value


def _whole_amount(value: str) -> str:
    """Return the message for a wrong quantity. For a fraction such as 1.5Gi, the message gives the quantity in Mi."""
    from postrender.kubernetes import quantity

    amount = quantity.parse(value)
    mebibytes, rest = divmod(amount or 0, quantity.THOUSANDTHS["Mi"])
    is_fraction = "." in value and mebibytes > 0 and rest == 0
    return f"must be a whole number of Mi or Gi; write {mebibytes}Mi" if is_fraction else AMOUNT


def _hugepages(item: strict.Item) -> str:
    value = _mebibytes(item)
    if value.endswith("Mi") and int(value[-3]) % 2:
        raise strict.wrong(item, "must be a multiple of 2Mi, the size of a page" + strict.not_value(item.node))
    return value


def _resources(item: strict.Item) -> tuple[tuple[str, int | str], ...]:
    amounts = strict.record(item, RESOURCE)
    return tuple((name, amounts[name]) for name in RESOURCES if name in amounts)


def _cni(item: strict.Item) -> tuple[tuple[str, object], ...]:
    """Return the additional keys of the CNI config, with their values."""
    for key, _ in strict.pairs(item):
        if key.node.value == "type":
            raise strict.wrong(key, "is always macvlan; remove it")
        if key.node.value in OWN_CNI_KEYS:
            raise strict.wrong(key, "has its own field in the network; set that field")
    return tuple((str(key.node.value), strict.json_value(value)) for key, value in strict.pairs(item))


NETWORK: strict.Readers = {
    "name": ("name", _name),
    "master": ("master", _master),
    "namespace": ("namespace", _name),
    "mode": ("mode", lambda item: strict.one_of(item, MODES)),
    "mtu": ("mtu", strict.integer(*MTU)),
    "interface": ("interface", _interface),
    "cniVersion": ("cni_version", lambda item: strict.one_of(item, CNI_VERSIONS)),
    "create": ("create", strict.boolean),
    "cni": ("cni", _cni),
    "labels": ("labels", _strings),
    "annotations": ("annotations", _strings),
    "vlan": ("vlan", _vlan),
}
RESOURCE: strict.Readers = {"cpu": ("cpu", _cpu), HUGEPAGES: (HUGEPAGES, _hugepages), "memory": ("memory", _mebibytes)}
TMM: strict.Readers = {
    "workload": ("workload", _workload),
    "namespace": ("namespace", _name),
    "env": ("env", _env),
    "unsetEnv": ("unset_env", _patterns),
    "unsetResources": ("unset_resources", _patterns),
    "topologyManager": ("topology_manager", strict.boolean),
    "resources": ("resources", _resources),
    "container": ("container", _name),
}
