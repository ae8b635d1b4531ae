"""shuffle_sequence: exact counts, fixed ends, and every allowed order equally often."""

from collections import Counter

from bioseq_course.shuffle import shuffle_sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chisquare


def count_words(sequence, k):
    return Counter(sequence[i : i + k] for i in range(len(sequence) - k + 1))


def allowed_orders(sequence, k):
    """Every sequence with the same k-mers and the same ends, by depth-first enumeration."""
    found = []

    def extend(prefix, words_left):
        if not words_left:
            found.append(prefix)
        for word in list(words_left):
            if word[:-1] == prefix[len(prefix) - (k - 1) :]:
                extend(prefix + word[-1], words_left - Counter([word]))

    extend(sequence[: k - 1], count_words(sequence, k))
    return sorted(found)


@settings(max_examples=150, deadline=None)
@given(
    sequence=st.text(alphabet="ACGT", max_size=60),
    k=st.sampled_from([1, 2, 3]),
    seed=st.integers(0, 2**32 - 1),
)
def test_counts_of_all_words_up_to_k_stay(sequence, k, seed):
    shuffled = shuffle_sequence(sequence, k=k, rng=np.random.default_rng(seed))
    for word_length in range(1, k + 1):
        assert count_words(shuffled, word_length) == count_words(sequence, word_length)


@settings(max_examples=100, deadline=None)
@given(
    sequence=st.text(alphabet="ACDEFGHIKLMNPQRSTVWY-", min_size=3, max_size=80),
    k=st.sampled_from([2, 3]),
    seed=st.integers(0, 2**32 - 1),
)
def test_first_and_last_letters_stay(sequence, k, seed):
    shuffled = shuffle_sequence(sequence, k=k, rng=np.random.default_rng(seed))
    assert shuffled[: k - 1] == sequence[: k - 1]
    assert shuffled[-(k - 1) :] == sequence[-(k - 1) :]


# For k = 2 and 3 the cases have many nodes, so that a tree drawn with the wrong weights (grown
# greedily from the last node, say) misses the test by far; the last node has exits of its own.
# The cases for k = 3 repeat steps: they miss it when the final exit is a letter, not a place.
@pytest.mark.parametrize(
    ("sequence", "k", "num_orders"),
    [
        ("AACCG", 1, 30),
        ("AGCTACGTC", 2, 14),
        ("GACATACCGA", 2, 12),
        ("CGGCGGGCGACGGC", 3, 9),
        ("GCGAGCGCAACGAC", 3, 10),
    ],
)
def test_every_allowed_order_is_equally_likely(sequence, k, num_orders):
    orders = allowed_orders(sequence, k)
    assert len(orders) == num_orders
    rng = np.random.default_rng(1)
    drawn = Counter(shuffle_sequence(sequence, k=k, rng=rng) for _ in range(400 * num_orders))
    assert set(drawn) == set(orders)
    assert chisquare([drawn[order] for order in orders]).pvalue > 0.001


def test_a_long_sequence_really_changes():
    rng = np.random.default_rng(2)
    sequence = "".join(rng.choice(list("ACGT"), 3000))
    for k in (1, 2, 3):
        shuffled = shuffle_sequence(sequence, k=k, rng=rng)
        same = np.mean([a == b for a, b in zip(sequence, shuffled, strict=True)])
        assert same < 0.35  # unrelated uniform letters agree in a quarter of the places


def test_the_same_seed_gives_the_same_shuffle():
    sequence = "ATGGCGTGCAATGACCAGT"
    first, second = (
        shuffle_sequence(sequence, k=2, rng=np.random.default_rng(5)) for _ in range(2)
    )
    assert first == second


@pytest.mark.parametrize("sequence", ["", "A", "AC", "ACG"])
@pytest.mark.parametrize("k", [2, 3])
def test_short_sequences_come_back_whole(sequence, k):
    assert sorted(shuffle_sequence(sequence, k=k, rng=np.random.default_rng(0))) == sorted(sequence)


def test_long_words_and_lists_are_refused_with_the_cure():
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match=r"k must be 1, 2 or 3 .* not 4"):
        shuffle_sequence("ACGT", k=4, rng=rng)
    with pytest.raises(TypeError, match="call it once for each"):
        shuffle_sequence(["ACGT"], k=1, rng=rng)
