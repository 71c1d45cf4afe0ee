"""Loss, doubling, overtaking, damage and restored backups: `python -m tests.sync.schedules 20000` for the figure."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sync import file_schedules, schedules


def test_all_schedules_converge_and_every_fork_is_refused() -> None:
    """Decision 35: on the pure plan and merging; receipts never move back what is acknowledged (decision 30)."""
    said = schedules.count(range(700))
    assert said["converged"] + said["forks refused"] == 3 * 700
    assert min(said[code] for code in ("taken", "E_FORK", "E_GAP", "E_DAMAGED", "forks refused")) > 20


@pytest.mark.parametrize("seed", range(2))
def test_schedules_of_real_files_converge(tmp_path: Path, seed: int) -> None:
    """`python -m tests.sync.file_schedules 36` for the figure."""
    said = file_schedules.count(tmp_path, range(seed, seed + 1))
    assert said["converged"] + said["forks refused"] == 3
