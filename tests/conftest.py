"""Fixtures that many tests share: the program as users start it, a clean environment, and skips for missing tools."""

from __future__ import annotations

import functools
import importlib
import os
import re
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Mapping
from pathlib import Path
from subprocess import CompletedProcess
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests import in_process, json_documents
from tests.patience import HANG
from tools.binaries import ToolError, cache

PROGRAM = str(Path(sys.executable).with_name("spk-macvlan"))
OURS = re.compile(r"SPK_MACVLAN(?!_CACHE)\w*|PYTHON\w*|LANG|LC_\w+")
OF_THE_USER = re.compile(r"KUBE\w*|HELM_\w*|XDG_\w+_HOME|GIT_(DIR|WORK_TREE|INDEX_FILE)")
IRIS = "rfc3987_syntax"
#: The launcher's message if the working directory no longer exists. A launcher with a space in its path starts Python
#: through sh.
SAID_OF_NO_FOLDER = b"sh: 0: getcwd() failed: No such file or directory\n"
LEFT_OUT = "not tested on this machine: "
NEEDS_ROOT = "network namespaces and other users need root; run `make test-root` as root"

# Under `nohup` or a shell's `&`, a process ignores these signals, and so would the programs that the tests start.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)


@functools.cache
def _iris() -> ModuleType:
    sys.modules.pop(IRIS)
    return importlib.import_module(IRIS)


# To check IRIs, jsonschema loads a module that compiles 38 grammars, which takes a second in each worker. Load this
# module only for the first IRI.
sys.modules[IRIS] = ModuleType(IRIS)
sys.modules[IRIS].is_valid_syntax = lambda *words: _iris().is_valid_syntax(*words)  # type: ignore[attr-defined]

# Hypothesis must not limit the time of an example: the time depends on the load of the machine. The benchmarks measure
# time.
settings.register_profile("patient", settings.default, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

# Helm, kubectl and kustomize end so soon that garbage collection is not worth its time.
os.environ.setdefault("GOGC", "off")

Program = Callable[..., CompletedProcess[bytes]]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-cases", action="store_true", help="rewrite tests/cases/*/*/expected.yaml; read the diff")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Start more workers than there are cores, because many tests wait for another program."""
    return (os.cpu_count() or 1) + 2


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None]:
    if item.get_closest_marker("root") and os.geteuid() != 0:
        pytest.skip(f"{LEFT_OUT}{NEEDS_ROOT}")  # CI, too, skips these tests here; it runs them as root
    yield from _without_missing_tools()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Generator[None]:
    yield from _without_missing_tools()


def _without_missing_tools() -> Generator[None]:
    """Skip a test if this machine lacks a tool that the test needs; in CI, fail the test instead."""
    try:
        yield
    except ToolError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"{LEFT_OUT}{error}")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Print, below pytest's last line, which tests were skipped, why, and how to install what they need."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or hasattr(config, "workerinput"):
        return
    reasons = Counter(str(report.longrepr[-1]) for report in reporter.stats.get("skipped", []))
    left_out = [
        f"{number} test{'s' * (number > 1)}: {why.partition(LEFT_OUT)[2]}"
        for why, number in reasons.items()
        if LEFT_OUT in why
    ]
    if left_out:
        reporter.write_line(f"{LEFT_OUT}{' | '.join(left_out)}")


@pytest.fixture(autouse=True, scope="session")
def _home_of_the_run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Give the programs that the tests start an empty home folder, so that they use no files of the user."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SPK_MACVLAN_CACHE", str(cache()))
        for name in filter(OF_THE_USER.fullmatch, list(os.environ)):
            patch.delenv(name)
        patch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
        yield


@pytest.fixture
def environment() -> dict[str, str]:
    """Return the caller's environment without the variables that affect the program or the interpreter."""
    return {name: value for name, value in os.environ.items() if not OURS.fullmatch(name)}


@pytest.fixture
def program(environment: dict[str, str], tmp_path: Path) -> Program:
    """Run the installed program with arguments and variables in an empty folder; subprocess gets other settings."""

    def run(*words: str, variables: Mapping[str, str] | None = None, **settings: Any) -> CompletedProcess[bytes]:
        usual = {"env": {**environment, **(variables or {})}, "cwd": tmp_path, "timeout": HANG, "capture_output": True}
        silence = {} if "stdin" in settings else {"input": b""}
        done = subprocess.run([PROGRAM, *words], **{**usual, **silence, **settings}, check=False)
        json_documents.require_valid(words, done.returncode, done.stdout)
        return done

    return run


@pytest.fixture
def called(environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    """Call the command line in this process, which is much faster, with arguments and input, in an empty folder."""
    for name in os.environ.keys() - environment:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return in_process.call
