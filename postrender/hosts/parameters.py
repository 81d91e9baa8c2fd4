"""The parameters of the Argo CD plugin: how it announces them, and how it reads them from Argo CD's JSON."""

from __future__ import annotations

from postrender.errors import NAME, UsageError, brief
from postrender.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

VARIABLE = "ARGOCD_APP_PARAMETERS"
STRING, ARRAY, MAP = "string", "array", "map"
NOTHING = {STRING: "", ARRAY: [], MAP: {}}


class Parameters(NamedTuple):
    """The parameters of an application; an empty string counts as not set."""

    config_file: str = ""
    config: str = ""
    release_name: str = ""
    namespace: str = ""
    values_files: tuple[str, ...] = ()
    values: str = ""
    set: tuple[tuple[str, str], ...] = ()
    kube_version: str = ""
    api_versions: tuple[str, ...] = ()
    skip_crds: bool = False
    skip_tests: bool = False
    kustomize: bool = False
    strict: bool = False


class Known(NamedTuple):
    """A parameter that the plugin announces to Argo CD."""

    name: str
    collection: str
    title: str
    tooltip: str
    default: str = ""

    @property
    def field(self) -> str:
        """Return the field's name in `Parameters`."""
        return self.name.replace("-", "_")


SWITCHES = ("skip-crds", "skip-tests", "kustomize", "strict")
HELMS = ("release-name", "namespace", "values-files", "values", "set", "kube-version", "api-versions", "skip-crds")
KNOWN = (
    Known("config-file", STRING, "Config file", "a path relative to the application's folder", "spk-macvlan.yaml"),
    Known("config", STRING, "Config", "the config itself, as YAML, instead of a file"),
    Known("release-name", STRING, "Release name", "the name of the release; default: the application's name"),
    Known("namespace", STRING, "Namespace", "the release's namespace; default: the destination's namespace"),
    Known("values-files", ARRAY, "Values files", "paths relative to the application's folder; the last file wins"),
    Known("values", STRING, "Values", "more values, as YAML; they override the values files"),
    Known("set", MAP, "Single values", "values as for helm --set; they override all other values"),
    Known(
        "kube-version",
        STRING,
        "Kubernetes version",
        "the Kubernetes version to render the chart for; default: the cluster's",
    ),
    Known(
        "api-versions",
        ARRAY,
        "API versions",
        "the API versions to render the chart for, such as monitoring.coreos.com/v1; default: the cluster's",
    ),
    Known("skip-crds", STRING, "Skip CRDs", "true: leave out the chart's crds/ folder", "false"),
    Known("skip-tests", STRING, "Skip tests", "true: leave out the chart's test hooks", "false"),
    Known("kustomize", STRING, "Kustomize", "true: run kustomize build instead of Helm", "false"),
    Known("strict", STRING, "Strict", "true: fail if spk-macvlan check finds an error", "false"),
)


def application(environment: Mapping[str, str]) -> str:
    """Return the application's name. $ARGOCD_APP_NAME may also contain the namespace, as `<namespace>_<name>`."""
    name = environment.get("ARGOCD_APP_NAME", "")
    return name.partition("_")[2] or name


def announcements(environment: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the parameters for Argo CD's user interface; the default release name is the application's name."""
    defaults = {"release-name": application(environment)}
    return [_announcement(known, defaults.get(known.name, known.default)) for known in KNOWN]


def _announcement(known: Known, default: str) -> dict[str, Any]:
    words = {"name": known.name, "title": known.title, "tooltip": known.tooltip, "required": False}
    value = default if known.collection == STRING else NOTHING[known.collection]
    return {**words, "itemType": "string", "collectionType": known.collection, known.collection: value}


def parse(text: str) -> Parameters:
    """Return the parameters in a JSON text; raise UsageError for an unknown parameter or a wrong form."""
    given: dict[str, Any] = {}
    for entry in _entries(text):
        known = _known(entry)
        if known.field in given:
            raise UsageError(f"parameter {known.name} is listed twice; remove one of them")
        given[known.field] = _value(known, entry)
    if given.get("kustomize"):
        _refuse_helms(given)
    return Parameters(**given)


def _entries(text: str) -> list[dict[str, Any]]:
    import json

    try:
        found = json.loads(text) if text.strip() else None
    except (ValueError, RecursionError) as error:
        raise UsageError(f"${VARIABLE} is not JSON: {brief(error, NAME)}") from None
    entries = [] if found is None else found
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise UsageError(f"${VARIABLE} must be a list of objects, as Argo CD writes it")
    return entries


def _known(entry: dict[str, Any]) -> Known:
    name = entry.get("name")
    for known in KNOWN:
        if known.name == name:
            return known
    raise UsageError(f"unknown parameter {brief(name)}; use one of {', '.join(known.name for known in KNOWN)}")


def _value(known: Known, entry: dict[str, Any]) -> object:
    """Return a parameter's value, which must have the right form: string, array or map."""
    present = [kind for kind in NOTHING if entry.get(kind) is not None]
    if any(kind != known.collection for kind in present):
        raise UsageError(f"parameter {known.name} must be given as {known.collection}, not {' and '.join(present)}")
    value = entry.get(known.collection)
    value = NOTHING[known.collection] if value is None else value
    if known.name in SWITCHES:
        return _switch(known, value)
    return READERS[known.collection](known, value)


def _switch(known: Known, value: object) -> bool:
    if value not in ("", "true", "false"):
        raise UsageError(f"parameter {known.name} must be the string true or false, not {brief(value)}")
    return value == "true"


def _string(known: Known, value: object) -> str:
    if not isinstance(value, str):
        raise UsageError(f"parameter {known.name} must be a string")
    if "\0" in value:
        raise UsageError(f"parameter {known.name} contains a NUL byte; remove it")
    if any("\ud800" <= char <= "\udfff" for char in value):
        raise UsageError(f"parameter {known.name} contains half of a surrogate pair, which is not text; remove it")
    return value


def _array(known: Known, value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise UsageError(f"parameter {known.name} must be a list of strings")
    return tuple(_string(known, item) for item in value)


def _map(known: Known, value: object) -> tuple[tuple[str, str], ...]:
    """Return a map's entries sorted by name, so that the same map always gives the same command."""
    if not isinstance(value, dict):
        raise UsageError(f"parameter {known.name} must be a map of strings")
    return tuple((_string(known, key), _string(known, item)) for key, item in sorted(value.items()))


READERS = {STRING: _string, ARRAY: _array, MAP: _map}


def _refuse_helms(given: dict[str, Any]) -> None:
    for known in KNOWN:
        if known.name in (*HELMS, "skip-tests") and given.get(known.field):
            raise UsageError(f"parameter {known.name} applies only to Helm, but kustomize is true; remove one of them")
