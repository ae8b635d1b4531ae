"""Exercises of unit 03 against independent truth: Keras, SciPy, scikit-learn, brute force."""

import itertools
from collections import Counter

from bioseq_course import word2vec
from bioseq_course.exercises import find_exercise, verdict
from bioseq_course.exercises import kmer_embeddings as answers
from bioseq_course.genetic_code import nearest_synonymous_share, synonymous_pairs
from bioseq_course.kmers import KmerVocabulary, kmer_indices, kmer_profile

import numpy as np
import pytest
import scipy.special
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics.pairwise import cosine_similarity

seeds = st.integers(0, 2**32 - 1)


def test_at_most_four_must_and_each_name_once():
    assert sum(exercise.level == "must" for exercise in answers.EXERCISES) <= 4
    assert len({exercise.name for exercise in answers.EXERCISES}) == len(answers.EXERCISES) >= 7


@given(st.lists(st.lists(st.integers(0, 5), max_size=7), min_size=1, max_size=4), st.integers(1, 8))
def test_context_pairs_are_the_packages(numbers, window):
    words = [[str(number) for number in sentence] for sentence in numbers]
    theirs = Counter((str(a), str(b)) for a, b in word2vec.training_pairs(numbers, window).tolist())
    assert Counter(answers.context_pairs(words, window)) == theirs


@given(seeds, st.sampled_from((0.1, 1.0, 100.0)))
def test_skip_gram_probabilities_are_scipys_softmax(number, scale):
    W_in, W_out = np.random.default_rng(number).normal(scale=scale, size=(2, 7, 3))
    theirs = scipy.special.softmax(W_in @ W_out.T, axis=1)
    ours = [answers.skip_gram_probabilities(centre, W_in, W_out) for centre in range(7)]
    np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-300)


def test_skip_gram_probabilities_give_the_packages_loss():
    W_in, W_out = np.random.default_rng(1).normal(size=(2, 5, 3))
    pairs = [(0, 1), (4, 4), (2, 0)]
    ours = [-np.log(answers.skip_gram_probabilities(c, W_in, W_out)[o]) for c, o in pairs]
    assert np.mean(ours) == pytest.approx(word2vec.skip_gram_loss(pairs, W_in, W_out)[0])


def test_negative_probabilities_are_how_often_the_package_draws():
    # Without the true context the package's draws follow the same shares.
    counts = np.array([81, 16, 1, 0, 7])
    drawn = word2vec.draw_negatives(counts, 100_000, seed=0)
    shares = np.bincount(drawn[drawn != 4], minlength=5) / (drawn != 4).sum()
    # 27, 8 and 1 of 36
    np.testing.assert_allclose(shares, np.array([27, 8, 1, 0, 0]) / 36, atol=0.01)
    np.testing.assert_allclose(
        answers.negative_probabilities(counts, 4, 0.75), np.array([27, 8, 1, 0, 0]) / 36
    )


@given(seeds, st.sampled_from((0.0, 0.5, 0.75, 1.0)))
def test_negative_probabilities_add_to_one_and_skip_what_is_forbidden(number, power):
    counts = np.random.default_rng(number).integers(0, 4, size=6)
    counts[:2] = 3, 1
    shares = answers.negative_probabilities(counts, 5, power)
    assert shares.sum() == pytest.approx(1)
    assert shares[5] == 0 and not shares[counts == 0].any()
    assert shares[0] / shares[1] == pytest.approx(3**power)


@given(seeds)
def test_cosine_similarities_are_scikit_learns(number):
    vectors = np.random.default_rng(number).normal(size=(5, 3))
    vectors[2] = 0
    theirs = cosine_similarity(vectors)
    np.testing.assert_allclose(answers.cosine_similarities(vectors), theirs, atol=1e-12)


@given(seeds)
def test_synonymous_neighbours_are_the_packages(number):
    from bioseq_course.alphabet import translate
    from bioseq_course.genetic_code import SENSE_CODONS

    amino_acids = translate("".join(SENSE_CODONS))
    similarity = np.random.default_rng(number).normal(size=(61, 61)) + synonymous_pairs()[0]
    theirs = nearest_synonymous_share(similarity)
    assert answers.synonymous_neighbours(similarity, amino_acids) == pytest.approx(theirs)


@given(seeds, st.integers(1, 3))
def test_embedding_rows_are_the_packages_whatever_the_order_of_the_dictionary(number, k):
    rng = np.random.default_rng(number)
    words = rng.permutation(list(KmerVocabulary(k)))[: rng.integers(1, 4**k + 1)].tolist()
    vectors = {word: rng.normal(size=2) for word in words}
    theirs = word2vec.embedding_matrix(KmerVocabulary(k), vectors).matrix
    np.testing.assert_allclose(answers.embedding_rows(k, vectors, 2), theirs, atol=1e-5)


def test_embedding_rows_lead_from_a_number_to_the_words_own_vector():
    vectors = {word: np.array([float(n)]) for n, word in enumerate(KmerVocabulary(2))}
    matrix = answers.embedding_rows(2, vectors, 1)
    for word, vector in vectors.items():
        assert matrix[kmer_indices([word], 2)[0, 0]] == vector


def test_masked_mean_is_keras_pooling_under_its_mask():
    keras = pytest.importorskip("keras")
    rng = np.random.default_rng(0)
    indices = rng.integers(1, 6, size=(3, 5)) * (np.arange(5) < np.array([[5], [2], [1]]))
    matrix = rng.normal(size=(6, 4)).astype("float32")
    layer = keras.layers.Embedding(6, 4, mask_zero=True)
    layer.build((None, None))
    layer.set_weights([matrix])
    theirs = keras.layers.GlobalAveragePooling1D()(layer(indices), mask=indices != 0)
    np.testing.assert_allclose(answers.masked_mean(indices, matrix), theirs, atol=1e-5)


@given(st.lists(st.text("ACGT", max_size=9).map(lambda s: s + "A"), min_size=1, max_size=4))
def test_looking_up_and_multiplying_agree(sequences):
    matrix = np.random.default_rng(2).normal(size=(18, 3))
    looked_up = answers.masked_mean(kmer_indices(sequences, 2), matrix)
    multiplied = answers.profile_vectors(kmer_profile(sequences, 2), matrix)
    np.testing.assert_allclose(looked_up, multiplied, atol=1e-6)


@given(seeds, st.lists(st.integers(0, 5), min_size=1, max_size=6), st.integers(0, 5))
def test_cbow_gradient_is_the_packages(number, contexts, centre):
    W_in, W_out = np.random.default_rng(number).normal(size=(2, 6, 3))
    _, dW_in, dW_out = word2vec.cbow_loss([contexts], [centre], W_in, W_out)
    ours = answers.cbow_gradient(contexts, centre, W_in, W_out)
    np.testing.assert_allclose(ours, (dW_in, dW_out), atol=1e-12)


def pairs_by_slices(sentences, window):
    """Forgets that a slice may begin before the sentence."""
    found = []
    for sentence in sentences:
        for i, centre in enumerate(sentence):
            found += [(centre, word) for word in sentence[i - window : i]]
            found += [(centre, word) for word in sentence[i + 1 : i + window + 1]]
    return found


def pairs_by_negative_places(sentences, window):
    """Begins before the first place, where Python counts from the end."""
    return [
        (words[i], words[j])
        for words in sentences
        for i in range(len(words))
        for j in range(i - window, i + window + 1)
        if j != i and j < len(words)
    ]


def context_taken_out_last(counts, context, power):
    shares = counts**power / (counts**power).sum()
    shares[context] = 0
    return shares


def nearest_below_a_diagonal_of_minus_one(similarities, amino_acids):
    lowered = similarities - np.diag(np.diag(similarities) + 1)
    hits = [
        amino_acids[place] == letter
        for letter, place in zip(amino_acids, lowered.argmax(axis=1), strict=True)
        if amino_acids.count(letter) > 1
    ]
    return np.mean(hits)


def cosine_with_a_small_number(vectors):
    directions = vectors / (np.linalg.norm(vectors, axis=1)[:, None] + 1e-8)
    return np.inner(directions, directions)


def rows_filled_with_the_mean_of_the_matrix(k, vectors, dim):
    words = sorted("".join(letters) for letters in itertools.product("ACGT", repeat=k))
    zero = np.zeros(dim)
    matrix = np.array([zero, *(vectors.get(word, zero) for word in words), zero])
    missing = [row for row, word in enumerate(words, start=1) if word not in vectors]
    matrix[[*missing, -1]] = matrix.mean(axis=0)
    return matrix


def mean_of_rows_before(indices, matrix):
    sums = [sum(matrix[i - 1] for i in row if i) for row in indices]
    return [s / max(np.count_nonzero(row), 1) + np.zeros(matrix.shape[1])
            for s, row in zip(sums, indices, strict=True)]  # fmt: skip


def context_as_a_set(contexts, centre, W_in, W_out):
    return answers.cbow_gradient(list(dict.fromkeys(contexts)), centre, W_in, W_out)


def cosine_by_loops(vectors):
    return [[np.dot(a, b) / (np.linalg.norm(a) * np.linalg.norm(b)) for b in vectors]
            for a in vectors]  # fmt: skip


def rows_from_zero(k, vectors, dim):
    words = sorted("".join(letters) for letters in itertools.product("ACGT", repeat=k))
    mean = np.mean(list(vectors.values()), axis=0)
    return np.array([vectors.get(word, mean) for word in words] + [mean, mean])


def softmax_shifted_by_mean(centre, W_in, W_out):
    scores = W_out.dot(W_in[centre])
    scores = scores - np.mean(scores)
    return np.exp(scores) / np.exp(scores).sum()


def add_once(contexts, centre, W_in, W_out):
    dW_in, dW_out = answers.cbow_gradient(contexts, centre, W_in, W_out)
    hidden = W_in[contexts].mean(axis=0)
    error = scipy.special.softmax(W_out @ hidden)
    error[centre] -= 1
    dW_in = np.zeros_like(W_in)
    dW_in[contexts] += error @ W_out / len(contexts)
    return dW_in, dW_out


@pytest.mark.parametrize(
    ("name", "function", "remark"),
    [
        ("context_pairs", pairs_by_slices, "lost their left neighbours"),
        ("context_pairs", lambda s, w: set(answers.context_pairs(s, w)), "listed once"),
        ("skip_gram_probabilities", softmax_shifted_by_mean, "Subtract the largest"),
        ("context_pairs", pairs_by_negative_places, "the left one is not"),
        ("negative_probabilities", lambda n, c, p: n**p / (n**p).sum(), "Every word can be drawn"),
        ("negative_probabilities", context_taken_out_last, "You divided first"),
        ("cosine_similarities", cosine_with_a_small_number, "added to the lengths"),
        ("synonymous_neighbours", nearest_below_a_diagonal_of_minus_one, "enough for cosines only"),
        ("embedding_rows", rows_filled_with_the_mean_of_the_matrix, "all rows of the matrix"),
        ("masked_mean", mean_of_rows_before, "row i - 1"),
        ("cbow_gradient", context_as_a_set, "averaged once"),
        ("cosine_similarities", cosine_by_loops, "nan spoils"),
        ("cosine_similarities", lambda v: np.inner(v, v), "scalar products"),
        ("synonymous_neighbours", lambda s, a: 1.0, None),
        ("embedding_rows", rows_from_zero, "row 0"),
        ("masked_mean", lambda i, m: m[i].mean(1), "as if it were a word"),
        ("profile_vectors", lambda c, m: c @ m[1:-1], "This is the sum"),
        ("cbow_gradient", add_once, "named twice"),
    ],
)
def test_a_mistake_written_another_way_gets_its_remark(name, function, remark):
    right, text = verdict(find_exercise(name), function)
    assert not right
    assert remark is None or remark in text.partition("  remark    ")[2]


def shuffled_pairs(sentences, window):
    return list(map(list, reversed(answers.context_pairs(sentences, window))))


@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("context_pairs", shuffled_pairs),
        ("context_pairs", lambda s, w: np.array(answers.context_pairs(s, w))),
        ("skip_gram_probabilities", lambda *a: answers.skip_gram_probabilities(*a).tolist()),
        ("cosine_similarities", lambda v: cosine_similarity(v)),
        ("masked_mean", lambda *a: list(answers.masked_mean(*a))),
        ("masked_mean", lambda *a: answers.masked_mean(*a).astype("float32")),
        ("skip_gram_probabilities", lambda c, V, W: scipy.special.softmax(W @ V[c])),
        ("synonymous_neighbours", lambda *a: np.float32(answers.synonymous_neighbours(*a))),
        ("embedding_rows", lambda k, v, d: word2vec.embedding_matrix(KmerVocabulary(k), v).matrix),
        ("negative_probabilities", lambda *a: answers.negative_probabilities(*a).tolist()),
        ("cbow_gradient", lambda *a: [g.tolist() for g in answers.cbow_gradient(*a)]),
    ],
)
def test_lists_and_arrays_are_accepted_alike(name, function):
    right, text = verdict(find_exercise(name), function)
    assert right, text


def fill_diagonal_in_place(similarities, amino_acids):
    share = answers.synonymous_neighbours(similarities, amino_acids)
    np.fill_diagonal(similarities, -np.inf)
    return share


def draw_in_place(counts, context, power):
    shares = answers.negative_probabilities(counts, context, power)
    counts[context] = 0
    return shares


def clear_padding_in_place(indices, matrix):
    matrix[0] = 0
    return answers.masked_mean(indices, matrix)


def learn_missing_words(k, vectors, dim):
    rows = answers.embedding_rows(k, vectors, dim)
    for word, row in zip(KmerVocabulary(k), rows[1:], strict=False):
        vectors.setdefault(word, row)
    return rows


@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("synonymous_neighbours", fill_diagonal_in_place),
        ("negative_probabilities", draw_in_place),
        ("masked_mean", clear_padding_in_place),
        ("embedding_rows", learn_missing_words),
    ],
)
def test_right_values_from_a_function_that_changes_its_arguments_are_refused(name, function):
    right, text = verdict(find_exercise(name), function)
    assert not right
    assert "changed its argument" in text
