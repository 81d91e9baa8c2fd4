"""Test the documentation: its commands run, its configs load, and everything that it names exists."""

from __future__ import annotations

import configparser
import contextlib
import json
import os
import pkgutil
import re
import shlex
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from postrender import config, errors, files
from postrender.cli import arguments, commands
from postrender.cli import main as cli
from tests.configs import TMM_NAME
from tests.conftest import PROGRAM
from tests.docs import ROOT, Block, Step, below, blocks, code, first_column, links, read, spans, steps
from tests.hosts.helm.apiserver import OPENSHIFT, Cluster, serve
from tests.patience import HANG
from tools import demo, transcripts
from tools.binaries import ToolError, binary

# PAGES are for users and developers. In the other pages of ALL_PAGES, commands are checked but not run.
DOCS = [str(it.relative_to(ROOT)) for it in sorted(ROOT.glob("docs/**/*.md"))]
PAGES = ["README.md", "CONTRIBUTING.md", "SECURITY.md", "examples/README.md", *DOCS]
ALL_PAGES = [*PAGES, "CHANGELOG.md", "tests/README.md"]
BLOCKS = [block for page in PAGES for block in blocks(page)]

HELM_3, HELM_4 = "helm-3.19.0", "helm-4.2.3"
HELMS = {"Helm 3": HELM_3, "Helm 4": HELM_4}
KUBECTL = "kubectl-1.37.1"
FOREIGN = re.compile(r"(HELM|KUBE)\w*|\w+_PROXY", re.IGNORECASE)

OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")
HELM_3_OPTIONS = {"--atomic"}
HELM_4_OPTIONS = {"--force-conflicts", "--force-replace", "--rollback-on-failure", "--server-side"}
HELM_OPTIONS = {
    "--api-versions",
    "--create-namespace",
    "--dry-run",
    "--include-crds",
    "--output-dir",
    "--set",
    "--post-renderer",
    "--post-renderer-args",
    "--no-hooks",
    "--reuse-values",
    "--show-only",
    "--take-ownership",
    "--wait",
}

KUSTOMIZE_OPTIONS = {"--enable-alpha-plugins", "--enable-exec"}

Shell = Callable[..., Cluster]

every_page = pytest.mark.parametrize("page", ALL_PAGES)


def place(block: Block) -> str:
    return f"{block.page}:{block.line}"


# Tests of commands.


@pytest.fixture
def shell(environment: dict[str, str], tmp_path: Path) -> Shell:
    """Return a function that runs commands as a reader would: with this Helm, the examples, and a separate cluster."""
    for folder in ("examples", "kustomize"):
        (tmp_path / folder).symlink_to(ROOT / folder)
    shutil.copy(ROOT / "examples/spk/eras/values-2.1.yaml", tmp_path / "my-values.yaml")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "oc").symlink_to(binary(KUBECTL))  # OpenShift's client, which has kubectl's verbs
    mine = {name: value for name, value in environment.items() if not FOREIGN.fullmatch(name)}
    homes = {f"HELM_{it}_HOME": str(tmp_path / ".helm" / it.lower()) for it in ("CACHE", "CONFIG", "DATA")}
    homes["HOME"] = str(tmp_path)

    def run(script: str, helm: str, **variables: str) -> Cluster:
        if re.search(r"^\s*jq ", script, re.MULTILINE) and not shutil.which("jq"):
            raise ToolError("jq, which a page's commands run; install it from the system's packages")
        tools = [binary(name).parent for name in (helm, KUBECTL, "kustomize")]
        programs = [tmp_path / "bin", Path(PROGRAM).parent, *tools, mine["PATH"]]
        chart = re.sub(r"(?<!\$)\bCHART\b(?!=)", shlex.quote(str(ROOT / "examples/spk")), script)
        command = ["bash", "-euo", "pipefail", "-c", chart]
        with serve(tmp_path) as cluster:
            cluster.resources += [it for it in OPENSHIFT if it.kind == "F5SPKVlan" and "oc apply" in script]
            paths = {"KUBECONFIG": str(cluster.kubeconfig), "PATH": os.pathsep.join(map(str, programs))}
            settings: dict[str, Any] = {
                "cwd": tmp_path,
                "stdin": subprocess.DEVNULL,
                "capture_output": True,
                "timeout": HANG,
            }
            done = subprocess.run(command, env={**mine, **homes, **paths, **variables}, check=False, **settings)
        assert done.returncode == 0, f"{helm}: {script}{done.stderr.decode()}"
        return cluster

    return run


def helms(step: Step) -> list[str]:
    """Return the Helm versions for a step.

    If the step names no version, use both, but only Helm 3 accepts a program as the post-renderer.
    """
    named = [helm for name, helm in HELMS.items() if name in step.title]
    return named or ([HELM_3] if "--post-renderer" in step.script else [HELM_3, HELM_4])


def tmm(cluster: Cluster) -> Any:
    (found,) = (it for key, it in cluster.objects.items() if (key.kind, key.name) == ("Deployment", TMM_NAME))
    return found


def is_converted(cluster: Cluster) -> bool:
    definitions = {
        f"{key.namespace}/{key.name}" for key in cluster.objects if key.kind == "NetworkAttachmentDefinition"
    }
    networks = tmm(cluster)["spec"]["template"]["metadata"]["annotations"]["k8s.v1.cni.cncf.io/networks"]
    names = {name.rpartition("/")[2] for name in definitions}
    return names == {"macvlan-internal", "macvlan-external"} and definitions == set(networks.split(","))


#: Pages whose commands need an installed release. Helm 3 would send patches that this API server does not support;
#: tests/cluster tests its upgrade without the flag.
RELEASED = ("docs/uninstalling.md", "docs/upgrading.md")
INSTALL = """\
spk-macvlan helm-plugin plugins
export HELM_PLUGINS=plugins
helm install spk CHART -n spk-ingress --create-namespace -f my-values.yaml --post-renderer spk-macvlan
"""
DEFINE = "spk-macvlan networks | kubectl apply -f -\n"


def runs_alone(block: Block) -> bool:
    """Report whether a block has commands and is not part of a transcript; `test_transcripts.py` runs transcripts."""
    return block.is_shell() and bool(list(steps(block))) and block.text not in transcripts.scripts(read(block.page))


@pytest.mark.hosts
@pytest.mark.parametrize("block", [it for it in BLOCKS if runs_alone(it) and it.page not in RELEASED], ids=place)
def test_the_commands_of_a_block_run_as_written(shell: Shell, tmp_path: Path, block: Block) -> None:
    if "spk-macvlan init" not in block.text:  # earlier commands on the page would have written a config
        (tmp_path / "spk-macvlan.yaml").write_text(config_above(block))
    for step in steps(block):
        for helm in helms(step):
            cluster = shell(step.script, helm)
            if re.search(r"helm install|kubectl apply", step.script):
                assert is_converted(cluster)
            else:
                assert bool(cluster.calls) == ("oc apply" in step.script)


@pytest.mark.hosts
@pytest.mark.parametrize("block", [it for it in BLOCKS if runs_alone(it) and it.page in RELEASED], ids=place)
def test_the_commands_for_a_release_run_after_its_installation(shell: Shell, tmp_path: Path, block: Block) -> None:
    (tmp_path / "spk-macvlan.yaml").write_text(read("examples/spk-macvlan.yaml"))
    cluster = shell((DEFINE if "kubectl delete" in block.text else INSTALL) + block.text, HELM_4)
    if "helm get" in block.text:
        assert is_converted(cluster)
        return
    assert "NetworkAttachmentDefinition" not in {key.kind for key in cluster.objects}
    if "helm upgrade" in block.text:
        assert "openshift.io/sriovInternal" in str(tmm(cluster))


def config_above(block: Block) -> str:
    """Return the config that a tutorial shows above a block; on other pages, return the example config."""
    above = [it.text for it in BLOCKS if it.page == block.page and it.line < block.line and config.KIND in it.text]
    return above[-1] if above and "walkthrough" in block.page else read("examples/spk-macvlan.yaml")


COMMANDS = sorted(
    {it for page in PAGES for it in spans(page) if it.startswith(("helm ", "spk-macvlan ")) and "…" not in it}
)


@pytest.mark.hosts
@pytest.mark.parametrize("helm", HELMS.values())
@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_in_the_text_runs_as_written(shell: Shell, command: str, helm: str) -> None:
    assert not shell(command, helm).calls


@pytest.mark.hosts
def test_the_examples_render_with_helm_4_as_their_page_says(shell: Shell, tmp_path: Path) -> None:
    assert {"spk-macvlan helm-plugin plugins", "HELM_PLUGINS=plugins"} <= set(spans("examples/README.md"))
    shell("spk-macvlan helm-plugin plugins", HELM_4)
    (block,) = blocks("examples/README.md")
    converting = block.text.splitlines()[-1]
    shell(f"{converting} > converted.yaml", HELM_4, HELM_PLUGINS="plugins")
    assert "default/macvlan-internal,default/macvlan-external" in (tmp_path / "converted.yaml").read_text()


def test_no_block_is_overlooked() -> None:
    for page in ALL_PAGES:
        assert read(page).count("```") == 2 * len(blocks(page)), page
    assert {block.language for block in BLOCKS} <= {"sh", "yaml", "json", "text", "diff", "mermaid", ""}


@pytest.mark.hosts
def test_the_demo_ends_with_what_it_promises(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    assert demo.main() == 0
    *_, unchanged, agreed = capsys.readouterr().out.splitlines()
    assert unchanged == "Run again on its own output, spk-macvlan changes no byte."
    assert re.fullmatch(r"Helm 3\.19\.0, 4\.1\.0, 4\.2\.3, 4\.3\.1: all gave the same \d\d objects\.", agreed)


@pytest.fixture(scope="session")
def metadata(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the metadata of the wheel that an installer reads: its entry points and its dependencies."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        files = {Path(name).name: name for name in archive.namelist() if ".dist-info/" in name}
        return {name: archive.read(files[name]).decode() for name in ("entry_points.txt", "METADATA")}


def test_pip_puts_the_program_on_the_path(metadata: dict[str, str]) -> None:
    assert "pip install ." in spans("README.md")
    assert metadata["entry_points.txt"].split("\n")[:2] == [
        "[console_scripts]",
        "spk-macvlan = postrender.cli.main:run",
    ]
    assert callable(cli.run)


# Tests of make targets.


def test_every_target_of_make_that_is_named_exists() -> None:
    sources = [*ALL_PAGES, "Makefile", "requirements/dev.in", *(f"tools/{it.name}" for it in ROOT.glob("tools/*.py"))]
    texts = [*(text for source in sources for text in code(source)), read(".ci/run")]
    named = {name for text in texts for name in re.findall(r"^make ([a-z][a-z-]*)", text, re.MULTILINE)}
    targets = set(re.findall(r"^([a-z][a-z-]*):", read("Makefile"), re.MULTILINE))
    assert {"demo", "test", "lint"} <= named
    assert named <= targets


# Tests of configs.


@pytest.mark.parametrize("block", [it for it in BLOCKS if it.language == "yaml" and config.KIND in it.text], ids=place)
def test_a_config_loads_and_fits_the_schema(block: Block) -> None:
    document = yaml.load(block.text, yaml.CSafeLoader)
    assert document["kind"] == config.KIND
    assert config.parse(block.text.encode(), place(block)).networks
    jsonschema.Draft202012Validator(json.loads(files.read_shipped("schemas", "config.schema.json"))).validate(document)


@pytest.mark.parametrize(("heading", "kind"), [("`spec.networks`", "network"), ("`spec.tmm`", "tmm")])
def test_the_page_of_the_config_has_every_field_of_the_schema(heading: str, kind: str) -> None:
    fields = json.loads(files.read_shipped("schemas", "config.schema.json"))["$defs"][kind]["properties"]
    assert sorted(first_column(below("docs/config.md", f"## {heading}"))) == sorted(fields)


# Tests of options.


def our_options() -> set[str]:
    """Return the options that the help of any verb lists."""
    helps = []
    for verb in ([], *([name] for name in commands.VERBS)):
        with pytest.raises(arguments.Information) as asked:
            arguments.parse([*verb, "--help"])
        helps.append(str(asked.value))
    return set(OPTION.findall("".join(helps)))


def test_every_option_is_ours_or_helms() -> None:
    texts = [text for page in [*PAGES, "CHANGELOG.md"] for text in code(page)]
    elsewhere = [block.text for block in BLOCKS if block.language == "text" and not block.shows_output]
    foreign = {option for text in elsewhere for option in OPTION.findall(text)}
    foreign -= HELM_OPTIONS
    assert (
        set(OPTION.findall("\n".join(texts))) - our_options() - foreign
        == HELM_OPTIONS | HELM_3_OPTIONS | HELM_4_OPTIONS | KUSTOMIZE_OPTIONS
    )


@pytest.mark.hosts
def test_every_option_of_kustomize_is_an_option_of_kustomize() -> None:
    help_text = subprocess.check_output([binary("kustomize"), "build", "--help"], text=True)
    assert set(OPTION.findall(help_text)) >= KUSTOMIZE_OPTIONS


@pytest.mark.hosts
def test_every_option_of_helm_is_an_option_of_helm() -> None:
    for helm in HELMS.values():
        helps = [subprocess.check_output([binary(helm), verb, "--help"], text=True) for verb in ("template", "upgrade")]
        known = HELM_OPTIONS | (HELM_4_OPTIONS if helm.startswith("helm-4") else HELM_3_OPTIONS)
        assert set(OPTION.findall("".join(helps))) >= known, helm


def given_to_us(text: str) -> list[str]:
    """Return the arguments of each spk-macvlan command in a text, including arguments that Helm passes on."""
    commands = re.findall(r"(?:^|\| |\$\()spk-macvlan( [^|<>)\n]*?)(?= 2>|[|<>)\n]|$)", text, re.MULTILINE)
    return [*commands, *re.findall(r"--post-renderer-args=(\S+)", text)]


@pytest.mark.parametrize("page", [*PAGES, "CHANGELOG.md"])
def test_the_command_line_understands_every_command(page: str) -> None:
    for words in (words for text in code(page) for words in given_to_us(text)):
        with contextlib.suppress(arguments.Information):  # --help
            assert arguments.parse(shlex.split(words)), words


def test_commands_are_found_wherever_they_stand() -> None:
    text = 'helm x | spk-macvlan --a > y\nx "$(spk-macvlan b)"\nhelm --post-renderer-args=--c --d\nspk-macvlan e 2> z\n'
    assert given_to_us(text) == [" --a ", " b", " e", "--c"]


# Tests of names.


def test_the_index_links_to_every_page() -> None:
    index = ROOT / "docs/README.md"
    linked = {index.parent.joinpath(link.partition("#")[0]).resolve() for link in links("docs/README.md")}
    assert {ROOT / page for page in ALL_PAGES} - {index, ROOT / "README.md"} <= linked
    assert "docs/README.md" in links("README.md")


def paths(page: str) -> list[str]:
    """Return the paths in a page's text, relative to the repository or to the page; NAME is a placeholder."""
    found = [span for span in spans(page) if re.fullmatch(r"[\w.-]+/[\w./-]*", span) and "NAME" not in span]
    folders = [path.name for place in (ROOT, (ROOT / page).parent) for path in place.iterdir() if path.is_dir()]
    return [path for path in found if path.split("/")[0] in folders]


@every_page
def test_every_path_in_the_text_exists(page: str) -> None:
    places = (ROOT, (ROOT / page).parent)
    assert [path for path in paths(page) if not any((place / path).exists() for place in places)] == []


@every_page
def test_every_python_name_in_the_text_exists(page: str) -> None:
    for name in (span for span in spans(page) if re.fullmatch(r"postrender(\.\w+)+", span)):
        assert pkgutil.resolve_name(name)


def test_the_examples_page_names_every_file_of_values() -> None:
    chart = ROOT / "examples/spk"
    files = [
        path.relative_to(chart).as_posix() for folder in ("eras", "switches") for path in (chart / folder).iterdir()
    ]
    assert sorted(first_column(below("examples/README.md", "## Values"))) == sorted(files)


def test_the_table_of_modules_has_every_module_and_no_other() -> None:
    here = [path for path in (ROOT / "postrender").iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()]
    modules = {path.stem for path in here} - {"__init__"}
    table = below("docs/maintainers/architecture.md", "Each folder of `postrender` may import")
    assert set(first_column(table)) ^ modules == set()


def test_every_exit_status_is_one_of_ours() -> None:
    statuses = {str(value) for name, value in vars(errors).items() if name.isupper() and isinstance(value, int)}
    documented = first_column(below("README.md", "## Exit statuses"))
    assert {"0", "2", "3", "4", "70", "130"} <= set(documented) <= statuses


@every_page
def test_a_status_that_is_let_pass_is_explained(page: str) -> None:
    """The README explains such commands, and every other page that has one links to this explanation."""
    if page != "README.md" and any("|| test $? = " in block.text for block in blocks(page)):
        assert "README.md#exit-statuses" in {link.removeprefix("../") for link in links(page)}


# Tests of dependencies.


def names(requirements: list[str]) -> list[str]:
    """Return the normalized names of the required projects, as package indexes compare them."""
    found = (re.match(r"[\w.-]+", line) for line in requirements)
    return sorted(re.sub(r"[-_.]+", "-", match.group()).lower() for match in found if match)


def test_every_dependency_at_run_time_earns_its_place(metadata: dict[str, str]) -> None:
    needed = re.findall(r"^Requires-Dist: (.*)", metadata["METADATA"], re.MULTILINE)
    table = below("CONTRIBUTING.md", "at run time:").partition("Development also needs")[0]
    assert names(first_column(table)) == names(needed)


def test_every_dependency_earns_its_place() -> None:
    table = below("CONTRIBUTING.md", "## Dependencies")
    assert sorted(set(names(first_column(table)))) == names(read("requirements/dev.in").splitlines())


def test_the_recipes_for_an_alternative_name_give_a_name_that_every_plugin_finds() -> None:
    """tests/network runs the real macvlan plugin with an alternative name of 15 characters."""
    blocks = [block.text for block in BLOCKS if block.page == "docs/faq.md" and "lab-int" in block.text]
    link, policy = (configparser.ConfigParser(), yaml.safe_load(blocks[1]))
    link.optionxform = str  # type: ignore[method-assign, assignment]
    link.read_string(blocks[0])
    (interface,) = policy["spec"]["desiredState"]["interfaces"]
    names = {link["Link"]["AlternativeName"], *(it["name"] for it in interface["alt-names"])}
    assert names == {"lab-int"}
    assert all(config.is_interface_name(name) for name in names)
