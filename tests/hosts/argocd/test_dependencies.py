"""Test charts whose dependencies are not in the repository: they are built as Argo CD does it, and leave no files."""

from __future__ import annotations

import functools
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import yaml

from tests.hosts.argocd import cmpserver
from tests.hosts.argocd.support import APP, Generate, named, parameters
from tests.hosts.argocd.test_failures import assert_fails
from tools.binaries import binary

pytestmark = pytest.mark.hosts

PART = {
    "Chart.yaml": "apiVersion: v2\nname: part\nversion: 0.1.0\n",
    "values.yaml": "from: part\n",
    "templates/part.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: part}\ndata: {a: {{ .Values.from }}}\n",
}
CHART = "apiVersion: v2\nname: probe\nversion: 0.1.0\n"


def write(chart: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (chart / name).parent.mkdir(parents=True, exist_ok=True)
        (chart / name).write_text(text)


def depend(chart: Path, *repositories: str, version: str = "0.1.0") -> None:
    """Make a chart depend on `part`, `part2`, … from these repositories."""
    names = ["part", *(f"part{number}" for number in range(2, 9))]
    found = [{"name": it, "version": version, "repository": url} for it, url in zip(names, repositories, strict=False)]
    (chart / "Chart.yaml").write_text(CHART + yaml.safe_dump({"dependencies": found}))


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="session")
def packaged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that a web server can serve as a chart repository; Helm has packaged and indexed its charts."""
    folder = tmp_path_factory.mktemp("charts")
    for name in ("part", "part2"):
        write(folder / name, {file: text.replace("part", name) for file, text in PART.items()})
        subprocess.run([binary("helm-4.2.3"), "package", name], cwd=folder, check=True, capture_output=True)
        shutil.rmtree(folder / name)
    subprocess.run([binary("helm-4.2.3"), "repo", "index", "."], cwd=folder, check=True, capture_output=True)
    return folder


@pytest.fixture
def served(packaged: Path) -> Iterator[str]:
    """Yield the URL of this chart repository."""
    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(packaged))) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def lock(chart: Path, tmp_path: Path) -> None:
    """Create a chart's Chart.lock."""
    homes = {f"HELM_{it}_HOME": str(tmp_path / "developer" / it) for it in ("CACHE", "CONFIG", "DATA")}
    update = [str(binary("helm-4.2.3")), "dependency", "update", "."]
    subprocess.run(update, cwd=chart, env=homes, check=True, capture_output=True)
    shutil.rmtree(chart / "charts")


@pytest.fixture(params=[False, True], ids=["without-lock", "with-lock"])
def commit(request: pytest.FixtureRequest, repository: Path, tmp_path: Path) -> Callable[[], None]:
    """Return what a developer does before the commit: nothing, or creating a lock file."""
    return functools.partial(lock, repository / APP, tmp_path) if request.param else lambda: None


def test_a_chart_of_the_repository_is_built_in(
    generate: Generate, repository: Path, commit: Callable[[], None]
) -> None:
    write(repository / "libraries" / "part", PART)
    depend(repository / APP, "file://../../libraries/part")
    commit()
    answer = generate(parameters(set={"part.from": "set"}))
    assert named(answer, "part")["data"] == {"a": "set"}
    assert answer.changed == []


def test_a_chart_of_a_server_is_built_in(
    generate: Generate, repository: Path, served: str, commit: Callable[[], None]
) -> None:
    depend(repository / APP, served)
    commit()
    answer = generate()
    assert named(answer, "part")["data"] == {"a": "part"}
    assert answer.changed == []


def test_a_built_in_chart_is_rendered_with_the_same_parameters(
    generate: Generate, repository: Path, served: str, commit: Callable[[], None]
) -> None:
    depend(repository / APP, served)
    commit()
    answer = generate(parameters(values="part: {from: text}\n", release_name="other"))
    assert named(answer, "part")["data"] == {"a": "text"}
    assert named(answer, "seen")["data"]["release"] == "other"


def test_what_is_vendored_stays_as_it_is(
    generate: Generate, repository: Path, served: str, packaged: Path, commit: Callable[[], None]
) -> None:
    depend(repository / APP, served, served)
    commit()
    (repository / APP / "charts").mkdir()
    (repository / APP / "charts/part-0.1.0.tgz").write_bytes((packaged / "part-0.1.0.tgz").read_bytes())
    answer = generate()
    assert named(answer, "part2")
    assert answer.changed == []


def test_a_vendored_chart_needs_no_server(generate: Generate, repository: Path, packaged: Path) -> None:
    depend(repository / APP, "http://127.0.0.1:9")
    (repository / APP / "charts").mkdir()
    (repository / APP / "charts/part-0.1.0.tgz").write_bytes((packaged / "part-0.1.0.tgz").read_bytes())
    answer = generate()
    assert named(answer, "part")
    assert answer.changed == []


def test_nothing_is_left_in_the_home_folder(generate: Generate, repository: Path, served: str, home: Path) -> None:
    depend(repository / APP, served)
    assert named(generate(), "part")
    assert {it.name for it in home.iterdir()} == {"_cmp_server"}


def test_two_applications_at_once_do_not_meet(plugin: cmpserver.Plugin, repository: Path, served: str) -> None:
    depend(repository / APP, served)
    calls = [plugin.start(repository, cmpserver.request(path=APP), APP) for _ in range(4)]
    answers = [call.answer() for call in calls]
    assert [it.status for it in answers] == [0] * 4
    assert len({it.stdout for it in answers}) == 1


# Tests of failures.


def test_a_server_that_does_not_answer_is_said(generate: Generate, repository: Path) -> None:
    depend(repository / APP, "http://127.0.0.1:9")
    assert_fails(generate(), 3, "cannot be reached")


def test_a_chart_that_the_server_lacks_is_said(generate: Generate, repository: Path, served: str) -> None:
    depend(repository / APP, served, version="7.0.0")
    assert_fails(generate(), 3, "can't get a valid version")


def test_a_chart_that_is_not_in_the_repository_is_named(generate: Generate, repository: Path) -> None:
    depend(repository / APP, "file://../../libraries/part")
    assert_fails(generate(), 3, "libraries/part")


def test_a_lock_file_that_is_out_of_date_is_an_error(
    generate: Generate, repository: Path, served: str, tmp_path: Path
) -> None:
    depend(repository / APP, served)
    lock(repository / APP, tmp_path)
    depend(repository / APP, served, served)
    assert_fails(generate(), 3, "out of sync")


def test_a_chart_outside_of_the_repository_is_refused(generate: Generate, repository: Path, home: Path) -> None:
    write(home / "part", PART)
    depend(repository / APP, "file://../../../../part")
    answer = generate()
    assert answer.status != 0
    assert (answer.stdout, answer.changed) == ("", [])


def test_a_chart_that_fails_once_it_is_built_leaves_nothing(generate: Generate, repository: Path, served: str) -> None:
    depend(repository / APP, served)
    (repository / APP / "templates/seen.yaml").write_text('{{ fail "say which site" }}')
    assert_fails(generate(), 3, "say which site")
