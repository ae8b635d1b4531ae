"""Contexts, entropies and the spectrum against hand arithmetic, loops and planted truth."""

from collections import Counter
from math import log2

from bioseq_course.dependence import (
    count_contexts,
    held_out_entropy,
    plug_in_entropy,
    power_spectrum,
)
from bioseq_course.shuffle import shuffle_sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import entropy


def random_dna(length, seed=0):
    return "".join(np.random.default_rng(seed).choice(list("ACGT"), length))


@settings(max_examples=60, deadline=None)
@given(
    sequences=st.lists(st.text(alphabet="ACGTN", max_size=25), max_size=4),
    order=st.integers(0, 3),
)
def test_counts_equal_a_loop_over_words(sequences, order):
    words = [s[i : i + order + 1] for s in sequences for i in range(len(s) - order)]
    expected = Counter(word for word in words if "N" not in word)
    counts = count_contexts(sequences, order).ravel()
    for index, count in enumerate(counts):
        digits = np.base_repr(index, 4).zfill(order + 1)
        assert count == expected["".join("ACGT"[int(d)] for d in digits)]


def test_codon_positions_are_those_of_the_following_base():
    tables = count_contexts(["ATGATG"], 1, by_codon_position=True)  # (3, 4, 4)
    assert tables[0].sum() == 1 and tables[0, 2, 0] == 1  # the A of the second codon, after G
    assert tables[1, 0, 3] == 2  # T after A, second place of both codons
    assert tables[2, 3, 2] == 2  # G after T, third place
    assert np.array_equal(tables.sum(axis=0), count_contexts(["ATGATG"], 1))


def test_plug_in_entropy_by_hand():
    # AACA, order 1: contexts A (followed by A, C) and C (followed by A): 2/3 * 1 bit + 1/3 * 0.
    assert plug_in_entropy(count_contexts(["AACA"], 1)) == pytest.approx(2 / 3)
    table = np.array([[3, 1, 0, 0], [1, 1, 1, 5]])
    expected = (4 * entropy(table[0], base=2) + 8 * entropy(table[1], base=2)) / 12
    assert plug_in_entropy(table) == pytest.approx(expected)


def test_held_out_entropy_by_hand_and_above_the_plug_in_of_the_test_set():
    train, test = np.array([[1, 0, 0, 0]]), np.array([[2, 1, 0, 0]])
    assert held_out_entropy(train, test) == pytest.approx(-(2 * log2(2 / 5) + log2(1 / 5)) / 3)
    rng = np.random.default_rng(0)
    for _ in range(20):
        train, test = rng.integers(0, 9, (2, 16, 4))
        assert held_out_entropy(train, test) >= plug_in_entropy(test)


def test_both_estimates_bracket_the_truth_of_a_known_chain():
    # Next base: the same with probability 0.7, each other with 0.1.
    truth = entropy([0.7, 0.1, 0.1, 0.1], base=2)
    rng = np.random.default_rng(3)
    steps = rng.choice(4, size=(2, 20_000), p=[0.7, 0.1, 0.1, 0.1])
    train, test = ("".join("ACGT"[code] for code in np.cumsum(row) % 4) for row in steps)
    counts, test_counts = count_contexts([train], 6), count_contexts([test], 6)
    assert plug_in_entropy(counts) < truth - 0.05
    assert held_out_entropy(counts, test_counts) > truth + 0.05
    assert plug_in_entropy(count_contexts([train], 1)) == pytest.approx(truth, abs=0.02)


def test_the_bias_of_the_plug_in_has_the_size_that_the_docstring_gives():
    num_bases = 40_000
    counts = count_contexts([random_dna(num_bases)], 4)
    filled_cells, filled_contexts = (counts > 0).sum(), (counts.sum(axis=1) > 0).sum()
    expected = (filled_cells - filled_contexts) / (2 * num_bases * np.log(2))
    assert 2 - plug_in_entropy(counts) == pytest.approx(expected, rel=0.15)


@pytest.mark.parametrize("length", [1, 2, 31, 60])
def test_spectrum_equals_the_sum_written_out(length):
    sequence = random_dna(length, seed=length).replace("T", "N", 1)
    expected = np.zeros(length // 2 + 1)
    for base in "ACGT":
        here = np.array([letter == base for letter in sequence], dtype=float)
        here -= here.mean()
        for j in range(len(expected)):
            wave = np.exp(-2j * np.pi * j * np.arange(length) / length)
            expected[j] += abs((here * wave).sum()) ** 2 / length
    assert power_spectrum(sequence) == pytest.approx(expected, abs=1e-9)


def test_a_planted_period_is_found_and_a_shuffle_destroys_it():
    rng = np.random.default_rng(4)
    frame = [
        "".join(rng.choice(list("ACGT"), p=p))
        for _ in range(200)
        for p in np.eye(4)[:3] * 0.6 + 0.1
    ]
    planted = "".join(frame)
    shuffled = shuffle_sequence(planted, k=1, rng=rng)
    at_three = [power_spectrum(sequence)[200] for sequence in (planted, shuffled)]
    assert power_spectrum(planted).argmax() == 200
    assert at_three[0] > 20 * at_three[1]


def test_wrong_input_is_refused_with_the_cure():
    with pytest.raises(TypeError, match=r"write \[sequence\]"):
        count_contexts("ACGT", 1)
    with pytest.raises(ValueError, match="0 to 12"):
        count_contexts(["ACGT"], 13)
    with pytest.raises(ValueError, match="lower case"):
        plug_in_entropy(count_contexts(["acgt"], 0))
    with pytest.raises(ValueError, match="same order"):
        held_out_entropy(np.ones((4, 4)), np.ones((16, 4)))
    with pytest.raises(ValueError, match="pseudo_count is 0"):
        held_out_entropy(np.ones((4, 4)), np.ones((4, 4)), pseudo_count=0)
    with pytest.raises(ValueError, match="empty sequence"):
        power_spectrum("")
