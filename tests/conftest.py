"""What every test shares: a screen that needs no display, how long hypothesis may take, and which tests want a real window."""

from __future__ import annotations

import gc
import os
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import hypothesis
import pytest

from tests import one_dialect

REAL_WINDOW = Path(__file__).parent / "real_window"

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

one_dialect.install()

hypothesis.settings.register_profile("house", deadline=None, print_blob=True)
hypothesis.settings.register_profile("ci", deadline=None, print_blob=True, derandomize=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "house")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark tests/real_window, and leave it out where there is no real screen: `make.py test` gives it one."""
    real = [item for item in items if REAL_WINDOW in item.path.parents]
    for item in real:
        item.add_marker("real_window")
    if real and os.environ["QT_QPA_PLATFORM"] != "xcb":
        config.hook.pytest_deselected(items=real)
        items[:] = [item for item in items if item not in real]


@pytest.fixture(scope="session", autouse=True)
def own_temp(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A temporary folder of the run's own: a purge reads what windows left in it, those of other runs too."""
    folder = str(tmp_path_factory.mktemp("temp"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", folder)
        patch.setattr(tempfile, "tempdir", folder)
        patch.setenv("XDG_CACHE_HOME", folder)
        yield


def pytest_collection_finish() -> None:
    """Thousands of tests and their modules live to the end: the collector need not walk them."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown() -> None:
    """Once a window was shown in this process, nothing is collected by itself any more."""
    if not gc.isenabled():
        from ui import collecting  # noqa: PLC0415 - most tests have no Qt

        _freeze()
        collecting.step()


@cache
def _freeze() -> None:
    """What pytest and the modules hold lives to the end: no use in walking it again and again."""
    gc.freeze()
