"""Layers against NumPy: the other strand by hand, padding that changes nothing, masks."""

from bioseq_course.alphabet import reverse_complement
from bioseq_course.encode import one_hot_encode
from bioseq_course.layers import (
    AttentionPooling1D,
    BothStrands,
    MaskedConv1D,
    MaskedMaxPooling1D,
    ZeroAtPadding,
    window_mask,
)

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

W, F = 5, 3


def draw_texts(num_texts, length, seed=0):
    rng = np.random.default_rng(seed)
    return ["".join(rng.choice(list("ACGT"), size=length)) for _ in range(num_texts)]


def as_numpy(tensor):
    return keras.ops.convert_to_numpy(tensor)


@pytest.fixture
def conv():
    rng = np.random.default_rng(1)
    layer = keras.layers.Conv1D(F, W)
    layer.build((None, None, 4))
    layer.set_weights([rng.normal(size=(W, 4, F)), rng.normal(size=F)])
    return layer


# Both strands


def test_larger_score_of_two_strands_by_hand():
    # One filter: +2 for A, +1 for a following C, so AC scores 3; its reverse complement is GT.
    layer = keras.layers.Conv1D(1, 2)
    layer.build((None, None, 4))
    kernel = np.zeros((2, 4, 1))
    kernel[0, 0], kernel[1, 1] = 2, 1
    layer.set_weights([kernel, np.array([0.5])])
    # windows GT TA AC CC; strand: 0 0 3 1; reverse complements AC TA GT GG: 3 0 0 0
    expected = np.array([3, 0, 3, 1]) + 0.5
    scores = as_numpy(BothStrands(layer)(one_hot_encode(["GTACC"])))[0, :, 0]
    np.testing.assert_allclose(scores, expected, atol=1e-6)


def test_both_strands_is_the_maximum_over_texts_and_their_reverse_complements(conv):
    texts = draw_texts(6, 31)
    kernel, bias = conv.get_weights()

    def score(word):  # letter by letter, no array operation of the layer
        return sum(kernel[place, "ACGT".index(letter)] for place, letter in enumerate(word)) + bias

    windows = [[text[i : i + W] for i in range(31 - W + 1)] for text in texts]
    expected = [
        [np.maximum(score(word), score(reverse_complement(word))) for word in row]
        for row in windows
    ]
    answers = as_numpy(BothStrands(conv)(one_hot_encode(texts)))
    np.testing.assert_allclose(answers, expected, atol=1e-5)


@pytest.mark.parametrize(("padding", "width"), [("valid", 4), ("valid", 5), ("same", 5)])
def test_the_other_strand_gives_the_same_answers_backwards(padding, width):
    layer = BothStrands(keras.layers.Conv1D(F, width, padding=padding))
    texts = draw_texts(4, 20)
    answers = as_numpy(layer(one_hot_encode(texts)))
    others = as_numpy(layer(one_hot_encode([reverse_complement(text) for text in texts])))
    np.testing.assert_allclose(others[:, ::-1], answers, atol=1e-6)


def test_both_strands_has_the_weights_of_one(conv):
    layer = BothStrands(conv)
    layer.build((None, 20, 4))
    assert layer.count_params() == W * 4 * F + F
    assert [w.shape for w in layer.get_weights()] == [(W, 4, F), (F,)]
    assert layer.compute_output_shape((None, 20, 4)) == (None, 20 - W + 1, F)


def test_both_strands_refuses_proteins_and_what_is_no_layer():
    with pytest.raises(ValueError, match=r"one-hot DNA of shape \(B, L, 4\)"):
        BothStrands(keras.layers.Conv1D(1, 2))(np.zeros((1, 5, 20)))
    with pytest.raises(ValueError, match="must be a Keras layer"):
        BothStrands(3)


# Pooling and masks


@settings(max_examples=30)
@given(
    length=st.integers(1, 12),
    padding=st.integers(0, 9),
    seed=st.integers(0, 2**16),
    fill=st.sampled_from([-50.0, 0.0, 50.0]),
)
def test_places_behind_the_mask_change_nothing(length, padding, seed, fill):
    features = np.random.default_rng(seed).normal(size=(2, length, F)).astype(np.float32)
    padded = np.pad(features, ((0, 0), (0, padding), (0, 0)), constant_values=fill)
    mask = np.arange(length + padding)[None] < np.array([[length], [length]])
    pooled = as_numpy(MaskedMaxPooling1D()(padded, mask=mask))
    np.testing.assert_array_equal(pooled, features.max(axis=1))


def test_every_row_has_a_mask_of_its_own():
    features = np.array([[[1.0], [2.0], [3.0]], [[-1.0], [-2.0], [-3.0]], [[4.0], [5.0], [6.0]]])
    mask = np.array([[True, True, False], [False, True, True], [False, False, False]])
    # by hand: max(1, 2); max(-2, -3), though 0 is larger; nothing to see gives 0
    answers = as_numpy(MaskedMaxPooling1D()(features, mask=mask))
    assert answers.tolist() == [[2.0], [-2.0], [0.0]]


def test_without_a_mask_every_place_counts():
    features = np.random.default_rng(0).normal(size=(2, 7, F)).astype(np.float32)
    np.testing.assert_array_equal(as_numpy(MaskedMaxPooling1D()(features)), features.max(axis=1))


def test_a_mask_of_another_length_is_refused():
    with pytest.raises(ValueError, match=r"5 places and the mask 7.*window_mask\(one_hot, W\)"):
        MaskedMaxPooling1D()(np.zeros((1, 5, 2)), mask=np.ones((1, 7), bool))


@pytest.mark.parametrize("width", [1, 2, 4])
def test_window_mask_looks_at_every_letter(width):
    texts = ["ACGTACG", "AC", "A", "ACNTAAG"]
    encoded = one_hot_encode(texts, length=9, unknown="zero")
    expected = [
        [all(letter in "ACGT" for letter in word) for word in windows]
        for text in texts
        for windows in [[text.ljust(9, "-")[i : i + width] for i in range(9 - width + 1)]]
    ]
    assert as_numpy(window_mask(encoded, width)).tolist() == expected


def test_window_mask_with_padding_on_the_left_and_shares():
    encoded = one_hot_encode(["ANG"], length=5, unknown="uniform")[:, ::-1]
    assert as_numpy(window_mask(encoded, 2)).tolist() == [[False, False, True, True]]


@pytest.mark.parametrize("width", [0, 2.0, 10])
def test_window_mask_refuses_widths_that_do_not_fit(width):
    with pytest.raises(ValueError, match="width"):
        window_mask(np.zeros((1, 9, 4)), width)


def test_masked_pooling_behind_valid_windows_ignores_padding(conv):
    inputs = keras.Input((None, 4))
    pooled = MaskedMaxPooling1D()(conv(inputs), mask=window_mask(inputs, W))
    model = keras.Model(inputs, pooled)
    text = draw_texts(1, 12)
    answers = [as_numpy(model(one_hot_encode(text, length=length))) for length in (12, 13, 40)]
    np.testing.assert_allclose(answers[1:], [answers[0]] * 2, atol=1e-6)


# Attention, and filters that hand the mask on


def draw_attention(num_units=4, seed=2):
    layer = AttentionPooling1D(num_units)
    layer.build((None, None, F))
    rng = np.random.default_rng(seed)
    layer.set_weights([rng.normal(size=(F, num_units)), rng.normal(size=(num_units, 1))])
    return layer


def test_attention_pooling_row_by_row():
    layer = draw_attention()
    hidden, score = layer.get_weights()
    features = np.random.default_rng(0).normal(size=(3, 6, F)).astype(np.float32)
    lengths = (6, 2, 1)
    mask = np.arange(6) < np.array(lengths)[:, None]
    pooled, shares = (as_numpy(f(features, mask)) for f in (layer, layer.shares))
    for row, length in enumerate(lengths):
        letters = features[row, :length]
        powers = np.exp([np.tanh(letter @ hidden) @ score[:, 0] for letter in letters])
        expected = powers / powers.sum()
        np.testing.assert_allclose(shares[row], [*expected, *[0] * (6 - length)], atol=1e-6)
        mean = sum(share * letter for share, letter in zip(expected, letters, strict=True))
        np.testing.assert_allclose(pooled[row], mean, atol=1e-6)


def test_attention_of_nothing_is_nothing():
    layer = draw_attention()
    features = np.ones((2, 4, F), dtype=np.float32)
    mask = np.array([[True] * 4, [False] * 4])
    assert as_numpy(layer(features, mask=mask))[1].tolist() == [0] * F
    assert as_numpy(layer.shares(features, mask)).sum(axis=1).tolist() == [1, 0]
    without = as_numpy(layer(features))
    np.testing.assert_allclose(without, np.ones((2, F)), atol=1e-6)


def test_attention_begins_with_even_shares_and_learns():
    layer = AttentionPooling1D(4)
    features = np.random.default_rng(0).normal(size=(2, 5, F)).astype(np.float32)
    np.testing.assert_allclose(as_numpy(layer(features)), features.mean(axis=1), atol=1e-6)
    inputs = keras.Input((None, F))
    model = keras.Model(inputs, layer(inputs))
    model.compile(keras.optimizers.Adam(0.1), "mse")
    model.fit(features, features[:, 2], epochs=150, verbose=0)
    assert as_numpy(layer.shares(features)).argmax(axis=1).tolist() == [2, 2]


def test_masked_filters_see_zeros_and_hand_the_mask_on():
    layer = MaskedConv1D(2, 3)
    layer.build((None, None, F))
    layer.bias.assign([1.0, -1.0])
    plain = keras.layers.Conv1D(2, 3, padding="same")
    plain.build((None, None, F))
    plain.set_weights(layer.get_weights())
    features = np.random.default_rng(0).normal(size=(2, 6, F)).astype(np.float32)
    mask = np.array([[1, 1, 1, 1, 0, 0], [1, 1, 1, 1, 1, 1]], dtype=bool)
    found = as_numpy(layer(features, mask=mask))
    np.testing.assert_allclose(found, as_numpy(plain(features * mask[..., None])), atol=1e-6)
    np.testing.assert_allclose(as_numpy(layer(features)), as_numpy(plain(features)), atol=1e-6)
    assert layer.compute_mask(features, mask) is mask


def test_masked_filters_refuse_what_would_move_the_mask():
    with pytest.raises(ValueError, match=r"MaskedConv1D needs padding='same'.*Received 'valid'"):
        MaskedConv1D(2, 3, padding="valid")
    with pytest.raises(ValueError, match="needs strides=1"):
        MaskedConv1D(2, 3, strides=2)


def test_zeros_at_padding_and_no_mask_behind():
    features = np.arange(8.0, dtype=np.float32).reshape(2, 2, 2) + 1
    mask = np.array([[True, False], [True, True]])
    found = as_numpy(ZeroAtPadding()(features, mask=mask))
    assert found.tolist() == [[[1, 2], [0, 0]], [[5, 6], [7, 8]]]
    assert as_numpy(ZeroAtPadding()(features)).tolist() == features.tolist()
    assert ZeroAtPadding().compute_mask(features, mask) is None


def test_places_that_are_padding_may_hold_anything():
    """Also infinite numbers: a product with 0 would make them no numbers."""
    features = np.full((1, 2, F), np.inf, dtype=np.float32)
    features[0, 0] = 1
    mask = np.array([[True, False]])
    assert np.isfinite(as_numpy(MaskedConv1D(2, 3)(features, mask=mask))).all()
    assert as_numpy(ZeroAtPadding()(features, mask=mask)).sum() == F


@pytest.mark.parametrize("layer", [AttentionPooling1D, ZeroAtPadding])
def test_masks_of_another_length_are_refused(layer):
    with pytest.raises(ValueError, match="5 places and the mask 7"):
        layer()(np.zeros((1, 5, 2)), mask=np.ones((1, 7), bool))


def test_attention_needs_units():
    with pytest.raises(ValueError, match="num_units must be a whole number"):
        AttentionPooling1D(0)


# Gradients and saving


def test_no_gradient_goes_to_masked_places():
    from bioseq_course.gradients import gradient

    features = np.array([[[1.0], [3.0], [9.0]], [[1.0], [2.0], [3.0]]], dtype=np.float32)
    mask = np.array([[True, True, False], [False, False, False]])
    slopes = gradient(lambda x: keras.ops.sum(MaskedMaxPooling1D()(x, mask=mask)), features)
    assert slopes[..., 0].tolist() == [[0, 1, 0], [0, 0, 0]]


def test_layers_come_back_from_a_saved_file(tmp_path):
    inputs = keras.Input((None, 4))
    found = BothStrands(keras.layers.Conv1D(F, W, name="inner"), name="filters")(inputs)
    model = keras.Model(inputs, MaskedMaxPooling1D()(found, mask=window_mask(inputs, W)))
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    encoded = one_hot_encode(draw_texts(3, 17), length=21)
    np.testing.assert_array_equal(as_numpy(again(encoded)), as_numpy(model(encoded)))
    assert isinstance(again.get_layer("filters"), BothStrands)
    assert again.get_layer("filters").layer.name == "inner"


def test_recurrent_helpers_come_back_from_a_saved_file(tmp_path):
    inputs = keras.Input((None, F))
    x = MaskedConv1D(2, 3, name="filters")(keras.layers.Masking()(inputs))
    answers = [AttentionPooling1D(4, seed=3, name="attention")(x), ZeroAtPadding()(x)]
    model = keras.Model(inputs, answers)
    rng = np.random.default_rng(0)
    model.set_weights([rng.normal(size=w.shape) for w in model.get_weights()])
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    features = rng.normal(size=(2, 6, F)).astype(np.float32)
    features[0, 3:] = 0
    for first, second in zip(model(features), again(features), strict=True):
        np.testing.assert_array_equal(as_numpy(first), as_numpy(second))
    assert again.get_layer("attention").num_units == 4
    assert not as_numpy(again(features)[1])[0, 3:].any()  # the mask went through the filters
