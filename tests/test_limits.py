"""Test that input above a limit is refused with the limit's name, and accepted after the limit is raised."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from postrender import limits
from postrender.errors import UsageError
from tests.configs import HEAD

Program = Callable[..., CompletedProcess[bytes]]

CONFIG = (
    HEAD.encode()
    + b"""\
spec:
  networks: [{name: net-a, master: ens1}]
  patches: [{target: {kind: Secret}, patch: [{op: replace, path: /x, value: b}, {op: remove, path: /x}]}]
"""
)
TMM = b"---\nkind: Deployment\napiVersion: apps/v1\nmetadata: {name: f5-tmm}\n"
TMM += b"spec: {template: {spec: {containers: [{name: f5-tmm}]}}}\n"
SECRET = b"---\nkind: Secret\nx: " + b"a" * 2000 + b"\n"
STREAM = TMM + SECRET
#: The steps of work: reading the Secret, its identity, one comparison, two operations with a value each, and writing
#: the document twice.
WORK = len(SECRET) + 80 + 2 + 2 * (200 + 10) + len(b"---\nkind: Secret\nx: b\n") + len(b"---\nkind: Secret\n")


@pytest.mark.parametrize(
    ("limit", "status", "said"),
    [
        (
            "stream-size=100",
            3,
            "standard input has more than the limit of 100 bytes; to allow more, use --limit stream-size=",
        ),
        ("document-size=1Ki", 3, "has more than the limit of 1Ki bytes; to allow more, use --limit document-size"),
        ("entries=1", 3, "document 1 has more than the limit of 1 entries; to allow more, use --limit entries="),
        ("documents=1", 3, "the stream has more than the limit of 1 documents; to allow more, use --limit documents="),
        (
            "values=1",
            3,
            "document 3, with its aliases expanded, has more than the limit of 1 values; to allow more, use --limit va",
        ),
        (
            "config-size=10",
            2,
            "config.yaml: larger than 10, so it is not an spk-macvlan config; check the path, or use --limit ",
        ),
        ("networks=0", 2, "spec.networks: has more than the limit of 0 networks; to allow more, use --limit networks="),
        ("operations=0", 2, "spec.patches: has more than the limit of 0 operations; to allow more, use --limit operat"),
        (
            "work=1",
            3,
            "spec.patches needs more than the limit of 1 steps of work; to allow more, use --limit work=AMOUNT",
        ),
        ("depth=10", 2, "--limit depth: unknown limit; the limits are stream-size, document-size, "),
        ("documents", 2, "--limit documents: invalid value; use a whole number, optionally followed by Ki, Mi or Gi"),
        ("documents=-1", 2, "--limit documents=-1: invalid value; use a whole number"),
    ],
)
def test_what_exceeds_a_limit_is_refused_by_its_name(
    program: Program, tmp_path: Path, limit: str, status: int, said: str
) -> None:
    (tmp_path / "config.yaml").write_bytes(CONFIG)
    done = program("--config", "config.yaml", "--limit", limit, input=STREAM)
    assert (done.returncode, done.stdout) == (status, b"")
    assert said in done.stderr.decode()
    assert done.stderr.count(b"\n") == 1


def test_at_the_limits_it_is_read(program: Program, tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_bytes(CONFIG)
    exact = {
        "stream-size": len(STREAM),
        "document-size": len(SECRET),
        "entries": 30,  # how many entries the converted TMM has, which the patches read
        "documents": 2,
        "values": 7,
        "config-size": len(CONFIG),
        "networks": 1,
        "operations": 2,
        "work": WORK,
    }
    words = [word for name, amount in exact.items() for word in ("--limit", f"{name}={amount}")]
    assert program("--config", "config.yaml", *words, input=STREAM).returncode == 0


def test_a_limit_is_raised_for_real(program: Program, tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_bytes(CONFIG)
    large = STREAM.replace(b"a" * 2000, b"a" * (17 << 20))
    refused = program("--config", "config.yaml", input=large)
    assert (refused.returncode, refused.stdout) == (3, b"")
    assert (
        program(
            "--config", "config.yaml", "--limit", "document-size=18Mi", "--limit", "work=60Mi", input=large
        ).returncode
        == 0
    )


def test_a_limit_takes_no_memory(program: Program, tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_bytes(CONFIG)
    large = [f"--limit={name}=999999999999Gi" for name in ("stream-size", "document-size", "config-size")]
    assert program("--config", "config.yaml", *large, input=STREAM).returncode == 0
    (tmp_path / "values.yaml").write_bytes(b"tmm: {}\n")
    assert program("values", "--config", "config.yaml", *large, "values.yaml").returncode == 0


@pytest.mark.parametrize(("text", "amount"), [("0", 0), ("7", 7), ("2Ki", 2048), ("3Mi", 3 << 20), ("1Gi", 1 << 30)])
def test_an_amount(text: str, amount: int) -> None:
    assert limits.parse([f"documents={text}"]) == limits.DEFAULTS._replace(documents=amount)


@pytest.mark.parametrize("text", ["", "-1", "1.5", "1M", "Mi", "٣", "1" * 13])
def test_no_amount(text: str) -> None:
    with pytest.raises(UsageError):
        limits.parse([f"documents={text}"])


def test_the_page_says_every_limit() -> None:
    page = (Path(__file__).parents[1] / "docs/performance.md").read_text(encoding="utf-8")
    for field in limits.Limits._fields:
        assert f"| `{limits.option(field)}` | {limits.DEFAULTS.shown(field)} |" in page
