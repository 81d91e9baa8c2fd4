"""Test the messages of a run: none by default, a few lines with --verbose, and progress on a terminal."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from postrender import config as settings
from postrender import conversion
from tests.configs import HEAD
from tests.conftest import PROGRAM
from tests.patience import HANG, comes_true

Program = Callable[..., subprocess.CompletedProcess[bytes]]

CONFIG = (
    HEAD
    + """\
spec:
  networks:
  - {name: net-a, master: ens1, namespace: lab}
  - {name: net-b, master: ens2, interface: ext, create: false}
"""
)
TMM = b"""\
---
kind: Service
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: f5-tmm}
spec: {template: {spec: {containers: [{name: f5-tmm}]}}}
"""
CLEAR = b"\r\x1b[K"


@pytest.fixture(autouse=True)
def config(tmp_path: Path) -> None:
    (tmp_path / "spk-macvlan.yaml").write_text(CONFIG)


def test_nothing_is_said_when_all_is_fine(program: Program) -> None:
    done = program(input=TMM)
    assert (done.returncode, done.stderr) == (0, b"")


def test_verbose_says_what_was_found_and_done(program: Program) -> None:
    done = program("--verbose", input=TMM)
    assert done.stdout == program(input=TMM).stdout
    assert done.stderr.decode().splitlines() == [
        "spk-macvlan: read 2 documents; TMM is Deployment f5-tmm, document 2, <stdin>:4:1",
        "spk-macvlan: interface 1.1 is net1 in the pod: lab/net-a on ens1",
        "spk-macvlan: interface 1.2 is ext in the pod: net-b on ens2",
        "spk-macvlan: SPK on macvlan is for labs; F5 does not support it in production",
        "spk-macvlan: network attachments added: net-a",
        "spk-macvlan: 2 changes made and verified, by networks, veths; `spk-macvlan diff` shows each",
    ]


def test_verbose_says_that_there_was_nothing_to_do(program: Program) -> None:
    done = program("--verbose", input=program(input=TMM).stdout)
    *_, interface, _, last = done.stderr.decode().splitlines()
    assert interface == "spk-macvlan: interface 1.2 is ext in the pod: net-b on ens2"
    assert last == "spk-macvlan: nothing was changed: the stream is already converted"


def test_verbose_does_not_call_a_new_definition_nothing(program: Program) -> None:
    definition, tmm = re.split(rb"^(?=---\n)", program(input=TMM).stdout, flags=re.MULTILINE)[-2:]
    assert b"NetworkAttachmentDefinition" in definition
    done = program("--verbose", input=tmm)
    assert done.stderr.decode().splitlines()[-1] == "spk-macvlan: network attachments added: net-a"


def test_verbose_names_an_instance_s_networks_as_they_are_written(program: Program) -> None:
    instance = b"apiVersion: k8s.f5.com/v1\nkind: CNEInstance\nmetadata: {name: x, namespace: lab}\nspec: {}\n"
    assert b": interface 1.1 is net1 in the pod: net-a on ens1\n" in program("--verbose", input=instance).stderr


def test_verbose_says_that_there_was_no_tmm(program: Program) -> None:
    done = program("--verbose", "--allow-no-target", input=b"kind: Service\n")
    said = b"spk-macvlan: read 1 document and found no TMM, so nothing was changed\n"
    assert (done.stdout, done.stderr) == (b"kind: Service\n", said)


def test_verbose_values(program: Program) -> None:
    done = program("values", "--verbose", input=b"tmm: {customEnvVars: []}\n")
    assert done.stderr == b"spk-macvlan: 3 changes made and verified, by chart-networks, topology-manager, veths\n"


def test_verbose_values_in_place(program: Program, tmp_path: Path) -> None:
    (tmp_path / "values.yaml").write_bytes(b"tmm: {customEnvVars: []}\n")
    first, second = (program("values", "--verbose", "--in-place", "values.yaml") for _ in range(2))
    assert first.stderr.splitlines()[1:] == [b"spk-macvlan: replaced values.yaml"]
    assert second.stderr == b"spk-macvlan: nothing was changed: the stream is already converted\n"


def slowly(terminal: bool, folder: Path) -> tuple[bytes, bytes]:
    """Run the program on a slow stream until its terminal shows progress, and return both outputs.

    Without a terminal, the stream is sent for longer than the progress line would need to appear.
    """
    shown, slave = pty.openpty()
    said: list[bytes] = []

    def listen() -> None:
        try:
            while piece := os.read(shown, 1000):
                said.append(piece)
        except OSError:  # Linux reports the end of a terminal in this way
            return

    with subprocess.Popen(
        [PROGRAM],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=slave if terminal else subprocess.PIPE,
        cwd=folder,
    ) as process:
        os.close(slave)
        listener = threading.Thread(target=listen)
        listener.start()
        assert process.stdin
        assert process.stdout
        source = process.stdin

        def send_more() -> list[bytes]:
            source.write(b"# more\n")
            source.flush()
            return said

        if terminal:
            assert comes_true(send_more)
        for _ in range(0 if terminal else 8):
            send_more()
            time.sleep(0.2)
        source.write(TMM)
        source.close()
        output = process.stdout.read()
        error = process.stderr.read() if process.stderr else b""
        process.wait(HANG)
        listener.join(HANG)
    os.close(shown)
    return output, b"".join(said) or error


def test_a_terminal_sees_how_far_it_is_and_then_nothing_of_it(tmp_path: Path) -> None:
    output, said = slowly(True, tmp_path)
    assert output.startswith(b"# more\n")
    assert said.startswith(CLEAR + b"spk-macvlan: 0 MiB read")
    assert said.endswith(CLEAR)


def test_what_is_no_terminal_sees_nothing(tmp_path: Path) -> None:
    output, said = slowly(False, tmp_path)
    assert output.startswith(b"# more\n")
    assert said == b""


@pytest.mark.parametrize("is_there", [True, False], ids=["with-a-tmm", "without"])
def test_each_document_that_is_parsed_is_told(is_there: bool) -> None:
    told: list[tuple[int, int]] = []
    data = b"".join(TMM.replace(b"f5-tmm}", b"f5-tmm-%d}" % number, 1) for number in range(3)) + TMM * is_there
    options = conversion.Options(progress=lambda *how_far: told.append(how_far))
    conversion.convert_or_pass(data, settings.parse(CONFIG.encode()), options)
    assert told[:3] == [(0, 3 + is_there), (1, 3 + is_there), (2, 3 + is_there)]
