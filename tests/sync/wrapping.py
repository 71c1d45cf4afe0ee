"""A passphrase that is tried at once: age takes a second over each, as it must; the real one is asked in test_keys."""

from __future__ import annotations

import hashlib

import pyrage
import pytest


def _sealed(data: bytes, passphrase: str) -> bytes:
    return hashlib.sha256(passphrase.encode()).digest() + data


def _opened(data: bytes, passphrase: str) -> bytes:
    if not data.startswith(_sealed(b"", passphrase)):
        raise pyrage.DecryptError("wrong")
    return data[32:]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pyrage.passphrase, "encrypt", _sealed)
    monkeypatch.setattr(pyrage.passphrase, "decrypt", _opened)
