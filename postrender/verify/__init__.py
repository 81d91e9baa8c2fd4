"""Compares a live cluster with the config, through kubectl or oc. It only reads, and reports what it cannot read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender.verify import configuration, live, policies, prerequisites, result

if TYPE_CHECKING:
    from postrender.config import Config
    from postrender.verify.kubectl import Access
    from postrender.verify.rows import Row


def verify(config: Config, access: Access) -> tuple[Row, ...]:
    """Return a row for each comparison; raise InputError if the cluster does not answer."""
    found = live.find(config, access, [*prerequisites.requests(), *policies.requests()])
    seen = live.with_definitions(found, result.requests(found))
    return tuple(row for group in (prerequisites, configuration, policies, result) for row in group.rows_of(seen))
