"""Fuzzing guided by coverage: atheris searches for input that reaches code which no earlier input has reached.

An input is either a whole stream, or text that fills the gaps of a TMM's document, which reaches much more code.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

MISSING = "fuzz: atheris is missing; install it with pip install --require-hashes -r requirements/fuzz.txt"
FOLDER = Path("fuzz-crashes")
EDITOR = ("stream", "splice", "marks", "proof", "edit", "join", "roundtrip", "nodes", "emit")
CORE = [
    *(f"postrender.yamledit.{name}" for name in EDITOR),
    "postrender.conversion.pipeline",
    "postrender.conversion.new_documents",
]
WORKLOAD = b"""\
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: f5-tmm
spec:
  template:
    metadata:
      annotations:%s
    spec:
      containers:
      - name: f5-tmm
        env:%s
        resources:%s
%s"""
IN_FLOW = b"""\
%s---
kind: Deployment
apiVersion: apps/v1
metadata: {name: f5-tmm}
spec: {template: {metadata: {annotations: %s},
  spec: {containers: [{name: f5-tmm, env: [%s], resources: {limits: %s}}]}}}
"""
INSTANCE = b"""\
%sapiVersion: k8s.f5.com/v1
kind: CNEInstance
metadata:
  name: bnk
spec:
  networkAttachments:%s
  advanced:
    tmm:
      env:%s
%s"""
HOLES = (WORKLOAD, IN_FLOW, INSTANCE)
WORDS = [
    b"k8s.v1.cni.cncf.io/networks",
    b"robin.io/networks",
    b"TMM_MAPRES_HUGEPAGES",
    b"PCIDEVICE_X",
    b"openshift.io/x",
]
WORDS += [
    b"\n---\n",
    b"\n...\n",
    b"\xef\xbb\xbf",
    b"? ",
    b": ",
    b"\n        - name: ",
    b"\n          value: ",
    b"limits",
]
WORDS += [
    b"<<: ",
    b"|2-",
    b">+",
    b"!!str ",
    b"&a ",
    b"*a",
    b"%YAML 1.1\n",
    b"\xc2\x85",
    b"\r\n",
    b"# c\n",
    b"null",
    b"[]",
    b"{}",
]


def run(seconds: int) -> int:
    """Fuzz for some seconds and return the exit status.

    A child process does the work, because atheris never returns.
    """
    try:
        import atheris  # noqa: F401
    except ImportError:
        print(MISSING, file=sys.stderr)
        return 2
    import subprocess

    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run([sys.executable, "-m", "fuzz.coverage", str(seconds), folder], check=False)
    if done.returncode not in (0, 1):
        print(f"fuzz: libFuzzer ended the run; its last input is in {FOLDER}/")
    return 1 if done.returncode else 0


def stream_of(data: bytes) -> bytes:
    """Return the stream for an input.

    The first byte selects a template, whose gaps the other bytes fill, or no template; then the other bytes are the
    stream.
    """
    choice, rest = data[:1], data[1:]
    number = (choice[0] if choice else 0) % (len(HOLES) + 1)
    if number == len(HOLES):
        return rest
    template = HOLES[number]
    count = template.count(b"%s")
    pieces = rest.split(b"\0", count - 1)
    return template % tuple(pieces + [b""] * (count - len(pieces)))


class Target:
    """A callable that atheris runs on each input: it converts a stream, and counts and saves crashes."""

    def __init__(self, seconds: int) -> None:
        self.end = time.monotonic() + seconds
        self.runs = 0
        self.converted = 0
        self.crashes: set[str] = set()

    def __call__(self, data: bytes) -> None:
        """Judge one stream; end the process when the time is up."""
        if time.monotonic() > self.end:
            self.finish()
        self.runs += 1
        problem = wrong(stream_of(data), self.runs)
        self.converted += problem is None
        if problem:
            self.keep(stream_of(data), problem)

    def keep(self, data: bytes, problem: str) -> None:
        """Write a stream to a file, unless another stream had the same problem."""
        if problem not in self.crashes:
            FOLDER.mkdir(exist_ok=True)
            file = FOLDER / f"{hashlib.sha256(data).hexdigest()[:12]}.yaml"
            file.write_bytes(data)
            print(f"{file}: {problem}", flush=True)
        self.crashes.add(problem)

    def finish(self) -> None:
        """Print the totals, and end the process, because atheris never returns."""
        told = f"{self.runs} runs guided by coverage, {self.converted} converted"
        print(f"fuzz: {told}: {len(self.crashes)} crashes", flush=True)
        os._exit(1 if self.crashes else 0)


def wrong(data: bytes, number: int) -> str | None:
    """Convert a stream. Return what went wrong, None if nothing did, or "" if the program refuses the stream."""
    from fuzz.generator import CONFIGS
    from fuzz.run import normalised
    from postrender import conversion
    from postrender.errors import INPUT, NO_TARGET, Failure
    from postrender.yamledit import stream

    settings = CONFIGS[number % len(CONFIGS)]
    try:
        if not covers(data, stream.split(data)):
            return "the documents do not cover the stream"
        result = conversion.convert(data, settings)
        if conversion.convert(result.output, settings).output != result.output:
            return "a second run changes something"
    except Failure as failure:
        return "" if failure.status in (INPUT, NO_TARGET) else normalised(str(failure))
    except Exception as error:
        return normalised(f"{type(error).__name__}: {error}")
    return None


def covers(data: bytes, documents: Sequence[Any]) -> bool:
    """Report whether the documents cover the whole stream, with at most a BOM between documents."""
    ends = [0, *(document.end for document in documents)]
    starts = [*(document.start for document in documents), len(data)]
    return all(data[end:start] in (b"", b"\xef\xbb\xbf") for end, start in zip(ends, starts, strict=True))


def _main(seconds: int, corpus: str) -> None:
    import atheris

    with atheris.instrument_imports(include=CORE):
        for module in CORE:
            __import__(module)
    dictionary = Path(corpus, "words.txt")
    words = ("".join(f"\\x{byte:02x}" for byte in word) for word in WORDS)
    dictionary.write_text("".join(f'"{word}"\n' for word in words), encoding="ascii")
    _seeds(Path(corpus, "seeds"))
    target: Any = Target(seconds)
    FOLDER.mkdir(exist_ok=True)
    options = [f"-dict={dictionary}", f"-artifact_prefix={FOLDER}/", "-max_len=600", "-timeout=20", "-verbosity=0"]
    atheris.Setup([sys.argv[0], *options, str(Path(corpus, "seeds"))], target)
    atheris.Fuzz()


def _seeds(folder: Path) -> None:
    """Write the inputs that atheris starts with; they fill the gaps as a chart's templates would."""
    folder.mkdir()
    fillings = [
        b" {}\0 []\0 {}\0",
        b"\n        robin.io/networks: a\0\n        - name: PCIDEVICE_X\n          value: a\0\0# c\n",
    ]
    fillings += [
        b"\0{a: b}\0{name: PCIDEVICE_X}, # c\n {name: A}\0{openshift.io/x: 1}",
        b"\0\n  - a\0\n      - name: A\0",
    ]
    for number, filling in enumerate(fillings):
        for choice in range(len(HOLES)):
            (folder / f"{number}-{choice}").write_bytes(bytes([choice]) + filling)


if __name__ == "__main__":
    _main(int(sys.argv[1]), sys.argv[2])
