"""The command line as argparse reads it, and as --help shows it. Loaded for whatever is not a plain render."""

from __future__ import annotations

import argparse

from postrender import limits

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Verbs = argparse._SubParsersAction[Any]

DESCRIPTION = """\
Convert rendered SPK manifests (standard input) to macvlan (standard output), and touch nothing else.
For labs: F5 does not support SPK on macvlan in production."""
EPILOG = """\
exit status: 0 ok; 1 differences or findings; 2 usage or config; 3 input that cannot be read or is refused;
4 no TMM found; 70 internal error (a bug); 130 interrupted"""


#: Which flags of a render mean something to another verb. An error as a document would be exit status 0, so only Helm's
#: plugin, which renders, may ask for it. What is compiled from a stream without TMM would do nothing.
FLAGS_OF = {
    "check": ("--include-hooks", "--allow-no-target", "--verbose", "--debug"),
    "diff": ("--include-hooks", "--allow-no-target", "--verbose", "--debug"),
    "compile": ("--include-hooks", "--debug"),
    "values": ("--verbose", "--debug"),
    "vlans": ("--debug",),
    "verify": ("--debug",),
}
MAX_TIMEOUT = 3600
SHELLS = ("bash", "fish", "powershell", "tcsh", "zsh")
LIMIT_HELP = f"read more than usual: {', '.join(limits.names())}; repeatable"
CONFIG_HELP = "the config (default: $SPK_MACVLAN_CONFIG, else spk-macvlan.yaml)"


def parser(kind: type[argparse.ArgumentParser], flags: dict[str, str]) -> argparse.ArgumentParser:
    """Return a parser of the given class for the whole command line; `flags` are those of a render."""
    whole = kind("spk-macvlan", description=DESCRIPTION, epilog=EPILOG, allow_abbrev=False,
                 formatter_class=argparse.RawDescriptionHelpFormatter)  # fmt: skip
    whole.add_argument("--version", action="store_true", help="print the version")
    _add_render_options(whole, flags, None, False)
    verbs = whole.add_subparsers(dest="verb", metavar="VERB", help="what to do; without one, render")
    common = {verb: _common(kind, {name: flags[name] for name in taken}) for verb, taken in FLAGS_OF.items()}
    limited = _limited(kind)
    verbs.add_parser("render", help="convert manifests (the default)", parents=[_common(kind, flags)])
    _add_init(verbs, limited)
    _add_filters(verbs, common)
    _add_configured(verbs, common)
    _add_compile(verbs, common["compile"])
    _add_verify(verbs, common["verify"])
    _add_hosts(verbs, limited)
    return whole


def _common(kind: type[argparse.ArgumentParser], flags: dict[str, str]) -> argparse.ArgumentParser:
    """Return a parser of what a verb that reads the config takes, to be its parent."""
    common = kind(add_help=False)
    _add_render_options(common, flags, argparse.SUPPRESS, argparse.SUPPRESS)
    return common


def _limited(kind: type[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    """Return a parser of the one option that whatever reads manifests has."""
    limited, nothing = kind(add_help=False), argparse.SUPPRESS
    limited.add_argument("--limit", metavar="NAME=AMOUNT", action="append", default=nothing, help=LIMIT_HELP)
    return limited


def _add_init(verbs: Verbs, limited: argparse.ArgumentParser) -> None:
    init = verbs.add_parser("init", help="print a commented config", parents=[limited])
    init.add_argument("--network", action="append", metavar="NAME=MASTER", help="a network and its NIC; repeatable")
    source = "propose what a chart's values file or rendered stream says (-: standard input)"
    init.add_argument("--from", dest="source", metavar="FILE", help=source)


def _add_render_options(parser: argparse.ArgumentParser, flags: dict[str, str], config: object, flag: object) -> None:
    parser.add_argument("--config", metavar="FILE", default=config, help=CONFIG_HELP)
    parser.add_argument("--limit", metavar="NAME=AMOUNT", action="append", default=config, help=LIMIT_HELP)
    for name, text in flags.items():
        parser.add_argument(name, action="store_true", default=flag, help=text)


def _add_filters(verbs: Verbs, common: dict[str, argparse.ArgumentParser]) -> None:
    """Add the verbs that read manifests, and those about the config itself."""
    check = verbs.add_parser("check", help="say what would not run, or not as meant", parents=[common["check"]])
    check.add_argument("configs", nargs="*", metavar="CONFIG", help="check only that these are configs; no manifests")
    check.add_argument("--format", choices=("text", "json", "github"), help="how (default: text)")
    check.add_argument("--strict", action="store_true", help="let warnings count as errors")
    check.add_argument("--ignore", action="append", metavar="RULE", help="leave a rule out; repeatable")
    diff = verbs.add_parser("diff", help="show what would change, and why", parents=[common["diff"]])
    diff.add_argument("--format", choices=("text", "json", "markdown"), help="how (default: text)")
    verbs.add_parser("schema", help="print the config's JSON Schema")
    completion = verbs.add_parser("completion", help="print what makes a shell complete our command lines")
    completion.add_argument("shell", choices=SHELLS, help="which shell")


def _add_configured(verbs: Verbs, common: dict[str, argparse.ArgumentParser]) -> None:
    """Add the verbs that read the config, and no manifests."""
    later = "print the F5SPKVlan objects of the config, for after the release"
    verbs.add_parser("vlans", help=later, parents=[common["vlans"]])
    instead = "convert a chart's values file instead, the page's way"
    values = verbs.add_parser("values", help=instead, parents=[common["values"]])
    values.add_argument("values", nargs="?", metavar="FILE", help="the values file (default, or -: standard input)")
    values.add_argument("--in-place", action="store_true", help="replace the file by what it is converted to")


def _add_compile(verbs: Verbs, common: argparse.ArgumentParser) -> None:
    made = verbs.add_parser("compile", help="print the conversion as patches that need no code", parents=[common])
    made.add_argument("--format", choices=("kustomize", "flux"), required=True, help="for which tool")
    made.add_argument("directory", nargs="?", metavar="DIR", help="kustomize: where to write the Component")
    made.add_argument("--force", action="store_true", help="kustomize: write to a folder that holds other files")
    made.add_argument("--helm-release", metavar="FILE", help="flux: print this file with its HelmRelease edited")
    made.add_argument("--flux-version", metavar="VERSION", help="flux: the version of Flux (default: 2.9)")
    made.add_argument("--only", choices=("networks", "release"), help="flux: print one of the two")


def _add_verify(verbs: Verbs, common: argparse.ArgumentParser) -> None:
    verify = verbs.add_parser("verify", help="compare a live cluster with the config; only reads", parents=[common])
    verify.add_argument("--format", choices=("text", "json", "markdown"), help="how (default: text)")
    verify.add_argument("--strict", action="store_true", help="let unknown count as a difference")
    verify.add_argument("--explain", action="store_true", help="print commands for a closer look; asks no cluster")
    verify.add_argument("--namespace", metavar="NS", help="where TMM runs (default: spec.tmm.namespace, else found)")
    verify.add_argument("--kubectl", metavar="PATH", help="the program (default: kubectl, else oc)")
    verify.add_argument("--context", metavar="NAME", help="passed on to it")
    verify.add_argument("--kubeconfig", metavar="FILE", help="passed on to it")
    verify.add_argument("--timeout", metavar="SECONDS", type=_seconds, help="for each request (default: 30)")


def _seconds(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(MAX_TIMEOUT)) and 0 < int(text) <= MAX_TIMEOUT):
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number of seconds from 1 to {MAX_TIMEOUT}")
    return int(text)


def _add_hosts(verbs: Verbs, limited: argparse.ArgumentParser) -> None:
    """Add the verbs that a caller runs."""
    cmp = verbs.add_parser("cmp", help="what Argo CD's config management plugin runs", parents=[limited])
    cmp.add_argument("action", choices=("generate", "parameters"), help="render and convert; announce the parameters")
    krm = verbs.add_parser("krm", help="kustomize's function: a ResourceList in and out", parents=[limited])
    krm.add_argument(
        "plugin_config", nargs="?", metavar="CONFIG", help="the older shape of a plugin: a stream in and out"
    )
    plugin = verbs.add_parser("helm-plugin", help="write the Helm 4 plugin folder, or print the shipped one's path")
    plugin.add_argument(
        "directory", nargs="?", metavar="DIR", help="write DIR/spk-macvlan; HELM_PLUGINS=DIR then works"
    )
