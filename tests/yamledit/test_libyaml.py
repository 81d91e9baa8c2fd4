from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.patience import HANG

PRELUDE = "import sys\nfrom postrender.yamledit import libyaml\n"
ALONE = "libyaml.alone = True\n"
PARSE = "reader = libyaml.parser()('a: b')\nprint([getattr(it, 'value', '') for it in iter(reader.get_event, None)])\n"
PARSED = "['', '', '', 'a', 'b', '', '', '']"

CASE = Path(__file__).parent.parent / "cases" / "environment" / "sriov-variables"

both_ways = pytest.mark.parametrize("mode", ["", ALONE], ids=["library", "program"])


def python(code: str) -> str:
    """Return the output of a fresh interpreter, because loaded modules belong to the whole process."""
    command = [sys.executable, "-c", PRELUDE + code]
    done = subprocess.run(command, capture_output=True, text=True, timeout=HANG, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@both_ways
def test_parses_as_often_as_asked(mode: str) -> None:
    assert python(mode + PARSE * 3).splitlines() == [PARSED] * 3


def test_the_program_loads_no_more_of_pyyaml_than_the_parser_needs() -> None:
    loaded = "print(*sorted(name for name in sys.modules if name.partition('.')[0] in ('yaml', '_yaml')))"
    assert python(f"{ALONE}libyaml.parser()\n{loaded}") == "yaml._yaml yaml.error yaml.events yaml.nodes"


def test_a_library_leaves_pyyaml_whole() -> None:
    names = "import yaml\nprint(*sorted(vars(yaml)))"
    assert python(f"libyaml.parser()\n{names}").split() == python(f"import yaml._yaml\n{names}").split()


@both_ways
@pytest.mark.parametrize("call", ["safe_load('a: 1')", "load('a: 1', Loader=yaml.CSafeLoader)"])
def test_pyyaml_can_be_used_afterwards(mode: str, call: str) -> None:
    assert python(f"{mode}libyaml.parser()\nimport yaml\nprint(yaml.{call})") == "{'a': 1}"


@both_ways
@pytest.mark.parametrize("text", ["a: [", "a: b: c", "a: !x!y b", "a: \x07"])
def test_errors_are_those_of_pyyaml(mode: str, text: str) -> None:
    code = f"{mode}parser = libyaml.parser()\nfrom yaml.error import YAMLError\n"
    read = f"for event in iter(parser({text!r}).get_event, None): pass"
    assert python(f"{code}try:\n    {read}\nexcept YAMLError: print('refused')") == "refused"


@both_ways
def test_uses_pyyaml_where_it_is_loaded_already(mode: str) -> None:
    assert python(f"{mode}import yaml._yaml\nprint(libyaml.parser() is yaml._yaml.CParser)") == "True"


@pytest.mark.parametrize(
    "difference",
    [
        pytest.param("libyaml.NEEDED = ('yaml.error', 'yaml.elsewhere')", id="a-module-is-elsewhere"),
        pytest.param("libyaml.ERRORS = {}", id="the-parser-needs-more-modules"),
        pytest.param("libyaml.ERRORS = {'yaml.reader': 'Error'}", id="the-parser-needs-other-errors"),
    ],
)
def test_uses_the_whole_of_pyyaml_where_it_is_laid_out_differently(difference: str) -> None:
    assert python(f"{ALONE}{difference}\n{PARSE}") == PARSED


@both_ways
@pytest.mark.parametrize(
    ("missing", "before"),
    [
        pytest.param("yaml._yaml", "", id="pyyaml-without-libyaml"),
        pytest.param("yaml._yaml", "import yaml", id="pyyaml-without-libyaml-loaded-already"),
        pytest.param("yaml", "", id="no-pyyaml"),
    ],
)
def test_says_what_to_do_where_there_is_no_c_parser(mode: str, missing: str, before: str) -> None:
    code = f"{mode}sys.modules[{missing!r}] = None\n{before}\nfrom postrender.errors import UsageError\n"
    assert python(f"{code}try: libyaml.parser()\nexcept UsageError as error: print(error)") == (
        "PyYAML is installed without its C parser; install it from a wheel (pip install --force-reinstall PyYAML)"
    )


# Tests of a PyYAML whose private modules have moved and whose public names have not.


def c_parser_elsewhere(package: Path) -> None:
    (package / "private").mkdir()
    (package / "private" / "__init__.py").touch()
    for file in package.glob("_yaml.*"):
        file.rename(package / "private" / file.name)
    _replace(package / "cyaml.py", "yaml._yaml", "yaml.private._yaml")


def nodes_elsewhere(package: Path) -> None:
    (package / "nodes.py").rename(package / "tree.py")
    init = (package / "__init__.py").read_text()
    (package / "__init__.py").write_text(
        f"import sys\nfrom . import tree\nnodes = sys.modules['yaml.nodes'] = tree\n{init}"
    )


def errors_use_the_package(package: Path) -> None:
    init = (package / "__init__.py").read_text()
    (package / "__init__.py").write_text(f"LONGEST = 75\n{init}")
    errors = (package / "error.py").read_text()
    (package / "error.py").write_text(f"from yaml import LONGEST\n{errors}")


def events_need_the_reader(package: Path) -> None:
    _replace(package / "events.py", "class Event", "from yaml.reader import Reader\n\nclass Event")


def _replace(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))


@pytest.mark.parametrize(
    "move",
    [c_parser_elsewhere, nodes_elsewhere, errors_use_the_package, events_need_the_reader],
    ids=lambda it: it.__name__,
)
def test_a_pyyaml_whose_private_parts_moved_gives_the_same_and_nothing_is_said(
    tmp_path: Path, environment: dict[str, str], move: Callable[[Path], None]
) -> None:
    package = tmp_path / "other" / "yaml"
    spec = find_spec("yaml")
    assert spec is not None
    shutil.copytree(
        str((spec.submodule_search_locations or [])[0]), package, ignore=shutil.ignore_patterns("__pycache__")
    )
    move(package)
    run = "import sys\nfrom postrender.cli.main import main\nfrom postrender.yamledit import libyaml\n"
    run += "libyaml.alone = True\nstatus = main(sys.argv[1:])\n"
    used = "print(sys.modules['yaml.error'].__file__, file=sys.stderr)\nraise SystemExit(status)"
    command = [sys.executable, "-c", run + used, f"--config={CASE / 'config.yaml'}"]
    variables = {**environment, "PYTHONPATH": str(tmp_path / "other")}
    manifests = (CASE / "input.yaml").read_bytes()
    done = subprocess.run(command, env=variables, input=manifests, capture_output=True, timeout=HANG, check=False)
    assert (done.returncode, done.stderr.decode()) == (0, f"{package / 'error.py'}\n")
    assert done.stdout == (CASE / "expected.yaml").read_bytes()
