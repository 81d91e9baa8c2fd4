"""Code for Helm 4: its plugin folder, and a way to show errors to its users.

Helm 3 runs any executable and shows its standard error. Helm 4 runs only plugins of type `postrenderer/v1`, and
discards their standard error (observed in 4.1.0 to 4.3.1).
"""

from __future__ import annotations

import os

from postrender import files
from postrender.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

PLUGIN = "spk-macvlan"
PLUGIN_FILE = "plugin.yaml"


def error_document(lines: Sequence[str]) -> bytes:
    """Return an error as a YAML document that is a string. Helm 4 refuses the document and quotes it to the user.

    There is no other way to show an error in Helm 4. Helm 3's `template` would print the document and succeed.
    """
    from postrender.yamledit import emit, join

    return join.write([emit.Text("\n".join(lines))], opened=False).data


def plugin_folder() -> str:
    """Return the plugin folder that came with the program, for `helm plugin install`."""
    return files.shipped_folder("helm")


def write_plugin(directory: str) -> str:
    """Write the plugin folder to `directory`/spk-macvlan, which may exist already, and return its path."""
    folder = os.path.join(directory, PLUGIN)
    try:
        os.makedirs(folder, exist_ok=True)
        files.write(os.path.join(folder, PLUGIN_FILE), files.read_shipped("helm", PLUGIN_FILE))
    except OSError as error:
        raise UsageError(f"cannot write the plugin folder {folder}: {error.strerror}") from None
    return folder
