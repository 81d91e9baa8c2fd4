"""The conversion, a pure function: bytes and a config in, the converted stream out, proved.

It asks the rules what they want, orders it into a plan, and leaves the writing to `yamledit`. The user's patches, a
chart's values file and the objects that are made from the config alone are here, too.
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
