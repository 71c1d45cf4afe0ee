"""Where the house stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.house.rooms import ROOT


@pytest.fixture
def root() -> Path:
    return ROOT
