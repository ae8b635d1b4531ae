"""Layers against NumPy: the other strand by hand, padding that changes nothing, masks."""

from bioseq_course.alphabet import reverse_complement
from bioseq_course.encode import one_hot_encode
from bioseq_course.layers import BothStrands, MaskedMaxPooling1D, window_mask

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
