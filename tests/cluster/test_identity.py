"""Install random Helm releases on a real API server, as `python -m fuzz --identity` does."""

from __future__ import annotations

from fuzz import identity
from tests.cluster.control_plane import ControlPlane

RELEASES = 200


def test_the_api_server_has_what_the_config_asks_for_or_the_stream_is_refused(plane: ControlPlane) -> None:
    outcomes = identity.check(5, RELEASES, plane.kubectl)
    assert set(outcomes) <= {identity.APPLIED, identity.REFUSED}
    assert outcomes[identity.APPLIED] > RELEASES // 2
