"""String kernels against feature vectors that are written out by brute force."""

from collections import Counter
from itertools import combinations, product

from bioseq_course.alphabet import DNA, PROTEIN, Alphabet
from bioseq_course.kmers import kmer_profile, split_kmers
from bioseq_course.string_kernels import (
    gapped_substring_kernel,
    mismatch_kernel,
    shared_neighbours,
    spectrum_kernel,
)

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

ABC = Alphabet("ABC", name="three letters")
dna_lists = st.lists(st.text("ACGTN", min_size=1, max_size=14), min_size=1, max_size=4)
short_texts = st.lists(st.text("abc", min_size=1, max_size=8), min_size=1, max_size=4)
decays = st.floats(0.1, 1.0)


def inner_products(left, right):
    return np.array([[sum(x[w] * y[w] for w in x) for y in right] for x in left], dtype=float)


def spectrum_features(sequence, k):
    return Counter(word for word in split_kmers(sequence, k) if "N" not in word)


def mismatch_features(sequence, k, mismatches, symbols="ACGT"):
    """Every word of the language is compared with every word of the sequence."""
    language = ["".join(letters) for letters in product(symbols, repeat=k)]
    words = [word for word in split_kmers(sequence, k) if set(word) <= set(symbols)]
    return Counter(
        near
        for word in words
        for near in language
        if sum(a != b for a, b in zip(word, near, strict=True)) <= mismatches
    )


def gapped_features(sequence, k, decay):
    features = Counter()
    for places in combinations(range(len(sequence)), k):
        word = "".join(sequence[place] for place in places)
        features[word] += decay ** (places[-1] - places[0] + 1)
    return features


def test_spectrum_by_hand():
    # GATTACA: GA AT TT TA AC CA, once each. TTATT: TT twice, TA, AT once. TT 1*2 + TA 1 + AT 1 = 4
    assert spectrum_kernel(["GATTACA"], ["TTATT"], k=2).tolist() == [[4.0]]
    # lengths of the vectors: sqrt(6) and sqrt(2*2 + 1 + 1) = sqrt(6)
    np.testing.assert_allclose(
        spectrum_kernel(["GATTACA"], ["TTATT"], k=2, normalize=True), [[4 / 6]]
    )


def test_mismatch_by_hand():
    # AC and AC: itself and 2 * 3 changed words. AC and TG differ twice: only AG and TC are near.
    kernel = mismatch_kernel(["AC"], ["AC", "AG", "TG"], k=2, mismatches=1)
    assert kernel.tolist() == [[7.0, 4.0, 2.0]]


def test_gapped_by_hand():
    # Lodhi et al. (2002): cat and car share ca, once in each: decay^2 * decay^2.
    # cat with itself: ca and at are runs (decay^4 each), c-t spans three letters (decay^6).
    decay = 0.7
    kernel = gapped_substring_kernel(["cat"], ["car", "cat", "bar"], k=2, decay=decay)
    np.testing.assert_allclose(kernel, [[decay**4, 2 * decay**4 + decay**6, 0]])
    normal = gapped_substring_kernel(["cat"], ["car"], k=2, decay=decay, normalize=True)
    np.testing.assert_allclose(normal, [[1 / (2 + decay**2)]])


def test_gapped_counts_every_way_to_pick():
    # aab holds a-b twice: a.b (span 3) and ab (span 2), together 1/8 + 1/4; ab holds it once: 1/4.
    kernel = gapped_substring_kernel(["aab"], ["ab"], k=2, decay=0.5)
    np.testing.assert_allclose(kernel, [[(1 / 8 + 1 / 4) * 1 / 4]])


@given(dna_lists, dna_lists, st.integers(1, 4))
def test_spectrum_is_the_product_of_counts(left, right, k):
    expected = inner_products(*([spectrum_features(x, k) for x in side] for side in (left, right)))
    np.testing.assert_array_equal(spectrum_kernel(left, right, k=k), expected)


@pytest.mark.parametrize(("k", "mismatches"), [(1, 0), (2, 1), (3, 1), (3, 2), (4, 2), (4, 3)])
@given(left=dna_lists, right=dna_lists)
def test_mismatch_is_the_product_of_neighbour_counts(left, right, k, mismatches):
    expected = inner_products(
        *([mismatch_features(x, k, mismatches) for x in side] for side in (left, right))
    )
    found = mismatch_kernel(left, right, k=k, mismatches=mismatches)
    np.testing.assert_allclose(found, expected, atol=1e-8)


@given(short_texts, short_texts, st.integers(1, 4), decays)
def test_gapped_is_the_product_over_all_picks(left, right, k, decay):
    expected = inner_products(
        *([gapped_features(x, k, decay) for x in side] for side in (left, right))
    )
    found = gapped_substring_kernel(left, right, k=k, decay=decay)
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(("k", "mismatches"), [(2, 1), (3, 1), (4, 1)])
@pytest.mark.parametrize("num_letters", [3, 20])  # with three letters many words differ in one
def test_mismatch_agrees_with_the_profile_of_proteins(k, mismatches, num_letters):
    letters = np.array(list(PROTEIN.symbols))
    rng = np.random.default_rng(3)
    proteins = ["".join(letters[rng.integers(num_letters, size=size)]) for size in (2, 30, 90)]
    profile = kmer_profile(proteins, k, alphabet=PROTEIN, mismatches=mismatches, sparse=False)
    found = mismatch_kernel(proteins, k=k, mismatches=mismatches, alphabet=PROTEIN)
    np.testing.assert_allclose(found, profile @ profile.T)


def kernels():
    yield "spectrum", lambda x, y=None, **o: spectrum_kernel(x, y, k=2, alphabet=ABC, **o)
    yield (
        "mismatch",
        lambda x, y=None, **o: mismatch_kernel(x, y, k=3, mismatches=1, alphabet=ABC, **o),
    )
    yield "gapped", lambda x, y=None, **o: gapped_substring_kernel(x, y, k=2, decay=0.6, **o)


every_kernel = pytest.mark.parametrize("kernel", [k for _, k in kernels()], ids=dict(kernels()))
abc_lists = st.lists(st.text("ABC", min_size=1, max_size=12), min_size=1, max_size=6)


@every_kernel
@given(texts=abc_lists, normalize=st.booleans())
def test_one_list_gives_a_symmetric_positive_semidefinite_matrix(kernel, texts, normalize):
    gram = kernel(texts, normalize=normalize)
    assert gram.dtype == np.float64 and gram.shape == (len(texts), len(texts))
    np.testing.assert_allclose(gram, gram.T, atol=1e-12)
    scale = max(1.0, np.abs(gram).max())
    assert np.linalg.eigvalsh(gram).min() >= -1e-8 * scale
    np.testing.assert_allclose(gram, kernel(texts, texts, normalize=normalize))


@every_kernel
@given(left=abc_lists, right=abc_lists)
def test_normalized_is_the_cosine(kernel, left, right):
    lengths = [np.sqrt(np.diag(kernel(side))) for side in (left, right)]
    cosine = kernel(left, right) / np.maximum(np.outer(*lengths), 1e-300)
    np.testing.assert_allclose(kernel(left, right, normalize=True), cosine, atol=1e-9)


@every_kernel
def test_a_sequence_without_words_gives_zeros(kernel):
    gram = kernel(["A", "ABCABC"], normalize=True)
    np.testing.assert_allclose(gram, [[0, 0], [0, 1]], atol=1e-12)


@pytest.mark.parametrize("num_symbols", [2, 3, 4])
def test_shared_neighbours_against_counting(num_symbols):
    k, symbols = 4, range(num_symbols)
    words = list(product(symbols, repeat=k))
    first = (0,) * k
    for distance, mismatches in product(range(k + 1), range(k)):
        second = (1,) * distance + (0,) * (k - distance)
        near = sum(
            all(
                sum(a != b for a, b in zip(word, end, strict=True)) <= mismatches
                for end in (first, second)
            )
            for word in words
        )
        assert shared_neighbours(distance, k, mismatches, num_symbols) == near


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: spectrum_kernel("ACGT", k=2), r"pass \[sequence\]"),
        (lambda: spectrum_kernel(["ACGT"], k=0), "k must be a whole number of at least 1"),
        (lambda: mismatch_kernel(["ACGT"], k=2, mismatches=2), "from 0 to k - 1 = 1"),
        (lambda: mismatch_kernel(["ACGT"], k=2, mismatches=-1), "from 0 to k - 1 = 1"),
        (lambda: mismatch_kernel(["ACGT"], k=2, mismatches=0.5), "Received: 0.5"),
        (lambda: mismatch_kernel(["ACGT"], k=2, mismatches=True), "Received: True"),
        (lambda: mismatch_kernel(["ACGT"], ["acgt"], k=2, mismatches=1), "lower"),
        (lambda: gapped_substring_kernel("cat", k=2), r"pass \[sequence\]"),
        (lambda: gapped_substring_kernel(["cat", ""], k=2), "Sequence 2 .* is empty"),
        (lambda: gapped_substring_kernel(["cat"], k=1.5), "k must be a whole number"),
        (lambda: gapped_substring_kernel(["cat"], k=2, decay=0), "decay must be a number above 0"),
        (lambda: gapped_substring_kernel(["cat"], k=2, decay=1.1), "at most 1"),
        (lambda: gapped_substring_kernel(["cat"], k=2, decay=float("nan")), "Received: nan"),
        (lambda: gapped_substring_kernel(["cat"], k=2, decay="half"), "Received: 'half'"),
    ],
)
def test_messages_say_what_was_expected(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_lists_may_be_empty_and_generators_are_read_once():
    assert gapped_substring_kernel([], ["cat"], k=2).shape == (0, 1)
    assert spectrum_kernel([], k=2).shape == (0, 0)
    assert spectrum_kernel((x for x in ["ACA"]), k=2).tolist() == [[2.0]]


def test_more_letters_than_symbols_are_counted_exactly():
    sequence = "A" * 5000  # 4,997 equal words: the square passes what float32 counts exactly
    assert spectrum_kernel([sequence], k=4, alphabet=DNA)[0, 0] == 4997**2
