"""Run Mermaid's own parser in Node. GitHub shows an error for each diagram that the parser refuses."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence

from tests.patience import HANG
from tools import npm
from tools.npm import Package

MERMAID = Package(
    "mermaid",
    "11.17.2",
    "V6K3C8EBdEsPFZXSKMJe6ppQOENxuHARr9GvHX4hh47lAbhMRD9qf4oEK7LoaRQxULMa80/qt5gHO73aCleBBg==",
)
#: The parser sanitizes labels with a library that looks for a DOM when it loads, and also works without one.
SCRIPT = """
const fs = require('fs'), vm = require('vm');
const document = { nodeType: 9, createElement: () => ({ content: {} }) };
Object.assign(globalThis, { window: globalThis, document, Element: class {}, addEventListener() {} });
vm.runInThisContext(fs.readFileSync(process.argv[1], 'utf8'));
const refusal = (text) => globalThis.mermaid.parse(text).then(() => '', (error) => String(error.message));
Promise.all(JSON.parse(fs.readFileSync(0, 'utf8')).map(refusal)).then((all) => console.log(JSON.stringify(all)));
"""


def refusals(pictures: Sequence[str]) -> list[str]:
    """Return Mermaid's error for each diagram, which is empty if the diagram can be drawn."""
    library = npm.unpacked(MERMAID) / "dist" / "mermaid.min.js"
    command = [npm.node(), "-e", SCRIPT, str(library)]
    done = subprocess.run(command, input=json.dumps(pictures), capture_output=True, text=True, timeout=HANG, check=True)
    found: list[str] = json.loads(done.stdout.splitlines()[-1])
    return found
