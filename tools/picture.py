"""Writes docs/terminal.svg, the output of `diff` and `check` on a terminal (make docs).

`python -m tools.picture > docs/terminal.svg`
"""

from __future__ import annotations

import io
import re

from rich.console import Console
from rich.text import Text

from tools.transcripts import session

COLUMNS = 110
PREPARATION = """\
helm template spk examples/spk --namespace spk-ingress > rendered.yaml
networks='--network macvlan-external=ens256 --network macvlan-internal=ens224'
spk-macvlan init --from rendered.yaml $networks > spk-macvlan.yaml
"""
COMMANDS = ("spk-macvlan diff rendered.yaml", "spk-macvlan check rendered.yaml")

_WEB_FONT = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)


def picture() -> str:
    """Return the picture; its bytes are the same on every machine."""
    console = Console(file=io.StringIO(), record=True, width=COLUMNS)
    console.print(Text.from_ansi(_screen()))
    drawn = console.export_svg(title="spk-macvlan", unique_id="terminal")
    alone = _WEB_FONT.sub("", drawn)  # pages do not load fonts for an image
    return alone.replace("<svg ", '<svg xml:space="preserve" ', 1)  # without this, librsvg drops indentation


def _screen() -> str:
    """Return the content of the terminal after the commands, including prompts."""
    with session() as own:
        prepared = own.run(PREPARATION)
        if prepared.status:
            raise SystemExit(prepared.text)
        return "\n".join(f"$ {it}\n{own.run(it, COLUMNS, 'xterm-256color').text}" for it in COMMANDS)


if __name__ == "__main__":
    print(picture(), end="")
