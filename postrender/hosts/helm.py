"""What is special to Helm 4: its plugin folder, and how to get a word past it.

Helm 3 runs any executable and shows its standard error. Helm 4 runs plugins of type `postrenderer/v1` only, and shows
nobody what they write to standard error (observed in 4.1.0 to 4.3.1).
"""

from __future__ import annotations

import os

from postrender.errors import UsageError
from postrender.hosts import files, package_files

PLUGIN = "spk-macvlan"
PLUGIN_FILE = "plugin.yaml"


def error_document(line: str) -> bytes:
    """Return an error as a scalar document, which Helm 4 refuses and quotes: the one way to be read.

    Never under Helm 3, whose `template` would print it and succeed.
    """
    return f"|-\n  {line}\n".encode("utf-8", "backslashreplace")


def plugin_folder() -> str:
    """Return the plugin folder that came with the program, for `helm plugin install`."""
    return package_files.folder("helm")


def write_plugin(directory: str) -> str:
    """Write the plugin folder to `directory`/spk-macvlan and return its path; again is fine."""
    folder = os.path.join(directory, PLUGIN)
    try:
        os.makedirs(folder, exist_ok=True)
        files.write(os.path.join(folder, PLUGIN_FILE), package_files.read("helm", PLUGIN_FILE))
    except OSError as error:
        raise UsageError(f"cannot write the plugin folder {folder}: {error.strerror}") from None
    return folder
