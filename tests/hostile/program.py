"""Run the installed program with one gibibyte of memory and a few seconds of CPU time, and check its answers."""

from __future__ import annotations

import resource
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

from tests import json_documents
from tests.configs import HEAD
from tests.conftest import PROGRAM
from tests.patience import HANG

Done = CompletedProcess[bytes]
Run = Callable[..., Done]

MEMORY = 1 << 30
SECONDS = 20  #: of CPU time; an algorithm that takes quadratic time would need minutes
MIB = 1 << 20

CONFIG = (
    HEAD.encode()
    + b"""\
metadata:
  name: lab
spec:
  networks:
  - name: macvlan-internal
    master: ens224
    create: false
    vlan: {internal: true, tag: 0, selfIPv4: [10.1.1.100], prefixLengthV4: 24}
"""
)
PATCHES = b"""\
  patches:
  - target: {kind: Deployment, name: f5-tmm}
    patch: [{op: add, path: /metadata/labels, value: {a: b}}]
"""
TMM = b"""\
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: f5-tmm
spec:
  template:
    metadata:
      annotations:
        k8s.v1.cni.cncf.io/networks: spk/sriov
    spec:
      containers:
      - name: f5-tmm
        env:
        - name: TMM_MAPRES_ADDL_VETHS_ON_DP
          value: "TRUE"
"""
CONVERTED = TMM.replace(b"spk/sriov", b"macvlan-internal")
LIST = b"apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nfunctionConfig:\n"
LAB = ("--config", "lab.yaml")
PATCHED = ("--config", "patched.yaml")

#: Each way to convert or check a stream, with its command-line arguments.
READING = {
    "render": LAB,
    "check": ("check", *LAB),
    "check as JSON": ("check", "--format", "json", *LAB),
    "diff": ("diff", *LAB),
    "diff as JSON": ("diff", "--format", "json", *LAB),
    "diff as Markdown": ("diff", "--format", "markdown", *LAB),
    "krm": ("krm",),
}
#: These commands need the document's values with all aliases expanded.
VALUING = {
    "patches": PATCHED,
    "compile for Flux": ("compile", "--format", "flux", *LAB),
    "compile for kustomize": ("compile", "--format", "kustomize", *LAB, "out"),
    "compile of patches": ("compile", "--format", "flux", *PATCHED),
}


def start(
    folder: Path,
    environment: Mapping[str, str],
    *words: str,
    data: bytes = b"",
    memory: int = MEMORY,
    **others: Any,
) -> Done:
    """Run the program until it ends, as `subprocess.run` does."""
    with begin(folder, environment, *words, memory=memory, **others) as process:
        try:
            stdout, stderr = process.communicate(data if process.stdin else None, HANG)
        except BaseException:
            process.kill()
            raise
    json_documents.require_valid(words, process.returncode, stdout)
    return Done(words, process.returncode, stdout, stderr)


def begin(
    folder: Path, environment: Mapping[str, str], *words: str, memory: int = MEMORY, **others: Any
) -> subprocess.Popen[bytes]:
    """Start the program and limit its resources before it gets input, so that it cannot exhaust the machine's memory.

    Setting the limits inside the child with `preexec_fn` would copy this process at each start.
    """
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    process = subprocess.Popen([PROGRAM, *words], **{"cwd": folder, "env": environment, **pipes, **others})
    resource.prlimit(process.pid, resource.RLIMIT_AS, (memory, memory))
    # SIGXCPU shows the cause, one second before SIGKILL.
    resource.prlimit(process.pid, resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
    resource.prlimit(process.pid, resource.RLIMIT_CORE, (0, 0))
    return process


def listed(item: bytes, config: bytes = CONFIG) -> bytes:
    """Put an object and a config into a ResourceList, as kustomize does."""
    return LIST + indented(config, b"  ") + b"items:\n- " + indented(item.removeprefix(b"---\n"), b"  ")[2:]


def indented(text: bytes, by: bytes) -> bytes:
    return b"".join(by + line for line in text.splitlines(keepends=True))


def asked(way: str, document: bytes) -> bytes:
    """Return the input for one of the ways above; `vlans` reads no input and would refuse any."""
    return listed(document) if way == "krm" else b"" if way == "vlans" else document


def converted(stream: bytes) -> bytes:
    """Return the converted form of a stream with a TMM: one value changes, and every other byte stays the same."""
    assert stream.count(b"spk/sriov") == 1
    return stream.replace(b"spk/sriov", b"macvlan-internal")


def result(done: Done) -> bytes:
    assert done.stderr == b""
    assert done.returncode == 0
    return done.stdout


def refusal(done: Done, status: int, most: int = 1) -> str:
    """Return the text of a refusal, which must have few lines.

    The program must write no output, except JSON with the same error.
    """
    assert done.stderr.endswith(b"\n")
    assert all(line.startswith(b"spk-macvlan: ") for line in done.stderr.splitlines())
    assert done.stderr.count(b"\n") <= most
    assert bool(done.stdout) == ("json" in done.args)
    assert done.returncode == status, done.stderr[:1000]
    return done.stderr.decode()[len("spk-macvlan: ") : -1]


def bomb(levels: int = 29) -> bytes:
    """Return nested aliases; expanded, they have ten to the power of `levels` items."""
    lines = [f"x{n}: &x{n} [{', '.join([f'*x{n - 1}'] * 10)}]\n" for n in range(1, levels + 1)]
    return b"x0: &x0 y\n" + "".join(lines).encode()


def brackets(depth: int) -> bytes:
    return b"[" * depth + b"]" * depth


def dashes(depth: int) -> bytes:
    return b"- " * depth + b"y"
