"""The world of two offices, made once: everything in it is read only."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sync.offices import Pair, pair
from tests.sync.upward_world import risen
from tests.sync.world import World, small_world


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return small_world(tmp_path_factory.mktemp("world"))


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Pair]:
    found = pair(tmp_path)
    yield found
    found.close()


banner = risen("dev", "ind", "lead")
"""Two sponsors and the lead."""
whole = risen()
