"""Markov chains against counting by hand, loops in plain Python and chains known beforehand."""

import itertools
from collections import Counter
from fractions import Fraction

from bioseq_course.datasets import make_markov_sequences
from bioseq_course.dependence import count_contexts, plug_in_entropy
from bioseq_course.markov import MarkovChain

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chisquare

dna_lists = st.lists(st.text(alphabet="ACGTN", max_size=20), min_size=1, max_size=4).filter(
    lambda texts: any(set(text) & set("ACGT") for text in texts)
)


def loop_probability(texts, context, letter, phase, period, strength):
    """The formula of the docstring, word by word and in fractions."""
    words = Counter(
        text[end - len(context) : end + 1]
        for text in texts
        for end in range(len(context), len(text))
        if end % period == phase
    )
    shorter = Fraction(1, 4)
    if context:
        shorter = loop_probability(texts, context[1:], letter, phase, period, strength)
    total = sum(words[context + base] for base in "ACGT")
    return (words[context + letter] + strength * shorter) / (total + strength)


def random_dna(length, seed=0):
    return "".join(np.random.default_rng(seed).choice(list("ACGT"), length))


@settings(max_examples=60, deadline=None)
@given(
    texts=dna_lists,
    asked=st.text(alphabet="ACGTN", min_size=1, max_size=8),
    order=st.integers(0, 3),
    period=st.sampled_from([1, 3]),
    strength=st.integers(1, 9),
)
def test_probabilities_equal_a_loop_over_words(texts, asked, order, period, strength):
    chain = MarkovChain(order, period=period, strength=strength).fit(texts)
    rows = chain.probabilities(asked)
    for position, row in enumerate(rows):
        context = asked[max(0, position - order) : position].rpartition("N")[2]
        for letter, probability in zip("ACGT", row, strict=True):
            phase = position % period
            expected = loop_probability(texts, context, letter, phase, period, strength)
            assert probability == pytest.approx(float(expected), rel=1e-12)


def test_two_orders_by_hand():
    # Training CACA with s = 2. Order 0: C twice, A twice: p(A) = p(C) = (2 + 2/4) / 6 = 5/12 and
    # p(G) = p(T) = 1/12. After C: A twice, so p(A | C) = (2 + 2 * 5/12) / 4 = 17/24 and
    # p(C | C) = (2 * 5/12) / 4 = 5/24.
    chain = MarkovChain(1, strength=2).fit(["CACA"])
    assert chain.probabilities("CC")[0] == pytest.approx([5 / 12, 5 / 12, 1 / 12, 1 / 12])
    assert chain.probabilities("CC")[1] == pytest.approx([17 / 24, 5 / 24, 1 / 24, 1 / 24])
    # T never stood before anything: p(. | T) is the distribution of order 0.
    assert chain.probabilities("TA")[1] == pytest.approx([5 / 12, 5 / 12, 1 / 12, 1 / 12])
    bits = -(np.log2(5 / 12) + np.log2(17 / 24)) / 2
    assert chain.bits_per_letter(["CA"]) == pytest.approx(bits)


@pytest.mark.parametrize("period", [1, 3])
@pytest.mark.parametrize("order", [0, 1, 2])
def test_with_no_mixing_the_training_bits_are_the_plug_in_entropy(order, period):
    texts = [random_dna(300, seed=seed) for seed in range(3)]
    chain = MarkovChain(order, period=period, strength=1e-9).fit(texts)
    scores = np.concatenate([chain.log2_probabilities(text)[order:] for text in texts])
    counts = count_contexts(texts, order, by_codon_position=period == 3)
    assert -scores.mean() == pytest.approx(plug_in_entropy(counts), abs=1e-6)


@pytest.mark.parametrize("period", [1, 2, 3])
def test_probabilities_of_all_sequences_of_one_length_sum_to_one(period):
    chain = MarkovChain(2, period=period, strength=0.5).fit(["ACGTTGCAACC", "GGAT"])
    texts = ["".join(letters) for letters in itertools.product("ACGT", repeat=4)]
    total = sum(2 ** chain.log2_probabilities(text).sum() for text in texts)
    assert total == pytest.approx(1)


def test_no_row_looks_at_its_own_letter_or_later_ones():
    chain = MarkovChain(3, period=3).fit([random_dna(500)])
    text = random_dna(30, seed=1)
    for position in range(30):
        changed = text[:position] + random_dna(30 - position, seed=2)
        same = chain.probabilities(changed)[: position + 1]
        assert np.array_equal(same, chain.probabilities(text)[: position + 1])


def test_the_period_counts_from_the_first_letter_of_each_sequence():
    chain = MarkovChain(0, period=3, strength=1e-6).fit(["ACG" * 20 + "A", "ACG" * 5])
    assert chain.bits_per_letter(["ACGACG"]) == pytest.approx(0, abs=1e-4)
    assert chain.bits_per_letter(["CGACGA"]) > 10  # out of frame
    single = MarkovChain(0, period=1).fit(["ACG" * 20])
    assert single.bits_per_letter(["ACG" * 9]) == single.bits_per_letter(["CGA" * 9])


def test_words_do_not_cross_from_one_sequence_to_the_next():
    together = MarkovChain(2).fit(["AC", "GT"])
    assert together.probabilities("CG")[1] == pytest.approx(together.probabilities("GG")[0])


def test_bits_on_new_data_approach_the_entropy_of_a_known_chain():
    truth = make_markov_sequences(200, 500, order=2, seed=3)
    train, test = truth.sequences[:150], truth.sequences[150:]
    rows = -(truth.transitions * np.log2(truth.transitions)).sum(axis=1)  # (16,)
    rate = float(truth.start @ rows)
    bits = {order: MarkovChain(order).fit(train).bits_per_letter(test) for order in (0, 1, 2, 5)}
    # 25,000 test letters: a standard error of about 0.006 bits; the first two letters cost more.
    assert bits[2] == pytest.approx(rate, abs=0.03)
    assert bits[0] > bits[1] > bits[2] + 0.02 and bits[5] > bits[2]


def test_order_2_tables_approach_a_known_chain():
    truth = make_markov_sequences(100, 2000, order=2, seed=5)
    table = MarkovChain(2).fit(truth.sequences).tables[2]
    assert np.abs(table[0] - truth.transitions).max() < 0.02


@pytest.mark.parametrize("period", [1, 3])
def test_samples_follow_the_tables(period):
    chain = MarkovChain(1, period=period).fit([random_dna(90, seed=4)])
    rows = chain.sample(300, np.random.default_rng(0), num_sequences=200)
    assert rows.shape == (200, 300) and set(np.unique(rows)) <= {0, 1, 2, 3}
    texts = ["".join("ACGT"[base] for base in row) for row in rows]
    counts = count_contexts(texts, 1, by_codon_position=True)  # (3, 4, 4)
    for phase, context in itertools.product(range(3), range(4)):
        seen = counts[phase, context]
        expected = chain.tables[1][phase % period, context] * seen.sum()
        assert chisquare(seen, expected).pvalue > 0.001 / 12
    first = np.bincount(rows[:, 0], minlength=4)
    assert chisquare(first, chain.tables[0][0, 0] * 200).pvalue > 0.001


def test_a_deep_context_is_carried_through_a_sample():
    chain = MarkovChain(3, strength=1e-9).fit([[0, 0, 0, 1] * 30])
    rows = chain.sample(20, np.random.default_rng(1), num_sequences=5)
    words = {tuple(row[start : start + 4]) for row in rows for start in range(4, 17)}
    assert words == {(0, 0, 0, 1), (0, 0, 1, 0), (0, 1, 0, 0), (1, 0, 0, 0)}


def test_the_second_letter_of_a_sample_follows_the_first():
    chain = MarkovChain(2, num_symbols=2, strength=1e-9).fit([[0, 1] * 30])
    rows = chain.sample(2, np.random.default_rng(1), num_sequences=40)
    assert rows.sum(axis=1).tolist() == [1] * 40 and 0 < rows[:, 0].mean() < 1


def test_numbers_and_strings_are_the_same():
    text = random_dna(200)
    codes = np.array(["ACGT".index(base) for base in text])
    by_text, by_codes = MarkovChain(2, period=3).fit([text]), MarkovChain(2, period=3).fit([codes])
    assert np.array_equal(by_text.tables[2], by_codes.tables[2])
    unknown = by_text.log2_probabilities("ANRA")
    assert np.array_equal(unknown, by_codes.log2_probabilities([0, -1, -1, 0]), equal_nan=True)
    assert np.isnan(unknown).tolist() == [False, True, True, False]


def test_twenty_symbols():
    chain = MarkovChain(1, num_symbols=20, strength=5).fit([[19, 0, 19, 0], [3]])
    assert chain.tables[1].shape == (1, 20, 20)
    assert chain.probabilities([19, 4]).sum(axis=1) == pytest.approx([1, 1])
    # p(0) = (2 + 5/20) / 10 = 0.225; p(0 | 19) = (2 + 5 * 0.225) / 7 = 0.446
    assert chain.probabilities([19, 0])[1, 0] == pytest.approx(3.125 / 7)


WRONG_CHAINS = {
    "order": ({"order": -1}, "order must be a whole number of at least 0.*Received: -1"),
    "fraction": ({"order": 1.5}, "order must be a whole number of at least 0.*Received: 1.5"),
    "period": ({"order": 1, "period": 0}, "period must be .* at least 1"),
    "strength": ({"order": 1, "strength": 0}, "strength is 0: expected a number above 0"),
    "nan": ({"order": 1, "strength": float("nan")}, "strength is nan"),
    "size": ({"order": 12}, "67,108,864 numbers, more than 20,000,000. Take a lower order"),
}


@pytest.mark.parametrize("case", WRONG_CHAINS)
def test_wrong_arguments_are_refused(case):
    arguments, message = WRONG_CHAINS[case]
    with pytest.raises(ValueError, match=message):
        MarkovChain(**arguments)


WRONG_SEQUENCES = {
    "bare": ("ACGT", r"pass \[sequence\]"),
    "lower": (["AC", "ACgT"], "Letter 'g' at position 3 of sequence 2 .* upper case"),
    "rna": (["AU"], "Letter 'U' at position 2 of sequence 1"),
    "nothing": (["NN", ""], "No known letter"),
    "empty": ([], "No known letter"),
    "large": ([[0, 4]], "Number 4 at position 2 of sequence 1 .*subtract 1"),
    "small": ([[0, -2]], "Number -2 at position 2 of sequence 1 "),
    "floats": ([[0.5]], "Sequence 1 .* whole numbers"),
    "table": ([[[1, 2]]], r"shape \(1, 2\)"),
}


@pytest.mark.parametrize("case", WRONG_SEQUENCES)
def test_wrong_sequences_are_refused(case):
    sequences, message = WRONG_SEQUENCES[case]
    with pytest.raises(ValueError, match=message):
        MarkovChain(1).fit(sequences)


def test_strings_need_four_symbols():
    with pytest.raises(ValueError, match="num_symbols is 20: strings are read as DNA"):
        MarkovChain(0, num_symbols=20).fit(["ACGT"])


def test_a_chain_that_counted_nothing_is_refused():
    chain = MarkovChain(1)
    calls = (
        lambda: chain.probabilities("A"),
        lambda: chain.log2_probabilities("A"),
        lambda: chain.bits_per_letter(["A"]),
        lambda: chain.sample(3, np.random.default_rng(0)),
    )
    for call in calls:
        with pytest.raises(ValueError, match="Call fit"):
            call()


def test_bits_of_unknown_letters_only_are_refused():
    with pytest.raises(ValueError, match="No known letter"):
        MarkovChain(1).fit(["ACGT"]).bits_per_letter(["NNN"])
