"""Some hundreds of spoilt bundles on every run; `python -m tests.sync.mutations 10000` for the figure."""

from __future__ import annotations

import pytest

from tests.sync import mutated_letters
from tests.sync.mutations import count, spoil


def test_no_spoilt_bundle_is_accepted_and_none_is_unhandled(world):
    found = count(world, range(400))
    assert sum(found.values()) == 400
    assert not found["ACCEPTED"]
    assert not found["UNHANDLED"]
    assert found["same"] <= 8


@pytest.mark.parametrize("kind", ["check", "return"])
def test_no_spoilt_part_or_return_is_accepted(world, kind):
    found = count(mutated_letters.bundles(world)[kind], range(100))
    assert not found["ACCEPTED"] and not found["UNHANDLED"] and found["same"] <= 4


def test_no_spoilt_receipt_slip_register_remark_or_document_is_accepted(world):
    found = mutated_letters.count(world, range(500), spoil)
    assert not found["ACCEPTED"] and not found["UNHANDLED"] and not found["same"]
