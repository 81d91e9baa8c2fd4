"""Test invalid input from outside: one line of error, the right exit status, and no output."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.configs import HEAD

Program = Callable[..., CompletedProcess[bytes]]

CONFIG = (
    HEAD.encode()
    + b"""\
spec:
  networks:
  - name: macvlan-internal
    master: ens224
"""
)
MIB = 1 << 20
LONGEST = 2_000  #: how many characters a message may have: a sentence, a location, and a few names of up to 317
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]")


def refused(done: CompletedProcess[bytes], status: int) -> str:
    """Return the error message, which must be one line without control characters; standard output must be empty."""
    line = done.stderr.decode()
    assert done.stdout == b""
    assert line.startswith("spk-macvlan: ")
    assert line.endswith("\n")
    assert not UNPRINTABLE.search(line[:-1])
    assert len(line) <= LONGEST
    assert done.returncode == status
    return line[len("spk-macvlan: ") : -1]


# Tests of the config as a file.


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with files that cannot be read as a config."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "dangling").symlink_to("nowhere")
    (tmp_path / "empty").touch()
    (tmp_path / "binary").write_bytes(bytes(range(256)))
    (tmp_path / "nul").write_bytes(CONFIG + b"# \0\n")
    (tmp_path / "large").write_bytes(CONFIG + b"#" * MIB)
    (tmp_path / "file\n\x1b[31m.yaml").write_bytes(b"a: b")
    return tmp_path


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("nowhere", "nowhere: cannot read the config: No such file or directory; write one with `spk-macvlan init`"),
        ("dangling", "dangling: cannot read the config: No such file or directory; write one with `spk-macvlan init`"),
        ("folder", "folder: cannot read the config: Is a directory"),
        ("empty/file", "empty/file: cannot read the config: Not a directory"),
        ("loop", "loop: cannot read the config: Too many levels of symbolic links"),
        ("n" * 300, f"{'n' * 300}: cannot read the config: File name too long"),
        ("empty", "empty: the config is empty; write one with `spk-macvlan init`"),
        ("/dev/null", "/dev/null: the config is empty; write one with `spk-macvlan init`"),
        ("binary", "binary: the config contains a NUL byte, so it is not text; check where it comes from"),
        ("nul", "nul:1:1: control characters are not allowed; correct this line"),
        ("large", "large: larger than 1Mi, so it is not an spk-macvlan config"),
        ("/dev/zero", "/dev/zero: larger than 1Mi, so it is not an spk-macvlan config"),
        (
            "file\n\x1b[31m.yaml",
            r"file\n\x1b[31m.yaml:1:1: not an spk-macvlan config: apiVersion, kind and spec are missing; ",
        ),
        (os.fsdecode(b"\xff"), r"\udcff: cannot read the config: No such file or directory; write one with "),
    ],
    ids=lambda text: ascii(text)[:30],
)
def test_a_config_that_cannot_be_read(program: Program, folder: Path, name: str, said: str) -> None:
    assert refused(program("--config", name), 2).startswith(said)


def test_a_config_in_the_working_directory_is_not_passed_over(program: Program, tmp_path: Path) -> None:
    (tmp_path / "spk-macvlan.yaml").symlink_to("nowhere")
    assert refused(program(), 2).startswith("spk-macvlan.yaml: cannot read the config: No such file")


def test_a_config_of_exactly_one_mebibyte_is_read(program: Program, tmp_path: Path) -> None:
    (tmp_path / "full").write_bytes(CONFIG + b"#" * (MIB - len(CONFIG)))
    done = program("--config", "full", "--allow-no-target", input=b"a: b\n")
    assert (done.stdout, done.stderr, done.returncode) == (b"a: b\n", b"", 0)


def test_a_config_from_a_named_pipe(program: Program, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    writer = threading.Thread(target=(tmp_path / "fifo").write_bytes, args=[CONFIG])
    writer.start()
    done = program("--config", "fifo", "--allow-no-target", input=b"a: b\n")
    writer.join()
    assert (done.stdout, done.stderr, done.returncode) == (b"a: b\n", b"", 0)


def test_a_config_nested_too_deeply(program: Program, tmp_path: Path) -> None:
    (tmp_path / "deep").write_bytes(CONFIG + b"    cni: {a: " + b"[" * 2000 + b"]" * 2000 + b"}\n")
    assert refused(program("--config", "deep"), 2).startswith("deep:")


# Tests of text from the manifests in a message.

TMM = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: f5-tmm
  namespace: {namespace}
spec:
  template:
    spec:
      containers:
      - name: {container}
        env: {env}
        resources:
          limits: {{hugepages-2Mi: {pages}}}
"""
DEFINITION = """\
apiVersion: k8s.cni.cncf.io/v1
kind: NetworkAttachmentDefinition
metadata:
  name: macvlan-internal
spec:
  config: {config}
---
"""
HOSTILE = {
    "line breaks": r'"a\nb\r\nc\u2028d\x85e"',
    "terminal control": r'"\e[31mred\e[0m\a\b\x7f\x9b1A"',
    "direction": r'"\u202eabc\u202c\u2066"',
    "invisible": r'"\ufeff\u200b\u00ad\ue000"',
    "nul": r'"\0"',
    "long": '"' + "x" * 100_000 + '"',
    "percent": "'%s %n {0} {a!r}'",
    "digits": "9" * 5_000,
}
USUAL = {"namespace": "default", "container": "f5-tmm", "env": "[]", "pages": "2Mi"}


def manifests(field: str, text: str) -> bytes:
    """Return a stream that is refused because of this field."""
    tmm = TMM.format(**{**USUAL, field: text})
    odd = {"namespace": f"{tmm}---\n{tmm}", "config": DEFINITION.format(config=text) + tmm}
    return odd.get(field, tmm).encode()


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("field", [*USUAL, "config"])
def test_what_manifests_say_stays_on_one_line(program: Program, tmp_path: Path, field: str, text: str) -> None:
    (tmp_path / "spk-macvlan.yaml").write_bytes(CONFIG)
    assert refused(program(input=manifests(field, text)), 3).startswith("<stdin>:")


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_what_a_config_says_stays_on_one_line(program: Program, tmp_path: Path, text: str) -> None:
    (tmp_path / "lab.yaml").write_bytes(CONFIG + f"    {text}: 1\n".encode())
    assert refused(program("--config", "lab.yaml"), 2).startswith("lab.yaml:")


FIELDS = {
    "networks[0].mtu": "networks:\n  - {{name: a, master: ens1, mtu: {text}}}",
    "networks[0].name": "networks:\n  - {{name: {text}, master: ens1}}",
    "networks[0].mode": "networks:\n  - {{name: a, master: ens1, mode: {text}}}",
    "tmm.workload": "networks:\n  - {{name: a, master: ens1}}\n  tmm: {{workload: {text}}}",
    "tmm.resources.cpu": "networks:\n  - {{name: a, master: ens1}}\n  tmm: {{resources: {{cpu: {text}}}}}",
    "tmm.topologyManager": "networks:\n  - {{name: a, master: ens1}}\n  tmm: {{topologyManager: {text}}}",
}


@pytest.mark.parametrize("text", ["9" * 5_000, f'"{"A" * 5_000}"'], ids=["number", "word"])
@pytest.mark.parametrize("field", FIELDS)
def test_no_message_repeats_a_long_value_whole(program: Program, tmp_path: Path, field: str, text: str) -> None:
    head = HEAD.encode() + b"spec:\n  "
    (tmp_path / "lab.yaml").write_bytes(head + FIELDS[field].format(text=text).encode())
    said = refused(program("--config", "lab.yaml"), 2)
    assert f"spec.{field}" in said


# Tests of manifests that are not text or are too large.


@pytest.mark.parametrize("flags", [[], ["--allow-no-target"]], ids=["strict", "allowing"])
@pytest.mark.parametrize(
    ("data", "said"),
    [
        pytest.param(b"\x00" * 10, "<stdin>:1:1: the stream contains a NUL byte, so it is not text; ", id="nul bytes"),
        pytest.param(bytes(range(1, 256)), "<stdin>:3:115: the stream is not UTF-8; ", id="every byte"),
        pytest.param(b"a: \xc3", "<stdin>:1:4: the stream is not UTF-8; ", id="half a character"),
        pytest.param(b"a: \xc0\xaf", "<stdin>:1:4: the stream is not UTF-8; ", id="overlong"),
        pytest.param(b"a: \xf4\x90\x80\x80", "<stdin>:1:4: the stream is not UTF-8; ", id="beyond unicode"),
        pytest.param(b"\x1f\x8b\x08\x00", "<stdin>:1:4: the stream is compressed (gzip); ", id="compressed"),
        pytest.param(b"a: b: c", "<stdin>:1:5: document 1 is not valid YAML: ", id="not yaml"),
        pytest.param(b"a: '", "<stdin>:1:5: document 1 is not valid YAML: ", id="open quote"),
        pytest.param(b"a: \x1b[31m", "<stdin>:1:1: document 1 is not valid YAML: ", id="escape"),
        pytest.param(b"---\n" * 100 + b"@", "<stdin>:101:1: document 100 is not valid YAML: ", id="last document"),
        pytest.param(b"a: " + b"[" * 100_000, "<stdin>:1:", id="depth"),
        pytest.param(b"<html><body>502: Bad: Gateway</body>", "<stdin>:1:", id="an answer of a proxy"),
    ],
)
def test_manifests_that_are_refused(program: Program, tmp_path: Path, flags: list[str], data: bytes, said: str) -> None:
    (tmp_path / "spk-macvlan.yaml").write_bytes(CONFIG)
    assert refused(program(*flags, input=data), 3).startswith(said)


def test_aliases_that_multiply_are_no_work(program: Program, tmp_path: Path) -> None:
    (tmp_path / "spk-macvlan.yaml").write_bytes(CONFIG)
    lines = ["kind: [&a0 Deployment, f5-tmm]"]
    lines += [f"k{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 30)]
    done = program("--allow-no-target", input="\n".join(lines).encode())
    assert (done.stdout, done.stderr, done.returncode) == ("\n".join(lines).encode(), b"", 0)


def test_aliases_that_multiply_in_the_tmm_are_no_work(program: Program, tmp_path: Path) -> None:
    (tmp_path / "spk-macvlan.yaml").write_bytes(CONFIG)
    lines = ["x0: &a0 y", *(f"x{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 30))]
    tmm = TMM.format(**USUAL) + "\n".join(lines)
    done = program(input=tmm.encode())
    assert (done.stderr, done.returncode) == (b"", 0)
    assert done.stdout.endswith("\n".join(lines).encode())
