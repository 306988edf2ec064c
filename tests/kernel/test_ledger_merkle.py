"""The Merkle tree against the reference vectors of Certificate Transparency, and exhaustively when small."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.kernel.ledger.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    perfect_parts,
    root,
    subtree_from,
    subtree_of,
    verify_consistency,
    verify_inclusion,
)
from tongban.kernel.refusal import Refused

CT_LEAVES = [
    bytes.fromhex(leaf)
    for leaf in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
CT_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
MANY = 40
LEAVES = [sha256(bytes([n])).digest() for n in range(MANY)]
ROOTS = [root(LEAVES[:size]) for size in range(MANY + 1)]


def head_by_definition(leaves):
    """MTH as section 2.1.1 of RFC 9162 words it."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaf_hash(leaves[0])
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node_hash(head_by_definition(leaves[:split]), head_by_definition(leaves[split:]))


@pytest.mark.parametrize("size", range(9))
def test_heads_equal_the_reference_vectors(size):
    assert root(CT_LEAVES[:size]).hex() == CT_ROOTS[size]


@pytest.mark.parametrize(
    ("index", "size", "path"),
    [
        (0, 1, []),
        (0, 8, [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ]),
        (5, 8, [
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ]),
        (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
    ],
)  # fmt: skip
def test_inclusion_proofs_equal_the_reference_vectors(index, size, path):
    proof = inclusion_proof(index, size, subtree_of(CT_LEAVES))
    assert [part.hex() for part in proof] == path
    assert verify_inclusion(CT_LEAVES[index], index, size, proof, bytes.fromhex(CT_ROOTS[size]))


@pytest.mark.parametrize(
    ("first", "size", "path"),
    [
        (1, 1, []),
        (1, 8, [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ]),
        (6, 8, [
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ]),
    ],
)  # fmt: skip
def test_consistency_proofs_equal_the_reference_vectors(first, size, path):
    proof = consistency_proof(first, size, subtree_of(CT_LEAVES))
    assert [part.hex() for part in proof] == path
    assert verify_consistency(
        first, size, bytes.fromhex(CT_ROOTS[first]), bytes.fromhex(CT_ROOTS[size]), proof
    )


@pytest.mark.parametrize("size", range(MANY + 1))
def test_the_head_is_the_one_the_standard_defines(size):
    assert ROOTS[size] == head_by_definition(LEAVES[:size])


@pytest.mark.parametrize("size", range(1, MANY + 1))
def test_every_leaf_of_every_small_tree_is_proved_and_nothing_else_is(size):
    for index in range(size):
        proof = inclusion_proof(index, size, subtree_of(LEAVES))
        for claimed in range(size + 1):
            held = verify_inclusion(LEAVES[index], claimed, size, proof, ROOTS[size])
            assert held == (claimed == index)
        assert not verify_inclusion(LEAVES[index - 1], index, size, proof, ROOTS[size]) or size == 1
        assert not verify_inclusion(LEAVES[index], index, size, proof, ROOTS[size - 1])
        assert not verify_inclusion(LEAVES[index], index, size, (*proof, EMPTY_ROOT), ROOTS[size])
        assert not proof or not verify_inclusion(LEAVES[index], index, size, proof[:-1], ROOTS[size])


@pytest.mark.parametrize("size", range(MANY + 1))
def test_every_pair_of_small_trees_is_consistent_and_no_other_head_is(size):
    for first in range(size + 1):
        proof = consistency_proof(first, size, subtree_of(LEAVES))
        assert verify_consistency(first, size, ROOTS[first], ROOTS[size], proof)
        assert not verify_consistency(first, size, leaf_hash(b"forged"), ROOTS[size], proof)
        # An empty tree is consistent with any later one, so there is nothing to forge.
        assert first == 0 < size or not verify_consistency(
            first, size, ROOTS[first], leaf_hash(b"forged"), proof
        )
        assert not verify_consistency(first, size, ROOTS[first], ROOTS[size], (*proof, EMPTY_ROOT))
        assert not proof or not verify_consistency(first, size, ROOTS[first], ROOTS[size], proof[:-1])
        for other in range(first):
            assert other == 0 or not verify_consistency(other, size, ROOTS[first], ROOTS[size], proof)


@given(st.integers(1, MANY), st.data())
def test_a_proof_with_one_bit_turned_proves_nothing(size, data):
    index = data.draw(st.integers(0, size - 1))
    proof = list(inclusion_proof(index, size, subtree_of(LEAVES)))
    if proof:
        part, bit = data.draw(st.integers(0, len(proof) - 1)), data.draw(st.integers(0, 255))
        proof[part] = (int.from_bytes(proof[part], "big") ^ 1 << bit).to_bytes(32, "big")
        assert not verify_inclusion(LEAVES[index], index, size, proof, ROOTS[size])


def test_a_node_does_not_pass_for_a_leaf():
    left, right = leaf_hash(LEAVES[0]), leaf_hash(LEAVES[1])
    assert not verify_inclusion(left + right, 0, 1, (), ROOTS[2])


def test_proofs_with_parts_of_another_length_are_not_read():
    assert not verify_inclusion(LEAVES[0], 0, 2, (LEAVES[1] + b"x",), ROOTS[2])
    assert not verify_consistency(1, 2, ROOTS[1], ROOTS[2], (b"",))


@pytest.mark.parametrize(("index", "size"), [(-1, 4), (4, 4), (0, 0)])
def test_a_leaf_outside_the_tree_has_no_proof(index, size):
    assert inclusion_proof(index, size, subtree_of(LEAVES)).code == "ledger.no_such_leaf"
    assert not verify_inclusion(LEAVES[0], index, size, (), ROOTS[0])


@pytest.mark.parametrize(("first", "size"), [(-1, 4), (5, 4)])
def test_a_tree_that_cannot_have_grown_so_has_no_proof(first, size):
    assert consistency_proof(first, size, subtree_of(LEAVES)).code == "ledger.no_such_tree"
    assert not verify_consistency(first, size, ROOTS[0], ROOTS[4], ())


@given(st.lists(st.integers(0, 70), max_size=6))
def test_a_frontier_grown_in_any_portions_has_the_head_of_the_whole(portions):
    leaves = [n.to_bytes(4, "big") for n in range(sum(portions))]
    frontier, done = Frontier(), 0
    for portion in portions:
        frontier = frontier.extend(leaves[done : done + portion])
        done += portion
        restored = Frontier.from_bytes(frontier.to_bytes())
        assert restored == frontier
    assert frontier.size == len(leaves)
    assert frontier.root() == head_by_definition(leaves)


def test_a_frontier_grows_across_the_portions_in_which_it_hashes(monkeypatch):
    monkeypatch.setattr("tongban.kernel.ledger.merkle.CHUNK", 3)
    assert [root(iter(LEAVES[:size])) for size in range(MANY + 1)] == ROOTS


@pytest.mark.parametrize("stored", [b"", b"1234567", bytes(9), (3).to_bytes(8, "big") + bytes(32)])
def test_a_damaged_frontier_is_refused(stored):
    assert Frontier.from_bytes(stored).code == "ledger.frontier"


@pytest.mark.parametrize("size", range(1, MANY + 1))
def test_proofs_from_stored_perfect_subtrees_equal_those_from_leaves(size):
    def node(level, n):
        assert (n + 1) << level <= size, "asked for leaves that do not exist"
        return root(LEAVES[n << level : (n + 1) << level])

    for index in range(size):
        assert inclusion_proof(index, size, subtree_from(node)) == inclusion_proof(
            index, size, subtree_of(LEAVES)
        )
        proof = consistency_proof(index, size, subtree_from(node))
        assert proof == consistency_proof(index, size, subtree_of(LEAVES))


def test_a_proof_in_a_million_leaves_asks_for_few_stored_hashes():
    asked = []
    proof = inclusion_proof(777_777, 1_000_003, subtree_from(lambda *node: asked.append(node) or EMPTY_ROOT))
    assert not isinstance(proof, Refused)
    assert len(proof) == 20
    assert len(asked) < 40
    assert perfect_parts(0, 0) == ()
