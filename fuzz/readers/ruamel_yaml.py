"""ruamel.yaml as a reader: pure Python, for YAML 1.2; it refuses repeated keys."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

from fuzz.oracle import read_types
from fuzz.readers.view import Unread, View


class RuamelYaml:
    """ruamel.yaml as a reader."""

    name = "ruamel.yaml"
    flattens = False

    def read(self, streams: Sequence[bytes]) -> list[View | Unread]:
        """Return a view of each stream."""
        return [_read(stream.decode()) for stream in streams]


def _read(text: str) -> View | Unread:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # warnings about repeated anchors, which YAML allows
            return View(read_types(text))
    except ValueError as error:
        return Unread(str(error))
