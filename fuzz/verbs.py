"""Runs every verb on random streams: each run must respect its limits and end with a documented exit status.

Each run is a forked child process, so that Python starts only once. Other tests check the verbs' output.
"""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from fuzz.generator import generate

SECONDS = 10  #: seconds of CPU time for one run
MEMORY = 1 << 30  #: bytes for one run
STATUSES = (0, 1, 2, 3, 4)
CONFIG = ("--config", "config.yaml")
FOLDER = Path("fuzz-wrong")

#: Each verb's arguments. The verbs read the stream from standard input; for `cmp`, a fake `helm` prints the stream.
VERBS = {
    "render": CONFIG,
    "render of anything": ("--allow-no-target", "--include-hooks", "--verbose", *CONFIG),
    "check": ("check", *CONFIG),
    "check as JSON": ("check", "--format", "json", *CONFIG),
    "check for GitHub": ("check", "--format", "github", *CONFIG),
    "diff": ("diff", *CONFIG),
    "diff as JSON": ("diff", "--format", "json", *CONFIG),
    "diff as Markdown": ("diff", "--format", "markdown", *CONFIG),
    "compile for Flux": ("compile", "--format", "flux", *CONFIG),
    "compile for kustomize": ("compile", "--format", "kustomize", *CONFIG, "component"),
    "values": ("values", *CONFIG),
    "init": ("init", "--from", "-"),
    "krm": ("krm",),
    "cmp": ("cmp", "generate"),
}
SETTINGS = """\
apiVersion: spk-macvlan.internal/v1alpha1
kind: MacvlanConversion
metadata: {name: lab}
spec:
  networks:
  - {name: macvlan-internal, master: ens224, vlan: {internal: true, tag: 0, selfIPv4: [10.1.1.1], prefixLengthV4: 24}}
  - {name: macvlan-external, master: ens256, mtu: 9000, namespace: default}
  tmm:
    env: {A: "1"}
    unsetEnv: [OLD_*]
    resources: {cpu: 1, hugepages-2Mi: 1572Mi, memory: 2Gi}
  patches:
  - target: {kind: "Deployment|DaemonSet", name: f5-.*}
    patch: [{op: add, path: /metadata/labels, value: {lab: "yes"}}]
"""
HELM = '#!/bin/sh\nexec cat "$HELM_CACHE_HOME/stream"\n'


class Run(NamedTuple):
    """The number of a stream, the verb that ran on it, and what went wrong (an empty string if nothing did)."""

    number: int
    verb: str
    wrong: str


def runs(seed: int, count: int) -> Iterator[Run]:
    """Run every verb on each of `count` random streams, and yield the results."""
    with tempfile.TemporaryDirectory(prefix="spk-macvlan-fuzz-") as name:
        folder = Path(name)
        (folder / "bin").mkdir()
        (folder / "bin/helm").write_text(HELM)
        (folder / "bin/helm").chmod(0o755)
        for number in range(count):
            _prepare(folder, generate(seed, number).data)
            for verb in VERBS:
                yield Run(number, verb, _problem(folder, verb))


def run(seed: int, count: int) -> int:
    """Run every verb on many streams and print what went wrong; return the exit status."""
    kinds: Counter[str] = Counter()
    for number, verb, wrong in runs(seed, count):
        kinds[verb] += 1
        if wrong:
            FOLDER.mkdir(exist_ok=True)
            file = FOLDER / f"{seed}-{number}.yaml"
            file.write_bytes(generate(seed, number).data)
            print(f"{file}: {verb}: {wrong}", flush=True)
            kinds["wrong"] += 1
    print(f"fuzz: {count} streams, seed {seed}, {len(VERBS)} verbs each: {kinds['wrong']} runs are wrong")
    return 1 if kinds["wrong"] else 0


def _prepare(folder: Path, data: bytes) -> None:
    indented = "".join(f"  {line}\n" for line in SETTINGS.splitlines())
    items = b"".join(b"  " + line for line in data.removeprefix(b"---\n").splitlines(keepends=True))
    head = f"apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nfunctionConfig:\n{indented}items:\n- \n"
    (folder / "stream").write_bytes(data)
    (folder / "list").write_bytes(head.encode() + items)
    for name in ("config.yaml", "spk-macvlan.yaml"):
        (folder / name).write_text(SETTINGS)


def _problem(folder: Path, verb: str) -> str:
    """Run a verb in a child process; return what went wrong, or an empty string."""
    child = os.fork()
    if not child:
        status = 70
        with contextlib.suppress(BaseException):
            status = _as_child(folder, verb)
        os._exit(status)
    _, ended = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(ended)
    if code == -signal.SIGXCPU:
        return f"the verb takes more than {SECONDS} seconds of CPU time"
    said = (folder / "said").read_text(errors="replace").strip()
    return "" if code in STATUSES else f"exit status {code}: {said[-200:]}"


def _as_child(folder: Path, verb: str) -> int:
    from postrender.cli.main import main

    os.chdir(folder)
    os.environ.update(PATH=f"{folder}/bin:/usr/bin:/bin", HELM_CACHE_HOME=str(folder), ARGOCD_APP_NAME="lab")
    for target, name, flags in (
        (0, "list" if verb == "krm" else "stream", os.O_RDONLY),
        (1, "printed", os.O_WRONLY | os.O_CREAT | os.O_TRUNC),
        (2, "said", os.O_WRONLY | os.O_CREAT | os.O_TRUNC),
    ):
        os.dup2(os.open(name, flags, 0o600), target)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
    return main(VERBS[verb])
