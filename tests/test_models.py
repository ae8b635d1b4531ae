"""Keras models against NumPy: the same numbers, the mask, one training step."""

from bioseq_course.alphabet import PROTEIN, reverse_complement
from bioseq_course.encode import one_hot_encode
from bioseq_course.kmers import kmer_indices, kmer_profile
from bioseq_course.models import (
    conv_cascade,
    embedding_classifier,
    motif_cnn,
    protein_cnn,
    receptive_field,
    skip_gram_model,
)
from bioseq_course.motifs import scan

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


# Filters along a sequence


def draw_texts(num_texts, length, letters="ACGT", seed=0):
    rng = np.random.default_rng(seed)
    return ["".join(rng.choice(list(letters), size=length)) for _ in range(num_texts)]


def randomize(model, scale=0.3):
    """Give every weight, biases too, a value that no test would hit by chance."""
    rng = np.random.default_rng(5)
    model.set_weights([rng.normal(scale=scale, size=w.shape) for w in model.get_weights()])
    return model


def part_of(model, layer):
    return keras.Model(model.input, model.get_layer(layer).output)


ACTIVATIONS = {"relu": lambda x: np.maximum(x, 0), "exponential": np.exp, "linear": lambda x: x}
POOLINGS = {
    "max": lambda x: x.max(axis=1),
    "mean": lambda x: x.mean(axis=1),
    "flatten": lambda x: x.reshape(len(x), -1),
    # 26 places, in sixes: the last two are dropped
    6: lambda x: x[:, :24].reshape(len(x), 4, 6, -1).max(axis=2).reshape(len(x), -1),
}


@pytest.mark.parametrize(
    ("activation", "pooling"),
    [("relu", "max"), ("exponential", "mean"), ("linear", "flatten"), ("relu", 6)],
)
def test_motif_cnn_is_patches_times_kernel(activation, pooling):
    model = randomize(motif_cnn(3, 5, length=30, activation=activation, pooling=pooling))
    kernel, bias, output, intercept = model.get_weights()
    encoded = one_hot_encode(draw_texts(7, 30))
    patches = np.stack([encoded[:, i : i + 5].reshape(7, 20) for i in range(26)], axis=1)
    found = ACTIVATIONS[activation](patches @ kernel.reshape(20, 3) + bias)  # (B, L', F)
    expected = 1 / (1 + np.exp(-(POOLINGS[pooling](found) @ output + intercept)))
    np.testing.assert_allclose(answers(part_of(model, "activation"), encoded), found, atol=1e-5)
    np.testing.assert_allclose(answers(model, encoded), expected, atol=1e-5)


@pytest.mark.parametrize("both_strands", [False, True])
def test_filter_set_to_a_matrix_scans(both_strands):
    matrices = np.random.default_rng(2).normal(size=(3, 8, 4))  # (F, W, A)
    model = motif_cnn(3, 8, activation="linear", both_strands=both_strands)
    model.get_layer("filters").set_weights([matrices.transpose(1, 2, 0), np.zeros(3)])
    texts = draw_texts(5, 40)
    scores = answers(part_of(model, "filters"), one_hot_encode(texts))
    for number, matrix in enumerate(matrices):
        expected = scan(texts, matrix, both_strands=both_strands)
        np.testing.assert_allclose(scores[..., number], expected, atol=1e-5)


@pytest.mark.parametrize("pooling", ["max", "mean"])
def test_both_strands_give_one_answer(pooling):
    options = {"pooling": pooling, "dense_units": 6, "activation": "exponential"}
    model = randomize(motif_cnn(5, 8, both_strands=True, **options))
    texts = draw_texts(6, 50)
    strand = one_hot_encode(texts)
    reverse = one_hot_encode([reverse_complement(text) for text in texts])
    np.testing.assert_allclose(answers(model, strand), answers(model, reverse), atol=1e-6)
    one_strand = randomize(motif_cnn(5, 8, **options))
    assert not np.allclose(answers(one_strand, strand), answers(one_strand, reverse), atol=1e-3)


def test_hidden_layer_and_classes_of_motif_cnn():
    model = randomize(motif_cnn(3, 5, dense_units=4, num_outputs=3, dropout=0.5))
    pooled = answers(part_of(model, "pooling"), one_hot_encode(draw_texts(4, 20)))
    hidden, first_bias, output, second_bias = model.get_weights()[2:]
    expected = softmax(np.maximum(pooled @ hidden + first_bias, 0) @ output + second_bias)
    encoded = one_hot_encode(draw_texts(4, 20))
    np.testing.assert_allclose(answers(model, encoded), expected, atol=1e-5)


def test_exponential_filters_begin_near_zero_and_stay_finite():
    model = motif_cnn(4, 6, activation="exponential")
    assert np.abs(model.get_weights()[0]).max() < 0.03  # six standard deviations of 0.005
    texts = draw_texts(400, 40)
    texts[:200] = [text[:20] + "TGACTC" + text[26:] for text in texts[:200]]
    labels = np.arange(400) < 200
    model.compile(keras.optimizers.Adam(0.03), "binary_crossentropy", metrics=["accuracy"])
    history = model.fit(one_hot_encode(texts), labels, epochs=15, verbose=0, shuffle=False)
    assert np.isfinite(history.history["loss"]).all()
    assert history.history["accuracy"][-1] > 0.9


def test_scale_of_the_first_filters():
    for scale in (0.005, 0.5):
        (kernel, bias) = motif_cnn(64, 15, filter_scale=scale).get_layer("filters").get_weights()
        # 3,840 numbers: the standard error of their deviation is 1.1 %
        assert kernel.std() == pytest.approx(scale, rel=0.05)
        assert not bias.any()
    first, second = (motif_cnn(4, 5, filter_scale=s).get_weights()[0] for s in (0.1, 0.2))
    np.testing.assert_allclose(2 * first, second, rtol=1e-5)  # the same random numbers
    glorot = motif_cnn(64, 15).get_weights()[0]
    assert 0.06 < np.abs(glorot).max() <= (6 / (15 * 4 + 15 * 64)) ** 0.5


# Cascades


def test_cascade_block_by_block():
    model = conv_cascade(
        31, [3, 2], [5, 3], [2, 3], dilations=[1, 2], activation="exponential", dense_units=0
    )
    rng = np.random.default_rng(5)  # variances, among the weights, are above 0
    model.set_weights([rng.uniform(0.1, 0.5, size=w.shape) for w in model.get_weights()])
    encoded = one_hot_encode(draw_texts(4, 31))

    def conv(x, kernel, dilation):  # zeros on both sides
        reach = (len(kernel) - 1) * dilation
        x = np.pad(x, ((0, 0), (reach // 2, reach // 2), (0, 0)))
        places = x.shape[1] - reach
        steps = [x[:, k * dilation : k * dilation + places] @ w for k, w in enumerate(kernel)]
        return sum(steps)

    def normalize(x, gamma, beta, mean, variance):
        return gamma * (x - mean) / np.sqrt(variance + 1e-3) + beta

    def pool(x, size):
        kept = x.shape[1] // size
        return x[:, : kept * size].reshape(len(x), kept, size, -1).max(axis=2)

    def norm(number):  # gamma, beta, mean, variance
        return model.get_layer(f"norm_{number}").get_weights()

    (first,), (second,) = (model.get_layer(name).get_weights() for name in ("filters", "conv_2"))
    kernel, bias = model.get_layer("output").get_weights()
    x = pool(np.exp(normalize(conv(encoded, first, 1), *norm(1))), 2)  # (4, 15, 3)
    x = pool(np.maximum(normalize(conv(x, second, 2), *norm(2)), 0), 3)  # (4, 5, 2)
    expected = 1 / (1 + np.exp(-(x.reshape(4, 10) @ kernel + bias)))
    np.testing.assert_allclose(answers(part_of(model, "pool_2"), encoded), x, rtol=1e-5)
    np.testing.assert_allclose(answers(model, encoded), expected, atol=1e-5)


def test_a_rest_shorter_than_a_pool_is_dropped():
    model = randomize(conv_cascade(11, 3, [1], [4], batch_norm=False))
    assert part_of(model, "pool_1").output_shape == (None, 2, 3)  # 11 // 4
    texts = ["ACGTACGTACG", "ACGTACGTTTT", "ACGTAAAAACG"]
    first, rest, inside = answers(part_of(model, "pool_1"), one_hot_encode(texts))
    assert np.array_equal(first, rest)  # letters 9 to 11 are in no pool
    assert not np.array_equal(first, inside)


CASCADES = [
    ([7], None, None),
    ([3, 3], [2, 1], None),
    ([5, 3], [3, 2], None),
    ([4, 2, 3], [2, 2, 2], None),
    ([3, 3, 3], None, [1, 2, 4]),
    ([3, 3], None, [1, 5]),  # with letters left out between
    ([3, 5], [2, "global"], [2, 1]),
]


@pytest.mark.parametrize("padding", ["same", "valid"])
@pytest.mark.parametrize(("widths", "pools", "dilations"), CASCADES)
def test_receptive_field_is_what_moves_one_place(widths, pools, dilations, padding):
    length, blocks = 90, len(widths)
    model = conv_cascade(
        length, 2, widths, pools or [1] * blocks, dilations=dilations, padding=padding,
        activation="linear", batch_norm=False,
    )  # fmt: skip
    # Weights above 0 alone: more of any letter means more at every place that sees it.
    model.set_weights([np.abs(w) + 0.1 for w in model.get_weights()])
    is_global = pools is not None and pools[-1] == "global"
    last = part_of(model, f"activation_{blocks}" if is_global else f"pool_{blocks}")
    (before,) = answers(last, np.ones((1, length, 4)))  # (L', F)
    raised = np.ones((length, length, 4)) + 100 * np.eye(length)[:, :, None]
    after = answers(last, raised)[:, len(before) // 2]  # one place in the middle
    moved = np.flatnonzero(np.abs(after - before[len(before) // 2]).max(axis=1) > 1e-3)
    span = moved[-1] - moved[0] + 1
    assert receptive_field(widths, pool_sizes=pools, dilations=dilations) == span


def test_receptive_field_by_hand():
    # widths 3, 3: 1 + 2 + 2; a pool of 2 between makes 1 + 2 + 1 + 2 * 2
    assert receptive_field([3, 3]) == 5
    assert receptive_field([3, 3], pool_sizes=[2, 1]) == 8
    # 32 filters of width 11 with dilations 1, 4, 10 and 4, 4 before: 1 + 10 * (1 + 4 + 10)
    assert receptive_field([11] * 3, dilations=[1, 4, 10]) == 151


# Padded proteins


@pytest.mark.parametrize("pooling", ["max", "mean"])
def test_padding_changes_a_protein_only_without_a_mask(pooling):
    texts = [
        text[:n] for text, n in zip(draw_texts(4, 50, PROTEIN.symbols), (1, 9, 33, 50), strict=True)
    ]
    short, long = (one_hot_encode(texts, PROTEIN, length=length) for length in (50, 80))
    masked, plain = (protein_cnn(20, 3, pooling=pooling, masked=m) for m in (True, False))
    # Biases above 0, so that a place of padding alone answers more than nothing.
    weights = [np.full(w.shape, 2.0) if w.ndim == 1 else w for w in masked.get_weights()]
    masked.set_weights(weights)
    plain.set_weights(weights)
    np.testing.assert_allclose(answers(masked, short), answers(masked, long), atol=1e-6)
    alone = [one_hot_encode([text], PROTEIN) for text in texts]
    expected = [answers(masked, encoded)[0] for encoded in alone]
    np.testing.assert_allclose(answers(masked, long), expected, atol=1e-6)
    unmasked = [answers(plain, encoded)[0] for encoded in alone]
    np.testing.assert_allclose(unmasked, expected, atol=1e-6)  # no padding, nothing to mask
    # In logarithms: with other random weights (another back end) one class may take nearly all.
    assert np.abs(np.log(answers(plain, long)) - np.log(unmasked)).max() > 1e-2


def test_protein_cnn_one_protein_by_hand():
    model = randomize(protein_cnn(20, 3, widths=(1, 2), num_filters=2))
    one, one_bias, two, two_bias, kernel, bias = model.get_weights()
    text, index = "MKV", PROTEIN.symbols.index
    rows_one = [one[0, index(letter)] for letter in text]
    # Keras pads an even width on the right: windows MK, KV and V with nothing behind
    rows_two = [
        two[0, index(a)] + (two[1, index(b)] if b else 0) for a, b in ("MK", "KV", ("V", ""))
    ]
    pooled = np.concatenate(
        [
            np.max(np.maximum(rows_one + one_bias, 0), 0),
            np.max(np.maximum(rows_two + two_bias, 0), 0),
        ]
    )
    encoded = one_hot_encode([text], PROTEIN, length=9)
    np.testing.assert_allclose(
        answers(model, encoded), softmax(pooled[None] @ kernel + bias), atol=1e-5
    )


# All convolutional models

BUILDERS = {
    "motif": lambda **kw: motif_cnn(4, 5, dense_units=3, dropout=0.2, **kw),
    "motif-both-strands": lambda **kw: motif_cnn(
        4, 5, both_strands=True, activation="exponential", length=50, pooling=7, **kw
    ),
    "cascade": lambda **kw: conv_cascade(50, 4, [5, 5, 5], [3, 2, 1], dilations=[1, 1, 2], **kw),
    "protein": lambda **kw: protein_cnn(4, 3, num_filters=4, **kw),
}


@pytest.mark.parametrize("name", BUILDERS)
def test_seed_decides_every_random_weight(name):
    keras.utils.set_random_seed(1)
    first = BUILDERS[name](seed=3).get_weights()
    keras.utils.set_random_seed(2)
    again, other = (BUILDERS[name](seed=s).get_weights() for s in (3, 4))
    assert all(map(np.array_equal, first, again))
    kernels = [(a, b) for a, b in zip(first, other, strict=True) if a.ndim > 1]
    assert not any(np.array_equal(a, b) for a, b in kernels)
    if name == "cascade":  # two convolutions of one shape begin differently
        second, third = (w for w in first if w.shape == (5, 4, 4) and w is not first[0])
        assert not np.array_equal(second, third)


@pytest.mark.parametrize("name", BUILDERS)
def test_seed_decides_a_training_with_dropout(name):
    encoded = one_hot_encode(draw_texts(16, 50))
    results = []
    for _ in range(2):
        model = BUILDERS[name](seed=1)
        model.compile(keras.optimizers.Adam(0.01), "mse")
        model.fit(encoded, np.zeros((16, *model.output_shape[1:])), verbose=0, shuffle=False)
        results.append(model.get_weights())
    for one, two in zip(*results, strict=True):
        np.testing.assert_allclose(one, two, atol=1e-6)


@pytest.mark.parametrize("name", BUILDERS)
def test_models_come_back_from_a_saved_file(name, tmp_path):
    model = randomize(BUILDERS[name](), scale=0.1)
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    encoded = one_hot_encode(draw_texts(3, 40), length=50)
    np.testing.assert_array_equal(answers(again, encoded), answers(model, encoded))


def test_numbers_of_parameters_of_convolutional_models():
    # 16 filters of 15 letters and a bias, one output: 16 * (15 * 4 + 1) + 16 + 1
    assert motif_cnn(16, 15).count_params() == 993
    assert motif_cnn(16, 15, both_strands=True).count_params() == 993
    # 100 - 11 + 1 = 90 places, 18 pools; 8 * 45 + (18 * 8 * 10 + 10) + (10 * 3 + 3)
    pooled = motif_cnn(8, 11, length=100, pooling=5, dense_units=10, num_outputs=3)
    assert pooled.count_params() == 360 + 1450 + 33
    # 24 places: 2 * (7 * 4 + 1) + 24 * 2 + 1
    assert motif_cnn(2, 7, length=30, pooling="flatten").count_params() == 58 + 49
    # 32 * 15 * 4 without bias, 4 * 32 of a normalisation, 32 * 5 * 32, 4 * 32, 32 * 64 + 64, 65
    cascade = conv_cascade(203, 32, [15, 5], [4, "global"])
    assert cascade.count_params() == 1920 + 128 + 5120 + 128 + 2112 + 65
    # 4 * (5 * 4 + 1); 46 // 3 = 15 places; 6 * (3 * 4 + 1); (15 - 4) // 2 = 5 places of 6
    bare = conv_cascade(
        50, [4, 6], [5, 3], [3, 2], dilations=[1, 2], padding="valid", batch_norm=False,
        dense_units=0,
    )  # fmt: skip
    assert bare.count_params() == 84 + 78 + 31
    # 64 * (20 * (3 + 7 + 15) + 3) + 3 * 64 * 7 + 7
    assert protein_cnn(20, 7).count_params() == 32_192 + 1_351


REFUSED = {
    "no-filters": (lambda: motif_cnn(0, 5), "num_filters must be a whole number"),
    "half-a-unit": (lambda: motif_cnn(1, 5, dense_units=0.5), "dense_units must be"),
    "no-scale": (lambda: motif_cnn(1, 5, filter_scale=0), "filter_scale must be above 0"),
    "unknown-activation": (lambda: motif_cnn(1, 5, activation="tanh"), "activation must be one of"),
    "unknown-pooling": (lambda: motif_cnn(1, 5, pooling="sum"), "pooling must be one of"),
    "flatten-any-length": (lambda: motif_cnn(1, 5, pooling="flatten"), "Pass length="),
    "pool-any-length": (lambda: motif_cnn(1, 5, pooling=4), "Pass length="),
    "filter-too-wide": (lambda: motif_cnn(1, 9, length=8), "leaves none: filter width 9"),
    "pool-too-large": (lambda: motif_cnn(1, 5, length=8, pooling=5), "gets 8 places"),
    "second-strand": (lambda: motif_cnn(1, 5, num_letters=20, both_strands=True), "4 letters of"),
    "two-pools": (lambda: conv_cascade(50, 4, [5], [2, 2]), "pool_sizes has 2 entries for 1 block"),
    "two-filters": (lambda: conv_cascade(50, [4, 4], [5], [2]), "num_filters has 2 entries"),
    "no-blocks": (lambda: conv_cascade(50, 4, [], []), "at least one filter width"),
    "global-first": (
        lambda: conv_cascade(50, 4, [5, 5], ["global", 2]),
        'pool_sizes of block 1 must be .* The last of pool_sizes may be "global"',
    ),
    "zero-dilation": (lambda: conv_cascade(50, 4, [5], [2], dilations=[0]), "dilations of block 1"),
    "pools-eat-all": (lambda: conv_cascade(50, 4, [5, 5], [10, 10]), "Block 2 gets 5 places"),
    "valid-eats-all": (
        lambda: conv_cascade(20, 4, [5, 5], [1, 1], dilations=[1, 4], padding="valid"),
        "Block 2 gets 16 places and leaves none",
    ),
    "causal": (lambda: conv_cascade(50, 4, [5], [2], padding="causal"), "padding must be one of"),
    "one-class": (lambda: protein_cnn(20, 1), "num_classes must be at least 2"),
    "width-twice": (lambda: protein_cnn(20, 3, widths=(3, 3)), "must all be different"),
    "no-width": (lambda: protein_cnn(20, 3, widths=()), "at least one filter width"),
    "flat-protein": (lambda: protein_cnn(20, 3, pooling="flatten"), "pooling must be one of"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_convolutional_models_say_what_does_not_fit(name):
    build, message = REFUSED[name]
    with pytest.raises(ValueError, match=message):
        build()
