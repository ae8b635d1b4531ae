"""Keras models against NumPy: the same numbers, the mask, one training step."""

from bioseq_course.kmers import kmer_indices, kmer_profile
from bioseq_course.models import embedding_classifier, skip_gram_model

import keras
import numpy as np
import pytest

K, D, C = 16, 3, 4  # words of two letters of DNA


def softmax(Z):
    powers = np.exp(Z - Z.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


@pytest.fixture
def sequences():
    rng = np.random.default_rng(0)
    return ["".join(rng.choice(list("ACGT"), size=n)) for n in (9, 30, 2, 17)]


@pytest.fixture
def weights():
    return np.random.default_rng(1).normal(size=(K + 2, D)).astype(np.float32)


def answers(model, indices):
    return keras.ops.convert_to_numpy(model(indices))


def test_embedding_and_mean_is_frequencies_times_matrix(sequences, weights):
    model = embedding_classifier(K, D, C, weights=weights)
    table, kernel, bias = (np.asarray(w) for w in model.get_weights())
    frequencies = kmer_profile(sequences, 2, normalize="frequency")  # (B, K)
    expected = softmax(frequencies @ table[1:-1] @ kernel + bias)
    np.testing.assert_allclose(answers(model, kmer_indices(sequences, 2)), expected, atol=1e-5)


def test_padding_does_not_change_the_answer(sequences):
    model = embedding_classifier(K, D, C)
    short, long = (kmer_indices(sequences, 2, length=length) for length in (30, 90))
    np.testing.assert_allclose(answers(model, short), answers(model, long), atol=1e-6)


def test_padding_learns_nothing(sequences, weights):
    weights[0] = 0
    model = embedding_classifier(K, D, C, weights=weights)
    model.compile(keras.optimizers.SGD(1.0), "sparse_categorical_crossentropy")
    model.fit(kmer_indices(sequences, 2, length=60), np.arange(4) % C, verbose=0)
    after = model.get_weights()[0]
    assert not after[0].any()
    assert not np.allclose(after[1:-1], weights[1:-1])


def test_unknown_words_count(weights):
    model = embedding_classifier(K, D, C, weights=weights)
    table, kernel, bias = model.get_weights()
    # AAN: AA is word 1, AN is unknown, row K + 1; their mean
    expected = softmax((table[[1]] + table[[K + 1]]) / 2 @ kernel + bias)
    np.testing.assert_allclose(answers(model, kmer_indices(["AAN"], 2)), expected, atol=1e-6)


def test_frozen_vectors_stay(sequences, weights):
    model = embedding_classifier(K, D, C, weights=weights, trainable=False)
    model.compile(keras.optimizers.SGD(1.0), "sparse_categorical_crossentropy")
    before = model.get_weights()
    model.fit(kmer_indices(sequences, 2), np.arange(4) % C, verbose=0)
    after = model.get_weights()
    assert np.array_equal(after[0], weights)
    assert not np.allclose(after[1], before[1])


def test_seed_decides_the_first_weights():
    first, again, other = (embedding_classifier(K, D, C, seed=s).get_weights() for s in (1, 1, 2))
    assert all(map(np.array_equal, first, again))
    assert not np.array_equal(first[0], other[0])


def test_number_of_parameters():
    # (1024 + 2) * 64 = 65,664; 64 * 10 + 10 = 650
    assert embedding_classifier(4**5, 64, 10).count_params() == 65_664 + 650


def test_weights_of_another_shape_are_refused(weights):
    with pytest.raises(ValueError, match=r"weights must have shape \(18, 3\)"):
        embedding_classifier(K, D, C, weights=weights[:-1])


@pytest.mark.parametrize("sizes", [(0, 3, 4), (16, 0, 4), (16, 3, 1.5)])
def test_sizes_are_checked(sizes):
    with pytest.raises(ValueError, match="must be a whole number"):
        embedding_classifier(*sizes)


# Skip-gram


def test_skip_gram_scores_are_scalar_products():
    model = skip_gram_model(5, 3)
    W_in, W_out = np.random.default_rng(2).normal(size=(2, 5, 3))
    model.get_layer("centre").set_weights([W_in])
    model.get_layer("context").set_weights([W_out])
    scores = keras.ops.convert_to_numpy(model([np.array([[4], [0]]), np.array([[1, 2], [3, 3]])]))
    expected = [[W_in[4] @ W_out[1], W_in[4] @ W_out[2]], [W_in[0] @ W_out[3]] * 2]
    np.testing.assert_allclose(scores, expected, atol=1e-5)


def test_one_step_of_negative_sampling_by_hand():
    model = skip_gram_model(5, 3)
    W_in, W_out = np.random.default_rng(2).normal(size=(2, 5, 3))
    model.get_layer("centre").set_weights([W_in])
    model.get_layer("context").set_weights([W_out])
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    model.compile(keras.optimizers.SGD(0.5), loss)
    words, labels = np.array([[1, 2, 3]]), np.array([[1.0, 0.0, 0.0]])
    value = model.train_on_batch([np.array([[4]]), words], labels)
    chance = 1 / (1 + np.exp(-W_out[words[0]] @ W_in[4]))  # (3,)
    truth = -np.mean([np.log(chance[0]), *np.log(1 - chance[1:])])
    assert float(value) == pytest.approx(truth, abs=1e-5)
    error = (chance - labels[0]) / 3  # slope of the mean over three words
    expected_in, expected_out = W_in.copy(), W_out.copy()
    expected_in[4] -= 0.5 * error @ W_out[words[0]]
    expected_out[words[0]] -= 0.5 * error[:, None] * W_in[4]
    np.testing.assert_allclose(model.get_layer("centre").get_weights()[0], expected_in, atol=1e-5)
    np.testing.assert_allclose(model.get_layer("context").get_weights()[0], expected_out, atol=1e-5)


def test_contexts_begin_at_zero_and_centres_small():
    model = skip_gram_model(50, 4, seed=3)
    centre = model.get_layer("centre").get_weights()[0]
    assert not model.get_layer("context").get_weights()[0].any()
    assert 0.1 < np.abs(centre).max() <= 0.125 < 1  # within ± 0.5 / 4
    with pytest.raises(ValueError, match="dim must be"):
        skip_gram_model(5, 0)
