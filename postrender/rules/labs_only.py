"""Macvlan is for labs.

What: `check` always reports this note.

Why: F5 does not support SPK on macvlan in production.

Fix: use SR-IOV in production.

Source: F5, Macvlan Network Configuration.

Failing:

    networks:
    - {name: macvlan-internal, master: ens224}

Passing: none; `check` reports this note for every TMM.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.rules import INSTANCE, STREAM, WORKLOAD
from postrender.rules.finding import NOTE
from postrender.rules.subject import on_config

if TYPE_CHECKING:
    from collections.abc import Iterator

    from postrender.rules.finding import Finding
    from postrender.rules.subject import Subject

ID = "labs-only"
LEVEL = NOTE
SUBJECTS = (WORKLOAD, INSTANCE)
SCOPE = STREAM


def apply(_: Subject) -> Iterator[Finding]:
    """Yield a note, which is the same for every TMM."""
    yield on_config(
        ID, LEVEL, "", "SPK on macvlan is for labs; F5 does not support it in production", "use SR-IOV in production"
    )
