"""Serializes a value as the JSON document that a verb prints."""

from __future__ import annotations

import json


def serialize(value: object) -> str:
    """Return a value as indented JSON. Only characters that a terminal must not receive are escaped."""
    text = json.dumps(value, indent=2, ensure_ascii=False) + "\n"
    return "".join(char if char.isprintable() or char == "\n" else json.dumps(char)[1:-1] for char in text)
