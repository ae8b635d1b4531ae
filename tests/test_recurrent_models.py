"""Recurrent models: NumPy's numbers, masks, how gates begin, the same answers on other back ends.

Called as a program with a file name, it writes the answers of every model into that file.
"""

import subprocess
import sys

from bioseq_course.gated_rnn import (
    gru_forward,
    gru_weights_from_keras,
    lstm_forward,
    lstm_weights_from_keras,
)
from bioseq_course.models import (
    next_letter_model,
    recall_model,
    recurrent_classifier,
    recurrent_layer,
    sequence_tagger,
)
from bioseq_course.recurrent_models import GateBias

import keras
import numpy as np
import pytest
from back_ends import environment_of

D, C, L = 5, 3, 9
ROWS = ((1, 4, 2, 3, 3, 1, 2, 4, 1), (2, 2, 1), (4,), (3, 1, 1, 2, 4, 3))  # letters 1 to 4


def make_indices(length=L, rows=ROWS):
    return np.array([[*row, *[0] * (length - len(row))] for row in rows], dtype=np.int32)


def make_one_hot(length=L, rows=ROWS):
    return np.eye(5, dtype=np.float32)[make_indices(length, rows)][..., 1:]


def randomize(model, scale=0.5):
    """Give every weight, biases too, a value that no test would hit by chance."""
    rng = np.random.default_rng(5)
    model.set_weights([rng.normal(scale=scale, size=w.shape) for w in model.get_weights()])
    return model


def answers(model, inputs):
    return keras.ops.convert_to_numpy(model(inputs))


def softmax(Z):
    powers = np.exp(Z - Z.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def classifier(pooling, **options):
    return lambda **kw: recurrent_classifier("gru", D, C, pooling=pooling, **options, **kw)


BUILDERS = {
    "recall-simple": lambda **kw: recall_model("simple", D, **kw),
    "recall-gru": lambda **kw: recall_model("gru", D, gate_bias=4, **kw),
    "recall-lstm": lambda **kw: recall_model("lstm", D, memory_span=9, **kw),
    "last": classifier("last"),
    "last-two-layers": classifier("last", num_layers=2, bidirectional=True),
    "all": classifier("all", length=L, bidirectional=True),
    "max": classifier("max", conv_filters=4, conv_width=3),
    "mean": classifier("mean", reset_after=False, dropout=0.2),
    "attention": lambda **kw: recurrent_classifier(
        "lstm", D, C, pooling="attention", bidirectional=True, embedding=6, **kw
    ),
    "tagger": lambda **kw: sequence_tagger("lstm", D, C, memory_span=20, **kw),
    "tagger-filters": lambda **kw: sequence_tagger(
        "gru", D, C, embedding=6, conv_filters=4, conv_width=5, num_layers=2, dropout=0.1, **kw
    ),
    "next-letter": lambda **kw: next_letter_model("gru", D, 4, **kw),
    "next-letter-words": lambda **kw: next_letter_model("lstm", D, 4, embedding=3, **kw),
}
TAGS = ("tagger", "tagger-filters", "next-letter", "next-letter-words")
CORE = ("recall-simple", "recall-gru", "last-two-layers", *TAGS[:2], "attention", "next-letter")
MASKED = [name for name in BUILDERS if "recall" not in name]


def inputs_of(model, length=L, rows=ROWS):
    is_one_hot = len(model.input.shape) == 3
    return (make_one_hot if is_one_hot else make_indices)(length, rows)


def answers_of_all():
    """The answers of the core models with fixed weights: dictionary of arrays."""
    models = {name: randomize(BUILDERS[name]()) for name in CORE}
    return {name: answers(model, inputs_of(model)) for name, model in models.items()}


# The same numbers


@pytest.mark.parametrize("backend", ["tensorflow", "jax", "torch"])
def test_same_weights_same_answers_on_another_back_end(backend, tmp_path):
    if backend == keras.backend.backend():
        pytest.skip(f"{backend} is the back end of this process")
    target = tmp_path / "answers.npz"
    command = [sys.executable, __file__, str(target)]
    done = subprocess.run(
        command, env=environment_of(backend), capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    with np.load(target) as others:
        assert str(others["backend"]) == backend
        for name, here in answers_of_all().items():
            np.testing.assert_allclose(others[name], here, atol=1e-4, err_msg=name)


def test_recall_model_is_a_gru_and_a_softmax():
    model = randomize(recall_model("gru", D))
    run = gru_forward(
        make_one_hot(), gru_weights_from_keras(model.get_layer("memory").get_weights()),
        reset_after=True,
    )  # fmt: skip
    kernel, bias = model.get_layer("output").get_weights()
    expected = softmax(run.states[:, -1] @ kernel + bias)
    np.testing.assert_allclose(answers(model, make_one_hot()), expected, atol=1e-5)


POOLED = {  # the states (length, 2 D) of one sequence to one row
    "last": lambda ahead, back: np.concatenate([ahead[-1], back[0]]),
    "max": lambda ahead, back: np.concatenate([ahead, back], axis=1).max(axis=0),
    "mean": lambda ahead, back: np.concatenate([ahead, back], axis=1).mean(axis=0),
    "all": lambda ahead, back: np.concatenate(
        [np.concatenate([ahead, back], axis=1), np.zeros((L - len(ahead), 2 * D))]
    ).ravel(),
}


@pytest.mark.parametrize("pooling", POOLED)
def test_both_directions_and_poolings_sequence_by_sequence(pooling):
    model = randomize(
        recurrent_classifier("lstm", D, C, bidirectional=True, pooling=pooling, length=L)
    )
    weights = model.get_layer("memory_1").get_weights()
    forwards, backwards = (lstm_weights_from_keras(w) for w in (weights[:3], weights[3:]))
    kernel, bias = model.get_layer("output").get_weights()
    expected = []
    for row, one_hot in zip(ROWS, make_one_hot(), strict=True):
        letters = one_hot[None, : len(row)]  # no padding, so nothing to mask
        ahead = lstm_forward(letters, forwards).states[0, 1:]
        back = lstm_forward(letters[:, ::-1], backwards).states[0, :0:-1]
        expected.append(softmax(POOLED[pooling](ahead, back) @ kernel + bias))
    np.testing.assert_allclose(answers(model, make_one_hot()), expected, atol=1e-5)


def test_attention_begins_as_the_mean():
    models = [recurrent_classifier("gru", D, C, pooling=p) for p in ("mean", "attention")]
    randomize(models[0])
    kernel, recurrent, bias, output, output_bias = models[0].get_weights()
    pooling = models[1].get_layer("pooling").get_weights()
    models[1].set_weights([kernel, recurrent, bias, *pooling, output, output_bias])
    first, second = (answers(model, make_one_hot()) for model in models)
    np.testing.assert_allclose(first, second, atol=1e-6)


# Masks


@pytest.mark.parametrize("name", [name for name in MASKED if name != "all"])
def test_padding_changes_no_answer(name):
    model = randomize(BUILDERS[name]())
    short, long = (answers(model, inputs_of(model, length)) for length in (L, 2 * L))
    if name in TAGS:
        for number, row in enumerate(ROWS):
            np.testing.assert_allclose(
                long[number, : len(row)], short[number, : len(row)], atol=1e-6
            )
    else:
        np.testing.assert_allclose(long, short, atol=1e-6)


@pytest.mark.parametrize("name", MASKED)
def test_one_sequence_alone_gets_the_same_answer(name):
    model = randomize(BUILDERS[name]())
    together = answers(model, inputs_of(model))
    for number, row in enumerate(ROWS):
        length = L if name == "all" else len(row)
        alone = answers(model, inputs_of(model, length, [row]))[0]
        both = together[number]
        if name in TAGS:
            alone, both = alone[: len(row)], both[: len(row)]
        np.testing.assert_allclose(both, alone, atol=1e-6)


def test_what_stands_behind_filters_does_not_come_from_padding():
    """The vector of padding is not 0, and the filters are wider than one letter."""
    model = randomize(BUILDERS["tagger-filters"]())
    before = answers(model, make_indices())
    table = model.get_layer("embedding").get_weights()[0]
    table[0] = 1e3
    model.get_layer("embedding").set_weights([table])
    after = answers(model, make_indices())
    for number, row in enumerate(ROWS):
        np.testing.assert_array_equal(after[number, : len(row)], before[number, : len(row)])


@pytest.mark.parametrize("name", ["tagger", "tagger-filters"])
@pytest.mark.parametrize("jit", [False, True], ids=["plain", "compiled"])
def test_losses_of_a_tagger_leave_padding_out(name, jit):
    model = randomize(BUILDERS[name]())
    model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"], jit_compile=jit)
    inputs, letters = inputs_of(model), make_indices() > 0
    tags = np.random.default_rng(0).integers(C, size=letters.shape)
    chances = answers(model, inputs)[letters]
    truth = -np.log(chances[np.arange(letters.sum()), tags[letters]]).mean()
    right = np.mean(chances.argmax(axis=1) == tags[letters])
    for wrong in (0, 1):  # whatever stands at padding
        targets = np.where(letters, tags, wrong)
        loss, accuracy = model.evaluate(inputs, targets, verbose=0)
        assert loss == pytest.approx(truth, abs=1e-5)
        assert accuracy == pytest.approx(right, abs=1e-6)


def test_the_next_letter_is_guessed_from_the_letters_before():
    model = randomize(BUILDERS["next-letter-words"]())
    rows = [ROWS[0], (*ROWS[0][:5], 4, 4, 4, 4)]
    first, second = answers(model, make_indices(L, rows))
    np.testing.assert_allclose(first[:5], second[:5], atol=1e-6)
    assert np.abs(first[5:] - second[5:]).max(axis=1).min() > 1e-4


def test_second_direction_sees_what_comes():
    model = randomize(BUILDERS["tagger"]())
    first, second = answers(model, make_one_hot(L, [ROWS[0], (*ROWS[0][:8], 2)]))
    assert np.abs(first - second).max(axis=1).min() > 1e-6


@pytest.mark.parametrize("embedding", [None, 3], ids=["one-hot", "embedding"])
def test_letter_by_letter_with_a_state(embedding):
    plain = randomize(next_letter_model("gru", D, 4, embedding=embedding, num_layers=2))
    steps = next_letter_model(
        "gru", D, 4, embedding=embedding, num_layers=2, batch_size=1, stateful=True
    )
    steps.set_weights(plain.get_weights())
    inputs = inputs_of(plain)[:1]
    expected = answers(plain, inputs)[0]
    for _ in range(2):  # forgotten in between
        found = [answers(steps, inputs[:, i : i + 1])[0, 0] for i in range(L)]
        np.testing.assert_allclose(found, expected, atol=1e-5)
        for number in (1, 2):
            steps.get_layer(f"memory_{number}").reset_state()


# How gates begin


def first_biases(layer):
    layer.build((None, None, 4))
    return layer.get_weights()[2]


def test_biases_without_any_wish_are_kerass():
    # LSTM i, f, c, o: unit_forget_bias; GRU z, r, h in two rows
    assert first_biases(recurrent_layer("lstm", 2)).tolist() == [0, 0, 1, 1, 0, 0, 0, 0]
    assert not first_biases(recurrent_layer("gru", 2)).any()
    assert not first_biases(recurrent_layer("simple", 2)).any()


def test_one_bias_for_the_gate_that_keeps():
    assert first_biases(recurrent_layer("lstm", 1, gate_bias=3)).tolist() == [0, 3, 0, 0]
    assert first_biases(recurrent_layer("gru", 1, gate_bias=3)).tolist() == [[3, 0, 0], [0, 0, 0]]
    plain = recurrent_layer("gru", 1, gate_bias=3, reset_after=False)
    assert first_biases(plain).tolist() == [3, 0, 0]
    assert first_biases(recurrent_layer("lstm", 1, gate_bias=0)).tolist() == [0, 0, 0, 0]


def test_chrono_biases_are_logarithms_of_even_spans():
    span, units = 101, 4000
    start = GateBias("lstm", memory_span=span, seed=1)
    bias = keras.ops.convert_to_numpy(start((4 * units,))).reshape(4, units)
    np.testing.assert_allclose(bias[0], -bias[1])
    assert not bias[2:].any()
    spans = np.exp(bias[1])  # even between 1 and 100: mean 50.5, deviation 99 / sqrt(12)
    assert 1 <= spans.min() < 1.5 and 99.5 < spans.max() <= 100.001
    # four standard errors of 99 / sqrt(12) / sqrt(4000) = 0.45
    assert abs(spans.mean() - 50.5) < 1.8
    gru = keras.ops.convert_to_numpy(GateBias("gru", memory_span=span, seed=1)((2, 3 * units)))
    np.testing.assert_allclose(gru[0, :units], bias[1])
    assert not gru[0, units:].any() and not gru[1].any()


def test_layers_begin_with_chrono_biases():
    lstm = first_biases(recurrent_layer("lstm", 8, memory_span=101)).reshape(4, 8)
    gru = first_biases(recurrent_layer("gru", 8, memory_span=101))
    assert 0 <= lstm[1].min() < lstm[1].max() <= np.log(100)
    np.testing.assert_array_equal(lstm[0], -lstm[1])
    np.testing.assert_array_equal(gru[0, :8], lstm[1])
    assert not lstm[2:].any() and not gru[0, 8:].any() and not gru[1].any()


@pytest.mark.parametrize("cell", ["gru", "lstm"])
def test_a_gate_that_begins_open_holds_the_first_letter(cell):
    """Without training: what differs at the first place still differs 50 steps later."""
    rng = np.random.default_rng(0)
    rows = rng.integers(1, 5, size=50).tolist()
    one_hot = make_one_hot(51, [(1, *rows), (2, *rows)])
    gaps = {}
    for bias in (None, 6):
        layer = recurrent_layer(cell, 16, gate_bias=bias)
        first, second = answers(layer, one_hot)
        gaps[bias] = np.abs(first - second).max()
    assert gaps[6] > 100 * gaps[None]


# All models


@pytest.mark.parametrize("name", BUILDERS)
def test_seed_decides_every_random_weight(name):
    keras.utils.set_random_seed(1)
    first = BUILDERS[name](seed=3).get_weights()
    keras.utils.set_random_seed(2)
    again, other = (BUILDERS[name](seed=s).get_weights() for s in (3, 4))
    assert all(map(np.array_equal, first, again))
    kernels = [(a, b) for a, b in zip(first, other, strict=True) if a.ndim > 1 and a.std() > 0]
    kernels = [(a, b) for a, b in kernels if a.shape != (2, 3 * D)]  # biases of a GRU
    assert kernels and not any(np.array_equal(a, b) for a, b in kernels)
    recurrent = [w for w in first if w.ndim == 2 and len(w) == D and w.shape[1] in (3 * D, 4 * D)]
    for number, one in enumerate(recurrent):  # layers and directions begin differently
        assert not any(np.array_equal(one, two) for two in recurrent[number + 1 :])


@pytest.mark.parametrize("name", BUILDERS)
def test_models_come_back_from_a_saved_file(name, tmp_path):
    model = randomize(BUILDERS[name]())
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    inputs = inputs_of(model)
    np.testing.assert_array_equal(answers(again, inputs), answers(model, inputs))


@pytest.mark.parametrize("name", ["recall-lstm", "last-two-layers", "attention", "tagger-filters"])
def test_models_can_be_trained(name):
    model = BUILDERS[name]()
    inputs, letters = inputs_of(model), make_indices() > 0
    targets = letters.astype(int) if name in TAGS else np.arange(4) % C
    model.compile(keras.optimizers.Adam(0.03), "sparse_categorical_crossentropy")
    losses = model.fit(inputs, targets, epochs=15, verbose=0).history["loss"]
    assert np.isfinite(losses).all() and losses[-1] < losses[0]


def test_numbers_of_parameters():
    # plain: D (A + D + 1); GRU: 3 D (A + D + 2), two biases; LSTM: 4 D (A + D + 1); 4 (D + 1)
    assert recall_model("simple", 8).count_params() == 8 * 13 + 36
    assert recall_model("gru", 8).count_params() == 24 * 14 + 36
    assert recall_model("lstm", 8).count_params() == 32 * 13 + 36
    # two directions, the second layer reads 16 numbers; 7 classes from 16
    stack = recurrent_classifier(
        "lstm", 8, 7, num_letters=20, num_layers=2, bidirectional=True, pooling="attention"
    )
    # attention: 16 * 16 + 16
    assert stack.count_params() == 2 * 32 * 29 + 2 * 32 * 25 + 272 + 7 * 17
    # 22 vectors of 6; 4 filters of 5 letters and a bias; GRU on 4; 3 tags
    tagger = sequence_tagger(
        "gru", 8, 3, num_letters=20, embedding=6, conv_filters=4, conv_width=5, bidirectional=False
    )
    assert tagger.count_params() == 132 + 124 + 24 * 14 + 27


REFUSED = {
    "cell": (lambda: recurrent_layer("rnn", 4), 'cell must be one of "simple", "gru", "lstm"'),
    "units": (lambda: recall_model("gru", 0), "num_units must be a whole number"),
    "two-ways": (lambda: recall_model("gru", 4, gate_bias=1, memory_span=9), "pass one of them"),
    "no-gates": (lambda: recurrent_layer("simple", 4, gate_bias=1), "no gates to set"),
    "short-span": (lambda: recurrent_layer("gru", 4, memory_span=2), "memory_span must be above 2"),
    "pooling": (classifier("first"), "pooling must be one of"),
    "all-any-length": (classifier("all"), 'pooling="all" needs it'),
    "layers": (classifier("last", num_layers=0), "num_layers must be"),
    "one-class": (lambda: recurrent_classifier("gru", 4, 1), "num_classes must be at least 2"),
    "one-tag": (lambda: sequence_tagger("gru", 4, 1), "num_tags must be at least 2"),
    "filters": (lambda: sequence_tagger("gru", 4, 2, conv_filters=-1), "conv_filters must be"),
    "embedding": (lambda: next_letter_model("gru", 4, 4, embedding=0), "embedding must be"),
    "stateful": (lambda: next_letter_model("gru", 4, 4, stateful=True), "batch_size must be"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_recurrent_models_say_what_does_not_fit(name):
    build, message = REFUSED[name]
    with pytest.raises(ValueError, match=message):
        build()


if __name__ == "__main__":
    np.savez(sys.argv[1], backend=keras.backend.backend(), **answers_of_all())
