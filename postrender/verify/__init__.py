"""Compares a live cluster with the config, through kubectl or oc. It only reads, and reports what it cannot see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from postrender import config as configs
from postrender.errors import UsageError
from postrender.kubernetes import LABEL_LENGTH
from postrender.verify import configuration, live, prerequisites, result

if TYPE_CHECKING:
    from postrender.config import Config
    from postrender.verify.kubectl import Access
    from postrender.verify.rows import Row


def verify(config: Config, access: Access) -> tuple[Row, ...]:
    """Return a row for each comparison; raise InputError if the cluster does not answer."""
    found = live.find(config, access, prerequisites.requests())
    seen = live.with_definitions(found, result.requests(found))
    return tuple(row for group in (prerequisites, configuration, result) for row in group.rows_of(seen))


def placed(config: Config, namespace: str | None) -> Config:
    """Return the config with the namespace of the command line, if one is given."""
    name = namespace or "default"
    if not configs.NAME_CHARS.issuperset(name) or len(name) > LABEL_LENGTH or "-" in (name[0], name[-1]):
        raise UsageError(f"--namespace {namespace}: not a namespace name; use at most 63 of a-z, 0-9 and -")
    return config._replace(tmm=config.tmm._replace(namespace=namespace)) if namespace else config
