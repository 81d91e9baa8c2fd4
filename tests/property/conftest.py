from __future__ import annotations

from hypothesis import settings

# How long an example takes is for the benchmarks to say; here it would depend on who else uses the machine.
settings.register_profile("patient", settings.default, deadline=None)
settings.load_profile("patient")
