"""The world of two offices, made once: everything in it is read only."""

from __future__ import annotations

import pytest

from tests.sync.world import World, small_world


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return small_world(tmp_path_factory.mktemp("world"))
