"""The conversion: a pure function that takes bytes and a config, and returns the converted and proved stream.

It collects the changes of the rules, orders them into a plan, and leaves the editing to `yamledit`. This package also
contains the user's patches, the conversion of values files, and the objects that depend only on the config.
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
