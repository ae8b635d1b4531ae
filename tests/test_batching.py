"""Batches by length: every sequence once, no batch that mixes more than it must."""

import itertools

from bioseq_course.batching import length_buckets, padding_share

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

LENGTHS = st.lists(st.integers(0, 50), max_size=60)


@given(LENGTHS, st.integers(1, 20), st.integers(0, 2**16))
def test_every_sequence_stands_in_one_batch(lengths, batch_size, seed):
    batches = length_buckets(lengths, batch_size, rng=np.random.default_rng(seed))
    assert sorted(i for batch in batches for i in batch) == list(range(len(lengths)))
    sizes = sorted(map(len, batches))
    assert len(batches) == -(-len(lengths) // batch_size)
    assert all(size == batch_size for size in sizes[1:])


@given(LENGTHS, st.integers(1, 20), st.integers(0, 2**16))
def test_ranges_of_lengths_do_not_overlap(lengths, batch_size, seed):
    batches = length_buckets(lengths, batch_size, rng=np.random.default_rng(seed))
    ranges = sorted(
        (min(found), max(found)) for found in ([lengths[i] for i in b] for b in batches)
    )
    assert all(high <= low for (_, high), (low, _) in itertools.pairwise(ranges))


def test_chance_orders_the_batches_and_equal_lengths():
    lengths = [7] * 40 + [30] * 40
    first, second = (length_buckets(lengths, 20, rng=np.random.default_rng(s)) for s in (0, 1))
    assert [set(b) for b in first] != [set(b) for b in second]
    orders = [
        [lengths[batch[0]] for batch in length_buckets(lengths, 20, rng=np.random.default_rng(s))]
        for s in range(20)
    ]
    assert len(set(map(tuple, orders))) > 1  # long batches come early and late


def test_the_same_source_of_randomness_gives_the_same_batches():
    lengths = np.random.default_rng(3).integers(1, 99, size=50)
    first, again = (length_buckets(lengths, 8, rng=np.random.default_rng(5)) for _ in range(2))
    assert [b.tolist() for b in first] == [b.tolist() for b in again]


def test_share_of_padding_by_hand():
    # batch 1: 2 rows of 9, 10 letters; batch 2: 2 rows of 8, 10 letters; 20 of 34 places
    assert padding_share([9, 1, 8, 2], [[0, 1], [2, 3]]) == pytest.approx(14 / 34)
    # sorted: 2 rows of 9 with 17 letters, 2 rows of 2 with 3; 20 of 22
    assert padding_share([9, 1, 8, 2], [[0, 2], [1, 3]]) == pytest.approx(2 / 22)
    assert padding_share([5, 5], [[0], [1]]) == 0


@given(st.lists(st.integers(1, 50), min_size=1, max_size=60), st.integers(1, 20))
def test_buckets_hold_no_more_padding_than_any_other_order(lengths, batch_size):
    rng = np.random.default_rng(0)
    packed = padding_share(lengths, length_buckets(lengths, batch_size, rng=rng))
    order = rng.permutation(len(lengths))
    # the short batch in the list is the one with the longest sequences in ours, so compare alike
    whole = len(lengths) // batch_size * batch_size
    if whole == len(lengths):
        mixed = [order[i : i + batch_size] for i in range(0, whole, batch_size)]
        assert packed <= padding_share(lengths, mixed) + 1e-12


@pytest.mark.parametrize("batch_size", [0, 2.5, True])
def test_sizes_of_batches_are_checked(batch_size):
    with pytest.raises(ValueError, match="batch_size must be a whole number"):
        length_buckets([1, 2], batch_size, rng=np.random.default_rng(0))


@pytest.mark.parametrize(
    ("lengths", "message"),
    [
        ([[1, 2]], r"one row of whole numbers. Received shape \(1, 2\)"),
        ([1.5, 2.0], "type float64"),
        (["ACG"], r"pass \[len\(sequence\) for sequence"),
        ([3, -1], r"Received -1 at position 2 \(counting from 1\)"),
    ],
    ids=["table", "shares", "texts", "negative"],
)
def test_lengths_are_checked(lengths, message):
    with pytest.raises(ValueError, match=message):
        length_buckets(lengths, 2, rng=np.random.default_rng(0))


def test_shares_of_nothing_are_refused():
    with pytest.raises(ValueError, match=r"Batch 2 \(counting from 1\) is empty"):
        padding_share([1, 2], [[0], []])
    with pytest.raises(ValueError, match="hold no places"):
        padding_share([0, 0], [[0, 1]])
