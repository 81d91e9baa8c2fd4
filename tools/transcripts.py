"""Runs the commands on the pages that show output, and writes the output below the commands (make docs).

A code block with `sh` after its fence contains commands. If the next block has the word `output` after its language,
that block contains the output of the commands on a terminal; a number after `output` is a nonzero exit status:

    ```sh
    spk-macvlan check spk-macvlan.yaml
    ```

    ```text output 2
    spk-macvlan: spk-macvlan.yaml:12:5: …
    ```

The commands of such a page run in order, in one folder, up to the last output; those without output print nothing.
`python -m tools.transcripts [PAGE …]` rewrites the pages. `tests/test_transcripts.py` compares them.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

from tools.binaries import binary
from tools.terminal import Shown, shown

ROOT = Path(__file__).parent.parent
HELM = "helm-4.3.1"  #: the Helm version that the pages name; other versions print different blank lines
COLUMNS = 100
HOME = "/home/you/lab"  #: replaces the name of the session's folder, which is different each time

_PAIR = re.compile(
    r"^```sh\n(?P<script>(?:.*\n)*?)```\n"
    r"(?P<below>\n```(?P<language>\w+) output(?: (?P<status>\d+))?\n(?P<output>(?:.*\n)*?)```\n)?",
    re.MULTILINE,
)


class Session(NamedTuple):
    """A folder with the examples, and an environment in which none of the user's files are read or written."""

    folder: Path
    environment: Mapping[str, str]

    def run(self, script: str, columns: int = COLUMNS, term: str = "dumb") -> Shown:
        """Run a script as a reader would; a dumb terminal has no colors."""
        return shown(script, self.folder, {**self.environment, "TERM": term}, columns)


@contextmanager
def session() -> Iterator[Session]:
    """Yield a session like a reader's: in a checkout, with Helm and the program on the PATH, without a cluster."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "examples").symlink_to(ROOT / "examples")
        path = [str(Path(sys.executable).parent), str(binary(HELM).parent), os.defpath]
        yield Session(folder, {"PATH": os.pathsep.join(path), "HOME": name, "LC_ALL": "C.UTF-8"})


def pages() -> list[Path]:
    """Return the pages that show the output of commands."""
    candidates = [ROOT / "README.md", *sorted(ROOT.glob("docs/**/*.md"))]
    return [page for page in candidates if scripts(page.read_text(encoding="utf-8"))]


def scripts(text: str) -> list[str]:
    """Return the commands to run, in order: all commands of a page up to its last output."""
    found = list(_PAIR.finditer(text))
    last = max((number for number, pair in enumerate(found) if pair["below"]), default=-1)
    return [pair["script"] for pair in found[: last + 1]]


def written(text: str) -> str:
    """Return a page with the current output of its commands."""
    left = len(scripts(text))
    with session() as own:
        return _PAIR.sub(partial(_written, own), text, count=left) if left else text


def _written(own: Session, pair: re.Match[str]) -> str:
    status, output = own.run(pair["script"])
    output = output.replace(str(own.folder), HOME)
    script = f"```sh\n{pair['script']}```\n"
    if not pair["below"] and not output and not status:
        return script
    info = " ".join(filter(None, [pair["language"] or "text", "output", str(status or "")]))
    return f"{script}\n```{info}\n{output}```\n"


def main(names: Sequence[str]) -> None:
    """Rewrite these pages, or all pages that show output if there are no arguments."""
    for page in map(Path, names) if names else pages():
        page.write_text(written(page.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
