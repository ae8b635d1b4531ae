"""Pairs by hand, gradients against differences and TensorFlow-free rivals, gensim, the way back."""

from itertools import product

from bioseq_course.kmers import KmerVocabulary
from bioseq_course.word2vec import (
    cbow_loss,
    codon_sentences,
    draw_negatives,
    embedding_matrix,
    embedding_vectors,
    skip_gram_loss,
    train_word2vec,
    training_pairs,
    training_windows,
)

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

SENTENCES = st.lists(st.lists(st.integers(0, 6), max_size=8), max_size=4)


# Sentences


@pytest.mark.parametrize(
    ("frame", "expected"),
    [(0, ["ATG", "TAC"]), (1, ["TGG", "ACC"]), (2, ["TTA", "CCA"])],
)
def test_codons_of_each_frame(frame, expected):
    # frame 0: ATG GNT TAC (CA); 1: TGG NTT ACC (A); 2: GGN TTA CCA, of which TTA stays
    assert codon_sentences(["ATGGNTTACCA"], frame=frame) == [expected]


@given(st.lists(st.text("ACGTN", max_size=20), max_size=3), st.sampled_from([0, 1, 2]))
def test_codons_are_the_substrings_without_n(texts, frame):
    sentences = codon_sentences(texts, frame=frame)
    assert len(sentences) == len(texts)
    for text, sentence in zip(texts, sentences, strict=True):
        places = [i for i in range(len(text) - 2) if i % 3 == frame]
        assert sentence == [text[i : i + 3] for i in places if "N" not in text[i : i + 3]]


@pytest.mark.parametrize("frame", [3, -1, True, "0"])
def test_other_frames_are_refused(frame):
    with pytest.raises(ValueError, match="frame must be 0, 1 or 2"):
        codon_sentences(["ATG"], frame=frame)


def test_a_single_string_is_refused():
    with pytest.raises(ValueError, match=r"pass \[sequence\]"):
        codon_sentences("ATGGAA")


# Pairs and windows


def test_pairs_by_hand():
    # 1 sees 2 and 3; 2 sees 1, 3 and 4; and so on: 2 + 3 + 3 + 2 = 10 pairs, none across borders
    pairs = training_pairs([[1, 2, 3, 4], [5], [], [6, 7]], window=2)
    expected = [(1, 2), (1, 3), (2, 1), (2, 3), (2, 4), (3, 1), (3, 2), (3, 4), (4, 2), (4, 3)]
    assert list(map(tuple, pairs)) == [*expected, (6, 7), (7, 6)]


@given(SENTENCES, st.integers(1, 5))
def test_pairs_are_those_of_a_double_loop(sentences, window):
    expected = [
        (sentence[i], sentence[j])
        for sentence in sentences
        for i, j in product(range(len(sentence)), repeat=2)
        if 0 < abs(i - j) <= window
    ]
    pairs = training_pairs(sentences, window)
    assert pairs.shape == (len(expected), 2)
    assert list(map(tuple, pairs)) == expected


def test_windows_keep_their_places():
    contexts, centres = training_windows([[1, 2, 3]], window=2)
    assert contexts.tolist() == [[-1, -1, 2, 3], [-1, 1, 3, -1], [1, 2, -1, -1]]
    assert centres.tolist() == [1, 2, 3]


@pytest.mark.parametrize("sentence", [["ATG"], [0.5], [-1], [[1]]])
def test_sentences_of_something_else_are_refused(sentence):
    with pytest.raises(ValueError, match=r"Sentence 2 \(counting from 1\) must be a list of whole"):
        training_pairs([[1, 2], sentence], 1)


@pytest.mark.parametrize("window", [0, 1.5, True])
def test_windows_of_no_word_are_refused(window):
    with pytest.raises(ValueError, match="window must be a whole number"):
        training_pairs([[1, 2]], window)


# Negatives


def test_negatives_follow_counts_to_three_quarters():
    # 16^0.75 = 8 and 1^0.75 = 1: 8/9 of the draws, with a standard error of sqrt(8/81/90000) = .001
    draws = draw_negatives(np.array([16, 0, 1]), 90_000)
    assert abs(np.mean(draws == 0) - 8 / 9) < 0.005
    assert not (draws == 1).any()
    even = draw_negatives(np.array([16, 0, 1]), (300, 300), power=0)
    assert even.shape == (300, 300)
    assert abs(np.mean(even == 0) - 1 / 2) < 0.01


@pytest.mark.parametrize("counts", [[0, 0], [-1, 2], [], [[1]]])
def test_counts_without_a_word_are_refused(counts):
    with pytest.raises(ValueError, match="counts must be one number"):
        draw_negatives(np.array(counts), 3)


# Losses


def slopes(fn, matrix, step=1e-5):
    """Central differences of a scalar function in each entry of a matrix."""
    result = np.zeros_like(matrix)
    for place in np.ndindex(matrix.shape):
        up, down = matrix.copy(), matrix.copy()
        up[place] += step
        down[place] -= step
        result[place] = (fn(up) - fn(down)) / (2 * step)
    return result


def relative_error(left, right):
    return np.linalg.norm(left - right) / np.linalg.norm(left + right)


@pytest.fixture
def matrices():
    return np.random.default_rng(3).normal(size=(2, 7, 4))


PAIRS = np.array([[0, 1], [0, 1], [0, 6], [3, 3], [6, 2]])
CONTEXTS = np.array([[1, 2, -1], [1, 1, 5], [-1, -1, 6]])
CENTRES = np.array([0, 4, 4])


def test_skip_gram_gradients(matrices):
    W_in, W_out = matrices
    _, dW_in, dW_out = skip_gram_loss(PAIRS, W_in, W_out)
    assert relative_error(dW_in, slopes(lambda W: skip_gram_loss(PAIRS, W, W_out)[0], W_in)) < 1e-6
    assert relative_error(dW_out, slopes(lambda W: skip_gram_loss(PAIRS, W_in, W)[0], W_out)) < 1e-6
    assert not dW_in[[1, 2, 4, 5]].any()  # never a centre


def test_cbow_gradients(matrices):
    W_in, W_out = matrices
    args = CONTEXTS, CENTRES
    _, dW_in, dW_out = cbow_loss(*args, W_in, W_out)
    assert relative_error(dW_in, slopes(lambda W: cbow_loss(*args, W, W_out)[0], W_in)) < 1e-6
    assert relative_error(dW_out, slopes(lambda W: cbow_loss(*args, W_in, W)[0], W_out)) < 1e-6
    assert not dW_in[[0, 3, 4]].any()  # never in a context


def test_skip_gram_loss_pair_by_pair(matrices):
    W_in, W_out = matrices
    losses = []
    for centre, context in PAIRS:
        scores = [float(np.dot(W_in[centre], row)) for row in W_out]
        losses.append(np.log(sum(np.exp(scores))) - scores[context])
    assert skip_gram_loss(PAIRS, W_in, W_out)[0] == pytest.approx(np.mean(losses), rel=1e-12)


def test_cbow_of_one_word_is_skip_gram_turned_round(matrices):
    pairs = PAIRS[:, ::-1]
    expected = skip_gram_loss(PAIRS, *matrices)
    got = cbow_loss(pairs[:, 1:], pairs[:, 0], *matrices)
    for left, right in zip(got, expected, strict=True):
        np.testing.assert_allclose(left, right, atol=1e-12)


def test_cbow_averages_its_context():
    # vectors 1 and 3 average to 2; scores 2 and 4: P = (e^-2, 1) / (1 + e^-2), P_0 = 0.1192
    W_in, W_out = np.array([[1.0], [3.0]]), np.array([[1.0], [2.0]])
    loss, dW_in, dW_out = cbow_loss(np.array([[0, 1]]), np.array([1]), W_in, W_out)
    assert loss == pytest.approx(np.log(1 + np.exp(-2)))
    miss = np.exp(-2) / (1 + np.exp(-2))
    # slope of the mean: miss * 1 + (P_1 - 1) * 2 = -miss; half of it to each word
    np.testing.assert_allclose(dW_in, [[-miss / 2], [-miss / 2]])
    np.testing.assert_allclose(dW_out, [[2 * miss], [-2 * miss]])


def test_large_scores_do_not_overflow():
    loss, *gradients = skip_gram_loss(np.array([[0, 1]]), np.full((2, 1), 40.0), [[40.0], [-40.0]])
    assert loss == pytest.approx(3200)
    assert all(np.isfinite(gradient).all() for gradient in gradients)


def test_descent_learns_who_stands_beside_whom():
    # words 0 and 1 always follow each other, and 2 and 3: the best loss is 0, chance log 4
    pairs = np.array([[0, 1], [1, 0], [2, 3], [3, 2]])
    W_in, W_out = np.random.default_rng(0).normal(scale=0.1, size=(2, 4, 3))
    for _ in range(400):
        loss, dW_in, dW_out = skip_gram_loss(pairs, W_in, W_out)
        W_in, W_out = W_in - 2 * dW_in, W_out - 2 * dW_out
    assert loss < 0.05
    assert (W_in @ W_out.T).argmax(axis=1).tolist() == [1, 0, 3, 2]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda W: skip_gram_loss([[0, 7]], W, W), "0 to 7, expected 0 to 6"),
        (lambda W: skip_gram_loss([[-1, 0]], W, W), "-1 to 0, expected 0 to 6"),
        (lambda W: skip_gram_loss([0, 1], W, W), r"shape \(any, 2\)"),
        (lambda W: skip_gram_loss([[0.0, 1.0]], W, W), "float64"),
        (lambda W: skip_gram_loss([[0, 1]], W, W[:5]), "must both have shape"),
        (lambda W: cbow_loss([[-1, -1]], [0], W, W), "Window 1 .* has no word"),
        (lambda W: cbow_loss([[0, 1]], [0, 1], W, W), r"centres must be .* shape \(1\)"),
    ],
)
def test_losses_refuse_what_does_not_fit(call, message):
    with pytest.raises(ValueError, match=message):
        call(np.ones((7, 4)))


# gensim


def toy_sentences():
    """Two topics of four words: words of one topic stand together, those of the other never."""
    rng = np.random.default_rng(0)
    topics = [list("abcd"), list("wxyz")]
    return [list(rng.choice(topics[i % 2], size=20)) for i in range(200)]


@pytest.mark.parametrize("skip_gram", [True, False])
def test_gensim_finds_planted_topics(skip_gram):
    vectors = train_word2vec(toy_sentences(), dim=8, skip_gram=skip_gram, epochs=20, sample=0)
    for word in "abcd":
        friends = {name for name, _ in vectors.most_similar(word, topn=3)}
        assert friends == set("abcd") - {word}


def test_skip_gram_and_cbow_are_two_models():
    first, second = (
        train_word2vec(toy_sentences(), dim=4, epochs=1, skip_gram=flag) for flag in (True, False)
    )
    assert not np.array_equal(first["a"], second["a"])


def test_the_same_seed_gives_the_same_vectors():
    first, again, other = (
        train_word2vec(toy_sentences(), dim=4, epochs=1, seed=seed) for seed in (1, 1, 2)
    )
    assert np.array_equal(first["a"], again["a"])
    assert not np.array_equal(first["a"], other["a"])


def test_rare_words_get_no_vector():
    vectors = train_word2vec([["a", "b", "a"]], dim=2, min_count=2, epochs=1)
    assert vectors.index_to_key == ["a"]


@pytest.mark.parametrize(
    ("sentences", "options", "message"),
    [
        (["ATG", "GAA"], {}, "Sentence 1 .* list of words"),
        ([["ATG"], [3]], {}, "Sentence 2 .* list of words"),
        ([["ATG", "GAA"]], {"min_count": 2}, "No word occurs min_count=2 times"),
        ([], {}, "No word occurs"),
        ([["ATG"]], {"dim": 0}, "dim must be a whole number"),
        ([["ATG"]], {"epochs": 0}, "epochs must be a whole number"),
    ],
)
def test_gensim_is_not_asked_for_the_impossible(sentences, options, message):
    with pytest.raises(ValueError, match=message):
        train_word2vec(sentences, **options)


# Into an embedding layer and back


def test_round_trip_through_the_matrix():
    vectors = train_word2vec(toy_sentences(), dim=4, epochs=1)
    vocabulary = sorted(vectors.index_to_key)
    matrix, unseen = embedding_matrix(vocabulary, vectors)
    assert unseen == () and matrix.shape == (10, 4) and not matrix[0].any()
    back = embedding_vectors(vocabulary, matrix)
    assert back.index_to_key == vocabulary
    assert all(np.array_equal(back[word], vectors[word]) for word in vocabulary)


def test_rows_follow_the_numbers_of_the_vocabulary():
    vectors = {codon: np.array([number]) for number, codon in enumerate(KmerVocabulary(3))}
    matrix, _ = embedding_matrix(KmerVocabulary(3), vectors)
    assert matrix[1 + KmerVocabulary(3).index("GAA"), 0] == 32  # GAA = 2 * 16 + 0 * 4 + 0


@pytest.mark.parametrize(("unseen", "expected"), [("mean", [2, 1]), ("zero", [0, 0])])
def test_unseen_words_are_filled_in_and_reported(unseen, expected):
    given_vectors = {"A": [1.0, 0.0], "G": [3.0, 2.0], "other": [99.0, 99.0]}
    matrix, missing = embedding_matrix(["A", "C", "G"], given_vectors, unseen=unseen)
    assert missing == ("C",)
    assert matrix[2].tolist() == matrix[4].tolist() == expected


def test_random_fill_has_the_scale_of_the_known_vectors():
    rng = np.random.default_rng(0)
    words = [f"w{i}" for i in range(400)]
    known = {word: rng.normal(scale=3, size=50) for word in words[:200]}
    matrix, missing = embedding_matrix(words, known, unseen="random", seed=1)
    assert len(missing) == 200
    assert abs(matrix[201:401].std() / 3 - 1) < 0.05  # 10,000 draws: standard error 0.7 %
    again, other = (embedding_matrix(words, known, unseen="random", seed=s)[0] for s in (1, 2))
    assert np.array_equal(matrix, again) and not np.array_equal(matrix, other)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: embedding_matrix(["C"], {"A": [1.0]}), "None of the 1 words"),
        (lambda: embedding_matrix(["A", "A"], {"A": [1.0]}), "'A' is listed 2 times"),
        (lambda: embedding_matrix([], {"A": [1.0]}), "must be a list of words"),
        (lambda: embedding_matrix(["A"], {"A": [1.0]}, unseen="none"), "unseen must be one of"),
        (lambda: embedding_vectors(["A"], [[1.0], [2.0]]), "expected 3 rows"),
    ],
)
def test_matrix_errors(call, message):
    with pytest.raises(ValueError, match=message):
        call()
