"""The conversion: a pure function that takes bytes and a config, and returns the converted and checked stream.

It collects the changes that the rules make, orders them into a plan, and leaves the editing to `yamledit`. This package
also applies the user's patches, converts values files, and makes the objects that depend only on the config.
"""

from postrender.conversion.pipeline import (
    DEFAULTS,
    EMPTY,
    Conversion,
    Converted,
    Options,
    Unchanged,
    convert,
    convert_list,
    convert_or_pass,
)

__all__ = [
    "DEFAULTS",
    "EMPTY",
    "Conversion",
    "Converted",
    "Options",
    "Unchanged",
    "convert",
    "convert_list",
    "convert_or_pass",
]
