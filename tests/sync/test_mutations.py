"""Some hundreds of spoilt bundles on every run; `python -m tests.sync.mutations 10000` for the figure."""

from __future__ import annotations

from tests.sync.mutations import count


def test_no_spoilt_bundle_is_accepted_and_none_is_unhandled(world):
    found = count(world, range(400))
    assert sum(found.values()) == 400
    assert not found["ACCEPTED"]
    assert not found["UNHANDLED"]
    assert found["same"] <= 8
