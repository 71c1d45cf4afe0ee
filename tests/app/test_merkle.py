"""The tree against RFC 6962's own definition and the vectors of the certificate-transparency test suites."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.canon import canonical
from app.journals.merkle import leaf, leaf_of, proof, proves, root

INPUTS = [
    bytes.fromhex(h)
    for h in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAVES = st.lists(st.binary(max_size=8).map(leaf_of), min_size=1, max_size=70)


def by_definition(leaves: list[bytes]) -> bytes:
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\x01" + by_definition(leaves[:split]) + by_definition(leaves[split:])).digest()


@pytest.mark.parametrize("size", range(1, 9))
def test_known_roots(size):
    assert root(leaf_of(d) for d in INPUTS[:size]).hex() == ROOTS[size - 1]


def test_no_leaves():
    assert root([]) == hashlib.sha256(b"").digest()


@given(LEAVES)
def test_the_root_is_rfc_6962s(leaves):
    assert root(leaves) == by_definition(leaves)


@given(LEAVES, st.data())
def test_a_proof_proves_its_leaf_and_nothing_else(leaves, data):
    index = data.draw(st.integers(0, len(leaves) - 1))
    head, path, size = root(leaves), proof(leaves, index), len(leaves)
    assert proves(head, size, index, leaves[index], path)
    assert not proves(head, size, index, leaf_of(b"another row, not in the tree"), path)
    assert not proves(head, size, index, leaves[index], [*path, head])
    assert not proves(head, size, size, leaves[index], path)
    if path:
        spoilt = [bytes([path[0][0] ^ 1]) + path[0][1:], *path[1:]]
        assert not proves(head, size, index, leaves[index], spoilt)
        assert not proves(head, size, index, leaves[index], path[:-1])


def test_a_leaf_is_the_canonical_form_behind_a_zero_byte():
    row = {"subject": "x", "content": {"name": "项目"}}
    assert leaf(row) == hashlib.sha256(b"\x00" + canonical(row)).digest()


def test_there_is_no_proof_beyond_the_end():
    with pytest.raises(IndexError):
        proof([leaf_of(b"a")], 1)
