"""Test a checkout that tries to read another application's checkout, to reach a server, or to run a program.

Each attack meets each layer alone: the plugin's checks, Landlock and seccomp.
"""

from __future__ import annotations

import http.server
import json
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple, NoReturn

import pytest

from postrender import programs
from postrender.errors import Failure
from postrender.hosts import argocd, chart, kustomization, rendering
from postrender.hosts.checkout import Checkout, Copy
from postrender.limits import DEFAULTS, Limits
from postrender.programs import confinement, landlock, seccomp
from tests.docs import read
from tests.hosts.argocd import attacks
from tests.hosts.argocd.attacks import CANARY, CLASSES, FILES_GET, OTHER, Attack, Place
from tests.hosts.argocd.cmpserver import Plugin, request
from tests.hosts.argocd.support import APP, CHARTS, parameters
from tests.hosts.argocd.test_dependencies import CHART, PART, write
from tests.hosts.helm.objects import CONFIG
from tests.machine import require_landlock, require_seccomp

pytestmark = pytest.mark.hosts

HITS: list[str] = []  #: what was asked of the server


class Server(http.server.BaseHTTPRequestHandler):
    """Answers every request with the other application's file."""

    def do_GET(self) -> None:
        HITS.append(self.path)
        body = OTHER["schema.json" if self.path.endswith(".json") else "templates/part.yaml"].encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server) as serving:
        threading.Thread(target=serving.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{serving.server_port}"
        serving.shutdown()


@pytest.fixture
def place(
    repository: Path, tmp_path: Path, with_kustomize: Plugin, server: str, monkeypatch: pytest.MonkeyPatch
) -> Place:
    """Set up both checkouts, and make this process the sidecar, which is rendering another application."""
    write(tmp_path / "sibling", OTHER)
    for name, value in with_kustomize.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("ARGOCD_APP_NAME", "lab")
    monkeypatch.setenv("ARGOCD_APP_SOURCE_PATH", APP)
    return Place(repository / APP, repository, tmp_path / "sibling", server)


class Reached(NamedTuple):
    """What a run said, and whether it reached anything outside of the application's repository."""

    said: str
    outside: bool


def attacked(place: Place, monkeypatch: pytest.MonkeyPatch, **given: str) -> Reached:
    """Render the application; return all output, findings and errors, and whether it reached anything."""
    HITS.clear()
    said = generated(place, monkeypatch, **given)
    return Reached(said, CANARY in said or bool(HITS) or any(place.repository.parent.rglob("ran")))


def generated(place: Place, monkeypatch: pytest.MonkeyPatch, **given: str) -> str:
    monkeypatch.setenv("ARGOCD_APP_PARAMETERS", json.dumps(parameters(**given)))
    monkeypatch.chdir(place.app)
    try:
        answer = argocd.generate(os.environ)
        return answer.output.decode() + "".join(map(str, answer.findings))
    except Failure as failure:
        return str(failure)


def without(layers: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Switch layers off, by name."""
    if "landlock" in layers:
        monkeypatch.setattr(landlock, "version", lambda: 0)
    if "seccomp" in layers:
        monkeypatch.setattr(seccomp, "is_available", lambda: False)
    if "checks" in layers:
        without_our_checks(monkeypatch)


def without_our_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run the programs in the checkout itself instead of a checked copy, and let them read it."""
    monkeypatch.setattr(chart, "copy", lambda _: None)
    monkeypatch.setattr(chart, "servers", lambda _: [])
    monkeypatch.setattr(kustomization, "copy", lambda _: None)
    monkeypatch.setattr(rendering, "_put_in_place", in_the_checkout)
    allowed = rendering._allowed

    def with_the_checkout(run: rendering._Run, *, network: bool) -> landlock.Allowed:
        usual = allowed(run, network=network)
        return usual._replace(write=(*usual.write, run.files.root))

    monkeypatch.setattr(rendering, "_allowed", with_the_checkout)
    monkeypatch.setattr("postrender.hosts.messages.remove_values", lambda message, *_: message)


def in_the_checkout(run: rendering._Run) -> None:
    """Let the programs read the checkout itself."""
    place = Path(run.private) / rendering.CHECKOUT
    if not place.is_symlink():
        shutil.rmtree(place)
        place.symlink_to(run.files.checkout.root)
    run.files.root = run.files.checkout.root


def without_input(command: programs.Command, _: Limits) -> NoReturn:
    """Do what is done while a program starts; fail if the program would then get its input."""
    if command.meanwhile:
        command.meanwhile()
    pytest.fail("a program got its input")


def cases(layer: str) -> list[object]:
    """Return the attacks of the classes that a layer stops."""
    chosen = {name: it for name, it in CLASSES.items() if getattr(it, layer)}
    return [
        pytest.param(attack, {"kustomize": "true"} if kustomized else {"values": "password: x\n"}, id=f"{name}-{case}")
        for name, it in chosen.items()
        for kustomized, table in ((False, it.charts), (True, it.kustomizations))
        for case, attack in table.items()
    ]


@pytest.mark.parametrize(("attack", "given"), cases("checks"))
def test_our_checks_alone_refuse(
    place: Place, monkeypatch: pytest.MonkeyPatch, attack: Attack, given: dict[str, str]
) -> None:
    attack(place)
    without("landlock seccomp", monkeypatch)
    monkeypatch.setattr(programs, "run", without_input)
    found = attacked(place, monkeypatch, **given)
    assert not found.outside
    assert found.said.count("\n") == 0
    assert "; " in found.said, "every refusal says what to do"


@pytest.mark.parametrize(("attack", "given"), cases("landlock"))
def test_landlock_alone_keeps_it_inside(
    place: Place, monkeypatch: pytest.MonkeyPatch, attack: Attack, given: dict[str, str]
) -> None:
    require_landlock()
    attack(place)
    without("checks seccomp", monkeypatch)
    assert not attacked(place, monkeypatch, **given).outside


@pytest.mark.parametrize(("attack", "given"), cases("seccomp"))
def test_seccomp_alone_keeps_it_inside(
    place: Place, monkeypatch: pytest.MonkeyPatch, attack: Attack, given: dict[str, str]
) -> None:
    require_seccomp()
    attack(place)
    without("checks landlock", monkeypatch)
    assert not attacked(place, monkeypatch, **given).outside


def test_without_all_layers_attacks_of_every_class_succeed(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the attacks failed even without protection, the other tests would prove nothing."""
    without("checks landlock seccomp", monkeypatch)
    succeeded = set()
    for name, it in CLASSES.items():
        for kustomized, table in ((False, it.charts), (True, it.kustomizations)):
            for attack in table.values():
                shutil.rmtree(place.app)
                shutil.copytree(CHARTS / "probe", place.app)
                shutil.copy(CONFIG, place.app)
                shutil.rmtree(place.repository / "beside", ignore_errors=True)
                attack(place)
                given = {"kustomize": "true"} if kustomized else {"values": "password: x\n"}
                succeeded |= {name} if attacked(place, monkeypatch, **given).outside else set()
    # kustomize runs programs and Helm only with options that the plugin never gives.
    assert succeeded == {*CLASSES} - {"program"}


def test_the_page_has_a_row_for_each_class() -> None:
    page = read("docs/argocd-untrusted.md")
    assert [line for line in page.splitlines() if line.startswith(("| a ", "| `"))] == attacks.table()


@pytest.mark.parametrize("layers", ["landlock", "seccomp", "landlock seccomp"])
def test_a_kernel_that_lacks_a_layer_is_told_in_the_log(
    place: Place, monkeypatch: pytest.MonkeyPatch, layers: str
) -> None:
    without(layers, monkeypatch)
    said = generated(place, monkeypatch)
    assert f"this kernel has no {' and no '.join(confinement.missing())}" in said
    assert "name: macvlan-internal" in said


def test_with_both_layers_there_is_nothing_to_tell(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    if confinement.missing():
        pytest.fail("this kernel lacks a layer, so half of this file shows nothing")
    assert "confine" not in generated(place, monkeypatch)


def test_what_stays_inside_is_no_attack(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Links, dependencies and references that stay within the repository work."""
    write(place.repository / "libraries/part", PART)
    place.write(
        "Chart.yaml",
        CHART + "dependencies: [{name: part, version: 0.1.0, repository: 'file://../../libraries/part'}]\n",
    )
    place.write(
        "values.schema.json",
        json.dumps({"$schema": "http://json-schema.org/draft-07/schema#", "$defs": {"a": {}}, "$ref": "#/$defs/a"}),
    )
    (place.repository / "notes").write_text("in the repository")
    place.write("templates/seen.yaml", FILES_GET)
    place.link("leak", "../../notes")
    said = generated(place, monkeypatch)
    assert "in the repository" in said
    assert "name: part" in said
    assert not (place.app / "charts").exists()


SHARED = "resources: [../../shared]\n"
ADD_LABEL = "- {op: add, path: /metadata/labels, value: {x: y}}\n"
TMM = "  target: {kind: Deployment, name: f5-tmm}\n"
KUSTOMIZED = {
    "base": SHARED,
    "patch": f"{SHARED}patches:\n- path: patch.yaml\n{TMM}",
    "patch-in-place": f"{SHARED}patches:\n- patch: |\n    {ADD_LABEL}{TMM}",
    "merge-in-place": (
        f"{SHARED}patchesStrategicMerge:\n- |\n  apiVersion: apps/v1\n  kind: Deployment\n"
        "  metadata: {name: f5-tmm, labels: {x: y}}\n"
    ),
    "component": f"{SHARED}components: [component]\n",
    "linked-base": "resources: [linked]\n",
    "maps-of-files": (
        f"{SHARED}configMapGenerator:\n- {{name: a, files: [values.yaml, b=values.yaml], literals: ['c=https://d']}}\n"
    ),
}


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in KUSTOMIZED.items()])
def test_what_kustomizations_usually_name_works(place: Place, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    shared = place.repository / "shared"
    shared.mkdir()
    shutil.move(place.app / "templates/tmm.yaml", shared)
    (shared / "kustomization.yml").write_text("resources:\n- tmm.yaml\nnamePrefix: ''\n")
    place.link("linked", "../../shared")
    place.write("patch.yaml", ADD_LABEL)
    place.write(
        "component/kustomization.yaml",
        "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\ncommonAnnotations: {a: b}\n",
    )
    place.write("kustomization.yaml", text)
    assert "name: macvlan-internal" in generated(place, monkeypatch, kustomize="true")


@pytest.mark.parametrize("kustomize", ["true", "false"])
def test_an_application_at_the_root_of_its_repository_works(
    place: Place, monkeypatch: pytest.MonkeyPatch, kustomize: str
) -> None:
    place.write("kustomization.yaml", "resources: [templates/tmm.yaml]\n")
    monkeypatch.setenv("ARGOCD_APP_SOURCE_PATH", ".")
    assert "name: macvlan-internal" in generated(place, monkeypatch, kustomize=kustomize)
    place.write("templates/seen.yaml", "{{ fail .Chart.Name }}")
    place.write("templates/tmm.yaml", "a: [")
    said = generated(place, monkeypatch, kustomize=kustomize)
    assert said.startswith(
        "kustomize: " if kustomize == "true" else "helm: execution error at (…/templates/seen.yaml:1:3)"
    )


def test_the_plugin_refuses_as_well(plugin: Plugin, repository: Path, tmp_path: Path) -> None:
    """Attack once from outside, through the interface that Argo CD uses."""
    write(tmp_path / "sibling", OTHER)
    (repository / APP / "leak").symlink_to(tmp_path / "sibling")
    answer = plugin.start(repository, request(path=APP), APP).answer()
    assert (answer.status, answer.stdout) == (3, "")
    assert answer.stderr.startswith("spk-macvlan: leak: points to a file outside the repository")


# Files that are not plain files, and files whose size or content takes too much.


def fifo(place: Place, name: str) -> None:
    (place.app / name).unlink(missing_ok=True)
    os.mkfifo(place.app / name)


def broken_link(place: Place, name: str) -> None:
    (place.app / name).unlink(missing_ok=True)
    place.link(name, "nowhere")


def unreadable(place: Place, name: str) -> None:
    if os.geteuid() == 0:
        pytest.skip("root reads every file")
    (place.app / name).touch()
    (place.app / name).chmod(0)


def sparse(place: Place, name: str) -> None:
    with (place.app / name).open("wb") as file:
        file.truncate(8 << 30)


FILES = ("Chart.yaml", "Chart.lock", "kustomization.yaml", "values.yaml", "templates/a.yaml", "spk-macvlan.yaml")


@pytest.mark.parametrize("make", [fifo, broken_link, unreadable, sparse])
@pytest.mark.parametrize("name", FILES)
def test_what_is_no_plain_file_is_an_error(
    place: Place, monkeypatch: pytest.MonkeyPatch, make: Callable[[Place, str], None], name: str
) -> None:
    make(place, name)
    monkeypatch.setattr(programs, "run", without_input)
    said = generated(place, monkeypatch, **({"kustomize": "true"} if name.startswith("kustomization") else {}))
    assert said.startswith(f"{name}: ")


@pytest.mark.parametrize("name", FILES)
def test_a_folder_in_place_of_a_file_is_an_error_or_means_nothing(
    place: Place, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Helm skips folders."""
    (place.app / name).unlink(missing_ok=True)
    (place.app / name).mkdir()
    said = generated(place, monkeypatch, **({"kustomize": "true"} if name.startswith("kustomization") else {}))
    means_nothing = name not in ("Chart.yaml", "kustomization.yaml", "spk-macvlan.yaml")
    assert ("name: macvlan-internal" in said) == means_nothing


def test_a_schema_of_countless_values_is_refused(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.write("values.schema.json", f"[{','.join(['[]'] * 1_000_000)}]")
    assert "values.schema.json: has more than 500000 values" in generated(place, monkeypatch)


def test_a_template_that_takes_too_much_memory_is_ended(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.write("templates/seen.yaml", "{{ len (until 200000000) }}")
    assert generated(place, monkeypatch).startswith("helm: ")


def test_a_program_that_is_a_script_is_refused(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    script = place.repository.parent / "bin/helm"
    script.parent.mkdir()
    script.write_text('#!/bin/sh\nexec /usr/bin/helm "$@"\n')
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{script.parent}:{os.environ['PATH']}")
    assert generated(place, monkeypatch) == (
        "helm on the PATH is a script, but no other program may run beside it; put the program itself on the PATH"
    )


def test_nothing_of_a_call_is_left(place: Place, monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    before = {*home.rglob("*")}
    assert "name: macvlan-internal" in generated(place, monkeypatch)
    place.write("templates/seen.yaml", '{{ fail "no" }}')
    assert "no" in generated(place, monkeypatch)
    assert {*home.rglob("*")} == before


def test_a_process_that_leaves_its_session_is_ended(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without seccomp a program could start others; each is ended at the end of the call, also of a successful one."""
    started = place.repository.parent / "started"
    run = programs.run

    def with_a_daemon(command: programs.Command, limits: object) -> programs.Ended:
        daemon = f"setsid sh -c 'echo $$ > {started}; exec sleep 3600' < /dev/null > /dev/null 2>&1 & sleep 0.2"
        run(programs.Command(("/bin/sh", "-c", daemon)))
        return run(command)

    monkeypatch.setattr(programs, "run", with_a_daemon)
    assert "name: macvlan-internal" in generated(place, monkeypatch)
    with pytest.raises(ProcessLookupError):
        os.kill(int(started.read_text()), 0)


def test_a_checkout_of_many_unused_files_is_not_copied(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    (place.repository / "other").mkdir()
    for number in range(200):
        (place.repository / "other" / str(number)).touch()
    opened: list[str] = []
    file = Copy.file
    monkeypatch.setattr(Copy, "file", lambda self, real, at: opened.append(real) or file(self, real, at))
    generated(place, monkeypatch)
    assert [it for it in opened if not it.startswith(APP)] == []


def test_an_application_that_is_no_chart_is_refused(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    empty = Checkout(str(place.repository), "none", DEFAULTS)
    (place.repository / "none").mkdir()
    with pytest.raises(Failure):
        rendering.kustomize(empty, lambda: None)
